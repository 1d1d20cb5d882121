//! `ModuleSpec`, the finders and the loaders as Python objects (`importlib.machinery`).

use crate::paths;
use hognose_object::module::Module;
use hognose_object::rt::PLAIN;
use hognose_object::tuple::List;
use hognose_object::{
    Args, Call, GetSetDef, Layout, NativeDef, PyResult, Ref, Rt, Signature, Slots, Str, StrExt,
    TypeObj, TypeSpec, Value, type_flags,
};

/// The classes; instances have their state in `__dict__`.
pub(super) struct Types {
    pub module_spec: Ref<TypeObj>,
    pub namespace_path: Ref<TypeObj>,
    pub builtin_importer: Ref<TypeObj>,
    pub path_finder: Ref<TypeObj>,
    pub source_loader: Ref<TypeObj>,
    pub sourceless_loader: Ref<TypeObj>,
    pub namespace_loader: Ref<TypeObj>,
    pub zip_loader: Ref<TypeObj>,
}

impl Types {
    pub(super) fn new(rt: &Rt) -> Types {
        let make = |spec| rt.native_type(spec, &rt.types.object);
        Types {
            module_spec: make(&MODULE_SPEC),
            namespace_path: rt.native_type(&NAMESPACE_PATH, &rt.types.list),
            builtin_importer: make(&BUILTIN_IMPORTER),
            path_finder: make(&PATH_FINDER),
            source_loader: make(&super::loaders::SOURCE_LOADER),
            sourceless_loader: make(&super::loaders::SOURCELESS_LOADER),
            namespace_loader: make(&super::loaders::NAMESPACE_LOADER),
            zip_loader: make(&super::loaders::ZIP_LOADER),
        }
    }
}

/// The `__path__` of a namespace package: a list that says so.
static NAMESPACE_PATH: TypeSpec = TypeSpec {
    slots: Slots {
        repr: Some(|rt, path| {
            let items = rt.list(super::path_items(rt, path)?).into_value();
            let shown = format!("_NamespacePath({})", rt.repr(&items)?.to_str());
            Ok(rt.str(&shown).into_value())
        }),
        ..Slots::NONE
    },
    ..TypeSpec::new(
        "_frozen_importlib_external._NamespacePath",
        Layout::Native(hognose_object::kinds::LIST),
    )
};

/// Such a path of these folders.
pub(super) fn namespace_path(rt: &Rt, folders: Vec<Value>) -> Value {
    let items = std::cell::RefCell::new(folders);
    match with_types(rt, |t| t.namespace_path.clone()) {
        Some(ty) => rt.alloc(&ty, List { items }).into_value(),
        None => rt.list(items.into_inner()).into_value(),
    }
}

/// Uses the classes.
pub(super) fn with_types<T>(rt: &Rt, f: impl FnOnce(&Types) -> T) -> Option<T> {
    let state = rt.module_state.borrow();
    state
        .get("import")
        .and_then(|t| t.downcast_ref::<Types>())
        .map(f)
}

/// Our two finders as they stand in `sys.meta_path`.
pub(crate) fn finders(rt: &Rt) -> (Value, Value) {
    with_types(rt, |t| {
        (
            t.builtin_importer.as_value().clone(),
            t.path_finder.as_value().clone(),
        )
    })
    .unwrap_or((Value::NONE, Value::NONE))
}

/// A bare instance of one of the classes, with attributes.
pub(super) fn instance(rt: &Rt, ty: &Ref<TypeObj>, attributes: &[(&str, Value)]) -> Value {
    let made = rt.alloc(ty, hognose_object::instance::Plain).into_value();
    if let Some(dict) = rt.own_dict(&made) {
        for (name, value) in attributes {
            dict.set_str(rt, &rt.intern(name), value.clone());
        }
    }
    made
}

pub(super) const WITH_DICT: u32 =
    type_flags::IMMUTABLE | type_flags::BASETYPE | type_flags::HAS_DICT | type_flags::HAS_WEAKREF;

static MODULE_SPEC: TypeSpec = TypeSpec {
    flags: WITH_DICT,
    slots: Slots {
        new: Some(spec_new),
        repr: Some(spec_repr),
        ..Slots::NONE
    },
    getset: &[
        GetSetDef::read_write(
            "cached",
            |rt, v| Ok(own(rt, v, "_cached")),
            |rt, v, value| {
                rt.setattr(
                    v,
                    &rt.intern("_cached"),
                    Some(value.unwrap_or(&Value::NONE)),
                )
            },
        ),
        GetSetDef::read_write(
            "has_location",
            |rt, v| Ok(own(rt, v, "_set_fileattr")),
            |rt, v, value| {
                rt.setattr(
                    v,
                    &rt.intern("_set_fileattr"),
                    Some(value.unwrap_or(&Value::FALSE)),
                )
            },
        ),
        GetSetDef::read("parent", spec_parent),
    ],
    ..TypeSpec::new("_frozen_importlib.ModuleSpec", PLAIN)
};

