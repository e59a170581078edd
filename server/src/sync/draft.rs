//! A batch of a phone as far as it can be worked out before its turn to be written, beside the one writer.
//! What may have changed when the turn comes is looked at again in `push`.

use crate::access::Phone;
use crate::store::log;
use crate::store::{Draft, Drafter, StoreError, projection};
use aanbel_shared::form::Forms;
use aanbel_shared::record::{DeviceNo, Op, RecordId, WorklistId};
use aanbel_shared::sync::{Access, Request, check_alone};
use rusqlite::Connection;
use std::collections::{HashMap, HashSet};

/// Fewer ops than this are left to the writer: asking another thread takes longer.
const OPS_MIN: usize = 16;

/// Drafts of a request's ops.
#[derive(Default)]
pub struct Drafts {
    /// With which rights the ops were judged.
    access: Option<Access>,
    /// Per op of the request; none for one that is not the first on its record, or not right at first sight.
    ops: Vec<Option<Draft>>,
    /// Kind and list of records that the ops point at. Neither ever changes.
    pub known: HashMap<RecordId, (String, WorklistId)>,
}

/// Whether there is enough in it to be worked out before.
pub fn is_worth_it(request: &Request) -> bool {
    request.ops.len() >= OPS_MIN
}

impl Drafts {
    /// Of what this phone sent, received at that moment (ms).
    ///
    /// # Errors
    /// Those of the database.
    pub fn of(
        db: &Connection,
        number: DeviceNo,
        request: &Request,
        now_ms: i64,
    ) -> Result<Drafts, StoreError> {
        let Some(phone) = Phone::numbered(db, number)? else { return Ok(Drafts::default()) };
        let access = phone.access(db, now_ms)?;
        let kept = log::kept(db, number)?;
        let (mut drafter, mut known) = (Drafter::new(db), HashMap::new());
        let mut made = HashSet::new();
        let mut ops = Vec::with_capacity(request.ops.len());
        for op in &request.ops {
            let is_right = op.dot.seq > kept && check_alone(op, &access, Forms::built_in()).is_ok();
            let is_new = is_right
                && made.insert(op.record)
                && projection::kind_and_worklist(db, op.record)?.is_none();
            ops.push(if is_new { drafter.draft(op, now_ms)? } else { None });
            if is_new {
                learn(db, op, &mut known)?;
            }
        }
        Ok(Drafts { access: Some(access), ops, known })
    }

    /// The draft of the op at this place, if it was made with these very rights.
    pub fn at(&self, place: usize, access: &Access) -> Option<&Draft> {
        let is_same = self.access.as_ref() == Some(access);
        self.ops.get(place).filter(|_| is_same)?.as_ref()
    }
}

/// What is known of the records that the op points at in its own list. Those of another list are for the
/// writer: one may just be erased.
fn learn(
    db: &Connection,
    op: &Op,
    known: &mut HashMap<RecordId, (String, WorklistId)>,
) -> Result<(), StoreError> {
    for target in op.set.iter().filter_map(|one| one.value.as_reference()) {
        if known.contains_key(&target) {
            continue;
        }
        if let Some(found) = projection::kind_and_worklist(db, target)?
            && found.1 == op.worklist
        {
            known.insert(target, found);
        }
    }
    Ok(())
}
