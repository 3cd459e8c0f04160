//! What it costs to make a page smaller as it goes, and how long a browser waits for it: `compression PAGE.html`.

use std::{hint::black_box, io::Write as _, time::Instant};

use bench_servers::Failure;
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};

/// Networks, in bytes a millisecond: what browsers call slow 4G, and ordinary ones.
const NETWORKS: [(&str, f64); 3] = [
    ("1.6 Mbit/s", 200.0),
    ("10 Mbit/s", 1250.0),
    ("100 Mbit/s", 12500.0),
];

fn main() -> Result<(), Failure> {
    let page = std::fs::read(std::env::args().nth(1).ok_or("which page?")?)?;
    print!("{:<12}{:>9}{:>9}", "", "bytes", "µs");
    for (network, _) in NETWORKS {
        print!("{network:>14}");
    }
    println!("   (milliseconds until the last byte is there)");
    row("none", || Ok(page.clone()))?;
    for level in [1, 2, 3, 4, 5, 6, 9] {
        row(&format!("gzip {level}"), || {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
            encoder.write_all(&page)?;
            Ok(encoder.finish()?)
        })?;
    }
    for quality in 0..=7 {
        row(&format!("brotli {quality}"), || {
            let params = BrotliEncoderParams {
                quality,
                ..Default::default()
            };
            let mut out = Vec::new();
            brotli::BrotliCompress(&mut page.as_slice(), &mut out, &params)?;
            Ok(out)
        })?;
    }
    for level in [-1, 1, 2, 3, 4, 5, 7] {
        row(&format!("zstd {level}"), || {
            Ok(zstd::stream::encode_all(page.as_slice(), level)?)
        })?;
    }
    Ok(())
}

fn row(name: &str, compress: impl Fn() -> Result<Vec<u8>, Failure>) -> Result<(), Failure> {
    let bytes = compress()?.len();
    let mut times = Vec::new();
    for _ in 0..200 {
        let begun = Instant::now();
        black_box(compress()?);
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    let time = times[times.len() / 2].as_secs_f64() * 1000.0;
    print!("{name:<12}{bytes:>9}{:>9.0}", time * 1000.0);
    #[expect(clippy::cast_precision_loss, reason = "no page is so large")]
    let bytes = bytes as f64;
    for (_, network) in NETWORKS {
        print!("{:>14.2}", time + bytes / network);
    }
    println!();
    Ok(())
}
