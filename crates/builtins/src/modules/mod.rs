//! The native modules: what CPython has in C.
//!
//! [`TABLE`] names each with the function that makes it; it is made at its first import.

mod abc;
mod array;
pub(crate) mod ast;
pub(crate) mod atexit;
mod binascii;
mod bisect;
mod blake2;
mod cmath;
mod codecs;
mod collections;
mod contextvars;
mod csv;
mod errno;
mod faulthandler;
mod fcntl;
mod functools;
mod gc;
mod hashes;
mod heapq;
mod imp;
pub(crate) mod io;
mod itertools;
mod json;
mod locale;
mod marshal;
mod math;
mod opcode;
mod operator;
mod posix;
mod posixsubprocess;
mod quoted_printable;
mod random;
mod resource;
mod select;
mod signal;
mod socket;
mod sre;
mod streams;
mod string;
mod struct_;
mod termios;
pub(crate) mod thread;
pub(crate) mod time;
mod tokenize;
mod unicodedata;
mod users;
pub(crate) mod warnings;
mod weakref;
mod zlib;

pub use signal::end_by_interrupt;

use hognose_object::module::Module;
use hognose_object::{PyResult, Raised, Ref, Rt, Str, StrExt, TypeObj, TypeSpec, Value};

/// Makes a native module.
pub(crate) type Init = fn(&Rt) -> PyResult<Ref<Module>>;

/// Every native module that `import` finds, `builtins` and `sys` aside, by name.
const TABLE: &[(&str, Init)] = &[
    ("_abc", abc::init),
    ("_ast", ast::init),
    ("_collections", collections::init),
    ("_contextvars", contextvars::init),
    ("_csv", csv::init),
    ("_bisect", bisect::init),
    ("_blake2", blake2::init),
    ("_codecs", codecs::init),
    ("cmath", cmath::init),
    ("_functools", functools::init),
    ("_heapq", heapq::init),
    ("_imp", imp::init),
    ("_md5", hashes::init_md5),
    ("_opcode", opcode::init),
    ("_operator", operator::init),
    ("_posixsubprocess", posixsubprocess::init),
    ("_random", random::init),
    ("_sha1", hashes::init_sha1),
    ("_sha2", hashes::init_sha2),
    ("_sha3", hashes::init_sha3),
    ("_io", io::init),
    ("_json", json::init),
    ("_locale", locale::init),
    ("_signal", signal::init),
    ("_socket", socket::init),
    ("_sre", sre::init),
    ("_string", string::init),
    ("_struct", struct_::init),
    ("_thread", thread::init),
    ("_tokenize", tokenize::init),
    ("_typing", |rt| Ok(rt.typing_module())),
    ("_warnings", warnings::init),
    ("_weakref", weakref::init),
    ("array", array::init),
    ("atexit", atexit::init),
    ("binascii", binascii::init),
    ("errno", errno::init),
    ("faulthandler", faulthandler::init),
    ("fcntl", fcntl::init),
    ("gc", gc::init),
    ("grp", users::init_grp),
    ("itertools", itertools::init),
    ("marshal", marshal::init),
    ("math", math::init),
    ("posix", posix::init),
    ("pwd", users::init_pwd),
    ("resource", resource::init),
    ("select", select::init),
    ("termios", termios::init),
    ("time", time::init),
    ("unicodedata", unicodedata::init),
    ("zlib", zlib::init),
];

/// The names of all native modules.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    TABLE
        .iter()
        .map(|(name, _)| *name)
        .chain(["builtins", "sys"])
}

/// The function that makes a native module.
pub(crate) fn init_for(name: &str) -> Option<Init> {
    TABLE
        .iter()
        .find(|(n, _)| *n == name)
        .map(|(_, init)| *init)
}

/// A native module, or the `ImportError` that there is none of that name.
pub(crate) fn create(rt: &Rt, name: &Value) -> PyResult {
    let text = name
        .downcast_ref::<Str>()
        .map(|s| s.to_str().into_owned())
        .unwrap_or_default();
    match (init_for(&text), text.as_str()) {
        (Some(init), _) => Ok(init(rt)?.into_value()),
        (None, "sys" | "builtins") => Ok(rt
            .modules
            .get_str(rt, &rt.intern(&text))
            .unwrap_or(Value::NONE)),
        (None, _) => {
            let message = format!("{text:?} is not a built-in module");
            Err(rt.import_error_for(&rt.types.import_error, &message, Some(name), None))
        }
    }
}

/// Sets up what every program finds: warnings, and the standard streams.
pub(crate) fn install(rt: &Rt) -> PyResult<()> {
    warnings::install(rt);
    streams::install(rt)
}

