//! Schemes: the catalogue as pages, trying a household, and publishing another catalogue.

use super::pages::plain;
use super::{Answer, DISPUTED, NOW_MS, World, visit};
use crate::catalogue::{Current, publish};
use crate::rules;
use crate::store::set_text;
use aanbel_shared::scheme::{Catalogue, Day, files};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use std::sync::Arc;

const PUBLISH: &str = "/kantoor/regelingen/publiceren";

async fn almere() -> World {
    let world = World::filled().await;
    world.write(|tx| Ok(set_text(tx, "municipality", "GM0034")?)).await;
    world
}

async fn current(world: &World) -> Arc<Current> {
    let catalogues = world.state.catalogues.clone();
    world.state.reader.read(move |db| catalogues.current(db)).await.expect("a catalogue")
}

/// As `plain`, with the version as what it is.
async fn page(world: &World, answer: &Answer) -> String {
    plain(answer).replace(&current(world).await.version, "[versie]")
}

fn built_in(name: &str) -> &'static str {
    files::BUILT_IN.iter().find(|file| file.0 == name).expect("a built-in file").1
}

/// national.toml in which child benefit has no condition that decides.
fn changed_national() -> String {
    let lines = built_in("national.toml").lines().map(|line| {
        let child_benefit = line.contains("source = \"akw\"") && line.contains("role = ");
        if child_benefit { line.replace("required", "remark") } else { line.to_owned() }
    });
    lines.collect::<Vec<_>>().join("\n")
}

async fn upload(world: &World, files: &[(&str, &str)]) -> Answer {
    let (cookie, csrf) = world.session(world.coordinator).await;
    upload_as(world, &cookie, &csrf, files).await
}

async fn upload_as(world: &World, cookie: &str, csrf: &str, files: &[(&str, &str)]) -> Answer {
    let mut body =
        format!("--grens\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n");
    for (name, text) in files {
        body += &format!(
            "--grens\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\
             Content-Type: text/plain\r\n\r\n{text}\r\n"
        );
    }
    body += "--grens--\r\n";
    let request = Request::post(PUBLISH)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=grens");
    world.send(request.body(Body::from(body)).expect("a right request")).await
}

async fn counted(world: &World, table: &'static str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM {table}");
    world.write(move |tx| Ok(tx.query_row(&sql, [], |row| row.get(0))?)).await
}

#[tokio::test]
async fn the_catalogue_on_a_day() {
    let world = almere().await;
    let answer = world.get(world.coordinator, "/kantoor/regelingen?op=2026-11-21").await;
    insta::assert_snapshot!(page(&world, &answer).await);
}

#[tokio::test]
async fn what_lapses_is_grey_from_its_day_on() {
    let world = almere().await;
    let path = |day: &str| format!("/kantoor/regelingen?op={day}");
    let today = world.get(world.office, &path("2026-12-31")).await.body;
    assert!(!today.contains("<tr class=\"aanbel-lapsed\">") && today.contains("Loopt af binnen"));
    let later = world.get(world.office, &path("2027-01-01")).await.body;
    let row =
        "<tr class=\"aanbel-lapsed\"><th scope=\"row\"><a href=\"/kantoor/regeling/nl.huurtoeslag";
    assert!(later.contains(row), "{later}");
    assert!(later.contains("regelingen zijn voorbij hun datum.") && !today.contains("hun datum."));
    assert!(!today.contains("Versies en publiceren"), "for coordinators only");
}

