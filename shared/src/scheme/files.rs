//! The TOML files that were built in, and reading such files against the forms of this program. For
//! the server: a municipality downloads these, changes them and publishes its own.

use super::load::{self, File, Problem};
use super::model::Catalogue;
use crate::form::Forms;

/// Name and text of every file, in the order in which they are read.
pub static BUILT_IN: [(&str, &str); 6] = [
    ("checklist.toml", include_str!("../../catalogue/checklist.toml")),
    ("facts.toml", include_str!("../../catalogue/facts.toml")),
    ("national.toml", include_str!("../../catalogue/national.toml")),
    ("norms.toml", include_str!("../../catalogue/norms.toml")),
    ("almere.toml", include_str!("../../catalogue/almere.toml")),
    ("tilburg.toml", include_str!("../../catalogue/tilburg.toml")),
];

/// The catalogue of all municipalities that these files make together.
///
/// Errors: every problem, each with file and line.
pub fn compile(files: &[(String, String)]) -> Result<Catalogue, Vec<Problem>> {
    let files: Vec<File> = files.iter().map(|(name, text)| File { name, text }).collect();
    load::read(&files, &choices_of)
}

/// The choices of a form's field, `household.age_band`.
fn choices_of(field: &str) -> Option<Vec<String>> {
    let (kind, key) = field.split_once('.')?;
    let field = Forms::built_in().form(kind)?.fields().find(|field| field.key == key)?;
    Some(field.choices.iter().map(|choice| choice.key.clone()).collect())
}

#[cfg(test)]
mod tests {
    use super::{BUILT_IN, compile};
    use crate::scheme::Catalogue;

    #[test]
    fn the_files_make_the_catalogue_that_was_built_in() {
        let files = BUILT_IN.map(|(name, text)| (name.to_owned(), text.to_owned()));
        assert_eq!(compile(&files), Ok(Catalogue::load()));
    }
}
