//! The acceptance rule: what becomes of one op that a device sent. Never refused, at most set
//! aside; so the sequence moves on and nothing is lost.

use crate::form::Forms;
use crate::programme::{Capability, Role, may_hold};
use crate::record::{DeviceNo, Dot, Op, RecordId, WorklistId};
use serde::{Deserialize, Serialize};

/// What the server knows of the sender, from its token alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    pub device: DeviceNo,
    pub role: Role,
    /// Worklists that this person may read and write now.
    pub worklists: Vec<WorklistId>,
}

/// What the rule must look up in what was accepted before.
pub trait Ledger {
    type Error;
    /// Kind and worklist of a record, when there is one.
    fn record(&self, id: RecordId) -> Result<Option<(String, WorklistId)>, Self::Error>;
    /// Highest sequence kept of a device, 0 for an unknown one.
    fn kept(&self, device: DeviceNo) -> Result<u64, Self::Error>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Accept,
    SetAside(Reason),
}

/// Why an op was set aside. Both the volunteer and the office read it as a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The op carries the number of another device.
    OtherDevice,
    /// The worklist is not assigned to this person (any more).
    NotAssigned,
    /// The record belongs to another worklist, or is of another kind, than the op says.
    OtherRecord,
    /// No form of this server knows this kind of record or this field.
    UnknownField,
    /// The role may not write this field.
    MayNotWrite,
    /// The value does not fit the field.
    WrongValue,
    /// The op claims to have seen something that this server does not have.
    SeenAhead,
    /// The op is not of a shape that a device of ours makes.
    Malformed,
    /// The phone was revoked; a person decides what becomes of what it still held.
    Revoked,
}

impl Reason {
    pub fn key(self) -> &'static str {
        match self {
            Reason::OtherDevice => "other_device",
            Reason::NotAssigned => "not_assigned",
            Reason::OtherRecord => "other_record",
            Reason::UnknownField => "unknown_field",
            Reason::MayNotWrite => "may_not_write",
            Reason::WrongValue => "wrong_value",
            Reason::SeenAhead => "seen_ahead",
            Reason::Malformed => "malformed",
            Reason::Revoked => "revoked",
        }
    }

    /// What happened, in Dutch, for volunteer and office.
    pub fn sentence_nl(self) -> &'static str {
        match self {
            Reason::OtherDevice => "Dit kwam binnen onder het nummer van een andere telefoon.",
            Reason::NotAssigned => "Deze straat hoort niet (meer) bij deze persoon.",
            Reason::OtherRecord => "Dit hoort bij een andere straat dan waar het adres staat.",
            Reason::UnknownField => {
                "Het kantoor kent deze vraag nog niet. Dat komt door een nieuwere versie."
            }
            Reason::MayNotWrite => "Deze persoon mag dit niet invullen.",
            Reason::WrongValue => "Dit antwoord past niet bij de vraag.",
            Reason::SeenAhead => "Dit bouwt voort op iets dat het kantoor nog niet heeft.",
            Reason::Malformed => "Dit is niet goed opgeslagen.",
            Reason::Revoked => "Deze telefoon is afgemeld. Het kantoor kijkt wat hiermee moet.",
        }
    }

    /// All reasons, for lookups by key.
    pub const ALL: [Reason; 9] = [
        Reason::OtherDevice,
        Reason::NotAssigned,
        Reason::OtherRecord,
        Reason::UnknownField,
        Reason::MayNotWrite,
        Reason::WrongValue,
        Reason::SeenAhead,
        Reason::Malformed,
        Reason::Revoked,
    ];

    pub fn from_key(key: &str) -> Option<Reason> {
        Reason::ALL.into_iter().find(|reason| reason.key() == key)
    }
}

/// Judges one op. The ops before it in its batch must be in the ledger already.
///
/// # Errors
/// Only those of the ledger; a bad op is a verdict, not an error.
pub fn judge<L: Ledger>(
    op: &Op,
    access: &Access,
    forms: &Forms,
    ledger: &L,
) -> Result<Verdict, L::Error> {
    if let Err(reason) = check_alone(op, access, forms) {
        return Ok(Verdict::SetAside(reason));
    }
    if let Some((kind, worklist)) = ledger.record(op.record)?
        && (kind != op.kind || worklist != op.worklist)
    {
        return Ok(Verdict::SetAside(Reason::OtherRecord));
    }
    for target in op.set.iter().filter_map(|one| one.value.as_reference()) {
        // What is written in one list must not show up in another, where others read it.
        if ledger.record(target)?.is_some_and(|(_, worklist)| worklist != op.worklist) {
            return Ok(Verdict::SetAside(Reason::OtherRecord));
        }
    }
    Ok(match awaited(op, ledger)? {
        Some(_) => Verdict::SetAside(Reason::SeenAhead),
        None => Verdict::Accept,
    })
}

/// The first op of another device that this one has seen and the ledger does not have.
///
/// # Errors
/// Those of the ledger.
pub fn awaited<L: Ledger>(op: &Op, ledger: &L) -> Result<Option<Dot>, L::Error> {
    for dot in op.set.iter().flat_map(|one| one.seen.dots()) {
        if dot.device != op.device() && dot.seq > ledger.kept(dot.device)? {
            return Ok(Some(dot));
        }
    }
    Ok(None)
}

/// What can be judged without looking anything up.
fn check_alone(op: &Op, access: &Access, forms: &Forms) -> Result<(), Reason> {
    if op.device() != access.device {
        return Err(Reason::OtherDevice);
    }
    op.check_shape().map_err(|_| Reason::Malformed)?;
    let from_the_office = access.role.may(Capability::ReadOffice);
    if !may_hold(access.role, &op.kind) && !from_the_office {
        return Err(Reason::MayNotWrite);
    }
    if !access.worklists.contains(&op.worklist) {
        return Err(Reason::NotAssigned);
    }
    let form = forms.form(&op.kind).ok_or(Reason::UnknownField)?;
    for one in &op.set {
        let field = form.field(&one.field).ok_or(Reason::UnknownField)?;
        if !field.field().write.iter().any(|role| role == access.role.key()) {
            return Err(Reason::MayNotWrite);
        }
        field.check(&one.value).map_err(|_| Reason::WrongValue)?;
    }
    Ok(())
}
