//! `gc`: the cycle collector's face. There is one generation; the module counts as if there were CPython's three.

use hognose_object::code::Code;
use hognose_object::dict::Dict;
use hognose_object::module::Module;
use hognose_object::set_type::Set;
use hognose_object::tuple::{List, Tuple, TupleExt};
use hognose_object::{
    Args, Call, NativeDef, PyResult, Ref, Rt, Signature, TypeObj, Value, type_flags,
};

use std::collections::HashMap;

const DEBUG_SAVEALL: i64 = 32;
/// CPython's threshold of the youngest generation.
const YOUNG: usize = 700;

const SOON: usize = 5_000;

/// What the module knows, kept in `rt.module_state`.
struct State {
    enabled: bool,
    /// The heap's threshold when collections are on.
    automatic: usize,
    thresholds: [i64; 3],
    debug: i64,
    frozen: usize,
    collections: [i64; 3],
    collected: [i64; 3],
    /// The generations above the youngest of the objects there were at the last collection, by identity; kept once
    /// somebody asks for one generation's objects.
    ages: Option<HashMap<u64, usize>>,
}

impl State {
    fn new() -> State {
        let automatic = hognose_heap::threshold();
        State {
            enabled: automatic != 0,
            automatic: automatic.max(YOUNG),
            thresholds: [YOUNG as i64, 10, 10],
            debug: 0,
            frozen: 0,
            collections: [0; 3],
            collected: [0; 3],
            ages: None,
        }
    }

    /// Tells the heap what is wanted of it.
    fn apply(&self) {
        let on = self.enabled && self.thresholds[0] != 0;
        hognose_heap::set_threshold(if on { self.automatic } else { 0 });
        // CPython would collect after so many; once at least, so does this.
        hognose_heap::due_in(usize::try_from(self.thresholds[0]).unwrap_or(YOUNG));
    }
}

fn with<T>(rt: &Rt, f: impl FnOnce(&mut State) -> T) -> T {
    let mut all = rt.module_state.borrow_mut();
    let entry = all.entry("gc").or_insert_with(|| Box::new(State::new()));
    match entry.downcast_mut::<State>() {
        Some(state) => f(state),
        None => f(&mut State::new()),
    }
}

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("collect", "($module, /, generation=2)", Call::Many(collect)),
    NativeDef::new(
        "disable",
        "($module, /)",
        Call::Zero(|rt, _| enable(rt, false)),
    ),
    NativeDef::new(
        "enable",
        "($module, /)",
        Call::Zero(|rt, _| enable(rt, true)),
    ),
    NativeDef::new(
        "freeze",
        "($module, /)",
        Call::Zero(|rt, _| {
            let count = hognose_heap::tracked_objects().len();
            with(rt, |state| state.frozen = count);
            Ok(Value::NONE)
        }),
    ),
    NativeDef::new(
        "get_count",
        "($module, /)",
        Call::Zero(|rt, _| Ok(rt.tuple([rt.int(0), rt.int(0), rt.int(0)]).into_value())),
    ),
    NativeDef::new(
        "get_debug",
        "($module, /)",
        Call::Zero(|rt, _| Ok(rt.int(with(rt, |state| state.debug)))),
    ),
    NativeDef::new(
        "get_freeze_count",
        "($module, /)",
        Call::Zero(|rt, _| Ok(rt.int_from_usize(with(rt, |state| state.frozen)))),
    ),
    NativeDef::new(
        "get_objects",
        "($module, /, generation=None)",
        Call::Many(get_objects),
    ),
    NativeDef::new("get_referents", "", Call::Many(get_referents)),
    NativeDef::new("get_referrers", "", Call::Many(get_referrers)),
    NativeDef::new("get_stats", "($module, /)", Call::Zero(get_stats)),
    NativeDef::new(
        "get_threshold",
        "($module, /)",
        Call::Zero(|rt, _| {
            let all = with(rt, |state| state.thresholds);
            Ok(rt.tuple(all.map(|n| rt.int(n))).into_value())
        }),
    ),
    NativeDef::new(
        "is_finalized",
        "($module, obj, /)",
        Call::One(|_, _, v| {
            Ok(Value::bool(v.header().is_some_and(|h| {
                h.flags() & hognose_heap::flags::FINALIZED != 0
            })))
        }),
    ),
    NativeDef::new(
        "is_tracked",
        "($module, obj, /)",
        Call::One(|rt, _, v| Ok(Value::bool(is_tracked(rt, v)))),
    ),
    NativeDef::new(
        "isenabled",
        "($module, /)",
        Call::Zero(|rt, _| Ok(Value::bool(with(rt, |state| state.enabled)))),
    ),
    NativeDef::new(
        "set_debug",
        "($module, flags, /)",
        Call::One(|rt, _, flags| {
            let flags = rt.index_i64(flags)?;
            with(rt, |state| state.debug = flags);
            Ok(Value::NONE)
        }),
    ),
    NativeDef::new("set_threshold", "", Call::Many(set_threshold)),
    NativeDef::new(
        "unfreeze",
        "($module, /)",
        Call::Zero(|rt, _| {
            with(rt, |state| state.frozen = 0);
            Ok(Value::NONE)
        }),
    ),
];

