//! What the office does, and what befalls its server.

use super::chance::Chance;
use super::server::Doom;
use super::step::{OfficeStep, ServerStep};
use super::truth::{Commit, PartWent, Sight, commit_of};
use super::world::{Played, World, name, wrong};
use aanbel_server::access;
use aanbel_server::access::audit::Actor;
use aanbel_server::campaigns;
use aanbel_server::erase::request::{self, Decided};
use aanbel_server::erase::{self, Cause, Erasure, find};
use aanbel_server::error::AppError;
use aanbel_server::store::projection::Fields;
use aanbel_server::store::{StoreError, append_office, log, projection};
use aanbel_server::sync::set_aside;
use aanbel_shared::record::{DeviceNo, Dot, RecordId, Register, Value, WorklistId};
use aanbel_shared::sync::Change;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

impl World {
    pub fn office_step(&mut self, pick: u64, does: OfficeStep) -> Played {
        if self.server.open.is_none() {
            return Ok(());
        }
        let mut chance = Chance::new(pick);
        let done = match does {
            OfficeStep::Settle => self.settle_one(&mut chance),
            OfficeStep::Ask => self.ask(&mut chance),
            OfficeStep::Edit => self.edit(&mut chance),
            OfficeStep::Decide => self.decide(&mut chance),
            OfficeStep::Assign => self.assign(&mut chance, true),
            OfficeStep::TakeAway => self.assign(&mut chance, false),
            OfficeStep::Revoke => self.revoke(&mut chance),
            OfficeStep::Erase => self.erase(&mut chance),
            OfficeStep::Part => self.erase_field(&mut chance),
        };
        match done {
            Ok(()) => Ok(()),
            // A full disk is a fault of the world, not of the product.
            Err(AppError::Store(error)) if error.is_full() => Ok(()),
            Err(_) if self.server.open.is_none() => {
                self.tell(|| format!("the server lost power while the office did {does:?}"));
                Ok(())
            }
            Err(error) => Err(wrong(&format!("the office did {does:?}"), &error)),
        }
    }

    /// One answer of a contradiction becomes the answer.
    fn settle_one(&mut self, chance: &mut Chance) -> Result<(), AppError> {
        let Some(db) = self.server.reader() else { return Ok(()) };
        let open = records(db, "open > 0")?;
        let Some((record, kind, list)) = chance.pick(&open).cloned() else { return Ok(()) };
        for field in fields(db, record)? {
            let register = projection::register(db, record, &field)?;
            if !register.contradicts() {
                continue;
            }
            let Some(live) = chance.pick(register.live()) else { continue };
            let change = Change::new(record, &kind, list).with(&field, live.value.clone());
            return self.desk_writes(change, "settled");
        }
        Ok(())
    }

    fn ask(&mut self, chance: &mut Chance) -> Result<(), AppError> {
        let Some(db) = self.server.reader() else { return Ok(()) };
        let Some((about, _, list)) = chance.pick(&records(db, "kind = 'attempt'")?).cloned() else {
            return Ok(());
        };
        let question = RecordId(Uuid::from_u128((4 << 64) + u128::from(chance.next() >> 16)));
        let change = Change::new(question, "question", list)
            .with("about", Value::Reference(about))
            .with("asked", Value::text("Klopt dit?"));
        self.desk_writes(change, "asked")
    }

    fn edit(&mut self, chance: &mut Chance) -> Result<(), AppError> {
        let Some(db) = self.server.reader() else { return Ok(()) };
        let found = records(db, "kind IN ('attempt', 'address')")?;
        let Some((record, kind, list)) = chance.pick(&found).cloned() else { return Ok(()) };
        let change = Change::new(record, &kind, list);
        let change = match kind.as_str() {
            "attempt" => change.with("reviewed", Value::Bool(true)),
            _ => change.with("access", Value::choice(["bell", "broken"][chance.below(2)])),
        };
        self.desk_writes(change, "wrote")
    }

