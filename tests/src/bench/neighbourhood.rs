//! Where the app is measured: one volunteer with a thousand doors and a household behind each of them,
//! four hundred of the doors in one street. Nobody and nothing in it exists.

use super::{day, town};
use crate::client::Phone;
use crate::server::Server;
use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::Change;
use anyhow::{Context, Result, ensure};
use std::ops::RangeInclusive;

/// Who walks it; also the name of her district, of which the import makes one list of streets.
pub const WALKER: &str = "Meter 900";
const DISTRICT: &str = "Meetwijk900";
/// Doors of its streets.
const STREETS: [usize; 7] = [LONG, 100, 100, 100, 100, 100, 100];
pub const LONG: usize = 400;
pub const DOORS: usize = 1_000;
const BEGIN_MS: i64 = 1_795_000_000_000;

/// A running server with that neighbourhood. Every second door of the long street is done.
///
/// # Errors
/// When any step of preparing fails.
pub async fn prepared() -> Result<Server> {
    let server = Server::demo().await?;
    // An import makes parts of a long street; a street that grows does not fall apart.
    for first in (1..=LONG).step_by(100) {
        town::import(&server, &addresses(first..=first + 99)).await?;
    }
    server.run(&["user", "add", "--name", WALKER, "--role", "volunteer"]).await?;
    town::assign(&server, &[(WALKER.to_owned(), DISTRICT.to_owned())]).await?;
    let mut phone = Phone::new(&server.address());
    phone.enrol(&server.enrol_code(WALKER).await?, "neighbourhood").await?;
    phone.sync().await?;
    let (households, talks) = written(&phone)?;
    day::write(&mut phone, households)?;
    day::write(&mut phone, talks)?;
    day::push(&mut phone).await?;
    Ok(server)
}

/// The doors of these numbers in every street that has them.
fn addresses(numbers: RangeInclusive<usize>) -> String {
    let mut rows = town::HEAD.to_owned();
    for (number, doors) in STREETS.into_iter().enumerate() {
        let postcode = format!("9998M{}", char::from(b'A' + number as u8));
        town::street(
            &mut rows,
            DISTRICT,
            &format!("{DISTRICT}laan{number}"),
            &postcode,
            *numbers.start()..=doors.min(*numbers.end()),
        );
    }
    rows
}

/// A household of twelve fields behind every door, and a talk at every second one of the long street.
fn written(phone: &Phone) -> Result<(Vec<Change>, Vec<Change>)> {
    let records = phone.device.records();
    let doors: Vec<_> = records.of_kind("address").collect();
    ensure!(doors.len() == DOORS, "{} doors arrived", doors.len());
    let households = day::households(phone, DOORS)?;
    let long = format!("{DISTRICT}laan0");
    let long = doors.iter().filter(|door| door.str("street") == Some(long.as_str()));
    let talked = long.step_by(2).enumerate().map(|(number, door)| {
        let id = RecordId::at(BEGIN_MS + number as i64, [9; 10]);
        talked(id, door.id, door.worklist)
    });
    let talked: Vec<Change> = talked.collect();
    ensure!(talked.len() == LONG / 2, "{} doors are done", talked.len());
    Ok((households, talked))
}

fn talked(id: RecordId, door: RecordId, street: WorklistId) -> Change {
    Change::new(id, "attempt", street)
        .with("address", Value::Reference(door))
        .with("at", Value::Instant(BEGIN_MS))
        .with("channel", Value::choice("door"))
        .with("result", Value::choice("talk"))
        .with("daypart", Value::choice("afternoon"))
}

/// The list that holds the long street, as the app's address of its screen.
///
/// # Errors
/// When it is not there.
pub async fn long_street(server: &Server) -> Result<String> {
    let mut phone = Phone::new(&server.address());
    phone.enrol(&server.enrol_code(WALKER).await?, "looking").await?;
    phone.sync().await?;
    let long = format!("{DISTRICT}laan0");
    let mut doors = phone.device.records().of_kind("address");
    let door = doors.find(|door| door.str("street") == Some(long.as_str()));
    Ok(format!("/app/straat/{}", door.context("a door of the long street")?.worklist))
}
