//! PINs: which are too easy, and for wrong ones how many and how long to wait for the next. Pure;
//! what is counted is kept by the vault.

/// Digits of a PIN.
pub const PIN_LEN: usize = 6;
/// At this many wrong PINs in a row the keys are destroyed.
pub const WRONG_MAX: u32 = 10;
/// Wait in seconds after the fifth wrong PIN, the sixth, and so on.
const WAITS_S: [i64; 5] = [30, 60, 300, 900, 3_600];
const FREE: u32 = 4;

/// The first that anybody tries: one digit again and again, or a row up or down.
pub fn is_easy(pin: &str) -> bool {
    let steps = || pin.bytes().zip(pin.bytes().skip(1));
    steps().all(|(one, next)| next == one)
        || steps().all(|(one, next)| next == one + 1)
        || steps().all(|(one, next)| one == next + 1)
}

/// What is remembered between tries, also over a restart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    /// Wrong in a row.
    pub wrong: u32,
    /// No try before this moment, by the phone's clock, ms.
    until_ms: i64,
}

impl Tries {
    /// As it is kept.
    pub fn row(self) -> (u32, i64) {
        (self.wrong, self.until_ms)
    }

    pub fn of_row((wrong, until_ms): (u32, i64)) -> Tries {
        Tries { wrong, until_ms }
    }

    /// As a note in words, where a row cannot be kept.
    pub fn note(self) -> String {
        format!("{} {}", self.wrong, self.until_ms)
    }

    /// From such a note; none when it is not one.
    pub fn of_note(note: &str) -> Option<Tries> {
        let (wrong, until_ms) = note.split_once(' ')?;
        Some(Tries { wrong: wrong.parse().ok()?, until_ms: until_ms.parse().ok()? })
    }

    /// One more that was wrong.
    pub fn and_one(self, now_ms: i64) -> Tries {
        let wrong = self.wrong + 1;
        Tries { wrong, until_ms: now_ms.saturating_add(longest_ms(wrong)) }
    }

    /// How long there is still to wait. A clock that was put back does not make it longer than it was.
    pub fn wait_ms(self, now_ms: i64) -> i64 {
        self.until_ms.saturating_sub(now_ms).clamp(0, longest_ms(self.wrong))
    }

    /// How many may still be wrong.
    pub fn left(self) -> u32 {
        WRONG_MAX.saturating_sub(self.wrong)
    }
}

fn longest_ms(wrong: u32) -> i64 {
    let place = wrong.checked_sub(FREE + 1).map(|place| place as usize);
    place.map_or(0, |place| WAITS_S[place.min(WAITS_S.len() - 1)] * 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_from_the_fifth_wrong_pin() {
        let mut tries = Tries::default();
        let mut waits = Vec::new();
        for _ in 0..WRONG_MAX {
            tries = tries.and_one(1_000);
            waits.push(tries.wait_ms(1_000) / 1_000);
        }
        assert_eq!(waits, [0, 0, 0, 0, 30, 60, 300, 900, 3_600, 3_600]);
        assert_eq!(tries.left(), 0);
    }

    #[test]
    fn a_note_says_what_a_row_says() {
        let sixth = (0..6).fold(Tries::default(), |tries, _| tries.and_one(1_000));
        assert_eq!(Tries::of_note(&sixth.note()), Some(sixth));
        assert_eq!(Tries::of_note("geen"), None);
    }

    #[test]
    fn rows_and_repeats_are_too_easy() {
        let easy: Vec<_> = ["111111", "123456", "987654", "123457", "275318"].map(is_easy).into();
        assert_eq!(easy, [true, true, true, false, false]);
    }

    #[test]
    fn a_clock_put_back_makes_no_wait_longer() {
        let fifth = (0..5).fold(Tries::default(), |tries, _| tries.and_one(1_000_000_000));
        assert_eq!(fifth.wait_ms(0), 30_000);
        assert_eq!(fifth.wait_ms(i64::MAX), 0);
    }
}
