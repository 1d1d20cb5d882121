//! `itertools`.

use crate::kinds;
use hognose_heap::{Kind, Payload, Trace, ValueCell, Visitor};
use hognose_object::module::Module;
use hognose_object::ops::BinaryOp;
use hognose_object::{
    Args, Call, Layout, NativeDef, PyResult, Ref, Rt, Signature, Slots, StrExt, TypeObj, TypeSpec,
    Value, type_flags,
};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

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
    ($($const:ident $name:literal $new:ident $next:ident $(, $methods:expr)?;)*) => {$(
        static $const: TypeSpec = TypeSpec {
            flags: type_flags::IMMUTABLE | type_flags::BASETYPE | type_flags::HAS_WEAKREF,
            slots: Slots {
                new: Some($new as New),
                iter: Some(|_, v| Ok(v.clone())),
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
    ACCUMULATE "accumulate" accumulate_new accumulate_next;
    BATCHED "batched" batched_new batched_next;
    CHAIN "chain" chain_new chain_next, &[
        NativeDef::class("from_iterable", "($type, iterable, /)", Call::One(chain_from_iterable)),
        NativeDef::class("__class_getitem__", "", Call::One(|rt, cls, item| Ok(rt.generic_alias(cls, item)))),
    ];
    COMBINATIONS "combinations" combinations_new combinations_next;
    COMBINATIONS_R "combinations_with_replacement" combinations_r_new combinations_r_next;
    COMPRESS "compress" compress_new compress_next;
    COUNT "count" count_new count_next, &[NativeDef::new("__repr__", "", Call::Zero(count_repr))];
    CYCLE "cycle" cycle_new cycle_next;
    DROPWHILE "dropwhile" predicate_new dropwhile_next;
    FILTERFALSE "filterfalse" predicate_new filterfalse_next;
    GROUPBY "groupby" groupby_new groupby_next;
    GROUPER "_grouper" no_new grouper_next;
    ISLICE "islice" islice_new islice_next;
    PAIRWISE "pairwise" pairwise_new pairwise_next;
    PERMUTATIONS "permutations" permutations_new permutations_next;
    PRODUCT "product" product_new product_next;
    REPEAT "repeat" repeat_new repeat_next, &[
        NativeDef::new("__length_hint__", "", Call::Zero(repeat_hint)),
    ];
    STARMAP "starmap" predicate_new starmap_next;
    TAKEWHILE "takewhile" predicate_new takewhile_next;
    ZIP_LONGEST "zip_longest" zip_longest_new zip_longest_next;
}

const FUNCTIONS: &[NativeDef] = &[NativeDef::new("tee", "", Call::Many(tee))];

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
    if args.has_keywords() && !ty.has(type_flags::HEAP) {
        let name = ty.name.borrow().to_str().into_owned();
        return Err(rt.type_error(format!("{name}() takes no keyword arguments")));
    }
    Ok(())
}

fn no_new(rt: &Rt, ty: &Ref<TypeObj>, _: &Args<'_>) -> PyResult {
    Err(rt.type_error(format!("cannot create '{}' instances", ty.display_name())))
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

/// A pool and a length, for the combinatoric iterators.
fn pool_and_length(
    rt: &Rt,
    args: &Args<'_>,
    function: &'static str,
) -> PyResult<(Vec<Value>, i64)> {
    let iterable = args
        .positional()
        .first()
        .or_else(|| args.keyword("iterable"));
    let length = args.positional().get(1).or_else(|| args.keyword("r"));
    let Some(iterable) = iterable else {
        return Err(rt.type_error(format!(
            "{function}() missing required argument 'iterable' (pos 1)"
        )));
    };
    let pool = rt.collect(iterable)?;
    let length = match length {
        Some(v) if !v.is_none() => rt.index_i64(v)?,
        _ if function == "permutations" => pool.len() as i64,
        _ => {
            return Err(rt.type_error(format!(
                "{function}() missing required argument 'r' (pos 2)"
            )));
        }
    };
    if length < 0 {
        return Err(rt.value_error("r must be non-negative"));
    }
    Ok((pool, length))
}

fn selection(rt: &Rt, tool: &Tool, indices: &[usize]) -> Value {
    let pool = tool.items.borrow();
    let row: Vec<Value> = indices
        .iter()
        .filter_map(|&i| pool.get(i).cloned())
        .collect();
    drop(pool);
    rt.tuple(row).into_value()
}

fn combinations_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let (pool, r) = pool_and_length(rt, args, "combinations")?;
    let tool = Tool::default();
    tool.flag.set(r as usize > pool.len());
    tool.indices
        .replace((0..(r as usize).min(pool.len())).collect());
    tool.items.replace(pool);
    make(rt, ty, tool)
}

/// Steps the indices; `flag` says that there are no more, `n` that the first was given.
fn combinations_next(rt: &Rt, tool: &Tool, _this: &Value) -> PyResult<Option<Value>> {
    if tool.flag.get() {
        return Ok(None);
    }
    let n = tool.items.borrow().len();
    let mut indices = tool.indices.borrow_mut();
    if tool.n.replace(1) != 0 {
        let r = indices.len();
        let Some(i) = (0..r).rev().find(|&i| indices[i] != i + n - r) else {
            tool.flag.set(true);
            return Ok(None);
        };
        indices[i] += 1;
        for j in i + 1..r {
            indices[j] = indices[j - 1] + 1;
        }
    }
    let now = indices.clone();
    drop(indices);
    Ok(Some(selection(rt, tool, &now)))
}

fn combinations_r_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let (pool, r) = pool_and_length(rt, args, "combinations_with_replacement")?;
    let tool = Tool::default();
    tool.flag.set(pool.is_empty() && r > 0);
    tool.indices.replace(vec![0; r as usize]);
    tool.items.replace(pool);
    make(rt, ty, tool)
}

fn combinations_r_next(rt: &Rt, tool: &Tool, _this: &Value) -> PyResult<Option<Value>> {
    if tool.flag.get() {
        return Ok(None);
    }
    let n = tool.items.borrow().len();
    let mut indices = tool.indices.borrow_mut();
    if tool.n.replace(1) != 0 {
        let r = indices.len();
        let Some(i) = (0..r).rev().find(|&i| indices[i] + 1 != n) else {
            tool.flag.set(true);
            return Ok(None);
        };
        let next = indices[i] + 1;
        indices[i..].fill(next);
    }
    let now = indices.clone();
    drop(indices);
    Ok(Some(selection(rt, tool, &now)))
}

fn permutations_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let (pool, r) = pool_and_length(rt, args, "permutations")?;
    let (n, r) = (pool.len(), r as usize);
    let tool = Tool::default();
    tool.flag.set(r > n);
    tool.m.set(r as i64);
    tool.indices.replace((0..n).collect());
    tool.cycles.replace((0..r.min(n)).map(|i| n - i).collect());
    tool.items.replace(pool);
    make(rt, ty, tool)
}

