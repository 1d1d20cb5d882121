//! Any bytes, compiled and verified. Run with `cargo +nightly fuzz run compile`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hognose_fuzzing::compile::check(bytes));
