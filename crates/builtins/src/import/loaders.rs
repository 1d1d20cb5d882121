//! Loaders: making a module of what was found.

use super::bootstrap::{self, Classes};
use super::cache::{self, Source};
use super::find::Located;
use super::spec::{
    self, SpecParts, WITH_DICT, loader_name, loader_path, make_spec, set_module_attributes,
};
use super::verbose;
use crate::compiling::{self, Request};
use crate::paths;
use hognose_object::code::Code;
use hognose_object::rt::PLAIN;
use hognose_object::{
    Args, Call, NativeDef, PyResult, Ref, Rt, Slots, Str, StrExt, TypeObj, TypeSpec, Value,
};
use std::path::Path;

macro_rules! loader_type {
    ($const:ident, $name:literal, $code:ident, $source:ident, $repr:expr) => {
        pub(super) static $const: TypeSpec = TypeSpec {
            flags: WITH_DICT,
            slots: Slots {
                new: Some(loader_new),
                repr: $repr,
                ..Slots::NONE
            },
            methods: &[
                NativeDef::new("create_module", "", Call::One(|_, _, _| Ok(Value::NONE))),
                NativeDef::new(
                    "exec_module",
                    "",
                    Call::One(|rt, loader, module| {
                        let code = $code(rt, loader)?;
                        exec_in_module(rt, &code, module)?;
                        Ok(Value::NONE)
                    }),
                ),
                NativeDef::new(
                    "get_code",
                    "",
                    Call::One(|rt, loader, _| Ok($code(rt, loader)?.into_value())),
                ),
                NativeDef::new(
                    "get_source",
                    "",
                    Call::One(|rt, loader, _| $source(rt, loader)),
                ),
                NativeDef::new(
                    "get_filename",
                    "",
                    Call::Many(|rt, loader, _| Ok(paths::from_path(rt, &loader_path(rt, loader)))),
                ),
                NativeDef::new("get_data", "", Call::One(get_data)),
                NativeDef::new("get_resource_reader", "", Call::One(resource_reader)),
                NativeDef::new("is_package", "", Call::One(is_package)),
                NativeDef::new("load_module", "", Call::One(load_module)),
                NativeDef::new("path_stats", "", Call::One(path_stats)),
            ],
            ..TypeSpec::new($name, PLAIN)
        };
    };
}

loader_type!(
    SOURCE_LOADER,
    "_frozen_importlib_external.SourceFileLoader",
    source_code,
    source_text,
    None
);
loader_type!(
    SOURCELESS_LOADER,
    "_frozen_importlib_external.SourcelessFileLoader",
    sourceless_code,
    no_source,
    None
);
loader_type!(
    NAMESPACE_LOADER,
    "_frozen_importlib_external.NamespaceLoader",
    namespace_code,
    empty_source,
    None
);
loader_type!(
    ZIP_LOADER,
    "zipimport.zipimporter",
    zip_code,
    zip_source,
    Some(zip_repr)
);

fn zip_repr(rt: &Rt, loader: &Value) -> PyResult {
    let text = |name: &str| {
        let value = rt.own_attr(loader, &rt.intern(name));
        let text = value.as_ref().and_then(|v| v.downcast_ref::<Str>());
        text.map_or_else(String::new, |text| text.to_str().into_owned())
    };
    let (archive, folder) = (text("archive"), text("folder"));
    let inner = folder.strip_prefix(&archive).unwrap_or_default();
    let inner = inner.trim_start_matches('/');
    let end = if inner.is_empty() { "" } else { "/" };
    let shown = format!("<zipimporter object \"{archive}/{inner}{end}\">");
    Ok(rt.str(&shown).into_value())
}

fn loader_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let given = rt.positional(&ty.display_name(), &Args::new(args.positional()), 0, 3)?;
    let at = |i: usize, name: &str| {
        given
            .get(i)
            .or_else(|| args.keyword(name))
            .cloned()
            .unwrap_or(Value::NONE)
    };
    Ok(spec::instance(
        rt,
        ty,
        &[("name", at(0, "fullname")), ("path", at(1, "path"))],
    ))
}

