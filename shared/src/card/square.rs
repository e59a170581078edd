//! A QR code that was drawn at build time: its modules, and the path of its picture.

/// Light modules on each side of a code.
const EDGE: isize = 4;

/// A square of dark and light modules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Square {
    /// Modules in a row, without the light edge that belongs around them.
    pub width: usize,
    dark: Vec<bool>,
}

impl Square {
    /// `hex` holds four modules per digit, row after row, the last ones padded with light.
    pub(super) fn new(width: usize, hex: &str) -> Option<Square> {
        // Compared before room is made: the width of a damaged file may be any number.
        let modules = width.checked_mul(width)?;
        if hex.len() != modules.div_ceil(4) {
            return None;
        }
        let mut dark = Vec::with_capacity(modules + 3);
        for digit in hex.chars() {
            let bits = digit.to_digit(16)?;
            dark.extend((0..4).map(|bit| bits & (8 >> bit) != 0));
        }
        dark.truncate(modules);
        Some(Square { width, dark })
    }

    /// Where the picture begins and how large it is, both ways: with the light edge that a camera
    /// needs on each side.
    #[must_use]
    pub fn view(&self) -> [isize; 2] {
        [-EDGE, self.width.cast_signed() + 2 * EDGE]
    }

    /// The dark modules as the path of an SVG picture, one unit per module.
    #[must_use]
    pub fn path(&self) -> String {
        let mut path = String::new();
        for (y, row) in self.dark.chunks(self.width.max(1)).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run[0] {
                    let [x, y, long] = [x, y, run.len()].map(|number| number.to_string());
                    for part in ["M", &x, " ", &y, "h", &long, "v1h-", &long, "z"] {
                        path.push_str(part);
                    }
                }
                x += run.len();
            }
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_dark_modules_become_bars() {
        // 110 / 001 / 011, and three bits of padding.
        let square = Square::new(3, "c58").expect("nine modules");
        assert_eq!(square.path(), "M0 0h2v1h-2zM2 1h1v1h-1zM1 2h2v1h-2z");
    }

    #[test]
    fn a_code_of_another_size_is_refused() {
        for hex in ["c5", "c580", "xyz"] {
            assert_eq!(Square::new(3, hex), None, "{hex}");
        }
    }

    #[test]
    fn a_width_that_no_file_can_fill_is_refused_before_room_is_made() {
        for width in [usize::MAX, 1 << 40, 1 << 31] {
            assert_eq!(Square::new(width, "c58"), None, "{width}");
        }
    }
}
