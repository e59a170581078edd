//! One word that stands in the log under two numbers: the storage of a phone was copied before it was
//! sent, and both phones sent it under a number of their own. Who answers the one has not seen the other,
//! so the other would stand beside its own answer and people would be asked what was settled. Here that
//! is seen, and the answer is said once more, having seen both.

use super::log::{self, Entry, Written};
use super::said::{self, said_by};
use super::said_again::say_again;
use super::{StoreError, projection};
use aanbel_shared::record::{Assignment, DeviceNo, Live, RecordId, Register, Seen};
use rusqlite::Connection;
use std::collections::HashMap;

/// Most values of a field beside each other, most copies of a word, and most answers at once that are looked
/// at. More than a few of them no household has; thousands are made up to keep the writer busy.
const LOOKED_AT_MAX: usize = 16;

/// Says answers of this record once more that stand beside a word that they answered. Doing it again
/// changes nothing.
///
/// # Errors
/// Those of the database; `Damaged` when an op of the record cannot be read.
pub fn settle(tx: &Connection, record: RecordId, received_ms: i64) -> Result<(), StoreError> {
    for _ in 0..LOOKED_AT_MAX {
        let words = Words { tx, written: log::written(tx, record)?, by: HashMap::new() };
        if !settle_one(words, record, received_ms)? {
            break;
        }
    }
    Ok(())
}

/// All that was said of a record.
struct Words<'t> {
    tx: &'t Connection,
    written: Vec<Written>,
    /// With what was set aside of a phone.
    by: HashMap<DeviceNo, said::Said>,
}

/// An answer, and all that it has seen when it is said once more.
struct Answer<'r> {
    live: &'r Live,
    seen: Seen,
}

/// False when there is none.
fn settle_one(
    mut words: Words<'_>,
    record: RecordId,
    received_ms: i64,
) -> Result<bool, StoreError> {
    for (field, register) in projection::fields(words.tx, record)?.iter() {
        let Some(answer) = answered_elsewhere(&mut words, record, field, register)? else {
            continue;
        };
        let of_answer = words.written.iter().find(|(op, _)| op.dot == answer.live.dot);
        let Some((op, author)) = of_answer else { continue };
        let (value, seen) = (answer.live.value.clone(), answer.seen);
        let set = vec![Assignment { field: field.to_owned(), value, seen }];
        say_again(words.tx, [(Entry { op, author: *author, received_ms }, set)])?;
        return Ok(true);
    }
    Ok(false)
}

/// A live value that had seen a word, where that same word lives under another number.
fn answered_elsewhere<'r>(
    words: &mut Words<'_>,
    record: RecordId,
    field: &str,
    register: &'r Register,
) -> Result<Option<Answer<'r>>, StoreError> {
    let live = register.live();
    if live.len() < 2 || live.len() > LOOKED_AT_MAX {
        return Ok(None);
    }
    for word in live {
        let of_word = words.written.iter().find(|(op, _)| op.dot == word.dot);
        let Some((_, author)) = of_word else { continue };
        let twins = words.written.iter().filter(|(op, by)| {
            op.dot != word.dot
                && by == author
                && op.at_ms == word.at_ms
                && op.get(field) == Some(&word.value)
        });
        for (twin, _) in twins.take(LOOKED_AT_MAX) {
            let had_seen = |one: &&Live| one.dot != word.dot && one.seen.covers(twin.dot);
            let Some(answer) = live.iter().find(had_seen) else { continue };
            let Some(seen) = seen_by_both(live, answer, word) else { continue };
            if !words.by.contains_key(&twin.device()) {
                let by_phone = said_by(words.tx, twin.device(), record)?;
                words.by.insert(twin.device(), by_phone);
            }
            let said = &words.by[&twin.device()];
            if !said.is_overtaken(twin.dot, field) || said.really_saw(&answer.seen, twin.dot, field)
            {
                return Ok(Some(Answer { live: answer, seen }));
            }
        }
    }
    Ok(None)
}

/// What the answer has seen when it has seen the word too. None when by the numbers that would be a third
/// value that lives: of the office many write, so who saw its later word need not have seen the earlier.
fn seen_by_both(live: &[Live], answer: &Live, word: &Live) -> Option<Seen> {
    let mut seen = answer.seen.clone();
    seen.join(&word.seen);
    seen.add(word.dot);
    seen.add(answer.dot);
    let mut others =
        live.iter().map(|one| one.dot).filter(|dot| ![answer.dot, word.dot].contains(dot));
    (!others.any(|dot| seen.covers(dot))).then_some(seen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aanbel_shared::record::{Dot, Value};

    fn live(device: u32, seq: u64, seen: &[(u32, u64)]) -> Live {
        let seen = seen.iter().map(|&(device, seq)| Dot::new(DeviceNo(device), seq)).collect();
        Live { dot: Dot::new(DeviceNo(device), seq), at_ms: 0, value: Value::Nothing, seen }
    }

    #[test]
    fn answer_that_would_take_a_third_word_along_is_not_said_again() {
        let (word, answer) = (live(0, 2, &[]), live(10, 1, &[(5, 1)]));
        let both = [answer.clone(), word.clone()];
        let seen = seen_by_both(&both, &answer, &word).expect("nothing else lives");
        assert!(seen.covers(word.dot) && seen.covers(answer.dot) && seen.len() == 3);
        let with_earlier_of_the_office = [answer.clone(), word.clone(), live(0, 1, &[])];
        assert!(seen_by_both(&with_earlier_of_the_office, &answer, &word).is_none());
        let with_later = [answer.clone(), word.clone(), live(0, 3, &[])];
        assert!(seen_by_both(&with_later, &answer, &word).is_some());
    }
}
