//! Failing cases of the properties, made small and named after what went wrong.

use super::exchange::run;
use super::phone::Death;
use super::world::{Fate, Step};

const GOOD: Fate = Fate::Good(Death::None);

fn write(phone: usize, record: u128, field: usize) -> Step {
    Step::Write { phone, record, field, clock_ms: 0, death: Death::None }
}

fn sync(phone: usize, fate: Fate) -> Step {
    Step::Sync { phone, fate }
}

fn assign(phone: usize, list: u128, yes: bool) -> Step {
    Step::Assign { phone, list, yes }
}

fn holds(steps: &[Step]) {
    run(1, steps).expect("all agree at the end");
}

#[test]
fn who_wrote_last_is_the_same_after_a_restart() {
    holds(&[write(1, 3, 0), sync(1, GOOD), write(0, 3, 0)]);
}

/// The phone said that it knew its copy's ops, so the second exchange let it go on.
#[test]
fn copied_phone_that_asks_twice_is_told_twice() {
    holds(&[
        Step::Copy { phone: 1 },
        write(3, 0, 0),
        sync(3, GOOD),
        sync(1, Fate::RequestTwice),
        Step::Late { phone: 1 },
        write(0, 0, 0),
        sync(0, GOOD),
    ]);
}

/// Its later op was taken in under the old number, and once more under the new one.
#[test]
fn copied_phone_sends_its_work_once() {
    holds(&[
        Step::Copy { phone: 2 },
        write(3, 0, 0),
        sync(3, GOOD),
        write(2, 0, 0),
        write(2, 3, 1),
        sync(2, Fate::RequestTwice),
        sync(2, Fate::ReplyLost),
    ]);
}

/// It took the copy's ops for its own and moved them to its new number.
#[test]
fn copied_phone_leaves_its_copys_ops_to_the_copy() {
    holds(&[
        Step::Copy { phone: 1 },
        write(1, 0, 1),
        sync(1, GOOD),
        sync(3, Fate::RequestTwice),
        sync(0, GOOD),
        write(0, 0, 1),
    ]);
}

/// It wrote on what it read after the fork; what that had seen was lost with the new number, and a
/// settled contradiction opened again.
#[test]
fn copied_phone_keeps_what_others_had_seen() {
    holds(&[
        Step::Copy { phone: 2 },
        write(3, 0, 1),
        sync(3, GOOD),
        sync(0, GOOD),
        write(0, 0, 1),
        sync(0, Fate::ReplyLost),
        sync(2, GOOD),
        write(2, 0, 0),
        write(2, 0, 1),
    ]);
}

/// A late reply moved the cursor past the phone's own op, which had left with the worklist.
#[test]
fn late_reply_does_not_hide_a_list_that_left_and_came_back() {
    holds(&[
        write(0, 1, 0),
        sync(0, GOOD),
        assign(0, 1, false),
        sync(0, Fate::RequestTwice),
        Step::Late { phone: 0 },
        assign(0, 1, true),
        Step::Late { phone: 0 },
        Step::Late { phone: 0 },
    ]);
}

/// What was written on a value that the restored server did not have yet was set aside for ever.
#[test]
fn restored_server_takes_in_what_saw_ahead_once_it_has_caught_up() {
    holds(&[
        Step::Backup,
        write(0, 0, 0),
        sync(0, GOOD),
        sync(1, GOOD),
        write(1, 0, 0),
        Step::Restore,
        sync(1, GOOD),
        sync(1, GOOD),
    ]);
}
