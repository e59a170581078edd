//! Passkeys at the desk: adding, signing in, proving again, removing; and where there are none.

use super::audit::lines;
use super::{Answer, PASSWORD, World};
use crate::access::passkeys::made_up::MadeUp;
use crate::access::{FRESH_MS, PersonId, second_factor, totp};
use crate::config::Config;
use crate::error::AppError;
use axum::http::StatusCode;
use std::sync::Arc;

const OWN: &str = "/kantoor/toegang";
const ADD: &str = "/kantoor/toegang/passkey";
const CODE: &str = "/kantoor/inloggen/code";
const ENTER: &str = "/kantoor/inloggen/passkey";
const PROVE: &str = "/kantoor/bewijs/passkey";

/// What a page asks a passkey.
fn challenge(page: &Answer) -> Vec<u8> {
    let rest = page.body.split("data-challenge=\"").nth(1).expect("a question");
    let text = rest.split('"').next().expect("a value");
    aanbel_shared::sync::from_hex(text).expect("hex")
}

fn csrf(page: &Answer) -> String {
    let rest = page.body.split("name=\"csrf\" value=\"").nth(1).expect("a form");
    rest.split('"').next().expect("a value").to_owned()
}

/// Sends a form of this page, which is not asked for again: that would be another question.
async fn send(
    world: &World,
    cookie: &str,
    page: &Answer,
    path: &str,
    fields: &[(&str, String)],
) -> Answer {
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.append_pair("csrf", &csrf(page)).extend_pairs(fields);
    world.post_raw(path, cookie, body.finish()).await
}

async fn with_second_step(world: &World, person: PersonId) {
    let now_ms = world.state.now_ms();
    world
        .write(move |tx| {
            let secret = second_factor::begin(tx, person)?.ok_or(AppError::NotFound)?;
            let code = totp::code(&secret, totp::step(now_ms));
            second_factor::confirm(tx, person, &code, now_ms)?.ok_or(AppError::NotFound)
        })
        .await;
}

/// Adds this passkey in a session of its own.
async fn add(world: &World, person: PersonId, passkey: &MadeUp, name: &str) -> Answer {
    let (cookie, _) = world.session(person).await;
    let page = world.get_with(&cookie, ADD).await;
    let mut fields = passkey.create(&challenge(&page)).fields();
    fields.push(("name", name.to_owned()));
    send(world, &cookie, &page, ADD, &fields).await
}

/// The password, then the page that asks for the second step.
async fn half(world: &World) -> (String, Answer) {
    let (answer, cookie) = world.sign_in("iris", PASSWORD).await;
    assert_eq!(answer.location, CODE);
    let page = world.get_with(&cookie, CODE).await;
    (cookie, page)
}

/// Iris with a second step and this passkey.
async fn ready(passkey: &MadeUp) -> World {
    let world = World::filled().await;
    with_second_step(&world, world.coordinator).await;
    let added = add(&world, world.coordinator, passkey, " Laptop van kantoor ").await;
    assert_eq!(added.location, format!("{OWN}?gedaan=passkey"), "{}", added.body);
    world
}

#[tokio::test]
async fn a_passkey_is_added_signs_in_instead_of_the_code_and_is_removed() {
    let mut passkey = MadeUp::new("iris");
    let world = ready(&passkey).await;
    let (cookie, page) = half(&world).await;
    assert!(page.body.contains("Log in met een passkey") && page.body.contains("Met een code"));
    let fields = passkey.get(&challenge(&page)).fields();
    let entered = send(&world, &cookie, &page, ENTER, &fields).await;
    assert_eq!(entered.location, "/kantoor", "{}", entered.body);
    let whole = entered.cookie.split(';').next().expect("a pair").to_owned();
    assert_ne!(whole, cookie, "another token than the one before");
    let own = world.get_with(&whole, OWN).await.body;
    assert!(own.contains("Laptop van kantoor") && own.contains("En 1 passkey."), "{own}");

    let (cookie, again) = half(&world).await;
    let replayed = send(&world, &cookie, &again, ENTER, &fields).await;
    assert_eq!(replayed.status, StatusCode::UNAUTHORIZED, "an answer counts once");
    assert!(replayed.body.contains("De passkey is niet aangenomen."));
    assert_eq!(world.get_with(&cookie, "/kantoor").await.location, CODE);

    let removed = world.fill_in(&whole, OWN, &format!("{ADD}/1"), &[]).await;
    assert_eq!(removed.location, format!("{OWN}?gedaan=verwijderd"));
    let (_, page) = half(&world).await;
    assert!(!page.body.contains("data-passkey"), "the code is asked, as before");
    let told = lines(&world).await;
    for line in [
        "1 add_passkey passkey:1 ",
        "1 sign_in : step=2 passkey=1",
        "1 sign_in person:1 refused step=2 by=passkey why=challenge",
        "1 remove_passkey passkey:1 ",
    ] {
        assert!(told.iter().any(|told| told == line), "{line} is not in {told:#?}");
    }
}

