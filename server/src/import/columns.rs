//! The first line of the file: which separator it uses and which column holds what.
//!
//! Also splits every later line, one physical line at a time: an address has no line break in it, so a
//! quote that is never closed spoils its own line and not the rest of the file.

use std::borrow::Cow;

use super::problem::FileProblem;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Street,
    Number,
    Letter,
    Addition,
    Postcode,
    Town,
    District,
    Floor,
    BagId,
    ObjectStatus,
    Purpose,
    ObjectType,
    Secondary,
    Building,
}

const COLUMN_COUNT: usize = 14;

/// Without these there is no address.
const REQUIRED: [Column; 4] = [Column::Street, Column::Number, Column::Postcode, Column::Town];

const SEPARATORS: [char; 4] = [';', ',', '\t', '|'];

impl Column {
    /// The name under which the office is asked for it.
    #[must_use]
    pub fn name_nl(self) -> &'static str {
        match self {
            Self::Street => "straat",
            Self::Number => "nummer",
            Self::Letter => "letter",
            Self::Addition => "toevoeging",
            Self::Postcode => "postcode",
            Self::Town => "plaats",
            Self::District => "wijk",
            Self::Floor => "verdieping",
            Self::BagId => "nummeraanduiding",
            Self::ObjectStatus => "verblijfsobjectstatus",
            Self::Purpose => "gebruiksdoel",
            Self::ObjectType => "object_type",
            Self::Secondary => "nevenadres",
            Self::Building => "gebouw",
        }
    }

    /// By a heading, in any case and with any of ` _-.` in it.
    fn recognise(heading: &str) -> Option<Self> {
        let plain: String =
            heading.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        Some(match plain.as_str() {
            "straat" | "straatnaam" | "openbareruimte" | "openbareruimtenaam" | "street"
            | "streetname" => Self::Street,
            "nummer" | "huisnummer" | "huisnr" | "nr" | "number" | "housenumber" => Self::Number,
            "letter" | "huisletter" | "houseletter" => Self::Letter,
            "toevoeging"
            | "huisnummertoevoeging"
            | "huisnrtoevoeging"
            | "toev"
            | "addition"
            | "suffix" => Self::Addition,
            "postcode" | "pc" | "pc6" | "postalcode" | "zip" | "zipcode" => Self::Postcode,
            "plaats" | "woonplaats" | "plaatsnaam" | "woonplaatsnaam" | "town" | "city" => {
                Self::Town
            }
            "wijk" | "wijknaam" | "stadsdeel" | "district" => Self::District,
            "verdieping" | "etage" | "woonlaag" | "bouwlaag" | "floor" => Self::Floor,
            "nummeraanduiding"
            | "nummeraanduidingid"
            | "nummeraanduidingidentificatie"
            | "bagid" => Self::BagId,
            "verblijfsobjectstatus" | "nummeraanduidingstatus" => Self::ObjectStatus,
            "verblijfsobjectgebruiksdoel" | "gebruiksdoel" | "gebruiksdoelen" | "purpose" => {
                Self::Purpose
            }
            "objecttype" | "adresseerbaarobjecttype" => Self::ObjectType,
            "nevenadres" | "secondaryaddress" => Self::Secondary,
            "pandid" | "gebouw" | "building" => Self::Building,
            _ => return None,
        })
    }
}

/// Where the file came from, told by its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// The national address register (BAG): every row must have its nummeraanduiding id.
    Bag,
    /// A list of the office's own.
    Plain,
}

/// The heading line, understood.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    pub separator: char,
    pub layout: Layout,
    /// Columns a row must have, the unknown ones included.
    pub width: usize,
    places: [Option<usize>; COLUMN_COUNT],
}

impl Columns {
    /// Reads the heading line, choosing the separator under which most of it makes sense.
    ///
    /// Errors: no known heading at all, a needed column is missing, or one stands there twice.
    pub fn find(line: &str) -> Result<Self, FileProblem> {
        let known = |separator: char| {
            let cells = split(line, separator).unwrap_or_default();
            cells.iter().filter(|cell| Column::recognise(cell).is_some()).count()
        };
        let separator = SEPARATORS
            .into_iter()
            .rev()
            .max_by_key(|&separator| known(separator))
            .unwrap_or(SEPARATORS[0]);
        if known(separator) == 0 {
            return Err(FileProblem::NoHeading);
        }
        let cells = split(line, separator).ok_or(FileProblem::NoHeading)?;
        let mut places = [None; COLUMN_COUNT];
        for (at, cell) in cells.iter().enumerate() {
            let Some(column) = Column::recognise(cell) else { continue };
            if places[column as usize].replace(at).is_some() {
                return Err(FileProblem::ColumnTwice(column));
            }
        }
        let missing: Vec<_> =
            REQUIRED.into_iter().filter(|column| places[*column as usize].is_none()).collect();
        if !missing.is_empty() {
            return Err(FileProblem::MissingColumns(missing));
        }
        let is_bag = [Column::BagId, Column::ObjectType, Column::Secondary]
            .iter()
            .all(|column| places[*column as usize].is_some());
        let layout = if is_bag { Layout::Bag } else { Layout::Plain };
        Ok(Self { separator, layout, width: cells.len(), places })
    }

    /// The trimmed text of one column in a row; empty when the file has no such column.
    pub fn cell<'r>(&self, cells: &'r [Cow<'_, str>], column: Column) -> &'r str {
        self.places[column as usize].and_then(|at| cells.get(at)).map_or("", |cell| cell.trim())
    }
}

/// The cells of one line; `None` when a quote is opened and never closed.
pub(super) fn split(line: &str, separator: char) -> Option<Vec<Cow<'_, str>>> {
    if !line.contains('"') {
        return Some(line.split(separator).map(Cow::Borrowed).collect());
    }
    let mut cells = Vec::new();
    let mut rest = line;
    loop {
        let (cell, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_cell(quoted, separator)?,
            None => match rest.split_once(separator) {
                Some((cell, after)) => (Cow::Borrowed(cell), Some(after)),
                None => (Cow::Borrowed(rest), None),
            },
        };
        cells.push(cell);
        match after {
            Some(after) => rest = after,
            None => return Some(cells),
        }
    }
}

/// The cell that began with a quote just before `text`, and what follows its separator.
fn quoted_cell(text: &str, separator: char) -> Option<(Cow<'_, str>, Option<&str>)> {
    let mut from = 0;
    loop {
        let quote = from + text[from..].find('"')?;
        let after = &text[quote + 1..];
        if after.starts_with('"') {
            from = quote + 2;
            continue;
        }
        let cell = &text[..quote];
        let cell = if cell.contains('"') { cell.replace("\"\"", "\"").into() } else { cell.into() };
        if after.is_empty() {
            return Some((cell, None));
        }
        return after.strip_prefix(separator).map(|after| (cell, Some(after)));
    }
}
