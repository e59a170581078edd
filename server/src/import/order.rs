//! The order in which one walks a street: odd side up, even side back, flats floor by floor.
//!
//! Also tells houses from flats, because only whole streets show which doors share a building.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::row::{BuildingKind, ImportedAddress, Row};

/// Dwellings in one building from which it counts as a block of flats.
const FLATS_FROM: usize = 4;

/// The addresses of one street in walking order, numbered from 1.
pub(super) fn walk(mut rows: Vec<Row>) -> Vec<ImportedAddress> {
    guess_floors(&mut rows);
    let mut units = units(rows);
    for unit in &mut units {
        unit.sort_by_cached_key(|row| {
            let address = &row.address;
            (address.floor, address.number, natural(&address.letter), natural(&address.addition))
        });
        mark_flats(unit);
    }
    units.sort_by_cached_key(|unit| {
        let lowest = unit.iter().map(|row| row.address.number).min().unwrap_or_default();
        let odd = lowest % 2 == 1;
        (!odd, odd.then_some(lowest), Reverse(lowest))
    });
    let mut addresses = Vec::with_capacity(units.iter().map(Vec::len).sum());
    for mut unit in units {
        let back =
            unit.iter().all(|row| row.address.floor.is_none() && row.address.number % 2 == 0);
        if back {
            unit.reverse();
        }
        addresses.extend(unit.into_iter().map(|row| row.address));
    }
    for (order, address) in (1..).zip(&mut addresses) {
        address.order = order;
    }
    addresses
}

/// Doors that are walked together: one building when it has floors, otherwise one house number.
fn units(rows: Vec<Row>) -> Vec<Vec<Row>> {
    let with_floors: HashSet<String> = rows
        .iter()
        .filter(|row| row.address.floor.is_some() && !row.building.is_empty())
        .map(|row| row.building.clone())
        .collect();
    let crowded = crowded_buildings(&rows);
    let mut units: BTreeMap<(String, u32), Vec<Row>> = BTreeMap::new();
    for mut row in rows {
        if crowded.contains(&row.building) && row.address.building_kind == BuildingKind::House {
            row.address.building_kind = BuildingKind::Flat;
        }
        let key = if with_floors.contains(&row.building) {
            (row.building.clone(), 0)
        } else {
            (String::new(), row.address.number)
        };
        units.entry(key).or_default().push(row);
    }
    units.into_values().collect()
}

fn crowded_buildings(rows: &[Row]) -> HashSet<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for row in rows.iter().filter(|row| !row.building.is_empty()) {
        *counts.entry(&row.building).or_default() += 1;
    }
    counts.into_iter().filter(|(_, n)| *n >= FLATS_FROM).map(|(id, _)| id.to_owned()).collect()
}

fn mark_flats(unit: &mut [Row]) {
    for row in unit {
        if row.address.floor.is_some() && row.address.building_kind == BuildingKind::House {
            row.address.building_kind = BuildingKind::Flat;
        }
    }
}

/// Additions tell the floor only where one number has several doors, every one of them does so and at
/// least one is upstairs: a lone `I` may as well be the name of a back house.
fn guess_floors(rows: &mut [Row]) {
    let mut by_number: HashMap<u32, Vec<&mut ImportedAddress>> = HashMap::new();
    for Row { address, .. } in rows {
        if address.floor.is_none() && address.building_kind == BuildingKind::House {
            by_number.entry(address.number).or_default().push(address);
        }
    }
    for group in by_number.into_values().filter(|group| group.len() > 1) {
        let told = |address: &&mut ImportedAddress| {
            floor_of_addition(&address.addition).filter(|_| address.letter.is_empty())
        };
        let floors: Option<Vec<i32>> = group.iter().map(told).collect();
        let Some(floors) = floors.filter(|floors| floors.iter().any(|floor| *floor > 0)) else {
            continue;
        };
        for (address, floor) in group.into_iter().zip(floors) {
            address.floor = Some(floor);
        }
    }
}

/// `HS`, `BG` or nothing is the ground floor; `I`, `2`+`HG`, `3HOOG` and `204` tell theirs.
fn floor_of_addition(addition: &str) -> Option<i32> {
    let upper = addition.to_ascii_uppercase();
    match upper.as_str() {
        "" | "H" | "HS" | "BG" | "HUIS" => return Some(0),
        "I" => return Some(1),
        "II" => return Some(2),
        "III" => return Some(3),
        "IV" => return Some(4),
        "V" => return Some(5),
        _ => {}
    }
    if let Some(digits) = ["HG", "HOOG", "E"].iter().find_map(|end| upper.strip_suffix(end)) {
        return digits.parse().ok();
    }
    // Doors numbered by floor: 101 and 102 on the first, 1204 on the twelfth.
    let door: i32 = upper.parse().ok().filter(|_| upper.len() >= 3)?;
    Some(door / 100)
}

/// Nothing first, then numbers by value, then letters.
fn natural(text: &str) -> (u8, u32, String) {
    match text.parse() {
        Ok(number) => (1, number, String::new()),
        Err(_) if text.is_empty() => (0, 0, String::new()),
        Err(_) => (2, 0, text.to_ascii_uppercase()),
    }
}
