//! The vault's side of what is sealed to the server: the rows that are there, and the key they need.

use super::{SERVER_KEY, UNKEPT, Vault};
use crate::browser::storage;
use crate::store::indexed_db::{Row, RowWrite, Shelf};
use crate::store::outbox::{Agreed, UNSEALED};
use crate::store::{Store, StoreError};
use aanbel_shared::sync::{StoredOp, Write};

impl Vault {
    /// What is sealed to the server, by dot. It can be read without the PIN, and opened by nobody here.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn sealed(&self) -> Result<Vec<Row>, StoreError> {
        let [sealed, _] = self.raw.all([Shelf::Sealed, Shelf::Keys]).await?;
        Ok(sealed)
    }

    /// The server has these.
    ///
    /// # Errors
    /// When the store refuses; they are then sent once more.
    pub async fn let_go(&self, names: &[String]) -> Result<(), StoreError> {
        let rows = names.iter().map(|name| RowWrite::Delete(Shelf::Sealed, name.clone()));
        self.raw.write(&rows.collect::<Vec<_>>()).await?;
        if let Some(open) = self.open.borrow_mut().as_mut() {
            open.outbox.let_go(names);
        }
        Ok(())
    }

    /// Whether something unsent goes when the keys do: it is not sealed, or not even kept.
    pub async fn has_unsealed(&self) -> bool {
        storage::note(UNKEPT).is_some() || self.notes_unsealed().await
    }

    /// Whether the row says so.
    pub(super) async fn notes_unsealed(&self) -> bool {
        self.raw.row(Shelf::Keys, UNSEALED).await.is_ok_and(|row| row.is_some())
    }

    /// Whether what is recorded now can be sealed.
    pub fn has_server_key(&self) -> bool {
        self.open.borrow().as_ref().is_some_and(|open| open.outbox.has_server())
    }

    /// Whether the server told its key since this app started.
    pub fn knows_server(&self) -> bool {
        self.open.borrow().as_ref().is_some_and(|open| open.outbox.told)
    }

    /// The server told its public key. Everything unsent is sealed to it from now on.
    ///
    /// # Errors
    /// When it is no key, or cannot be kept.
    pub async fn take_server_key(&self, server: &[u8]) -> Result<(), StoreError> {
        if let Some(open) = self.open.borrow_mut().as_mut() {
            open.outbox.told = true;
        }
        if self.side(SERVER_KEY).await?.as_deref() == Some(server) {
            return Ok(());
        }
        let agreed = Agreed::with(server).await.ok_or(StoreError::NoCrypto)?;
        self.keep_side(SERVER_KEY, Some(server)).await?;
        if let Some(open) = self.open.borrow_mut().as_mut() {
            open.outbox.agree(agreed);
        }
        Ok(())
    }

    /// Seals those of the unsent ops that are not: of before the server told its key.
    ///
    /// # Errors
    /// When nothing was kept.
    pub async fn seal_missing(&self, unsent: Vec<StoredOp>) -> Result<(), StoreError> {
        self.agree().await;
        let writes: Vec<Write> = unsent.into_iter().map(Write::Put).collect();
        let plan = self
            .open
            .borrow()
            .as_ref()
            .map(|open| (open.outbox.plan(&writes, false), open.signer.clone()));
        let (plan, signer) = plan.ok_or(StoreError::Locked)?;
        let mut rows = plan.rows(signer.as_ref()).await?;
        if plan.can_seal() && self.notes_unsealed().await {
            rows.push(RowWrite::Delete(Shelf::Keys, UNSEALED.to_owned()));
        }
        if rows.is_empty() {
            return Ok(());
        }
        self.raw.write(&rows).await?;
        if let Some(open) = self.open.borrow_mut().as_mut() {
            open.outbox.done(&plan);
        }
        Ok(())
    }
}
