//! A real Chromium with a profile of its own: as a phone or a desk, light or dark, killed without
//! warning and started again with what it had kept.

use crate::wait;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tempfile::TempDir;
use thirtyfour::LoggingPrefsLogLevel;
use thirtyfour::prelude::*;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// Size of the window, and whether it is a phone's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    pub width: u32,
    pub height: u32,
    pub is_phone: bool,
    pub is_dark: bool,
}

impl Look {
    pub const PHONE: Look = Look { width: 390, height: 844, is_phone: true, is_dark: false };
    pub const DESK: Look = Look { width: 1280, height: 800, is_phone: false, is_dark: false };

    pub fn dark(self) -> Look {
        Look { is_dark: true, ..self }
    }
}

/// Without these Chromium talks to the world by itself.
const ARGUMENTS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=nl",
];

/// How often a driver may find its port taken before something else must be wrong.
const PORTS_TRIED_MAX: usize = 5;

/// A driver and the port that it listens on.
///
/// It looks for a free port by itself and then takes it for both kinds of address, one after the
/// other. In between another test may have taken one of the two; then it ends, and another is started.
async fn driver() -> Result<(Child, String)> {
    for _ in 0..PORTS_TRIED_MAX {
        let mut chromedriver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("chromedriver is missing; run these tests with: cargo xtask test")?;
        let out = chromedriver.stdout.take().context("stdout was asked for")?;
        let mut lines = BufReader::new(out).lines();
        while let Some(line) = lines.next_line().await? {
            if let Some((_, port)) = line.split_once("successfully on port ") {
                let port = port.trim_end_matches('.').to_owned();
                // Read on, or a full pipe would stop it.
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return Ok((chromedriver, port));
            }
        }
    }
    bail!("chromedriver ends at once")
}

/// One browser and its driver. Both end with this value, also when a test panics.
pub struct Browser {
    session: Option<WebDriver>,
    chromedriver: Child,
    address: String,
    profile: TempDir,
    look: Look,
}

impl Browser {
    /// Starts a browser that was never used.
    ///
    /// # Errors
    /// When chromedriver or Chromium does not start.
    pub async fn start(look: Look) -> Result<Browser> {
        let (chromedriver, port) = driver().await?;
        let mut browser = Browser {
            session: None,
            chromedriver,
            address: format!("http://127.0.0.1:{port}"),
            profile: tempfile::tempdir()?,
            look,
        };
        browser.open().await?;
        Ok(browser)
    }

    /// Canonical, because Chromium does not find its own files behind `..` or a link.
    fn profile(&self) -> PathBuf {
        self.profile.path().canonicalize().unwrap_or_else(|_| self.profile.path().to_owned())
    }

    async fn open(&mut self) -> Result<()> {
        let mut wishes = DesiredCapabilities::chrome();
        for argument in ARGUMENTS {
            wishes.add_arg(argument)?;
        }
        wishes.add_arg(&format!("--user-data-dir={}", self.profile().display()))?;
        wishes.add_arg(&format!("--window-size={},{}", self.look.width, self.look.height))?;
        wishes.set_browser_log_level(LoggingPrefsLogLevel::All)?;
        self.session = Some(WebDriver::new(&self.address, wishes).await?);
        self.look_as(self.look).await
    }

    /// The session, for what this harness has no word for.
    ///
    /// # Panics
    /// After `kill` and before `again`.
    pub fn page(&self) -> &WebDriver {
        self.session.as_ref().expect("this browser was killed")
    }

