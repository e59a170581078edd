//! Names of schemes and organisations for pages that show older records: of what was built in and of every catalogue
//! that counted since the start. A name is no decision, so the last one learned will do.

use aanbel_shared::scheme::Catalogue;
use std::collections::BTreeMap;
use std::sync::{OnceLock, PoisonError, RwLock};

fn names() -> &'static RwLock<BTreeMap<String, String>> {
    static NAMES: OnceLock<RwLock<BTreeMap<String, String>>> = OnceLock::new();
    NAMES.get_or_init(|| RwLock::new(named(&Catalogue::load()).collect()))
}

/// No scheme has the id of an organisation: one has a point in it, the other never.
fn named(catalogue: &Catalogue) -> impl Iterator<Item = (String, String)> {
    let schemes = catalogue.schemes.iter().map(|one| (one.id.clone(), one.name.clone()));
    let organisations = catalogue.organisations.iter();
    schemes.chain(organisations.map(|one| (one.id.clone(), one.name.clone())))
}

pub(super) fn learn(catalogue: &Catalogue) {
    let mut known = names().write().unwrap_or_else(PoisonError::into_inner);
    known.extend(named(catalogue));
}

/// Name of a scheme; its id for one that no catalogue of this program knew.
#[must_use]
pub fn scheme_name(id: &str) -> String {
    name(id)
}

/// Name of an organisation; its id for one that no catalogue of this program knew.
#[must_use]
pub fn organisation_name(id: &str) -> String {
    name(id)
}

fn name(id: &str) -> String {
    let known = names().read().unwrap_or_else(PoisonError::into_inner);
    known.get(id).cloned().unwrap_or_else(|| id.to_owned())
}