    fn desk_writes(&mut self, change: Change, what: &str) -> Result<(), AppError> {
        let commit = self.truth.number();
        let at_ms = self.office_ms(commit);
        let sights = self.desk_sights(&change)?;
        let (changes, by) = (vec![change], Some(self.desk));
        let given = changes.clone();
        self.server.write(move |tx| Ok(append_office(tx, by, given, at_ms)?))?;
        self.tell(|| {
            let (kind, field) = (&changes[0].kind, &changes[0].fields[0].0);
            format!("the office {what} {kind} {field}, no. {commit}")
        });
        self.truth.kept((commit, at_ms), None, &changes, None, sights);
        Ok(())
    }

    /// The office reads what the server has, all of it.
    fn desk_sights(&self, change: &Change) -> Result<Vec<Sight>, AppError> {
        let db = self.server.reader().ok_or(StoreError::Stopped)?;
        let mut sights = Vec::new();
        for (field, _) in &change.fields {
            let register: Register = projection::register(db, change.record, field)?;
            let place = (change.record, field.clone());
            let sight = self.truth.sight(Some(&register), &place);
            sights.push((place, sight, register.seen().upto(DeviceNo::OFFICE)));
        }
        Ok(sights)
    }

    fn decide(&mut self, chance: &mut Chance) -> Result<(), AppError> {
        let Some(db) = self.server.reader() else { return Ok(()) };
        let mut query = db.prepare_cached(
            "SELECT device, device_seq FROM quarantine WHERE resolved_ms IS NULL
             ORDER BY device, device_seq",
        )?;
        let rows = query.query_map([], |row| Ok((row.get::<_, u32>(0)?, row.get::<_, i64>(1)?)))?;
        let open: Vec<(u32, i64)> = rows.collect::<Result<_, _>>()?;
        drop(query);
        let Some((device, seq)) = chance.pick(&open).copied() else { return Ok(()) };
        let place = Dot::new(DeviceNo(device), seq.unsigned_abs());
        let (takes_in, by, now_ms) = (chance.one_in(2), self.desk, self.now_ms);
        let forms = self.server.forms;
        let decided = self.server.write(move |tx| {
            Ok(match takes_in {
                true => set_aside::accept(tx, forms, place, by, now_ms)?,
                false => set_aside::dismiss(tx, place, by, now_ms)?,
            })
        })?;
        if takes_in && decided == set_aside::Decided::Done {
            self.truth.taken_in.insert(place);
            if self.truth.knows_newer {
                self.truth.taken_in_newer.insert(place);
            }
        }
        let what = if takes_in { "took in" } else { "left out" };
        self.tell(|| format!("the office {what} what device {device} sent as {seq}: {decided:?}"));
        Ok(())
    }

    fn assign(&mut self, chance: &mut Chance, yes: bool) -> Result<(), AppError> {
        let Some(list) = chance.pick(&self.lists).copied() else { return Ok(()) };
        let person = chance.below(self.people.len());
        let (number, now_ms) = (self.people[person], self.now_ms);
        self.server.write(move |tx| {
            let done = match yes {
                true => campaigns::assign(tx, list, number, now_ms),
                false => campaigns::unassign(tx, list, number),
            };
            Ok(done?)
        })?;
        let lists = self.truth.held.assigned.entry(person).or_default();
        if yes {
            lists.insert(list);
        } else if lists.remove(&list) {
            self.truth.taken.insert((person, list));
        }
        self.tell(|| {
            let place = list.0.as_u128() as u16;
            let what = if yes { "gave list" } else { "took list" };
            format!("the office {what} {place} of person {}", person + 1)
        });
        Ok(())
    }

    fn revoke(&mut self, chance: &mut Chance) -> Result<(), AppError> {
        let phone = chance.below(self.phones.len());
        let Some(number) = self.phones[phone].number() else { return Ok(()) };
        let now_ms = self.now_ms;
        self.server.write(move |tx| Ok(access::revoke(tx, number, now_ms)?))?;
        if self.truth.held.owner.contains_key(&number) {
            self.truth.held.revoked.insert(number);
            self.truth.ever_revoked.insert(number);
        }
        self.tell(|| format!("the office revoked {} (device {})", name(phone), number.0));
        Ok(())
    }

