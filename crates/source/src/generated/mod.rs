//! Tables written by `cargo xtask`.

pub(crate) mod codecs;
pub(crate) mod unprintable;
