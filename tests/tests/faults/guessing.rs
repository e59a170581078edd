//! What a stranger could learn by asking: whether a name has an account, whether a code was ever given,
//! whether a page or a record is there for somebody else. For each pair the running server says the same
//! and does the same work: password hashes and write jobs, as it counts them itself. The times are told,
//! not judged: on a busy machine they say little.

use aanbel_server::access::MadeUpKey;
use aanbel_shared::record::RecordId;
use aanbel_shared::sync::{EnrolRequest, PROTOCOL};
use aanbel_tests::phones::{ANNA, phone_of};
use aanbel_tests::places::HANNA;
use aanbel_tests::runs::times;
use aanbel_tests::server::Server;
use aanbel_tests::session::Session;
use anyhow::{Context, Result, ensure};
use reqwest::{Client, RequestBuilder, StatusCode, header, redirect::Policy};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;

/// Tries from one address, fewer than are allowed.
const FROM_ONE: usize = 6;

/// What the server did for one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Work {
    hashes: u64,
    jobs: u64,
}

/// One kind of request: how it was answered, its work at least, its time in the middle.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    status: StatusCode,
    headers: Vec<(String, String)>,
    body: String,
    work: Work,
}

struct Guesser {
    server: Server,
}

impl Guesser {
    /// A client from an address of its own, for limits count by address.
    fn client(&self, number: usize) -> Result<Client> {
        let from = IpAddr::V4(Ipv4Addr::new(127, 0, 1, u8::try_from(number % 200)? + 1));
        Ok(Client::builder().redirect(Policy::none()).local_address(from).build()?)
    }

    async fn work(&self) -> Result<Work> {
        let text = reqwest::get(format!("http://{}/metrics", self.server.metrics)).await?;
        let text = text.text().await?;
        let count = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            let count = line.and_then(|rest| rest.trim().parse().ok());
            count.with_context(|| format!("no count of {name}"))
        };
        let (hashes, jobs) = ("aanbel_password_hashes_total ", "aanbel_commit_jobs_total ");
        Ok(Work { hashes: count(hashes)?, jobs: count(jobs)? })
    }

    /// Sends it; gives the answer without what differs by itself, and the time in ms.
    async fn ask(&self, request: RequestBuilder, own: &str) -> Result<(Seen, f64)> {
        let before = self.work().await?;
        let began = Instant::now();
        let answer = request.send().await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.text().await?;
        let took_ms = began.elapsed().as_secs_f64() * 1_000.0;
        let after = self.work().await?;
        let work = Work { hashes: after.hashes - before.hashes, jobs: after.jobs - before.jobs };
        let mut headers: Vec<(String, String)> = headers
            .iter()
            .filter(|(name, _)| name.as_str() != "date")
            .map(|(name, value)| {
                (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into())
            })
            .collect();
        headers.sort();
        Ok((Seen { status, headers, body: body.replace(own, "[own]"), work }, took_ms))
    }

    /// Asks one and the other in turn; they must be the same in all but time.
    async fn same(
        &self,
        what: &str,
        one: impl AsyncFn(usize) -> Result<(Seen, f64)>,
        other: impl AsyncFn(usize) -> Result<(Seen, f64)>,
    ) -> Result<Seen> {
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for turn in 0..times(FROM_ONE, 8 * FROM_ONE) {
            left.push(one(turn).await?);
            right.push(other(turn).await?);
        }
        let (left, left_ms) = least(left)?;
        let (right, right_ms) = least(right)?;
        println!("{what}: {left_ms:.2} ms against {right_ms:.2}, {:.2} times", left_ms / right_ms);
        ensure!(left == right, "{what}: {left:#?} is not {right:#?}");
        Ok(left)
    }
}

