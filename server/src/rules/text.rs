//! The rule list as plain text, for a terminal or a letter.

use super::{Block, Condition, Table};

const WIDTH: usize = 96;

#[must_use]
pub fn text(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        write(block, &mut text);
    }
    text
}

fn write(block: &Block, text: &mut String) {
    match block {
        Block::Heading(level, words) => heading(*level, words, text),
        Block::Paragraph(words) => wrapped(words, "", "", text),
        Block::Facts(facts) => {
            for (label, words) in facts {
                wrapped(&format!("{label}: {words}"), "  ", "    ", text);
            }
        }
        Block::Bullets(lines) => {
            for words in lines {
                wrapped(words, "- ", "  ", text);
            }
        }
        Block::Condition(one) => condition(one, text),
        Block::Table(table) => rows(table, text),
    }
}

fn heading(level: u8, words: &str, text: &mut String) {
    if !text.is_empty() {
        text.push('\n');
    }
    let line = match level {
        1 => "=",
        2 => "-",
        _ => "",
    };
    text.push_str(words);
    text.push('\n');
    if !line.is_empty() {
        text.push_str(&line.repeat(words.chars().count()));
        text.push('\n');
    }
}

fn condition(one: &Condition, text: &mut String) {
    wrapped(&format!("{}: {}", one.role, one.text), "  * ", "    ", text);
    if !one.looks_at.is_empty() {
        wrapped(&one.looks_at, "    ", "      ", text);
    }
    for limit in &one.limits {
        let mut words = format!("{}: {}", limit.household, limit.amount);
        if limit.cents.is_some() {
            let (period, source, checked) = (limit.period(), &limit.source, &limit.checked_on);
            words.push_str(&format!("; {period}; {source}; nagekeken {checked}"));
        }
        wrapped(&words, "    - ", "      ", text);
    }
    wrapped(&format!("Bron: {}", one.source), "    ", "      ", text);
}

fn rows(table: &Table, text: &mut String) {
    for row in &table.rows {
        let cells = table.heading.iter().zip(row).skip(2);
        let rest = cells.map(|(name, cell)| format!("; {} {cell}", name.to_lowercase()));
        let (name, amount) = (row.first(), row.get(1));
        let words = [name, amount].into_iter().flatten().map(String::as_str);
        let words = words.collect::<Vec<_>>().join(": ") + &rest.collect::<String>();
        wrapped(&words, "- ", "  ", text);
    }
}

/// Breaks between words; a word that is longer than a line stays whole.
fn wrapped(words: &str, first: &str, next: &str, text: &mut String) {
    let mut line = first.to_owned();
    let mut begun = false;
    // An amount stays on one line.
    let words = words.replace("€ ", "€\u{a0}");
    for word in words.split(' ') {
        if begun && line.chars().count() + 1 + word.chars().count() > WIDTH {
            text.push_str(&line);
            text.push('\n');
            line = next.to_owned();
            begun = false;
        }
        if begun {
            line.push(' ');
        }
        line.push_str(&word.replace('\u{a0}', " "));
        begun = true;
    }
    text.push_str(&line);
    text.push('\n');
}
