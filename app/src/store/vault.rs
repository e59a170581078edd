//! The vault around the rows: everything personal is sealed before it reaches the disk. The data key
//! is in memory while the vault is open, and nowhere else in the clear.

mod away;
mod farewell;
mod passkey;
mod rows;
mod sealed;
mod signing;

pub use super::absence::AWAY_MAX_DAYS;
pub use passkey::Added;
pub use signing::{Signer, WIPED};

use super::blocks::Blocks;
use super::indexed_db::{IndexedDb, Row, RowWrite, Shelf};
use super::outbox::{Outbox, unsealed_row};
use super::tries::{Tries, WRONG_MAX};
use super::{StoreError, read_single, wrap};
use crate::browser::crypto::{self, Asked, Key};
use crate::browser::{clock, random, storage, timing};
use aanbel_shared::sync::{Write, decode_plain, encode_plain};
use js_sys::Uint8Array;
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};

pub(super) const META: &str = "meta";
/// The server's public key.
const SERVER_KEY: &str = "server key";
/// Rows of `Keys`.
const WRAP: &str = "wrap";
const PASSKEY: &str = "passkey";
const DEVICE: &str = "device";
const SIGNING: &str = "signing";
const TRIES: &str = "tries";
const GONE: &str = "gone";
/// The readable row that says that this phone was emptied, and why.
const EMPTIED: &str = "emptied";
/// The browser's note that something waits which the store refuses.
pub const UNKEPT: &str = "unkept";
const REVOKED: &[u8] = &[1];
const HANDED_IN: &[u8] = &[2];

/// How a phone is found when the app starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// No PIN was chosen yet.
    New {
        /// Readable rows of before there was a vault wait to be sealed.
        holds: bool,
        emptied: Option<Emptied>,
    },
    Locked {
        /// A passkey opens it too.
        passkey: bool,
    },
    /// The keys were destroyed; only the office can read what was sealed to it.
    Gone(Gone),
}

/// Why the keys were destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    WrongPins,
    Forgotten,
    /// No contact with the office for too long.
    Away,
}

/// Who had this phone emptied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emptied {
    Revoked,
    HandedIn,
}

/// What became of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    Open,
    Wrong(Tries),
    /// Too early; nothing was tried.
    Wait(Tries),
    /// That was the last one: the keys are destroyed.
    Gone,
}

struct Open {
    key: Key,
    blocks: Blocks,
    outbox: Outbox,
    /// The last contact that was noted, by the server's clock.
    synced_ms: Option<i64>,
    signer: Option<Signer>,
    key_told: bool,
}

impl Open {
    fn new(key: Key, signer: Option<Signer>) -> Open {
        let (blocks, outbox) = (Blocks::default(), Outbox::default());
        Open { key, blocks, outbox, synced_ms: None, signer, key_told: false }
    }
}

pub struct Vault {
    pub(super) raw: IndexedDb,
    open: RefCell<Option<Open>>,
    /// The sealed small rows as `load` found them, while the app starts; it asks for most of them.
    slips: RefCell<Option<Vec<Row>>>,
}

impl Vault {
    /// Around the database of this name.
    pub fn new(name: &'static str) -> Vault {
        Vault::around(IndexedDb::new(name))
    }

    pub(super) fn around(raw: IndexedDb) -> Vault {
        Vault { raw, open: RefCell::new(None), slips: RefCell::new(None) }
    }

    #[cfg(feature = "conformance")]
    pub(super) fn close(&self) {
        self.open.replace(None);
    }

