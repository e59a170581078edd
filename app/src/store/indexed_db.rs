//! The phone's rows as they lie on its disk: the only file that says IndexedDB. One strict transaction
//! per `write`, and an answer only after the browser called it complete. What a row means, and that
//! it is sealed, is the vault's.

use super::StoreError;
use super::leaving::Reads;
use indexed_db_futures::database::Database;
use indexed_db_futures::error::{DomException, Error, OpenDbError};
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{
    Transaction, TransactionDurability, TransactionMode, TransactionOptions,
};
use std::cell::RefCell;
use wasm_bindgen::JsValue;

/// Goes up when object stores are added; they are never removed or renamed.
const VERSION: u8 = 2;

/// A kind of row. `Ops` and `Side` hold readable rows of before there was a vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    Ops,
    Side,
    /// Sealed ops, many per row.
    Blocks,
    /// Sealed small rows.
    Slips,
    /// Unsent ops, sealed to the server.
    Sealed,
    /// Wrapped keys, and what must be known before they are unwrapped.
    Keys,
}

impl Shelf {
    const ALL: [Shelf; 6] =
        [Shelf::Ops, Shelf::Side, Shelf::Blocks, Shelf::Slips, Shelf::Sealed, Shelf::Keys];
    /// All but what is sealed to the office.
    pub const OF_THE_VAULT: [Shelf; 5] =
        [Shelf::Keys, Shelf::Blocks, Shelf::Slips, Shelf::Ops, Shelf::Side];

    fn name(self) -> &'static str {
        match self {
            Shelf::Ops => "ops",
            Shelf::Side => "side",
            Shelf::Blocks => "blocks",
            Shelf::Slips => "slips",
            Shelf::Sealed => "sealed",
            Shelf::Keys => "keys",
        }
    }
}

/// One change of the rows.
#[derive(Clone, Debug)]
pub enum RowWrite {
    Put(Shelf, String, JsValue),
    Delete(Shelf, String),
    Clear(Shelf),
}

impl RowWrite {
    /// A row of bytes.
    pub fn bytes(shelf: Shelf, key: &str, bytes: &[u8]) -> RowWrite {
        RowWrite::Put(shelf, key.to_owned(), js_sys::Uint8Array::from(bytes).into())
    }
}

/// A row's key and bytes; without bytes when it holds anything else.
pub type Row = (String, Vec<u8>);

pub struct IndexedDb {
    name: &'static str,
    /// None between a closing by the browser and the next try.
    database: RefCell<Option<Database>>,
    reads: Reads,
}

impl IndexedDb {
    /// A store by name; opened at its first use.
    pub fn new(name: &'static str) -> Self {
        IndexedDb { name, database: RefCell::new(None), reads: Reads::watched() }
    }

    /// Opens, or gives the one that is open.
    async fn database(&self) -> Result<Database, StoreError> {
        if let Some(open) = self.database.borrow().clone() {
            return Ok(open);
        }
        let database = Database::open(self.name)
            .with_version(VERSION)
            .with_on_upgrade_needed(|event, database| {
                let old = event.old_version();
                let first = if old < 1.0 { 0 } else { 2 };
                if old < 2.0 {
                    for shelf in &Shelf::ALL[first..] {
                        database.create_object_store(shelf.name()).build()?;
                    }
                }
                Ok(())
            })
            .await
            .map_err(opening)?;
        self.database.replace(Some(database.clone()));
        Ok(database)
    }

    /// Does all of `writes` or none, in order, in one strict transaction. A database that the browser
    /// closed in the meantime is opened again, once.
    ///
    /// # Errors
    /// When nothing was kept.
    pub async fn write(&self, writes: &[RowWrite]) -> Result<(), StoreError> {
        self.write_unless(None, writes).await
    }

    /// As `write`, and nothing when there is a row of this key in `Keys`: another window may put it there
    /// at any moment, so it is looked for in the same transaction.
    ///
    /// # Errors
    /// As `write`, and `Taken` when there is that row.
    pub async fn write_unless(
        &self,
        key: Option<&str>,
        writes: &[RowWrite],
    ) -> Result<(), StoreError> {
        let first = self.write_once(key, writes).await;
        if first != Err(StoreError::Closed) {
            return first;
        }
        self.database.replace(None);
        self.write_once(key, writes).await
    }

    async fn write_once(
        &self,
        unless: Option<&str>,
        writes: &[RowWrite],
    ) -> Result<(), StoreError> {
        let database = self.database().await?;
        let transaction = database
            .transaction(Shelf::ALL.map(Shelf::name))
            .with_mode(TransactionMode::Readwrite)
            .with_options(strict())
            .build()
            .map_err(refused)?;
        if let Some(key) = unless {
            let keys = transaction.object_store(Shelf::Keys.name()).map_err(refused)?;
            let found: Option<JsValue> = keys.get(key).await.map_err(refused)?;
            if found.is_some() {
                return Err(StoreError::Taken);
            }
        }
        // A transaction that is dropped without `commit` is rolled back.
        fill(&transaction, writes).map_err(refused)?;
        transaction.commit().await.map_err(refused)
    }