    /// One person asks, another confirms. What hangs on the door must be gone from then on.
    fn erase(&mut self, chance: &mut Chance) -> Result<(), AppError> {
        let Some(db) = self.server.reader() else { return Ok(()) };
        let written = "kind = 'address' AND EXISTS
                       (SELECT 1 FROM record child WHERE child.parent = record.id)";
        let Some((door, ..)) = chance.pick(&records(db, written)?).cloned() else { return Ok(()) };
        let (ledger, now_ms) = (self.server.disk.ledger(), self.now_ms);
        let by = |person| Actor { person: Some(person), ..Actor::SYSTEM };
        let (asks, confirms) = (by(self.people[0]), by(self.desk));
        let gone: Vec<RecordId> = find::at_door(db, door, now_ms)?.records.into_keys().collect();
        // The ledger may have it also when the commit fails; then the next start erases.
        self.truth.erased.insert(door, now_ms);
        self.truth.may_be_gone.extend(&gone);
        let decided = self.server.write(move |tx| {
            let id = request::ask(tx, door, None, Cause::Asked, asks, now_ms)?;
            Ok(request::confirm(tx, &ledger, id, confirms, now_ms)?)
        })?;
        if decided != Decided::Done {
            return Err(AppError::Forbidden);
        }
        self.tell(|| format!("the office erased {} records behind door {door}", gone.len()));
        self.truth.gone.extend(gone);
        Ok(())
    }

    /// As retention does with a telephone number: the field goes and its record stays, with all else that it
    /// shows.
    fn erase_field(&mut self, chance: &mut Chance) -> Result<(), AppError> {
        let Some(db) = self.server.reader() else { return Ok(()) };
        let found = records(db, "kind <> 'address'")?;
        let Some((record, kind, _)) = chance.pick(&found).cloned() else { return Ok(()) };
        let mut said = fields(db, record)?;
        // What a record is about is never what goes.
        let held = projection::fields(db, record)?;
        said.retain(|field| held.reference(&[field]).is_none());
        let Some(field) = chance.pick(&said).cloned() else { return Ok(()) };
        let id = Uuid::from_u128(u128::from(chance.next()));
        let office = log::kept(db, DeviceNo::OFFICE)?;
        let took = self.commits_on(record)?;
        let before = shown_besides(&held, &field);
        let (ledger, at_ms) = (self.server.disk.ledger(), self.now_ms);
        let (by, doors, records) = (Vec::new(), Vec::new(), Vec::new());
        let fields = vec![(record, field.clone())];
        let (cause, after_seq) = (Cause::Retention, None);
        let erasure = Erasure { id, cause, at_ms, by, doors, records, fields, after_seq };
        // The ledger may have it also when the commit fails; then the next start erases.
        let parted = self.truth.parted.entry(record).or_default().entry(field.clone()).or_default();
        let was_unsure = std::mem::replace(&mut parted.unsure, true);
        parted.took.extend(took);
        self.server.write(move |tx| Ok(erase::perform(tx, &ledger, erasure)?))?;
        let parted = self.truth.parted.entry(record).or_default().entry(field.clone()).or_default();
        parted.went = Some(PartWent { until_ms: at_ms, office });
        parted.unsure = was_unsure;
        self.tell(|| format!("the office erased {field} of {kind} {record}"));
        let Some(db) = self.server.reader() else { return Ok(()) };
        let left = shown_besides(&projection::fields(db, record)?, &field);
        match left == before {
            true => Ok(()),
            false => {
                Err(StoreError::Damaged("what stays of a record changed with what went").into())
            }
        }
    }

    /// The commits of which the server holds something on this record.
    fn commits_on(&self, record: RecordId) -> Result<BTreeSet<Commit>, StoreError> {
        let everything = self.server.everything()?;
        let here = everything.iter().filter(|kept| kept.op.record == record);
        Ok(here.map(|kept| commit_of(kept.op.at_ms)).collect())
    }

