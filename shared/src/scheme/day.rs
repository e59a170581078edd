//! Calendar days: reading, writing and Dutch words.

use super::model::Day;
use crate::form::MONTHS_NL;
use chrono::{Datelike, NaiveDate};
use std::fmt;

impl Day {
    /// Reads `2026-11-21`. `None` when it is no day of the calendar.
    #[must_use]
    pub fn parse(text: &str) -> Option<Day> {
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        Some(Day(date.to_epoch_days()))
    }

    /// The day of an instant in UTC milliseconds; the error of an hour or two at midnight is harmless
    /// for rules that change at the turn of a year.
    #[must_use]
    pub fn of_instant(ms: i64) -> Day {
        Day(i32::try_from(ms.div_euclid(86_400_000)).unwrap_or(i32::MAX))
    }

    /// `1 juli 2026`
    #[must_use]
    pub fn dutch(self) -> String {
        let date = self.date();
        let month = MONTHS_NL.get(date.month0() as usize).copied().unwrap_or_default();
        format!("{} {month} {}", date.day(), date.year())
    }

    #[must_use]
    pub fn plus_days(self, days: i32) -> Day {
        Day(self.0.saturating_add(days))
    }

    fn date(self) -> NaiveDate {
        NaiveDate::from_epoch_days(self.0).unwrap_or_default()
    }
}

/// `2026-11-21`
impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.date();
        // Not chrono's own format, which would bring all of its patterns along to every phone.
        write!(out, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
    }
}

#[cfg(test)]
mod tests {
    use super::Day;

    #[test]
    fn a_day_is_read_and_written_the_same() {
        for text in ["1970-01-01", "2024-02-29", "2026-12-31"] {
            assert_eq!(Day::parse(text).expect("a day").to_string(), text);
        }
        assert_eq!(Day::parse("2026-02-29"), None);
        assert_eq!(Day::parse("2026-07-01").expect("a day").dutch(), "1 juli 2026");
    }
}
