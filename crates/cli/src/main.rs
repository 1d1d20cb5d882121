//! The hognose executable.

fn main() {}
