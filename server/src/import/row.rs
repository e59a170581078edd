//! One row of the file becomes an address, or the reason why not.
//!
//! Knows the rules of one address (BAG catalogue 2018: the shapes of id, number, letter, addition and
//! postcode) and nothing of other rows: doubles are found in `preview`, order in `order`.

use std::borrow::Cow;

use uuid::Uuid;

use super::columns::{Column, Columns, Layout};
use super::problem::RowProblemKind;

/// Namespace of the record ids of addresses. Never changes: importing a file again must find the same
/// records. The name is `bag:` with the 16 digits, or `own:` with postcode, number and the rest.
pub const ADDRESS_NAMESPACE: Uuid = Uuid::from_u128(0x8c89_48ed_34a7_4c39_917b_9e05_9d96_48c4);

/// Longest name of a street or town, in characters: what one short text of a record holds.
const NAME_MAX: usize = 120;

/// What stands at the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuildingKind {
    /// A dwelling with its own front door on the street, or not known to be otherwise.
    House,
    /// A dwelling in a building with floors or with at least four dwellings.
    Flat,
    /// A place for a houseboat (*ligplaats*).
    Mooring,
    /// A place for a caravan or mobile home (*standplaats*).
    Pitch,
}

impl BuildingKind {
    /// The key under which it is recorded.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::House => "house",
            Self::Flat => "flat",
            Self::Mooring => "mooring",
            Self::Pitch => "pitch",
        }
    }
}

/// One address, ready to become a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedAddress {
    /// UUID v5 of the address itself, so the same address always has the same id.
    pub id: Uuid,
    /// Nummeraanduiding id of the BAG, 16 digits with its leading zeros.
    pub bag_id: Option<String>,
    pub street: String,
    /// 1 to 99999.
    pub number: u32,
    /// One capital, or empty.
    pub letter: String,
    /// Up to four letters and digits as in the file, or empty.
    pub addition: String,
    /// `9999XA`, without a space.
    pub postcode: String,
    pub town: String,
    pub district: Option<String>,
    pub building_kind: BuildingKind,
    /// 0 is the ground floor, as far as the file tells.
    pub floor: Option<i32>,
    /// Place in the walk through its street, from 1.
    pub order: u32,
}

/// An address and what only ordering its street needs.
pub(super) struct Row {
    pub address: ImportedAddress,
    /// Id of the building (*pand*) as it stands in the file; empty when unknown.
    pub building: String,
}

/// Reads one row.
///
/// Errors: the first thing that is wrong with it, or why it is left out on purpose.
pub(super) fn read_row(columns: &Columns, cells: &[Cow<'_, str>]) -> Result<Row, RowProblemKind> {
    let cell = |column| columns.cell(cells, column);
    leave_out(&cell)?;
    let (number, letter) = number_and_letter(cell(Column::Number), cell(Column::Letter))?;
    let addition = addition(cell(Column::Addition))?;
    let postcode = postcode(cell(Column::Postcode))?;
    let bag_id = bag_id(cell(Column::BagId), columns.layout)?;
    let floor = floor(cell(Column::Floor))?;
    let building_kind = match cell(Column::ObjectType) {
        "LIG" => BuildingKind::Mooring,
        "STA" => BuildingKind::Pitch,
        _ => BuildingKind::House,
    };
    let district = tidy(cell(Column::District));
    let address = ImportedAddress {
        id: identity(bag_id.as_deref(), &postcode, number, &letter, &addition),
        bag_id,
        street: needed(cell(Column::Street), Column::Street)?,
        number,
        letter,
        addition,
        postcode,
        town: needed(cell(Column::Town), Column::Town)?,
        district: (!district.is_empty()).then_some(district),
        building_kind,
        floor,
        order: 0,
    };
    Ok(Row { address, building: cell(Column::Building).to_owned() })
}

/// Letter and addition are taken together here, because lists of the office's own put `A` in either.
fn identity(bag_id: Option<&str>, postcode: &str, number: u32, letter: &str, rest: &str) -> Uuid {
    let name = match bag_id {
        Some(id) => format!("bag:{id}"),
        None => format!("own:{postcode}:{number}:{letter}{}", rest.to_uppercase()),
    };
    Uuid::new_v5(&ADDRESS_NAMESPACE, name.as_bytes())
}

/// Rows that are right and yet no door to ring.
fn leave_out<'r>(cell: &impl Fn(Column) -> &'r str) -> Result<(), RowProblemKind> {
    const NOT_IN_USE: [&str; 5] =
        ["ingetrokken", "niet gerealiseerd", "ten onrechte", "buiten gebruik", "gevormd"];
    if matches!(cell(Column::Secondary), "t" | "T" | "true" | "1" | "ja" | "J") {
        return Err(RowProblemKind::SecondaryAddress);
    }
    let status = cell(Column::ObjectStatus);
    let lower = status.to_lowercase();
    if NOT_IN_USE.iter().any(|word| lower.contains(word)) {
        return Err(RowProblemKind::NotInUse(shown(status)));
    }
    let purpose = cell(Column::Purpose);
    let lower = purpose.to_lowercase();
    let lived_in = ["woon", "ligplaats", "standplaats"].iter().any(|word| lower.contains(word));
    if !purpose.is_empty() && !lived_in {
        return Err(RowProblemKind::NoDwelling(shown(purpose)));
    }
    Ok(())
}