static BUILTIN_IMPORTER: TypeSpec = TypeSpec {
    flags: WITH_DICT,
    methods: &[
        NativeDef::class(
            "find_spec",
            "",
            Call::Many(|rt, _, args| find_spec(rt, args, true)),
        ),
        NativeDef::class(
            "create_module",
            "",
            Call::One(|rt, _, spec| {
                let name = rt.getattr(spec, &rt.names.name)?;
                crate::modules::create(rt, &name)
            }),
        ),
        NativeDef::class("exec_module", "", Call::One(|_, _, _| Ok(Value::NONE))),
        NativeDef::class("get_code", "", Call::One(|_, _, _| Ok(Value::NONE))),
        NativeDef::class("get_source", "", Call::One(|_, _, _| Ok(Value::NONE))),
        NativeDef::class("is_package", "", Call::One(|_, _, _| Ok(Value::FALSE))),
        NativeDef::class(
            "load_module",
            "",
            Call::One(|rt, _, name| match name.downcast::<Str>() {
                Some(name) => super::import_absolute(rt, &rt.intern_ref(name.clone())),
                None => Err(rt.type_error("module name must be str")),
            }),
        ),
    ],
    ..TypeSpec::new("_frozen_importlib.BuiltinImporter", PLAIN)
};

static PATH_FINDER: TypeSpec = TypeSpec {
    flags: WITH_DICT,
    methods: &[
        NativeDef::class(
            "find_spec",
            "",
            Call::Many(|rt, _, args| find_spec(rt, args, false)),
        ),
        NativeDef::class(
            "invalidate_caches",
            "",
            Call::Zero(|rt, _| {
                super::find::invalidate(rt);
                Ok(Value::NONE)
            }),
        ),
    ],
    ..TypeSpec::new("_frozen_importlib_external.PathFinder", PLAIN)
};

fn find_spec(rt: &Rt, args: &Args<'_>, builtin: bool) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "find_spec",
        params: &["fullname", "path", "target"],
        positional_only: 0,
        positional: 3,
        required: 1,
    };
    let [name, path, _] = rt.bind(&SIGNATURE, args)?;
    let none = Value::NONE;
    let name = crate::functions::text_argument(rt, name.unwrap_or(&none), "module name")?;
    super::native_spec(
        rt,
        &rt.intern_ref(name.clone()),
        path.unwrap_or(&none),
        builtin,
    )
}

fn own(rt: &Rt, value: &Value, name: &str) -> Value {
    rt.existing_dict(value)
        .and_then(|d| d.get_str(rt, &rt.intern(name)))
        .unwrap_or(Value::NONE)
}

fn spec_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "ModuleSpec.__init__",
        params: &["name", "loader", "origin", "loader_state", "is_package"],
        positional_only: 0,
        positional: 2,
        required: 2,
    };
    let [name, loader, origin, state, package] = rt.bind(&SIGNATURE, args)?;
    let or_none = |v: Option<&Value>| v.cloned().unwrap_or(Value::NONE);
    let locations = match package {
        Some(v) if !v.is_none() && rt.truth(v)? => rt.list(Vec::new()).into_value(),
        _ => Value::NONE,
    };
    Ok(instance(
        rt,
        ty,
        &[
            ("name", or_none(name)),
            ("loader", or_none(loader)),
            ("origin", or_none(origin)),
            ("loader_state", or_none(state)),
            ("submodule_search_locations", locations),
            (
                "_uninitialized_submodules",
                rt.list(Vec::new()).into_value(),
            ),
            ("_set_fileattr", Value::FALSE),
            ("_cached", Value::NONE),
        ],
    ))
}

fn spec_repr(rt: &Rt, value: &Value) -> PyResult {
    let mut parts = Vec::new();
    for (label, name) in [
        ("name", "name"),
        ("loader", "loader"),
        ("origin", "origin"),
        ("submodule_search_locations", "submodule_search_locations"),
    ] {
        let item = own(rt, value, name);
        if !item.is_none() || label == "name" || label == "loader" {
            parts.push(format!("{label}={}", rt.repr(&item)?.to_str()));
        }
    }
    Ok(rt
        .str(&format!("ModuleSpec({})", parts.join(", ")))
        .into_value())
}

fn spec_parent(rt: &Rt, value: &Value) -> PyResult {
    let name = own(rt, value, "name");
    if !own(rt, value, "submodule_search_locations").is_none() {
        return Ok(name);
    }
    let text = name
        .downcast_ref::<Str>()
        .map(|s| s.to_str().into_owned())
        .unwrap_or_default();
    Ok(rt
        .str(text.rsplit_once('.').map_or("", |(parent, _)| parent))
        .into_value())
}

