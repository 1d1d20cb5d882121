//! Rendered from data/ by `cargo xtask codegen`.

pub mod character_names;
