//! Whole exchanges: phones that lose, repeat and read late what the server said, die between keep
//! and show, are copied; lists that come and go; a server that was put back to an older state. At
//! the end all agree, nothing kept is missing, and people are asked exactly where they should be.

use super::cases;
use super::phone::Death;
use super::world::{FIELDS, Fate, LISTS, PHONES, Step, World};
use proptest::prelude::*;

pub fn death() -> impl Strategy<Value = Death> {
    prop_oneof![4 => Just(Death::None), 1 => Just(Death::BeforeKeep), 1 => Just(Death::BeforeShow)]
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        4 => death().prop_map(Fate::Good),
        1 => Just(Fate::RequestLost),
        2 => Just(Fate::ReplyLost),
        1 => Just(Fate::RequestTwice),
    ]
}

fn common() -> impl Strategy<Value = Step> {
    // The last one is the copy, when there is one.
    let phone = 0..PHONES + 1;
    let write = (phone.clone(), 0..4u128, 0..FIELDS.len(), -9i64..9, death());
    prop_oneof![
        6 => write.prop_map(|(phone, record, field, clock_ms, death)| {
            Step::Write { phone, record, field, clock_ms, death }
        }),
        5 => (phone.clone(), fate()).prop_map(|(phone, fate)| Step::Sync { phone, fate }),
        1 => phone.prop_map(|phone| Step::Late { phone }),
    ]
}

fn with_copies() -> impl Strategy<Value = Vec<Step>> {
    let copy = (0..PHONES).prop_map(|phone| Step::Copy { phone });
    proptest::collection::vec(prop_oneof![9 => common(), 1 => copy], 1..60)
}

fn with_lists() -> impl Strategy<Value = Vec<Step>> {
    let assign = (0..PHONES, 0..LISTS, any::<bool>()).prop_map(|(phone, list, yes)| Step::Assign {
        phone,
        list,
        yes,
    });
    proptest::collection::vec(prop_oneof![6 => common(), 1 => assign], 1..60)
}

fn with_restores() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![12 => common(), 1 => Just(Step::Backup), 1 => Just(Step::Restore)];
    proptest::collection::vec(step, 1..60)
}

pub fn run(page: usize, steps: &[Step]) -> Result<(), TestCaseError> {
    let mut world = World::new(page);
    for step in steps {
        world.step(step);
    }
    world.settle()?;
    world.check()
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn phones_and_server_agree_whatever_got_lost(
        page in 1usize..5,
        steps in with_copies(),
    ) {
        run(page, &steps)?;
    }

    #[test]
    fn phones_and_server_agree_when_lists_come_and_go(page in 1usize..5, steps in with_lists()) {
        run(page, &steps)?;
    }

    #[test]
    fn phones_give_a_restored_server_back_what_it_lost(page in 1usize..5, steps in with_restores()) {
        run(page, &steps)?;
    }
}
