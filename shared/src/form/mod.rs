//! Forms: which fields a kind of record has, when they are asked, and what a valid answer is.
//! The same rules on phone and server. The data stands in `shared/forms/*.toml`.

mod bsn;
mod condition;
mod dutch;
mod model;
mod truth;
mod validate;

pub use bsn::holds_bsn;
pub use dutch::{MONTHS_NL, purpose_nl, retention_nl};
pub use model::{
    Atom, Choice, Condition, Field, FieldKind, Form, Forms, Purpose, Retention, Section,
};
pub use truth::Truth;
pub use validate::{FieldError, FieldRef};

use std::sync::OnceLock;

impl Forms {
    /// The forms this program was built with.
    pub fn built_in() -> &'static Forms {
        static FORMS: OnceLock<Forms> = OnceLock::new();
        const BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/forms.postcard"));
        FORMS.get_or_init(|| postcard::from_bytes(BYTES).expect("written by our build script"))
    }

    pub fn form(&self, kind: &str) -> Option<&Form> {
        self.forms.iter().find(|form| form.kind == kind)
    }
}

impl Form {
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.sections.iter().flat_map(|section| &section.fields)
    }

    /// How long a record of this kind is kept: as long as the field that is kept longest.
    pub fn retention(&self) -> Retention {
        self.fields().map(|field| field.retention).max().unwrap_or(Retention::Campaign)
    }

    /// Finds a field by its stored key, `topics.money` for one choice of the set `topics`.
    pub fn field(&self, key: &str) -> Option<FieldRef<'_>> {
        if let Some(field) = self.fields().find(|field| field.key == key) {
            return (field.kind != FieldKind::Choices).then_some(FieldRef::Whole(field));
        }
        let (base, element) = key.split_once('.')?;
        let field = self.fields().find(|field| field.key == base)?;
        let choice = field.choice(element)?;
        (field.kind == FieldKind::Choices).then_some(FieldRef::Element(field, choice))
    }
}

impl Field {
    pub fn choice(&self, key: &str) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.key == key)
    }

    /// Key under which one choice of a set is stored.
    pub fn element_key(&self, choice: &Choice) -> String {
        format!("{}.{}", self.key, choice.key)
    }
}
