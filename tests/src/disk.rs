//! A disk that fails on command, between a server and the real one: one write fails, the power is
//! cut, or it is full. The work is done by `shim/disk.c` within the server's process.

use crate::built;
use anyhow::{Context, Result, ensure};
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::NamedTempFile;

/// What goes wrong at a write or sync of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It fails: the disk is broken.
    Broken,
    /// It fails: the disk is full, this once.
    Full,
    /// The power is gone: what was not synced is lost or survives in part, and the process ends.
    PowerCut,
}

/// Names of the numbers in the steering file, by place; as in `shim/disk.c`.
const COUNT: u64 = 0;
const AT: u64 = 1;
const FAULT: u64 = 2;
const SEED: u64 = 3;
const ROOM: u64 = 4;
const LIES: u64 = 5;

/// A disk of one server.
pub struct Disk {
    steering: NamedTempFile,
    library: PathBuf,
}

impl Disk {
    /// A disk without faults and without an end.
    ///
    /// # Errors
    /// When the shim cannot be compiled.
    pub fn new() -> Result<Disk> {
        let disk = Disk { steering: NamedTempFile::new()?, library: library()? };
        for place in [COUNT, AT, FAULT, SEED, LIES] {
            disk.set(place, 0)?;
        }
        disk.leave_room(None)?;
        Ok(disk)
    }

    /// What a server on this disk must be started with.
    pub(crate) fn environment(&self, data: &Path) -> [(&'static str, PathBuf); 3] {
        let data = data.canonicalize().unwrap_or_else(|_| data.to_owned());
        [
            ("LD_PRELOAD", self.library.clone()),
            ("AANBEL_DISK", self.steering.path().to_owned()),
            ("AANBEL_DISK_FOLDER", data),
        ]
    }

    /// Writes and syncs so far.
    ///
    /// # Errors
    /// When the steering file is gone.
    pub fn count(&self) -> Result<i64> {
        self.get(COUNT)
    }

    /// Lets the n-th write or sync from now on go wrong, once.
    ///
    /// # Errors
    /// As `count`.
    pub fn strike(&self, nth: usize, fault: Fault) -> Result<()> {
        let errno = match fault {
            Fault::Broken => 5,
            Fault::Full => 28,
            Fault::PowerCut => 1_000,
        };
        self.set(FAULT, errno)?;
        self.set(AT, self.count()? + nth as i64)
    }

    /// Nothing goes wrong any more.
    ///
    /// # Errors
    /// As `count`.
    pub fn spare(&self) -> Result<()> {
        self.set(AT, 0)
    }

    /// From now on it says that all is synced, and it is not.
    ///
    /// # Errors
    /// As `count`.
    pub fn lie(&self) -> Result<()> {
        self.set(LIES, 1)
    }

    /// Whether the fault that was asked for is still to come.
    ///
    /// # Errors
    /// As `count`.
    pub fn is_armed(&self) -> Result<bool> {
        Ok(self.get(AT)? != 0)
    }

    /// Another chance for what survives a power cut.
    ///
    /// # Errors
    /// As `count`.
    pub fn shuffle(&self, seed: usize) -> Result<()> {
        self.set(SEED, seed as i64)
    }

    /// From now on files may grow by so many bytes; what is removed gives room. None: any.
    ///
    /// # Errors
    /// As `count`.
    pub fn leave_room(&self, bytes: Option<i64>) -> Result<()> {
        self.set(ROOM, bytes.unwrap_or(-1))
    }

    fn get(&self, place: u64) -> Result<i64> {
        let mut bytes = [0; 8];
        self.steering.as_file().read_exact_at(&mut bytes, place * 8)?;
        Ok(i64::from_ne_bytes(bytes))
    }

    fn set(&self, place: u64, number: i64) -> Result<()> {
        Ok(self.steering.as_file().write_all_at(&number.to_ne_bytes(), place * 8)?)
    }
}

/// Compiles the shim beside the server's program, unless it is there. SQLite is compiled from C, so
/// wherever the server was built there is a C compiler.
fn library() -> Result<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("shim/disk.c");
    let server = built::server();
    let home = server.parent().context("the server's program is in a folder")?;
    let library = home.join("aanbel-disk.so");
    let is_fresh = |library: &Path| -> Result<bool> {
        Ok(std::fs::metadata(library)?.modified()? > std::fs::metadata(&source)?.modified()?)
    };
    if is_fresh(&library).unwrap_or(false) {
        return Ok(library);
    }
    let made = tempfile::Builder::new().suffix(".so").tempfile_in(home)?;
    let mut compile = Command::new(std::env::var_os("CC").unwrap_or_else(|| "cc".into()));
    compile.args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o"]);
    let done = compile.arg(made.path()).arg(&source).output().context("a C compiler: cc")?;
    ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    // Tests are many processes: only a whole library gets the name.
    File::open(made.path())?.sync_all()?;
    made.persist(&library)?;
    Ok(library)
}
