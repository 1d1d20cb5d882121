//! Import: what `import` statements and `__import__` do (`Lib/importlib/_bootstrap.py`), natively.
//!
//! A module is looked for in `sys.modules`, then by the finders of `sys.meta_path`. The two that stand there from the
//! start, for built-in modules and for `sys.path`, are ours and called directly; others are called as Python objects.

mod bootstrap;
mod cache;
mod find;
mod loaders;
mod spec;
mod zip;

pub(crate) use cache::{code_of_pyc, named};
pub(crate) use find::main_in;
pub(crate) use loaders::{source_loader, sourceless_loader};
pub(crate) use spec::{finders, set_module_attributes};
pub(crate) use zip::is_plain_zip;
pub use zip::is_zip;

use find::Located;
use hognose_object::code::Code;

use hognose_object::dict::Dict;
use hognose_object::module::Module;
use hognose_object::tuple::{List, Tuple, TupleExt};
use hognose_object::{PyResult, Raised, Ref, Rt, Str, StrExt, Value};

/// Puts the finders into `sys.meta_path`.
pub(crate) fn install(rt: &Rt) -> PyResult<()> {
    let types = spec::Types::new(rt);
    let finders = vec![
        types.builtin_importer.as_value().clone(),
        types.path_finder.as_value().clone(),
    ];
    rt.module_state
        .borrow_mut()
        .insert("import", Box::new(types));
    crate::sys::set(rt, "meta_path", rt.list(finders).into_value());
    Ok(())
}

/// Says something under `-v`.
pub(crate) fn verbose(rt: &Rt, level: u8, message: impl FnOnce() -> String) {
    if crate::sys::settings(rt).verbose >= level {
        let message = message();
        let prefix = if message.starts_with('#') || message.starts_with("import ") {
            ""
        } else {
            "# "
        };
        crate::write_stderr(rt, &format!("{prefix}{message}\n"));
    }
}

/// `__import__(name, globals, locals, fromlist, level)`.
pub(crate) fn import(
    rt: &Rt,
    name: &Ref<Str>,
    globals: &Value,
    from: &Value,
    level: i64,
) -> PyResult {
    if level < 0 {
        return Err(rt.value_error("level must be >= 0"));
    }
    let absolute = if level > 0 {
        resolve(rt, name, globals.downcast::<Dict>(), level)?
    } else {
        if name.char_count() == 0 {
            return Err(rt.value_error("Empty module name"));
        }
        rt.intern_ref(name.clone())
    };
    let module = import_absolute(rt, &absolute)?;
    let wanted = !from.is_none() && rt.truth(from)?;
    if wanted {
        let path = if module.downcast_ref::<Module>().is_some() {
            rt.own_attr(&module, &rt.names.path_)
        } else {
            rt.getattr_opt(&module, &rt.names.path_)?
        };
        if path.is_some() {
            import_from_list(rt, &module, &absolute, from)?;
        }
        return Ok(module);
    }
    let text = name.to_str();
    let Some(dot) = text.find('.') else {
        return Ok(module);
    };
    if level == 0 {
        return import_absolute(rt, &rt.intern(&text[..dot]));
    }
    // `from . import a.b` cannot be written; __import__("a.b", level=1) gives the package of the first part.
    if text.is_empty() {
        return Ok(module);
    }
    let absolute = absolute.to_str();
    let kept = absolute.len() - (text.len() - dot);
    let top = rt.intern(&absolute[..kept]);
    rt.modules.get_str(rt, &top).ok_or_else(|| {
        rt.key_error(
            rt.str(&format!(
                "'{}' not in sys.modules as expected",
                top.to_str()
            ))
            .as_value(),
        )
    })
}

/// The module of that full name, loaded if it is not yet.
pub(crate) fn import_absolute(rt: &Rt, name: &Ref<Str>) -> PyResult {
    match rt.modules.get_str(rt, name) {
        Some(module) if module.is_none() => {
            let text = name.to_str();
            let message = format!("import of {text} halted; None in sys.modules");
            Err(rt.import_error_for(
                &rt.types.module_not_found_error,
                &message,
                Some(name.as_value()),
                None,
            ))
        }
        Some(module) => Ok(module),
        None => find_and_load(rt, name),
    }
}

/// `importlib.import_module(name)` for absolute names.
pub(crate) fn import_module(rt: &Rt, name: &str) -> PyResult {
    import_absolute(rt, &rt.intern(name))
}

