//! `builtin_function_or_method`: a native function, bound to its `self` or module.

use crate::kinds;
use crate::native::{Args, Call, NativeDef};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::Slots;
use crate::type_::{Layout, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, ValueCell, Visitor};

pub const BUILTIN: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::HAS_WEAKREF,
    slots: Slots {
        call: Some(call_builtin),
        ..Slots::NONE
    },
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
