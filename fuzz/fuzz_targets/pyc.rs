//! Any bytes as a .pyc file. Run with `cargo +nightly fuzz run pyc`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hognose_fuzzing::pyc::file(bytes));
