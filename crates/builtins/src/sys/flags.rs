//! `sys.flags`, `sys.version_info` and the other named tuples of `sys`.

use crate::settings::Settings;
use crate::struct_seq;
use hognose_object::module::Module;
use hognose_object::{PyResult, Ref, Rt, TypeSpec, Value};

static FLAGS: TypeSpec = struct_seq::sealed_spec("sys.flags");
static VERSION_INFO: TypeSpec = struct_seq::sealed_spec("sys.version_info");
static HASH_INFO: TypeSpec = struct_seq::spec("sys.hash_info");
static INT_INFO: TypeSpec = struct_seq::spec("sys.int_info");
static FLOAT_INFO: TypeSpec = struct_seq::spec("sys.float_info");
static THREAD_INFO: TypeSpec = struct_seq::spec("sys.thread_info");

pub(super) fn install(rt: &Rt, module: &Ref<Module>, settings: &Settings) -> PyResult<()> {
    let text = |s: &str| rt.str(s).into_value();
    let named = |name: &str, spec: &'static TypeSpec, fields: &[(&str, Value)]| {
        let names: Vec<&str> = fields.iter().map(|f| f.0).collect();
        let class = struct_seq::class(rt, spec, &names, &[]);
        let value = struct_seq::make(
            rt,
            &class,
            fields.iter().map(|f| f.1.clone()).collect(),
            Vec::new(),
        );
        module.set(rt, name, value.clone());
        value
    };
    let (major, minor, patch) = super::VERSION;
    let version = named(
        "version_info",
        &VERSION_INFO,
        &[
            ("major", rt.int(major)),
            ("minor", rt.int(minor)),
            ("micro", rt.int(patch)),
            ("releaselevel", text("final")),
            ("serial", rt.int(0)),
        ],
    );
    let flag = |on: bool| rt.int(i64::from(on));
    let number = |n: u8| rt.int(i64::from(n));
    named(
        "flags",
        &FLAGS,
        &[
            ("debug", number(settings.debug)),
            ("inspect", flag(settings.inspect)),
            ("interactive", flag(settings.interactive)),
            ("optimize", number(settings.optimize)),
            ("dont_write_bytecode", flag(settings.dont_write_bytecode)),
            ("no_user_site", flag(settings.no_user_site)),
            ("no_site", flag(settings.no_site)),
            ("ignore_environment", flag(settings.ignore_environment)),
            ("verbose", number(settings.verbose)),
            ("bytes_warning", number(settings.bytes_warning)),
            ("quiet", flag(settings.quiet)),
            ("hash_randomization", flag(settings.hash_seed != Some(0))),
            ("isolated", flag(settings.isolated)),
            ("dev_mode", Value::bool(settings.dev_mode)),
            ("utf8_mode", flag(settings.utf8_mode)),
            (
                "warn_default_encoding",
                flag(settings.warn_default_encoding),
            ),
            ("safe_path", Value::bool(settings.safe_path)),
            (
                "int_max_str_digits",
                rt.int_from_usize(rt.max_int_digits.get()),
            ),
        ],
    );
    named(
        "hash_info",
        &HASH_INFO,
        &[
            ("width", rt.int(64)),
            ("modulus", rt.int((1 << 61) - 1)),
            ("inf", rt.int(314_159)),
            ("nan", rt.int(0)),
            ("imag", rt.int(1_000_003)),
            ("algorithm", text("siphash13")),
            ("hash_bits", rt.int(64)),
            ("seed_bits", rt.int(128)),
            ("cutoff", rt.int(0)),
        ],
    );
    named(
        "int_info",
        &INT_INFO,
        &[
            ("bits_per_digit", rt.int(30)),
            ("sizeof_digit", rt.int(4)),
            ("default_max_str_digits", rt.int(4300)),
            ("str_digits_check_threshold", rt.int(640)),
        ],
    );
    named(
        "float_info",
        &FLOAT_INFO,
        &[
            ("max", rt.float(f64::MAX)),
            ("max_exp", rt.int(1024)),
            ("max_10_exp", rt.int(308)),
            ("min", rt.float(f64::MIN_POSITIVE)),
            ("min_exp", rt.int(-1021)),
            ("min_10_exp", rt.int(-307)),
            ("dig", rt.int(15)),
            ("mant_dig", rt.int(53)),
            ("epsilon", rt.float(f64::EPSILON)),
            ("radix", rt.int(2)),
            ("rounds", rt.int(1)),
        ],
    );
    named(
        "thread_info",
        &THREAD_INFO,
        &[
            ("name", text("pthread")),
            ("lock", text("semaphore")),
            ("version", Value::NONE),
        ],
    );
    let implementation = rt.namespace(&[
        ("name", text("hognose")),
        // The tag of the caches that are read and written: CPython's, whose bytecode this is.
        ("cache_tag", text("cpython-312")),
        ("version", version),
        (
            "hexversion",
            rt.int(major << 24 | minor << 16 | patch << 8 | 0xf0),
        ),
        ("_multiarch", text(&multiarch())),
    ]);
    module.set(rt, "implementation", implementation);
    Ok(())
}

/// The machine as Debian names it; `sysconfig` finds the data of CPython's build by it.
fn multiarch() -> String {
    if cfg!(target_os = "linux") {
        format!("{}-linux-gnu", std::env::consts::ARCH)
    } else {
        "darwin".to_owned()
    }
}
