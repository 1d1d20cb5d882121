//! Any bytes as location and exception tables. Run with `cargo +nightly fuzz run tables`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hognose_fuzzing::pyc::tables(bytes));
