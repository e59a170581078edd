//! The demo's data, made once per build of the server and per day, and copied for every test.

use crate::built;
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use tokio::process::Command;

/// The folder to copy from. Tests are many processes; whoever is first makes it.
///
/// # Errors
/// When the server does not make a demo.
pub async fn ready() -> Result<PathBuf> {
    let server = built::server();
    let home = server.parent().context("the server's program is in a folder")?;
    let made = std::fs::metadata(&server)?.modified()?.duration_since(SystemTime::UNIX_EPOCH)?;
    // The demo counts its days back from today.
    let day = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs() / 86_400;
    let folder = home.join(format!("demo-{}-{day}", made.as_nanos()));
    if !folder.exists() {
        let fresh = tempfile::tempdir_in(home)?;
        fill(&server, fresh.path()).await?;
        // Only complete ones get the name; who comes second uses the first one's.
        if std::fs::rename(fresh.path(), &folder).is_err() {
            ensure!(folder.exists(), "the demo cannot be put in {}", folder.display());
        }
    }
    Ok(folder)
}

async fn fill(server: &Path, data: &Path) -> Result<()> {
    let mut demo = Command::new(server);
    let done = demo.arg("demo").arg("--data").arg(data).output().await?;
    let said = String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success(), "aanbel demo: {said}");
    Ok(())
}
