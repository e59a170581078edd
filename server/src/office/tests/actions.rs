//! What the office does: settling, asking, planning, and what it may not do.

use super::{DISPUTED, NOW_MS, PASSWORD, PLAIN, World, id, visit};
use crate::office::visit::load;
use crate::{campaigns, import};
use aanbel_shared::record::Value;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use rusqlite::Connection;

#[tokio::test]
async fn settling_keeps_one_answer_and_empties_the_inbox() {
    let world = World::filled().await;
    let record = id(DISPUTED).to_string();
    let form =
        [("record", &*record), ("field", "result"), ("seen", "1-1,2-1"), ("choice", "houd:1-1")];
    let answer = world.post(world.office, &(visit(DISPUTED) + "/beslissen"), &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let loaded = world.state.reader.read(|db| load::load(db, id(DISPUTED))).await.expect("a visit");
    assert!(!loaded.contradicts());
    let attempt = loaded.part("attempt").expect("the attempt");
    assert_eq!(attempt.get("result"), Some(&Value::choice("talk")));
    let inbox = world.get(world.office, "/kantoor").await;
    assert!(!inbox.body.contains("Dit spreekt elkaar tegen"));
}

#[tokio::test]
async fn settling_what_has_changed_meanwhile_is_refused_with_a_sentence() {
    let world = World::filled().await;
    let record = id(DISPUTED).to_string();
    let form = [("record", &*record), ("field", "result"), ("seen", "1-1"), ("choice", "houd:1-1")];
    let answer = world.post(world.office, &(visit(DISPUTED) + "/beslissen"), &form).await;
    assert!(answer.body.contains("Er is net een ander antwoord binnengekomen."));
    let loaded = world.state.reader.read(|db| load::load(db, id(DISPUTED))).await.expect("a visit");
    assert!(loaded.contradicts());
}

#[tokio::test]
async fn a_form_without_the_right_token_changes_nothing() {
    let world = World::filled().await;
    let (cookie, _) = world.session(world.office).await;
    let body = "csrf=verzonnen&reviewed=ja".to_owned();
    let answer = world.post_raw(&(visit(PLAIN) + "/nagekeken"), &cookie, body).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let loaded = world.state.reader.read(|db| load::load(db, id(PLAIN))).await.expect("a visit");
    assert!(!loaded.is_reviewed());
}

#[tokio::test]
async fn reviewing_and_asking_back_become_ops() {
    let world = World::filled().await;
    world.post(world.office, &(visit(PLAIN) + "/nagekeken"), &[("reviewed", "ja")]).await;
    world.post(world.office, &(visit(PLAIN) + "/vraag"), &[("asked", "Was de bel kapot?")]).await;
    let loaded = world.state.reader.read(|db| load::load(db, id(PLAIN))).await.expect("a visit");
    assert!(loaded.is_reviewed());
    let question = loaded.part("question").expect("the question");
    assert_eq!(question.str("asked"), Some("Was de bel kapot?"));
    assert_eq!(question.worklist, loaded.worklist);
}

#[tokio::test]
async fn what_is_missing_in_a_form_is_said_at_the_form() {
    let world = World::filled().await;
    let page = world.post(world.office, &(visit(PLAIN) + "/vraag"), &[("asked", "  ")]).await;
    assert!(page.body.contains("id=\"asked-fout\""), "{}", page.body);
    assert!(page.body.contains("Vul een vraag in.") && page.body.contains("Geschiedenis"));
    let long = format!("<b>{}", "a".repeat(2_000));
    let page = world.post(world.office, &(visit(PLAIN) + "/vraag"), &[("asked", &long)]).await;
    assert!(page.body.contains(">&lt;b&gt;aaaa") && page.body.contains("aaaa</textarea>"));
    let record = id(DISPUTED).to_string();
    let form = [("record", &*record), ("field", "result"), ("seen", "1-1,2-1")];
    let page = world.post(world.office, &(visit(DISPUTED) + "/beslissen"), &form).await;
    assert_eq!(page.body.matches("Kies eerst welk antwoord geldt.").count(), 2, "{}", page.body);
}

#[tokio::test]
async fn two_people_never_share_a_name() {
    let world = World::filled().await;
    let form = [("name", " anna voorbeeld "), ("role", "volunteer")];
    let page = world.post(world.coordinator, "/kantoor/mensen", &form).await;
    assert!(page.body.contains("id=\"name-fout\""), "{}", page.body);
    assert!(page.body.contains("Er is al iemand met deze naam."));
}

#[tokio::test]
async fn streets_with_one_name_are_told_apart_by_their_town() {
    let world = World::filled().await;
    let list = "straat;nummer;postcode;plaats;wijk\nProefstraat;1;9998XA;Anderstad;Filmwijk\n";
    let found = import::read(list.as_bytes()).expect("a good list");
    let named = |tx: &Connection| campaigns::named(tx, "Proefcampagne", NOW_MS);
    let campaign = world.state.writer.write(named).await.expect("the campaign");
    let writer = &world.state.writer;
    campaigns::import(writer, &campaign, &found.streets, None, NOW_MS, |_| {})
        .await
        .expect("an import");
    let path = format!("/kantoor/campagne/{}", campaign.id);
    let page = world.get(world.coordinator, &path).await.body;
    assert!(page.contains("Proefstraat (Anderstad)"), "{page}");
    assert!(page.contains("Proefstraat (Voorbeeldstad)"));
}

#[tokio::test]
async fn the_file_holds_the_filter_and_is_noted() {
    let world = World::filled().await;
    let answer = world.get(world.office, "/kantoor/bezoeken.csv?uitslag=nobody").await;
    assert_eq!(answer.body.lines().count(), 2, "{}", answer.body);
    assert!(answer.body.contains(";Verzonnenpad;2;9999XB;De Wierden;"));
    let noted: i64 = world
        .write(|tx| {
            let sql = "SELECT count(*) FROM audit WHERE action = 'export_visits'";
            Ok(tx.query_row(sql, [], |row| row.get(0))?)
        })
        .await;
    assert_eq!(noted, 1);
}

#[tokio::test]
async fn office_may_not_plan_or_manage_people() {
    let world = World::filled().await;
    for path in ["/kantoor/mensen", "/kantoor/telefoon/1/afmelden"] {
        assert_eq!(world.get(world.office, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let form = [("name", "Nog een campagne")];
    let answer = world.post(world.office, "/kantoor/campagnes", &form).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let visits = world.get(world.office, "/kantoor/bezoeken").await;
    assert!(!visits.body.contains("/kantoor/mensen"), "the menu shows what one may");
}

#[tokio::test]
async fn everybody_else_is_sent_to_the_sign_in_page() {
    let world = World::empty().await;
    for path in ["/kantoor", "/kantoor/bezoeken", "/kantoor/bezoeken.csv", "/kantoor/cijfers"] {
        let request = Request::get(path).body(Body::empty()).expect("a right request");
        let answer = world.send(request).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert_eq!(answer.location, "/kantoor/inloggen", "{path}");
    }
}

#[tokio::test]
async fn signing_in_gives_a_session_and_a_wrong_password_a_sentence() {
    let world = World::empty().await;
    let wrong = world.post_raw("/kantoor/inloggen", "", "login=iris&password=fout".into()).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(wrong.body.contains("De naam of het wachtwoord klopt niet."));
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.append_pair("login", "iris").append_pair("password", PASSWORD);
    let right = world.post_raw("/kantoor/inloggen", "", body.finish()).await;
    assert_eq!((right.status, &*right.location), (StatusCode::SEE_OTHER, "/kantoor"));
    assert!(right.cookie.starts_with("__Host-aanbel="), "{}", right.cookie);
}

#[tokio::test]
async fn a_street_is_given_and_taken_and_its_letter_dated() {
    let world = World::filled().await;
    let (campaign, person): (uuid::Uuid, i64) = world
        .write(|tx| {
            let person = "SELECT id FROM person WHERE name = 'Anna Voorbeeld'";
            Ok((
                tx.query_row("SELECT id FROM campaign", [], |row| row.get(0))?,
                tx.query_row(person, [], |row| row.get(0))?,
            ))
        })
        .await;
    let path = format!("/kantoor/campagne/{campaign}/straten");
    let person = person.to_string();
    let form = [("district", "Filmwijk"), ("person", &*person), ("action", "toewijzen")];
    let answer = world.post(world.coordinator, &path, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let form = [("district", "Filmwijk"), ("letter", "2026-03-20"), ("action", "brief")];
    world.post(world.coordinator, &path, &form).await;
    let page = world.get(world.coordinator, &format!("/kantoor/campagne/{campaign}")).await;
    assert!(page.body.contains("Anna Voorbeeld uit Proefstraat"), "{}", page.body);
    assert!(page.body.contains("20 maart 2026"));
    let street: uuid::Uuid = world
        .write(|tx| Ok(tx.query_row("SELECT worklist FROM assignment", [], |row| row.get(0))?))
        .await;
    let remove = format!("{street}:{person}");
    world.post(world.coordinator, &path, &[("remove", &*remove)]).await;
    let left: i64 = world
        .write(|tx| Ok(tx.query_row("SELECT count(*) FROM assignment", [], |row| row.get(0))?))
        .await;
    assert_eq!(left, 0);
    let nothing = world.post(world.coordinator, &path, &[("person", &*person)]).await;
    assert!(nothing.body.contains("Vink eerst een straat of een wijk aan."));
}

#[tokio::test]
async fn an_address_file_is_looked_at_before_it_is_brought_in() {
    let world = World::filled().await;
    let campaign: uuid::Uuid =
        world.write(|tx| Ok(tx.query_row("SELECT id FROM campaign", [], |row| row.get(0))?)).await;
    let path = format!("/kantoor/campagne/{campaign}/adressen");
    let (cookie, csrf) = world.session(world.coordinator).await;
    let send = |file: &str| {
        let body = format!(
            "--grens\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n\
             --grens\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n\
             {file}\r\n--grens--\r\n"
        );
        let request = Request::post(&path)
            .header(header::COOKIE, &cookie)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=grens");
        request.body(Body::from(body)).expect("a right request")
    };
    let empty = world.send(send("")).await;
    assert!(empty.body.contains("Dit bestand is leeg."), "{}", empty.body);
    let image = world.send(send("\u{89}PNG\r\n\u{1a}\n\0\0")).await;
    assert!(image.body.contains("Dit bestand kan niet worden ingelezen."), "{}", image.body);
    let list = "straat;nummer;postcode;plaats\nNieuwstraat;1;9999XC;Voorbeeldstad\n\
                Nieuwstraat;x;9999XC;Voorbeeldstad";
    let kept = world.send(send(list)).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
    let preview = world.get(world.coordinator, &kept.location).await;
    assert!(preview.body.contains("1 regel is niet goed."), "{}", preview.body);
    assert!(preview.body.contains("Lees 1 adres in"));
    let done = world.post(world.coordinator, &kept.location, &[]).await;
    assert!(done.location.ends_with("?gedaan=ingelezen&nieuw=1&gewijzigd=0&gelijk=0"));
}

#[tokio::test]
async fn a_link_for_a_password_works_once() {
    let world = World::empty().await;
    let form = [("name", "Jip Nieuw"), ("role", "office"), ("login", "jip")];
    let page = world.post(world.coordinator, "/kantoor/mensen", &form).await;
    let start = page.body.find("/kantoor/wachtwoord/").expect("the link is shown once");
    let path: String = page.body[start..].chars().take_while(|letter| *letter != '<').collect();
    let body = "password=vier+oude+bomen+hier&again=vier+oude+bomen+hier";
    let short = world.post_raw(&path, "", "password=kort&again=kort".into()).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    let first = world.post_raw(&path, "", body.into()).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
    let second = world.post_raw(&path, "", body.into()).await;
    assert_eq!(second.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_revoked_phone_is_shown_as_such() {
    let world = World::filled().await;
    let answer = world.post(world.coordinator, "/kantoor/telefoon/2/afmelden", &[]).await;
    assert_eq!(answer.location, "/kantoor/mensen?gedaan=afgemeld");
    let revoked: Option<i64> = world
        .write(|tx| {
            let sql = "SELECT revoked_ms FROM device WHERE number = 2";
            Ok(tx.query_row(sql, [], |row| row.get(0))?)
        })
        .await;
    assert_eq!(revoked, Some(NOW_MS));
    let page = world.get(world.coordinator, "/kantoor/mensen").await;
    assert!(page.body.contains("Afgemeld op 12-03-2026 13:00"));
}

#[tokio::test]
async fn a_path_that_cannot_be_is_a_page_that_does_not_exist() {
    let world = World::empty().await;
    for path in ["/kantoor/campagne/x", "/kantoor/bezoek/x", "/kantoor/telefoon/x/afmelden"] {
        let answer = world.get(world.coordinator, path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.body.contains("Deze pagina bestaat niet"), "{path}");
    }
}
