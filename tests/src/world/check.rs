//! What must hold: at every reply, after every restart of the server, and when all is quiet.

use super::phone::Phone;
use super::server::Kept;
use super::truth::{Commit, Place, Seen, commit_of};
use super::world::{Played, World, Wrong, name, wrong};
use aanbel_server::erase::phones::to_drop;
use aanbel_server::store::verify;
use aanbel_server::store::{StoreError, log, projection};
use aanbel_shared::record::{DeviceNo, Op, RecordId, Records, Register, Value, WorklistId};
use aanbel_shared::sync::{Instruction, Notice, Reason, Reply};
use std::collections::{BTreeMap, BTreeSet};

/// One record's part in a commit.
pub type Part = (Commit, RecordId);

fn must(holds: bool, wrong: impl FnOnce() -> String) -> Played {
    if holds { Ok(()) } else { Err(Wrong(wrong())) }
}

fn part_of(op: &Op) -> Part {
    (commit_of(op.at_ms), op.record)
}

/// A reply shows a phone the lists of its person and nothing else.
pub fn reply(world: &World, number: DeviceNo, reply: &Reply) -> Played {
    let truth = &world.truth;
    let person = truth.held.owner.get(&number).copied().unwrap_or(usize::MAX);
    let revoked = truth.held.revoked.contains(&number);
    let lists = if revoked { BTreeSet::new() } else { truth.assigned(person) };
    let told: BTreeSet<WorklistId> = reply.assigned.iter().copied().collect();
    must(told == lists, || format!("device {} was told of other lists than it has", number.0))?;
    let copied = matches!(reply.instruction, Instruction::EnrolAgain { .. });
    must(!revoked || copied || reply.instruction == Instruction::Wipe, || {
        format!("revoked device {} was not told to empty itself", number.0)
    })?;
    for page in &reply.pages {
        let inside = page.ops.iter().all(|one| one.op.worklist == page.worklist);
        must(inside && lists.contains(&page.worklist), || {
            format!("device {} received a record of a list that it does not have", number.0)
        })?;
    }
    Ok(())
}

/// What the server acknowledged is on its disk.
pub fn acknowledged(world: &World) -> Played {
    let db = world.server.reader().ok_or(Wrong("the server is down".into()))?;
    for (device, told) in &world.truth.held.acknowledged {
        let kept = log::kept(db, *device).map_err(|error| wrong(&"the log", &error))?;
        must(kept >= *told, || {
            format!("device {}: {told} ops acknowledged, {kept} on the disk", device.0)
        })?;
    }
    Ok(())
}

/// A phone holds no list that was taken away, unless something of it still waits.
pub fn after_reply(world: &World, phone: usize) -> Played {
    match world.phones[phone].stray_list() {
        None => Ok(()),
        Some(_) => Err(Wrong(format!("{} holds a list that was taken away", name(phone)))),
    }
}

/// What a phone shows is what it kept.
pub fn phone_reads_back(world: &World, phone: usize) -> Played {
    let one = &world.phones[phone];
    let again = one.safe.load();
    let same = again.records() == one.device.records();
    let ids = || one.device.records().iter().map(|record| record.id);
    let same_words = |id| {
        again.last_by(id) == one.device.last_by(id)
            && again.record_state(id) == one.device.record_state(id)
    };
    must(same && ids().all(same_words), || {
        format!("{} shows something else than it kept", name(phone))
    })
}

/// All that is on the server.
pub fn present(world: &World) -> Result<BTreeSet<Part>, Wrong> {
    Ok(everything(world)?.iter().map(|kept| part_of(&kept.op)).collect())
}

/// All that phones hold whole and wrote themselves. What left with its list and was read back is a copy
/// of what then lived.
pub fn own_on_phones(world: &World) -> BTreeSet<Part> {
    let own = |phone: &Phone| {
        let number = phone.number();
        let stored = phone.safe.stored();
        let stored =
            stored.filter(move |one| Some(one.op.device()) == number && one.author.is_empty());
        stored.map(|stored| part_of(&stored.op)).collect::<Vec<_>>()
    };
    world.phones.iter().flat_map(own).collect()
}

fn everything(world: &World) -> Result<Vec<Kept>, Wrong> {
    world.server.everything().map_err(|error| wrong(&"the server's tables", &error))
}

/// Everything, once all is quiet.
pub fn all(world: &World) -> Played {
    acknowledged(world)?;
    let everything = everything(world)?;
    nothing_missing(world, &everything)?;
    for kept in &everything {
        as_written(world, kept)?;
        rightly_set_aside(world, kept)?;
    }
    contradictions(world, &everything)?;
    parted(world, &everything)?;
    phones(world, &everything)?;
    erased(world, &everything)?;
    verified(world)
}

