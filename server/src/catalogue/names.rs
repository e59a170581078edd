//! Names of schemes for pages that show older records: of what was built in and of every catalogue
//! that counted since the start. A name is no decision, so the last one learned will do.

use aanbel_shared::scheme::Catalogue;
use std::collections::BTreeMap;
use std::sync::{OnceLock, PoisonError, RwLock};

fn names() -> &'static RwLock<BTreeMap<String, String>> {
    static NAMES: OnceLock<RwLock<BTreeMap<String, String>>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let schemes = Catalogue::load().schemes.into_iter();
        RwLock::new(schemes.map(|scheme| (scheme.id, scheme.name)).collect())
    })
}

pub(super) fn learn(catalogue: &Catalogue) {
    let mut known = names().write().unwrap_or_else(PoisonError::into_inner);
    known.extend(catalogue.schemes.iter().map(|one| (one.id.clone(), one.name.clone())));
}

/// Name of a scheme; its id for one that no catalogue of this program knew.
#[must_use]
pub fn scheme_name(id: &str) -> String {
    let known = names().read().unwrap_or_else(PoisonError::into_inner);
    known.get(id).cloned().unwrap_or_else(|| id.to_owned())
}
