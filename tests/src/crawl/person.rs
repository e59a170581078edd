//! Who crawls: the first person of a role, with a session that is begun again whenever a form ended it or
//! locked her out. The one of the office has a second step, a passkey and a second session, for the forms
//! about those; the others have none, for the forms that set one up.

use crate::server::Server;
use crate::session::{Session, now_ms};
use crate::street::database;
use aanbel_server::access::sessions::Stage;
use aanbel_server::access::{MadeUpKey, PersonId, hash_of, second_factor, totp};
use aanbel_shared::programme::Role;
use anyhow::{Context, Result};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

/// Always the same, so that a form that was read before its session was begun again still fits.
const PASSKEY: i64 = 1;

pub struct People {
    db: Connection,
    /// How far they are with signing in.
    stage: Stage,
    held: Option<(Role, Session)>,
}

impl People {
    /// # Errors
    /// Those of the database.
    pub fn of(server: &Server) -> Result<People> {
        let db = database(server.data())?;
        // A test that loses power begins anew.
        db.pragma_update(None, "synchronous", "OFF")?;
        Ok(People { db, stage: Stage::Whole, held: None })
    }

    /// From now on they come so far.
    pub fn come_to(&mut self, stage: Stage) {
        self.stage = stage;
        self.held = None;
    }

    /// A session of the first person of this role.
    ///
    /// # Errors
    /// When there is nobody.
    pub fn session(&mut self, role: Role) -> Result<Session> {
        if let Some((of, session)) = &self.held
            && *of == role
            && self.stands(role, session)?
        {
            return Ok(session.clone());
        }
        let session = self.begin(role)?;
        self.held = Some((role, session.clone()));
        Ok(session)
    }

    /// Whether all is as it was begun.
    fn stands(&self, role: Role, session: &Session) -> Result<bool> {
        let token = session.cookie.split_once('=').map_or("", |(_, token)| token);
        let mut query = self.db.prepare_cached(
            "SELECT 1 FROM session JOIN person ON person.id = session.person
             WHERE token_hash = ?1 AND active = 1 AND role = ?2
                AND (SELECT COUNT(*) FROM passkey WHERE passkey.person = person.id) = ?3",
        )?;
        Ok(query.exists(params![hash_of(token), role.key(), has_step(role)])?)
    }

    fn begin(&self, role: Role) -> Result<Session> {
        let tx = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        let person =
            "SELECT id FROM person WHERE login = ?2 OR (?2 = '' AND role = ?1) ORDER BY id";
        let person: PersonId = tx
            .query_row(person, params![role.key(), login_of(role)], |row| row.get(0))
            .with_context(|| format!("somebody who is {}", role.key()))?;
        let again = "UPDATE person SET active = 1, role = ?2 WHERE id = ?1";
        tx.execute(again, params![person, role.key()])?;
        second_factor::remove(&tx, person)?;
        // No more than there are forms for, or the pages that list them would be long.
        tx.execute("DELETE FROM session WHERE person = ?1", [person])?;
        if has_step(role) {
            give_step(&tx, person)?;
            Session::begin_on(&tx, person, Stage::Whole)?;
        }
        let session = Session::begin_on(&tx, person, self.stage)?;
        tx.commit()?;
        Ok(session)
    }
}

fn has_step(role: Role) -> bool {
    role == Role::Office
}

fn give_step(tx: &Connection, person: PersonId) -> Result<()> {
    let at_ms = now_ms()?;
    let secret = second_factor::begin(tx, person)?.context("she has none yet")?;
    let code = totp::code(&secret, totp::step(at_ms));
    second_factor::confirm(tx, person, &code, at_ms)?.context("that is the code")?;
    let point = MadeUpKey::of("crawl").point();
    tx.execute(
        "INSERT INTO passkey (number, person, name, credential, public_key, counter, added_ms)
         VALUES (?1, ?2, 'Laptop', x'0102', ?3, 0, ?4)",
        params![PASSKEY, person, point, at_ms],
    )?;
    Ok(())
}

/// Who of the demo's office has this role; of the others the first one will do.
fn login_of(role: Role) -> &'static str {
    match role {
        Role::Office => "hanna",
        Role::Coordinator => "iris",
        Role::Corporation => "nina",
        _ => "",
    }
}
