//! Bytes to text: the three encodings in which address files arrive, and what is no text at all.
//!
//! Knows nothing of columns or addresses.

use std::borrow::Cow;

use encoding_rs::{Encoding as Charset, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::problem::{FileProblem, NotText};

/// How the file was written, for the preview.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf16,
    Windows1252,
}

impl Encoding {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16 => "UTF-16",
            Self::Windows1252 => "Windows-1252",
        }
    }
}

/// The text of `bytes` without a byte order mark. UTF-8 when it is valid, otherwise Windows-1252.
///
/// Errors: [`FileProblem::Empty`], and [`FileProblem::NotText`] for pictures, office files and such.
pub(super) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), FileProblem> {
    if let Some(kind) = recognise(bytes) {
        return Err(FileProblem::NotText(kind));
    }
    let (text, encoding) = match Charset::for_bom(bytes) {
        Some((charset, mark)) if charset == UTF_16LE || charset == UTF_16BE => {
            let (text, _) = charset.decode_without_bom_handling(&bytes[mark..]);
            (text, Encoding::Utf16)
        }
        found => utf8_or_windows(&bytes[found.map_or(0, |(_, mark)| mark)..]),
    };
    if text.trim().is_empty() {
        return Err(FileProblem::Empty);
    }
    if text.chars().any(is_no_text) {
        return Err(FileProblem::NotText(NotText::Unknown));
    }
    match text.trim_start().get(..1) {
        Some("<") => Err(FileProblem::NotText(NotText::Markup)),
        Some("{" | "[") => Err(FileProblem::NotText(NotText::Json)),
        _ => Ok((text, encoding)),
    }
}

fn utf8_or_windows(bytes: &[u8]) -> (Cow<'_, str>, Encoding) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), Encoding::Utf8),
        Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0, Encoding::Windows1252),
    }
}

/// Control characters that no address file has; the rest of C1 is what Windows-1252 leaves open.
fn is_no_text(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{80}'..='\u{9f}')
}

/// Files that people pick by mistake, by their first bytes.
fn recognise(bytes: &[u8]) -> Option<NotText> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    let has_at = |at: usize, magic: &[u8]| bytes.get(at..at + magic.len()) == Some(magic);
    if starts(b"\x89PNG") || starts(b"\xff\xd8\xff") || starts(b"GIF8") {
        return Some(NotText::Image);
    }
    let is_bitmap = starts(b"BM") && has_at(6, &[0; 4]);
    if is_bitmap || (starts(b"RIFF") && has_at(8, b"WEBP")) || has_at(4, b"ftyp") {
        return Some(NotText::Image);
    }
    if starts(b"%PDF") {
        return Some(NotText::Pdf);
    }
    if starts(b"PK\x03\x04") {
        // The names inside an archive stand unpacked in its first bytes.
        let head = &bytes[..bytes.len().min(4096)];
        let holds = |name: &[u8]| head.windows(name.len()).any(|window| window == name);
        let is_sheet = holds(b"xl/") || holds(b"[Content_Types].xml") || holds(b"opendocument");
        return Some(if is_sheet { NotText::Spreadsheet } else { NotText::Archive });
    }
    if starts(b"\xd0\xcf\x11\xe0") {
        return Some(NotText::Spreadsheet);
    }
    if starts(b"\x1f\x8b") || starts(b"7z\xbc\xaf") || starts(b"Rar!") {
        return Some(NotText::Archive);
    }
    starts(b"SQLite format 3\0").then_some(NotText::Database)
}
