//! Every body of `aanbel_tests::fuzz`, on bytes that are nothing, almost a message, or one with a few
//! bytes changed.

use super::arbitrary::{reply, request, stored};
use super::cases;
use aanbel_shared::sync::{encode_reply, encode_request, encode_stored_op};
use aanbel_tests::fuzz::{messages, targets};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

/// Messages of ours, in both encodings, and bytes that are none.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let json = |text: serde_json::Result<Vec<u8>>| text.expect("our messages are JSON");
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..300),
        proptest::collection::vec(0u8..4, 0..300),
        request().prop_map(|it| encode_request(&it)),
        reply().prop_map(|it| encode_reply(&it)),
        stored().prop_map(|it| encode_stored_op(&it)),
        request().prop_map(move |it| json(serde_json::to_vec(&it))),
        reply().prop_map(move |it| json(serde_json::to_vec(&it))),
    ]
}

/// One change to bytes: another byte, some more of the same, or the end cut off.
#[derive(Clone, Debug)]
enum Blow {
    Put(prop::sample::Index, u8),
    Repeat(prop::sample::Index, usize),
    Cut(prop::sample::Index),
}

fn blow() -> impl Strategy<Value = Blow> {
    let place = any::<prop::sample::Index>;
    prop_oneof![
        4 => (place(), any::<u8>()).prop_map(|(at, byte)| Blow::Put(at, byte)),
        1 => (place(), 1..40usize).prop_map(|(at, length)| Blow::Repeat(at, length)),
        1 => place().prop_map(Blow::Cut),
    ]
}

fn strike(bytes: &mut Vec<u8>, blow: &Blow) {
    if bytes.is_empty() {
        return;
    }
    match blow {
        Blow::Put(at, byte) => {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        Blow::Repeat(at, length) => {
            let at = at.index(bytes.len());
            let end = bytes.len().min(at + length);
            bytes.extend_from_within(at..end);
        }
        Blow::Cut(at) => bytes.truncate(at.index(bytes.len())),
    }
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn no_bytes_crash_a_decoder_of_messages(
        bytes in bytes(),
        blows in proptest::collection::vec(blow(), 0..6),
    ) {
        let mut bytes = bytes;
        for blow in &blows {
            strike(&mut bytes, blow);
        }
        for target in messages() {
            (target.body)(&bytes);
        }
    }
}

/// Blows on each target's own seeds; the fewer, the longer they are.
#[test]
fn no_almost_right_file_crashes_its_decoder() {
    for target in targets() {
        for seed in (target.seeds)() {
            let many = (400_000 / seed.len().max(1)).clamp(20, 1_000);
            let struck = proptest::collection::vec(blow(), 1..6);
            let outcome = TestRunner::new(cases(many as u32)).run(&struck, |blows| {
                let mut bytes = seed.clone();
                blows.iter().for_each(|blow| strike(&mut bytes, blow));
                (target.body)(&bytes);
                Ok(())
            });
            outcome.unwrap_or_else(|error| panic!("{}: {error}", target.name));
        }
    }
}

/// A seed that its decoder refuses would leave the decoder untried.
#[test]
fn every_decoder_takes_its_own_seeds() {
    for target in targets() {
        let seeds = (target.seeds)();
        assert!(!seeds.is_empty(), "{}", target.name);
        for (place, seed) in seeds.iter().enumerate() {
            assert!((target.body)(seed), "{} refuses its seed {place}", target.name);
        }
    }
}
