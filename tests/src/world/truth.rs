//! What really happened, apart from everything the product works out: who wrote what, and what stood
//! on the screen when she did. From this follows which values must live and which lists a phone may see.
//! Knows no sequences and no causal contexts.

use aanbel_server::erase::part::CLOCK_AHEAD_MS;
use aanbel_shared::record::{DeviceNo, Dot, Op, RecordId, Records, Register, Value, WorklistId};
use aanbel_shared::sync::{Change, Reason};
use std::collections::{BTreeMap, BTreeSet};

/// Every commit carries its number in its clock: what is left of `at_ms` after division by this.
pub const NUMBERS: i64 = 100_000;

/// Number of a commit.
pub type Commit = u32;

/// A commit on somebody's screen, with the number of the phone under which it stood there.
pub type Seen = (Commit, DeviceNo);

/// One record's part in a commit.
#[derive(Clone, Debug)]
pub struct Written {
    pub record: RecordId,
    pub worklist: WorklistId,
    pub fields: Vec<(String, Value)>,
    /// The server must set this aside, for this reason.
    pub oddity: Option<Reason>,
    /// None is the office.
    pub phone: Option<usize>,
    /// By the writer's clock, as the op says it.
    pub at_ms: i64,
    /// Up to which number of the office she had read in each field.
    pub office: BTreeMap<String, u64>,
}

/// Field of a record.
pub type Place = (RecordId, String);

/// What stood in a place on a writer's screen, and up to which number of the office she had read there.
pub type Sight = (Place, BTreeSet<Seen>, u64);

/// How a field went out of a record that stays.
#[derive(Clone, Debug, Default)]
pub struct Parted {
    pub went: Option<PartWent>,
    /// An erasure failed, and may still be done at any start: of all that is there then.
    pub unsure: bool,
    /// The commits of which the server held something then.
    pub took: BTreeSet<Commit>,
}

/// Until when what was written of it did, and the last number of the office before that: who had read a later
/// one wrote anew, whatever her clock says.
#[derive(Clone, Copy, Debug)]
pub struct PartWent {
    pub until_ms: i64,
    pub office: u64,
}

/// What belongs to the server's data and so is put back with it.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// By place in the list of people.
    pub assigned: BTreeMap<usize, BTreeSet<WorklistId>>,
    pub revoked: BTreeSet<DeviceNo>,
    /// Highest sequence that was acknowledged to a device.
    pub acknowledged: BTreeMap<DeviceNo, u64>,
    /// Whose phone a device is.
    pub owner: BTreeMap<DeviceNo, usize>,
}

#[derive(Default)]
pub struct Truth {
    pub commits: BTreeMap<Commit, Vec<Written>>,
    next: Commit,
    /// What stood on the writer's screen in this place, and all that had stood on the screens of those
    /// who wrote that.
    saw: BTreeMap<(Commit, Place), BTreeSet<Seen>>,
    pub held: Held,
    /// Lists that were ever taken away from somebody.
    pub taken: BTreeSet<(usize, WorklistId)>,
    pub ever_revoked: BTreeSet<DeviceNo>,
    /// What came in while its writer had the list, and while she had not (any more).
    pub welcome: BTreeSet<(Commit, RecordId)>,
    pub unwelcome: BTreeSet<(Commit, RecordId)>,
    /// Whether the server's forms have the field that newer apps fill in.
    pub knows_newer: bool,
    pub ever_newer: bool,
    /// What arrived while they had it, and while they had not.
    pub known: BTreeSet<(Commit, RecordId)>,
    pub unknown: BTreeSet<(Commit, RecordId)>,
    /// What the office took in after all; the second while the forms had that field.
    pub taken_in: BTreeSet<Dot>,
    pub taken_in_newer: BTreeSet<Dot>,
    /// Lost with an old backup, while no phone held it any more.
    pub excused: BTreeSet<(Commit, RecordId)>,
    pub restores: usize,
    /// What number the phone had that wrote it.
    pub written_as: BTreeMap<Commit, DeviceNo>,
    /// Doors behind which everything was erased, perhaps more than once, with the last time.
    pub erased: BTreeMap<RecordId, i64>,
    /// Records that went with that. They never come back.
    pub gone: BTreeSet<RecordId>,
    /// The same, also of an erasure that failed and may still be done at any start.
    pub may_be_gone: BTreeSet<RecordId>,
    /// Fields that went out of records that stay. The rest of such a record is said again by the office, who
    /// has no commits for that.
    pub parted: BTreeMap<RecordId, BTreeMap<String, Parted>>,
}

/// The commit that carries this clock.
pub fn commit_of(at_ms: i64) -> Commit {
    at_ms.rem_euclid(NUMBERS) as Commit
}