fn enable(rt: &Rt, on: bool) -> PyResult {
    with(rt, |state| {
        state.enabled = on;
        state.apply();
    });
    Ok(Value::NONE)
}

fn set_threshold(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.parsed_tuple("set_threshold", args, 1, 3)?;
    let mut all = with(rt, |state| state.thresholds);
    for (place, value) in all.iter_mut().zip(given) {
        *place = rt.index_i64(value)?;
    }
    with(rt, |state| {
        state.thresholds = all;
        state.apply();
    });
    Ok(Value::NONE)
}

fn generation(rt: &Rt, value: Option<&Value>) -> PyResult<usize> {
    let Some(value) = value else { return Ok(2) };
    let number = rt.index_i64(value)?;
    usize::try_from(number)
        .ok()
        .filter(|&g| g < 3)
        .ok_or_else(|| rt.value_error("invalid generation"))
}

fn collect(rt: &Rt, module: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "collect",
        params: &["generation"],
        positional_only: 0,
        positional: 1,
        required: 0,
    };
    let [given] = rt.bind(&SIGNATURE, args)?;
    let generation = generation(rt, given)?;
    let attribute = |name: &str| rt.getattr_str(module, name).ok();
    let callbacks = attribute("callbacks");
    announce(rt, callbacks.as_ref(), "start", generation, 0);
    rt.method_cache.clear();
    let save = with(rt, |state| state.debug & DEBUG_SAVEALL != 0);
    let (mut found, mut saved) = (0, Vec::new());
    hognose_heap::collect_with(&mut |garbage| {
        // CPython does not track code objects.
        let counted = garbage
            .iter()
            .filter(|v| v.downcast_ref::<Code>().is_none());
        found = counted.clone().count();
        if save {
            saved = counted.cloned().collect();
        }
        !save
    });
    if let Some(list) = attribute("garbage")
        && let Some(list) = list.downcast_ref::<List>()
    {
        list.items.borrow_mut().append(&mut saved);
    }
    with(rt, |state| {
        state.collections[generation] += 1;
        state.collected[generation] += found as i64;
        // What survives a collection of its generation is in the next one.
        if let Some(ages) = &mut state.ages {
            let old = std::mem::take(ages);
            ages.extend(hognose_heap::tracked_objects().iter().map(|object| {
                let age = old.get(&object.bits()).copied().unwrap_or(0);
                let grown = if age <= generation {
                    (generation + 1).min(2)
                } else {
                    age
                };
                (object.bits(), grown)
            }));
        }
    });
    // What is made after a collection that was asked for is looked at soon, as CPython's youngest generation is.
    hognose_heap::due_in(SOON);
    announce(rt, callbacks.as_ref(), "stop", generation, found);
    Ok(rt.int_from_usize(found))
}

/// Calls `gc.callbacks` (`invoke_gc_callback`).
fn announce(rt: &Rt, callbacks: Option<&Value>, phase: &str, generation: usize, collected: usize) {
    let Some(list) = callbacks.and_then(Value::downcast_ref::<List>) else {
        return;
    };
    if list.is_empty() {
        return;
    }
    let info = rt.dict_from([
        ("generation", rt.int_from_usize(generation)),
        ("collected", rt.int_from_usize(collected)),
        ("uncollectable", rt.int(0)),
    ]);
    let args = [rt.str(phase).into_value(), info.into_value()];
    let mut i = 0;
    while let Some(callback) = list.get(i) {
        if let Err(raised) = rt.call(&callback, &args) {
            (rt.unraisable.get())(rt, &raised, "", &callback);
        }
        i += 1;
    }
}

