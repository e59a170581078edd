//! Words that may be in the clear on no phone's disk, and that every phone of the demo meets: the
//! streets and people of its town; and a bundle of invented ones for a test that types.

use aanbel_server::demo::{PEOPLE, address_csv};
use std::collections::BTreeSet;

/// Names, telephone numbers, streets and remarks that stand nowhere else in the world.
pub const TYPED: [&str; 16] = [
    "Zilverkwikstaart",
    "Mevrouw Kwebbelmans-Dropzak",
    "Ollie van Nergenshuizen",
    "N. Ietsjesverderop",
    "0655512349",
    "+31 6 5551 2387",
    "036-5550147",
    "Kwetterpad",
    "Suikerspinstraat",
    "Nergenslaan",
    "huurschuldbrief",
    "stofzuigerlening",
    "wil liever over de knipperlichten praten",
    "haar tweeling slaapt overdag",
    "kwam net uit het buitenhuisje",
    "sleutel ligt bij de buurvrouw met de papegaai",
];

/// All of them.
pub fn words() -> Vec<String> {
    let town = address_csv();
    let column = |line: &str| line.split(';').next().unwrap_or_default().to_owned();
    let streets: BTreeSet<String> = town.lines().skip(1).map(column).collect();
    let people = PEOPLE.iter().map(|person| person.name.to_owned());
    TYPED.map(str::to_owned).into_iter().chain(streets).chain(people).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn there_are_fifty_and_each_is_long_enough_to_be_no_chance() {
        let words = super::words();
        assert!(words.len() >= 50, "{}", words.len());
        assert!(words.iter().all(|word| word.len() >= 9), "{words:?}");
    }
}
