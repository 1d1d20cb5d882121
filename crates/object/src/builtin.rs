//! `builtin_function_or_method`: a native function, bound to its `self` or module.

use crate::kinds;
use crate::module::Module;
use crate::native::{Args, Call, GetSetDef, NativeDef};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::{CompareOp, Slots};
use crate::str_::StrExt;
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, ValueCell, Visitor};

pub const BUILTIN: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::HAS_WEAKREF,
    slots: Slots {
        call: Some(call_builtin),
        repr: Some(repr_builtin),
        compare: Some(compare_builtins),
        hash: Some(hash_builtin),
        ..Slots::NONE
    },
    getset: &[
        GetSetDef::read("__name__", |rt, v| {
            Ok(rt.intern(part(rt, v)?.def.name).into_value())
        }),
        GetSetDef::read("__qualname__", qualname),
        GetSetDef::read("__self__", |rt, v| Ok(part(rt, v)?.this.clone())),
        GetSetDef::read("__doc__", |rt, v| {
            Ok(rt.signature_or_none(part(rt, v)?.def.doc))
        }),
        GetSetDef::read("__text_signature__", |rt, v| {
            Ok(rt.signature_or_none(part(rt, v)?.def.signature))
        }),
        GetSetDef::read_write(
            "__module__",
            |rt, v| Ok(part(rt, v)?.module.get().unwrap_or(Value::NONE)),
            |rt, v, value| {
                part(rt, v)?.module.set(value.cloned());
                Ok(())
            },
        ),
    ],
    methods: &[NativeDef::new("__reduce__", "", Call::Zero(reduce))],
    ..TypeSpec::new("builtin_function_or_method", Layout::Native(kinds::BUILTIN))
};

/// The payload.
pub struct Builtin {
    pub def: &'static NativeDef,
    /// What the function is bound to: an instance, a class, or a module.
    pub this: Value,
    /// `__module__`; empty for methods.
    pub module: ValueCell,
}

impl Payload for Builtin {
    const KIND: Kind = kinds::BUILTIN;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.this.trace(visitor);
        self.module.trace(visitor);
    }
}

fn part<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<Builtin>> {
    value
        .downcast::<Builtin>()
        .ok_or_else(|| rt.system_error("bad builtin"))
}

fn is_module(value: &Value) -> bool {
    value.is_none() || value.downcast_ref::<Module>().is_some()
}

fn repr_builtin(rt: &Rt, this: &Value) -> PyResult {
    let b = part(rt, this)?;
    let name = b.def.name;
    let text = if is_module(&b.this) {
        format!("<built-in function {name}>")
    } else {
        let of = rt.type_name(&b.this);
        format!(
            "<built-in method {name} of {of} object at {:#x}>",
            b.this.bits()
        )
    };
    Ok(rt.str(&text).into_value())
}

fn qualname(rt: &Rt, this: &Value) -> PyResult {
    let b = part(rt, this)?;
    if is_module(&b.this) {
        return Ok(rt.intern(b.def.name).into_value());
    }
    let ty = match b.this.downcast::<TypeObj>() {
        Some(ty) => ty,
        None => rt.type_of(&b.this),
    };
    let of = ty.qualname.borrow().to_str().into_owned();
    Ok(rt.str(&format!("{of}.{}", b.def.name)).into_value())
}

fn compare_builtins(_rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let (CompareOp::Eq | CompareOp::Ne, Some(x), Some(y)) =
        (op, a.downcast_ref::<Builtin>(), b.downcast_ref::<Builtin>())
    else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let equal = x.this.is(&y.this) && std::ptr::eq(x.def, y.def);
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

fn hash_builtin(rt: &Rt, this: &Value) -> PyResult<i64> {
    let b = part(rt, this)?;
    let mixed = crate::hash::hash_address(&b.this) ^ (std::ptr::from_ref(b.def) as usize as i64);
    Ok(crate::hash::avoid_minus_one(mixed))
}

fn reduce(rt: &Rt, this: &Value) -> PyResult {
    let b = part(rt, this)?;
    if is_module(&b.this) {
        return Ok(rt.intern(b.def.name).into_value());
    }
    rt.reduce_to_getattr(&b.this, b.def.name)
}

fn call_builtin(rt: &Rt, callable: &Value, args: &Args<'_>) -> PyResult {
    match callable.downcast_ref::<Builtin>() {
        Some(builtin) => rt.call_native(builtin.def, &builtin.this, args),
        None => Err(rt.system_error("bad builtin")),
    }
}

impl Rt {
    /// A native function bound to a value.
    pub fn bind_native(&self, def: &'static NativeDef, this: Value) -> Ref<Builtin> {
        self.alloc(
            &self.types.builtin,
            Builtin {
                def,
                this,
                module: ValueCell::empty(),
            },
        )
    }

    /// Calls a native function with its `self` apart.
    #[inline]
    pub fn call_native(&self, def: &NativeDef, this: &Value, args: &Args<'_>) -> PyResult {
        match def.call {
            Call::Many(f) => f(self, this, args),
            Call::Zero(f) => {
                if !args.all_values().is_empty() {
                    return Err(self.wrong_count(def, this, args, "no arguments"));
                }
                f(self, this)
            }
            Call::One(f) => match args.all_values() {
                [one] if !args.has_keywords() => f(self, this, one),
                _ => Err(self.wrong_count(def, this, args, "exactly one argument")),
            },
        }
    }

    #[cold]
    fn wrong_count(
        &self,
        def: &NativeDef,
        this: &Value,
        args: &Args<'_>,
        wanted: &str,
    ) -> crate::Raised {
        let module = this.downcast_ref::<crate::module::Module>();
        let name = match module {
            Some(module) if module.name(self) == "builtins" => def.name.to_owned(),
            Some(module) => format!("{}.{}", module.name(self), def.name),
            None if def.binding == crate::native::Binding::Class => {
                let ty = this.downcast_ref::<crate::type_::TypeObj>();
                format!(
                    "{}.{}",
                    ty.map(|t| t.display_name()).unwrap_or_default(),
                    def.name
                )
            }
            None => format!("{}.{}", self.type_name(this), def.name),
        };
        let n = args.positional().len();
        if args.has_keywords() {
            return self.type_error(format!("{name}() takes no keyword arguments"));
        }
        self.type_error(format!("{name}() takes {wanted} ({n} given)"))
    }
}
