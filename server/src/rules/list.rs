//! What stands in the rule list, in its order: what needs attention, the schemes per group, figures.

use super::Block;
use super::condition::{self, capital, condition, formula_name};
use super::figures::figures;
use aanbel_shared::scheme::{Catalogue, Day, Norm, Scheme, SchemeVersion, Standing, Status};
use std::collections::BTreeMap;

/// Over so many days something counts as lapsing soon.
pub const SOON_DAYS: i32 = 90;

/// For which municipality, and from which version of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// `Almere`; empty for national schemes alone.
    pub municipality: &'a str,
    pub version: &'a str,
}

/// What ends soon and has nothing after it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lapsing<'a> {
    /// Schemes with their last day, in the order of the catalogue.
    pub schemes: Vec<(&'a Scheme, Day)>,
    /// Figures per last day.
    pub figures: BTreeMap<Day, Vec<&'a Norm>>,
}

/// The whole list.
#[must_use]
pub fn list(catalogue: &Catalogue, on: Day, place: Place) -> Vec<Block> {
    let whose = match place.municipality {
        "" => "Landelijke regelingen".to_owned(),
        name => format!("Regelingen in {name}"),
    };
    let mut blocks = vec![
        Block::Heading(1, format!("{whose} op {}", on.dutch())),
        Block::Paragraph(
            "Dit zijn de regels waarmee Aanbel een hint geeft. Een hint is geen besluit: \
             wie de regeling uitvoert, beslist."
                .to_owned(),
        ),
        Block::Facts(vec![
            ("Versie van de regels", place.version.to_owned()),
            ("Dag", on.to_string()),
        ]),
    ];
    attention(catalogue, on, &mut blocks);
    for (group, schemes) in catalogue.checklist(on) {
        blocks.push(Block::Heading(2, group.label.clone()));
        for scheme in schemes {
            blocks.push(Block::Heading(3, scheme.name.clone()));
            blocks.extend(scheme_blocks(catalogue, scheme, on));
        }
    }
    let figures = figures(catalogue, on);
    blocks.push(Block::Heading(2, "Bedragen".to_owned()));
    blocks.push(Block::Table(figures.known));
    if !figures.missing.is_empty() {
        blocks.push(Block::Heading(2, "Bedragen die wij niet weten".to_owned()));
        blocks.push(Block::Bullets(figures.missing));
    }
    blocks
}

/// What policy staff must look at: past its date, unconfirmed, soon past its date, ended.
fn attention(catalogue: &Catalogue, on: Day, blocks: &mut Vec<Block>) {
    let schemes = || catalogue.schemes.iter().filter(|one| !catalogue.is_refined(&one.id));
    let named = |wanted: fn(Standing) -> bool| -> Vec<String> {
        let found = schemes().map(|scheme| (scheme, scheme.on(on).1));
        let found = found.filter(|(_, standing)| wanted(*standing));
        found
            .map(|(one, standing)| format!("{}: {}.", one.name, standing_words(standing)))
            .collect()
    };
    let soon = lapsing(catalogue, on, SOON_DAYS);
    let figures = soon.figures.iter().map(|(last_day, norms)| {
        let count = norms.len();
        let figures = if count == 1 { "bedrag" } else { "bedragen" };
        format!("{count} {figures}: tot en met {}.", last_day.dutch())
    });
    let schemes = soon.schemes.iter();
    let schemes = schemes.map(|(one, day)| format!("{}: tot en met {}.", one.name, day.dutch()));
    let parts = [
        ("Voorbij de datum", named(Standing::is_grey)),
        ("Niet bevestigd", named(|standing| standing == Standing::Unconfirmed)),
        ("Loopt af binnen 90 dagen", schemes.chain(figures).collect()),
        ("Gestopt", named(|standing| standing == Standing::Closed)),
    ];
    for (heading, lines) in parts {
        if !lines.is_empty() {
            blocks.push(Block::Heading(2, heading.to_owned()));
            blocks.push(Block::Bullets(lines));
        }
    }
}

/// One scheme without its name: what it is, how it stands, its conditions.
#[must_use]
pub fn scheme_blocks(catalogue: &Catalogue, scheme: &Scheme, on: Day) -> Vec<Block> {
    let (version, standing) = scheme.on(on);
    let mut blocks = vec![Block::Paragraph(scheme.line.clone())];
    blocks.push(Block::Facts(about(catalogue, scheme, version, standing)));
    let Some(version) = version else { return blocks };
    if version.criteria.is_empty() && standing != Standing::Closed {
        blocks.push(Block::Paragraph("Van deze regeling kennen wij geen voorwaarden.".to_owned()));
    }
    let conditions = version.criteria.iter().map(|one| condition(catalogue, one, on));
    blocks.extend(conditions.map(Block::Condition));
    blocks
}

