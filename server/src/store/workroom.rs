//! Folders beside the database for a readable copy that is not to stay. One that broke off, by a kill or a
//! power cut, leaves its folder behind: whoever makes the next removes it, and so does every cleaning after
//! an erasure.

use super::StoreError;
use std::fs::{self, File, TryLockError};
use std::path::Path;
use tempfile::TempDir;

/// Nobody else names a folder so.
const PREFIX: &str = ".aanbel-copy-";

/// One such folder; it goes with all that is in it.
pub struct Workroom {
    room: TempDir,
    /// Says to others that folders are in use. Let go of after the folder went.
    _used: File,
}

impl Workroom {
    /// Makes one in the folder of the database.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn in_folder(folder: &Path) -> Result<Workroom, StoreError> {
        tidy(folder)?;
        let used = File::open(folder)?;
        used.lock_shared()?;
        let room = tempfile::Builder::new().prefix(PREFIX).tempdir_in(folder)?;
        Ok(Workroom { room, _used: used })
    }

    pub fn path(&self) -> &Path {
        self.room.path()
    }
}

/// Removes what was left behind, unless somebody is making a copy now: then the next time. What cannot be
/// removed, of another account for example, stays and is told.
///
/// # Errors
/// When the folder cannot be read.
pub fn tidy(folder: &Path) -> Result<(), StoreError> {
    let alone = File::open(folder)?;
    match alone.try_lock() {
        Err(TryLockError::WouldBlock) => return Ok(()),
        Err(TryLockError::Error(error)) => return Err(error.into()),
        Ok(()) => {}
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            let path = entry.path();
            if let Err(error) = fs::remove_dir_all(&path) {
                tracing::warn!(%error, path = %path.display(), "a readable copy is left: remove it");
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_broke_off_is_removed_and_what_is_in_use_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let left = folder.path().join(".aanbel-copy-Ab3xYz");
        fs::create_dir(&left).expect("a folder");
        fs::write(left.join("aanbel.db"), "everybody").expect("a copy");
        fs::create_dir(folder.path().join("backup-monday")).expect("somebody's own");
        let first = Workroom::in_folder(folder.path()).expect("one");
        assert!(!left.exists());
        let second = Workroom::in_folder(folder.path()).expect("another beside it");
        tidy(folder.path()).expect("nothing to do");
        assert!(first.path().exists() && second.path().exists());
        drop((first, second));
        let left: Vec<_> = fs::read_dir(folder.path()).expect("a folder").collect();
        assert_eq!(left.len(), 1, "{left:?}");
    }
}
