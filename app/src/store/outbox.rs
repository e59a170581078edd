//! Unsent ops, each also sealed to the server. So a phone that is locked, forgotten or failing still
//! hands over what was recorded, and can read none of it. An envelope leaves with the server's word
//! that it has the op.

use super::StoreError;
use super::blocks::{last_words, read_key};
use super::indexed_db::{RowWrite, Shelf};
use super::vault::Signer;
use crate::browser::crypto::{self, Key};
use aanbel_shared::record::{DeviceNo, Dot, Op};
use aanbel_shared::sync::{
    Envelope, Me, Meta, PURPOSE, SealedOp, StoredOp, Write, encode_plain, signed_op,
};

/// What an envelope is bound to.
const BOUND: &str = "sealed op";

/// A key that only the server can work out too, for as long as this app runs.
#[derive(Clone, Debug)]
pub struct Agreed {
    key: Key,
    /// This phone's half.
    point: Vec<u8>,
    server: Vec<u8>,
}

impl Agreed {
    /// None when it is no key, or the browser cannot.
    pub async fn with(server: &[u8]) -> Option<Agreed> {
        let (key, point) = crypto::agree(server, PURPOSE).await?;
        Some(Agreed { key, point, server: server.to_vec() })
    }

    /// One per op. Signed by this phone before it is sealed, so that nobody who has its token makes one.
    /// The browser does each step of all at the same time: a person waits for it, with many doors at once.
    async fn envelopes(
        &self,
        token: &str,
        ops: &[Op],
        signer: Option<&Signer>,
    ) -> Option<Vec<Vec<u8>>> {
        let inside = |op: &Op| encode_plain(&SealedOp { token: token.to_owned(), op: op.clone() });
        let asked = ops.iter().map(inside).map(|inside| {
            let signature = signer.map(|signer| signer.ask(&signed_op(&inside)));
            (inside, signature)
        });
        let mut sealing = Vec::new();
        for (mut inside, signature) in asked.collect::<Vec<_>>() {
            if let Some(signature) = signature {
                inside.splice(0..0, signature.done().await?);
            }
            sealing.push(crypto::ask_seal(&self.key, BOUND, &inside));
        }
        let key = Envelope::key_name(&self.server);
        let mut envelopes = Vec::new();
        for content in sealing {
            let content = content.done().await?;
            let envelope =
                Envelope { signed: signer.is_some(), key, point: &self.point, content: &content };
            envelopes.push(envelope.write());
        }
        Some(envelopes)
    }
}

/// What is sealed, and what is needed to seal more.
#[derive(Debug, Default)]
pub struct Outbox {
    me: Option<(DeviceNo, String)>,
    /// Highest own sequence that the server has.
    kept: u64,
    /// The server's key, as the store holds it.
    server: Option<Vec<u8>>,
    agreed: Option<Agreed>,
    /// Names of the rows that are there, sorted.
    held: Vec<String>,
    /// The server told its key since this app started.
    pub told: bool,
}

/// What a list of writes asks of the sealed rows.
#[derive(Debug, Default)]
pub struct Plan {
    seal: Vec<Op>,
    drop: Vec<String>,
    me: Option<(DeviceNo, String)>,
    kept: u64,
    agreed: Option<Agreed>,
    /// Something cannot be sealed yet.
    unsealed: bool,
}

/// The readable row that says that something unsent may not be sealed, and no more than that.
pub const UNSEALED: &str = "unsealed";

/// That row.
pub fn unsealed_row() -> RowWrite {
    RowWrite::bytes(Shelf::Keys, UNSEALED, &[1])
}

fn who(me: &Me) -> (DeviceNo, String) {
    (me.device, me.token.clone())
}

impl Outbox {
    /// As the store holds it.
    pub fn found(meta: &Meta, held: Vec<String>, server: Option<Vec<u8>>) -> Outbox {
        let mut held = held;
        held.sort_unstable();
        Outbox {
            me: meta.me.as_ref().map(who),
            kept: meta.kept,
            server,
            agreed: None,
            held,
            told: false,
        }
    }

