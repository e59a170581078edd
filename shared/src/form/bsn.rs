//! Finds what may be a citizen service number (*burgerservicenummer*) in free text, so that a
//! screen can warn. A BSN is never recorded in Aanbel.

/// Weights of the eleven test (*elfproef*) for a BSN, first digit first.
const WEIGHTS: [i32; 9] = [9, 8, 7, 6, 5, 4, 3, 2, -1];

/// Whether `text` holds a number of nine digits that passes the eleven test, written in one piece
/// or with single dots, spaces or dashes in between.
pub fn holds_bsn(text: &str) -> bool {
    let is_plain = |character: char| character.is_ascii_digit();
    text.split(|character| !is_plain(character)).any(passes)
        || spaced_runs(text).any(|run| passes(&run))
}

fn passes(digits: &str) -> bool {
    if digits.len() != WEIGHTS.len() || digits.bytes().all(|byte| byte == b'0') {
        return false;
    }
    let sum: i32 =
        digits.bytes().zip(WEIGHTS).map(|(byte, weight)| i32::from(byte - b'0') * weight).sum();
    sum % 11 == 0
}

/// Runs of digits in which one separator may stand between two digits; separators left out.
fn spaced_runs(text: &str) -> impl Iterator<Item = String> {
    let (mut runs, mut run, mut gap) = (Vec::new(), String::new(), 0);
    for character in text.chars() {
        if character.is_ascii_digit() {
            run.push(character);
            gap = 0;
        } else {
            gap += 1;
            if gap > 1 || !matches!(character, '.' | ' ' | '-') {
                runs.push(std::mem::take(&mut run));
            }
        }
    }
    runs.push(run);
    runs.into_iter()
}

#[cfg(test)]
mod tests {
    use super::holds_bsn;

    #[test]
    fn a_number_that_passes_the_eleven_test_is_seen_however_it_is_written() {
        // Made-up numbers that pass the test; 111222333 is the one used in examples everywhere.
        for text in
            ["111222333", "bsn: 111222333.", "1112.22.333", "111-222-333 zei ze", "x111222333y"]
        {
            assert!(holds_bsn(text), "{text}");
        }
        assert!(holds_bsn("op 3 maart: 111222333"));
        assert!(holds_bsn("huis 12 111222333"), "a house number before it does not hide it");
    }

    #[test]
    fn other_numbers_are_left_alone() {
        for text in
            ["", "111222334", "000000000", "0612345678", "06-12345678", "1112223330", "12 345"]
        {
            assert!(!holds_bsn(text), "{text}");
        }
    }
}
