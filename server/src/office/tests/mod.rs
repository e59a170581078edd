//! The office through the real router, on a database of its own and a clock that stands still.
//! This file makes the world that the tests look at; everybody in it is invented.

mod actions;
mod audit;
mod inbox;
mod matrix;
mod own_sessions;
mod pages;
#[cfg(feature = "passkeys")]
mod passkeys;
mod residents;
mod schemes;
mod second_step;

use crate::access::sessions::{self, Stage};
use crate::access::{Browser, PersonId, hash_password, people};
use crate::config::Config;
use crate::error::AppError;
use crate::state::AppState;
use crate::store::{self, log::Entry};
use crate::{campaigns, import};
use aanbel_shared::programme::Role;
use aanbel_shared::record::{Assignment, DeviceNo, Dot, Op, RecordId, Seen, Value, WorklistId};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use rusqlite::{Connection, params};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tower::ServiceExt;
use uuid::Uuid;

/// Thursday 12 March 2026, 13:00 in Amsterdam.
pub const NOW_MS: i64 = 1_773_316_800_000;
const HOUR_MS: i64 = 3_600_000;
pub const PASSWORD: &str = "vier rode oude fietsen";

const ADDRESSES: &str = "straat;nummer;letter;toevoeging;postcode;plaats;wijk
Proefstraat;1;;;9999XA;Voorbeeldstad;Filmwijk
Proefstraat;3;A;2;9999XA;Voorbeeldstad;Filmwijk
Verzonnenpad;2;;;9999XB;Voorbeeldstad;De Wierden
";

/// One office with its data folder, which goes when the test ends.
pub struct World {
    pub state: AppState,
    router: Router,
    pub clock: Arc<AtomicI64>,
    pub coordinator: PersonId,
    pub office: PersonId,
    _folder: tempfile::TempDir,
}

/// An answer as a test reads it.
pub struct Answer {
    pub status: StatusCode,
    pub location: String,
    pub cookie: String,
    pub body: String,
}

impl World {
    /// Two people of the office and nothing else.
    pub async fn empty() -> World {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let config = Config { data: folder.path().to_owned(), ..Config::default() };
        let clock = Arc::new(AtomicI64::new(NOW_MS));
        let hands = clock.clone();
        let now = Arc::new(move || hands.load(Ordering::Relaxed));
        let state = AppState::open(config, now).expect("a new database");
        let hash = hash_password(PASSWORD.to_owned()).await.expect("long enough");
        let (coordinator, office) = state
            .writer
            .write(move |tx: &Connection| {
                let coordinator =
                    people::add(tx, "Iris Overzicht", Role::Coordinator, Some("iris"), NOW_MS)?;
                people::set_password(tx, coordinator, &hash)?;
                let office = people::add(tx, "Hanna Kantoor", Role::Office, Some("hanna"), NOW_MS)?;
                Ok::<_, AppError>((coordinator, office))
            })
            .await
            .expect("people can be added");
        let router = crate::router(state.clone());
        World { state, router, clock, coordinator, office, _folder: folder }
    }

    /// A campaign with three addresses, two phones, a visit on which they disagree, and another.
    pub async fn filled() -> World {
        let world = World::empty().await;
        let found = import::read(ADDRESSES.as_bytes()).expect("a good list");
        let named = |tx: &Connection| campaigns::named(tx, "Proefcampagne", NOW_MS);
        let campaign = world.state.writer.write(named).await.expect("a campaign");
        let writer = &world.state.writer;
        campaigns::import(writer, &campaign, &found.streets, None, NOW_MS - 48 * HOUR_MS, |_| {})
            .await
            .expect("an import");
        world.write(visits).await;
        world
    }

    pub async fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, AppError> + Send + 'static,
    ) -> T {
        self.state.writer.write(job).await.expect("the test's own writes are right")
    }

    pub fn pass(&self, ms: i64) {
        self.clock.fetch_add(ms, Ordering::Relaxed);
    }

    /// A page in a session that there is already.
    pub async fn get_with(&self, cookie: &str, path: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, cookie);
        self.send(request.body(Body::empty()).expect("a right request")).await
    }

    /// A form of the page at `path`, with the token that the page holds.
    pub async fn fill_in(
        &self,
        cookie: &str,
        page: &str,
        path: &str,
        form: &[(&str, &str)],
    ) -> Answer {
        let shown = self.get_with(cookie, page).await.body;
        let token =
            shown.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("csrf", token.unwrap_or_default()).extend_pairs(form);
        self.post_raw(path, cookie, body.finish()).await
    }

    /// Signs in with the password, as a browser does: the answer and the pair of its cookie.
    pub async fn sign_in(&self, login: &str, password: &str) -> (Answer, String) {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs([("login", login), ("password", password)]);
        let answer = self.post_raw("/kantoor/inloggen", "", body.finish()).await;
        let cookie = answer.cookie.split(';').next().unwrap_or_default().to_owned();
        (answer, cookie)
    }

    /// A session of this person: cookie and the token for forms.
    pub async fn session(&self, person: PersonId) -> (String, String) {
        let now_ms = self.state.now_ms();
        self.write(move |tx| {
            let begun = sessions::begin(tx, person, Stage::Whole, &Browser::default(), now_ms)?;
            let token = begun.token;
            let found = sessions::find(tx, &token, now_ms)?.ok_or(AppError::NotFound)?;
            Ok((format!("__Host-aanbel={token}"), found.csrf))
        })
        .await
    }

    pub async fn get(&self, person: PersonId, path: &str) -> Answer {
        let (cookie, _) = self.session(person).await;
        let request = Request::get(path).header(header::COOKIE, cookie);
        self.send(request.body(Body::empty()).expect("a right request")).await
    }

    /// Posts a form with the session's own token.
    pub async fn post(&self, person: PersonId, path: &str, form: &[(&str, &str)]) -> Answer {
        let (cookie, csrf) = self.session(person).await;
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("csrf", &csrf).extend_pairs(form);
        self.post_raw(path, &cookie, body.finish()).await
    }

    pub async fn post_raw(&self, path: &str, cookie: &str, body: String) -> Answer {
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(body.into()).expect("a right request")).await
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("the router answers");
        let text = |name| {
            let value = response.headers().get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let (status, location) = (response.status(), text(header::LOCATION));
        let cookie = text(header::SET_COOKIE);
        let bytes = to_bytes(response.into_body(), 1 << 24).await.expect("a whole answer");
        let body = String::from_utf8(bytes.to_vec()).expect("text");
        Answer { status, location, cookie, body }
    }
}

