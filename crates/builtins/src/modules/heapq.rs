//! `_heapq`: heaps in lists (`Modules/_heapqmodule.c`).

use hognose_object::module::Module;
use hognose_object::tuple::List;
use hognose_object::{Args, Call, CompareOp, NativeDef, PyResult, Raised, Ref, Rt, Value};

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("heappush", "($module, heap, item, /)", Call::Many(push))
        .with_doc("Push item onto heap, maintaining the heap invariant."),
    NativeDef::new(
        "heappushpop",
        "($module, heap, item, /)",
        Call::Many(push_pop),
    )
    .with_doc("Push item on the heap, then pop and return the smallest item from the heap.\n\nThe combined action runs more efficiently than heappush() followed by\na separate call to heappop()."),
    NativeDef::new(
        "heappop",
        "($module, heap, /)",
        Call::One(|rt, _, heap| pop(rt, "heappop", heap, Order::Least)),
    )
    .with_doc("Pop the smallest item off the heap, maintaining the heap invariant."),
    NativeDef::new(
        "heapreplace",
        "($module, heap, item, /)",
        Call::Many(|rt, _, args| replace(rt, "heapreplace", args, Order::Least)),
    )
    .with_doc("Pop and return the current smallest value, and add the new item.\n\nThis is more efficient than heappop() followed by heappush(), and can be\nmore appropriate when using a fixed-size heap.  Note that the value\nreturned may be larger than item!  That constrains reasonable uses of\nthis routine unless written as part of a conditional replacement:\n\n    if item > heap[0]:\n        item = heapreplace(heap, item)"),
    NativeDef::new(
        "heapify",
        "($module, heap, /)",
        Call::One(|rt, _, heap| heapify(rt, "heapify", heap, Order::Least)),
    )
    .with_doc("Transform list into a heap, in-place, in O(len(heap)) time."),
    NativeDef::new(
        "_heappop_max",
        "($module, heap, /)",
        Call::One(|rt, _, heap| pop(rt, "_heappop_max", heap, Order::Greatest)),
    )
    .with_doc("Maxheap variant of heappop."),
    NativeDef::new(
        "_heapify_max",
        "($module, heap, /)",
        Call::One(|rt, _, heap| heapify(rt, "_heapify_max", heap, Order::Greatest)),
    )
    .with_doc("Maxheap variant of heapify."),
    NativeDef::new(
        "_heapreplace_max",
        "($module, heap, item, /)",
        Call::Many(|rt, _, args| replace(rt, "_heapreplace_max", args, Order::Greatest)),
    )
    .with_doc("Maxheap variant of heapreplace."),
];

/// What stands at the top.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Least,
    Greatest,
}

impl Order {
    /// Whether one item goes above another.
    fn above(self, rt: &Rt, a: &Value, b: &Value) -> PyResult<bool> {
        let (x, y) = match self {
            Order::Least => (a, b),
            Order::Greatest => (b, a),
        };
        let less = rt.compare(x, y, CompareOp::Lt)?;
        rt.truth(&less)
    }
}

fn list<'a>(rt: &Rt, function: &str, heap: &'a Value, alone: bool) -> PyResult<&'a Ref<List>> {
    heap.downcast::<List>().ok_or_else(|| {
        let name = rt.type_name(heap);
        let argument = if alone { "argument" } else { "argument 1" };
        rt.type_error(format!("{function}() {argument} must be list, not {name}"))
    })
}

#[cold]
fn out_of_range(rt: &Rt) -> Raised {
    rt.index_error("index out of range")
}

fn item(rt: &Rt, heap: &List, at: usize) -> PyResult {
    heap.get(at).ok_or_else(|| out_of_range(rt))
}

/// Refuses to go on with a list that a comparison changed.
fn check_size(rt: &Rt, heap: &List, size: usize) -> PyResult<()> {
    if heap.len() != size {
        return Err(rt.runtime_error("list changed size during iteration"));
    }
    Ok(())
}

/// Moves an item up to where it belongs, its parents down (`siftdown`).
fn rise(rt: &Rt, heap: &List, start: usize, mut at: usize, order: Order) -> PyResult<()> {
    let size = heap.len();
    if at >= size {
        return Err(out_of_range(rt));
    }
    while at > start {
        let parent = (at - 1) / 2;
        let goes_up = order.above(rt, &item(rt, heap, at)?, &item(rt, heap, parent)?)?;
        check_size(rt, heap, size)?;
        if !goes_up {
            break;
        }
        heap.items.borrow_mut().swap(at, parent);
        at = parent;
    }
    Ok(())
}

/// Moves an item down to a leaf, then up to where it belongs (`siftup`).
fn sink(rt: &Rt, heap: &List, start: usize, order: Order) -> PyResult<()> {
    let size = heap.len();
    if start >= size {
        return Err(out_of_range(rt));
    }
    let mut at = start;
    while at < size / 2 {
        let mut child = 2 * at + 1;
        if child + 1 < size {
            let first = order.above(rt, &item(rt, heap, child)?, &item(rt, heap, child + 1)?)?;
            child += usize::from(!first);
            check_size(rt, heap, size)?;
        }
        heap.items.borrow_mut().swap(at, child);
        at = child;
    }
    rise(rt, heap, start, at, order)
}

fn push(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("heappush", args, 2, 2)?;
    let heap = list(rt, "heappush", &given[0], false)?;
    rt.push_to(&mut heap.items.borrow_mut(), given[1].clone())?;
    rise(rt, heap, 0, heap.len() - 1, Order::Least)?;
    Ok(Value::NONE)
}

fn pop(rt: &Rt, function: &str, heap: &Value, order: Order) -> PyResult {
    let heap = list(rt, function, heap, true)?;
    let last = heap.items.borrow_mut().pop();
    let mut taken = last.ok_or_else(|| out_of_range(rt))?;
    if heap.is_empty() {
        return Ok(taken);
    }
    if let Some(first) = heap.items.borrow_mut().first_mut() {
        std::mem::swap(first, &mut taken);
    }
    sink(rt, heap, 0, order)?;
    Ok(taken)
}

/// Puts an item in the place of the first; that one.
fn exchange(rt: &Rt, heap: &List, new: &Value, order: Order) -> PyResult {
    let mut taken = new.clone();
    match heap.items.borrow_mut().first_mut() {
        Some(first) => std::mem::swap(first, &mut taken),
        None => return Err(out_of_range(rt)),
    }
    sink(rt, heap, 0, order)?;
    Ok(taken)
}

fn replace(rt: &Rt, function: &str, args: &Args<'_>, order: Order) -> PyResult {
    let given = rt.positional(function, args, 2, 2)?;
    exchange(rt, list(rt, function, &given[0], false)?, &given[1], order)
}

fn push_pop(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("heappushpop", args, 2, 2)?;
    let heap = list(rt, "heappushpop", &given[0], false)?;
    let Some(first) = heap.get(0) else {
        return Ok(given[1].clone());
    };
    if !Order::Least.above(rt, &first, &given[1])? {
        return Ok(given[1].clone());
    }
    exchange(rt, heap, &given[1], Order::Least)
}

fn heapify(rt: &Rt, function: &str, heap: &Value, order: Order) -> PyResult {
    let heap = list(rt, function, heap, true)?;
    for at in (0..heap.len() / 2).rev() {
        sink(rt, heap, at, order)?;
    }
    Ok(Value::NONE)
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("_heapq", FUNCTIONS);
    module.set(
        rt,
        "__about__",
        rt.str("Heap queues: a list whose item k is never greater than items 2k+1 and 2k+2."),
    );
    Ok(module)
}
