//! A walk through the office as each role: every link followed, every form sent with what stands in it.
//! Nothing breaks, no page holds script or style of its own, and no address or title names anybody.

use super::{World, plain_path};
use crate::access::PersonId;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use std::collections::BTreeSet;
use tower::ServiceExt;

/// Words of the filled world that name people or where they live.
const PERSONAL: [&str; 8] =
    ["Proefstraat", "Verzonnenpad", "9999X", "Anna", "Bilal", "Hanna", "Iris", "Samen"];

const HEADERS: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
    ("permissions-policy", "camera=()"),
];

/// One form of a page: where it goes, how, and its fields as they stand.
struct Form {
    post: bool,
    action: String,
    fields: Vec<(String, String)>,
}

/// The value of an attribute of the tag that `tag` begins with.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let tag = tag.split('>').next()?;
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    Some(tag[start..].split('"').next()?.replace("&amp;", "&"))
}

fn links(body: &str) -> Vec<String> {
    body.split("<a ").skip(1).filter_map(|rest| attribute(&format!(" {rest}"), "href")).collect()
}

fn forms(body: &str) -> Vec<Form> {
    let form = |rest: &str| {
        let inner = rest.split("</form>").next()?;
        let tag = format!(" {inner}");
        let post = attribute(&tag, "method").as_deref() == Some("post");
        let mut fields = Vec::new();
        for input in inner.split("<input").skip(1).chain(inner.split("<button").skip(1)) {
            let value = attribute(input, "value");
            let kind = attribute(input, "type").unwrap_or_default();
            let value = value.filter(|value| !value.is_empty()).unwrap_or_else(|| match &*kind {
                "date" => "2026-03-12".to_owned(),
                "checkbox" => "on".to_owned(),
                _ => "proef".to_owned(),
            });
            fields.extend(attribute(input, "name").map(|name| (name, value)));
        }
        for select in inner.split("<select").skip(1) {
            let value =
                select.split("<option").nth(1).and_then(|option| attribute(option, "value"));
            fields.extend(attribute(select, "name").zip(value));
        }
        for area in inner.split("<textarea").skip(1) {
            fields.extend(attribute(area, "name").map(|name| (name, "proef".to_owned())));
        }
        Some(Form { post, action: attribute(&tag, "action")?, fields })
    };
    body.split("<form").skip(1).filter_map(form).collect()
}

