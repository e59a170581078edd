//! What every answer of the office must be, whatever was asked: no fault of ours, every header that
//! protects, nothing of what was typed as a tag of its own, no word about how the server is made.

use super::page::{Tag, forms, tags};
use aanbel_server::demo::{PEOPLE, address_csv};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use std::collections::BTreeSet;

/// The word that all hostile values hold; a tag or attribute of this name broke out of its text.
pub const HOSTILE: &str = "boos";

const HEADERS: [(&str, &str); 10] = [
    ("content-security-policy", "default-src 'none'"),
    ("content-security-policy", "frame-ancestors 'none'"),
    ("content-security-policy", "base-uri 'none'"),
    ("content-security-policy", "form-action 'self'"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=()"),
    ("cache-control", "no-store"),
];
/// Said by programs about themselves.
const BANNERS: [&str; 4] = ["server", "x-powered-by", "via", "x-runtime"];
const LEAKS: [&str; 9] = [
    "panicked at",
    "backtrace",
    ".rs:",
    "rusqlite",
    "SQLITE_",
    "syntax error",
    "no such table",
    "constraint failed",
    "called `Result",
];
const COOKIE: [&str; 5] = ["__Host-aanbel=", "Path=/", "Secure", "HttpOnly", "SameSite=Lax"];

/// One answer.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn text(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub fn location(&self) -> &str {
        self.text("location")
    }

    pub fn is_page(&self) -> bool {
        self.text("content-type").starts_with("text/html")
    }

    pub fn tags(&self) -> Vec<Tag> {
        if self.is_page() { tags(&self.body) } else { Vec::new() }
    }
}

/// Looks at answers, and keeps what is wrong with them.
pub struct Checks {
    /// Words that name people or where they live: in no address and no title.
    personal: BTreeSet<String>,
    /// Folder of the server's data, which nobody is told.
    data: String,
    pub findings: BTreeSet<String>,
}

impl Checks {
    pub fn new(data: String) -> Checks {
        let town = address_csv();
        let street = |line: &str| line.split(';').next().map(str::to_owned);
        let streets = town.lines().skip(1).filter_map(street);
        let people = PEOPLE.iter().flat_map(|person| person.name.split(' ')).map(str::to_owned);
        // Words of the office's and the town's own, which also are somebody's name.
        let plain =
            ["Kantoor", "Overzicht", "Proef", "Mo", "Raad", "Oefening", "Sleutel", "Voorbeeld"];
        let people = people.filter(|word| !plain.contains(&word.as_str()));
        Checks { personal: streets.chain(people).collect(), data, findings: BTreeSet::new() }
    }

    fn must(&mut self, holds: bool, wrong: impl FnOnce() -> String) {
        if !holds {
            self.findings.insert(wrong());
        }
    }

    /// Looks at the answer to `what`, as people would call it.
    pub fn look(&mut self, what: &str, answer: &Answer) {
        self.must(!answer.status.is_server_error(), || format!("{what}: {}", answer.status));
        let is_file = what.contains("/kantoor/bestand/");
        for (name, part) in HEADERS {
            let there = answer.text(name).contains(part);
            self.must(there || (is_file && name == "cache-control"), || {
                format!("{what}: {name} does not say {part}")
            });
        }
        let csp = answer.text("content-security-policy");
        self.must(!csp.contains("unsafe-inline"), || format!("{what}: {csp}"));
        for name in BANNERS {
            self.must(!answer.headers.contains_key(name), || format!("{what}: says its {name}"));
        }
        for name in answer.headers.keys().filter(|name| name.as_str().contains(HOSTILE)) {
            self.findings.insert(format!("{what}: a header {name} that somebody typed"));
        }
        let told = LEAKS.iter().copied().chain([self.data.as_str()]);
        let told = told.filter(|leak| answer.body.contains(leak));
        let told: Vec<String> = told.map(str::to_owned).collect();
        self.must(told.is_empty(), || format!("{what}: tells of its inside: {told:?}"));
        self.cookies(what, answer);
        self.place(what, answer.location());
        if answer.is_page() {
            self.page(what, answer);
        }
    }

    fn cookies(&mut self, what: &str, answer: &Answer) {
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap_or_default();
            for part in COOKIE {
                self.must(cookie.contains(part), || format!("{what}: a cookie without {part}"));
            }
        }
    }

    /// Where somebody is sent: on our own site, and without a word about anybody.
    fn place(&mut self, what: &str, place: &str) {
        let own = place.is_empty() || (place.starts_with('/') && !place.starts_with("//"));
        self.must(own && !place.contains('\\'), || format!("{what} leads to {place}"));
        let named = self.personal.iter().find(|word| place.contains(word.as_str())).cloned();
        self.must(named.is_none(), || format!("{what} leads to {place}"));
    }

    fn page(&mut self, what: &str, answer: &Answer) {
        let tags = answer.tags();
        for tag in &tags {
            let Tag { name, attributes } = tag;
            self.must(!name.ends_with(HOSTILE), || format!("{what}: a tag that was typed"));
            let ours = tag.get("src").is_some_and(|from| from.starts_with("/kantoor/bestand/"));
            self.must(name != "script" || ours, || format!("{what}: a script in the page"));
            let style = name == "style" || tag.get("style").is_some();
            self.must(!style, || format!("{what}: a style in the page: {tag:?}"));
            for (key, value) in attributes {
                let acts = key.starts_with("on") || key.contains(HOSTILE);
                self.must(!acts, || format!("{what}: an attribute {key} on {name}"));
                if ["href", "src", "action", "formaction"].contains(&key.as_str()) {
                    self.target(what, value);
                }
            }
        }
        for form in forms(&tags, "").iter().filter(|form| form.post) {
            let outside = ["/kantoor/inloggen", "/kantoor/begin"].contains(&form.action.as_str());
            self.must(outside || form.has_token(), || {
                format!("{what}: the form to {} has no token", form.action)
            });
        }
        let title = answer.body.split("<title>").nth(1).and_then(|rest| rest.split('<').next());
        let title = title.unwrap_or_default();
        let named = self.personal.iter().find(|word| title.contains(word.as_str())).cloned();
        self.must(named.is_none(), || format!("{what}: the title is {title}"));
    }

    fn target(&mut self, what: &str, target: &str) {
        let lower = target.trim().to_ascii_lowercase();
        let elsewhere = lower.starts_with("//") || lower.contains("boos.example");
        let acts = lower.starts_with("javascript:") || lower.starts_with("vbscript:");
        self.must(!elsewhere && !acts, || format!("{what}: a link to {target}"));
        let own = lower.starts_with('/');
        let named = self.personal.iter().find(|word| own && target.contains(word.as_str()));
        let named = named.cloned();
        self.must(named.is_none(), || format!("{what}: a link names somebody: {target}"));
    }
}
