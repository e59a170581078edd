//! What can happen in a world: one list of steps with their times. Whatever chance decides is decided
//! when the list is made, so that any part of a list can be played again by itself.

/// One step and the moment at which it happens, ms since 1970 on the world's own clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timed {
    pub at_ms: i64,
    pub step: Step,
}

/// `pick` chooses among what there is at that moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Phone { phone: usize, does: PhoneStep },
    Office { pick: u64, does: OfficeStep },
    Server(ServerStep),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhoneStep {
    /// Somebody fills in something.
    Write { pick: u64, death: Death },
    /// Somebody with a newer app fills in a field at a note, which the server may not know yet.
    Newer { pick: u64, death: Death },
    /// Somebody notes how to get in at this door of this list; for stories made by hand.
    Door { list: usize, door: usize, death: Death },
    /// Sends what waits and asks for news; joins when it has to.
    Sync { out: Trip, back: Trip, death: Death },
    /// The app or the phone is ended; what the disk did not promise to hold is lost.
    Kill,
    /// The clock is put this far from the truth, ms.
    Clock { off_ms: i64 },
    /// Its storage fills up, or gets room again.
    Full(bool),
    /// No messages from or to it until then.
    Cut { until_ms: i64 },
    /// Its storage is copied onto another phone, and both go on.
    Copy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfficeStep {
    Settle,
    Ask,
    Edit,
    /// Takes in or leaves out something that was set aside.
    Decide,
    Assign,
    TakeAway,
    Revoke,
    /// Two people erase what is known behind one door.
    Erase,
    /// A field goes out of a record that stays.
    Part,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerStep {
    /// The power fails during the next commit: of what was written since the last one, `part` (of
    /// 65,536) reached the disk, and when `torn` one sector of that did not.
    PowerLoss {
        part: u16,
        torn: bool,
        down_ms: i64,
    },
    /// The power fails while pages move from the write-ahead log to the database: each page is the
    /// old or the new one, as the bits of `pages` say.
    TornCheckpoint {
        pages: u64,
        down_ms: i64,
    },
    DiskFull(bool),
    /// The server is updated, and knows a field more; or the older one is put back.
    Forms {
        newer: bool,
    },
    Backup,
    /// The server starts anew from its last backup.
    Restore {
        down_ms: i64,
    },
}

/// When a phone dies during a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    No,
    BeforeKeep,
    BeforeShow,
}

/// One message on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trip {
    pub delay_ms: i64,
    pub fate: Fate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Arrives,
    Lost,
    /// A second time, so much later.
    Twice {
        later_ms: i64,
    },
    /// Only so much of it (of 65,536) arrives.
    CutOff {
        part: u16,
    },
}

impl Trip {
    /// At once and whole.
    pub const GOOD: Trip = Trip { delay_ms: 50, fate: Fate::Arrives };
}
