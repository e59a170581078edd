//! The corpus of hostile bodies: too large, too deep, packed too cleverly, or almost right.

use aanbel_shared::sync::{COMPACT_TYPE, Request, encode_plain};
use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use uuid::Uuid;

pub struct Body {
    pub name: &'static str,
    pub kind: &'static str,
    pub packing: &'static [&'static str],
    pub bytes: Vec<u8>,
}

const JSON: &str = "application/json";
const GZIP: &[&str] = &["gzip"];
const MIB: usize = 1024 * 1024;

/// All of them. `good` is a right request in JSON.
///
/// # Errors
/// Never, for packing is done in memory.
pub fn corpus(good: &str) -> Result<Vec<Body>> {
    let mut bodies = packed()?;
    bodies.extend(crowds(good)?);
    bodies.extend(almost_right(good));
    bodies.extend(compact(good)?);
    Ok(bodies)
}

/// Small on the wire, huge when unpacked; or packed in ways that nobody needs.
fn packed() -> Result<Vec<Body>> {
    let bomb = gzip(&vec![0; 256 * MIB])?;
    let deep = gzip("[".repeat(64 * MIB).as_bytes())?;
    let twice = gzip(&bomb)?;
    let body =
        |name, kind, packing, bytes: &[u8]| Body { name, kind, packing, bytes: bytes.to_vec() };
    Ok(vec![
        body("gzip bomb, compact", COMPACT_TYPE, GZIP, &bomb),
        body("gzip bomb, JSON", JSON, GZIP, &bomb),
        body("gzip bomb of brackets", JSON, GZIP, &deep),
        body("gzip in gzip, said once", JSON, GZIP, &twice),
        body("gzip in gzip, said twice", JSON, &["gzip", "gzip"], &twice),
        body("gzip in gzip, said in one line", JSON, &["gzip, gzip"], &twice),
        body("a packing that does not exist", JSON, &["br"], &bomb),
        body("half a gzip", JSON, GZIP, &bomb[..bomb.len() / 2]),
        body("no gzip at all", JSON, GZIP, b"{}"),
        body("zeros beyond the size on the wire", JSON, &[], &vec![0; 3 * MIB]),
    ])
}

/// A million of something that is meant to be few.
fn crowds(good: &str) -> Result<Vec<Body>> {
    let op = "{\"dot\":{\"device\":1,\"seq\":1},\"record\":\"00000000-0000-0000-0000-000000000001\",\"kind\":\"\",\
              \"worklist\":\"00000000-0000-0000-0000-000000000001\",\"at_ms\":0,\"set\":[]}";
    let one = "{\"field\":\"\",\"value\":\"nothing\",\"seen\":[]}";
    let id = "\"00000000-0000-0000-0000-000000000001\"";
    let op_of = |set: &str| op.replace("\"set\":[]", &format!("\"set\":[{set}]"));
    let many = |item: &str, number: usize| vec![item; number].join(",");
    let put = |list: &str, items: &str| {
        good.replacen(&format!("\"{list}\":[]"), &format!("\"{list}\":[{items}]"), 1)
    };
    let fields = op_of(&many(one, 300_000));
    let busy = many(&op_of(&many(one, 60)), 3_400);
    let seen = op_of(&one.replace("[]", &format!("[{}]", many("[7,7]", 1_000_000))));
    let body = |name, text: String| -> Result<Body> {
        Ok(Body { name, kind: JSON, packing: GZIP, bytes: gzip(text.as_bytes())? })
    };
    Ok(vec![
        body("1 M ops", put("ops", &many(op, 1_000_000)))?,
        body("60,000 ops, which fit in the size", put("ops", &many(op, 60_000)))?,
        body("1 M things that are no ops", put("ops", &many("0", 1_000_000)))?,
        body("300,000 fields in one op", put("ops", &fields))?,
        body("3,400 ops of 60 fields, cut off", put("ops", &busy).replace("clock_ms", ""))?,
        body("1 M devices seen in one field", put("ops", &seen))?,
        body("200,000 erased records", put("erased", &many(id, 200_000)))?,
        body("1 M ranges that are gone", put("gone", &many("[1,1]", 1_000_000)))?,
        body("a version of 8 MiB", good.replacen("proef", &"x".repeat(8 * MIB), 1))?,
    ])
}

