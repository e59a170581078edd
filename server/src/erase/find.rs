//! Finding what belongs to a door or to one household there: in the tables, and among what was set
//! aside. The address itself never goes; it is in a public register.

use super::aside;
use super::waiting::Writers;
use crate::cases::{at_address, same_address};
use crate::store::{StoreError, projection};
use crate::sync::set_aside;
use aanbel_shared::record::{Op, RecordId, WorklistId};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// Kinds of records that have an address in themselves, beside the records of addresses.
pub(super) const WITH_OWN_ADDRESS: [&str; 2] = ["joint_plan", "offer"];

/// A record that can be erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub kind: String,
    pub worklist: WorklistId,
}

/// What is there, by record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dossier {
    /// The door in every campaign that has it, the asked one first.
    pub doors: Vec<RecordId>,
    pub records: BTreeMap<RecordId, Found>,
}

impl Dossier {
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = RecordId> + 'a {
        self.records.iter().filter(move |(_, found)| found.kind == kind).map(|(id, _)| *id)
    }
}

/// Records that an op points at.
pub fn references(op: &Op) -> impl Iterator<Item = RecordId> + '_ {
    op.set.iter().filter_map(|one| one.value.as_reference())
}

/// Everything that was written about who lives behind a door.
///
/// # Errors
/// Those of the database.
pub fn at_door(db: &Connection, door: RecordId, now_ms: i64) -> Result<Dossier, StoreError> {
    let mut here = projection::shown(db, door)?;
    let asides = aside::all(db)?;
    if let Some(one) = asides.get(&door) {
        here.clone_from(&one.shown);
    }
    let doors = same_doors(db, door, &here)?;
    let mut search = Search { db, dossier: Dossier { doors, ..Dossier::default() } };
    for door in search.dossier.doors.clone() {
        search.add_children(door)?;
        search.add_address_of_case(door)?;
    }
    search.add_with_own_address(door, &here)?;
    for (id, one) in asides {
        if id == door || same_address(&one.shown, &here) {
            search.dossier.records.insert(id, one.found);
        }
    }
    search.add_set_aside(now_ms)?;
    Ok(search.dossier)
}

/// Everything about one household, and no other at the same door.
///
/// # Errors
/// Those of the database.
pub fn of_household(
    db: &Connection,
    door: RecordId,
    household: RecordId,
    now_ms: i64,
) -> Result<Dossier, StoreError> {
    let whole = at_door(db, door, now_ms)?;
    let mut search =
        Search { db, dossier: Dossier { doors: whole.doors.clone(), ..Dossier::default() } };
    if whole.records.get(&household).is_some_and(|found| found.kind == "household") {
        search.add(household)?;
        for attempt in whole.of_kind("attempt") {
            search.add_if_all_talks_go(attempt)?;
        }
        search.dossier.doors.clear();
        search.add_set_aside(now_ms)?;
        search.dossier.doors = whole.doors;
    }
    Ok(search.dossier)
}

struct Search<'a> {
    db: &'a Connection,
    dossier: Dossier,
}

