//! The last word of a phone that was emptied or lost its keys: it tells the office, once there is a net,
//! that nothing is left here. It outlives a new PIN, and what a second time adds stands beside the first.

use super::{EMPTIED, HANDED_IN, REVOKED, Vault};
use crate::store::StoreError;
use crate::store::indexed_db::{RowWrite, Shelf};

/// The row with what the office must still hear, one line for each: a token that opens nothing any more or
/// a public key, and what goes with it.
const FAREWELL: &str = "farewell";

fn row_of(farewells: &[String]) -> RowWrite {
    match farewells {
        [] => RowWrite::Delete(Shelf::Keys, FAREWELL.to_owned()),
        farewells => RowWrite::bytes(Shelf::Keys, FAREWELL, farewells.join("\n").as_bytes()),
    }
}

impl Vault {
    /// What the office must still hear, oldest first. Of what cannot be read, nothing.
    pub async fn untold(&self) -> Vec<String> {
        let kept = self.raw.bytes(Shelf::Keys, FAREWELL).await.ok().flatten();
        let kept = kept.and_then(|row| String::from_utf8(row).ok()).unwrap_or_default();
        let of_before = self.untold_of_before().await;
        of_before.into_iter().chain(kept.lines().map(str::to_owned)).collect()
    }

    /// A version of before kept it in the row that says that the phone was emptied.
    async fn untold_of_before(&self) -> Option<String> {
        let row = self.raw.bytes(Shelf::Side, EMPTIED).await.ok()??;
        let holds_one = row != REVOKED && row != HANDED_IN;
        String::from_utf8(row).ok().filter(|_| holds_one)
    }

    /// The office has heard this one.
    ///
    /// # Errors
    /// When the store refuses; the office then hears it once more.
    pub async fn told(&self, farewell: &str) -> Result<(), StoreError> {
        let left: Vec<String> =
            self.untold().await.into_iter().filter(|other| other != farewell).collect();
        let mut writes = vec![row_of(&left)];
        if self.untold_of_before().await.is_some() {
            writes.push(RowWrite::bytes(Shelf::Side, EMPTIED, REVOKED));
        }
        self.raw.write(&writes).await
    }

    /// The row that keeps what must still be told, and this, where all else goes.
    pub(super) async fn farewells_with(&self, farewell: Option<&str>) -> Option<RowWrite> {
        let mut all = self.untold().await;
        all.extend(farewell.map(str::to_owned).filter(|new| !all.contains(new)));
        (!all.is_empty()).then(|| row_of(&all))
    }
}
