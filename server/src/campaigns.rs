//! Campaigns and their streets: making them, and bringing imported addresses in. Importing the same
//! addresses again changes nothing, since every id follows from campaign and address.

use crate::access::PersonId;
use crate::import::{ImportedAddress, ImportedStreet};
use crate::store::{StoreError, Writer, append_office, projection};
use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::Change;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// A street of more doors than this is walked in parts.
const DOORS_MAX: usize = 150;
/// Doors per commit of an import.
const DOORS_PER_COMMIT: usize = 5_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign {
    pub id: Uuid,
    pub name: String,
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Streets, or parts of long ones, that are new.
    pub new_worklists: usize,
    pub added: usize,
    pub changed: usize,
    pub unchanged: usize,
}

impl Imported {
    fn add(&mut self, other: Imported) {
        self.new_worklists += other.new_worklists;
        self.added += other.added;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
    }

    pub fn doors(&self) -> usize {
        self.added + self.changed + self.unchanged
    }
}

/// The campaign of this name, made when there is none.
///
/// # Errors
/// Those of the database.
pub fn named(tx: &Connection, name: &str, now_ms: i64) -> Result<Campaign, StoreError> {
    if let Some(found) = find(tx, name)? {
        return Ok(found);
    }
    make(tx, RecordId::at(now_ms, crate::access::random()).0, name, now_ms)
}

/// A campaign that is not there yet.
///
/// # Errors
/// Those of the database; also when the id or the name is taken.
pub fn make(tx: &Connection, id: Uuid, name: &str, now_ms: i64) -> Result<Campaign, StoreError> {
    let campaign = Campaign { id, name: name.trim().to_owned() };
    tx.execute(
        "INSERT INTO campaign (id, name, created_ms) VALUES (?1, ?2, ?3)",
        params![campaign.id, campaign.name, now_ms],
    )?;
    Ok(campaign)
}

/// The campaign of this name.
///
/// # Errors
/// Those of the database.
pub fn find(db: &Connection, name: &str) -> Result<Option<Campaign>, StoreError> {
    let mut query = db.prepare_cached("SELECT id, name FROM campaign WHERE name = ?1")?;
    let found =
        query.query_row([name.trim()], |row| Ok(Campaign { id: row.get(0)?, name: row.get(1)? }));
    Ok(found.optional()?)
}

/// Gives a street to somebody; again is nothing.
///
/// # Errors
/// Those of the database.
pub fn assign(
    tx: &Connection,
    worklist: WorklistId,
    person: PersonId,
    now_ms: i64,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO assignment (worklist, person, since_ms) VALUES (?1, ?2, ?3)
         ON CONFLICT (worklist, person) DO NOTHING",
        params![worklist.0, person, now_ms],
    )?;
    Ok(())
}

/// Takes a street away from somebody; her phone drops it at the next exchange.
///
/// # Errors
/// Those of the database.
pub fn unassign(tx: &Connection, worklist: WorklistId, person: PersonId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM assignment WHERE worklist = ?1 AND person = ?2",
        params![worklist.0, person],
    )?;
    Ok(())
}

/// Takes everything away from somebody but the weeks that she wrote in herself: those say nothing to who has
/// another role, and are there again for who gets this one back.
///
/// # Errors
/// Those of the database.
pub fn unassign_all(tx: &Connection, person: PersonId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM assignment WHERE person = ?1
            AND worklist NOT IN (SELECT id FROM worklist WHERE kind IN ('offers', 'plans'))",
        [person],
    )?;
    Ok(())
}

/// Brings addresses into a campaign, some thousand per commit, so that phones are served meanwhile.
/// `progress` hears how many doors are done.
///
/// # Errors
/// Those of the database; what was committed before stays, and a second import goes on from there.
pub async fn import(
    writer: &Writer,
    campaign: &Campaign,
    streets: &[ImportedStreet],
    author: Option<PersonId>,
    now_ms: i64,
    mut progress: impl FnMut(usize),
) -> Result<Imported, StoreError> {
    let mut total = Imported::default();
    let mut batch = Vec::new();
    // Gathered first: an iterator that borrows may not be held while a commit is awaited.
    let all: Vec<Part> = streets.iter().flat_map(parts).collect();
    let mut parts = all.into_iter().peekable();
    while let Some(part) = parts.next() {
        batch.push(part);
        let doors: usize = batch.iter().map(|part| part.doors.len()).sum();
        if doors < DOORS_PER_COMMIT && parts.peek().is_some() {
            continue;
        }
        let (campaign, ready) = (campaign.clone(), std::mem::take(&mut batch));
        let job = move |tx: &Connection| -> Result<Imported, StoreError> {
            let mut done = Imported::default();
            for part in &ready {
                done.add(import_part(tx, &campaign, part, author, now_ms)?);
            }
            Ok(done)
        };
        total.add(writer.write(job).await?);
        progress(total.doors());
    }
    Ok(total)
}

/// The worklists that a street becomes, in walking order.
pub fn worklists_of<'a>(
    campaign: &'a Campaign,
    street: &'a ImportedStreet,
) -> impl Iterator<Item = WorklistId> + 'a {
    parts(street).map(|part| part.worklist(campaign))
}

