//! Measures the release build: `cargo xtask bench`. Reads the options and prints; what is measured
//! is in `src/bench/`.

use aanbel_tests::bench::{Group, Report, bare};
use anyhow::{Context, Result, bail};
use std::path::Path;

#[tokio::main]
async fn main() -> Result<()> {
    let mut args = std::env::args().skip(1).peekable();
    if args.next_if(|arg| arg == "--bare").is_some() {
        let folder = args.next().context("--bare needs a folder")?;
        return bare::serve(Path::new(&folder)).await;
    }
    let (only, json) = options(args)?;
    let groups = Group::ALL.into_iter().filter(|group| only.is_none_or(|one| one == *group));
    let mut report = Report::default();
    for group in groups {
        eprintln!("   measuring {}", group.name());
        let rows = group.measure().await.with_context(|| format!("group {}", group.name()))?;
        report.rows.extend(rows);
    }
    print!("{}", report.table());
    if json {
        println!("{}", report.json());
    }
    Ok(())
}

/// The group to measure, or all, and whether JSON is wanted.
fn options(mut args: impl Iterator<Item = String>) -> Result<(Option<Group>, bool)> {
    let (mut only, mut json) = (None, false);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--json" => json = true,
            "--only" => {
                let name = args.next().context("--only needs a group")?;
                only = Some(Group::named(&name).with_context(|| format!("no group {name}"))?);
            }
            other => bail!("'{other}' is not understood: --json, --only size|app|sync|load|crowd"),
        }
    }
    Ok((only, json))
}
