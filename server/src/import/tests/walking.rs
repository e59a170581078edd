//! The order of doors in a street, and which of them are flats.

use super::{BuildingKind, doors, plain, read_ok};

#[test]
fn odd_side_up_and_even_side_back() {
    let rows: String = ["8", "1", "10", "3", "2", "11"]
        .map(|number| format!("Demolaan;{number};;;9999XA;Voorbeeldstad\n"))
        .concat();
    let preview = read_ok(&plain(&rows));
    assert_eq!(doors(&preview), ["1", "3", "11", "10", "8", "2"]);
    let order: Vec<_> = preview.streets[0].addresses.iter().map(|a| a.order).collect();
    assert_eq!(order, [1, 2, 3, 4, 5, 6]);
}

#[test]
fn letters_and_additions_stand_beside_their_number() {
    let rows: String =
        [("3", "B", ""), ("3", "", ""), ("3", "A", "10"), ("3", "A", "2"), ("4", "", "")]
            .map(|(n, letter, addition)| {
                format!("Demolaan;{n};{letter};{addition};9999XA;Voorbeeldstad\n")
            })
            .concat();
    let preview = read_ok(&plain(&rows));
    assert_eq!(doors(&preview), ["3", "3A2", "3A10", "3B", "4"]);
    assert!(preview.streets[0].addresses.iter().all(|a| a.floor.is_none()));
}

#[test]
fn additions_that_name_a_floor_make_flats_by_floor() {
    let rows: String = ["II", "HS", "I", "III"]
        .map(|addition| format!("Demolaan;6;;{addition};9999XA;Voorbeeldstad\n"))
        .concat();
    let preview = read_ok(&plain(&format!("{rows}Demolaan;8;;;9999XA;Voorbeeldstad\n")));
    assert_eq!(doors(&preview), ["8", "6HS", "6I", "6II", "6III"]);
    let floors: Vec<_> = preview.streets[0].addresses.iter().map(|a| a.floor).collect();
    assert_eq!(floors, [None, Some(0), Some(1), Some(2), Some(3)]);
    assert_eq!(preview.streets[0].addresses[4].building_kind, BuildingKind::Flat);
}

#[test]
fn a_gallery_flat_is_walked_floor_by_floor() {
    let mut text = "straat;nummer;postcode;plaats;verdieping;gebouw\n".to_owned();
    for (number, floor) in [(20, 1), (12, 0), (21, 1), (13, 0)] {
        text.push_str(&format!("Demolaan;{number};9999XA;Voorbeeldstad;{floor};flat 1\n"));
    }
    text.push_str("Demolaan;1;9999XA;Voorbeeldstad;;\nDemolaan;2;9999XA;Voorbeeldstad;;\n");
    let preview = read_ok(&text);
    assert_eq!(doors(&preview), ["1", "12", "13", "20", "21", "2"]);
}

#[test]
fn two_spellings_are_one_street_and_two_towns_are_two() {
    let preview = read_ok(&plain(
        "Demolaan;1;;;9999XA;Voorbeeldstad\nDEMOLAAN;3;;;9999XA;Voorbeeldstad\n\
         Demolaan;1;;;9999XB;Voorbeelddorp\n",
    ));
    let towns: Vec<_> =
        preview.streets.iter().map(|s| (s.town.as_str(), s.addresses.len())).collect();
    assert_eq!(towns, [("Voorbeelddorp", 1), ("Voorbeeldstad", 2)]);
}

#[test]
fn one_building_with_four_dwellings_is_a_block_of_flats() {
    let mut text = "straat;nummer;postcode;plaats;pandid\n".to_owned();
    for number in 1..=5 {
        let building = if number == 5 { "b" } else { "a" };
        text.push_str(&format!("Demolaan;{number};9999XA;Voorbeeldstad;{building}\n"));
    }
    let preview = read_ok(&text);
    let flats = preview.streets[0].addresses.iter();
    let flats: Vec<_> =
        flats.filter(|a| a.building_kind == BuildingKind::Flat).map(|a| a.number).collect();
    assert_eq!(flats, [1, 3, 4, 2]);
}
