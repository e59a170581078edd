//! Words that may be in the clear on no phone's disk: fifty that are planted, half of them typed on a
//! phone and half coming from the office, and the streets and people of the demo's town. This is the one
//! list of them; `profile` searches for all.

use crate::browser::Browser;
use crate::client::Phone;
use crate::partners::STREET;
use crate::phones::made_up;
use crate::server::Server;
use aanbel_server::demo::{PEOPLE, address_csv};
use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::Change;
use anyhow::Result;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};

/// What is said of residents, none of which stands anywhere else in the world.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    pub names: [&'static str; 5],
    pub addresses: [&'static str; 5],
    pub telephones: [&'static str; 5],
    pub notes: [&'static str; 5],
    pub answers: [&'static str; 5],
}

/// Typed on a phone, in the journey of one visit. What others type is looked for beside them.
pub const TYPED: Words = Words {
    names: [
        "Zilverkwikstaart",
        "Mevrouw Kwebbelmans-Dropzak",
        "Ollie van Nergenshuizen",
        "N. Ietsjesverderop",
        "Familie Pannenlap-Oudezeep",
    ],
    addresses: [
        "Kwetterpad 71 driehoog",
        "Suikerspinstraat 408",
        "Nergenslaan 12 zwart",
        "Achter de Kikkerdrilhof",
        "9876 ZQ Verweggistan",
    ],
    telephones: ["0655512349", "+31 6 5551 2387", "036-5550147", "06 5550 9923", "0031655501188"],
    notes: [
        "wil liever over de knipperlichten praten",
        "haar tweeling slaapt overdag",
        "kwam net uit het buitenhuisje",
        "sleutel ligt bij de buurvrouw met de papegaai",
        "stofzuigerlening loopt nog een jaar",
    ],
    answers: [
        "huurschuldbrief",
        "ruzie met de kantinebaas",
        "spaart voor een draaiorgel",
        "belt zelf het loket",
        "map met groene tabbladen",
    ],
};

/// Written by somebody else, and on every phone that walks a street or works with the other organisation.
pub const FROM_THE_OFFICE: Words = Words {
    names: [
        "Tante Bolderwagen",
        "De heer Snorrepijp-Vlinderdas",
        "Mw. Theemutsinga",
        "Jonker Kruimelvanger",
        "Roosje uit de Knikkerzak",
    ],
    addresses: [
        "Hinkelbaan 333 achter",
        "Kastanjepuree 9 rood",
        "Bovenop de Slagroomberg",
        "Vliegerhof 77 zolder",
        "1111 QX Zoutvaatdorp",
    ],
    telephones: ["0655598761", "+31 6 5559 4410", "036-5559218", "06 5559 7734", "0031655594402"],
    notes: [
        "hond heet Meneer Pannenkoek",
        "de bel speelt een wals",
        "vraagt naar de fanfare van zaterdag",
        "laat zich niet storen bij het schaken",
        "oude bakfiets staat voor de deur",
    ],
    answers: [
        "hulp met de gouden enveloppe",
        "cursus onderwaterfotografie",
        "wacht op het loterijlot",
        "zoekt een kleinere vogelkooi",
        "de bovenkamer wordt verhuurd",
    ],
};

impl Words {
    pub fn all(&self) -> Vec<&'static str> {
        let Words { names, addresses, telephones, notes, answers } = self;
        [names, addresses, telephones, notes, answers].into_iter().flatten().copied().collect()
    }
}

/// The fifty, and with them the town's.
pub fn words() -> Vec<String> {
    let town = address_csv();
    let column = |line: &str| line.split(';').next().unwrap_or_default().to_owned();
    let streets: BTreeSet<String> = town.lines().skip(1).map(column).collect();
    let people = PEOPLE.iter().map(|person| person.name.to_owned());
    let planted = [TYPED.all(), FROM_THE_OFFICE.all(), vec![STREET]].concat();
    planted.into_iter().map(str::to_owned).chain(streets).chain(people).collect()
}

/// Another phone of the same person writes the words of the office where the phone of the test receives
/// them, once: behind a door of hers, or, of a caretaker and an adviser, in her week of joint visits. They
/// hang on a talk and on plans that were undone, so no screen, list or figure shows them. Somebody who has
/// neither gets none.
///
/// # Errors
/// When the server does not do what it is told.
pub async fn plant(server: &Server, person: &str) -> Result<()> {
    static PHONES: AtomicU32 = AtomicU32::new(0);
    let token = format!("planter {}", PHONES.fetch_add(1, Ordering::Relaxed));
    let mut phone = Phone::new(&server.address());
    phone.enrol(&server.enrol_code(person).await?, &token).await?;
    phone.sync().await?;
    let first = made_up(&format!("planted at {person}'s"));
    let records = phone.device.records();
    let week = records.of_kind("plan_list").max_by_key(|week| week.date("from_on"));
    // An adviser's doors are those of her cases.
    let door = records.of_kind("address").max_by_key(|door| door.id);
    let changes = match (week, door) {
        _ if records.get(first).is_some() => return Ok(()),
        (Some(week), _) => plans(first, week.worklist),
        (None, Some(door)) => hidden(first, (door.id, door.worklist)),
        (None, None) => return Ok(()),
    };
    phone.write(changes)?;
    phone.sync().await
}

/// A plan without a day for each word.
fn plans(first: RecordId, week: WorklistId) -> Vec<Change> {
    let plan = |id| Change::new(id, "joint_plan", week).with("withdrawn", Value::Bool(true));
    let mut changes = vec![plan(first)];
    changes.extend(
        FROM_THE_OFFICE.all().iter().map(|word| {
            plan(RecordId::from_parts(first.0, word)).with("street", Value::text(*word))
        }),
    );
    changes
}

/// The talk and all that hangs on it.
fn hidden(talk: RecordId, (door, list): (RecordId, WorklistId)) -> Vec<Change> {
    let Words { names, addresses, telephones, notes, answers } = FROM_THE_OFFICE;
    let undone = |id, kind| Change::new(id, kind, list).with("withdrawn", Value::Bool(true));
    let hung = |word: &str, kind, on, field| {
        let id = RecordId::from_parts(talk.0, word);
        undone(id, kind).with(on, Value::Reference(talk)).with(field, Value::text(word))
    };
    let mut changes = vec![undone(talk, "talk").with("address", Value::Reference(door))];
    changes.extend(
        [names, addresses, notes].concat().iter().map(|word| hung(word, "note", "about", "text")),
    );
    changes.extend(telephones.iter().map(|word| hung(word, "follow_up", "talk", "telephone")));
    changes.extend(answers.iter().map(|word| hung(word, "referral", "talk", "reason")));
    changes
}

/// Types the phone's half into the talk that it shows, each where it belongs.
///
/// # Errors
/// When a field is not there.
pub async fn type_all(phone: &Browser) -> Result<()> {
    let Words { names, addresses, telephones, notes, answers } = TYPED;
    phone.press("Doorverwijzing toevoegen").await?;
    phone.fill("Waarvoor?", &answers.join(" ")).await?;
    phone.press_in("//*[@id='nazorg']", "Ja").await?;
    phone.fill("Telefoonnummer", &telephones.join(" ")).await?;
    phone.press("Notitie toevoegen").await?;
    phone.type_in("textarea", &[names, addresses, notes].concat().join(" ")).await?;
    phone.see("Bewaard op dit toestel").await
}

#[cfg(test)]
mod tests {
    use super::{FROM_THE_OFFICE, TYPED};
    use std::collections::BTreeSet;

    #[test]
    fn there_are_fifty_and_each_is_long_enough_to_be_no_chance() {
        let words: BTreeSet<&str> =
            [TYPED.all(), FROM_THE_OFFICE.all()].concat().into_iter().collect();
        assert_eq!(words.len(), 50);
        assert!(words.iter().all(|word| word.len() >= 10), "{words:?}");
        let inside = |word: &str| words.iter().any(|other| *other != word && other.contains(word));
        assert!(!words.iter().any(|word| inside(word)), "each is a word of its own");
    }
}
