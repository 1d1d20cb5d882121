//! `object`: what every value has.

use crate::instance::Plain;
use crate::native::{Args, Call, GetSetDef, NativeDef};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::{CompareOp, InitFn, NewFn, Slots};
use crate::str_::{Str, StrExt};
use crate::tuple::TupleExt;
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Ref, Value};

pub const OBJECT: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE,
    slots: Slots {
        repr: Some(repr_object),
        str: Some(str_object),
        hash: Some(hash_object),
        getattro: Some(get_attr),
        setattro: Some(set_attr),
        compare: Some(compare_objects),
        new: Some(new_object),
        init: Some(init_object),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new(
            "__reduce_ex__",
            "($self, protocol, /)",
            Call::One(reduce_ex),
        ),
        NativeDef::new(
            "__reduce__",
            "($self, /)",
            Call::Zero(|rt, v| reduce(rt, v, 0)),
        ),
        NativeDef::new(
            "__getstate__",
            "($self, /)",
            Call::Zero(|rt, v| get_state(rt, v, false)),
        ),
        NativeDef::class(
            "__subclasshook__",
            "",
            Call::Many(|_, _, _| Ok(Value::NOT_IMPLEMENTED)),
        ),
        NativeDef::class("__init_subclass__", "", Call::Many(init_subclass)),
        NativeDef::new(
            "__format__",
            "($self, format_spec, /)",
            Call::One(format_object),
        ),
        NativeDef::new("__sizeof__", "($self, /)", Call::Zero(size_of_object)),
        NativeDef::new(
            "__dir__",
            "($self, /)",
            Call::Zero(|rt, v| rt.dir_object(v)),
        ),
    ],
    getset: &[GetSetDef::read_write(
        "__class__",
        |rt, v| Ok(rt.type_of(v).as_value().clone()),
        crate::type_object::assign_class,
    )],
    ..TypeSpec::new("object", Layout::Plain)
};

#[inline(never)]
fn get_attr(rt: &Rt, this: &Value, name: &Ref<Str>) -> PyResult {
    rt.generic_getattr(this, name)
}

#[inline(never)]
fn set_attr(rt: &Rt, this: &Value, name: &Ref<Str>, value: Option<&Value>) -> PyResult<()> {
    rt.generic_setattr(this, name, value)
}

fn repr_object(rt: &Rt, this: &Value) -> PyResult {
    let ty = rt.type_of(this);
    let at = this.bits();
    let module = rt.type_module(ty);
    let module = module.as_ref().and_then(Value::downcast_ref::<Str>);
    let text = match module {
        Some(module) if !module.is_text("builtins") => {
            let qualname = ty.qualname.borrow().clone();
            format!(
                "<{}.{} object at {at:#x}>",
                module.to_str(),
                qualname.to_str()
            )
        }
        _ => format!("<{} object at {at:#x}>", ty.display_name()),
    };
    Ok(rt.str(&text).into_value())
}

fn str_object(rt: &Rt, this: &Value) -> PyResult {
    match rt.type_of(this).slots.repr.get() {
        Some(repr) => repr(rt, this),
        None => repr_object(rt, this),
    }
}

#[inline(never)]
pub(crate) fn hash_object(_rt: &Rt, this: &Value) -> PyResult<i64> {
    Ok(crate::hash::hash_address(this))
}

