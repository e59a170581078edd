//! Counts since the start. No names, no ids, no paths with secrets.

use crate::state::AppState;
use crate::store::{StoreError, log};
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use std::fmt::Write;
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
    pub sign_ins_failed: AtomicU64,
}

impl Metrics {
    pub fn exchanged(&self, accepted: u32, set_aside: u32, forked: bool) {
        self.exchanges.fetch_add(1, Ordering::Relaxed);
        self.ops_accepted.fetch_add(u64::from(accepted), Ordering::Relaxed);
        self.ops_set_aside.fetch_add(u64::from(set_aside), Ordering::Relaxed);
        self.forks.fetch_add(u64::from(forked), Ordering::Relaxed);
    }
}

/// The routes of the second, loopback port.
pub fn router(state: AppState) -> Router {
    Router::new()
        .route("/healthz", get(crate::web::healthz))
        .route("/metrics", get(page))
        .with_state(state)
}

/// The handler: text as Prometheus reads it.
async fn page(State(state): State<AppState>) -> Result<String, crate::error::AppError> {
    let (last, open) = state
        .reader
        .read(|db| {
            let open = "SELECT COUNT(*) FROM quarantine WHERE resolved_ms IS NULL";
            let open: i64 = db.query_row(open, [], |row| row.get(0)).map_err(StoreError::from)?;
            Ok::<_, StoreError>((log::head(db)?.0, open))
        })
        .await?;
    let (ours, writer) = (&state.metrics, state.writer.counts());
    let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
    let mut text = String::new();
    let mut line = |name: &str, kind: &str, help: &str, value: u64| {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "# HELP aanbel_{name} {help}\n# TYPE aanbel_{name} {kind}\naanbel_{name} {value}\n"
        );
    };
    line("requests_total", "counter", "Requests answered.", read(&ours.requests));
    line("failures_total", "counter", "Requests answered with 5xx.", read(&ours.failures));
    line("exchanges_total", "counter", "Exchanges with phones.", read(&ours.exchanges));
    line("ops_accepted_total", "counter", "Ops taken into the log.", read(&ours.ops_accepted));
    line("ops_set_aside_total", "counter", "Ops set aside.", read(&ours.ops_set_aside));
    line("forks_total", "counter", "Phones that turned out to be copies.", read(&ours.forks));
    let busy = state.crowd.turned_away();
    line("turned_away_total", "counter", "Exchanges that had to come back later.", busy);
    let failed = read(&ours.sign_ins_failed);
    line("sign_ins_failed_total", "counter", "Sign-ins to the office that failed.", failed);
    let hashes = crate::access::hashes_computed();
    line("password_hashes_total", "counter", "Password hashes computed.", hashes);
    line("commits_total", "counter", "Commits.", read(&writer.commits));
    line("commit_jobs_total", "counter", "Write jobs in those commits.", read(&writer.jobs));
    line("commit_largest", "gauge", "Most jobs in one commit.", read(&writer.largest_batch));
    line("set_aside_open", "gauge", "Ops that wait for a decision.", open.unsigned_abs());
    line("log_last_entry", "gauge", "Number of the last log entry.", last.unsigned_abs());
    Ok(text)
}
