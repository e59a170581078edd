//! What a phone may not do: it changes nothing, it is set aside with its reason, and nobody gets
//! what is not hers.

use crate::office_world::{NOW_MS, Office, Phone};
use aanbel_server::sync::set_aside::{self, Decided};
use aanbel_server::{access::PersonId, campaigns};
use aanbel_shared::form::Forms;
use aanbel_shared::programme::Role;
use aanbel_shared::record::{DeviceNo, Dot, Op, WorklistId};
use aanbel_shared::sync::{Instruction, Reason};

struct Team {
    office: Office,
    anna: PersonId,
    hers: WorklistId,
    his: WorklistId,
    phone: Phone,
}

async fn team() -> Team {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let bilal = office.person("Bilal", Role::Volunteer).await;
    let hers = office.street("Annastraat", 2, anna).await;
    let his = office.street("Bilalstraat", 2, bilal).await;
    let phone = office.phone(anna).await;
    Team { office, anna, hers, his, phone }
}

/// Sends one note, changed by `forge`, and gives the reason why it was set aside.
async fn reason(team: &mut Team, forge: impl FnOnce(&mut Op)) -> Reason {
    let hers = team.hers;
    team.phone.note(1, hers, "vervalst");
    let mut request = team.phone.request();
    let seq = request.ops.last().expect("one op").dot.seq;
    forge(request.ops.last_mut().expect("one op"));
    let reply = team.office.exchange(&team.phone.token, &request).await;
    assert_eq!(reply.kept, seq, "the sequence moves on");
    assert_eq!(team.office.count("SELECT COUNT(*) FROM record WHERE kind = 'note'").await, 0);
    let found = reply.set_aside.iter().find(|one| one.dot.seq == seq).expect("set aside");
    assert_eq!(found.dot.device.0, team.phone.number());
    found.reason
}

#[tokio::test]
async fn op_in_the_name_of_another_phone_is_set_aside() {
    let mut team = team().await;
    let found = reason(&mut team, |op| op.dot.device = DeviceNo(77)).await;
    assert_eq!(found, Reason::OtherDevice);
}

#[tokio::test]
async fn op_for_a_street_of_somebody_else_is_set_aside() {
    let mut team = team().await;
    let his = team.his;
    assert_eq!(reason(&mut team, |op| op.worklist = his).await, Reason::NotAssigned);
}

#[tokio::test]
async fn unknown_field_and_record_of_another_kind_are_set_aside() {
    let mut team = team().await;
    let found = reason(&mut team, |op| op.set[0].field = "shoe_size".to_owned()).await;
    assert_eq!(found, Reason::UnknownField);
    let mut team = self::team().await;
    let turf = aanbel_shared::record::RecordId(team.hers.0);
    assert_eq!(reason(&mut team, |op| op.record = turf).await, Reason::OtherRecord);
}

#[tokio::test]
async fn volunteer_cannot_write_what_only_the_office_may() {
    let mut team = team().await;
    let found = reason(&mut team, |op| {
        op.kind = "attempt".to_owned();
        op.set[0].field = "reviewed".to_owned();
        op.set[0].value = aanbel_shared::record::Value::Bool(true);
    });
    assert_eq!(found.await, Reason::MayNotWrite);
}

#[tokio::test]
async fn phone_gets_its_own_streets_and_no_others() {
    let mut team = team().await;
    let (hers, his, anna) = (team.hers, team.his, team.anna);
    let mut request = team.phone.request();
    request.cursors = vec![(his, 0)];
    let reply = team.office.exchange(&team.phone.token, &request).await;
    assert_eq!(reply.assigned, [hers]);
    assert!(reply.pages.iter().all(|page| page.worklist == hers));
    team.office.sync(&mut team.phone).await;
    assert!(team.phone.device.records().iter().all(|record| record.worklist == hers));
    team.office.write(move |tx| campaigns::unassign(tx, hers, anna)).await;
    team.office.sync(&mut team.phone).await;
    assert!(team.phone.device.records().is_empty(), "what was taken away leaves the phone");
}

#[tokio::test]
async fn revoked_phone_is_emptied_and_what_it_held_waits_for_a_person() {
    let mut team = team().await;
    let hers = team.hers;
    team.office.sync(&mut team.phone).await;
    team.phone.note(1, hers, "nog niet verstuurd");
    let number = team.phone.number();
    let revoke = "UPDATE device SET revoked_ms = 1 WHERE number = ?1";
    team.office.write(move |tx| Ok(tx.execute(revoke, [number])?)).await;
    let reply = team.office.exchange(&team.phone.token, &team.phone.request()).await;
    assert_eq!(reply.instruction, Instruction::Wipe);
    assert!(reply.pages.is_empty() && reply.assigned.is_empty());
    assert_eq!((reply.kept, reply.set_aside[0].reason), (1, Reason::Revoked));
    let (place, by) = (Dot::new(DeviceNo(number), 1), team.anna);
    let decide = move |tx: &rusqlite::Connection| {
        set_aside::accept(tx, Forms::built_in(), place, by, NOW_MS)
    };
    assert_eq!(team.office.write(decide).await, Decided::Done);
    assert_eq!(team.office.write(decide).await, Decided::NotOpen);
    assert_eq!(team.office.count("SELECT COUNT(*) FROM record WHERE kind = 'note'").await, 1);
}

#[tokio::test]
async fn forged_op_can_be_dismissed_but_never_accepted() {
    let mut team = team().await;
    reason(&mut team, |op| op.dot.device = DeviceNo(77)).await;
    let (place, by) = (Dot::new(DeviceNo(team.phone.number()), 1), team.anna);
    let accept = move |tx: &rusqlite::Connection| {
        set_aside::accept(tx, Forms::built_in(), place, by, NOW_MS)
    };
    assert_eq!(team.office.write(accept).await, Decided::CannotAccept);
    let dismiss = move |tx: &rusqlite::Connection| set_aside::dismiss(tx, place, by, NOW_MS);
    assert_eq!(team.office.write(dismiss).await, Decided::Done);
}