/// What all answers were, with the least work: the server may do something of its own meanwhile. And the
/// time in the middle.
fn least(seen: Vec<(Seen, f64)>) -> Result<(Seen, f64)> {
    let mut times_ms: Vec<f64> = seen.iter().map(|one| one.1).collect();
    times_ms.sort_by(f64::total_cmp);
    let work = seen.iter().map(|one| one.0.work).min().context("some answers")?;
    let first = Seen { work, ..seen[0].0.clone() };
    for (one, _) in &seen {
        let same = Seen { work, ..one.clone() } == first;
        ensure!(same, "two answers to the same: {one:#?} is not {first:#?}");
    }
    Ok((first, times_ms[times_ms.len() / 2]))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_known_is_answered_as_one_that_is_not() -> Result<()> {
    let guesser = Guesser { server: Server::demo().await? };
    let sign_in = async |login: &'static str, turn: usize| {
        let client = guesser.client(turn / FROM_ONE)?;
        let form = client
            .post(guesser.server.url("/kantoor/inloggen"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(format!("login={login}&password=niet+dit+wachtwoord"));
        guesser.ask(form, login).await
    };
    let wrong = async |turn| sign_in(HANNA, turn).await;
    let unknown = async |turn| sign_in("wendy", turn).await;
    let seen = guesser.same("an unknown name and a wrong password", wrong, unknown).await?;
    ensure!(seen.status == StatusCode::UNAUTHORIZED, "{seen:?}");
    ensure!(seen.work.hashes == 1, "a hash was computed: {seen:?}");
    // Somebody who has an account and may not enter the office.
    let outside = async |turn| sign_in("karin", turn).await;
    let unknown = async |turn| sign_in("walid", turn).await;
    guesser.same("an unknown name and one of no office", outside, unknown).await?;
    Ok(())
}

/// A code is a secret of 60 bits: that it was used is told only to who has it, and costs the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_was_used_costs_what_a_wrong_one_costs() -> Result<()> {
    let guesser = Guesser { server: Server::demo().await? };
    let used = guesser.server.enrol_code(ANNA).await?;
    let mut phone = aanbel_tests::client::Phone::new(&guesser.server.address());
    phone.enrol(&used, "first").await?;
    let enrol = async |code: &str, turn: usize| {
        let token = format!("{turn:064x}");
        let request = EnrolRequest {
            protocol: PROTOCOL,
            code: code.to_owned(),
            token: token.clone(),
            label: String::new(),
            app: String::new(),
        };
        let body = serde_json::to_vec(&request)?;
        let mut post = guesser
            .client(turn / FROM_ONE)?
            .post(guesser.server.url("/api/enrol"))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json");
        for (name, value) in MadeUpKey::of(&token).headers("/api/enrol", &token, &body) {
            post = post.header(name, value);
        }
        let (mut seen, took_ms) = guesser.ask(post.body(body), code).await?;
        ensure!(seen.body.contains("code_"), "{seen:?}");
        // The sentence differs on purpose: who has a code must know what to do.
        seen.body.clear();
        seen.headers.retain(|(name, _)| name != "content-length");
        Ok((seen, took_ms))
    };
    let one = async |turn| enrol(&used, turn).await;
    let other = async |turn| enrol("0123-4567-89AB", turn).await;
    let seen = guesser.same("a used code and a wrong one", one, other).await?;
    ensure!(seen.status == StatusCode::BAD_REQUEST && seen.work.jobs > 0, "{seen:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_for_her_is_answered_as_what_is_not_there() -> Result<()> {
    let guesser = Guesser { server: Server::demo().await? };
    let witness = phone_of(&guesser.server, ANNA, "witness").await?;
    let visit = witness.device.records().of_kind("attempt").next().context("a visit")?.id;
    let get = async |login: &str, path: &str, turn: usize| {
        let cookie = Session::of(&guesser.server, login)?.cookie;
        let client = guesser.client(turn / FROM_ONE)?;
        let page = client.get(guesser.server.url(path)).header(header::COOKIE, cookie);
        guesser.ask(page, path).await
    };
    let visit_of = |id: RecordId| format!("/kantoor/bezoek/{id}");
    let nowhere = RecordId::from_parts(visit.0, "nowhere");
    let pairs = [
        (
            "a page for others and none",
            HANNA,
            "/kantoor/mensen".to_owned(),
            "/kantoor/niets".to_owned(),
        ),
        ("a page for others and no record", HANNA, "/kantoor/mensen".to_owned(), visit_of(nowhere)),
        ("a record for others and none", "nina", visit_of(visit), visit_of(nowhere)),
    ];
    for (what, login, forbidden, missing) in pairs {
        let one = async |turn| get(login, &forbidden, turn).await;
        let other = async |turn| get(login, &missing, turn).await;
        let seen = guesser.same(what, one, other).await?;
        ensure!(seen.status == StatusCode::NOT_FOUND, "{what}: {seen:?}");
        ensure!(seen.work.jobs > 0, "{what}: a line in the audit: {seen:?}");
    }
    Ok(())
}
