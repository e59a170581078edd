//! Counts since the start. No names, no ids, no paths with secrets.

use std::sync::atomic::{AtomicU64, Ordering};

/// What one server did.
#[derive(Debug, Default)]
pub struct Metrics {
    pub requests: AtomicU64,
    pub failures: AtomicU64,
    pub exchanges: AtomicU64,
    pub ops_accepted: AtomicU64,
    pub ops_set_aside: AtomicU64,
    pub forks: AtomicU64,
}

impl Metrics {
    pub fn exchanged(&self, accepted: u32, set_aside: u32, forked: bool) {
        self.exchanges.fetch_add(1, Ordering::Relaxed);
        self.ops_accepted.fetch_add(u64::from(accepted), Ordering::Relaxed);
        self.ops_set_aside.fetch_add(u64::from(set_aside), Ordering::Relaxed);
        self.forks.fetch_add(u64::from(forked), Ordering::Relaxed);
    }
}