fn about(
    catalogue: &Catalogue,
    scheme: &Scheme,
    version: Option<&SchemeVersion>,
    standing: Standing,
) -> Vec<(&'static str, String)> {
    let organisation = |id: &str| match catalogue.organisation(id) {
        Some(one) if one.site.is_empty() => one.name.clone(),
        Some(one) => format!("{} ({})", one.name, one.site),
        None => id.to_owned(),
    };
    let names = |ids: &[String]| {
        let names = ids.iter().filter_map(|id| catalogue.scheme(id)).map(|one| one.name.as_str());
        names.collect::<Vec<_>>().join(", ")
    };
    let mut facts = vec![
        ("Stand", capital(&standing_words(standing))),
        ("Wie beslist", organisation(&scheme.decides)),
        ("Aanvragen bij", organisation(&scheme.apply_at)),
        ("Ook bekend als", scheme.aliases.join(", ")),
        ("Nodig bij de aanvraag", scheme.documents.join("; ")),
        ("Termijn", scheme.term.clone()),
        ("Gaat hieraan vooraf", names(&scheme.after)),
    ];
    if let Some(version) = version {
        let amount = version.amount.map_or("", formula_name);
        facts.push(("Bedrag", amount.to_owned()));
        facts.push(("Geldt", valid(version)));
        facts.push(("Bron", catalogue.source_words(&version.source)));
        facts.push(("Nagekeken op", version.checked_on.dutch()));
        facts.push(("Opnieuw nakijken voor", version.check_by.dutch()));
    }
    facts.retain(|(_, words)| !words.is_empty());
    facts
}

/// `van 1 januari 2026 tot en met 31 december 2026`
#[must_use]
pub fn valid(version: &SchemeVersion) -> String {
    match (version.valid_from, version.valid_to) {
        (Some(from), Some(to)) => format!("van {} tot en met {}", from.dutch(), to.dutch()),
        (Some(from), None) => format!("vanaf {}", from.dutch()),
        (None, Some(to)) => format!("tot en met {}", to.dutch()),
        (None, None) => "zonder einddatum".to_owned(),
    }
}

/// One version of a rule as lines that can be compared with those of another catalogue.
#[must_use]
pub fn version_lines(catalogue: &Catalogue, version: &SchemeVersion) -> Vec<String> {
    let period = capital(&valid(version));
    let status = match version.status {
        Status::Open => "open",
        Status::Closed => "gestopt",
        Status::Unconfirmed => "niet bevestigd",
    };
    let source = catalogue.source_words(&version.source);
    let (checked_on, check_by) = (version.checked_on, version.check_by);
    let amount = version.amount.map_or("", formula_name);
    let mut lines = vec![format!(
        "{period}: {status}; {source}; nagekeken {checked_on}; nakijken voor {check_by} {amount}"
    )];
    let criteria = version.criteria.iter();
    lines.extend(criteria.map(|one| format!("{period}: {}", condition::line(catalogue, one))));
    lines
}

/// How a rule stands, for policy staff.
#[must_use]
pub fn standing_words(standing: Standing) -> String {
    match standing {
        Standing::Open => "open".to_owned(),
        Standing::Closed => "gestopt".to_owned(),
        Standing::Unconfirmed => "niet bevestigd dat deze regeling er nu is".to_owned(),
        Standing::Lapsed(on) => format!("de regel gold tot en met {}", on.dutch()),
        Standing::Unchecked(on) => format!("na {} niet meer nagekeken", on.dutch()),
        Standing::NotYet => "voor deze dag is geen regel bekend".to_owned(),
    }
}

/// What ends within `days` from `on`.
#[must_use]
pub fn lapsing(catalogue: &Catalogue, on: Day, days: i32) -> Lapsing<'_> {
    let end = on.plus_days(days);
    let mut found = Lapsing::default();
    for scheme in catalogue.schemes.iter().filter(|one| !catalogue.is_refined(&one.id)) {
        if let Some(last_day) = scheme.last_day(on).filter(|day| *day <= end) {
            found.schemes.push((scheme, last_day));
        }
    }
    for norm in &catalogue.norms {
        if let Some(last_day) = norm.last_day(on).filter(|day| *day <= end) {
            found.figures.entry(last_day).or_default().push(norm);
        }
    }
    found
}
