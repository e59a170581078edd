//! The figures as HTML: bars with the table of the same numbers beside them, and the definitions.

use super::Asked;
use super::funnel::{Funnel, Step};
use crate::office::parts::{self, Input};
use crate::office::progress::Tally;
use crate::office::time;
use leptos::prelude::*;

/// Width of the drawing in its own units; a full bar has this width.
const BAR_WIDTH: usize = 600;

/// The whole content of the page.
pub fn content(asked: &Asked, funnel: &Funnel) -> AnyView {
    view! {
        {parts::heading("Cijfers", "Van adres tot gesprek, geteld in adressen.", ())}
        {form(asked, funnel)}
        {if funnel.total.addresses == 0 {
            parts::empty("Er zijn nog geen adressen.", view! {
                "Lees eerst een lijst met adressen in bij "
                <a href="/kantoor/campagnes">"Campagnes"</a>
                "."
            })
        } else {
            view! { {total(&funnel.total)} {districts(funnel)} {definitions()} }.into_any()
        }}
    }
    .into_any()
}

fn form(asked: &Asked, funnel: &Funnel) -> AnyView {
    let mut campaigns = vec![(String::new(), "Alle campagnes".to_owned())];
    campaigns.extend(funnel.campaigns.iter().map(|(id, name)| (id.to_string(), name.clone())));
    let chosen = asked.campaign.map(|id| id.to_string()).unwrap_or_default();
    let day = |id, label, value: Option<i32>| {
        let value = value.map(time::input_date).unwrap_or_default();
        Input { kind: "date", ..Input::text(id, label, &value) }.view()
    };
    let narrows = *asked != Asked::default();
    view! {
        <form class="aanbel-filter" method="get" action="/kantoor/cijfers">
            <div class="aanbel-filter__row">
                {parts::select("campagne", "Campagne", &chosen, campaigns)}
                {day("van", "Bezoeken vanaf", asked.from)}
                {day("tot", "Tot en met", asked.to)}
            </div>
            <div class="aanbel-filter__actions">
                <button class="nl-button nl-button--primary" type="submit">"Toon"</button>
                {narrows.then(|| view! { <a href="/kantoor/cijfers">"Wis de keuze"</a> })}
            </div>
        </form>
    }
    .into_any()
}

fn total(tally: &Tally) -> AnyView {
    let rows = Step::ALL
        .map(|step| {
            let (part, whole) = numbers(step, tally);
            let of = step.whole().map(|whole| whole.name().to_lowercase()).unwrap_or_default();
            view! {
                <tr>
                    <th scope="row">{step.name()}</th>
                    <td>{bar(part, tally.addresses)}</td>
                    <td class="nl-table__number--end" data-label="Aantal">{parts::grouped(part)}</td>
                    <td class="nl-table__number--end" data-label="Deel">
                        {whole.map(|whole| parts::percentage(part, whole))}
                    </td>
                    <td data-label="Berekend als">
                        {whole.map(|whole| format!(
                            "{} van {} {of}",
                            parts::grouped(part),
                            parts::grouped(whole),
                        ))}
                    </td>
                </tr>
            }
        })
        .into_iter()
        .collect_view();
    view! {
        <section class="aanbel-card" aria-labelledby="totaal">
            <h2 id="totaal">"Alle wijken samen"</h2>
            <table class="nl-table nl-table--cards aanbel-funnel">
                <caption class="aanbel-hidden">"Van adres tot gesprek, alle wijken samen"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Stap"</th>
                        <th scope="col"><span class="aanbel-hidden">"Balk"</span></th>
                        <th scope="col" class="nl-table__number--end">"Aantal"</th>
                        <th scope="col" class="nl-table__number--end">"Deel"</th>
                        <th scope="col">"Berekend als"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

/// A bar of `part` on a track of `whole`. Widths are attributes: the CSP allows no inline styles.
fn bar(part: usize, whole: usize) -> AnyView {
    let width = (part * BAR_WIDTH).checked_div(whole).unwrap_or(0);
    view! {
        <svg class="aanbel-bar" viewBox=format!("0 0 {BAR_WIDTH} 20") preserveAspectRatio="none" aria-hidden="true">
            <rect class="aanbel-bar__track" width=BAR_WIDTH.to_string() height="20"></rect>
            <rect class="aanbel-bar__fill" width=width.to_string() height="20"></rect>
        </svg>
    }
    .into_any()
}

fn districts(funnel: &Funnel) -> AnyView {
    let rows = funnel
        .districts
        .iter()
        .map(|(name, tally)| {
            let name = if name.is_empty() { "Zonder wijk".to_owned() } else { name.clone() };
            let cells = Step::ALL.map(|step| cell(step, tally)).into_iter().collect_view();
            view! { <tr><th scope="row">{name}</th>{cells}</tr> }
        })
        .collect_view();
    let all = Step::ALL.map(|step| cell(step, &funnel.total)).into_iter().collect_view();
    let heads = Step::ALL
        .map(|step| view! { <th scope="col" class="nl-table__number--end">{step.name()}</th> })
        .into_iter()
        .collect_view();
    view! {
        <section class="aanbel-card" aria-labelledby="per-wijk">
            <h2 id="per-wijk">"Per wijk"</h2>
            <table class="nl-table nl-table--cards">
                <caption class="aanbel-hidden">"Van adres tot gesprek, per wijk"</caption>
                <thead><tr><th scope="col">"Wijk"</th>{heads}</tr></thead>
                <tbody>{rows}</tbody>
                <tfoot><tr><th scope="row">"Samen"</th>{all}</tr></tfoot>
            </table>
        </section>
    }
    .into_any()
}

fn cell(step: Step, tally: &Tally) -> AnyView {
    let (part, whole) = numbers(step, tally);
    let share = whole.map(|whole| {
        let text = match whole {
            0 => "–".to_owned(),
            whole => format!("{} van {}", parts::percentage(part, whole), parts::grouped(whole)),
        };
        view! { <span class="aanbel-share">{text}</span> }
    });
    view! {
        <td class="nl-table__number--end" data-label=step.name()>
            {parts::grouped(part)}{share}
        </td>
    }
    .into_any()
}

fn definitions() -> AnyView {
    let rows = Step::ALL
        .map(|step| {
            let share = match step.whole() {
                Some(whole) => format!(" Deel van: {}.", whole.name().to_lowercase()),
                None => String::new(),
            };
            view! { <div><dt>{step.name()}</dt><dd>{step.definition()}{share}</dd></div> }
        })
        .into_iter()
        .collect_view();
    view! {
        <section class="aanbel-card" aria-labelledby="betekenis">
            <h2 id="betekenis">"Wat de cijfers betekenen"</h2>
            <dl class="nl-data-list">{rows}</dl>
            <p class="aanbel-subtle">
                "Een adres telt in elke stap een keer mee, ook als er vaker is aangebeld. \
                 Kiest u een periode? Dan tellen alleen de bezoeken in die periode, en altijd alle adressen."
            </p>
        </section>
    }
    .into_any()
}

fn numbers(step: Step, tally: &Tally) -> (usize, Option<usize>) {
    (step.of(tally), step.whole().map(|whole| whole.of(tally)))
}
