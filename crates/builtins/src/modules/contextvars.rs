//! `_contextvars`: values that belong to a context (PEP 567, `Python/context.c`).

use crate::kinds;
use hognose_heap::{Kind, Payload, Trace, ValueCell, Visitor};
use hognose_object::dict::Dict;
use hognose_object::module::Module;
use hognose_object::{
    Args, Call, CompareOp, GetSetDef, Layout, NativeDef, PyResult, Ref, Rt, Signature, Slots, Str,
    StrExt, TypeObj, TypeSpec, Value, type_flags,
};
use std::cell::Cell;

/// The payload of `Context`.
struct Context {
    /// The dict of values by variable; shared by copies, and then never changed.
    vars: ValueCell,
    /// Whether another context may have the same dict.
    shared: Cell<bool>,
    entered: Cell<bool>,
}

impl Payload for Context {
    const KIND: Kind = kinds::CONTEXT;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.vars.trace(visitor);
    }

    fn clear(&self) {
        drop(self.vars.take());
    }
}

/// The payload of `ContextVar`.
struct ContextVar {
    name: Value,
    default: Option<Value>,
}

impl Payload for ContextVar {
    const KIND: Kind = kinds::CONTEXT_VAR;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.name.trace(visitor);
        self.default.trace(visitor);
    }
}

/// The payload of `Token`.
struct Token {
    context: Value,
    var: Value,
    old: Option<Value>,
    used: Cell<bool>,
}

impl Payload for Token {
    const KIND: Kind = kinds::CONTEXT_TOKEN;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.context.trace(visitor);
        self.var.trace(visitor);
        self.old.trace(visitor);
    }
}

static CONTEXT: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::HAS_WEAKREF,
    slots: Slots {
        new: Some(|rt, ty, args| {
            if !args.all_values().is_empty() {
                return Err(rt.type_error("Context() does not accept any arguments"));
            }
            Ok(make_context(rt, ty, rt.dict(), false).into_value())
        }),
        len: Some(|rt, v| Ok(vars(rt, v)?.len())),
        getitem: Some(|rt, v, key| {
            check_key(rt, key)?;
            vars(rt, v)?.get(rt, key)?.ok_or_else(|| rt.key_error(key))
        }),
        contains: Some(|rt, v, key| {
            check_key(rt, key)?;
            vars(rt, v)?.contains(rt, key)
        }),
        iter: Some(|rt, v| rt.iter(vars(rt, v)?.as_value())),
        compare: Some(compare_contexts),
        hash: None,
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new("run", "", Call::Many(run)),
        NativeDef::new(
            "copy",
            "($self, /)",
            Call::Zero(|rt, v| copy(rt, this(rt, v)?)),
        ),
        NativeDef::new("get", "($self, key, default=None, /)", Call::Many(get)),
        NativeDef::new(
            "items",
            "($self, /)",
            Call::Zero(|rt, v| rt.call_method(vars(rt, v)?.as_value(), &rt.names.items, &[])),
        ),
        NativeDef::new(
            "keys",
            "($self, /)",
            Call::Zero(|rt, v| rt.call_method(vars(rt, v)?.as_value(), &rt.names.keys, &[])),
        ),
        NativeDef::new(
            "values",
            "($self, /)",
            Call::Zero(|rt, v| rt.call_method(vars(rt, v)?.as_value(), &rt.names.values, &[])),
        ),
    ],
    ..TypeSpec::new("_contextvars.Context", Layout::Native(kinds::CONTEXT))
};

static CONTEXT_VAR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        new: Some(new_var),
        repr: Some(repr_var),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new(
            "get",
            "($self, default=<unrepresentable>, /)",
            Call::Many(var_get),
        ),
        NativeDef::new("set", "($self, value, /)", Call::One(var_set)),
        NativeDef::new("reset", "($self, token, /)", Call::One(var_reset)),
        NativeDef::class(
            "__class_getitem__",
            "",
            Call::One(|rt, class, item| Ok(rt.generic_alias(class, item))),
        ),
    ],
    getset: &[GetSetDef::member("name", |rt, v| {
        Ok(var(rt, v)?.name.clone())
    })],
    ..TypeSpec::new(
        "_contextvars.ContextVar",
        Layout::Native(kinds::CONTEXT_VAR),
    )
};

