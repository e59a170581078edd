//! The state of one door, folded from its attempts, and when to ring there next.

use crate::form::Forms;
use crate::record::{Record, RecordId, Records};

/// Part of a day: until noon, until 17:00, after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Daypart {
    Morning,
    Afternoon,
    Evening,
}

impl Daypart {
    pub const ALL: [Daypart; 3] = [Daypart::Morning, Daypart::Afternoon, Daypart::Evening];

    /// From the local hour, 0 to 23.
    pub fn of_hour(hour: u32) -> Daypart {
        match hour {
            0..12 => Daypart::Morning,
            12..17 => Daypart::Afternoon,
            _ => Daypart::Evening,
        }
    }

    pub fn key(self) -> &'static str {
        match self {
            Daypart::Morning => "morning",
            Daypart::Afternoon => "afternoon",
            Daypart::Evening => "evening",
        }
    }

    pub fn from_key(key: &str) -> Option<Daypart> {
        Daypart::ALL.into_iter().find(|part| part.key() == key)
    }

    pub fn name_nl(self) -> &'static str {
        match self {
            Daypart::Morning => "ochtend",
            Daypart::Afternoon => "middag",
            Daypart::Evening => "avond",
        }
    }
}

/// Whether a door still needs a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoorState {
    /// Nobody rang yet.
    New,
    /// Rang this often, nobody answered yet.
    NobodyYet(u32),
    /// Somebody spoke, and it is not finished: no time, come back, language.
    Open,
    Talked,
    /// Finished without a talk: no interest, moved, empty.
    Closed,
    /// Asked not to be visited: not on any list.
    OptedOut,
}

impl DoorState {
    /// From whether the address asked not to be visited, and the results of its attempts, oldest
    /// first, withdrawn ones left out.
    pub fn of(opted_out: bool, results: &[&str]) -> DoorState {
        if opted_out || results.contains(&"opted_out") {
            return DoorState::OptedOut;
        }
        if results.iter().any(|result| counts_in("talk", result)) {
            return DoorState::Talked;
        }
        match results.last() {
            None => DoorState::New,
            Some(last) if counts_in("done", last) => DoorState::Closed,
            Some(last) if counts_in("reached", last) => DoorState::Open,
            Some(_) => DoorState::NobodyYet(results.len() as u32),
        }
    }

    pub fn is_done(self) -> bool {
        matches!(self, DoorState::Talked | DoorState::Closed | DoorState::OptedOut)
    }
}

/// One door with what happened there.
#[derive(Clone, Debug)]
pub struct Door<'a> {
    pub address: &'a Record,
    /// In order of time, oldest first; withdrawn ones are left out.
    pub attempts: Vec<&'a Record>,
    pub state: DoorState,
}

/// How far a street is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub doors: u32,
    pub done: u32,
    pub talks: u32,
}

impl Progress {
    pub fn add(&mut self, state: DoorState) {
        if state == DoorState::OptedOut {
            return;
        }
        self.doors += 1;
        self.done += u32::from(state.is_done());
        self.talks += u32::from(state == DoorState::Talked);
    }
}

/// Whether an attempt's result counts in a figure, for example `reached` or `talk`. The definition
/// stands with the choices in `forms/attempt.toml`.
pub fn counts_in(figure: &str, result: &str) -> bool {
    Forms::built_in()
        .form("attempt")
        .and_then(|form| form.fields().find(|field| field.key == "result"))
        .and_then(|field| field.choice(result))
        .is_some_and(|choice| choice.counts.iter().any(|name| name == figure))
}

/// The door at an address; none when there is no such address.
pub fn door(records: &Records, address: RecordId) -> Option<Door<'_>> {
    let attempts = records.pointing("attempt", "address", address).collect();
    Some(Door::new(records.get(address)?, attempts))
}

impl<'a> Door<'a> {
    /// `attempts` in any order, withdrawn ones left out.
    pub fn new(address: &'a Record, mut attempts: Vec<&'a Record>) -> Self {
        attempts.sort_by_key(|attempt| (attempt.instant("at"), attempt.id));
        let state = state(address, &attempts);
        Door { address, attempts, state }
    }

    pub fn last(&self) -> Option<&'a Record> {
        self.attempts.last().copied()
    }
}

fn state(address: &Record, attempts: &[&Record]) -> DoorState {
    let results: Vec<&str> = attempts.iter().filter_map(|attempt| attempt.str("result")).collect();
    DoorState::of(address.bool("opted_out") == Some(true), &results)
}

/// The daypart in which nobody rang yet, or was rung least: the ladder's next step. None for a
/// door where somebody answered.
pub fn next_daypart(door: &Door) -> Option<Daypart> {
    if !matches!(door.state, DoorState::NobodyYet(_)) {
        return None;
    }
    let tried = |part: Daypart| {
        door.attempts.iter().filter(|attempt| attempt.str("daypart") == Some(part.key())).count()
    };
    // Evening first among equals: that is when most people are home.
    Daypart::ALL.into_iter().rev().min_by_key(|part| tried(*part))
}
