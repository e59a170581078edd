//! The server through its real router, in a folder that is thrown away, on a clock that stands still.

mod access;
mod api_rights;
mod backups;
mod cases;
mod catalogue;
mod command_line;
mod desk;
mod enrol;
mod erase;
mod exchange;
mod hostile;
mod joint;
mod limits;
mod listen;
mod office_world;
mod older;
mod openapi;
mod privacy;
mod refused;
mod retention;
mod security;
mod signed;
mod store;
mod web;
mod withdrawn;
