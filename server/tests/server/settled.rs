//! Contradictions outside the streets, in a case and in a joint visit: the office settles them as all others,
//! and never reads what a corporation wrote for itself.

use crate::cases::{handed_over, the_case, write};
use crate::joint::{Town, agreed, finding, own, the_visit};
use crate::office_world::{Office, Phone, record};
use aanbel_server::access::PersonId;
use aanbel_shared::programme::Role;
use aanbel_shared::record::{RecordId, Value};
use aanbel_shared::sync::Change;
use axum::http::StatusCode;

fn path(record: RecordId) -> String {
    format!("/kantoor/tegenspraak/{record}")
}

/// The form's own value of a hidden field or a radio that begins with this.
fn given(page: &str, start: &str) -> String {
    let rest = page.split(start).nth(1).expect("it stands on the page");
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// Settles the one contradiction of a page with the first of its answers.
async fn settle(
    office: &Office,
    hanna: PersonId,
    id: RecordId,
    field: &str,
) -> (StatusCode, String) {
    let (status, page) = office.page(hanna, &path(id)).await;
    assert_eq!(status, StatusCode::OK);
    let (record, seen) = (id.to_string(), given(&page, "name=\"seen\" value=\""));
    let choice = format!("houd:{}", given(&page, "value=\"houd:"));
    let form = [("record", &*record), ("field", field), ("seen", &*seen), ("choice", &*choice)];
    office.fill_in(hanna, &path(id), &form).await
}

fn contradicts(phone: &Phone, id: RecordId) -> bool {
    let record = phone.device.records().get(id).expect("it is held");
    record.contradictions().next().is_some()
}

#[tokio::test]
async fn office_settles_what_two_phones_say_of_a_case() {
    let (town, _, mut adinda) = handed_over().await;
    let mut tablet = town.phone(town.adinda).await;
    let case = the_case(&adinda).clone();
    let wrote = |phone: &mut Phone, number: &str| {
        let change = Change::new(case.id, "case", case.worklist);
        write(phone, change.with("telephone", Value::text(number)));
    };
    wrote(&mut adinda, "06 00000001");
    wrote(&mut tablet, "06 00000002");
    for phone in [&mut adinda, &mut tablet] {
        town.office.sync(phone).await;
    }
    let hanna = town.office.person("Hanna", Role::Office).await;
    let (_, inbox) = town.office.page(hanna, "/kantoor").await;
    assert!(inbox.contains(&path(case.id)) && inbox.contains("Kruidenstraat 12"), "{inbox}");
    assert!(inbox.contains(&format!("/kantoor/dossier/{}", case.id)), "{inbox}");
    let (_, dossier) = town.office.page(hanna, &format!("/kantoor/dossier/{}", case.id)).await;
    assert!(dossier.contains(&path(case.id)), "{dossier}");

    let nothing = [("record", &*case.id.to_string()), ("field", "telephone"), ("seen", "1-1")];
    let (status, again) = town.office.fill_in(hanna, &path(case.id), &nothing).await;
    assert_eq!(status, StatusCode::OK);
    assert!(again.contains("Uw keuze is niet bewaard."), "{again}");

    let (status, _) = settle(&town.office, hanna, case.id, "telephone").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    for phone in [&mut adinda, &mut tablet] {
        town.office.sync(phone).await;
        assert!(!contradicts(phone, case.id));
        assert_eq!(the_case(phone).str("telephone"), Some("06 00000002"));
    }
    let (_, inbox) = town.office.page(hanna, "/kantoor").await;
    assert!(!inbox.contains(&path(case.id)), "{inbox}");
}

#[tokio::test]
async fn office_settles_what_the_two_sides_say_of_their_visit() {
    let town = Town::new().await;
    let (mut gert, mut adinda) = town.phones().await;
    let yes = agreed(&gert, 1);
    write(&mut gert, yes);
    town.sync_both(&mut gert, &mut adinda).await;
    let visit = the_visit(&gert).clone();
    for (phone, state) in [(&mut gert, "held"), (&mut adinda, "not_home")] {
        let change = Change::new(visit.id, "joint_visit", visit.worklist);
        write(phone, change.with("state", Value::choice(state)));
    }
    town.sync_both(&mut gert, &mut adinda).await;
    assert!(contradicts(&gert, visit.id));
    let hanna = town.office.person("Hanna", Role::Office).await;
    let (_, page) = town.office.page(hanna, &path(visit.id)).await;
    assert!(page.contains("Niemand thuis") && page.contains("Gert"), "{page}");
    let (_, page) = town.office.page(hanna, &format!("/kantoor/samen/{}", visit.id)).await;
    assert!(page.contains(&path(visit.id)), "{page}");

    let (status, _) = settle(&town.office, hanna, visit.id, "state").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    town.sync_both(&mut gert, &mut adinda).await;
    assert!(!contradicts(&gert, visit.id) && !contradicts(&adinda, visit.id));
}

#[tokio::test]
async fn what_a_corporation_wrote_for_itself_is_not_read_or_settled_by_the_office() {
    const WORD: &str = "kwikstaartkozijn";
    let town = Town::new().await;
    let (mut gert, mut adinda) = town.phones().await;
    let yes = agreed(&gert, 1);
    write(&mut gert, yes);
    town.sync_both(&mut gert, &mut adinda).await;
    let mut tablet = town.office.phone(town.gert).await;
    town.office.sync(&mut tablet).await;
    let visit = the_visit(&gert).id;
    let finding_id = RecordId(own(visit, "home").0);
    for (phone, text) in
        [(&mut gert, "kwikstaartkozijn een"), (&mut tablet, "kwikstaartkozijn twee")]
    {
        write(phone, finding(visit, "home_finding", "home", text));
        town.office.sync(phone).await;
    }
    // A note of hers that is not his to write is set aside, and so is one of his on a visit of nobody.
    let strange = Change::new(finding_id, "home_finding", own(visit, "home"));
    write(&mut adinda, strange.with("text", Value::text(WORD)));
    town.office.sync(&mut adinda).await;
    assert_eq!(town.office.count("SELECT COUNT(*) FROM quarantine").await, 1);
    town.office.sync(&mut gert).await;
    assert!(contradicts(&gert, finding_id));

    let hanna = town.office.person("Hanna", Role::Office).await;
    let (_, inbox) = town.office.page(hanna, "/kantoor").await;
    assert!(!inbox.contains(WORD) && !inbox.contains(&path(finding_id)), "{inbox}");
    assert!(inbox.contains("niet voor kantoor"), "{inbox}");
    let (status, page) = town.office.page(hanna, &path(finding_id)).await;
    assert_eq!((status, page.contains(WORD)), (StatusCode::NOT_FOUND, false));
    let id = finding_id.to_string();
    let register = gert.device.records().get(finding_id).expect("his").fields["text"].clone();
    let mut dots: Vec<String> = register
        .live()
        .iter()
        .map(|live| format!("{}-{}", live.dot.device.0, live.dot.seq))
        .collect();
    dots.sort_unstable();
    let (seen, choice) = (dots.join(","), format!("houd:{}", dots[0]));
    let form = [("record", &*id), ("field", "text"), ("seen", &*seen), ("choice", &*choice)];
    for path in [path(finding_id), format!("/kantoor/bezoek/{}/beslissen", record(1))] {
        let (status, _) = town.office.fill_in(hanna, &path, &form).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    town.office.sync(&mut gert).await;
    assert!(contradicts(&gert, finding_id), "it is his own people's to settle");
}