fn permutations_next(rt: &Rt, tool: &Tool, _this: &Value) -> PyResult<Option<Value>> {
    if tool.flag.get() {
        return Ok(None);
    }
    let r = tool.m.get() as usize;
    let mut indices = tool.indices.borrow_mut();
    let n = indices.len();
    if tool.n.replace(1) != 0 {
        let mut cycles = tool.cycles.borrow_mut();
        let mut found = false;
        for i in (0..r).rev() {
            cycles[i] -= 1;
            if cycles[i] == 0 {
                indices[i..].rotate_left(1);
                cycles[i] = n - i;
            } else {
                indices.swap(i, n - cycles[i]);
                found = true;
                break;
            }
        }
        if !found {
            tool.flag.set(true);
            return Ok(None);
        }
    }
    let now = indices[..r].to_vec();
    drop(indices);
    Ok(Some(selection(rt, tool, &now)))
}

fn product_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let times = match args.keyword("repeat") {
        Some(v) => rt.index_i64(v)?,
        None => 1,
    };
    if times < 0 {
        return Err(rt.value_error("repeat argument cannot be negative"));
    }
    let once = args
        .positional()
        .iter()
        .map(|v| rt.collect(v))
        .collect::<PyResult<Vec<_>>>()?;
    let tool = Tool::default();
    let pools: Vec<Vec<Value>> = (0..times).flat_map(|_| once.iter().cloned()).collect();
    tool.flag.set(pools.iter().any(Vec::is_empty));
    tool.indices.replace(vec![0; pools.len()]);
    tool.pools.replace(pools);
    make(rt, ty, tool)
}

