//! Real processes, real faults: power, disk, net, clocks and hostile messages. Each tries a few times
//! in every test run and many times with `cargo xtask faults --long`.

mod bodies;
mod chain;
mod clocks;
mod failing;
mod full;
mod hostile;
mod killed;
mod lost_reply;
mod walkers;
