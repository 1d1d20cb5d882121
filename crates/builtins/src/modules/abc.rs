//! `_abc`: abstract base classes, their registries and their caches (`Modules/_abc.c`).

use crate::kinds;
use hognose_heap::{Kind, Payload, Weak};
use hognose_object::module::Module;
use hognose_object::type_::{Layout, TypeSpec};
use hognose_object::{
    Args, Call, NativeDef, PyResult, Raised, Ref, Rt, Str, TypeObj, Value, type_flags,
};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts registrations: a negative answer that is older is not believed.
static COUNTER: AtomicU64 = AtomicU64::new(0);

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "get_cache_token",
        "($module, /)",
        Call::Zero(|rt, _| Ok(counter(rt))),
    ),
    NativeDef::new("_abc_init", "($module, self, /)", Call::One(init_class)),
    NativeDef::new(
        "_abc_register",
        "($module, self, subclass, /)",
        Call::Many(register),
    ),
    NativeDef::new(
        "_abc_instancecheck",
        "($module, self, instance, /)",
        Call::Many(instancecheck),
    ),
    NativeDef::new(
        "_abc_subclasscheck",
        "($module, self, subclass, /)",
        Call::Many(subclasscheck),
    ),
    NativeDef::new("_get_dump", "($module, self, /)", Call::One(dump)),
    NativeDef::new(
        "_reset_registry",
        "($module, self, /)",
        Call::One(|rt, _, class| {
            data_of(rt, class)?.registry.replace(WeakSet::default());
            Ok(Value::NONE)
        }),
    ),
    NativeDef::new(
        "_reset_caches",
        "($module, self, /)",
        Call::One(|rt, _, class| {
            let data = data_of(rt, class)?;
            data.cache.replace(WeakSet::default());
            data.negative.replace(WeakSet::default());
            Ok(Value::NONE)
        }),
    ),
];

static DATA: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("_abc._abc_data", Layout::Native(kinds::ABC_DATA))
};

/// Classes known by address for as long as they live.
type WeakSet = HashMap<u64, Weak>;

/// What a class has in `_abc_impl`.
struct AbcData {
    registry: RefCell<WeakSet>,
    cache: RefCell<WeakSet>,
    negative: RefCell<WeakSet>,
    /// The counter when the negative cache was last emptied.
    negative_version: Cell<u64>,
}

impl Payload for AbcData {
    const KIND: Kind = kinds::ABC_DATA;
    const GC: bool = false;
}

pub(crate) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("_abc", FUNCTIONS);
    let class = rt.native_type(&DATA, &rt.types.object);
    module.set(rt, "_abc_data", class.as_value().clone());
    Ok(module)
}

fn counter(rt: &Rt) -> Value {
    rt.int(COUNTER.load(Ordering::Relaxed) as i64)
}

fn has(set: &RefCell<WeakSet>, class: &Value) -> bool {
    set.borrow()
        .get(&class.bits())
        .is_some_and(|known| !known.is_dead())
}

fn add(set: &RefCell<WeakSet>, class: &Value) {
    if let Some(handle) = Weak::new(class) {
        set.borrow_mut().insert(class.bits(), handle);
    }
}

fn members(set: &RefCell<WeakSet>) -> Vec<Value> {
    set.borrow().values().filter_map(Weak::get).collect()
}

fn data_of(rt: &Rt, class: &Value) -> PyResult<Ref<AbcData>> {
    let found = rt.getattr_str(class, "_abc_impl")?;
    Ref::try_from(found).map_err(|_| rt.type_error("_abc_impl is set to a wrong type"))
}

fn is_abstract(rt: &Rt, value: &Value) -> PyResult<bool> {
    match rt.getattr_opt(value, &rt.names.isabstractmethod_)? {
        Some(flag) => rt.truth(&flag),
        None => Ok(false),
    }
}

