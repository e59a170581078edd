//! Files that wait for somebody to confirm them, addresses or rules: in a folder beside the database,
//! under a name that cannot be guessed, for a day at most.

use crate::access;
use std::io::Result;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Files that nobody confirmed are removed after this.
const LIFE: Duration = Duration::from_secs(24 * 60 * 60);
/// Random bytes in a name.
const NAME_BYTES: usize = 16;

/// Where the uploads of this data folder are.
#[derive(Clone, Debug)]
pub struct Uploads {
    folder: PathBuf,
}

impl Uploads {
    pub fn below(data: &Path) -> Self {
        Uploads { folder: data.join("uploads") }
    }

    /// Keeps a file and gives its name. Clears away what is too old.
    pub fn keep(&self, bytes: &[u8]) -> Result<String> {
        std::fs::create_dir_all(&self.folder)?;
        self.clear_old();
        let random = access::random::<NAME_BYTES>();
        let name: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        std::fs::write(self.folder.join(&name), bytes)?;
        Ok(name)
    }

    /// The bytes of a file; none when the name is not one of ours or the file is gone.
    pub fn read(&self, name: &str) -> Option<Vec<u8>> {
        std::fs::read(self.path(name)?).ok()
    }

    pub fn remove(&self, name: &str) {
        if let Some(path) = self.path(name) {
            // It may be gone already; then all is well.
            drop(std::fs::remove_file(path));
        }
    }

    /// Only names that `keep` can have made: nothing that leads out of the folder.
    fn path(&self, name: &str) -> Option<PathBuf> {
        let ours = name.len() == NAME_BYTES * 2 && name.bytes().all(|b| b.is_ascii_hexdigit());
        ours.then(|| self.folder.join(name))
    }

    fn clear_old(&self) {
        let now = SystemTime::now();
        for entry in std::fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let age = entry.metadata().and_then(|found| found.modified()).ok();
            let age = age.and_then(|changed| now.duration_since(changed).ok());
            if age.is_some_and(|age| age > LIFE) {
                drop(std::fs::remove_file(entry.path()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_file_is_read_by_its_name_and_nothing_else_is() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let uploads = Uploads::below(folder.path());
        let name = uploads.keep(b"straat;nummer").expect("the folder can be written");
        assert_eq!(uploads.read(&name).as_deref(), Some(&b"straat;nummer"[..]));
        assert_eq!(uploads.read("../aanbel.db"), None);
        uploads.remove(&name);
        assert_eq!(uploads.read(&name), None);
    }
}
