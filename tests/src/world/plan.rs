//! From a seed to a list of steps. Each seed has its own weather: some faults never happen in it and
//! others often (swarm testing, Groce et al. 2012), so that rare combinations get room.

use super::chance::Chance;
use super::step::{Death, Fate, OfficeStep, PhoneStep, ServerStep, Step, Timed, Trip};

/// When every world begins: a Monday in 2026, ms since 1970.
pub const START_MS: i64 = 1_772_409_600_000;
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
const YEAR_MS: i64 = 365 * DAY_MS;
/// Sets the chance of erasures apart from the rest.
const ERASING: u64 = 0x5eed_0f0b_1171_0000;
/// The same for fields that go while their record stays.
const PARTING: u64 = 0x0f0b_5eed_0000_1171;
/// From this seed on fields go; the stories of lower ones stay as they were told.
pub const PARTS_FROM: u64 = 1_100_000;
/// And from this one the power also fails while the office writes or somebody joins.
pub const CUTS_FROM: u64 = 1_400_000;
/// Sets the moments at which forms move apart from the rest.
const FORMING: u64 = 0x0000_f0f0_5eed_1171;
/// And from this one the server learns a field that newer apps have, and may forget it again.
pub const FORMS_FROM: u64 = 1_500_000;
/// From here on everything happens that can happen in a town.
pub const ALL_FROM: u64 = FORMS_FROM;

/// How large a world is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub devices: usize,
    pub days: usize,
}

/// How often a fault happens: once in so many chances, 0 for never.
#[derive(Clone, Copy, Debug, Default)]
struct Weather {
    lost: usize,
    twice: usize,
    cut_off: usize,
    slow: usize,
    apart: usize,
    phone_dies: usize,
    phone_full: usize,
    clock: usize,
    copy: usize,
    revoke: usize,
    lists: usize,
    power: usize,
    disk_full: usize,
    restore: usize,
}

impl Weather {
    fn of(chance: &mut Chance) -> Weather {
        let mut some = |often: usize| match chance.below(4) {
            0 | 1 => 0,
            2 => often * 4,
            _ => often,
        };
        Weather {
            lost: some(6),
            twice: some(6),
            cut_off: some(10),
            slow: some(6),
            apart: some(15),
            phone_dies: some(8),
            phone_full: some(30),
            clock: some(20),
            copy: some(60),
            revoke: some(10),
            lists: some(2),
            power: some(2),
            disk_full: some(6),
            restore: some(5),
        }
    }
}

/// The steps of this seed, in the order of their times.
pub fn plan(seed: u64, size: Size) -> Vec<Timed> {
    let mut chance = Chance::new(seed);
    let weather = Weather::of(&mut chance);
    let mut erasing = Chance::new(seed ^ ERASING);
    let erase = [0, 0, 6, 2][erasing.below(4)];
    let mut parting = Chance::new(seed ^ PARTING);
    let part = if seed < PARTS_FROM { 0 } else { [0, 4, 1][parting.below(3)] };
    let mut forming = Chance::new(seed ^ FORMING);
    let form = if seed < FORMS_FROM { 0 } else { [0, 4, 2][forming.below(3)] };
    let steps = Vec::new();
    let mut planning =
        Planning { chance, weather, erasing, erase, parting, part, forming, form, steps };
    for day in 0..size.days {
        let morning_ms = START_MS + day as i64 * DAY_MS + 9 * HOUR_MS;
        for phone in 0..size.devices {
            planning.walk(phone, morning_ms);
        }
        // A copy gets the next free place, and walks too.
        for copy in 0..3 {
            planning.walk(size.devices + copy, morning_ms);
        }
        planning.office(morning_ms);
        planning.server(morning_ms);
        planning.forms(size, morning_ms);
    }
    planning.steps.sort_by_key(|timed| timed.at_ms);
    planning.steps
}

struct Planning {
    chance: Chance,
    weather: Weather,
    /// Erasures have a chance of their own, and so leave the rest of a seed's plan as it is.
    erasing: Chance,
    erase: usize,
    parting: Chance,
    part: usize,
    forming: Chance,
    form: usize,
    steps: Vec<Timed>,
}

impl Planning {
    fn add(&mut self, at_ms: i64, step: Step) {
        self.steps.push(Timed { at_ms, step });
    }

    fn phone(&mut self, at_ms: i64, phone: usize, does: PhoneStep) {
        self.add(at_ms, Step::Phone { phone, does });
    }

    /// A phone's day: a few rounds of some doors, with a sync now and then.
    fn walk(&mut self, phone: usize, morning_ms: i64) {
        if self.chance.one_in(2) {
            return;
        }
        for _ in 0..1 + self.chance.below(2) {
            let mut now_ms = morning_ms + self.chance.ms(0, 10 * HOUR_MS);
            for _ in 0..self.chance.below(4) {
                let (pick, death) = (self.chance.next(), self.death());
                self.phone(now_ms, phone, PhoneStep::Write { pick, death });
                now_ms += self.chance.ms(MINUTE_MS / 2, 10 * MINUTE_MS);
            }
            for _ in 0..self.chance.below(3) {
                let (out, back, death) = (self.trip(), self.trip(), self.death());
                self.phone(now_ms, phone, PhoneStep::Sync { out, back, death });
                now_ms += self.chance.ms(1_000, 5 * MINUTE_MS);
            }
        }
        let noon_ms = morning_ms + self.chance.ms(0, 12 * HOUR_MS);
        self.mishap(phone, noon_ms);
    }