impl Search<'_> {
    fn add(&mut self, record: RecordId) -> Result<(), StoreError> {
        let Some((kind, worklist)) = projection::kind_and_worklist(self.db, record)? else {
            return Ok(());
        };
        if matches!(kind.as_str(), "address" | "turf")
            || self.dossier.records.insert(record, Found { kind: kind.clone(), worklist }).is_some()
        {
            return Ok(());
        }
        self.add_hanging(record, &kind)
    }

    /// What is about a record, and whose it is.
    fn add_hanging(&mut self, record: RecordId, kind: &str) -> Result<(), StoreError> {
        self.add_children(record)?;
        let others = match kind {
            "household" => "SELECT id FROM record WHERE household = ?1",
            "talk" => "SELECT household FROM record WHERE id = ?1 AND household IS NOT NULL",
            _ => return Ok(()),
        };
        self.ids(others, record)?.into_iter().try_for_each(|other| self.add(other))
    }

    /// What tenants of this address answered to a caretaker, and visits to it that somebody planned: these
    /// hang on nothing.
    fn add_with_own_address(
        &mut self,
        door: RecordId,
        here: &HashMap<String, Sql>,
    ) -> Result<(), StoreError> {
        for kind in WITH_OWN_ADDRESS {
            at_address(self.db, here, kind)?.into_iter().try_for_each(|one| self.add(one))?;
        }
        // Without a number it is the same place as nothing else, itself included.
        let has_own = |(kind, _): (String, _)| WITH_OWN_ADDRESS.contains(&&*kind);
        let is_one = projection::kind_and_worklist(self.db, door)?.is_some_and(has_own);
        if is_one { self.add(door) } else { Ok(()) }
    }

    /// The address in a case's own list is no part of a register: it says that somebody there has a case.
    fn add_address_of_case(&mut self, door: RecordId) -> Result<(), StoreError> {
        let of_case =
            "SELECT record.worklist FROM record JOIN worklist ON worklist.id = record.worklist
                       WHERE record.id = ?1 AND worklist.kind IN ('case', 'joint')";
        let list: Option<Uuid> =
            self.db.prepare_cached(of_case)?.query_row([door.0], |row| row.get(0)).optional()?;
        if let Some(list) = list {
            let found = Found { kind: "address".to_owned(), worklist: WorklistId(list) };
            self.dossier.records.insert(door, found);
        }
        Ok(())
    }

    fn add_children(&mut self, record: RecordId) -> Result<(), StoreError> {
        let children = self.ids("SELECT id FROM record WHERE parent = ?1", record)?;
        children.into_iter().try_for_each(|child| self.add(child))
    }

    /// An attempt of which every talk goes, and that had a talk, tells of the same people.
    fn add_if_all_talks_go(&mut self, attempt: RecordId) -> Result<(), StoreError> {
        let query = "SELECT id FROM record WHERE parent = ?1 AND kind = 'talk'";
        let talks = self.ids(query, attempt)?;
        let all = talks.iter().all(|talk| self.dossier.records.contains_key(talk));
        if all && !talks.is_empty() { self.add(attempt) } else { Ok(()) }
    }

    /// Ops set aside that speak of what was found; until nothing new turns up.
    fn add_set_aside(&mut self, now_ms: i64) -> Result<(), StoreError> {
        let ops = set_aside::all(self.db)?;
        let writers = Writers::of(self.db, &ops, now_ms)?;
        let mut stands = BTreeSet::new();
        loop {
            let before = self.dossier.records.len();
            for (place, op) in ops.iter().filter(|(_, op)| !matches!(&*op.kind, "address" | "turf"))
            {
                let known =
                    |id| self.dossier.records.contains_key(&id) || self.dossier.doors.contains(&id);
                if !references(op).any(known) || hangs_elsewhere(self.db, op.record)? {
                    continue;
                }
                // Some of its ops may have been taken in, and not the one that says what it is about.
                self.add(op.record)?;
                let found = || Found { kind: op.kind.clone(), worklist: op.worklist };
                self.dossier.records.entry(op.record).or_insert_with(found);
                // What hangs on it may have been taken in without it. Who may not write there does not say
                // of what others wrote where it belongs.
                if writers.may_write(*place, op) && stands.insert(op.record) {
                    self.add_hanging(op.record, &op.kind)?;
                }
            }
            if self.dossier.records.len() == before {
                return Ok(());
            }
        }
    }

    fn ids(&self, query: &str, key: RecordId) -> Result<Vec<RecordId>, StoreError> {
        let mut query = self.db.prepare_cached(query)?;
        let found = query.query_map([key.0], |row| Ok(RecordId(row.get(0)?)))?;
        Ok(found.collect::<Result<_, _>>()?)
    }
}

/// Whether a record stands in the tables and is about something there.
pub fn hangs_elsewhere(db: &Connection, record: RecordId) -> Result<bool, StoreError> {
    let query = "SELECT 1 FROM record WHERE id = ?1 AND parent IS NOT NULL";
    Ok(db.prepare_cached(query)?.exists([record.0])?)
}

/// The same front door in every campaign and every case, the asked one first.
fn same_doors(
    db: &Connection,
    door: RecordId,
    here: &HashMap<String, Sql>,
) -> Result<Vec<RecordId>, StoreError> {
    let mut doors = at_address(db, here, "address")?;
    doors.sort_by_key(|one| (*one != door, *one));
    if doors.is_empty() && is_address(db, door)? {
        doors.push(door);
    }
    Ok(doors)
}

/// Whether this is the record of an address.
fn is_address(db: &Connection, record: RecordId) -> Result<bool, StoreError> {
    Ok(projection::kind_and_worklist(db, record)?.is_some_and(|(kind, _)| kind == "address"))
}

/// Whether something can be looked up under this record: an address, or what has one in itself.
///
/// # Errors
/// Those of the database.
pub fn is_door(db: &Connection, record: RecordId) -> Result<bool, StoreError> {
    let found = projection::kind_and_worklist(db, record)?;
    let is_one =
        found.is_some_and(|(kind, _)| kind == "address" || WITH_OWN_ADDRESS.contains(&&*kind));
    Ok(is_one || aside::all(db)?.contains_key(&record))
}

/// A front door that a search came upon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Door {
    pub id: RecordId,
    /// As an address is written.
    pub address: String,
    pub postcode: String,
    pub town: String,
    /// Something written about this door holds the name.
    pub has_name: bool,
}

impl Door {
    /// Whether somebody who looks for this, all letters and digits, means it.
    fn fits(&self, wanted: &str) -> bool {
        let whole = plain(&format!("{}{}{}", self.address, self.postcode, self.town));
        let number = self.address.rsplit(' ').next().unwrap_or("");
        whole.contains(wanted) || plain(&format!("{}{number}", self.postcode)) == wanted
    }

