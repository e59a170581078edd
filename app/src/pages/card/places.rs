//! What the card reads from the catalogue: schemes, and the public places where residents go. The
//! only file of the card that knows where the catalogue is.

use super::super::checklist::schemes;
use aanbel_shared::scheme::Scheme;

/// An organisation as a resident finds it.
#[derive(Clone, PartialEq)]
pub struct Place {
    pub name: String,
    /// Public site without `https://`; empty when it has none.
    pub site: String,
}

/// A scheme, with its place in the checklist.
pub fn scheme(id: &str) -> Option<(usize, &'static Scheme)> {
    schemes().schemes.iter().enumerate().find(|(_, scheme)| scheme.id == id)
}

pub fn organisation(id: &str) -> Option<Place> {
    let found = schemes().organisation(id)?;
    Some(Place { name: found.name.clone(), site: found.site.clone() })
}

/// Where questions go.
pub fn municipality() -> Option<Place> {
    organisation(&schemes().municipalities.first()?.organisation)
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