fn name_text(rt: &Rt, loader: &Value) -> String {
    loader_name(rt, loader)
        .downcast_ref::<Str>()
        .map(|s| s.to_str().into_owned())
        .unwrap_or_default()
}

fn source_code(rt: &Rt, loader: &Value) -> PyResult<Ref<Code>> {
    let (name, path) = (name_text(rt, loader), loader_path(rt, loader));
    cache::load_code(
        rt,
        &Source {
            name: &name,
            path: &path,
        },
    )
}

fn sourceless_code(rt: &Rt, loader: &Value) -> PyResult<Ref<Code>> {
    cache::load_sourceless(rt, &name_text(rt, loader), &loader_path(rt, loader))
}

fn namespace_code(rt: &Rt, _loader: &Value) -> PyResult<Ref<Code>> {
    compiling::compile(rt, b"", &Request::module("<string>"))
}

fn read_text(rt: &Rt, bytes: &[u8]) -> PyResult {
    match hognose_source::decode(bytes) {
        Ok(source) => Ok(rt.str(&source.text).into_value()),
        Err(problem) => Err(rt.import_error(format!(
            "source not available through get_source(): {problem}"
        ))),
    }
}

fn source_text(rt: &Rt, loader: &Value) -> PyResult {
    let path = loader_path(rt, loader);
    match std::fs::read(&path) {
        Ok(bytes) => read_text(rt, &bytes),
        Err(_) => Err(rt.import_error("source not available through get_source()")),
    }
}

fn no_source(_rt: &Rt, _loader: &Value) -> PyResult {
    Ok(Value::NONE)
}

fn empty_source(rt: &Rt, _loader: &Value) -> PyResult {
    Ok(rt.names.empty.as_value().clone())
}

fn get_data(rt: &Rt, loader: &Value, path: &Value) -> PyResult {
    let path_text = paths::path_argument(rt, path)?;
    if let Some((archive, member)) = zip_member(rt, loader, &path_text) {
        let bytes = archive
            .read(&member)
            .map_err(|e| rt.os_error_from(&e, Some(path)))?;
        return Ok(rt.bytes(&bytes).into_value());
    }
    let bytes = std::fs::read(&path_text).map_err(|e| rt.os_error_from(&e, Some(path)))?;
    Ok(rt.bytes(&bytes).into_value())
}

fn resource_reader(rt: &Rt, loader: &Value, _name: &Value) -> PyResult {
    let readers = super::import_module(rt, "importlib.readers")?;
    let class = rt.getattr_str(&readers, "FileReader")?;
    rt.call(&class, std::slice::from_ref(loader))
}

fn is_package(rt: &Rt, loader: &Value, _name: &Value) -> PyResult {
    let path = loader_path(rt, loader);
    let stem = path
        .file_stem()
        .map(|s| s.to_string_lossy().into_owned())
        .unwrap_or_default();
    let tail = name_text(rt, loader)
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_owned();
    Ok(Value::bool(stem == "__init__" && tail != "__init__"))
}

fn load_module(rt: &Rt, _loader: &Value, name: &Value) -> PyResult {
    let name = crate::functions::text_argument(rt, name, "module name")?;
    super::import_absolute(rt, &rt.intern_ref(name.clone()))
}

fn path_stats(rt: &Rt, _loader: &Value, path: &Value) -> PyResult {
    use std::os::unix::fs::MetadataExt;
    let stat = std::fs::metadata(paths::path_argument(rt, path)?)
        .map_err(|e| rt.os_error_from(&e, Some(path)))?;
    let mtime = stat.mtime() as f64 + stat.mtime_nsec() as f64 * 1e-9;
    Ok(rt
        .dict_from([
            ("mtime", rt.float(mtime)),
            ("size", rt.int(stat.len() as i64)),
        ])
        .into_value())
}

