//! The checklist of one household: what may help, why, what to ask next, and what it does with each
//! scheme. The rules are the catalogue's; every answer is a field of the household's own form.

mod amounts;
mod calculate;
mod group;
mod hints;
mod papers;
mod questions;
mod rule;
mod scheme;
mod use_state;

pub use amounts::beside_bands;

use crate::form::Subject;
use crate::kit::kit;
use crate::schemes::Held;
use crate::ui::banner::{Banner, Tone};
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::scheme::{Facts, Scheme, Verdict};
use hints::SchemeHint;

/// What every part of one checklist looks at.
#[derive(Clone, Copy)]
struct List {
    held: Held,
    household: RecordId,
    worklist: WorklistId,
    facts: Memo<Facts>,
    /// One per listed scheme, in the order of the catalogue. Worked out once per change.
    hints: Memo<Vec<SchemeHint>>,
    /// The scheme whose rule is on the screen, by its place in the catalogue.
    open: RwSignal<Option<usize>>,
}

impl List {
    fn scheme(self, place: usize) -> Option<&'static Scheme> {
        self.held.catalogue.schemes.get(place)
    }

    /// The record of one scheme for this household. Its id follows from both, so that two phones
    /// arrive at one record.
    fn check(self, scheme: &Scheme) -> Subject {
        let id = RecordId::from_parts(self.household.0, &scheme.id);
        Subject::new(id, "scheme_check", self.worklist)
            .with_base("household", Value::Reference(self.household))
            .with_base("scheme", Value::choice(&scheme.id))
    }

    fn hint(self, place: usize) -> Memo<Option<SchemeHint>> {
        Memo::new(move |_| {
            self.hints.with(|hints| hints.iter().find(|hint| hint.place == place).cloned())
        })
    }
}

/// The checklist of the catalogue that this phone holds, or a word that it holds none yet.
#[component]
pub fn Checklist(household: Subject) -> impl IntoView {
    let held = kit().schemes.held;
    drawn(move || match held.get() {
        Some(held) => view! { <Filled held household=household.clone() /> },
        None => view! { <NoCatalogue /> },
    })
}

#[component]
fn NoCatalogue() -> impl IntoView {
    view! {
        <Banner tone=Tone::Info>
            <p>"De lijst met regelingen staat nog niet op dit toestel. Zij komt mee zodra u met internet verstuurt. De rest van het gesprek kunt u gewoon invullen."</p>
        </Banner>
    }
}

#[component]
fn Filled(held: Held, household: Subject) -> impl IntoView {
    let facts = hints::facts(held, household.record);
    let list = List {
        held,
        household: household.record,
        worklist: household.worklist,
        facts,
        hints: hints::hints(held, facts),
        open: RwSignal::new(None),
    };
    let groups = held.catalogue.groups.iter();
    let groups = groups.map(|group| view! { <group::Group list group /> }).collect_view();
    view! {
        <questions::Questions list household />
        <Counts list />
        <scheme::Changes list />
        <div class="scheme-groups">{groups}</div>
        <p class="hint">
            {match held.catalogue.compiled_on {
                Some(day) => format!("Een hint is geen besluit: de instantie beslist. Regels van {}.", day.dutch()),
                None => "Een hint is geen besluit: de instantie beslist.".to_owned(),
            }}
        </p>
    }
}

/// How the schemes stand, in one line.
#[component]
fn Counts(list: List) -> impl IntoView {
    let count = move |verdict: Verdict| {
        list.hints.with(|hints| hints.iter().filter(|hint| hint.verdict == verdict).count())
    };
    view! {
        <ul class="hint-counts" aria-label="Hints voor dit huishouden">
            {[Verdict::Possible, Verdict::Unknown, Verdict::Unlikely].map(|verdict| view! {
                <li class=class_of(verdict)>
                    <Symbol icon=icon_of(verdict) />
                    <strong>{move || count(verdict)}</strong>
                    <span>{verdict.name_nl().to_lowercase()}</span>
                </li>
            }).into_iter().collect_view()}
        </ul>
    }
}

fn icon_of(verdict: Verdict) -> Icon {
    match verdict {
        Verdict::Possible => Icon::Check,
        Verdict::Unlikely => Icon::Minus,
        Verdict::Unknown => Icon::Question,
    }
}

fn class_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Possible => "hint-word hint-word--possible",
        Verdict::Unlikely => "hint-word hint-word--unlikely",
        Verdict::Unknown => "hint-word hint-word--unknown",
    }
}
