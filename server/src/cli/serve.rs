//! `aanbel serve`: open the folder, listen, stop cleanly.

use super::Folder;
use crate::access::{invites, people};
use crate::catalogue;
use crate::config::Config;
use crate::listen::{self, Limits};
use crate::state::AppState;
use crate::store::StoreError;
use anyhow::{Context, Result, ensure};
use clap::Args;
use rusqlite::Connection;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use tokio::net::TcpListener;

const HOUR: Duration = Duration::from_secs(3_600);

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    pub(super) folder: Folder,
    /// Where to listen. Put a proxy with HTTPS in front when this is not your own machine.
    #[arg(long, env = "AANBEL_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Folder of the built field app (made by `cargo xtask dist`).
    #[arg(long, env = "AANBEL_APP", value_name = "DIR")]
    app: Option<PathBuf>,
    /// Also answer /healthz and /metrics here; only an address of this machine, e.g. 127.0.0.1:9180.
    #[arg(long, env = "AANBEL_METRICS", value_name = "ADDR")]
    metrics: Option<SocketAddr>,
    /// Address that people type, e.g. https://aanbel.example.nl. With https the server tells
    /// browsers never to come without.
    #[arg(long, env = "AANBEL_PUBLIC_ADDRESS", value_name = "URL")]
    public_address: Option<String>,
    /// Municipality whose schemes phones get, by its CBS code. Without this: the one that most
    /// addresses belong to.
    #[arg(long, env = "AANBEL_MUNICIPALITY", value_name = "GMxxxx", value_parser = catalogue::municipality)]
    municipality: Option<String>,
    /// File with the ledger of erasures. Put it on another disk than the database, if you can; without
    /// this it is `erased.jsonl` in the data folder.
    #[arg(long, env = "AANBEL_ERASURES", value_name = "FILE")]
    erasures: Option<PathBuf>,
    /// A proxy of yours stands in front and sets X-Forwarded-For.
    #[arg(long, env = "AANBEL_BEHIND_PROXY")]
    behind_proxy: bool,
    /// Everybody who signs in to the office must set up a second step (a code from an app).
    #[arg(long, env = "AANBEL_REQUIRE_SECOND_FACTOR")]
    require_second_factor: bool,
}

pub async fn run(options: Options) -> Result<ExitCode> {
    if let Some(app) = &options.app {
        ensure!(app.join("index.html").is_file(), "there is no field app in {}", app.display());
    }
    let public_address = options.public_address.map(|url| url.trim_end_matches('/').to_owned());
    let config = Config {
        data: options.folder.data,
        app: options.app,
        public_address,
        municipality: options.municipality,
        erasures: options.erasures,
        behind_proxy: options.behind_proxy,
        require_second_factor: options.require_second_factor,
    };
    let state = super::open(config)?;
    let why = || format!("cannot listen on {}", options.listen);
    let listener = TcpListener::bind(options.listen).await.with_context(why)?;
    let here = format!("http://{}", listener.local_addr()?);
    let address = state.config.public_address.clone().unwrap_or_else(|| here.clone());
    if let Some(metrics) = options.metrics {
        start_metrics(&state, metrics).await?;
    }
    tokio::spawn(do_daily(state.clone()));
    if let Err(error) = state.writer.ballast().lay() {
        tracing::warn!(%error, "no room for the ballast: until there is, phones cannot send");
    }
    println!("Aanbel listens on {here}");
    if let Some(path) = first_link(&state).await? {
        println!(
            "There is no coordinator yet. Open this link once, within a week:\n  {address}{path}"
        );
    }
    let mut limits = Limits::default();
    if state.config.behind_proxy {
        limits.from_one = None;
    }
    listen::serve(listener, crate::router(state), limits, listen::stop_signal()).await;
    println!("Aanbel stopped");
    Ok(ExitCode::SUCCESS)
}

/// Looks every hour whether it is time for what is done daily: retention, and the look at the cases.
async fn do_daily(state: AppState) {
    let mut hours = tokio::time::interval(HOUR);
    loop {
        hours.tick().await;
        if let Err(error) = crate::retention::run_daily(&state).await {
            tracing::warn!(%error, "retention did not run; it is tried again in an hour");
        }
        if let Err(error) = crate::cases::escalation::look_daily(&state).await {
            tracing::warn!(%error, "nobody looked at the cases; it is tried again in an hour");
        }
    }
}

async fn start_metrics(state: &AppState, address: SocketAddr) -> Result<()> {
    ensure!(address.ip().is_loopback(), "--metrics must be an address of this machine");
    let why = || format!("cannot listen on {address}");
    let listener = TcpListener::bind(address).await.with_context(why)?;
    let routes = crate::metrics::router(state.clone());
    tokio::spawn(listen::serve(listener, routes, Limits::default(), std::future::pending::<()>()));
    Ok(())
}

/// A new link to make the first coordinator, when there is none.
async fn first_link(state: &AppState) -> Result<Option<String>> {
    let now_ms = state.now_ms();
    let job = move |tx: &Connection| -> Result<Option<String>, StoreError> {
        if people::has_coordinator(tx)? {
            return Ok(None);
        }
        let invite = invites::Invite::FirstCoordinator;
        Ok(Some(invites::path(&invites::create(tx, invite, now_ms)?)))
    };
    Ok(state.writer.write(job).await?)
}
