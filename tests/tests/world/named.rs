//! Stories that once went wrong, made small and named after what went wrong in them.

use aanbel_tests::world::{
    Death, Fate, OfficeStep, PhoneStep, START_MS, ServerStep, Size, Step, Timed, Trip, World,
};

const MINUTE_MS: i64 = 60_000;
const SIZE: Size = Size { devices: 3, days: 1 };
/// A copy takes the next free place.
const COPY: usize = 3;

/// With this the office picks door 0 of the first list.
const FIRST_DOOR: u64 = 19;

/// Three phones that have joined and read their lists; then these steps, ten minutes apart.
fn holds(steps: Vec<Step>) {
    let joined = (0..SIZE.devices).flat_map(|phone| [sync(phone), sync(phone)]);
    let steps: Vec<Timed> = joined
        .chain(steps)
        .zip(1..)
        .map(|(step, place)| Timed { at_ms: START_MS + place * 10 * MINUTE_MS, step })
        .collect();
    let mut world = World::new(1, SIZE, None).expect("a world");
    world.tell_story();
    if let Err(wrong) = world.play(&steps) {
        panic!("{}\n{}", wrong.0, world.story().join("\n"));
    }
}

fn does(phone: usize, does: PhoneStep) -> Step {
    Step::Phone { phone, does }
}

/// Door 0 or 1 of the first or second list; all phones of `SIZE` have both lists.
fn write(phone: usize, list: usize, door: usize) -> Step {
    does(phone, PhoneStep::Door { list, door, death: Death::No })
}

fn trip(phone: usize, out: Trip, back: Trip) -> Step {
    does(phone, PhoneStep::Sync { out, back, death: Death::No })
}

fn sync(phone: usize) -> Step {
    trip(phone, Trip::GOOD, Trip::GOOD)
}

fn reply_lost(phone: usize) -> Step {
    trip(phone, Trip::GOOD, Trip { delay_ms: 50, fate: Fate::Lost })
}

/// The request arrives again, so many minutes later, and is answered again.
fn asked_twice(phone: usize, later: i64) -> Step {
    let fate = Fate::Twice { later_ms: later * MINUTE_MS };
    trip(phone, Trip { delay_ms: 50, fate }, Trip::GOOD)
}

/// The request takes so many minutes.
fn slow(phone: usize, minutes: i64) -> Step {
    trip(phone, Trip { delay_ms: minutes * MINUTE_MS, fate: Fate::Arrives }, Trip::GOOD)
}

fn copy(phone: usize) -> Step {
    does(phone, PhoneStep::Copy)
}

fn backup() -> Step {
    Step::Server(ServerStep::Backup)
}

fn restore() -> Step {
    Step::Server(ServerStep::Restore { down_ms: MINUTE_MS })
}

fn office(pick: u64, does: OfficeStep) -> Step {
    Step::Office { pick, does }
}

#[test]
fn who_wrote_last_is_the_same_after_a_restart() {
    holds(vec![write(1, 0, 1), sync(1), write(0, 0, 1)]);
}

/// The phone said that it knew its copy's ops, so the second exchange let it go on.
#[test]
fn copied_phone_that_asks_twice_is_told_twice() {
    holds(vec![copy(1), write(COPY, 0, 0), sync(COPY), asked_twice(1, 5), write(0, 0, 0), sync(0)]);
}

/// Its later op was taken in under the old number, and once more under the new one.
#[test]
fn copied_phone_sends_its_work_once() {
    holds(vec![
        copy(2),
        write(COPY, 0, 0),
        sync(COPY),
        write(2, 0, 0),
        write(2, 1, 1),
        asked_twice(2, 5),
        reply_lost(2),
    ]);
}

/// It took the copy's ops for its own and moved them to its new number.
#[test]
fn copied_phone_leaves_its_copys_ops_to_the_copy() {
    holds(vec![copy(1), write(1, 0, 0), sync(1), asked_twice(COPY, 5), sync(0), write(0, 0, 0)]);
}

/// It wrote on what it read after the fork; what that had seen was lost with the new number, and a
/// settled contradiction opened again.
#[test]
fn copied_phone_keeps_what_others_had_seen() {
    holds(vec![
        copy(2),
        write(COPY, 0, 0),
        sync(COPY),
        sync(0),
        write(0, 0, 0),
        reply_lost(0),
        sync(2),
        write(2, 0, 1),
        write(2, 0, 0),
    ]);
}

/// What was written on a value that the restored server did not have yet was set aside for ever.
#[test]
fn restored_server_takes_in_what_saw_ahead_once_it_has_caught_up() {
    holds(vec![
        backup(),
        write(0, 0, 0),
        sync(0),
        sync(1),
        write(1, 0, 0),
        restore(),
        sync(1),
        sync(1),
    ]);
}

/// Found by seed 28: the phone went on showing what the office had written and lost.
#[test]
fn phone_lets_go_of_what_a_restored_server_no_longer_has() {
    holds(vec![
        backup(),
        office(FIRST_DOOR, OfficeStep::Edit),
        sync(0),
        sync(1),
        restore(),
        sync(0),
    ]);
}

/// The same, where the lost value had replaced one of the phone's own.
#[test]
fn own_value_comes_back_when_what_replaced_it_is_lost() {
    holds(vec![
        write(0, 0, 0),
        sync(0),
        backup(),
        office(FIRST_DOOR, OfficeStep::Edit),
        sync(0),
        restore(),
        sync(0),
    ]);
}

/// Found by seed 185: the restored server had an op of the copy under the same number, and the phone
/// took that for its own.
#[test]
fn restored_server_that_heard_the_copy_first_loses_nothing() {
    holds(vec![
        copy(0),
        backup(),
        write(COPY, 0, 0),
        sync(COPY),
        write(0, 0, 1),
        restore(),
        sync(0),
        sync(COPY),
    ]);
}

/// Found by seed 142: the copy moved what it had in common with the first to its new number, where
/// nobody had seen it.
#[test]
fn copy_that_meets_a_restored_server_keeps_what_was_in_common() {
    holds(vec![
        write(0, 0, 0),
        sync(0),
        backup(),
        copy(0),
        restore(),
        sync(1),
        write(1, 0, 0),
        write(0, 0, 1),
        sync(0),
        sync(0),
        sync(1),
        sync(COPY),
    ]);
}

/// Found by seed 71: after a restore the copy's op took the number that a third phone had read as the
/// first one's, and the third mixed them up.
#[test]
fn number_that_a_copy_took_after_a_restore_is_read_anew() {
    holds(vec![
        backup(),
        copy(0),
        write(COPY, 0, 1),
        write(0, 0, 0),
        sync(0),
        sync(1),
        restore(),
        sync(COPY),
        sync(COPY),
        sync(1),
        sync(0),
    ]);
}

/// Found by seed 7: a revoked phone that was a copy was told that its own work had come in.
#[test]
fn revoked_copy_keeps_its_work() {
    holds(vec![
        copy(0),
        write(0, 0, 0),
        write(COPY, 0, 1),
        sync(0),
        office(0, OfficeStep::Revoke),
        sync(COPY),
        sync(COPY),
    ]);
}

/// Found by seed 1: an old request that came late made the server say that the phone was a copy, and
/// its work travelled twice.
#[test]
fn overtaken_request_makes_no_fork() {
    holds(vec![slow(0, 55), write(0, 0, 0), reply_lost(0), write(0, 0, 0)]);
}
