//! Every act that leaves a line: its key in the database and how pages call it. One row each.

/// What somebody did, or tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    SignIn,
    SignOut,
    ProveAgain,
    SetPassword,
    SetSecondFactor,
    RemoveSecondFactor,
    AddPasskey,
    RemovePasskey,
    EndSession,
    ReadInbox,
    ReadVisit,
    ReadPeople,
    ReadCampaign,
    ReadCases,
    ReadCase,
    ReadJointVisits,
    ReadUpload,
    ReadTrail,
    SearchVisits,
    ExportVisits,
    ReviewVisit,
    AskBack,
    Settle,
    AcceptSetAside,
    DismissSetAside,
    PurgeLeftOut,
    MakeCampaign,
    MakeCase,
    ImportAddresses,
    ImportRescue,
    Assign,
    Unassign,
    Letter,
    CallOff,
    AddPerson,
    ChangeRole,
    Deactivate,
    Reactivate,
    MakeLink,
    MakeCode,
    Enrol,
    /// A phone that joined before there were keys brought one.
    RegisterKey,
    RevokePhone,
    WipePhone,
    PublishCatalogue,
    CheckScheme,
    ChangeSetting,
    FindResident,
    AccessRequest,
    EraseAsk,
    EraseConfirm,
    EraseWithdraw,
    RetentionRun,
    /// A person asked for a page, or posted a form, that her role may not.
    Outside,
    /// A person asked for something that is not there.
    Missing,
    /// A phone sent what it may not write.
    PushOutside,
    /// A token that is no phone's, or one without the phone's own signature.
    PhoneRefused,
    CutTrail,
}

/// How pages group acts, for the filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    SignIn,
    Read,
    Export,
    Change,
    People,
    Privacy,
    Refused,
}

type Entry = (Action, &'static str, &'static str, Group);

