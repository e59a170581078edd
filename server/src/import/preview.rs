//! A whole file: what can be imported, what cannot and why, before anything is written.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use uuid::Uuid;

use super::columns::{Columns, Layout, split};
use super::decode::{Encoding, decode};
use super::order::walk;
use super::problem::{FileProblem, RowProblem, RowProblemKind, Severity};
use super::row::{ImportedAddress, Row, read_row};

/// So many remarks are kept one by one; `Counts` goes on counting.
const LISTED_PROBLEMS: usize = 1_000;

/// Progress is told every so many lines.
const PROGRESS_STEP: usize = 1_000;

/// What importing the file would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    pub encoding: Encoding,
    pub separator: char,
    pub layout: Layout,
    /// By town and name; the addresses of each in walking order.
    pub streets: Vec<ImportedStreet>,
    /// In the order of the file, at most 1,000 of them.
    pub problems: Vec<RowProblem>,
    pub counts: Counts,
}

/// One street with its doors in walking order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedStreet {
    pub name: String,
    pub town: String,
    pub addresses: Vec<ImportedAddress>,
}

/// Rows of the file, heading and blank lines not counted: `rows = kept + wrong + left_out`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub rows: usize,
    pub kept: usize,
    /// Rows that somebody should repair.
    pub wrong: usize,
    /// Rows that are skipped on purpose: doubles, secondary addresses, no dwelling, not in use.
    pub left_out: usize,
}

/// Reads a file of addresses.
///
/// Errors: nothing of the file can be used. What is wrong with single rows is in the preview.
pub fn read(bytes: &[u8]) -> Result<Preview, FileProblem> {
    read_with_progress(bytes, |_, _| {})
}

/// As [`read`], telling `progress(lines done, lines in all)` now and then and at the end.
///
/// Errors: as [`read`].
pub fn read_with_progress(
    bytes: &[u8],
    mut progress: impl FnMut(usize, usize),
) -> Result<Preview, FileProblem> {
    let (text, encoding) = decode(bytes)?;
    let total = text.lines().count();
    let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let heading = lines.by_ref().map(|(_, line)| line).find(|line| !line.starts_with("sep="));
    let columns = Columns::find(heading.ok_or(FileProblem::Empty)?)?;
    let mut gathered = Gathered::default();
    for (number, line) in lines {
        if number % PROGRESS_STEP == 0 {
            progress(number, total);
        }
        gathered.take(number, judge(&columns, line));
    }
    if gathered.counts.rows == 0 {
        return Err(FileProblem::NoRows);
    }
    progress(total, total);
    Ok(Preview {
        encoding,
        separator: columns.separator,
        layout: columns.layout,
        streets: streets(gathered.rows),
        problems: gathered.problems,
        counts: gathered.counts,
    })
}

/// Splits one line and reads it as a row.
fn judge(columns: &Columns, line: &str) -> Result<Row, RowProblemKind> {
    let mut cells = split(line, columns.separator).ok_or(RowProblemKind::OpenQuote)?;
    // Spreadsheets like to end every row with empty columns that the heading does not have.
    while cells.len() > columns.width && cells.last().is_some_and(|cell| cell.trim().is_empty()) {
        cells.pop();
    }
    if cells.len() != columns.width {
        return Err(RowProblemKind::ColumnCount {
            found: cells.len(),
            expected: columns.width,
            separator: columns.separator,
        });
    }
    read_row(columns, &cells)
}

/// The rows so far.
#[derive(Default)]
struct Gathered {
    rows: Vec<Row>,
    problems: Vec<RowProblem>,
    counts: Counts,
    first_lines: HashMap<Uuid, usize>,
}

impl Gathered {
    fn take(&mut self, line: usize, judged: Result<Row, RowProblemKind>) {
        self.counts.rows += 1;
        let new = judged.and_then(|row| match self.first_lines.entry(row.address.id) {
            Entry::Occupied(first) => Err(RowProblemKind::Duplicate { first_line: *first.get() }),
            Entry::Vacant(place) => {
                place.insert(line);
                Ok(row)
            }
        });
        match new {
            Ok(row) => {
                self.counts.kept += 1;
                self.rows.push(row);
            }
            Err(kind) => self.remark(RowProblem { line, kind }),
        }
    }

    fn remark(&mut self, problem: RowProblem) {
        match problem.severity() {
            Severity::Wrong => self.counts.wrong += 1,
            Severity::LeftOut => self.counts.left_out += 1,
        }
        if self.problems.len() < LISTED_PROBLEMS {
            self.problems.push(problem);
        }
    }
}

/// Rows by street, however its name is capitalised; the first spelling counts.
fn streets(rows: Vec<Row>) -> Vec<ImportedStreet> {
    let mut places: HashMap<(String, String), usize> = HashMap::new();
    let mut grouped: Vec<(String, String, Vec<Row>)> = Vec::new();
    for mut row in rows {
        let key = (row.address.town.to_lowercase(), row.address.street.to_lowercase());
        let at = *places.entry(key).or_insert_with(|| {
            grouped.push((row.address.town.clone(), row.address.street.clone(), Vec::new()));
            grouped.len() - 1
        });
        let (town, street, doors) = &mut grouped[at];
        row.address.town.clone_from(town);
        row.address.street.clone_from(street);
        doors.push(row);
    }
    let mut streets: Vec<_> = grouped
        .into_iter()
        .map(|(town, name, rows)| ImportedStreet { name, town, addresses: walk(rows) })
        .collect();
    streets.sort_by_cached_key(|street| (street.town.to_lowercase(), street.name.to_lowercase()));
    streets
}
