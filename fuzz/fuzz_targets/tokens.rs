//! Any bytes, tokenised. Run with `cargo +nightly fuzz run tokens`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hognose_fuzzing::tokens::check(bytes));