/// The archive of a zip loader, and the member that a full path names.
fn zip_member(rt: &Rt, loader: &Value, path: &Path) -> Option<(super::zip::Archive, String)> {
    let archive = rt.own_attr(loader, &rt.intern("archive"))?;
    let archive = super::zip::Archive::open(&paths::to_path(archive.downcast_ref()?)).ok()?;
    let member = path.strip_prefix(&archive.path).ok()?.to_str()?.to_owned();
    Some((archive, member))
}

fn zip_bytes(rt: &Rt, loader: &Value) -> PyResult<Vec<u8>> {
    let path = loader_path(rt, loader);
    let Some((archive, member)) = zip_member(rt, loader, &path) else {
        return Err(rt.import_error(format!("can't find module '{}'", name_text(rt, loader))));
    };
    archive
        .read(&member)
        .map_err(|e| rt.os_error_from(&e, Some(&paths::from_path(rt, &path))))
}

fn zip_code(rt: &Rt, loader: &Value) -> PyResult<Ref<Code>> {
    let path = loader_path(rt, loader);
    let bytes = zip_bytes(rt, loader)?;
    if path.extension().is_some_and(|e| e == "pyc") {
        let name = name_text(rt, loader);
        return cache::code_of_pyc(
            rt,
            &bytes,
            bootstrap::frozen_file(rt, &name, &path).as_ref(),
        )
        .map_err(|problem| {
            rt.import_error(format!("bad bytecode of '{name}' in a zip file: {problem}"))
        });
    }
    compiling::compile(rt, &bytes, &Request::module(path.to_string_lossy()))
}

fn zip_source(rt: &Rt, loader: &Value) -> PyResult {
    if loader_path(rt, loader)
        .extension()
        .is_some_and(|e| e == "pyc")
    {
        return Ok(Value::NONE);
    }
    read_text(rt, &zip_bytes(rt, loader)?)
}

/// A loader of a source file.
pub(crate) fn source_loader(rt: &Rt, name: &Value, path: &Path) -> Value {
    file_loader(
        rt,
        [("name", name.clone()), ("path", paths::from_path(rt, path))],
        |own| &own.source_loader,
        |types| &types.source_loader,
    )
}

/// A loader of a .pyc file.
pub(crate) fn sourceless_loader(rt: &Rt, name: &Value, path: &Path) -> Value {
    file_loader(
        rt,
        [("name", name.clone()), ("path", paths::from_path(rt, path))],
        |own| &own.sourceless_loader,
        |types| &types.sourceless_loader,
    )
}

/// A loader of a file: of importlib's own class once there is one.
fn file_loader(
    rt: &Rt,
    attributes: [(&str, Value); 2],
    own: fn(&Classes) -> &Ref<TypeObj>,
    native: fn(&spec::Types) -> &Ref<TypeObj>,
) -> Value {
    if let Some(classes) = bootstrap::classes(rt)
        && let Ok(made) = bootstrap::instance(rt, own(&classes), &attributes)
    {
        return made;
    }
    let ty = spec::with_types(rt, |types| native(types).clone());
    ty.map_or(Value::NONE, |ty| spec::instance(rt, &ty, &attributes))
}

/// A loader of a namespace package.
pub(crate) fn namespace_loader(rt: &Rt) -> Value {
    let ty = spec::with_types(rt, |t| t.namespace_loader.clone());
    ty.map_or(Value::NONE, |ty| spec::instance(rt, &ty, &[]))
}

