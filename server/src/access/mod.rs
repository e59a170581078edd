//! Who somebody is and what she may: sign-in, sessions, invitations, enrolment codes, devices.
//! What a role may do stands in `shared::programme`; what a page shows stands with the page.

pub mod audit;
mod browser;
mod caller;
pub mod codes;
mod devices;
pub mod invites;
mod limits;
pub mod passkeys;
mod passwords;
pub mod peaks;
pub mod people;
mod posted;
mod prove;
mod refusals;
pub mod second_factor;
pub mod sessions;
mod sign_in;
mod signed_in;
mod signing;
pub mod totp;

pub use browser::{Browser, Peer};
pub use caller::Caller;
pub(crate) use caller::note_refused;
pub use devices::{Phone, phone, revoke, revoke_all};
pub use limits::{Limiter, Limits};
pub use passwords::{PASSWORD_MIN, WeakPassword, check_password, hash_password, hashes_computed};
pub use posted::{Posted, refuse_other_sites};
pub use prove::{FRESH_MS, PROVE_PAGE, prove, prove_by_passkey};
pub use refusals::{Refusal, note as note_refusals};
pub use sign_in::{
    Entered, Second, SignInError, clear_cookie, enter, give_second, sign_in, sign_out, start_whole,
};
pub use signed_in::{SignedIn, Visitor};
pub use signing::{MadeUpKey, Proof, Unproven, is_signed};

use rusqlite::types::{FromSql, FromSqlResult, ToSqlOutput, ValueRef};
use rusqlite::{Result as SqlResult, ToSql};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Number of a person in this server's database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(pub i64);

impl ToSql for PersonId {
    fn to_sql(&self) -> SqlResult<ToSqlOutput<'_>> {
        Ok(self.0.into())
    }
}

impl FromSql for PersonId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        i64::column_result(value).map(PersonId)
    }
}

/// Unguessable bytes from the operating system.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// A new secret of 256 bits as 64 hex digits.
pub(crate) fn new_token() -> String {
    hex(&random::<32>())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    aanbel_shared::sync::to_hex(bytes)
}

/// What is kept of a secret: its SHA-256. Secrets of 256 random bits need no slow hash.
pub fn hash_of(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}
