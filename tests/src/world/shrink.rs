//! From a list of steps that goes wrong to a short one that still does: leave out halves, quarters and
//! so on down to single steps (Zeller's delta debugging), then phones' trips that need not be bad.

use super::plan::Size;
use super::planted::Fault;
use super::step::{Death, PhoneStep, Step, Timed, Trip};
use super::world::{World, Wrong};

/// Most runs that one shrinking may cost.
const RUNS_MAX: usize = 3_000;

/// Plays steps from the beginning.
pub fn play(seed: u64, size: Size, fault: Option<Fault>, steps: &[Timed]) -> Result<(), Wrong> {
    let mut world = World::new(seed, size, fault).map_err(|error| Wrong(error.to_string()))?;
    world.play(steps)
}

/// The shortest list found that still goes wrong, and what goes wrong in it.
pub fn shrink(
    seed: u64,
    size: Size,
    fault: Option<Fault>,
    steps: Vec<Timed>,
    first: Wrong,
) -> (Vec<Timed>, Wrong) {
    let mut shrinking = Shrinking { seed, size, fault, steps, wrong: first, runs: 0 };
    shrinking.leave_out();
    shrinking.mend();
    shrinking.leave_out();
    (shrinking.steps, shrinking.wrong)
}

struct Shrinking {
    seed: u64,
    size: Size,
    fault: Option<Fault>,
    steps: Vec<Timed>,
    wrong: Wrong,
    runs: usize,
}

impl Shrinking {
    /// Takes these steps when they still go wrong.
    fn take(&mut self, steps: Vec<Timed>) -> bool {
        if self.runs >= RUNS_MAX {
            return false;
        }
        self.runs += 1;
        match play(self.seed, self.size, self.fault, &steps) {
            Err(wrong) if wrong.is_like(&self.wrong) => {
                (self.steps, self.wrong) = (steps, wrong);
                true
            }
            _ => false,
        }
    }

    fn leave_out(&mut self) {
        let mut chunk = self.steps.len().div_ceil(2);
        while chunk > 0 {
            let mut from = 0;
            while from < self.steps.len() {
                let mut fewer = self.steps.clone();
                fewer.drain(from..(from + chunk).min(fewer.len()));
                if !self.take(fewer) {
                    from += chunk;
                }
            }
            chunk /= 2;
        }
    }

    /// Makes what is bad good, one by one, where the story does not need it.
    fn mend(&mut self) {
        for place in 0..self.steps.len() {
            for better in betters(&self.steps[place].step) {
                let mut steps = self.steps.clone();
                steps[place].step = better;
                self.take(steps);
            }
        }
    }
}

fn betters(step: &Step) -> Vec<Step> {
    let Step::Phone { phone, does } = step else { return Vec::new() };
    let of = |does: PhoneStep| Step::Phone { phone: *phone, does };
    match *does {
        PhoneStep::Sync { out, back, death } => vec![
            of(PhoneStep::Sync { out: Trip::GOOD, back: Trip::GOOD, death: Death::No }),
            of(PhoneStep::Sync { out: Trip::GOOD, back, death }),
            of(PhoneStep::Sync { out, back: Trip::GOOD, death }),
            of(PhoneStep::Sync { out, back, death: Death::No }),
        ],
        PhoneStep::Write { pick, .. } => vec![of(PhoneStep::Write { pick, death: Death::No })],
        _ => Vec::new(),
    }
}
