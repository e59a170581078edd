//! A server with an invented team and street, and phones that run the field app's own state machine.

use aanbel_server::access::sessions::{self, Stage};
use aanbel_server::access::{Browser, MadeUpKey, PersonId, codes, people};
use aanbel_server::campaigns::{self, Campaign};
use aanbel_server::config::Config;
use aanbel_server::import;
use aanbel_server::state::AppState;
use aanbel_server::store::StoreError;
use aanbel_shared::programme::Role;
use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::{
    COMPACT_TYPE, Change, Device, EnrolReply, EnrolRequest, PROTOCOL, Problem, Reply, Request,
    decode_plain, decode_reply, encode_plain, encode_request,
};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request as HttpRequest, StatusCode, header};
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tower::ServiceExt;
use uuid::Uuid;

/// Saturday 21 November 2026, 12:00 UTC.
pub const NOW_MS: i64 = 1_795_262_400_000;

/// A folder that leaves with its test.
pub use tempfile::TempDir as Folder;

pub struct Office {
    pub state: AppState,
    pub routes: Router,
    pub clock: Arc<AtomicI64>,
    pub folder: Folder,
}

pub struct Phone {
    pub device: Device,
    pub token: String,
}

impl Office {
    pub fn open() -> Self {
        Office::open_in(Folder::new().expect("a temporary folder"))
    }

    pub fn open_in(folder: Folder) -> Self {
        let clock = Arc::new(AtomicI64::new(NOW_MS));
        let hands = clock.clone();
        let config = Config { data: folder.path().to_owned(), ..Config::default() };
        let now = Arc::new(move || hands.load(Ordering::Relaxed));
        let state = AppState::open(config, now).expect("a new folder");
        Office { routes: aanbel_server::router(state.clone()), state, clock, folder }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn pass(&self, ms: i64) {
        self.clock.fetch_add(ms, Ordering::Relaxed);
    }

    pub async fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.state.writer.write(job).await.expect("a write that works")
    }

    pub async fn count(&self, query: &'static str) -> i64 {
        let job = move |db: &Connection| -> Result<i64, StoreError> {
            Ok(db.query_row(query, [], |row| row.get(0))?)
        };
        self.state.reader.read(job).await.expect("a query that works")
    }

    pub async fn person(&self, name: &'static str, role: Role) -> PersonId {
        let login = (role != Role::Volunteer).then(|| name.to_lowercase());
        self.write(move |tx| people::add(tx, name, role, login.as_deref(), NOW_MS)).await
    }

    pub async fn campaign(&self) -> Campaign {
        self.write(|tx| campaigns::named(tx, "Proef", NOW_MS)).await
    }

    /// A street of houses, assigned to somebody.
    pub async fn street(&self, name: &str, doors: usize, walker: PersonId) -> WorklistId {
        let campaign = self.campaign().await;
        let preview = import::read(street_csv(name, doors).as_bytes()).expect("a right file");
        let street = preview.streets.first().expect("one street").clone();
        let writer = &self.state.writer;
        let done = campaigns::import(writer, &campaign, &preview.streets, None, NOW_MS, |_| {});
        done.await.expect("an import that works");
        let parts: Vec<_> = campaigns::worklists_of(&campaign, &street).collect();
        let first = parts[0];
        self.write(move |tx| {
            parts.iter().try_for_each(|part| campaigns::assign(tx, *part, walker, NOW_MS))
        })
        .await;
        first
    }

    pub async fn code(&self, person: PersonId) -> String {
        let now_ms = self.state.now_ms();
        self.write(move |tx| codes::create(tx, person, now_ms)).await
    }

    pub async fn phone(&self, person: PersonId) -> Phone {
        let token = token();
        let code = self.code(person).await;
        Phone::new(&self.enrol(&code, &token).await.expect("a fresh code"), token)
    }

    /// A phone of before phones had keys.
    pub async fn old_phone(&self, person: PersonId) -> Phone {
        let token = token();
        let request = encode_plain(&enrol_request(&self.code(person).await, &token));
        let (_, bytes) = self.post_with("/api/enrol", "", request, &[]).await;
        Phone::new(&decode_plain(&bytes).expect("an enrol reply"), token)
    }

    pub async fn enrol(&self, code: &str, token: &str) -> Result<EnrolReply, Problem> {
        let request = encode_plain(&enrol_request(code, token));
        let (status, bytes) = self.post("/api/enrol", token, request).await;
        if status == StatusCode::OK {
            Ok(decode_plain(&bytes).expect("an enrol reply"))
        } else {
            Err(decode_plain(&bytes).expect("a problem"))
        }
    }

    /// The headers of the answer to an enrolment.
    pub async fn headers_of_enrolment(&self, code: &str, token: &str) -> HeaderMap {
        let body = encode_plain(&enrol_request(code, token));
        let proof = MadeUpKey::of(token).headers("/api/enrol", token, &body);
        let request = posted("/api/enrol", token, body, &proof);
        self.routes.clone().oneshot(request).await.expect("infallible").into_parts().0.headers
    }

    /// As a phone with this token sends it, signed with its key.
    pub async fn post(&self, path: &str, token: &str, body: Vec<u8>) -> (StatusCode, Bytes) {
        let proof = MadeUpKey::of(token).headers(path, token, &body);
        self.post_with(path, token, body, &proof).await
    }

