//! Files that only the server's own account may read: they hold what residents said.

use std::fs::{File, OpenOptions};
use std::io::Result;
use std::path::Path;

/// Makes a new file that others on this machine cannot read; its name survives a power failure. SQLite gives
/// the files beside a database the rights that the database has.
///
/// # Errors
/// When it exists already or cannot be made.
pub fn make(file: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let made = options.open(file)?;
    #[cfg(unix)]
    if let Some(folder) = file.parent() {
        // Without this the file may be whole on the disk, and in no folder.
        File::open(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })?
            .sync_all()?;
    }
    Ok(made)
}
