//! Tables written by `cargo xtask`.

pub(crate) mod unicode;
