//! "Probeer een huishouden": what the rules say about an invented household. It is posted, so that no
//! amount stands in an address or a log, and nothing of it is kept.

use super::{DAY_FIELD, today, try_out_form};
use crate::access::{Posted, SignedIn};
use crate::catalogue::{Current, NATIONAL};
use crate::error::AppError;
use crate::office::page::{Section, page};
use crate::office::parts::{self, Tone};
use crate::office::time;
use crate::state::AppState;
use aanbel_shared::programme::Capability;
use aanbel_shared::scheme::{
    Catalogue, Day, Fact, FactError, FactKind, Facts, Given, Hint, Mark, Verdict, evaluate,
};
use axum::extract::State;
use axum::response::Html;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// The fact that follows from where this office is.
pub const MUNICIPALITY: &str = "gemeente";
/// Of a set: none of them.
pub const NONE: &str = "-";

/// What was filled in, by id of the fact; of a set there may be several.
#[derive(Clone, Debug, Default)]
pub struct Filled {
    pub values: BTreeMap<String, Vec<String>>,
    /// What is wrong, by id of the fact.
    pub problems: BTreeMap<String, String>,
    /// What is wrong with the facts together.
    pub together: Vec<String>,
}

impl Filled {
    pub fn one(&self, id: &str) -> &str {
        self.values.get(id).and_then(|all| all.first()).map_or("", String::as_str)
    }

    pub fn has(&self, id: &str, value: &str) -> bool {
        self.values.get(id).is_some_and(|all| all.iter().any(|one| one == value))
    }
}

/// `GET /kantoor/regelingen/proberen`
pub async fn form(who: SignedIn, State(state): State<AppState>) -> Result<Html<String>, AppError> {
    who.require(Capability::ReadOffice)?;
    let current = super::current(&state).await?;
    let on = today(state.now_ms());
    let content = try_out_form::form(&who, &current.catalogue, on, &Filled::default());
    Ok(render(&who, content))
}

fn render(who: &SignedIn, content: AnyView) -> Html<String> {
    let content = view! {
        <p class="aanbel-crumbs"><a href="/kantoor/regelingen">"Regelingen"</a></p>
        {parts::heading(
            "Probeer een huishouden",
            "Wat u hier invult, wordt niet bewaard. Gebruik geen gegevens van een echte bewoner.",
            (),
        )}
        {content}
    };
    page("Probeer een huishouden", Some(who), Section::Schemes, content)
}

/// `POST /kantoor/regelingen/proberen`
pub async fn answer(
    State(state): State<AppState>,
    Posted { who, form }: Posted<Vec<(String, String)>>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::ReadOffice)?;
    let current = super::current(&state).await?;
    let mut filled = Filled::default();
    for (id, value) in form.into_iter().filter(|(_, value)| !value.trim().is_empty()) {
        filled.values.entry(id).or_default().push(value.trim().to_owned());
    }
    let on = time::parse_date(filled.one(DAY_FIELD)).map_or_else(|| today(state.now_ms()), Day);
    let facts = read(&current, &mut filled, on);
    let result = facts.map(|facts| results(&current.catalogue, &facts, on));
    let wrong = result.is_none().then(|| {
        let sentence = "Kijk na wat er bij de velden staat.".to_owned();
        let text = filled.together.first().cloned().unwrap_or(sentence);
        parts::alert(Tone::Bad, "Dit kan niet kloppen.", text)
    });
    let content = view! {
        {wrong}
        {result}
        {try_out_form::form(&who, &current.catalogue, on, &filled)}
    };
    Ok(render(&who, content.into_any()))
}

/// The facts, when all of them can be true; else what is wrong stands with the fields.
fn read(current: &Current, filled: &mut Filled, on: Day) -> Option<Facts> {
    let catalogue = &current.catalogue;
    let mut given = Vec::new();
    for fact in catalogue.facts.iter().filter(|fact| fact.id != MUNICIPALITY) {
        let Some(values) = filled.values.get(&fact.id) else { continue };
        match value(fact, values) {
            Ok(value) => given.push((fact.id.clone(), value)),
            Err(sentence) => {
                filled.problems.insert(fact.id.clone(), sentence.to_owned());
            }
        }
    }
    if current.scope != NATIONAL && catalogue.fact(MUNICIPALITY).is_some() {
        given.push((MUNICIPALITY.to_owned(), Given::Word(current.scope.clone())));
    }
    let checked = Facts::check(catalogue, given, on);
    for error in checked.as_ref().err().into_iter().flatten() {
        match error {
            FactError::Kind { id, expected } | FactError::Unknown { id, known: expected } => {
                filled.problems.insert(id.clone(), format!("Vul in: {expected}."));
            }
            FactError::Impossible { sentence, .. } => filled.together.push(format!("{sentence}.")),
            FactError::Contradicts { band, amount, .. } => {
                let label = |id: &str| catalogue.fact(id).map_or("", |fact| &fact.label).to_owned();
                let sentence =
                    format!("Het bedrag bij {} past niet bij de gekozen groep.", label(amount));
                filled.problems.insert(band.clone(), sentence);
            }
        }
    }
    checked.ok().filter(|_| filled.problems.is_empty())
}

