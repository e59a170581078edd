//! What pages write in the audit: who looked at what, what was refused, and nothing personal.

use super::{DISPUTED, PASSWORD, PLAIN, World, id, visit};
use crate::access::audit;
use crate::error::AppError;
use axum::http::StatusCode;

/// Every line since the start, as `person action kind:id address? refused? detail`.
pub async fn lines(world: &World) -> Vec<String> {
    let job = |db: &rusqlite::Connection| {
        let mut query = db.prepare(
            "SELECT COALESCE(person, 0), action, about_kind, about, address IS NOT NULL, refused,
                    detail, peer FROM audit ORDER BY id",
        )?;
        let rows = query.query_map([], |row| {
            let person: i64 = row.get(0)?;
            let (action, kind, about): (String, String, String) =
                (row.get(1)?, row.get(2)?, row.get(3)?);
            let at = if row.get(4)? { " @" } else { "" };
            let refused = if row.get(5)? { " refused" } else { "" };
            let (detail, peer): (String, String) = (row.get(6)?, row.get(7)?);
            assert_eq!(peer, "127.0.0.1");
            Ok(format!("{person} {action} {kind}:{about}{at}{refused} {detail}"))
        })?;
        Ok::<_, AppError>(rows.collect::<Result<Vec<_>, _>>()?)
    };
    world.state.reader.read(job).await.expect("the trail can be read")
}

#[tokio::test]
async fn looking_and_searching_leave_one_line_a_page_without_anything_typed() {
    let world = World::filled().await;
    world.get(world.office, &visit(DISPUTED)).await;
    world.get(world.office, "/kantoor/bezoeken?zoek=Jansen&uitslag=talk&wijk=Filmwijk").await;
    world.get(world.office, "/kantoor/bezoeken.csv?wie=3").await;
    world.get(world.office, "/kantoor").await;
    let record = id(DISPUTED);
    assert_eq!(
        lines(&world).await,
        [
            format!("2 read_visit record:{record} @ "),
            "2 search_visits : search=yes district=yes result=talk page=1 rows=0".to_owned(),
            "2 export_visits : person=3 rows=2".to_owned(),
            "2 read_inbox : ".to_owned(),
        ]
    );
}

#[tokio::test]
async fn what_is_not_for_a_role_and_what_is_not_there_look_the_same_and_are_told_apart_in_the_audit()
 {
    let world = World::filled().await;
    let outside = world.get(world.office, "/kantoor/telefoon/1/afmelden").await;
    let missing = world.get(world.coordinator, "/kantoor/telefoon/99/afmelden").await;
    assert_eq!((outside.status, &outside.body), (StatusCode::NOT_FOUND, &missing.body));
    let nowhere = world.get(world.office, "/kantoor/Jansen").await;
    assert_eq!((nowhere.status, &nowhere.body), (StatusCode::NOT_FOUND, &missing.body));
    let route = "method=GET route=/kantoor/telefoon/{number}/afmelden";
    assert_eq!(
        lines(&world).await,
        [
            format!("2 outside number:1 refused {route}"),
            format!("1 missing number:99 refused {route}"),
            "2 missing : refused method=GET route=-".to_owned(),
        ]
    );
}

#[tokio::test]
async fn a_wrong_password_leaves_a_line_and_never_what_was_typed() {
    let world = World::empty().await;
    for (login, password) in [("iris", "fout"), ("niemand", PASSWORD), ("iris", PASSWORD)] {
        let form = [("login", login), ("password", password)];
        let mut body = form_urlencoded::Serializer::new(String::new());
        world.post_raw("/kantoor/inloggen", "", body.extend_pairs(form).finish()).await;
    }
    let told = ["0 sign_in person:1 refused ", "0 sign_in : refused ", "1 sign_in : "];
    assert_eq!(lines(&world).await, told);
}

#[tokio::test]
async fn decisions_stand_in_the_audit_and_the_chain_holds() {
    let world = World::filled().await;
    world.post(world.office, &(visit(PLAIN) + "/nagekeken"), &[("reviewed", "ja")]).await;
    world.post(world.coordinator, "/kantoor/mensen/3/code", &[]).await;
    world.post(world.coordinator, "/kantoor/telefoon/1/afmelden", &[]).await;
    let record = id(PLAIN);
    assert_eq!(
        lines(&world).await,
        [
            format!("2 review_visit record:{record} @ "),
            "1 make_code person:3 ".to_owned(),
            "1 revoke_phone phone:1 ".to_owned(),
        ]
    );
    let check = |db: &rusqlite::Connection| Ok::<_, AppError>(audit::check(db)?);
    let found = world.state.reader.read(check).await.expect("a check");
    assert_eq!((found.lines, found.problems.len()), (3, 0));
}

#[tokio::test]
async fn what_was_refused_stands_on_top_of_the_page_with_who_asked() {
    let world = World::filled().await;
    let page = world.get(world.coordinator, "/kantoor/logboek").await.body;
    assert!(!page.contains("Buiten bereik"), "nothing was");
    for _ in 0..2 {
        world.get(world.office, "/kantoor/mensen").await;
    }
    let page = world.get(world.coordinator, "/kantoor/logboek").await.body;
    let section = page.split("Buiten bereik").nth(1).expect("a section of its own");
    let section = section.split("</section>").next().unwrap_or_default();
    assert!(section.contains("Hanna Kantoor"), "{section}");
    assert!(section.contains("Buiten de eigen rol: 2 keer"), "{section}");
    world.pass(8 * 24 * 3_600_000);
    let page = world.get(world.coordinator, "/kantoor/logboek").await.body;
    assert!(!page.contains("Buiten bereik"), "long ago");
}
