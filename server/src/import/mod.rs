//! Address import, the pure part: a file's bytes become streets with addresses in walking order.
//!
//! Nothing here reads a file, knows a campaign or writes to the store. `decode` makes text,
//! `columns` finds the separator and the columns, `row` judges one line, `order` sorts a street,
//! `preview` does the whole file, `problem` says in Dutch what is wrong.

mod columns;
mod decode;
mod order;
mod preview;
mod problem;
mod row;

#[cfg(test)]
mod tests;

pub use columns::{Column, Layout};
pub use decode::Encoding;
pub use preview::{Counts, ImportedStreet, Preview, read, read_with_progress};
pub use problem::{FileProblem, NotText, RowProblem, RowProblemKind, Severity};
pub use row::{ADDRESS_NAMESPACE, BuildingKind, ImportedAddress};
