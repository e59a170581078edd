//! The served file of the card: how it is read. `build/card.rs` writes it.
//!
//! First the number of languages. Each language is a line `code direction checked name` and then one
//! line per phrase, in the order of [`Phrase::ALL`]; Dutch stands first. Then the pictograms, a line
//! per phrase, `-` for none. All other lines are QR codes, `site width hex` each.

use super::{Phrase, Square};
use std::str::Lines;

/// What a phone shows on a card besides what was agreed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardFile {
    /// Dutch first, the source of the others.
    pub languages: Vec<Language>,
    pictograms: Vec<String>,
    squares: Vec<(String, Square)>,
}

/// One language of the card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Language {
    /// As in a talk's `language`, and as HTML's `lang` wants it.
    pub code: String,
    /// `ltr` or `rtl`.
    pub direction: String,
    /// Somebody who speaks it read the sentences; Dutch is the source and counts as such.
    pub is_checked: bool,
    /// What it is called by who speaks it.
    pub name: String,
    sentences: Vec<String>,
}

impl CardFile {
    /// Reads a served file; none when it is not whole, or made for a program with other phrases.
    #[must_use]
    pub fn parse(text: &str) -> Option<CardFile> {
        let mut lines = text.lines();
        let (count, keys) = lines.next()?.split_once(' ')?;
        let count: usize = count.parse().ok().filter(|_| keys == Phrase::keys())?;
        let mut card = CardFile::default();
        for _ in 0..count {
            card.languages.push(Language::parse(&mut lines)?);
        }
        card.pictograms = sentences(&mut lines)?;
        for line in lines {
            card.squares.push(square(line)?);
        }
        (count > 0).then_some(card)
    }

    /// Place of a language in `languages`; Dutch for one that has no card.
    #[must_use]
    pub fn place_of(&self, code: &str) -> usize {
        self.languages.iter().position(|language| language.code == code).unwrap_or_default()
    }

    /// Lines in a square of 24 by 24, as the path of an SVG picture.
    #[must_use]
    pub fn pictogram(&self, phrase: Phrase) -> Option<&str> {
        self.pictograms.get(phrase as usize).map(String::as_str).filter(|path| *path != "-")
    }

    /// The QR code of a public site of the catalogue.
    #[must_use]
    pub fn square(&self, site: &str) -> Option<&Square> {
        self.squares.iter().find(|(of, _)| of == site).map(|(_, square)| square)
    }
}

impl Language {
    fn parse(lines: &mut Lines) -> Option<Language> {
        let mut head = lines.next()?.splitn(4, ' ').map(str::to_owned);
        Some(Language {
            code: head.next()?,
            direction: head.next()?,
            is_checked: head.next()? == "checked",
            name: head.next()?,
            sentences: sentences(lines)?,
        })
    }

    #[must_use]
    pub fn says(&self, phrase: Phrase) -> &str {
        self.sentences.get(phrase as usize).map(String::as_str).unwrap_or_default()
    }
}

/// One line per phrase.
fn sentences(lines: &mut Lines) -> Option<Vec<String>> {
    Phrase::ALL.iter().map(|_| lines.next().map(str::to_owned)).collect()
}

fn square(line: &str) -> Option<(String, Square)> {
    let mut words = line.split(' ');
    let site = words.next()?.to_owned();
    let width = words.next()?.parse().ok()?;
    Some((site, Square::new(width, words.next()?)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::FILE;

    #[test]
    fn the_built_file_is_whole_and_begins_with_dutch() {
        let card = CardFile::parse(FILE).expect("the build wrote it");
        assert_eq!(card.languages[0].code, "nl");
        assert!(card.languages[0].is_checked, "the source needs no check");
        for language in &card.languages {
            assert!(Phrase::ALL.iter().all(|phrase| !language.says(*phrase).is_empty()));
        }
        let arabic = &card.languages[card.place_of("ar")];
        assert_eq!((arabic.direction.as_str(), arabic.is_checked), ("rtl", false));
        assert_eq!(card.place_of("other"), 0);
        assert!(card.pictogram(Phrase::VisitFree).is_some());
        assert!(card.pictogram(Phrase::Unchecked).is_none());
    }

    #[test]
    fn half_a_file_is_no_file() {
        assert_eq!(CardFile::parse(""), None);
        let other = FILE.replacen("title,", "title,other,", 1);
        assert_eq!(CardFile::parse(&other), None, "of a program with other phrases");
        let cut = FILE.len() / 2;
        let cut = (cut..).find(|at| FILE.is_char_boundary(*at)).expect("a boundary");
        assert_eq!(CardFile::parse(&FILE[..cut]), None);
    }
}
