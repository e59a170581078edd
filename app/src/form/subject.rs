//! The record that a form writes in, also before it exists.

use crate::session::Session;
use crate::ui::prelude::*;
use crate::ui::saved::Saved;
use aanbel_shared::form::{Field, FieldError, FieldKind, Form, Forms, Truth};
use aanbel_shared::record::{RecordId, Seen, Value, WorklistId};
use aanbel_shared::sync::{Change, Device};
use leptos::task::spawn_local;

/// Makes a value of the kept one.
type Make = Box<dyn FnOnce(Option<&Value>) -> Value>;

/// A record to write in. Fields of `base` travel along with the first write, when the record is not
/// there yet: what it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    pub record: RecordId,
    pub kind: &'static str,
    pub worklist: WorklistId,
    pub base: Vec<(&'static str, Value)>,
}

impl Subject {
    pub fn new(record: RecordId, kind: &'static str, worklist: WorklistId) -> Self {
        Subject { record, kind, worklist, base: Vec::new() }
    }

    pub fn with_base(mut self, field: &'static str, value: Value) -> Self {
        self.base.push((field, value));
        self
    }

    /// What one answer writes, with what it makes of other answers: a question that is no longer
    /// asked keeps none. Nothing when this question is no longer asked itself, because another
    /// answer came first.
    pub fn answer(&self, device: &Device, field: &str, value: Value) -> Vec<Change> {
        let kept = |name: &str| device.records().get(self.record)?.get(name);
        let Some(form) = self.form() else {
            return vec![self.change(device, field, value)];
        };
        let own = form.field(field).map(|own| own.field());
        let asked = own
            .and_then(|own| own.when.as_ref())
            .is_none_or(|when| value == Value::Nothing || when.holds(kept) == Truth::Yes);
        if !asked {
            return Vec::new();
        }
        let mut answers = vec![(field.to_owned(), value.clone())];
        while let Some(key) = self.left_over(form, device, &answers) {
            answers.push((key, Value::Nothing));
        }
        let more = answers.into_iter().skip(1);
        let change = self.change(device, field, value);
        vec![more.fold(change, |change, (key, value)| change.with(&key, value))]
    }

    /// A kept answer to a question that these `answers` take away; only one that this person may
    /// change.
    fn left_over(
        &self,
        form: &Form,
        device: &Device,
        answers: &[(String, Value)],
    ) -> Option<String> {
        let given =
            |name: &str| answers.iter().find(|(key, _)| key == name).map(|(_, value)| value);
        let kept =
            |name: &str| given(name).or_else(|| device.records().get(self.record)?.get(name));
        let has_answer = |key: &String| kept(key).is_some_and(|value| *value != Value::Nothing);
        let gone = |field: &&Field| {
            field.when.as_ref().is_some_and(|when| {
                let follows = when.any.iter().flatten().any(|atom| given(&atom.field).is_some());
                follows && when.holds(kept) != Truth::Yes
            })
        };
        let fields = form.fields().filter(gone).filter(|field| is_asked(field, device));
        fields.flat_map(stored_keys).find(has_answer)
    }

    /// The change that gives one field a value.
    pub fn change(&self, device: &Device, field: &str, value: Value) -> Change {
        let mut change = Change::new(self.record, self.kind, self.worklist);
        if device.records().get(self.record).is_none() {
            for (name, value) in &self.base {
                change = change.with(name, value.clone());
            }
        }
        change.with(field, value)
    }

