//! Turns the TOML of forms, catalogue and card into what phones take, so that no TOML parser travels
//! to a phone. Every problem in every form is reported at once, and so is every problem in the
//! catalogue, and of the card.

#[path = "build/card.rs"]
mod card;
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
    println!("cargo::rerun-if-changed=texts");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=src/scheme");
    println!("cargo::rerun-if-changed=src/card/phrase.rs");
    let built = forms::build(&root, &out).and_then(|fields| catalogue::build(&root, &out, &fields));
    let mut problems = built.err().unwrap_or_default();
    problems.extend(card::build(&root, &out).err().unwrap_or_default());
    for problem in &problems {
        println!("cargo::error={problem}");
    }
    if !problems.is_empty() {
        std::process::exit(1);
    }
}
