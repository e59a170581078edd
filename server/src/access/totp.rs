//! Codes that change every half minute (RFC 6238 on RFC 4226): six digits, HMAC-SHA-1, as every
//! authenticator app reads them. Arithmetic only; what is kept stands in `second_factor`.

use hmac::{Hmac, Mac};
use sha1::Sha1;

/// Length of one time step.
const STEP_MS: i64 = 30_000;
/// Letters of RFC 4648, five bits each.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What app and server share; RFC 4226 asks for 160 bits.
pub type Secret = [u8; 20];

/// The time step of an instant.
pub fn step(now_ms: i64) -> i64 {
    now_ms.div_euclid(STEP_MS)
}

/// The code of one time step: six digits, zeros in front.
pub fn code(secret: &Secret, step: i64) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let from = usize::from(hash[19] & 0x0f);
    let bytes = [hash[from] & 0x7f, hash[from + 1], hash[from + 2], hash[from + 3]];
    format!("{:06}", u32::from_be_bytes(bytes) % 1_000_000)
}

/// The secret as somebody types it: base 32, without the padding that 20 bytes do not need.
pub fn base32(secret: &Secret) -> String {
    let letters = secret.chunks(5).flat_map(|five| {
        let bits = five.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        (0..8).rev().map(move |place| BASE32[(bits >> (place * 5) & 31) as usize])
    });
    letters.map(char::from).collect()
}

/// What the QR code says to an app. `login` and `organisation` are shown by it.
pub fn address(secret: &Secret, login: &str, organisation: &str) -> String {
    let encode = |text: &str| -> String {
        let plain: String = text.chars().filter(|letter| *letter != ':').collect();
        form_urlencoded::byte_serialize(plain.as_bytes()).collect::<String>().replace('+', "%20")
    };
    let (issuer, account) = (encode(organisation), encode(login));
    format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}", base32(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of RFC 6238, appendix B, for SHA-1; the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let secret = *b"12345678901234567890";
        for (seconds, wanted) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(&secret, step(seconds * 1_000)), wanted, "{seconds}");
        }
    }

    #[test]
    fn secret_and_names_are_written_as_apps_read_them() {
        let secret = *b"12345678901234567890";
        assert_eq!(base32(&secret), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(
            address(&secret, "iris@voorbeeld", "Aanbel: Proef & Zo"),
            "otpauth://totp/Aanbel%20Proef%20%26%20Zo:iris%40voorbeeld\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Aanbel%20Proef%20%26%20Zo"
        );
    }
}
