//! Forms that move: a field that newer apps have, and that the server knows from some moment on, or not any
//! more once an older one is put back.

use super::chance::Chance;
use super::town::{Filled, of_list, same};
use super::truth::Commit;
use super::world::{Played, World};
use aanbel_shared::form::Forms;
use aanbel_shared::record::Value;
use aanbel_shared::sync::{Device, Reason};
use std::sync::OnceLock;

/// Of a note.
pub const NEWER_FIELD: &str = "later_gekomen";

/// The forms of a server before and after its update.
pub fn known(newer: bool) -> &'static Forms {
    static NEWER: OnceLock<Forms> = OnceLock::new();
    if !newer {
        return Forms::built_in();
    }
    NEWER.get_or_init(|| {
        let mut forms = Forms::built_in().clone();
        let note = forms.forms.iter_mut().find(|form| form.kind == "note");
        let fields = note.and_then(|form| {
            form.sections
                .iter_mut()
                .map(|section| &mut section.fields)
                .find(|fields| fields.iter().any(|field| field.key == "text"))
        });
        let fields = fields.expect("a note has a text");
        let mut field =
            fields.iter().find(|field| field.key == "text").expect("seen above").clone();
        field.key = NEWER_FIELD.into();
        fields.push(field);
        forms
    })
}

/// Somebody with a newer app fills in the field at a note that is on her screen.
pub fn fill_in(device: &Device, pick: u64, commit: Commit) -> Option<Filled> {
    let mut chance = Chance::new(pick);
    let list = *chance.pick(&device.meta().assigned)?;
    let notes = of_list(device.records(), "note", list);
    let note = chance.pick(&notes)?;
    let change = same(note).with(NEWER_FIELD, Value::text(format!("Nieuw {commit}")));
    Some(Filled { changes: vec![change], oddity: Some(Reason::UnknownField) })
}

impl World {
    pub fn move_forms(&mut self, newer: bool) -> Played {
        self.server.forms = known(newer);
        self.truth.knows_newer = newer;
        self.truth.ever_newer |= newer;
        let what = if newer { "was updated" } else { "is the older one again" };
        self.tell(|| format!("the server {what}"));
        Ok(())
    }
}