/// What was erased is nowhere, and every phone that works has said so.
fn erased(world: &World, everything: &[Kept]) -> Played {
    let gone = &world.truth.gone;
    let left = everything.iter().find(|kept| gone.contains(&kept.op.record));
    must(left.is_none(), || {
        let record = left.map(|kept| kept.op.record.to_string()).unwrap_or_default();
        format!("record {record} was erased and is on the server again")
    })?;
    let part = |op: &Op| world.truth.says_what_went(op).map(str::to_owned);
    let left = everything.iter().find_map(|kept| Some((kept.place, part(&kept.op)?)));
    must(left.is_none(), || format!("what was erased of a record is on the server: {left:?}"))?;
    let db = world.server.reader().ok_or(Wrong("the server is down".into()))?;
    for (number, phone) in world.phones.iter().enumerate() {
        let left = phone.safe.stored().find_map(|stored| Some((stored.op.dot, part(&stored.op)?)));
        must(left.is_none(), || {
            format!("{} holds what was erased of a record: {left:?}", name(number))
        })?;
        let held = phone.safe.stored().find(|stored| gone.contains(&stored.op.record));
        must(held.is_none(), || format!("{} holds a record that was erased", name(number)))?;
        let Some(device) = phone.device.me().map(|me| me.device) else { continue };
        let dropped = phone.device.request("", 0).erased;
        let open = to_drop(db, device, &dropped).map_err(|error| wrong(&"erasures", &error))?;
        must(open.is_empty(), || format!("{} never said that it erased", name(number)))?;
    }
    Ok(())
}

fn nothing_missing(world: &World, everything: &[Kept]) -> Played {
    for (number, phone) in world.phones.iter().enumerate() {
        let waiting = phone.device.waiting();
        must(waiting == 0, || format!("{waiting} ops of {} never went out", name(number)))?;
    }
    let present: BTreeSet<Part> = everything.iter().map(|kept| part_of(&kept.op)).collect();
    let lost = world.truth.lost();
    for (commit, parts) in &world.truth.commits {
        for part in parts {
            let place = (*commit, part.record);
            let there = present.contains(&place)
                || world.truth.may_have_parted(*commit, part)
                || world.truth.excused.contains(&place)
                || lost.contains(&part.record);
            must(there, || {
                let by = part.phone.map_or("the office".to_owned(), name);
                format!("no. {commit} of {by} was kept and is on no server")
            })?;
        }
    }
    Ok(())
}

/// An op says on the server what was written at the door. What the server itself says once more, because
/// a word that was answered came in twice, says a part of that.
fn as_written(world: &World, kept: &Kept) -> Played {
    let (commit, record) = part_of(&kept.op);
    if kept.place.device == DeviceNo::OFFICE && world.truth.is_parted(record) {
        return Ok(());
    }
    let parts = world.truth.commits.get(&commit);
    let part = parts.and_then(|parts| parts.iter().find(|part| part.record == record));
    let part = part.ok_or_else(|| Wrong(format!("nobody wrote no. {commit} on the server")))?;
    let mut said = kept.op.set.iter().map(|one| (&one.field, &one.value));
    let mut wrote = part.fields.iter().map(|(field, value)| (field, value));
    let is_said_again = kept.place.device == DeviceNo::OFFICE && part.phone.is_some();
    let right = if is_said_again {
        said.all(|one| wrote.any(|written| written == one))
    } else {
        said.eq(wrote)
    };
    must(right && kept.op.worklist == part.worklist, || {
        format!("no. {commit} is not on the server as it was written")
    })
}

