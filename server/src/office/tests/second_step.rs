//! Signing in with a second step: setting it up, the code, replay, and a municipality that requires it.

use super::{PASSWORD, World};
use crate::access::totp::{self, Secret};
use crate::config::Config;
use crate::error::AppError;
use axum::http::StatusCode;
use std::sync::Arc;

const STEP: &str = "/kantoor/toegang/stap";
const CODE: &str = "/kantoor/inloggen/code";

async fn code(world: &World) -> String {
    let secret: Secret = world
        .write(|tx| {
            Ok::<_, AppError>(
                tx.query_row("SELECT secret FROM second_factor", [], |row| row.get(0))?,
            )
        })
        .await;
    totp::code(&secret, totp::step(world.state.now_ms()))
}

/// Iris with a second step; gives her recovery codes.
async fn set_up(world: &World, cookie: &str) -> Vec<String> {
    let page = world.get_with(cookie, STEP).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.body.contains("<svg"), "a QR code");
    let wrong = world.fill_in(cookie, STEP, STEP, &[("code", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let now = code(world).await;
    let done = world.fill_in(cookie, STEP, STEP, &[("code", &now)]).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    let codes = done.body.split("<code>").skip(1).filter_map(|rest| rest.split('<').next());
    codes.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_password_alone_opens_nothing_once_the_second_step_is_set() {
    let world = World::filled().await;
    let (answer, first) = world.sign_in("iris", PASSWORD).await;
    assert_eq!(answer.location, "/kantoor");
    let recovery = set_up(&world, &first).await;
    assert_eq!(recovery.len(), 8);
    let used = code(&world).await;

    let (answer, half) = world.sign_in("iris", PASSWORD).await;
    assert_eq!(answer.location, CODE);
    for path in ["/kantoor", "/kantoor/mensen", "/kantoor/bezoeken.csv", "/kantoor/toegang"] {
        let answer = world.get_with(&half, path).await;
        assert_eq!((answer.status, &*answer.location), (StatusCode::SEE_OTHER, CODE), "{path}");
    }
    let setup = world.get_with(&half, STEP).await;
    assert_eq!(setup.status, StatusCode::NOT_FOUND, "the secret is not shown to half a sign-in");
    for wrong in [&*used, "", "123456", "0000-0000-0000"] {
        let answer = world.fill_in(&half, CODE, CODE, &[("code", wrong)]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{wrong}");
    }
    world.pass(30_000);
    let next = code(&world).await;
    let answer = world.fill_in(&half, CODE, CODE, &[("code", &next)]).await;
    assert_eq!(answer.location, "/kantoor");
    let whole = answer.cookie.split(';').next().expect("a pair").to_owned();
    assert_ne!(whole, half, "another token than the one before the code");
    assert_eq!(world.get_with(&whole, "/kantoor").await.status, StatusCode::OK);
    assert_eq!(world.get_with(&half, "/kantoor").await.location, "/kantoor/inloggen");

    let (_, half) = world.sign_in("iris", PASSWORD).await;
    let answer = world.fill_in(&half, CODE, CODE, &[("code", &recovery[0])]).await;
    assert_eq!(answer.location, "/kantoor");
    let (_, half) = world.sign_in("iris", PASSWORD).await;
    let again = world.fill_in(&half, CODE, CODE, &[("code", &recovery[0])]).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED, "a recovery code works once");
}

#[tokio::test]
async fn codes_cannot_be_guessed_on_and_half_a_sign_in_ends_after_ten_minutes() {
    let world = World::empty().await;
    let (_, first) = world.sign_in("iris", PASSWORD).await;
    set_up(&world, &first).await;
    let (_, half) = world.sign_in("iris", PASSWORD).await;
    let mut last = StatusCode::OK;
    for guess in 0..9 {
        let guess = format!("{guess:06}");
        last = world.fill_in(&half, CODE, CODE, &[("code", &guess)]).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    world.pass(10 * 60_000);
    assert_eq!(world.get_with(&half, CODE).await.location, "/kantoor/inloggen");
}

#[tokio::test]
async fn where_it_is_required_there_is_no_other_page_before_it_is_set() {
    let mut world = World::filled().await;
    let config = Config { require_second_factor: true, ..(*world.state.config).clone() };
    world.state.config = Arc::new(config);
    world.router = crate::router(world.state.clone());
    let (answer, half) = world.sign_in("iris", PASSWORD).await;
    assert_eq!(answer.location, STEP);
    for path in ["/kantoor", "/kantoor/mensen", "/kantoor/toegang"] {
        assert_eq!(world.get_with(&half, path).await.location, STEP, "{path}");
    }
    let now_page = world.get_with(&half, STEP).await;
    assert!(now_page.body.contains("Uw organisatie vraagt een tweede stap."));
    let now = code(&world).await;
    let done = world.fill_in(&half, STEP, STEP, &[("code", &now)]).await;
    let whole = done.cookie.split(';').next().expect("a pair").to_owned();
    assert_eq!(world.get_with(&whole, "/kantoor").await.status, StatusCode::OK);
    assert_eq!(world.get_with(&half, "/kantoor").await.location, "/kantoor/inloggen");
}