/// Runs the standard library's `site`: site-packages, `.pth` files, `exit` and `help`.
pub(crate) fn site(rt: &Rt) -> PyResult<()> {
    match crate::import::import_module(rt, "site") {
        Ok(_) => Ok(()),
        Err(raised) => {
            crate::write_stderr(rt, "Error in site:\n");
            crate::report(rt, &raised);
            Ok(())
        }
    }
}

/// Adds functions to a native module that is being made.
fn add_functions(rt: &Rt, module: &Ref<Module>, functions: &'static [hognose_object::NativeDef]) {
    let name = module.dict.get_str(rt, &rt.names.name_);
    for def in functions {
        let function = rt.bind_native(def, module.as_value().clone());
        function.module.set(name.clone());
        module
            .dict
            .set_str(rt, &rt.intern(def.name), function.into_value());
    }
}

/// The exception class of a native module, by the module's name.
struct ModuleError(&'static str);

impl ModuleError {
    /// Makes the class and puts it into the module.
    fn install(
        &self,
        rt: &Rt,
        module: &Ref<Module>,
        name: &str,
        base: &Ref<TypeObj>,
    ) -> PyResult<()> {
        // A module that is imported anew keeps its error: code that knows the old one still catches it.
        let known = {
            let state = rt.module_state.borrow();
            let class = state.get(self.0);
            class
                .and_then(|c| c.downcast_ref::<Ref<TypeObj>>())
                .cloned()
        };
        if let Some(known) = known {
            module.set(rt, name, known);
            return Ok(());
        }
        let namespace = rt.dict();
        let own = rt.str(self.0).into_value();
        namespace.set_str(rt, &rt.names.module_, own);
        let made = rt.new_class(name, std::slice::from_ref(base), &namespace)?;
        if let Some(class) = made.downcast::<TypeObj>() {
            let class: Box<dyn std::any::Any> = Box::new(class.clone());
            rt.module_state.borrow_mut().insert(self.0, class);
        }
        module.set(rt, name, made);
        Ok(())
    }

    /// An error of the class.
    #[cold]
    fn raise(&self, rt: &Rt, message: &str) -> Raised {
        let class = {
            let state = rt.module_state.borrow();
            let class = state.get(self.0);
            class
                .and_then(|c| c.downcast_ref::<Ref<TypeObj>>())
                .cloned()
        };
        rt.raise(&class.unwrap_or(rt.types.exception.clone()), message)
    }
}

/// A file's descriptor: a number, or what `fileno()` gives (`PyObject_AsFileDescriptor`).
fn file_descriptor(rt: &Rt, value: &Value) -> PyResult<i32> {
    let number = if rt.as_int(value).is_some() {
        value.clone()
    } else if let Some(fileno) = rt.getattr_opt(value, &rt.names.fileno)? {
        let number = rt.call(&fileno, &[])?;
        if rt.as_int(&number).is_none() {
            return Err(rt.type_error("fileno() returned a non-integer"));
        }
        number
    } else {
        return Err(rt.type_error("argument must be an int, or have a fileno() method."));
    };
    let fd = int_argument(rt, Some(&number), 0)?;
    if fd < 0 {
        return Err(rt.value_error(format!(
            "file descriptor cannot be a negative integer ({fd})"
        )));
    }
    Ok(fd as i32)
}

/// An argument that becomes a C `int`.
fn int_argument(rt: &Rt, value: Option<&Value>, default: i64) -> PyResult<i64> {
    let Some(value) = value else {
        return Ok(default);
    };
    let number = rt.index(value)?;
    let number = rt.as_int(&number).and_then(|n| n.to_i64());
    match number.filter(|n| i32::try_from(*n).is_ok()) {
        Some(number) => Ok(number),
        None => Err(rt.overflow_error("Python int too large to convert to C int")),
    }
}

/// A native class that its module does not show, made at its first use.
fn hidden_type(rt: &Rt, name: &'static str, spec: &'static TypeSpec) -> Ref<TypeObj> {
    let known = rt.module_state.borrow().get(name).and_then(|class| {
        let class = class.downcast_ref::<Ref<TypeObj>>();
        class.cloned()
    });
    known.unwrap_or_else(|| {
        let class = rt.native_type(spec, &rt.types.object);
        let kept = Box::new(class.clone());
        rt.module_state.borrow_mut().insert(name, kept);
        class
    })
}

/// An attribute of a native module, imported if need be.
pub(crate) fn attribute(rt: &Rt, module: &str, name: &str) -> PyResult {
    let module = crate::import::import_module(rt, module)?;
    rt.getattr_str(&module, name)
}

/// Fills bytes with the system's randomness.
fn random_bytes(bytes: &mut [u8]) {
    let mut at = 0;
    while at < bytes.len() {
        match rustix::rand::getrandom(&mut bytes[at..], rustix::rand::GetRandomFlags::empty()) {
            Ok(n) => at += n,
            Err(rustix::io::Errno::INTR) => (),
            Err(_) => return,
        }
    }
}
