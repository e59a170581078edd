//! The whole office of the demo, crawled as every role: nothing breaks, nothing that somebody types
//! comes back as more than text, no form counts without its token, and no route was left out.

use aanbel_server::office::rights::{Need, TABLE};
use aanbel_shared::programme::Role;
use aanbel_shared::record::Value;
use aanbel_shared::sync::Change;
use aanbel_tests::crawl::Crawl;
use aanbel_tests::partners::{JOOP, KARIN, STREET};
use aanbel_tests::phones::{ANNA, FLEUR, door, made_up, nobody, phone_of};
use aanbel_tests::server::Server;
use aanbel_tests::street::database;
use anyhow::{Context, Result, ensure};

/// Routes that no link or form of this crawl leads to, and why.
const EXEMPT: [(&str, &str); 2] = [
    ("POST /kantoor/ruimte", "its form is there when what was set aside fills the disk"),
    ("POST /kantoor/bewaren/uitvoeren", "its form is there when something is past its term"),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_office_crawled_as_every_role_shows_no_finding() -> Result<()> {
    let mut server = Server::demo().await?;
    let others = others(&server).await?;
    let mut crawl = Crawl::new(&server, &others)?;
    crawl.publish(Role::Coordinator).await?;
    for role in Role::ALL.into_iter().filter(|role| *role != Role::System) {
        crawl.walk_and_attack(role).await?;
    }
    crawl.attack_half_way_in(Role::Office).await?;
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

/// What a search, a letter or the server leads to. Before that something is set aside, for the inbox, and
/// there is a joint visit; and people disagree on it, on an offer and on a case.
async fn others(server: &Server) -> Result<Vec<String>> {
    let fleur = phone_of(server, FLEUR, "her door").await?;
    let foreign = door(&fleur, 0)?;
    let mut anna = phone_of(server, ANNA, "set aside").await?;
    anna.write(vec![nobody(made_up("not hers"), foreign)])?;
    anna.sync().await?;
    let attempt = anna.device.records().of_kind("attempt").find_map(|one| one.reference("address"));
    let visited = attempt.context("a door that was visited")?;
    plan_together(server).await?;
    let places = ["home", "elsewhere"].map(Value::choice);
    disagree(server, KARIN.0, ("joint_visit", "stay"), places).await?;
    disagree(server, "Wim Bovenkamer", ("offer", "language"), ["nl", "tr"].map(Value::choice))
        .await?;
    disagree(server, "Mo Inzicht", ("case", "language"), ["nl", "tr"].map(Value::choice)).await?;
    let person = "SELECT id FROM person WHERE login = 'hanna'";
    let person: i64 = database(server.data())?.query_row(person, [], |row| row.get(0))?;
    Ok(vec![
        "/kantoor/begin".to_owned(),
        "/kantoor/bewijs".to_owned(),
        format!("/kantoor/deur/{visited}"),
        format!("/kantoor/mensen/{person}"),
    ])
}

/// A caretaker plans a visit with the adviser he works with.
async fn plan_together(server: &Server) -> Result<()> {
    let mut joop = phone_of(server, JOOP.0, "plans").await?;
    let week = joop.device.records().of_kind("plan_list").next().context("his week")?.worklist;
    let plan = Change::new(made_up("plan"), "joint_plan", week)
        .with("at", Value::Instant(joop.clock_ms))
        .with("street", Value::text(STREET))
        .with("number", Value::Int(12))
        .with("agreed", Value::Bool(true));
    joop.write(vec![plan])?;
    joop.sync().await
}

/// On two phones this person gives two answers to one question of her first record of this kind.
async fn disagree(
    server: &Server,
    person: &str,
    (kind, field): (&str, &str),
    answers: [Value; 2],
) -> Result<()> {
    let mut phones = Vec::new();
    for answer in answers {
        let mut phone = phone_of(server, person, &format!("{kind} {answer:?}")).await?;
        let record = phone.device.records().of_kind(kind).min_by_key(|one| one.id);
        let record = record.with_context(|| format!("{person} has a {kind}"))?;
        let change = Change::new(record.id, kind, record.worklist).with(field, answer);
        phone.write(vec![change])?;
        phones.push(phone);
    }
    for mut phone in phones {
        phone.sync().await?;
    }
    Ok(())
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
