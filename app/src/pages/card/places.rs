//! What the card reads from the catalogue: schemes, and the public places where residents go. The
//! only file of the card that knows where the catalogue is.

use crate::kit::kit;
use aanbel_shared::card::Place;
use aanbel_shared::scheme::{Catalogue, Scheme};

/// None before the first exchange of this phone.
fn held() -> Option<&'static Catalogue> {
    kit().schemes.held.get_untracked().map(|held| held.catalogue)
}

/// In the order of the checklist.
pub fn schemes() -> &'static [Scheme] {
    held().map(|catalogue| catalogue.schemes.as_slice()).unwrap_or_default()
}

/// Where questions go.
pub fn municipality() -> Option<Place> {
    organisation(&held()?.municipalities.first()?.organisation)
}

pub fn organisation(id: &str) -> Option<Place> {
    let found = held()?.organisation(id)?;
    Some(Place { name: found.name.clone(), site: found.site.clone() })
}
