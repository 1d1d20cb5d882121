//! Any bytes, parsed. Run with `cargo +nightly fuzz run parser`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hognose_fuzzing::parser::check(bytes));
