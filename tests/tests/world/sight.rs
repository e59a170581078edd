//! Over random histories of all roles, no phone receives what its role may not hold, and the check that
//! says so can fail.

use aanbel_tests::world::{Fault, sight};
use std::collections::BTreeSet;

const SEEDS: std::ops::RangeInclusive<u64> = 1..=60;

#[test]
fn every_phone_holds_what_its_role_may_and_nothing_else() {
    let mut seen = BTreeSet::new();
    for seed in SEEDS {
        match sight::play(seed, None) {
            Ok(kinds) => seen.extend(kinds),
            Err(wrong) => panic!("seed {seed}: {}", wrong.0),
        }
    }
    for travelled in [
        "adviser case",
        "adviser case_source",
        "adviser joint_visit",
        "adviser note",
        "adviser plan_list",
        "caretaker joint_visit",
        "caretaker offer",
        "coordinator attempt",
        "volunteer talk",
    ] {
        assert!(seen.contains(travelled), "never happened: {travelled}");
    }
}

#[test]
fn delivery_that_does_not_ask_is_caught() {
    let caught =
        SEEDS.clone().find(|seed| sight::play(*seed, Some(Fault::DeliversEveryKind)).is_err());
    assert!(caught.is_some(), "not caught: {}", Fault::DeliversEveryKind.told());
}