/// The full name of a relative import (`resolve_name` after `_calc___package__`).
fn resolve(
    rt: &Rt,
    name: &Ref<Str>,
    globals: Option<&Ref<Dict>>,
    level: i64,
) -> PyResult<Ref<Str>> {
    let Some(globals) = globals else {
        return Err(rt.key_error(rt.str("'__name__' not in globals").as_value()));
    };
    let package = package_of(rt, globals)?;
    if package.is_empty() {
        return Err(rt.import_error("attempted relative import with no known parent package"));
    }
    let mut base = package.as_str();
    for _ in 1..level {
        match base.rfind('.') {
            Some(dot) => base = &base[..dot],
            None => {
                return Err(rt.import_error("attempted relative import beyond top-level package"));
            }
        }
    }
    let text = name.to_str();
    Ok(if text.is_empty() {
        rt.intern(base)
    } else {
        rt.intern(&format!("{base}.{text}"))
    })
}

fn package_of(rt: &Rt, globals: &Ref<Dict>) -> PyResult<String> {
    let text = |v: &Value| v.downcast_ref::<Str>().map(|s| s.to_str().into_owned());
    let package = globals
        .get_str(rt, &rt.names.package_)
        .filter(|v| !v.is_none());
    let spec = globals
        .get_str(rt, &rt.names.spec_)
        .filter(|v| !v.is_none());
    if let Some(package) = &package {
        let own = text(package).ok_or_else(|| rt.type_error("package must be a string"))?;
        if let Some(spec) = spec {
            let parent = rt.getattr_str(&spec, "parent")?;
            if !rt.eq(package, &parent)? {
                let message = "__package__ != __spec__.parent";
                rt.warn(&rt.types.deprecation_warning, message)?;
            }
        }
        return Ok(own);
    }
    if let Some(spec) = spec {
        let parent = rt.getattr_str(&spec, "parent")?;
        return text(&parent).ok_or_else(|| rt.type_error("__spec__.parent must be a string"));
    }
    rt.warn(
        &rt.types.import_warning,
        "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__",
    )?;
    let Some(name) = globals.get_str(rt, &rt.names.name_) else {
        return Err(rt.key_error(rt.str("'__name__' not in globals").as_value()));
    };
    let Some(name) = text(&name) else {
        return Err(rt.type_error("__name__ must be a string"));
    };
    if globals.get_str(rt, &rt.names.path_).is_some() {
        return Ok(name);
    }
    match name.rfind('.') {
        Some(dot) => Ok(name[..dot].to_owned()),
        None => Err(rt.import_error("attempted relative import with no known parent package")),
    }
}

/// Imports the submodules that a from-list names (`_handle_fromlist`).
fn import_from_list(rt: &Rt, module: &Value, name: &Ref<Str>, from: &Value) -> PyResult<()> {
    for item in rt.collect(from)? {
        let Some(text) = item.downcast::<Str>() else {
            let given = rt.type_name(&item);
            let what = format!("Item in ``from list'' must be str, not {given}");
            return Err(rt.type_error(what));
        };
        if text.is_text("*") {
            if let Some(all) = rt.getattr_opt(module, &rt.intern("__all__"))? {
                import_all(rt, module, name, &all)?;
            }
        } else {
            import_submodule(rt, module, name, text)?;
        }
    }
    Ok(())
}

fn import_all(rt: &Rt, module: &Value, name: &Ref<Str>, all: &Value) -> PyResult<()> {
    for item in rt.collect(all)? {
        match item.downcast::<Str>() {
            Some(text) if !text.is_text("*") => import_submodule(rt, module, name, text)?,
            Some(_) => (),
            None => {
                let (package, given) = (name.to_str(), rt.type_name(&item));
                return Err(rt.type_error(format!(
                    "Item in {package}.__all__ must be str, not {given}"
                )));
            }
        }
    }
    Ok(())
}

