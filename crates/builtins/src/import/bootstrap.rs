//! `_frozen_importlib` and `_frozen_importlib_external`: importlib's own Python, made when a program first asks for it.
//!
//! Until then specs and loaders are native objects with the same attributes. From then on those of importlib's classes are
//! made, and the native ones that modules have already are exchanged for them, so that a program finds the classes, the
//! hooks and the finders that it finds in CPython. Finding and loading for `import` statements stays native.

use super::find;
use super::loaders;
use super::spec::{self, set_module_attributes};
use hognose_bytecode::PyStr;
use hognose_object::tuple::List;
use hognose_object::{PyResult, Ref, Rt, Str, StrExt, TypeObj, Value};
use std::path::Path;
use std::rc::Rc;

const BOOTSTRAP: &str = "_frozen_importlib";
const EXTERNAL: &str = "_frozen_importlib_external";

/// The modules whose code CPython carries in itself: `<frozen NAME>` stands for their files (`Python/frozen.c`).
const FROZEN: [&str; 17] = [
    "_collections_abc",
    "_sitebuiltins",
    "abc",
    "codecs",
    "genericpath",
    "importlib._bootstrap",
    "importlib._bootstrap_external",
    "importlib.machinery",
    "importlib.util",
    "io",
    "ntpath",
    "os",
    "posixpath",
    "runpy",
    "site",
    "stat",
    "zipimport",
];

/// What `co_filename` is to be for the code of a module's source.
pub(super) fn shown_file(rt: &Rt, name: &str, path: &Path) -> PyStr {
    frozen_file(rt, name, path).unwrap_or_else(|| crate::paths::py_str(path))
}

/// What stands for a file whose code CPython has in itself.
pub(super) fn frozen_file(rt: &Rt, name: &str, path: &Path) -> Option<PyStr> {
    let is_frozen = FROZEN.contains(&name)
        && crate::sys::settings(rt)
            .stdlib
            .as_deref()
            .is_some_and(|library| {
                let folder = match name.rsplit_once('.') {
                    Some((package, _)) => library.join(package),
                    None => library.to_owned(),
                };
                path.parent() == Some(&folder)
            });
    is_frozen.then(|| PyStr::new(&format!("<frozen {name}>")))
}

/// Whether this is one of the two modules.
pub(super) fn is_own(name: &str) -> bool {
    matches!(name, BOOTSTRAP | EXTERNAL)
}

/// importlib's classes, finders and hooks.
pub(super) struct Classes {
    pub module_spec: Ref<TypeObj>,
    pub source_loader: Ref<TypeObj>,
    pub sourceless_loader: Ref<TypeObj>,
    namespace_loader: Ref<TypeObj>,
    namespace_path: Value,
    pub builtin_importer: Value,
    pub frozen_importer: Value,
    pub path_finder: Value,
    file_finder: Ref<TypeObj>,
    zip_importer: Ref<TypeObj>,
    /// What stands in `sys.path_hooks` from the start.
    hooks: Vec<Value>,
}

impl Classes {
    /// Whether a hook of `sys.path_hooks` makes finders whose work is done natively.
    pub(super) fn is_own_hook(&self, hook: &Value) -> bool {
        self.hooks.iter().any(|own| own.is(hook))
    }

    /// Whether a finder's work is done natively.
    pub(super) fn is_own_finder(&self, rt: &Rt, finder: &Value) -> bool {
        let ty = rt.type_of(finder);
        [&self.file_finder, &self.zip_importer]
            .iter()
            .any(|own| own.as_value().is(ty.as_value()))
    }

    /// The `__path__` of a namespace package.
    pub(super) fn namespace_path(&self, rt: &Rt, name: &Value, folders: Value) -> PyResult {
        let finder = rt.getattr_str(&self.path_finder, "_get_spec")?;
        rt.call(&self.namespace_path, &[name.clone(), folders, finder])
    }

    /// The loader of a namespace package with that path (`_init_module_attrs`).
    pub(super) fn namespace_loader(&self, rt: &Rt, path: &Value) -> PyResult {
        instance(rt, &self.namespace_loader, &[("_path", path.clone())])
    }

    /// The loader of what lies in a folder of a zip file.
    pub(super) fn zip_loader(&self, rt: &Rt, folder: &Path) -> PyResult {
        let folder = crate::paths::from_path(rt, folder);
        rt.call(self.zip_importer.as_value(), &[folder])
    }
}

