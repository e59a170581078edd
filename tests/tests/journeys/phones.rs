//! Phones without a browser in the demo's town, and what their people do at a door.

use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::Change;
use aanbel_tests::client::Phone;
use aanbel_tests::server::Server;
use anyhow::{Context, Result};

/// A volunteer of the demo with several streets, and one with others.
pub const ANNA: &str = "Anna Voorbeeld";
pub const BILAL: &str = "Bilal Bedacht";

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
