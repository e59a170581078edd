//! The invented team: seven volunteers, the office, caretakers and advisers, and their phones.

use aanbel_shared::programme::Role;

/// Somebody of the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// Name to sign in with.
    pub login: &'static str,
    /// Plainly invented, so that nobody takes it for a real person.
    pub name: &'static str,
    pub role: Role,
}

/// A phone that walked along in the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phone {
    /// Index in [`PEOPLE`].
    pub person: usize,
    /// As the office sees it in the list of phones.
    pub label: &'static str,
}

const fn volunteer(login: &'static str, name: &'static str) -> Person {
    Person { login, name, role: Role::Volunteer }
}

/// Everybody; the first seven are volunteers.
pub const PEOPLE: [Person; 15] = [
    volunteer("anna", "Anna Voorbeeld"),
    volunteer("bilal", "Bilal Bedacht"),
    volunteer("chantal", "Chantal Proef"),
    volunteer("derya", "Derya Verzonnen"),
    volunteer("erik", "Erik Denkbeeld"),
    volunteer("fleur", "Fleur Fictie"),
    volunteer("gerrit", "Gerrit Oefening"),
    Person { login: "hanna", name: "Hanna Kantoor", role: Role::Office },
    Person { login: "iris", name: "Iris Overzicht", role: Role::Coordinator },
    Person { login: "joop", name: "Joop Huisman", role: Role::Caretaker },
    Person { login: "karin", name: "Karin Raad", role: Role::Adviser },
    Person { login: "lies", name: "Lies Sleutel", role: Role::Caretaker },
    Person { login: "wim", name: "Wim Bovenkamer", role: Role::Caretaker },
    Person { login: "mo", name: "Mo Inzicht", role: Role::Adviser },
    Person { login: "nina", name: "Nina Huurhuis", role: Role::Corporation },
];

/// Corporations with the caretakers who are of them, somebody who sees their counts, and the adviser who
/// gets what comes from them. With the first one nothing happened yet.
pub const CORPORATIONS: [Corporation; 2] = [
    Corporation { name: "Stichting Woonverzinsel", people: &["joop"], adviser: "karin" },
    Corporation { name: "Woongroep Luchtkasteel", people: &["lies", "wim", "nina"], adviser: "mo" },
];

/// A housing corporation; people by their name to sign in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corporation {
    pub name: &'static str,
    pub people: &'static [&'static str],
    pub adviser: &'static str,
}

/// Index in [`PEOPLE`] of the person in the office.
pub(super) const OFFICE: usize = 7;

/// One phone for each volunteer, in the order of [`PEOPLE`].
pub const PHONES: [Phone; 7] = [
    Phone { person: 0, label: "Telefoon van Anna" },
    Phone { person: 1, label: "Telefoon van Bilal" },
    Phone { person: 2, label: "Telefoon van Chantal" },
    Phone { person: 3, label: "Telefoon van Derya" },
    Phone { person: 4, label: "Telefoon van Erik" },
    Phone { person: 5, label: "Telefoon van Fleur" },
    Phone { person: 6, label: "Telefoon van Gerrit" },
];