/// The clock nearest after `clock_ms` that carries this commit's number once `offset_ms` is added.
pub fn clock_for(commit: Commit, clock_ms: i64, offset_ms: i64) -> i64 {
    let there_ms = clock_ms.saturating_add(offset_ms);
    clock_ms + (i64::from(commit) - there_ms).rem_euclid(NUMBERS)
}

impl Truth {
    pub fn number(&mut self) -> Commit {
        self.next += 1;
        self.next
    }

    /// What is live on the screen in this place, with all that those writers had on theirs.
    pub fn sight(&self, register: Option<&Register>, place: &Place) -> BTreeSet<Seen> {
        let mut sight = BTreeSet::new();
        for live in register.into_iter().flat_map(|register| register.live()) {
            let commit = commit_of(live.at_ms);
            if live.dot.device == DeviceNo::OFFICE && self.is_parted(place.0) {
                // The office said again what stayed: whoever says the same may be who was meant.
                let same = |one: &Commit| self.value(*one, place) == Some(&live.value);
                let same = self.commits.keys().copied().filter(same);
                sight.extend(same.map(|one| (one, DeviceNo::OFFICE)));
                continue;
            }
            sight.insert((commit, live.dot.device));
            if let Some(before) = self.saw.get(&(commit, place.clone())) {
                sight.extend(before);
            }
        }
        sight
    }

    /// What a phone's screen shows in every place that the changes write to.
    pub fn sights(&self, records: &Records, changes: &[Change]) -> Vec<Sight> {
        let mut sights = Vec::new();
        for change in changes {
            for (field, _) in &change.fields {
                let place = (change.record, field.clone());
                let register =
                    records.get(change.record).and_then(|record| record.fields.get(field));
                let sight = self.sight(register, &place);
                let office = register.map_or(0, |register| register.seen().upto(DeviceNo::OFFICE));
                sights.push((place, sight, office));
            }
        }
        sights
    }

    /// A commit that its writer believes is kept, at this moment of hers.
    pub fn kept(
        &mut self,
        (commit, at_ms): (Commit, i64),
        phone: Option<usize>,
        changes: &[Change],
        oddity: Option<Reason>,
        sights: Vec<Sight>,
    ) {
        let read = |record: RecordId| {
            let here = sights.iter().filter(move |((one, _), ..)| *one == record);
            here.map(|((_, field), _, office)| (field.clone(), *office)).collect()
        };
        let parts = changes.iter().map(|change| Written {
            record: change.record,
            worklist: change.worklist,
            fields: change.fields.clone(),
            oddity,
            phone,
            at_ms,
            office: read(change.record),
        });
        self.commits.insert(commit, parts.collect());
        self.saw.extend(sights.into_iter().map(|(place, sight, _)| ((commit, place), sight)));
    }

    /// Records of which words may be missing: they went, are about what went, or were written about a door
    /// before everything behind it did. What was written there since must be kept.
    pub fn lost(&self) -> BTreeSet<RecordId> {
        let mut lost = self.may_be_gone.clone();
        loop {
            let before = lost.len();
            for part in self.commits.values().flatten() {
                let mut about = part.fields.iter().filter_map(|(_, value)| value.as_reference());
                let is_before =
                    |door: RecordId| self.erased.get(&door).is_some_and(|at| part.at_ms <= *at);
                if about.any(|one| lost.contains(&one) || is_before(one)) {
                    lost.insert(part.record);
                }
            }
            if lost.len() == before {
                return lost;
            }
        }
    }

    /// Whether this part may be missing because a field that it wrote went.
    pub fn may_have_parted(&self, commit: Commit, part: &Written) -> bool {
        let Some(parted) = self.parted.get(&part.record) else { return false };
        part.fields.iter().filter_map(|(field, _)| Some((field, parted.get(field)?))).any(
            |(field, parted)| {
                let is_before = parted.went.is_some_and(|went| {
                    let had_read = part.office.get(field).is_some_and(|read| *read > went.office);
                    part.at_ms <= went.until_ms + CLOCK_AHEAD_MS && !had_read
                });
                parted.unsure || is_before || parted.took.contains(&commit)
            },
        )
    }

    /// Whether this part was surely taken in before what it said of a field went, so that the rest of it must
    /// be said again.
    pub fn stayed_of_what_went(&self, commit: Commit, part: &Written) -> bool {
        let arrived = (commit, part.record);
        let is_welcome = self.welcome.contains(&arrived) && !self.unwelcome.contains(&arrived);
        let is_taken_in = part.phone.is_none() || (is_welcome && part.oddity.is_none());
        is_taken_in && self.may_have_parted(commit, part)
    }

