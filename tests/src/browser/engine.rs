//! The three engines that volunteers' browsers are made of, and what drives each of them. Everything
//! after the start is WebDriver and the same for all.

use super::{Look, chromium, firefox, webkit};
use anyhow::Result;
use std::path::Path;
use thirtyfour::Capabilities;
use tokio::process::Child;
use tokio::task::JoinHandle;

/// What shows the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Android, and most desks.
    Chromium,
    /// Firefox.
    Firefox,
    /// Every iPhone; here as WebKitGTK.
    WebKit,
}

/// How often a driver may find its port taken before something else must be wrong.
pub const PORTS_TRIED_MAX: usize = 5;

/// What stands between the tests and one start of a browser. Ends with this value.
pub struct Driver {
    /// Where it speaks WebDriver.
    pub address: String,
    /// What to ask it for.
    pub wishes: Capabilities,
    /// Programs beside the browser's own.
    pub programs: Vec<Child>,
    /// A part that runs in this process.
    pub task: Option<JoinHandle<()>>,
}

impl Drop for Driver {
    fn drop(&mut self) {
        for program in &mut self.programs {
            let _ = program.start_kill();
        }
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl Engine {
    /// Starts what drives a browser with this profile.
    pub(super) async fn drive(self, profile: &Path, look: Look) -> Result<Driver> {
        match self {
            Engine::Chromium => chromium::drive(profile, look).await,
            Engine::Firefox => firefox::drive(profile, look).await,
            Engine::WebKit => webkit::drive(profile, look).await,
        }
    }
}
