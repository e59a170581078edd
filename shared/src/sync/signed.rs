//! What a phone signs with a key that never leaves its browser, so that its token alone sends nothing:
//! ECDSA on P-256 with SHA-256, 64 bytes. Only which bytes are signed and where the signature travels
//! stands here; the cryptography is each end's own.

/// Header with the signature of a request, in hex.
pub const SIGNATURE_HEADER: &str = "x-aanbel-signature";
/// Header with the phone's public key, a point of P-256 uncompressed, in hex. Only a phone of which the
/// server has no key yet may bring one.
pub const KEY_HEADER: &str = "x-aanbel-key";
/// Bytes of a signature: r, s.
pub const SIGNATURE_LEN: usize = 64;

const REQUEST: &str = "aanbel signed request 1";
const SEALED: &str = "aanbel signed op 1";

/// The bytes that are signed of a request: for what it is meant, whose it is, and the body as it
/// travels. A token is of one phone at one server, so nothing signed for one counts for another.
pub fn signed_request(path: &str, token: &str, body: &[u8]) -> Vec<u8> {
    [REQUEST.as_bytes(), b"\n", path.as_bytes(), b"\n", token.as_bytes(), b"\n", body].concat()
}

/// The bytes that are signed of an op before it is sealed: what the envelope will hold.
pub fn signed_op(inside: &[u8]) -> Vec<u8> {
    [SEALED.as_bytes(), b"\n", inside].concat()
}

pub fn to_hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// None when it is anything else than whole bytes in hex.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2))?;
    Some(digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_read_as_it_was_written() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(from_hex(&to_hex(&bytes)), Some(bytes));
        assert_eq!((from_hex("0"), from_hex("zz"), from_hex("0é")), (None, None, None));
    }

    #[test]
    fn what_is_signed_for_one_thing_is_signed_for_no_other() {
        let one = signed_request("/api/sync", "a", b"body");
        for other in [
            signed_request("/api/wiped", "a", b"body"),
            signed_request("/api/sync", "b", b"body"),
            signed_request("/api/sync", "a", b"bodies"),
            signed_op(b"body"),
        ] {
            assert_ne!(one, other);
        }
    }
}
