//! Campaigns: the list, one campaign with its streets, and bringing addresses in.

pub mod import;
pub mod list;
mod load;
pub mod plan;
pub mod preview;
pub mod streets;
