//! Turns `catalogue/*.toml` into `OUT_DIR/catalogue.postcard`, or names everything that is wrong.
//!
//! The reading itself stands in `src/scheme/load/`, which the server uses as well when a municipality
//! publishes its own catalogue.

#[path = "../src/scheme/find.rs"]
mod find;
#[path = "../src/scheme/load/mod.rs"]
mod load;
#[path = "../src/scheme/model.rs"]
mod model;

use crate::forms::FormFields;
use std::fs;
use std::path::Path;

/// Reads `root/catalogue/*.toml` and writes `out/catalogue.postcard`.
///
/// Errors: every problem found, each with file and line; nothing is written then.
pub fn build(root: &Path, out: &Path, fields: &FormFields) -> Result<(), Vec<String>> {
    let mut texts = Vec::new();
    for path in crate::forms::toml_files(&root.join("catalogue")) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).map_err(|error| vec![format!("{name}: {error}")])?;
        texts.push((format!("catalogue/{name}"), text));
    }
    let files: Vec<load::File> =
        texts.iter().map(|(name, text)| load::File { name, text }).collect();
    let catalogue = load::read(&files, &|field| fields.get(field).cloned())
        .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    let packed = postcard::to_stdvec(&catalogue).map_err(|error| vec![error.to_string()])?;
    fs::write(out.join("catalogue.postcard"), packed).map_err(|error| vec![error.to_string()])
}
