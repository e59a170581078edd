//! What the card reads from the catalogue: schemes, and the public places where residents go. The
//! only file of the card that knows where the catalogue is.

use crate::kit::kit;
use aanbel_shared::scheme::Catalogue;
use leptos::prelude::*;

/// An organisation as a resident finds it.
#[derive(Clone, PartialEq)]
pub struct Place {
    pub name: String,
    /// Public site without `https://`; empty when it has none.
    pub site: String,
}

/// A scheme in the words of the catalogue.
pub struct SchemeWords {
    /// Place in the checklist.
    pub order: usize,
    pub name: String,
    /// What it is, in Dutch and English.
    pub line: [String; 2],
    pub apply_at: Option<Place>,
    pub documents: Vec<String>,
}

/// None before the first exchange of this phone.
fn held() -> Option<&'static Catalogue> {
    kit().schemes.held.get().map(|held| held.catalogue)
}

/// None for a scheme that this phone's catalogue does not have.
pub fn scheme(id: &str) -> Option<SchemeWords> {
    let schemes = &held()?.schemes;
    let order = schemes.iter().position(|scheme| scheme.id == id)?;
    let scheme = schemes.get(order)?;
    Some(SchemeWords {
        order,
        name: scheme.name.clone(),
        line: [scheme.line.clone(), scheme.line_en.clone()],
        apply_at: organisation(&scheme.apply_at),
        documents: scheme.documents.clone(),
    })
}

/// Where questions go.
pub fn municipality() -> Option<Place> {
    organisation(&held()?.municipalities.first()?.organisation)
}

fn organisation(id: &str) -> Option<Place> {
    let found = held()?.organisation(id)?;
    Some(Place { name: found.name.clone(), site: found.site.clone() })
}

impl Place {
    /// Name and site in one line.
    pub fn words(&self) -> String {
        if self.site.is_empty() {
            return self.name.clone();
        }
        format!("{}, {}", self.name, self.site)
    }
}