    /// How this phone is found.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn found(&self) -> Result<Found, StoreError> {
        let keys = self.raw.names(Shelf::Keys).await?;
        let has = |name: &str| keys.iter().any(|key| key == name);
        if has(WRAP) {
            return Ok(Found::Locked { passkey: has(PASSKEY) });
        }
        if let Some(why) = self.raw.bytes(Shelf::Keys, GONE).await? {
            return Ok(Found::Gone(match why.as_slice() {
                [0] => Gone::WrongPins,
                [1] => Gone::Forgotten,
                _ => Gone::Away,
            }));
        }
        let emptied = self.raw.bytes(Shelf::Side, EMPTIED).await?;
        let emptied = emptied.map(|why| match why.as_slice() {
            HANDED_IN => Emptied::HandedIn,
            _ => Emptied::Revoked,
        });
        let holds = self.raw.row(Shelf::Side, META).await?.is_some();
        Ok(Found::New { holds, emptied })
    }

    /// Makes the keys and seals what was readable, all in one step. `rounds` only to be quick in a
    /// test of the store; else as many as this phone can do.
    ///
    /// # Errors
    /// When nothing was kept; what was readable is then still there as it was. `Taken` when another window
    /// made keys meanwhile: other ones would leave all that it kept unreadable.
    pub async fn create(&self, pin: &str, rounds: Option<u32>) -> Result<(), StoreError> {
        let rounds = match rounds {
            Some(rounds) => rounds,
            None => wrap::calibrated().await,
        };
        let bound = crypto::bound_key().await.ok_or(StoreError::NoCrypto)?;
        match self.create_with(pin, rounds, bound.0, Signer::fresh().await).await {
            // A browser that keeps no keys of its own, as some do in a private window.
            Err(StoreError::Refused(why)) if why == "DataCloneError" => {
                let bytes: [u8; 32] = random::fill();
                self.create_with(pin, rounds, Uint8Array::from(&bytes[..]).into(), None).await
            }
            done => done,
        }
    }

    async fn create_with(
        &self,
        pin: &str,
        rounds: u32,
        device: JsValue,
        signer: Option<Signer>,
    ) -> Result<(), StoreError> {
        let data: [u8; 32] = random::fill();
        let key = crypto::key_of(&data).await.ok_or(StoreError::NoCrypto)?;
        let held = device_key(device.clone()).await?;
        let wrapped = wrap::close(&data, pin, rounds, &held).await?;
        let mut writes: Vec<RowWrite> = Shelf::OF_THE_VAULT.map(RowWrite::Clear).into();
        writes.extend(self.sealed_of_readable(&key).await?);
        writes.extend(self.farewells_with(None).await);
        writes.push(RowWrite::Put(Shelf::Keys, DEVICE.to_owned(), device));
        writes.push(RowWrite::bytes(Shelf::Keys, WRAP, &wrapped));
        writes.extend(signer.as_ref().map(Signer::write));
        self.raw.write_unless(Some(WRAP), &writes).await?;
        self.open.replace(Some(Open::new(key, signer)));
        // Those were of an earlier life.
        storage::keep_note(UNKEPT, None);
        storage::keep_note(TRIES, None);
        Ok(())
    }

    /// The rows of before there was a vault, sealed.
    async fn sealed_of_readable(&self, key: &Key) -> Result<Vec<RowWrite>, StoreError> {
        let [side, rows] = self.raw.all([Shelf::Side, Shelf::Ops]).await?;
        let mut writes = Vec::new();
        for (name, bytes) in side.iter().filter(|(name, _)| name != EMPTIED) {
            writes.push(seal(key, Shelf::Slips, name, bytes).await?);
        }
        let mut puts = Vec::new();
        for row in rows {
            match read_single(row.clone()) {
                (_, Some(ops)) => puts.extend(ops.into_iter().map(Write::Put)),
                // What cannot be read stays as it is, behind the same lock.
                (name, None) => writes.push(seal(key, Shelf::Blocks, &name, &row.1).await?),
            }
        }
        for (name, ops) in Blocks::default().plan(&puts).fresh {
            writes.push(seal(key, Shelf::Blocks, &name, &encode_plain(&ops)).await?);
        }
        Ok(writes)
    }

    /// How many PINs were wrong in a row.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn tries(&self) -> Result<Tries, StoreError> {
        let bytes = self.raw.bytes(Shelf::Keys, TRIES).await?;
        let row = bytes.and_then(|bytes| decode_plain(&bytes).ok());
        let kept = row.map(Tries::of_row).unwrap_or_default();
        let noted = storage::note(TRIES).and_then(|note| Tries::of_note(&note)).unwrap_or_default();
        Ok(if noted.wrong > kept.wrong { noted } else { kept })
    }

    /// Tries a PIN. It counts as wrong until it turns out to be right, so that ending the app in
    /// between gives no free tries.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn unlock(&self, pin: &str) -> Result<Tried, StoreError> {
        let (tried, data) = self.try_pin(pin).await?;
        if let Some(data) = data {
            self.open_with(&data).await?;
        }
        Ok(tried)
    }

    async fn open_with(&self, data: &[u8]) -> Result<(), StoreError> {
        timing::mark("unlocked");
        // A lock over an app that runs: what that knows of its rows stays.
        if self.open.borrow().is_some() {
            return Ok(());
        }
        let key = crypto::key_of(data).await.ok_or(StoreError::NoCrypto)?;
        let signer = self.kept_signer().await;
        self.open.replace(Some(Open::new(key, signer)));
        Ok(())
    }

    /// Wraps the data key under another PIN, when the old one is right. A passkey still opens it.
    ///
    /// # Errors
    /// When the store refuses; the old PIN then still counts.
    pub async fn change_pin(&self, old: &str, new: &str) -> Result<Tried, StoreError> {
        let (tried, data) = self.try_pin(old).await?;
        if let Some(data) = data {
            let device = self.device_key().await?.ok_or(StoreError::Locked)?;
            let rounds = wrap::calibrated().await;
            let wrapped = wrap::close(&data, new, rounds, &device).await?;
            self.raw.write(&[RowWrite::bytes(Shelf::Keys, WRAP, &wrapped)]).await?;
        }
        Ok(tried)
    }

    async fn try_pin(&self, pin: &str) -> Result<(Tried, Option<Vec<u8>>), StoreError> {
        let before = self.tries().await?;
        let now_ms = clock::now_ms();
        if before.wait_ms(now_ms) > 0 {
            return Ok((Tried::Wait(before), None));
        }
        let (Some(device), Some(wrapped)) =
            (self.device_key().await?, self.raw.bytes(Shelf::Keys, WRAP).await?)
        else {
            return Ok((Tried::Gone, None));
        };
        let counted = before.and_one(now_ms);
        self.count(Some(counted)).await?;
        if let Some(data) = wrap::open(&wrapped, pin, &device).await {
            self.count(None).await?;
            return Ok((Tried::Open, Some(data)));
        }
        if counted.wrong >= WRONG_MAX {
            self.destroy(Gone::WrongPins).await?;
            return Ok((Tried::Gone, None));
        }
        Ok((Tried::Wrong(counted), None))
    }

    /// Keeps how many were wrong. On a phone without room it is a small note of the browser's: who stands
    /// at a door must get in, and tries are counted all the same.
    async fn count(&self, tries: Option<Tries>) -> Result<(), StoreError> {
        let row = match tries {
            Some(tries) => RowWrite::bytes(Shelf::Keys, TRIES, &encode_plain(&tries.row())),
            None => RowWrite::Delete(Shelf::Keys, TRIES.to_owned()),
        };
        match self.raw.write(&[row]).await {
            Err(StoreError::Full) => {
                let note = tries.map(Tries::note);
                if storage::keep_note(TRIES, note.as_deref()) {
                    Ok(())
                } else {
                    Err(StoreError::Full)
                }
            }
            done => {
                if storage::note(TRIES).is_some() {
                    storage::keep_note(TRIES, None);
                }
                done
            }
        }
    }

    /// Destroys the keys and what only they open. What was sealed to the office stays.
    ///
    /// # Errors
    /// When the store refuses; all is then still there.
    pub async fn destroy(&self, why: Gone) -> Result<(), StoreError> {
        let why = match why {
            Gone::WrongPins => 0,
            Gone::Forgotten => 1,
            Gone::Away => 2,
        };
        let farewell = self.locked_farewell().await;
        let mut told = vec![RowWrite::bytes(Shelf::Keys, GONE, &[why])];
        told.extend(self.notes_unsealed().await.then(unsealed_row));
        self.clear(told, farewell.as_deref()).await
    }

    /// Empties the phone, all in one step, and notes why. What is sealed to the office stays until it
    /// was handed over, and the farewell until the office has heard it.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn empty(&self, why: Emptied, farewell: Option<&str>) -> Result<(), StoreError> {
        let row = match why {
            Emptied::Revoked => REVOKED,
            Emptied::HandedIn => HANDED_IN,
        };
        self.clear(vec![RowWrite::bytes(Shelf::Side, EMPTIED, row)], farewell).await
    }

    /// All but what is sealed to the office and what it must still hear goes; these rows say why.
    async fn clear(&self, why: Vec<RowWrite>, farewell: Option<&str>) -> Result<(), StoreError> {
        // Whoever empties a phone does not wait for what cannot be read.
        let passkey = self.kept_passkey().await.ok().flatten();
        let mut writes: Vec<RowWrite> = Shelf::OF_THE_VAULT.map(RowWrite::Clear).into();
        writes.extend(self.farewells_with(farewell).await);
        writes.extend(why);
        self.raw.write(&writes).await?;
        self.open.replace(None);
        if let Some(kept) = passkey {
            kept.forget();
        }
        Ok(())
    }

    /// The key that this browser holds; none once it was destroyed.
    async fn device_key(&self) -> Result<Option<Key>, StoreError> {
        match self.raw.row(Shelf::Keys, DEVICE).await? {
            Some(row) => Ok(Some(device_key(row).await?)),
            None => Ok(None),
        }
    }

    fn key(&self) -> Result<Key, StoreError> {
        self.open.borrow().as_ref().map(|open| open.key.clone()).ok_or(StoreError::Locked)
    }
}

