//! Files that are broken, and the sentence each gives.

use super::{Counts, FileProblem, plain, read, read_ok, sentences};

fn refused(bytes: &[u8]) -> String {
    read(bytes).expect_err("a file that cannot be used").sentence_nl()
}

#[test]
fn a_file_that_is_no_text_is_named_for_what_it_is() {
    let image = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01";
    let jpeg = b"\xff\xd8\xff\xe0\0\x10JFIF\0";
    let sheet = b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0[Content_Types].xml\xad\x93";
    let archive = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0bagadres-full.csv";
    let old_sheet = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    let zeros = b"straat;nummer\0\0\0;postcode";
    let gzip = b"\x1f\x8b\x08\0abc";
    for (bytes, start) in [
        (&image[..], "Dit is een afbeelding en geen adressenlijst. Kies een CSV-bestand."),
        (jpeg, "Dit is een afbeelding"),
        (sheet, "Dit is een bestand van Excel"),
        (old_sheet, "Dit is een bestand van Excel"),
        (archive, "Dit is een ingepakt bestand (zip). Pak het uit"),
        (gzip, "Dit is een ingepakt bestand"),
        (b"%PDF-1.7\n", "Dit is een PDF en geen adressenlijst."),
        (b"SQLite format 3\0", "Dit is een database"),
        (b"<?xml version=\"1.0\"?>\n<bag/>", "Dit is een XML-bestand of een webpagina."),
        (b"{\"adressen\": []}", "Dit is een JSON-bestand."),
        (zeros, "Dit is geen tekstbestand. Kies een CSV-bestand met adressen."),
    ] {
        let sentence = refused(bytes);
        assert!(sentence.starts_with(start), "{sentence}");
    }
}

#[test]
fn an_empty_file_says_so() {
    for bytes in [&b""[..], b"\xef\xbb\xbf", b"\xff\xfe", b"\n \r\n\n"] {
        assert_eq!(refused(bytes), "Dit bestand is leeg. Kies een ander bestand.");
    }
}

#[test]
fn a_heading_without_rows_says_so() {
    assert_eq!(read(plain("").as_bytes()), Err(FileProblem::NoRows));
    assert_eq!(
        refused(plain("\n\n").as_bytes()),
        "Dit bestand heeft alleen een kopregel en geen adressen. Controleer of u het goede bestand \
         hebt gekozen."
    );
}

#[test]
fn a_file_without_heading_tells_the_heading_it_needs() {
    assert_eq!(
        refused(b"Demolaan;12;;;9999XA;Voorbeeldstad\n"),
        "De eerste regel heeft geen namen van kolommen. Zet bovenaan: \
         straat;nummer;letter;toevoeging;postcode;plaats."
    );
}

#[test]
fn missing_columns_are_named_all_at_once() {
    assert_eq!(
        refused(b"straat;nummer;postcode\nDemolaan;1;9999XA\n"),
        "In dit bestand mist deze kolom: plaats. Voeg toe wat mist en kies het bestand opnieuw."
    );
    assert_eq!(
        refused(b"straat;nr\nDemolaan;1\n"),
        "In dit bestand missen deze kolommen: postcode, plaats. Voeg toe wat mist en kies het \
         bestand opnieuw."
    );
    assert_eq!(
        refused(b"straat;nummer;huisnr;postcode;plaats\nDemolaan;1;1;9999XA;Voorbeeldstad\n"),
        "Er zijn twee kolommen voor ‘nummer’. Verwijder er een en kies het bestand opnieuw."
    );
}

#[test]
fn another_separator_halfway_spoils_only_those_rows() {
    let preview =
        read_ok(&plain("Demolaan;1;;;9999XA;Voorbeeldstad\nDemolaan,3,,,9999XA,Voorbeeldstad\n"));
    assert_eq!(preview.counts, Counts { rows: 2, kept: 1, wrong: 1, left_out: 0 });
    assert_eq!(
        sentences(&preview),
        ["Regel 3: deze regel heeft 1 kolom en de kopregel 6. Controleer of overal een puntkomma \
          (;) tussen de kolommen staat."]
    );
}

#[test]
fn too_many_columns_are_refused_unless_empty() {
    let preview = read_ok(&plain(
        "Demolaan;1;;;9999XA;Voorbeeldstad;;;\nDemolaan;3;;;9999XA;Voorbeeldstad;x;y\n",
    ));
    assert_eq!(preview.counts.kept, 1);
    assert!(sentences(&preview)[0].starts_with("Regel 3: deze regel heeft 8 kolommen"));
}

#[test]
fn a_quote_that_stays_open_spoils_only_its_own_row() {
    let preview = read_ok(&plain(
        "\"Demolaan;1;;;9999XA;Voorbeeldstad\nDemolaan;3;;;9999XA;\"Voorbeeldstad\"\n\
         \"Demo\"laan;5;;;9999XA;Voorbeeldstad\n",
    ));
    assert_eq!(preview.counts, Counts { rows: 3, kept: 1, wrong: 2, left_out: 0 });
    let expected = "een aanhalingsteken (\") klopt niet. Zet er een aan het begin en een aan het \
                    eind, of haal het weg.";
    assert_eq!(
        sentences(&preview),
        [format!("Regel 2: {expected}"), format!("Regel 4: {expected}")]
    );
}

