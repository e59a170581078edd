//! What is measured of the release build, in five groups, and how a row is judged. Each group has
//! a file; the words of a row are in `report`.

mod app;
pub mod bare;
mod columnar;
mod crowd;
mod day;
mod disk;
mod load;
mod measure;
mod merge;
mod neighbourhood;
mod report;
mod size;
mod sync;
mod town;

pub use report::{Budget, Report, Row};

use anyhow::Result;

/// Things that are measured together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// What a phone downloads.
    Size,
    /// How quickly the field app starts and keeps, in a real browser.
    App,
    /// What one phone's exchange costs: W1, W2, W5.
    Sync,
    /// Many phones at once and a store that grew: W3, W4, W6.
    Load,
    /// Ten thousand phones.
    Crowd,
}

impl Group {
    pub const ALL: [Group; 5] = [Group::Size, Group::App, Group::Sync, Group::Load, Group::Crowd];

    pub fn name(self) -> &'static str {
        match self {
            Group::Size => "size",
            Group::App => "app",
            Group::Sync => "sync",
            Group::Load => "load",
            Group::Crowd => "crowd",
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
            Group::App => app::measure().await,
            Group::Sync => sync::measure().await,
            Group::Load => load::measure().await,
            Group::Crowd => crowd::measure().await,
        }
    }
}
