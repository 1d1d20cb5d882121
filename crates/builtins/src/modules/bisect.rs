//! `_bisect`: where items go in sorted sequences (`Modules/_bisectmodule.c`).

use hognose_object::module::Module;
use hognose_object::{Args, Call, CompareOp, NativeDef, PyResult, Ref, Rt, Signature, Value};

const SIGNATURE: &str = "($module, /, a, x, lo=0, hi=None, *, key=None)";

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "bisect_right",
        SIGNATURE,
        Call::Many(|rt, _, args| place(rt, &Given::of(rt, "bisect_right", args)?, true)),
    )
    .with_doc("Return the index where to insert item x in list a, assuming a is sorted.\n\nThe return value i is such that all e in a[:i] have e <= x, and all e in\na[i:] have e > x.  So if x already appears in the list, a.insert(i, x) will\ninsert just after the rightmost x already there.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order."),
    NativeDef::new(
        "bisect_left",
        SIGNATURE,
        Call::Many(|rt, _, args| place(rt, &Given::of(rt, "bisect_left", args)?, false)),
    )
    .with_doc("Return the index where to insert item x in list a, assuming a is sorted.\n\nThe return value i is such that all e in a[:i] have e < x, and all e in\na[i:] have e >= x.  So if x already appears in the list, a.insert(i, x) will\ninsert just before the leftmost x already there.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order."),
    NativeDef::new(
        "insort_right",
        SIGNATURE,
        Call::Many(|rt, _, args| insort(rt, Given::of(rt, "insort_right", args)?, true)),
    )
    .with_doc("Insert item x in list a, and keep it sorted assuming a is sorted.\n\nIf x is already in a, insert it to the right of the rightmost x.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order."),
    NativeDef::new(
        "insort_left",
        SIGNATURE,
        Call::Many(|rt, _, args| insort(rt, Given::of(rt, "insort_left", args)?, false)),
    )
    .with_doc("Insert item x in list a, and keep it sorted assuming a is sorted.\n\nIf x is already in a, insert it to the left of the leftmost x.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order."),
];

/// The arguments that all functions take.
struct Given {
    row: Value,
    item: Value,
    low: i64,
    high: Option<i64>,
    key: Option<Value>,
}

impl Given {
    fn of(rt: &Rt, function: &'static str, args: &Args<'_>) -> PyResult<Given> {
        let signature = Signature {
            function,
            params: &["a", "x", "lo", "hi", "key"],
            positional_only: 0,
            positional: 4,
            required: 2,
        };
        let [Some(row), Some(item), low, high, key] = rt.bind(&signature, args)? else {
            return Err(rt.system_error("two arguments were checked"));
        };
        let low = low.map_or(Ok(0), |v| rt.index_i64(v))?;
        let high = match high.filter(|v| !v.is_none()) {
            Some(v) => Some(rt.index_i64(v)?),
            None => None,
        };
        Ok(Given {
            row: row.clone(),
            item: item.clone(),
            low,
            // -1 stands for the end too.
            high: high.filter(|&high| high != -1),
            key: key.filter(|v| !v.is_none()).cloned(),
        })
    }
}

fn place(rt: &Rt, given: &Given, right: bool) -> PyResult {
    search(rt, given, &given.item, right).map(|at| rt.int(at))
}

/// `internal_bisect_right` and `internal_bisect_left`.
fn search(rt: &Rt, given: &Given, item: &Value, right: bool) -> PyResult<i64> {
    if given.low < 0 {
        return Err(rt.value_error("lo must be non-negative"));
    }
    let mut low = given.low;
    let mut high = match given.high {
        Some(high) => high,
        None => rt.len(&given.row)? as i64,
    };
    while low < high {
        let middle = low + (high - low) / 2;
        let mut found = rt.getitem(&given.row, &rt.int(middle))?;
        if let Some(key) = &given.key {
            found = rt.call(key, &[found])?;
        }
        let goes_before = if right {
            rt.compare(item, &found, CompareOp::Lt)?
        } else {
            rt.compare(&found, item, CompareOp::Lt)?
        };
        // To the right of equals: before the first that is greater; to the left: behind the last that is less.
        if rt.truth(&goes_before)? == right {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}

fn insort(rt: &Rt, given: Given, right: bool) -> PyResult {
    let wanted = match &given.key {
        Some(key) => rt.call(key, std::slice::from_ref(&given.item))?,
        None => given.item.clone(),
    };
    let at = rt.int(search(rt, &given, &wanted, right)?);
    rt.call_method(&given.row, &rt.intern("insert"), &[at, given.item])?;
    Ok(Value::NONE)
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    Ok(rt.native_module("_bisect", FUNCTIONS))
}
