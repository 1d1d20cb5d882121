//! `combinations`, `combinations_with_replacement`, `permutations` and `product`.

use super::{Tool, make, pickling};
use hognose_object::{Args, PyResult, Ref, Rt, Signature, TypeObj, Value};

/// A pool and a length, for the combinatoric iterators.
fn pool_and_length(
    rt: &Rt,
    args: &Args<'_>,
    function: &'static str,
) -> PyResult<(Vec<Value>, i64)> {
    let optional = function == "permutations";
    let signature = Signature {
        function,
        params: &["iterable", "r"],
        positional_only: 0,
        positional: 2,
        required: if optional { 1 } else { 2 },
    };
    let [iterable, length] = rt.bind(&signature, args)?;
    let pool = rt.collect(iterable.unwrap_or(&Value::NONE))?;
    let length = match length {
        Some(v) if optional && v.is_none() => pool.len() as i64,
        Some(v) if optional && rt.as_int(v).is_none() => {
            return Err(rt.type_error("Expected int as r"));
        }
        Some(v) => rt.index_i64(v)?,
        None => pool.len() as i64,
    };
    if length < 0 {
        return Err(rt.value_error("r must be non-negative"));
    }
    Ok((pool, length))
}

fn selection(tool: &Tool, indices: &[usize]) -> Vec<Value> {
    let pool = tool.items.borrow();
    let item = |&i: &usize| pool.get(i).cloned();
    indices.iter().filter_map(item).collect()
}

pub(super) fn combinations_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let (pool, r) = pool_and_length(rt, args, "combinations")?;
    rt.room_for::<usize>(r as usize)?;
    let tool = Tool::default();
    tool.flag.set(r as usize > pool.len());
    tool.m.set(r);
    tool.indices
        .replace((0..(r as usize).min(pool.len())).collect());
    tool.items.replace(pool);
    make(rt, ty, tool)
}

/// Steps the indices; `flag` says that there are no more, `n` that the first was given.
pub(super) fn combinations_next(rt: &Rt, tool: &Tool, _this: &Value) -> PyResult<Option<Value>> {
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
    let row = selection(tool, &indices);
    drop(indices);
    Ok(Some(rt.tuple(row).into_value()))
}

pub(super) fn combinations_r_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let (pool, r) = pool_and_length(rt, args, "combinations_with_replacement")?;
    rt.room_for::<usize>(r as usize)?;
    let tool = Tool::default();
    tool.flag.set(pool.is_empty() && r > 0);
    tool.m.set(r);
    tool.indices.replace(vec![0; r as usize]);
    tool.items.replace(pool);
    make(rt, ty, tool)
}

pub(super) fn combinations_r_next(rt: &Rt, tool: &Tool, _this: &Value) -> PyResult<Option<Value>> {
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
    let row = selection(tool, &indices);
    drop(indices);
    Ok(Some(rt.tuple(row).into_value()))
}

pub(super) fn permutations_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let (pool, r) = pool_and_length(rt, args, "permutations")?;
    let (n, r) = (pool.len(), r as usize);
    rt.room_for::<usize>(r)?;
    let tool = Tool::default();
    tool.flag.set(r > n);
    tool.m.set(r as i64);
    tool.indices.replace((0..n).collect());
    tool.cycles.replace((0..r.min(n)).map(|i| n - i).collect());
    tool.items.replace(pool);
    make(rt, ty, tool)
}

pub(super) fn permutations_next(rt: &Rt, tool: &Tool, _this: &Value) -> PyResult<Option<Value>> {
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
    let row = selection(tool, &indices[..r]);
    drop(indices);
    Ok(Some(rt.tuple(row).into_value()))
}

pub(super) fn product_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let times = match args.keyword("repeat") {
        Some(v) => rt.index_i64(v)?,
        None => 1,
    };
    if times < 0 {
        return Err(rt.value_error("repeat argument cannot be negative"));
    }
    let count = args.positional().len();
    let most = isize::MAX as usize / size_of::<usize>();
    if count.checked_mul(times as usize).is_none_or(|n| n > most) {
        return Err(rt.overflow_error("repeat argument too large"));
    }
    rt.room_for::<Vec<Value>>(count * times as usize)?;
    let times = if count == 0 { 0 } else { times };
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

