//! The real server as a process of its own, with a data folder that lives as long as the test: it
//! is killed without warning and started again on the same port.

use crate::disk::Disk;
use crate::{built, template, wait};
use anyhow::{Context, Result, anyhow, bail, ensure};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;
use tokio::process::{Child, Command};

/// One server. Its process and its data end with this value.
pub struct Server {
    folder: TempDir,
    process: Option<Child>,
    pub listen: SocketAddr,
    /// Of `/healthz` and `/metrics`.
    pub metrics: SocketAddr,
    demo: Option<Demo>,
    /// Whose schemes phones get, when it is not the demo's.
    municipality: Option<&'static str>,
    /// Whether it believes who says for whom they ask, from the next start on.
    pub behind_proxy: bool,
    /// What stands between the server and its disk, from the next start on.
    pub disk: Option<Disk>,
    /// Folder of the field app that it serves from the next start on.
    pub app: PathBuf,
}

/// How to get into the demo.
#[derive(Clone, Debug)]
pub struct Demo {
    pub password: String,
}

impl Server {
    /// A server with the demo's invented town, started.
    ///
    /// # Errors
    /// When the server does not do what it is told.
    pub async fn demo() -> Result<Server> {
        let mut server = Server::demo_stopped().await?;
        server.start().await?;
        Ok(server)
    }

    /// As `demo`, not started yet.
    ///
    /// # Errors
    /// As `demo`.
    pub async fn demo_stopped() -> Result<Server> {
        let mut server = Server::stopped()?;
        for entry in std::fs::read_dir(template::ready().await?)? {
            let entry = entry?;
            std::fs::copy(entry.path(), server.data().join(entry.file_name()))?;
        }
        let told = std::fs::read_to_string(server.data().join("demo.txt"))?;
        let password = told.split_whitespace().last().context("the demo tells its password")?;
        server.demo = Some(Demo { password: password.to_owned() });
        Ok(server)
    }

    /// A server without anything, started.
    ///
    /// # Errors
    /// When the server does not start.
    pub async fn empty() -> Result<Server> {
        let mut server = Server::stopped()?;
        server.start().await?;
        Ok(server)
    }

    pub(crate) fn stopped() -> Result<Server> {
        Ok(Server {
            folder: tempfile::tempdir()?,
            process: None,
            listen: free_port()?,
            metrics: free_port()?,
            demo: None,
            municipality: None,
            behind_proxy: false,
            disk: None,
            app: built::app(),
        })
    }