    /// What is left empty on one side says nothing.
    fn is_same_as(&self, other: &Door) -> bool {
        let agree = |one: &str, other: &str| {
            let (one, other) = (plain(one), plain(other));
            one.is_empty() || other.is_empty() || one == other
        };
        plain(&self.address) == plain(&other.address)
            && agree(&self.postcode, &other.postcode)
            && agree(&self.town, &other.town)
    }
}

/// Most doors that one search shows.
pub const DOORS_MAX: usize = 50;

/// Doors whose address holds `address`, and of which something holds `name`; either may be empty, then
/// it does not count. Capitals do not matter.
///
/// # Errors
/// Those of the database.
pub fn doors(db: &Connection, address: &str, name: &str) -> Result<Vec<Door>, StoreError> {
    let named = if name.trim().is_empty() { BTreeMap::new() } else { named(db, name.trim())? };
    let mut query = db.prepare_cached(
        "SELECT id, field(live, 'street') || COALESCE(' ' || field(live, 'number'), '')
                || COALESCE(field(live, 'letter'), '')
                || COALESCE('-' || field(live, 'addition'), ''),
                COALESCE(field(live, 'postcode'), ''), COALESCE(field(live, 'town'), '')
         FROM record
         WHERE kind IN ('address', 'joint_plan', 'offer') AND field(live, 'street') IS NOT NULL
           AND (kind <> 'address' OR field(live, 'number') IS NOT NULL)
         ORDER BY 2, kind, 1",
    )?;
    let rows = query.query_map([], |row| {
        let (id, address) = (RecordId(row.get(0)?), row.get(1)?);
        Ok(Door { id, address, postcode: row.get(2)?, town: row.get(3)?, has_name: false })
    })?;
    let asides = aside::all(db)?;
    let asides = asides.iter().filter_map(|(id, one)| one.door(*id));
    let wanted = plain(address);
    let mut found: Vec<Door> = Vec::new();
    for door in rows.chain(asides.map(Ok)) {
        let mut door = door?;
        door.has_name = named.contains_key(&door.id.0);
        let fits = if wanted.is_empty() { door.has_name } else { door.fits(&wanted) };
        if !fits || found.len() == DOORS_MAX {
            continue;
        }
        // The same door in another campaign, in a case, an offer or a plan is the same door.
        let same = |one: &&mut Door| one.is_same_as(&door);
        match found.iter_mut().find(same) {
            Some(known) => known.has_name |= door.has_name,
            None => found.push(door),
        }
    }
    found.sort_by_key(|door| !door.has_name);
    Ok(found)
}

/// Letters and digits alone, small.
fn plain(text: &str) -> String {
    text.chars().filter(|one| one.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Doors of which some text holds the name.
fn named(db: &Connection, name: &str) -> Result<BTreeMap<Uuid, ()>, StoreError> {
    let wanted = name.to_lowercase();
    let mut doors = BTreeMap::new();
    let mut query = db.prepare_cached(
        "SELECT id, live, kind FROM record WHERE kind NOT IN ('address', 'turf')",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let live = row.get_ref(1)?.as_blob().map_err(|_| StoreError::Damaged("a record"))?;
        let fields = projection::Fields::unpack(live)?;
        let mut texts = fields.iter().filter_map(|(_, register)| register.shown()?.value.as_str());
        if texts.any(|text| text.to_lowercase().contains(&wanted)) {
            let id: Uuid = row.get(0)?;
            let has_own = row.get_ref(2)?.as_str().is_ok_and(|one| WITH_OWN_ADDRESS.contains(&one));
            let door = if has_own { Some(id) } else { door_of(db, id)? };
            doors.extend(door.map(|door| (door, ())));
        }
    }
    for (_, op) in set_aside::all(db)? {
        let says = |text: &str| text.to_lowercase().contains(&wanted);
        if op.set.iter().filter_map(|one| one.value.as_str()).any(says) {
            for target in references(&op).chain([op.record]) {
                doors.extend(door_of(db, target.0)?.map(|door| (door, ())));
            }
            if WITH_OWN_ADDRESS.contains(&&*op.kind) {
                doors.insert(op.record.0, ());
            }
        }
    }
    Ok(doors)
}

/// The address at the end of what a record is about.
pub fn door_of(db: &Connection, record: Uuid) -> Result<Option<Uuid>, StoreError> {
    let mut query = db.prepare_cached(
        "WITH RECURSIVE up (id, depth) AS (
             SELECT ?1, 0
             UNION SELECT record.parent, depth + 1 FROM up JOIN record ON record.id = up.id
                   WHERE record.parent IS NOT NULL AND depth < 8)
         SELECT record.id FROM up JOIN record ON record.id = up.id WHERE record.kind = 'address'",
    )?;
    let mut rows = query.query(params![record])?;
    Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
}
