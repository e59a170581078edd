//! The rule list as Markdown, for a wiki or a version-controlled folder.

use super::{Block, Condition, Table};

#[must_use]
pub fn markdown(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        if !text.is_empty() {
            text.push('\n');
        }
        write(block, &mut text);
    }
    text
}

fn write(block: &Block, text: &mut String) {
    match block {
        Block::Heading(level, words) => {
            text.push_str(&format!("{} {}\n", "#".repeat(usize::from(*level)), plain(words)));
        }
        Block::Paragraph(words) => text.push_str(&format!("{}\n", plain(words))),
        Block::Facts(facts) => {
            for (label, words) in facts {
                text.push_str(&format!("- **{label}:** {}\n", plain(words)));
            }
        }
        Block::Bullets(lines) => {
            for words in lines {
                text.push_str(&format!("- {}\n", plain(words)));
            }
        }
        Block::Condition(one) => condition(one, text),
        Block::Table(one) => table(one, text),
    }
}

fn condition(one: &Condition, text: &mut String) {
    text.push_str(&format!("**{}:** {}", one.role, plain(&one.text)));
    if !one.looks_at.is_empty() {
        text.push_str(&format!(" *{}.*", plain(&one.looks_at)));
    }
    text.push_str(&format!(" Bron: {}.\n", plain(&one.source)));
    if one.limits.is_empty() {
        return;
    }
    let rows = one.limits.iter().map(|limit| {
        vec![
            limit.household.clone(),
            limit.amount.clone(),
            limit.period(),
            limit.source.clone(),
            limit.checked_on.clone(),
        ]
    });
    let heading = vec!["Huishouden", "Grens", "Geldt", "Bron", "Nagekeken"];
    text.push('\n');
    table(&Table { heading, rows: rows.collect() }, text);
}

fn table(table: &Table, text: &mut String) {
    let mut line = |cells: &[String]| text.push_str(&format!("| {} |\n", cells.join(" | ")));
    line(&table.heading.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>());
    line(&vec!["---".to_owned(); table.heading.len()]);
    for row in &table.rows {
        line(&row.iter().map(|cell| plain(cell)).collect::<Vec<_>>());
    }
}

/// Signs that Markdown would read as markup. Texts come from a municipality's own files.
fn plain(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    for letter in words.chars() {
        if matches!(letter, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#') {
            text.push('\\');
        }
        text.push(if letter == '\n' { ' ' } else { letter });
    }
    text
}