/// Lists of the office's own often write `12a` as the number; that is one letter too many, not wrong.
fn number_and_letter(number: &str, letter: &str) -> Result<(u32, String), RowProblemKind> {
    if number.is_empty() {
        return Err(RowProblemKind::Missing(Column::Number));
    }
    let (digits, letter) = match number.char_indices().last() {
        Some((at, last)) if letter.is_empty() && last.is_ascii_alphabetic() => {
            (number[..at].trim_end(), &number[at..])
        }
        _ => (number, letter),
    };
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let value = digits.parse().ok().filter(|value| plain && (1..=99_999).contains(value));
    let value = value.ok_or_else(|| RowProblemKind::Number(shown(number)))?;
    let mut chars = letter.chars();
    match (chars.next(), chars.next()) {
        (None, _) => Ok((value, String::new())),
        (Some(one), None) if one.is_ascii_alphabetic() => {
            Ok((value, one.to_ascii_uppercase().to_string()))
        }
        _ => Err(RowProblemKind::Letter(shown(letter))),
    }
}

/// Up to four letters and digits; the dash and spaces that people put before it are dropped.
fn addition(text: &str) -> Result<String, RowProblemKind> {
    let kept: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    if kept.len() > 4 || !kept.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(RowProblemKind::Addition(shown(text)));
    }
    Ok(kept)
}

/// `^[1-9][0-9]{3}[A-Z]{2}$` once spaces are gone and letters are capitals.
fn postcode(text: &str) -> Result<String, RowProblemKind> {
    if text.is_empty() {
        return Err(RowProblemKind::Missing(Column::Postcode));
    }
    let kept: String =
        text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
    let right = match kept.as_bytes() {
        [first @ b'1'..=b'9', rest @ ..] if rest.len() == 5 => {
            first.is_ascii_digit()
                && rest[..3].iter().all(u8::is_ascii_digit)
                && rest[3..].iter().all(u8::is_ascii_uppercase)
        }
        _ => false,
    };
    if right { Ok(kept) } else { Err(RowProblemKind::Postcode(shown(text))) }
}

/// Sixteen digits of which the fifth and sixth are `20` (nummeraanduiding). Programmes that take the
/// id for a number drop its leading zeros, so a short one gets them back first.
fn bag_id(text: &str, layout: Layout) -> Result<Option<String>, RowProblemKind> {
    if text.is_empty() {
        return match layout {
            Layout::Bag => Err(RowProblemKind::Missing(Column::BagId)),
            Layout::Plain => Ok(None),
        };
    }
    let id = format!("{text:0>16}");
    let right = id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_digit()) && &id[4..6] == "20";
    if right { Ok(Some(id)) } else { Err(RowProblemKind::BagId(shown(text))) }
}

/// A basement counts as the ground floor: its door is rung on the same round.
fn floor(text: &str) -> Result<Option<i32>, RowProblemKind> {
    if text.is_empty() {
        return Ok(None);
    }
    if text.eq_ignore_ascii_case("bg") || text.eq_ignore_ascii_case("begane grond") {
        return Ok(Some(0));
    }
    let value = text.parse::<i32>().ok().filter(|value| (-5..=99).contains(value));
    value.map(|value| Some(value.max(0))).ok_or_else(|| RowProblemKind::Floor(shown(text)))
}

fn needed(text: &str, column: Column) -> Result<String, RowProblemKind> {
    let text = tidy(text);
    match text.chars().count() {
        0 => Err(RowProblemKind::Missing(column)),
        1..=NAME_MAX => Ok(text),
        _ => Err(RowProblemKind::TooLong(column)),
    }
}

/// Single spaces, so that two spellings do not become two streets.
fn tidy(text: &str) -> String {
    if text.contains("  ") || text.contains(['\t', '\u{a0}']) {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        text.to_owned()
    }
}

/// A cell as it may stand in a sentence: short and without line breaks.
fn shown(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !c.is_control()).take(24).collect();
    if clean.len() < text.len() { format!("{clean}…") } else { clean }
}