/// What was set aside had a reason, and what had a reason was set aside.
fn rightly_set_aside(world: &World, kept: &Kept) -> Played {
    let truth = &world.truth;
    let (commit, record) = part_of(&kept.op);
    let parts = truth.commits.get(&commit).into_iter().flatten();
    let oddity = parts.filter(|part| part.record == record).find_map(|part| part.oddity);
    let Some((reason, _)) = &kept.aside else {
        let by_office = kept.place.device == DeviceNo::OFFICE;
        let chosen = by_office || truth.taken_in.contains(&kept.place);
        let is_newer = oddity == Some(Reason::UnknownField);
        if is_newer && !by_office && !truth.taken_in_newer.contains(&kept.place) {
            // After a restore it may have waited for another word, and is judged once that is there.
            let waited = truth.restores > 0 && truth.ever_newer;
            must(waited || truth.known.contains(&(commit, record)), || {
                format!("no. {commit} is in the log; the server did not know its field")
            })?;
        }
        let fits = oddity.is_none() || is_newer;
        let right = fits && truth.welcome.contains(&(commit, record));
        return must(chosen || right, || {
            format!("no. {commit} is in the log; it should be set aside")
        });
    };
    let reason = Reason::from_key(reason);
    let device = kept.place.device;
    let owner = truth.held.owner.get(&device).copied().unwrap_or(usize::MAX);
    let right = match reason {
        Some(Reason::UnknownField) if reason == oddity => {
            truth.restores > 0 || truth.unknown.contains(&(commit, record))
        }
        _ if reason == oddity => true,
        Some(Reason::NotAssigned) if truth.restores > 0 => {
            truth.taken.contains(&(owner, kept.op.worklist))
        }
        Some(Reason::NotAssigned) => truth.unwelcome.contains(&(commit, record)),
        Some(Reason::Revoked) => truth.ever_revoked.contains(&device),
        Some(Reason::SeenAhead) => truth.restores > 0,
        _ => false,
    };
    must(right, || format!("no. {commit} was set aside as {reason:?}, without that being so"))
}

/// Live on the server is exactly what no accepted write had in sight, and people are asked exactly
/// where those differ. With one exception, a word that came back under another number after a restore:
/// that may stand beside its answer, and is asked about once more. Nothing may be missing.
fn contradictions(world: &World, everything: &[Kept]) -> Played {
    let mut accepted: BTreeMap<Place, BTreeSet<Seen>> = BTreeMap::new();
    for kept in everything.iter().filter(|kept| kept.aside.is_none()) {
        let (commit, record) = part_of(&kept.op);
        for one in &kept.op.set {
            let place = (record, one.field.clone());
            accepted.entry(place).or_default().insert((commit, kept.place.device));
        }
    }
    let (mut live, mut open) =
        shown(world).map_err(|error| wrong(&"the server's tables", &error))?;
    // What the office says again of a record has no commit of its own.
    accepted.retain(|(record, _), _| !world.truth.is_parted(*record));
    live.retain(|(record, _), _| !world.truth.is_parted(*record));
    open.retain(|record, _| !world.truth.is_parted(*record));
    let mut asked: BTreeMap<RecordId, i64> = BTreeMap::new();
    for (place, commits) in &accepted {
        let expected = world.truth.live(place, commits);
        let found = live.get(place).cloned().unwrap_or_default();
        let right = found == expected || {
            let may = world.truth.may_stand_beside(place, commits);
            found.is_superset(&expected) && found.difference(&expected).all(|one| may.contains(one))
        };
        must(right, || {
            let (record, field) = place;
            format!("{field} of {record}: live are no. {found:?}, must be {expected:?}")
        })?;
        let values: BTreeSet<_> =
            found.iter().filter_map(|commit| world.truth.value(*commit, place)).collect();
        *asked.entry(place.0).or_default() += i64::from(values.len() > 1);
    }
    must(live.len() == accepted.len(), || "a place is live that nobody wrote".into())?;
    must(open == asked, || "the office is asked other things than it should be".into())
}

/// Of records of which a field went: each last word of the other fields is shown, be it that the office says
/// it again. Who answered what the office said again may have answered any earlier word that said the same.
fn parted(world: &World, everything: &[Kept]) -> Played {
    let (truth, lost) = (&world.truth, world.truth.lost());
    let db = world.server.reader().ok_or(Wrong("the server is down".into()))?;
    let accepted = everything.iter().filter(|kept| kept.aside.is_none());
    let said: BTreeSet<(Commit, Place, &Value)> = accepted
        .flat_map(|kept| kept.op.set.iter().map(move |one| (&kept.op, one)))
        .map(|(op, one)| (commit_of(op.at_ms), (op.record, one.field.clone()), &one.value))
        .collect();
    for (record, went) in truth.parted.iter().filter(|(record, _)| !lost.contains(record)) {
        let shown = projection::fields(db, *record).map_err(|error| wrong(&"a record", &error))?;
        for (commit, part) in truth.written_on(*record) {
            for (field, value) in part.fields.iter().filter(|(field, _)| !went.contains_key(field))
            {
                let place = (*record, field.clone());
                let is_in = said.contains(&(commit, place.clone(), value))
                    || (truth.restores == 0 && truth.stayed_of_what_went(commit, part));
                let is_last = is_in && *value != Value::Nothing && !truth.was_seen(commit, &place);
                let live = shown.get(field).map(Register::live).unwrap_or_default();
                must(!is_last || live.iter().any(|live| live.value == *value), || {
                    format!("{field} of {record}, of which a part went: no. {commit} is not shown")
                })?;
            }
        }
    }
    Ok(())
}

