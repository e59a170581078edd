//! The vault's side of a phone that was without contact for too long: what it keeps to judge that, in
//! rows that can be read without the PIN.

use super::{Gone, Vault};
use crate::browser::clock;
use crate::store::StoreError;
use crate::store::absence::{Absence, Judgement};
use crate::store::indexed_db::{RowWrite, Shelf};
use wasm_bindgen::JsValue;

/// When the office last answered, ms: by the phone's clock and by the office's.
const CONTACT: &str = "contact";
const CONTACT_OFFICE: &str = "contact office";
/// Day on which that first seemed too long ago.
const SUSPECTED: &str = "suspected";

fn number(name: &str, value: i64) -> RowWrite {
    RowWrite::Put(Shelf::Keys, name.to_owned(), JsValue::from_f64(value as f64))
}

/// The office answered just now, at this moment of its own clock.
pub(super) fn contact(office_ms: Option<i64>) -> Vec<RowWrite> {
    let mut rows =
        vec![number(CONTACT, clock::now_ms()), RowWrite::Delete(Shelf::Keys, SUSPECTED.to_owned())];
    rows.extend(office_ms.map(|at_ms| number(CONTACT_OFFICE, at_ms)));
    rows
}

impl Vault {
    /// Whether by this phone's clock it had no contact for too long. Asked before it is opened.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn seems_away(&self) -> Result<bool, StoreError> {
        Ok(self.absence().await?.seems_long(clock::now_ms()))
    }

    /// Destroys the keys when it really was too long; `office_now_ms` is the office's clock, when it
    /// answers. Gives whether it did.
    ///
    /// # Errors
    /// When the store refuses; all is then still there.
    pub async fn leave_if_away(&self, office_now_ms: Option<i64>) -> Result<bool, StoreError> {
        match self.absence().await?.judge(clock::now_ms(), office_now_ms) {
            Judgement::Stays => Ok(false),
            Judgement::Suspected(day) => {
                self.raw.write(&[number(SUSPECTED, day)]).await?;
                Ok(false)
            }
            Judgement::Gone => {
                self.destroy(Gone::Away).await?;
                Ok(true)
            }
        }
    }

    async fn absence(&self) -> Result<Absence, StoreError> {
        let mut found = [None; 3];
        for (place, name) in [CONTACT, CONTACT_OFFICE, SUSPECTED].into_iter().enumerate() {
            let row = self.raw.row(Shelf::Keys, name).await?;
            found[place] = row.and_then(|row| row.as_f64()).map(|at| at as i64);
        }
        let [contact_ms, office_ms, suspected] = found;
        Ok(Absence { contact_ms, office_ms, suspected })
    }
}
