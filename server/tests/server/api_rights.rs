//! Every role at every call of the API, and every role at every field of every form: from the tables of
//! roles, capabilities and forms. What may not be and what is not there look the same.

use crate::office_world::{Office, Phone, record, token};
use aanbel_server::access::MadeUpKey;
use aanbel_shared::form::{Field, FieldKind, Forms};
use aanbel_shared::programme::{Capability, Role, may_hold};
use aanbel_shared::record::{Value, WorklistId};
use aanbel_shared::sync::{
    COMPACT_TYPE, Change, Instruction, Problem, Reason, SealedBatch, decode_plain, decode_reply,
    encode_plain, encode_request,
};
use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode, header};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Who may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    Anyone,
    /// A phone's token.
    Token,
    /// A phone's token and its signature.
    Signed,
}

/// Method, path, what it takes, and what a phone of ours then gets.
const TABLE: [(&str, &str, Need, u16); 7] = [
    ("GET", "/api/openapi.json", Need::Anyone, 200),
    ("GET", "/api/sealing-key", Need::Anyone, 200),
    ("POST", "/api/sealed", Need::Anyone, 200),
    // A code that is none: nobody gets further, whatever else she brings.
    ("POST", "/api/enrol", Need::Anyone, 400),
    ("GET", "/api/catalogue", Need::Token, 200),
    ("POST", "/api/sync", Need::Signed, 200),
    ("POST", "/api/wiped", Need::Signed, 204),
];

fn body(path: &str, phone: &Phone) -> Vec<u8> {
    match path {
        "/api/sync" => encode_request(&phone.request()),
        "/api/enrol" => encode_plain(&crate::office_world::enrol_request("geen code", &token())),
        "/api/sealed" => encode_plain(&SealedBatch::default()),
        _ => Vec::new(),
    }
}

/// Calls as this phone under some token, signed or not.
async fn call(
    office: &Office,
    (method, path): (&str, &str),
    phone: &Phone,
    token: Option<&str>,
    signed: bool,
) -> (StatusCode, Bytes) {
    let body = body(path, phone);
    let mut request =
        Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, COMPACT_TYPE);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    for (name, value) in MadeUpKey::of(&phone.token).headers(path, &phone.token, &body) {
        if signed {
            request = request.header(name, value);
        }
    }
    office.send(request.body(Body::from(body)).expect("a request")).await
}

fn code(bytes: &Bytes) -> String {
    let found = decode_plain::<Problem>(bytes).map(|problem| problem.code);
    found.unwrap_or_else(|_| {
        serde_json::from_slice(bytes).map_or(String::new(), |problem: Problem| problem.code)
    })
}

#[tokio::test]
async fn every_role_at_every_call_gets_what_the_table_says() {
    let office = Office::open();
    let mut unknown = BTreeMap::new();
    for role in Role::ALL {
        let person = office.person(role.key(), role).await;
        for (method, path, need, gets) in TABLE {
            // A phone each: one that said it is empty is no phone any more.
            let phone = office.phone(person).await;
            let what = format!("{method} {path} as {}", role.key());
            let stranger = token();
            for other in [None, Some(stranger.as_str())] {
                let (status, bytes) = call(&office, (method, path), &phone, other, true).await;
                if need == Need::Anyone {
                    assert_eq!(status.as_u16(), gets, "{what}");
                } else {
                    assert_eq!(status, StatusCode::UNAUTHORIZED, "{what}");
                    assert_eq!(code(&bytes), "unknown_device", "{what}");
                    let said = unknown.entry((method, path)).or_insert_with(|| bytes.clone());
                    assert_eq!(*said, bytes, "{what}: no token and a wrong one look the same");
                }
            }
            let own = Some(phone.token.as_str());
            let (status, bytes) = call(&office, (method, path), &phone, own, false).await;
            if need == Need::Signed {
                assert_eq!((status.as_u16(), &*code(&bytes)), (403, "not_signed"), "{what}");
            } else {
                assert_eq!(status.as_u16(), gets, "{what}");
            }
            let (status, _) = call(&office, (method, path), &phone, own, true).await;
            assert_eq!(status.as_u16(), gets, "{what}");
        }
    }
    assert_eq!(unknown.len(), 3);
}

#[tokio::test]
async fn revoked_phone_gets_nothing_of_any_call() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    office.street("Annastraat", 2, anna).await;
    let phone = office.phone(anna).await;
    office.write(|tx| Ok(tx.execute("UPDATE device SET revoked_ms = 1", [])?)).await;
    let own = Some(phone.token.as_str());
    let (status, _) = call(&office, ("GET", "/api/catalogue"), &phone, own, true).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, bytes) = call(&office, ("POST", "/api/sync"), &phone, own, true).await;
    let reply = decode_reply(&bytes).expect("a reply");
    assert_eq!((status, reply.instruction), (StatusCode::OK, Instruction::Wipe));
    assert!(reply.pages.is_empty() && reply.assigned.is_empty() && reply.erased.is_empty());
}

