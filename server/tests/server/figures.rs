//! The figures of the pilot as the office reads them: of one corporation and one district at once, small
//! numbers hidden, and at whom applications are stuck.

use crate::cases::{Town, write, yes_at};
use crate::office_world::{NOW_MS, Phone, record};
use aanbel_server::access::PersonId;
use aanbel_shared::programme::Role;
use aanbel_shared::record::{RecordId, Value};
use aanbel_shared::sync::Change;
use axum::http::StatusCode;

const PAGE: &str = "/kantoor/dossiers/cijfers";

/// Six households of one corporation in a district, one of it elsewhere, and one of another corporation in
/// that district, each with a talk of half an hour.
async fn town() -> (Town, Phone, PersonId) {
    let town = Town::new().await;
    town.with_districts().await;
    town.office
        .write(|tx| {
            tx.execute("INSERT INTO corporation (id, name) VALUES (2, 'Elders')", [])?;
            tx.execute("UPDATE person SET corporation = 2 WHERE name = 'Hilda'", [])?;
            tx.execute(
                "INSERT INTO case_rule (corporation, person)
                 SELECT 2, id FROM person WHERE name = 'Adinda'",
                [],
            )?;
            Ok(())
        })
        .await;
    let (mut gert, mut hilda) = (town.phone(town.gert).await, town.phone(town.hilda).await);
    for number in 1..=6 {
        let id = u128::try_from(number).expect("small");
        yes_at(&mut gert, id, "N. Verzonnen", "Kruidenstraat", number);
    }
    yes_at(&mut gert, 7, "O. Verzonnen", "Bedachtlaan", 1);
    yes_at(&mut hilda, 8, "P. Verzonnen", "Kruidenstraat", 20);
    town.office.sync(&mut gert).await;
    town.office.sync(&mut hilda).await;
    let mut adinda = town.phone(town.adinda).await;
    let addresses: Vec<(RecordId, _)> =
        adinda.device.records().of_kind("address").map(|one| (one.id, one.worklist)).collect();
    assert_eq!(addresses.len(), 8);
    for (place, (address, list)) in addresses.into_iter().enumerate() {
        let talk = Change::new(RecordId::from_parts(address.0, "talk"), "talk", list)
            .with("address", Value::Reference(address))
            .with("at", Value::Instant(NOW_MS + i64::try_from(place).expect("small")))
            .with("minutes", Value::Int(30));
        write(&mut adinda, talk);
    }
    town.office.sync(&mut adinda).await;
    let hanna = town.office.person("Hanna", Role::Office).await;
    (town, adinda, hanna)
}

/// What stands beside the name of a figure.
fn figure(page: &str, name: &str) -> String {
    let row = page.split(&format!("<th scope=\"row\">{name}</th>")).nth(1).expect("a row");
    let cell = row.split("</td>").next().unwrap_or_default();
    cell.rsplit('>').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn corporation_and_district_are_crossed_and_small_numbers_hidden() {
    let (town, _, hanna) = town().await;
    let households = async |query: &str| {
        let (status, page) = town.office.page(hanna, &format!("{PAGE}{query}")).await;
        assert_eq!(status, StatusCode::OK);
        (figure(&page, "Huishoudens"), figure(&page, "Uren in gesprek"))
    };
    let told = |one: &str, other: &str| (one.to_owned(), other.to_owned());
    assert_eq!(households("").await, told("8", "4,0"));
    assert_eq!(households("?corporatie=Woonverzinsel&wijk=").await, told("7", "3,5"));
    assert_eq!(households("?wijk=Kruidenbuurt").await, told("7", "3,5"));
    let both = "?corporatie=Woonverzinsel&wijk=Kruidenbuurt";
    assert_eq!(households(both).await, told("6", "3,0"));
    let few = told("minder dan 5", "te weinig huishoudens");
    assert_eq!(households("?corporatie=Elders&wijk=Kruidenbuurt").await, few);

    let (_, page) = town.office.page(hanna, &format!("{PAGE}{both}")).await;
    assert!(!page.contains("Per corporatie") && !page.contains("Per wijk"), "{page}");
    assert!(page.contains("Woonverzinsel, Kruidenbuurt"), "{page}");
    let (_, page) = town.office.page(hanna, &format!("{PAGE}?wijk=Kruidenbuurt")).await;
    assert_eq!(figure(&page, "Woonverzinsel"), "6", "per corporation, within the district");
    let (status, _) = town.office.page(hanna, &format!("{PAGE}?wijk=Nergens")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn stuck_is_counted_by_organisation_with_its_name() {
    let (town, mut adinda, hanna) = town().await;
    let case = adinda.device.records().of_kind("case").next().expect("a case").clone();
    let fields = [
        (90, "stuck_at", Value::choice("uwv")),
        (91, "stuck_at", Value::choice("uwv")),
        (92, "stuck_at", Value::choice("other")),
        // As a phone of before the list writes it.
        (93, "stuck", Value::text("Mijn bank")),
    ];
    for (id, field, value) in fields {
        let change = Change::new(record(id), "application", case.worklist)
            .with("case", Value::Reference(case.id))
            .with(field, value);
        write(&mut adinda, change);
    }
    town.office.sync(&mut adinda).await;
    assert_eq!(town.office.count("SELECT COUNT(*) FROM quarantine").await, 0);
    let (_, page) = town.office.page(hanna, PAGE).await;
    assert_eq!(figure(&page, "UWV"), "2");
    assert_eq!(figure(&page, "Een andere organisatie"), "2");
    assert!(!page.contains("Mijn bank"), "{page}");
    let (_, dossier) = town.office.page(hanna, &format!("/kantoor/dossier/{}", case.id)).await;
    assert!(dossier.contains("Mijn bank") && dossier.contains("UWV"), "{dossier}");
}
