//! The numbers by which the log names things: words of the forms (kinds, fields, keys of choices) and
//! lists. Both only grow. What was looked up once in a transaction is remembered.

use crate::store::StoreError;
use aanbel_shared::record::WorklistId;
use rusqlite::{Connection, OptionalExtension};
use std::cell::RefCell;
use std::collections::HashMap;

/// The words of one connection, as far as they were asked for. Never outlives a transaction: a job that
/// is undone takes its new words back.
pub struct Words<'a> {
    db: &'a Connection,
    numbers: RefCell<HashMap<String, u32>>,
    words: RefCell<HashMap<u32, String>>,
}

impl<'a> Words<'a> {
    pub fn new(db: &'a Connection) -> Self {
        Words { db, numbers: RefCell::default(), words: RefCell::default() }
    }

    /// The number of a word; a new word gets the next one.
    ///
    /// # Errors
    /// Those of the database.
    pub fn number(&self, word: &str) -> Result<u32, StoreError> {
        if let Some(known) = self.numbers.borrow().get(word) {
            return Ok(*known);
        }
        let mut query = self.db.prepare_cached("SELECT number FROM log_word WHERE word = ?1")?;
        let number = match query.query_row([word], |row| row.get(0)).optional()? {
            Some(number) => number,
            None => self
                .db
                .prepare_cached("INSERT INTO log_word (word) VALUES (?1) RETURNING number")?
                .query_row([word], |row| row.get(0))?,
        };
        self.numbers.borrow_mut().insert(word.to_owned(), number);
        Ok(number)
    }

    /// The word with this number.
    ///
    /// # Errors
    /// `Damaged` when there is none.
    pub fn word(&self, number: u32) -> Result<String, StoreError> {
        if let Some(known) = self.words.borrow().get(&number) {
            return Ok(known.clone());
        }
        let mut query = self.db.prepare_cached("SELECT word FROM log_word WHERE number = ?1")?;
        let word: Option<String> = query.query_row([number], |row| row.get(0)).optional()?;
        let word = word.ok_or(StoreError::Damaged("a word of the log"))?;
        self.words.borrow_mut().insert(number, word.clone());
        Ok(word)
    }
}

/// The number of a list in the log; a list without any entry gets the next one.
///
/// # Errors
/// Those of the database.
pub fn list_number(tx: &Connection, worklist: WorklistId) -> Result<i64, StoreError> {
    let mut query = tx.prepare_cached("SELECT number FROM log_list WHERE worklist = ?1")?;
    if let Some(number) = query.query_row([worklist.0], |row| row.get(0)).optional()? {
        return Ok(number);
    }
    let add = "INSERT INTO log_list (worklist) VALUES (?1) RETURNING number";
    Ok(tx.prepare_cached(add)?.query_row([worklist.0], |row| row.get(0))?)
}
