//! `gc`: the cycle collector's face.

use hognose_object::module::Module;
use hognose_object::{Args, Call, NativeDef, PyResult, Ref, Rt, Value};

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "collect",
        "($module, /, generation=2)",
        Call::Many(|rt, _, _| {
            rt.method_cache.clear();
            Ok(rt.int_from_usize(hognose_heap::collect()))
        }),
    ),
    NativeDef::new(
        "disable",
        "($module, /)",
        Call::Zero(|rt, _| {
            let old = hognose_heap::threshold();
            if old != 0 {
                rt.module_state.borrow_mut().insert("gc", Box::new(old));
            }
            hognose_heap::set_threshold(0);
            Ok(Value::NONE)
        }),
    ),
    NativeDef::new(
        "enable",
        "($module, /)",
        Call::Zero(|rt, _| {
            let old = rt
                .module_state
                .borrow()
                .get("gc")
                .and_then(|s| s.downcast_ref::<usize>().copied());
            if hognose_heap::threshold() == 0 {
                hognose_heap::set_threshold(old.unwrap_or(1));
            }
            Ok(Value::NONE)
        }),
    ),
    NativeDef::new("freeze", "($module, /)", Call::Zero(|_, _| Ok(Value::NONE))),
    NativeDef::new(
        "get_count",
        "($module, /)",
        Call::Zero(|rt, _| {
            let zero = || rt.int(0);
            Ok(rt.tuple([zero(), zero(), zero()]).into_value())
        }),
    ),
    NativeDef::new(
        "get_debug",
        "($module, /)",
        Call::Zero(|rt, _| Ok(rt.int(0))),
    ),
    NativeDef::new(
        "get_freeze_count",
        "($module, /)",
        Call::Zero(|rt, _| Ok(rt.int(0))),
    ),
    NativeDef::new(
        "get_objects",
        "($module, /, generation=None)",
        Call::Many(|rt, _, _| Ok(rt.list(hognose_heap::tracked_objects()).into_value())),
    ),
    NativeDef::new("get_referents", "", Call::Many(get_referents)),
    NativeDef::new("get_referrers", "", Call::Many(get_referrers)),
    NativeDef::new(
        "get_stats",
        "($module, /)",
        Call::Zero(|rt, _| {
            let run = hognose_heap::stats().collections as i64;
            let one = |n: i64| {
                let items = [
                    ("collections", rt.int(n)),
                    ("collected", rt.int(0)),
                    ("uncollectable", rt.int(0)),
                ];
                rt.dict_from(items).into_value()
            };
            Ok(rt.list(vec![one(0), one(0), one(run)]).into_value())
        }),
    ),
    NativeDef::new(
        "get_threshold",
        "($module, /)",
        Call::Zero(|rt, _| Ok(rt.tuple([rt.int(700), rt.int(10), rt.int(10)]).into_value())),
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
        Call::One(|_, _, v| {
            Ok(Value::bool(
                v.header()
                    .is_some_and(|h| h.flags() & hognose_heap::flags::GC != 0),
            ))
        }),
    ),
    NativeDef::new(
        "isenabled",
        "($module, /)",
        Call::Zero(|_, _| Ok(Value::bool(hognose_heap::threshold() != 0))),
    ),
    NativeDef::new(
        "set_debug",
        "($module, flags, /)",
        Call::One(|_, _, _| Ok(Value::NONE)),
    ),
    NativeDef::new("set_threshold", "", Call::Many(|_, _, _| Ok(Value::NONE))),
    NativeDef::new(
        "unfreeze",
        "($module, /)",
        Call::Zero(|_, _| Ok(Value::NONE)),
    ),
];

fn get_referents(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let found = args
        .positional()
        .iter()
        .flat_map(hognose_heap::referents)
        .collect();
    Ok(rt.list(found).into_value())
}

fn get_referrers(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let targets = args.positional();
    let refers = |v: &Value| {
        hognose_heap::referents(v)
            .iter()
            .any(|r| targets.iter().any(|t| t.is(r)))
    };
    Ok(rt
        .list(
            hognose_heap::tracked_objects()
                .into_iter()
                .filter(refers)
                .collect(),
        )
        .into_value())
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("gc", FUNCTIONS);
    for (name, bit) in [
        ("DEBUG_STATS", 1),
        ("DEBUG_COLLECTABLE", 2),
        ("DEBUG_UNCOLLECTABLE", 4),
        ("DEBUG_SAVEALL", 32),
        ("DEBUG_LEAK", 38),
    ] {
        module.set(rt, name, rt.int(bit));
    }
    module.set(rt, "callbacks", rt.list(Vec::new()));
    module.set(rt, "garbage", rt.list(Vec::new()));
    Ok(module)
}