/// The key that this browser holds, from its row.
async fn device_key(row: JsValue) -> Result<Key, StoreError> {
    match row.dyn_into::<Uint8Array>() {
        Ok(bytes) => crypto::key_of(&bytes.to_vec()).await.ok_or(StoreError::NoCrypto),
        Err(key) => Ok(Key(key)),
    }
}

/// What a sealed row is bound to, so that no row can stand in another's place.
fn bound(shelf: Shelf, name: &str) -> String {
    format!("{shelf:?}/{name}")
}

/// A row that the browser is asked to seal.
struct Sealing<'n>(Shelf, &'n str, Asked);

impl<'n> Sealing<'n> {
    fn ask(key: &Key, shelf: Shelf, name: &'n str, plain: &[u8]) -> Sealing<'n> {
        Sealing(shelf, name, crypto::ask_seal(key, &bound(shelf, name), plain))
    }

    /// The row, once it is sealed.
    async fn row(self) -> Result<RowWrite, StoreError> {
        let Sealing(shelf, name, asked) = self;
        Ok(RowWrite::bytes(shelf, name, &asked.done().await.ok_or(StoreError::NoCrypto)?))
    }
}

async fn seal(key: &Key, shelf: Shelf, name: &str, plain: &[u8]) -> Result<RowWrite, StoreError> {
    Sealing::ask(key, shelf, name, plain).row().await
}
