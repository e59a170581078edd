//! The import on whole files: the BAG sample, lists of the office's own, and broken files with the
//! sentences they give. Files that are text a person can read stand in `tests-data/import/`.

use super::*;

mod broken;
mod walking;

const BAG: &[u8] = include_bytes!("../../tests-data/import/bag-sample.csv");

/// A list of the office's own with the usual heading and these rows.
fn plain(rows: &str) -> String {
    format!("straat;nummer;letter;toevoeging;postcode;plaats\n{rows}")
}

fn read_ok(text: &str) -> Preview {
    read(text.as_bytes()).expect("a file that can be read")
}

fn sentences(preview: &Preview) -> Vec<String> {
    preview.problems.iter().map(RowProblem::sentence_nl).collect()
}

fn doors(preview: &Preview) -> Vec<String> {
    let address = |a: &ImportedAddress| format!("{}{}{}", a.number, a.letter, a.addition);
    preview.streets.iter().flat_map(|street| street.addresses.iter().map(address)).collect()
}

#[test]
fn the_bag_sample_keeps_dwellings_moorings_and_pitches() {
    let preview = read(BAG).expect("the layout of the BAG");
    assert_eq!(preview.layout, Layout::Bag);
    assert_eq!(preview.separator, ';');
    assert_eq!(preview.counts, Counts { rows: 6, kept: 5, wrong: 0, left_out: 1 });
    let hieslum = &preview.streets[0];
    assert_eq!((hieslum.name.as_str(), hieslum.town.as_str()), ("Molenbochtstraat", "Hieslum"));
    let kinds: Vec<_> = hieslum.addresses.iter().map(|a| (a.number, a.building_kind)).collect();
    assert_eq!(
        kinds,
        [
            (1, BuildingKind::Pitch),
            (3, BuildingKind::House),
            (5, BuildingKind::Mooring),
            (98, BuildingKind::House)
        ]
    );
    assert_eq!(preview.streets[1].town, "Toornwerd");
}

#[test]
fn the_bag_ids_get_their_leading_zeros_back() {
    let preview = read(BAG).expect("the layout of the BAG");
    let third = &preview.streets[0].addresses[1];
    assert_eq!(third.bag_id.as_deref(), Some("0003200000133985"));
    assert_eq!(third.addition, "I");
    assert_eq!(third.floor, None, "one door with an addition tells no floor");
}

#[test]
fn a_secondary_address_is_left_out_with_a_note() {
    let preview = read(BAG).expect("the layout of the BAG");
    assert_eq!(
        sentences(&preview),
        [
            "Regel 6: dit is een tweede adres (nevenadres) van dezelfde woning. We slaan het over: u \
          hoeft niets te doen."
        ]
    );
    assert_eq!(preview.problems[0].severity(), Severity::LeftOut);
}

#[test]
fn importing_twice_gives_the_same_ids() {
    assert_eq!(read(BAG), read(BAG));
    let id = |text: &str| read_ok(&plain(text)).streets[0].addresses[0].id;
    let first = id("Demolaan;12;A;;9999 XA;Voorbeeldstad");
    assert_eq!(first, id("DEMOLAAN ; 12a ;;; 9999xa;voorbeeldstad"), "only the spelling differs");
    assert_eq!(first, id("Demolaan;12;;a;9999XA;Voorbeeldstad"), "the letter as an addition");
    assert_ne!(first, id("Demolaan;12;B;;9999 XA;Voorbeeldstad"));
    let bag = &read(BAG).expect("the layout of the BAG").streets[0].addresses[1];
    assert_eq!(bag.id.to_string(), "23e57fe0-3a2b-5a29-96ec-5cb55b30bc08", "never changes");
}

#[test]
fn columns_come_in_any_order_language_and_separator() {
    let expected = read_ok(&plain("Demolaan;12;A;2;9999XA;Voorbeeldstad")).streets;
    for text in [
        "Plaats,Postcode,Huisnummer,Huisletter,Straatnaam,Toevoeging\n\
         Voorbeeldstad,9999 XA,12,A,Demolaan,2\n",
        "STREET\tHOUSE NUMBER\tLETTER\tADDITION\tPOSTAL_CODE\tTOWN\r\n\
         Demolaan\t12\tA\t2\t9999xa\tVoorbeeldstad\r\n",
        "sep=|\nstraat|opmerking|nummer|letter|toev.|postcode|woonplaats\n\
         \"Demolaan\"|\"a|\"\"b\"\"\"|12|a|-2|9999XA|Voorbeeldstad\n",
        "\u{feff}straat;nummer;letter;toevoeging;postcode;plaats;;\n\
         Demolaan;12;A;2;9999XA;Voorbeeldstad;;\n",
    ] {
        let preview = read_ok(text);
        assert_eq!(preview.streets, expected, "{text}");
        assert_eq!(preview.layout, Layout::Plain);
    }
}

#[test]
fn three_encodings_give_the_same_name() {
    let text = plain("Súdwesterpad;1;;;9999XA;Voorbeeldstad\n");
    let utf16: Vec<u8> =
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let windows: Vec<u8> =
        text.chars().map(|c| u8::try_from(u32::from(c)).expect("in Latin-1")).collect();
    for (bytes, encoding) in [
        (text.as_bytes(), Encoding::Utf8),
        (&utf16, Encoding::Utf16),
        (&windows, Encoding::Windows1252),
    ] {
        let preview = read(bytes).expect("a text in a known encoding");
        assert_eq!(preview.encoding, encoding);
        assert_eq!(preview.streets[0].name, "Súdwesterpad");
    }
}

#[test]
fn a_hundred_thousand_rows_are_read_with_progress() {
    let mut text = plain("");
    for row in 0..100_000 {
        let (street, number) = (row / 200, row % 200 + 1);
        let letters = [b'A' + (street / 26 % 26) as u8, b'A' + (street % 26) as u8];
        let letters = std::str::from_utf8(&letters).expect("two capitals");
        text.push_str(&format!("Proefstraat {street};{number};;;9999 {letters};Voorbeeldstad\n"));
    }
    let mut told = Vec::new();
    let preview = read_with_progress(text.as_bytes(), |done, total| told.push((done, total)));
    let preview = preview.expect("a long file");
    assert_eq!(preview.counts.kept, 100_000);
    assert_eq!(preview.streets.len(), 500);
    assert!(told.is_sorted());
    assert_eq!(told.last(), Some(&(100_001, 100_001)));
    assert!(preview.streets.iter().all(|street| street.addresses.len() == 200));
}
