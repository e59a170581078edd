//! Amounts that are known exactly or only as lying between two others, and how they are written.

use super::model::Compare;
use crate::form::Truth;

/// What is known of an amount or number: it lies from `low` up to and including `high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub low: i64,
    pub high: i64,
}

impl Span {
    /// No more than that it is not negative. Far below `i64::MAX`, so that sums do not overflow.
    pub const ANY: Span = Span { low: 0, high: 1 << 50 };

    #[must_use]
    pub fn exactly(amount: i64) -> Span {
        Span { low: amount, high: amount }
    }

    /// The amount, when it is known exactly.
    #[must_use]
    pub fn exact(self) -> Option<i64> {
        (self.low == self.high).then_some(self.low)
    }

    #[must_use]
    pub fn contains(self, amount: i64) -> bool {
        (self.low..=self.high).contains(&amount)
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn or(self, other: Span) -> Span {
        Span { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// What a computation gives that falls when its input rises.
    #[must_use]
    pub fn falling(self, of: impl Fn(i64) -> i64) -> Span {
        Span { low: of(self.high), high: of(self.low) }
    }

    /// What a computation gives that rises with its input.
    #[must_use]
    pub fn rising(self, of: impl Fn(i64) -> i64) -> Span {
        Span { low: of(self.low), high: of(self.high) }
    }

    /// Compares every amount of `self` with every amount of `limit`.
    #[must_use]
    pub fn compare(self, how: Compare, limit: Span) -> Truth {
        match how {
            Compare::Above => !self.compare(Compare::AtMost, limit),
            Compare::AtMost if self.high <= limit.low => Truth::Yes,
            Compare::AtMost if self.low > limit.high => Truth::No,
            Compare::Below if self.high < limit.low => Truth::Yes,
            Compare::Below if self.low >= limit.high => Truth::No,
            _ => Truth::Unknown,
        }
    }
}

/// Divides and rounds to the nearest, halves up; `numerator` not negative.
#[must_use]
pub fn divide_half_up(numerator: i128, denominator: i128) -> i64 {
    i64::try_from((2 * numerator + denominator).div_euclid(2 * denominator)).unwrap_or(i64::MAX)
}

/// This part of an amount, rounded to the nearest cent, halves up. `basis_points` in hundredths of a
/// percent.
#[must_use]
pub fn part(cents: i64, basis_points: i64) -> i64 {
    divide_half_up(i128::from(cents) * i128::from(basis_points), 10_000)
}

/// `€ 1.419,46`, and `€ 129` for whole euros, as Dutch writes amounts.
#[must_use]
pub fn euros(cents: i64) -> String {
    let whole = (cents / 100).to_string();
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) && digit != '-' {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    match cents.rem_euclid(100) {
        0 => format!("€ {grouped}"),
        rest => format!("€ {grouped},{rest:02}"),
    }
}

/// Reads an amount as people type it: `1703`, `1.703,35`, `€ 1703.35`. Euro cents; `None` when it is
/// no amount, negative, or more than a hundred million euros.
#[must_use]
pub fn cents_of(text: &str) -> Option<i64> {
    let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '€').collect();
    let (whole, rest) = match text.rsplit_once(',') {
        Some(parts) => parts,
        // A point before two digits at the end is a decimal one; before three it groups.
        None => match text.rsplit_once('.') {
            Some((whole, rest)) if rest.len() == 2 => (whole, rest),
            _ => (text.as_str(), ""),
        },
    };
    let digits: String = whole.chars().filter(|c| *c != '.').collect();
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if digits.is_empty() || digits.len() > 8 || rest.len() > 2 || !is_number(&digits) {
        return None;
    }
    let cents = if is_number(rest) { format!("{rest:0<2}") } else { return None };
    Some(digits.parse::<i64>().ok()? * 100 + cents.parse::<i64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_type_them() {
        let rows = [
            ("1703", Some(170_300)),
            ("1.703", Some(170_300)),
            ("1.703,35", Some(170_335)),
            ("€ 1 703,5", Some(170_350)),
            ("1703.35", Some(170_335)),
            ("0", Some(0)),
            ("", None),
            ("-5", None),
            ("1,234", None),
            ("veel", None),
            ("123456789", None),
        ];
        for (text, cents) in rows {
            assert_eq!(cents_of(text), cents, "{text}");
        }
    }

    #[test]
    fn amounts_are_written_as_in_dutch() {
        assert_eq!(euros(141_946), "€ 1.419,46");
        assert_eq!(euros(12_900), "€ 129");
        assert_eq!(euros(14_601_100), "€ 146.011");
        assert_eq!(euros(5), "€ 0,05");
    }

    #[test]
    fn what_overlaps_cannot_be_compared() {
        let limit = Span::exactly(100);
        let rows = [
            (Span { low: 0, high: 100 }, Compare::AtMost, Truth::Yes),
            (Span { low: 0, high: 100 }, Compare::Below, Truth::Unknown),
            (Span { low: 101, high: 200 }, Compare::AtMost, Truth::No),
            (Span { low: 100, high: 200 }, Compare::Below, Truth::No),
            (Span { low: 50, high: 200 }, Compare::AtMost, Truth::Unknown),
            (Span { low: 101, high: 101 }, Compare::Above, Truth::Yes),
        ];
        for (amount, how, truth) in rows {
            assert_eq!(amount.compare(how, limit), truth, "{amount:?} {how:?}");
        }
    }

    #[test]
    fn halves_are_rounded_up() {
        assert_eq!(part(202_779, 10_000), 202_779);
        assert_eq!(divide_half_up(5, 2), 3);
        assert_eq!(divide_half_up(4, 3), 1);
    }
}