#[test]
fn every_call_that_is_described_stands_in_the_table() {
    let described: serde_json::Value =
        serde_json::from_str(include_str!("../../openapi.json")).expect("JSON");
    let paths = described["paths"].as_object().expect("paths");
    let mut found: Vec<(String, &str)> = paths
        .iter()
        .flat_map(|(path, calls)| {
            let methods = calls.as_object().expect("calls").keys();
            methods.map(move |method| (method.to_uppercase(), path.as_str()))
        })
        .collect();
    let mut listed: Vec<(String, &str)> =
        TABLE.iter().map(|row| (row.0.to_owned(), row.1)).collect();
    found.sort();
    listed.sort();
    assert_eq!(found, listed);
    for (method, path, need, _) in TABLE {
        let call = &paths[path][method.to_lowercase()];
        assert_eq!(call["security"].is_array(), need != Need::Anyone, "{path}");
        let signs = call["parameters"].to_string().contains("Signature");
        assert_eq!(signs, need == Need::Signed || path == "/api/enrol", "{path}");
    }
}

/// The key under which a field is written; of a list of choices that of its first.
fn written(field: &Field) -> String {
    let of_list = (field.kind == FieldKind::Choices).then(|| field.choices.first()).flatten();
    of_list.map_or_else(|| field.key.clone(), |choice| field.element_key(choice))
}

/// One op per field of every form, in a list of hers; gives which fields she may not write.
async fn may_not_write(office: &Office, phone: &mut Phone, list: WorklistId) -> Vec<String> {
    let fields: Vec<(String, String)> = Forms::built_in()
        .forms
        .iter()
        .flat_map(|form| form.fields().map(|field| (form.kind.clone(), written(field))))
        .collect();
    for (place, (kind, field)) in fields.iter().enumerate() {
        let id = record(0x5000 + place as u128);
        let change = Change::new(id, kind, list).with(field, Value::Nothing);
        let writes = phone.device.prepare(vec![change], 5).expect("enrolled");
        phone.device.show(&writes);
    }
    let reply = office.exchange(&phone.token, &phone.request()).await;
    assert_eq!(reply.kept, fields.len() as u64);
    let refused = |place: usize| {
        let found = reply.set_aside.iter().find(|one| one.dot.seq == place as u64 + 1);
        found.is_some_and(|one| one.reason == Reason::MayNotWrite)
    };
    let fields = fields.iter().enumerate().filter(|(place, _)| refused(*place));
    fields.map(|(_, (kind, field))| format!("{kind}.{field}")).collect()
}

#[tokio::test]
async fn every_role_writes_the_fields_that_its_tables_give_it_and_no_others() {
    let office = Office::open();
    for role in Role::ALL {
        let person = office.person(role.key(), role).await;
        let list = office.street("Proefstraat", 1, person).await;
        let mut phone = office.phone(person).await;
        let may = |kind: &str, writers: &[String]| {
            let holds = may_hold(role, kind) || role.may(Capability::ReadOffice);
            holds && writers.iter().any(|writer| writer == role.key())
        };
        let forms = Forms::built_in().forms.iter();
        let expected: Vec<String> = forms
            .flat_map(|form| form.fields().map(move |field| (form, field)))
            .filter(|(form, field)| !may(&form.kind, &field.write))
            .map(|(form, field)| format!("{}.{}", form.kind, written(field)))
            .collect();
        assert_eq!(may_not_write(&office, &mut phone, list).await, expected, "{}", role.key());
        assert!(!expected.is_empty());
    }
}

#[tokio::test]
async fn list_of_somebody_else_and_one_that_is_not_there_look_the_same() {
    let office = Office::open();
    let other = office.person("Ander", Role::Volunteer).await;
    let theirs = office.street("Anderstraat", 2, other).await;
    let nowhere = WorklistId(Uuid::from_u128(0xdead));
    for role in Role::ALL {
        let person = office.person(role.key(), role).await;
        let mut answers = Vec::new();
        for list in [theirs, nowhere] {
            let mut phone = office.phone(person).await;
            phone.note(1, list, "vreemd");
            let mut request = phone.request();
            request.cursors = vec![(list, 0)];
            let reply = office.exchange(&phone.token, &request).await;
            // Some have a list of their own.
            assert!(reply.pages.iter().all(|page| page.worklist != list), "{}", role.key());
            assert!(!reply.assigned.contains(&list), "{}", role.key());
            let reasons: Vec<Reason> = reply.set_aside.iter().map(|one| one.reason).collect();
            answers.push((reasons, reply.kept, reply.erased));
        }
        assert_eq!(answers[0], answers[1], "{}", role.key());
        assert_eq!(answers[0].0.len(), 1, "{}: nothing of it is taken in", role.key());
    }
}
