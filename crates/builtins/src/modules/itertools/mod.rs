//! `itertools`.

mod combinatorics;
mod pickling;
mod tee;

use crate::kinds;
use combinatorics::*;
use hognose_heap::{Kind, Payload, Trace, ValueCell, Visitor};
use hognose_object::module::Module;
use hognose_object::ops::BinaryOp;
use hognose_object::{
    Args, Call, Layout, NativeDef, PyResult, Ref, Rt, Signature, Slots, StrExt, TypeObj, TypeSpec,
    Value, type_flags,
};
use std::cell::{Cell, RefCell};

/// The payload of every iterator here; each uses of it what it needs.
#[derive(Default)]
struct Tool {
    /// The iterator that is drawn from; empty at the end.
    source: ValueCell,
    /// A function, a value that is carried on, or a second iterator.
    other: ValueCell,
    extra: ValueCell,
    /// Items kept: pools, selections, iterators.
    items: RefCell<Vec<Value>>,
    pools: RefCell<Vec<Vec<Value>>>,
    indices: RefCell<Vec<usize>>,
    cycles: RefCell<Vec<usize>>,
    n: Cell<i64>,
    m: Cell<i64>,
    k: Cell<i64>,
    flag: Cell<bool>,
}

impl Payload for Tool {
    const KIND: Kind = kinds::ITER_TOOL;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.source.trace(visitor);
        self.other.trace(visitor);
        self.extra.trace(visitor);
        self.items.trace(visitor);
        self.pools.trace(visitor);
    }

    fn clear(&self) {
        self.source.set(None);
        self.other.set(None);
        self.extra.set(None);
        drop(
            self.items
                .try_borrow_mut()
                .map(|mut row| std::mem::take(&mut *row)),
        );
        drop(
            self.pools
                .try_borrow_mut()
                .map(|mut row| std::mem::take(&mut *row)),
        );
    }
}

