//! Text and numbers. What is typed is kept a moment after the last key, on leaving the field, and
//! when the app goes to the background. What cannot be kept stays in the field.

use super::subject::{Subject, sentence_nl};
use crate::browser::timer::Debounce;
use crate::kit::kit;
use crate::session::Session;
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use crate::ui::saved::Saved;
use aanbel_shared::form::{Field, holds_bsn};
use aanbel_shared::record::Value;

const AFTER_KEY_MS: u32 = 600;
/// As `shared::form` counts them.
const SHORT_MAX: &str = "120";
const LONG_MAX: &str = "2000";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextKind {
    Short,
    Long,
    Whole,
}

/// What is being typed, and whether it was handed over to be kept.
#[derive(Clone)]
struct Draft {
    session: Session,
    subject: Subject,
    field: &'static Field,
    kind: TextKind,
    text: RwSignal<String>,
    saved: RwSignal<Saved>,
    /// Typed since it was last handed over.
    dirty: StoredValue<bool>,
    later: Debounce,
}

impl Draft {
    fn typed(&self, text: String) {
        self.text.set(text);
        self.dirty.set_value(true);
        let draft = self.clone();
        self.later.plan(AFTER_KEY_MS, move || draft.flush());
    }

    fn flush(&self) {
        self.later.cancel();
        if self.dirty.try_get_value() != Some(true) {
            return;
        }
        let Some(text) = self.text.try_get_untracked() else { return };
        match self.read(text.trim()) {
            Ok(value) => {
                self.dirty.set_value(false);
                self.subject.save(self.session, &self.field.key, value, self.saved);
            }
            Err(sentence) => {
                self.saved.try_set(Saved::Failed(sentence.to_owned()));
            }
        }
    }

    fn read(&self, text: &str) -> Result<Value, &'static str> {
        let value = match self.kind {
            _ if text.is_empty() => Value::Nothing,
            TextKind::Whole => match text.parse() {
                Ok(number) => Value::Int(number),
                Err(_) => return Err("Vul een heel getal in, zonder letters."),
            },
            _ if holds_bsn(text) => {
                return Err("Niet bewaard. Haal eerst het burgerservicenummer weg.");
            }
            _ => Value::text(text),
        };
        let refusal = self.subject.refusal(&self.field.key, &value);
        refusal.map_or(Ok(value), |error| Err(sentence_nl(error)))
    }
}

#[component]
pub fn TextInput(
    subject: Subject,
    field: &'static Field,
    saved: RwSignal<Saved>,
    id: String,
    kind: TextKind,
) -> impl IntoView {
    let session = kit().session;
    let kept = subject.value(session, field.key.clone());
    let as_text = move || match kept.get() {
        Some(Value::Text(text)) => text,
        Some(Value::Int(number)) => number.to_string(),
        _ => String::new(),
    };
    let (text, dirty) = (RwSignal::new(untrack(as_text)), StoredValue::new(false));
    // What comes from elsewhere is shown, unless somebody is typing here.
    Effect::new(move |_| {
        let kept = as_text();
        if !dirty.get_value() && text.with_untracked(|text| text.trim() != kept) {
            text.set(kept);
        }
    });
    let later = Debounce::default();
    let draft =
        StoredValue::new_local(Draft { session, subject, field, kind, text, saved, dirty, later });
    // A field that disappears still loses the focus, after its values are gone.
    let flush = move || {
        draft.try_with_value(Draft::flush);
    };
    let hidden = window_event_listener_untyped("visibilitychange", move |_| flush());
    let closing = window_event_listener_untyped("pagehide", move |_| flush());
    // Runs before the values of this screen go, so what was typed last is still there.
    on_cleanup(move || {
        hidden.remove();
        closing.remove();
        flush();
    });
    let typed = move |event| {
        draft.try_with_value(|draft| draft.typed(event_target_value(&event)));
    };
    let name = field.key.clone();
    let input = match kind {
        // What a form may complete, the browser also writes down to restore its session: in the clear.
        TextKind::Long => view! {
            <textarea class="input" autocomplete="off" id=id.clone() name=name rows="4" maxlength=LONG_MAX
                prop:value=move || text.get() on:input=handle(typed) on:blur=handle(move |_| flush())></textarea>
        },
        _ => view! {
            <input class="input" type="text" autocomplete="off" id=id.clone() name=name maxlength=SHORT_MAX
                inputmode=if kind == TextKind::Whole { "numeric" } else { "text" }
                prop:value=move || text.get() on:input=handle(typed) on:blur=handle(move |_| flush()) />
        },
    };
    view! {
        <label class="question" for=id>{field.label.clone()}</label>
        {field.hint.clone().map(|hint| view! { <p class="hint">{hint}</p> })}
        {input}
        {move || text.with(|text| holds_bsn(text)).then(|| view! { <BsnWarning /> })}
    }
}

#[component]
fn BsnWarning() -> impl IntoView {
    view! {
        <p class="remark remark--bad" role="alert">
            <Symbol icon=Icon::Warning />
            "Dit lijkt op een burgerservicenummer (BSN). Aanbel mag dat niet bewaren."
        </p>
    }
}
