//! Says whether the executor's handlers may jump to one another.

fn main() {
    println!("cargo::rustc-check-cfg=cfg(threaded)");
    println!("cargo::rerun-if-changed=build.rs");
    let value = |name: &str| std::env::var(name).unwrap_or_default();
    // An optimising build turns a call at a function's end, with the arguments in registers, into a jump.
    if ["2", "3"].contains(&value("OPT_LEVEL").as_str())
        && ["x86_64", "aarch64"].contains(&value("CARGO_CFG_TARGET_ARCH").as_str())
    {
        println!("cargo::rustc-cfg=threaded");
    }
}
