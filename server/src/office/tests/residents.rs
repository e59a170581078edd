//! Finding a resident, showing her file and erasing it, as the office does it.

use super::{NOW_MS, World, door, id};
use crate::access::PersonId;
use axum::http::StatusCode;
use rusqlite::Connection;

/// Address of the page of the door with this number.
async fn page_of(world: &World, number: i64) -> String {
    let (address, _) = world.write(move |tx: &Connection| door(tx, number)).await;
    format!("/kantoor/deur/{address}")
}

#[tokio::test]
async fn resident_is_found_by_address_and_nothing_of_it_stands_in_a_url() {
    let world = World::filled().await;
    let form = [("address", "proefstraat 3a"), ("name", "")];
    let answer = world.post(world.office, "/kantoor/bewoners", &form).await;
    assert_eq!(answer.status, StatusCode::OK);
    let page = page_of(&world, 3).await;
    assert!(answer.body.contains(&format!("href=\"{page}\"")), "{}", answer.body);
    assert!(!answer.body.contains("?address"));
    let none = world.post(world.office, "/kantoor/bewoners", &[("address", "Nergensweg 9")]).await;
    assert!(none.body.contains("Niets gevonden"));
}

#[tokio::test]
async fn one_asks_another_confirms_and_the_page_tells_which_phones_must_follow() {
    let world = World::filled().await;
    let list = "INSERT INTO device_list SELECT number, id FROM device, worklist WHERE number = 2";
    world.write(move |tx: &Connection| Ok(tx.execute(list, [])?)).await;
    let page = page_of(&world, 3).await;
    let before = world.get(world.office, &page).await;
    assert!(before.body.contains("Vraag het wissen aan"), "{}", before.body);
    let form = [("household", ""), ("cause", "asked")];
    let asked = world.post(world.office, &format!("{page}/wissen"), &form).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    let own = world.get(world.office, &asked.location).await;
    assert!(own.body.contains("Een collega moet dit bevestigen"), "{}", own.body);
    assert!(!own.body.contains("Wis dit voorgoed"));
    let confirm = format!("{}/bevestigen", asked.location);
    let refused = world.post(world.office, &confirm, &[]).await;
    assert!(refused.body.contains("mag het niet zelf bevestigen"), "{}", refused.body);
    let other = world.get(world.coordinator, &asked.location).await;
    assert!(other.body.contains("Wis dit voorgoed") && other.body.contains("Het adres zelf"));
    let done = world.post(world.coordinator, &confirm, &[]).await;
    assert!(done.body.contains("Het is gewist."), "{}", done.body);
    assert!(done.body.contains("Telefoon Bilal Bedacht"), "{}", done.body);
    assert!(done.body.contains("Nog niet, bij het volgende contact"));
    let after = world.get(world.office, &page).await;
    assert!(after.body.contains("staat niets opgeschreven"), "{}", after.body);
    let list = world.get(world.office, "/kantoor/bewoners").await;
    assert!(list.body.contains("Gewist, behalve op 1 telefoon"), "{}", list.body);
}

#[tokio::test]
async fn withdrawn_request_erases_nothing() {
    let world = World::filled().await;
    let page = page_of(&world, 3).await;
    let form = [("household", ""), ("cause", "mistake")];
    let asked = world.post(world.office, &format!("{page}/wissen"), &form).await;
    world.post(world.coordinator, &format!("{}/intrekken", asked.location), &[]).await;
    let done = world.post(world.coordinator, &format!("{}/bevestigen", asked.location), &[]).await;
    assert!(done.body.contains("staat niet meer open"), "{}", done.body);
    let still = world.get(world.office, &page).await;
    assert!(still.body.contains("Vraag het wissen aan"));
}

#[tokio::test]
async fn whole_file_of_a_household_as_page_and_as_json_is_noted() {
    let world = World::filled().await;
    let page = page_of(&world, 3).await;
    let file = world.get(world.office, &format!("{page}/inzage")).await;
    assert!(file.body.contains("Wat gebeurde er?") && file.body.contains("Anna Voorbeeld"));
    assert!(file.body.contains("Om te weten waar we nog langs moeten gaan"), "{}", file.body);
    let json = world.get(world.office, &format!("{page}/inzage.json")).await;
    let told: serde_json::Value = serde_json::from_str(&json.body).expect("JSON");
    assert_eq!(told["address"], "Proefstraat 3A-2");
    assert!(told["records"].as_array().is_some_and(|records| records.len() > 1));
    let count = "SELECT COUNT(*) FROM audit WHERE action = 'access_request'";
    let noted = |tx: &Connection| Ok(tx.query_row(count, [], |row| row.get::<_, i64>(0))?);
    assert_eq!(world.write(noted).await, 2);
    let missing = world.get(world.office, &format!("/kantoor/deur/{}/inzage", id(99))).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn terms_are_the_coordinators_and_what_is_over_time_is_counted_first() {
    let world = World::filled().await;
    let hidden = world.get(world.office, "/kantoor/bewaren").await;
    assert_ne!(hidden.status, StatusCode::OK);
    let months =
        |set: [&'static str; 4]| ["campaign", "case", "plan", "visit"].into_iter().zip(set);
    for (set, field) in [
        (["13", "12", "3", "12"], "case"),
        (["3", "12", "13", "12"], "visit"),
        (["3", "12", "", "12"], "plan"),
        (["3", "12", "3", "25"], "visit"),
    ] {
        let wrong: Vec<_> = months(set).collect();
        let answer = world.post(world.coordinator, "/kantoor/bewaren", &wrong).await;
        assert!(answer.body.contains(&format!("id=\"{field}-fout\"")), "{set:?} {}", answer.body);
    }
    let close = "UPDATE campaign SET closed_ms = ?1";
    world.write(move |tx: &Connection| Ok(tx.execute(close, [NOW_MS - 1])?)).await;
    let right: Vec<_> = months(["0", "12", "1", "24"]).collect();
    world.post(world.coordinator, "/kantoor/bewaren", &right).await;
    let set = "SELECT COUNT(*) FROM audit WHERE action = 'change_setting'
                  AND detail = 'campaign=0 case=12 plan=1 visit=24'";
    let noted = |tx: &Connection| Ok(tx.query_row(set, [], |row| row.get::<_, i64>(0))?);
    assert_eq!(world.write(noted).await, 1);
    let page = world.get(world.coordinator, "/kantoor/bewaren").await;
    assert!(page.body.contains("Wis dit nu") && page.body.contains("Bezoek"), "{}", page.body);
    world.post(world.coordinator, "/kantoor/bewaren/uitvoeren", &[]).await;
    let page = world.get(world.coordinator, "/kantoor/bewaren").await;
    assert!(page.body.contains("Nu is niets over tijd") && page.body.contains("Laatste rondes"));
}

#[tokio::test]
async fn who_only_walks_sees_none_of_it() {
    let world = World::filled().await;
    let find = |tx: &Connection| {
        let query = "SELECT id FROM person WHERE name = 'Anna Voorbeeld'";
        Ok(tx.query_row(query, [], |row| row.get::<_, PersonId>(0))?)
    };
    let anna = world.write(find).await;
    let page = page_of(&world, 3).await;
    for path in ["/kantoor/bewoners", "/kantoor/bewaren", &page, &format!("{page}/inzage.json")] {
        let answer = world.get(anna, path).await;
        assert_ne!(answer.status, StatusCode::OK, "{path}");
        assert!(!answer.body.contains("Proefstraat"), "{path}");
    }
}
