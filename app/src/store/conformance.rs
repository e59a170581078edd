//! The rules that every store passes: in a native test for the memory, in a real browser for
//! IndexedDB (`/app/#proef` of a build with the feature `conformance`).

use super::{Loaded, Store};
use aanbel_shared::programme::Role;
use aanbel_shared::record::{DeviceNo, RecordId, Value, WorklistId};
use aanbel_shared::sync::{Change, Device, Me, Meta, Write};

/// Gives the suite its stores.
pub trait Bench {
    type Store: Store;
    /// An empty store.
    async fn fresh(&self) -> Self::Store;
    /// The same store as after a restart.
    async fn again(&self, store: Self::Store) -> Self::Store;
    /// Writes bytes where an op should be.
    async fn damage(&self, store: &Self::Store, key: &str, bytes: &[u8]);
}

/// Runs every rule; gives what did not hold, in English, empty when all did.
pub async fn run<B: Bench>(bench: &B) -> Vec<String> {
    let mut broken = Vec::new();
    let mut check = |rule: &str, result: Result<(), String>| {
        if let Err(what) = result {
            broken.push(format!("{rule}: {what}"));
        }
    };
    check("an empty store loads as nothing", empty(bench).await);
    check("what was kept is there after a restart", kept(bench).await);
    check("deleting and putting go in order", ordered(bench).await);
    check("a damaged row is counted and harms no other", damaged(bench).await);
    check("of ops kept together each leaves alone", apart(bench).await);
    check("a side row is kept, replaced and removed", side(bench).await);
    check("a thousand ops are kept in one step", many(bench).await);
    broken
}

async fn empty<B: Bench>(bench: &B) -> Result<(), String> {
    let store = bench.fresh().await;
    same(&loaded(&store).await?, &Loaded::default())
}

async fn kept<B: Bench>(bench: &B) -> Result<(), String> {
    let store = bench.fresh().await;
    let writes = note_writes(1, "eerste");
    keep(&store, &writes).await?;
    let store = bench.again(store).await;
    let after = loaded(&store).await?;
    same(&after.ops.len(), &1)?;
    same(&writes.contains(&Write::Put(after.ops[0].clone())), &true)?;
    same(&after.meta, &meta())
}

async fn ordered<B: Bench>(bench: &B) -> Result<(), String> {
    let store = bench.fresh().await;
    let writes = note_writes(1, "blijft");
    let Some(Write::Put(stored)) = writes.first().cloned() else {
        return Err("the first write is an op".into());
    };
    let gone = [Write::Put(stored.clone()), Write::Delete(stored.op.dot)];
    keep(&store, &gone).await?;
    same(&loaded(&store).await?.ops.len(), &0)?;
    let back = [Write::Delete(stored.op.dot), Write::Put(stored)];
    keep(&store, &back).await?;
    same(&loaded(&store).await?.ops.len(), &1)
}

async fn damaged<B: Bench>(bench: &B) -> Result<(), String> {
    let store = bench.fresh().await;
    keep(&store, &note_writes(1, "heel")).await?;
    let own = "0000000007-00000000000000000009";
    bench.damage(&store, own, &[1, 2, 3]).await;
    bench.damage(&store, "geen dot", &[]).await;
    let after = loaded(&store).await?;
    same(&after.ops.len(), &1)?;
    same(&after.damaged.len(), &2)?;
    same(&after.meta.high, &9)?;
    let next = Device::load(after.meta, after.ops).prepare(vec![note(2, "verder")], 0);
    match next.as_deref() {
        Ok([Write::Put(stored)]) => same(&stored.op.dot.seq, &10),
        other => Err(format!("{other:?}")),
    }
}

async fn apart<B: Bench>(bench: &B) -> Result<(), String> {
    let store = bench.fresh().await;
    let changes = (0..5).map(|n| note(n, "samen")).collect();
    let writes = Device::load(meta(), []).prepare(changes, 5).map_err(|error| error.to_string())?;
    keep(&store, &writes).await?;
    let dots = writes.iter().filter_map(|write| match write {
        Write::Put(stored) => Some(stored.op.dot),
        _ => None,
    });
    for (place, dot) in dots.enumerate() {
        same(&loaded(&store).await?.ops.len(), &(5 - place))?;
        keep(&store, &[Write::Delete(dot)]).await?;
    }
    same(&loaded(&store).await?.ops.len(), &0)
}

async fn side<B: Bench>(bench: &B) -> Result<(), String> {
    let store = bench.fresh().await;
    for bytes in [Some(&[1, 2][..]), Some(&[3][..]), None] {
        store.keep_side("joining", bytes).await.map_err(|error| error.to_string())?;
        let read = store.side("joining").await.map_err(|error| error.to_string())?;
        same(&read.as_deref(), &bytes)?;
    }
    Ok(())
}

async fn many<B: Bench>(bench: &B) -> Result<(), String> {
    let store = bench.fresh().await;
    let changes = (0..1_000).map(|n| note(n, "veel")).collect();
    let device = Device::load(meta(), []);
    let writes = device.prepare(changes, 5).map_err(|error| error.to_string())?;
    keep(&store, &writes).await?;
    let store = bench.again(store).await;
    same(&loaded(&store).await?.ops.len(), &1_000)
}

async fn keep(store: &impl Store, writes: &[Write]) -> Result<(), String> {
    store.keep(writes).await.map_err(|error| error.to_string())
}

async fn loaded(store: &impl Store) -> Result<Loaded, String> {
    store.load().await.map_err(|error| error.to_string())
}

fn same<T: PartialEq + std::fmt::Debug>(left: &T, right: &T) -> Result<(), String> {
    if left == right { Ok(()) } else { Err(format!("{left:?} is not {right:?}")) }
}

fn meta() -> Meta {
    let me = Me {
        device: DeviceNo(7),
        token: "geheim".into(),
        person: "Vera Voorbeeld".into(),
        role: Role::Volunteer,
        organisation: "Proef".into(),
    };
    Meta { me: Some(me), ..Meta::default() }
}

fn note(number: i64, text: &str) -> Change {
    let (record, worklist) = (RecordId::at(number, [7; 10]), WorklistId::at(1, [1; 10]));
    Change::new(record, "note", worklist).with("text", Value::text(text))
}

/// One own op and the bookkeeping row, as a phone with number 7 keeps them.
pub fn note_writes(number: i64, text: &str) -> Vec<Write> {
    let mut writes = Device::load(meta(), [])
        .prepare(vec![note(number, text)], 5)
        .expect("the bookkeeping row has a number");
    writes.push(Write::Meta(Box::new(meta())));
    writes
}
