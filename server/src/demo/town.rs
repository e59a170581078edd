//! The invented town as the address file that the import reads: 929 doors in three districts.
//!
//! The districts are named as in the report of 2019; streets, numbers and ids are made up. The
//! postcodes are well formed and not in use, and no municipality has the code 9999 of the ids.

use std::fmt::Write;

/// Name of the invented town.
pub const TOWN: &str = "Voorbeeldstad";

/// One street and what stands in it. Houses are numbered from 1 up, both sides.
pub(super) struct Plot {
    pub name: &'static str,
    pub district: &'static str,
    /// Two letters after `9999`.
    letters: &'static str,
    houses: u32,
    /// Numbers with four doors above each other: `HS`, `I`, `II` and `III`.
    stairs: u32,
    /// Floors and doors per floor of one gallery flat.
    gallery: (u32, u32),
    moorings: u32,
    pitches: u32,
}

const fn plot(
    district: &'static str,
    name: &'static str,
    letters: &'static str,
    houses: u32,
) -> Plot {
    Plot { name, district, letters, houses, stairs: 0, gallery: (0, 0), moorings: 0, pitches: 0 }
}

const VERZETSWIJK: &str = "Verzetswijk";
const DE_WIERDEN: &str = "De Wierden";
const FILMWIJK: &str = "Filmwijk";

/// In the order in which the campaign walks them.
pub(super) const PLOTS: [Plot; 24] = [
    plot(VERZETSWIJK, "Wolkenfluiterstraat", "QA", 42),
    plot(VERZETSWIJK, "Kaarsvlamhof", "QB", 24),
    plot(VERZETSWIJK, "Lantaarnvogelstraat", "QC", 48),
    plot(VERZETSWIJK, "Zilverklokpad", "QD", 30),
    Plot { moorings: 4, ..plot(VERZETSWIJK, "Papierbootsingel", "QE", 34) },
    plot(VERZETSWIJK, "Knoopjeslaan", "QG", 40),
    plot(VERZETSWIJK, "Regenliedstraat", "QH", 36),
    Plot { stairs: 6, ..plot(VERZETSWIJK, "Theekransplein", "QJ", 10) },
    plot(VERZETSWIJK, "Vlinderbrugpad", "QK", 22),
    plot(DE_WIERDEN, "Waddenkrabwierde", "QL", 38),
    plot(DE_WIERDEN, "Zandlampwierde", "QM", 44),
    Plot { gallery: (5, 12), ..plot(DE_WIERDEN, "Strohoedwierde", "QN", 0) },
    plot(DE_WIERDEN, "Turfdroomwierde", "QP", 36),
    plot(DE_WIERDEN, "Klokzeewierde", "QR", 40),
    plot(DE_WIERDEN, "Kleikoekwierde", "QS", 42),
    plot(DE_WIERDEN, "Wierhutwierde", "QT", 28),
    Plot { pitches: 1, ..plot(DE_WIERDEN, "Eendenbriefwierde", "QV", 26) },
    Plot { moorings: 2, ..plot(FILMWIJK, "Klapbordkade", "QW", 46) },
    plot(FILMWIJK, "Aftitelingpad", "QX", 32),
    plot(FILMWIJK, "Ondertitelhof", "QZ", 28),
    plot(FILMWIJK, "Pauzebelstraat", "YA", 50),
    plot(FILMWIJK, "Schermlichtlaan", "YB", 52),
    Plot { gallery: (4, 10), ..plot(FILMWIJK, "Bijrolplein", "YC", 0) },
    plot(FILMWIJK, "Figurantenweide", "YD", 50),
];

/// The address file of the town, in the columns of the BAG export plus district and floor.
#[must_use]
pub fn address_csv() -> String {
    let mut file = File {
        text: "openbareruimte;huisnummer;huisletter;huisnummertoevoeging;postcode;woonplaats;wijk;\
               nummeraanduiding;verblijfsobjectgebruiksdoel;verblijfsobjectstatus;object_type;\
               nevenadres;pandid;verdieping\n"
            .to_owned(),
        doors: 0,
    };
    for (place, plot) in (1..).zip(&PLOTS) {
        file.street(place, plot);
    }
    file.text
}

struct File {
    text: String,
    /// Rows so far; makes the ids.
    doors: u64,
}

impl File {
    fn street(&mut self, place: u32, plot: &Plot) {
        for number in 1..=plot.houses {
            self.door(plot, number, "", "VBO", &format!("{place:03}{number:05}"), "");
        }
        let mut number = plot.houses;
        for _ in 0..plot.stairs {
            number += 1;
            for (floor, addition) in ["HS", "I", "II", "III"].into_iter().enumerate() {
                let building = format!("{place:03}{number:05}");
                self.door(plot, number, addition, "VBO", &building, &floor.to_string());
            }
        }
        let (floors, per_floor) = plot.gallery;
        for floor in 0..floors {
            for _ in 0..per_floor {
                number += 1;
                self.door(plot, number, "", "VBO", &format!("{place:03}90000"), &floor.to_string());
            }
        }
        for _ in 0..plot.moorings {
            number += 1;
            self.door(plot, number, "", "LIG", "", "");
        }
        for _ in 0..plot.pitches {
            number += 1;
            self.door(plot, number, "", "STA", "", "");
        }
    }

    fn door(
        &mut self,
        plot: &Plot,
        number: u32,
        addition: &str,
        object: &str,
        building: &str,
        floor: &str,
    ) {
        self.doors += 1;
        let (purpose, status) = match object {
            "LIG" => ("Ligplaats", "Plaats aangewezen"),
            "STA" => ("Standplaats", "Plaats aangewezen"),
            _ => ("woonfunctie", "Verblijfsobject in gebruik"),
        };
        let Plot { name, letters, district, .. } = plot;
        let id = format!("999920{:010}", self.doors);
        // Writing to a String cannot fail.
        let _ = writeln!(
            self.text,
            "{name};{number};;{addition};9999{letters};{TOWN};{district};{id};{purpose};{status};\
             {object};f;{building};{floor}"
        );
    }
}
