//! Generators, coroutines, asynchronous generators: suspending and resuming frames.
//!
//! A suspended frame's registers lie in its generator. Resuming copies those that are in use onto the stack, so that
//! a running generator's frame is like any other; yielding copies them back.

use super::frame::restore_handled;
use super::frame_flags::{ENTRY, FOR, GENERATOR, SEND};
use super::run::run;
use super::{Cx, Frame, NONE, ir_of, lend, retain, vm_of};
use crate::ir::{Ir, Op, Word};
use hognose_bytecode::flags;
use hognose_heap::{Value, ValueCell};
use hognose_object::exceptions::Exception;
use hognose_object::function::Function;
use hognose_object::generator::{Generator, State};
use hognose_object::traceback::Resume;
use hognose_object::{PyResult, Raised, Rt};
use std::cell::Cell;

/// `Op::ReturnGenerator`: the frame's registers move into a new generator, which is the call's result.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
pub(super) unsafe fn make_generator(
    cx: Cx<'_>,
    f: *mut Frame,
    _i: Word,
) -> PyResult<Option<Value>> {
    let rt = cx.rt;
    // SAFETY: by the contract.
    unsafe {
        let ir = (*f).ir();
        let code = (*f).code().clone();
        let bits = code.object.flags;
        let ty = if bits & flags::COROUTINE != 0 {
            &rt.types.coroutine
        } else if bits & flags::ASYNC_GENERATOR != 0 {
            &rt.types.async_generator
        } else {
            &rt.types.generator
        };
        let function = (*f).function();
        let payload = Generator {
            state: Cell::new(State::Created),
            window: (0..ir.registers).map(|_| ValueCell::empty()).collect(),
            resume_at: Cell::new((*f).word_index()),
            code,
            function: ValueCell::new((*lend((*f).function)).clone()),
            namespace: ValueCell::empty(),
            name: ValueCell::empty(),
            qualname: ValueCell::empty(),
            handled: ValueCell::empty(),
            frame: ValueCell::empty(),
            running_async: Cell::new(false),
            closed: Cell::new(false),
            hooks_asked: Cell::new(false),
            finalizer: ValueCell::empty(),
            origin: ValueCell::empty(),
        };
        payload.namespace.set(super::frame::namespace(f));
        payload.name.set(function.name.get());
        payload.qualname.set(function.qualname.get());
        if bits & flags::COROUTINE != 0 && rt.thread.origin_depth.get() != 0 {
            payload.origin.set(Some(origin(cx)));
        }
        store(f, &payload, ir.first_temp);
        let made = rt.alloc(ty, payload).into_value();
        let flags = (*f).flags;
        let dst = (*f).dst;
        super::frame::finish(cx, f);
        if flags & ENTRY != 0 {
            cx.vm.yielded.set(false);
            return Ok(Some(made));
        }
        (*f.sub(1)).put(dst, made);
        Ok(None)
    }
}

/// File, line and name of the frames that led to the coroutine of the topmost one (`compute_cr_origin`).
#[cold]
fn origin(cx: Cx<'_>) -> Value {
    let rt = cx.rt;
    let frames = (1..=rt.thread.origin_depth.get()).map_while(|depth| rt.frame(depth));
    let rows: Vec<Value> = frames
        .map(|frame| {
            rt.sync_frame(&frame);
            let code = &frame.code;
            let line = code.location(frame.lasti.get()).line;
            let row = [
                code.filename.as_value().clone(),
                line.map_or(Value::NONE, |line| rt.int(i64::from(line))),
                code.name.as_value().clone(),
            ];
            rt.tuple(row).into_value()
        })
        .collect();
    rt.tuple(rows).into_value()
}

/// Moves the first `count` registers into the generator.
///
/// # Safety
/// `f` is the topmost frame and its window has so many registers.
unsafe fn store(f: *mut Frame, generator: &Generator, count: u16) {
    for (n, slot) in generator.window.iter().enumerate().take(usize::from(count)) {
        // SAFETY: by the contract. A temporary's stale immediate is a value like any other.
        slot.set(unsafe { (*f).take(n as u16) });
    }
}

