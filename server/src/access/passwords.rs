//! Passwords: argon2id, off the threads that answer requests.

use argon2::Argon2;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Semaphore;

/// Fewest characters of a password (NIST SP 800-63B asks 8 at least; a passphrase is easier).
pub const PASSWORD_MIN: usize = 12;
/// Most bytes; more is no password but an attack on the hash.
const PASSWORD_MAX: usize = 1_000;

/// Hashes at one time: each takes 19 MiB and a core, and anybody may ask for one.
static TURNS: Semaphore = Semaphore::const_new(2);
static COMPUTED: AtomicU64 = AtomicU64::new(0);

/// Hashes that were computed since the start. They are what a sign-in costs, so from outside a name that
/// is known must cost as many as one that is not.
pub fn hashes_computed() -> u64 {
    COMPUTED.load(Ordering::Relaxed)
}

/// What computes one hash.
fn hasher() -> Argon2<'static> {
    COMPUTED.fetch_add(1, Ordering::Relaxed);
    Argon2::default()
}

/// Why a password is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    #[error("the password is too short")]
    TooShort,
    #[error("the password is too long")]
    TooLong,
}

impl WeakPassword {
    pub fn sentence_nl(self) -> &'static str {
        match self {
            WeakPassword::TooShort => "Kies een wachtwoord van 12 tekens of meer.",
            WeakPassword::TooLong => "Kies een korter wachtwoord.",
        }
    }
}

/// Hash to keep, as a PHC string.
///
/// # Errors
/// When the password is too short or too long.
pub async fn hash_password(password: String) -> Result<String, WeakPassword> {
    if password.chars().count() < PASSWORD_MIN {
        return Err(WeakPassword::TooShort);
    }
    if password.len() > PASSWORD_MAX {
        return Err(WeakPassword::TooLong);
    }
    let _turn = TURNS.acquire().await.expect("never closed");
    let hashing = tokio::task::spawn_blocking(move || {
        let salt = SaltString::generate(&mut OsRng);
        let hash = hasher().hash_password(password.as_bytes(), &salt);
        hash.expect("fixed parameters and a fresh salt").to_string()
    });
    Ok(hashing.await.expect("hashing does not panic"))
}

/// Whether the password is right. Takes as long without a hash, so that a guesser cannot tell
/// which names exist.
pub async fn check_password(password: String, hash: Option<String>) -> bool {
    if password.len() > PASSWORD_MAX {
        return false;
    }
    let _turn = TURNS.acquire().await.expect("never closed");
    let checking = tokio::task::spawn_blocking(move || {
        let Some(hash) = hash else {
            let salt = SaltString::generate(&mut OsRng);
            drop(hasher().hash_password(password.as_bytes(), &salt));
            return false;
        };
        let Ok(parsed) = PasswordHash::new(&hash) else { return false };
        hasher().verify_password(password.as_bytes(), &parsed).is_ok()
    });
    checking.await.unwrap_or(false)
}
