//! Any order, repetition and grouping of deliveries ends in the same state, and `seen` is
//! transitive: what was replaced need not be delivered at all.

use super::cases;
use super::history::{device, hear, play, steps};
use aanbel_shared::record::{Op, Records};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn fold<'a>(ops: impl IntoIterator<Item = &'a Op>) -> Records {
    let mut records = Records::default();
    for op in ops {
        records.apply(op);
    }
    records
}

/// The ops as a server delivers them that sends live values alone.
pub fn live_only(ops: &[Op]) -> Vec<Op> {
    let records = fold(ops);
    let lives = |op: &Op, field: &str| {
        let record = records.get(op.record).expect("folded");
        record.fields[field].live().iter().any(|live| live.dot == op.dot)
    };
    let strip = |op: &Op| {
        let set: Vec<_> = op.set.iter().filter(|one| lives(op, &one.field)).cloned().collect();
        (!set.is_empty()).then(|| Op { set, ..op.clone() })
    };
    ops.iter().filter_map(strip).collect()
}

/// Every field with an open contradiction, as `record/field`.
fn contradicting_fields(records: &Records) -> BTreeSet<String> {
    records
        .iter()
        .flat_map(|one| one.contradictions().map(|(field, _)| format!("{}/{field}", one.id)))
        .collect()
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn order_and_repetition_of_ops_never_matter(
        steps in steps(),
        places in proptest::collection::vec(any::<prop::sample::Index>(), 0..80),
    ) {
        let ops = play(&steps);
        prop_assume!(!ops.is_empty());
        let in_order = fold(&ops);
        let backwards = fold(ops.iter().rev());
        prop_assert_eq!(&in_order, &backwards);
        // Some ops early, some twice, then all of them from the back.
        let picked = places.iter().map(|place| place.get(&ops));
        let shuffled = fold(picked.chain(ops.iter().rev()));
        prop_assert_eq!(&in_order, &shuffled);
    }

    #[test]
    fn grouping_of_deliveries_never_matters(
        steps in steps(),
        sizes in proptest::collection::vec(1usize..7, 1..40),
        reversed in any::<bool>(),
    ) {
        let mut ops = play(&steps);
        let in_order = fold(&ops);
        if reversed {
            ops.reverse();
        }
        let (mut one_by_one, mut grouped) = (device(90), device(91));
        for op in &ops {
            hear(&mut one_by_one, vec![op.clone()]);
        }
        let mut rest = ops.as_slice();
        for size in sizes.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (group, later) = rest.split_at((*size).min(rest.len()));
            hear(&mut grouped, group.to_vec());
            rest = later;
        }
        prop_assert_eq!(one_by_one.records(), &in_order);
        prop_assert_eq!(grouped.records(), &in_order);
    }

    #[test]
    fn live_values_alone_give_the_same_state(steps in steps(), reversed in any::<bool>()) {
        let ops = play(&steps);
        let mut alone = live_only(&ops);
        if reversed {
            alone.reverse();
        }
        let in_order = fold(&ops);
        prop_assert_eq!(&fold(&alone), &in_order);
        // Also when the replaced ones come late, or some came before.
        prop_assert_eq!(&fold(alone.iter().chain(&ops)), &in_order);
        prop_assert_eq!(&fold(ops.iter().step_by(2).chain(&alone).chain(&ops)), &in_order);
    }

    #[test]
    fn write_that_saw_a_contradiction_settles_it(steps in steps()) {
        let ops = play(&steps);
        let mut reader = device(92);
        hear(&mut reader, ops.clone());
        let open = contradicting_fields(reader.records());
        prop_assert_eq!(&open, &contradicting_fields(&fold(&ops)));
        let changes: Vec<_> = reader.records().iter().map(|record| {
            let fields = record.contradictions();
            fields.fold(
                aanbel_shared::sync::Change::new(record.id, &record.kind, record.worklist),
                |change, (field, register)| change.with(field, register.live()[0].value.clone()),
            )
        }).collect();
        let writes = reader.prepare(changes, 0).expect("enrolled");
        reader.show(&writes);
        prop_assert!(contradicting_fields(reader.records()).is_empty());
        // And the settling alone settles it for one who never saw the two values.
        let settled: Vec<Op> = writes.into_iter().filter_map(|write| match write {
            aanbel_shared::sync::Write::Put(stored) => Some(stored.op),
            _ => None,
        }).collect();
        prop_assert_eq!(&fold(settled.iter().chain(&ops)), reader.records());
    }
}
