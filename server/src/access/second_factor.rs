//! The second step of signing in: what is kept of it, and whether a code is right.

use super::totp::{self, Secret};
use super::{PersonId, codes, passkeys, random};
use crate::store::StoreError;
use rusqlite::{Connection, OptionalExtension, params};
use subtle::ConstantTimeEq;

/// One-time codes that somebody gets for when her phone is gone.
const RECOVERY_CODES: usize = 8;
/// Steps before and after now whose code is still right: clocks differ, and typing takes time.
const SLACK: i64 = 1;

/// Since when somebody has a second step; none when she has not.
///
/// # Errors
/// Those of the database.
pub fn since_ms(db: &Connection, person: PersonId) -> Result<Option<i64>, StoreError> {
    let mut query =
        db.prepare_cached("SELECT confirmed_ms FROM second_factor WHERE person = ?1")?;
    let found: Option<Option<i64>> = query.query_row([person], |row| row.get(0)).optional()?;
    Ok(found.flatten())
}

/// How many recovery codes were not used yet.
///
/// # Errors
/// Those of the database.
pub fn recovery_left(db: &Connection, person: PersonId) -> Result<usize, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT COUNT(*) FROM recovery_code WHERE person = ?1 AND used_ms IS NULL",
    )?;
    let left: i64 = query.query_row([person], |row| row.get(0))?;
    Ok(usize::try_from(left).unwrap_or(0))
}

/// The secret that is being set up: the one shown before, or a new one. None when it is set already.
///
/// # Errors
/// Those of the database.
pub fn begin(tx: &Connection, person: PersonId) -> Result<Option<Secret>, StoreError> {
    tx.execute(
        "INSERT OR IGNORE INTO second_factor (person, secret) VALUES (?1, ?2)",
        params![person, random::<20>()],
    )?;
    let mut query = tx.prepare_cached(
        "SELECT secret FROM second_factor WHERE person = ?1 AND confirmed_ms IS NULL",
    )?;
    Ok(query.query_row([person], |row| row.get(0)).optional()?)
}

/// Sets the second step when the code is right, and gives the recovery codes: the only time that they
/// are seen. None when the code is wrong or nothing was being set up.
///
/// # Errors
/// Those of the database.
pub fn confirm(
    tx: &Connection,
    person: PersonId,
    typed: &str,
    now_ms: i64,
) -> Result<Option<Vec<String>>, StoreError> {
    if since_ms(tx, person)?.is_some() || !counts_out(tx, person, typed, now_ms)? {
        return Ok(None);
    }
    tx.execute(
        "UPDATE second_factor SET confirmed_ms = ?2 WHERE person = ?1",
        params![person, now_ms],
    )?;
    tx.execute("DELETE FROM recovery_code WHERE person = ?1", [person])?;
    let mut insert =
        tx.prepare_cached("INSERT INTO recovery_code (person, code_hash) VALUES (?1, ?2)")?;
    let mut shown = Vec::new();
    for _ in 0..RECOVERY_CODES {
        let (code, hash) = codes::fresh();
        insert.execute(params![person, hash])?;
        shown.push(code);
    }
    Ok(Some(shown))
}

/// Whether a code is right: the one of now, once, or a recovery code, once.
///
/// # Errors
/// Those of the database.
pub fn check(
    tx: &Connection,
    person: PersonId,
    typed: &str,
    now_ms: i64,
) -> Result<bool, StoreError> {
    if since_ms(tx, person)?.is_none() {
        return Ok(false);
    }
    if counts_out(tx, person, typed, now_ms)? {
        return Ok(true);
    }
    let Some(hash) = codes::hash_typed(typed) else { return Ok(false) };
    let used = tx.execute(
        "UPDATE recovery_code SET used_ms = ?3
         WHERE person = ?1 AND code_hash = ?2 AND used_ms IS NULL",
        params![person, hash, now_ms],
    )?;
    Ok(used == 1)
}

