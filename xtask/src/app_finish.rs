//! Finishes the folder that trunk left: the files of `public/`, what is made for it, no script inside
//! the page, the service worker's list of files and its version, a wasm file without names, and a
//! compressed twin of each file.

use crate::{wasm_imports, wasm_sections};
use anyhow::{Context, Result, bail};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

/// Where the server serves the folder.
const BASE: &str = "/app/";
const WORKER: &str = "sw.js";
const PAGE: &str = "index.html";
/// Files of `public/` with this start are the office's, built into the server; a phone would only
/// carry them around.
const OFFICE: &str = "office";
const COMPRESSED: [&str; 8] = ["js", "wasm", "css", "html", "json", "svg", "txt", "webmanifest"];

/// Every file of the folder by its path below the folder, with `/` between.
type Files = BTreeMap<String, Vec<u8>>;

/// Does all of it, in place. `made` are names and texts of files that stand nowhere else; `quality` is
/// brotli's, 0 to 11.
pub fn finish(folder: &Path, public: &Path, made: &[(&str, &str)], quality: i32) -> Result<()> {
    let mut files = Files::new();
    read_all(public, "", &mut files)?;
    files.retain(|name, _| !name.starts_with(OFFICE));
    read_all(folder, "", &mut files)?;
    files.extend(made.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())));
    slim(&mut files)?;
    move_script_out(&mut files)?;
    fill_worker(&mut files)?;
    for (name, bytes) in &files {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().unwrap_or(folder))?;
        fs::write(&file, bytes).with_context(|| format!("writing {name}"))?;
        if extension(name).is_some_and(|ext| COMPRESSED.contains(&ext)) {
            fs::write(folder.join(format!("{name}.br")), brotli_of(bytes, quality)?)?;
            fs::write(folder.join(format!("{name}.gz")), gzip_of(bytes)?)?;
        }
    }
    Ok(())
}

/// Takes out of the program, and of the script that trunk wrote beside it, what only weighs.
fn slim(files: &mut Files) -> Result<()> {
    let programs: Vec<String> =
        files.keys().filter(|name| extension(name) == Some("wasm")).cloned().collect();
    for name in programs {
        let script = name.replace("_bg.wasm", ".js");
        let told = files.get(&script).with_context(|| format!("{name} has no {script}"))?;
        let told = std::str::from_utf8(told).context("the script is not UTF-8")?;
        let (program, told) = wasm_imports::shorten(&wasm_sections::slim(&files[&name])?, told)?;
        files.insert(name, program);
        files.insert(script, told.into_bytes());
    }
    Ok(())
}

/// Moves the start script that trunk wrote inside the page to a file of its own, because the
/// content security policy allows no inline script.
fn move_script_out(files: &mut Files) -> Result<()> {
    let page = files.get(PAGE).with_context(|| format!("trunk left no {PAGE}"))?;
    let page = String::from_utf8(page.clone()).context("the page is not UTF-8")?;
    let Some((before, script, after)) = inline_script(&page) else { return Ok(()) };
    if inline_script(after).is_some() {
        bail!("{PAGE} has more than one inline script, and the CSP forbids them");
    }
    let script = format!("{}\n", script.trim());
    let name = format!("start-{}.js", &hex(&Sha256::digest(&script))[..16]);
    let page = format!("{before}<script type=\"module\" src=\"{BASE}{name}\"></script>{after}");
    files.insert(name, script.into_bytes());
    files.insert(PAGE.to_owned(), page.into_bytes());
    Ok(())
}

/// What stands before, inside and after the first script without `src`.
fn inline_script(page: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(start) = page[from..].find("<script").map(|at| from + at) {
        let body = start + page[start..].find('>')? + 1;
        let end = body + page[body..].find("</script>")?;
        let after = end + "</script>".len();
        if !page[start..body].contains("src=") {
            return Some((&page[..start], &page[body..end], &page[after..]));
        }
        from = after;
    }
    None
}

/// Puts the list of files and the version into the service worker.
///
/// The version is the hash of every final byte, the worker's own included: trunk's hashed names
/// are made before its last steps, so two different files can carry one name.
fn fill_worker(files: &mut Files) -> Result<()> {
    let Some(worker) = files.get(WORKER) else {
        bail!("public/{WORKER} is missing; without it the field app does not start offline");
    };
    let worker = String::from_utf8(worker.clone()).context("the service worker is not UTF-8")?;
    for token in ["__PRECACHE__", "__VERSION__"] {
        if !worker.contains(token) {
            bail!("public/{WORKER} does not say {token}, so its list of files would stay empty");
        }
    }
    let urls: Vec<String> =
        files.keys().filter(|name| *name != WORKER).map(|name| url(name)).collect();
    let worker = worker
        .replace("__PRECACHE__", &serde_json::to_string(&urls)?)
        .replace("__VERSION__", &version(files)[..16]);
    files.insert(WORKER.to_owned(), worker.into_bytes());
    Ok(())
}

