//! Oracles that judge fuzzed cases, free of any fuzz engine.
//!
//! Each takes raw bytes and panics when a promise is broken. The targets in `fuzz/` only call them; the cases that
//! fuzzing once found run as tests here.

pub mod compile;
pub mod parser;
pub mod pyc;
pub mod tokens;