#[inline(never)]
pub(crate) fn compare_objects(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    match op {
        CompareOp::Eq if a.is(b) => Ok(Value::TRUE),
        CompareOp::Ne => {
            // `!=` is the inverse of `==` unless the class says otherwise.
            let Some(compare) = rt.type_of(a).slots.compare.get() else {
                return Ok(Value::NOT_IMPLEMENTED);
            };
            let equal = compare(rt, a, b, CompareOp::Eq)?;
            if equal.is(&Value::NOT_IMPLEMENTED) {
                return Ok(equal);
            }
            Ok(Value::bool(!rt.truth(&equal)?))
        }
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn is_object_new(ty: &TypeObj) -> bool {
    (ty.slots.new.get()).is_some_and(|f| std::ptr::fn_addr_eq(f, new_object as NewFn))
}

fn is_object_init(ty: &TypeObj) -> bool {
    (ty.slots.init.get()).is_some_and(|f| std::ptr::fn_addr_eq(f, init_object as InitFn))
}

#[inline(never)]
fn new_object(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    if !args.all_values().is_empty() {
        if !is_object_new(ty) {
            return Err(rt.type_error(
                "object.__new__() takes exactly one argument (the type to instantiate)",
            ));
        }
        if is_object_init(ty) {
            let name = ty.display_name();
            return Err(rt.type_error(format!("{name}() takes no arguments")));
        }
    }
    if ty.has(type_flags::ABSTRACT) {
        return Err(abstract_error(rt, ty));
    }
    rt.bare_instance(ty)
}

#[inline(never)]
fn init_object(rt: &Rt, this: &Value, args: &Args<'_>) -> PyResult<()> {
    if args.all_values().is_empty() {
        return Ok(());
    }
    let ty = rt.type_of(this);
    if !is_object_init(ty) {
        return Err(rt.type_error(
            "object.__init__() takes exactly one argument (the instance to initialize)",
        ));
    }
    if is_object_new(ty) {
        let name = ty.display_name();
        return Err(rt.type_error(format!(
            "{name}.__init__() takes exactly one argument (the instance to initialize)"
        )));
    }
    Ok(())
}

#[cold]
fn abstract_error(rt: &Rt, ty: &Ref<TypeObj>) -> crate::Raised {
    let missing = || -> PyResult<Vec<String>> {
        let all = rt.getattr_str(ty.as_value(), "__abstractmethods__")?;
        let mut names: Vec<String> = rt
            .collect(&all)?
            .iter()
            .filter_map(Value::downcast_ref::<Str>)
            .map(|s| s.to_str().into_owned())
            .collect();
        names.sort_unstable();
        Ok(names)
    };
    match missing() {
        Err(raised) => raised,
        Ok(names) => {
            let plural = if names.len() > 1 { "s" } else { "" };
            rt.type_error(format!(
                "Can't instantiate abstract class {} without an implementation for abstract method{plural} '{}'",
                ty.display_name(),
                names.join("', '")
            ))
        }
    }
}

fn init_subclass(rt: &Rt, this: &Value, args: &Args<'_>) -> PyResult {
    let name = match this.downcast_ref::<TypeObj>() {
        Some(ty) => ty.display_name(),
        None => rt.type_name(this),
    };
    if args.has_keywords() {
        return Err(rt.type_error(format!(
            "{name}.__init_subclass__() takes no keyword arguments"
        )));
    }
    let n = args.positional().len();
    if n != 0 {
        return Err(rt.type_error(format!(
            "{name}.__init_subclass__() takes no arguments ({n} given)"
        )));
    }
    Ok(Value::NONE)
}

fn format_object(rt: &Rt, this: &Value, spec: &Value) -> PyResult {
    let Some(spec) = spec.downcast_ref::<Str>() else {
        return Err(rt.type_error(format!(
            "__format__() argument must be str, not {}",
            rt.type_name(spec)
        )));
    };
    if spec.char_count() > 0 {
        return Err(rt.type_error(format!(
            "unsupported format string passed to {}.__format__",
            rt.type_name(this)
        )));
    }
    Ok(rt.str_of(this)?.into_value())
}

fn size_of_object(rt: &Rt, this: &Value) -> PyResult {
    let ty = rt.type_of(this);
    let slots = u64::from(ty.members.get()) + u64::from(ty.tail.get());
    Ok(rt.int(16 + 8 * slots as i64))
}

fn reduce_ex(rt: &Rt, this: &Value, protocol: &Value) -> PyResult {
    let protocol = rt.index_i64(protocol)?;
    let name = &rt.names.reduce_;
    if let Some(found) = rt.getattr_opt(this, name)? {
        let own = rt.type_of(this).lookup(rt, name);
        let plain = rt.types.object.dict.get_str(rt, name);
        let overridden = match (own, plain) {
            (Some(a), Some(b)) => !a.is(&b),
            _ => true,
        };
        if overridden {
            return rt.call(&found, &[]);
        }
    }
    reduce(rt, this, protocol)
}

fn reduce(rt: &Rt, this: &Value, protocol: i64) -> PyResult {
    let copyreg = rt.import_module("copyreg")?;
    if protocol >= 2 {
        return reduce_new(rt, this, &copyreg);
    }
    let reduce = rt.getattr_str(&copyreg, "_reduce_ex")?;
    rt.call(&reduce, &[this.clone(), rt.int(protocol)])
}

/// Pickling by `copyreg.__newobj__` (`reduce_newobj`).
fn reduce_new(rt: &Rt, this: &Value, copyreg: &Value) -> PyResult {
    let ty = rt.type_of(this).clone();
    if ty.slots.new.get().is_none() {
        let name = ty.display_name();
        return Err(rt.type_error(format!("cannot pickle '{name}' object")));
    }
    let args_ex = rt.call_special(this, &rt.intern("__getnewargs_ex__"), &[]);
    let (args, kwargs) = match args_ex {
        Some(made) => {
            let made = made?;
            let row = made
                .downcast_ref::<crate::tuple::Tuple>()
                .map(TupleExt::to_vec);
            match row.as_deref() {
                Some([args, kwargs]) => {
                    if !rt.is_instance(args, &rt.types.tuple) {
                        let name = rt.type_name(args);
                        return Err(rt.type_error(format!(
                            "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{name}'"
                        )));
                    }
                    if !rt.is_instance(kwargs, &rt.types.dict) {
                        let name = rt.type_name(kwargs);
                        return Err(rt.type_error(format!(
                            "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{name}'"
                        )));
                    }
                    (Some(args.clone()), Some(kwargs.clone()))
                }
                Some(other) => {
                    let n = other.len();
                    return Err(rt.value_error(format!(
                        "__getnewargs_ex__ should return a tuple of length 2, not {n}"
                    )));
                }
                None => {
                    return Err(rt.type_error(format!(
                        "__getnewargs_ex__ should return a tuple, not '{}'",
                        rt.type_name(&made)
                    )));
                }
            }
        }
        None => match rt.call_special(this, &rt.intern("__getnewargs__"), &[]) {
            Some(made) => (Some(made?), None),
            None => (None, None),
        },
    };
    let has_args = args.is_some();
    let args = match &args {
        Some(args) => match args.downcast_ref::<crate::tuple::Tuple>() {
            Some(row) => row.to_vec(),
            None => {
                return Err(rt.type_error(format!(
                    "__getnewargs__ should return a tuple, not '{}'",
                    rt.type_name(args)
                )));
            }
        },
        None => Vec::new(),
    };
    let class = ty.as_value().clone();
    let keywords = match kwargs {
        Some(kwargs) if rt.len(&kwargs)? > 0 => Some(kwargs),
        _ => None,
    };
    let (maker, args) = match keywords {
        None => {
            let maker = rt.getattr_str(copyreg, "__newobj__")?;
            let row: Vec<Value> = std::iter::once(class).chain(args).collect();
            (maker, rt.tuple(row).into_value())
        }
        Some(kwargs) => {
            let maker = rt.getattr_str(copyreg, "__newobj_ex__")?;
            let args = rt.tuple(args).into_value();
            (maker, rt.tuple([class, args, kwargs]).into_value())
        }
    };
    let is_list = rt.is_instance(this, &rt.types.list);
    let is_dict = rt.is_instance(this, &rt.types.dict);
    let state = match rt.special_bound(this, "__getstate__")? {
        Some((_, own)) if own => get_state(rt, this, !(has_args || is_list || is_dict))?,
        Some((getstate, _)) => rt.call(&getstate, &[])?,
        None => Value::NONE,
    };
    let items = if is_list { rt.iter(this)? } else { Value::NONE };
    let pairs = if is_dict {
        let items = rt.call_method(this, &rt.names.items, &[])?;
        rt.iter(&items)?
    } else {
        Value::NONE
    };
    Ok(rt.tuple([maker, args, state, items, pairs]).into_value())
}

/// `object.__getstate__()`; `required` forbids it where an instance has state that Python code cannot see.
fn get_state(rt: &Rt, this: &Value, required: bool) -> PyResult {
    let ty = rt.type_of(this).clone();
    let native = match ty.layout.get() {
        Layout::Native(kind) => {
            kind != crate::kinds::PLAIN
                && kind != crate::kinds::EXCEPTION
                && kind != crate::kinds::NAMESPACE
        }
        Layout::Plain | Layout::Instance => false,
    };
    if required && native {
        let name = ty.display_name();
        return Err(rt.type_error(format!("cannot pickle {name} object")));
    }
    let state = match rt.getattr_opt(this, &rt.names.dict_)? {
        Some(dict) => match dict.downcast_ref::<crate::dict::Dict>() {
            Some(found) if found.is_empty() => Value::NONE,
            _ => dict,
        },
        None => Value::NONE,
    };
    let slots = rt.dict();
    let slot_names = match ty.dict.get_str(rt, &rt.intern("__slotnames__")) {
        Some(known) => known,
        None => {
            let find = rt.getattr_str(&rt.import_module("copyreg")?, "_slotnames")?;
            rt.call(&find, &[ty.as_value().clone()])?
        }
    };
    if !slot_names.is_none() {
        let count = rt.len(&slot_names)?;
        for name in rt.collect(&slot_names)? {
            if let Some(name) = name.downcast::<Str>()
                && let Some(value) = rt.getattr_opt(this, name)?
            {
                slots.set(rt, name.as_value(), value)?;
            }
            if rt.len(&slot_names)? != count {
                return Err(rt.runtime_error("__slotsname__ changed size during iteration"));
            }
        }
    }
    if slots.is_empty() {
        return Ok(state);
    }
    Ok(rt.tuple([state, slots.into_value()]).into_value())
}

impl Rt {
    /// A method found through `getattr`, and whether it is `object`'s own.
    fn special_bound(&self, this: &Value, name: &str) -> PyResult<Option<(Value, bool)>> {
        let name = self.intern(name);
        let Some(found) = self.getattr_opt(this, &name)? else {
            return Ok(None);
        };
        let owner = self.type_of(this).lookup_owner(self, &name);
        Ok(Some((
            found,
            owner.is_some_and(|t| t.same(&self.types.object)),
        )))
    }

    /// A module from `sys.modules`, or imported (`PyImport_Import`).
    pub fn import_module(&self, name: &str) -> PyResult {
        if let Some(found) = self.modules.get_str(self, &self.intern(name)) {
            return Ok(found);
        }
        let import = self
            .builtins
            .get_str(self, &self.names.import_)
            .ok_or_else(|| self.import_error("__import__ not found"))?;
        let from = self.list(vec![self.names.empty.as_value().clone()]);
        self.call(
            &import,
            &[
                self.intern(name).into_value(),
                Value::NONE,
                Value::NONE,
                from.into_value(),
                Value::int32_or_small(0),
            ],
        )
    }

    /// An instance without state, as the class lays it out.
    pub fn bare_instance(&self, ty: &Ref<TypeObj>) -> PyResult {
        match ty.layout.get() {
            Layout::Instance => Ok(self.new_instance(ty).into_value()),
            Layout::Plain | Layout::Native(crate::kinds::PLAIN) => {
                Ok(self.alloc(ty, Plain).into_value())
            }
            Layout::Native(_) => Err(self.type_error(format!(
                "object.__new__({0}) is not safe, use {0}.__new__()",
                ty.display_name()
            ))),
        }
    }

    /// Whether calling the class makes a bare instance before its `__init__`: `__new__` is `object`'s own.
    #[inline]
    pub fn has_plain_new(&self, ty: &TypeObj) -> bool {
        is_object_new(ty) && !ty.has(type_flags::ABSTRACT)
    }

    /// Whether the class has no `__init__` but `object`'s own.
    #[inline]
    pub fn has_plain_init(&self, ty: &TypeObj) -> bool {
        is_object_init(ty)
    }
}