fn get_stats(rt: &Rt, _: &Value) -> PyResult {
    let (collections, collected) = with(rt, |state| (state.collections, state.collected));
    let one = |i: usize| {
        let items = [
            ("collections", rt.int(collections[i])),
            ("collected", rt.int(collected[i])),
            ("uncollectable", rt.int(0)),
        ];
        rt.dict_from(items).into_value()
    };
    Ok(rt.list(vec![one(0), one(1), one(2)]).into_value())
}

fn is_tracked(rt: &Rt, value: &Value) -> bool {
    let Some(header) = value.header() else {
        return false;
    };
    if let Some(ty) = value.downcast_ref::<TypeObj>() {
        return ty.has(type_flags::HEAP);
    }
    let ty = rt.type_of(value);
    if ty.has(type_flags::HEAP) {
        return true;
    }
    header.flags() & hognose_heap::flags::GC != 0 && !ty.same(&rt.types.object)
}

fn get_objects(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "get_objects",
        params: &["generation"],
        positional_only: 0,
        positional: 1,
        required: 0,
    };
    let [given] = rt.bind(&SIGNATURE, args)?;
    if let Some(given) = given.filter(|v| !v.is_none()) {
        let number = rt.index_i64(given)?;
        if number >= 3 {
            return Err(rt.value_error(
                "generation parameter must be less than the number of available generations (3)",
            ));
        }
        if number < 0 {
            return Err(rt.value_error("generation parameter cannot be negative"));
        }
        let mut objects = hognose_heap::tracked_objects();
        with(rt, |state| {
            let ages = state.ages.get_or_insert_default();
            objects.retain(|object| {
                let age = ages.get(&object.bits()).copied().unwrap_or(0);
                age == number as usize
            });
        });
        return Ok(rt.list(objects).into_value());
    }
    Ok(rt.list(hognose_heap::tracked_objects()).into_value())
}

/// What the object holds that is no cell of the heap: numbers and singletons.
fn immediates(value: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    let mut add = |item: &Value| {
        if item.header().is_none() {
            found.push(item.clone());
        }
    };
    if let Some(list) = value.downcast_ref::<List>() {
        list.items.borrow().iter().for_each(add);
    } else if let Some(tuple) = value.downcast_ref::<Tuple>() {
        tuple.items().for_each(|item| add(&item));
    } else if let Some(dict) = value.downcast_ref::<Dict>() {
        for (key, item) in dict.table.borrow().iter() {
            add(key);
            add(item);
        }
    } else if let Some(set) = value.downcast_ref::<Set>() {
        let table = set.table.borrow();
        let mut at = 0;
        while let Some((place, item)) = table.next_from(at) {
            add(item);
            at = place + 1;
        }
    }
    found
}

fn get_referents(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let mut found = Vec::new();
    for value in args.positional() {
        found.extend(hognose_heap::referents(value));
        found.extend(immediates(value));
    }
    Ok(rt.list(found).into_value())
}

fn get_referrers(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let targets = args.positional();
    let refers = |v: &Value| {
        let held = hognose_heap::referents(v);
        held.iter().any(|r| targets.iter().any(|t| t.is(r)))
    };
    let all = hognose_heap::tracked_objects();
    Ok(rt
        .list(all.into_iter().filter(refers).collect())
        .into_value())
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("gc", FUNCTIONS);
    for (name, bit) in [
        ("DEBUG_STATS", 1),
        ("DEBUG_COLLECTABLE", 2),
        ("DEBUG_UNCOLLECTABLE", 4),
        ("DEBUG_SAVEALL", DEBUG_SAVEALL),
        ("DEBUG_LEAK", 38),
    ] {
        module.set(rt, name, rt.int(bit));
    }
    module.set(rt, "callbacks", rt.list(Vec::new()));
    module.set(rt, "garbage", rt.list(Vec::new()));
    Ok(module)
}
