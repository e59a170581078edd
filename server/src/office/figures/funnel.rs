//! The funnel from address to talk: what each step means, and its numbers per district.

use crate::office::progress::{Scope, Tally, by_worklist};
use rusqlite::Connection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// One step of the funnel. The numerator is counted in addresses, never in visits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Addresses,
    Rung,
    Reached,
    Talks,
}

impl Step {
    pub const ALL: [Step; 4] = [Step::Addresses, Step::Rung, Step::Reached, Step::Talks];

    pub fn name(self) -> &'static str {
        match self {
            Step::Addresses => "Adressen",
            Step::Rung => "Aangebeld",
            Step::Reached => "Bereikt",
            Step::Talks => "Gesprek",
        }
    }

    pub fn definition(self) -> &'static str {
        match self {
            Step::Addresses => "Alle adressen op de lijst, ook die geen bezoek willen.",
            Step::Rung => {
                "Adressen waar minstens een keer is aangebeld of gebeld. Ongedaan gemaakte \
                 bezoeken tellen niet mee."
            }
            Step::Reached => {
                "Adressen waar minstens een keer iemand antwoord gaf, ook zonder tijd of interesse."
            }
            Step::Talks => "Adressen waar minstens een gesprek is gevoerd.",
        }
    }

    /// What it is a part of; none for the first step.
    pub fn whole(self) -> Option<Step> {
        match self {
            Step::Addresses => None,
            Step::Rung => Some(Step::Addresses),
            Step::Reached => Some(Step::Rung),
            Step::Talks => Some(Step::Reached),
        }
    }

    pub fn of(self, tally: &Tally) -> usize {
        match self {
            Step::Addresses => tally.addresses,
            Step::Rung => tally.rung,
            Step::Reached => tally.reached,
            Step::Talks => tally.talks,
        }
    }
}

/// All that the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Funnel {
    pub total: Tally,
    /// By name; an empty name stands for streets without a district.
    pub districts: BTreeMap<String, Tally>,
    pub campaigns: Vec<(Uuid, String)>,
}

pub fn load(conn: &Connection, scope: Scope) -> rusqlite::Result<Funnel> {
    let names: BTreeMap<Uuid, String> = conn
        .prepare_cached("SELECT id, district FROM worklist")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let campaigns = conn
        .prepare_cached("SELECT id, name FROM campaign ORDER BY created_ms DESC")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let mut funnel = Funnel { campaigns, ..Funnel::default() };
    for (worklist, tally) in by_worklist(conn, scope)? {
        let district = names.get(&worklist).cloned().unwrap_or_default();
        funnel.districts.entry(district).or_default().add(&tally);
        funnel.total.add(&tally);
    }
    Ok(funnel)
}
