//! Calls: of Python functions without a native frame, of everything else through its type's slot.

use super::frame::push;
use super::frame_flags::{ENTRY, INIT};
use super::run::{payload, run};
use super::{Cx, Frame, bind, control, ir_of, is_cell, release, retain, vm_of};
use crate::ir::{Ir, Word};
use hognose_heap::Value;
use hognose_object::builtin::Builtin;
use hognose_object::code::Code;
use hognose_object::descriptor::MethodDescriptor;
use hognose_object::dict::Dict;
use hognose_object::function::{Function, Method};
use hognose_object::native::{Args, Call};
use hognose_object::tuple::Tuple;
use hognose_object::{Layout, PyResult, Raised, Ref, Rt, Str, TypeObj};

/// Pushes a frame for a call with exactly the positional arguments that the function takes; they stand in its window
/// already. `None` if the call is not of that kind. The record's function and destination are the caller's to fill.
///
/// # Safety
/// `f` is the topmost frame; `args` is in its window, followed by nothing that is owned.
#[inline(always)]
pub(super) unsafe fn push_exact(
    cx: Cx<'_>,
    f: *mut Frame,
    function: &Function,
    args: *mut u64,
    count: u16,
) -> Option<*mut Frame> {
    // SAFETY: by the contract; the code object's translation is an Ir.
    unsafe {
        let code = function.code.bits();
        let translation = payload::<Code>(code)?.translation.get()?;
        let ir = &*std::ptr::from_ref(&**translation).cast::<Ir>();
        if !ir.plain || ir.argcount != count || !cx.vm.fits(f, args.add(usize::from(ir.registers)))
        {
            return None;
        }
        Some(push(cx, f, function, code, ir, args, count))
    }
}

/// `Op::Call`
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
#[inline(never)]
pub(super) unsafe fn call(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe { call_at(cx, f, i.a + 1, usize::from(i.b), &[], i.c) }
}

/// `Op::CallMethod`
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
#[inline(never)]
pub(super) unsafe fn call_method(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe {
        if (*f).get(i.a) == 0 {
            call_at(cx, f, i.a + 1, usize::from(i.b), &[], i.c)
        } else {
            call_at(cx, f, i.a, usize::from(i.b) + 1, &[], i.c)
        }
    }
}

/// `Op::CallKw`
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction, whose words follow it.
pub(super) unsafe fn call_keywords(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract; `pc` stands behind the cache word.
    unsafe {
        let names = (*(*f).pc.sub(1)).get().a;
        let names = &(&(*(*f).ir).consts)[usize::from(names)];
        // A tuple's slots are all filled, and a filled slot is a value's word.
        let names: &[Value] = match names.downcast_ref::<Tuple>() {
            Some(tuple) => std::slice::from_raw_parts(tuple.slots().as_ptr().cast(), tuple.len()),
            None => return Err(cx.rt.system_error("bad keyword names")),
        };
        if names.len() > usize::from(i.b) {
            return Err(cx.rt.system_error("bad keyword names"));
        }
        if (*f).get(i.a) == 0 {
            call_at(cx, f, i.a + 1, usize::from(i.b), names, i.c)
        } else {
            call_at(cx, f, i.a, usize::from(i.b) + 1, names, i.c)
        }
    }
}

