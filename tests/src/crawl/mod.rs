//! A crawl through the running office as somebody of it: every link followed, every form sent as it
//! stands, with hostile values, and without its token. What a page offers is read in `page`, what every
//! answer must be in `answer`, who asks in `person`.

mod answer;
mod page;
mod person;

pub use answer::{Answer, Checks, HOSTILE};

use crate::server::Server;
use crate::session::Session;
use aanbel_server::access::sessions::Stage;
use aanbel_server::office::rights::{Need, TABLE};
use aanbel_shared::programme::Role;
use anyhow::{Context, Result, ensure};
use page::{Filled, Form, forms};
use person::People;
use reqwest::{Client, Method, RequestBuilder, StatusCode, header, redirect::Policy};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Pages of one kind, with one set of filters, that are looked at.
const OF_A_KIND: usize = 4;
/// Longest value in an address, for an address has an end.
const ASKED_MAX: usize = 2_000;
const PUBLISH: &str = "/kantoor/regelingen/publiceren";
const BOUNDARY: &str = "grens-van-de-proef";

/// What is typed by somebody who wants to break something. Each holds `HOSTILE`, to be known again.
fn hostile() -> [String; 9] {
    [
        "boos\"'><boos a=\"'".to_owned(),
        "<script>boos()</script><boos onclick=boos()>".to_owned(),
        "../../../../boos/etc/passwd".to_owned(),
        "boos".repeat(10_000),
        "boos\0boos\u{7}".to_owned(),
        "boos\r\nx-boos: 1\r\nset-cookie: boos=1\r\n\r\n<boos>".to_owned(),
        "boos' OR '1'='1'; DROP TABLE person; --".to_owned(),
        "//boos.example/".to_owned(),
        "javascript:boos()".to_owned(),
    ]
}

/// Address files and rules that are right, by the end of the form's address: name and content.
const FILES: [(&str, &str, &str); 2] = [
    (
        "/adressen",
        "lijst.csv",
        "straat;nummer;postcode;plaats\nProefdreef;1;9999ZZ;Voorbeeldstad\n",
    ),
    ("/publiceren", "almere.toml", include_str!("../../../shared/catalogue/almere.toml")),
];

/// A crawl through one server, by one person after the other.
pub struct Crawl<'a> {
    server: &'a Server,
    client: Client,
    people: People,
    pub checks: Checks,
    /// Patterns of which a page was shown, and of which a form was taken.
    pub asked: BTreeSet<&'static str>,
    pub sent: BTreeSet<&'static str>,
    /// Paths to begin at.
    starts: Vec<String>,
    seen: BTreeMap<String, usize>,
    tried: BTreeSet<String>,
}

/// The row of the table of rights that this path belongs to.
pub fn pattern_of(path: &str) -> Option<&'static str> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |pattern: &&str| {
        let others: Vec<&str> = pattern.split('/').collect();
        let alike = |(one, other): (&&str, &&str)| other.starts_with('{') || one == other;
        others.len() == parts.len() && parts.iter().zip(&others).all(alike)
    };
    TABLE.iter().map(|row| row.0).filter(fits).min_by_key(|pattern| pattern.matches('{').count())
}