type New = fn(&Rt, &Ref<TypeObj>, &Args<'_>) -> PyResult;
/// The iterator's step; its own value is passed for the one that hands itself on.
type Next = fn(&Rt, &Tool, &Value) -> PyResult<Option<Value>>;

macro_rules! tools {
    ($($const:ident $name:literal $new:ident $next:ident $(repr $repr:ident)? $(, $methods:expr)?;)*) => {$(
        static $const: TypeSpec = TypeSpec {
            flags: type_flags::IMMUTABLE | type_flags::BASETYPE | type_flags::HAS_WEAKREF,
            slots: Slots {
                new: Some($new as New),
                iter: Some(|_, v| Ok(v.clone())),
                $(repr: Some($repr),)?
                next: Some(|rt, v| match v.downcast_ref::<Tool>() {
                    Some(tool) => ($next as Next)(rt, tool, v),
                    None => Err(rt.type_error(concat!("an itertools.", $name, " was expected"))),
                }),
                ..Slots::NONE
            },
            $(methods: $methods,)?
            ..TypeSpec::new(concat!("itertools.", $name), Layout::Native(kinds::ITER_TOOL))
        };)*
        static ALL: &[(&str, &TypeSpec)] = &[$(($name, &$const)),*];
    };
}

tools! {
    ACCUMULATE "accumulate" accumulate_new accumulate_next, &[
        NativeDef::new("__reduce__", "", Call::Zero(pickling::accumulate_reduce)),
        NativeDef::new("__setstate__", "", Call::One(pickling::accumulate_setstate)),
    ];
    BATCHED "batched" batched_new batched_next;
    CHAIN "chain" chain_new chain_next, &[
        NativeDef::class("from_iterable", "($type, iterable, /)", Call::One(chain_from_iterable)),
        NativeDef::class("__class_getitem__", "", Call::One(|rt, cls, item| Ok(rt.generic_alias(cls, item)))),
        NativeDef::new("__reduce__", "", Call::Zero(pickling::chain_reduce)),
        NativeDef::new("__setstate__", "", Call::One(pickling::chain_setstate)),
    ];
    COMBINATIONS "combinations" combinations_new combinations_next, &[
        NativeDef::new("__reduce__", "", Call::Zero(combinations_reduce)),
        NativeDef::new("__setstate__", "", Call::One(combinations_setstate)),
    ];
    COMBINATIONS_R "combinations_with_replacement" combinations_r_new combinations_r_next, &[
        NativeDef::new("__reduce__", "", Call::Zero(combinations_reduce)),
        NativeDef::new("__setstate__", "", Call::One(combinations_r_setstate)),
    ];
    COMPRESS "compress" compress_new compress_next, &[
        NativeDef::new("__reduce__", "", Call::Zero(pickling::compress_reduce)),
    ];
    COUNT "count" count_new count_next repr count_repr, &[
        NativeDef::new("__reduce__", "", Call::Zero(pickling::count_reduce)),
    ];
    CYCLE "cycle" cycle_new cycle_next, &[
        NativeDef::new("__reduce__", "", Call::Zero(pickling::cycle_reduce)),
        NativeDef::new("__setstate__", "", Call::One(pickling::cycle_setstate)),
    ];
    DROPWHILE "dropwhile" predicate_new dropwhile_next, FLAGGED;
    FILTERFALSE "filterfalse" predicate_new filterfalse_next, FUNCTION;
    GROUPBY "groupby" groupby_new groupby_next, &[
        NativeDef::new("__reduce__", "", Call::Zero(pickling::groupby_reduce)),
        NativeDef::new("__setstate__", "", Call::One(pickling::groupby_setstate)),
    ];
    GROUPER "_grouper" grouper_new grouper_next, &[
        NativeDef::new("__reduce__", "", Call::Zero(pickling::grouper_reduce)),
    ];
    ISLICE "islice" islice_new islice_next, &[
        NativeDef::new("__reduce__", "", Call::Zero(pickling::islice_reduce)),
        NativeDef::new("__setstate__", "", Call::One(pickling::islice_setstate)),
    ];
    PAIRWISE "pairwise" pairwise_new pairwise_next;
    PERMUTATIONS "permutations" permutations_new permutations_next, &[
        NativeDef::new("__reduce__", "", Call::Zero(permutations_reduce)),
        NativeDef::new("__setstate__", "", Call::One(permutations_setstate)),
    ];
    PRODUCT "product" product_new product_next, &[
        NativeDef::new("__reduce__", "", Call::Zero(product_reduce)),
        NativeDef::new("__setstate__", "", Call::One(product_setstate)),
    ];
    REPEAT "repeat" repeat_new repeat_next repr repeat_repr, &[
        NativeDef::new("__length_hint__", "", Call::Zero(repeat_hint)),
        NativeDef::new("__reduce__", "", Call::Zero(pickling::repeat_reduce)),
    ];
    STARMAP "starmap" predicate_new starmap_next, FUNCTION;
    TAKEWHILE "takewhile" predicate_new takewhile_next, FLAGGED;
    ZIP_LONGEST "zip_longest" zip_longest_new zip_longest_next, &[
        NativeDef::new("__reduce__", "", Call::Zero(pickling::zip_longest_reduce)),
        NativeDef::new("__setstate__", "", Call::One(pickling::zip_longest_setstate)),
    ];
}

const FUNCTION: &[NativeDef] = &[NativeDef::new(
    "__reduce__",
    "",
    Call::Zero(pickling::function_reduce),
)];

const FLAGGED: &[NativeDef] = &[
    NativeDef::new("__reduce__", "", Call::Zero(pickling::flagged_reduce)),
    NativeDef::new("__setstate__", "", Call::One(pickling::flagged_setstate)),
];

const FUNCTIONS: &[NativeDef] = &[NativeDef::new("tee", "", Call::Many(tee::tee))];

fn make(rt: &Rt, ty: &Ref<TypeObj>, tool: Tool) -> PyResult {
    Ok(rt.alloc(ty, tool).into_value())
}

fn held(cell: &ValueCell) -> Value {
    cell.get().unwrap_or(Value::NONE)
}

/// The next item of the source; at its end the source goes.
fn draw(rt: &Rt, tool: &Tool) -> PyResult<Option<Value>> {
    let Some(source) = tool.source.get() else {
        return Ok(None);
    };
    let item = rt.next(&source)?;
    if item.is_none() {
        tool.source.set(None);
    }
    Ok(item)
}

fn no_keywords(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult<()> {
    // None of these has an `__init__` of its own.
    if rt.new_refuses_keywords(ty, &rt.types.object, args) {
        let name = ty.name.borrow().to_str().into_owned();
        return Err(rt.type_error(format!("{name}() takes no keyword arguments")));
    }
    Ok(())
}

/// `f(function, iterable)`.
fn predicate_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    no_keywords(rt, ty, args)?;
    let name = ty.name.borrow().to_str().into_owned();
    let given = rt.positional(&name, &Args::new(args.positional()), 2, 2)?;
    let tool = Tool::default();
    tool.other.set(Some(given[0].clone()));
    tool.source.set(Some(rt.iter(&given[1])?));
    make(rt, ty, tool)
}

fn test(rt: &Rt, function: &Value, item: &Value) -> PyResult<bool> {
    if function.is_none() || function.is(rt.types.bool.as_value()) {
        return rt.truth(item);
    }
    let answer = rt.call(function, std::slice::from_ref(item))?;
    rt.truth(&answer)
}

fn accumulate_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "accumulate",
        params: &["iterable", "func", "initial"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let [iterable, function, initial] = rt.bind(&SIGNATURE, args)?;
    let none = Value::NONE;
    let tool = Tool::default();
    tool.source.set(Some(rt.iter(iterable.unwrap_or(&none))?));
    tool.other.set(function.filter(|v| !v.is_none()).cloned());
    if let Some(initial) = initial.filter(|v| !v.is_none()) {
        tool.extra.set(Some(initial.clone()));
        tool.flag.set(true);
    }
    make(rt, ty, tool)
}

fn accumulate_next(rt: &Rt, tool: &Tool, _this: &Value) -> PyResult<Option<Value>> {
    if tool.flag.replace(false) {
        return Ok(tool.extra.get());
    }
    let Some(item) = draw(rt, tool)? else {
        return Ok(None);
    };
    let total = match (tool.extra.get(), tool.other.get()) {
        (None, _) => item,
        (Some(total), None) => rt.binary(BinaryOp::Add, &total, &item)?,
        (Some(total), Some(function)) => rt.call(&function, &[total, item])?,
    };
    tool.extra.set(Some(total.clone()));
    Ok(Some(total))
}

fn batched_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "batched",
        params: &["iterable", "n"],
        positional_only: 0,
        positional: 2,
        required: 2,
    };
    let [iterable, n] = rt.bind(&SIGNATURE, args)?;
    let none = Value::NONE;
    let n = rt.index_i64(n.unwrap_or(&none))?;
    if n < 1 {
        return Err(rt.value_error("n must be at least one"));
    }
    let tool = Tool::default();
    tool.source.set(Some(rt.iter(iterable.unwrap_or(&none))?));
    tool.n.set(n);
    make(rt, ty, tool)
}