/// A table: one row of a plain list, and the sentence it gives without `Regel 2: `.
#[test]
fn a_wrong_cell_is_named_with_what_to_do() {
    for (row, expected) in [
        ("Demolaan;twaalf;;;9999XA;V", "huisnummer ‘twaalf’ is geen getal van 1 tot en met 99999."),
        ("Demolaan;0;;;9999XA;V", "huisnummer ‘0’ is geen getal"),
        ("Demolaan;100000;;;9999XA;V", "huisnummer ‘100000’ is geen getal"),
        ("Demolaan;-3;;;9999XA;V", "huisnummer ‘-3’ is geen getal"),
        ("Demolaan;12-2;;;9999XA;V", "huisnummer ‘12-2’ is geen getal"),
        ("Demolaan;;;;9999XA;V", "de kolom ‘nummer’ is leeg. Vul deze in."),
        (";1;;;9999XA;V", "de kolom ‘straat’ is leeg."),
        ("Demolaan;1;;;9999XA; ", "de kolom ‘plaats’ is leeg."),
        ("Demolaan;1;;;;V", "de kolom ‘postcode’ is leeg."),
        ("Demolaan;1;AB;;9999XA;V", "huisletter ‘AB’ is niet precies 1 letter."),
        ("Demolaan;1;7;;9999XA;V", "huisletter ‘7’ is niet precies 1 letter."),
        ("Demolaan;1;;links achter;9999XA;V", "toevoeging ‘links achter’ klopt niet."),
        ("Demolaan;1;;;0999XA;V", "postcode ‘0999XA’ klopt niet. Schrijf 4 cijfers en 2 letters,"),
        ("Demolaan;1;;;9999;V", "postcode ‘9999’ klopt niet."),
        ("Demolaan;1;;;XA9999;V", "postcode ‘XA9999’ klopt niet."),
        ("Demolaan;1;;;999éXA;V", "postcode ‘999éXA’ klopt niet."),
        (&format!("{};1;;;9999XA;V", "x".repeat(121)), "de tekst in de kolom ‘straat’ is te lang."),
    ] {
        let preview = read_ok(&plain(row));
        let sentence = &sentences(&preview)[0];
        let rest = sentence.strip_prefix("Regel 2: ").expect("the line number");
        assert!(rest.starts_with(expected), "{row}: {sentence}");
        assert_eq!(preview.counts.wrong, 1);
    }
}

#[test]
fn a_double_row_is_left_out_with_the_line_of_the_first() {
    let preview = read_ok(&plain(
        "Demolaan;1;;;9999XA;Voorbeeldstad\n\nDemolaan;1;;;9999 xa;Voorbeeldstad\n",
    ));
    assert_eq!(preview.counts, Counts { rows: 2, kept: 1, wrong: 0, left_out: 1 });
    assert_eq!(
        sentences(&preview),
        ["Regel 4: dit adres staat ook op regel 2. We gebruiken het een keer."]
    );
}

#[test]
fn bag_rows_are_judged_by_id_status_and_purpose() {
    let heading = "openbareruimte;huisnummer;postcode;woonplaats;nummeraanduiding;\
                   verblijfsobjectgebruiksdoel;verblijfsobjectstatus;object_type;nevenadres";
    let in_use = "Verblijfsobject in gebruik";
    let rows = [
        format!("Demolaan;1;9999XA;V;3200000000001;woonfunctie;{in_use};VBO;f"),
        format!("Demolaan;2;9999XA;V;3,2E+12;woonfunctie;{in_use};VBO;f"),
        format!("Demolaan;3;9999XA;V;3300000000003;woonfunctie;{in_use};VBO;f"),
        format!("Demolaan;4;9999XA;V;;woonfunctie;{in_use};VBO;f"),
        format!("Demolaan;5;9999XA;V;3200000000005;winkelfunctie;{in_use};VBO;f"),
        format!("Demolaan;6;9999XA;V;3200000000006;kantoorfunctie,woonfunctie;{in_use};VBO;f"),
        "Demolaan;7;9999XA;V;3200000000007;woonfunctie;Verblijfsobject ingetrokken;VBO;f"
            .to_owned(),
        format!("Demolaan;1;9999XA;V;3200000000008;woonfunctie;{in_use};VBO;f"),
    ];
    let preview = read_ok(&format!("{heading}\n{}\n", rows.join("\n")));
    assert_eq!(preview.counts, Counts { rows: 8, kept: 3, wrong: 3, left_out: 2 });
    let starts = [
        "Regel 3: nummeraanduiding ‘3,2E+12’ klopt niet. Excel maakt dit nummer soms kapot",
        "Regel 4: nummeraanduiding ‘3300000000003’ klopt niet.",
        "Regel 5: de kolom ‘nummeraanduiding’ is leeg.",
        "Regel 6: hier woont niemand: het gebruik is ‘winkelfunctie’.",
        "Regel 8: dit adres is niet in gebruik (‘Verblijfsobject ingetrok…’).",
    ];
    for (sentence, start) in sentences(&preview).iter().zip(starts) {
        assert!(sentence.starts_with(start), "{sentence}");
    }
}

#[test]
fn a_file_of_only_wrong_rows_is_counted_in_full_and_listed_in_part() {
    let preview = read_ok(&plain(&"Demolaan;x;;;9999XA;Voorbeeldstad\n".repeat(2_500)));
    assert_eq!(preview.counts, Counts { rows: 2_500, kept: 0, wrong: 2_500, left_out: 0 });
    assert_eq!(preview.problems.len(), 1_000);
    assert!(preview.streets.is_empty());
}
