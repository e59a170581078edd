//! Gives what the program asks of the page short names, in the program and in the script beside it.
//! wasm-bindgen names each `__wbg_` and so on with sixteen digits of chance, which nothing can
//! compress: five kilobytes on every phone.

use crate::wasm_sections::{self, number};
use anyhow::{Context, Result, bail};

/// Digits at the end of a name that is made up.
const CHANCE: usize = 16;

/// Both files with short names. Format: WebAssembly core specification, import section.
///
/// # Errors
/// When the bytes are no wasm module, or the script does not know a name.
pub fn shorten(wasm: &[u8], script: &str) -> Result<(Vec<u8>, String)> {
    let (mut short, mut script) = (Vec::new(), script.to_owned());
    for (id, whole, body) in wasm_sections::all(wasm)? {
        if id != IMPORTS {
            short.extend(whole);
            continue;
        }
        let body = renamed(body, &mut script)?;
        short.push(id);
        write_number(&mut short, body.len());
        short.extend(body);
    }
    Ok((wasm_sections::with_head(wasm, short), script))
}

const IMPORTS: u8 = 2;

/// The import section with short names; the same names change in `script`.
fn renamed(section: &[u8], script: &mut String) -> Result<Vec<u8>> {
    let (count, mut rest) = number(section)?;
    let mut out = Vec::new();
    write_number(&mut out, count);
    for place in 0..count {
        let (module, after) = name(rest)?;
        let (old, after) = name(after)?;
        write_name(&mut out, module);
        if is_made_up(old) {
            if !script.contains(old) {
                bail!("the script does not know {old}");
            }
            let new = format!("i{place}");
            *script = script.replace(old, &new);
            write_name(&mut out, &new);
        } else {
            write_name(&mut out, old);
        }
        let length = kind_length(after)?;
        out.extend(&after[..length]);
        rest = &after[length..];
    }
    Ok(out)
}

/// Bytes that say what is imported. wasm-bindgen's programs import functions, and nothing else.
fn kind_length(bytes: &[u8]) -> Result<usize> {
    match bytes.split_first() {
        Some((0, after)) => Ok(bytes.len() - number(after)?.1.len()),
        _ => bail!("an import that is no function"),
    }
}

fn is_made_up(name: &str) -> bool {
    let Some((word, chance)) = name.rsplit_once('_') else { return false };
    let hex = chance.len() == CHANCE && chance.bytes().all(|byte| byte.is_ascii_hexdigit());
    hex && (word.starts_with("__wbg_") || word.starts_with("__wbindgen_"))
}

fn name(bytes: &[u8]) -> Result<(&str, &[u8])> {
    let (length, rest) = number(bytes)?;
    let (name, rest) = rest.split_at_checked(length).context("a name is cut off")?;
    Ok((std::str::from_utf8(name)?, rest))
}

fn write_name(out: &mut Vec<u8>, name: &str) {
    write_number(out, name.len());
    out.extend(name.as_bytes());
}

/// Unsigned LEB128.
fn write_number(out: &mut Vec<u8>, mut number: usize) {
    while number > 0x7f {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "__wbg_call_0123456789abcdef";

    fn module(field: &str, kind: &[u8]) -> Vec<u8> {
        let mut section = vec![1];
        write_name(&mut section, "./a.js");
        write_name(&mut section, field);
        section.extend(kind);
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        wasm.extend([IMPORTS, section.len() as u8]);
        wasm.extend(section);
        wasm.extend(b"\x0a\x03abc");
        wasm
    }

    #[test]
    fn made_up_names_become_short_in_both_files() {
        let script = format!("{LONG}: function() {{}}");
        let (wasm, script) = shorten(&module(LONG, &[0, 5]), &script).expect("a module");
        assert_eq!(wasm, module("i0", &[0, 5]));
        assert_eq!(script, "i0: function() {}");
    }

    #[test]
    fn other_names_stay() {
        let wasm = module("__wbindgen_init_externref_table", &[0, 5]);
        assert_eq!(shorten(&wasm, "").expect("a module"), (wasm, String::new()));
    }

    #[test]
    fn a_name_that_the_script_does_not_know_is_refused() {
        assert!(shorten(&module(LONG, &[0, 5]), "").is_err());
        assert!(shorten(&module(LONG, &[3, 0, 0]), LONG).is_err());
    }
}
