//! Puts the files together into one catalogue and remembers where each part stood.

use super::super::model::{
    Amount, Catalogue, Compare, Criterion, Day, Fact, FactChoice, FactKind, HolidayPay, Implied,
    Impossible, Limit, Norm, NormVersion, Organisation, Row, Scheme, SchemeVersion, Source, Table,
    Test, Unit, UseState, When,
};
use super::raw::{
    RawChoice, RawFact, RawFile, RawKind, RawMark, RawNorm, RawNormVersion, RawRule, RawScheme,
    RawVersion, RawWhen,
};
use super::{Desk, File, Place, Places, day, line_of};
use toml::Spanned;
use toml::value::Datetime;

/// Where the values of one file are turned into the catalogue's.
struct Clerk<'a> {
    file: File<'a>,
    desk: &'a mut Desk,
}

/// The scope of a scheme or organisation is that of its file.
pub fn assemble(files: Vec<(File, RawFile)>, desk: &mut Desk) -> (Catalogue, Places) {
    let mut all = Catalogue::default();
    let mut places = Places::default();
    for (file, raw) in files {
        let mut clerk = Clerk { file, desk };
        clerk.file(raw, &mut all, &mut places);
    }
    if all.compiled_on.is_none() {
        desk.say("catalogue", 0, "no file has compiled_on");
    }
    (all, places)
}

