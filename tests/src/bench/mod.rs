//! What is measured of the release build, in four groups, and how a row is judged. Each group has
//! a file; the words of a row are in `report`.

mod report;
mod size;

pub use report::{Budget, Report, Row};

use anyhow::Result;

/// Things that are measured together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// What a phone downloads.
    Size,
}

impl Group {
    pub const ALL: [Group; 1] = [Group::Size];

    pub fn name(self) -> &'static str {
        match self {
            Group::Size => "size",
        }
    }

    pub fn named(name: &str) -> Option<Group> {
        Group::ALL.into_iter().find(|group| group.name() == name)
    }

    /// Measures all rows of this group.
    ///
    /// # Errors
    /// When something does not work; never because it is slow or large.
    pub async fn measure(self) -> Result<Vec<Row>> {
        match self {
            Group::Size => size::measure(),
        }
    }
}
