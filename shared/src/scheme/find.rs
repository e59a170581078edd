//! Finding the parts of a catalogue by their ids. Nothing here but that: the build script includes it.

use super::model::{
    Catalogue, Fact, FactChoice, FactKind, Group, Norm, Organisation, Scheme, Source, Table,
};

impl Catalogue {
    #[must_use]
    pub fn scheme(&self, id: &str) -> Option<&Scheme> {
        self.schemes.iter().find(|s| s.id == id)
    }

    #[must_use]
    pub fn group(&self, id: &str) -> Option<&Group> {
        self.groups.iter().find(|g| g.id == id)
    }

    #[must_use]
    pub fn organisation(&self, id: &str) -> Option<&Organisation> {
        self.organisations.iter().find(|o| o.id == id)
    }

    #[must_use]
    pub fn source(&self, id: &str) -> Option<&Source> {
        self.sources.iter().find(|s| s.id == id)
    }

    #[must_use]
    pub fn fact(&self, id: &str) -> Option<&Fact> {
        self.facts.iter().find(|f| f.id == id)
    }

    #[must_use]
    pub fn norm(&self, id: &str) -> Option<&Norm> {
        self.norms.iter().find(|n| n.id == id)
    }

    #[must_use]
    pub fn table(&self, id: &str) -> Option<&Table> {
        self.tables.iter().find(|t| t.id == id)
    }
}

impl Fact {
    /// What can be chosen; empty when it is not a choice.
    #[must_use]
    pub fn choices(&self) -> &[FactChoice] {
        match &self.kind {
            FactKind::Choice(choices)
            | FactKind::Several(choices)
            | FactKind::Band { choices, .. } => choices,
            _ => &[],
        }
    }

    #[must_use]
    pub fn choice(&self, id: &str) -> Option<&FactChoice> {
        self.choices().iter().find(|choice| choice.id == id)
    }
}