fn batched_next(rt: &Rt, tool: &Tool, _this: &Value) -> PyResult<Option<Value>> {
    rt.room_for::<Value>(tool.n.get() as usize)?;
    let mut batch = Vec::new();
    while (batch.len() as i64) < tool.n.get() {
        match draw(rt, tool)? {
            Some(item) => batch.push(item),
            None => break,
        }
    }
    Ok((!batch.is_empty()).then(|| rt.tuple(batch).into_value()))
}

fn chain_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    no_keywords(rt, ty, args)?;
    let all = rt.tuple(args.positional().to_vec()).into_value();
    chain_of(rt, ty, &all)
}

fn chain_of(rt: &Rt, ty: &Ref<TypeObj>, iterables: &Value) -> PyResult {
    let tool = Tool::default();
    tool.other.set(Some(rt.iter(iterables)?));
    make(rt, ty, tool)
}

fn chain_from_iterable(rt: &Rt, class: &Value, iterables: &Value) -> PyResult {
    match class.downcast() {
        Some(class) => chain_of(rt, class, iterables),
        None => Err(rt.type_error("a class was expected")),
    }
}

fn chain_next(rt: &Rt, tool: &Tool, _this: &Value) -> PyResult<Option<Value>> {
    loop {
        if let Some(item) = draw(rt, tool)? {
            return Ok(Some(item));
        }
        let Some(outer) = tool.other.get() else {
            return Ok(None);
        };
        let step = rt
            .next(&outer)
            .and_then(|next| next.map(|iterable| rt.iter(&iterable)).transpose());
        match step {
            Ok(Some(iterator)) => tool.source.set(Some(iterator)),
            Ok(None) => {
                tool.other.set(None);
                return Ok(None);
            }
            Err(raised) => {
                tool.other.set(None);
                return Err(raised);
            }
        }
    }
}