    pub fn server_step(&mut self, does: &ServerStep) -> Played {
        let now_ms = self.now_ms;
        match *does {
            ServerStep::PowerLoss { part, torn, down_ms } => {
                self.server.doom = Some(Doom { part, torn, down_ms });
                Ok(())
            }
            ServerStep::TornCheckpoint { pages, down_ms } => {
                let Some(open) = self.server.open.take() else { return Ok(()) };
                self.tell(|| "the server lost power while it tidied its disk".into());
                self.server.up_at_ms = now_ms + down_ms;
                let torn = self.server.disk.torn_checkpoint(open, pages);
                torn.map_err(|error| wrong(&"a checkpoint", &error))
            }
            ServerStep::DiskFull(full) => {
                let what = if full { "filled up" } else { "got room" };
                self.tell(|| format!("the disk of the server {what}"));
                self.server.fill(full).map_err(|error| wrong(&"a full disk", &error))
            }
            ServerStep::Forms { newer } => self.move_forms(newer),
            ServerStep::Backup => self.back_up(),
            ServerStep::Restore { down_ms } => self.restore(down_ms),
        }
    }

    fn back_up(&mut self) -> Played {
        if self.server.open.is_none() {
            return Ok(());
        }
        let life = u128::from_be_bytes(self.chance.bytes());
        self.backups += 1;
        let made = self.server.back_up(self.backups);
        made.map_err(|error| wrong(&"a backup", &error))?;
        self.backup = Some((self.backups, life, self.truth.held.clone()));
        self.tell(|| "the server made a backup".into());
        Ok(())
    }

    /// From the last backup. What is lost by that and still held by the phone that wrote it, must come
    /// back; the rest is excused.
    fn restore(&mut self, down_ms: i64) -> Played {
        let Some((number, life, held)) = self.backup.clone() else { return Ok(()) };
        let up_at_ms = self.now_ms + down_ms;
        self.advance_server()?;
        let before = super::check::present(self)?;
        let epoch = Uuid::from_u128(life ^ self.now_ms.unsigned_abs() as u128);
        let put_back = self.server.restore(number, epoch, self.now_ms);
        put_back.map_err(|error| wrong(&"a restore", &error))?;
        self.net.hang_up();
        let started = self.server.start(self.now_ms);
        started.map_err(|error| wrong(&"a restored server", &error))?;
        let after = super::check::present(self)?;
        let on_phones = super::check::own_on_phones(self);
        let lost = before.difference(&after).filter(|part| !on_phones.contains(part));
        let lost: Vec<_> = lost.copied().collect();
        self.truth.excused.extend(lost);
        self.truth.put_back(held);
        self.server.open = None;
        self.server.up_at_ms = up_at_ms;
        self.tell(|| "the server was put back to its last backup".into());
        Ok(())
    }

    /// Starts a server that is down, to look at its disk.
    fn advance_server(&mut self) -> Played {
        self.server.up_at_ms = self.server.up_at_ms.min(self.now_ms);
        self.advance(self.now_ms)
    }
}

/// What is shown of every other field, each value once.
fn shown_besides(fields: &Fields, went: &str) -> BTreeMap<String, BTreeSet<Value>> {
    let others = fields.iter().filter(|(field, _)| *field != went);
    let shown = others.map(|(field, register)| {
        let values = register.live().iter().map(|live| live.value.clone());
        (field.to_owned(), values.filter(|value| *value != Value::Nothing).collect())
    });
    shown.collect()
}

type Found = (RecordId, String, WorklistId);

fn records(db: &Connection, condition: &str) -> Result<Vec<Found>, StoreError> {
    let query = format!("SELECT id, kind, worklist FROM record WHERE {condition} ORDER BY id");
    let mut query = db.prepare_cached(&query)?;
    let rows = query
        .query_map([], |row| Ok((RecordId(row.get(0)?), row.get(1)?, WorklistId(row.get(2)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn fields(db: &Connection, record: RecordId) -> Result<Vec<String>, StoreError> {
    Ok(projection::fields(db, record)?.iter().map(|(field, _)| field.to_owned()).collect())
}
