//! `aanbel retention`: erases what is over time, or only says what that is.

use super::Folder;
use crate::access::audit::Actor;
use crate::retention::{self, Terms, name_nl};
use crate::store::StoreError;
use anyhow::Result;
use clap::Args;
use rusqlite::Connection;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    pub(super) folder: Folder,
    /// Only print how many of each kind would go.
    #[arg(long)]
    pub(super) dry_run: bool,
    /// File with the ledger of erasures, when it is not in the data folder.
    #[arg(long, env = "AANBEL_ERASURES", value_name = "FILE")]
    erasures: Option<PathBuf>,
}

pub async fn run(options: Options) -> Result<ExitCode> {
    let state = options.folder.open_with(options.erasures)?;
    let counts = if options.dry_run {
        let now_ms = state.now_ms();
        let job = move |db: &Connection| -> Result<_, StoreError> {
            Ok(retention::due(db, Terms::read(db)?, now_ms)?.counts)
        };
        state.reader.read(job).await?
    } else {
        retention::run(&state, Actor::SYSTEM).await?
    };
    for (kind, number) in &counts.0 {
        println!("{number:>8}  {}", name_nl(kind));
    }
    let what = if options.dry_run { "over tijd; er is niets gewist" } else { "gewist" };
    println!("{:>8}  {what}", counts.total());
    Ok(ExitCode::SUCCESS)
}