/// Moves words from one place to another; the first place is empty after.
///
/// # Safety
/// Both places have so many words, and do not overlap.
#[inline(always)]
unsafe fn move_words(from: *mut u64, to: *mut u64, count: usize) {
    // SAFETY: by the contract.
    unsafe {
        for n in 0..count {
            *to.add(n) = std::mem::replace(&mut *from.add(n), 0);
        }
    }
}

/// Pushes the frame of a suspended generator. The value that is sent stands in the register that the instruction
/// before its `pc` names.
///
/// # Safety
/// `f` is the topmost frame; the word `generator` is that of a generator that is not running, and is given up.
#[inline]
unsafe fn push_suspended(cx: Cx<'_>, f: *mut Frame, word: u64, sent: u64) -> PyResult<*mut Frame> {
    // SAFETY: by the contract: the generator is owned by the new frame, and owns its function and code.
    unsafe {
        let generator = &*std::ptr::from_ref(
            Value::borrow_raw(&raw const word)
                .downcast_ref::<Generator>()
                .expect("the word is a generator's"),
        );
        let ir: *const Ir = match ir_of(cx.rt, &generator.code) {
            Ok(ir) => ir,
            Err(raised) => {
                drop(Value::from_raw(word));
                return Err(raised);
            }
        };
        let regs = (*f).end;
        let end = regs.add(usize::from((*ir).registers));
        if let Err(raised) = super::call::room(cx, f, end) {
            drop(Value::from_raw(word));
            return Err(raised);
        }
        let pc = (*ir).code.as_ptr().add(generator.resume_at.get() as usize);
        let place = (*pc.sub(1)).get().a;
        let count = usize::from(place).max(usize::from((*ir).first_temp));
        move_words(
            generator.window.as_ptr().cast::<u64>().cast_mut(),
            regs,
            count,
        );
        *regs.add(usize::from(place)) = sent;
        let function = generator.function.bits();
        let payload = Value::borrow_raw(&raw const function)
            .downcast_ref::<Function>()
            .expect("a suspended generator has its function");
        let handled = cx.vm.handled.replace(generator.handled.take());
        let new = f.add(1);
        // What few frames have is 0 already, as in `frame::push`.
        (*new).pc = pc;
        (*new).regs = regs;
        (*new).end = end;
        (*new).ir = ir;
        (*new).consts = (*ir).consts.as_ptr().cast();
        (*new).function = function;
        (*new).code = generator.code.as_value().bits();
        (*new).globals = &*payload.globals;
        (*new).object = generator.frame.take().map_or(0, Value::into_raw);
        (*new).generator = word;
        (*new).handled = handled.map_or(0, Value::into_raw);
        (*new).first_temp = (*ir).first_temp;
        (*new).flags = GENERATOR;
        generator.state.set(State::Running);
        cx.vm.top.set(new);
        if (*new).object != 0 {
            (*new).flags |= super::frame_flags::OBJECT;
            if let Some(shown) =
                lend((*new).object).downcast_ref::<hognose_object::traceback::Frame>()
            {
                shown.running.set(cx.vm.index_of(new));
            }
        }
        Ok(new)
    }
}

