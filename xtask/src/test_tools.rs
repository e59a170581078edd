//! What only tests need: Chromium, Firefox and WebKitGTK and the letters of Tigrinya from the
//! distribution, axe-core from npm, and schemathesis from PyPI. Running Aanbel needs none of it: a
//! phone brings its own letters.

use crate::steps::{ask, on_path, run, step, target};
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::Command;

const AXE: &str = "4.14.1";
const SCHEMATHESIS: &str = "4.32.5";

/// A package, and the programs of which one is enough to do without it.
type Wanted = (&'static str, &'static [&'static str]);

const CHROMIUM: &[&str] = &["chromium", "chromium-browser", "google-chrome"];
const FIREFOX: &[&str] = &["firefox-esr", "firefox"];
const DEBIAN: [Wanted; 3] = [
    ("chromium", CHROMIUM),
    ("chromium-driver", &["chromedriver"]),
    // Needs no driver: the tests speak its own protocol.
    ("firefox-esr", FIREFOX),
];
/// Ubuntu's packages carry other names and bring the browsers as snaps.
const UBUNTU: [Wanted; 3] = [
    ("chromium-browser", CHROMIUM),
    ("chromium-chromedriver", &["chromedriver"]),
    ("firefox", FIREFOX),
];
const WEBKIT: [Wanted; 2] = [("webkit2gtk-driver", &["WebKitWebDriver"]), ("xvfb", &["Xvfb"])];
/// WebKit for Python, with which the tests open its window.
const WEBKIT_WINDOW: [&str; 2] = ["python3-gi", "gir1.2-webkit2-4.1"];
const OPENS_WEBKIT: &str = "import gi; gi.require_version('WebKit2', '4.1')";
/// Without it the card in Tigrinya is photographed as empty boxes. Chromium brings DejaVu, which has
/// Arabic.
const ETHIOPIC: &str = "fonts-sil-abyssinica";

/// Brings three browsers and their drivers, and returns axe-core's script, absolute.
pub fn ensure() -> Result<PathBuf> {
    let system = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let is_ubuntu = system.lines().any(|line| line == "ID=ubuntu");
    packages(if is_ubuntu { &UBUNTU } else { &DEBIAN })?;
    packages(&WEBKIT)?;
    webkit_window()?;
    letters()?;
    axe()
}

/// Installs the packages whose programs are missing.
fn packages(wanted: &[Wanted]) -> Result<()> {
    let missing: Vec<&str> = wanted
        .iter()
        .filter(|(_, programs)| !programs.iter().any(|program| on_path(program).is_some()))
        .map(|(package, _)| *package)
        .collect();
    if missing.is_empty() { Ok(()) } else { install(&missing) }
}

/// Installs WebKit for the system's own Python unless it has it.
fn webkit_window() -> Result<()> {
    let opens = ask(Command::new("/usr/bin/python3").args(["-c", OPENS_WEBKIT]));
    if opens.is_some() { Ok(()) } else { install(&WEBKIT_WINDOW) }
}

/// Installs a font for Tigrinya unless some font has it.
fn letters() -> Result<()> {
    let fonts = ask(Command::new("fc-list").arg(":lang=ti"));
    if fonts.is_some_and(|fonts| !fonts.is_empty()) { Ok(()) } else { install(&[ETHIOPIC]) }
}

fn install(missing: &[&str]) -> Result<()> {
    let packages = missing.join(" ");
    if !is_root() || on_path("apt-get").is_none() {
        bail!(
            "the tests need {packages}, and only an administrator can install that. Please run:\n  \
             sudo apt-get update && sudo apt-get install -y --no-install-recommends {packages}"
        );
    }
    step(&format!("Install {packages}"), || {
        run(apt().arg("update"))?;
        run(apt().args(["install", "-y", "--no-install-recommends"]).args(missing))
    })
}

fn apt() -> Command {
    let mut apt = Command::new("apt-get");
    apt.arg("-q").env("DEBIAN_FRONTEND", "noninteractive");
    apt
}

fn is_root() -> bool {
    ask(Command::new("id").arg("-u")).as_deref() == Some("0")
}

fn axe() -> Result<PathBuf> {
    let home = target().join("test-tools");
    let package = home.join("node_modules").join("axe-core");
    let script = package.join("axe.min.js");
    let known = std::fs::read_to_string(package.join("package.json")).unwrap_or_default();
    if script.is_file() && known.contains(&format!("\"version\": \"{AXE}\"")) {
        return Ok(script);
    }
    packages(&[("npm", &["npm"])])?;
    step(&format!("Install axe-core {AXE} into target/test-tools"), || {
        std::fs::create_dir_all(&home)?;
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save"]);
        run(npm.arg("--prefix").arg(&home).arg(format!("axe-core@{AXE}")))
    })?;
    std::fs::metadata(&script).context("npm ended well but left no axe.min.js")?;
    Ok(script)
}

/// Brings schemathesis into a Python environment of its own, and returns the program, absolute.
pub fn schemathesis() -> Result<PathBuf> {
    let home = target().join("test-tools").join("schemathesis");
    let program = home.join("bin").join("schemathesis");
    let version = ask(Command::new(&program).arg("--version")).unwrap_or_default();
    if version.split_whitespace().any(|word| word == SCHEMATHESIS) {
        return Ok(program);
    }
    // Debian's Python comes without the parts that make an environment.
    if ask(Command::new("python3").args(["-c", "import ensurepip, venv"])).is_none() {
        install(&["python3-venv"])?;
    }
    step(&format!("Install schemathesis {SCHEMATHESIS} into target/test-tools"), || {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&home))?;
        let mut pip = Command::new(home.join("bin").join("pip"));
        pip.args(["install", "--quiet", "--disable-pip-version-check"]);
        run(pip.arg(format!("schemathesis=={SCHEMATHESIS}")))
    })?;
    Ok(program)
}