static TOKEN: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        new: Some(|rt, _, _| Err(rt.runtime_error("Tokens can only be created by ContextVars"))),
        repr: Some(repr_token),
        ..Slots::NONE
    },
    methods: &[NativeDef::class(
        "__class_getitem__",
        "",
        Call::One(|rt, class, item| Ok(rt.generic_alias(class, item))),
    )],
    getset: &[
        GetSetDef::read("var", |rt, v| Ok(token(rt, v)?.var.clone())),
        GetSetDef::read("old_value", |rt, v| match &token(rt, v)?.old {
            Some(old) => Ok(old.clone()),
            None => super::attribute(rt, "_contextvars", "__missing"),
        }),
    ],
    ..TypeSpec::new("_contextvars.Token", Layout::Native(kinds::CONTEXT_TOKEN))
};

static MISSING: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::NO_NEW,
    slots: Slots {
        repr: Some(|rt, _| Ok(rt.str("<Token.MISSING>").into_value())),
        ..Slots::NONE
    },
    ..TypeSpec::new("_contextvars.Token.MISSING", Layout::Instance)
};

const FUNCTIONS: &[NativeDef] = &[NativeDef::new(
    "copy_context",
    "($module, /)",
    Call::Zero(|rt, _| copy(rt, &current(rt)?)),
)];

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<Context>> {
    value
        .downcast::<Context>()
        .ok_or_else(|| rt.type_error("an instance of Context was expected"))
}

fn var<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a ContextVar> {
    value
        .downcast_ref::<ContextVar>()
        .ok_or_else(|| rt.type_error("an instance of ContextVar was expected"))
}

fn token<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Token> {
    value
        .downcast_ref::<Token>()
        .ok_or_else(|| rt.type_error("expected an instance of Token"))
}

fn vars(rt: &Rt, context: &Value) -> PyResult<Ref<Dict>> {
    let vars = this(rt, context)?.vars.get();
    Ok(vars
        .and_then(|v| v.downcast::<Dict>().cloned())
        .unwrap_or_else(|| rt.dict()))
}

fn class(rt: &Rt, name: &str) -> PyResult<Ref<TypeObj>> {
    let found = super::attribute(rt, "_contextvars", name)?;
    found
        .downcast::<TypeObj>()
        .cloned()
        .ok_or_else(|| rt.system_error("a class of _contextvars is no type"))
}

fn make_context(rt: &Rt, ty: &Ref<TypeObj>, dict: Ref<Dict>, shared: bool) -> Ref<Context> {
    let vars = ValueCell::default();
    vars.set(Some(dict.into_value()));
    rt.alloc(
        ty,
        Context {
            vars,
            shared: Cell::new(shared),
            entered: Cell::new(false),
        },
    )
}

/// The current context of the running thread.
fn current(rt: &Rt) -> PyResult<Ref<Context>> {
    let known = {
        let state = rt.thread.module_state.borrow();
        let known = state.get("_contextvars");
        known
            .and_then(|c| c.downcast_ref::<Ref<Context>>())
            .cloned()
    };
    match known {
        Some(known) => Ok(known),
        None => {
            let made = make_context(rt, &class(rt, "Context")?, rt.dict(), false);
            set_current(rt, made.clone());
            Ok(made)
        }
    }
}

fn set_current(rt: &Rt, context: Ref<Context>) {
    let old = rt
        .thread
        .module_state
        .borrow_mut()
        .insert("_contextvars", Box::new(context));
    drop(old);
}

fn copy(rt: &Rt, context: &Ref<Context>) -> PyResult {
    context.shared.set(true);
    let dict = vars(rt, context.as_value())?;
    Ok(make_context(rt, &class(rt, "Context")?, dict, true).into_value())
}

fn check_key(rt: &Rt, key: &Value) -> PyResult<()> {
    if key.downcast_ref::<ContextVar>().is_some() {
        return Ok(());
    }
    let shown = rt.repr(key)?;
    Err(rt.type_error(format!(
        "a ContextVar key was expected, got {}",
        shown.to_str()
    )))
}

fn compare_contexts(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let both = a.downcast::<Context>().is_some() && b.downcast::<Context>().is_some();
    if !both || !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let equal = rt.eq(vars(rt, a)?.as_value(), vars(rt, b)?.as_value())?;
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

fn run(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let context = this(rt, value)?;
    let Some(callable) = args.positional().first() else {
        return Err(rt.type_error("run() missing 1 required positional argument"));
    };
    if context.entered.get() {
        let shown = rt.repr(value)?;
        return Err(rt.runtime_error(format!(
            "cannot enter context: {} is already entered",
            shown.to_str()
        )));
    }
    let before = current(rt)?;
    context.entered.set(true);
    set_current(rt, context.clone());
    let result = rt.call_args(callable, &args.rest());
    set_current(rt, before);
    context.entered.set(false);
    result
}

fn get(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("get", args, 1, 2)?;
    check_key(rt, &given[0])?;
    let found = vars(rt, value)?.get(rt, &given[0])?;
    Ok(found
        .or_else(|| given.get(1).cloned())
        .unwrap_or(Value::NONE))
}

fn new_var(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "ContextVar",
        params: &["", "default"],
        positional_only: 1,
        positional: 1,
        required: 1,
    };
    let [name, default] = rt.bind(&SIGNATURE, args)?;
    let name = name.cloned().unwrap_or(Value::NONE);
    if name.downcast_ref::<Str>().is_none() {
        return Err(rt.type_error("context variable name must be a str"));
    }
    let made = ContextVar {
        name,
        default: default.cloned(),
    };
    Ok(rt.alloc(ty, made).into_value())
}

