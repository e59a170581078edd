//! Tables as text for a spreadsheet: one line of cells, quoted as RFC 4180 says, with cells that
//! cannot run. What stands in the cells is the caller's.

/// Adds one line. A cell is quoted when it holds a separator of any kind, a quote or a line end.
pub fn line(text: &mut String, separator: char, cells: &[impl AsRef<str>]) {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            text.push(separator);
        }
        text.push_str(&quoted(&harmless(cell.as_ref())));
    }
    text.push_str("\r\n");
}

/// A spreadsheet runs a cell that begins with one of these signs. An apostrophe before it makes it
/// text (OWASP, CSV injection). Spaces in front do not help an attacker: they are looked through.
fn harmless(cell: &str) -> String {
    let first = cell.trim_start_matches([' ', '\u{a0}', '\u{feff}']).chars().next();
    match first {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') => {
            format!("'{cell}")
        }
        _ => cell.to_owned(),
    }
}

fn quoted(cell: &str) -> String {
    if cell.contains([';', '"', '\r', '\n', ',']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}
