//! The command line: what can be asked of the program, and nothing of how it is done.

mod asked;
mod backup;
mod demo;
mod facts_file;
mod hint;
mod import_addresses;
mod people;
mod play;
mod retention;
mod rules;
mod serve;
mod verify;

use crate::config::Config;
use crate::state::{AppState, wall_clock};
use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

/// Aanbel: the office's server for door-to-door visits.
///
/// Everything is kept in one folder (--data): an SQLite database with all records. Start with
/// `aanbel serve --data DIR`; on the first start it prints a link with which you make the first
/// coordinator. To look around first: `aanbel demo --data DIR`.
#[derive(Parser)]
#[command(name = "aanbel", version, max_term_width = 100)]
struct Cli {
    /// How to write the log, on standard error.
    #[arg(long, env = "AANBEL_LOG_FORMAT", value_enum, default_value = "plain", global = true)]
    log_format: LogFormat,
    /// What to log: error, warn, info, debug, or a filter such as `aanbel_server=debug`.
    #[arg(long, env = "AANBEL_LOG", default_value = "info", global = true)]
    log: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, ValueEnum)]
enum LogFormat {
    Plain,
    Json,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server until Ctrl-C.
    Serve(serve::Options),
    /// Fill an empty folder with an invented town, and print how to sign in.
    Demo(demo::Options),
    /// Bring a list of addresses (BAG export or CSV) into a campaign, as streets.
    ImportAddresses(import_addresses::Options),
    /// Add people, or let somebody in again.
    #[command(subcommand)]
    User(people::UserCommand),
    /// Print a one-time code with which somebody's phone joins.
    EnrolCode(people::CodeOptions),
    /// Check that nothing was lost or changed; ends with 1 and says what is wrong.
    Verify(Folder),
    /// Print what the rules say about one household, as JSON.
    Hint(hint::Options),
    /// Print the rules of a day in plain Dutch.
    Rules(rules::Options),
    /// Copy the database to a file, also while the server runs, check the copy and encrypt it.
    Backup(backup::Options),
    /// Put an encrypted copy back into an empty folder; what was erased since is erased again.
    Restore(backup::RestoreOptions),
    /// Make a key for backups; the secret half goes to a file, the public half is printed.
    BackupKey(backup::KeyOptions),
    /// Erase what was kept long enough; the server does this every day.
    Retention(retention::Options),
    /// Print the register of what is recorded, why and how long, as Markdown.
    Register,
}

/// The folder that every command works on.
#[derive(Args)]
pub struct Folder {
    /// Folder with the database.
    #[arg(long, env = "AANBEL_DATA", value_name = "DIR")]
    data: PathBuf,
}

impl Folder {
    fn open(&self) -> Result<AppState> {
        self.open_with(None)
    }

    /// As `open`, with the ledger of erasures somewhere else.
    fn open_with(&self, erasures: Option<PathBuf>) -> Result<AppState> {
        open(Config { data: self.data.clone(), erasures, ..Config::default() })
    }

    /// As `open`, when making a new database would be a mistake.
    fn open_existing(&self) -> Result<AppState> {
        let database = self.data.join(crate::store::DATABASE);
        anyhow::ensure!(database.is_file(), "there is no {}", database.display());
        self.open()
    }
}

fn open(config: Config) -> Result<AppState> {
    let folder = config.data.display().to_string();
    AppState::open(config, wall_clock()).with_context(|| format!("cannot open {folder}"))
}

/// Reads the command line and does what it asks.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    start_log(&cli);
    match run(cli.command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("aanbel: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    let written = written(&command);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(async {
        match command {
            Command::Serve(options) => serve::run(options).await,
            Command::Demo(options) => demo::run(options).await,
            Command::ImportAddresses(options) => import_addresses::run(options).await,
            Command::User(command) => people::user(command).await,
            Command::EnrolCode(options) => people::code(options).await,
            Command::Verify(folder) => verify::run(&folder),
            Command::Backup(options) => backup::run(&options),
            Command::Restore(options) => backup::restore(&options),
            Command::BackupKey(options) => backup::key(&options),
            Command::Retention(options) => retention::run(options).await,
            Command::Register => {
                print!("{}", crate::register::markdown());
                Ok(ExitCode::SUCCESS)
            }
            Command::Hint(options) => hint::run(&options),
            Command::Rules(options) => rules::run(&options),
        }
    });
    if let Some(folder) = written
        && let Err(error) = crate::store::settle(&folder)
    {
        // Nothing is lost: the next start reads the write-ahead log.
        tracing::debug!(%error, "the write-ahead log stays");
    }
    done
}

/// The folder that a command writes in.
fn written(command: &Command) -> Option<PathBuf> {
    let folder = match command {
        Command::Serve(options) => &options.folder,
        Command::Demo(options) => &options.folder,
        Command::ImportAddresses(options) => &options.folder,
        Command::User(command) => command.folder(),
        Command::EnrolCode(options) => &options.folder,
        Command::Retention(options) if !options.dry_run => &options.folder,
        Command::Restore(_) | Command::BackupKey(_) | Command::Retention(_) | Command::Register => {
            return None;
        }
        Command::Verify(_) | Command::Backup(_) | Command::Hint(_) | Command::Rules(_) => {
            return None;
        }
    };
    Some(folder.data.clone())
}

fn start_log(cli: &Cli) {
    let filter = tracing_subscriber::EnvFilter::try_new(&cli.log).unwrap_or_default();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match cli.log_format {
        LogFormat::Plain => {
            log.with_target(false).with_ansi(std::io::stderr().is_terminal()).init()
        }
        LogFormat::Json => log.json().init(),
    }
}
