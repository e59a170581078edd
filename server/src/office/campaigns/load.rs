//! Campaigns and their streets as the pages show them.

use crate::error::AppError;
use crate::office::place;
use crate::office::progress::{Scope, Tally, by_worklist};
use aanbel_shared::programme::{Capability, Role};
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeMap;
use uuid::Uuid;

/// One campaign in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub id: Uuid,
    pub name: String,
    pub created_ms: i64,
    pub closed: bool,
    pub streets: usize,
    pub tally: Tally,
}

/// One campaign with its streets, by district and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign {
    pub id: Uuid,
    pub name: String,
    pub closed: bool,
    pub streets: Vec<Street>,
    pub total: Tally,
    /// Who can be given a street.
    pub walkers: Vec<(i64, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Street {
    pub worklist: Uuid,
    pub name: String,
    pub district: String,
    pub tally: Tally,
    pub assigned: Vec<(i64, String)>,
    /// Day of the letter, in days since 1970.
    pub letter_on: Option<i32>,
}

/// All campaigns, newest first, closed ones last.
pub fn list(conn: &Connection) -> rusqlite::Result<Vec<Listed>> {
    let tallies = by_worklist(conn, Scope::default())?;
    let mut campaigns: Vec<Listed> = conn
        .prepare_cached(
            "SELECT id, name, created_ms, closed_ms IS NOT NULL FROM campaign
             WHERE NOT EXISTS (SELECT 1 FROM worklist w
                               WHERE w.campaign = campaign.id AND w.kind <> 'turf')
             ORDER BY closed_ms IS NOT NULL, created_ms DESC, name",
        )?
        .query_map([], |row| {
            Ok(Listed {
                id: row.get(0)?,
                name: row.get(1)?,
                created_ms: row.get(2)?,
                closed: row.get(3)?,
                streets: 0,
                tally: Tally::default(),
            })
        })?
        .collect::<Result<_, _>>()?;
    let mut worklists =
        conn.prepare_cached("SELECT id, campaign FROM worklist WHERE kind = 'turf'")?;
    let mut rows = worklists.query([])?;
    while let Some(row) = rows.next()? {
        let (worklist, campaign): (Uuid, Uuid) = (row.get(0)?, row.get(1)?);
        if let Some(listed) = campaigns.iter_mut().find(|listed| listed.id == campaign) {
            listed.streets += 1;
            if let Some(tally) = tallies.get(&worklist) {
                listed.tally.add(tally);
            }
        }
    }
    Ok(campaigns)
}

/// Name of a campaign.
pub fn name(conn: &Connection, campaign: Uuid) -> Result<String, AppError> {
    let found = conn
        .prepare_cached("SELECT name FROM campaign WHERE id = ?1")?
        .query_row([campaign], |row| row.get(0))
        .optional()?;
    found.ok_or(AppError::NotFound)
}

/// One campaign; `NotFound` when there is none.
pub fn one(conn: &Connection, id: Uuid) -> Result<Campaign, AppError> {
    let (name, closed) = conn
        .prepare_cached("SELECT name, closed_ms IS NOT NULL FROM campaign WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?
        .ok_or(AppError::NotFound)?;
    let scope = Scope { campaign: Some(id), ..Scope::default() };
    let mut tallies = by_worklist(conn, scope)?;
    let mut assigned = assigned(conn, id)?;
    let mut streets: Vec<Street> = conn
        .prepare_cached(
            "SELECT w.id, w.name, w.district, field(r.live, 'letter_on') FROM worklist w
             LEFT JOIN record r ON r.id = w.id
             WHERE w.campaign = ?1 AND w.kind = 'turf'
             ORDER BY w.district COLLATE NOCASE, w.name COLLATE NOCASE",
        )?
        .query_map([id], |row| {
            Ok(Street {
                worklist: row.get(0)?,
                name: row.get(1)?,
                district: row.get(2)?,
                letter_on: row.get(3)?,
                tally: Tally::default(),
                assigned: Vec::new(),
            })
        })?
        .collect::<Result<_, _>>()?;
    let names = streets.iter_mut().map(|street| (street.worklist, &mut street.name));
    place::tell_apart(conn, names.collect())?;
    let mut total = Tally::default();
    for street in &mut streets {
        street.tally = tallies.remove(&street.worklist).unwrap_or_default();
        street.assigned = assigned.remove(&street.worklist).unwrap_or_default();
        total.add(&street.tally);
    }
    Ok(Campaign { id, name, closed, streets, total, walkers: walkers(conn)? })
}

fn assigned(
    conn: &Connection,
    campaign: Uuid,
) -> rusqlite::Result<BTreeMap<Uuid, Vec<(i64, String)>>> {
    let mut query = conn.prepare_cached(
        "SELECT a.worklist, p.id, p.name FROM assignment a
         JOIN worklist w ON w.id = a.worklist JOIN person p ON p.id = a.person
         WHERE w.campaign = ?1 ORDER BY p.name COLLATE NOCASE",
    )?;
    let mut rows = query.query([campaign])?;
    let mut found: BTreeMap<Uuid, Vec<(i64, String)>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        found.entry(row.get(0)?).or_default().push((row.get(1)?, row.get(2)?));
    }
    Ok(found)
}

fn walkers(conn: &Connection) -> rusqlite::Result<Vec<(i64, String)>> {
    let people: Vec<(i64, String, String)> = conn
        .prepare_cached(
            "SELECT id, name, role FROM person WHERE active = 1 ORDER BY name COLLATE NOCASE",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    let walks = |role: &str| Role::from_key(role).is_some_and(|role| role.may(Capability::Walk));
    Ok(people.into_iter().filter(|p| walks(&p.2)).map(|(id, name, _)| (id, name)).collect())
}
