//! Which op lies in which sealed block. Ops that were kept together lie together, so that a cold
//! start opens tens of blocks and not thousands of rows. Pure; the vault seals and keeps.

use aanbel_shared::record::{DeviceNo, Dot};
use aanbel_shared::sync::{StoredOp, Write};
use std::collections::HashMap;

/// Most ops in one block: small enough to write anew when one of them leaves.
pub const OPS_MAX: usize = 64;

/// A block's key: the dot of one of its ops and a number that is never used twice. It says which
/// device wrote how much, and nothing about anybody.
fn key_of(dot: Dot, number: u64) -> String {
    format!("{dot}.{number:016}")
}

/// The dot and, when it is a block's, the number in a key.
pub fn read_key(key: &str) -> Option<(Dot, Option<u64>)> {
    let (dot, number) = match key.split_once('.') {
        Some((dot, number)) => (dot, Some(number.parse().ok()?)),
        None => (key, None),
    };
    let (device, seq) = dot.split_once('-')?;
    Some((Dot::new(DeviceNo(device.parse().ok()?), seq.parse().ok()?), number))
}

/// What is written last of each op, by dot: the op, or none when it leaves.
pub fn last_words(writes: &[Write]) -> Vec<(Dot, Option<&StoredOp>)> {
    let mut last: Vec<_> = writes
        .iter()
        .rev()
        .filter_map(|write| match write {
            Write::Put(stored) => Some((stored.op.dot, Some(stored))),
            Write::Delete(dot) => Some((*dot, None)),
            Write::Meta(_) => None,
        })
        .collect();
    last.sort_by_key(|(dot, _)| *dot);
    // Of equal dots the first is the last written, for the sort keeps their order.
    last.dedup_by_key(|(dot, _)| *dot);
    last
}

/// Where everything lies.
#[derive(Debug, Default)]
pub struct Blocks {
    ops: HashMap<String, Vec<Dot>>,
    block: HashMap<Dot, String>,
    /// Highest number used.
    number: u64,
}

/// What a list of writes asks of the blocks.
#[derive(Debug, Default, PartialEq)]
pub struct Plan {
    /// Blocks that lose ops, and what stays in them.
    pub shrink: Vec<(String, Vec<Dot>)>,
    /// New blocks.
    pub fresh: Vec<(String, Vec<StoredOp>)>,
}

impl Blocks {
    /// A block was found in the store.
    pub fn found<'a>(&mut self, key: &str, ops: impl Iterator<Item = &'a StoredOp>) {
        let number = read_key(key).and_then(|(_, number)| number).unwrap_or(0);
        self.number = self.number.max(number);
        let dots: Vec<Dot> = ops.map(|stored| stored.op.dot).collect();
        for dot in &dots {
            self.block.insert(*dot, key.to_owned());
        }
        self.ops.insert(key.to_owned(), dots);
    }

    /// What to do for these writes, in order: the last word on each op counts.
    pub fn plan(&self, writes: &[Write]) -> Plan {
        let last = last_words(writes);
        let mut touched: Vec<&String> =
            last.iter().filter_map(|(dot, _)| self.block.get(dot)).collect();
        touched.sort_unstable();
        touched.dedup();
        let goes = |dot: &Dot| last.binary_search_by_key(dot, |(dot, _)| *dot).is_ok();
        let stay = |key: &String| {
            let stay = self.ops.get(key).into_iter().flatten();
            stay.filter(|dot| !goes(dot)).copied().collect()
        };
        let shrink = touched.into_iter().map(|key| (key.clone(), stay(key))).collect();
        let put: Vec<&StoredOp> = last.iter().filter_map(|(_, word)| *word).collect();
        let fresh = put.chunks(OPS_MAX).zip(self.number + 1..).filter_map(|(ops, number)| {
            // An own op that cannot be read later must still say its number.
            let own = ops.iter().rev().find(|stored| stored.author.is_empty());
            let named = own.or(ops.first())?;
            let ops = ops.iter().map(|stored| (*stored).clone()).collect();
            Some((key_of(named.op.dot, number), ops))
        });
        Plan { shrink, fresh: fresh.collect() }
    }

    /// The plan was kept.
    pub fn done(&mut self, plan: &Plan) {
        for (key, stay) in &plan.shrink {
            for dot in self.ops.remove(key).into_iter().flatten() {
                self.block.remove(&dot);
            }
            for dot in stay {
                self.block.insert(*dot, key.clone());
            }
            if !stay.is_empty() {
                self.ops.insert(key.clone(), stay.clone());
            }
        }
        for (key, ops) in &plan.fresh {
            self.found(key, ops.iter());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::conformance::note_writes;

    fn ops(count: u64) -> Vec<Write> {
        let one = |seq| {
            let mut writes = note_writes(1, "x");
            let Some(Write::Put(mut stored)) = writes.drain(..).next() else {
                unreachable!("the first write is an op")
            };
            stored.op.dot.seq = seq;
            Write::Put(stored)
        };
        (1..=count).map(one).collect()
    }

    #[test]
    fn what_is_kept_together_lies_together_and_leaves_one_by_one() {
        let mut blocks = Blocks::default();
        let plan = blocks.plan(&ops(100));
        assert_eq!(plan.fresh.iter().map(|(_, ops)| ops.len()).collect::<Vec<_>>(), [64, 36]);
        blocks.done(&plan);
        let dot = |seq| Dot::new(DeviceNo(7), seq);
        let plan = blocks.plan(&[Write::Delete(dot(3)), Write::Delete(dot(200))]);
        assert_eq!(plan.shrink.len(), 1);
        assert_eq!(plan.shrink[0].1.len(), 63);
        assert_eq!(plan.fresh, []);
        blocks.done(&plan);
        let plan = blocks.plan(&ops(1));
        assert_eq!(plan.shrink[0].1.len(), 62);
        let number = |key: &str| read_key(key).and_then(|(_, number)| number);
        assert_eq!(number(&plan.fresh[0].0), Some(3));
    }

    #[test]
    fn a_block_that_lost_all_is_gone() {
        let mut blocks = Blocks::default();
        blocks.done(&blocks.plan(&ops(1)));
        let plan = blocks.plan(&[Write::Delete(Dot::new(DeviceNo(7), 1))]);
        assert_eq!(plan.shrink[0].1.len(), 0);
        blocks.done(&plan);
        assert_eq!(blocks.plan(&ops(1)).shrink, []);
    }

    #[test]
    fn keys_say_the_highest_own_number() {
        let plan = Blocks::default().plan(&ops(5));
        let (dot, _) = read_key(&plan.fresh[0].0).expect("a key of ours");
        assert_eq!(dot.seq, 5);
        assert_eq!(read_key("geen dot"), None);
    }
}
