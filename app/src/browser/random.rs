//! Chance from the browser's generator for secrets; nothing else on the phone makes up numbers.

use super::window;

/// Fills with random bytes. A browser without this generator cannot run WebAssembly either.
pub fn fill<const N: usize>() -> [u8; N] {
    let mut bytes = [0u8; N];
    if let Ok(crypto) = window().crypto() {
        // Fails only above 65,536 bytes.
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes
}

/// The random part of a record's id.
pub fn for_id() -> [u8; 10] {
    fill()
}

/// A secret of 32 bytes as 64 hex digits.
pub fn token() -> String {
    fill::<32>().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A number from 0 up to and without 1, to spread retries.
pub fn fraction() -> f64 {
    f64::from(u32::from_le_bytes(fill())) / (f64::from(u32::MAX) + 1.0)
}
