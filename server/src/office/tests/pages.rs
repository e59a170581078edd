//! Snapshots of every page: what a reader gets, with the parts that differ per run made plain.

use super::{Answer, DISPUTED, World, id};
use axum::body::Body;
use axum::http::{Request, StatusCode};

/// One tag per line, and ids, tokens and versions as what they are.
pub(super) fn plain(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let start = answer.body.find("<main").expect("every page has a main");
    let end = answer.body.find("</main>").expect("every page has a main");
    let mut text = answer.body[start..end].replace("><", ">\n<");
    let mut ids: Vec<String> = Vec::new();
    for word in answer.body.split(|letter: char| !(letter.is_ascii_hexdigit() || letter == '-')) {
        let uuid = word.len() == 36 && uuid::Uuid::try_parse(word).is_ok();
        let token = word.len() == 64;
        if (uuid || token) && !ids.iter().any(|known| known == word) {
            ids.push(word.to_owned());
        }
    }
    for (number, id) in ids.iter().enumerate() {
        let name = if id.len() == 64 { "[token]".to_owned() } else { format!("[id {number}]") };
        text = text.replace(id.as_str(), &name);
    }
    text
}

#[tokio::test]
async fn sign_in() {
    let world = World::empty().await;
    let request = Request::get("/kantoor/inloggen").body(Body::empty()).expect("a right request");
    insta::assert_snapshot!(plain(&world.send(request).await));
}

#[tokio::test]
async fn inbox_without_anything_to_do() {
    let world = World::empty().await;
    insta::assert_snapshot!(plain(&world.get(world.office, "/kantoor").await));
}

#[tokio::test]
async fn inbox_with_a_contradiction_and_a_silent_phone() {
    let world = World::filled().await;
    insta::assert_snapshot!(plain(&world.get(world.office, "/kantoor").await));
}

#[tokio::test]
async fn visits() {
    let world = World::filled().await;
    let path = "/kantoor/bezoeken?sorteer=adres&per=50";
    insta::assert_snapshot!(plain(&world.get(world.office, path).await));
}

#[tokio::test]
async fn visit_with_a_contradiction() {
    let world = World::filled().await;
    let path = format!("/kantoor/bezoek/{}", id(DISPUTED));
    insta::assert_snapshot!(plain(&world.get(world.office, &path).await));
}

#[tokio::test]
async fn campaign_with_streets() {
    let world = World::filled().await;
    let list = world.get(world.coordinator, "/kantoor/campagnes").await;
    let start = list.body.find("/kantoor/campagne/").expect("a link to the campaign");
    let path: String = list.body[start..].chars().take_while(|letter| *letter != '"').collect();
    insta::assert_snapshot!(plain(&world.get(world.coordinator, &path).await));
}

#[tokio::test]
async fn people_and_phones() {
    let world = World::filled().await;
    insta::assert_snapshot!(plain(&world.get(world.coordinator, "/kantoor/mensen").await));
}

#[tokio::test]
async fn figures() {
    let world = World::filled().await;
    insta::assert_snapshot!(plain(&world.get(world.office, "/kantoor/cijfers").await));
}

#[tokio::test]
async fn no_page_has_a_script_or_a_style_of_its_own() {
    let world = World::filled().await;
    let paths = [
        "/kantoor",
        "/kantoor/bezoeken",
        "/kantoor/mensen",
        "/kantoor/cijfers",
        "/kantoor/regelingen",
    ];
    for path in paths {
        let page = world.get(world.coordinator, path).await.body;
        assert!(!page.contains("<script>") && !page.contains(" style="), "{path}");
        assert!(!page.contains("<style") && !page.contains("onclick"), "{path}");
    }
}

#[tokio::test]
async fn trail_and_one_address_in_it() {
    let world = World::filled().await;
    world.get(world.office, &super::visit(super::DISPUTED)).await;
    world.get(world.office, "/kantoor/telefoon/1/afmelden").await;
    let form = [("street", "proefstraat"), ("number", "3")];
    let found = world.post(world.coordinator, "/kantoor/logboek/zoeken", &form).await;
    assert!(found.location.starts_with("/kantoor/logboek/adres/"), "{}", found.body);
    let page = world.get(world.coordinator, &found.location).await;
    assert!(page.body.contains("Hanna Kantoor") && page.body.contains("1 keer"), "{}", page.body);
    insta::assert_snapshot!(plain(&world.get(world.coordinator, "/kantoor/logboek").await));
}

/// Without passkeys the page lacks their section.
#[cfg(feature = "passkeys")]
#[tokio::test]
async fn one_person_and_ones_own_access() {
    let world = World::filled().await;
    let path = format!("/kantoor/mensen/{}", world.office.0);
    let person = plain(&world.get(world.coordinator, &path).await);
    insta::assert_snapshot!(person + &plain(&world.get(world.office, "/kantoor/toegang").await));
}

#[tokio::test]
async fn what_turns_text_around_is_shown_on_every_page_and_in_the_file() {
    let world = World::filled().await;
    let name = [("name", "Jo\u{202e}nennA\u{7}"), ("role", "volunteer")];
    world.post(world.coordinator, "/kantoor/mensen", &name).await;
    let page = world.get(world.coordinator, "/kantoor/mensen").await.body;
    assert!(page.contains("Jo\u{fffd}nennA\u{fffd}") && !page.contains('\u{202e}'));
}
