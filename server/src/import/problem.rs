//! What can be wrong with an address file or with one row of it, and the Dutch sentences that say so.
//!
//! Every sentence tells what is wrong and what to do. Nothing here decides; `row` and `preview` do.

use thiserror::Error;

use super::columns::Column;

/// Why nothing of a file can be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FileProblem {
    #[error("the file is empty")]
    Empty,
    #[error("the file is no text: {0:?}")]
    NotText(NotText),
    #[error("the first line has no heading that is known")]
    NoHeading,
    #[error("missing columns: {0:?}")]
    MissingColumns(Vec<Column>),
    #[error("two columns hold the same: {0:?}")]
    ColumnTwice(Column),
    #[error("there is a heading and no row")]
    NoRows,
}

/// What a file is that people take for an address list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotText {
    Image,
    Pdf,
    Spreadsheet,
    Archive,
    Database,
    Markup,
    Json,
    Unknown,
}

impl FileProblem {
    /// For the office: what is wrong and what to do.
    #[must_use]
    pub fn sentence_nl(&self) -> String {
        match self {
            Self::Empty => "Dit bestand is leeg. Kies een ander bestand.".to_owned(),
            Self::NotText(kind) => kind.sentence_nl().to_owned(),
            Self::NoHeading => "De eerste regel heeft geen namen van kolommen. Zet bovenaan: \
                 straat;nummer;letter;toevoeging;postcode;plaats."
                .to_owned(),
            Self::MissingColumns(columns) => {
                let names: Vec<_> = columns.iter().map(|column| column.name_nl()).collect();
                let what =
                    if names.len() == 1 { "mist deze kolom" } else { "missen deze kolommen" };
                format!(
                    "In dit bestand {what}: {}. Voeg toe wat mist en kies het bestand opnieuw.",
                    names.join(", ")
                )
            }
            Self::ColumnTwice(column) => format!(
                "Er zijn twee kolommen voor ‘{}’. Verwijder er een en kies het bestand opnieuw.",
                column.name_nl()
            ),
            Self::NoRows => {
                "Dit bestand heeft alleen een kopregel en geen adressen. Controleer of \
                 u het goede bestand hebt gekozen."
                    .to_owned()
            }
        }
    }
}

impl NotText {
    fn sentence_nl(self) -> &'static str {
        match self {
            Self::Image => "Dit is een afbeelding en geen adressenlijst. Kies een CSV-bestand.",
            Self::Pdf => "Dit is een PDF en geen adressenlijst. Vraag de lijst op als CSV-bestand.",
            Self::Spreadsheet => {
                "Dit is een bestand van Excel of een ander rekenprogramma. Open het daar, kies \
                 ‘Opslaan als’ en dan ‘CSV UTF-8’. Kies daarna dat bestand."
            }
            Self::Archive => {
                "Dit is een ingepakt bestand (zip). Pak het uit en kies de CSV die erin zit."
            }
            Self::Database => {
                "Dit is een database (zoals GeoPackage). Maak er eerst een CSV-bestand van."
            }
            Self::Markup => {
                "Dit is een XML-bestand of een webpagina. Vraag de adressen op als CSV-bestand."
            }
            Self::Json => "Dit is een JSON-bestand. Vraag de adressen op als CSV-bestand.",
            Self::Unknown => "Dit is geen tekstbestand. Kies een CSV-bestand met adressen.",
        }
    }
}

/// How a remark about a row is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The row is not imported and somebody should repair it.
    Wrong,
    /// The row is not imported, on purpose; nothing to do.
    LeftOut,
}

/// A row that is not imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowProblem {
    /// Line in the file; the heading is line 1.
    pub line: usize,
    pub kind: RowProblemKind,
}

/// Why a row is not imported. A text is the cell as it stands in the file, shortened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowProblemKind {
    ColumnCount { found: usize, expected: usize, separator: char },
    OpenQuote,
    Missing(Column),
    TooLong(Column),
    Number(String),
    Letter(String),
    Addition(String),
    Postcode(String),
    Floor(String),
    BagId(String),
    Duplicate { first_line: usize },
    SecondaryAddress,
    NotInUse(String),
    NoDwelling(String),
}

impl RowProblem {
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self.kind {
            RowProblemKind::Duplicate { .. }
            | RowProblemKind::SecondaryAddress
            | RowProblemKind::NotInUse(_)
            | RowProblemKind::NoDwelling(_) => Severity::LeftOut,
            _ => Severity::Wrong,
        }
    }

    /// For the office, beginning with the line number.
    #[must_use]
    pub fn sentence_nl(&self) -> String {
        format!("Regel {}: {}", self.line, self.kind.sentence_nl())
    }
}

impl RowProblemKind {
    /// What is wrong and what to do, without the line number.
    #[must_use]
    pub fn sentence_nl(&self) -> String {
        match self {
            Self::ColumnCount { found, expected, separator } => format!(
                "deze regel heeft {found} {} en de kopregel {expected}. Controleer of overal {} \
                 tussen de kolommen staat.",
                if *found == 1 { "kolom" } else { "kolommen" },
                separator_nl(*separator)
            ),
            Self::OpenQuote => {
                "een aanhalingsteken (\") klopt niet. Zet er een aan het begin en een \
                 aan het eind, of haal het weg."
                    .to_owned()
            }
            Self::Missing(column) => {
                format!("de kolom ‘{}’ is leeg. Vul deze in.", column.name_nl())
            }
            Self::TooLong(column) => format!(
                "de tekst in de kolom ‘{}’ is te lang. Gebruik hoogstens 120 tekens.",
                column.name_nl()
            ),
            Self::Number(text) => format!(
                "huisnummer ‘{text}’ is geen getal van 1 tot en met 99999. Zet een toevoeging in de \
                 kolom ‘toevoeging’."
            ),
            Self::Letter(text) => format!(
                "huisletter ‘{text}’ is niet precies 1 letter. Zet de rest in de kolom ‘toevoeging’."
            ),
            Self::Addition(text) => {
                format!("toevoeging ‘{text}’ klopt niet. Gebruik hoogstens 4 letters en cijfers.")
            }
            Self::Postcode(text) => format!(
                "postcode ‘{text}’ klopt niet. Schrijf 4 cijfers en 2 letters, zoals 9999 XA."
            ),
            Self::Floor(text) => format!(
                "verdieping ‘{text}’ is geen getal. Schrijf 0 voor de begane grond, 1 voor de eerste \
                 verdieping."
            ),
            Self::BagId(text) => format!(
                "nummeraanduiding ‘{text}’ klopt niet. Excel maakt dit nummer soms kapot: gebruik het \
                 bestand zoals u het hebt gekregen."
            ),
            Self::Duplicate { first_line } => {
                format!("dit adres staat ook op regel {first_line}. We gebruiken het een keer.")
            }
            Self::SecondaryAddress => {
                "dit is een tweede adres (nevenadres) van dezelfde woning. We \
                 slaan het over: u hoeft niets te doen."
                    .to_owned()
            }
            Self::NotInUse(text) => format!(
                "dit adres is niet in gebruik (‘{text}’). We slaan het over: u hoeft niets te doen."
            ),
            Self::NoDwelling(text) => format!(
                "hier woont niemand: het gebruik is ‘{text}’. We slaan het over: u hoeft niets te doen."
            ),
        }
    }
}

fn separator_nl(separator: char) -> &'static str {
    match separator {
        ';' => "een puntkomma (;)",
        ',' => "een komma (,)",
        '\t' => "een tab",
        _ => "een streep (|)",
    }
}