/// `Op::Yield`: hands out a value; `Some` if the frame was the entry.
///
/// # Safety
/// `f` is the topmost frame, a generator's, and `i` its instruction.
#[inline(never)]
pub(super) unsafe fn yield_value(cx: Cx<'_>, f: *mut Frame, i: Word) -> Option<Value> {
    // SAFETY: by the contract.
    unsafe {
        let value = (*f).operand(i.b).into_value();
        let generator = Value::from_raw((*f).generator);
        (*f).generator = 0;
        let Some(g) = generator.downcast_ref::<Generator>() else {
            return Some(value);
        };
        let count = usize::from(i.a);
        move_words((*f).regs, g.window.as_ptr().cast::<u64>().cast_mut(), count);
        g.resume_at.set((*f).word_index());
        rest(cx, f, g);
        let (flags, dst) = ((*f).flags, (*f).dst);
        let caller = f.sub(1);
        cx.vm.top.set(caller);
        drop(generator);
        if flags & ENTRY != 0 {
            cx.vm.yielded.set(true);
            return Some(value);
        }
        // For a `for` loop the record's `dst` is the iterator's register: the target is in the instruction.
        let dst = if flags & FOR != 0 {
            (*caller).loop_target()
        } else {
            dst
        };
        (*caller).put(dst, value);
        None
    }
}

impl Frame {
    /// The destination of the `for` instruction that this frame runs.
    ///
    /// # Safety
    /// `pc` stands behind a `for` instruction and its cache word.
    unsafe fn loop_target(&self) -> u16 {
        // SAFETY: by the contract.
        unsafe { (*self.pc.sub(2)).get().a }
    }
}

/// Whether the word is a generator (or coroutine) that can be resumed.
///
/// # Safety
/// The word is 0 or a living value's.
unsafe fn resumable(word: u64) -> bool {
    // SAFETY: by the contract.
    unsafe {
        super::run::payload::<Generator>(word)
            .is_some_and(|g| matches!(g.state.get(), State::Created | State::Suspended))
    }
}

/// `Op::ForIterGenerator`: resumes the generator without a native frame.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction; `pc` stands behind the cache word.
#[inline(never)]
pub(super) unsafe fn for_iter_generator(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe {
        let word = (*f).get(i.b);
        if !resumable(word) || !std::ptr::eq(super::type_at(word), &*cx.rt.types.generator) {
            crate::stats::missed();
            return super::control::for_iter(cx, f, i);
        }
        let new = push_suspended(cx, f, retain(word), NONE)?;
        (*new).flags |= FOR;
        (*new).dst = i.b;
        Ok(())
    }
}

/// `Op::Send`: sends b to a; b ← what it yields, or its result and the jump is taken.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction; `pc` stands behind the cache word.
#[inline(never)]
pub(super) unsafe fn send(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    let rt = cx.rt;
    // SAFETY: by the contract.
    unsafe {
        let receiver = (*f).get(i.a);
        let is_async = resumable(receiver)
            && std::ptr::eq(super::type_at(receiver), &*rt.types.async_generator);
        if resumable(receiver) && !is_async {
            let sent = (*f).take(i.b).unwrap_or(Value::NONE);
            let new = push_suspended(cx, f, retain(receiver), sent.into_raw())?;
            (*new).flags |= SEND;
            (*new).dst = i.b;
            return Ok(());
        }
        let sent = (*f).take(i.b).unwrap_or(Value::NONE);
        let receiver = lend(receiver);
        let next = rt.type_of(&receiver).slots.next.get();
        let result = match next {
            Some(next) if sent.is_none() => next(rt, &receiver),
            _ => rt.call_method(&receiver, &rt.names.send, &[sent]).map(Some),
        };
        let ended = match result {
            Ok(Some(value)) => {
                (*f).put(i.b, value);
                return Ok(());
            }
            Ok(None) => Value::NONE,
            Err(raised) => stop_value(rt, raised)?,
        };
        (*f).put(i.b, ended);
        let target = (*(*f).pc.sub(1)).get();
        (*f).pc = (*f).pc.offset(target.first() as i32 as isize);
    }
    Ok(())
}

/// Offset of the instruction at which a generator is suspended; -1 before the first.
pub(super) fn suspended_at(generator: &Generator) -> i32 {
    let Some(translation) = generator.code.translation.get() else {
        return -1;
    };
    // SAFETY: the executor alone fills the translation, with an Ir.
    let ir = unsafe { &*std::ptr::from_ref(&**translation).cast::<Ir>() };
    match (
        generator.state.get(),
        generator.resume_at.get().checked_sub(1),
    ) {
        (State::Suspended, Some(word)) => ir.offset_of(word) as i32,
        _ => -1,
    }
}

