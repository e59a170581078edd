//! What was asked and refused lately, and by whom: on top of the audit, so that it stands out among
//! thousands of lines that are in order.

use super::PAGE;
use crate::access::audit::{Action, Group};
use crate::office::{parts, time};
use leptos::prelude::*;
use rusqlite::Connection;

const DAYS: i64 = 7;
const DAY_MS: i64 = 86_400_000;
/// Most rows; the rest is in the list below.
const ROWS: i64 = 10;

/// One kind of refusal of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    person: Option<i64>,
    /// Empty for somebody unknown.
    name: String,
    action: Option<Action>,
    times: usize,
    last_ms: i64,
}

/// Newest first.
pub fn load(db: &Connection, now_ms: i64) -> rusqlite::Result<Vec<Outside>> {
    let actions = Action::all().filter(|action| action.group() == Group::Refused);
    let keys: Vec<String> = actions.map(|action| format!("'{}'", action.key())).collect();
    let mut query = db.prepare_cached(&format!(
        "SELECT a.person, COALESCE(p.name, ''), a.action, COUNT(*), MAX(a.at_ms)
         FROM audit a LEFT JOIN person p ON p.id = a.person
         WHERE a.refused = 1 AND a.at_ms > ?1 AND a.action IN ({})
         GROUP BY a.person, a.action ORDER BY MAX(a.at_ms) DESC LIMIT {ROWS}",
        keys.join(", ")
    ))?;
    let rows = query.query_map([now_ms - DAYS * DAY_MS], |row| {
        let (action, times): (String, i64) = (row.get(2)?, row.get(3)?);
        Ok(Outside {
            person: row.get(0)?,
            name: row.get(1)?,
            action: Action::from_key(&action),
            times: usize::try_from(times).unwrap_or(0),
            last_ms: row.get(4)?,
        })
    })?;
    rows.collect()
}

/// Nothing when nothing was refused.
pub fn view(found: &[Outside]) -> Option<AnyView> {
    if found.is_empty() {
        return None;
    }
    let rows = found.iter().map(|one| {
        let who = if one.name.is_empty() { "Onbekend" } else { &one.name }.to_owned();
        let what = one.action.map_or("Onbekend", Action::name_nl);
        let person = one.person.map(|id| format!("&wie={id}")).unwrap_or_default();
        let href = format!("{PAGE}?soort={}{person}", Group::Refused.key());
        let times = parts::count(one.times, "keer", "keer");
        let told = format!(" {what}: {times}, het laatst {}", time::moment(one.last_ms));
        view! { <li><a href=href>{who}</a>{told}</li> }
    });
    let view = view! {
        <section class="aanbel-card">
            <h2>{format!("Buiten bereik, de laatste {DAYS} dagen")}</h2>
            <ul class="aanbel-bullets">{rows.collect_view()}</ul>
        </section>
    };
    Some(view.into_any())
}