    /// As somebody with this token sends it, with these headers beside it.
    pub async fn post_with(
        &self,
        path: &str,
        token: &str,
        body: Vec<u8>,
        proof: &[(&str, String)],
    ) -> (StatusCode, Bytes) {
        self.send(posted(path, token, body, proof)).await
    }

    pub async fn send(&self, request: HttpRequest<Body>) -> (StatusCode, Bytes) {
        let response = self.routes.clone().oneshot(request).await.expect("infallible");
        let status = response.status();
        (status, to_bytes(response.into_body(), usize::MAX).await.expect("a whole body"))
    }

    /// Cookie and form token of somebody who just signed in.
    async fn session(&self, person: PersonId) -> (String, String) {
        let now_ms = self.state.now_ms();
        self.write(move |tx| {
            let token =
                sessions::begin(tx, person, Stage::Whole, &Browser::default(), now_ms)?.token;
            let csrf = sessions::find(tx, &token, now_ms)?.expect("it began").csrf;
            Ok((format!("__Host-aanbel={token}"), csrf))
        })
        .await
    }

    /// A page of the office as somebody who signed in gets it.
    pub async fn page(&self, person: PersonId, path: &str) -> (StatusCode, String) {
        let (cookie, _) = self.session(person).await;
        let request = HttpRequest::get(path).header(header::COOKIE, cookie);
        let (status, body) = self.send(request.body(Body::empty()).expect("a request")).await;
        (status, String::from_utf8(body.to_vec()).expect("text"))
    }

    /// Sends a form of the office.
    pub async fn fill_in(
        &self,
        person: PersonId,
        path: &str,
        form: &[(&str, &str)],
    ) -> (StatusCode, String) {
        let (cookie, csrf) = self.session(person).await;
        let mut fields = form_urlencoded::Serializer::new(String::new());
        fields.append_pair("csrf", &csrf).extend_pairs(form);
        let request = HttpRequest::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let (status, body) = self.send(request.body(fields.finish().into()).expect("a form")).await;
        (status, String::from_utf8(body.to_vec()).expect("text"))
    }

    pub async fn exchange(&self, token: &str, request: &Request) -> Reply {
        let (status, bytes) = self.post("/api/sync", token, encode_request(request)).await;
        assert_eq!(status, StatusCode::OK);
        decode_reply(&bytes).expect("a reply")
    }

    /// Exchanges until the phone has nothing more to ask; gives the last reply.
    pub async fn sync(&self, phone: &mut Phone) -> Reply {
        for _ in 0..50 {
            let reply = self.exchange(&phone.token, &phone.request()).await;
            let writes = phone.device.absorb(&reply, NOW_MS);
            phone.device.show(&writes);
            if !phone.device.wants_more() {
                return reply;
            }
        }
        panic!("the phone never had enough");
    }
}

impl Phone {
    fn new(reply: &EnrolReply, token: String) -> Phone {
        let mut device = Device::default();
        let writes = device.enrolled(reply, &token, None).expect("a new phone");
        device.show(&writes);
        Phone { device, token }
    }

    pub fn request(&self) -> Request {
        self.device.request("test", NOW_MS)
    }

    pub fn number(&self) -> u32 {
        self.device.me().expect("enrolled").device.0
    }

    /// Writes a note's text, kept on the phone only.
    pub fn note(&mut self, id: u128, worklist: WorklistId, text: &str) {
        let change = Change::new(record(id), "note", worklist).with("text", Value::text(text));
        let writes = self.device.prepare(vec![change], NOW_MS).expect("enrolled");
        self.device.show(&writes);
    }

    pub fn text(&self, id: u128) -> Option<String> {
        self.device.records().get(record(id))?.str("text").map(str::to_owned)
    }
}

fn posted(path: &str, token: &str, body: Vec<u8>, proof: &[(&str, String)]) -> HttpRequest<Body> {
    let mut request = HttpRequest::post(path)
        .header(header::CONTENT_TYPE, COMPACT_TYPE)
        .header(header::AUTHORIZATION, format!("Bearer {token}"));
    for (name, value) in proof {
        request = request.header(*name, value);
    }
    request.body(Body::from(body)).expect("a request")
}

pub fn enrol_request(code: &str, token: &str) -> EnrolRequest {
    EnrolRequest {
        protocol: PROTOCOL,
        code: code.to_owned(),
        token: token.to_owned(),
        label: "Proeftelefoon".to_owned(),
        app: "test".to_owned(),
    }
}

pub fn record(id: u128) -> RecordId {
    RecordId(Uuid::from_u128(id))
}

pub fn token() -> String {
    aanbel_server::access::random::<32>().iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn street_csv(name: &str, doors: usize) -> String {
    let mut text = "straat;nummer;letter;toevoeging;postcode;plaats\n".to_owned();
    // A postcode of its own, since postcode and number are what an address is known by.
    let letter = char::from(b'A' + name.bytes().fold(0, |sum, byte| (sum + byte) % 26));
    for number in 1..=doors {
        text.push_str(&format!("{name};{number};;;9999X{letter};Voorbeeldstad\n"));
    }
    text
}
