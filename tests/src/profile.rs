//! What a browser left on its disk: every file of its profile, searched for words. Whatever a test does
//! with a phone, its disk is searched when the test lets go of it.

use crate::browser::Browser;
use crate::planted;
use anyhow::Result;
use std::collections::HashMap;
use std::path::Path;

/// What somebody typed that is shorter stands in any program, and so do short numbers.
const TYPED_MIN: usize = 6;
const DIGITS_MIN: usize = 8;

impl Browser {
    /// The words that stand in some file of the profile, each with that file. As bytes of UTF-8 and of
    /// UTF-16, for a browser writes both.
    ///
    /// # Errors
    /// When the profile cannot be read.
    pub fn left_on_disk(&self, words: &[&str]) -> Result<Vec<String>> {
        words_under(&self.profile(), words)
    }

    /// What may be on no phone's disk, and is: the planted words and all that was typed on this one.
    ///
    /// # Errors
    /// When the profile cannot be read.
    pub(crate) fn betrayed(&self) -> Result<Vec<String>> {
        let planted = planted::words();
        let typed = self.typed();
        let typed = typed.iter().filter(|text| is_sought(text));
        let words: Vec<&str> = planted.iter().chain(typed).map(String::as_str).collect();
        self.left_on_disk(&words)
    }
}

/// The words that stand in some file below a folder, each with that file.
///
/// # Errors
/// When the folder cannot be read.
pub fn words_under(folder: &Path, words: &[&str]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    search(folder, &Sought::new(words), &mut found)?;
    Ok(found)
}

fn is_sought(text: &str) -> bool {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    text.chars().count() >= if is_number { DIGITS_MIN } else { TYPED_MIN }
}

/// Words as bytes, found by how they begin, so that a profile is read through once.
struct Sought<'a> {
    begins: Vec<bool>,
    by_begin: HashMap<usize, Vec<(&'a str, Vec<u8>)>>,
}

impl<'a> Sought<'a> {
    fn new(words: &[&'a str]) -> Sought<'a> {
        let mut sought = Sought { begins: vec![false; 1 << 16], by_begin: HashMap::new() };
        for word in words {
            let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
            for bytes in [word.as_bytes().to_vec(), wide] {
                let begin = begin_of(bytes[0], bytes[1]);
                sought.begins[begin] = true;
                sought.by_begin.entry(begin).or_default().push((word, bytes));
            }
        }
        sought
    }

    fn find(&self, bytes: &[u8], mut found: impl FnMut(&str)) {
        for (place, pair) in bytes.windows(2).enumerate() {
            let begin = begin_of(pair[0], pair[1]);
            if self.begins[begin] {
                for (word, way) in self.by_begin.get(&begin).into_iter().flatten() {
                    if bytes[place..].starts_with(way) {
                        found(word);
                    }
                }
            }
        }
    }
}

fn begin_of(first: u8, second: u8) -> usize {
    usize::from(first) << 8 | usize::from(second)
}

fn search(folder: &Path, sought: &Sought<'_>, found: &mut Vec<String>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            search(&path, sought, found)?;
            continue;
        }
        // Sockets and locks cannot be read, and hold nothing.
        let Ok(bytes) = std::fs::read(&path) else { continue };
        sought.find(&bytes, |word| found.push(format!("{word} in {}", path.display())));
    }
    Ok(())
}