impl<'a> Crawl<'a> {
    /// One that begins at the front page, and at `others` that people reach by a search or a letter.
    ///
    /// # Errors
    /// When there is no client.
    pub fn new(server: &'a Server, others: &[String]) -> Result<Crawl<'a>> {
        Ok(Crawl {
            server,
            client: Client::builder().redirect(Policy::none()).build()?,
            people: People::of(server)?,
            checks: Checks::new(server.data().display().to_string()),
            asked: BTreeSet::new(),
            sent: BTreeSet::new(),
            starts: [&["/kantoor".to_owned()], others].concat(),
            seen: BTreeMap::new(),
            tried: BTreeSet::new(),
        })
    }

    /// Follows every link from the front page on, and sends every form on the way. Nothing is done twice
    /// for one role.
    ///
    /// # Errors
    /// When the server is gone.
    pub async fn walk_and_attack(&mut self, role: Role) -> Result<()> {
        self.forget();
        let mut waiting: VecDeque<String> = self.starts.clone().into();
        let mut found = Vec::new();
        loop {
            if !waiting.is_empty() {
                found.extend(self.walk(role, &mut waiting).await?);
            }
            let Some((place, form)) = found.pop() else { return Ok(()) };
            let Some(answer) = self.attack(role, &place, &form).await? else { continue };
            waiting.extend(links(&answer, &place));
            let tags = answer.tags();
            found.extend(forms(&tags, &place).into_iter().map(|form| (place.clone(), form)));
        }
    }

    /// As `walk_and_attack`, by somebody whose password was right and who still owes her second step.
    ///
    /// # Errors
    /// When the server is gone.
    pub async fn attack_half_way_in(&mut self, role: Role) -> Result<()> {
        self.people.come_to(Stage::Code);
        self.walk_and_attack(role).await?;
        self.people.come_to(Stage::Whole);
        Ok(())
    }

    /// Publishes the rules of `FILES`: then there is a version to go back to.
    ///
    /// # Errors
    /// When it was not published.
    pub async fn publish(&mut self, role: Role) -> Result<()> {
        let mut place = PUBLISH.to_owned();
        // The files, and a yes to what they would change.
        for _ in 0..2 {
            let session = self.people.session(role)?;
            let page = self.get(&place, &session).await?;
            let form = forms(&page.tags(), &place);
            let form = form.iter().find(|form| form.post && form.action.starts_with(PUBLISH));
            let form = form.with_context(|| format!("a form on {place}"))?;
            let answer = self.send(form, &session, |_, value| value.to_owned()).await?;
            place = answer.location().to_owned();
        }
        ensure!(place.ends_with("?gedaan=gepubliceerd"), "it led to {place}");
        Ok(())
    }

    /// Follows every link once more: what was typed stands on the pages now.
    ///
    /// # Errors
    /// When the server is gone.
    pub async fn walk_again(&mut self, role: Role) -> Result<()> {
        self.forget();
        let mut waiting = self.starts.clone().into();
        self.walk(role, &mut waiting).await.map(drop)
    }

    fn forget(&mut self) {
        self.seen.clear();
        self.tried.clear();
    }

    /// Follows what waits and all that is linked from there; gives the forms with their pages.
    async fn walk(
        &mut self,
        role: Role,
        waiting: &mut VecDeque<String>,
    ) -> Result<Vec<(String, Form)>> {
        let (mut session, mut found) = (None, Vec::new());
        while let Some(path) = waiting.pop_front() {
            if !self.is_new(&path) {
                continue;
            }
            let own = session.take().map_or_else(|| self.people.session(role), Ok)?;
            let answer = self.get(&path, &own).await?;
            self.checks.look(&path, &answer);
            session = Some(own).filter(|_| answer.location() != "/kantoor/inloggen");
            let is_linked = role.signs_in() && !self.starts.contains(&path);
            if answer.status == StatusCode::NOT_FOUND && is_linked {
                self.checks.findings.insert(format!("{path} is linked and not there"));
            }
            if answer.status.is_success() {
                self.asked.extend(pattern_of(&path));
            }
            waiting.extend(links(&answer, &path));
            found.extend(forms(&answer.tags(), &path).into_iter().map(|form| (path.clone(), form)));
        }
        Ok(found)
    }

    /// Whether there were few of its kind so far.
    fn is_new(&mut self, path: &str) -> bool {
        let asked = path.split_once('?').map_or("", |(_, query)| query);
        let mut keys: Vec<&str> =
            asked.split('&').filter_map(|part| part.split('=').next()).collect();
        keys.sort_unstable();
        let kind = format!("{:?} {keys:?}", pattern_of(path));
        let exact = self.seen.insert(path.to_owned(), 1).is_none();
        let count = self.seen.entry(kind).or_default();
        *count += usize::from(exact);
        exact && *count <= OF_A_KIND
    }

    /// Sends one form in every way; gives the answer to the right one.
    async fn attack(&mut self, role: Role, place: &str, form: &Form) -> Result<Option<Answer>> {
        let pattern = pattern_of(&form.action);
        let Some(pattern) = pattern else {
            self.checks.findings.insert(format!("{place}: a form to {}", form.action));
            return Ok(None);
        };
        let names: Vec<&str> = form.fields.iter().map(|field| &*field.name).collect();
        if !self.tried.insert(format!("{} {pattern} {names:?}", form.post)) {
            return Ok(None);
        }
        let what = format!("{} {} of {}", if form.post { "POST" } else { "GET" }, pattern, place);
        if form.post && needs_token(pattern) {
            for token in ["", "0123456789abcdef"] {
                let session = Session { csrf: token.to_owned(), ..self.people.session(role)? };
                let answer = self.send(form, &session, |_, value| value.to_owned()).await?;
                self.checks.look(&format!("{what} without its token"), &answer);
                if answer.status != StatusCode::FORBIDDEN {
                    let status = answer.status;
                    self.checks.findings.insert(format!("{what} without its token: {status}"));
                }
            }
        }
        let session = self.people.session(role)?;
        let right = self.send(form, &session, |_, value| value.to_owned()).await?;
        self.checks.look(&what, &right);
        let refused =
            [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED];
        if !refused.contains(&right.status) {
            let done = if form.post { &mut self.sent } else { &mut self.asked };
            done.insert(pattern);
        }
        for everything in ways(form) {
            self.attack_in(role, form, everything, &what).await?;
        }
        Ok(Some(right))
    }

    /// Sends one form with every hostile value, all at once.
    async fn attack_in(
        &mut self,
        role: Role,
        form: &Form,
        everything: bool,
        what: &str,
    ) -> Result<()> {
        let session = self.people.session(role)?;
        let asked = hostile().map(|value| {
            let shown: String = value.escape_debug().take(20).collect();
            let request = self.request(form, &session, |filled, old| match filled {
                Filled::ByThePage if !everything => old.to_owned(),
                _ => value.clone(),
            });
            (shown, tokio::spawn(answer_to(request)))
        });
        for (shown, answer) in asked {
            self.checks.look(&format!("{what} with {shown}"), &answer.await??);
        }
        Ok(())
    }

    async fn send(
        &self,
        form: &Form,
        session: &Session,
        value: impl Fn(Filled, &str) -> String,
    ) -> Result<Answer> {
        answer_to(self.request(form, session, value)).await
    }

    /// A form on its way, each field as `value` makes it of what stands there.
    fn request(
        &self,
        form: &Form,
        session: &Session,
        value: impl Fn(Filled, &str) -> String,
    ) -> RequestBuilder {
        let fields = form.fields.iter().map(|field| match field.name.as_str() {
            "csrf" => ("csrf", session.csrf.clone()),
            name => (name, value(field.filled, &field.value)),
        });
        let fields: Vec<(&str, String)> = fields.collect();
        let (path, asked) = form.action.split_once('?').unwrap_or((&form.action, ""));
        if !form.post {
            let short = |value: &str| value.chars().take(ASKED_MAX).collect::<String>();
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, short(value))).collect();
            let and = if asked.is_empty() { "" } else { "&" };
            let url = self.server.url(&format!("{path}?{asked}{and}{}", form_of(&fields)));
            return self.client.get(url).header(header::COOKIE, &session.cookie);
        }
        let request = self.client.request(Method::POST, self.server.url(&form.action));
        let request = request.header(header::COOKIE, &session.cookie);
        if form.has_file() {
            let kind = format!("multipart/form-data; boundary={BOUNDARY}");
            request.header(header::CONTENT_TYPE, kind).body(parts_of(form, &fields))
        } else {
            let kind = "application/x-www-form-urlencoded";
            request.header(header::CONTENT_TYPE, kind).body(form_of(&fields))
        }
    }

    async fn get(&self, path: &str, session: &Session) -> Result<Answer> {
        let request = self.client.get(self.server.url(path));
        answer_to(request.header(header::COOKIE, &session.cookie)).await
    }
}

