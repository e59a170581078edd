//! The capability table: one row per role. A later role joins by one row here.

use serde::{Deserialize, Serialize};

/// Who somebody is in the organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Volunteer,
    Office,
    Coordinator,
    /// The server itself: import and projections. Nobody signs in as this.
    System,
    /// Visits households on behalf of the municipality, several times, and files applications.
    Adviser,
    /// Of a housing corporation; offers new tenants the talk, and passes on who wants it.
    Caretaker,
    /// Of a housing corporation; sees how many of its tenants were offered the talk, and nothing else.
    Corporation,
}

/// One thing a role may do. Which fields it may write stands with each field in the forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// Keep the worklists assigned to this person on a phone and write in them.
    Walk,
    /// Sign in to the office pages and see every record of the municipality.
    ReadOffice,
    /// Settle contradictions, mark visits as reviewed, ask back.
    Review,
    /// Take a table of visits away as a file.
    Export,
    /// Make campaigns, import addresses, assign streets.
    PlanCampaign,
    /// Add people, issue enrolment codes, revoke phones.
    ManagePeople,
    /// Keep one's own offers to new tenants on a phone, and how far each is in four steps.
    Offer,
    /// Keep the cases assigned to this person on a phone and write in them.
    Advise,
    /// See all cases and offers, assign them, say which corporation a caretaker is of.
    ManageCases,
    /// Publish a catalogue, and say that a rule was checked against its source.
    PublishRules,
    /// Find a resident's records, show her the whole of them, ask for and confirm their erasure.
    AnswerResident,
    /// Close campaigns and say how long records are kept.
    SetRetention,
    /// See who did what, and who looked at one address.
    ReadAudit,
    /// See counts of one's own corporation, small ones hidden.
    SeeCounts,
}

/// What each role may do. The table is the whole truth: what is not here is refused.
pub const TABLE: &[(Role, &[Capability])] = &[
    (Role::Volunteer, &[Capability::Walk]),
    (
        Role::Office,
        &[
            Capability::ReadOffice,
            Capability::Review,
            Capability::Export,
            Capability::AnswerResident,
            Capability::ManageCases,
        ],
    ),
    (
        Role::Coordinator,
        &[
            Capability::Walk,
            Capability::ReadOffice,
            Capability::Review,
            Capability::Export,
            Capability::PlanCampaign,
            Capability::ManagePeople,
            Capability::PublishRules,
            Capability::AnswerResident,
            Capability::SetRetention,
            Capability::ReadAudit,
            Capability::ManageCases,
        ],
    ),
    (Role::System, &[]),
    (Role::Adviser, &[Capability::Advise]),
    (Role::Caretaker, &[Capability::Offer]),
    (Role::Corporation, &[Capability::SeeCounts]),
];

/// What people do on a phone.
const ON_A_PHONE: [Capability; 3] = [Capability::Walk, Capability::Offer, Capability::Advise];

/// What a role may do.
pub fn capabilities(role: Role) -> &'static [Capability] {
    TABLE.iter().find(|row| row.0 == role).map_or(&[], |row| row.1)
}

impl Role {
    pub const ALL: [Role; 7] = [
        Role::Volunteer,
        Role::Office,
        Role::Coordinator,
        Role::System,
        Role::Adviser,
        Role::Caretaker,
        Role::Corporation,
    ];

    pub fn may(self, capability: Capability) -> bool {
        capabilities(self).contains(&capability)
    }

    /// Whether people of this role have a phone with something on it.
    pub fn has_phone(self) -> bool {
        ON_A_PHONE.iter().any(|one| self.may(*one))
    }

    /// Whether a phone of this role may hold what one of the other may.
    pub fn holds_the_same(self, other: Role) -> bool {
        ON_A_PHONE.iter().all(|one| self.may(*one) == other.may(*one))
    }

    /// Whether people of this role sign in to pages in a browser.
    pub fn signs_in(self) -> bool {
        [Capability::ReadOffice, Capability::SeeCounts].iter().any(|one| self.may(*one))
    }

    /// Whether people of this role belong to a housing corporation.
    pub fn is_of_corporation(self) -> bool {
        [Capability::Offer, Capability::SeeCounts].iter().any(|one| self.may(*one))
    }

    /// Name as it stands in forms, in the database and in the exchange.
    pub fn key(self) -> &'static str {
        match self {
            Role::Volunteer => "volunteer",
            Role::Office => "office",
            Role::Coordinator => "coordinator",
            Role::System => "system",
            Role::Adviser => "adviser",
            Role::Caretaker => "caretaker",
            Role::Corporation => "corporation",
        }
    }

    pub fn from_key(key: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.key() == key)
    }

    /// Dutch name, as people say it.
    pub fn name_nl(self) -> &'static str {
        match self {
            Role::Volunteer => "Vrijwilliger",
            Role::Office => "Kantoor",
            Role::Coordinator => "Coördinator",
            Role::System => "Systeem",
            Role::Adviser => "Adviseur",
            Role::Caretaker => "Huismeester",
            Role::Corporation => "Corporatie",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_stands_in_the_table_once_and_keys_go_both_ways() {
        for role in Role::ALL {
            assert_eq!(TABLE.iter().filter(|row| row.0 == role).count(), 1);
            assert_eq!(Role::from_key(role.key()), Some(role));
        }
    }

    #[test]
    fn volunteer_cannot_read_the_office() {
        assert_eq!(capabilities(Role::Volunteer), [Capability::Walk]);
    }

    #[test]
    fn corporation_sees_counts_and_nothing_else() {
        assert_eq!(capabilities(Role::Corporation), [Capability::SeeCounts]);
        assert!(Role::Corporation.signs_in() && !Role::Corporation.has_phone());
    }
}