    /// Whether the server's key is here.
    pub fn has_server(&self) -> bool {
        self.server.is_some()
    }

    /// The server's key with which nothing was agreed yet.
    pub fn not_agreed(&self) -> Option<Vec<u8>> {
        self.server.clone().filter(|_| self.agreed.is_none())
    }

    /// Agreed with the key that was not; what is sealed to it stays so.
    pub fn agree_at_last(&mut self, agreed: Agreed) {
        self.agreed.get_or_insert(agreed);
    }

    /// Another key: what is there was sealed to the one before.
    pub fn agree(&mut self, agreed: Agreed) {
        self.seal_anew();
        self.server = Some(agreed.server.clone());
        self.agreed = Some(agreed);
    }

    /// What is there of this phone counts as missing.
    pub fn seal_anew(&mut self) {
        let own = self.me.as_ref().map(|(device, _)| *device);
        let of_other = |name: &String| read_key(name).map(|(dot, _)| dot.device) != own;
        self.held.retain(of_other);
    }

    /// The rows of these names are gone.
    pub fn let_go(&mut self, names: &[String]) {
        self.held.retain(|held| !names.contains(held));
    }

    /// What to do for these writes. What is sealed already is sealed `again` or left as it is.
    pub fn plan(&self, writes: &[Write], again: bool) -> Plan {
        let meta = writes.iter().rev().find_map(|write| match write {
            Write::Meta(meta) => Some(meta),
            _ => None,
        });
        let me = meta.map_or(self.me.clone(), |meta| meta.me.as_ref().map(who));
        let kept = meta.map_or(self.kept, |meta| meta.kept);
        let own = me.as_ref().map(|(device, _)| *device);
        let waits = |stored: &StoredOp| {
            let dot = stored.op.dot;
            Some(dot.device) == own && stored.author.is_empty() && dot.seq > kept
        };
        let mut plan = Plan { me, kept, agreed: self.agreed.clone(), ..Plan::default() };
        for (dot, stored) in last_words(writes) {
            let name = dot.to_string();
            let held = self.held.binary_search(&name).is_ok();
            match stored.filter(|stored| waits(stored)) {
                Some(stored) if again || !held => plan.seal.push(stored.op.clone()),
                None if held => plan.drop.push(name),
                _ => {}
            }
        }
        let is_kept = |dot: Dot| Some(dot.device) == own && dot.seq <= kept;
        let had =
            self.held.iter().filter(|name| read_key(name).is_some_and(|(dot, _)| is_kept(dot)));
        plan.drop.extend(had.cloned());
        if plan.agreed.is_none() {
            plan.unsealed = !plan.seal.is_empty();
            plan.seal.clear();
        }
        plan
    }

    /// The plan was kept.
    pub fn done(&mut self, plan: &Plan) {
        self.me.clone_from(&plan.me);
        self.kept = plan.kept;
        self.let_go(&plan.drop);
        self.held.extend(plan.seal.iter().map(|op| op.dot.to_string()));
        self.held.sort_unstable();
        self.held.dedup();
    }
}

impl Plan {
    /// Whether what it was asked to seal is sealed once it was kept.
    pub fn can_seal(&self) -> bool {
        self.agreed.is_some()
    }

    /// The rows to write.
    ///
    /// # Errors
    /// When the browser has no cryptography.
    pub async fn rows(&self, signer: Option<&Signer>) -> Result<Vec<RowWrite>, StoreError> {
        let gone = self.drop.iter().map(|name| RowWrite::Delete(Shelf::Sealed, name.clone()));
        let mut rows: Vec<RowWrite> = gone.collect();
        rows.extend(self.unsealed.then(unsealed_row));
        if let (Some(agreed), Some((_, token))) = (&self.agreed, &self.me) {
            let envelopes = agreed.envelopes(token, &self.seal, signer).await;
            let envelopes = envelopes.ok_or(StoreError::NoCrypto)?;
            rows.extend(self.seal.iter().zip(&envelopes).map(|(op, envelope)| {
                RowWrite::bytes(Shelf::Sealed, &op.dot.to_string(), envelope)
            }));
        }
        Ok(rows)
    }
}
