//! Chromium: how it is started, and what only its own protocol can: looks, a slow processor, another
//! day, photographs, the console.

use super::engine::{Driver, PORTS_TRIED_MAX};
use super::{Browser, Look};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Stdio;
use thirtyfour::LoggingPrefsLogLevel;
use thirtyfour::prelude::*;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

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

pub async fn drive(profile: &Path, look: Look) -> Result<Driver> {
    let (chromedriver, port) = driver().await?;
    let mut wishes = DesiredCapabilities::chrome();
    for argument in ARGUMENTS {
        wishes.add_arg(argument)?;
    }
    wishes.add_arg(&format!("--user-data-dir={}", profile.display()))?;
    wishes.add_arg(&format!("--window-size={},{}", look.width, look.height))?;
    // A page that asks something stands still until a test has looked at it.
    wishes.set("unhandledPromptBehavior", "ignore")?;
    wishes.set_browser_log_level(LoggingPrefsLogLevel::All)?;
    let address = format!("http://127.0.0.1:{port}");
    Ok(Driver { address, wishes: wishes.into(), programs: vec![chromedriver], task: None })
}

impl Browser {
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

    /// Lets every page that opens from now on believe that so many days have passed, counted from the day
    /// it is for this page where it stands: shortly after midnight that is a day more than UTC says.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn days_later(&self, days: i64) -> Result<()> {
        let day = "const day = new Date(); day.setDate(day.getDate() + arguments[0]);\
            return day.toLocaleDateString('sv');";
        let day: String = self.page().execute(day, vec![days.into()]).await?.convert()?;
        self.set_clock(&day).await
    }

    /// Lets this page believe that it is so many minutes later, and that it comes into view then.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn minutes_later(&self, minutes: u32) -> Result<()> {
        let later = "const real = window.realNow ??= Date.now.bind(Date);
            Date.now = () => real() + arguments[0] * 60000;
            document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));";
        self.page().execute(later, vec![minutes.into()]).await?;
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

    /// What the page wrote to its console since the last call.
    ///
    /// # Errors
    /// When the browser does not tell.
    pub async fn console(&self) -> Result<Vec<String>> {
        let entries = self.page().browser_log().await?;
        Ok(entries.into_iter().map(|entry| format!("{}: {}", entry.level, entry.message)).collect())
    }
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