/// The value of a `StopIteration` (`_PyGen_FetchStopIterationValue`); other exceptions go on.
pub(super) fn stop_value(rt: &Rt, raised: Raised) -> PyResult {
    if !raised.is(rt, &rt.types.stop_iteration) {
        return Err(raised);
    }
    Ok(rt.stop_iteration_value(&raised))
}

/// Resumes a generator from native code; `Ok(None)` at its end, whose value goes to the cell.
pub(super) fn resume(rt: &Rt, generator: &Value, how: Resume<'_>) -> PyResult<Option<Value>> {
    let cx = Cx { rt, vm: vm_of(rt) };
    let (sent, thrown, result) = match how {
        Resume::Send(value, result) => (value.clone(), None, result),
        Resume::Throw(raised, result) => (Value::NONE, Some(raised), result),
    };
    let value = rt.guarded("", || {
        // SAFETY: the caller has checked that the generator is not running; the frame is marked as an entry.
        unsafe {
            let new = push_suspended(
                cx,
                cx.vm.top.get(),
                generator.clone().into_raw(),
                sent.into_raw(),
            )?;
            (*new).flags |= ENTRY;
            if let Some(raised) = thrown {
                let place = (*(*new).pc.sub(1)).get().a;
                (*new).set(place, 0);
                // `_PyErr_ChainStackItem`
                if let Some(handled) = cx.vm.handled.get() {
                    rt.chain_context(&raised, &handled);
                }
                super::except::unwind(cx, raised)?;
            }
            run(cx)
        }
    })?;
    if cx.vm.yielded.get() {
        return Ok(Some(value));
    }
    result.set(Some(value));
    Ok(None)
}

/// Runs `f` on top of a suspended generator's frame, which is put away again after (`_gen_throw` does so for what
/// the generator delegates to).
pub(super) fn delegating(rt: &Rt, generator: &Value, f: &mut dyn FnMut() -> PyResult) -> PyResult {
    let cx = Cx { rt, vm: vm_of(rt) };
    // SAFETY: the generator is suspended, which its caller has seen; what `f` pushes it pops.
    unsafe {
        let word = generator.clone().into_raw();
        let frame = push_suspended(cx, cx.vm.top.get(), word, NONE)?;
        let result = f();
        put_back(cx, frame);
        result
    }
}

/// # Safety
/// `f` is the topmost frame, a generator's that has not gone on since it was pushed.
unsafe fn put_back(cx: Cx<'_>, f: *mut Frame) {
    // SAFETY: by the contract.
    unsafe {
        let generator = Value::from_raw((*f).generator);
        (*f).generator = 0;
        let Some(g) = generator.downcast_ref::<Generator>() else {
            return;
        };
        let place = (*(*f).pc.sub(1)).get().a;
        (*f).set(place, 0);
        let count = usize::from(place).max(usize::from((*f).first_temp));
        move_words((*f).regs, g.window.as_ptr().cast::<u64>().cast_mut(), count);
        rest(cx, f, g);
        cx.vm.top.set(f.sub(1));
        drop(generator);
    }
}

/// The frame of a generator ends its turn: what it handles and its object go back to the generator.
///
/// # Safety
/// `f` is the topmost frame, that of the generator; its registers have been moved.
unsafe fn rest(cx: Cx<'_>, f: *mut Frame, g: &Generator) {
    // SAFETY: by the contract.
    unsafe {
        g.state.set(State::Suspended);
        g.handled.set(cx.vm.handled.take());
        restore_handled(cx, f);
        if (*f).object != 0 {
            let object = Value::from_raw((*f).object);
            if let Some(shown) = object.downcast_ref::<hognose_object::traceback::Frame>() {
                shown.lasti.set((*f).lasti());
                shown.running.set(0);
                shown.back.set(None);
            }
            (*f).object = 0;
            g.frame.set(Some(object));
        }
    }
}