#[tokio::test]
async fn one_scheme_in_full() {
    let world = almere().await;
    let answer = world.get(world.coordinator, "/kantoor/regeling/almere.iit?op=2026-11-21").await;
    insta::assert_snapshot!(page(&world, &answer).await);
    let missing = world.get(world.coordinator, "/kantoor/regeling/nl.kasteeltoeslag").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_looked_at_a_rule_is_written_down() {
    let world = almere().await;
    let path = "/kantoor/regeling/nl.huurtoeslag/nagekeken";
    let refused = world.post(world.office, path, &[]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let done = world.post(world.coordinator, path, &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let shown = world.get(world.office, "/kantoor/regeling/nl.huurtoeslag").await.body;
    assert!(shown.contains("Iris Overzicht, do 12 maart 2026, 13:00 (deze versie)"), "{shown}");
    let listed = world.get(world.office, "/kantoor/regelingen").await.body;
    assert!(listed.contains("Iris Overzicht, 12-03-2026 13:00"), "{listed}");
    let audited = "SELECT COUNT(*) FROM audit WHERE action = 'check_scheme'";
    let lines: i64 = world.write(move |tx| Ok(tx.query_row(audited, [], |row| row.get(0))?)).await;
    assert_eq!(lines, 1);
}

#[tokio::test]
async fn the_rule_list_is_the_one_of_the_command_line() {
    let world = almere().await;
    let current = current(&world).await;
    let on = Day::parse("2026-11-21").expect("a day");
    let place = rules::Place { municipality: "Almere", version: &current.version };
    let blocks = rules::list(&current.catalogue, on, place);
    let csv = format!("\u{feff}{}", rules::csv(&current.catalogue, on));
    let files = [("txt", rules::text(&blocks)), ("md", rules::markdown(&blocks)), ("csv", csv)];
    for (format, file) in files {
        let path = format!("/kantoor/regelingen/lijst/{format}?op=2026-11-21");
        let answer = world.get(world.office, &path).await;
        assert_eq!((answer.status, &answer.body), (StatusCode::OK, &file), "{format}");
    }
    let page = world.get(world.office, "/kantoor/regelingen/lijst?op=2026-11-21").await.body;
    assert!(page.contains("Regelingen in Almere op 21 november 2026"));
    assert!(page.contains("niet meer dan € 1.419,46 per maand, met vakantiegeld"));
    let other = world.get(world.office, "/kantoor/regelingen/lijst/exe").await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_household_is_tried_and_nothing_of_it_is_kept() {
    let world = almere().await;
    let form = world.get(world.office, "/kantoor/regelingen/proberen").await.body;
    assert!(form.contains("method=\"post\" action=\"/kantoor/regelingen/proberen\""));
    let given = [
        ("op", "2026-11-21"),
        ("huishouden", "alleenstaand"),
        ("leeftijd_groep", "27_tot_aow"),
        ("zorgverzekering_nl", "ja"),
        ("jaarinkomen_cent", "29.500"),
        ("vermogen", "1.234,56"),
        ("kinderen_leeftijden", "-"),
        ("inkomensbron", "werk"),
        ("inkomensbron", "studiefinanciering"),
    ];
    let before = counted(&world, "audit").await;
    let answer = world.post(world.office, "/kantoor/regelingen/proberen", &given).await;
    assert_eq!((answer.status, &*answer.location), (StatusCode::OK, ""));
    assert!(answer.body.contains("Misschien ongeveer € 129 per maand."), "{}", answer.body);
    assert!(answer.body.contains("value=\"29.500\""), "what was filled in stays in the form");
    assert_eq!(counted(&world, "audit").await, before);
}

#[tokio::test]
async fn what_cannot_be_true_is_said_at_its_field() {
    let world = almere().await;
    let given = [
        ("huishouden", "alleenstaand"),
        ("kinderen_leeftijden", "0_3"),
        ("jaarinkomen_cent", "29.5"),
        ("studeert", "soms"),
        ("kinderen_onder_18", "2<b>"),
    ];
    let answer = world.post(world.office, "/kantoor/regelingen/proberen", &given).await;
    assert_eq!(answer.status, StatusCode::OK);
    for sentence in [
        "Een huishouden zonder kinderen kan geen kinderen onder de 18 hebben.",
        "Schrijf een bedrag, zoals 1.234,56.",
        "Kies ja of nee.",
        "Schrijf een heel getal.",
        "value=\"2&lt;b&gt;\"",
    ] {
        assert!(answer.body.contains(sentence), "{sentence} in {}", answer.body);
    }
    assert!(!answer.body.contains("id=\"uitkomst\""));
}

#[tokio::test]
async fn a_bad_upload_changes_nothing_and_says_where_it_is_wrong() {
    let world = almere().await;
    let before = current(&world).await;
    let broken = changed_national().replace("decides = \"svb\"", "decides = \"niemand\"");
    let answer = upload(&world, &[("national.toml", &broken)]).await;
    insta::assert_snapshot!(page(&world, &answer).await);
    assert_eq!(current(&world).await, before);
    assert_eq!(counted(&world, "catalogue").await, 0);
    assert!(!world.state.config.data.join("uploads").exists(), "nothing waits to be confirmed");
}

#[tokio::test]
async fn every_unusable_file_is_named() {
    let world = almere().await;
    let whole = built_in("almere.toml");
    let rows: [(&[(&str, &str)], &str); 5] = [
        (&[], "kies eerst een of meer bestanden"),
        (&[("../national.toml", "")], "gebruik een naam van kleine letters"),
        (&[("national.exe", "")], "gebruik een naam van kleine letters"),
        (&[("almere.toml", whole), ("almere.toml", whole)], "twee keer gekozen"),
        (&[("almere.toml", "naam = 1")], "naam"),
    ];
    for (files, sentence) in rows {
        let answer = upload(&world, files).await;
        assert!(answer.body.contains(sentence), "{sentence} in {}", answer.body);
        assert!(answer.body.contains("Er is niets veranderd."), "{sentence}");
    }
    let (cookie, _) = world.session(world.coordinator).await;
    let forged = upload_as(&world, &cookie, "verzonnen", &[("almere.toml", whole)]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn two_versions_stand_side_by_side_with_whom_it_concerns() {
    let world = almere().await;
    let kept = upload(&world, &[("national.toml", &changed_national())]).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
    let preview = world.get(world.coordinator, &kept.location).await;
    assert!(preview.body.contains(&visit(DISPUTED)), "the household of an open visit");
    let waiting = kept.location.rsplit('/').next().expect("a name");
    insta::assert_snapshot!(page(&world, &preview).await.replace(waiting, "[wachtend]"));
    assert_eq!(counted(&world, "catalogue").await, 0, "looking publishes nothing");
}

#[tokio::test]
async fn publishing_is_kept_audited_and_can_be_taken_back() {
    let world = almere().await;
    let before = current(&world).await;
    let national = changed_national();
    let kept = upload(&world, &[("national.toml", &national)]).await;
    let done = world.post(world.coordinator, &kept.location, &[]).await;
    assert_eq!(done.location, "/kantoor/regelingen?gedaan=gepubliceerd");
    let after = current(&world).await;
    assert_eq!((after.number, &*after.scope), (1, "GM0034"));
    assert!(after.version.starts_with("2026-03-12-"), "{}", after.version);
    assert_eq!(Catalogue::version_of(&after.bytes), after.version);
    let audited = "SELECT about FROM audit WHERE action = 'publish_catalogue'";
    let object: String =
        world.write(move |tx| Ok(tx.query_row(audited, [], |row| row.get(0))?)).await;
    assert_eq!(object, after.version);
    let file = world.get(world.coordinator, "/kantoor/regelingen/versie/1/national.toml").await;
    assert_eq!(file.body, national);
    // The same again is nothing to publish.
    let same = upload(&world, &[("national.toml", &national)]).await;
    let page = world.get(world.coordinator, &same.location).await.body;
    assert!(page.contains("Er is niets te publiceren.") && !page.contains("Publiceer deze versie"));
    let back = world.post(world.coordinator, "/kantoor/regelingen/versie/0/terug", &[]).await;
    world.post(world.coordinator, &back.location, &[]).await;
    let again = current(&world).await;
    assert_eq!((again.number, &again.catalogue.schemes), (2, &before.catalogue.schemes));
    let listed = world.get(world.coordinator, PUBLISH).await.body;
    assert!(listed.contains(&after.version) && listed.contains("Iris Overzicht"));
}

#[tokio::test]
async fn who_was_overtaken_begins_again() {
    let world = almere().await;
    let national = changed_national();
    let first = upload(&world, &[("national.toml", &national)]).await;
    let second = upload(&world, &[("national.toml", &national)]).await;
    world.post(world.coordinator, &first.location, &[]).await;
    let overtaken = world.post(world.coordinator, &second.location, &[]).await;
    assert_eq!(overtaken.location, format!("{PUBLISH}?fout=ingehaald"));
    assert_eq!(counted(&world, "catalogue").await, 1);
    let gone = world.get(world.coordinator, &second.location).await;
    assert_eq!(gone.location, PUBLISH);
}

#[tokio::test]
async fn publishing_is_for_coordinators() {
    let world = almere().await;
    let kept = upload(&world, &[("national.toml", &changed_national())]).await;
    let file = "/kantoor/regelingen/versie/0/national.toml";
    for path in [PUBLISH, &kept.location, file] {
        let answer = world.get(world.office, path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.body.contains("Deze pagina bestaat niet (meer), of is niet voor u."));
    }
    for path in [&*kept.location, "/kantoor/regelingen/versie/0/terug"] {
        let answer = world.post(world.office, path, &[]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    let (cookie, csrf) = world.session(world.office).await;
    let answer = upload_as(&world, &cookie, &csrf, &[("almere.toml", "")]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(counted(&world, "catalogue").await, 0);
}

/// A program of later cannot read what an older one packed: it packs the files anew.
#[tokio::test]
async fn what_an_older_program_packed_is_made_again_from_its_files() {
    let world = almere().await;
    let files: Vec<_> = files::BUILT_IN.map(|(n, t)| (n.to_owned(), t.to_owned())).to_vec();
    let checked = publish::check(&files, Day(20_000)).expect("the built-in files");
    let mut view = publish::view(checked, "GM0034");
    view.bytes = b"another shape".to_vec();
    let by = world.coordinator;
    world.write(move |tx| Ok(publish::publish(tx, &files, &view, by, NOW_MS)?)).await;
    let current = current(&world).await;
    assert_eq!(current.number, 1);
    assert_eq!(Catalogue::version_of(&current.bytes), current.version);
    assert!(current.catalogue.scheme("almere.iit").is_some());
}
