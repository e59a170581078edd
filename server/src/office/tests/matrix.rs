//! Every role against every route, from the table of rights and the table of capabilities: who may is
//! let pass, who may not is told what is told of a page that is not there.

use super::{Answer, DISPUTED, World, id};
use crate::access::{PersonId, people};
use crate::error::AppError;
use crate::office::rights::{Need, TABLE};
use aanbel_shared::programme::Role;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use std::fmt::Write;
use std::path::Path;

/// A path of this pattern that leads somewhere in the filled world.
fn path(pattern: &str, campaign: &str) -> String {
    let record = id(DISPUTED).to_string();
    pattern
        .replace("/campagne/{id}", &format!("/campagne/{campaign}"))
        .replace("/regeling/{id}", "/regeling/nl.huurtoeslag")
        .replace("{attempt}", &record)
        .replace("{door}", &record)
        .replace("{id}", &record)
        .replace("{address}", &record)
        .replace("{person}", "2")
        .replace("{number}", "1")
        .replace("{upload}", "0")
        .replace("{file}", "national.toml")
        .replace("{format}", "csv")
        .replace("{version}/{name}", "0/icon.svg")
}

async fn ask(world: &World, post: bool, path: &str, cookie: &str) -> Answer {
    let kind = "application/x-www-form-urlencoded";
    let request = if post {
        Request::post(path).header(header::CONTENT_TYPE, kind)
    } else {
        Request::get(path)
    };
    let request = request.header(header::COOKIE, cookie).body(Body::empty());
    world.send(request.expect("a right request")).await
}

async fn outside_lines(world: &World) -> i64 {
    let sql = "SELECT COUNT(*) FROM audit WHERE action = 'outside'";
    world.write(move |tx| Ok::<_, AppError>(tx.query_row(sql, [], |row| row.get(0))?)).await
}

fn may(role: Role, need: Need) -> bool {
    match need {
        Need::Anyone | Need::Visitor => true,
        Need::SignedIn => role.signs_in(),
        Need::May(capability) => role.may(capability),
    }
}

async fn someone(world: &World, role: Role) -> PersonId {
    let name = format!("Proef {}", role.key());
    world.write(move |tx| Ok(people::add(tx, &name, role, None, super::NOW_MS)?)).await
}

#[tokio::test]
async fn every_role_at_every_route_gets_what_the_tables_say() {
    let world = World::filled().await;
    let list = world.get(world.coordinator, "/kantoor/campagnes").await.body;
    let start = list.find("/kantoor/campagne/").expect("a link to the campaign") + 18;
    let campaign: String = list[start..].chars().take_while(|letter| *letter != '"').collect();
    let nowhere = world.get(world.coordinator, "/kantoor/bestaat-niet").await;
    let mut told = String::new();
    for role in Role::ALL {
        let person = someone(&world, role).await;
        for (pattern, get, post) in TABLE {
            let path = path(pattern, &campaign);
            for (is_post, need) in [(false, get), (true, post)] {
                // A session each: signing out ends one.
                let (cookie, _) = world.session(person).await;
                let before = outside_lines(&world).await;
                let answer = ask(&world, is_post, &path, &cookie).await;
                let lines = outside_lines(&world).await - before;
                let what =
                    format!("{} {path} as {}", if is_post { "POST" } else { "GET" }, role.key());
                let Some(need) = need else {
                    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{what}");
                    continue;
                };
                if may(role, *need) {
                    assert_eq!(lines, 0, "{what} is allowed");
                    assert_ne!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{what}");
                    assert!(!answer.status.is_server_error(), "{what}: {}", answer.status);
                    writeln!(told, "{what}: passes").expect("text");
                } else {
                    assert_eq!(lines, 1, "{what} is told to the audit");
                    assert_eq!(
                        (answer.status, &answer.body),
                        (nowhere.status, &nowhere.body),
                        "{what}"
                    );
                    assert_eq!((&*answer.cookie, &*answer.location), ("", ""), "{what}");
                    writeln!(told, "{what}: nothing there").expect("text");
                }
            }
        }
    }
    insta::assert_snapshot!(told.replace(&campaign, "CAMPAIGN"));
}

#[tokio::test]
async fn a_stranger_is_sent_to_sign_in_whatever_she_asks_and_learns_nothing() {
    let world = World::filled().await;
    for (pattern, get, post) in TABLE {
        for (is_post, need) in [(false, get), (true, post)] {
            if matches!(need, None | Some(Need::Anyone)) {
                continue;
            }
            for campaign in ["00000000-0000-0000-0000-00000000abcd", "x"] {
                let path = path(pattern, campaign);
                let answer = ask(&world, is_post, &path, "__Host-aanbel=verzonnen").await;
                let wanted = (StatusCode::SEE_OTHER, "/kantoor/inloggen", "");
                assert_eq!((answer.status, &*answer.location, &*answer.body), wanted, "{path}");
            }
        }
    }
    assert_eq!(super::audit::lines(&world).await, Vec::<String>::new());
}

/// The patterns of `.route("...` in the sources of the office.
fn routes(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("the sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            routes(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("matrix.rs") {
            let text = std::fs::read_to_string(&path).expect("text");
            let after = text.split(".route(").skip(1);
            let first = after.filter_map(|rest| rest.trim_start().strip_prefix('"'));
            found.extend(first.filter_map(|rest| rest.split('"').next()).map(str::to_owned));
        }
    }
}

#[test]
fn every_route_of_the_office_stands_in_the_table_once() {
    let mut found = Vec::new();
    routes(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/office"), &mut found);
    found.sort();
    let mut listed: Vec<String> = TABLE.iter().map(|row| row.0.to_owned()).collect();
    listed.sort();
    assert_eq!(found, listed, "add a row to office/rights.rs");
}

/// What anybody may ask and no table names: the start page, the field app's files, whether the server
/// lives, and on a port of its own how busy it is.
const OPEN: [&str; 6] = ["/", "/app", "/app/", "/app/{*path}", "/healthz", "/metrics"];

#[test]
fn every_route_of_the_server_is_described_guarded_or_open_to_all() {
    let described =
        serde_json::from_str::<serde_json::Value>(include_str!("../../../openapi.json"));
    let described = described.expect("JSON");
    let paths = described["paths"].as_object().expect("paths");
    let mut found = Vec::new();
    routes(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 60, "{found:?}");
    for route in &found {
        let is_guarded = TABLE.iter().any(|row| row.0 == route);
        let is_known = is_guarded || paths.contains_key(route) || OPEN.contains(&route.as_str());
        assert!(is_known, "{route} is in no table: who may ask for it?");
    }
    let described = paths.keys().filter(|path| !found.contains(path));
    assert_eq!(described.collect::<Vec<_>>(), Vec::<&String>::new(), "described and not there");
}