/// `Op::CallEx`
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
pub(super) unsafe fn call_ex(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    let rt = cx.rt;
    // SAFETY: by the contract.
    unsafe {
        let callable = (*f).take(i.a + 1).unwrap_or(Value::NONE);
        let given = (*f).take(i.a + 2).unwrap_or(Value::NONE);
        let keywords = if i.b == 1 { (*f).take(i.a + 3) } else { None };
        let mut values = match given.downcast_ref::<Tuple>() {
            Some(tuple) => hognose_object::tuple::TupleExt::to_vec(tuple),
            None => {
                if rt.type_of(&given).slots.iter.get().is_none()
                    && rt.type_of(&given).slots.getitem.get().is_none()
                {
                    return Err(rt.type_error(format!(
                        "{} argument after * must be an iterable, not {}",
                        function_text(rt, &callable)?,
                        rt.type_name(&given)
                    )));
                }
                rt.collect(&given)?
            }
        };
        let mut names = Vec::new();
        if let Some(keywords) = keywords {
            let items = match keywords.downcast_ref::<Dict>() {
                Some(dict) => dict.snapshot(),
                None => {
                    let dict = rt.dict();
                    super::build::merge(cx, &dict, &keywords, Some(&callable))?;
                    dict.snapshot()
                }
            };
            for (key, value) in items {
                if key.downcast_ref::<Str>().is_none() {
                    return Err(rt.type_error("keywords must be strings"));
                }
                names.push(key);
                values.push(value);
            }
        }
        if let Some(function) = callable.downcast::<Function>() {
            push_bound(cx, f, function, &Args::with_names(&values, &names))?;
            (*cx.vm.top.get()).dst = i.c;
            return Ok(());
        }
        if let Some(method) = callable.downcast::<Method>()
            && let Some(function) = method.function.downcast::<Function>()
        {
            values.insert(0, method.this.clone());
            push_bound(cx, f, function, &Args::with_names(&values, &names))?;
            (*cx.vm.top.get()).dst = i.c;
            return Ok(());
        }
        let made = rt.call_args(&callable, &Args::with_names(&values, &names))?;
        drop((callable, given, values, names));
        (*f).put(i.c, made);
        Ok(())
    }
}

/// The function as `_PyObject_FunctionStr` shows it.
pub(super) fn function_text(rt: &Rt, callable: &Value) -> PyResult<String> {
    use hognose_object::StrExt;
    let Some(name) = rt.getattr_opt(callable, &rt.names.qualname_)? else {
        return Ok(rt.str_of(callable)?.to_str().into_owned());
    };
    let name = rt.str_of(&name)?;
    if let Some(module) = rt.getattr_opt(callable, &rt.names.module_)?
        && !module.is_none()
    {
        let module = rt.str_of(&module)?;
        if !module.is_text("builtins") {
            return Ok(format!("{}.{}()", module.to_str(), name.to_str()));
        }
    }
    Ok(format!("{}()", name.to_str()))
}

/// Pushes a frame for a Python function whose arguments stand elsewhere.
///
/// # Safety
/// `f` is the topmost frame.
unsafe fn push_bound(
    cx: Cx<'_>,
    f: *mut Frame,
    function: &Ref<Function>,
    args: &Args<'_>,
) -> PyResult<()> {
    control::attend(cx)?;
    // SAFETY: the new window lies past the topmost one.
    unsafe {
        let code = function.code.get();
        let Some(code) = code.as_ref().and_then(Value::downcast::<Code>) else {
            return Err(cx.rt.system_error("function without code"));
        };
        let ir = ir_of(cx.rt, code)?;
        let window = (*f).end;
        room(cx, f, window.add(usize::from(ir.registers)))?;
        bind::bind(cx, function, code, args, window)?;
        let given = code.object.total_args() as u16;
        let new = push(cx, f, function, code.as_value().bits(), ir, window, given);
        (*new).function = function.as_value().clone().into_raw();
        Ok(())
    }
}

/// Pushes a frame for a Python function with values that stand in no register; a function of another kind than
/// plain, or with another number of parameters, is bound the long way.
///
/// # Safety
/// `f` is the topmost frame.
pub(super) unsafe fn push_values<const N: usize>(
    cx: Cx<'_>,
    f: *mut Frame,
    function: Value,
    values: [Value; N],
    dst: u16,
) -> PyResult<*mut Frame> {
    // SAFETY: the new window lies past the topmost one, where nothing is owned.
    unsafe {
        let Some(payload) = function.downcast::<Function>() else {
            return Err(cx.rt.system_error("bad function"));
        };
        let payload = &*std::ptr::from_ref::<Function>(payload);
        let window = (*f).end;
        if let Some(new) = push_exact(cx, f, payload, window, N as u16) {
            for (n, value) in values.into_iter().enumerate() {
                *window.add(n) = value.into_raw();
            }
            (*new).function = function.into_raw();
            (*new).dst = dst;
            return Ok(new);
        }
        if let Some(function) = function.downcast::<Function>() {
            push_bound(cx, f, function, &Args::new(&values))?;
        }
        let new = cx.vm.top.get();
        (*new).dst = dst;
        Ok(new)
    }
}

