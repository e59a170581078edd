//! Visible progress and starting other programs: every command names its step, and a failure says
//! which step it was. No knowledge of what the steps are for.

use anyhow::{Context, Result, bail};
use pico_args::Arguments;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// The root of the repository, absolute.
pub fn house() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

/// The build folder, absolute; follows `CARGO_TARGET_DIR` as cargo does.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => std::path::absolute(&dir).unwrap_or_else(|_| PathBuf::from(dir)),
        None => house().join("target"),
    }
}

/// Prints the heading of a step. Progress goes to stderr, so that stdout stays the command's own.
pub fn announce(title: &str) {
    eprintln!("\n== {title}");
}

/// Announces `title`, does `work`, and says how long it took or that this step failed.
pub fn step<T>(title: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    announce(title);
    let started = Instant::now();
    let done = work().with_context(|| format!("step '{title}' failed"))?;
    eprintln!("   done in {:.1} s", started.elapsed().as_secs_f32());
    Ok(done)
}

/// Runs `command` with its output in view.
///
/// # Errors
/// When it cannot be started or ends with anything but success; the message repeats the command.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = show(command);
    let status = command.status().with_context(|| format!("cannot start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` ended with {status}");
    }
    Ok(())
}

/// What `command` writes to stdout, or `None` when it cannot be started or fails.
pub fn ask(command: &mut Command) -> Option<String> {
    let answer = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    answer.status.success().then(|| String::from_utf8_lossy(&answer.stdout).trim().to_owned())
}

/// Cargo, in the root of the repository.
///
/// `cargo run` told us about our own package through the environment; build scripts that watch
/// those variables would rebuild on every switch between `cargo` and `cargo xtask`.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"].iter().any(|p| text.starts_with(p)) {
            command.env_remove(&name);
        }
    }
    command.current_dir(house());
    command
}

/// The file `name` on `PATH`, if there is one.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
}

/// Refuses what is left on the command line.
pub fn no_more(args: Arguments) -> Result<()> {
    match args.finish().first() {
        None => Ok(()),
        Some(word) => bail!(
            "'{}' is not understood here. `cargo xtask` alone shows every option.",
            word.to_string_lossy()
        ),
    }
}

fn show(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned();
    let words = command.get_args().map(|word| word.to_string_lossy().into_owned());
    std::iter::once(name).chain(words).collect::<Vec<_>>().join(" ")
}
