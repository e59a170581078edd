//! The harness of all tests that need the world: a real browser, a real server process, phones
//! without a browser. What is tested stands in `tests/tests/`; what is measured in `src/bin/`.

pub mod axe;
pub mod bench;
pub mod browser;
pub mod built;
pub mod checklist;
pub mod client;
pub mod crawl;
pub mod disk;
pub mod finger;
pub mod fuzz;
pub mod hands;
pub mod made_up;
pub mod old_phone;
pub mod overheard;
pub mod own_clock;
pub mod partners;
pub mod phones;
pub mod places;
pub mod planted;
pub mod profile;
pub mod proxy;
pub mod runs;
pub mod server;
pub mod session;
pub mod street;
mod template;
pub mod tour;
pub mod wait;
pub mod world;
