//! A file that is there to be thrown away. On a full disk nothing can be cleared up, for clearing up is
//! writing too; then the ballast goes, and its room is for the office alone until there is more.

use super::private;
use std::fs::File;
use std::io::{Result, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

/// Name of the file, beside the database.
const NAME: &str = "ballast";
/// Room for a day of office work: two write-ahead logs of the size at which they are moved.
const BYTES: usize = 32 * 1024 * 1024;
/// What must be free beside it before it is laid, or it would come and go with every write.
const SPARE_BYTES: usize = 8 * 1024 * 1024;
/// How long a full disk is left alone before looking whether there is room again.
const AGAIN_MS: i64 = 5_000;

/// The ballast of one data folder.
#[derive(Debug)]
pub struct Ballast {
    path: PathBuf,
    is_gone: AtomicBool,
    looked_ms: AtomicI64,
}

impl Ballast {
    /// As it is, whether it was laid or not.
    pub fn of(folder: &Path) -> Self {
        let path = folder.join(NAME);
        Ballast { path, is_gone: AtomicBool::new(false), looked_ms: AtomicI64::new(i64::MIN) }
    }

    /// Lays it, unless it lies there whole.
    ///
    /// # Errors
    /// When there is no room for it; then none of it stays.
    pub fn lay(&self) -> Result<()> {
        let is_whole = std::fs::metadata(&self.path).is_ok_and(|it| it.len() == BYTES as u64);
        if !is_whole {
            self.remove();
            if let Err(error) = private::make(&self.path).and_then(|file| fill(&file)) {
                self.throw_out();
                return Err(error);
            }
        }
        self.is_gone.store(false, Ordering::Relaxed);
        Ok(())
    }

    /// Makes room: the disk is full.
    pub fn throw_out(&self) {
        self.remove();
        self.is_gone.store(true, Ordering::Relaxed);
    }

    /// Whether the disk was full and is not known to have room again.
    pub fn is_gone(&self) -> bool {
        self.is_gone.load(Ordering::Relaxed)
    }

    /// Whether others than the office may write. Looks at the disk, now and then; may block.
    pub fn leaves_room(&self, now_ms: i64) -> bool {
        if !self.is_gone() {
            return true;
        }
        let looked_ms = self.looked_ms.load(Ordering::Relaxed);
        if (0..AGAIN_MS).contains(&now_ms.saturating_sub(looked_ms)) {
            return false;
        }
        let is_laid = self.lay().is_ok();
        self.looked_ms.store(if is_laid { i64::MIN } else { now_ms }, Ordering::Relaxed);
        is_laid
    }

    fn remove(&self) {
        // That it was not there is what was wanted.
        drop(std::fs::remove_file(&self.path));
    }
}

/// Really written, for a file with nothing in it takes no room.
fn fill(mut file: &File) -> Result<()> {
    let block = [0; 64 * 1024];
    for _ in 0..(BYTES + SPARE_BYTES) / block.len() {
        file.write_all(&block)?;
    }
    file.set_len(BYTES as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ballast_is_laid_once_thrown_out_and_laid_again_after_a_while() {
        let folder = tempfile::tempdir().expect("a folder");
        let ballast = Ballast::of(folder.path());
        ballast.lay().expect("there is room");
        ballast.lay().expect("it lies there");
        assert_eq!(std::fs::metadata(&ballast.path).expect("a file").len(), BYTES as u64);
        ballast.throw_out();
        assert!(ballast.is_gone() && !ballast.path.exists());
        std::fs::create_dir(&ballast.path).expect("something in its way");
        assert!(!ballast.leaves_room(1_000_000));
        std::fs::remove_dir(&ballast.path).expect("out of the way");
        assert!(!ballast.leaves_room(1_000_000 + AGAIN_MS - 1), "not looked at all the time");
        assert!(ballast.leaves_room(1_000_000 + AGAIN_MS));
        assert!(!ballast.is_gone());
    }
}