pub(super) fn product_next(rt: &Rt, tool: &Tool, _this: &Value) -> PyResult<Option<Value>> {
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

fn numbers(rt: &Rt, row: &[usize]) -> Value {
    rt.tuple(row.iter().map(|&i| rt.int_from_usize(i)))
        .into_value()
}

fn pool_of(rt: &Rt, tool: &Tool) -> Value {
    rt.tuple(tool.items.borrow().clone()).into_value()
}

/// The arguments and state of an iterator with a pool and a length.
fn pooled(rt: &Rt, value: &Value, r: usize, state: impl FnOnce(&Tool) -> Value) -> PyResult {
    let tool = pickling::start(rt, value)?;
    let length = rt.int_from_usize(r);
    if tool.n.get() == 0 {
        return pickling::made(rt, value, &[pool_of(rt, tool), length], None);
    }
    if tool.flag.get() {
        let nothing = rt.tuple([]).into_value();
        return pickling::made(rt, value, &[nothing, length], None);
    }
    pickling::made(rt, value, &[pool_of(rt, tool), length], Some(state(tool)))
}

pub(super) fn combinations_reduce(rt: &Rt, value: &Value) -> PyResult {
    let tool = pickling::tool(rt, value)?;
    pooled(rt, value, tool.m.get() as usize, |tool| {
        numbers(rt, &tool.indices.borrow())
    })
}

pub(super) fn permutations_reduce(rt: &Rt, value: &Value) -> PyResult {
    let tool = pickling::tool(rt, value)?;
    pooled(rt, value, tool.m.get() as usize, |tool| {
        let both = [&tool.indices, &tool.cycles].map(|row| numbers(rt, &row.borrow()));
        rt.tuple(both).into_value()
    })
}

pub(super) fn product_reduce(rt: &Rt, value: &Value) -> PyResult {
    let tool = pickling::start(rt, value)?;
    if tool.flag.get() {
        return pickling::made(rt, value, &[rt.tuple([]).into_value()], None);
    }
    let pools: Vec<Value> = tool
        .pools
        .borrow()
        .iter()
        .map(|pool| rt.tuple(pool.clone()).into_value())
        .collect();
    let state = (tool.n.get() != 0).then(|| numbers(rt, &tool.indices.borrow()));
    pickling::made(rt, value, &pools, state)
}

/// The integers of a tuple of that length, each brought into its bounds.
fn bounded(
    rt: &Rt,
    state: &Value,
    len: usize,
    bounds: impl Fn(usize) -> (i64, i64),
) -> PyResult<Vec<usize>> {
    let row = pickling::state_items(rt, state)?;
    if row.len() != len {
        return Err(rt.value_error("invalid arguments"));
    }
    let mut made = Vec::with_capacity(len);
    for (i, item) in row.iter().enumerate() {
        let (least, most) = bounds(i);
        made.push(rt.index_i64(item)?.min(most).max(least) as usize);
    }
    Ok(made)
}

pub(super) fn combinations_setstate(rt: &Rt, value: &Value, state: &Value) -> PyResult {
    let tool = pickling::start(rt, value)?;
    let (n, r) = (tool.items.borrow().len() as i64, tool.m.get());
    let row = bounded(rt, state, r as usize, |i| (0, i as i64 + n - r))?;
    tool.indices.replace(row);
    tool.n.set(1);
    Ok(Value::NONE)
}

pub(super) fn combinations_r_setstate(rt: &Rt, value: &Value, state: &Value) -> PyResult {
    let tool = pickling::start(rt, value)?;
    let n = tool.items.borrow().len() as i64;
    let row = bounded(rt, state, tool.m.get() as usize, |_| (0, n - 1))?;
    tool.indices.replace(row);
    tool.n.set(1);
    Ok(Value::NONE)
}

pub(super) fn permutations_setstate(rt: &Rt, value: &Value, state: &Value) -> PyResult {
    let tool = pickling::start(rt, value)?;
    let n = tool.items.borrow().len();
    let both = pickling::state_items(rt, state)?;
    let [indices, cycles] = both.as_slice() else {
        return Err(rt.value_error("invalid arguments"));
    };
    let indices = bounded(rt, indices, n, |_| (0, n as i64 - 1))?;
    let cycles = bounded(rt, cycles, tool.m.get() as usize, |i| (1, (n - i) as i64))?;
    tool.indices.replace(indices);
    tool.cycles.replace(cycles);
    tool.n.set(1);
    Ok(Value::NONE)
}

pub(super) fn product_setstate(rt: &Rt, value: &Value, state: &Value) -> PyResult {
    let tool = pickling::start(rt, value)?;
    let sizes: Vec<i64> = tool.pools.borrow().iter().map(|p| p.len() as i64).collect();
    let row = bounded(rt, state, sizes.len(), |i| (0, sizes[i] - 1))?;
    if sizes.contains(&0) {
        tool.flag.set(true);
        return Ok(Value::NONE);
    }
    tool.indices.replace(row);
    tool.n.set(1);
    Ok(Value::NONE)
}