async fn send(world: &World, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let response = world.router.clone().oneshot(request).await.expect("the router answers");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 1 << 24).await.expect("a whole answer");
    (parts.status, parts.headers, String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether a tag has an attribute such as `onclick`.
fn handles(tag: &str) -> bool {
    tag.split(" on").skip(1).any(|rest| {
        let name = rest.trim_start_matches(|letter: char| letter.is_ascii_lowercase());
        name.len() < rest.len() && name.starts_with('=')
    })
}

fn check(what: &str, status: StatusCode, headers: &HeaderMap, body: &str) {
    assert!(!status.is_server_error(), "{what}: {status}");
    let text = |name: &str| headers.get(name).map_or("", |value| value.to_str().unwrap_or(""));
    let csp = text("content-security-policy");
    for part in
        ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"]
    {
        assert!(csp.contains(part) && !csp.contains("unsafe-inline"), "{what}: {csp}");
    }
    if !what.contains("/kantoor/bestand/") {
        for (name, value) in HEADERS {
            assert!(text(name).contains(value), "{what}: {name} is {}", text(name));
        }
    }
    let target = text("location");
    for word in PERSONAL {
        assert!(!target.contains(word), "{what} leads to {target}");
    }
    if !text("content-type").starts_with("text/html") {
        return;
    }
    for rest in body.split("<script").skip(1) {
        assert!(rest.trim_start().starts_with("src="), "{what}: a script in the page");
    }
    let tags = body.split('<').skip(1).filter_map(|rest| rest.split('>').next());
    for tag in tags {
        assert!(!tag.contains(" style=") && !tag.starts_with("style"), "{what}: <{tag}>");
        assert!(!handles(tag), "{what}: <{tag}>");
        assert!(!tag.contains("javascript:"), "{what}: <{tag}>");
    }
    let title = body.split("<title>").nth(1).and_then(|rest| rest.split('<').next());
    for word in PERSONAL {
        assert!(!title.unwrap_or("").contains(word), "{what}: {title:?}");
    }
}

/// Follows all links from the inbox on; gives the pages and their forms.
async fn walk(world: &World, person: PersonId) -> (BTreeSet<String>, Vec<(String, Form)>) {
    let (cookie, _) = world.session(person).await;
    let (mut seen, mut waiting) = (BTreeSet::new(), vec!["/kantoor".to_owned()]);
    let mut sent = Vec::new();
    while let Some(path) = waiting.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        for word in PERSONAL {
            assert!(!path.contains(word), "{path} names somebody");
        }
        let request = Request::get(&path).header(header::COOKIE, &cookie).body(Body::empty());
        let (status, headers, body) = send(world, request.expect("a right request")).await;
        check(&path, status, &headers, &body);
        assert_ne!(status, StatusCode::NOT_FOUND, "{path} is linked and not there");
        let place = path.split(['?', '#']).next().unwrap_or_default();
        for link in links(&body) {
            let link = if link.starts_with('?') { format!("{place}{link}") } else { link };
            let link = link.split('#').next().unwrap_or_default().to_owned();
            // One page of each kind and filter is enough.
            if link.starts_with("/kantoor") && seen.len() + waiting.len() < 400 {
                waiting.push(link);
            }
        }
        sent.extend(forms(&body).into_iter().map(|form| (path.clone(), form)));
    }
    (seen, sent)
}

async fn crawl(world: &World, person: PersonId) -> BTreeSet<String> {
    let (seen, sent) = walk(world, person).await;
    let mut done = BTreeSet::new();
    for (page, form) in sent {
        let names: Vec<&str> = form.fields.iter().map(|field| field.0.as_str()).collect();
        if !done.insert(format!("{} {names:?}", plain_path(&form.action))) {
            continue;
        }
        // A session each, for forms end sessions; with its own token in the form.
        let (cookie, csrf) = world.session(person).await;
        let mut body = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &form.fields {
            body.append_pair(name, if name == "csrf" { &csrf } else { value });
        }
        let body = body.finish();
        let what = format!("{} of {page}", form.action);
        let request = if form.post {
            Request::post(&form.action)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(header::COOKIE, cookie)
                .body(body.into())
        } else {
            Request::get(format!("{}?{body}", form.action))
                .header(header::COOKIE, cookie)
                .body(Body::empty())
        };
        let (status, headers, body) = send(world, request.expect("a right request")).await;
        check(&what, status, &headers, &body);
    }
    seen
}

#[tokio::test]
async fn the_office_walked_as_each_role_breaks_nowhere_and_names_nobody_in_an_address() {
    let world = World::filled().await;
    let office = crawl(&world, world.office).await;
    assert!(office.contains("/kantoor/bezoeken") && !office.contains("/kantoor/mensen"));
    let world = World::filled().await;
    let coordinator = crawl(&world, world.coordinator).await;
    for page in ["/kantoor/logboek", "/kantoor/mensen", "/kantoor/toegang", "/kantoor/mensen/2"] {
        assert!(coordinator.contains(page), "{page} is not linked from anywhere");
    }
}

#[tokio::test]
async fn what_turns_text_around_is_shown_on_every_page_and_in_the_file() {
    let world = World::filled().await;
    let name = [("name", "Jo\u{202e}nennA\u{7}"), ("role", "volunteer")];
    world.post(world.coordinator, "/kantoor/mensen", &name).await;
    let page = world.get(world.coordinator, "/kantoor/mensen").await.body;
    assert!(page.contains("Jo\u{fffd}nennA\u{fffd}") && !page.contains('\u{202e}'));
}