    /// Changes size and colours of the window.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn look_as(&mut self, look: Look) -> Result<()> {
        self.look = look;
        let Look { height, is_phone, is_dark, .. } = look;
        self.resize(height).await?;
        self.command("Emulation.setTouchEmulationEnabled", json!({"enabled": is_phone})).await?;
        let zone = json!({"timezoneId": "Europe/Amsterdam"});
        self.command("Emulation.setTimezoneOverride", zone).await?;
        let scheme = if is_dark { "dark" } else { "light" };
        let features = json!([
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]);
        self.command("Emulation.setEmulatedMedia", json!({"features": features})).await?;
        Ok(())
    }

    async fn resize(&self, height: u32) -> Result<()> {
        let Look { width, is_phone, .. } = self.look;
        let scale = if is_phone { 2 } else { 1 };
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": scale, "mobile": is_phone,
        });
        self.command("Emulation.setDeviceMetricsOverride", metrics).await?;
        Ok(())
    }

    /// Makes the processor look `times` slower.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn slow_down(&self, times: f64) -> Result<()> {
        self.command("Emulation.setCPUThrottlingRate", json!({"rate": times})).await?;
        Ok(())
    }

    /// Lets every page that opens from now on believe that it is this day (`2027-01-01`, noon).
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn set_clock(&self, day: &str) -> Result<()> {
        let source = format!(
            "{{ const Real = Date; const ahead = Real.parse('{day}T12:00:00Z') - Real.now();\
             globalThis.Date = class extends Real {{\
             constructor(...parts) {{ super(...(parts.length ? parts : [Real.now() + ahead])); }}\
             static now() {{ return Real.now() + ahead; }} }}; }}"
        );
        let script = json!({ "source": source });
        self.command("Page.addScriptToEvaluateOnNewDocument", script).await?;
        Ok(())
    }

    /// Any command of the browser's own protocol.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn command(&self, method: &str, params: Value) -> Result<Value> {
        let answer = self.page().cdp().send_raw(method, params).await;
        answer.with_context(|| format!("the browser refused {method}"))
    }

    /// The whole page as a PNG, also what lies below the window.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn photograph(&self) -> Result<Vec<u8>> {
        let script = "return document.documentElement.scrollHeight";
        let height: u32 = self.page().execute(script, vec![]).await?.convert()?;
        // A window as high as the page, so that a bar at its bottom does not lie across it.
        self.resize(height.max(self.look.height)).await?;
        let answer = self.command("Page.captureScreenshot", json!({"format": "png"})).await?;
        self.resize(self.look.height).await?;
        let text = answer["data"].as_str().context("a photograph")?;
        from_base64(text).context("a photograph is base64")
    }

    /// Ends the browser as an empty battery does: every process at once, nothing said goodbye to.
    ///
    /// # Errors
    /// When its processes cannot be found or ended.
    pub async fn kill(&mut self) -> Result<()> {
        if let Some(session) = self.session.take() {
            // The session dies with the browser; asking it to quit would be a goodbye.
            let _ = session.leak();
        }
        let profile = self.profile();
        wait::until("the browser to be dead", async || {
            let alive = processes_of(&profile);
            kill(&alive);
            alive.is_empty().then_some(())
        })
        .await
    }

    /// Starts the killed browser again, with the profile as it was.
    ///
    /// # Errors
    /// When Chromium does not start.
    pub async fn again(&mut self) -> Result<()> {
        self.open().await
    }

    /// What the page wrote to its console since the last call.
    ///
    /// # Errors
    /// When the browser does not tell.
    pub async fn console(&self) -> Result<Vec<String>> {
        let entries = self.page().browser_log().await?;
        Ok(entries.into_iter().map(|entry| format!("{}: {}", entry.level, entry.message)).collect())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            let _ = session.leak();
        }
        let _ = self.chromedriver.start_kill();
        // The browser leaves processes behind when only its driver ends.
        for _ in 0..50 {
            let alive = processes_of(&self.profile());
            if alive.is_empty() {
                break;
            }
            kill(&alive);
        }
    }
}

/// Ids of all processes that work in this profile, which is ours alone.
fn processes_of(profile: &Path) -> Vec<u32> {
    let mark = profile.display().to_string();
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let is_ours = |id: &u32| {
        let line = std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).contains(&mark)
    };
    ids.filter(is_ours).collect()
}

fn kill(ids: &[u32]) {
    if ids.is_empty() {
        return;
    }
    let ids = ids.iter().map(u32::to_string);
    // One that ended by itself meanwhile is no failure.
    let _ = std::process::Command::new("kill").arg("-9").args(ids).stderr(Stdio::null()).status();
}

/// Base64 with padding, as the browser's protocol gives it.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => Some(u32::from(byte - b'A')),
        b'a'..=b'z' => Some(u32::from(byte - b'a') + 26),
        b'0'..=b'9' => Some(u32::from(byte - b'0') + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for four in text.trim_end_matches('=').as_bytes().chunks(4) {
        let bits = four.iter().try_fold(0, |bits, byte| Some(bits << 6 | digit(*byte)?))?;
        let whole = (bits << (6 * (4 - four.len()))).to_be_bytes();
        bytes.extend(&whole[1..four.len()]);
    }
    Some(bytes)
}
