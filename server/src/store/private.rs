//! Files that only the server's own account may read: they hold what residents said.

use std::fs::{File, OpenOptions};
use std::io::Result;
use std::path::Path;

/// Makes a new file that others on this machine cannot read. SQLite gives the files beside a
/// database the rights that the database has.
///
/// # Errors
/// When it exists already or cannot be made.
pub fn make(file: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}
