//! Finding things in the catalogue: the packed file, one municipality's view, ids, groups in order.

use super::model::{
    Catalogue, Group, Municipality, Organisation, Scheme, Source, Status, UseState,
};

/// Written by the build script, which refuses a catalogue that does not hang together.
static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/catalogue.postcard"));

/// The organisation that stands for "the municipality where you live" in national schemes.
const OWN_MUNICIPALITY: &str = "gemeente";

/// What is offered in one municipality (`GM0034`): its own schemes and the national ones they do not
/// refine. For a scope without a file of its own: the national schemes alone.
#[must_use]
pub fn catalogue(scope: &str) -> Catalogue {
    Catalogue::load().into_scope(scope)
}

impl Catalogue {
    /// Everything there is, of all municipalities.
    #[must_use]
    pub fn load() -> Self {
        postcard::from_bytes(PACKED).expect("packed by this crate's own build script")
    }

    /// Leaves what counts in `scope`. A local scheme takes the place of the national one it refines,
    /// and "the municipality" becomes that municipality's own organisation.
    #[must_use]
    pub fn into_scope(mut self, scope: &str) -> Self {
        self.municipalities.retain(|m| m.scope == scope);
        self.organisations.retain(|o| o.scope == "nl" || o.scope == scope);
        let (mut local, national): (Vec<_>, Vec<_>) = self
            .schemes
            .into_iter()
            .filter(|s| s.scope == "nl" || s.scope == scope)
            .partition(|s| s.scope == scope && scope != "nl");
        self.schemes = Vec::with_capacity(local.len() + national.len());
        for scheme in national {
            let at = local.iter().position(|l| l.refines.as_deref() == Some(scheme.id.as_str()));
            self.schemes.push(at.map_or(scheme, |at| local.remove(at)));
        }
        self.schemes.append(&mut local);
        if let Some(own) = self.municipalities.first().map(|m| m.organisation.clone()) {
            for scheme in &mut self.schemes {
                scheme.name_municipality(&own);
            }
        }
        self
    }

    /// Groups with at least one scheme that is not closed, in order, each with those schemes.
    #[must_use]
    pub fn checklist(&self) -> Vec<(&Group, Vec<&Scheme>)> {
        let listed = |group: &Group| -> Vec<&Scheme> {
            self.schemes.iter().filter(|s| s.group == group.id && s.is_listed()).collect()
        };
        self.groups
            .iter()
            .map(|group| (group, listed(group)))
            .filter(|(_, schemes)| !schemes.is_empty())
            .collect()
    }

    #[must_use]
    pub fn scheme(&self, id: &str) -> Option<&Scheme> {
        self.schemes.iter().find(|s| s.id == id)
    }

    #[must_use]
    pub fn group(&self, id: &str) -> Option<&Group> {
        self.groups.iter().find(|g| g.id == id)
    }

    #[must_use]
    pub fn use_state(&self, id: &str) -> Option<&UseState> {
        self.use_states.iter().find(|u| u.id == id)
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
    pub fn municipality(&self, scope: &str) -> Option<&Municipality> {
        self.municipalities.iter().find(|m| m.scope == scope)
    }

    /// The organisations a resident can be referred to.
    pub fn referral_targets(&self) -> impl Iterator<Item = &Organisation> {
        self.organisations.iter().filter(|o| o.refer_to)
    }
}

impl Scheme {
    /// True when it belongs on a new checklist: open, or unconfirmed and then shown with that remark.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        self.status != Status::Closed
    }

    fn name_municipality(&mut self, own: &str) {
        for organisation in [&mut self.decides, &mut self.apply_at] {
            if organisation == OWN_MUNICIPALITY {
                *organisation = own.to_owned();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Catalogue, Status, catalogue};

    #[test]
    fn a_local_scheme_takes_the_place_of_the_national_one() {
        let almere = catalogue("GM0034");
        assert!(almere.scheme("nl.iit").is_none());
        let local = almere.scheme("almere.iit").expect("in almere.toml");
        assert_eq!(local.decides, "gem-almere");
        assert!(almere.schemes.iter().all(|s| s.scope == "nl" || s.scope == "GM0034"));
        let national = Catalogue::load().into_scope("nl");
        let place = |c: &Catalogue, id: &str| c.schemes.iter().position(|s| s.id == id);
        assert_eq!(place(&almere, "almere.iit"), place(&national, "nl.iit"));
    }

    #[test]
    fn the_municipality_becomes_the_own_organisation() {
        let tilburg = catalogue("GM0855");
        let bijstand = tilburg.scheme("nl.bijstand").expect("in national.toml");
        assert_eq!(bijstand.apply_at, "wi-tilburg");
        let elsewhere = catalogue("GM0000");
        let bijstand = elsewhere.scheme("nl.bijstand").expect("in national.toml");
        assert_eq!(bijstand.apply_at, "gemeente");
    }

    #[test]
    fn a_checklist_has_no_closed_scheme_and_keeps_the_order_of_groups() {
        for scope in ["nl", "GM0034", "GM0855"] {
            let catalogue = catalogue(scope);
            let checklist = catalogue.checklist();
            assert_eq!(checklist.first().map(|(g, _)| g.id.as_str()), Some("housing"));
            for (group, schemes) in checklist {
                assert!(schemes.iter().all(|s| s.group == group.id && s.status != Status::Closed));
            }
        }
        let all = Catalogue::load();
        let closed = all.scheme("nl.energietoeslag").expect("kept for older visits");
        assert_eq!(closed.status, Status::Closed);
    }

    #[test]
    fn every_reference_of_a_local_view_exists_in_that_view() {
        for scope in ["nl", "GM0034", "GM0855"] {
            let view = catalogue(scope);
            for scheme in &view.schemes {
                assert!(view.organisation(&scheme.decides).is_some(), "{}", scheme.id);
                assert!(view.organisation(&scheme.apply_at).is_some(), "{}", scheme.id);
                assert!(view.group(&scheme.group).is_some(), "{}", scheme.id);
                assert!(view.source(&scheme.status_source).is_some(), "{}", scheme.id);
            }
        }
    }

    #[test]
    fn no_amount_of_money_is_in_the_catalogue() {
        for scheme in Catalogue::load().schemes {
            let text = format!("{} {} {:?}", scheme.line, scheme.line_en, scheme.documents);
            assert!(!text.contains('€') && !text.contains("euro"), "{}", scheme.id);
        }
    }
}
