//! The rule of a scheme in full: every condition with how it came out, its limit with dates, and the
//! source. A rule past its date shows no figures.

use super::super::now::today;
use super::List;
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use aanbel_shared::scheme::{Explanation, Household, Mark, Node, Scheme};

#[component]
pub fn Rule(list: List, scheme: &'static Scheme) -> impl IntoView {
    let told = Memo::new(move |_| list.facts.with(|facts| Told::of(list, scheme, facts)));
    let heading = format!("regel-{}", scheme.id);
    let labelled_by = heading.clone();
    let catalogue = list.held.catalogue;
    let place = |id: &str| {
        catalogue.organisation(id).map(|one| match one.site.as_str() {
            "" => one.name.clone(),
            site => format!("{} ({site})", one.name),
        })
    };
    let (apply_at, decides) = (place(&scheme.apply_at), place(&scheme.decides));
    let decides = decides.filter(|_| scheme.decides != scheme.apply_at);
    view! {
        <section class="rule" aria-labelledby=labelled_by>
            <h5 id=heading>"De regel"</h5>
            {move || told.get().lapsed.map(|words| view! {
                <p class="remark remark--warn"><Symbol icon=Icon::Clock />{words}</p>
            })}
            <ul class="criteria">
                {move || told.get().explanation.nodes.into_iter().map(|node| view! { <Criterion node /> }).collect_view()}
            </ul>
            <dl class="facts">
                {apply_at.map(|name| view! { <dt>"Aanvragen bij"</dt><dd>{name}</dd> })}
                {decides.map(|name| view! { <dt>"Wie beslist"</dt><dd>{name}</dd> })}
                {(!scheme.term.is_empty()).then(|| view! { <dt>"Termijn"</dt><dd>{scheme.term.as_str()}</dd> })}
                {move || told.get().source.map(|source| view! { <dt>"Bron"</dt><dd>{source}</dd> })}
            </dl>
        </section>
    }
}

/// What is told of a rule.
#[derive(Clone, PartialEq)]
struct Told {
    explanation: Explanation,
    /// Why nothing here is current.
    lapsed: Option<String>,
    source: Option<String>,
}

impl Told {
    fn of(list: List, scheme: &'static Scheme, facts: &aanbel_shared::scheme::Facts) -> Told {
        let catalogue = list.held.catalogue;
        let hint = Household { catalogue, facts, on: today() }.hint(scheme);
        let mut explanation = hint.explanation(catalogue);
        let grey = hint.standing.is_grey();
        for node in explanation.nodes.iter_mut().filter(|_| grey) {
            node.detail.clear();
            node.steps.clear();
        }
        let source = hint.version.map(|version| {
            let read = version.checked_on.dutch();
            format!("{}, nagekeken op {read}", catalogue.source_words(&version.source))
        });
        Told { lapsed: grey.then(|| explanation.line.clone()), explanation, source }
    }
}

#[component]
fn Criterion(node: Node) -> impl IntoView {
    let (class, icon, words) = match node.mark {
        Mark::Fits => ("criterion criterion--fits", Icon::Check, "Klopt"),
        Mark::DoesNotFit => ("criterion criterion--not", Icon::Minus, "Klopt niet"),
        Mark::NotKnown => ("criterion", Icon::Question, "Nog niet bekend"),
        Mark::Remark => ("criterion", Icon::Note, "Let op"),
        Mark::Urgent => ("criterion criterion--urgent", Icon::Warning, "Dringend"),
    };
    let steps = node.steps.into_iter().map(|step| view! { <li>{step}</li> }).collect::<Vec<_>>();
    view! {
        <li class=class>
            <Symbol icon />
            <div>
                <p><span class="visually-hidden">{words}": "</span>{node.text}</p>
                {(!node.detail.is_empty()).then(|| view! { <p class="criterion__detail">{node.detail}</p> })}
                {(!steps.is_empty()).then(|| view! { <ul class="criterion__steps">{steps}</ul> })}
                <p class="criterion__source">"Bron: "{node.source}</p>
            </div>
        </li>
    }
}
