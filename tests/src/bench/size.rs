//! What a phone downloads at its first visit: the page, the service worker, and all files of the
//! worker's list, as the server sends them to a browser that takes brotli.

use super::{Budget, Row};
use crate::built;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// Bytes in a kilobyte.
const KB: f64 = 1_000.0;
/// Budgets in KB.
const TOTAL_MAX: f64 = 280.0;
const WASM_MAX: f64 = 220.0;

/// Both rows.
pub fn measure() -> Result<Vec<Row>> {
    let files = files(&built::app())?;
    let wasm: Vec<PathBuf> = files
        .iter()
        .filter(|file| file.extension().is_some_and(|it| it == "wasm"))
        .cloned()
        .collect();
    Ok(vec![row("size.first_visit", &files, TOTAL_MAX)?, row("size.wasm", &wasm, WASM_MAX)?])
}

fn row(name: &str, files: &[PathBuf], budget: f64) -> Result<Row> {
    Ok(Row {
        name: name.to_owned(),
        value: sent(files, "br")? / KB,
        unit: "KB",
        baseline: sent(files, "gz")? / KB,
        beside: "the same files with gzip",
        budget: Budget::Value(budget),
    })
}

/// Bytes over the wire. What has no twin (a picture) goes as it is.
fn sent(files: &[PathBuf], packed: &str) -> Result<f64> {
    let mut bytes = 0;
    for file in files {
        let twin = PathBuf::from(format!("{}.{packed}", file.display()));
        let sent = if twin.is_file() { &twin } else { file };
        bytes += fs::metadata(sent)?.len();
    }
    Ok(bytes as f64)
}

/// The files of the worker's list, and the worker itself.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let worker = folder.join("sw.js");
    let text = fs::read_to_string(&worker).context("the service worker")?;
    let list = text.lines().find_map(|line| line.strip_prefix("const FILES = "));
    let list = list.context("the worker has a list of files")?.trim_end_matches(';');
    let urls: Vec<String> = serde_json::from_str(list).context("the worker's list")?;
    let below = |url: &String| match url.trim_start_matches("/app/") {
        "" => folder.join("index.html"),
        path => folder.join(path),
    };
    let mut files: Vec<PathBuf> = urls.iter().map(below).collect();
    files.push(worker);
    Ok(files)
}