/// Takes the second step away, passkeys too, for who lost both phone and recovery codes.
///
/// # Errors
/// Those of the database.
pub fn remove(tx: &Connection, person: PersonId) -> Result<(), StoreError> {
    passkeys::remove_all(tx, person)?;
    tx.execute("DELETE FROM recovery_code WHERE person = ?1", [person])?;
    tx.execute("DELETE FROM second_factor WHERE person = ?1", [person])?;
    Ok(())
}

/// Whether these are the six digits of about now, and of a later step than those used before.
fn counts_out(
    tx: &Connection,
    person: PersonId,
    typed: &str,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let digits: String = typed.chars().filter(|letter| !letter.is_whitespace()).collect();
    let mut query =
        tx.prepare_cached("SELECT secret, last_step FROM second_factor WHERE person = ?1")?;
    let found = query.query_row([person], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((secret, last)): Option<(Secret, i64)> = found else { return Ok(false) };
    let now = totp::step(now_ms);
    let right =
        |step: &i64| bool::from(totp::code(&secret, *step).as_bytes().ct_eq(digits.as_bytes()));
    let Some(step) = (now - SLACK..=now + SLACK).filter(|step| *step > last).find(right) else {
        return Ok(false);
    };
    tx.execute("UPDATE second_factor SET last_step = ?2 WHERE person = ?1", params![person, step])?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::people;
    use crate::store;
    use aanbel_shared::programme::Role;

    const NOW_MS: i64 = 1_773_316_800_000;

    fn iris() -> (tempfile::TempDir, Connection, PersonId, Secret) {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let db = store::open_for_writing(folder.path(), 0).expect("a new database");
        let iris = people::add(&db, "Iris", Role::Coordinator, Some("iris"), 0).expect("a person");
        let secret = begin(&db, iris).expect("a secret").expect("nothing was set");
        (folder, db, iris, secret)
    }

    #[test]
    fn a_code_works_once_and_only_about_now() {
        let (_folder, db, iris, secret) = iris();
        let code = |ms: i64| totp::code(&secret, totp::step(ms));
        assert!(!check(&db, iris, &code(NOW_MS), NOW_MS).expect("a check"), "not set yet");
        assert_eq!(begin(&db, iris).expect("a secret"), Some(secret), "shown again, not made anew");
        assert!(confirm(&db, iris, &code(NOW_MS), NOW_MS).expect("a check").is_some());
        assert!(!check(&db, iris, &code(NOW_MS), NOW_MS).expect("a check"), "the same code again");
        let later_ms = NOW_MS + 60_000;
        for wrong in [code(NOW_MS + 30_000 * 4), code(NOW_MS), String::new(), "123 45".to_owned()] {
            assert!(!check(&db, iris, &wrong, later_ms).expect("a check"), "{wrong}");
        }
        let spaced = format!(" {} {}", &code(later_ms)[..3], &code(later_ms)[3..]);
        assert!(check(&db, iris, &spaced, later_ms).expect("a check"));
        assert_eq!(begin(&db, iris).expect("a look"), None, "what is set is never shown again");
    }

    #[test]
    fn a_recovery_code_works_once() {
        let (_folder, db, iris, secret) = iris();
        let now = totp::code(&secret, totp::step(NOW_MS));
        assert_eq!(confirm(&db, iris, "000000", NOW_MS).expect("a check"), None);
        let codes = confirm(&db, iris, &now, NOW_MS).expect("a check").expect("right");
        assert_eq!((codes.len(), recovery_left(&db, iris).expect("a count")), (8, 8));
        assert!(check(&db, iris, &codes[3].to_lowercase(), NOW_MS).expect("a check"));
        assert!(!check(&db, iris, &codes[3], NOW_MS).expect("a check"));
        assert_eq!(recovery_left(&db, iris).expect("a count"), 7);
        remove(&db, iris).expect("it goes");
        assert!(!check(&db, iris, &codes[4], NOW_MS).expect("a check"));
    }
}
