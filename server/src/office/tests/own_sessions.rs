//! Sessions in the list and ended, a proof before what matters most, and what ends with somebody's role.

use super::audit::lines;
use super::{NOW_MS, PASSWORD, World};
use crate::access::FRESH_MS;
use crate::access::PersonId;
use crate::access::audit::{self, Action, Actor};
use crate::access::invites::{self, Invite};
use crate::cases;
use crate::error::AppError;
use aanbel_shared::programme::Role;
use axum::http::StatusCode;

const CSV: &str = "/kantoor/bezoeken.csv?uitslag=talk";

#[tokio::test]
async fn taking_data_away_asks_for_the_password_again_after_ten_minutes() {
    let world = World::filled().await;
    let (_, cookie) = world.sign_in("iris", PASSWORD).await;
    assert_eq!(world.get_with(&cookie, CSV).await.status, StatusCode::OK);
    world.pass(FRESH_MS);
    let asked = world.get_with(&cookie, CSV).await;
    let page = "/kantoor/bewijs?naar=%2Fkantoor%2Fbezoeken%3Fuitslag%3Dtalk";
    assert_eq!((asked.status, &*asked.location), (StatusCode::SEE_OTHER, page));
    let back = ("naar", "/kantoor/bezoeken?uitslag=talk");
    let wrong = [back, ("password", "fout wachtwoord")];
    let answer = world.fill_in(&cookie, page, "/kantoor/bewijs", &wrong).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(world.get_with(&cookie, CSV).await.status, StatusCode::SEE_OTHER);
    let right = [back, ("password", PASSWORD)];
    let answer = world.fill_in(&cookie, page, "/kantoor/bewijs", &right).await;
    assert_eq!(answer.location, "/kantoor/bezoeken?uitslag=talk");
    assert_eq!(world.get_with(&cookie, CSV).await.status, StatusCode::OK);
    let elsewhere = [("naar", "//elders.example"), ("password", PASSWORD)];
    let answer = world.fill_in(&cookie, page, "/kantoor/bewijs", &elsewhere).await;
    assert_eq!(answer.location, "/kantoor", "nobody is sent to another site");
}

#[tokio::test]
async fn roles_and_access_change_only_with_a_recent_proof_and_never_ones_own() {
    let world = World::filled().await;
    let (_, cookie) = world.sign_in("iris", PASSWORD).await;
    let (own, other) = (
        format!("/kantoor/mensen/{}", world.coordinator.0),
        format!("/kantoor/mensen/{}", world.office.0),
    );
    let role = [("role", "volunteer"), ("wish", "stop")];
    for form in ["rol", "toegang", "stap"] {
        let answer = world.fill_in(&cookie, &own, &format!("{own}/{form}"), &role).await;
        assert_eq!(answer.location, format!("{own}?gedaan=zelf"));
    }
    world.pass(FRESH_MS);
    // A link sets a password without the old one, and a code brings a phone what its owner has.
    for form in ["rol", "toegang", "stap", "link", "code"] {
        let answer = world.fill_in(&cookie, &other, &format!("{other}/{form}"), &role).await;
        assert!(answer.location.starts_with("/kantoor/bewijs?naar="), "{}", answer.location);
    }
    let all = "/kantoor/mensen";
    let second = [("name", "Tweede Iris"), ("role", "coordinator"), ("login", "iris2")];
    let answer = world.fill_in(&cookie, all, all, &second).await;
    assert!(answer.location.starts_with("/kantoor/bewijs?naar="), "who adds somebody gives a role");
    let walker = [("name", "Nieuwe Anna"), ("role", "volunteer"), ("login", "")];
    let answer = world.fill_in(&cookie, all, all, &walker).await;
    assert_eq!(answer.location, "/kantoor/mensen?gedaan=toegevoegd");
    let still: String = world
        .write(|tx| {
            let sql = "SELECT group_concat(role || active) FROM (SELECT * FROM person ORDER BY id LIMIT 2)";
            Ok::<_, AppError>(tx.query_row(sql, [], |row| row.get(0))?)
        })
        .await;
    assert_eq!(still, "coordinator1,office1");
}

#[tokio::test]
async fn with_another_role_or_without_access_sessions_and_phones_end() {
    let world = World::filled().await;
    let (hanna, _) = world.session(world.office).await;
    let anna = 3;
    let base = format!("/kantoor/mensen/{}", world.office.0);
    let answer =
        world.post(world.coordinator, &format!("{base}/toegang"), &[("wish", "stop")]).await;
    assert_eq!(answer.location, format!("{base}?gedaan=gestopt"));
    assert_eq!(world.get_with(&hanna, "/kantoor").await.location, "/kantoor/inloggen");
    let page = world.get(world.coordinator, &base).await.body;
    assert!(page.contains("Herstel de toegang"), "{page}");
    world.post(world.coordinator, &format!("{base}/toegang"), &[("wish", "herstel")]).await;

    let path = format!("/kantoor/mensen/{anna}/rol");
    let nameless = world.post(world.coordinator, &path, &[("role", "office")]).await;
    assert_eq!(nameless.location, format!("/kantoor/mensen/{anna}?gedaan=naam"));
    let done = world.post(world.coordinator, &path, &[("role", "office"), ("login", "anna")]).await;
    assert_eq!(done.location, format!("/kantoor/mensen/{anna}?gedaan=rol"));
    let revoked: i64 = world
        .write(move |tx| {
            let sql = "SELECT COUNT(*) FROM device WHERE person = ?1 AND revoked_ms IS NOT NULL";
            Ok::<_, AppError>(tx.query_row(sql, [anna], |row| row.get(0))?)
        })
        .await;
    assert_eq!(revoked, 1, "who does not walk keeps no addresses");
    let told = lines(&world).await;
    assert!(told.contains(&"1 deactivate person:2 ".to_owned()), "{told:?}");
    assert!(
        told.contains(&"1 change_role person:3 role=office before=volunteer".to_owned()),
        "{told:?}"
    );
}

