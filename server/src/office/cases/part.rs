//! A part of the pilot: of one corporation, one district, both, or all of it. Of a part that is not the
//! whole, small counts are hidden.

use super::figures::PAGE;
use crate::cases::{records, rules};
use crate::office::{parts, time};
use crate::store::StoreError;
use aanbel_shared::programme::{Case, Pilot};
use aanbel_shared::record::{RecordId, Records};
use leptos::prelude::*;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// Counts below this are not shown where one corporation or district stands alone.
pub const SMALL: u32 = 5;

type Districts = BTreeMap<RecordId, String>;

/// Of which part of the pilot the figures are; what is empty does not count.
#[derive(Default)]
pub struct Part {
    pub corporation: String,
    pub district: String,
}

impl Part {
    pub fn is_whole(&self) -> bool {
        self.corporation.is_empty() && self.district.is_empty()
    }

    fn keeps(&self, case: &Case<'_>, districts: &Districts) -> bool {
        let here = districts.get(&case.record.id);
        (self.corporation.is_empty() || comes_from(case, &self.corporation))
            && (self.district.is_empty() || here == Some(&self.district))
    }

    /// A count of this part.
    pub fn tell(&self, count: u32) -> String {
        if self.is_whole() { count.to_string() } else { shown(count) }
    }

    pub fn name(&self) -> String {
        let names = [&self.corporation, &self.district].into_iter().filter(|name| !name.is_empty());
        names.map(String::as_str).collect::<Vec<_>>().join(", ")
    }
}

/// What the figures are counted from.
pub struct Counted {
    records: Records,
    districts: Districts,
}

impl Counted {
    /// # Errors
    /// Those of the database.
    pub fn load(db: &Connection) -> Result<Counted, StoreError> {
        let (records, districts) = (records::of_cases(db, None)?, rules::district_of_cases(db)?);
        Ok(Counted { records, districts })
    }

    pub fn pilot(&self, part: &Part) -> Pilot {
        Pilot::of(&self.records, time::day_of, |case| part.keeps(case, &self.districts))
    }

    pub fn corporations(&self) -> BTreeSet<&str> {
        let sources = self.records.of_kind("case_source");
        sources.filter_map(|source| source.str("corporation")).collect()
    }

    pub fn districts(&self) -> BTreeSet<&str> {
        self.districts.values().map(String::as_str).collect()
    }
}

/// A count, hidden when it is small.
pub fn shown(count: u32) -> String {
    if count < SMALL { "minder dan 5".to_owned() } else { count.to_string() }
}

/// Whether a case came from a caretaker of this corporation.
pub fn comes_from(case: &Case<'_>, corporation: &str) -> bool {
    case.sources.iter().any(|source| source.str("corporation") == Some(corporation))
}

/// The form that chooses a part.
pub fn filter(counted: &Counted, part: &Part) -> AnyView {
    let options = |all: &str, names: BTreeSet<&str>| {
        let names = names.into_iter().map(|name| (name.to_owned(), name.to_owned()));
        std::iter::once((String::new(), all.to_owned())).chain(names).collect::<Vec<_>>()
    };
    let corporations = options("Alle corporaties", counted.corporations());
    let districts = options("Alle wijken", counted.districts());
    let clear = (!part.is_whole()).then(|| view! { <a href=PAGE>"Wis de keuze"</a> });
    view! {
        <form class="aanbel-filter" method="get" action=PAGE>
            <div class="aanbel-filter__row">
                {parts::select("corporatie", "Corporatie", &part.corporation, corporations)}
                {parts::select("wijk", "Wijk", &part.district, districts)}
            </div>
            <div class="aanbel-filter__actions">
                <button class="nl-button nl-button--primary" type="submit">"Toon"</button>
                {clear}
            </div>
        </form>
    }
    .into_any()
}
