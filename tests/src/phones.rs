//! Phones without a browser in the demo's town, and what their people do at a door.

use crate::client::Phone;
use crate::server::Server;
use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::Change;
use anyhow::{Context, Result};

/// Two volunteers of the demo with several streets, some of them together.
pub const ANNA: &str = "Anna Voorbeeld";
pub const BILAL: &str = "Bilal Bedacht";

/// A volunteer with a street of which the letter was sent and nobody walked it yet.
pub const FLEUR: &str = "Fleur Fictie";

/// A phone of this person, enrolled and with everything read.
pub async fn phone_of(server: &Server, person: &str, token: &str) -> Result<Phone> {
    let mut phone = Phone::new(&server.address());
    phone.enrol(&server.enrol_code(person).await?, token).await?;
    phone.sync().await?;
    Ok(phone)
}

/// Some door of a phone, the n-th of all its addresses.
pub fn door(phone: &Phone, number: usize) -> Result<(RecordId, WorklistId)> {
    let address = phone.device.records().of_kind("address").nth(number);
    let address = address.context("the demo gave this person doors")?;
    Ok((address.id, address.worklist))
}

/// An id that is the same in every run.
pub fn made_up(name: &str) -> RecordId {
    RecordId::from_parts(uuid::Uuid::from_u128(0xaa17be1), name)
}

/// A volunteer rang, and nobody was home.
pub fn nobody(id: RecordId, (address, street): (RecordId, WorklistId)) -> Change {
    Change::new(id, "attempt", street)
        .with("address", Value::Reference(address))
        .with("at", Value::Instant(1_795_000_000_000))
        .with("channel", Value::choice("door"))
        .with("result", Value::choice("nobody"))
}

/// Doors of one street where nobody rang yet and one may ring today, in the order of ids.
pub fn fresh_doors(phone: &Phone, number: usize) -> Result<Vec<RecordId>> {
    let records = phone.device.records();
    let may_ring = |street: WorklistId| {
        let letter_on = records.get(RecordId(street.0)).and_then(|turf| turf.date("letter_on"));
        letter_on.is_none_or(|day| i64::from(day) * 86_400_000 < last_synced(phone))
    };
    let fresh = |street: WorklistId| -> Vec<RecordId> {
        let doors = records.of_kind("address").filter(|door| door.worklist == street);
        let new = doors.filter(|door| records.pointing("attempt", "address", door.id).count() == 0);
        new.filter(|door| door.bool("opted_out").is_none()).map(|door| door.id).collect()
    };
    let streets = phone.device.meta().assigned.iter().copied().filter(|one| may_ring(*one));
    let found = streets.map(fresh).find(|doors| doors.len() >= number);
    let mut found = found.context("the demo has a street with doors to ring")?;
    found.truncate(number);
    Ok(found)
}

fn last_synced(phone: &Phone) -> i64 {
    phone.device.meta().synced_ms.unwrap_or_default()
}
