//! The rules of the catalogue against tables, properties and one real household.

mod every_row;
mod household;
mod properties;
mod rows;
