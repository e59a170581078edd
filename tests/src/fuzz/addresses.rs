//! The address list of an office.

use super::target::{Target, target};
use aanbel_server::import;

pub const TARGET: Target = target("addresses", addresses, address_lists);

/// Whatever the office chooses: it is counted whole, and every remark has its sentence.
fn addresses(bytes: &[u8]) -> bool {
    let preview = match import::read(bytes) {
        Ok(preview) => preview,
        Err(problem) => {
            assert!(!problem.sentence_nl().is_empty());
            return false;
        }
    };
    let counts = preview.counts;
    assert_eq!(counts.rows, counts.kept + counts.wrong + counts.left_out);
    let doors = || preview.streets.iter().flat_map(|street| &street.addresses);
    assert_eq!(doors().count(), counts.kept);
    let ids: std::collections::BTreeSet<_> = doors().map(|door| door.id).collect();
    assert_eq!(ids.len(), counts.kept, "two doors with one id");
    assert!(preview.problems.iter().all(|problem| !problem.sentence_nl().is_empty()));
    true
}

fn address_lists() -> Vec<Vec<u8>> {
    let own = "straat;nummer;letter;toevoeging;postcode;plaats;verdieping\n\
               Proefstraat;1;;;9999XX;Voorbeeldstad;\n\
               Proefstraat;2;A;II;9999 XX;Voorbeeldstad;2\n\
               \"Één; twee\";3;;;9999XA;'s-Voorbeeld;begane grond\n";
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    vec![
        include_bytes!("../../../server/tests-data/import/bag-sample.csv").to_vec(),
        own.into(),
        own.replace(';', "\t").into(),
        [vec![0xff, 0xfe], wide(own)].concat(),
    ]
}
