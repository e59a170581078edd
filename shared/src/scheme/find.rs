//! Finding the parts of a catalogue by their ids. Nothing here but that: the build script includes it.

use super::model::{
    Catalogue, Fact, FactChoice, FactKind, Formula, Group, Norm, Organisation, Scheme, Source,
    Table,
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

impl Formula {
    /// Ids of the norms it reads; the compiler cannot know that they exist.
    #[must_use]
    pub fn norms(self) -> &'static [&'static str] {
        match self {
            Formula::HealthCareBenefit => &[
                "zt.standaardpremie",
                "toeslag.drempelinkomen",
                "zt.pct_drempel.alleen",
                "zt.pct_drempel.partners",
                "zt.pct_boven",
            ],
            Formula::ChildBudget => &[
                "kgb.per_kind",
                "kgb.extra_12_15",
                "kgb.extra_16_17",
                "kgb.alo_kop",
                "kgb.afbouw_bp",
                "kgb.drempel_partner_opslag",
                "toeslag.drempelinkomen",
            ],
            Formula::RentBenefit => &[
                "ht.basishuur_1p",
                "ht.basishuur_mp",
                "ht.ijkpunt_1p",
                "ht.ijkpunt_mp",
                "ht.afbouw_1p_bp",
                "ht.afbouw_mp_bp",
                "ht.max_huur",
                "ht.max_huur_jong",
                "ht.kwaliteitskorting",
                "ht.aftopping_1_2",
                "ht.aftopping_3",
                "ht.pct_tussen_bp",
                "ht.pct_boven_bp",
            ],
            Formula::CarryingCapacity => &[
                "almere.draagkracht.schijf1_grens",
                "almere.draagkracht.schijf1_bp",
                "almere.draagkracht.schijf2_bp",
            ],
        }
    }
}
