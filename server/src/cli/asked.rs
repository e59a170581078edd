//! What `aanbel hint` and `aanbel rules` are both asked: a day, a municipality, and whose catalogue.
//! Everything that is wrong is said at once, in Dutch, and nothing is printed then.

use crate::catalogue::{NATIONAL, everywhere, municipality};
use crate::store;
use aanbel_shared::scheme::{Catalogue, Day};
use clap::Args;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// The fact that holds the municipality.
pub const MUNICIPALITY: &str = "gemeente";

/// Exit code of a question that was refused.
const REFUSED: u8 = 2;

#[derive(Args)]
pub struct Asked {
    /// Day for which the rules are asked, as in 2026-11-21.
    #[arg(long, value_name = "DATE")]
    pub on: Option<String>,
    /// CBS code of the municipality, as in GM0034; without it only national schemes.
    #[arg(long, value_name = "GMxxxx")]
    pub municipality: Option<String>,
    /// Folder of an installation: the rules it published, instead of those of this program.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

/// What is wrong with a question.
#[derive(Debug, Default)]
pub struct Refusals(Vec<String>);

impl Refusals {
    pub fn say(&mut self, sentence: impl Into<String>) {
        self.0.push(sentence.into());
    }

    pub fn extend(&mut self, sentences: impl IntoIterator<Item = String>) {
        self.0.extend(sentences);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Tells them all.
    pub fn end(&self) -> ExitCode {
        eprintln!("Geweigerd:");
        for sentence in &self.0 {
            eprintln!("- {sentence}");
        }
        ExitCode::from(REFUSED)
    }
}

impl Asked {
    /// The catalogue of all municipalities that is asked about.
    pub fn catalogue(&self, refusals: &mut Refusals) -> Catalogue {
        let Some(folder) = &self.data else { return Catalogue::load() };
        let expected = "verwacht wordt de map van een installatie";
        match store::open_for_reading(folder).and_then(|db| everywhere(&db)) {
            Ok(found) => return found,
            Err(error) => refusals.say(format!(
                "--data {} kan niet gelezen worden ({error}); {expected}",
                folder.display()
            )),
        }
        Catalogue::load()
    }

    /// The day; a refusal when it is missing or no day of the calendar.
    pub fn day(&self, refusals: &mut Refusals) -> Option<Day> {
        let expected = "verwacht wordt een dag als 2026-11-21";
        let Some(text) = &self.on else {
            refusals.say(format!("--on ontbreekt; {expected}"));
            return None;
        };
        // Written back the same: `2026-1-5` and ` 2026-01-05` are mistakes more often than days.
        let day = Day::parse(text).filter(|day| day.to_string() == *text);
        if day.is_none() {
            refusals.say(format!("--on \"{text}\" is geen dag; {expected}"));
        }
        day
    }

    /// The municipality, asked or as the facts have it; `nl` when neither names one.
    pub fn scope(&self, fact: Option<&str>, refusals: &mut Refusals) -> String {
        let Some(asked) = &self.municipality else {
            // A fact that is no code is refused with the other facts.
            return fact.filter(|code| municipality(code).is_ok()).unwrap_or(NATIONAL).to_owned();
        };
        if municipality(asked).is_err() {
            refusals.say(format!(
                "--municipality \"{asked}\" is onbekend; verwacht wordt een CBS-gemeentecode als GM0034"
            ));
        }
        if let Some(fact) = fact.filter(|fact| fact != asked) {
            refusals.say(format!(
                "\"{MUNICIPALITY}\" is {fact} en --municipality is {asked}; verwacht wordt twee keer dezelfde gemeente"
            ));
        }
        asked.clone()
    }
}

/// A catalogue as one municipality sees it, with its version.
pub struct View {
    pub catalogue: Catalogue,
    pub version: String,
    /// Name of the municipality; empty for national schemes alone.
    pub name: String,
}

impl View {
    /// The view of `scope`. Says so on standard error when that municipality has no file of its own.
    pub fn of(all: Catalogue, scope: &str) -> View {
        let catalogue = all.into_scope(scope);
        let name = catalogue.municipality(scope).map(|one| one.name.clone()).unwrap_or_default();
        if name.is_empty() && scope != NATIONAL {
            eprintln!(
                "Let op: de catalogus kent geen regelingen van {scope}; alleen landelijke regelingen."
            );
        }
        View { version: Catalogue::version_of(&catalogue.pack()), catalogue, name }
    }
}

/// Writes to standard output; a reader that has seen enough (`| head`) is no mistake.
///
/// # Errors
/// Those of the output.
pub fn print(text: &str) -> io::Result<()> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

/// What is read of a file at most: far more than any file of facts.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// The text of a file, of standard input for `-`; a Dutch sentence when it cannot be read.
pub fn text_of(file: &PathBuf) -> Result<String, String> {
    use std::io::Read;
    let mut bytes = Vec::new();
    let read = if file.as_os_str() == "-" {
        io::stdin().lock().take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file)
            .and_then(|open| open.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes))
    };
    let name = file.display();
    match read {
        Err(error) => Err(format!("--facts {name} kan niet gelezen worden ({error})")),
        Ok(_) if bytes.len() as u64 > FILE_BYTES_MAX => {
            Err(format!("--facts {name} is te groot; verwacht wordt hoogstens 1 MB"))
        }
        Ok(_) => String::from_utf8(bytes)
            .map_err(|_| format!("--facts {name} is geen tekst; verwacht wordt JSON in UTF-8")),
    }
}