/// Makes sure that a frame with a window up to `end` can be pushed above `f`.
#[inline]
pub(super) fn room(cx: Cx<'_>, f: *mut Frame, end: *mut u64) -> PyResult<()> {
    if cx.vm.fits(f, end) || cx.vm.has_room(f, end) {
        return Ok(());
    }
    Err(too_deep(cx.rt))
}

#[cold]
fn too_deep(rt: &Rt) -> Raised {
    rt.recursion_error("maximum recursion depth exceeded")
}

/// Calls what stands in the register `at` with the `count` values after it, the last ones named.
///
/// # Safety
/// `f` is the topmost frame; the registers are temporaries of its window, of which the call consumes all.
unsafe fn call_at(
    cx: Cx<'_>,
    f: *mut Frame,
    at: u16,
    count: usize,
    names: &[Value],
    dst: u16,
) -> PyResult<()> {
    let rt = cx.rt;
    // SAFETY: by the contract.
    unsafe {
        let base = (*f).regs.add(usize::from(at));
        let args = base.add(1);
        let callee = *base;
        if let Some(function) = payload::<Function>(callee) {
            *base = 0;
            let function_value = Value::from_raw(callee);
            return push_in_place(cx, f, function, function_value, args, count, names, dst);
        }
        if let Some(method) = payload::<Method>(callee)
            && let Some(function) = method.function.downcast_ref::<Function>()
        {
            let function_value = method.function.clone();
            *base = method.this.clone().into_raw();
            drop(Value::from_raw(callee));
            return push_in_place(cx, f, function, function_value, base, count + 1, names, dst);
        }
        if let Some(class) = payload::<TypeObj>(callee)
            && at > (*f).first_temp
            && *base.sub(1) == 0
            && let Some(init) = plain_class(rt, callee, class)
        {
            return instantiate(cx, f, at, count, names, dst, init);
        }
        fill_empty(base, count + 1);
        let values: &[Value] = std::slice::from_raw_parts(args.cast::<Value>(), count);
        let fast = if names.is_empty() {
            native(rt, callee, values)
        } else {
            None
        };
        let made = match fast {
            Some(made) => made,
            None => rt.call_args(Value::borrow_raw(base), &Args::with_names(values, names)),
        };
        for i in 0..=count {
            let place = base.add(i);
            let word = *place;
            if is_cell(word) {
                *place = 0;
                drop(Value::from_raw(word));
            }
        }
        (*f).put(dst, made?);
        if hognose_heap::attention_due() {
            control::safepoint(cx)?;
        }
        Ok(())
    }
}

