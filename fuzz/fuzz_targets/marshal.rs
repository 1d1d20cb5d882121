//! Any bytes as marshal data of every version. Run with `cargo +nightly fuzz run marshal`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hognose_fuzzing::pyc::marshal(bytes));