impl Clerk<'_> {
    fn file(&mut self, raw: RawFile, all: &mut Catalogue, places: &mut Places) {
        if let Some(date) = raw.compiled_on {
            if all.compiled_on.is_some() {
                self.desk.say(self.file.name, 0, "compiled_on stands in two files");
            }
            all.compiled_on = Some(self.day(&date, 0));
        }
        let scope = raw.municipality.as_ref().map_or("nl", |one| one.as_ref().scope.as_str());
        let scope = scope.to_owned();
        self.each(
            raw.municipality,
            &mut all.municipalities,
            &mut places.municipalities,
            |_, m, _| m,
        );
        self.each(raw.group, &mut all.groups, &mut places.groups, |_, group, _| group);
        self.each(raw.use_state, &mut all.use_states, &mut places.use_states, |_, raw, _| {
            let super::raw::RawUseState { id, label, label_en, at_door, hint } = raw;
            UseState { id, label, label_en, at_door, hint }
        });
        self.each(raw.source, &mut all.sources, &mut places.sources, |_, raw, _| Source {
            id: raw.id,
            title: raw.title,
            dated: raw.dated,
        });
        self.each(
            raw.organisation,
            &mut all.organisations,
            &mut places.organisations,
            |_, raw, _| {
                let super::raw::RawOrganisation { id, name, site, refer_to } = raw;
                Organisation { id, scope: scope.clone(), name, site, refer_to }
            },
        );
        self.each(raw.fact, &mut all.facts, &mut places.facts, Self::fact);
        self.each(raw.implied, &mut all.implied, &mut places.implied, |_, raw, _| Implied {
            all: raw.all.into_iter().map(when).collect(),
            none_of: raw.none_of,
        });
        self.each(raw.impossible, &mut all.impossible, &mut places.impossible, |_, raw, _| {
            Impossible { all: raw.all.into_iter().map(when).collect(), sentence: raw.sentence }
        });
        self.each(raw.norm, &mut all.norms, &mut places.norms, |clerk, raw, line| {
            clerk.norm(raw, &scope, line)
        });
        self.each(raw.table, &mut all.tables, &mut places.tables, |_, raw, _| Table {
            id: raw.id,
            scope: scope.clone(),
            name: raw.name,
            cost_sharers: raw.cost_sharers,
            rows: raw.rows.into_iter().map(row).collect(),
        });
        for raw in raw.scheme {
            let place = self.place(&raw);
            let raw = raw.into_inner();
            places.rules.push(
                raw.version
                    .iter()
                    .map(|v| v.rules.iter().map(|r| self.place(r)).collect())
                    .collect(),
            );
            let scheme = self.scheme(raw, &scope, place.line);
            all.schemes.push(scheme);
            places.schemes.push(place);
        }
    }

    fn each<R, T>(
        &mut self,
        raw: impl IntoIterator<Item = Spanned<R>>,
        all: &mut Vec<T>,
        places: &mut Vec<Place>,
        turn: impl Fn(&mut Self, R, usize) -> T,
    ) {
        for one in raw {
            let place = self.place(&one);
            all.push(turn(self, one.into_inner(), place.line));
            places.push(place);
        }
    }

    fn place<T>(&self, of: &Spanned<T>) -> Place {
        Place { file: self.file.name.to_owned(), line: line_of(self.file.text, of.span().start) }
    }

    fn day(&mut self, date: &Datetime, line: usize) -> Day {
        day(date).unwrap_or_else(|| {
            self.desk.say(self.file.name, line, format!("{date} is no date"));
            Day(0)
        })
    }

    fn fact(&mut self, raw: RawFact, line: usize) -> Fact {
        if raw.field.is_some() == raw.on_screen {
            let sentence = format!("fact {}: give either field or on_screen = true", raw.id);
            self.desk.say(self.file.name, line, sentence);
        }
        let choices: Vec<FactChoice> = raw.choices.into_iter().map(choice).collect();
        let mut need = |value: Option<i64>| {
            value.unwrap_or_else(|| {
                self.desk.say(self.file.name, line, format!("fact {}: max is missing", raw.id));
                0
            })
        };
        let kind = match raw.kind {
            RawKind::YesNo => FactKind::YesNo,
            RawKind::Choice => FactKind::Choice(choices),
            RawKind::Several => FactKind::Several(choices),
            RawKind::Band => FactKind::Band { of: raw.of.unwrap_or_default(), choices },
            RawKind::Whole => FactKind::Whole { max: need(raw.max) },
            RawKind::Cents => {
                FactKind::Cents { max: need(raw.max), unit: raw.unit.unwrap_or(Unit::Cents) }
            }
            RawKind::Place => FactKind::Place,
        };
        let RawFact { id, question, label, field, optional, .. } = raw;
        Fact { id, kind, question, label, field, optional }
    }

    fn norm(&mut self, raw: RawNorm, scope: &str, line: usize) -> Norm {
        let versions = raw.versions.into_iter().map(|v| self.norm_version(v, &raw.id, line));
        let versions = versions.collect();
        let holiday_pay = raw.holiday_pay.unwrap_or(HolidayPay::None);
        let (scope, unit) = (scope.to_owned(), raw.unit);
        Norm { id: raw.id, scope, name: raw.name, unit, holiday_pay, versions }
    }

    fn norm_version(&mut self, raw: RawNormVersion, id: &str, line: usize) -> NormVersion {
        let mut say = |sentence: &str| {
            self.desk.say(
                self.file.name,
                line,
                format!("norm {id}, from {}: {sentence}", raw.from),
            );
        };
        if raw.mark == Some(RawMark::Memory) {
            say("a figure from memory may not stand in the catalogue");
        }
        let amount = match (raw.amount, raw.between, raw.not_found) {
            (Some(cents), None, false) => {
                if !matches!(raw.mark, Some(RawMark::Found | RawMark::Seed | RawMark::Derived)) {
                    say("an exact figure is FOUND, SEED or DERIVED");
                }
                if raw.mark == Some(RawMark::Derived) && raw.note.is_empty() {
                    say("a derived figure says in its note how it was computed");
                }
                Amount::Exact(cents)
            }
            (None, Some([low, high]), false) => {
                if raw.mark != Some(RawMark::Estimate) || low >= high {
                    say("between takes the lowest and the highest, marked ESTIMATE");
                }
                Amount::Between(low, high)
            }
            (None, None, true) => Amount::NotFound,
            _ => {
                say("give one of amount, between and not_found");
                Amount::NotFound
            }
        };
        if amount != Amount::NotFound && (raw.source.is_empty() || raw.checked.is_none()) {
            say("a figure needs a source and the day it was checked");
        }
        NormVersion {
            valid_from: self.day(&raw.from, line),
            valid_to: self.day(&raw.to, line),
            amount,
            source: raw.source,
            checked_on: raw.checked.map_or(Day(0), |date| self.day(&date, line)),
            note: raw.note,
        }
    }

    fn scheme(&mut self, raw: RawScheme, scope: &str, line: usize) -> Scheme {
        let versions = raw.version.into_iter().map(|v| self.version(v, line)).collect();
        Scheme {
            id: raw.id,
            scope: scope.to_owned(),
            name: raw.name,
            group: raw.group,
            line: raw.line,
            line_en: raw.line_en,
            aliases: raw.aliases,
            decides: raw.decides,
            apply_at: raw.apply_at,
            documents: raw.documents,
            term: raw.term,
            refines: raw.refines,
            after: raw.after,
            versions,
        }
    }

    fn version(&mut self, raw: RawVersion, line: usize) -> SchemeVersion {
        let checked_on = self.day(&raw.checked, line);
        let valid_to = raw.to.as_ref().map(|date| self.day(date, line));
        let check_by = raw.check_by.as_ref().map(|date| self.day(date, line)).or(valid_to);
        SchemeVersion {
            valid_from: raw.from.as_ref().map(|date| self.day(date, line)),
            valid_to,
            // Without either a rule is good for half a year after somebody read its source.
            check_by: check_by.unwrap_or(Day(checked_on.0 + 182)),
            status: raw.status,
            source: raw.source,
            checked_on,
            amount: raw.amount,
            criteria: raw.rules.into_iter().map(|rule| self.criterion(rule)).collect(),
        }
    }

    fn criterion(&mut self, rule: Spanned<RawRule>) -> Criterion {
        let place = self.place(&rule);
        let RawRule { role, text, source, fact, any_of, not_in, yes, at_least, .. } = rule.as_ref();
        let raw = rule.as_ref();
        let fact = fact.clone().unwrap_or_default();
        let when = |any_of: Vec<String>| When { fact: fact.clone(), any_of };
        let money = |compare, table: &String| Test::Money {
            fact: fact.clone(),
            compare,
            limit: Limit {
                table: table.clone(),
                basis_points: raw.percent.unwrap_or(100) * 100,
                without_holiday_pay: raw.without_holiday_pay,
            },
        };
        let word = |yes: bool| vec![if yes { "ja" } else { "nee" }.to_owned()];
        let tests: Vec<Test> = [
            any_of.clone().map(|words| Test::OneOf { when: when(words), maybe: raw.maybe.clone() }),
            not_in.clone().map(|words| Test::NoneOf(when(words))),
            yes.map(|yes| Test::OneOf { when: when(word(yes)), maybe: Vec::new() }),
            at_least.map(|number| Test::AtLeast { fact: fact.clone(), number }),
            raw.below.as_ref().map(|table| money(Compare::Below, table)),
            raw.at_most.as_ref().map(|table| money(Compare::AtMost, table)),
            raw.above.as_ref().map(|table| money(Compare::Above, table)),
            raw.pays.map(Test::Pays),
            raw.everyone.then_some(Test::Everyone),
        ]
        .into_iter()
        .flatten()
        .collect();
        if tests.len() > 1 {
            self.desk.at(&place, "a rule tests one thing");
        }
        let test = tests.into_iter().next().unwrap_or(Test::Unstated);
        Criterion { role: *role, test, text: text.clone(), source: source.clone() }
    }
}

fn choice(raw: RawChoice) -> FactChoice {
    let limit = |edge: super::raw::RawEdge| Limit {
        table: edge.table,
        basis_points: edge.percent * 100,
        without_holiday_pay: false,
    };
    FactChoice {
        form_choice: raw.form.unwrap_or_else(|| raw.id.clone()),
        over: raw.over.map(limit),
        id: raw.id,
        label: raw.label,
        up_to: raw.up_to.map(limit),
        not_known: raw.not_known,
    }
}

fn when(raw: RawWhen) -> When {
    When { fact: raw.fact, any_of: raw.any_of }
}

fn row(raw: super::raw::RawRow) -> Row {
    let norm = raw.norm.filter(|_| !raw.none);
    Row { when: raw.when.into_iter().map(when).collect(), norm }
}