/// The rarer instructions of generators and coroutines.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
pub(super) unsafe fn other(cx: Cx<'_>, f: *mut Frame, op: Op, i: Word) -> PyResult<()> {
    let rt = cx.rt;
    // SAFETY: by the contract.
    unsafe {
        match op {
            Op::EndSend => {
                let value = (*f).take(i.b).unwrap_or(Value::NONE);
                (*f).put(i.a, value);
            }
            Op::GetYieldFromIter => {
                let iterable = (*f).operand(i.b).into_value();
                let made = yield_from_iter(rt, f, iterable)?;
                (*f).put(i.a, made);
            }
            Op::GetAwaitable => {
                let awaited = (*f).operand(i.b);
                let made = awaitable(rt, &awaited, i.c)?;
                drop(awaited);
                (*f).put(i.a, made);
            }
            Op::GetAiter => {
                let object = (*f).operand(i.b);
                let made = async_iterator(rt, &object)?;
                drop(object);
                (*f).put(i.a, made);
            }
            Op::GetAnext => {
                let made = async_next(rt, &(*f).peek(i.b))?;
                (*f).put(i.a, made);
            }
            Op::EndAsyncFor => {
                let exception = (*f).take(i.a + 1).unwrap_or(Value::NONE);
                if !rt.is_instance(&exception, &rt.types.stop_async_iteration) {
                    return Err(super::except::again(cx, exception));
                }
                drop(exception);
                (*f).set(i.a, 0);
            }
            _ => {
                let exception = (*f).take(i.a + 2).unwrap_or(Value::NONE);
                if !rt.is_instance(&exception, &rt.types.stop_iteration) {
                    return Err(super::except::again(cx, exception));
                }
                let value = stop_value(rt, Raised(exception))?;
                (*f).set(i.a, NONE);
                (*f).put(i.a + 1, value);
            }
        }
    }
    Ok(())
}

/// # Safety
/// `f` is the topmost frame.
unsafe fn yield_from_iter(rt: &Rt, f: *mut Frame, iterable: Value) -> PyResult {
    if rt.is_exact(&iterable, &rt.types.coroutine) {
        // SAFETY: by the contract.
        let own = unsafe { (*f).code().object.flags };
        if own & (flags::COROUTINE | flags::ITERABLE_COROUTINE) == 0 {
            return Err(rt.type_error(
                "cannot 'yield from' a coroutine object in a non-coroutine generator",
            ));
        }
        return Ok(iterable);
    }
    if rt.is_exact(&iterable, &rt.types.generator) {
        return Ok(iterable);
    }
    rt.iter(&iterable)
}

fn is_iterable_coroutine(value: &Value) -> bool {
    value
        .downcast_ref::<Generator>()
        .is_some_and(|g| g.code.object.flags & flags::ITERABLE_COROUTINE != 0)
}

/// `_PyCoro_GetAwaitableIter`; `None` if there is no such thing.
fn awaitable_iterator(rt: &Rt, value: &Value) -> PyResult<Option<Value>> {
    if rt.is_exact(value, &rt.types.coroutine) || is_iterable_coroutine(value) {
        return Ok(Some(value.clone()));
    }
    let Some(await_) = rt.type_of(value).slots.await_.get() else {
        return Ok(None);
    };
    let made = await_(rt, value)?;
    if rt.is_exact(&made, &rt.types.coroutine) || is_iterable_coroutine(&made) {
        return Err(rt.type_error("__await__() returned a coroutine"));
    }
    if rt.type_of(&made).slots.next.get().is_none() {
        return Err(rt.type_error(format!(
            "__await__() returned non-iterator of type '{}'",
            rt.type_name(&made)
        )));
    }
    Ok(Some(made))
}

