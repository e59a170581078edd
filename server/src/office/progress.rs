//! How far streets are: one fold over addresses and their attempts, for campaigns and for figures.
//! What counts as done, reached or a talk is decided by the shared rule, not by a query.

use aanbel_shared::programme::{DoorState, Progress, counts_in};
use rusqlite::{Connection, Row, params};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Which attempts and addresses count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    pub campaign: Option<Uuid>,
    /// Attempts from this instant, and before that one, in ms.
    pub from_ms: Option<i64>,
    pub until_ms: Option<i64>,
}

/// What happened in one street.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Every address on the list, also those that asked not to be visited.
    pub addresses: usize,
    /// Addresses with at least one attempt.
    pub rung: usize,
    /// Addresses where somebody answered at least once.
    pub reached: usize,
    /// Addresses with at least one talk.
    pub talks: usize,
    /// As the volunteers see it.
    pub progress: Progress,
}

impl Tally {
    pub fn add(&mut self, other: &Tally) {
        self.addresses += other.addresses;
        self.rung += other.rung;
        self.reached += other.reached;
        self.talks += other.talks;
        self.progress.doors += other.progress.doors;
        self.progress.done += other.progress.done;
        self.progress.talks += other.progress.talks;
    }

    fn add_door(&mut self, opted_out: bool, results: &[&str]) {
        let any = |figure: &str| results.iter().any(|result| counts_in(figure, result));
        self.addresses += 1;
        self.rung += usize::from(!results.is_empty());
        self.reached += usize::from(any("reached"));
        self.talks += usize::from(any("talk"));
        self.progress.add(DoorState::of(opted_out, results));
    }
}

/// One address with one of its attempts, or without.
struct Line {
    worklist: Uuid,
    address: Uuid,
    opted_out: bool,
    result: Option<String>,
}

/// The tally of every street that has addresses, by worklist.
pub fn by_worklist(conn: &Connection, scope: Scope) -> rusqlite::Result<BTreeMap<Uuid, Tally>> {
    let lines: Vec<Line> = conn
        .prepare_cached(
            "SELECT a.worklist, a.id, coalesce(field(a.live, 'opted_out'), 0), v.result FROM record a
             JOIN worklist w ON w.id = a.worklist
             LEFT JOIN visit v ON v.address = a.id AND v.withdrawn = 0
                  AND v.at_ms >= coalesce(?2, v.at_ms) AND v.at_ms < coalesce(?3, v.at_ms + 1)
             WHERE a.kind = 'address' AND w.kind = 'turf' AND (?1 IS NULL OR w.campaign = ?1)
             ORDER BY a.worklist, a.id, v.at_ms, v.attempt",
        )?
        .query_map(params![scope.campaign, scope.from_ms, scope.until_ms], read)?
        .collect::<Result<_, _>>()?;
    let mut tallies: BTreeMap<Uuid, Tally> = BTreeMap::new();
    for door in lines.chunk_by(|one, next| one.address == next.address) {
        let results: Vec<&str> = door.iter().filter_map(|line| line.result.as_deref()).collect();
        let opted_out = door.iter().any(|line| line.opted_out);
        tallies.entry(door[0].worklist).or_default().add_door(opted_out, &results);
    }
    Ok(tallies)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Line> {
    Ok(Line {
        worklist: row.get(0)?,
        address: row.get(1)?,
        opted_out: row.get(2)?,
        result: row.get(3)?,
    })
}
