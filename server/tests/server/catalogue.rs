//! The catalogue as phones get it: announced by every exchange, the one of the right municipality,
//! and for enrolled phones only.

use crate::office_world::{NOW_MS, Office, Phone};
use aanbel_server::catalogue::publish;
use aanbel_server::store::set_text;
use aanbel_server::{campaigns, import};
use aanbel_shared::card::CardFile;
use aanbel_shared::programme::Role;
use aanbel_shared::scheme::{Catalogue, Day, catalogue, files};
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, StatusCode, header};
use tower::ServiceExt;

async fn ask(office: &Office, token: &str) -> (StatusCode, String, Bytes) {
    let request = Request::get("/api/catalogue")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::empty())
        .expect("a request");
    let response = office.routes.clone().oneshot(request).await.expect("infallible");
    let version = response.headers().get("x-catalogue-version");
    let version = version.and_then(|version| version.to_str().ok()).unwrap_or_default().to_owned();
    let status = response.status();
    (status, version, to_bytes(response.into_body(), usize::MAX).await.expect("a whole body"))
}

async fn announced(office: &Office, phone: &mut Phone) -> String {
    office.sync(phone).await.versions.catalogue
}

#[tokio::test]
async fn what_is_announced_is_what_is_given() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let mut phone = office.phone(anna).await;
    office.write(|tx| set_text(tx, "municipality", "GM0034")).await;
    let announced = announced(&office, &mut phone).await;
    let (status, version, bytes) = ask(&office, &phone.token).await;
    assert_eq!((status, &version), (StatusCode::OK, &announced));
    let (own, received) = Catalogue::received(&bytes).expect("whole");
    assert!(CardFile::parse(&received.card).is_some(), "the card's texts come with the rules");
    assert_eq!((own, received), (announced, catalogue("GM0034")));
}

#[tokio::test]
async fn only_phones_that_the_office_knows_get_it() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let phone = office.phone(anna).await;
    assert_eq!(ask(&office, "0f").await.0, StatusCode::UNAUTHORIZED);
    let revoke = |tx: &rusqlite::Connection| {
        Ok(tx.execute("UPDATE device SET revoked_ms = 1 WHERE number > 0", [])?)
    };
    office.write(revoke).await;
    assert_eq!(ask(&office, &phone.token).await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn without_a_choice_it_follows_from_most_addresses() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let mut phone = office.phone(anna).await;
    let version = |scope: &str| Catalogue::version_of(&catalogue(scope).pack());
    assert_eq!(announced(&office, &mut phone).await, version("nl"));
    for (street, digits, doors) in [("Eerste straat", "0034", 2), ("Tweede straat", "0855", 3)] {
        let mut text = "bag_id;straat;nummer;postcode;plaats\n".to_owned();
        for number in 1..=doors {
            text +=
                &format!("{digits}20000000000{number};{street};{number};9999XA;Voorbeeldstad\n");
        }
        let preview = import::read(text.as_bytes()).expect("a right file");
        assert_eq!(preview.streets.len(), 1, "{:?}", preview.problems);
        let campaign = office.campaign().await;
        let writer = &office.state.writer;
        let done = campaigns::import(writer, &campaign, &preview.streets, None, NOW_MS, |_| {});
        done.await.expect("an import that works");
        assert_eq!(announced(&office, &mut phone).await, version(&format!("GM{digits}")));
    }
}

#[tokio::test]
async fn what_the_office_publishes_reaches_phones_by_its_version() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let iris = office.person("Iris", Role::Coordinator).await;
    let mut phone = office.phone(anna).await;
    office.write(|tx| set_text(tx, "municipality", "GM0034")).await;
    let before = announced(&office, &mut phone).await;
    let today = Day::of_instant(NOW_MS);
    let mut files = files::BUILT_IN.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec();
    for (_, text) in &mut files {
        *text = text.replace("name = \"Stadspas\"", "name = \"Proefpas\"");
    }
    let checked = publish::check(&files, today).expect("a name is free");
    let view = publish::view(checked, "GM0034");
    office.write(move |tx| publish::publish(tx, &files, &view, iris, NOW_MS)).await;
    let after = announced(&office, &mut phone).await;
    assert_ne!(after, before);
    let (_, version, bytes) = ask(&office, &phone.token).await;
    let (own, received) = Catalogue::received(&bytes).expect("whole");
    assert_eq!((&own, &version), (&after, &after));
    assert!(received.schemes.iter().any(|scheme| scheme.name == "Proefpas"));
}