fn awaitable(rt: &Rt, value: &Value, after: u16) -> PyResult {
    let Some(iterator) = awaitable_iterator(rt, value)? else {
        let name = rt.type_name(value);
        let method = match after {
            1 => "__aenter__",
            2 => "__aexit__",
            _ => {
                return Err(
                    rt.type_error(format!("object {name} can't be used in 'await' expression"))
                );
            }
        };
        return Err(rt.type_error(format!(
            "'async with' received an object from {method} that does not implement __await__: {name}"
        )));
    };
    if rt.is_exact(&iterator, &rt.types.coroutine)
        && let Some(coroutine) = iterator.downcast_ref::<Generator>()
        && awaits(coroutine)
    {
        return Err(rt.runtime_error("coroutine is being awaited already"));
    }
    Ok(iterator)
}

/// Whether the suspended frame is inside `yield from` or `await` (`_PyGen_yf`).
pub(super) fn awaits(generator: &Generator) -> bool {
    delegate(generator).is_some()
}

/// What the suspended frame delegates to.
pub(super) fn delegate(generator: &Generator) -> Option<Value> {
    if generator.state.get() != State::Suspended {
        return None;
    }
    let translation = generator.code.translation.get()?;
    // SAFETY: the executor alone fills the translation, with an Ir.
    let ir = unsafe { &*std::ptr::from_ref(&**translation).cast::<Ir>() };
    let at = generator.resume_at.get() as usize;
    // Inside a delegation the frame goes on with a jump back to the `Send`, past the RESUME that is nothing here.
    let next = ir.code.get(at)?.get();
    if next.op != Op::Jump as u16 {
        return None;
    }
    let target = (at + 1).checked_add_signed(next.second() as i32 as isize)?;
    let send = ir.code.get(target)?.get();
    (send.op == Op::Send as u16)
        .then(|| {
            generator
                .window
                .get(usize::from(send.a))
                .and_then(ValueCell::get)
        })
        .flatten()
}

fn async_iterator(rt: &Rt, object: &Value) -> PyResult {
    let Some(aiter) = rt.type_of(object).slots.aiter.get() else {
        return Err(rt.type_error(format!(
            "'async for' requires an object with __aiter__ method, got {}",
            rt.type_name(object)
        )));
    };
    let made = aiter(rt, object)?;
    if rt.type_of(&made).slots.anext.get().is_none() {
        return Err(rt.type_error(format!(
            "'async for' received an object from __aiter__ that does not implement __anext__: {}",
            rt.type_name(&made)
        )));
    }
    Ok(made)
}

fn async_next(rt: &Rt, iterator: &Value) -> PyResult {
    let Some(anext) = rt.type_of(iterator).slots.anext.get() else {
        return Err(rt.type_error(format!(
            "'async for' requires an iterator with __anext__ method, got {}",
            rt.type_name(iterator)
        )));
    };
    let made = anext(rt, iterator)?;
    if rt.is_exact(iterator, &rt.types.async_generator) {
        return Ok(made);
    }
    let failed = match awaitable_iterator(rt, &made) {
        Ok(Some(found)) => return Ok(found),
        Ok(None) => None,
        Err(raised) => Some(raised.0),
    };
    let raised = rt.type_error(format!(
        "'async for' received an invalid object from __anext__: {}",
        rt.type_name(&made)
    ));
    if let Some(e) = raised.0.downcast_ref::<Exception>() {
        e.cause.set(failed.clone());
        e.context.set(failed);
    }
    Err(raised)
}

/// A value that an asynchronous generator yields, told apart from what it awaits (`_PyAsyncGenWrappedValue`).
pub(super) fn wrap_async(cx: Cx<'_>, value: Value) -> Value {
    cx.rt
        .alloc(
            &cx.rt.types.object,
            hognose_object::generator::Wrapped { value },
        )
        .into_value()
}
