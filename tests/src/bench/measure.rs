//! The arithmetic of measuring: middles, tails, and the disk that everything durable waits for.

use anyhow::{Context, Result};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// Value below which `part` (0 to 1) of the samples lie; the nearest one that was really seen.
///
/// # Errors
/// Without samples.
pub fn percentile(samples: &[f64], part: f64) -> Result<f64> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (part * sorted.len() as f64).ceil() as usize;
    sorted.get(place.saturating_sub(1)).copied().context("nothing was measured")
}

/// # Errors
/// As `percentile`.
pub fn median(samples: &[f64]) -> Result<f64> {
    percentile(samples, 0.5)
}

pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// Time in ms to append so many bytes to a file in `folder` and have the disk confirm it (fdatasync).
///
/// # Errors
/// Those of the disk.
pub fn append_and_confirm(folder: &Path, bytes: usize) -> Result<f64> {
    let path = folder.join("bench.raw");
    let mut file = File::options().create(true).append(true).open(path)?;
    let body = vec![0x5a; bytes];
    let start = Instant::now();
    file.write_all(&body)?;
    file.sync_data()?;
    Ok(ms(start.elapsed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_samples() {
        let samples = [4.0, 1.0, 3.0, 2.0];
        assert_eq!(median(&samples).expect("samples"), 2.0);
        assert_eq!(percentile(&samples, 0.99).expect("samples"), 4.0);
        assert_eq!(percentile(&samples, 0.0).expect("samples"), 1.0);
        assert!(median(&[]).is_err());
    }
}
