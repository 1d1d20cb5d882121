//! What `anext(iterator, default)` gives to `await` (`anext_awaitable` of `Objects/iterobject.c`).

use crate::kinds;
use hognose_heap::{Kind, Payload, Visitor};
use hognose_object::generator::Generator;
use hognose_object::{
    Args, Call, Layout, NativeDef, PyResult, Raised, Ref, Rt, Slots, TypeObj, TypeSpec, Value,
    type_flags,
};

/// An awaitable whose end, `StopAsyncIteration`, is a default instead.
struct WithDefault {
    wrapped: Value,
    default: Value,
}

impl Payload for WithDefault {
    const KIND: Kind = kinds::ANEXT;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        visitor.value(&self.wrapped);
        visitor.value(&self.default);
    }
}

static ANEXT: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::NO_NEW,
    slots: Slots {
        await_: Some(|_, this| Ok(this.clone())),
        iter: Some(|_, this| Ok(this.clone())),
        next: Some(next),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new(
            "send",
            "($self, arg, /)",
            Call::Many(|rt, this, args| proxy(rt, this, "send", args)),
        ),
        NativeDef::new(
            "throw",
            "",
            Call::Many(|rt, this, args| proxy(rt, this, "throw", args)),
        ),
        NativeDef::new(
            "close",
            "($self, /)",
            Call::Many(|rt, this, args| proxy(rt, this, "close", args)),
        ),
    ],
    ..TypeSpec::new("anext_awaitable", Layout::Native(kinds::ANEXT))
};

/// Where the class is kept.
struct Class(Ref<TypeObj>);

/// The awaitable of `anext(iterator, default)`.
pub(super) fn with_default(rt: &Rt, wrapped: Value, default: Value) -> Value {
    let known = {
        let state = rt.module_state.borrow();
        let class = state.get("builtins.anext");
        class
            .and_then(|c| c.downcast_ref::<Class>())
            .map(|c| c.0.clone())
    };
    let class = known.unwrap_or_else(|| {
        let made = rt.native_type(&ANEXT, &rt.types.object);
        let class = Box::new(Class(made.clone()));
        rt.module_state.borrow_mut().insert("builtins.anext", class);
        made
    });
    rt.alloc(&class, WithDefault { wrapped, default })
        .into_value()
}

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a WithDefault> {
    value
        .downcast_ref()
        .ok_or_else(|| rt.type_error("an anext_awaitable was expected"))
}

/// What the wrapped awaitable iterates by (`anextawaitable_getiter`).
fn iterator(rt: &Rt, wrapped: &Value) -> PyResult {
    let is_itself = wrapped
        .downcast_ref::<Generator>()
        .is_some_and(|g| g.code.object.flags & hognose_bytecode::flags::ITERABLE_COROUTINE != 0);
    if is_itself {
        return Ok(wrapped.clone());
    }
    let Some(await_) = rt.type_of(wrapped).slots.await_.get() else {
        let name = rt.type_name(wrapped);
        return Err(rt.type_error(format!("object {name} can't be used in 'await' expression")));
    };
    let made = await_(rt, wrapped)?;
    if rt.type_of(&made).slots.next.get().is_none() {
        let name = rt.type_name(&made);
        return Err(rt.type_error(format!(
            "__await__() returned non-iterator of type '{name}'"
        )));
    }
    Ok(made)
}

/// The default as the result, if that is what the end means.
fn ended(rt: &Rt, this: &WithDefault, raised: Raised) -> Raised {
    if raised.is(rt, &rt.types.stop_async_iteration) {
        return rt.stop_iteration(this.default.clone());
    }
    raised
}

fn next(rt: &Rt, value: &Value) -> PyResult<Option<Value>> {
    let this = this(rt, value)?;
    let iterator = iterator(rt, &this.wrapped)?;
    let Some(next) = rt.type_of(&iterator).slots.next.get() else {
        return Err(rt.type_error("__await__ must return an iterable"));
    };
    // Not by `rt.next`, for which a StopIteration is the end: its value is the result.
    next(rt, &iterator).map_err(|raised| ended(rt, this, raised))
}

fn proxy(rt: &Rt, value: &Value, method: &str, args: &Args<'_>) -> PyResult {
    let this = this(rt, value)?;
    let iterator = iterator(rt, &this.wrapped)?;
    let function = rt.getattr_str(&iterator, method)?;
    rt.call_args(&function, args)
        .map_err(|raised| ended(rt, this, raised))
}