/// The spec of what our own finders found.
pub(super) fn spec_of(rt: &Rt, name: &Ref<Str>, located: &Located) -> PyResult {
    let name = name.as_value();
    let one = |path: &Path| rt.list(vec![paths::from_path(rt, path)]).into_value();
    let file = |path: &Path| Some(paths::from_path(rt, path));
    Ok(match located {
        Located::Builtin => {
            let (loader, _) = spec::finders(rt);
            let parts = SpecParts {
                origin: Some(rt.intern("built-in").into_value()),
                ..SpecParts::default()
            };
            make_spec(rt, name, &loader, &parts)?
        }
        Located::Source { path, package } => {
            let parts = SpecParts {
                origin: file(path),
                has_location: true,
                cached: file(&cache::cache_path(rt, path)),
                locations: package.as_deref().map(one),
            };
            make_spec(rt, name, &source_loader(rt, name, path), &parts)?
        }
        Located::Sourceless { path, package } => {
            let loader = sourceless_loader(rt, name, path);
            let parts = SpecParts {
                origin: file(path),
                has_location: true,
                cached: file(path),
                locations: package.as_deref().map(one),
            };
            make_spec(rt, name, &loader, &parts)?
        }
        Located::Namespace(portions) => {
            let portions = portions.iter().map(|p| paths::from_path(rt, p)).collect();
            let (locations, loader) = match bootstrap::classes(rt) {
                Some(own) => {
                    let portions = rt.list(portions).into_value();
                    let path = own.namespace_path(rt, name, portions)?;
                    let loader = own.namespace_loader(rt, &path)?;
                    (path, loader)
                }
                None => (spec::namespace_path(rt, portions), namespace_loader(rt)),
            };
            let parts = SpecParts {
                locations: Some(locations),
                ..SpecParts::default()
            };
            make_spec(rt, name, &loader, &parts)?
        }
        Located::Zip {
            archive,
            member,
            package,
            sourceless,
        } => {
            let path = archive.path.join(member);
            let folder = match member.rsplit_once('/') {
                Some((folder, _)) => archive.path.join(folder),
                None => archive.path.clone(),
            };
            // A package's loader is that of the folder that the package lies in.
            let folder = match package {
                true => folder.parent().map(Path::to_owned).unwrap_or_default(),
                false => folder,
            };
            let loader = match bootstrap::classes(rt) {
                Some(own) => own.zip_loader(rt, &folder)?,
                None => {
                    let ty = spec::with_types(rt, |t| t.zip_loader.clone());
                    let attributes = [
                        ("name", name.clone()),
                        ("path", paths::from_path(rt, &path)),
                        ("archive", paths::from_path(rt, &archive.path)),
                        ("folder", paths::from_path(rt, &folder)),
                    ];
                    ty.map_or(Value::NONE, |ty| spec::instance(rt, &ty, &attributes))
                }
            };
            let parts = SpecParts {
                origin: file(&path),
                has_location: true,
                cached: match sourceless {
                    true => file(&path),
                    false => file(&cache::cache_path(rt, &path)),
                },
                locations: package.then(|| one(path.parent().unwrap_or(Path::new("")))),
            };
            make_spec(rt, name, &loader, &parts)?
        }
        Located::Foreign(spec) => spec.clone(),
    })
}

/// Loads what our own finders found, without a detour through Python objects' methods.
pub(super) fn load_native(rt: &Rt, name: &Ref<Str>, located: Located) -> PyResult {
    if let Located::Builtin = located {
        let module = crate::modules::create(rt, name.as_value())?;
        let spec = spec_of(rt, name, &located)?;
        rt.modules.set_str(rt, name, module.clone());
        set_module_attributes(rt, &module, &spec)?;
        verbose(rt, 1, || format!("import '{}' # built-in", name.to_str()));
        return Ok(module);
    }
    let spec = spec_of(rt, name, &located)?;
    let module = rt.module(&name.to_str()).into_value();
    set_module_attributes(rt, &module, &spec)?;
    rt.modules.set_str(rt, name, module.clone());
    set_initializing(rt, &spec, true)?;
    let loaded = code_of(rt, name, &located).and_then(|code| match code {
        Some(code) => exec_in_module(rt, &code, &module),
        None => Ok(()),
    });
    set_initializing(rt, &spec, false)?;
    finish(rt, name, &spec, loaded)
}

