//! What waits in the inbox and how it goes: set-aside ops and answered questions.

use super::{CHECK, NOW_MS, PLAIN, World, id, op, visit};
use crate::access::PersonId;
use crate::error::AppError;
use crate::store::log::Entry;
use crate::store::{self, projection};
use crate::sync::set_aside;
use aanbel_shared::record::{RecordId, Value};
use aanbel_shared::sync::Reason;

/// Sets aside a note and a visit of the second phone, as if its street was taken away.
async fn with_set_aside() -> World {
    let world = World::filled().await;
    world
        .write(|tx| {
            let (_, list) =
                projection::kind_and_worklist(tx, id(PLAIN))?.ok_or(AppError::NotFound)?;
            let author = PersonId(tx.query_row(
                "SELECT person FROM device WHERE number = 2",
                [],
                |row| row.get(0),
            )?);
            let text = Value::text("De bel doet het niet.");
            let about = Value::Reference(id(PLAIN));
            let note = op((2, 7), id(70), "note", list.0, &[("about", about), ("text", text)]);
            let strange = op((2, 8), id(PLAIN), "talk", list.0, &[("minutes", Value::Int(3))]);
            for (op, reason) in [(note, Reason::NotAssigned), (strange, Reason::OtherRecord)] {
                set_aside::put(tx, op.dot, author, reason, &op, NOW_MS)?;
            }
            Ok(())
        })
        .await;
    world
}

async fn resolution(world: &World, seq: i64) -> Option<String> {
    world
        .write(move |tx| {
            let sql = "SELECT resolution FROM quarantine WHERE device_seq = ?1";
            Ok(tx.query_row(sql, [seq], |row| row.get(0))?)
        })
        .await
}

#[tokio::test]
async fn what_was_set_aside_is_explained_and_taken_in_after_all() {
    let world = with_set_aside().await;
    let inbox = world.get(world.office, "/kantoor").await.body;
    assert!(inbox.contains(Reason::NotAssigned.sentence_nl()), "{inbox}");
    assert!(inbox.contains("De bel doet het niet.") && inbox.contains("Verzonnenpad 2"));
    assert_eq!(inbox.matches("Alsnog overnemen").count(), 1, "only where it can be right");
    let form = [("ops", "2-7"), ("action", "overnemen")];
    let answer = world.post(world.office, "/kantoor/apart", &form).await;
    assert_eq!(answer.location, "/kantoor?gedaan=overgenomen");
    assert_eq!(resolution(&world, 7).await.as_deref(), Some("accepted"));
    let visit = world.get(world.office, &visit(PLAIN)).await.body;
    assert!(visit.contains("De bel doet het niet."));
}

#[tokio::test]
async fn what_cannot_be_right_is_only_left_out_and_stays_kept() {
    let world = with_set_aside().await;
    let form = [("ops", "2-8"), ("action", "overnemen")];
    let answer = world.post(world.office, "/kantoor/apart", &form).await;
    assert_eq!(answer.location, "/kantoor?gedaan=past-niet");
    let form = [("ops", "2-8"), ("action", "weglaten")];
    world.post(world.office, "/kantoor/apart", &form).await;
    assert_eq!(resolution(&world, 8).await.as_deref(), Some("dismissed"));
    let again = world.post(world.office, "/kantoor/apart", &form).await;
    assert_eq!(again.location, "/kantoor?gedaan=al-gedaan");
}

/// The volunteer's answer to the one question there is.
async fn answer(world: &World, seq: u64, text: &'static str) {
    world
        .write(move |tx| {
            let (question, list) = tx.query_row(
                "SELECT id, worklist FROM record WHERE kind = 'question'",
                [],
                |row| Ok((RecordId(row.get(0)?), row.get(1)?)),
            )?;
            let answer =
                op((1, seq), question, "question", list, &[("answered", Value::text(text))]);
            store::accept(tx, &Entry { op: &answer, author: None, received_ms: NOW_MS })?;
            Ok(())
        })
        .await;
}

#[tokio::test]
async fn an_answer_waits_in_the_inbox_until_the_visit_is_reviewed_after_it() {
    let world = World::filled().await;
    let reviewed = [("reviewed", "ja")];
    world.post(world.office, &(visit(PLAIN) + "/nagekeken"), &reviewed).await;
    world.post(world.office, &(visit(PLAIN) + "/vraag"), &[("asked", "Was de bel kapot?")]).await;
    answer(&world, 9, "Ja.").await;
    let inbox = world.get(world.office, "/kantoor").await.body;
    assert!(inbox.contains("Antwoord op uw vraag") && inbox.contains("Was de bel kapot?"));
    let page = world.get(world.office, &visit(PLAIN)).await.body;
    assert!(page.contains("Markeer als nagekeken"), "{page}");
    world.post(world.office, &(visit(PLAIN) + "/nagekeken"), &reviewed).await;
    let inbox = world.get(world.office, "/kantoor").await.body;
    assert!(!inbox.contains("Antwoord op uw vraag"));
}

#[tokio::test]
async fn a_giant_change_makes_no_giant_page() {
    let world = World::filled().await;
    world
        .write(|tx| {
            let (_, list) =
                projection::kind_and_worklist(tx, id(PLAIN))?.ok_or(AppError::NotFound)?;
            let author = PersonId(1);
            let names: Vec<String> = (0..3_000).map(|field| format!("veld{field}")).collect();
            let long = Value::text("a".repeat(5_000));
            let set: Vec<_> = names.iter().map(|name| (name.as_str(), long.clone())).collect();
            let giant = op((2, 7), id(70), "note", list.0, &set);
            set_aside::put(tx, giant.dot, author, Reason::UnknownField, &giant, NOW_MS)?;
            for seq in 8..70 {
                let alone = op((2, seq), id(100 + u128::from(seq)), "note", list.0, &[]);
                set_aside::put(tx, alone.dot, author, Reason::UnknownField, &alone, NOW_MS)?;
            }
            for seq in 70..130 {
                let same = op((2, seq), id(70), "note", list.0, &[]);
                set_aside::put(tx, same.dot, author, Reason::UnknownField, &same, NOW_MS)?;
            }
            Ok(())
        })
        .await;
    let inbox = world.get(world.office, "/kantoor").await.body;
    assert!(inbox.len() < 200_000, "{}", inbox.len());
    assert!(inbox.contains("En nog 2.980 regels."));
    assert!(inbox.contains("nog 11 wijzigingen. U kiest nu over de eerste 50."));
    assert!(inbox.contains("Er staat nog 13 wijzigingen apart."));
}

#[tokio::test]
async fn a_contradiction_about_a_scheme_names_it() {
    let world = World::filled().await;
    world
        .write(|tx| {
            let (_, list) =
                projection::kind_and_worklist(tx, id(CHECK))?.ok_or(AppError::NotFound)?;
            let other = op(
                (2, 9),
                id(CHECK),
                "scheme_check",
                list.0,
                &[("use", Value::choice("discussed"))],
            );
            store::accept(tx, &Entry { op: &other, author: None, received_ms: NOW_MS })?;
            Ok(())
        })
        .await;
    let inbox = world.get(world.office, "/kantoor").await.body;
    assert!(inbox.contains("Regeling: Huurtoeslag · Stand"), "{inbox}");
}