    /// Every commit on this record.
    pub fn written_on(&self, record: RecordId) -> impl Iterator<Item = (Commit, &Written)> {
        let parts =
            self.commits.iter().flat_map(|(commit, parts)| parts.iter().map(|one| (*commit, one)));
        parts.filter(move |(_, part)| part.record == record)
    }

    /// Whether anybody who wrote in this place had that commit in sight.
    pub fn was_seen(&self, commit: Commit, place: &Place) -> bool {
        let mut others = self.written_on(place.0).map(|(other, _)| other);
        others.any(|other| self.saw_at(other, place).any(|(seen, _)| *seen == commit))
    }

    /// Whether a field went out of this record.
    pub fn is_parted(&self, record: RecordId) -> bool {
        self.parted.contains_key(&record)
    }

    /// The field that went and of which this op says something from before.
    pub fn says_what_went<'o>(&self, op: &'o Op) -> Option<&'o str> {
        let parted = self.parted.get(&op.record)?;
        let mut said = op.set.iter().filter(|one| one.value != Value::Nothing);
        said.find_map(|one| {
            let went = parted.get(&one.field)?.went?;
            let had_read = one.seen.covers(Dot::new(DeviceNo::OFFICE, went.office + 1));
            (op.at_ms <= went.until_ms && !had_read).then_some(&*one.field)
        })
    }

    /// The server's data is as this backup has it. Whose phone a device was stays known to us.
    pub fn put_back(&mut self, backup: Held) {
        let owner = self.held.owner.clone();
        let now = std::mem::replace(&mut self.held, Held { owner, ..backup });
        for (person, lists) in now.assigned {
            let left = self.assigned(person);
            self.taken.extend(lists.difference(&left).map(|list| (person, *list)));
        }
        self.restores += 1;
    }

    /// An op arrived at the server.
    pub fn arrived(&mut self, from: DeviceNo, op: &Op) {
        let person = self.held.owner.get(&from).copied().unwrap_or(usize::MAX);
        let may =
            !self.held.revoked.contains(&from) && self.assigned(person).contains(&op.worklist);
        let arrivals = if may { &mut self.welcome } else { &mut self.unwelcome };
        let arrived = (commit_of(op.at_ms), op.record);
        arrivals.insert(arrived);
        let fits = if self.knows_newer { &mut self.known } else { &mut self.unknown };
        fits.insert(arrived);
    }

    pub fn assigned(&self, person: usize) -> BTreeSet<WorklistId> {
        self.held.assigned.get(&person).cloned().unwrap_or_default()
    }

    /// Of the commits that the server accepted in a place, those that nobody else there had in sight.
    pub fn live(&self, place: &Place, accepted: &BTreeSet<Seen>) -> BTreeSet<Commit> {
        let saw = accepted.iter().flat_map(|(commit, _)| self.saw_at(*commit, place));
        let replaced: BTreeSet<Commit> = saw.map(|(commit, _)| *commit).collect();
        accepted.iter().map(|(commit, _)| *commit).filter(|one| !replaced.contains(one)).collect()
    }

    fn saw_at(&self, commit: Commit, place: &Place) -> impl Iterator<Item = &Seen> {
        self.saw.get(&(commit, place.clone())).into_iter().flatten()
    }

    /// Of the commits that the server accepted in a place, those that stand there under another number
    /// than the one that they were written under, and that nobody else there had in sight under that
    /// number: a backup that does not know a phone makes it join anew and send its words once more. What
    /// a phone sends so, it also saw so: its own words moved together.
    pub fn may_stand_beside(&self, place: &Place, accepted: &BTreeSet<Seen>) -> BTreeSet<Commit> {
        let mut saw: BTreeSet<Seen> = BTreeSet::new();
        for (commit, stands) in accepted {
            let wrote = self.written_as.get(commit);
            saw.extend(self.saw_at(*commit, place).map(|(seen, number)| {
                (*seen, if Some(number) == wrote { *stands } else { *number })
            }));
        }
        let moved = |(commit, stands): &&Seen| {
            self.restores > 0 && self.written_as.get(commit).is_some_and(|wrote| wrote != stands)
        };
        accepted.iter().filter(moved).filter(|one| !saw.contains(one)).map(|one| one.0).collect()
    }

    /// What this commit wrote in a place.
    pub fn value(&self, commit: Commit, place: &Place) -> Option<&Value> {
        let part = self.commits.get(&commit)?.iter().find(|part| part.record == place.0)?;
        part.fields.iter().find(|(field, _)| *field == place.1).map(|(_, value)| value)
    }
}
