//! Where the phone keeps its ops: what a store must do, and its kinds. The vault seals what IndexedDB
//! keeps. `conformance` holds the rules that every kind passes. Nothing here knows what an op means.

pub mod absence;
mod blocks;

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
#[cfg(target_arch = "wasm32")]
pub mod indexed_db;
#[cfg(target_arch = "wasm32")]
mod leaving;
#[cfg(test)]
pub mod memory;
#[cfg(target_arch = "wasm32")]
mod outbox;
pub mod tries;
#[cfg(target_arch = "wasm32")]
pub mod vault;
#[cfg(all(target_arch = "wasm32", feature = "conformance"))]
pub mod vault_bench;
#[cfg(target_arch = "wasm32")]
mod wrap;

use aanbel_shared::sync::{Meta, StoredOp, WireError, Write, decode_plain};

/// Everything that was kept and could be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loaded {
    pub meta: Meta,
    pub ops: Vec<StoredOp>,
    /// Keys of rows that could not be read. They stay in the store.
    pub damaged: Vec<String>,
}

/// Why the store could not do it. `sentence` says it to the person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    #[error("the storage is full")]
    Full,
    #[error("the database was closed")]
    Closed,
    #[error("the database was written by a newer version of the app")]
    Newer,
    #[error("the bookkeeping row cannot be read")]
    MetaDamaged,
    #[error("the browser keeps nothing: {0}")]
    Refused(String),
    #[error("the vault is locked")]
    Locked,
    #[error("another window chose a PIN")]
    Taken,
    #[error("the browser has no cryptography here")]
    NoCrypto,
}

impl StoreError {
    /// What is wrong and what to do, in Dutch.
    pub fn sentence_nl(&self) -> &'static str {
        match self {
            StoreError::Full => {
                "De opslag van dit toestel is vol. Maak ruimte vrij, bijvoorbeeld door foto's te \
                 verwijderen. Sluit dit scherm niet: we proberen het steeds opnieuw."
            }
            StoreError::Closed | StoreError::Refused(_) => {
                "Dit toestel kan nu niets bewaren. Sluit dit scherm niet: we proberen het steeds \
                 opnieuw. Gebruikt u een privévenster? Open Aanbel dan in een gewoon venster."
            }
            StoreError::Locked => "Aanbel is op slot. Open Aanbel opnieuw en vul uw pincode in.",
            StoreError::Taken => "Op dit toestel is al een pincode gekozen. Open Aanbel opnieuw.",
            StoreError::NoCrypto => {
                "Deze browser kan niet versleutelen. Open Aanbel met een adres dat met https begint, \
                 of werk uw browser bij."
            }
            StoreError::Newer => {
                "Op dit toestel stond een nieuwere versie van Aanbel. Sluit alle vensters van \
                 Aanbel, zorg voor internet en open de app opnieuw."
            }
            StoreError::MetaDamaged => {
                "De gegevens van Aanbel op dit toestel zijn beschadigd. Bel het kantoor en \
                 verwijder de app niet."
            }
        }
    }
}

/// A place that keeps.
pub trait Store {
    /// Reads everything. A row that cannot be read is counted and left alone.
    ///
    /// # Errors
    /// When the store cannot be read, or its bookkeeping row is damaged.
    async fn load(&self) -> Result<Loaded, StoreError>;

    /// Keeps all of `writes` or none, in order, and resolves only when they are safe.
    ///
    /// # Errors
    /// When nothing was kept.
    async fn keep(&self, writes: &[Write]) -> Result<(), StoreError>;

    /// A small row of the app itself, outside the records.
    ///
    /// # Errors
    /// When the store cannot be read.
    async fn side(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Keeps or removes such a row; safe when it resolves.
    ///
    /// # Errors
    /// When nothing was kept.
    async fn keep_side(&self, key: &str, bytes: Option<&[u8]>) -> Result<(), StoreError>;
}

/// Puts together what the rows say. Each row is its key and the ops in it, or none when it cannot
/// be read.
///
/// # Errors
/// `MetaDamaged` when there is a bookkeeping row that cannot be read.
pub fn read_rows(
    meta: Option<&[u8]>,
    rows: impl Iterator<Item = (String, Option<Vec<StoredOp>>)>,
) -> Result<Loaded, StoreError> {
    let mut loaded = Loaded::default();
    if let Some(bytes) = meta {
        loaded.meta = decode_plain(bytes).map_err(|_: WireError| StoreError::MetaDamaged)?;
    }
    for (key, ops) in rows {
        match ops {
            Some(ops) => loaded.ops.extend(ops),
            None => loaded.damaged.push(key),
        }
    }
    // The number of an own op that cannot be read is never used again.
    let own = loaded.meta.me.as_ref().map(|me| me.device);
    let lost = loaded.damaged.iter().filter_map(|key| blocks::read_key(key));
    let high = lost.filter(|(dot, _)| Some(dot.device) == own).map(|(dot, _)| dot.seq).max();
    loaded.meta.high = loaded.meta.high.max(high.unwrap_or(0));
    Ok(loaded)
}

/// A row of one op under its dot, as the memory keeps them and phones did before there was a vault.
pub fn read_single((key, bytes): (String, Vec<u8>)) -> (String, Option<Vec<StoredOp>>) {
    let stored = aanbel_shared::sync::decode_stored_op(&bytes).ok();
    let stored = stored.filter(|stored| stored.op.dot.to_string() == key);
    (key, stored.map(|stored| vec![stored]))
}