/// The page is kept under the address people open.
fn url(name: &str) -> String {
    if name == PAGE { BASE.to_owned() } else { format!("{BASE}{name}") }
}

fn version(files: &Files) -> String {
    let mut hash = Sha256::new();
    for (name, bytes) in files {
        hash.update(format!("{name}\0{}\0", bytes.len()));
        hash.update(bytes);
    }
    hex(&hash.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn brotli_of(bytes: &[u8], quality: i32) -> Result<Vec<u8>> {
    let params =
        brotli::enc::BrotliEncoderParams { quality, size_hint: bytes.len(), ..Default::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &params)?;
    Ok(out)
}

fn gzip_of(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

fn extension(name: &str) -> Option<&str> {
    Path::new(name).extension()?.to_str()
}

fn read_all(folder: &Path, below: &str, files: &mut Files) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read_all(&entry.path(), &format!("{name}/"), files)?;
        } else if !name.starts_with('.') {
            files.insert(name, fs::read(entry.path())?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(page: &str) -> Files {
        let worker = "const files = __PRECACHE__; const version = '__VERSION__';";
        Files::from([
            (PAGE.to_owned(), page.as_bytes().to_vec()),
            (WORKER.to_owned(), worker.as_bytes().to_vec()),
            ("icons/a.svg".to_owned(), b"<svg/>".to_vec()),
        ])
    }

    fn text(files: &Files, name: &str) -> String {
        String::from_utf8_lossy(&files[name]).into_owned()
    }

    #[test]
    fn the_start_script_moves_to_a_file_of_its_own() {
        let mut files =
            sample("<b><script src=\"/a.js\"></script><script type=module>\nx()\n</script></b>");
        move_script_out(&mut files).expect("one inline script is fine");
        let page = text(&files, PAGE);
        let name = files.keys().find(|name| name.starts_with("start-")).expect("a file");
        assert!(page.contains(&format!("src=\"/app/{name}\"")), "{page}");
        assert!(!page.contains("x()"));
        assert_eq!(text(&files, name), "x()\n");
    }

    #[test]
    fn a_second_inline_script_is_refused() {
        let mut files = sample("<script>a()</script><script>b()</script>");
        assert!(move_script_out(&mut files).is_err());
    }

    #[test]
    fn the_worker_gets_every_file_but_itself() {
        let mut files = sample("<p>");
        fill_worker(&mut files).expect("the tokens are there");
        let worker = text(&files, WORKER);
        assert!(worker.starts_with(r#"const files = ["/app/icons/a.svg","/app/"];"#), "{worker}");
        assert!(!worker.contains("__"));
    }

    #[test]
    fn the_version_follows_every_byte() {
        let versions = ["<p>", "<b>"].map(|page| version(&sample(page)));
        assert_ne!(versions[0], versions[1]);
        assert_eq!(versions[0], version(&sample("<p>")));
    }

    #[test]
    fn the_phone_gets_what_is_public_but_nothing_of_the_office() {
        let root = std::env::temp_dir().join(format!("aanbel-finish-{}", std::process::id()));
        let (folder, public) = (root.join("folder"), root.join("public"));
        fs::create_dir_all(public.join("icons")).expect("a temporary folder");
        fs::create_dir_all(&folder).expect("a temporary folder");
        fs::write(folder.join(PAGE), "<p>").expect("a page");
        fs::write(public.join(WORKER), "__PRECACHE__ __VERSION__").expect("a worker");
        fs::write(public.join("office.css"), "b {}").expect("a style");
        fs::write(public.join("icons/a.svg"), "<svg/>").expect("an icon");
        finish(&folder, &public, &[("made.txt", "made")], 5).expect("all is there");
        let worker = fs::read_to_string(folder.join(WORKER)).expect("the worker");
        let list = r#"["/app/icons/a.svg","/app/","/app/made.txt"] "#;
        assert!(worker.starts_with(list), "{worker}");
        for name in ["icons/a.svg.br", "icons/a.svg.gz", "made.txt.br", "sw.js.br"] {
            assert!(folder.join(name).is_file(), "{name}");
        }
        assert!(!folder.join("office.css").exists());
        fs::remove_dir_all(&root).expect("cleaning up");
    }

    #[test]
    fn a_worker_without_tokens_is_refused() {
        let mut files = sample("<p>");
        files.insert(WORKER.to_owned(), b"self".to_vec());
        assert!(fill_worker(&mut files).is_err());
    }
}
