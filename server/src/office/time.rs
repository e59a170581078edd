//! Instants and dates as Dutch text, in the time of Amsterdam. Nothing here reads a clock.

use aanbel_shared::form::MONTHS_NL;
use chrono::{DateTime, Datelike, Days, NaiveDate, TimeZone, Timelike};
use chrono_tz::{Europe::Amsterdam, Tz};
use std::ops::RangeInclusive;

const WEEKDAYS: [&str; 7] = ["ma", "di", "wo", "do", "vr", "za", "zo"];

/// What a phone sends may be any number; chrono cannot bring the extremes to local time.
const YEARS: RangeInclusive<i32> = 1900..=2200;

fn local(ms: i64) -> Option<DateTime<Tz>> {
    DateTime::from_timestamp_millis(ms)
        .filter(|at| YEARS.contains(&at.year()))
        .map(|at| at.with_timezone(&Amsterdam))
}

/// `wo 12 maart 2025, 14:05`; a dash for an instant that no calendar has.
pub fn moment(ms: i64) -> String {
    let Some(at) = local(ms) else { return "–".to_owned() };
    let weekday = WEEKDAYS[at.weekday().num_days_from_monday() as usize];
    format!("{weekday} {}, {:02}:{:02}", day_month_year(at.date_naive()), at.hour(), at.minute())
}

/// `12-03-2025 14:05`, for tables and files.
pub fn short_moment(ms: i64) -> String {
    local(ms).map_or_else(|| "–".to_owned(), |at| at.format("%d-%m-%Y %H:%M").to_string())
}

/// `2025-03-12T14:05:00+01:00`, for the `datetime` attribute.
pub fn machine(ms: i64) -> String {
    local(ms).map(|at| at.to_rfc3339()).unwrap_or_default()
}

/// `12 maart 2025`, from days since 1970.
pub fn date(days: i32) -> String {
    from_days(days).map_or_else(|| "–".to_owned(), day_month_year)
}

/// `2025-03-12`, the form that a date input reads and writes.
pub fn input_date(days: i32) -> String {
    from_days(days).map(|day| day.to_string()).unwrap_or_default()
}

/// Days since 1970, from what a date input sends; none for a year that no visit can have.
pub fn parse_date(text: &str) -> Option<i32> {
    let day = text.trim().parse().ok().filter(|day: &NaiveDate| YEARS.contains(&day.year()))?;
    i32::try_from(day.signed_duration_since(NaiveDate::default()).num_days()).ok()
}

/// The day of an instant in Amsterdam, in days since 1970.
pub fn day_of(ms: i64) -> i32 {
    let days = local(ms).map(|at| at.date_naive().signed_duration_since(NaiveDate::default()));
    days.and_then(|days| i32::try_from(days.num_days()).ok()).unwrap_or_default()
}

/// First instant of that day in Amsterdam, in ms.
pub fn day_start(days: i32) -> Option<i64> {
    let midnight = from_days(days)?.and_hms_opt(0, 0, 0)?;
    Amsterdam.from_local_datetime(&midnight).earliest().map(|at| at.timestamp_millis())
}

/// How long ago, in words that stay true for a while: `vandaag`, `gisteren`, `9 dagen geleden`.
pub fn ago(ms: i64, now_ms: i64) -> String {
    let Some((now, then)) = local(now_ms).zip(local(ms)) else { return "onbekend".to_owned() };
    match (now.date_naive() - then.date_naive()).num_days() {
        ..=0 => "vandaag".to_owned(),
        1 => "gisteren".to_owned(),
        days => format!("{days} dagen geleden"),
    }
}

/// A clock difference as words: `12 minuten voor`, `3 uur achter`.
pub fn clock_difference(off_ms: i64) -> String {
    let side = if off_ms > 0 { "voor" } else { "achter" };
    let minutes = off_ms.unsigned_abs() / 60_000;
    match minutes {
        ..120 => format!("{minutes} minuten {side}"),
        120..2_880 => format!("{} uur {side}", minutes / 60),
        _ => format!("{} dagen {side}", minutes / 1_440),
    }
}

fn from_days(days: i32) -> Option<NaiveDate> {
    let epoch = NaiveDate::default();
    let day = match u64::try_from(days) {
        Ok(days) => epoch.checked_add_days(Days::new(days)),
        Err(_) => epoch.checked_sub_days(Days::new(u64::from(days.unsigned_abs()))),
    };
    day.filter(|day| YEARS.contains(&day.year()))
}

fn day_month_year(day: NaiveDate) -> String {
    format!("{} {} {}", day.day(), MONTHS_NL[day.month0() as usize], day.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summer_and_winter_time_are_told_apart() {
        assert_eq!(moment(1_741_784_700_000), "wo 12 maart 2025, 14:05");
        assert_eq!(moment(1_752_321_900_000), "za 12 juli 2025, 14:05");
    }

    #[test]
    fn dates_go_both_ways_also_before_1970() {
        for text in ["2025-03-12", "1969-12-31", "2024-02-29"] {
            assert_eq!(parse_date(text).map(input_date).as_deref(), Some(text));
        }
        assert_eq!(parse_date("gisteren"), None);
    }

    #[test]
    fn a_day_starts_at_midnight_in_amsterdam() {
        let days = parse_date("2025-07-12").expect("a date");
        assert_eq!(day_start(days).map(short_moment).as_deref(), Some("12-07-2025 00:00"));
        assert_eq!(day_start(days).map(day_of), Some(days));
        assert_eq!(day_start(days).map(|ms| day_of(ms - 1)), Some(days - 1));
    }

    #[test]
    fn whatever_a_phone_sends_becomes_text() {
        for ms in [i64::MIN, i64::MAX, 8_210_266_876_799_999, -8_334_601_228_800_000] {
            assert_eq!((moment(ms), short_moment(ms)), ("–".to_owned(), "–".to_owned()));
            assert_eq!(machine(ms), "");
            assert_eq!((ago(ms, 0), ago(0, ms)), ("onbekend".to_owned(), "onbekend".to_owned()));
        }
        for days in [i32::MIN, i32::MAX] {
            assert_eq!((date(days), input_date(days)), ("–".to_owned(), String::new()));
            assert_eq!(day_start(days), None);
        }
        assert_eq!(parse_date("9999-12-31"), None);
        assert_eq!(clock_difference(i64::MIN), "106751991167 dagen achter");
        assert_eq!(clock_difference(i64::MAX), "106751991167 dagen voor");
    }
}