#[tokio::test]
async fn wrong_passkeys_run_into_the_limit_of_wrong_codes() {
    let mut passkey = MadeUp::new("iris");
    let world = ready(&passkey).await;
    let (cookie, mut page) = half(&world).await;
    let mut last = StatusCode::OK;
    for _ in 0..9 {
        let mut wrong = passkey.get(&challenge(&page));
        wrong.signature.reverse();
        page = send(&world, &cookie, &page, ENTER, &wrong.fields()).await;
        last = page.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    let code = world.fill_in(&cookie, CODE, CODE, &[("code", "000000")]).await;
    assert_eq!(code.status, StatusCode::TOO_MANY_REQUESTS, "one limit for both");
    let refused = "1 sign_in person:1 refused step=2 by=passkey why=signature";
    assert_eq!(lines(&world).await.iter().filter(|line| *line == refused).count(), 8);
}

#[tokio::test]
async fn a_passkey_proves_again_who_somebody_is() {
    let mut passkey = MadeUp::new("iris");
    let world = ready(&passkey).await;
    let (cookie, _) = world.session(world.coordinator).await;
    world.pass(FRESH_MS);
    let csv = "/kantoor/bezoeken.csv";
    let asked = world.get_with(&cookie, csv).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER);
    let page = world.get_with(&cookie, &asked.location).await;
    let mut wrong = passkey.get(&challenge(&page));
    wrong.client_data.push(b' ');
    let refused = send(&world, &cookie, &page, PROVE, &wrong.fields()).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(world.get_with(&cookie, csv).await.status, StatusCode::SEE_OTHER);
    let mut fields = passkey.get(&challenge(&refused)).fields();
    fields.push(("naar", "/kantoor/bezoeken".to_owned()));
    let proved = send(&world, &cookie, &refused, PROVE, &fields).await;
    assert_eq!(proved.location, "/kantoor/bezoeken", "{}", proved.body);
    assert_eq!(world.get_with(&cookie, csv).await.status, StatusCode::OK);
    let told = lines(&world).await;
    assert!(told.contains(&"1 prove_again person:1 refused by=passkey why=signature".to_owned()));
    assert!(told.contains(&"1 prove_again person:1 passkey=1".to_owned()), "{told:#?}");
}

#[tokio::test]
async fn only_a_recent_proof_adds_and_removes_and_only_ones_own() {
    let passkey = MadeUp::new("iris");
    let world = ready(&passkey).await;
    let (iris, _) = world.session(world.coordinator).await;
    let page = world.get_with(&iris, ADD).await;
    let mut made = MadeUp::new("phone").create(&challenge(&page)).fields();
    made.push(("name", "Telefoon".to_owned()));
    let (hanna, _) = world.session(world.office).await;
    let others = world.fill_in(&hanna, OWN, &format!("{ADD}/1"), &[]).await;
    assert_eq!(others.status, StatusCode::NOT_FOUND, "that is Iris's");
    world.pass(FRESH_MS);
    for (path, fields) in [(ADD, &made[..]), ("/kantoor/toegang/passkey/1", &[])] {
        let answer = send(&world, &iris, &page, path, fields).await;
        assert!(
            answer.location.starts_with("/kantoor/bewijs?naar="),
            "{path}: {}",
            answer.location
        );
    }
    let asked = world.get_with(&iris, ADD).await;
    assert_eq!(asked.location, "/kantoor/bewijs?naar=%2Fkantoor%2Ftoegang%2Fpasskey");
    assert!(world.get_with(&iris, OWN).await.body.contains("Laptop van kantoor"));
}

#[tokio::test]
async fn a_passkey_that_cannot_be_used_is_not_added_and_the_page_says_why() {
    let world = ready(&MadeUp::new("iris")).await;
    let careless = MadeUp { flags: 0x01, ..MadeUp::new("phone") };
    let answer = add(&world, world.coordinator, &careless, "Telefoon").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("vroeg niet om vinger, gezicht of pincode"), "{}", answer.body);
    assert!(answer.body.contains("value=\"Telefoon\""), "the name that was typed is still there");
    let nameless = add(&world, world.coordinator, &MadeUp::new("phone"), "  ").await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    let (own, _) = world.session(world.coordinator).await;
    assert_eq!(world.get_with(&own, OWN).await.body.matches("Verwijder<").count(), 1);
    let told = lines(&world).await;
    let refused = "1 add_passkey person:1 refused why=not_verified".to_owned();
    assert!(told.contains(&refused), "{told:#?}");
}

#[tokio::test]
async fn a_passkey_is_never_the_only_way_and_goes_with_the_second_step() {
    let world = World::filled().await;
    let (cookie, _) = world.session(world.coordinator).await;
    assert!(world.get_with(&cookie, OWN).await.body.contains("Stel eerst de tweede stap in."));
    assert_eq!(world.get_with(&cookie, ADD).await.status, StatusCode::NOT_FOUND);
    with_second_step(&world, world.office).await;
    let added = add(&world, world.office, &MadeUp::new("hanna"), "Laptop").await;
    assert_eq!(added.location, format!("{OWN}?gedaan=passkey"));
    let base = format!("/kantoor/mensen/{}", world.office.0);
    world.post(world.coordinator, &format!("{base}/stap"), &[]).await;
    let left: i64 = world
        .write(|tx| Ok(tx.query_row("SELECT COUNT(*) FROM passkey", [], |row| row.get(0))?))
        .await;
    assert_eq!(left, 0);
}

/// As a build without the feature.
#[tokio::test]
async fn where_browsers_make_no_passkeys_nothing_speaks_of_them() {
    let mut passkey = MadeUp::new("iris");
    let mut world = ready(&passkey).await;
    let (before, page) = half(&world).await;
    let fields = passkey.get(&challenge(&page)).fields();
    let public_address = Some("https://192.0.2.7".to_owned());
    let config = Config { public_address, ..(*world.state.config).clone() };
    world.state.config = Arc::new(config);
    world.router = crate::router(world.state.clone());
    let refused = send(&world, &before, &page, ENTER, &fields).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let (_, page) = half(&world).await;
    assert!(page.body.contains("Uw code") && !page.body.contains("asskey"), "{}", page.body);
    let (cookie, _) = world.session(world.coordinator).await;
    assert!(!world.get_with(&cookie, OWN).await.body.contains("Voeg een passkey toe"));
    assert_eq!(world.get_with(&cookie, ADD).await.status, StatusCode::NOT_FOUND);
}
