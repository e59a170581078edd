//! What a visit says, part by part: labels and answers from the forms, as HTML.

use super::history::subject;
use super::load::Loaded;
use crate::office::parts;
use crate::office::values;
use aanbel_shared::form::{Field, FieldKind, Form, Forms};
use aanbel_shared::record::Record;
use leptos::prelude::*;

/// Sections for the attempt, the talk, the household, the checklist and what followed.
pub fn sections(loaded: &Loaded) -> AnyView {
    let single = ["attempt", "talk", "household"].map(|kind| {
        loaded.of_kind(kind).map(|record| section(&subject(record), list(record))).collect_view()
    });
    let after = ["referral", "follow_up"].map(|kind| {
        loaded.of_kind(kind).map(|record| section(&subject(record), list(record))).collect_view()
    });
    view! {
        {single.into_iter().collect_view()}
        {checklist(loaded)}
        {after.into_iter().collect_view()}
        {notes(loaded)}
    }
    .into_any()
}

fn section(title: &str, content: impl IntoView) -> AnyView {
    let title = title.to_owned();
    view! {
        <section class="aanbel-card">
            <h2>{title}</h2>
            {content.into_view()}
        </section>
    }
    .into_any()
}

/// The answers of a record as a list of labels and values.
fn list(record: &Record) -> AnyView {
    let rows = answers(record);
    if rows.is_empty() {
        return view! { <p class="aanbel-subtle">"Nog niets ingevuld."</p> }.into_any();
    }
    let rows = rows
        .into_iter()
        .map(|(label, text)| view! { <div><dt>{label}</dt><dd>{text}</dd></div> })
        .collect_view();
    view! { <dl class="nl-data-list">{rows}</dl> }.into_any()
}

/// Label and text of every field that has an answer, in the order of the form.
fn answers(record: &Record) -> Vec<(String, String)> {
    let Some(form) = Forms::built_in().form(&record.kind) else { return Vec::new() };
    form.fields().filter_map(|field| answer(form, field, record)).collect()
}

fn answer(form: &Form, field: &Field, record: &Record) -> Option<(String, String)> {
    // What the office does itself stands on top of the page.
    if matches!(field.key.as_str(), "reviewed" | "withdrawn" | "scheme") {
        return None;
    }
    let text = match field.kind {
        FieldKind::Reference => return None,
        FieldKind::Choices => chosen(field, record)?,
        FieldKind::YesNo
        | FieldKind::Whole
        | FieldKind::ShortText
        | FieldKind::LongText
        | FieldKind::Choice
        | FieldKind::Band
        | FieldKind::Date
        | FieldKind::Instant => values::text(&form.kind, &field.key, record.get(&field.key)?),
    };
    Some((field.label.clone(), text))
}

/// The chosen ones of a set, in the order of the form; none when nothing is chosen.
fn chosen(field: &Field, record: &Record) -> Option<String> {
    let labels: Vec<&str> = field
        .choices
        .iter()
        .filter(|choice| record.bool(&field.element_key(choice)) == Some(true))
        .map(|choice| choice.label.as_str())
        .collect();
    (!labels.is_empty()).then(|| labels.join(", "))
}

fn checklist(loaded: &Loaded) -> Option<AnyView> {
    let rows: Vec<_> = loaded
        .of_kind("scheme_check")
        .filter(|check| check.get("use").is_some())
        .map(|check| {
            let text = |field| {
                let value = check.get(field);
                value.map(|value| values::text("scheme_check", field, value)).unwrap_or_default()
            };
            let remarks: Vec<String> =
                [text("organisation"), text("reason"), text("agreed"), papers(&text("papers"))]
                    .into_iter()
                    .filter(|told| !told.is_empty())
                    .collect();
            view! {
                <tr>
                    <th scope="row">{values::scheme_name(check.str("scheme").unwrap_or_default())}</th>
                    <td data-label="Stand">{text("use")}</td>
                    <td data-label="Reden of afspraak">
                        {(!remarks.is_empty()).then(|| remarks.join(" · "))}
                    </td>
                </tr>
            }
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    Some(section(
        "Regelingen",
        parts::table(
            "Regelingen die zijn besproken",
            &["Regeling", "Stand", "Reden of afspraak"],
            rows,
        ),
    ))
}

/// The names of papers stand one to a line.
fn papers(kept: &str) -> String {
    if kept.is_empty() { String::new() } else { format!("klaar: {}", kept.replace('\n', ", ")) }
}

fn notes(loaded: &Loaded) -> Option<AnyView> {
    let texts: Vec<String> =
        loaded.of_kind("note").filter_map(|note| note.str("text").map(str::to_owned)).collect();
    (!texts.is_empty()).then(|| {
        let texts = texts
            .into_iter()
            .map(|text| view! { <p class="aanbel-note">{text}</p> })
            .collect_view();
        section("Notities", texts)
    })
}
