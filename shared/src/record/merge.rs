//! The merge: a multi-value register with causal context. The only fold there is, for local and
//! remote ops alike. Dotted version vectors: Preguiça et al. 2010, "Dotted Version Vectors".

use super::{Dot, Seen, Value};
use serde::{Deserialize, Serialize};

/// One value that nobody has replaced yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    pub dot: Dot,
    pub at_ms: i64,
    pub value: Value,
    /// What its writer had seen on this field, itself not included.
    pub seen: Seen,
}

impl Live {
    fn knows(&self, dot: Dot) -> bool {
        self.dot == dot || self.seen.covers(dot)
    }
}

/// What became of an incoming value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Absorbed {
    /// Known already, or replaced by something known. Nothing changed.
    Old,
    /// Taken in; these are the values it replaced.
    Taken(Vec<Live>),
}

/// The live values of one field, the one to show first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    live: Vec<Live>,
}

impl Register {
    /// A register as it was stored: what `live` gave, in that order.
    pub fn stored(live: Vec<Live>) -> Self {
        Register { live }
    }

    /// Takes one value in. Order, repetition and grouping of calls do not matter to the end state.
    pub fn absorb(&mut self, incoming: Live) -> Absorbed {
        if self.live.is_empty() {
            // The usual case, and room for one: a phone holds ten thousand of these.
            self.live = vec![incoming];
            return Absorbed::Taken(Vec::new());
        }
        if self.live.iter().any(|live| live.knows(incoming.dot)) {
            return Absorbed::Old;
        }
        let mut replaced = Vec::new();
        for live in std::mem::take(&mut self.live) {
            if incoming.seen.covers(live.dot) {
                replaced.push(live);
            } else {
                self.live.push(live);
            }
        }
        self.live.push(incoming);
        // Latest claim first, then device, then sequence: the same order on every device.
        self.live.sort_by_key(|live| std::cmp::Reverse((live.at_ms, live.dot)));
        Absorbed::Taken(replaced)
    }

    /// All that a write on this field, made now, has seen. Transitive: it holds what the live
    /// values themselves had seen, so a device that missed ops in between still drops them.
    pub fn seen(&self) -> Seen {
        let mut seen = Seen::default();
        for live in &self.live {
            seen.join(&live.seen);
            seen.add(live.dot);
        }
        seen
    }

    /// Leaves one value out, as if it had never come in; says whether it lived. What it had replaced
    /// comes back only by taking that in again.
    pub fn forget(&mut self, dot: Dot) -> bool {
        let before = self.live.len();
        self.live.retain(|live| live.dot != dot);
        self.live.len() < before
    }

    pub fn shown(&self) -> Option<&Live> {
        self.live.first()
    }

    pub fn live(&self) -> &[Live] {
        &self.live
    }

    /// More than one live value, and they differ: people must be asked.
    pub fn contradicts(&self) -> bool {
        self.live.windows(2).any(|pair| pair[0].value != pair[1].value)
    }
}
