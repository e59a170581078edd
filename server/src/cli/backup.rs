//! `aanbel backup`, `restore` and `backup-key`: a checked copy, also while the server runs, that only
//! the holder of a key can read; and the way back, through the ledger of erasures.

use super::Folder;
use crate::config::Config;
use crate::erase::{Ledger, ledger};
use crate::store::{self, private, sealed, verify};
use age::x25519::Recipient;
use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    folder: Folder,
    /// File to make; it must not exist.
    file: PathBuf,
    /// Public key (age1...) of who may read the copy; may be given more than once. Make one with
    /// `aanbel backup-key`, on another machine. Without it the copy can be read by whoever finds it.
    #[arg(long = "recipient", env = "AANBEL_BACKUP_RECIPIENTS", value_delimiter = ',')]
    recipients: Vec<String>,
    /// File with the ledger of erasures, when it is not in the data folder.
    #[arg(long, env = "AANBEL_ERASURES", value_name = "FILE")]
    erasures: Option<PathBuf>,
}

pub fn run(options: &Options) -> Result<ExitCode> {
    let (folder, file) = (&options.folder.data, &options.file);
    let database = folder.join(store::DATABASE);
    ensure!(database.is_file(), "there is no {}", database.display());
    ensure!(!file.exists(), "{} exists already", file.display());
    let why = || format!("cannot make {}", file.display());
    let recipients: Vec<Recipient> = options
        .recipients
        .iter()
        .map(|text| text.trim().parse().map_err(|_| anyhow!("not a public key: {text}")))
        .collect::<Result<_>>()?;
    if recipients.is_empty() {
        store::backup::backup(folder, file).with_context(why)?;
        eprintln!("This copy is not encrypted: give --recipient.");
    } else {
        sealed::backup(folder, file, &recipients).with_context(why)?;
    }
    keep_ledger(&ledger_of(folder, options.erasures.clone()), file)?;
    println!("Copied and checked: {}", file.display());
    Ok(ExitCode::SUCCESS)
}

fn ledger_of(folder: &Path, erasures: Option<PathBuf>) -> Ledger {
    Ledger::of(&Config { data: folder.to_owned(), erasures, ..Config::default() })
}

/// The ledger as it is now goes beside the copies: each of them, however old, needs the newest.
fn keep_ledger(ledger: &Ledger, file: &Path) -> Result<()> {
    let beside = Ledger::at(file.with_file_name(ledger::NAME));
    beside.take_in(ledger.path()).context("cannot copy the ledger of erasures")
}

#[derive(Args)]
pub struct RestoreOptions {
    #[command(flatten)]
    pub(super) folder: Folder,
    /// The copy, made by `aanbel backup --recipient`.
    file: PathBuf,
    /// File with the secret key.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The newest ledger of erasures. Without this the one beside the copy.
    #[arg(long, value_name = "FILE")]
    erasures: Option<PathBuf>,
}

/// Puts a copy back into an empty folder and erases again what was erased since it was made.
pub fn restore(options: &RestoreOptions) -> Result<ExitCode> {
    let folder = &options.folder.data;
    let database = folder.join(store::DATABASE);
    ensure!(!database.exists(), "{} exists already", database.display());
    let given = options.erasures.clone();
    let newest = given.unwrap_or_else(|| options.file.with_file_name(ledger::NAME));
    ensure!(options.erasures.is_none() || newest.is_file(), "there is no {}", newest.display());
    let key = std::fs::read_to_string(&options.key).context("cannot read the key")?;
    let key = key.lines().find(|line| line.starts_with("AGE-SECRET-KEY-"));
    let Some(key) = key else { bail!("{} holds no secret key", options.key.display()) };
    let copy = sealed::open(&options.file, key, folder).context("cannot read the copy")?;
    // Before there is a database: without it a server that is started brings back what was erased.
    let kept = Ledger::at(folder.join(ledger::NAME));
    kept.take_in(&newest).context("cannot copy the ledger of erasures")?;
    copy.put_in(folder).context("cannot put the copy back")?;
    if !kept.path().is_file() {
        eprintln!(
            "No ledger of erasures was found: what was erased since this copy is back in it."
        );
    }
    let erased = kept.read()?.len();
    // Opening brings the database up to the ledger.
    drop(options.folder.open_existing()?);
    store::settle(folder)?;
    let report = verify::verify(folder).context("the database cannot be read")?;
    report.problems.iter().for_each(|problem| println!("WRONG  {problem}"));
    println!("Put back: {} log entries; {erased} erasures hold.", report.entries);
    Ok(if report.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[derive(Args)]
pub struct KeyOptions {
    /// File to make for the secret key. Keep it away from the server and its backups.
    file: PathBuf,
}

/// Makes a key, and prints the half that the server may know.
pub fn key(options: &KeyOptions) -> Result<ExitCode> {
    let why = || format!("cannot make {}", options.file.display());
    let (secret, public) = sealed::new_key();
    let mut file = private::make(&options.file).with_context(why)?;
    writeln!(file, "# public key: {public}\n{secret}").with_context(why)?;
    println!("{public}");
    Ok(ExitCode::SUCCESS)
}
