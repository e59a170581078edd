//! WebKitGTK: WebKit's own driver, a display that nobody sees, and the window of `webkit.py`.

use super::Look;
use super::engine::{Driver, PORTS_TRIED_MAX};
use crate::server::free_port;
use crate::wait;
use anyhow::{Context, Result, bail};
use serde_json::json;
use std::path::Path;
use std::process::Stdio;
use thirtyfour::Capabilities;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// Python with Debian's bindings; it must be Debian's, not one of somebody's own.
const WINDOW: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/browser/webkit.py");

pub async fn drive(profile: &Path, look: Look) -> Result<Driver> {
    let (screen, display) = display().await?;
    for _ in 0..PORTS_TRIED_MAX {
        let port = free_port()?.port();
        let mut driver = command("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("HOME", profile)
            .env("DISPLAY", &display)
            .env("TZ", "Europe/Amsterdam")
            // What GTK would look for in a session of a desktop.
            .envs([("GSETTINGS_BACKEND", "memory"), ("GTK_A11Y", "none"), ("NO_AT_BRIDGE", "1")])
            .spawn()
            .context("WebKitWebDriver is missing; run these tests with: cargo xtask test")?;
        let address = format!("http://127.0.0.1:{port}");
        if answers(&mut driver, &address).await? {
            let wishes = wishes(profile, look)?;
            return Ok(Driver { address, wishes, programs: vec![driver, screen], task: None });
        }
    }
    bail!("WebKitWebDriver ends at once")
}

fn wishes(profile: &Path, look: Look) -> Result<Capabilities> {
    let mut wishes = Capabilities::new();
    let size = [look.width.to_string(), look.height.to_string()];
    let window = json!({ "binary": WINDOW, "args": [profile, size[0], size[1]] });
    wishes.set("webkitgtk:browserOptions", window)?;
    Ok(wishes)
}

/// A screen in memory, and its name.
async fn display() -> Result<(Child, String)> {
    let mut screen = command("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"])
        .stdout(Stdio::piped())
        .spawn()
        .context("Xvfb is missing; run these tests with: cargo xtask test")?;
    let out = screen.stdout.take().context("stdout was asked for")?;
    let number = BufReader::new(out).lines().next_line().await?.context("Xvfb ends at once")?;
    Ok((screen, format!(":{}", number.trim())))
}

/// Waits until the driver listens; no when it ended, because its port was taken meanwhile.
async fn answers(driver: &mut Child, address: &str) -> Result<bool> {
    let status = format!("{address}/status");
    wait::until("WebKitWebDriver to answer", async || {
        if let Ok(Some(_)) = driver.try_wait() {
            return Some(false);
        }
        reqwest::get(&status).await.ok().map(|_| true)
    })
    .await
}

fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    command
}