fn compress_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "compress",
        params: &["data", "selectors"],
        positional_only: 0,
        positional: 2,
        required: 2,
    };
    let [data, selectors] = rt.bind(&SIGNATURE, args)?;
    let none = Value::NONE;
    let tool = Tool::default();
    tool.source.set(Some(rt.iter(data.unwrap_or(&none))?));
    tool.other.set(Some(rt.iter(selectors.unwrap_or(&none))?));
    make(rt, ty, tool)
}

fn compress_next(rt: &Rt, tool: &Tool, _this: &Value) -> PyResult<Option<Value>> {
    loop {
        let Some(item) = draw(rt, tool)? else {
            return Ok(None);
        };
        let Some(selector) = rt.next(&held(&tool.other))? else {
            return Ok(None);
        };
        if rt.truth(&selector)? {
            return Ok(Some(item));
        }
    }
}

fn count_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "count",
        params: &["start", "step"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let [start, step] = rt.bind(&SIGNATURE, args)?;
    let start = start.cloned().unwrap_or_else(|| rt.int(0));
    let step = step.cloned().unwrap_or_else(|| rt.int(1));
    for v in [&start, &step] {
        let slots = &rt.type_of(v).slots;
        if slots.index.get().is_none() && slots.float.get().is_none() && rt.as_complex(v).is_none()
        {
            return Err(rt.type_error("a number is required"));
        }
    }
    let tool = Tool::default();
    tool.source.set(Some(start));
    tool.other.set(Some(step));
    make(rt, ty, tool)
}

fn count_next(rt: &Rt, tool: &Tool, _this: &Value) -> PyResult<Option<Value>> {
    let now = held(&tool.source);
    let next = rt.binary(BinaryOp::Add, &now, &held(&tool.other))?;
    tool.source.set(Some(next));
    Ok(Some(now))
}

fn count_repr(rt: &Rt, value: &Value) -> PyResult {
    let Some(tool) = value.downcast_ref::<Tool>() else {
        return Ok(Value::NONE);
    };
    let (now, step) = (held(&tool.source), held(&tool.other));
    let shown = rt.repr(&now)?;
    let text = if step.as_small_int() == Some(1) {
        format!("count({})", shown.to_str())
    } else {
        format!("count({}, {})", shown.to_str(), rt.repr(&step)?.to_str())
    };
    Ok(rt.str(&text).into_value())
}

fn one_iterable(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    no_keywords(rt, ty, args)?;
    let name = ty.name.borrow().to_str().into_owned();
    let given = rt.positional(&name, &Args::new(args.positional()), 1, 1)?;
    rt.iter(&given[0])
}

