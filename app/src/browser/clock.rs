//! The phone's clock and calendar, and how moments are said in Dutch. Local time is the browser's.

use aanbel_shared::form::MONTHS_NL;
use js_sys::Date;
use wasm_bindgen::JsValue;

const DAY_MS: f64 = 86_400_000.0;
const DAYS: [&str; 7] = ["zo", "ma", "di", "wo", "do", "vr", "za"];

/// Milliseconds since 1970, by the phone's own clock.
pub fn now_ms() -> i64 {
    Date::now() as i64
}

fn local(at_ms: i64) -> Date {
    Date::new(&JsValue::from_f64(at_ms as f64))
}

/// Hour of the day here, 0 to 23.
pub fn local_hour(at_ms: i64) -> u32 {
    local(at_ms).get_hours()
}

/// Which day it is here, as days since 1970-01-01.
pub fn local_day(at_ms: i64) -> i32 {
    let date = local(at_ms);
    let utc = Date::utc(f64::from(date.get_full_year()), f64::from(date.get_month()));
    (utc / DAY_MS) as i32 + date.get_date() as i32 - 1
}

fn of_day(day: i32) -> Date {
    Date::new(&JsValue::from_f64(f64::from(day) * DAY_MS))
}

/// `di 3 maart 2026`.
pub fn day_nl(day: i32) -> String {
    let date = of_day(day);
    let week_day = DAYS.get(date.get_utc_day() as usize).copied().unwrap_or_default();
    let month = MONTHS_NL.get(date.get_utc_month() as usize).copied().unwrap_or_default();
    format!("{week_day} {} {month} {}", date.get_utc_date(), date.get_utc_full_year())
}

/// `14:05`.
pub fn time_nl(at_ms: i64) -> String {
    let date = local(at_ms);
    format!("{:02}:{:02}", date.get_hours(), date.get_minutes())
}

/// `vandaag 14:05`, `gisteren 14:05` or `di 3 maart 2026, 14:05`, seen from `now_ms`.
pub fn moment_nl(at_ms: i64, now_ms: i64) -> String {
    let (day, time) = (local_day(at_ms), time_nl(at_ms));
    match local_day(now_ms) - day {
        0 => format!("vandaag {time}"),
        1 => format!("gisteren {time}"),
        _ => format!("{}, {time}", day_nl(day)),
    }
}

/// The value of a date input, `2026-03-03`.
pub fn day_iso(day: i32) -> String {
    let date = of_day(day);
    let (year, month) = (date.get_utc_full_year(), date.get_utc_month() + 1);
    format!("{year:04}-{month:02}-{:02}", date.get_utc_date())
}

/// From the value of a date input; none when it is empty or half typed.
pub fn day_from_iso(text: &str) -> Option<i32> {
    if text.len() != 10 {
        return None;
    }
    let ms = Date::parse(text);
    ms.is_finite().then_some((ms / DAY_MS) as i32)
}

/// The value of an input for day and time, `2026-03-03T14:05`, on the phone's own clock.
pub fn moment_iso(at_ms: i64) -> String {
    format!("{}T{}", day_iso(local_day(at_ms)), time_nl(at_ms))
}

/// From such a value; none when it is empty or half typed.
pub fn moment_from_iso(text: &str) -> Option<i64> {
    if text.len() != 16 {
        return None;
    }
    // Without a zone the browser reads it as local time.
    let ms = Date::parse(text);
    ms.is_finite().then_some(ms as i64)
}

/// `2026-03-03T13:05:00Z`.
pub fn utc_iso(at_ms: i64) -> String {
    let iso: String = local(at_ms).to_iso_string().into();
    format!("{}Z", iso.split('.').next().unwrap_or_default())
}
