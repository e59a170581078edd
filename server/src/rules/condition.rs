//! One condition of a rule in words, with its limit for every situation of a household.

use super::{Condition, Limit};
use aanbel_shared::scheme::{
    Catalogue, Criterion, Day, Facts, Formula, Given, Household, HouseholdLimit, NoLimit, NormUse,
    Role, Row, Test, Unit, When, limit_words,
};

/// Why a situation has no amount.
const NOT_CURRENT: &str = "voor deze dag is geen bedrag bekend; vraag het na";
const NONE: &str = "hiervoor bestaat geen norm";
const NOT_READ: &str = "het bedrag is niet in een bron gelezen en wordt niet getoond; vraag het na";

pub fn condition(catalogue: &Catalogue, criterion: &Criterion, on: Day) -> Condition {
    Condition {
        role: role(criterion.role),
        text: criterion.text.clone(),
        looks_at: looks_at(catalogue, &criterion.test),
        source: catalogue.source_words(&criterion.source),
        limits: limits(catalogue, &criterion.test, on),
    }
}

/// The condition in one line, whatever the day.
pub fn line(catalogue: &Catalogue, criterion: &Criterion) -> String {
    let looks_at = match looks_at(catalogue, &criterion.test) {
        words if words.is_empty() => words,
        words => format!(" [{words}]"),
    };
    let source = catalogue.source_words(&criterion.source);
    format!("{}: {}{looks_at} ({source})", role(criterion.role), criterion.text)
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Required => "Nodig",
        Role::Excludes => "Sluit uit",
        Role::Indication => "Teken",
        Role::Remark => "Goed om te weten",
        Role::Urgent => "Haast",
    }
}

fn looks_at(catalogue: &Catalogue, test: &Test) -> String {
    match test {
        Test::Everyone => "voor iedereen".to_owned(),
        Test::Unstated => String::new(),
        Test::OneOf { when, maybe } => {
            let sure = values(catalogue, when);
            if maybe.is_empty() {
                return sure;
            }
            let open = maybe.iter().map(|id| word(catalogue, &when.fact, id));
            format!("{sure} (niet zeker bij: {})", open.collect::<Vec<_>>().join(", "))
        }
        Test::NoneOf(when) => {
            let words = when.any_of.iter().map(|id| lower_first(&word(catalogue, &when.fact, id)));
            let words = words.collect::<Vec<_>>().join(", ");
            format!("{}: niet {words}", label(catalogue, &when.fact))
        }
        Test::AtLeast { fact, number } => format!("{}: {number} of meer", label(catalogue, fact)),
        Test::Money { fact, compare, limit } => {
            let table = catalogue.table(&limit.table).map_or("", |table| table.name.as_str());
            let part = match limit.basis_points {
                10_000 => String::new(),
                bp => format!("{} van ", Unit::BasisPoints.words(i64::from(bp))),
            };
            let holiday = if limit.without_holiday_pay { ", zonder vakantiegeld" } else { "" };
            let (fact, how) = (label(catalogue, fact), compare.words());
            format!("{fact}: {how} {part}de grens ‘{}’{holiday}", lower_first(table))
        }
        Test::Pays(formula) => {
            format!("wordt uitgerekend: {} (zie Bedragen)", formula_name(*formula))
        }
    }
}

/// The computation, as a civil servant calls it.
pub fn formula_name(formula: Formula) -> &'static str {
    match formula {
        Formula::HealthCareBenefit => "formule van de zorgtoeslag",
        Formula::ChildBudget => "formule van het kindgebonden budget",
        Formula::RentBenefit => "formule van de huurtoeslag",
        Formula::CarryingCapacity => "draagkracht in schijven",
    }
}

