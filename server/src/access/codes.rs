//! Enrolment codes: 60 bits, one day, one phone.

use super::{PersonId, hash_of, random};
use crate::store::StoreError;
use rusqlite::{Connection, params};

/// A code works this long.
pub const LIFE_MS: i64 = 24 * 60 * 60 * 1_000;
/// Characters of a code, five bits each.
const LENGTH: usize = 12;
/// Crockford's base 32: no I, L, O or U, which people misread.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Makes a code for a new phone of this person: `XXXX-XXXX-XXXX`, the only time that it is seen.
///
/// # Errors
/// Those of the database.
pub fn create(tx: &Connection, person: PersonId, now_ms: i64) -> Result<String, StoreError> {
    let (code, hash) = fresh();
    tx.execute(
        "INSERT INTO enrol_code (code_hash, person, expires_ms) VALUES (?1, ?2, ?3)",
        params![hash, person, now_ms + LIFE_MS],
    )?;
    Ok(code)
}

/// A new code as people type it, and what is kept of it.
pub(crate) fn fresh() -> (String, [u8; 32]) {
    let letters: String = random::<LENGTH>()
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
        .collect();
    let code = format!("{}-{}-{}", &letters[..4], &letters[4..8], &letters[8..]);
    (code, hash_of(&letters))
}

/// Hash of a code as somebody typed it: any case, with or without dashes and spaces, and with the
/// letters that Crockford reads as digits. None when it cannot be a code.
pub fn hash_typed(typed: &str) -> Option<[u8; 32]> {
    let mut letters = String::new();
    for letter in typed.chars().filter(|letter| !matches!(letter, '-' | ' ' | '\u{a0}' | '–')) {
        let letter = match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        if letters.len() >= LENGTH || !ALPHABET.iter().any(|one| char::from(*one) == letter) {
            return None;
        }
        letters.push(letter);
    }
    (letters.len() == LENGTH).then(|| hash_of(&letters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_read_as_people_type_it() {
        let wanted = hash_typed("0123-4567-89AB");
        assert!(wanted.is_some());
        assert_eq!(hash_typed(" ol23 4567 89ab "), wanted, "O is read as 0 and l as 1");
        for wrong in ["", "0123-4567-89A", "0123-4567-89ABC", "0123-4567-89AU", "é123-4567-89A"] {
            assert_eq!(hash_typed(wrong), None, "{wrong}");
        }
    }
}
