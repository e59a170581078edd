//! How long things are kept, in months, as a coordinator set them. What they are counted from is in
//! `rule`.

use crate::store::{self, StoreError};
use aanbel_shared::form::{Retention, retention_nl};
use chrono::{DateTime, Months};
use rusqlite::Connection;

/// Longest that a coordinator can set, in months.
pub const MONTHS_MAX: u32 = 24;

/// How long each sort of thing is kept after its end, in months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// What only says what happened at a door.
    pub campaign: u32,
    /// Talks and what came of them.
    pub case: u32,
    /// Plans of which no joint visit came, joint visits that did not take place, and what somebody
    /// wrote at one in her own words.
    pub plan: u32,
    /// Joint visits.
    pub visit: u32,
}

impl Default for Terms {
    fn default() -> Self {
        Terms { campaign: 3, case: 12, plan: 3, visit: 12 }
    }
}

impl Terms {
    /// As the coordinator set them.
    ///
    /// # Errors
    /// Those of the database.
    pub fn read(db: &Connection) -> Result<Terms, StoreError> {
        let usual = Terms::default();
        let months = |key, usual| -> Result<u32, StoreError> {
            let set = store::text(db, key)?.and_then(|text| text.parse().ok());
            Ok(set.filter(|months| *months <= MONTHS_MAX).unwrap_or(usual))
        };
        Ok(Terms {
            campaign: months("retention_campaign", usual.campaign)?,
            case: months("retention_case", usual.case)?,
            plan: months("retention_plan", usual.plan)?,
            visit: months("retention_visit", usual.visit)?,
        })
    }

    /// # Errors
    /// Those of the database.
    pub fn write(self, tx: &Connection) -> Result<(), StoreError> {
        store::set_text(tx, "retention_campaign", &self.campaign.to_string())?;
        store::set_text(tx, "retention_case", &self.case.to_string())?;
        store::set_text(tx, "retention_plan", &self.plan.to_string())?;
        store::set_text(tx, "retention_visit", &self.visit.to_string())
    }

    /// None for what stays.
    fn months(self, retention: Retention) -> Option<u32> {
        match retention {
            Retention::Campaign => Some(self.campaign),
            Retention::Plan => Some(self.plan),
            Retention::Case => Some(self.case),
            Retention::Visit => Some(self.visit),
            Retention::Register => None,
        }
    }

    /// Until when something is kept of which the end was at that moment; none for what stays.
    pub fn until_ms(self, retention: Retention, end_ms: i64) -> Option<i64> {
        let end = DateTime::from_timestamp_millis(end_ms)?;
        let until = end.checked_add_months(Months::new(self.months(retention)?))?;
        Some(until.timestamp_millis())
    }

    /// Whether that long ago is long enough.
    pub fn is_over(self, retention: Retention, end_ms: i64, now_ms: i64) -> bool {
        self.until_ms(retention, end_ms).is_some_and(|until_ms| until_ms <= now_ms)
    }

    /// How long it is kept, as a sentence for the resident who asks.
    pub fn told_nl(self, retention: Retention) -> String {
        retention_nl(retention, self.months(retention).unwrap_or_default())
    }
}
