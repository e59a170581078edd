//! Turns the TOML of forms and catalogue into compact bytes, so that no TOML parser travels to the
//! phone. Every problem in every file is reported at once.

#[path = "build/catalogue.rs"]
mod catalogue;
#[path = "build/forms.rs"]
mod forms;

use std::path::PathBuf;

fn main() {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let out = PathBuf::from(std::env::var("OUT_DIR").expect("set by cargo"));
    println!("cargo::rerun-if-changed=forms");
    println!("cargo::rerun-if-changed=catalogue");
    println!("cargo::rerun-if-changed=build");
    let mut problems = Vec::new();
    if let Err(found) = forms::build(&root, &out) {
        problems.extend(found);
    }
    if let Err(found) = catalogue::build(&root, &out) {
        problems.extend(found);
    }
    for problem in &problems {
        println!("cargo::error={problem}");
    }
    if !problems.is_empty() {
        std::process::exit(1);
    }
}
