//! The project's own tools. Run with `cargo xtask NAME`.

fn main() {}
