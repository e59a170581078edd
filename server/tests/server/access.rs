//! Signing in, staying signed in, and forms that only our own pages can post.

use crate::office_world::Office;
use aanbel_server::access::{
    Browser, PersonId, Posted, SignInError, SignedIn, hash_password, invites, people,
    refuse_other_sites, sessions, sign_in,
};
use aanbel_shared::programme::{Capability, Role};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::middleware::from_fn;
use axum::routing::{get, post};
use std::net::{IpAddr, Ipv4Addr};
use tower::ServiceExt;

fn browser() -> Browser {
    Browser { peer: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)), agent: "Firefox op Linux".to_owned() }
}
const PASSWORD: &str = "een lang wachtwoord";

#[derive(serde::Deserialize)]
struct Name {
    name: String,
}

fn pages(office: &Office) -> Router {
    let whoami = |who: SignedIn| async move {
        who.require(Capability::ReadOffice)?;
        Ok::<_, aanbel_server::error::AppError>(format!("{} {}", who.name, who.csrf))
    };
    Router::new()
        .route("/whoami", get(whoami))
        .route("/name", post(|posted: Posted<Name>| async move { posted.form.name }))
        .layer(from_fn(refuse_other_sites))
        .with_state(office.state.clone())
}

async fn hanna(office: &Office) -> PersonId {
    let hanna = office.person("Hanna", Role::Office).await;
    let hash = hash_password(PASSWORD.to_owned()).await.expect("long enough");
    office.write(move |tx| people::set_password(tx, hanna, &hash)).await;
    hanna
}

/// The pair `name=value` of the cookie.
async fn cookie(office: &Office) -> String {
    let set = sign_in(&office.state, "hanna", PASSWORD.to_owned(), browser()).await.expect("right");
    let set = set.to_str().expect("text").to_owned();
    assert!(set.starts_with("__Host-aanbel="), "{set}");
    for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
        assert!(set.contains(part), "{set}");
    }
    set.split(';').next().expect("a pair").to_owned()
}

async fn ask(office: &Office, request: Request<Body>) -> (StatusCode, String) {
    let response = pages(office).oneshot(request).await.expect("infallible");
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), 10_000).await.expect("short");
    (status, String::from_utf8_lossy(&body).into_owned())
}

fn whoami(cookie: &str) -> Request<Body> {
    Request::get("/whoami").header(header::COOKIE, cookie).body(Body::empty()).expect("a request")
}

#[tokio::test]
async fn right_password_opens_the_office_and_a_wrong_one_does_not() {
    let office = Office::open();
    hanna(&office).await;
    let (status, text) = ask(&office, whoami(&cookie(&office).await)).await;
    assert_eq!(status, StatusCode::OK);
    assert!(text.starts_with("Hanna "));
    for (login, password) in [("hanna", "fout wachtwoord!"), ("niemand", PASSWORD)] {
        let wrong = sign_in(&office.state, login, password.to_owned(), browser()).await;
        assert!(matches!(wrong, Err(SignInError::Wrong)));
    }
    let (status, _) = ask(&office, whoami("__Host-aanbel=verzonnen")).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "to the page to sign in");
}

#[tokio::test]
async fn session_ends_after_an_hour_of_silence_and_after_twelve_hours() {
    let office = Office::open();
    hanna(&office).await;
    let silent = cookie(&office).await;
    office.pass(sessions::IDLE_MS);
    assert_eq!(ask(&office, whoami(&silent)).await.0, StatusCode::SEE_OTHER);
    let busy = cookie(&office).await;
    for _ in 0..23 {
        office.pass(sessions::IDLE_MS / 2);
        assert_eq!(ask(&office, whoami(&busy)).await.0, StatusCode::OK);
    }
    office.pass(sessions::IDLE_MS / 2);
    assert_eq!(ask(&office, whoami(&busy)).await.0, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn form_needs_the_token_of_its_session_and_our_own_site() {
    let office = Office::open();
    hanna(&office).await;
    let cookie = cookie(&office).await;
    let (_, text) = ask(&office, whoami(&cookie)).await;
    let csrf = text.split(' ').nth(1).expect("name and token").to_owned();
    let form = |csrf: &str, site: Option<(&str, &str)>| {
        let mut request = Request::post("/name")
            .header(header::COOKIE, &cookie)
            .header(header::HOST, "aanbel.example")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some((name, value)) = site {
            request = request.header(name, value);
        }
        request.body(Body::from(format!("csrf={csrf}&name=Jo%20Proef"))).expect("a request")
    };
    assert_eq!(ask(&office, form(&csrf, None)).await, (StatusCode::OK, "Jo Proef".to_owned()));
    for wrong in ["", "0", &csrf[1..]] {
        assert_eq!(ask(&office, form(wrong, None)).await.0, StatusCode::FORBIDDEN, "{wrong}");
    }
    let sites = [
        ("sec-fetch-site", "cross-site", StatusCode::FORBIDDEN),
        ("sec-fetch-site", "same-site", StatusCode::FORBIDDEN),
        ("sec-fetch-site", "same-origin", StatusCode::OK),
        ("origin", "https://elders.example", StatusCode::FORBIDDEN),
        ("origin", "null", StatusCode::FORBIDDEN),
        ("origin", "https://aanbel.example", StatusCode::OK),
    ];
    for (name, value, wanted) in sites {
        let (status, _) = ask(&office, form(&csrf, Some((name, value)))).await;
        assert_eq!(status, wanted, "{name}: {value}");
    }
}

#[tokio::test]
async fn guessing_passwords_is_stopped_and_volunteers_cannot_enter() {
    let office = Office::open();
    hanna(&office).await;
    let mut last = None;
    for _ in 0..10 {
        last =
            sign_in(&office.state, "Hanna", "fout wachtwoord!".to_owned(), browser()).await.err();
    }
    assert!(matches!(last, Some(SignInError::TooMany)));
    let anna = office.person("Anna", Role::Volunteer).await;
    let hash = hash_password(PASSWORD.to_owned()).await.expect("long enough");
    office
        .write(move |tx| {
            tx.execute("UPDATE person SET login = 'anna' WHERE id = ?1", [anna])?;
            people::set_password(tx, anna, &hash)
        })
        .await;
    let entered = sign_in(&office.state, "anna", PASSWORD.to_owned(), browser()).await;
    assert!(matches!(entered, Err(SignInError::Wrong)));
}

#[tokio::test]
async fn invitation_works_once_for_a_week() {
    let office = Office::open();
    let iris = office.person("Iris", Role::Coordinator).await;
    let invite = invites::Invite::SetPassword(iris);
    let now_ms = office.state.now_ms();
    let token = office.write(move |tx| invites::create(tx, invite, now_ms)).await;
    let spend = |at_ms: i64| {
        let token = token.clone();
        office.write(move |tx| invites::spend(tx, &token, at_ms))
    };
    assert_eq!(spend(now_ms + invites::LIFE_MS).await, None);
    assert_eq!(spend(now_ms).await, Some(invite));
    assert_eq!(spend(now_ms).await, None);
}
