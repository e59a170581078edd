//! What somebody typed, made harmless to look at: characters that hide, or turn the text around them,
//! become a sign that shows. Every page and every file of the office passes here.

/// Stands where a character was that cannot be seen.
const SIGN: char = '\u{fffd}';

/// The text with its hidden characters shown. Marks that only say which way a letter runs stay:
/// Arabic and Hebrew need them, and they move nothing else.
pub fn visible(text: String) -> String {
    if text.chars().any(hides) {
        text.chars().map(|letter| if hides(letter) { SIGN } else { letter }).collect()
    } else {
        text
    }
}

/// Controls, and what embeds or overrides the direction of a whole run.
fn hides(letter: char) -> bool {
    match letter {
        '\n' | '\r' | '\t' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        _ => letter.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_or_turns_text_around_is_shown() {
        let turned = "Jan\u{202e}nesnaJ\u{2066}\0\u{7}\u{9b}2J".to_owned();
        assert_eq!(visible(turned), "Jan\u{fffd}nesnaJ\u{fffd}\u{fffd}\u{fffd}\u{fffd}2J");
        for fine in ["Één regel\nen\tnog een\r\n", "مرحبا\u{200f}!", "👩‍👧 thuis"] {
            assert_eq!(visible(fine.to_owned()), fine);
        }
    }
}