/// An instance with attributes, its `__init__` not called.
pub(super) fn instance(rt: &Rt, ty: &Ref<TypeObj>, attributes: &[(&str, Value)]) -> PyResult {
    let made = rt.new_instance(ty).into_value();
    for (name, value) in attributes {
        rt.setattr(&made, &rt.intern(name), Some(value))?;
    }
    Ok(made)
}

/// The classes, once the modules were asked for.
pub(super) fn classes(rt: &Rt) -> Option<Rc<Classes>> {
    let state = rt.module_state.borrow();
    let found = state.get("import.classes")?;
    found.downcast_ref::<Rc<Classes>>().cloned()
}

/// Makes both modules and installs what they define; gives the one asked for.
pub(super) fn load(rt: &Rt, name: &Ref<Str>) -> PyResult {
    let bootstrap = module(rt, BOOTSTRAP, "_bootstrap")?;
    let external = module(rt, EXTERNAL, "_bootstrap_external")?;
    let made = install(rt, &bootstrap, &external);
    if let Err(raised) = made {
        for name in [BOOTSTRAP, EXTERNAL] {
            rt.modules.remove_str(rt, &rt.intern(name));
        }
        return Err(raised);
    }
    Ok(if name.is_text(BOOTSTRAP) {
        bootstrap
    } else {
        external
    })
}

/// Runs a file of importlib as a module of that name.
fn module(rt: &Rt, name: &str, file: &str) -> PyResult {
    let name = rt.intern(name);
    let settings = crate::sys::settings(rt);
    let located = settings
        .stdlib
        .as_deref()
        .and_then(|library| find::in_entry(rt, &library.join("importlib"), file.as_ref()).module());
    let Some(located) = located else {
        return Err(super::not_found(rt, &name, ""));
    };
    let full = rt.intern(&format!("importlib.{file}"));
    let Some(code) = loaders::code_of(rt, &full, &located)? else {
        return Err(super::not_found(rt, &name, ""));
    };
    let module = rt.module(&name.to_str()).into_value();
    rt.modules.set_str(rt, &name, module.clone());
    if let Err(raised) = loaders::exec_in_module(rt, &code, &module) {
        rt.modules.remove_str(rt, &name);
        return Err(raised);
    }
    Ok(module)
}

fn install(rt: &Rt, bootstrap: &Value, external: &Value) -> PyResult<()> {
    let method =
        |object: &Value, name: &str, args: &[Value]| rt.call_method(object, &rt.intern(name), args);
    let sys = super::import_module(rt, "sys")?;
    let imp = super::import_module(rt, "_imp")?;
    method(bootstrap, "_setup", &[sys, imp])?;
    method(
        external,
        "_set_bootstrap_module",
        std::slice::from_ref(bootstrap),
    )?;
    rt.setattr(bootstrap, &rt.intern("_bootstrap_external"), Some(external))?;
    let zip = super::import_module(rt, "zipimport")?;
    let class = |module: &Value, name: &str| -> PyResult<Ref<TypeObj>> {
        let found = rt.getattr_str(module, name)?;
        Ref::try_from(found).map_err(|_| rt.system_error(format!("{name} is no class")))
    };
    let file_finder = class(external, "FileFinder")?;
    let zip_importer = class(&zip, "zipimporter")?;
    let loaders = method(external, "_get_supported_file_loaders", &[])?;
    let hook = method(file_finder.as_value(), "path_hook", &rt.collect(&loaders)?)?;
    let own = Rc::new(Classes {
        module_spec: class(bootstrap, "ModuleSpec")?,
        source_loader: class(external, "SourceFileLoader")?,
        sourceless_loader: class(external, "SourcelessFileLoader")?,
        namespace_loader: class(external, "NamespaceLoader")?,
        namespace_path: rt.getattr_str(external, "_NamespacePath")?,
        builtin_importer: rt.getattr_str(bootstrap, "BuiltinImporter")?,
        frozen_importer: rt.getattr_str(bootstrap, "FrozenImporter")?,
        path_finder: rt.getattr_str(external, "PathFinder")?,
        hooks: vec![zip_importer.as_value().clone(), hook],
        file_finder,
        zip_importer,
    });
    rt.module_state
        .borrow_mut()
        .insert("import.classes", Box::new(own.clone()));
    exchange_finders(rt, &own);
    for (name, module) in [(BOOTSTRAP, bootstrap), (EXTERNAL, external)] {
        let spec = instance(
            rt,
            &own.module_spec,
            &spec::attributes(
                rt,
                rt.intern(name).as_value(),
                &own.frozen_importer,
                &spec::SpecParts {
                    origin: Some(rt.intern("frozen").into_value()),
                    ..spec::SpecParts::default()
                },
            ),
        )?;
        set_module_attributes(rt, module, &spec)?;
    }
    for (_, module) in rt.modules.snapshot() {
        exchange_spec(rt, &own, &module)?;
    }
    Ok(())
}