/// Calls a native function with so many registers as its arguments.
///
/// # Safety
/// There are so many, and they own their words.
#[inline(never)]
pub(super) unsafe fn many(
    rt: &Rt,
    function: fn(&Rt, &Value, &Args<'_>) -> PyResult,
    this: &Value,
    args: *mut u64,
    count: usize,
) -> PyResult {
    // SAFETY: by the contract; an empty register becomes None first.
    let values = unsafe {
        fill_empty(args, count);
        std::slice::from_raw_parts(args.cast::<Value>(), count)
    };
    function(rt, this, &Args::new(values))
}

/// Calls a native function or method descriptor without its slot; `None` if that takes more than a look.
///
/// # Safety
/// The word is a living value's.
#[inline]
unsafe fn native(rt: &Rt, callee: u64, values: &[Value]) -> Option<PyResult> {
    // SAFETY: by the contract.
    unsafe {
        if let Some(builtin) = payload::<Builtin>(callee) {
            return match (builtin.def.call, values) {
                (Call::Zero(function), []) => Some(function(rt, &builtin.this)),
                (Call::One(function), [one]) => Some(function(rt, &builtin.this, one)),
                (Call::Many(function), _) => Some(function(rt, &builtin.this, &Args::new(values))),
                _ => None,
            };
        }
        if let Some(method) = payload::<MethodDescriptor>(callee) {
            let (this, rest) = values.split_first()?;
            if !rt.is_instance(this, &method.owner) {
                return None;
            }
            return match (method.def.call, rest) {
                (Call::Zero(function), []) => Some(function(rt, this)),
                (Call::One(function), [one]) => Some(function(rt, this, one)),
                (Call::Many(function), _) => Some(function(rt, this, &Args::new(rest))),
                _ => None,
            };
        }
        let class = Value::borrow_raw(&raw const callee).downcast::<TypeObj>()?;
        if !rt.type_of(class.as_value()).same(&rt.types.type_) || class.same(&rt.types.type_) {
            return None;
        }
        // `type_call` for a class with the plain metaclass.
        let new = class.slots.new.get()?;
        let args = Args::new(values);
        let made = match new(rt, class, &args) {
            Ok(made) => made,
            Err(raised) => return Some(Err(raised)),
        };
        let ty = rt.type_of(&made);
        if ty.is_subtype(class)
            && let Some(init) = ty.slots.init.get()
            && let Err(raised) = init(rt, &made, &args)
        {
            return Some(Err(raised));
        }
        Some(Ok(made))
    }
}

/// The `__init__` of a class whose instances are made by `object.__new__` alone and which has the plain metaclass.
fn plain_class(rt: &Rt, word: u64, class: &TypeObj) -> Option<Value> {
    // SAFETY: the word is a living class's.
    let class_value = unsafe { Value::borrow_raw(&raw const word) };
    if class.layout.get() != Layout::Instance || !rt.type_of(class_value).same(&rt.types.type_) {
        return None;
    }
    let (new, plain) = (class.slots.new.get()?, rt.types.object.slots.new.get()?);
    if !std::ptr::fn_addr_eq(new, plain) || class.has(hognose_object::type_flags::ABSTRACT) {
        return None;
    }
    class
        .lookup(rt, &rt.names.init_)
        .filter(|init| init.downcast_ref::<Function>().is_some())
}

/// Makes an instance and pushes the frame of its `__init__`.
///
/// # Safety
/// As for [`call_at`]; the register below `at` is an empty temporary.
unsafe fn instantiate(
    cx: Cx<'_>,
    f: *mut Frame,
    at: u16,
    count: usize,
    names: &[Value],
    dst: u16,
    init: Value,
) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe {
        if hognose_heap::attention_due() {
            control::safepoint(cx)?;
        }
        let base = (*f).regs.add(usize::from(at));
        let class = Value::from_raw(*base);
        *base = 0;
        let Some(ty) = class.downcast::<TypeObj>() else {
            return Err(cx.rt.system_error("bad class"));
        };
        let instance = cx.rt.new_instance(ty).into_value();
        *base = instance.clone().into_raw();
        (*f).put(at - 1, instance);
        let Some(function) = init.downcast_ref::<Function>() else {
            return Err(cx.rt.system_error("bad __init__"));
        };
        let function = &*std::ptr::from_ref(function);
        push_in_place(cx, f, function, init, base, count + 1, names, dst)?;
        let new = cx.vm.top.get();
        (*new).flags |= INIT;
        (*new).stash = at - 1;
        Ok(())
    }
}

/// Pushes the frame of a Python function whose arguments stand in the caller's temporaries, which are consumed.
///
/// # Safety
/// As for [`call_at`]; `function` is the payload of `owner`.
#[expect(clippy::too_many_arguments, reason = "a call has as many parts")]
unsafe fn push_in_place(
    cx: Cx<'_>,
    f: *mut Frame,
    function: &Function,
    owner: Value,
    args: *mut u64,
    count: usize,
    names: &[Value],
    dst: u16,
) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe {
        let pushed = place_arguments(cx, f, function, args, count, names);
        let (code, ir, window, given) = match pushed {
            Ok(placed) => placed,
            Err(raised) => {
                drop_arguments(args, count);
                return Err(raised);
            }
        };
        let new = push(cx, f, function, code, ir, window, given);
        (*new).function = owner.into_raw();
        (*new).dst = dst;
        Ok(())
    }
}

