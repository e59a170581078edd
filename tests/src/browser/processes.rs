//! Finding and ending every process of one browser, by the folder that is its alone.

use std::path::Path;
use std::process::Stdio;

/// Ids of all processes that work in this profile: they were started with it, or have it as their home.
pub fn of(profile: &Path) -> Vec<u32> {
    let mark = profile.display().to_string();
    let home = format!("HOME={mark}");
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let says = |id: u32, file: &str, words: &str| {
        let bytes = std::fs::read(format!("/proc/{id}/{file}")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).contains(words)
    };
    ids.filter(|id| says(*id, "cmdline", &mark) || says(*id, "environ", &home)).collect()
}

/// Ends them without a warning.
pub fn kill(ids: &[u32]) {
    if ids.is_empty() {
        return;
    }
    let ids = ids.iter().map(u32::to_string);
    // One that ended by itself meanwhile is no failure.
    let _ = std::process::Command::new("kill").arg("-9").args(ids).stderr(Stdio::null()).status();
}