    /// Reads. As `write`, once more when the browser closed the database in the meantime.
    async fn read<T>(
        &self,
        read: impl AsyncFn(Database) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let first = self.reads.run(read(self.database().await?)).await;
        if !matches!(first, Err(StoreError::Closed)) || self.reads.is_left() {
            return first;
        }
        self.database.replace(None);
        self.reads.run(read(self.database().await?)).await
    }

    /// One row, as it is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn row(&self, shelf: Shelf, key: &str) -> Result<Option<JsValue>, StoreError> {
        self.read(async |database| {
            let transaction = database.transaction(shelf.name()).build().map_err(refused)?;
            let rows = transaction.object_store(shelf.name()).map_err(refused)?;
            rows.get(key).await.map_err(refused)
        })
        .await
    }

    /// One row of bytes.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn bytes(&self, shelf: Shelf, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.row(shelf, key).await?.map(|row| bytes_of(&row)))
    }

    /// All rows of two shelves as they were at one moment.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn all(&self, shelves: [Shelf; 2]) -> Result<[Vec<Row>; 2], StoreError> {
        self.read(async |database| all_of(&database, shelves.map(Shelf::name)).await).await
    }

    /// The keys of all rows.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn names(&self, shelf: Shelf) -> Result<Vec<String>, StoreError> {
        self.read(async |database| {
            let transaction = database.transaction(shelf.name()).build().map_err(refused)?;
            let rows = transaction.object_store(shelf.name()).map_err(refused)?;
            let names = rows.get_all_keys::<String>().await.map_err(refused)?;
            Ok(names.filter_map(Result::ok).collect())
        })
        .await
    }

    #[cfg(feature = "conformance")]
    pub fn close(&self) {
        if let Some(open) = self.database.replace(None) {
            open.close();
        }
    }

    /// Closes the connection as a browser does by itself: this store does not hear of it.
    #[cfg(feature = "conformance")]
    pub fn cut(&self) {
        if let Some(open) = self.database.borrow().clone() {
            open.close();
        }
    }

    /// Removes the whole database.
    ///
    /// # Errors
    /// When the browser refuses, for example because another tab still has it open.
    #[cfg(feature = "conformance")]
    pub async fn wipe(&self) -> Result<(), StoreError> {
        if let Some(open) = self.database.replace(None) {
            open.close();
        }
        Database::delete_by_name(self.name).map_err(opening)?.await.map_err(refused)
    }
}

async fn all_of(
    database: &Database,
    names: [&'static str; 2],
) -> Result<[Vec<Row>; 2], StoreError> {
    let transaction = database.transaction(names).build().map_err(refused)?;
    let mut found = [Vec::new(), Vec::new()];
    for (name, found) in names.into_iter().zip(&mut found) {
        let rows = transaction.object_store(name).map_err(refused)?;
        let keys = rows.get_all_keys::<String>().await.map_err(refused)?;
        // A row may hold anything when the disk was damaged, so no kind of value is taken for granted.
        let values = rows.get_all::<JsValue>().await.map_err(refused)?;
        let values = values.map(|row| row.ok().map(|row| bytes_of(&row)).unwrap_or_default());
        found.extend(keys.map(Result::unwrap_or_default).zip(values));
    }
    Ok(found)
}

fn fill(transaction: &Transaction<'_>, writes: &[RowWrite]) -> Result<(), Error> {
    for write in writes {
        match write {
            RowWrite::Put(shelf, key, value) => {
                let rows = transaction.object_store(shelf.name())?;
                rows.put(value).with_key(key.as_str()).build()?;
            }
            RowWrite::Delete(shelf, key) => {
                transaction.object_store(shelf.name())?.delete(key.as_str()).build()?;
            }
            RowWrite::Clear(shelf) => {
                transaction.object_store(shelf.name())?.clear()?;
            }
        }
    }
    Ok(())
}

fn strict() -> TransactionOptions {
    TransactionOptions::new().with_durability(TransactionDurability::Strict)
}

fn bytes_of(row: &JsValue) -> Vec<u8> {
    use wasm_bindgen::JsCast;
    row.dyn_ref::<js_sys::Uint8Array>().map(js_sys::Uint8Array::to_vec).unwrap_or_default()
}

fn opening(error: OpenDbError) -> StoreError {
    match error {
        OpenDbError::Base(Error::DomException(exception))
            if exception.as_sys_name() == "VersionError" =>
        {
            StoreError::Newer
        }
        OpenDbError::Base(error) => refused(error),
        _ => StoreError::Refused("the database cannot be opened".into()),
    }
}

/// The crate tells of an aborted commit without its reason. With us that reason is a full disk:
/// nothing else aborts a transaction that only puts and deletes.
fn refused(error: Error) -> StoreError {
    match &error {
        Error::DomException(exception) => match exception.as_sys_name().as_str() {
            "QuotaExceededError" => StoreError::Full,
            "InvalidStateError" | "TransactionInactiveError" | "AbortError" => StoreError::Closed,
            name => StoreError::Refused(name.to_owned()),
        },
        Error::MissingData(_) => StoreError::Full,
        // The crate's own words would bring their number formatting along to every phone.
        _ => StoreError::Refused("unknown".into()),
    }
}

trait SystemName {
    fn as_sys_name(&self) -> String;
}

impl SystemName for DomException {
    fn as_sys_name(&self) -> String {
        web_sys::DomException::from(self.clone()).name()
    }
}
