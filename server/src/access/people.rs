//! Adding people. Pages that list them read the table themselves.

use super::PersonId;
use crate::store::StoreError;
use aanbel_shared::programme::Role;
use rusqlite::{Connection, OptionalExtension, params};

/// Adds somebody. `login` only for those who sign in to the office; it must be free.
///
/// # Errors
/// Those of the database, among them a login that is taken (see `login_is_taken`).
pub fn add(
    tx: &Connection,
    name: &str,
    role: Role,
    login: Option<&str>,
    now_ms: i64,
) -> Result<PersonId, StoreError> {
    tx.execute(
        "INSERT INTO person (name, role, login, created_ms) VALUES (?1, ?2, ?3, ?4)",
        params![name.trim(), role.key(), login.map(str::trim), now_ms],
    )?;
    Ok(PersonId(tx.last_insert_rowid()))
}

/// # Errors
/// Those of the database.
pub fn login_is_taken(db: &Connection, login: &str) -> Result<bool, StoreError> {
    let mut query = db.prepare_cached("SELECT 1 FROM person WHERE login = ?1 COLLATE NOCASE")?;
    Ok(query.exists([login.trim()])?)
}

/// Display name and role of somebody.
///
/// # Errors
/// Those of the database.
pub fn find(db: &Connection, person: PersonId) -> Result<Option<(String, Role)>, StoreError> {
    let mut query = db.prepare_cached("SELECT name, role FROM person WHERE id = ?1")?;
    let found = query.query_row([person], |row| {
        let role: String = row.get(1)?;
        Ok((row.get(0)?, Role::from_key(&role).unwrap_or(Role::System)))
    });
    Ok(found.optional()?)
}

/// Keeps a password's hash (see `hash_password`) and ends every session of the person.
///
/// # Errors
/// Those of the database.
pub fn set_password(tx: &Connection, person: PersonId, hash: &str) -> Result<(), StoreError> {
    tx.execute("UPDATE person SET password_hash = ?2 WHERE id = ?1", params![person, hash])?;
    super::sessions::end_all(tx, person)
}

/// Lets somebody in, or no more: then her sessions end, her phones are revoked, and what was made for
/// her to come in with is worth nothing.
///
/// # Errors
/// Those of the database.
pub fn set_active(
    tx: &Connection,
    person: PersonId,
    active: bool,
    now_ms: i64,
) -> Result<(), StoreError> {
    tx.execute("UPDATE person SET active = ?2 WHERE id = ?1", params![person, active])?;
    if !active {
        super::sessions::end_all(tx, person)?;
        super::revoke_all(tx, person, now_ms)?;
        tx.execute("DELETE FROM invite WHERE person = ?1 AND used_ms IS NULL", [person])?;
        tx.execute("DELETE FROM enrol_code WHERE person = ?1 AND device IS NULL", [person])?;
    }
    Ok(())
}

/// Whether there is somebody who can plan and add people.
///
/// # Errors
/// Those of the database.
pub fn has_coordinator(db: &Connection) -> Result<bool, StoreError> {
    let mut query =
        db.prepare_cached("SELECT 1 FROM person WHERE role = 'coordinator' AND active = 1")?;
    Ok(query.exists([])?)
}
