//! Somebody changes the log behind the server's back: `aanbel verify` names the entry.

use aanbel_tests::phones::{door, made_up, nobody, phone_of};
use aanbel_tests::runs::{Chance, times};
use aanbel_tests::server::Server;
use aanbel_tests::street::{WALKERS, database};
use anyhow::{Context, Result, ensure};
use rusqlite::{Connection, params};

/// All that an entry says, besides its number.
const COLUMNS: [&str; 13] = [
    "list",
    "seq",
    "device",
    "device_seq",
    "record",
    "first",
    "author",
    "received_ms",
    "payload",
    "payload_hash",
    "chain",
    "salt",
    "erasure",
];

#[tokio::test]
async fn check_names_every_entry_that_was_touched() -> Result<()> {
    let mut server = Server::street().await?;
    let mut walker = phone_of(&server, WALKERS[0], "a").await?;
    for visit in 0..40 {
        walker.write(vec![nobody(made_up(&visit.to_string()), door(&walker, visit)?)])?;
    }
    walker.sync().await?;
    server.kill().await?;
    server.verify().await?;
    let file = server.data().join("aanbel.db");
    // Everything in one file, so that putting it back undoes a blow.
    database(server.data())?.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    let whole = std::fs::read(&file)?;
    let last =
        database(server.data())?.query_row("SELECT MAX(entry) FROM log", [], |row| row.get(0))?;
    let mut chance = Chance::new(3);
    for blow in 0..times(200, 2_000) {
        std::fs::write(&file, &whole)?;
        let (what, touched) = strike(&database(server.data())?, blow, last, &mut chance)?;
        let told = server.verify().await.err().with_context(|| format!("{what}: not noticed"))?;
        let told = format!("{told:#}");
        for entry in touched {
            ensure!(names(&told, entry), "{what}: entry {entry} is not named in\n{told}");
        }
    }
    Ok(())
}

/// Does one thing to the log; gives what, and which entries the check must name.
fn strike(
    db: &Connection,
    blow: usize,
    last: i64,
    chance: &mut Chance,
) -> Result<(String, Vec<i64>)> {
    let entry = 1 + chance.below(last as usize - 1) as i64;
    Ok(match blow % 5 {
        // Nothing comes after it: what its list says of its last number tells.
        4 => {
            db.execute("DELETE FROM log WHERE entry = ?1", [last])?;
            ("the last entry deleted".to_owned(), vec![])
        }
        0 => {
            let column = COLUMNS[chance.below(COLUMNS.len())];
            flip(db, entry, column, chance)?;
            (format!("{column} of entry {entry} flipped"), vec![entry])
        }
        1 => {
            db.execute("DELETE FROM log WHERE entry = ?1", [entry])?;
            (format!("entry {entry} deleted"), vec![entry])
        }
        2 => {
            let other = 1 + (entry + chance.below(last as usize - 2) as i64) % last;
            renumber(db, entry, -1)?;
            renumber(db, other, entry)?;
            renumber(db, -1, other)?;
            (format!("entries {entry} and {other} swapped"), vec![entry, other])
        }
        _ => {
            insert(db, entry, last)?;
            (format!("entry {entry} inserted"), vec![entry])
        }
    })
}

/// Changes one bit of a number or of bytes.
fn flip(db: &Connection, entry: i64, column: &str, chance: &mut Chance) -> Result<()> {
    let query = format!("SELECT {column} FROM log WHERE entry = ?1");
    let value = db.query_row(&query, [entry], |row| row.get::<_, rusqlite::types::Value>(0))?;
    let flipped = match value {
        rusqlite::types::Value::Blob(mut bytes) => {
            let place = chance.below(bytes.len());
            bytes[place] ^= 1 << chance.below(8);
            rusqlite::types::Value::Blob(bytes)
        }
        // A high bit, for two ops may not have one number.
        rusqlite::types::Value::Integer(number) => {
            rusqlite::types::Value::Integer(number ^ 1 << (20 + chance.below(10)))
        }
        // The office's own ops have no author.
        _ => rusqlite::types::Value::Integer(1),
    };
    let update = format!("UPDATE log SET {column} = ?2 WHERE entry = ?1");
    ensure!(db.execute(&update, params![entry, flipped])? == 1, "one row");
    Ok(())
}

fn renumber(db: &Connection, from: i64, to: i64) -> Result<()> {
    db.execute("UPDATE log SET entry = ?2 WHERE entry = ?1", [from, to])?;
    Ok(())
}

/// A copy of an entry, under a number of its own, before the entry; the rest moves up.
fn insert(db: &Connection, entry: i64, last: i64) -> Result<()> {
    for moved in (entry..=last).rev() {
        renumber(db, moved, moved + 1)?;
    }
    db.execute(
        "INSERT INTO log SELECT ?1, list, seq, device, device_seq + 1000000, record, first, author,
                                received_ms, payload, salt, chain, erasure, payload_hash
         FROM log WHERE entry = ?1 + 1",
        [entry],
    )?;
    Ok(())
}

/// Whether a sentence speaks of this entry, and not of one whose number begins with the same digits.
fn names(told: &str, entry: i64) -> bool {
    let spoken = told.split("entry ").skip(1);
    let number = |rest: &str| {
        let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
        rest[..end].parse() == Ok(entry)
    };
    spoken.into_iter().any(number)
}