fn product_next(rt: &Rt, tool: &Tool, _this: &Value) -> PyResult<Option<Value>> {
    if tool.flag.get() {
        return Ok(None);
    }
    let pools = tool.pools.borrow();
    let mut indices = tool.indices.borrow_mut();
    if tool.n.replace(1) != 0 {
        let Some(i) = (0..indices.len())
            .rev()
            .find(|&i| indices[i] + 1 < pools[i].len())
        else {
            tool.flag.set(true);
            return Ok(None);
        };
        indices[i] += 1;
        indices[i + 1..].fill(0);
    }
    let row: Vec<Value> = indices
        .iter()
        .zip(pools.iter())
        .filter_map(|(&i, pool)| pool.get(i).cloned())
        .collect();
    drop((pools, indices));
    Ok(Some(rt.tuple(row).into_value()))
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

fn cycle_next(rt: &Rt, tool: &Tool, _this: &Value) -> PyResult<Option<Value>> {
    if let Some(item) = draw(rt, tool)? {
        tool.items.borrow_mut().push(item.clone());
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
    // `extra` is the key of the group that was given last; `n` names it for its grouper.
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
    tool.n.set(tool.n.get() + 1);
    let class = super::attribute(rt, "itertools", "_grouper")?;
    let Some(class) = class.downcast::<TypeObj>() else {
        return Ok(None);
    };
    let group = Tool::default();
    group.n.set(tool.n.get());
    group.extra.set(Some(key.clone()));
    group.other.set(Some(this.clone()));
    let group = make(rt, class, group)?;
    Ok(Some(rt.tuple([key, group]).into_value()))
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

/// What the iterators of one `tee` share: items drawn and not yet seen by all.
struct Shared {
    source: Value,
    items: RefCell<VecDeque<Value>>,
    /// Index of the first item kept.
    first: Cell<usize>,
    /// How far each iterator is.
    places: RefCell<Vec<usize>>,
}

/// The payload of `itertools._tee`.
struct Tee {
    shared: Rc<Shared>,
    slot: usize,
}

impl Payload for Tee {
    const KIND: Kind = kinds::TEE;
    const GC: bool = false;
}

impl Drop for Tee {
    fn drop(&mut self) {
        if let Ok(mut places) = self.shared.places.try_borrow_mut()
            && let Some(place) = places.get_mut(self.slot)
        {
            *place = usize::MAX;
        }
    }
}

static TEE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::HAS_WEAKREF,
    slots: Slots {
        new: Some(tee_new),
        iter: Some(|_, v| Ok(v.clone())),
        next: Some(tee_next),
        ..Slots::NONE
    },
    methods: &[NativeDef::new("__copy__", "", Call::Zero(tee_copy))],
    ..TypeSpec::new("itertools._tee", Layout::Native(kinds::TEE))
};

fn tee_class(rt: &Rt) -> PyResult<Ref<TypeObj>> {
    let class = super::attribute(rt, "itertools", "_tee")?;
    Ref::try_from(class).map_err(|_| rt.system_error("itertools._tee is no type"))
}

fn tee_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let given = rt.positional("_tee", args, 1, 1)?;
    if given[0].downcast_ref::<Tee>().is_some() {
        return tee_copy(rt, &given[0]);
    }
    let shared = Shared {
        source: rt.iter(&given[0])?,
        items: RefCell::default(),
        first: Cell::new(0),
        places: RefCell::new(vec![0]),
    };
    Ok(rt
        .alloc(
            ty,
            Tee {
                shared: Rc::new(shared),
                slot: 0,
            },
        )
        .into_value())
}

fn tee_copy(rt: &Rt, value: &Value) -> PyResult {
    let Some(tee) = value.downcast_ref::<Tee>() else {
        return Err(rt.type_error("a _tee was expected"));
    };
    let mut places = tee.shared.places.borrow_mut();
    let place = places.get(tee.slot).copied().unwrap_or(0);
    places.push(place);
    let slot = places.len() - 1;
    drop(places);
    Ok(rt
        .alloc(
            &tee_class(rt)?,
            Tee {
                shared: tee.shared.clone(),
                slot,
            },
        )
        .into_value())
}

fn tee_next(rt: &Rt, value: &Value) -> PyResult<Option<Value>> {
    let Some(tee) = value.downcast_ref::<Tee>() else {
        return Err(rt.type_error("a _tee was expected"));
    };
    let shared = &tee.shared;
    let place = shared.places.borrow().get(tee.slot).copied().unwrap_or(0);
    let kept = shared
        .items
        .borrow()
        .get(place - shared.first.get())
        .cloned();
    let item = match kept {
        Some(item) => item,
        None => {
            let Some(item) = rt.next(&shared.source)? else {
                return Ok(None);
            };
            shared.items.borrow_mut().push_back(item.clone());
            item
        }
    };
    if let Some(own) = shared.places.borrow_mut().get_mut(tee.slot) {
        *own = place + 1;
    }
    // What all have seen goes.
    let least = shared.places.borrow().iter().copied().min().unwrap_or(0);
    while shared.first.get() < least {
        let gone = shared.items.borrow_mut().pop_front();
        shared.first.set(shared.first.get() + 1);
        if gone.is_none() {
            break;
        }
    }
    Ok(Some(item))
}

fn tee(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("tee", args, 1, 2)?;
    let n = given.get(1).map_or(Ok(2), |v| rt.index_i64(v))?;
    if n < 0 {
        return Err(rt.value_error("n must be >= 0"));
    }
    if n == 0 {
        return Ok(rt.tuple([]).into_value());
    }
    let first = tee_new(rt, &tee_class(rt)?, &Args::new(&given[..1]))?;
    let mut all = vec![first];
    for _ in 1..n {
        all.push(tee_copy(rt, &all[0])?);
    }
    Ok(rt.tuple(all).into_value())
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("itertools", FUNCTIONS);
    for (name, spec) in ALL {
        module.set(rt, name, rt.native_type(spec, &rt.types.object));
    }
    module.set(rt, "_tee", rt.native_type(&TEE, &rt.types.object));
    Ok(module)
}
