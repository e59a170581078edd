//! The fields of one record, in the order of its form, each asked when its condition holds.

use super::field::FieldInput;
use super::subject::{Subject, is_asked};
use crate::kit::kit;
use crate::ui::prelude::*;
use aanbel_shared::form::{Field, Truth};

/// Fields that are no questions: they mark the record as a whole.
const MARKS: [&str; 2] = ["withdrawn", "reviewed"];

/// All fields of `section`, or of every section. `skip` names fields that the screen shows itself,
/// `ahead` days that are planned: those cannot lie in the past.
#[component]
pub fn FormFields(
    subject: Subject,
    #[prop(optional)] section: &'static str,
    #[prop(optional)] skip: &'static [&'static str],
    #[prop(optional)] ahead: &'static [&'static str],
) -> impl IntoView {
    let session = kit().session;
    let sections = subject.form().into_iter().flat_map(|form| &form.sections);
    let fields = sections
        .filter(move |one| section.is_empty() || one.key == section)
        .flat_map(|section| &section.fields)
        .filter(|field| !skip.contains(&field.key.as_str()) && !MARKS.contains(&field.key.as_str()))
        .filter(|field| session.device.with_untracked(|device| is_asked(field, device)));
    fields
        .map(|field| {
            let holds = holds(&subject, field);
            let subject = subject.clone();
            let ahead = ahead.contains(&field.key.as_str());
            move || {
                holds.get().then(|| view! { <FieldInput subject=subject.clone() field ahead /> })
            }
        })
        .collect_view()
}

/// Whether the field is asked now, given the other answers in the record.
fn holds(subject: &Subject, field: &'static Field) -> Memo<bool> {
    let (session, record) = (kit().session, subject.record);
    Memo::new(move |_| match &field.when {
        None => true,
        Some(when) => session.device.with(|device| {
            let record = device.records().get(record);
            when.holds(|name| record.and_then(|record| record.get(name))) == Truth::Yes
        }),
    })
}
