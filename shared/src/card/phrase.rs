//! Every sentence and word of the card, by name.
//!
//! Only `std` here and nothing of this crate: `build/card.rs` includes this file to know what each
//! language has to say. What the sentences are stands in `texts/*.toml`.

/// Declares [`Phrase`] with its list and its keys, so that none of the three can miss one.
macro_rules! phrases {
    ($first:ident $first_key:literal $($name:ident $key:literal)*) => {
        /// One sentence or word of the card.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum Phrase { #[default] $first, $($name),* }

        impl Phrase {
            /// All keys in order: a file made for other phrases is told apart by them.
            pub fn keys() -> String {
                Phrase::ALL.iter().map(|phrase| phrase.key()).collect::<Vec<_>>().join(",")
            }

            /// In the order of the served file.
            pub const ALL: &[Phrase] = &[Phrase::$first, $(Phrase::$name),*];

            /// Its name in `texts/*.toml`.
            pub fn key(self) -> &'static str {
                match self {
                    Phrase::$first => $first_key,
                    $(Phrase::$name => $key),*
                }
            }
        }
    };
}

phrases! {
    Title "title"
    Unchecked "unchecked"
    TalkedOn "talked_on"
    Visit "visit"
    VisitWhy "visit_why"
    VisitFree "visit_free"
    VisitOptional "visit_optional"
    VisitNoHarm "visit_no_harm"
    VisitNotTax "visit_not_tax"
    VisitDecides "visit_decides"
    Agreed "agreed"
    AgreedNothing "agreed_nothing"
    Wants "wants"
    Applied "applied"
    Referred "referred"
    Warm "warm"
    Cold "cold"
    Agreement "agreement"
    Where "where"
    Documents "documents"
    When "when"
    CallOn "call_on"
    ComeBackOn "come_back_on"
    Bring "bring"
    BringCard "bring_card"
    BringIdentity "bring_identity"
    BringLetters "bring_letters"
    Help "help"
    HelpAsk "help_ask"
    HelpScan "help_scan"
    Data "data"
    DataLittle "data_little"
    DataNever "data_never"
    DataWithdraw "data_withdraw"
    DataRemove "data_remove"
    Thanks "thanks"
    Language "language"
    Print "print"
    Offer "offer"
    OfferWhat "offer_what"
    OfferLook "offer_look"
    OfferPass "offer_pass"
    OfferClosed "offer_closed"
    OfferConsent "offer_consent"
}