    fn mishap(&mut self, phone: usize, now_ms: i64) {
        let weather = self.weather;
        if self.chance.one_in(weather.phone_dies) {
            self.phone(now_ms, phone, PhoneStep::Kill);
        }
        if self.chance.one_in(weather.clock) {
            let off_ms = match self.chance.below(4) {
                0 => -HOUR_MS,
                1 => HOUR_MS,
                _ => self.chance.ms(-30 * YEAR_MS, 30 * YEAR_MS),
            };
            self.phone(now_ms, phone, PhoneStep::Clock { off_ms });
        }
        if self.chance.one_in(weather.phone_full) {
            self.phone(now_ms, phone, PhoneStep::Full(true));
            let later_ms = now_ms + self.chance.ms(HOUR_MS, DAY_MS);
            self.phone(later_ms, phone, PhoneStep::Full(false));
        }
        if self.chance.one_in(weather.apart) {
            let until_ms = now_ms + self.chance.ms(HOUR_MS, 4 * DAY_MS);
            self.phone(now_ms, phone, PhoneStep::Cut { until_ms });
        }
        if self.chance.one_in(weather.copy) {
            self.phone(now_ms, phone, PhoneStep::Copy);
        }
    }

    fn office(&mut self, morning_ms: i64) {
        use OfficeStep::{Ask, Assign, Decide, Edit, Revoke, Settle, TakeAway};
        let mut does = vec![Settle, Settle, Settle, Ask, Edit, Edit, Decide];
        if self.chance.one_in(self.weather.lists) {
            does.extend([Assign, TakeAway, TakeAway, Assign]);
        }
        if self.chance.one_in(self.weather.revoke) {
            does.push(Revoke);
        }
        for does in does {
            let at_ms = morning_ms + self.chance.ms(0, 8 * HOUR_MS);
            let pick = self.chance.next();
            self.add(at_ms, Step::Office { pick, does });
        }
        if self.erasing.one_in(self.erase) {
            let at_ms = morning_ms + self.erasing.ms(0, 10 * HOUR_MS);
            let pick = self.erasing.next();
            self.add(at_ms, Step::Office { pick, does: OfficeStep::Erase });
        }
        if self.parting.one_in(self.part) {
            let at_ms = morning_ms + self.parting.ms(0, 10 * HOUR_MS);
            let pick = self.parting.next();
            self.add(at_ms, Step::Office { pick, does: OfficeStep::Part });
        }
    }

    fn server(&mut self, morning_ms: i64) {
        let now_ms = morning_ms + self.chance.ms(0, 12 * HOUR_MS);
        let down_ms = self.chance.ms(2_000, HOUR_MS);
        if self.chance.one_in(self.weather.power) {
            let (part, torn) = (self.chance.next() as u16, self.chance.one_in(3));
            self.add(now_ms, Step::Server(ServerStep::PowerLoss { part, torn, down_ms }));
        }
        if self.chance.one_in(self.weather.power * 3) {
            let at_ms = now_ms + self.chance.ms(0, 3 * HOUR_MS);
            let pages = self.chance.next();
            self.add(at_ms, Step::Server(ServerStep::TornCheckpoint { pages, down_ms }));
        }
        if self.chance.one_in(self.weather.disk_full) {
            self.add(now_ms, Step::Server(ServerStep::DiskFull(true)));
            let later_ms = now_ms + self.chance.ms(HOUR_MS, DAY_MS);
            self.add(later_ms, Step::Server(ServerStep::DiskFull(false)));
        }
        if self.weather.restore > 0 && self.chance.one_in(2) {
            self.add(now_ms + HOUR_MS, Step::Server(ServerStep::Backup));
        }
        if self.chance.one_in(self.weather.restore) {
            let at_ms = now_ms + self.chance.ms(2 * HOUR_MS, DAY_MS);
            self.add(at_ms, Step::Server(ServerStep::Restore { down_ms }));
        }
    }

    /// Phones with a newer app, and the server that follows them or goes back.
    fn forms(&mut self, size: Size, morning_ms: i64) {
        for _ in 0..if self.form > 0 { size.devices / 4 + 1 } else { 0 } {
            let at_ms = morning_ms + self.forming.ms(0, 10 * HOUR_MS);
            let phone = self.forming.below(size.devices);
            let pick = self.forming.next();
            self.phone(at_ms, phone, PhoneStep::Newer { pick, death: Death::No });
        }
        if self.forming.one_in(self.form) {
            let at_ms = morning_ms + self.forming.ms(0, 10 * HOUR_MS);
            let newer = !self.forming.one_in(4);
            self.add(at_ms, Step::Server(ServerStep::Forms { newer }));
        }
    }

    fn death(&mut self) -> Death {
        match (self.chance.one_in(self.weather.phone_dies), self.chance.one_in(2)) {
            (false, _) => Death::No,
            (true, true) => Death::BeforeKeep,
            (true, false) => Death::BeforeShow,
        }
    }

    fn trip(&mut self) -> Trip {
        let weather = self.weather;
        let delay_ms = match self.chance.one_in(weather.slow) {
            false => self.chance.ms(20, 900),
            true if self.chance.one_in(3) => self.chance.ms(0, 3 * DAY_MS),
            true => self.chance.ms(0, 20 * MINUTE_MS),
        };
        let fate = if self.chance.one_in(weather.lost) {
            Fate::Lost
        } else if self.chance.one_in(weather.twice) {
            Fate::Twice { later_ms: self.chance.ms(0, 6 * HOUR_MS) }
        } else if self.chance.one_in(weather.cut_off) {
            Fate::CutOff { part: self.chance.next() as u16 }
        } else {
            Fate::Arrives
        };
        Trip { delay_ms, fate }
    }
}
