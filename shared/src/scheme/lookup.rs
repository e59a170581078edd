//! Finding things in the catalogue: as bytes, one municipality's view, ids, groups in order.

use super::model::{
    Catalogue, Criterion, Day, Formula, Group, Municipality, Organisation, Scheme, Test, UseState,
};
use uuid::Uuid;

/// The organisation that stands for "the municipality where you live" in national schemes.
const OWN_MUNICIPALITY: &str = "gemeente";

/// Namespace of catalogue versions, so that no other UUID of this house equals one.
const VERSIONS: Uuid = Uuid::from_u128(0x0c5a_9d0e_8b1f_4f6e_9a1c_2f60_7d3b_e514);

/// The bytes are no catalogue of this program's version.
#[derive(Debug, thiserror::Error)]
#[error("no catalogue of this version of the program")]
pub struct NoCatalogue;

impl Catalogue {
    /// As it travels to phones and is kept there.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        postcard::to_stdvec(self).expect("a catalogue is plain data")
    }

    /// Errors: bytes of another shape, or cut off.
    pub fn unpack(bytes: &[u8]) -> Result<Self, NoCatalogue> {
        postcard::from_bytes(bytes).map_err(|_| NoCatalogue)
    }

    /// What came from elsewhere, with the version that its bytes have.
    ///
    /// Errors: as [`Catalogue::unpack`].
    pub fn received(bytes: &[u8]) -> Result<(String, Self), NoCatalogue> {
        let catalogue = Self::unpack(bytes)?;
        Ok((version(catalogue.compiled_on, bytes), catalogue))
    }

    /// The version that these bytes have: the day it was compiled and a hash of all of it, so that a
    /// version is what it says. `2026-11-21-5f0c9a1b2d3e`.
    #[must_use]
    pub fn version_of(bytes: &[u8]) -> String {
        version(Self::unpack(bytes).ok().and_then(|one| one.compiled_on), bytes)
    }

    /// Leaves what counts in `scope`. A local scheme stands behind the national one that it refines,
    /// and "the municipality" becomes that municipality's own organisation. The card's texts of this
    /// program come with it.
    #[must_use]
    pub fn into_scope(mut self, scope: &str) -> Self {
        crate::card::FILE.clone_into(&mut self.card);
        self.municipalities.retain(|m| m.scope == scope);
        let counts = |of: &str| of == "nl" || of == scope;
        self.organisations.retain(|o| counts(&o.scope));
        self.norms.retain(|n| counts(&n.scope));
        self.tables.retain(|t| counts(&t.scope));
        let (mut local, national): (Vec<_>, Vec<_>) = self
            .schemes
            .into_iter()
            .filter(|s| counts(&s.scope))
            .partition(|s| s.scope == scope && scope != "nl");
        self.schemes = Vec::with_capacity(local.len() + national.len());
        for scheme in national {
            let at = local.iter().position(|l| l.refines.as_deref() == Some(scheme.id.as_str()));
            self.schemes.push(scheme);
            self.schemes.extend(at.map(|at| local.remove(at)));
        }
        self.schemes.append(&mut local);
        if let Some(own) = self.municipalities.first().map(|m| m.organisation.clone()) {
            for scheme in &mut self.schemes {
                scheme.name_municipality(&own);
            }
        }
        self
    }

    /// Groups with at least one scheme that counts on that day, in order, each with those schemes. A
    /// national scheme that the municipality refines is left to the local one.
    #[must_use]
    pub fn checklist(&self, on: Day) -> Vec<(&Group, Vec<&Scheme>)> {
        let listed = |group: &Group| -> Vec<&Scheme> {
            let of_group = self.schemes.iter().filter(|s| s.group == group.id && s.is_listed(on));
            of_group.filter(|scheme| !self.is_refined(&scheme.id)).collect()
        };
        self.groups
            .iter()
            .map(|group| (group, listed(group)))
            .filter(|(_, schemes)| !schemes.is_empty())
            .collect()
    }

    /// True when a local scheme takes the place of this one.
    #[must_use]
    pub fn is_refined(&self, id: &str) -> bool {
        self.schemes.iter().any(|scheme| scheme.refines.as_deref() == Some(id))
    }

    #[must_use]
    pub fn use_state(&self, id: &str) -> Option<&UseState> {
        self.use_states.iter().find(|u| u.id == id)
    }

    #[must_use]
    pub fn municipality(&self, scope: &str) -> Option<&Municipality> {
        self.municipalities.iter().find(|m| m.scope == scope)
    }

    /// The organisations a resident can be referred to.
    pub fn referral_targets(&self) -> impl Iterator<Item = &Organisation> {
        self.organisations.iter().filter(|o| o.refer_to)
    }

    /// Every organisation once, for somebody to choose from: who handles this scheme first, then those a
    /// resident can be referred to, then all others.
    #[must_use]
    pub fn organisations_for(&self, scheme: Option<&Scheme>) -> Vec<&Organisation> {
        let handles = scheme.into_iter().flat_map(|scheme| [&scheme.decides, &scheme.apply_at]);
        let handles = handles.filter_map(|id| self.organisation(id));
        let mut found: Vec<&Organisation> = Vec::new();
        for one in handles.chain(self.referral_targets()).chain(&self.organisations) {
            if !found.iter().any(|known| known.id == one.id) {
                found.push(one);
            }
        }
        found
    }
}

