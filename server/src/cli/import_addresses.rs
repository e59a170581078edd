//! `aanbel import-addresses`: what is wrong with the file first, then the streets.

use super::Folder;
use crate::campaigns;
use crate::import::{self, Preview, Severity};
use crate::store::StoreError;
use anyhow::{Context, Result, anyhow, ensure};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use rusqlite::Connection;
use std::path::PathBuf;
use std::process::ExitCode;

/// So many remarks about rows are printed.
const SHOWN: usize = 50;

#[derive(Args)]
pub struct Options {
    /// The list of addresses: a BAG export, or CSV with straat;nummer;letter;toevoeging;postcode;plaats.
    file: PathBuf,
    /// Name of the campaign; it is made when it does not exist.
    #[arg(long)]
    campaign: String,
    #[command(flatten)]
    pub(super) folder: Folder,
    /// Only tell what would be imported and what is wrong.
    #[arg(long)]
    dry_run: bool,
}

pub async fn run(options: Options) -> Result<ExitCode> {
    ensure!(!options.campaign.trim().is_empty(), "--campaign is empty");
    let why = || format!("cannot read {}", options.file.display());
    let bytes = std::fs::read(&options.file).with_context(why)?;
    let bar = bar("Lezen", 0);
    let preview = import::read_with_progress(&bytes, |done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    let preview = preview.map_err(|problem| anyhow!(problem.sentence_nl()))?;
    report(&preview);
    if options.dry_run {
        println!("Niets opgeslagen (--dry-run).");
        return Ok(ExitCode::SUCCESS);
    }
    keep(&options, &preview).await?;
    Ok(ExitCode::SUCCESS)
}

async fn keep(options: &Options, preview: &Preview) -> Result<()> {
    let state = options.folder.open()?;
    let now_ms = state.now_ms();
    let name = options.campaign.clone();
    let job =
        move |tx: &Connection| -> Result<_, StoreError> { campaigns::named(tx, &name, now_ms) };
    let campaign = state.writer.write(job).await?;
    let bar = bar("Opslaan", preview.counts.kept as u64);
    let tell = |doors: usize| bar.set_position(doors as u64);
    let done =
        campaigns::import(&state.writer, &campaign, &preview.streets, None, now_ms, tell).await;
    bar.finish_and_clear();
    let done = done?;
    println!(
        "Campagne ‘{}’: {} nieuwe straten of delen, {} nieuwe adressen, {} gewijzigd, {} al goed.",
        campaign.name, done.new_worklists, done.added, done.changed, done.unchanged
    );
    Ok(())
}

fn report(preview: &Preview) {
    let counts = preview.counts;
    println!(
        "{} rijen: {} adressen in {} straten, {} fout, {} overgeslagen.",
        counts.rows,
        counts.kept,
        preview.streets.len(),
        counts.wrong,
        counts.left_out
    );
    let wrong = preview.problems.iter().filter(|one| one.severity() == Severity::Wrong);
    let left_out = preview.problems.iter().filter(|one| one.severity() == Severity::LeftOut);
    for problem in wrong.chain(left_out).take(SHOWN) {
        println!("  {}", problem.sentence_nl());
    }
    let more = (counts.wrong + counts.left_out).saturating_sub(SHOWN);
    if more > 0 {
        println!("  ... en nog {more} opmerkingen.");
    }
}

fn bar(what: &'static str, length: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix} [{bar:40}] {pos}/{len} ({eta})");
    ProgressBar::new(length).with_prefix(what).with_style(style.expect("a fixed template"))
}