/// Screens and lists of a phone are those of when it joined.
#[tokio::test]
async fn with_other_work_a_phone_is_emptied_and_the_lists_go() {
    let world = World::filled().await;
    world
        .write(|tx| {
            let give = "INSERT INTO assignment SELECT id, 3, 0 FROM worklist LIMIT 1";
            Ok::<_, AppError>(tx.execute(give, [])?)
        })
        .await;
    let has = |what: &'static str| {
        world.write(move |tx| {
            let sql = format!("SELECT COUNT(*) FROM {what} = 3");
            Ok::<i64, AppError>(tx.query_row(&sql, [], |row| row.get(0))?)
        })
    };
    let (lists, phones) = ("assignment WHERE person", "device WHERE revoked_ms IS NULL AND person");
    assert!(has(lists).await > 0 && has(phones).await > 0, "Anna walks");
    let path = "/kantoor/mensen/3/rol";
    world.post(world.coordinator, path, &[("role", "volunteer")]).await;
    assert!(has(lists).await > 0 && has(phones).await > 0, "nothing changed");
    world.post(world.coordinator, path, &[("role", "caretaker")]).await;
    assert_eq!((has(lists).await, has(phones).await), (0, 0), "a corporation reads no talks");
    // Her own weeks stay hers, for when this was a mistake.
    world
        .write(|tx| Ok::<_, AppError>(cases::turn(tx, PersonId(3), Role::Caretaker, NOW_MS)?))
        .await;
    let weeks = has(lists).await;
    assert!(weeks > 0);
    world.post(world.coordinator, path, &[("role", "adviser")]).await;
    assert_eq!(has(lists).await, weeks);
}

#[tokio::test]
async fn link_for_the_first_coordinator_ends_when_there_is_one() {
    let world = World::filled().await;
    let found = world
        .write(|tx| {
            let code = invites::create(tx, Invite::FirstCoordinator, 0)?;
            let late = invites::find(tx, &code, 1)?;
            tx.execute("UPDATE person SET active = 0 WHERE role = 'coordinator'", [])?;
            Ok::<_, AppError>((late, invites::spend(tx, &code, 1)?))
        })
        .await;
    assert_eq!(found, (None, Some(Invite::FirstCoordinator)));
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_their_owner_or_a_coordinator_and_nobody_else() {
    let world = World::filled().await;
    let (hanna, _) = world.session(world.office).await;
    let (other, _) = world.session(world.office).await;
    let page = world.get_with(&hanna, "/kantoor/toegang").await.body;
    assert_eq!(page.matches("/kantoor/toegang/sessie/").count(), 2);
    assert_eq!(page.matches("Deze browser").count(), 1);
    let (iris, _) = world.session(world.coordinator).await;
    let foreign = world.fill_in(&hanna, "/kantoor/toegang", "/kantoor/toegang/sessie/3", &[]).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND, "that is the coordinator's");
    let ended = world.fill_in(&hanna, "/kantoor/toegang", "/kantoor/toegang/sessie/2", &[]).await;
    assert_eq!(ended.location, "/kantoor/toegang?gedaan=beeindigd");
    assert_eq!(world.get_with(&other, "/kantoor").await.location, "/kantoor/inloggen");
    let base = format!("/kantoor/mensen/{}", world.office.0);
    let wrong = world.fill_in(&iris, &base, &format!("{base}/sessie/3"), &[]).await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND, "number 3 is not Hanna's");
    let ended = world.fill_in(&iris, &base, &format!("{base}/sessie/1"), &[]).await;
    assert_eq!(ended.location, format!("{base}?gedaan=beeindigd"));
    assert_eq!(world.get_with(&hanna, "/kantoor").await.location, "/kantoor/inloggen");
}

#[tokio::test]
async fn a_peak_of_failed_sign_ins_is_told_to_who_manages_people() {
    let world = World::filled().await;
    let said = "Er wordt vaak verkeerd ingelogd.";
    for _ in 0..9 {
        world.sign_in("hanna", "fout wachtwoord").await;
        world.pass(60_000);
    }
    assert!(!world.get(world.coordinator, "/kantoor").await.body.contains(said));
    world.sign_in("hanna", "fout wachtwoord").await;
    for path in ["/kantoor", "/kantoor/mensen"] {
        let page = world.get(world.coordinator, path).await.body;
        assert!(
            page.contains(said) && page.contains("Vooral op de naam van Hanna Kantoor."),
            "{page}"
        );
    }
    assert!(!world.get(world.office, "/kantoor").await.body.contains(said));
    world.pass(60 * 60_000);
    assert!(!world.get(world.coordinator, "/kantoor").await.body.contains(said));
}

#[tokio::test]
async fn a_peak_of_refused_phones_is_told_to_who_manages_people() {
    let world = World::filled().await;
    let told = "Een telefoon wordt vaak geweigerd.";
    for before in 0..10 {
        let page = world.get(world.coordinator, "/kantoor").await.body;
        assert!(!page.contains(told), "after {before}");
        world
            .write(|tx| {
                let line = Actor::SYSTEM.did(Action::PhoneRefused, super::NOW_MS).refused();
                Ok(audit::record(tx, line)?)
            })
            .await;
    }
    assert!(world.get(world.coordinator, "/kantoor").await.body.contains(told));
    assert!(!world.get(world.office, "/kantoor").await.body.contains(told));
    world.pass(60 * 60_000);
    assert!(!world.get(world.coordinator, "/kantoor").await.body.contains(told), "an hour later");
}
