//! Firefox, started without a window and asked over Marionette, its own protocol, by the bridge in
//! `marionette.rs`. Its preferences only keep it from talking to the world and from greeting.

use super::Look;
use super::engine::Driver;
use super::marionette;
use crate::wait;
use anyhow::{Context, Result};
use std::path::Path;
use std::process::Stdio;
use thirtyfour::Capabilities;
use tokio::process::Command;

/// Marionette chooses a free port and writes it into the profile. What a page may do is left as people
/// have it.
const PREFERENCES: &str = r#"
user_pref("marionette.port", 0);
user_pref("app.normandy.enabled", false);
user_pref("app.update.enabled", false);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.region.network.url", "");
user_pref("browser.safebrowsing.downloads.remote.enabled", false);
user_pref("browser.search.update", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.page", 0);
user_pref("datareporting.healthreport.uploadEnabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("extensions.update.enabled", false);
user_pref("intl.accept_languages", "nl");
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("toolkit.telemetry.enabled", false);
"#;

/// Written by Firefox into its profile when it can be asked.
const PORT_FILE: &str = "MarionetteActivePort";

/// Debian's name, and everybody else's.
const PROGRAMS: [&str; 2] = ["firefox-esr", "firefox"];

pub async fn drive(profile: &Path, look: Look) -> Result<Driver> {
    let port_file = profile.join(PORT_FILE);
    // Of the run before, when that was killed.
    drop(std::fs::remove_file(&port_file));
    std::fs::write(profile.join("user.js"), PREFERENCES)?;
    let started = PROGRAMS.iter().find_map(|program| command(program, profile, look).spawn().ok());
    let mut firefox =
        started.context("Firefox is missing; run these tests with: cargo xtask test")?;
    let port = wait::until("Firefox to listen", async || {
        if let Ok(Some(status)) = firefox.try_wait() {
            return Some(Err(anyhow::anyhow!("Firefox ended: {status}")));
        }
        // Half a number is written nowhere: the file is moved into its place.
        Some(Ok(std::fs::read_to_string(&port_file).ok()?.trim().parse::<u16>().ok()?))
    });
    let port = port.await??;
    let (address, task) = marionette::bridge(port).await?;
    let wishes = Capabilities::new();
    Ok(Driver { address, wishes, programs: vec![firefox], task: Some(task) })
}

fn command(program: &str, profile: &Path, look: Look) -> Command {
    let mut command = Command::new(program);
    command.args(["--marionette", "--headless", "--no-remote", "--new-instance", "--profile"]);
    command.arg(profile);
    command.args(["--width", &look.width.to_string(), "--height", &look.height.to_string()]);
    command.env("HOME", profile).env("TZ", "Europe/Amsterdam").env("LANG", "nl_NL.UTF-8");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    command
}
