//! Any bytes as instructions, verified. Run with `cargo +nightly fuzz run verify`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hognose_fuzzing::pyc::code(bytes));