fn cycle_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let tool = Tool::default();
    tool.source.set(Some(one_iterable(rt, ty, args)?));
    make(rt, ty, tool)
}

/// `flag` says that what is drawn has been saved already.
fn cycle_next(rt: &Rt, tool: &Tool, _this: &Value) -> PyResult<Option<Value>> {
    if let Some(item) = draw(rt, tool)? {
        if !tool.flag.get() {
            tool.items.borrow_mut().push(item.clone());
        }
        return Ok(Some(item));
    }
    let items = tool.items.borrow();
    let at = tool.n.get() as usize;
    let item = items.get(at).cloned();
    tool.n.set(if at + 1 >= items.len() {
        0
    } else {
        at as i64 + 1
    });
    Ok(item)
}

fn dropwhile_next(rt: &Rt, tool: &Tool, _this: &Value) -> PyResult<Option<Value>> {
    let function = held(&tool.other);
    while let Some(item) = draw(rt, tool)? {
        if tool.flag.get() {
            return Ok(Some(item));
        }
        let answer = rt.call(&function, std::slice::from_ref(&item))?;
        if !rt.truth(&answer)? {
            tool.flag.set(true);
            return Ok(Some(item));
        }
    }
    Ok(None)
}

fn takewhile_next(rt: &Rt, tool: &Tool, _this: &Value) -> PyResult<Option<Value>> {
    if tool.flag.get() {
        return Ok(None);
    }
    let Some(item) = draw(rt, tool)? else {
        return Ok(None);
    };
    let answer = rt.call(&held(&tool.other), std::slice::from_ref(&item))?;
    if rt.truth(&answer)? {
        return Ok(Some(item));
    }
    tool.flag.set(true);
    Ok(None)
}

