//! Text and numbers. What is typed is kept a moment after the last key, now and then while somebody goes
//! on typing, on leaving the field, and when the app goes to the background. What cannot be kept stays in
//! the field.

use super::subject::{Subject, sentence_nl};
use super::words;
use crate::browser::timer::Debounce;
use crate::browser::timing;
use crate::kit::kit;
use crate::session::Session;
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use crate::ui::saved::Saved;
use aanbel_shared::form::{Field, holds_bsn};
use aanbel_shared::record::{Seen, Value};

const AFTER_KEY_MS: u32 = 600;
/// No key waits longer, however long somebody goes on typing.
const AFTER_FIRST_KEY_MS: f64 = 3_000.0;
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
    kept: Memo<Option<Value>>,
    /// What is known of the field where it was shown last: what came in since was not before her eyes.
    before: StoredValue<Option<Seen>>,
    /// How far this phone's own words on the field went then, or when this window kept its own.
    own: StoredValue<u64>,
    /// Another window of this phone kept other words meanwhile; nothing more is handed over until she types
    /// with those before her.
    overtaken: StoredValue<bool>,
    /// Typed since it was last handed over, or handed over and refused.
    dirty: StoredValue<bool>,
    /// When the first key of that was.
    since_ms: StoredValue<f64>,
    /// How often something was typed: what becomes of an older text says nothing about this one.
    keys: StoredValue<u32>,
    later: Debounce,
}

impl Draft {
    fn new(
        session: Session,
        subject: Subject,
        field: &'static Field,
        kind: TextKind,
        saved: RwSignal<Saved>,
        kept: Memo<Option<Value>>,
    ) -> Draft {
        Draft {
            text: RwSignal::new(untrack(|| as_text(&kept))),
            before: StoredValue::new(None),
            own: StoredValue::new(0),
            overtaken: StoredValue::new(false),
            dirty: StoredValue::new(false),
            since_ms: StoredValue::new(0.0),
            keys: StoredValue::new(0),
            later: Debounce::default(),
            session,
            subject,
            field,
            kind,
            saved,
            kept,
        }
    }

    fn typed(&self, text: String) {
        if !self.dirty.get_value()
            && self.text.get_untracked().trim() == untrack(|| as_text(&self.kept))
        {
            self.shown();
        }
        // The sentence below the field said what is kept.
        self.overtaken.set_value(false);
        self.text.set(text);
        self.saved.set(Saved::Idle);
        self.keys.update_value(|keys| *keys += 1);
        let now_ms = timing::now_ms();
        if !self.dirty.get_value() {
            self.dirty.set_value(true);
            self.since_ms.set_value(now_ms);
        }
        let left_ms = self.since_ms.get_value() + AFTER_FIRST_KEY_MS - now_ms;
        let draft = self.clone();
        self.later.plan(AFTER_KEY_MS.min(left_ms.max(0.0) as u32), move || draft.flush());
    }

    /// What is kept stands in the field.
    fn shown(&self) {
        if let Some(before) = self.subject.before(self.session, &self.field.key) {
            self.before.set_value(Some(before));
        }
        self.own.set_value(self.subject.own(self.session, &self.field.key));
    }

    /// Hands over what was refused, now that this window may write. Words that another window kept since
    /// would be gone without a word: they are of the same phone, so hers would answer them.
    fn flush_again(&self) {
        let Some(is_dirty) = self.dirty.try_get_value() else { return };
        let is_older = self.own.get_value() != self.subject.own(self.session, &self.field.key);
        match (is_dirty, is_older) {
            (true, true) => {}
            (true, false) => return self.flush(),
            // Somebody may be in this field, and has typed nothing: she sees what is kept first.
            (false, true) if self.saved.get_untracked() != Saved::Busy => {
                self.text.set(untrack(|| as_text(&self.kept)));
                return self.shown();
            }
            (false, _) => return,
        }
        let kept = self.kept.get_untracked().unwrap_or(Value::Nothing);
        if self.read(self.text.get_untracked().trim()).as_ref() == Ok(&kept) {
            self.overtaken.set_value(false);
            return self.flush();
        }
        self.later.cancel();
        self.overtaken.set_value(true);
        // What comes in after this sentence she has not seen.
        self.shown();
        let kept = words::value(self.subject.kind, &self.field.key, &kept);
        self.saved.set(Saved::Failed(format!(
            "Dit is niet bewaard. In een ander venster is hier intussen iets anders bewaard: {kept}. \
             Wilt u bewaren wat u hier hebt getypt? Typ er dan nog een spatie achter."
        )));
    }

