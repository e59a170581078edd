//! A real browser with a profile of its own, of one of three engines: killed without warning and
//! started again with what it had kept. What only Chromium can is in `chromium.rs`.

mod chromium;
mod engine;
mod firefox;
mod marionette;
mod processes;
mod webkit;

pub use chromium::from_base64;
pub use engine::Engine;

use crate::wait;
use anyhow::Result;
use engine::Driver;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use tempfile::TempDir;
use thirtyfour::prelude::*;

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

/// One browser and its driver. Both end with this value, also when a test panics. When it was a phone,
/// its disk is searched then: a test fails that left something readable there.
pub struct Browser {
    session: Option<WebDriver>,
    driver: Option<Driver>,
    profile: TempDir,
    engine: Engine,
    look: Look,
    /// What somebody typed here.
    typed: Mutex<Vec<String>>,
    /// Why this phone's disk may hold readable words.
    readable: Option<&'static str>,
}

impl Browser {
    /// Starts a Chromium that was never used.
    ///
    /// # Errors
    /// When it or its driver does not start.
    pub async fn start(look: Look) -> Result<Browser> {
        Browser::start_of(Engine::Chromium, look).await
    }

    /// Starts a browser of this engine that was never used.
    ///
    /// # Errors
    /// When it or its driver does not start.
    pub async fn start_of(engine: Engine, look: Look) -> Result<Browser> {
        let profile = tempfile::tempdir()?;
        let (typed, readable) = (Mutex::default(), None);
        let mut browser =
            Browser { session: None, driver: None, profile, engine, look, typed, readable };
        browser.open().await?;
        Ok(browser)
    }

    /// Canonical, because Chromium does not find its own files behind `..` or a link.
    pub(crate) fn profile(&self) -> PathBuf {
        self.profile.path().canonicalize().unwrap_or_else(|_| self.profile.path().to_owned())
    }

    async fn open(&mut self) -> Result<()> {
        let driver = self.engine.drive(&self.profile(), self.look).await?;
        let driver = self.driver.insert(driver);
        self.session = Some(WebDriver::new(&driver.address, driver.wishes.clone()).await?);
        // The others got their size when they were started.
        if self.engine == Engine::Chromium { self.look_as(self.look).await } else { Ok(()) }
    }

    /// The session, for what this harness has no word for.
    ///
    /// # Panics
    /// After `kill` and before `again`.
    pub fn page(&self) -> &WebDriver {
        self.session.as_ref().expect("this browser was killed")
    }

    /// Ends the browser as an empty battery does: every process at once, nothing said goodbye to.
    ///
    /// # Errors
    /// When its processes cannot be found or ended.
    pub async fn kill(&mut self) -> Result<()> {
        self.forget_session();
        let profile = self.profile();
        wait::until("the browser to be dead", async || {
            let alive = processes::of(&profile);
            processes::kill(&alive);
            alive.is_empty().then_some(())
        })
        .await?;
        self.driver = None;
        Ok(())
    }

    /// Starts the killed browser again, with the profile as it was.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn again(&mut self) -> Result<()> {
        self.open().await
    }

    /// Remembers what somebody typed, to look for it on the disk afterwards.
    pub(crate) fn remember(&self, text: &str) {
        self.typed.lock().unwrap_or_else(PoisonError::into_inner).push(text.to_owned());
    }

    pub(crate) fn typed(&self) -> Vec<String> {
        self.typed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// This phone's disk is not searched in the end, for this reason.
    pub fn may_be_readable(&mut self, why: &'static str) {
        self.readable = Some(why);
    }

    fn forget_session(&mut self) {
        if let Some(session) = self.session.take() {
            // The session dies with the browser; asking it to quit would be a goodbye.
            let _ = session.leak();
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.forget_session();
        self.driver = None;
        // The browser leaves processes behind when only its driver ends.
        for _ in 0..50 {
            let alive = processes::of(&self.profile());
            if alive.is_empty() {
                break;
            }
            processes::kill(&alive);
        }
        // A test that failed already says why.
        let is_phone = self.engine == Engine::Chromium && self.look.is_phone;
        if is_phone && self.readable.is_none() && !std::thread::panicking() {
            let found = self.betrayed().expect("the profile can be read");
            assert!(found.is_empty(), "readable on this phone's disk: {found:#?}");
        }
    }
}