fn filterfalse_next(rt: &Rt, tool: &Tool, _this: &Value) -> PyResult<Option<Value>> {
    let function = held(&tool.other);
    while let Some(item) = draw(rt, tool)? {
        if !test(rt, &function, &item)? {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

fn starmap_next(rt: &Rt, tool: &Tool, _this: &Value) -> PyResult<Option<Value>> {
    let Some(row) = draw(rt, tool)? else {
        return Ok(None);
    };
    let row = rt.collect(&row)?;
    rt.call(&held(&tool.other), &row).map(Some)
}

fn groupby_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "groupby",
        params: &["iterable", "key"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let [iterable, key] = rt.bind(&SIGNATURE, args)?;
    let none = Value::NONE;
    let tool = Tool::default();
    tool.source.set(Some(rt.iter(iterable.unwrap_or(&none))?));
    tool.other.set(key.filter(|v| !v.is_none()).cloned());
    make(rt, ty, tool)
}

/// Draws one item into `items`: key, value.
fn groupby_step(rt: &Rt, tool: &Tool) -> PyResult<bool> {
    let Some(item) = draw(rt, tool)? else {
        return Ok(false);
    };
    let key = match tool.other.get() {
        Some(function) => rt.call(&function, std::slice::from_ref(&item))?,
        None => item.clone(),
    };
    let old = tool.items.replace(vec![key, item]);
    drop(old);
    Ok(true)
}

fn groupby_next(rt: &Rt, tool: &Tool, this: &Value) -> PyResult<Option<Value>> {
    // `extra` is the key of the group that was given last; `n` names it for its grouper, which ends now.
    tool.n.set(tool.n.get() + 1);
    loop {
        let current = tool.items.borrow().first().cloned();
        match (current, tool.extra.get()) {
            (Some(current), Some(target)) if rt.eq(&target, &current)? => (),
            (Some(_), _) => break,
            (None, _) => (),
        }
        if !groupby_step(rt, tool)? {
            return Ok(None);
        }
    }
    let Some(key) = tool.items.borrow().first().cloned() else {
        return Ok(None);
    };
    tool.extra.set(Some(key.clone()));
    let class = super::attribute(rt, "itertools", "_grouper")?;
    let Some(class) = class.downcast::<TypeObj>() else {
        return Ok(None);
    };
    let group = make_group(rt, class, tool, this, &key)?;
    Ok(Some(rt.tuple([key, group]).into_value()))
}

fn make_group(rt: &Rt, class: &Ref<TypeObj>, tool: &Tool, parent: &Value, key: &Value) -> PyResult {
    let group = Tool::default();
    group.n.set(tool.n.get());
    group.extra.set(Some(key.clone()));
    group.other.set(Some(parent.clone()));
    make(rt, class, group)
}

fn grouper_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let given = rt.positional("_grouper", args, 2, 2)?;
    let tool = pickling::tool(rt, &given[0])?;
    tool.n.set(tool.n.get() + 1);
    make_group(rt, ty, tool, &given[0], &given[1])
}

fn grouper_next(rt: &Rt, group: &Tool, _this: &Value) -> PyResult<Option<Value>> {
    let parent = held(&group.other);
    let Some(tool) = parent.downcast_ref::<Tool>() else {
        return Ok(None);
    };
    if tool.n.get() != group.n.get() {
        return Ok(None);
    }
    if tool.items.borrow().is_empty() && !groupby_step(rt, tool)? {
        return Ok(None);
    }
    let row = tool.items.borrow().clone();
    let [key, item] = row.as_slice() else {
        return Ok(None);
    };
    if !rt.eq(&held(&group.extra), key)? {
        return Ok(None);
    }
    drop(tool.items.take());
    Ok(Some(item.clone()))
}

fn islice_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    no_keywords(rt, ty, args)?;
    let given = rt.positional("islice", &Args::new(args.positional()), 2, 4)?;
    let bound = |v: &Value, what: &str| -> PyResult<Option<i64>> {
        if v.is_none() {
            return Ok(None);
        }
        let message = match what {
            "stop" => {
                "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize."
            }
            "step" => "Step for islice() must be a positive integer or None.",
            _ => "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.",
        };
        let n = rt
            .index(v)
            .ok()
            .and_then(|n| rt.as_int(&n).and_then(|i| i.to_i64()));
        n.filter(|&n| n >= i64::from(what == "step"))
            .map(Some)
            .ok_or_else(|| rt.value_error(message))
    };
    let (start, stop, step) = match given {
        [_, stop] => (0, bound(stop, "stop")?, 1),
        [_, start, stop] => (
            bound(start, "index")?.unwrap_or(0),
            bound(stop, "index")?,
            1,
        ),
        [_, start, stop, step, ..] => (
            bound(start, "index")?.unwrap_or(0),
            bound(stop, "index")?,
            bound(step, "step")?.unwrap_or(1),
        ),
        _ => (0, None, 1),
    };
    let tool = Tool::default();
    tool.source.set(Some(rt.iter(&given[0])?));
    tool.n.set(start);
    tool.m.set(stop.unwrap_or(i64::MAX));
    tool.k.set(step);
    make(rt, ty, tool)
}

/// `n` is the next index wanted, `cycles` counts items drawn.
fn islice_next(rt: &Rt, tool: &Tool, _this: &Value) -> PyResult<Option<Value>> {
    let mut drawn = tool.cycles.borrow().first().copied().unwrap_or(0) as i64;
    let wanted = tool.n.get().min(tool.m.get());
    while drawn < wanted {
        if draw(rt, tool)?.is_none() {
            return Ok(None);
        }
        drawn += 1;
    }
    if tool.n.get() >= tool.m.get() {
        tool.source.set(None);
        return Ok(None);
    }
    let item = draw(rt, tool)?;
    tool.cycles.replace(vec![drawn as usize + 1]);
    tool.n.set(tool.n.get().saturating_add(tool.k.get()));
    Ok(item)
}

fn pairwise_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let tool = Tool::default();
    tool.source.set(Some(one_iterable(rt, ty, args)?));
    make(rt, ty, tool)
}