/// Collects the abstract methods into `__abstractmethods__` (`compute_abstract_methods`).
fn compute_abstract_methods(rt: &Rt, class: &Value) -> PyResult<()> {
    let name = rt.intern("__abstractmethods__");
    let mut found = Vec::new();
    if let Some(ty) = class.downcast_ref::<TypeObj>() {
        for (key, value) in ty.dict.snapshot() {
            if is_abstract(rt, &value)? {
                found.push(key);
            }
        }
    }
    let bases = rt.getattr(class, &rt.names.bases_)?;
    for base in rt.collect(&bases)? {
        let Some(inherited) = rt.getattr_opt(&base, &name)? else {
            continue;
        };
        for key in rt.collect(&inherited)? {
            if let Some(attribute) = key.downcast::<Str>()
                && let Some(value) = rt.getattr_opt(class, attribute)?
                && is_abstract(rt, &value)?
            {
                found.push(key);
            }
        }
    }
    let set = rt.frozenset(&found)?.into_value();
    rt.setattr(class, &name, Some(&set))
}

fn init_class(rt: &Rt, module: &Value, class: &Value) -> PyResult {
    compute_abstract_methods(rt, class)?;
    let kind = rt.getattr_str(module, "_abc_data")?;
    let Some(kind) = kind.downcast::<TypeObj>() else {
        return Err(rt.system_error("lost _abc._abc_data"));
    };
    let data = AbcData {
        registry: RefCell::default(),
        cache: RefCell::default(),
        negative: RefCell::default(),
        negative_version: Cell::new(COUNTER.load(Ordering::Relaxed)),
    };
    let data = rt.alloc(kind, data).into_value();
    rt.setattr(class, &rt.intern("_abc_impl"), Some(&data))?;
    if let Some(ty) = class.downcast_ref::<TypeObj>() {
        let name = rt.intern("__abc_tpflags__");
        let given = ty.dict.get_str(rt, &name);
        if let Some(bits) = given.and_then(|v| rt.as_int(&v).and_then(|i| i.to_i64())) {
            // CPython's bits 5 and 6.
            let (sequence, mapping) = (bits & 1 << 5 != 0, bits & 1 << 6 != 0);
            if sequence && mapping {
                return Err(rt.type_error(
                    "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING",
                ));
            }
            let flag = match (sequence, mapping) {
                (true, _) => type_flags::SEQUENCE,
                (_, true) => type_flags::MAPPING,
                _ => 0,
            };
            ty.flags.set(ty.flags.get() | flag);
            rt.setattr(class, &name, None)?;
        }
    }
    Ok(Value::NONE)
}

/// Gives a registered class and those below it the flag by which patterns know them.
fn set_pattern_flag(ty: &TypeObj, flag: u32) {
    const PATTERNS: u32 = type_flags::SEQUENCE | type_flags::MAPPING;
    if flag == 0 || ty.flags.get() & PATTERNS == flag || ty.has(type_flags::IMMUTABLE) {
        return;
    }
    ty.flags.set(ty.flags.get() & !PATTERNS | flag);
    for sub in ty.living_subclasses() {
        set_pattern_flag(&sub, flag);
    }
}

fn register(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("_abc_register", args, 2, 2)?;
    let (class, subclass) = (&given[0], &given[1]);
    let Some(ty) = subclass.downcast_ref::<TypeObj>() else {
        return Err(rt.type_error("Can only register classes"));
    };
    if rt.issubclass(subclass, class)? {
        return Ok(subclass.clone());
    }
    if rt.issubclass(class, subclass)? {
        return Err(rt.runtime_error("Refusing to create an inheritance cycle"));
    }
    add(&data_of(rt, class)?.registry, subclass);
    COUNTER.fetch_add(1, Ordering::Relaxed);
    if let Some(own) = class.downcast_ref::<TypeObj>() {
        let flag = own.flags.get() & (type_flags::SEQUENCE | type_flags::MAPPING);
        set_pattern_flag(ty, flag);
    }
    Ok(subclass.clone())
}

