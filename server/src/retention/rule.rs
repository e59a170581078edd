//! Every kind of record, with what its term is counted from, as people read it. The register prints this
//! table; tests hold that no kind is without a rule, and that each goes as its rule says.

/// What happens to records of some kinds in lists of one kind.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The kind of the worklist.
    pub list: &'static str,
    pub kinds: &'static [&'static str],
    /// They tell nothing of who lives somewhere, and stay.
    pub stays: bool,
    /// What becomes of them, in Dutch.
    pub told: &'static str,
}

/// Usual terms; what a coordinator sets counts.
pub const RULES: &[Rule] = &[
    Rule {
        list: "turf",
        kinds: &["address", "turf"],
        stays: true,
        told: "In een straat: blijft, zoals in het adressenregister.",
    },
    Rule {
        list: "turf",
        kinds: &["attempt"],
        stays: false,
        told: "In een straat: 3 maanden nadat de campagne is afgesloten. Kwam er een gesprek van, dan met dat gesprek.",
    },
    Rule {
        list: "turf",
        kinds: &["note", "question"],
        stays: false,
        told: "In een straat: 3 maanden nadat de campagne is afgesloten.",
    },
    Rule {
        list: "turf",
        kinds: &["follow_up", "household", "referral", "scheme_check", "talk"],
        stays: false,
        told: "In een straat: 12 maanden nadat de campagne is afgesloten.",
    },
    Rule {
        list: "case",
        kinds: &["note", "question"],
        stays: false,
        told: "In een dossier: 3 maanden nadat het dossier is afgesloten.",
    },
    Rule {
        list: "case",
        kinds: &[
            "address",
            "application",
            "appointment",
            "case",
            "case_source",
            "follow_up",
            "household",
            "referral",
            "scheme_check",
            "talk",
        ],
        stays: false,
        told: "In een dossier: 12 maanden nadat het dossier is afgesloten.",
    },
    Rule {
        list: "offers",
        kinds: &["offer"],
        stays: false,
        told: "12 maanden nadat het dossier is afgesloten. Kwam er geen dossier, dan 12 maanden na het aanbod.",
    },
    Rule {
        list: "offers",
        kinds: &["offer_list"],
        stays: false,
        told: "Met het laatste aanbod van die week, 12 maanden nadat de week van de telefoon is.",
    },
    Rule {
        list: "plans",
        kinds: &["joint_plan"],
        stays: false,
        told: "Met het bezoek dat ervan kwam. Kwam er geen bezoek, dan 3 maanden na de geplande dag.",
    },
    Rule {
        list: "plans",
        kinds: &["plan_list"],
        stays: false,
        told: "Met het laatste plan van die week, 3 maanden nadat de week van de telefoon is.",
    },
    Rule { list: "joint", kinds: &["address", "joint_visit"], stays: false, told: JOINT },
    Rule {
        list: "joint_side",
        kinds: &["home_finding", "welfare_finding"],
        stays: false,
        told: JOINT,
    },
    Rule {
        list: "homes",
        kinds: &["home"],
        stays: true,
        told: "Blijft: het is een lijst van adressen, zonder wie er woont.",
    },
];

const JOINT: &str = "Bij een gezamenlijk bezoek: 12 maanden na de dag van het bezoek. Ging het niet door, dan 3 maanden na de geplande dag. Vroeg de gemeente om een dossier, dan niet eerder dan dat dossier.";

/// The rules for a kind of record.
pub fn of_kind(kind: &str) -> impl Iterator<Item = &'static Rule> {
    RULES.iter().filter(move |rule| rule.kinds.contains(&kind))
}