fn value(fact: &Fact, values: &[String]) -> Result<Given, &'static str> {
    let one = values.first().map_or("", String::as_str);
    match &fact.kind {
        FactKind::YesNo => match one {
            "ja" => Ok(Given::YesNo(true)),
            "nee" => Ok(Given::YesNo(false)),
            _ => Err("Kies ja of nee."),
        },
        FactKind::Several(_) if values.iter().any(|value| value == NONE) => match values.len() {
            1 => Ok(Given::Words(Vec::new())),
            _ => Err("Kies ‘Geen van deze’ of de andere, niet allebei."),
        },
        FactKind::Several(_) => Ok(Given::Words(values.to_vec())),
        FactKind::Choice(_) | FactKind::Band { .. } | FactKind::Place => {
            Ok(Given::Word(one.to_owned()))
        }
        FactKind::Whole { .. } => {
            one.parse().map(Given::Number).map_err(|_| "Schrijf een heel getal.")
        }
        FactKind::Cents { .. } => {
            euros_in_cents(one).map(Given::Number).ok_or("Schrijf een bedrag, zoals 1.234,56.")
        }
    }
}

/// `1.234,56`, `1234`, `€ 12,50` as people write amounts.
fn euros_in_cents(text: &str) -> Option<i64> {
    let text = text.trim_start_matches('€').trim();
    let (whole, cents) = text.split_once(',').unwrap_or((text, "00"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|one| one.is_ascii_digit());
    let groups: Vec<&str> = whole.split('.').collect();
    let (first, rest) = groups.split_first()?;
    let grouped = rest.is_empty() || first.len() <= 3 && rest.iter().all(|one| one.len() == 3);
    if !grouped || !groups.iter().all(|one| digits(one)) || !digits(cents) || cents.len() != 2 {
        return None;
    }
    groups.concat().parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents.parse().ok()?)
}

fn results(catalogue: &Catalogue, facts: &Facts, on: Day) -> AnyView {
    let hints = evaluate(catalogue, facts, on);
    let listed = |hint: &&Hint| hint.scheme.is_listed(on) && !catalogue.is_refined(&hint.scheme.id);
    let count = |verdict| hints.iter().filter(listed).filter(|one| one.verdict == verdict).count();
    let summary = [Verdict::Possible, Verdict::Unknown, Verdict::Unlikely].map(|verdict| {
        let number = parts::grouped(count(verdict));
        view! { <div><dt>{verdict.name_nl()}</dt><dd>{number}</dd></div> }
    });
    let groups = catalogue.groups.iter().filter_map(|group| {
        let of_group = hints.iter().filter(listed).filter(|hint| hint.scheme.group == group.id);
        let items = of_group.map(|hint| item(catalogue, hint, on)).collect::<Vec<_>>();
        (!items.is_empty()).then(|| {
            let items = items.into_iter().collect_view();
            view! { <h3>{group.label.clone()}</h3> <ul class="aanbel-hints">{items}</ul> }
        })
    });
    view! {
        <section class="aanbel-card" id="uitkomst">
            <h2>{format!("Wat de regels zeggen op {}", on.dutch())}</h2>
            <p>"Een hint is geen besluit: wie de regeling uitvoert, beslist."</p>
            <dl class="aanbel-numbers">{summary.into_iter().collect_view()}</dl>
            {groups.collect_view()}
        </section>
    }
    .into_any()
}

fn item(catalogue: &Catalogue, hint: &Hint, on: Day) -> AnyView {
    let tone = match hint.verdict {
        Verdict::Possible => Tone::Good,
        Verdict::Unknown => Tone::Warn,
        Verdict::Unlikely => Tone::Neutral,
    };
    let explanation = hint.explanation(catalogue);
    let nodes = explanation.nodes.into_iter().map(|node| {
        let mark = match node.mark {
            Mark::Fits => "Past",
            Mark::DoesNotFit => "Past niet",
            Mark::NotKnown => "Nog niet bekend",
            Mark::Remark => "Goed om te weten",
            Mark::Urgent => "Haast",
        };
        let more = [node.detail].into_iter().chain(node.steps).filter(|text| !text.is_empty());
        let more = more.map(|text| view! { <br/><span class="aanbel-subtle">{text}</span> });
        view! {
            <li>
                <strong>{mark}</strong>": "{node.text}
                {more.collect_view()}
                <br/><span class="aanbel-subtle">"Bron: "{node.source}</span>
            </li>
        }
    });
    view! {
        <li class:aanbel-lapsed=hint.standing.is_grey()>
            <p>
                <a href=super::catalogue::href(&hint.scheme.id, on)>{hint.scheme.name.clone()}</a>
                " "{parts::badge(tone, hint.verdict.name_nl())}
            </p>
            <p>{explanation.line}</p>
            <details>
                <summary>
                    "Waarom"<span class="aanbel-hidden">": "{hint.scheme.name.clone()}</span>
                </summary>
                <ul class="aanbel-bullets">{nodes.collect_view()}</ul>
            </details>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::euros_in_cents;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let rows = [
            ("1.234,56", Some(123_456)),
            ("1234", Some(123_400)),
            ("€ 12,50", Some(1_250)),
            ("1.234.567", Some(123_456_700)),
            ("0", Some(0)),
            ("12.50", None),
            ("1234.56", None),
            ("12,5", None),
            ("-3", None),
            ("", None),
            ("1,000.00", None),
            ("99999999999999999999", None),
        ];
        for (text, cents) in rows {
            assert_eq!(euros_in_cents(text), cents, "{text}");
        }
    }
}