/// The record that an address becomes.
pub fn record_of(campaign: &Campaign, door: &ImportedAddress) -> RecordId {
    RecordId::from_parts(campaign.id, &door.id.to_string())
}

/// A street, or one part of a long one.
struct Part {
    street: String,
    town: String,
    /// From 1; 0 for a street that is walked whole.
    number: usize,
    doors: Vec<ImportedAddress>,
}

/// Parts of about equal size in walking order.
fn parts(street: &ImportedStreet) -> impl Iterator<Item = Part> + '_ {
    let count = street.addresses.len().div_ceil(DOORS_MAX).max(1);
    let size = street.addresses.len().div_ceil(count).max(1);
    street.addresses.chunks(size).enumerate().map(move |(place, doors)| Part {
        street: street.name.clone(),
        town: street.town.clone(),
        number: if count > 1 { place + 1 } else { 0 },
        doors: doors.to_vec(),
    })
}

impl Part {
    /// The first part of a street that grew keeps the id that the whole street had.
    fn worklist(&self, campaign: &Campaign) -> WorklistId {
        let key = format!("street:{}:{}:{}", self.town, self.street, self.number.max(1));
        WorklistId::from_parts(campaign.id, &key.to_lowercase())
    }

    fn name(&self) -> String {
        match self.number {
            0 => self.street.clone(),
            number => format!("{}, deel {number}", self.street),
        }
    }

    fn district(&self) -> &str {
        self.doors.iter().find_map(|door| door.district.as_deref()).unwrap_or("")
    }
}

fn import_part(
    tx: &Connection,
    campaign: &Campaign,
    part: &Part,
    author: Option<PersonId>,
    now_ms: i64,
) -> Result<Imported, StoreError> {
    let worklist = part.worklist(campaign);
    let mut done = Imported::default();
    let mut changes = Vec::new();
    if make_worklist(tx, campaign, worklist, part)? {
        done.new_worklists = 1;
        changes.push(turf(worklist, campaign, part));
    }
    for door in &part.doors {
        let record = record_of(campaign, door);
        let held = projection::kind_and_worklist(tx, record)?;
        // A door stays in the list it is in, also when a longer street is now cut elsewhere.
        let place = held.as_ref().map_or(worklist, |(_, worklist)| *worklist);
        let mut change = Change::new(record, "address", place);
        change.fields = fields(door);
        if held.is_some() {
            change.fields = changed(tx, record, change.fields)?;
        }
        match (held.is_some(), change.fields.is_empty()) {
            (false, _) => done.added += 1,
            (true, true) => done.unchanged += 1,
            (true, false) => done.changed += 1,
        }
        changes.push(change);
    }
    append_office(tx, author, changes, now_ms)?;
    Ok(done)
}

/// Tells whether the worklist is new.
fn make_worklist(
    tx: &Connection,
    campaign: &Campaign,
    worklist: WorklistId,
    part: &Part,
) -> Result<bool, StoreError> {
    let mut insert = tx.prepare_cached(
        "INSERT INTO worklist (id, campaign, kind, name, district) VALUES (?1, ?2, 'turf', ?3, ?4)
         ON CONFLICT (id) DO NOTHING",
    )?;
    Ok(insert.execute(params![worklist.0, campaign.id, part.name(), part.district()])? > 0)
}

fn turf(worklist: WorklistId, campaign: &Campaign, part: &Part) -> Change {
    let mut change = Change::new(RecordId(worklist.0), "turf", worklist)
        .with("name", Value::text(part.name()))
        .with("town", Value::text(part.town.as_str()))
        .with("campaign", Value::text(campaign.name.as_str()));
    if !part.district().is_empty() {
        change = change.with("district", Value::text(part.district()));
    }
    change
}

/// What the form `address` keeps of an imported address; what is empty is left out.
fn fields(door: &ImportedAddress) -> Vec<(String, Value)> {
    let mut fields: Vec<(String, Value)> = Vec::new();
    let mut put = |field: &str, value: Value| fields.push((field.to_owned(), value));
    put("number", Value::Int(i64::from(door.number)));
    put("building", Value::choice(door.building_kind.key()));
    put("order", Value::Int(i64::from(door.order)));
    if let Some(floor) = door.floor.filter(|floor| *floor >= 0) {
        put("floor", Value::Int(i64::from(floor)));
    }
    let texts = [
        ("street", door.street.as_str()),
        ("letter", &door.letter),
        ("addition", &door.addition),
        ("postcode", &door.postcode),
        ("town", &door.town),
        ("bag_id", door.bag_id.as_deref().unwrap_or("")),
    ];
    for (field, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
        put(field, Value::text(text));
    }
    fields
}

/// The fields that the record does not show as the file has them.
fn changed(
    tx: &Connection,
    record: RecordId,
    fields: Vec<(String, Value)>,
) -> Result<Vec<(String, Value)>, StoreError> {
    let mut changed = Vec::new();
    for (field, value) in fields {
        let register = projection::register(tx, record, &field)?;
        if register.shown().is_none_or(|shown| shown.value != value) {
            changed.push((field, value));
        }
    }
    Ok(changed)
}