/// Puts importlib's own finders where ours stand, and its hooks behind those that are there.
fn exchange_finders(rt: &Rt, own: &Classes) {
    let (builtin, path) = spec::finders(rt);
    let list = |name: &str| {
        let list = crate::sys::get(rt, name)?;
        list.downcast::<List>().cloned()
    };
    if let Some(meta_path) = list("meta_path") {
        let mut finders = Vec::new();
        for finder in meta_path.snapshot() {
            if finder.is(&builtin) {
                finders.extend([own.builtin_importer.clone(), own.frozen_importer.clone()]);
            } else if finder.is(&path) {
                finders.push(own.path_finder.clone());
            } else {
                finders.push(finder);
            }
        }
        drop(meta_path.items.replace(finders));
    }
    if let Some(hooks) = list("path_hooks") {
        hooks.items.borrow_mut().extend(own.hooks.iter().cloned());
    }
}

/// Exchanges a module's native spec and loader for those of importlib's classes.
fn exchange_spec(rt: &Rt, own: &Classes, module: &Value) -> PyResult<()> {
    let Some(dict) = spec::module_dict(module) else {
        return Ok(());
    };
    let get = |name: &str| dict.get_str(rt, &rt.intern(name));
    let old_loader = get("__loader__").unwrap_or(Value::NONE);
    let loader = exchanged_loader(rt, own, &old_loader, dict.as_value())?;
    dict.set_str(rt, &rt.names.loader_, loader.clone());
    let Some(old) = get("__spec__").filter(|spec| spec::is_native_spec(rt, spec)) else {
        return Ok(());
    };
    let Some(attributes) = rt.existing_dict(&old) else {
        return Ok(());
    };
    let new = rt.new_instance(&own.module_spec).into_value();
    for (name, value) in attributes.snapshot() {
        let Some(name) = name.downcast::<Str>() else {
            continue;
        };
        let value = match &*name.to_str() {
            "loader" if value.is(&old_loader) => loader.clone(),
            "loader" => exchanged_loader(rt, own, &value, dict.as_value())?,
            "submodule_search_locations" => get("__path__").unwrap_or(value),
            _ => value,
        };
        rt.setattr(&new, name, Some(&value))?;
    }
    dict.set_str(rt, &rt.names.spec_, new);
    Ok(())
}

/// The loader of importlib's class that stands for a native one; others are left as they are.
fn exchanged_loader(rt: &Rt, own: &Classes, loader: &Value, module: &Value) -> PyResult {
    let attribute = |name: &str| rt.own_attr(loader, &rt.intern(name)).unwrap_or(Value::NONE);
    let copied = |class: &Ref<TypeObj>| {
        let attributes = [("name", attribute("name")), ("path", attribute("path"))];
        instance(rt, class, &attributes)
    };
    match spec::native_loader(rt, loader) {
        Some(spec::NativeLoader::Source) => copied(&own.source_loader),
        Some(spec::NativeLoader::Sourceless) => copied(&own.sourceless_loader),
        Some(spec::NativeLoader::Builtin) => Ok(own.builtin_importer.clone()),
        Some(spec::NativeLoader::Namespace) => {
            let Some(dict) = module.downcast_ref::<hognose_object::dict::Dict>() else {
                return Ok(loader.clone());
            };
            let get = |name: &str| dict.get_str(rt, &rt.intern(name)).unwrap_or(Value::NONE);
            let folders = rt
                .list(super::path_items(rt, &get("__path__"))?)
                .into_value();
            let path = own.namespace_path(rt, &get("__name__"), folders)?;
            dict.set_str(rt, &rt.names.path_, path.clone());
            own.namespace_loader(rt, &path)
        }
        Some(spec::NativeLoader::Zip) => match attribute("folder").downcast_ref::<Str>() {
            Some(folder) => own.zip_loader(rt, &crate::paths::to_path(folder)),
            None => Ok(loader.clone()),
        },
        None => Ok(loader.clone()),
    }
}
