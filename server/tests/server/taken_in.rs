//! What was set aside and what only somebody like its writer fills in: the office takes it in after all.

use crate::cases::{TODAY, Town, offer, the_case, week, write, yes};
use crate::joint::{agreed, finding, the_visit};
use crate::office_world::{Phone, record};
use aanbel_server::cases::CAMPAIGN;
use aanbel_server::store::verify;
use aanbel_server::sync::set_aside::{self, Decided};
use aanbel_shared::form::Forms;
use aanbel_shared::record::{DeviceNo, Dot, Value, WorklistId};
use aanbel_shared::sync::Change;
use rusqlite::Connection;
use uuid::Uuid;

impl Town {
    /// Her phone is lost; what is on it arrives and is set aside.
    pub async fn revoked(&self, phone: &Phone) {
        let number = phone.number();
        let revoke = "UPDATE device SET revoked_ms = 1 WHERE number = ?1";
        self.office.write(move |tx| Ok(tx.execute(revoke, [number])?)).await;
        self.office.exchange(&phone.token, &phone.request()).await;
    }

    /// Takes all in that is set aside, in the order in which it was written.
    async fn take_in(&self) -> Vec<Decided> {
        let by = self.adinda;
        let now_ms = self.office.state.now_ms();
        let job = move |tx: &Connection| {
            let mut query = tx.prepare(
                "SELECT device, device_seq FROM quarantine WHERE resolved_ms IS NULL
                 ORDER BY device, device_seq",
            )?;
            let places = query.query_map([], |row| {
                Ok(Dot::new(DeviceNo(row.get(0)?), row.get::<_, i64>(1)?.unsigned_abs()))
            })?;
            let places: Vec<Dot> = places.collect::<Result<_, _>>()?;
            places
                .into_iter()
                .map(|place| set_aside::accept(tx, Forms::built_in(), place, by, now_ms))
                .collect()
        };
        let decided = self.office.write(job).await;
        let report = verify::verify(self.office.path()).expect("readable");
        assert_eq!(report.problems, Vec::<String>::new());
        decided
    }
}

#[tokio::test]
async fn offer_of_a_phone_that_was_lost_is_taken_in_and_becomes_a_case() {
    let town = Town::new().await;
    let mut gert = town.phone(town.gert).await;
    yes(&mut gert, 1, "N. Verzonnen");
    town.revoked(&gert).await;
    assert_eq!(town.take_in().await, [Decided::Done]);
    let adinda = town.phone(town.adinda).await;
    assert_eq!(the_case(&adinda).str("name"), Some("N. Verzonnen"));
    let source = adinda.device.records().of_kind("case_source").next().expect("a source");
    assert_eq!(source.str("from"), Some("Gert"));
}

#[tokio::test]
async fn plan_and_own_words_of_an_adviser_are_taken_in() {
    let town = Town::new().await;
    let mut adinda = town.phone(town.adinda).await;
    let plan = agreed(&adinda, 1).with("corporation", Value::text("Woonverzinsel"));
    write(&mut adinda, plan);
    town.office.sync(&mut adinda).await;
    let visit = the_visit(&adinda).id;
    let second = agreed(&adinda, 2).with("number", Value::Int(14));
    write(&mut adinda, second);
    write(&mut adinda, finding(visit, "welfare_finding", "welfare", "brieven blijven liggen"));
    town.revoked(&adinda).await;
    assert_eq!(town.take_in().await, [Decided::Done; 2]);
    let visits = "SELECT COUNT(*) FROM record WHERE kind = 'joint_visit'";
    assert_eq!(town.office.count(visits).await, 2);
    let words = "SELECT COUNT(*) FROM record WHERE kind = 'welfare_finding'
                    AND field(live, 'text') IS NOT NULL";
    assert_eq!(town.office.count(words).await, 1);
}

#[tokio::test]
async fn what_nobody_like_its_writer_fills_in_is_not_taken_in() {
    let town = Town::new().await;
    let mut gert = town.phone(town.gert).await;
    let steps = offer(&gert, 1).with("received_on", Value::Date(TODAY));
    write(&mut gert, steps);
    town.office.sync(&mut gert).await;
    assert_eq!(town.take_in().await, [Decided::CannotAccept]);
}

/// The server was put back to before that week; it begins the week that it needs, and no other list.
#[tokio::test]
async fn offer_of_a_week_that_the_server_lost_is_taken_in() {
    let town = Town::new().await;
    let mut gert = town.phone(town.gert).await;
    let person = town.gert.0;
    let campaign = town
        .office
        .write(|tx| {
            let id = "SELECT id FROM campaign WHERE name = ?1";
            Ok(tx.query_row(id, [CAMPAIGN], |row| row.get::<_, Uuid>(0))?)
        })
        .await;
    let list = |key: &str| WorklistId::from_parts(campaign, key);
    // Monday the 9th and the 16th of November 2026; the 16th is there.
    let lost = list(&format!("offers:{person}:20766"));
    assert_eq!(list(&format!("offers:{person}:20773")), crate::cases::week(&gert));
    for (id, list) in [(1, lost), (2, list("offers:9999:20766"))] {
        let there = Change::new(record(id), "offer", list)
            .with("answer", Value::choice("yes"))
            .with("name", Value::text("N. Verzonnen"))
            .with("street", Value::text("Kruidenstraat"))
            .with("number", Value::Int(12))
            .with("consent", Value::Bool(true));
        write(&mut gert, there);
    }
    town.office.sync(&mut gert).await;
    assert_eq!(town.take_in().await, [Decided::Done, Decided::CannotAccept]);
    let adinda = town.phone(town.adinda).await;
    assert_eq!(the_case(&adinda).str("name"), Some("N. Verzonnen"));
    town.office.sync(&mut gert).await;
    let told = gert.device.records().get(record(1)).expect("it is on his phone again");
    assert_eq!((told.worklist, told.date("received_on")), (lost, Some(TODAY)));
}

/// After a restore somebody else may have the number of who wrote this, and with it her week.
#[tokio::test]
async fn offer_is_not_taken_into_the_week_of_somebody_else() {
    let town = Town::new().await;
    let (mut gert, hilda) = (town.phone(town.gert).await, town.phone(town.hilda).await);
    let astray = Change::new(record(1), "offer", week(&hilda));
    write(&mut gert, astray.with("name", Value::text("N. Verzonnen")));
    town.office.sync(&mut gert).await;
    assert_eq!(town.take_in().await, [Decided::CannotAccept]);
}
