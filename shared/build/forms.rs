//! Reads `forms/*.toml`, checks them and writes `forms.postcard`.

#[path = "../src/form/model.rs"]
mod model;

use model::{Atom, Choice, Condition, Field, FieldKind, Form, Forms, Purpose, Retention, Section};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Roles a field may name; the capability table in `src/programme/` holds the same.
const ROLES: [&str; 6] = ["volunteer", "office", "coordinator", "system", "adviser", "caretaker"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawForm {
    kind: String,
    title: String,
    /// What fields of this form have unless they say otherwise.
    purpose: Purpose,
    retention: Retention,
    write: Vec<String>,
    section: Vec<RawSection>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSection {
    key: String,
    title: String,
    fields: Vec<RawField>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawField {
    key: String,
    kind: FieldKind,
    label: String,
    hint: Option<String>,
    #[serde(default)]
    choices: Vec<String>,
    /// `figure = [choices that count in it]`.
    #[serde(default)]
    counts: BTreeMap<String, Vec<String>>,
    when: Option<String>,
    #[serde(default)]
    required: bool,
    purpose: Option<Purpose>,
    retention: Option<Retention>,
    write: Option<Vec<String>>,
}

/// The fields of all forms, `household.age_band`, each with the keys of its choices.
pub type FormFields = BTreeMap<String, Vec<String>>;

/// Writes the forms and returns their fields, or every problem found, each with its file.
pub fn build(root: &Path, out: &Path) -> Result<FormFields, Vec<String>> {
    let mut problems = Vec::new();
    let mut forms = Vec::new();
    for path in toml_files(&root.join("forms")) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).map_err(|e| vec![format!("{name}: {e}")])?;
        match toml::from_str::<RawForm>(&text) {
            Ok(raw) => forms.push(form(raw, &name, &mut problems)),
            Err(error) => problems.push(format!("{name}: {error}").replace('\n', " ")),
        }
    }
    let kinds: BTreeSet<&str> = forms.iter().map(|form| form.kind.as_str()).collect();
    if kinds.len() != forms.len() {
        problems.push("forms: two files describe one kind".to_owned());
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let fields = fields(&forms);
    let bytes =
        postcard::to_stdvec(&Forms { version: 1, forms }).map_err(|e| vec![e.to_string()])?;
    std::fs::write(out.join("forms.postcard"), bytes).map_err(|e| vec![e.to_string()])?;
    Ok(fields)
}

fn fields(forms: &[Form]) -> FormFields {
    let mut all = FormFields::new();
    for form in forms {
        for field in form.sections.iter().flat_map(|section| &section.fields) {
            let choices = field.choices.iter().map(|choice| choice.key.clone()).collect();
            all.insert(format!("{}.{}", form.kind, field.key), choices);
        }
    }
    all
}

/// The TOML files of a folder in order of name, so that two builds give the same bytes.
pub fn toml_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    paths.retain(|path: &std::path::PathBuf| path.extension().is_some_and(|e| e == "toml"));
    paths.sort();
    paths
}

fn form(raw: RawForm, file: &str, problems: &mut Vec<String>) -> Form {
    let mut keys = BTreeSet::new();
    let mut sections = Vec::new();
    for section in raw.section {
        let mut fields = Vec::new();
        for field in section.fields {
            if field.key.contains('.') || !keys.insert(field.key.clone()) {
                problems.push(format!("{file}: key {} has a point or stands twice", field.key));
            }
            let defaults = (raw.purpose, raw.retention, &raw.write);
            fields.push(complete(field, defaults, file, problems));
        }
        sections.push(Section { key: section.key, title: section.title, fields });
    }
    for field in sections.iter().flat_map(|section| &section.fields) {
        let atoms = field.when.iter().flat_map(|condition| condition.any.iter().flatten());
        for atom in atoms.filter(|atom| !keys.contains(atom.field.as_str())) {
            problems.push(format!("{file}: {} asks for unknown field {}", field.key, atom.field));
        }
    }
    Form { kind: raw.kind, title: raw.title, sections }
}

fn complete(
    raw: RawField,
    (purpose, retention, write): (Purpose, Retention, &Vec<String>),
    file: &str,
    problems: &mut Vec<String>,
) -> Field {
    let mut choices: Vec<Choice> = raw.choices.iter().map(|text| choice(text)).collect();
    for (figure, keys) in &raw.counts {
        for key in keys {
            match choices.iter_mut().find(|choice| choice.key == *key) {
                Some(choice) => choice.counts.push(figure.clone()),
                None => problems.push(format!("{file}: {figure} counts unknown choice {key}")),
            }
        }
    }
    let write = raw.write.unwrap_or_else(|| write.clone());
    for role in write.iter().filter(|role| !ROLES.contains(&role.as_str())) {
        problems.push(format!("{file}: {} names unknown role {role}", raw.key));
    }
    if matches!(raw.kind, FieldKind::Choices | FieldKind::Band) && choices.is_empty() {
        problems.push(format!("{file}: {} offers nothing to choose", raw.key));
    }
    Field {
        when: raw.when.as_deref().map(condition),
        purpose: raw.purpose.unwrap_or(purpose),
        retention: raw.retention.unwrap_or(retention),
        key: raw.key,
        kind: raw.kind,
        label: raw.label,
        hint: raw.hint,
        choices,
        required: raw.required,
        write,
    }
}

/// `key = Label`, or `key` alone when the label is the key.
fn choice(text: &str) -> Choice {
    let (key, label) = text.split_once('=').unwrap_or((text, text));
    Choice { key: key.trim().to_owned(), label: label.trim().to_owned(), counts: Vec::new() }
}

/// `a is x and b is not y or c`: `and` binds closer than `or`; a field alone means yes.
fn condition(text: &str) -> Condition {
    let atom = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (is, negated) = match words.as_slice() {
            [_, "is", "not", value] => (*value, true),
            [_, "is", value] => (*value, false),
            _ => ("yes", false),
        };
        let field = words.first().copied().unwrap_or_default();
        Atom { field: field.to_owned(), is: is.to_owned(), negated }
    };
    let all = |text: &str| text.split(" and ").map(atom).collect();
    Condition { any: text.split(" or ").map(all).collect() }
}
