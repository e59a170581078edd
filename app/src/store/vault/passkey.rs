//! The vault's second way in: a passkey of the phone, beside the PIN and never instead of it. It wraps
//! the same data key once more, and goes where the PIN's wrap goes. Why:
//! `docs/adr/0015-a-passkey-beside-the-pin.md`.

use super::{PASSKEY, Tried, Vault};
use crate::browser::crypto::Key;
use crate::browser::passkey::{self, NotMade, PasskeyId};
use crate::browser::random;
use crate::store::indexed_db::{RowWrite, Shelf};
use crate::store::{StoreError, wrap};
use aanbel_shared::sync::{decode_plain, encode_plain};

const SALT_LEN: usize = 32;
/// What the key is for that follows from the passkey's secret.
const PURPOSE: &str = "aanbel data key";

/// As it is kept: which passkey, the salt that it is asked with, and the data key, sealed by what it
/// answers and that again by the browser's key. Says nothing about anybody.
type Row = (PasskeyId, Vec<u8>, Vec<u8>);

/// What became of setting one up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    Yes,
    /// The PIN did not open.
    Not(Tried),
    NotMade(NotMade),
}

/// A passkey that opens this vault.
pub(super) struct Passkey {
    id: PasskeyId,
    salt: Vec<u8>,
    wrapped: Vec<u8>,
}

impl Passkey {
    /// The phone may drop it.
    pub(super) fn forget(&self) {
        passkey::forget(&self.id);
    }
}

impl Vault {
    pub(super) async fn kept_passkey(&self) -> Result<Option<Passkey>, StoreError> {
        let row = self.raw.bytes(Shelf::Keys, PASSKEY).await?;
        let row = row.and_then(|row| decode_plain::<Row>(&row).ok());
        Ok(row.map(|(id, salt, wrapped)| Passkey { id, salt, wrapped }))
    }

    /// Whether a passkey opens this vault.
    pub async fn has_passkey(&self) -> bool {
        self.kept_passkey().await.is_ok_and(|kept| kept.is_some())
    }

    /// Makes a passkey that opens this vault, when the PIN is right. It is asked at once the way that
    /// the lock will ask it, so what is kept works; when anything fails, all is as it was.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn add_passkey(&self, pin: &str) -> Result<Added, StoreError> {
        let (tried, data) = self.try_pin(pin).await?;
        let Some(data) = data else { return Ok(Added::Not(tried)) };
        let id = match passkey::create().await {
            Ok(id) => id,
            Err(why) => return Ok(Added::NotMade(why)),
        };
        let salt = random::fill::<SALT_LEN>().to_vec();
        let added = match passkey::key(&id, &salt, PURPOSE).await {
            Some(key) => self.wrap_by(&key, &id, salt, &data).await.map(|()| Added::Yes),
            None => Ok(Added::NotMade(NotMade::Stopped)),
        };
        if added != Ok(Added::Yes) {
            passkey::forget(&id);
        }
        added
    }

    async fn wrap_by(
        &self,
        key: &Key,
        id: &PasskeyId,
        salt: Vec<u8>,
        data: &[u8],
    ) -> Result<(), StoreError> {
        let device = self.device_key().await?.ok_or(StoreError::Locked)?;
        let row =
            encode_plain::<Row>(&(id.clone(), salt, wrap::close_by(key, data, &device).await?));
        self.raw.write(&[RowWrite::bytes(Shelf::Keys, PASSKEY, &row)]).await
    }

    /// Asks the passkey, and opens by what it answers; gives whether it did. What fails is no wrong PIN.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn unlock_by_passkey(&self) -> Result<bool, StoreError> {
        let Some(kept) = self.kept_passkey().await? else { return Ok(false) };
        let Some(key) = passkey::key(&kept.id, &kept.salt, PURPOSE).await else {
            return Ok(false);
        };
        self.open_by(&key, &kept).await
    }

    async fn open_by(&self, key: &Key, kept: &Passkey) -> Result<bool, StoreError> {
        // Read only now: while the phone asked, another tab may have destroyed it.
        let Some(device) = self.device_key().await? else { return Ok(false) };
        let Some(data) = wrap::open_by(key, &kept.wrapped, &device).await else {
            return Ok(false);
        };
        // She is who she says, as with the right PIN: what a child tried before does not add up.
        self.count(None).await?;
        self.open_with(&data).await?;
        Ok(true)
    }

    /// From now on only the PIN opens.
    ///
    /// # Errors
    /// When the store refuses; the passkey then still opens.
    pub async fn drop_passkey(&self) -> Result<(), StoreError> {
        let kept = self.kept_passkey().await?;
        self.raw.write(&[RowWrite::Delete(Shelf::Keys, PASSKEY.to_owned())]).await?;
        if let Some(kept) = kept {
            kept.forget();
        }
        Ok(())
    }
}
