//! When a phone was without contact for too long. Its own clock may have jumped, so the office's counts
//! when it answers; without an answer the app must be opened on a second day. Pure; the vault keeps what
//! it needs and does what follows.

const DAY_MS: i64 = 86_400_000;
/// Without contact for so long, what is on the phone goes.
pub const AWAY_MAX_DAYS: i64 = 30;
const AWAY_MAX_MS: i64 = AWAY_MAX_DAYS * DAY_MS;

/// The last contact, and whether it seemed too long ago before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Absence {
    /// By the phone's clock.
    pub contact_ms: Option<i64>,
    /// By the office's.
    pub office_ms: Option<i64>,
    /// Day, since 1970, on which it first seemed too long.
    pub suspected: Option<i64>,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    Stays,
    /// It seems too long, on this day: to be remembered.
    Suspected(i64),
    Gone,
}

impl Absence {
    /// By the phone's clock alone.
    pub fn seems_long(self, now_ms: i64) -> bool {
        self.contact_ms.is_some_and(|at_ms| now_ms.saturating_sub(at_ms) > AWAY_MAX_MS)
    }

    /// `office_now_ms` is what the office says that it is now; none when it does not answer.
    pub fn judge(self, now_ms: i64, office_now_ms: Option<i64>) -> Judgement {
        if !self.seems_long(now_ms) {
            return Judgement::Stays;
        }
        if let (Some(now_ms), Some(at_ms)) = (office_now_ms, self.office_ms) {
            let is_long = now_ms.saturating_sub(at_ms) > AWAY_MAX_MS;
            return if is_long { Judgement::Gone } else { Judgement::Stays };
        }
        let today = now_ms.div_euclid(DAY_MS);
        match self.suspected {
            Some(day) if day < today => Judgement::Gone,
            _ => Judgement::Suspected(today),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MONTH_MS: i64 = 31 * DAY_MS;

    fn absence(suspected: Option<i64>) -> Absence {
        Absence { contact_ms: Some(0), office_ms: Some(5), suspected }
    }

    #[test]
    fn a_clock_that_jumps_a_month_empties_no_phone_that_reaches_the_office() {
        assert_eq!(absence(None).judge(MONTH_MS, Some(DAY_MS)), Judgement::Stays);
        assert_eq!(absence(Some(1)).judge(MONTH_MS, Some(DAY_MS)), Judgement::Stays);
        assert_eq!(absence(None).judge(MONTH_MS, Some(MONTH_MS)), Judgement::Gone);
    }

    #[test]
    fn without_the_office_it_takes_a_second_day() {
        assert_eq!(absence(None).judge(MONTH_MS, None), Judgement::Suspected(31));
        assert_eq!(absence(Some(31)).judge(MONTH_MS + 5, None), Judgement::Suspected(31));
        assert_eq!(absence(Some(31)).judge(MONTH_MS + DAY_MS, None), Judgement::Gone);
        // The clock was set right meanwhile.
        assert_eq!(absence(Some(31)).judge(DAY_MS, None), Judgement::Stays);
    }

    #[test]
    fn a_phone_that_never_had_contact_stays() {
        assert_eq!(Absence::default().judge(i64::MAX, None), Judgement::Stays);
    }
}