const TABLE: [Entry; 58] = [
    (Action::SignIn, "sign_in", "Inloggen", Group::SignIn),
    (Action::SignOut, "sign_out", "Uitloggen", Group::SignIn),
    (Action::ProveAgain, "prove_again", "Opnieuw bewijzen wie men is", Group::SignIn),
    (Action::SetPassword, "set_password", "Wachtwoord gekozen", Group::SignIn),
    (Action::SetSecondFactor, "set_second_factor", "Tweede stap ingesteld", Group::SignIn),
    (Action::RemoveSecondFactor, "remove_second_factor", "Tweede stap uitgezet", Group::SignIn),
    (Action::AddPasskey, "add_passkey", "Passkey toegevoegd", Group::SignIn),
    (Action::RemovePasskey, "remove_passkey", "Passkey verwijderd", Group::SignIn),
    (Action::EndSession, "end_session", "Sessie beëindigd", Group::SignIn),
    (Action::ReadInbox, "read_inbox", "Postvak bekeken", Group::Read),
    (Action::ReadVisit, "read_visit", "Bezoek bekeken", Group::Read),
    (Action::ReadPeople, "read_people", "Mensen en telefoons bekeken", Group::Read),
    (Action::ReadCampaign, "read_campaign", "Straten bekeken", Group::Read),
    (Action::ReadCases, "read_cases", "Lijst met dossiers bekeken", Group::Read),
    (Action::ReadCase, "read_case", "Dossier bekeken", Group::Read),
    (Action::ReadJointVisits, "read_joint", "Gezamenlijke bezoeken bekeken", Group::Read),
    (Action::ReadUpload, "read_upload", "Adresbestand bekeken", Group::Read),
    (Action::ReadTrail, "read_trail", "Logboek bekeken", Group::Read),
    (Action::SearchVisits, "search_visits", "Lijst met bezoeken bekeken", Group::Read),
    (Action::ExportVisits, "export_visits", "Bezoeken als bestand meegenomen", Group::Export),
    (Action::ReviewVisit, "review_visit", "Bezoek nagekeken", Group::Change),
    (Action::AskBack, "ask_back", "Vraag gesteld", Group::Change),
    (Action::Settle, "settle", "Tegenspraak beslist", Group::Change),
    (Action::AcceptSetAside, "accept_set_aside", "Overgenomen wat apart stond", Group::Change),
    (Action::DismissSetAside, "dismiss_set_aside", "Weggelaten wat apart stond", Group::Change),
    (Action::PurgeLeftOut, "purge_left_out", "Weggelaten werk verwijderd", Group::Change),
    (Action::MakeCampaign, "make_campaign", "Campagne gemaakt", Group::Change),
    (Action::MakeCase, "make_case", "Dossier gemaakt", Group::Change),
    (Action::ImportAddresses, "import_addresses", "Adressen ingelezen", Group::Change),
    (Action::ImportRescue, "import_rescue", "Reddingsbestand ingelezen", Group::Change),
    (Action::Assign, "assign", "Straat gegeven", Group::Change),
    (Action::Unassign, "unassign", "Straat weggehaald", Group::Change),
    (Action::Letter, "letter", "Datum van de brief", Group::Change),
    (Action::CallOff, "call_off", "Gezamenlijk bezoek afgezegd", Group::Change),
    (Action::AddPerson, "add_person", "Persoon toegevoegd", Group::People),
    (Action::ChangeRole, "change_role", "Rol gewijzigd", Group::People),
    (Action::Deactivate, "deactivate", "Toegang gestopt", Group::People),
    (Action::Reactivate, "reactivate", "Toegang hersteld", Group::People),
    (Action::MakeLink, "make_link", "Link voor een wachtwoord gemaakt", Group::People),
    (Action::MakeCode, "make_code", "Code voor een telefoon gemaakt", Group::People),
    (Action::Enrol, "enrol", "Telefoon aangemeld", Group::People),
    (Action::RegisterKey, "register_key", "Sleutel van telefoon vastgelegd", Group::People),
    (Action::RevokePhone, "revoke_phone", "Telefoon afgemeld", Group::People),
    (Action::WipePhone, "wipe_phone", "Telefoon maakte zich leeg", Group::People),
    (Action::PublishCatalogue, "publish_catalogue", "Regels gepubliceerd", Group::Change),
    (Action::CheckScheme, "check_scheme", "Regel nagekeken", Group::Change),
    (Action::ChangeSetting, "change_setting", "Instelling gewijzigd", Group::Change),
    (Action::FindResident, "find_resident", "Bewoner opgezocht", Group::Privacy),
    (Action::AccessRequest, "access_request", "Inzage gemaakt", Group::Privacy),
    (Action::EraseAsk, "erase_ask", "Wissen gevraagd", Group::Privacy),
    (Action::EraseConfirm, "erase_confirm", "Gewist", Group::Privacy),
    (Action::EraseWithdraw, "erase_withdraw", "Wissen ingetrokken", Group::Privacy),
    (Action::RetentionRun, "retention_run", "Bewaartermijnen uitgevoerd", Group::Privacy),
    (Action::Outside, "outside", "Buiten de eigen rol", Group::Refused),
    (Action::Missing, "missing", "Iets dat er niet is", Group::Refused),
    (Action::PushOutside, "push_outside", "Telefoon stuurde wat niet mag", Group::Refused),
    (Action::PhoneRefused, "phone_refused", "Telefoon geweigerd", Group::Refused),
    (Action::CutTrail, "cut_trail", "Oude regels van het logboek verwijderd", Group::Privacy),
];

impl Action {
    fn entry(self) -> &'static Entry {
        TABLE.iter().find(|entry| entry.0 == self).expect("every action stands in the table")
    }

    pub fn all() -> impl Iterator<Item = Action> {
        TABLE.iter().map(|entry| entry.0)
    }

    pub fn key(self) -> &'static str {
        self.entry().1
    }

    pub fn from_key(key: &str) -> Option<Action> {
        TABLE.iter().find(|entry| entry.1 == key).map(|entry| entry.0)
    }

    pub fn name_nl(self) -> &'static str {
        self.entry().2
    }

    pub fn group(self) -> Group {
        self.entry().3
    }
}

impl Group {
    pub const ALL: [Group; 7] = [
        Group::SignIn,
        Group::Read,
        Group::Export,
        Group::Change,
        Group::People,
        Group::Privacy,
        Group::Refused,
    ];

    /// As it stands in the URL of the filter.
    pub fn key(self) -> &'static str {
        match self {
            Group::SignIn => "inloggen",
            Group::Read => "bekeken",
            Group::Export => "meegenomen",
            Group::Change => "gewijzigd",
            Group::People => "mensen",
            Group::Privacy => "privacy",
            Group::Refused => "geweigerd",
        }
    }

    pub fn from_key(key: &str) -> Option<Group> {
        Group::ALL.into_iter().find(|group| group.key() == key)
    }

    pub fn name_nl(self) -> &'static str {
        match self {
            Group::SignIn => "Inloggen en sessies",
            Group::Read => "Bekeken",
            Group::Export => "Meegenomen als bestand",
            Group::Change => "Gewijzigd",
            Group::People => "Mensen en telefoons",
            Group::Privacy => "Inzage, wissen, bewaren",
            Group::Refused => "Geweigerd",
        }
    }
}