/// JSON that a careless reader takes for a request.
fn almost_right(good: &str) -> Vec<Body> {
    let put = |from: &str, to: &str| good.replacen(from, to, 1).into_bytes();
    let mut bodies = vec![
        ("100 deep", format!("{}{}", "[".repeat(100), "]".repeat(100))).into_named(),
        ("100 deep in a field", good.replacen("\"ops\":[]", &deep("ops", 100), 1)).into_named(),
        ("100,000 deep", "{\"a\":".repeat(100_000)).into_named(),
        ("a lone surrogate", good.replacen("proef", "\\ud800", 1)).into_named(),
        ("surrogates in the wrong order", good.replacen("proef", "\\udc00\\ud800", 1)).into_named(),
        ("NaN", good.replacen("\"own_high\":0", "\"own_high\":NaN", 1)).into_named(),
        ("Infinity", good.replacen("\"own_high\":0", "\"own_high\":Infinity", 1)).into_named(),
        ("1e999", good.replacen("\"own_high\":0", "\"own_high\":1e999", 1)).into_named(),
        ("a negative count", good.replacen("\"own_high\":0", "\"own_high\":-1", 1)).into_named(),
        ("a NUL in a text", good.replacen("proef", "pro\0ef", 1)).into_named(),
        ("a NUL after the end", format!("{good}\0")).into_named(),
        ("a key twice", good.replacen('{', "{\"protocol\":1,", 1)).into_named(),
        ("two messages", format!("{good}{good}")).into_named(),
        ("half a message", good[..good.len() / 2].to_owned()).into_named(),
        ("nothing", String::new()).into_named(),
        ("null", "null".to_owned()).into_named(),
    ];
    let latin = [put("proef", "pro"), vec![0xff, 0xfe]].concat();
    let wide = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bodies.push(Body { name: "bytes that are no text", kind: JSON, packing: &[], bytes: latin });
    bodies.push(Body { name: "UTF-16", kind: JSON, packing: &[], bytes: wide });
    bodies.push(Body { name: "a picture", kind: "image/png", packing: &[], bytes: put("", "") });
    bodies
}

fn deep(list: &str, levels: usize) -> String {
    format!("\"{list}\":{}{}", "[".repeat(levels), "]".repeat(levels))
}

trait IntoNamed {
    fn into_named(self) -> Body;
}

impl IntoNamed for (&'static str, String) {
    fn into_named(self) -> Body {
        Body { name: self.0, kind: JSON, packing: &[], bytes: self.1.into_bytes() }
    }
}

/// The compact encoding, where a byte of zero can stand for an empty text of 24 bytes.
fn compact(good: &str) -> Result<Vec<Body>> {
    let mut request: Request = serde_json::from_str(good)?;
    let whole = aanbel_shared::sync::encode_request(&request);
    // What stands before the ops; then a column of names with nothing in them.
    let names = encode_plain(&(1u16, Uuid::nil(), "proef", 1u64, vec![0u8; 15 * MIB]));
    let ids = encode_plain(&(1u16, Uuid::nil(), "proef", 1u64, 0u8, vec![[0u8; 16]; 900_000]));
    let rows = encode_plain(&(1u16, Uuid::nil(), "proef", 1u64, 0u8, 0u8, vec![0u8; 15 * MIB]));
    let never = encode_plain(&(1u16, Uuid::nil(), "proef", 1u64, u64::MAX));
    request.gone = vec![(1, 1); 1_000_000];
    let gone = aanbel_shared::sync::encode_request(&request);
    let body = |name, bytes: &[u8]| -> Result<Body> {
        Ok(Body { name, kind: COMPACT_TYPE, packing: GZIP, bytes: gzip(bytes)? })
    };
    Ok(vec![
        body("15 M empty names", &names)?,
        body("900,000 ids", &ids)?,
        body("15 M rows", &rows)?,
        body("a list longer than the world", &never)?,
        body("1 M ranges that are gone, compact", &gone)?,
        body("a message of another layout", &[9, 9, 9])?,
        body("a message cut off", &whole[..whole.len() - 1])?,
        body("a message with more behind it", &[whole.as_slice(), &[0]].concat())?,
    ])
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(bytes)?;
    Ok(packer.finish()?)
}
