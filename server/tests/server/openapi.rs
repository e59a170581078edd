//! The description for other programs says what the messages really are.

use crate::office_world::{Office, record};
use aanbel_shared::programme::Role;
use aanbel_shared::record::{Assignment, Seen, Value};
use aanbel_shared::sync::{EnrolRequest, Instruction, Problem};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::BTreeSet;

struct Described(Json);

impl Described {
    fn new() -> Self {
        let text = include_str!("../../openapi.json");
        Described(serde_json::from_str(text).expect("JSON"))
    }

    fn check<T: Serialize>(&self, name: &str, message: &T) {
        let value = serde_json::to_value(message).expect("serialises");
        let schema = &self.0["components"]["schemas"][name];
        assert!(schema.is_object(), "{name} is not described");
        if let Err(fault) = self.fits(schema, &value) {
            panic!("{name}: {fault}");
        }
    }

    /// What of JSON Schema the description uses. Objects must have exactly the described keys.
    fn fits(&self, schema: &Json, value: &Json) -> Result<(), String> {
        if let Some(target) = schema["$ref"].as_str() {
            let pointer = target.trim_start_matches('#');
            return self.fits(self.0.pointer(pointer).ok_or(format!("no {target}"))?, value);
        }
        if let Some(ways) = schema["oneOf"].as_array() {
            let fitting = ways.iter().filter(|way| self.fits(way, value).is_ok()).count();
            return right(fitting == 1, || format!("{value} fits {fitting} ways"));
        }
        match schema["type"].as_str() {
            Some("object") => self.object(schema, value),
            Some("array") => self.array(schema, value),
            Some("boolean") => right(value.is_boolean(), || format!("{value} is no boolean")),
            Some("integer") => {
                let (lowest, highest) = (schema["minimum"].as_i64(), schema["maximum"].as_i64());
                let number = value.as_i64();
                let within = number.is_some() && number >= lowest && number <= highest;
                right(within, || format!("{value} is no such number"))
            }
            Some("string") => {
                let one_of = schema["enum"].as_array();
                let known = one_of.is_none_or(|all| all.contains(value));
                let constant = schema["const"].is_null() || schema["const"] == *value;
                right(value.is_string() && known && constant, || format!("{value} is no such text"))
            }
            other => Err(format!("unknown type {other:?}")),
        }
    }

    fn object(&self, schema: &Json, value: &Json) -> Result<(), String> {
        let properties = schema["properties"].as_object().ok_or("no properties")?;
        let members = value.as_object().ok_or(format!("{value} is no object"))?;
        let described: BTreeSet<&String> = properties.keys().collect();
        let real: BTreeSet<&String> = members.keys().collect();
        right(described == real, || format!("described {described:?}, real {real:?}"))?;
        let required = schema["required"].as_array().map_or(0, Vec::len);
        right(required == real.len(), || "something is not required".to_owned())?;
        members.iter().try_for_each(|(key, member)| {
            self.fits(&properties[key], member).map_err(|fault| format!("{key}: {fault}"))
        })
    }

    fn array(&self, schema: &Json, value: &Json) -> Result<(), String> {
        let items = value.as_array().ok_or(format!("{value} is no array"))?;
        if let Some(places) = schema["prefixItems"].as_array() {
            right(places.len() == items.len(), || format!("{value} has another length"))?;
            return places.iter().zip(items).try_for_each(|(place, item)| self.fits(place, item));
        }
        items.iter().try_for_each(|item| self.fits(&schema["items"], item))
    }
}

fn right(right: bool, fault: impl FnOnce() -> String) -> Result<(), String> {
    if right { Ok(()) } else { Err(fault()) }
}

#[tokio::test]
async fn description_fits_real_messages() {
    let described = Described::new();
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let street = office.street("Proefstraat", 2, anna).await;
    let mut phone = office.phone(anna).await;
    phone.note(1, street, "tekst");
    let mut request = phone.request();
    described.check("Request", &request);
    let seen: Seen = [request.ops[0].dot].into_iter().collect();
    let all = [
        Value::Nothing,
        Value::Bool(true),
        Value::Int(-3),
        Value::text("t"),
        Value::Date(-1),
        Value::Instant(5),
        Value::choice("c"),
        Value::Reference(record(4)),
    ];
    request.ops[0].set = all
        .map(|value| Assignment { field: "shoe_size".into(), value, seen: seen.clone() })
        .to_vec();
    (request.gone, request.erased) = (vec![(5, 6)], vec![record(5)]);
    request.cursors = vec![(street, 0)];
    described.check("Request", &request);
    let mut reply = office.exchange(&phone.token, &request).await;
    assert!(!reply.pages.is_empty() && !reply.set_aside.is_empty());
    described.check("Reply", &reply);
    for instruction in [Instruction::Update, Instruction::Wipe, Instruction::EnrolAgain { from: 3 }]
    {
        reply.instruction = instruction;
        described.check("Reply", &reply);
    }
}

#[tokio::test]
async fn description_fits_enrolment_and_refusals() {
    let described = Described::new();
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let (code, token) = (office.code(anna).await, crate::office_world::token());
    described.check("EnrolReply", &office.enrol(&code, &token).await.expect("fresh"));
    described.check("Problem", &office.enrol("x", &token).await.expect_err("wrong"));
    let (label, app) = ("l".to_owned(), "a".to_owned());
    described.check("EnrolRequest", &EnrolRequest { protocol: 1, code, token, label, app });
    for reason in aanbel_shared::sync::Reason::ALL {
        described.check("Reason", &reason);
    }
}

#[tokio::test]
async fn description_is_served_and_refusals_are_problems() {
    let office = Office::open();
    let get = Request::get("/api/openapi.json").body(Body::empty()).expect("a request");
    let (status, bytes) = office.send(get).await;
    assert_eq!(status, StatusCode::OK);
    let served: Json = serde_json::from_slice(&bytes).expect("JSON");
    assert_eq!(served, Described::new().0);
    let post = Request::post("/api/sync").body(Body::empty()).expect("a request");
    let (status, bytes) = office.send(post).await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let problem: Problem = serde_json::from_slice(&bytes).expect("a problem");
    assert_eq!(problem.code, "media_type");
}