fn ask_subclasscheck(rt: &Rt, class: &Value, subclass: &Value) -> PyResult<bool> {
    let answer = rt.call_method(
        class,
        &rt.names.subclasscheck_,
        std::slice::from_ref(subclass),
    )?;
    rt.truth(&answer)
}

fn instancecheck(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("_abc_instancecheck", args, 2, 2)?;
    let (class, instance) = (&given[0], &given[1]);
    let data = data_of(rt, class)?;
    let subclass = rt.getattr(instance, &rt.names.class_)?;
    if has(&data.cache, &subclass) {
        return Ok(Value::TRUE);
    }
    let own = rt.type_of(instance).as_value().clone();
    if own.is(&subclass) {
        let current = data.negative_version.get() == COUNTER.load(Ordering::Relaxed);
        if current && has(&data.negative, &subclass) {
            return Ok(Value::FALSE);
        }
        return ask_subclasscheck(rt, class, &subclass).map(Value::bool);
    }
    if ask_subclasscheck(rt, class, &subclass)? {
        return Ok(Value::TRUE);
    }
    ask_subclasscheck(rt, class, &own).map(Value::bool)
}

fn subclasscheck(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("_abc_subclasscheck", args, 2, 2)?;
    let (class, subclass) = (&given[0], &given[1]);
    let Some(ty) = subclass.downcast_ref::<TypeObj>() else {
        return Err(rt.type_error("issubclass() arg 1 must be a class"));
    };
    let data = data_of(rt, class)?;
    if has(&data.cache, subclass) {
        return Ok(Value::TRUE);
    }
    let now = COUNTER.load(Ordering::Relaxed);
    if data.negative_version.get() < now {
        data.negative.replace(WeakSet::default());
        data.negative_version.set(now);
    } else if has(&data.negative, subclass) {
        return Ok(Value::FALSE);
    }
    let answer = decide(rt, class, subclass, ty, &data)?;
    add(if answer { &data.cache } else { &data.negative }, subclass);
    Ok(Value::bool(answer))
}

/// The hook, the MRO, the registry, and the subclasses, in that order.
fn decide(
    rt: &Rt,
    class: &Value,
    subclass: &Value,
    ty: &TypeObj,
    data: &AbcData,
) -> PyResult<bool> {
    let args = std::slice::from_ref(subclass);
    let answer = rt.call_method(class, &rt.names.subclasshook_, args)?;
    if answer.is(&Value::TRUE) || answer.is(&Value::FALSE) {
        return Ok(answer.is(&Value::TRUE));
    }
    if !answer.is(&Value::NOT_IMPLEMENTED) {
        return Err(wrong_hook(rt));
    }
    if ty.mro.borrow().iter().any(|t| t.as_value().is(class)) || has(&data.registry, subclass) {
        return Ok(true);
    }
    for registered in members(&data.registry) {
        if rt.issubclass(subclass, &registered)? {
            return Ok(true);
        }
    }
    let below = rt.call_method(class, &rt.intern("__subclasses__"), &[])?;
    for sub in rt.collect(&below)? {
        if rt.issubclass(subclass, &sub)? {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cold]
fn wrong_hook(rt: &Rt) -> Raised {
    rt.assertion_error("__subclasshook__ must return either False, True, or NotImplemented")
}

fn dump(rt: &Rt, _: &Value, class: &Value) -> PyResult {
    let data = data_of(rt, class)?;
    let set = |from: &RefCell<WeakSet>| -> PyResult {
        let mut references = Vec::new();
        for member in members(from) {
            references.push(rt.weak_reference(&rt.types.weakref, &member, None)?);
        }
        Ok(rt.set(&references)?.into_value())
    };
    let version = rt.int(data.negative_version.get() as i64);
    let row = [
        set(&data.registry)?,
        set(&data.cache)?,
        set(&data.negative)?,
        version,
    ];
    Ok(rt.tuple(row).into_value())
}
