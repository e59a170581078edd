//! Real processes, real faults: power, disk, net, clocks and hostile messages. Each tries a few times
//! in every test run and many times with `cargo xtask faults --long`.

mod bodies;
mod chain;
mod clocks;
mod crawl;
mod failing;
mod flood;
mod full;
mod guessing;
mod hostile;
mod killed;
mod lost_reply;
mod made_up;
mod phone_busy;
mod phone_killed;
mod phone_storage;
mod phone_tabs;
mod releases;
mod restored;
mod walkers;
