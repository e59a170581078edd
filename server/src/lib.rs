//! The office's server: address import, and what its other engineers add.

pub mod demo;
pub mod import;
