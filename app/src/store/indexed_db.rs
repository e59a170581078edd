//! The phone's store: the only file that says IndexedDB. One strict transaction per `keep`, and an
//! answer only after the browser called it complete.

use super::{Loaded, Store, StoreError, read_rows};
use aanbel_shared::sync::{Write, encode_plain, encode_stored_op};
use indexed_db_futures::database::Database;
use indexed_db_futures::error::{DomException, Error, OpenDbError};
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{
    Transaction, TransactionDurability, TransactionMode, TransactionOptions,
};
use indexed_db_futures::typed_array::{Uint8Array, Uint8ArraySlice};
use std::cell::RefCell;

/// Goes up when object stores are added; they are never removed or renamed.
const VERSION: u8 = 1;
const OPS: &str = "ops";
const SIDE: &str = "side";
const META: &str = "meta";

pub struct IndexedDb {
    name: &'static str,
    /// None between a closing by the browser and the next try.
    database: RefCell<Option<Database>>,
}

impl IndexedDb {
    /// A store by name; opened at its first use.
    pub fn new(name: &'static str) -> Self {
        IndexedDb { name, database: RefCell::new(None) }
    }

    /// Opens, or gives the one that is open.
    async fn database(&self) -> Result<Database, StoreError> {
        if let Some(open) = self.database.borrow().clone() {
            return Ok(open);
        }
        let database = Database::open(self.name)
            .with_version(VERSION)
            .with_on_upgrade_needed(|event, database| {
                if event.old_version() < 1.0 {
                    database.create_object_store(OPS).build()?;
                    database.create_object_store(SIDE).build()?;
                }
                Ok(())
            })
            .await
            .map_err(opening)?;
        self.database.replace(Some(database.clone()));
        Ok(database)
    }

    /// Runs `fill` in one strict transaction. A database that the browser closed in the meantime
    /// is opened again, once.
    async fn write(
        &self,
        fill: impl Fn(&Transaction<'_>) -> Result<(), Error>,
    ) -> Result<(), StoreError> {
        let first = self.write_once(&fill).await;
        if first != Err(StoreError::Closed) {
            return first;
        }
        self.database.replace(None);
        self.write_once(&fill).await
    }

    async fn write_once(
        &self,
        fill: &impl Fn(&Transaction<'_>) -> Result<(), Error>,
    ) -> Result<(), StoreError> {
        let database = self.database().await?;
        let transaction = database
            .transaction([OPS, SIDE])
            .with_mode(TransactionMode::Readwrite)
            .with_options(strict())
            .build()
            .map_err(refused)?;
        // A transaction that is dropped without `commit` is rolled back.
        fill(&transaction).map_err(refused)?;
        transaction.commit().await.map_err(refused)
    }

    /// Empties the phone: removes the whole database.
    ///
    /// # Errors
    /// When the browser refuses, for example because another tab still has it open.
    pub async fn wipe(&self) -> Result<(), StoreError> {
        if let Some(open) = self.database.replace(None) {
            open.close();
        }
        Database::delete_by_name(self.name).map_err(opening)?.await.map_err(refused)
    }
}

impl Store for IndexedDb {
    async fn load(&self) -> Result<Loaded, StoreError> {
        let database = self.database().await?;
        let transaction = database.transaction([OPS, SIDE]).build().map_err(refused)?;
        let side = transaction.object_store(SIDE).map_err(refused)?;
        let meta: Option<Uint8Array> = side.get(META).await.map_err(refused)?;
        let ops = transaction.object_store(OPS).map_err(refused)?;
        let keys = ops.get_all_keys::<String>().await.map_err(refused)?;
        // A row may hold anything when the disk was damaged, so no kind of value is taken for granted.
        let rows = ops.get_all::<wasm_bindgen::JsValue>().await.map_err(refused)?;
        let keys = keys.map(Result::unwrap_or_default);
        let rows = rows.map(|row| row.ok().map(|row| bytes_of(&row)).unwrap_or_default());
        read_rows(meta.as_ref().map(|bytes| bytes.as_ref()), keys.zip(rows))
    }

    async fn keep(&self, writes: &[Write]) -> Result<(), StoreError> {
        self.write(|transaction| {
            let ops = transaction.object_store(OPS)?;
            let side = transaction.object_store(SIDE)?;
            for write in writes {
                match write {
                    Write::Put(stored) => {
                        let bytes = encode_stored_op(stored);
                        let row = ops.put(Uint8ArraySlice::new(&bytes));
                        row.with_key(stored.op.dot.to_string()).build()?;
                    }
                    Write::Delete(dot) => {
                        ops.delete(dot.to_string()).build()?;
                    }
                    Write::Meta(meta) => {
                        let bytes = encode_plain(meta);
                        side.put(Uint8ArraySlice::new(&bytes)).with_key(META).build()?;
                    }
                }
            }
            Ok(())
        })
        .await
    }

    async fn side(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let database = self.database().await?;
        let transaction = database.transaction(SIDE).build().map_err(refused)?;
        let side = transaction.object_store(SIDE).map_err(refused)?;
        let bytes: Option<Uint8Array> = side.get(key).await.map_err(refused)?;
        Ok(bytes.map(Into::into))
    }

    async fn keep_side(&self, key: &str, bytes: Option<&[u8]>) -> Result<(), StoreError> {
        self.write(|transaction| {
            let side = transaction.object_store(SIDE)?;
            match bytes {
                Some(bytes) => {
                    side.put(Uint8ArraySlice::new(bytes)).with_key(key).build()?;
                }
                None => {
                    side.delete(key).build()?;
                }
            }
            Ok(())
        })
        .await
    }
}

fn strict() -> TransactionOptions {
    TransactionOptions::new().with_durability(TransactionDurability::Strict)
}

fn bytes_of(row: &wasm_bindgen::JsValue) -> Vec<u8> {
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

#[cfg(feature = "conformance")]
pub mod bench {
    //! Stores for the conformance suite, each under a name of its own.

    use super::*;
    use crate::store::conformance::Bench;
    use std::cell::Cell;

    const NAMES: [&str; 8] = [
        "aanbel-proef-1",
        "aanbel-proef-2",
        "aanbel-proef-3",
        "aanbel-proef-4",
        "aanbel-proef-5",
        "aanbel-proef-6",
        "aanbel-proef-7",
        "aanbel-proef-8",
    ];

    #[derive(Default)]
    pub struct InBrowser {
        next: Cell<usize>,
    }

    impl Bench for InBrowser {
        type Store = IndexedDb;

        async fn fresh(&self) -> IndexedDb {
            let name = NAMES[self.next.replace(self.next.get() + 1) % NAMES.len()];
            let store = IndexedDb::new(name);
            store.wipe().await.expect("the browser lets go of a database of ours");
            store
        }

        async fn again(&self, store: IndexedDb) -> IndexedDb {
            if let Some(open) = store.database.replace(None) {
                open.close();
            }
            IndexedDb::new(store.name)
        }

        async fn damage(&self, store: &IndexedDb, key: &str, bytes: &[u8]) {
            let written = store
                .write(|transaction| {
                    let ops = transaction.object_store(OPS)?;
                    ops.put(Uint8ArraySlice::new(bytes)).with_key(key).build()?;
                    Ok(())
                })
                .await;
            written.expect("bytes of any kind can be written");
        }
    }
}
