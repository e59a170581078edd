//! Looking at Rust source as text: blanks out comments and strings, finds words and functions.
//! Exact enough for our rules; it is no parser.

/// `source` with every comment, string and character blanked out, line by line unmoved.
pub fn code_only(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let skipped = skip_length(rest, out.chars().next_back());
        if skipped == 0 {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            out.extend(rest[..skipped].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = &rest[skipped..];
        }
    }
    out
}

/// How many bytes at the start of `rest` are a comment, a string or a character; 0 for code.
fn skip_length(rest: &str, before: Option<char>) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return block_comment(rest);
    }
    match rest.as_bytes()[0] {
        b'"' => quoted(rest, 1),
        b'r' if !before.is_some_and(is_word) => raw_string(rest, 1),
        b'b' if !before.is_some_and(is_word) && rest.starts_with("br") => raw_string(rest, 2),
        b'\'' => character(rest),
        _ => 0,
    }
}

fn block_comment(rest: &str) -> usize {
    let (mut at, mut depth) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            (at, depth) = (at + 2, depth + 1);
        } else if rest[at..].starts_with("*/") {
            (at, depth) = (at + 2, depth - 1);
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length of a string whose content starts at `from`.
fn quoted(rest: &str, from: usize) -> usize {
    let mut escaped = false;
    for (at, c) in rest[from..].char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return from + at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a raw string whose hashes start at `from`; 0 when it is none.
fn raw_string(rest: &str, from: usize) -> usize {
    let hashes = rest[from..].bytes().take_while(|byte| *byte == b'#').count();
    let content = from + hashes + 1;
    if rest.as_bytes().get(content - 1) != Some(&b'"') {
        return 0;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    rest[content..].find(&close).map_or(rest.len(), |end| content + end + close.len())
}

/// The length of a character such as `'"'` or `'\n'`; 0 for a lifetime.
fn character(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => rest[3..].find('\'').map_or(0, |end| end + 4),
        Some(_) => match chars.next() {
            Some((at, '\'')) => at + 1,
            _ => 0,
        },
        None => 0,
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether `line` holds `wanted` with no letter, digit or underscore right before or after it.
pub fn says(line: &str, wanted: &str) -> bool {
    line.match_indices(wanted).any(|(at, _)| {
        !line[..at].chars().next_back().is_some_and(is_word)
            && !line[at + wanted.len()..].chars().next().is_some_and(is_word)
    })
}

/// A function: its name, the line of its `fn` (from 1) and how many lines it takes.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    pub line: usize,
    pub length: usize,
}

/// Every function with a body in `code`, which must come from [`code_only`].
pub fn functions(code: &str) -> Vec<Function> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        if code[..at].chars().next_back().is_some_and(is_word) {
            continue;
        }
        let name: String = code[at + 3..].chars().take_while(|c| is_word(*c)).collect();
        let Some(end) = body_end(&code[at..]).filter(|_| !name.is_empty()) else { continue };
        let line = code[..at].matches('\n').count() + 1;
        let length = code[at..at + end].matches('\n').count() + 1;
        found.push(Function { name, line, length });
    }
    found
}

/// Where the body of the function at the start of `code` ends; `None` when it has no body.
fn body_end(code: &str) -> Option<usize> {
    let (mut around, mut depth) = (0, 0);
    for (at, c) in code.char_indices() {
        match c {
            '(' | '[' => around += 1,
            ')' | ']' => around -= 1,
            ';' if around == 0 && depth == 0 => return None,
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 && around == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_strings_and_characters_are_not_code() {
        let source =
            "a // b\n/* c /* d */ e */ f \"g \\\" h\" r#\"i \" j\"# br\"k\" '\"' l '\\'' m";
        let code = code_only(source);
        let words: Vec<&str> = code.split_whitespace().collect();
        assert_eq!(words, ["a", "f", "l", "m"]);
        assert_eq!(code.matches('\n').count(), 1);
    }

    #[test]
    fn lifetimes_and_names_ending_in_r_stay_code() {
        let code = code_only("fn f<'a>(x: &'a str) { for\"x\" ; 'b: loop {} }");
        assert!(code.contains("<'a>") && code.contains("'b: loop"), "{code}");
    }

    #[test]
    fn a_word_is_found_only_as_a_whole() {
        assert!(says("use rand::Rng;", "rand"));
        assert!(!says("operand + brand", "rand"));
    }

    #[test]
    fn functions_have_a_name_a_line_and_a_length() {
        let code = "trait T { fn none(&self, x: [u8; 4]); }\n\npub fn two(x: [u8; 4]) {\n}\n";
        let two = Function { name: "two".to_owned(), line: 3, length: 2 };
        assert_eq!(functions(code), [two]);
    }
}
