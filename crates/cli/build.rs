//! Says how the executable is linked.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let value = |name: &str| std::env::var(name).unwrap_or_default();
    // At a fixed address nothing is relocated: tens of thousands of addresses in tables would be, at every start, which
    // takes a third of all page faults of `-c pass` and a MiB of memory.
    if value("CARGO_CFG_TARGET_OS") == "linux"
        && value("CARGO_CFG_TARGET_ENV") == "gnu"
        && value("CARGO_CFG_TARGET_ARCH") == "x86_64"
    {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
