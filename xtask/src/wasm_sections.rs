//! Takes the sections out of a wasm file that only people with a debugger read: the names of
//! functions and who produced it. They are half of the file, and a third of it when compressed.

use anyhow::{Result, bail};

/// Custom sections that no browser needs.
const LEFT_OUT: [&str; 2] = ["name", "producers"];
/// Magic number and version.
const HEAD_BYTES: usize = 8;

/// The file without those sections. Format: WebAssembly core specification, binary modules.
///
/// # Errors
/// When the bytes are not a wasm module.
pub fn slim(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut slim = Vec::new();
    for (id, whole, body) in all(wasm)? {
        if id != 0 || !LEFT_OUT.iter().any(|name| is_named(body, name)) {
            slim.extend(whole);
        }
    }
    Ok(with_head(wasm, slim))
}

/// A section: its number, all its bytes, and those after its length.
pub type Section<'w> = (u8, &'w [u8], &'w [u8]);

/// Every section, in order.
///
/// # Errors
/// When the bytes are not a wasm module.
pub fn all(wasm: &[u8]) -> Result<Vec<Section<'_>>> {
    if !wasm.starts_with(b"\0asm") || wasm.len() < HEAD_BYTES {
        bail!("not a wasm file");
    }
    let (mut sections, mut rest) = (Vec::new(), &wasm[HEAD_BYTES..]);
    while let Some((&id, after_id)) = rest.split_first() {
        let (size, body) = number(after_id)?;
        let Some(section) = body.get(..size) else { bail!("a wasm section is cut off") };
        let (whole, after) = rest.split_at(rest.len() - body.len() + size);
        sections.push((id, whole, section));
        rest = after;
    }
    Ok(sections)
}

/// `sections` behind the head of `wasm`.
pub fn with_head(wasm: &[u8], sections: Vec<u8>) -> Vec<u8> {
    [&wasm[..HEAD_BYTES], &sections].concat()
}

/// A custom section begins with its name: length, then text.
fn is_named(section: &[u8], name: &str) -> bool {
    number(section).is_ok_and(|(size, text)| text.get(..size) == Some(name.as_bytes()))
}

/// An unsigned LEB128 number and what stands after it.
pub fn number(bytes: &[u8]) -> Result<(usize, &[u8])> {
    let mut number = 0;
    for (place, byte) in bytes.iter().take(5).enumerate() {
        number |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Ok((number, &bytes[place + 1..]));
        }
    }
    bail!("a number in the wasm file does not end")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(sections: &[&[u8]]) -> Vec<u8> {
        [&b"\0asm\x01\0\0\0"[..], &sections.concat()].concat()
    }

    #[test]
    fn names_leave_and_everything_else_stays() {
        let (code, names) = (&b"\x0a\x03abc"[..], &b"\0\x07\x04namexy"[..]);
        let features = &b"\0\x05\x04feat"[..];
        let wasm = module(&[code, names, features]);
        assert_eq!(slim(&wasm).expect("a module"), module(&[code, features]));
    }

    #[test]
    fn damaged_files_are_refused() {
        assert!(slim(b"<html>").is_err());
        assert!(slim(&module(&[b"\x0a\x09abc"])).is_err());
        assert!(slim(&module(&[b"\x0a\xff\xff\xff\xff\xff"])).is_err());
    }
}