/// Puts None where ill-formed code passes nothing, so that every word is a value's.
///
/// # Safety
/// There are so many words.
#[inline]
unsafe fn fill_empty(words: *mut u64, count: usize) {
    for i in 0..count {
        // SAFETY: by the contract.
        unsafe {
            if *words.add(i) == 0 {
                *words.add(i) = super::NONE;
            }
        }
    }
}

/// # Safety
/// The words are owned.
unsafe fn drop_arguments(args: *mut u64, count: usize) {
    // SAFETY: by the contract.
    unsafe {
        for i in 0..count {
            release(std::mem::replace(&mut *args.add(i), 0));
        }
    }
}

type Placed<'a> = (u64, &'a Ir, *mut u64, u16);

/// # Safety
/// As for [`push_in_place`].
unsafe fn place_arguments<'a>(
    cx: Cx<'_>,
    f: *mut Frame,
    function: &'a Function,
    args: *mut u64,
    count: usize,
    names: &[Value],
) -> PyResult<Placed<'a>> {
    // SAFETY: by the contract; the code object is held by the function until the frame holds it too: nothing runs
    // between, as requests are looked after before.
    unsafe {
        control::attend(cx)?;
        let code_word = function.code.bits();
        let Some(code) = payload::<Code>(code_word) else {
            return Err(cx.rt.system_error("function without code"));
        };
        let ir = ir_of(cx.rt, code)?;
        let registers = usize::from(ir.registers);
        let wanted = usize::from(ir.argcount);
        if ir.plain && names.is_empty() && count <= wanted {
            let missing = wanted - count;
            let word = function.defaults.bits();
            let defaults = payload::<Tuple>(word);
            let have = defaults.map_or(0, |d| d.len());
            if missing <= have {
                room(cx, f, args.add(registers))?;
                if let Some(defaults) = defaults {
                    for (i, slot) in defaults.slots()[have - missing..].iter().enumerate() {
                        *args.add(count + i) = retain(slot.bits());
                    }
                }
                return Ok((code_word, ir, args, wanted as u16));
            }
        }
        let window = (*f).end.max(args.add(count));
        room(cx, f, window.add(registers))?;
        fill_empty(args, count);
        let values: &[Value] = std::slice::from_raw_parts(args.cast::<Value>(), count);
        bind::bind(cx, function, code, &Args::with_names(values, names), window)?;
        drop_arguments(args, count);
        Ok((code_word, ir, window, code.object.total_args() as u16))
    }
}

/// The `call` slot of Python functions: what native code calls.
pub(crate) fn call_function(rt: &Rt, callable: &Value, args: &Args<'_>) -> PyResult {
    let Some(function) = callable.downcast::<Function>() else {
        return Err(rt.system_error("bad function"));
    };
    rt.guarded("", || {
        let cx = Cx { rt, vm: vm_of(rt) };
        let f = cx.vm.top.get();
        // SAFETY: the frame is pushed complete and marked as an entry; the new window lies past the topmost one, where
        // nothing is owned.
        unsafe {
            let window = (*f).end;
            if args.is_positional()
                && let Ok(count) = u16::try_from(args.positional().len())
                && let Some(new) = push_exact(cx, f, function, window, count)
            {
                for (n, value) in args.positional().iter().enumerate() {
                    *window.add(n) = retain(value.bits());
                }
                (*new).function = retain(callable.bits());
            } else {
                push_bound(cx, f, function, args)?;
            }
            (*cx.vm.top.get()).flags |= ENTRY;
            run(cx)
        }
    })
}

/// Runs a function without parameters in a namespace: the body of a module or class.
pub(crate) fn run_in(rt: &Rt, function: &Ref<Function>, locals: &Value) -> PyResult {
    rt.guarded("", || {
        let cx = Cx { rt, vm: vm_of(rt) };
        // SAFETY: as in `call_function`.
        unsafe {
            push_bound(cx, cx.vm.top.get(), function, &Args::new(&[]))?;
            let f = cx.vm.top.get();
            (*f).flags |= ENTRY;
            (*f).locals = locals.clone().into_raw();
            run(cx)
        }
    })
}
