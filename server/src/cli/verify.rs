//! `aanbel verify`: tells whether what is kept is whole.

use super::Folder;
use crate::store::{self, verify};
use anyhow::{Context, Result, ensure};
use std::process::ExitCode;

pub fn run(folder: &Folder) -> Result<ExitCode> {
    let database = folder.data.join(store::DATABASE);
    ensure!(database.is_file(), "there is no {}", database.display());
    let report = verify::verify(&folder.data).context("the database cannot be read")?;
    for problem in &report.problems {
        println!("WRONG  {problem}");
    }
    if report.more > 0 {
        println!("WRONG  ... and {} more", report.more);
    }
    println!(
        "{} log entries, {} records, {} ops set aside ({} open), last chain {}",
        report.entries, report.records, report.set_aside, report.open, report.chain
    );
    println!("{} audit lines, last chain {}", report.audit_lines, report.audit_chain);
    if report.problems.is_empty() {
        println!("Everything is as it was written.");
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}