fn version(compiled_on: Option<Day>, bytes: &[u8]) -> String {
    let day = compiled_on.map_or_else(|| "?".to_owned(), |day| day.to_string());
    let hash = Uuid::new_v5(&VERSIONS, bytes).simple().to_string();
    format!("{day}-{}", hash.get(..12).unwrap_or_default())
}

impl Scheme {
    /// The computations of all its versions.
    pub fn formulas(&self) -> impl Iterator<Item = Formula> {
        let pays = |criterion: &Criterion| match criterion.test {
            Test::Pays(formula) => Some(formula),
            _ => None,
        };
        let versions = self.versions.iter();
        versions.flat_map(move |one| one.criteria.iter().filter_map(pays).chain(one.amount))
    }

    /// Ids of the tables that its rules compare with.
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        let criteria = self.versions.iter().flat_map(|version| &version.criteria);
        criteria.filter_map(|criterion| match &criterion.test {
            Test::Money { limit, .. } => Some(limit.table.as_str()),
            _ => None,
        })
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
    use crate::scheme::{Catalogue, Day, Standing, catalogue};

    fn today() -> Day {
        Day::parse("2026-11-21").expect("a day")
    }

    #[test]
    fn a_local_scheme_takes_the_place_of_the_national_one() {
        let almere = catalogue("GM0034");
        assert!(almere.is_refined("nl.iit"), "kept for whoever asks, not on the checklist");
        let listed: Vec<&str> = almere
            .checklist(today())
            .into_iter()
            .flat_map(|(_, schemes)| schemes.into_iter().map(|s| s.id.as_str()))
            .collect();
        assert!(listed.contains(&"almere.iit") && !listed.contains(&"nl.iit"));
        let local = almere.scheme("almere.iit").expect("in almere.toml");
        assert_eq!(local.decides, "gem-almere");
        assert!(almere.schemes.iter().all(|s| s.scope == "nl" || s.scope == "GM0034"));
        let place = |id: &str| almere.schemes.iter().position(|s| s.id == id).expect("in the view");
        assert_eq!(place("almere.iit"), place("nl.iit") + 1);
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
            let checklist = catalogue.checklist(today());
            assert_eq!(checklist.first().map(|(g, _)| g.id.as_str()), Some("housing"));
            for (group, schemes) in checklist {
                for scheme in schemes {
                    assert_eq!(scheme.group, group.id);
                    assert_ne!(scheme.on(today()).1, Standing::Closed, "{}", scheme.id);
                }
            }
        }
    }

    #[test]
    fn every_reference_of_a_local_view_exists_in_that_view() {
        for scope in ["nl", "GM0034", "GM0855"] {
            let view = catalogue(scope);
            for scheme in &view.schemes {
                assert!(view.organisation(&scheme.decides).is_some(), "{}", scheme.id);
                assert!(view.organisation(&scheme.apply_at).is_some(), "{}", scheme.id);
                assert!(view.group(&scheme.group).is_some(), "{}", scheme.id);
                for formula in scheme.formulas() {
                    for norm in formula.norms() {
                        assert!(view.norm(norm).is_some(), "{}: {norm}", scheme.id);
                    }
                }
                for table in scheme.tables() {
                    assert!(view.table(table).is_some(), "{}: {table}", scheme.id);
                }
            }
            let rows = view.tables.iter().flat_map(|table| &table.rows);
            for norm in rows.filter_map(|row| row.norm.as_deref()) {
                assert!(view.norm(norm).is_some(), "{norm}");
            }
        }
    }

    #[test]
    fn a_version_is_what_the_bytes_say() {
        let bytes = catalogue("GM0034").pack();
        let version = Catalogue::version_of(&bytes);
        assert!(version.starts_with("2026-"), "{version}");
        let mut other = bytes.clone();
        *other.last_mut().expect("not empty") ^= 1;
        assert_ne!(Catalogue::version_of(&other), version);
        let whole = Catalogue::received(&bytes).expect("whole");
        assert_eq!(whole, (version, catalogue("GM0034")));
        assert!(Catalogue::unpack(&bytes[..bytes.len() / 2]).is_err());
    }
}
