//! The whole office of the demo, crawled as every role: nothing breaks, nothing that somebody types
//! comes back as more than text, no form counts without its token, and no route was left out.

use aanbel_server::office::rights::{Need, TABLE};
use aanbel_shared::programme::Role;
use aanbel_tests::crawl::Crawl;
use aanbel_tests::phones::{ANNA, FLEUR, door, made_up, nobody, phone_of};
use aanbel_tests::server::Server;
use aanbel_tests::street::database;
use anyhow::{Context, Result, ensure};

const BESIDE_A_STEP: &str = "only beside a second step, which nobody of the crawl has";
/// Routes that no link or form of this crawl leads to, and why.
const EXEMPT: [(&str, &str); 17] = [
    ("GET /kantoor/toegang/passkey", BESIDE_A_STEP),
    ("POST /kantoor/toegang/passkey", BESIDE_A_STEP),
    ("POST /kantoor/toegang/passkey/{number}", BESIDE_A_STEP),
    ("POST /kantoor/bewijs/passkey", BESIDE_A_STEP),
    ("POST /kantoor/inloggen/passkey", BESIDE_A_STEP),
    (
        "POST /kantoor/toegang/sessie/{number}",
        "each form of the crawl has the one session there is",
    ),
    ("POST /kantoor/ruimte", "its form is there when what was set aside fills the disk"),
    ("POST /kantoor/mensen/{person}/stap", "nobody of the demo has a second step"),
    ("GET /kantoor/inloggen/code", "only between the password and a second step"),
    ("POST /kantoor/inloggen/code", "only between the password and a second step"),
    ("POST /kantoor/bewaren/uitvoeren", "its form is there when something is past its term"),
    ("GET /kantoor/samen/{id}", "the demo has no joint visit"),
    ("POST /kantoor/samen/{id}/wie", "the demo has no joint visit"),
    ("POST /kantoor/samen/{id}/afzeggen", "the demo has no joint visit"),
    ("GET /kantoor/tegenspraak/{id}", "the demo has no case that contradicts itself"),
    ("POST /kantoor/tegenspraak/{id}", "the demo has no case that contradicts itself"),
    ("POST /kantoor/regelingen/versie/{number}/terug", "the crawl publishes nothing"),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_office_crawled_as_every_role_shows_no_finding() -> Result<()> {
    let mut server = Server::demo().await?;
    let others = others(&server).await?;
    let mut crawl = Crawl::new(&server, &others)?;
    for role in Role::ALL.into_iter().filter(|role| *role != Role::System) {
        crawl.walk_and_attack(role).await?;
    }
    // What was typed stands on the pages now.
    for role in Role::ALL.into_iter().filter(|role| role.signs_in()) {
        crawl.walk_again(role).await?;
    }
    let findings: Vec<String> = crawl.checks.findings.iter().cloned().collect();
    let missed = missed(&crawl);
    let (found, left) = (findings.join("\n"), missed.join("\n"));
    ensure!(findings.is_empty() && missed.is_empty(), "found:\n{found}\nnever reached:\n{left}");
    server.kill().await?;
    server.verify().await
}

/// What a search, a letter or the server leads to. Something is set aside first, for the inbox.
async fn others(server: &Server) -> Result<Vec<String>> {
    let fleur = phone_of(server, FLEUR, "her door").await?;
    let foreign = door(&fleur, 0)?;
    let mut anna = phone_of(server, ANNA, "set aside").await?;
    anna.write(vec![nobody(made_up("not hers"), foreign)])?;
    anna.sync().await?;
    let attempt = anna.device.records().of_kind("attempt").find_map(|one| one.reference("address"));
    let visited = attempt.context("a door that was visited")?;
    let person = "SELECT id FROM person WHERE login = 'hanna'";
    let person: i64 = database(server.data())?.query_row(person, [], |row| row.get(0))?;
    Ok(vec![
        "/kantoor/begin".to_owned(),
        "/kantoor/bewijs".to_owned(),
        format!("/kantoor/deur/{visited}"),
        format!("/kantoor/mensen/{person}"),
    ])
}

/// Rows of the table of rights that were not reached and have no reason for that; and the other way
/// round.
fn missed(crawl: &Crawl<'_>) -> Vec<String> {
    let reached = |way: &str, pattern: &str, need: &Option<Need>, done: bool| {
        let name = format!("{way} {pattern}");
        let exempt = EXEMPT.iter().any(|(route, _)| *route == name);
        (need.is_some() && done == exempt).then_some(name)
    };
    let rows = TABLE.iter().flat_map(|(pattern, get, post)| {
        let get = reached("GET", pattern, get, crawl.asked.contains(pattern));
        let post = reached("POST", pattern, post, crawl.sent.contains(pattern));
        [get, post]
    });
    rows.flatten().collect()
}