/// What a phone sends: fields of one record, none of them seen before.
fn op(dot: (u32, u64), record: RecordId, kind: &str, list: Uuid, set: &[(&str, Value)]) -> Op {
    let set = set.iter().map(|(field, value)| Assignment {
        field: (*field).to_owned(),
        value: value.clone(),
        seen: Seen::default(),
    });
    Op {
        dot: Dot::new(DeviceNo(dot.0), dot.1),
        record,
        kind: kind.to_owned(),
        worklist: WorklistId(list),
        at_ms: NOW_MS - 24 * HOUR_MS + i64::from(dot.0) * 1_000,
        set: set.collect(),
    }
}

pub fn id(number: u128) -> RecordId {
    RecordId(Uuid::from_u128(number))
}

/// Address of the page of a visit.
pub fn visit(number: u128) -> String {
    format!("/kantoor/bezoek/{}", id(number))
}

/// The record ids of the filled world.
pub const DISPUTED: u128 = 1;
pub const PLAIN: u128 = 2;
const TALK: u128 = 3;
const HOUSEHOLD: u128 = 4;
const CHECK: u128 = 5;

/// Two volunteers with a phone each; the second one is silent and its clock is ahead.
fn volunteers(tx: &Connection) -> Result<(), AppError> {
    for (number, name) in [(1, "Anna Voorbeeld"), (2, "Bilal Bedacht")] {
        let person = people::add(tx, name, Role::Volunteer, None, NOW_MS)?;
        tx.execute(
            "INSERT INTO device (number, person, label, app, enrolled_ms, seen_ms, clock_off_ms)
             VALUES (?1, ?2, ?3, '1.0.0', ?4, ?5, ?6)",
            params![
                number,
                person,
                format!("Telefoon {name}"),
                NOW_MS - 30 * 24 * HOUR_MS,
                NOW_MS - i64::from(number) * 5 * 24 * HOUR_MS,
                i64::from(number - 1) * 12 * 60_000,
            ],
        )?;
    }
    Ok(())
}

/// Address and worklist of the door with this number.
fn door(tx: &Connection, number: i64) -> Result<(Uuid, Uuid), AppError> {
    let found = tx.query_row(
        "SELECT s.record, r.worklist FROM shown s JOIN record r ON r.id = s.record
         WHERE s.field = 'number' AND s.value = ?1",
        [number],
        |row| Ok((row.get(0)?, row.get(1)?)),
    );
    Ok(found?)
}

fn visits(tx: &Connection) -> Result<(), AppError> {
    volunteers(tx)?;
    let (address, list) = door(tx, 3)?;
    let (other, pad) = door(tx, 2)?;
    let attempt = |at: Uuid, result: &str| {
        [
            ("address", Value::Reference(RecordId(at))),
            ("at", Value::Instant(NOW_MS - 24 * HOUR_MS)),
            ("result", Value::choice(result)),
            ("daypart", Value::choice("afternoon")),
        ]
    };
    let mut ops = vec![
        op((1, 1), id(DISPUTED), "attempt", list, &attempt(address, "talk")),
        op((2, 1), id(DISPUTED), "attempt", list, &[("result", Value::choice("no_time"))]),
        op((1, 2), id(PLAIN), "attempt", pad, &attempt(other, "nobody")),
    ];
    ops.extend(talk(address, list));
    for op in ops {
        let author = people_of(tx, op.device())?;
        let received_ms = NOW_MS - 23 * HOUR_MS;
        store::accept(tx, &Entry { op: &op, author: Some(author), received_ms })?;
    }
    Ok(())
}

/// The talk of the disputed visit, with a household and one scheme.
fn talk(address: Uuid, list: Uuid) -> [Op; 3] {
    let talk = [
        ("address", Value::Reference(RecordId(address))),
        ("attempt", Value::Reference(id(DISPUTED))),
        ("household", Value::Reference(id(HOUSEHOLD))),
        ("topics.money", Value::Bool(true)),
        ("topics.letters", Value::Bool(true)),
        ("minutes", Value::Int(12)),
    ];
    let household = [
        ("address", Value::Reference(RecordId(address))),
        ("composition", Value::choice("single")),
    ];
    let check = [
        ("household", Value::Reference(id(HOUSEHOLD))),
        ("scheme", Value::choice("nl.huurtoeslag")),
        ("use", Value::choice("wants")),
        ("agreed", Value::text("<b>Samen</b> op dinsdag")),
    ];
    [
        op((1, 3), id(TALK), "talk", list, &talk),
        op((1, 4), id(HOUSEHOLD), "household", list, &household),
        op((1, 5), id(CHECK), "scheme_check", list, &check),
    ]
}

fn people_of(tx: &Connection, device: DeviceNo) -> Result<PersonId, AppError> {
    Ok(tx.query_row("SELECT person FROM device WHERE number = ?1", [device.0], |row| row.get(0))?)
}
