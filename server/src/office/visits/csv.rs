//! The table of visits as a file for a spreadsheet: semicolons, a BOM, and cells that cannot run.

use super::rows::VisitRow;
use crate::office::visible::visible;
use crate::office::{time, values};
use crate::sheet;

const HEADING: [&str; 12] = [
    "Datum en tijd",
    "Straat",
    "Huisnummer",
    "Postcode",
    "Wijk",
    "Lijst",
    "Uitslag",
    "Dagdeel",
    "Hoe",
    "Door",
    "Stand",
    "Bezoeknummer",
];

/// The whole file, UTF-8 with BOM, so that Excel in Dutch opens it with a double click.
pub fn file(rows: &[VisitRow]) -> String {
    let mut text = String::from('\u{feff}');
    sheet::line(&mut text, ';', &HEADING);
    for row in rows {
        sheet::line(&mut text, ';', &cells(row));
    }
    visible(text)
}

fn cells(row: &VisitRow) -> [String; 12] {
    let choice = |key: &str, value: &str| match value {
        "" => String::new(),
        value => values::choice_text("attempt", key, value),
    };
    [
        time::short_moment(row.at_ms),
        row.street.clone(),
        row.number.clone(),
        row.postcode.clone(),
        row.district.clone(),
        row.worklist.clone(),
        choice("result", &row.result),
        choice("daypart", &row.daypart),
        choice("channel", &row.channel),
        row.person.clone(),
        row.state().name().to_owned(),
        row.attempt.to_string(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn row(street: &str) -> VisitRow {
        VisitRow {
            attempt: Uuid::nil(),
            street: street.to_owned(),
            number: "12A-2".to_owned(),
            postcode: "9999XA".to_owned(),
            at_ms: 1_741_784_700_000,
            result: "nobody".to_owned(),
            daypart: "afternoon".to_owned(),
            channel: "door".to_owned(),
            person: "Bo Voorbeeld".to_owned(),
            worklist: "Proefstraat".to_owned(),
            district: "Filmwijk".to_owned(),
            reviewed: false,
            open: false,
        }
    }

    #[test]
    fn no_cell_can_run_in_a_spreadsheet() {
        for sign in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"] {
            let text = file(&[row(sign)]);
            let cell = text.split(';').nth(12).expect("street of the first row");
            assert!(cell.trim_start_matches('"').starts_with('\''), "{sign:?} became {cell:?}");
        }
    }

    #[test]
    fn separators_and_quotes_stay_inside_their_cell() {
        let text = file(&[row("De \"lange\"; straat")]);
        assert!(text.contains(r#";"De ""lange""; straat";12A-2;"#));
        assert!(text.starts_with('\u{feff}'));
        assert_eq!(text.lines().count(), 2);
    }

    #[test]
    fn the_file_reads_as_a_person_writes() {
        insta::assert_snapshot!(file(&[row("Proefstraat")]).replace('\r', ""));
    }
}