fn import_submodule(rt: &Rt, module: &Value, name: &Ref<Str>, item: &Ref<Str>) -> PyResult<()> {
    let attribute = rt.intern_ref(item.clone());
    if rt.getattr_opt(module, &attribute)?.is_some() {
        return Ok(());
    }
    let full = rt.intern(&format!("{}.{}", name.to_str(), item.to_str()));
    match import_absolute(rt, &full) {
        Ok(_) => Ok(()),
        // A name that is neither attribute nor submodule is the importing code's own error.
        Err(raised) if raised.is(rt, &rt.types.module_not_found_error) => {
            let missing = rt.getattr(&raised.0, &rt.names.name)?;
            if missing
                .downcast_ref::<Str>()
                .is_some_and(|m| m.same_text(&full))
                && rt.modules.get_str(rt, &full).is_none()
            {
                Ok(())
            } else {
                Err(raised)
            }
        }
        Err(raised) => Err(raised),
    }
}

#[cold]
fn not_found(rt: &Rt, name: &Ref<Str>, more: &str) -> Raised {
    let message = format!("No module named {}{more}", quoted(&name.to_str()));
    rt.import_error_for(
        &rt.types.module_not_found_error,
        &message,
        Some(name.as_value()),
        None,
    )
}

fn quoted(text: &str) -> String {
    let mut out = String::new();
    hognose_source::repr::write_str(&mut out, text.as_bytes());
    out
}

/// `_find_and_load_unlocked`.
fn find_and_load(rt: &Rt, name: &Ref<Str>) -> PyResult {
    let text = name.to_str().into_owned();
    let mut path = Value::NONE;
    let mut parent = None;
    if let Some(dot) = text.rfind('.') {
        let parent_name = rt.intern(&text[..dot]);
        let mut package = rt.modules.get_str(rt, &parent_name);
        if package.is_none() {
            package = Some(import_absolute(rt, &parent_name)?);
        }
        // The parent's own code may have imported it.
        if let Some(module) = rt.modules.get_str(rt, name) {
            return Ok(module);
        }
        let package = package.unwrap_or(Value::NONE);
        match rt.getattr_opt(&package, &rt.names.path_)? {
            Some(found) => path = found,
            None => {
                let more = format!("; {} is not a package", quoted(&parent_name.to_str()));
                return Err(not_found(rt, name, &more));
            }
        }
        parent = Some((package, parent_name, rt.intern(&text[dot + 1..])));
    }
    let Some(found) = find_spec(rt, name, &path)? else {
        return Err(not_found(rt, name, ""));
    };
    let Some((package, parent_name, child)) = parent else {
        return load(rt, name, found);
    };
    let module = {
        let _loading = Uninitialized::new(rt, &package, &child)?;
        load(rt, name, found)?
    };
    // The module's own code may have put another package there, or none.
    let Some(package) = rt.modules.get_str(rt, &parent_name) else {
        return Err(rt.key_error(parent_name.as_value()));
    };
    if let Err(raised) = rt.setattr(&package, &child, Some(&module)) {
        if !raised.is(rt, &rt.types.attribute_error) {
            return Err(raised);
        }
        let message = format!(
            "Cannot set an attribute on '{}' for child module '{}'",
            &text[..text.rfind('.').unwrap_or(0)],
            child.to_str()
        );
        rt.warn(&rt.types.import_warning, &message)?;
    }
    Ok(module)
}

/// A submodule that is being loaded stands in its package's spec: errors tell of circular imports by it.
struct Uninitialized {
    row: Option<Ref<List>>,
}

impl Uninitialized {
    fn new(rt: &Rt, package: &Value, child: &Ref<Str>) -> PyResult<Uninitialized> {
        let name = rt.intern("_uninitialized_submodules");
        let row = match rt.getattr_opt(package, &rt.names.spec_)? {
            Some(spec) if !spec.is_none() => rt.getattr_opt(&spec, &name)?,
            _ => None,
        };
        let row = row.and_then(|row| row.downcast::<List>().cloned());
        if let Some(row) = &row {
            row.items.borrow_mut().push(child.as_value().clone());
        }
        Ok(Uninitialized { row })
    }
}

impl Drop for Uninitialized {
    fn drop(&mut self) {
        let last = self
            .row
            .as_ref()
            .and_then(|row| row.items.borrow_mut().pop());
        drop(last);
    }
}

/// What a finder found.
enum Found {
    /// One of our own finders knows how to load it.
    Native(Located),
    /// A spec that a Python finder made.
    Spec(Value),
    /// One of importlib's own two modules.
    Bootstrap,
}

