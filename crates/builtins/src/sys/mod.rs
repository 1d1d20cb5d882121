//! The module `sys`.

mod flags;
mod functions;
mod hooks;

use crate::settings::Settings;
use hognose_object::module::Module;
use hognose_object::stdlib_names::STDLIB_MODULE_NAMES;
use hognose_object::{PyResult, Rt, Value};
use std::ffi::OsString;
use std::rc::Rc;

/// The version that programs see: the language level of the bytecode that is run.
pub const VERSION: (i64, i64, i64) = (3, 12, 1);

/// `sys.version`.
pub fn version_text() -> String {
    let (major, minor, patch) = VERSION;
    let own = env!("CARGO_PKG_VERSION");
    format!("{major}.{minor}.{patch} (hognose {own}) [Rust]")
}

/// Notes that the interpreter ends.
pub(crate) fn set_finalizing(rt: &Rt) {
    rt.module_state
        .borrow_mut()
        .insert("sys.finalizing", Box::new(()));
}

/// Whether the interpreter ends.
pub(crate) fn is_finalizing(rt: &Rt) -> bool {
    rt.module_state.borrow().contains_key("sys.finalizing")
}

/// A name of the module `sys`.
pub(crate) fn get(rt: &Rt, name: &str) -> Option<Value> {
    let module = rt.modules.get_str(rt, &rt.intern("sys"))?;
    module
        .downcast_ref::<Module>()?
        .dict
        .get_str(rt, &rt.intern(name))
}

/// Sets a name of the module `sys`.
pub(crate) fn set(rt: &Rt, name: &str, value: Value) {
    if let Some(module) = rt.modules.get_str(rt, &rt.intern("sys"))
        && let Some(module) = module.downcast_ref::<Module>()
    {
        module.set(rt, name, value);
    }
}

/// The settings that the interpreter was started with.
pub(crate) fn settings(rt: &Rt) -> Rc<Settings> {
    let state = rt.module_state.borrow();
    state
        .get("sys")
        .and_then(|s| s.downcast_ref::<Rc<Settings>>())
        .cloned()
        .unwrap_or_default()
}

/// Makes the module and puts it into `sys.modules`.
pub(crate) fn install(rt: &Rt, settings: Settings) -> PyResult<()> {
    let settings = Rc::new(settings);
    rt.module_state
        .borrow_mut()
        .insert("sys", Box::new(settings.clone()));
    if let Some(most) = settings.int_max_str_digits {
        rt.max_int_digits.set(most);
    }
    let module = rt.native_module("sys", functions::FUNCTIONS);
    rt.modules
        .set_str(rt, &rt.intern("sys"), module.as_value().clone());
    let list = |items: &[String]| {
        rt.list(items.iter().map(|s| rt.str(s).into_value()).collect())
            .into_value()
    };
    let paths = |items: &[OsString]| {
        let items = items
            .iter()
            .map(|item| crate::paths::from_path(rt, item.as_ref()));
        rt.list(items.collect()).into_value()
    };
    let text = |s: &str| rt.str(s).into_value();
    let set = |name: &str, value: Value| module.set(rt, name, value);
    set("modules", rt.modules.as_value().clone());
    set("argv", paths(&settings.argv));
    set("orig_argv", paths(&settings.orig_argv));
    for name in ["executable", "_base_executable"] {
        set(
            name,
            crate::paths::from_path(rt, settings.executable.as_ref()),
        );
    }
    let (major, minor, patch) = VERSION;
    set("version", text(&version_text()));
    set(
        "hexversion",
        rt.int(major << 24 | minor << 16 | patch << 8 | 0xf0),
    );
    set("api_version", rt.int(1013));
    set(
        "copyright",
        text("Copyright (c) the hognose authors; the standard library is CPython's own."),
    );
    set("platform", text(std::env::consts::OS));
    set(
        "byteorder",
        text(if cfg!(target_endian = "little") {
            "little"
        } else {
            "big"
        }),
    );
    set("maxsize", rt.int(i64::MAX));
    set("maxunicode", rt.int(0x10_ffff));
    set("platlibdir", text("lib"));
    set("float_repr_style", text("short"));
    set(
        "dont_write_bytecode",
        Value::bool(settings.dont_write_bytecode),
    );
    set(
        "pycache_prefix",
        settings.pycache_prefix.as_deref().map_or(Value::NONE, text),
    );
    set("warnoptions", list(&settings.warn_options));
    set(
        "_git",
        rt.tuple([text("hognose"), text(""), text("")]).into_value(),
    );
    set("_framework", text(""));
    set("abiflags", text(""));
    rt.bytes_warning.set(settings.bytes_warning > 0);
    let prefix = prefix(&settings);
    for name in ["prefix", "exec_prefix", "base_prefix", "base_exec_prefix"] {
        set(name, text(&prefix));
    }
    set("_home", Value::NONE);
    set(
        "_stdlib_dir",
        settings
            .stdlib
            .as_ref()
            .map_or(Value::NONE, |d| text(&d.to_string_lossy())),
    );
    let mut path = settings.path.clone();
    if let Some(stdlib) = &settings.stdlib {
        path.push(stdlib.clone().into());
        let dynload = stdlib.join("lib-dynload");
        if dynload.is_dir() {
            path.push(dynload.into());
        }
    }
    set("path", paths(&path));
    set("meta_path", rt.list(Vec::new()).into_value());
    set("path_hooks", rt.list(Vec::new()).into_value());
    set("path_importer_cache", rt.dict().into_value());
    let options = rt.dict();
    for (key, value) in &settings.x_options {
        options.set_str(
            rt,
            &rt.intern(key),
            value.as_deref().map_or(Value::TRUE, text),
        );
    }
    set("_xoptions", options.into_value());
    let mut names: Vec<&str> = crate::modules::names().collect();
    names.sort_unstable();
    set(
        "builtin_module_names",
        rt.tuple(names.iter().map(|n| text(n))).into_value(),
    );
    let library: Vec<Value> = STDLIB_MODULE_NAMES.iter().map(|n| text(n)).collect();
    set("stdlib_module_names", rt.frozenset(&library)?.into_value());
    flags::install(rt, &module, &settings)?;
    for (name, original) in [
        ("excepthook", "__excepthook__"),
        ("displayhook", "__displayhook__"),
        ("unraisablehook", "__unraisablehook__"),
        ("breakpointhook", "__breakpointhook__"),
    ] {
        if let Some(function) = module.dict.get_str(rt, &rt.intern(name)) {
            set(original, function);
        }
    }
    Ok(())
}

/// `sys.prefix`: two folders above the standard library (`PREFIX/lib/python3.12`).
fn prefix(settings: &Settings) -> String {
    let found = settings
        .stdlib
        .as_deref()
        .and_then(|d| d.parent())
        .and_then(|d| d.parent());
    found.map_or_else(
        || "/usr/local".to_owned(),
        |d| d.to_string_lossy().into_owned(),
    )
}
