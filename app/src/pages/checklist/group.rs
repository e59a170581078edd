//! One heading of the checklist. What is possible or was discussed stands below it at once; the rest
//! is a tap away, so that a list of thirty stays calm.

use super::List;
use super::hints::SchemeHint;
use super::scheme::SchemeRow;
use crate::kit::kit;
use crate::ui::prelude::*;
use aanbel_shared::record::RecordId;
use aanbel_shared::scheme::{self, Verdict};
use std::cmp::Reverse;

#[component]
pub fn Group(list: List, group: &'static scheme::Group) -> impl IntoView {
    let session = kit().session;
    let all = RwSignal::new(false);
    let mine = Memo::new(move |_| {
        let of_group = |hint: &&SchemeHint| {
            list.scheme(hint.place).is_some_and(|scheme| scheme.group == group.id)
        };
        list.hints.with(|hints| hints.iter().filter(of_group).cloned().collect::<Vec<_>>())
    });
    let discussed = move |hint: &SchemeHint| {
        let Some(scheme) = list.scheme(hint.place) else { return false };
        let id = RecordId::from_parts(list.household.0, &scheme.id);
        session
            .device
            .with(|device| device.records().get(id).is_some_and(|check| check.str("use").is_some()))
    };
    // What is open stays where it is, whatever becomes of its hint.
    let shown = Memo::new(move |_| {
        let (all, open) = (all.get(), list.open.get());
        let stands = |hint: &&SchemeHint| {
            all || hint.verdict == Verdict::Possible || open == Some(hint.place) || discussed(hint)
        };
        mine.with(|mine| {
            let mut rows: Vec<&SchemeHint> = mine.iter().filter(stands).collect();
            rows.sort_by_key(|hint| (Reverse(hint.verdict == Verdict::Possible), hint.place));
            rows.into_iter().map(|hint| hint.place).collect::<Vec<_>>()
        })
    });
    let count = move || {
        let possible = |hint: &&SchemeHint| hint.verdict == Verdict::Possible;
        mine.with(|mine| match (mine.iter().filter(possible).count(), mine.len()) {
            (0, 1) => "1 regeling".to_owned(),
            (0, total) => format!("{total} regelingen"),
            (some, total) => format!("{some} van {total} mogelijk"),
        })
    };
    let heading = format!("groep-{}", group.id);
    let labelled_by = heading.clone();
    let rows = format!("regelingen-{}", group.id);
    let controls = rows.clone();
    view! {
        <section class="scheme-group" class:scheme-group--none=move || mine.with(Vec::is_empty)
            aria-labelledby=labelled_by>
            <h3 id=heading>
                <button type="button" class="scheme-group__head" aria-expanded=move || all.get().to_string()
                    aria-controls=controls on:click=handle(move |_| all.update(|all| *all = !*all))>
                    <span>{group.label.as_str()}</span>
                    <span class="scheme-group__count">{move || count()}</span>
                </button>
            </h3>
            <div id=rows class="scheme-group__rows">
                <For each=move || shown.get() key=|place| *place let:place>
                    <SchemeRow list place />
                </For>
            </div>
        </section>
    }
}
