//! The wrapped data key: opened only by what the person brings (her PIN, or the secret of a passkey) and
//! the key that this browser holds, together. The hierarchy is in `docs/adr/0006-keys-on-the-phone.md`.

use super::StoreError;
use crate::browser::crypto::{self, Key};
use crate::browser::{random, timing};
use aanbel_shared::sync::{decode_plain, encode_plain};

/// What an unlock should cost on this phone.
const GOAL_MS: f64 = 700.0;
/// No fewer, however slow the phone; more than a phone of this decade needs for the goal.
const ROUNDS_MIN: u32 = 600_000;
const ROUNDS_MAX: u32 = 6_000_000;
/// Enough to measure.
const SAMPLE: u32 = 100_000;
const SALT_LEN: usize = 16;
const BOUND: &str = "data key";

/// As it is kept: the salt, the rounds, and the data key, sealed by the PIN's key and that again by
/// the browser's. Worthless without the latter.
type Wrap = ([u8; SALT_LEN], u32, Vec<u8>);

/// How many rounds this phone does in the goal.
pub async fn calibrated() -> u32 {
    let start = timing::now_ms();
    crypto::stretched_key("000000", &[0; SALT_LEN], SAMPLE).await;
    let took_ms = (timing::now_ms() - start).max(1.0);
    let rounds = f64::from(SAMPLE) * GOAL_MS / took_ms;
    (rounds as u32).clamp(ROUNDS_MIN, ROUNDS_MAX)
}

/// Wraps the data key.
///
/// # Errors
/// When the browser has no cryptography.
pub async fn close(
    data: &[u8],
    pin: &str,
    rounds: u32,
    device: &Key,
) -> Result<Vec<u8>, StoreError> {
    let salt: [u8; SALT_LEN] = random::fill();
    let by_pin = crypto::stretched_key(pin, &salt, rounds).await.ok_or(StoreError::NoCrypto)?;
    let sealed = close_by(&by_pin, data, device).await?;
    Ok(encode_plain::<Wrap>(&(salt, rounds, sealed)))
}

/// The data key; none when the PIN is wrong.
pub async fn open(wrap: &[u8], pin: &str, device: &Key) -> Option<Vec<u8>> {
    let (salt, rounds, sealed): Wrap = decode_plain(wrap).ok()?;
    let by_pin = crypto::stretched_key(pin, &salt, rounds).await?;
    open_by(&by_pin, &sealed, device).await
}

/// Seals the data key by a key of the person's, and that again by the browser's.
///
/// # Errors
/// When the browser has no cryptography.
pub async fn close_by(own: &Key, data: &[u8], device: &Key) -> Result<Vec<u8>, StoreError> {
    let sealed = async {
        let inner = crypto::seal(own, BOUND, data).await?;
        crypto::seal(device, BOUND, &inner).await
    };
    sealed.await.ok_or(StoreError::NoCrypto)
}

/// The data key; none when it was sealed by others.
pub async fn open_by(own: &Key, sealed: &[u8], device: &Key) -> Option<Vec<u8>> {
    let inner = crypto::open(device, BOUND, sealed).await?;
    crypto::open(own, BOUND, &inner).await
}
