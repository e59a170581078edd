//! Causal context: per device the highest sequence a writer had seen on one field.

use super::{DeviceNo, Dot, at_most};
use serde::{Deserialize, Serialize};

/// Sorted by device, each device once. Highest sequence is enough: who has seen a device's later
/// write on a field has seen its earlier ones there, because that later write had. Where the
/// server takes an earlier one in after all, it says it once more (`server/src/store/said_late.rs`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Told")]
pub struct Seen(Vec<(DeviceNo, u64)>);

/// What a message claims was seen. More than an op may claim is set aside with its reason; many more
/// is not read.
#[derive(Deserialize)]
#[serde(transparent)]
struct Told(#[serde(deserialize_with = "at_most::<2_000, _, _>")] Vec<(DeviceNo, u64)>);

impl From<Told> for Seen {
    fn from(told: Told) -> Self {
        Seen::from(told.0)
    }
}

impl Seen {
    pub fn covers(&self, dot: Dot) -> bool {
        (1..=self.upto(dot.device)).contains(&dot.seq)
    }

    /// The highest sequence of this device, 0 for none.
    pub fn upto(&self, device: DeviceNo) -> u64 {
        match self.0.binary_search_by_key(&device, |entry| entry.0) {
            Ok(place) => self.0[place].1,
            Err(_) => 0,
        }
    }

    /// Whether everything that `other` covers is covered.
    pub fn covers_all(&self, other: &Seen) -> bool {
        other.dots().all(|dot| self.covers(dot))
    }

    pub fn add(&mut self, dot: Dot) {
        match self.0.binary_search_by_key(&dot.device, |entry| entry.0) {
            Ok(place) => self.0[place].1 = self.0[place].1.max(dot.seq),
            Err(place) => self.0.insert(place, (dot.device, dot.seq)),
        }
    }

    pub fn join(&mut self, other: &Seen) {
        for dot in other.dots() {
            self.add(dot);
        }
    }

    /// The highest dot per device, in order of device.
    pub fn dots(&self) -> impl Iterator<Item = Dot> + '_ {
        self.0.iter().map(|&(device, seq)| Dot { device, seq })
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Vec<(DeviceNo, u64)>> for Seen {
    /// Outside data may be unsorted or name a device twice; the highest counts. Sorted once and not
    /// inserted one by one: a hostile list of a million entries must not cost their square.
    fn from(mut entries: Vec<(DeviceNo, u64)>) -> Self {
        // Sequences start at 1: a 0 says nothing, but would be carried on for ever.
        entries.retain(|entry| entry.1 > 0);
        entries.sort_unstable_by_key(|&(device, seq)| (device, std::cmp::Reverse(seq)));
        entries.dedup_by_key(|entry| entry.0);
        Seen(entries)
    }
}

impl FromIterator<Dot> for Seen {
    fn from_iter<T: IntoIterator<Item = Dot>>(dots: T) -> Self {
        Seen::from(dots.into_iter().map(|dot| (dot.device, dot.seq)).collect::<Vec<_>>())
    }
}
