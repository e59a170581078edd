//! One scheme of the checklist: its hint and why in one line, and on a tap the rule in full and what
//! the household does with it.

use super::calculate::Calculate;
use super::hints::SchemeHint;
use super::rule::Rule;
use super::use_state::{self, UsePicker};
use super::{List, class_of, icon_of};
use crate::kit::kit;
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use aanbel_shared::record::RecordId;
use aanbel_shared::scheme::{Scheme, Verdict};
use aanbel_shared::sync::Device;

#[component]
pub fn SchemeRow(list: List, place: usize) -> impl IntoView {
    let scheme = list.scheme(place)?;
    let hint = list.hint(place);
    let session = kit().session;
    let chosen = use_state::label(list, scheme);
    let change = Memo::new(move |_| {
        let hint = hint.get()?;
        session.device.with(|device| changed(device, list, scheme, &hint))
    });
    let is_open = move || list.open.get() == Some(place);
    let toggle = move |_| {
        list.open.update(|open| *open = (*open != Some(place)).then_some(place));
    };
    let grey = move || hint.with(|hint| hint.as_ref().is_some_and(|one| one.standing.is_grey()));
    let word = move || hint.get().map(|hint| view! { <HintWord hint /> });
    let line = move || hint.with(|hint| hint.as_ref().map(|hint| hint.line.clone()));
    let panel = format!("regeling-{}", scheme.id);
    let controls = panel.clone();
    Some(view! {
        <article class="scheme" class:scheme--grey=move || grey() class:scheme--open=move || is_open()>
            <h4 class="scheme__title">
                <button type="button" class="scheme__head" aria-expanded=move || is_open().to_string()
                    aria-controls=controls on:click=handle(toggle)>
                    <span class="scheme__name">{scheme.name.as_str()}</span>
                    {move || word()}
                </button>
            </h4>
            <p class="scheme__why">{move || line()}</p>
            {move || change.get().map(|words| view! {
                <p class="remark remark--warn"><Symbol icon=Icon::Refresh />{words}</p>
            })}
            {move || chosen.get().map(|label| view! {
                <p class="scheme__use"><Symbol icon=Icon::Flag />{label}</p>
            })}
            <div id=panel class="scheme__panel">
                {move || is_open().then(|| view! {
                    <p>{scheme.line.as_str()}</p>
                    <Calculate list scheme />
                    <UsePicker list scheme place />
                    <Rule list scheme />
                })}
            </div>
        </article>
    })
}

/// The hint in a word, with its icon. A rule past its date gives no hint at all.
#[component]
fn HintWord(hint: SchemeHint) -> impl IntoView {
    let (class, icon, words) = if hint.standing.is_grey() {
        ("hint-word hint-word--grey", Icon::Clock, "Regel verlopen")
    } else {
        (class_of(hint.verdict), icon_of(hint.verdict), hint.verdict.name_nl())
    };
    view! { <span class=class><Symbol icon /><span>{words}</span></span> }
}

/// What became of the hint with which a choice was made: `Eerst: mogelijk. Nu: nog niet te zeggen.`
fn changed(device: &Device, list: List, scheme: &Scheme, hint: &SchemeHint) -> Option<String> {
    let id = RecordId::from_parts(list.household.0, &scheme.id);
    let check = device.records().get(id)?;
    check.str("use")?;
    let before = Verdict::from_key(check.str("hint")?)?;
    if before == hint.verdict {
        return None;
    }
    let rules = check.str("catalogue").is_some_and(|version| version != list.held.version);
    let because = if rules { " De regels zijn intussen vernieuwd." } else { "" };
    let line = first_small(&hint.line);
    let (before, now) = (before.name_nl().to_lowercase(), hint.verdict.name_nl().to_lowercase());
    Some(format!("Eerst: {before}. Nu: {now}, want: {line}{because}"))
}

/// A sentence inside another begins with a small letter.
fn first_small(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().collect::<String>() + letters.as_str()
    })
}

/// How many hints changed since they were discussed, above the list.
#[component]
pub fn Changes(list: List) -> impl IntoView {
    let session = kit().session;
    let count = Memo::new(move |_| {
        list.hints.with(|hints| {
            session.device.with(|device| {
                let changed = |hint: &&SchemeHint| {
                    list.scheme(hint.place)
                        .is_some_and(|scheme| changed(device, list, scheme, hint).is_some())
                };
                hints.iter().filter(changed).count()
            })
        })
    });
    let words = move || match count.get() {
        0 => None,
        1 => Some("Bij 1 besproken regeling is de hint veranderd.".to_owned()),
        many => Some(format!("Bij {many} besproken regelingen is de hint veranderd.")),
    };
    drawn(move || {
        words().map(|words| view! {
            <p class="remark remark--warn" role="status"><Symbol icon=Icon::Refresh />{words}</p>
        })
    })
}