type Live = BTreeMap<Place, BTreeSet<Commit>>;

fn shown(world: &World) -> Result<(Live, BTreeMap<RecordId, i64>), StoreError> {
    let db = world.server.reader().ok_or(StoreError::Stopped)?;
    let mut query = db.prepare_cached("SELECT id FROM record")?;
    let mut rows = query.query([])?;
    let mut live = Live::new();
    while let Some(row) = rows.next()? {
        let record = RecordId(row.get(0)?);
        for (field, register) in projection::fields(db, record)?.iter() {
            let commits = register.live().iter().map(|one| commit_of(one.at_ms));
            live.entry((record, field.to_owned())).or_default().extend(commits);
        }
    }
    let mut query = db.prepare_cached("SELECT id, open FROM record")?;
    let open = query.query_map([], |row| Ok((RecordId(row.get(0)?), row.get(1)?)))?;
    Ok((live, open.collect::<Result<_, _>>()?))
}

/// A phone shows the server's state of its lists, and what of its own was set aside; after a restart
/// too.
fn phones(world: &World, everything: &[Kept]) -> Played {
    let mut records = Records::default();
    for kept in everything.iter().filter(|kept| kept.aside.is_none()) {
        records.apply(&kept.op);
    }
    for (number, phone) in world.phones.iter().enumerate() {
        if phone.number().is_none() {
            continue;
        }
        let lists = world.truth.assigned(phone.person);
        let mut expected: BTreeMap<_, _> = records
            .iter()
            .filter(|record| lists.contains(&record.worklist))
            .map(|record| (record.id, record.clone()))
            .collect();
        for kept in everything.iter().filter(|kept| kept.aside.is_some()) {
            if lists.contains(&kept.op.worklist) && phone.safe.ops.contains_key(&kept.op.dot) {
                let empty = || aanbel_shared::record::Record::empty(&kept.op);
                expected.entry(kept.op.record).or_insert_with(empty).apply(&kept.op);
            }
        }
        let shown: BTreeMap<_, _> =
            phone.device.records().iter().map(|record| (record.id, record.clone())).collect();
        must(shown == expected, || differ(number, &shown, &expected))?;
        let notices = &phone.device.meta().notices;
        let stale = notices.iter().find(|notice| !stands(&expected, notice));
        must(stale.is_none(), || {
            format!("{} tells of what is not there: {stale:?}", name(number))
        })?;
        phone_reads_back(world, number)?;
    }
    Ok(())
}

/// Whether what the phone tells that somebody changed is what it shows.
fn stands(shown: &Shown, notice: &Notice) -> bool {
    let register = shown.get(&notice.record).and_then(|record| record.fields.get(&notice.field));
    register.is_some_and(|register| register.live().iter().any(|live| live.value == notice.theirs))
}

type Shown = BTreeMap<RecordId, aanbel_shared::record::Record>;

fn differ(number: usize, shown: &Shown, expected: &Shown) -> String {
    let name = name(number);
    let keys: BTreeSet<_> = shown.keys().chain(expected.keys()).collect();
    let Some(id) = keys.into_iter().find(|id| shown.get(id) != expected.get(id)) else {
        return format!("{name} differs from the server");
    };
    match (shown.get(id), expected.get(id)) {
        (Some(_), None) => format!("{name} shows a record {id} that the server does not have"),
        (None, Some(one)) => format!("{name} does not show {} {id}", one.kind),
        _ => format!("{name} shows another state of record {id} than the server has"),
    }
}

/// The chain, the tables against a rebuild, what points at nothing: the product's own check.
fn verified(world: &World) -> Played {
    let report = verify::verify(&world.server.disk.folder());
    let report = report.map_err(|error| wrong(&"verify", &error))?;
    // What a record of a backup is about may have come after it, and be lost.
    let lost = |problem: &&String| {
        world.truth.restores > 0
            && problem.starts_with("record ")
            && problem.ends_with(", which is not there")
    };
    match report.problems.iter().find(|problem| !lost(problem)) {
        None => must(report.more == 0, || "verify found more than it tells".into()),
        Some(problem) => Err(Wrong(format!("verify found: {problem}"))),
    }
}
