//! Turns `catalogue/*.toml` into `OUT_DIR/catalogue.postcard`, or names everything that is wrong.
//!
//! Called by `build.rs`. The stored shape stands in `src/scheme/model.rs`; here are only its TOML
//! form with defaults and the checks that need the whole catalogue.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde::Deserialize;

#[path = "../src/scheme/model.rs"]
mod model;

use model::{Catalogue, Group, Municipality, Organisation, Scheme, Source, Status, UseState};

/// One TOML file; every section may be absent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    compiled_on: Option<toml::value::Datetime>,
    municipality: Option<Municipality>,
    #[serde(default)]
    group: Vec<Group>,
    #[serde(default)]
    use_state: Vec<RawUseState>,
    #[serde(default)]
    source: Vec<RawSource>,
    #[serde(default)]
    organisation: Vec<RawOrganisation>,
    #[serde(default)]
    scheme: Vec<RawScheme>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawUseState {
    id: String,
    label: String,
    label_en: String,
    at_door: bool,
    #[serde(default)]
    hint: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSource {
    id: String,
    title: String,
    #[serde(default)]
    dated: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOrganisation {
    id: String,
    name: String,
    #[serde(default)]
    site: String,
    #[serde(default)]
    refer_to: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScheme {
    id: String,
    name: String,
    group: String,
    line: String,
    line_en: String,
    #[serde(default)]
    aliases: Vec<String>,
    decides: String,
    apply_at: String,
    status: Status,
    status_since: Option<toml::value::Datetime>,
    status_source: String,
    #[serde(default)]
    documents: Vec<String>,
    refines: Option<String>,
}

/// Reads `manifest_dir/catalogue/*.toml` and writes `out_dir/catalogue.postcard`.
///
/// Errors: every problem found, one sentence each with file and id; nothing is written then.
pub fn build(manifest_dir: &Path, out_dir: &Path) -> Result<(), Vec<String>> {
    let folder = manifest_dir.join("catalogue");
    let one =
        |what: &Path, error: &dyn std::fmt::Display| vec![format!("{}: {error}", what.display())];
    let mut paths: Vec<_> = fs::read_dir(&folder)
        .map_err(|error| one(&folder, &error))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();
    let mut files = Vec::new();
    let mut problems = Vec::new();
    for path in &paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(path).map_err(|error| one(path, &error))?;
        match toml::from_str::<RawFile>(&text) {
            Ok(file) => files.push((name, file)),
            Err(error) => problems.push(format!("catalogue/{name}: {error}")),
        }
    }
    // National files first: a local scheme is read against what it refines.
    files.sort_by_key(|(_, file)| file.municipality.is_some());
    let catalogue = assemble(files, &mut problems);
    check(&catalogue, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let packed = postcard::to_stdvec(&catalogue).map_err(|error| one(&folder, &error))?;
    let target = out_dir.join("catalogue.postcard");
    fs::write(&target, packed).map_err(|error| one(&target, &error))
}

/// Puts the files together; the scope of a scheme or organisation is that of its file.
fn assemble(files: Vec<(String, RawFile)>, problems: &mut Vec<String>) -> Catalogue {
    let mut all = Catalogue::default();
    for (name, file) in files {
        let scope = file.municipality.as_ref().map_or("nl", |m| m.scope.as_str()).to_owned();
        if let Some(day) = file.compiled_on {
            if !all.compiled_on.is_empty() {
                problems.push(format!("catalogue/{name}: compiled_on stands in two files"));
            }
            all.compiled_on = day.to_string();
        }
        all.municipalities.extend(file.municipality);
        all.groups.extend(file.group);
        all.use_states.extend(file.use_state.into_iter().map(use_state));
        all.sources.extend(file.source.into_iter().map(source));
        all.organisations
            .extend(file.organisation.into_iter().map(|raw| organisation(raw, &scope)));
        all.schemes.extend(file.scheme.into_iter().map(|raw| scheme(raw, &scope)));
    }
    if all.compiled_on.is_empty() {
        problems.push("catalogue: no file has compiled_on".to_owned());
    }
    all
}

fn use_state(raw: RawUseState) -> UseState {
    let RawUseState { id, label, label_en, at_door, hint } = raw;
    UseState { id, label, label_en, at_door, hint }
}

fn source(raw: RawSource) -> Source {
    Source { id: raw.id, title: raw.title, dated: raw.dated }
}

fn organisation(raw: RawOrganisation, scope: &str) -> Organisation {
    let RawOrganisation { id, name, site, refer_to } = raw;
    Organisation { id, scope: scope.to_owned(), name, site, refer_to }
}

fn scheme(raw: RawScheme, scope: &str) -> Scheme {
    Scheme {
        id: raw.id,
        scope: scope.to_owned(),
        name: raw.name,
        group: raw.group,
        line: raw.line,
        line_en: raw.line_en,
        aliases: raw.aliases,
        decides: raw.decides,
        apply_at: raw.apply_at,
        status: raw.status,
        status_since: raw.status_since.map(|day| day.to_string()),
        status_source: raw.status_source,
        documents: raw.documents,
        refines: raw.refines,
    }
}

/// Ids are unique, references exist, and what a resident reads is there.
fn check(all: &Catalogue, problems: &mut Vec<String>) {
    let groups = ids("group", all.groups.iter().map(|g| g.id.as_str()), problems);
    ids("use_state", all.use_states.iter().map(|u| u.id.as_str()), problems);
    let sources = ids("source", all.sources.iter().map(|s| s.id.as_str()), problems);
    let schemes = ids("scheme", all.schemes.iter().map(|s| s.id.as_str()), problems);
    let organisations =
        ids("organisation", all.organisations.iter().map(|o| o.id.as_str()), problems);
    for municipality in &all.municipalities {
        if !organisations.contains(municipality.organisation.as_str()) {
            problems.push(format!(
                "catalogue: municipality {}: organisation {} does not exist",
                municipality.scope, municipality.organisation
            ));
        }
    }
    for scheme in &all.schemes {
        let mut refer = |field: &str, id: &str, known: &BTreeSet<&str>| {
            if !known.contains(id) {
                problems
                    .push(format!("catalogue: scheme {}: {field} {id} does not exist", scheme.id));
            }
        };
        refer("group", &scheme.group, &groups);
        refer("decides", &scheme.decides, &organisations);
        refer("apply_at", &scheme.apply_at, &organisations);
        refer("status_source", &scheme.status_source, &sources);
        if let Some(national) = &scheme.refines {
            refer("refines", national, &schemes);
        }
        if scheme.name.is_empty() || scheme.line.is_empty() || scheme.line_en.is_empty() {
            problems
                .push(format!("catalogue: scheme {}: name, line or line_en is empty", scheme.id));
        }
    }
}

/// The ids of one kind; an empty or repeated one is a problem.
fn ids<'a>(
    kind: &str,
    all: impl Iterator<Item = &'a str>,
    problems: &mut Vec<String>,
) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    for id in all {
        if id.is_empty() || !seen.insert(id) {
            problems.push(format!("catalogue: {kind} id {id:?} is empty or stands there twice"));
        }
    }
    seen
}
