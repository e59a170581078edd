//! One field: its kind decides the input. A new kind of field does not compile until it has one.

use super::beside::Beside;
use super::choice::{Picker, SetPicker, YesNo};
use super::day::DayInput;
use super::subject::Subject;
use super::text::{TextInput, TextKind};
use crate::kit::kit;
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use crate::ui::saved::{Saved, SavedMark};
use aanbel_shared::form::{Field, FieldKind};

/// The question, its hint, its input, and whether the answer is kept. `ahead`: a day from today on.
#[component]
pub fn FieldInput(
    subject: Subject,
    field: &'static Field,
    ahead: bool,
    /// Before the id, where the same field stands on the screen twice.
    #[prop(optional)]
    at: &'static str,
) -> impl IntoView {
    let saved = RwSignal::new(Saved::Idle);
    let contradicts = subject.contradicts(kit().session, field.key.clone());
    let missing = missing(&subject, field);
    let id = format!("{at}{}-{}", subject.record, field.key);
    let beside = use_context::<Beside>().filter(|_| field.kind == FieldKind::Band);
    let line = beside.map(|beside| Callback::new(move |key: String| beside.line.run((field, key))));
    let below = beside.map(|beside| beside.below.run((field, saved)));
    let input = match field.kind {
        FieldKind::YesNo => view! { <YesNo subject field saved id=id.clone() /> },
        FieldKind::Choice | FieldKind::Band => {
            let options = field.choices.iter().map(|one| (one.key.clone(), one.label.clone()));
            let options = options.collect::<Vec<_>>();
            let legend = field.label.clone();
            let hint = field.hint.clone();
            view! { <Picker subject field=field.key.clone() legend options saved id=id.clone() hint line /> }
        }
        FieldKind::Choices => view! { <SetPicker subject field saved id=id.clone() /> },
        FieldKind::ShortText => text(subject, field, saved, &id, TextKind::Short),
        FieldKind::LongText => text(subject, field, saved, &id, TextKind::Long),
        FieldKind::Whole => text(subject, field, saved, &id, TextKind::Whole),
        FieldKind::Date => {
            view! { <DayInput subject field saved id=id.clone() ahead /> }
        }
        // Set by the screens, never asked: see `is_asked`.
        FieldKind::Instant | FieldKind::Reference => IntoAny::into_any(()),
    };
    view! {
        <div class="field">
            {input}
            {below}
            {move || contradicts.get().then(|| view! { <Disagreement /> })}
            {move || missing.get().then(|| view! { <Missing /> })}
            <SavedMark state=saved />
        </div>
    }
}

/// A record is there and lacks an answer that it must have.
fn missing(subject: &Subject, field: &'static Field) -> Memo<bool> {
    let (session, record) = (kit().session, subject.record);
    Memo::new(move |_| {
        field.required
            && session.device.with(|device| {
                let record = device.records().get(record);
                record.is_some_and(|record| record.get(&field.key).is_none())
            })
    })
}

#[component]
fn Missing() -> impl IntoView {
    view! { <p class="remark remark--bad"><Symbol icon=Icon::Warning />"Vul dit nog in."</p> }
}

fn text(
    subject: Subject,
    field: &'static Field,
    saved: RwSignal<Saved>,
    id: &str,
    kind: TextKind,
) -> AnyView {
    view! { <TextInput subject field saved id=id.to_owned() kind /> }
}

#[component]
fn Disagreement() -> impl IntoView {
    view! {
        <p class="remark remark--warn">
            <Symbol icon=Icon::Warning />
            "Hier staan twee verschillende antwoorden. Het kantoor kijkt hiernaar."
        </p>
    }
}