async fn answer_to(request: RequestBuilder) -> Result<Answer> {
    let answer = request.send().await?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = String::from_utf8_lossy(&answer.bytes().await?).into_owned();
    Ok(Answer { status, headers, body })
}

/// Where an answer leads: what it links, what it is made of, and where it sends on to.
fn links(answer: &Answer, path: &str) -> Vec<String> {
    let place = path.split('?').next().unwrap_or_default();
    let tags = answer.tags();
    let targets = tags.iter().filter(|tag| tag.name != "form");
    let targets = targets.filter_map(|tag| tag.get("href").or(tag.get("src")));
    let to = targets.chain([answer.location()]).map(|link| match link.starts_with('?') {
        true => format!("{place}{link}"),
        false => link.split('#').next().unwrap_or_default().to_owned(),
    });
    to.filter(|link| link.starts_with("/kantoor")).collect()
}

/// Whether sending a form there takes a session, and so its token.
fn needs_token(pattern: &str) -> bool {
    let row = TABLE.iter().find(|row| row.0 == pattern);
    row.is_some_and(|row| row.2.is_some_and(|need| need != Need::Anyone))
}

/// The ways in which hostile values change this form: in what people fill in, and in everything. A way
/// that sends the same once more is left out.
fn ways(form: &Form) -> impl Iterator<Item = bool> {
    let mut fields = form.fields.iter().filter(|field| field.name != "csrf");
    let by_page = fields.clone().any(|field| field.filled == Filled::ByThePage);
    let by_hand = fields.any(|field| field.filled != Filled::ByThePage);
    [(false, by_hand), (true, by_page)].into_iter().filter(|way| way.1).map(|way| way.0)
}

fn form_of(fields: &[(&str, String)]) -> String {
    let mut form = reqwest::Url::parse("http://x/").expect("an address");
    form.query_pairs_mut().extend_pairs(fields);
    form.query().unwrap_or_default().to_owned()
}

/// A form with a file as a browser sends it; the file is right when nothing else was put into it.
fn parts_of(form: &Form, fields: &[(&str, String)]) -> String {
    let right = FILES.iter().find(|(end, ..)| form.action.ends_with(end));
    let (name_of_file, right) = right.map_or(("", ""), |(_, name, text)| (*name, *text));
    // Rules that change nothing cannot be published.
    let right = right.replace("name = \"Stadspas\"", "name = \"Proefpas\"");
    let mut body = String::new();
    for (field, (name, value)) in form.fields.iter().zip(fields) {
        let is_file = field.filled == Filled::File;
        let is_right = is_file && value.is_empty();
        let named = if is_right { name_of_file } else { "../boos.toml" };
        let file = if is_file { format!("; filename=\"{named}\"") } else { String::new() };
        let value = if is_right { &right } else { value };
        body.push_str(&format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n"
        ));
    }
    body.push_str(&format!("--{BOUNDARY}--\r\n"));
    body
}
