//! What an authenticator says of itself and of a new key: bytes at fixed places (WebAuthn level 3,
//! section 6.1). Whether it is good enough is decided in `check`.

/// Somebody touched it.
const PRESENT: u8 = 0x01;
/// It knows who: by a PIN, a finger, a face.
const VERIFIED: u8 = 0x04;
/// The key may be copied to another device of its owner.
const MAY_BE_COPIED: u8 = 0x08;
/// And was.
const IS_COPIED: u8 = 0x10;
const HAS_EXTENSIONS: u8 = 0x80;

/// A key of P-256 for ES256 in COSE: kind, algorithm and curve, then both numbers. Authenticators write
/// it in one way only (CTAP2 canonical CBOR).
const BEFORE_X: [u8; 10] = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
const BEFORE_Y: [u8; 3] = [0x22, 0x58, 0x20];
const NUMBER_BYTES: usize = 32;
/// Longer ones are not allowed.
const CREDENTIAL_MAX_BYTES: usize = 1_023;

/// What stands in every answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthenticatorData<'a> {
    /// SHA-256 of the site's host.
    pub site_hash: &'a [u8],
    /// How often this key signed; 0 when its authenticator does not count.
    pub counter: u32,
    flags: u8,
    rest: &'a [u8],
}

/// A key that was just made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    pub credential: Vec<u8>,
    /// A point of P-256, uncompressed.
    pub point: Vec<u8>,
    pub counter: u32,
}

impl<'a> AuthenticatorData<'a> {
    /// None when something is missing, or its flags cannot be.
    pub fn read(bytes: &'a [u8]) -> Option<AuthenticatorData<'a>> {
        let (site_hash, rest) = bytes.split_at_checked(32)?;
        let (flags, rest) = rest.split_first()?;
        let (counter, rest) = rest.split_first_chunk()?;
        let counter = u32::from_be_bytes(*counter);
        let data = AuthenticatorData { site_hash, counter, flags: *flags, rest };
        (data.has(MAY_BE_COPIED) || !data.has(IS_COPIED)).then_some(data)
    }

    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    pub fn is_present(&self) -> bool {
        self.has(PRESENT)
    }

    pub fn is_verified(&self) -> bool {
        self.has(VERIFIED)
    }

    /// The key that was made; none when there is none, or it is of another kind.
    pub fn new_key(&self) -> Option<NewKey> {
        let (_model, rest) = self.rest.split_at_checked(16)?;
        let (length, rest) = rest.split_first_chunk()?;
        let (credential, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
        let (x, rest) = rest.strip_prefix(&BEFORE_X)?.split_at_checked(NUMBER_BYTES)?;
        let (y, rest) = rest.strip_prefix(&BEFORE_Y)?.split_at_checked(NUMBER_BYTES)?;
        let is_whole = rest.is_empty() || self.has(HAS_EXTENSIONS);
        let fits = (1..=CREDENTIAL_MAX_BYTES).contains(&credential.len());
        let point = [&[4], x, y].concat();
        let key = NewKey { credential: credential.to_vec(), point, counter: self.counter };
        (is_whole && fits).then_some(key)
    }
}
