//! The household of the Almere report of 2019: a parent who works just above the norm, a child at
//! home, and an adult daughter who studies and has two small children. Five people, one address, two
//! family units; each has its own hints.

use crate::rows::{day, facts};
use aanbel_shared::scheme::{Verdict, catalogue, evaluate};

/// What each unit told, and the hints that must follow: scheme and verdict.
type Unit = (&'static str, &'static [(&'static str, Verdict)]);

const PARENT: Unit = (
    "huishouden=alleenstaande_ouder leeftijd_groep=27_tot_aow kinderen_leeftijden=12_15 \
     kinderen_onder_18=1 woning=huur_zelfstandig huur_band=tot_huurgrens kale_huur_cent=75000 \
     inkomen_band=100_120 jaarinkomen_cent=2600000 vermogen_band=onder_bijstandsgrens \
     zorgverzekering_nl=ja schulden_of_achterstand=nee bijzondere_kosten=nee studeert=nee \
     laag_inkomen_jaren=6 iit_laatste_12_maanden=nee opvang_geregistreerd=nee",
    &[
        ("nl.huurtoeslag", Verdict::Possible),
        ("nl.zorgtoeslag", Verdict::Possible),
        ("nl.kindgebonden-budget", Verdict::Possible),
        ("nl.kinderbijslag", Verdict::Possible),
        ("nl.bijstand", Verdict::Unlikely),
        ("almere.iit", Verdict::Unlikely),
        ("almere.kwijtschelding", Verdict::Unlikely),
        ("almere.jeugdfonds", Verdict::Possible),
        ("almere.schuldhulp", Verdict::Unlikely),
        ("almere.budgetcoaching", Verdict::Unlikely),
        ("nl.studietoeslag", Verdict::Unlikely),
    ],
);

const DAUGHTER: Unit = (
    "huishouden=alleenstaande_ouder leeftijd_groep=23_26 kinderen_leeftijden=0_3 \
     kinderen_onder_18=2 woning=anders inkomen_band=tot_100 jaarinkomen_cent=900000 \
     vermogen_band=onder_bijstandsgrens zorgverzekering_nl=ja studeert=ja opvang_geregistreerd=ja \
     schulden_of_achterstand=nee bijzondere_kosten=ja kosten_ouder_dan_2_maanden=nee \
     medebewoners_27_plus=1 laag_inkomen_jaren=2 iit_laatste_12_maanden=nee",
    &[
        ("nl.zorgtoeslag", Verdict::Possible),
        ("nl.kindgebonden-budget", Verdict::Possible),
        ("nl.kinderbijslag", Verdict::Possible),
        ("nl.kinderopvangtoeslag", Verdict::Possible),
        ("nl.duo-wtos", Verdict::Possible),
        ("almere.bijzondere-bijstand", Verdict::Possible),
        ("almere.jeugdfonds", Verdict::Possible),
        // Only when she brings up an illness herself.
        ("nl.studietoeslag", Verdict::Unknown),
        ("nl.huurtoeslag", Verdict::Unlikely),
        ("almere.iit", Verdict::Unlikely),
        ("almere.schuldhulp", Verdict::Unlikely),
    ],
);

#[test]
fn each_family_unit_of_the_address_gets_its_own_hints() {
    let almere = catalogue("GM0034");
    let on = day("2026-11-21");
    for (told, expected) in [PARENT, DAUGHTER] {
        let facts = facts(&almere, told, on);
        let hints = evaluate(&almere, &facts, on);
        for (scheme, verdict) in expected {
            let hint = hints.iter().find(|hint| hint.scheme.id == *scheme).expect("in Almere");
            assert_eq!(hint.verdict, *verdict, "{scheme}: {}", hint.line(&almere));
        }
    }
}

/// Two small children and no partner: twice the amount per child and the extra for a lone parent,
/// 2 x 2580 + 3416 = 8576 euro a year (WKB art. 2).
#[test]
fn the_daughter_is_a_lone_parent_of_her_own() {
    let almere = catalogue("GM0034");
    let on = day("2026-11-21");
    let facts = facts(&almere, DAUGHTER.0, on);
    let hints = evaluate(&almere, &facts, on);
    let budget = hints.iter().find(|hint| hint.scheme.id == "nl.kindgebonden-budget");
    assert_eq!(budget.expect("national").monthly_cents, Some(71_400));
}