fn limits(catalogue: &Catalogue, test: &Test, on: Day) -> Vec<Limit> {
    let Test::Money { compare, limit: rule, .. } = test else { return Vec::new() };
    let Some(table) = catalogue.table(&rule.table) else { return Vec::new() };
    let nobody = Facts::default();
    let household = Household { catalogue, facts: &nobody, on };
    let mut limits = Vec::new();
    for row in &table.rows {
        let found = household.row_limit(row, rule);
        limits.push(limit(catalogue, situation(catalogue, row), found, |found, cents| {
            limit_words(*compare, rule, found, cents)
        }));
    }
    for (situation, facts) in sharers(catalogue, on).filter(|_| table.cost_sharers) {
        let found = Household { facts: &facts, ..household }.limit(rule);
        limits.push(limit(catalogue, situation, found, |found, cents| {
            limit_words(*compare, rule, found, cents)
        }));
    }
    limits
}

fn limit(
    catalogue: &Catalogue,
    household: String,
    found: Result<HouseholdLimit, NoLimit>,
    words: impl Fn(Option<NormUse>, i64) -> String,
) -> Limit {
    let mut limit = Limit { household, ..Limit::default() };
    let found = match found {
        Ok(found) => found,
        Err(why) => {
            limit.amount = match why {
                NoLimit::NotCurrent(_) => NOT_CURRENT.to_owned(),
                NoLimit::NoneForHousehold => NONE.to_owned(),
            };
            return limit;
        }
    };
    let Some(cents) = found.shown else {
        NOT_READ.clone_into(&mut limit.amount);
        return limit;
    };
    limit.amount = words(found.norm, cents);
    limit.cents = Some(cents);
    if let Some(used) = found.norm {
        limit.valid_from = used.version.valid_from.to_string();
        limit.valid_to = used.version.valid_to.to_string();
        limit.source = catalogue.source_words(&used.version.source);
        limit.checked_on = used.version.checked_on.to_string();
    }
    limit
}

/// Households that share the costs of their home with others: their norm is computed, not listed.
fn sharers(catalogue: &Catalogue, on: Day) -> impl Iterator<Item = (String, Facts)> {
    let word = |id: &str| Given::Word(id.to_owned());
    let homes = [("alleenstaand", "Alleen"), ("samenwonend", "Met partner")];
    homes.into_iter().flat_map(|one| (1..=3).map(move |others| (one, others))).filter_map(
        move |((household, name), others)| {
            let given = [
                ("huishouden".to_owned(), word(household)),
                ("leeftijd_groep".to_owned(), word("27_tot_aow")),
                ("medebewoners_27_plus".to_owned(), Given::Number(others)),
            ];
            let facts = Facts::check(catalogue, given, on).ok()?;
            let people = if others == 1 { "andere volwassene" } else { "andere volwassenen" };
            Some((format!("{name}, 21 tot AOW-leeftijd; met {others} {people} vanaf 27"), facts))
        },
    )
}

/// A row of a table as the household it is meant for.
fn situation(catalogue: &Catalogue, row: &Row) -> String {
    if row.when.is_empty() {
        return "Iedereen".to_owned();
    }
    let parts = row.when.iter().enumerate().map(|(place, when)| {
        let words = when.any_of.iter().map(|id| word(catalogue, &when.fact, id));
        let words: Vec<String> = words.map(|word| lower_first(&word)).collect();
        match (place, words.join(" of ")) {
            (0, words) => capital(&words),
            (_, words) => format!("{}: {words}", lower_first(label(catalogue, &when.fact))),
        }
    });
    parts.collect::<Vec<_>>().join("; ")
}

fn values(catalogue: &Catalogue, when: &When) -> String {
    let words = when.any_of.iter().map(|id| word(catalogue, &when.fact, id));
    format!("{}: {}", label(catalogue, &when.fact), words.collect::<Vec<_>>().join(", "))
}

fn label<'a>(catalogue: &'a Catalogue, fact: &'a str) -> &'a str {
    catalogue.fact(fact).map_or(fact, |fact| &fact.label)
}

/// A value of a fact in words; yes and no are themselves.
fn word(catalogue: &Catalogue, fact: &str, id: &str) -> String {
    let choice = catalogue.fact(fact).and_then(|fact| fact.choice(id));
    choice.map_or_else(|| id.to_owned(), |choice| choice.label.clone())
}

/// `Met partner` becomes `met partner`; `AOW-leeftijd` stays.
fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if !letters.clone().next().is_some_and(char::is_uppercase) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
