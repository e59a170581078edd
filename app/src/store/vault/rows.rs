//! The open vault as a store: ops in sealed blocks, small rows in sealed slips, all of one commit in
//! one transaction.

use super::{META, SERVER_KEY, Sealing, Vault, away, bound, seal};
use crate::browser::crypto::{self, Key};
use crate::store::blocks::Blocks;
use crate::store::indexed_db::{Row, RowWrite, Shelf};
use crate::store::outbox::{Agreed, Outbox};
use crate::store::{Loaded, Store, StoreError, read_rows};
use aanbel_shared::record::Dot;
use aanbel_shared::sync::{StoredOp, Write, decode_plain, encode_plain};

impl Store for Vault {
    async fn load(&self) -> Result<Loaded, StoreError> {
        let key = self.key()?;
        let [slips, rows] = self.raw.all([Shelf::Slips, Shelf::Blocks]).await?;
        let of_slip = |name: &str| {
            let slip = slips.iter().find(|(row, _)| row == name);
            slip.map(|(_, sealed)| (bound(Shelf::Slips, name), sealed.clone()))
        };
        let (meta, server) = (of_slip(META), of_slip(SERVER_KEY));
        let (has_meta, has_server) = (meta.is_some(), server.is_some());
        let (names, mut sealed): (Vec<String>, Vec<Row>) = rows
            .into_iter()
            .map(|(name, sealed)| (name.clone(), (bound(Shelf::Blocks, &name), sealed)))
            .unzip();
        // All at the same time: the browser opens them beside this program.
        sealed.extend([meta, server].into_iter().flatten());
        let mut plain = crypto::open_all(&key, &sealed).await;
        let server = if has_server { plain.pop().flatten() } else { None };
        let meta = match has_meta {
            true => Some(plain.pop().flatten().ok_or(StoreError::MetaDamaged)?),
            false => None,
        };
        let rows: Vec<_> = names
            .into_iter()
            .zip(plain)
            .map(|(name, plain)| (name, plain.as_deref().and_then(ops_of)))
            .collect();
        let mut blocks = Blocks::default();
        for (name, ops) in &rows {
            blocks.found(name, ops.iter().flatten());
        }
        let loaded = read_rows(meta.as_deref(), rows.into_iter())?;
        let sealed = self.raw.names(Shelf::Sealed).await?;
        if let Some(open) = self.open.borrow_mut().as_mut() {
            open.blocks = blocks;
            let told = open.outbox.told;
            open.outbox = Outbox::found(&loaded.meta, sealed, server);
            open.outbox.told = told;
            open.synced_ms = loaded.meta.synced_ms;
        }
        self.slips.replace(Some(slips));
        Ok(loaded)
    }

    async fn keep(&self, writes: &[Write]) -> Result<(), StoreError> {
        let key = self.key()?;
        self.agree().await;
        let plans = self.open.borrow().as_ref().map(|open| {
            let sealing = open.outbox.plan(writes, true);
            (open.blocks.plan(writes), sealing, open.signer.clone(), open.synced_ms)
        });
        let (plan, sealing, signer, synced_ms) = plans.ok_or(StoreError::Locked)?;
        let meta = writes.iter().rev().find_map(|write| match write {
            Write::Meta(meta) => Some(meta),
            _ => None,
        });
        // All is asked for before anything is waited for: the browser seals beside this program.
        let fresh = plan.fresh.iter();
        let mut asked: Vec<Sealing> = fresh
            .map(|(name, ops)| Sealing::ask(&key, Shelf::Blocks, name, &encode_plain(ops)))
            .collect();
        asked.extend(meta.map(|meta| Sealing::ask(&key, Shelf::Slips, META, &encode_plain(meta))));
        let mut rows = sealing.rows(signer.as_ref()).await?;
        for (name, stay) in &plan.shrink {
            rows.extend(self.shrunk(&key, name, stay).await?);
        }
        for one in asked {
            rows.push(one.row().await?);
        }
        if let Some(meta) = meta
            && meta.synced_ms != synced_ms
        {
            rows.extend(away::contact(meta.synced_ms));
        }
        self.raw.write(&rows).await?;
        if let Some(open) = self.open.borrow_mut().as_mut() {
            open.blocks.done(&plan);
            open.outbox.done(&sealing);
            open.synced_ms = meta.map_or(open.synced_ms, |meta| meta.synced_ms);
        }
        Ok(())
    }

    async fn side(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let key = self.key()?;
        let found = self.slips.borrow().as_ref().map(|slips| {
            let slip = slips.iter().find(|(row, _)| row == name);
            slip.map(|(_, sealed)| sealed.clone())
        });
        let sealed = match found {
            Some(sealed) => sealed,
            None => self.raw.bytes(Shelf::Slips, name).await?,
        };
        let Some(sealed) = sealed else { return Ok(None) };
        Ok(crypto::open(&key, &bound(Shelf::Slips, name), &sealed).await)
    }

    async fn keep_side(&self, name: &str, bytes: Option<&[u8]>) -> Result<(), StoreError> {
        let row = match bytes {
            Some(bytes) => seal(&self.key()?, Shelf::Slips, name, bytes).await?,
            None => RowWrite::Delete(Shelf::Slips, name.to_owned()),
        };
        self.forget_slips();
        self.raw.write(&[row]).await
    }
}

impl Vault {
    /// From now on small rows are read from the disk: the app has started, and other tabs write them too.
    pub fn forget_slips(&self) {
        self.slips.replace(None);
    }

    /// Works out the key for sealing to the server. That takes the browser a while, so a start does not
    /// wait for it; the first commit does.
    pub async fn agree(&self) {
        let server = self.open.borrow().as_ref().and_then(|open| open.outbox.not_agreed());
        let Some(server) = server else { return };
        if let (Some(agreed), Some(open)) =
            (Agreed::with(&server).await, self.open.borrow_mut().as_mut())
        {
            open.outbox.agree_at_last(agreed);
        }
    }

    /// The ops of one block that stay in it, sealed anew; the block goes when none does. None when
    /// it can no longer be read: it is left alone then, and counted at the next start.
    async fn shrunk(
        &self,
        key: &Key,
        name: &str,
        stay: &[Dot],
    ) -> Result<Option<RowWrite>, StoreError> {
        if stay.is_empty() {
            return Ok(Some(RowWrite::Delete(Shelf::Blocks, name.to_owned())));
        }
        let sealed = self.raw.bytes(Shelf::Blocks, name).await?.unwrap_or_default();
        let plain = crypto::open(key, &bound(Shelf::Blocks, name), &sealed).await;
        let Some(mut ops) = plain.as_deref().and_then(ops_of) else { return Ok(None) };
        ops.retain(|stored| stay.contains(&stored.op.dot));
        Ok(Some(seal(key, Shelf::Blocks, name, &encode_plain(&ops)).await?))
    }
}

fn ops_of(plain: &[u8]) -> Option<Vec<StoredOp>> {
    decode_plain(plain).ok()
}
