//! `aanbel backup`: a checked copy, also while the server runs.

use super::Folder;
use crate::store;
use anyhow::{Context, Result, ensure};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    folder: Folder,
    /// File to make; it must not exist. To restore, put it in an empty folder as `aanbel.db`.
    file: PathBuf,
}

pub fn run(options: &Options) -> Result<ExitCode> {
    let database = options.folder.data.join(store::DATABASE);
    ensure!(database.is_file(), "there is no {}", database.display());
    ensure!(!options.file.exists(), "{} exists already", options.file.display());
    let why = || format!("cannot make {}", options.file.display());
    store::backup::backup(&options.folder.data, &options.file).with_context(why)?;
    println!("Copied and checked: {}", options.file.display());
    Ok(ExitCode::SUCCESS)
}