pub(super) fn code_of(rt: &Rt, name: &Ref<Str>, located: &Located) -> PyResult<Option<Ref<Code>>> {
    let text = name.to_str();
    Ok(match located {
        Located::Source { path, .. } => Some(cache::load_code(rt, &Source { name: &text, path })?),
        Located::Sourceless { path, .. } => Some(cache::load_sourceless(rt, &text, path)?),
        Located::Zip {
            archive,
            member,
            sourceless,
            ..
        } => {
            let path = archive.path.join(member);
            let bytes = archive
                .read(member)
                .map_err(|e| rt.os_error_from(&e, Some(&paths::from_path(rt, &path))))?;
            Some(if *sourceless {
                cache::code_of_pyc(
                    rt,
                    &bytes,
                    bootstrap::frozen_file(rt, &text, &path).as_ref(),
                )
                .map_err(|problem| {
                    rt.import_error(format!("bad bytecode of '{text}' in a zip file: {problem}"))
                })?
            } else {
                compiling::compile(rt, &bytes, &Request::module(path.to_string_lossy()))?
            })
        }
        Located::Builtin | Located::Namespace(_) | Located::Foreign(_) => None,
    })
}

/// After a module's code ran: the module that stands in `sys.modules` now, or nothing there if it raised.
fn finish(rt: &Rt, name: &Ref<Str>, spec: &Value, loaded: PyResult<()>) -> PyResult {
    if let Err(raised) = loaded {
        rt.modules.remove_str(rt, name);
        return Err(raised);
    }
    verbose(rt, 1, || {
        let loader = rt
            .getattr(spec, &rt.intern("loader"))
            .and_then(|l| rt.repr(&l));
        let loader = loader.map(|l| l.to_str().into_owned()).unwrap_or_default();
        format!("import '{}' # {loader}", name.to_str())
    });
    rt.modules
        .get_str(rt, name)
        .ok_or_else(|| rt.key_error(name.as_value()))
}

/// Loads by a spec that a Python finder made (`_load_unlocked`).
pub(super) fn load_spec(rt: &Rt, name: &Ref<Str>, spec: &Value) -> PyResult {
    let loader = rt.getattr_str(spec, "loader")?;
    let mut module = Value::NONE;
    if !loader.is_none()
        && let Some(create) = rt.getattr_opt(&loader, &rt.intern("create_module"))?
    {
        module = rt.call(&create, std::slice::from_ref(spec))?;
    }
    if module.is_none() {
        module = rt.module(&name.to_str()).into_value();
    }
    set_module_attributes(rt, &module, spec)?;
    rt.modules.set_str(rt, name, module.clone());
    set_initializing(rt, spec, true)?;
    let loaded = if loader.is_none() {
        Ok(())
    } else {
        match rt.getattr_opt(&loader, &rt.intern("exec_module"))? {
            Some(exec) => rt.call(&exec, &[module]).map(|_| ()),
            None => rt
                .call_method(
                    &loader,
                    &rt.intern("load_module"),
                    &[name.as_value().clone()],
                )
                .map(|_| ()),
        }
    };
    set_initializing(rt, spec, false)?;
    finish(rt, name, spec, loaded)
}

/// Notes that a module's code runs: errors tell of circular imports by it.
fn set_initializing(rt: &Rt, spec: &Value, on: bool) -> PyResult<()> {
    rt.setattr(spec, &rt.intern("_initializing"), Some(&Value::bool(on)))
}

/// Runs a module's code in its dict.
pub(crate) fn exec_in_module(rt: &Rt, code: &Ref<Code>, module: &Value) -> PyResult<()> {
    let dict = match spec::module_dict(module) {
        Some(dict) => dict.clone(),
        None => match rt.own_dict(module) {
            Some(dict) => dict,
            None => return Err(rt.type_error("a module without a __dict__ cannot be executed")),
        },
    };
    if dict.get_str(rt, &rt.names.builtins_).is_none() {
        dict.set_str(rt, &rt.names.builtins_, rt.builtins.as_value().clone());
    }
    hognose_vm::run_code(rt, code, &dict, dict.as_value()).map(|_| ())
}