fn pairwise_next(rt: &Rt, tool: &Tool, _this: &Value) -> PyResult<Option<Value>> {
    let before = match tool.other.get() {
        Some(before) => before,
        None => match draw(rt, tool)? {
            Some(first) => first,
            None => return Ok(None),
        },
    };
    tool.other.set(Some(before.clone()));
    let Some(now) = draw(rt, tool)? else {
        tool.other.set(None);
        return Ok(None);
    };
    tool.other.set(Some(now.clone()));
    Ok(Some(rt.tuple([before, now]).into_value()))
}

fn repeat_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "repeat",
        params: &["object", "times"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let [object, times] = rt.bind(&SIGNATURE, args)?;
    let tool = Tool::default();
    tool.other.set(object.cloned());
    tool.n
        .set(times.map_or(Ok(-1), |v| rt.index_i64(v).map(|n| n.max(0)))?);
    make(rt, ty, tool)
}

fn repeat_next(_rt: &Rt, tool: &Tool, _this: &Value) -> PyResult<Option<Value>> {
    match tool.n.get() {
        0 => return Ok(None),
        n if n > 0 => tool.n.set(n - 1),
        _ => (),
    }
    Ok(tool.other.get())
}

fn repeat_repr(rt: &Rt, value: &Value) -> PyResult {
    let tool = pickling::tool(rt, value)?;
    let shown = rt.repr(&held(&tool.other))?;
    let name = rt.type_of(value).name.borrow().to_str().into_owned();
    let text = match tool.n.get() {
        n if n >= 0 => format!("{name}({}, {n})", shown.to_str()),
        _ => format!("{name}({})", shown.to_str()),
    };
    Ok(rt.str(&text).into_value())
}

fn repeat_hint(rt: &Rt, value: &Value) -> PyResult {
    match value.downcast_ref::<Tool>().map(|t| t.n.get()) {
        Some(n) if n >= 0 => Ok(rt.int(n)),
        _ => Err(rt.type_error("len() of unsized object")),
    }
}

fn zip_longest_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let mut fill = Value::NONE;
    for (key, value) in args.keywords() {
        if !key.is_text("fillvalue") {
            return Err(rt.type_error("zip_longest() got an unexpected keyword argument"));
        }
        fill = value.clone();
    }
    let tool = Tool::default();
    let iterators = args
        .positional()
        .iter()
        .map(|v| rt.iter(v))
        .collect::<PyResult<Vec<_>>>()?;
    tool.n.set(iterators.len() as i64);
    tool.items.replace(iterators);
    tool.other.set(Some(fill));
    make(rt, ty, tool)
}

fn zip_longest_next(rt: &Rt, tool: &Tool, _this: &Value) -> PyResult<Option<Value>> {
    let count = tool.items.borrow().len();
    if tool.n.get() == 0 {
        return Ok(None);
    }
    let fill = held(&tool.other);
    let mut row = Vec::with_capacity(count);
    for i in 0..count {
        let Some(iterator) = tool.items.borrow().get(i).cloned() else {
            return Ok(None);
        };
        // An exhausted iterator's place holds None.
        let item = if iterator.is_none() {
            None
        } else {
            rt.next(&iterator)?
        };
        match item {
            Some(item) => row.push(item),
            None => {
                if !iterator.is_none() {
                    tool.n.set(tool.n.get() - 1);
                    if tool.n.get() == 0 {
                        return Ok(None);
                    }
                    if let Some(place) = tool.items.borrow_mut().get_mut(i) {
                        *place = Value::NONE;
                    }
                }
                row.push(fill.clone());
            }
        }
    }
    Ok(Some(rt.tuple(row).into_value()))
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("itertools", FUNCTIONS);
    for (name, spec) in ALL {
        module.set(rt, name, rt.native_type(spec, &rt.types.object));
    }
    tee::install(rt, &module);
    Ok(module)
}