/// What a spec is made of.
#[derive(Default)]
pub(crate) struct SpecParts {
    pub origin: Option<Value>,
    /// The origin is a file: `__file__` is set.
    pub has_location: bool,
    pub cached: Option<Value>,
    /// `submodule_search_locations` of a package.
    pub locations: Option<Value>,
}

/// The attributes of a `ModuleSpec`.
pub(super) fn attributes(
    rt: &Rt,
    name: &Value,
    loader: &Value,
    parts: &SpecParts,
) -> [(&'static str, Value); 8] {
    let or_none = |v: &Option<Value>| v.clone().unwrap_or(Value::NONE);
    [
        ("name", name.clone()),
        ("loader", loader.clone()),
        ("origin", or_none(&parts.origin)),
        ("loader_state", Value::NONE),
        ("submodule_search_locations", or_none(&parts.locations)),
        (
            "_uninitialized_submodules",
            rt.list(Vec::new()).into_value(),
        ),
        ("_set_fileattr", Value::bool(parts.has_location)),
        ("_cached", or_none(&parts.cached)),
    ]
}

/// A `ModuleSpec`: importlib's own once there is one.
pub(crate) fn make_spec(rt: &Rt, name: &Value, loader: &Value, parts: &SpecParts) -> PyResult {
    let attributes = attributes(rt, name, loader, parts);
    if let Some(own) = super::bootstrap::classes(rt) {
        return super::bootstrap::instance(rt, &own.module_spec, &attributes);
    }
    Ok(with_types(rt, |t| t.module_spec.clone())
        .map_or(Value::NONE, |ty| instance(rt, &ty, &attributes)))
}

/// Whether this is a spec that was made natively.
pub(super) fn is_native_spec(rt: &Rt, spec: &Value) -> bool {
    let ty = rt.type_of(spec);
    with_types(rt, |t| t.module_spec.as_value().is(ty.as_value())).unwrap_or(false)
}

/// The kinds of loaders that are made natively.
pub(super) enum NativeLoader {
    Source,
    Sourceless,
    Namespace,
    Zip,
    Builtin,
}

/// Of which kind a native loader is.
pub(super) fn native_loader(rt: &Rt, loader: &Value) -> Option<NativeLoader> {
    let ty = rt.type_of(loader);
    with_types(rt, |t| {
        let is = |class: &Ref<TypeObj>| class.as_value().is(ty.as_value());
        if is(&t.source_loader) {
            Some(NativeLoader::Source)
        } else if is(&t.sourceless_loader) {
            Some(NativeLoader::Sourceless)
        } else if is(&t.namespace_loader) {
            Some(NativeLoader::Namespace)
        } else if is(&t.zip_loader) {
            Some(NativeLoader::Zip)
        } else {
            let is_builtin = loader.is(t.builtin_importer.as_value());
            is_builtin.then_some(NativeLoader::Builtin)
        }
    })?
}

/// Sets the attributes that a module has from its spec (`_init_module_attrs`).
pub(crate) fn set_module_attributes(rt: &Rt, module: &Value, spec: &Value) -> PyResult<()> {
    let of_spec = |name: &str| rt.getattr_str(spec, name);
    let set = |name: &Ref<Str>, value: &Value| rt.setattr(module, name, Some(value));
    set(&rt.names.name_, &of_spec("name")?)?;
    set(&rt.names.loader_, &of_spec("loader")?)?;
    set(&rt.names.package_, &of_spec("parent")?)?;
    set(&rt.names.spec_, spec)?;
    let locations = of_spec("submodule_search_locations")?;
    if !locations.is_none() {
        set(&rt.names.path_, &locations)?;
    }
    let located = of_spec("has_location")?;
    if of_spec("origin")?.is_none() && !locations.is_none() {
        // A namespace package.
        set(&rt.names.file_, &Value::NONE)?;
    }
    if rt.truth(&located)? {
        set(&rt.names.file_, &of_spec("origin")?)?;
        let cached = of_spec("cached")?;
        if !cached.is_none() {
            set(&rt.names.cached_, &cached)?;
        }
    }
    Ok(())
}

/// The dict of a module value.
pub(super) fn module_dict(value: &Value) -> Option<&Ref<hognose_object::dict::Dict>> {
    value.downcast_ref::<Module>().map(|m| &m.dict)
}

/// The path attribute of a loader instance.
pub(super) fn loader_path(rt: &Rt, loader: &Value) -> std::path::PathBuf {
    own(rt, loader, "path")
        .downcast_ref::<Str>()
        .map(paths::to_path)
        .unwrap_or_default()
}

/// The name attribute of a loader instance.
pub(super) fn loader_name(rt: &Rt, loader: &Value) -> Value {
    own(rt, loader, "name")
}