    /// Starts the process and waits until it answers.
    ///
    /// # Errors
    /// When it ends at once or never answers.
    pub async fn start(&mut self) -> Result<()> {
        let log = std::fs::File::options().create(true).append(true).open(self.log_file())?;
        let mut serve = Command::new(built::server());
        serve.arg("serve").arg("--data").arg(self.data()).arg("--app").arg(&self.app);
        serve.args(["--listen", &self.listen.to_string(), "--metrics", &self.metrics.to_string()]);
        serve.args(self.behind_proxy.then_some("--behind-proxy"));
        serve.args(self.municipality.iter().flat_map(|code| ["--municipality", code]));
        serve.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).kill_on_drop(true);
        if let Some(disk) = &self.disk {
            serve.envs(disk.environment(self.data()));
        }
        let process = serve.spawn().context("the server's program cannot be started")?;
        let process = self.process.insert(process);
        let health = format!("http://{}/healthz", self.metrics);
        let answers = wait::until("the server to answer", async || {
            if let Ok(Some(status)) = process.try_wait() {
                return Some(Err(anyhow!("the server ended: {status}")));
            }
            let answer = reqwest::get(&health).await.ok()?;
            answer.status().is_success().then_some(Ok(()))
        })
        .await;
        answers.and_then(|ended| ended).map_err(|error| error.context(self.log()))
    }

    /// From its next start on phones get the schemes of this municipality.
    pub fn serve_for(&mut self, municipality: &'static str) {
        self.municipality = Some(municipality);
    }

    /// Ends the process at once, as a power cut does.
    ///
    /// # Errors
    /// When it cannot be ended.
    pub async fn kill(&mut self) -> Result<()> {
        let Some(mut process) = self.process.take() else { return Ok(()) };
        if process.try_wait()?.is_none() {
            process.start_kill()?;
            // Looked at, and not waited for to be told: of a thousand that died at the moment they were
            // killed, the kernel did not tell of one.
            let ended = wait::until("the server to be gone", async || {
                process.try_wait().map(|status| status.map(drop)).transpose()
            });
            ended.await??;
        }
        Ok(())
    }

    /// Address without a slash at the end. By name, because browsers trust that name with cookies.
    pub fn address(&self) -> String {
        format!("http://localhost:{}", self.listen.port())
    }

    /// Address of a page.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address())
    }

    pub fn data(&self) -> &Path {
        self.folder.path()
    }

    /// Password of everybody who signs in to the demo's office.
    ///
    /// # Panics
    /// When this server has no demo.
    pub fn password(&self) -> &str {
        &self.demo.as_ref().expect("a server with the demo").password
    }

    /// A new code for a phone of this person.
    ///
    /// # Errors
    /// When there is nobody of this name.
    pub async fn enrol_code(&self, person: &str) -> Result<String> {
        let told = self.run(&["enrol-code", "--person", person]).await?;
        let first = told.lines().next().unwrap_or_default();
        let (_, code) = first.rsplit_once(": ").context("the code stands on the first line")?;
        Ok(code.trim().to_owned())
    }

    /// Runs a subcommand on this server's data and gives what it printed.
    ///
    /// # Errors
    /// When it fails; with what it said.
    pub async fn run(&self, arguments: &[&str]) -> Result<String> {
        let mut command = std::process::Command::new(built::server());
        command.args(arguments).env("AANBEL_DATA", self.data()).stdin(Stdio::null());
        // On a thread that waits for it, for the same reason as in `kill`.
        let done = tokio::task::spawn_blocking(move || command.output()).await?;
        let done = done.context("the server's program cannot be started")?;
        let told = String::from_utf8_lossy(&done.stdout).into_owned();
        let said = String::from_utf8_lossy(&done.stderr);
        ensure!(done.status.success(), "aanbel {}: {told}{said}", arguments.join(" "));
        Ok(told)
    }

    /// Checks log, projections and references; the process must not run.
    ///
    /// # Errors
    /// What `aanbel verify` found.
    pub async fn verify(&self) -> Result<()> {
        self.run(&["verify"]).await.map(drop)
    }

    /// Highest memory that the process ever used, bytes.
    ///
    /// # Errors
    /// When it does not run, or this is not Linux.
    pub fn peak_memory(&self) -> Result<u64> {
        self.memory("VmHWM:")
    }

    /// Memory that the process uses now, bytes; its highest use is counted anew from here.
    ///
    /// # Errors
    /// As `peak_memory`.
    pub fn memory_now(&self) -> Result<u64> {
        std::fs::write(format!("/proc/{}/clear_refs", self.id()?), "5")?;
        self.memory("VmRSS:")
    }

    fn memory(&self, row: &str) -> Result<u64> {
        memory_of(self.id()?, row)
    }

    fn id(&self) -> Result<u32> {
        self.process.as_ref().and_then(Child::id).context("the server runs")
    }

    fn log_file(&self) -> PathBuf {
        self.data().join("test.log")
    }

    /// What the server said so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }
}

/// A row of what the kernel tells of a process's memory, bytes.
///
/// # Errors
/// When there is no such process, or this is not Linux.
pub fn memory_of(process: u32, row: &str) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(row));
    let kib: u64 = line.context("a row of memory")?.trim().trim_end_matches(" kB").parse()?;
    Ok(kib * 1024)
}

/// Below those that the system gives to outgoing connections, of which one could take it before the server
/// does, or while the server is down.
const PORTS: std::ops::Range<u16> = 11_000..31_000;
/// Tests run side by side, each in a process of its own: each looks from another place on.
const PORTS_EACH: u32 = 61;

/// An address that nobody listens at.
///
/// # Errors
/// When there is none.
pub fn free_port() -> Result<SocketAddr> {
    static ASKED: AtomicU32 = AtomicU32::new(0);
    let count = PORTS.len() as u32;
    let from = std::process::id().wrapping_mul(PORTS_EACH) % count;
    for _ in PORTS {
        let next = (from + ASKED.fetch_add(1, Ordering::Relaxed)) % count;
        let address = SocketAddr::from(([127, 0, 0, 1], PORTS.start + next as u16));
        if TcpListener::bind(address).is_ok() {
            return Ok(address);
        }
    }
    bail!("every port is taken")
}