fn find_spec(rt: &Rt, name: &Ref<Str>, path: &Value) -> PyResult<Option<Found>> {
    let Some(meta_path) = crate::sys::get(rt, "meta_path") else {
        return Err(rt.import_error("sys.meta_path is None, Python is likely shutting down"));
    };
    let chain = match meta_path.downcast_ref::<List>() {
        Some(list) => list.snapshot(),
        None => rt.collect(&meta_path)?,
    };
    let (builtin, ours) = finders(rt);
    let own = bootstrap::classes(rt);
    let is_own = |finder: &Value, which: fn(&bootstrap::Classes) -> &Value| {
        own.as_ref().is_some_and(|own| which(own).is(finder))
    };
    for finder in chain {
        if finder.is(&builtin) || is_own(&finder, |own| &own.builtin_importer) {
            if path.is_none() && crate::modules::init_for(&name.to_str()).is_some() {
                return Ok(Some(Found::Native(Located::Builtin)));
            }
            if path.is_none() && bootstrap::is_own(&name.to_str()) {
                return Ok(Some(Found::Bootstrap));
            }
        } else if is_own(&finder, |own| &own.frozen_importer) {
        } else if finder.is(&ours) || is_own(&finder, |own| &own.path_finder) {
            if let Some(located) = find::on_path(rt, name, path)? {
                return Ok(Some(match located {
                    Located::Foreign(spec) => Found::Spec(spec),
                    located => Found::Native(located),
                }));
            }
        } else {
            let Some(find) = rt.getattr_opt(&finder, &rt.intern("find_spec"))? else {
                continue;
            };
            let spec = rt.call(&find, &[name.as_value().clone(), path.clone(), Value::NONE])?;
            if !spec.is_none() {
                return Ok(Some(Found::Spec(spec)));
            }
        }
    }
    Ok(None)
}

fn load(rt: &Rt, name: &Ref<Str>, found: Found) -> PyResult {
    match found {
        Found::Native(located) => loaders::load_native(rt, name, located),
        Found::Spec(spec) => loaders::load_spec(rt, name, &spec),
        Found::Bootstrap => bootstrap::load(rt, name),
    }
}

/// The spec of a module by name, without loading it (`PathFinder.find_spec`, `BuiltinImporter.find_spec`).
pub(crate) fn native_spec(rt: &Rt, name: &Ref<Str>, path: &Value, builtin: bool) -> PyResult {
    if builtin {
        if crate::modules::init_for(&name.to_str()).is_none() {
            return Ok(Value::NONE);
        }
        return loaders::spec_of(rt, name, &Located::Builtin);
    }
    match find::on_path(rt, name, path)? {
        Some(Located::Foreign(spec)) => Ok(spec),
        Some(located) => loaders::spec_of(rt, name, &located),
        None => Ok(Value::NONE),
    }
}

/// The items of a path: a list or any iterable of strings.
fn path_items(rt: &Rt, path: &Value) -> PyResult<Vec<Value>> {
    match (path.downcast_ref::<List>(), path.downcast_ref::<Tuple>()) {
        (Some(list), _) => Ok(list.snapshot()),
        (None, Some(tuple)) => Ok(tuple.to_vec()),
        (None, None) => rt.collect(path),
    }
}

/// The spec and code of a `__main__` that was located.
pub(crate) fn located_program(
    rt: &Rt,
    name: &Ref<Str>,
    located: &Located,
) -> PyResult<(Value, Ref<Code>)> {
    let spec = loaders::spec_of(rt, name, located)?;
    match loaders::code_of(rt, name, located)? {
        Some(code) => Ok((spec, code)),
        None => Err(rt.import_error(format!("No code object available for {}", name.to_str()))),
    }
}

/// The spec and code of a module that is to be run as a program; of a package, its `__main__`'s.
pub(crate) fn program(rt: &Rt, name: &str) -> PyResult<(Value, Ref<Code>)> {
    let full = rt.intern(name);
    let path = match name.rsplit_once('.') {
        Some((parent, _)) => rt.getattr(&import_module(rt, parent)?, &rt.names.path_)?,
        None => Value::NONE,
    };
    match find::on_path(rt, &full, &path)? {
        Some(
            Located::Source {
                package: Some(_), ..
            }
            | Located::Sourceless {
                package: Some(_), ..
            }
            | Located::Namespace(_),
        ) => {
            import_absolute(rt, &full)?;
            program(rt, &format!("{name}.__main__"))
        }
        Some(located) => located_program(rt, &full, &located),
        None => Err(not_found(rt, &full, "")),
    }
}
