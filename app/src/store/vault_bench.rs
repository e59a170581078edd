//! Vaults for the conformance suite, each under a name of its own; and the change from a store
//! of before there was a vault.

use super::Store;
use super::StoreError;
use super::conformance::{Bench, note_writes};
use super::indexed_db::{IndexedDb, RowWrite, Shelf};
use super::vault::{Emptied, Found, Gone, META, Tried, Vault};
use crate::browser::crypto;
use aanbel_shared::sync::{Write, encode_plain};
use std::cell::Cell;

/// One for each: a database that is still open is not let go of.
const NAMES: [&str; 12] = [
    "aanbel-proef-1",
    "aanbel-proef-2",
    "aanbel-proef-3",
    "aanbel-proef-4",
    "aanbel-proef-5",
    "aanbel-proef-6",
    "aanbel-proef-7",
    "aanbel-proef-8",
    "aanbel-proef-9",
    "aanbel-proef-10",
    "aanbel-proef-11",
    "aanbel-proef-12",
];
const PIN: &str = "864209";
/// Only here: the suite is about rows, not about how long a PIN takes.
const ROUNDS: Option<u32> = Some(1_000);

#[derive(Default)]
pub struct InBrowser {
    next: Cell<usize>,
}

impl InBrowser {
    async fn empty(&self) -> Vault {
        let name = NAMES[self.next.replace(self.next.get() + 1) % NAMES.len()];
        let raw = IndexedDb::new(name);
        raw.wipe().await.expect("the browser lets go of a database of ours");
        Vault::around(raw)
    }
}

impl Bench for InBrowser {
    type Store = Vault;

    async fn fresh(&self) -> Vault {
        let vault = self.empty().await;
        vault.create(PIN, ROUNDS).await.expect("a new store takes its keys");
        vault
    }

    async fn again(&self, vault: Vault) -> Vault {
        vault.raw.close();
        vault.close();
        assert_eq!(vault.unlock(PIN).await, Ok(Tried::Open));
        vault
    }

    async fn damage(&self, vault: &Vault, key: &str, bytes: &[u8]) {
        let row = RowWrite::bytes(Shelf::Blocks, key, bytes);
        vault.raw.write(&[row]).await.expect("bytes of any kind can be written");
    }
}

/// A readable store becomes a sealed one: what was there is there, also the damaged, and nothing
/// readable is left.
pub async fn migration(bench: &InBrowser) -> Result<(), String> {
    let vault = bench.empty().await;
    let text = |error: StoreError| error.to_string();
    let mut rows = vec![RowWrite::bytes(Shelf::Ops, "0000000007-00000000000000000009", &[1])];
    for write in note_writes(1, "van vroeger") {
        rows.push(match write {
            Write::Put(stored) => {
                let bytes = aanbel_shared::sync::encode_stored_op(&stored);
                RowWrite::bytes(Shelf::Ops, &stored.op.dot.to_string(), &bytes)
            }
            Write::Meta(meta) => RowWrite::bytes(Shelf::Side, META, &encode_plain(&meta)),
            Write::Delete(dot) => RowWrite::Delete(Shelf::Ops, dot.to_string()),
        });
    }
    vault.raw.write(&rows).await.map_err(text)?;
    let found = vault.found().await.map_err(text)?;
    if found != (Found::New { holds: true, emptied: None }) {
        return Err(format!("{found:?}"));
    }
    vault.create(PIN, ROUNDS).await.map_err(text)?;
    let vault = bench.again(vault).await;
    let loaded = vault.load().await.map_err(text)?;
    let left = vault.raw.all([Shelf::Ops, Shelf::Side]).await.map_err(text)?;
    let told = (loaded.ops.len(), loaded.damaged.len(), loaded.meta.high, left);
    if told != (1, 1, 9, [Vec::new(), Vec::new()]) || loaded.meta.me.is_none() {
        return Err(format!("{told:?}"));
    }
    Ok(())
}

/// What the office must still hear outlives a new PIN and a second emptying, and goes one by one once it
/// was heard.
pub async fn farewells(bench: &InBrowser) -> Result<(), String> {
    let text = |error: StoreError| error.to_string();
    let vault = bench.fresh().await;
    vault.empty(Emptied::Revoked, Some("penning handtekening")).await.map_err(text)?;
    vault.create(PIN, ROUNDS).await.map_err(text)?;
    let vault = bench.again(vault).await;
    vault.destroy(Gone::Forgotten).await.map_err(text)?;
    vault.create(PIN, ROUNDS).await.map_err(text)?;
    vault.empty(Emptied::HandedIn, Some("penning groet")).await.map_err(text)?;
    let untold: Result<[String; 3], _> = vault.untold().await.try_into();
    let [first, second, third] = untold.map_err(|all| format!("{all:?}"))?;
    if first != "penning handtekening" || !second.contains(' ') || third != "penning groet" {
        return Err(format!("{first}, {second}, {third}"));
    }
    vault.told(&first).await.map_err(text)?;
    vault.create(PIN, ROUNDS).await.map_err(text)?;
    let left = vault.untold().await;
    for farewell in &left {
        vault.told(farewell).await.map_err(text)?;
    }
    let found = vault.found().await.map_err(text)?;
    match (left == [second, third], vault.untold().await.is_empty(), found) {
        (true, true, Found::Locked { .. }) => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

/// A database that the browser closed is opened again by whatever reads first.
pub async fn reopening(bench: &InBrowser) -> Result<(), String> {
    let text = |error: StoreError| error.to_string();
    let vault = bench.fresh().await;
    vault.keep(&note_writes(1, "blijft")).await.map_err(text)?;
    vault.raw.cut();
    let ops = vault.load().await.map_err(text)?.ops.len();
    vault.raw.cut();
    let found = vault.found().await.map_err(text)?;
    vault.raw.cut();
    let wrong = vault.tries().await.map_err(text)?.wrong;
    match (ops, found, wrong) {
        (1, Found::Locked { passkey: false }, 0) => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

/// What cannot be sealed is noted until it is, also when the keys go.
pub async fn unsealed(bench: &InBrowser) -> Result<(), String> {
    let text = |error: StoreError| error.to_string();
    let vault = bench.fresh().await;
    let before = vault.has_unsealed().await;
    vault.keep(&note_writes(1, "nog niet verzegeld")).await.map_err(text)?;
    vault.keep(&note_writes(2, "dat ook niet")).await.map_err(text)?;
    let (_, office) = crypto::signing_pair().await.ok_or("no cryptography")?;
    vault.take_server_key(&office).await.map_err(text)?;
    let waits = vault.has_unsealed().await;
    vault.seal_missing(vault.load().await.map_err(text)?.ops).await.map_err(text)?;
    let sealed = vault.has_unsealed().await;
    let vault = bench.fresh().await;
    vault.keep(&note_writes(1, "nog niet verzegeld")).await.map_err(text)?;
    vault.destroy(Gone::Forgotten).await.map_err(text)?;
    let gone = vault.has_unsealed().await;
    vault.create(PIN, ROUNDS).await.map_err(text)?;
    match (before, waits, sealed, gone, vault.has_unsealed().await) {
        (false, true, false, true, false) => Ok(()),
        other => Err(format!("{other:?}")),
    }
}
