//! What a browser left on its disk: every file of its profile, searched for words.

use crate::browser::Browser;
use anyhow::Result;
use std::path::Path;

impl Browser {
    /// The words that stand in some file of the profile, each with that file. As bytes of UTF-8 and of
    /// UTF-16, for a browser writes both.
    ///
    /// # Errors
    /// When the profile cannot be read.
    pub fn left_on_disk(&self, words: &[&str]) -> Result<Vec<String>> {
        let sought: Vec<(&str, [Vec<u8>; 2])> = words
            .iter()
            .map(|word| {
                let wide = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
                (*word, [word.as_bytes().to_vec(), wide])
            })
            .collect();
        let mut found = Vec::new();
        search(&self.profile(), &sought, &mut found)?;
        Ok(found)
    }
}

fn search(folder: &Path, sought: &[(&str, [Vec<u8>; 2])], found: &mut Vec<String>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            search(&path, sought, found)?;
            continue;
        }
        // Sockets and locks cannot be read, and hold nothing.
        let Ok(bytes) = std::fs::read(&path) else { continue };
        for (word, ways) in sought {
            if ways.iter().any(|way| holds(&bytes, way)) {
                found.push(format!("{word} in {}", path.display()));
            }
        }
    }
    Ok(())
}

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    let Some((first, rest)) = word.split_first() else { return false };
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| byte == first) {
        from += at + 1;
        if bytes[from..].starts_with(rest) {
            return true;
        }
    }
    false
}