    fn flush(&self) {
        self.later.cancel();
        let is_overtaken = self.overtaken.try_get_value() == Some(true);
        if self.dirty.try_get_value() != Some(true) || is_overtaken {
            return;
        }
        let Some(text) = self.text.try_get_untracked() else { return };
        match self.read(text.trim()) {
            Ok(value) => {
                self.dirty.set_value(false);
                let (saved, keys, typed) = (self.saved, self.keys, self.keys.get_value());
                let (dirty, own) = (self.dirty, self.own);
                let (session, subject, field) = (self.session, self.subject.clone(), self.field);
                let tell = move |outcome| {
                    if outcome == Saved::Kept {
                        own.try_set_value(subject.own(session, &field.key));
                    }
                    if keys.try_get_value() == Some(typed) {
                        if matches!(outcome, Saved::Failed(_)) {
                            dirty.try_set_value(true);
                        }
                        saved.try_set(outcome);
                    }
                };
                let before = self.before.get_value();
                self.subject.save_and(self.session, &self.field.key, value, before, Box::new(tell));
            }
            Err(sentence) => {
                // Said once more after a while, not at every key.
                self.since_ms.set_value(timing::now_ms());
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

/// What is kept, as it stands in the field.
fn as_text(kept: &Memo<Option<Value>>) -> String {
    match kept.get() {
        Some(Value::Text(text)) => text,
        Some(Value::Int(number)) => number.to_string(),
        _ => String::new(),
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
    let focused = RwSignal::new(false);
    let draft = Draft::new(session, subject, field, kind, saved, kept);
    let text = draft.text;
    let draft = StoredValue::new_local(draft);
    // What comes from elsewhere is shown, unless somebody is in this field: what she typed may be newer, and
    // what she is about to change stays before her eyes.
    Effect::new(move |_| {
        let (kept, busy) = (as_text(&kept), saved.with(|saved| *saved == Saved::Busy));
        let waits = focused.get() || busy;
        draft.with_value(|draft| {
            if waits || draft.dirty.get_value() {
                return;
            }
            if text.with_untracked(|text| text.trim() != kept) {
                text.set(kept);
            }
            draft.shown();
        });
    });
    let flush = keep_in_time(session, draft);
    let left = move |_| {
        flush();
        focused.try_set(false);
    };
    let typed = move |event| {
        draft.try_with_value(|draft| draft.typed(event_target_value(&event)));
    };
    let name = field.key.clone();
    let input = match kind {
        // What a form may complete, the browser also writes down to restore its session: in the clear.
        TextKind::Long => view! {
            <textarea class="input" autocomplete="off" id=id.clone() name=name rows="4" maxlength=LONG_MAX
                prop:value=move || text.get() on:input=handle(typed) on:focus=handle(move |_| focused.set(true)) on:blur=handle(left)></textarea>
        },
        _ => view! {
            <input class="input" type="text" autocomplete="off" id=id.clone() name=name maxlength=SHORT_MAX
                inputmode=if kind == TextKind::Whole { "numeric" } else { "text" }
                prop:value=move || text.get() on:input=handle(typed) on:focus=handle(move |_| focused.set(true)) on:blur=handle(left) />
        },
    };
    view! {
        <label class="question" for=id>{field.label.clone()}</label>
        {field.hint.clone().map(|hint| view! { <p class="hint">{hint}</p> })}
        {input}
        {move || text.with(|text| holds_bsn(text)).then(|| view! { <BsnWarning /> })}
    }
}

/// Keeps what was typed when the app goes to the background or this screen goes, and once this window may
/// write what it was refused. Gives what keeps it now.
fn keep_in_time(
    session: Session,
    draft: StoredValue<Draft, LocalStorage>,
) -> impl Fn() + Copy + Send + Sync + 'static {
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
    when(
        move || _ = session.writes.get(),
        move || {
            if session.writes.get_untracked() {
                draft.try_with_value(Draft::flush_again);
            }
        },
    );
    flush
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