fn repr_var(rt: &Rt, value: &Value) -> PyResult {
    let var = var(rt, value)?;
    let mut text = format!("<ContextVar name={}", rt.repr(&var.name)?.to_str());
    if let Some(default) = &var.default {
        text += &format!(" default={}", rt.repr(default)?.to_str());
    }
    text += &format!(" at {:#x}>", value.bits());
    Ok(rt.str(&text).into_value())
}

fn repr_token(rt: &Rt, value: &Value) -> PyResult {
    let token = token(rt, value)?;
    let used = if token.used.get() { " used" } else { "" };
    let shown = rt.repr(&token.var)?;
    let text = format!(
        "<Token{used} var={} at {:#x}>",
        shown.to_str(),
        value.bits()
    );
    Ok(rt.str(&text).into_value())
}

fn var_get(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("get", args, 0, 1)?;
    if let Some(found) = vars(rt, current(rt)?.as_value())?.get(rt, value)? {
        return Ok(found);
    }
    let default = given.first().or(var(rt, value)?.default.as_ref());
    match default {
        Some(default) => Ok(default.clone()),
        None => Err(rt.raise_with(&rt.types.lookup_error, std::slice::from_ref(value))),
    }
}

/// Sets or removes a variable in a context, whose dict becomes its own.
fn change(rt: &Rt, context: &Context, key: &Value, new: Option<Value>) -> PyResult<()> {
    let dict = context
        .vars
        .get()
        .and_then(|v| v.downcast::<Dict>().cloned())
        .unwrap_or_else(|| rt.dict());
    let dict = if context.shared.replace(false) {
        let own = rt.dict_copy(&dict)?;
        context.vars.set(Some(own.clone().into_value()));
        own
    } else {
        dict
    };
    match new {
        Some(new) => drop(dict.set(rt, key, new)?),
        None => drop(dict.remove(rt, key)?),
    }
    Ok(())
}

fn var_set(rt: &Rt, value: &Value, new: &Value) -> PyResult {
    let context = current(rt)?;
    let old = vars(rt, context.as_value())?.get(rt, value)?;
    change(rt, &context, value, Some(new.clone()))?;
    let token = Token {
        context: context.into_value(),
        var: value.clone(),
        old,
        used: Cell::new(false),
    };
    Ok(rt.alloc(&class(rt, "Token")?, token).into_value())
}

fn var_reset(rt: &Rt, value: &Value, token_value: &Value) -> PyResult {
    let Some(token) = token_value.downcast_ref::<Token>() else {
        let shown = rt.repr(token_value)?;
        return Err(rt.type_error(format!(
            "expected an instance of Token, got {}",
            shown.to_str()
        )));
    };
    let shown = || -> PyResult<String> { Ok(rt.repr(token_value)?.to_str().into_owned()) };
    if token.used.get() {
        return Err(rt.runtime_error(format!("{} has already been used once", shown()?)));
    }
    if !token.var.is(value) {
        return Err(rt.value_error(format!(
            "{} was created by a different ContextVar",
            shown()?
        )));
    }
    let context = current(rt)?;
    if !token.context.is(context.as_value()) {
        return Err(rt.value_error(format!("{} was created in a different Context", shown()?)));
    }
    token.used.set(true);
    change(rt, &context, value, token.old.clone())?;
    Ok(Value::NONE)
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("_contextvars", FUNCTIONS);
    let object = &rt.types.object;
    let context = rt.native_type(&CONTEXT, object);
    context.dict.set_str(rt, &rt.names.hash_, Value::NONE);
    context.modified();
    module.set(rt, "Context", context);
    module.set(rt, "ContextVar", rt.native_type(&CONTEXT_VAR, object));
    let token = rt.native_type(&TOKEN, object);
    let missing = rt
        .new_instance(&rt.native_type(&MISSING, object))
        .into_value();
    token
        .dict
        .set_str(rt, &rt.intern("MISSING"), missing.clone());
    token.modified();
    module.set(rt, "Token", token);
    module.set(rt, "__missing", missing);
    Ok(module)
}
