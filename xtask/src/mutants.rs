//! `cargo xtask mutants`: broken copies of real .pyc files through everything that reads them.

pub mod files;

use crate::Result;
use crate::pyc_compare::pyc_files;
use hognose_dis::Options;
use hognose_pyc::Pyc;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

/// A file longer than this is skipped: small files reach the same code in less time.
const LONGEST: usize = 40_000;
/// One mutant may take no longer than this.
const SLOW: Duration = Duration::from_secs(2);

pub fn run(folder: &str, count: &str) -> Result {
    let count: usize = count.parse()?;
    let mut originals = Vec::new();
    for path in pyc_files(Path::new(folder))? {
        let bytes = std::fs::read(&path)?;
        if bytes.len() <= LONGEST {
            originals.push(bytes);
        }
    }
    if originals.is_empty() {
        return Err("no file is small enough".into());
    }
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut readable, mut proven) = (0, 0);
    for number in 0..count {
        let seed = random.0;
        let original = random.pick(&originals);
        let mutant = mutate(original, &originals, &mut random);
        let start = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| feed(&mutant)));
        let Ok((is_readable, is_proven)) = outcome else {
            return Err(format!("mutant {number} (state {seed:#x}) panics").into());
        };
        readable += usize::from(is_readable);
        proven += usize::from(is_proven);
        if start.elapsed() > SLOW {
            return Err(format!(
                "mutant {number} (state {seed:#x}) takes {:?}",
                start.elapsed()
            )
            .into());
        }
    }
    println!("{count} mutants: {readable} readable, {proven} proven, none panics or hangs");
    Ok(())
}

/// Whether the mutant can be read, and whether it is proven.
fn feed(bytes: &[u8]) -> (bool, bool) {
    let Ok(pyc) = Pyc::read(bytes) else {
        return (false, false);
    };
    let options = Options {
        show_caches: true,
        show_offsets: true,
        show_positions: true,
        specialized: true,
    };
    let mut text = Bounded(0);
    // Running out of room is an answer too.
    let _ = hognose_dis::dis(&pyc.code, pyc.version, &options, &mut text);
    (true, hognose_verify::verify(&pyc.code).is_ok())
}

/// Counts text and refuses more than a reader would look at.
struct Bounded(usize);

impl std::fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0 += text.len();
        if self.0 > 64 << 20 {
            Err(std::fmt::Error)
        } else {
            Ok(())
        }
    }
}

fn mutate(original: &[u8], others: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = original.to_vec();
    for _ in 0..1 + random.below(6) {
        let at = 16 + random.below(bytes.len().saturating_sub(16).max(1));
        match random.below(7) {
            0 => set(&mut bytes, at, random.next() as u8),
            1 => {
                let flipped = bytes.get(at).map_or(0, |byte| byte ^ 1 << random.below(8));
                set(&mut bytes, at, flipped);
            }
            2 => bytes.truncate(at),
            // A length or a reference: four bytes of an awkward number.
            3 => {
                let number = random
                    .pick(&[0, 1, 2, 255, 256, i32::MAX, i32::MIN, -1, 0x1_0000])
                    .to_le_bytes();
                for (offset, byte) in number.into_iter().enumerate() {
                    set(&mut bytes, at + offset, byte);
                }
            }
            // A piece of another file, or of this one, over this one.
            4 => {
                let other = random.pick(others).clone();
                let from = random.below(other.len());
                let length = random.below(64);
                for (offset, byte) in other.iter().skip(from).take(length).enumerate() {
                    set(&mut bytes, at + offset, *byte);
                }
            }
            5 => drop(bytes.drain(at.min(bytes.len())..(at + random.below(8)).min(bytes.len()))),
            _ => {
                let type_code =
                    *random.pick(b"0NFTS.iIlfgxystru()[]{}<>cZzAa:\xe3\xa9\xbe\xda\xe9");
                set(&mut bytes, at, type_code);
            }
        }
    }
    bytes
}

fn set(bytes: &mut [u8], at: usize, value: u8) {
    if let Some(byte) = bytes.get_mut(at) {
        *byte = value;
    }
}

/// Xorshift: the same mutants every time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() >> 16) as usize % limit.max(1)
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}