    /// The form of this kind of record; none for a kind that this version does not know.
    pub fn form(&self) -> Option<&'static Form> {
        Forms::built_in().form(self.kind)
    }

    /// The value that is kept of one field, followed as it changes.
    pub fn value(&self, session: Session, field: String) -> Memo<Option<Value>> {
        let record = self.record;
        Memo::new(move |_| {
            session.device.with(|device| device.records().get(record)?.get(&field).cloned())
        })
    }

    /// All that is known of one field now, for who has it before her; none when people disagree on it.
    pub fn before(&self, session: Session, field: &str) -> Option<Seen> {
        session.device.with_untracked(|device| {
            let record = device.records().get(self.record);
            match record.and_then(|record| record.fields.get(field)) {
                None => Some(Seen::default()),
                Some(register) => (!register.contradicts()).then(|| register.seen()),
            }
        })
    }

    /// How far this phone's own words on one field go, of whichever window.
    pub fn own(&self, session: Session, field: &str) -> u64 {
        session
            .device
            .with_untracked(|device| {
                let register = device.records().get(self.record)?.fields.get(field)?;
                Some(register.seen().upto(device.me()?.device))
            })
            .unwrap_or_default()
    }

    /// Whether people disagree on one field.
    pub fn contradicts(&self, session: Session, field: String) -> Memo<bool> {
        let record = self.record;
        Memo::new(move |_| {
            session.device.with(|device| {
                let record = device.records().get(record);
                let register = record.and_then(|record| record.fields.get(&field));
                register.is_some_and(|register| register.contradicts())
            })
        })
    }

    /// Keeps one answer and tells `saved` how it went. Goes on when the screen was left.
    pub fn save(&self, session: Session, field: &str, value: Value, saved: RwSignal<Saved>) {
        let tell = Box::new(move |outcome| saved.try_set(outcome));
        self.save_and(session, field, value, None, tell);
    }

    /// As `save`, by who had `before` before her, to whoever wants to know how it goes.
    pub fn save_and(
        &self,
        session: Session,
        field: &str,
        value: Value,
        before: Option<Seen>,
        tell: Box<dyn Fn(Saved)>,
    ) {
        if let Some(error) = self.refusal(field, &value) {
            tell(Saved::Failed(sentence_nl(error).to_owned()));
            return;
        }
        self.keep(session, field, Box::new(|_| value), before, tell);
    }

    /// As `save`, of what `make` makes of the kept value when it is this commit's turn: others may wait
    /// before it.
    pub fn save_made(
        &self,
        session: Session,
        field: &str,
        make: impl FnOnce(Option<&Value>) -> Value + 'static,
        saved: RwSignal<Saved>,
    ) {
        let tell = Box::new(move |outcome| saved.try_set(outcome));
        self.keep(session, field, Box::new(make), None, tell);
    }

    fn keep(
        &self,
        session: Session,
        field: &str,
        make: Make,
        before: Option<Seen>,
        tell: Box<dyn Fn(Saved)>,
    ) {
        tell(Saved::Busy);
        let (subject, field) = (self.clone(), field.to_owned());
        spawn_local(async move {
            let changes = move |device: &Device| {
                let record = device.records().get(subject.record);
                let value = make(record.and_then(|record| record.get(&field)));
                let mut changes = subject.answer(device, &field, value);
                if let Some(before) = before {
                    changes =
                        changes.into_iter().map(|one| one.before(&field, before.clone())).collect();
                }
                changes
            };
            let outcome = match session.commit_with(changes).await {
                Ok(()) => Saved::Kept,
                Err(error) => Saved::Failed(error.sentence_nl().to_owned()),
            };
            tell(outcome);
        });
    }

    /// What the form has against a value.
    pub fn refusal(&self, field: &str, value: &Value) -> Option<FieldError> {
        self.form()?.field(field)?.check(value).err()
    }
}

/// The keys under which the answer to a field is stored.
fn stored_keys(field: &Field) -> Vec<String> {
    match field.kind {
        FieldKind::Choices => field.choices.iter().map(|one| field.element_key(one)).collect(),
        _ => vec![field.key.clone()],
    }
}

/// What is wrong with an answer, in Dutch.
pub fn sentence_nl(error: FieldError) -> &'static str {
    match error {
        FieldError::WrongKind | FieldError::UnknownChoice => "Dit antwoord past niet bij de vraag.",
        FieldError::OutOfRange => "Vul een getal in van 0 tot en met 100.000.",
        FieldError::TooLong => "Deze tekst is te lang en is niet bewaard. Maak hem korter.",
    }
}

/// Whether this person fills in this field here. References and instants are set by the screens.
pub fn is_asked(field: &Field, device: &Device) -> bool {
    use aanbel_shared::form::FieldKind::{Instant, Reference};
    let role = device.me().map_or("", |me| me.role.key());
    !matches!(field.kind, Reference | Instant) && field.write.iter().any(|one| one == role)
}
