//! Which kinds of records may be on the phone of which role: the wall between corporation and
//! municipality. Delivery and acceptance both ask it, beside which worklists somebody has.

use super::role::{Capability, Role};

/// What somebody who walks streets may hold.
const STREETS: &[&str] = &[
    "turf",
    "address",
    "attempt",
    "household",
    "talk",
    "scheme_check",
    "referral",
    "follow_up",
    "note",
    "question",
];

/// What an adviser may hold of her cases. No street, and no offer: what a caretaker wrote is copied
/// into the case, field by field. Of a joint visit its shared part and what her own side found.
const CASES: &[&str] = &[
    "plan_list",
    "joint_plan",
    "joint_visit",
    "welfare_finding",
    "case",
    "case_source",
    "appointment",
    "application",
    "address",
    "household",
    "talk",
    "scheme_check",
    "referral",
    "follow_up",
    "note",
    "question",
];

/// What a caretaker may hold: what she offered, how far it is, and addresses of her own corporation. Of a
/// joint visit its shared part and what her own side found.
const OFFERS: &[&str] =
    &["offer_list", "offer", "home", "plan_list", "joint_plan", "joint_visit", "home_finding"];

/// The kinds that belong to a capability; none for one that puts nothing on a phone.
const TABLE: &[(Capability, &[&str])] =
    &[(Capability::Walk, STREETS), (Capability::Advise, CASES), (Capability::Offer, OFFERS)];

/// Whether a phone of this role may hold records of this kind.
pub fn may_hold(role: Role, kind: &str) -> bool {
    TABLE.iter().any(|(capability, kinds)| role.may(*capability) && kinds.contains(&kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Forms;

    /// The table as people read it. Whoever changes it says so here, and in `docs/PRIVACY.md`.
    #[test]
    fn who_may_hold_what() {
        let kinds: Vec<&str> = Forms::built_in().forms.iter().map(|form| &*form.kind).collect();
        let held = |role| {
            let held: Vec<&str> =
                kinds.iter().copied().filter(|kind| may_hold(role, kind)).collect();
            held.join(" ")
        };
        assert_eq!(
            held(Role::Caretaker),
            "home home_finding joint_plan joint_visit offer offer_list plan_list"
        );
        assert_eq!(
            held(Role::Adviser),
            "address application appointment case case_source follow_up household joint_plan \
             joint_visit note plan_list question referral scheme_check talk welfare_finding"
        );
        let street = "address attempt follow_up household note question referral scheme_check talk \
                      turf";
        assert_eq!(held(Role::Volunteer), street);
        assert_eq!(held(Role::Coordinator), street);
        assert_eq!(held(Role::Office), "");
        assert_eq!(held(Role::System), "");
        assert_eq!(held(Role::Corporation), "");
    }

    #[test]
    fn who_may_write_a_field_may_also_hold_it() {
        for form in &Forms::built_in().forms {
            for field in form.fields() {
                for role in field.write.iter().filter_map(|key| Role::from_key(key)) {
                    assert!(
                        may_hold(role, &form.kind)
                            || !role.has_phone()
                            || role == Role::Coordinator,
                        "{role:?} writes {}.{} and may not hold it",
                        form.kind,
                        field.key
                    );
                }
            }
        }
    }
}
