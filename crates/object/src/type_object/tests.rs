//! Making classes, attribute look-up on them, checks of instances.

use crate::CompareOp;
use crate::native::{Args, Call, NativeDef};
use crate::ops::BinaryOp;
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::type_::{TypeObj, type_flags};
use hognose_heap::{Ref, Value};

fn class(
    rt: &Rt,
    name: &str,
    bases: &[&Ref<TypeObj>],
    body: &[(&str, Value)],
) -> PyResult<Ref<TypeObj>> {
    let namespace = rt.dict();
    for (key, value) in body {
        namespace.set_str(rt, &rt.intern(key), value.clone());
    }
    let bases: Vec<_> = bases.iter().map(|b| (*b).clone()).collect();
    let made = rt.new_class(name, &bases, &namespace)?;
    Ok(Ref::try_from(made).expect("a class is a type"))
}

/// A method: a native function that takes `self` among its arguments and binds like a Python function.
fn method(rt: &Rt, def: &'static NativeDef) -> Value {
    rt.alloc(
        &rt.types.method_descriptor,
        crate::descriptor::MethodDescriptor {
            def,
            owner: rt.types.object.clone(),
        },
    )
    .into_value()
}

fn message(rt: &Rt, result: PyResult<impl Sized>) -> String {
    match result {
        Ok(_) => "no error".to_owned(),
        Err(raised) => {
            let name = rt.type_name(&raised.0);
            format!("{name}: {}", rt.exception_text(&raised.0))
        }
    }
}

#[test]
fn special_methods_fill_slots_and_wrappers_show_them() {
    static ADD: NativeDef = NativeDef::new("m", "", Call::One(|rt, _, _| Ok(rt.int(41))));
    static LEN: NativeDef = NativeDef::new("m", "", Call::Zero(|rt, _| Ok(rt.int(3))));
    let rt = Rt::new();
    let a = class(
        &rt,
        "A",
        &[],
        &[
            ("__add__", method(&rt, &ADD)),
            ("__len__", method(&rt, &LEN)),
        ],
    )
    .unwrap();
    let x = rt.call(a.as_value(), &[]).unwrap();
    let sum = rt.binary(BinaryOp::Add, &x, &rt.int(1)).unwrap();
    assert_eq!(sum.as_small_int(), Some(41));
    assert_eq!(rt.len(&x).unwrap(), 3);
    let b = class(&rt, "B", &[&a], &[]).unwrap();
    let y = rt.call(b.as_value(), &[]).unwrap();
    assert_eq!(rt.len(&y).unwrap(), 3);
    assert_eq!(
        message(&rt, rt.binary(BinaryOp::Sub, &y, &x)),
        "TypeError: unsupported operand type(s) for -: 'B' and 'A'"
    );
    // Assigning to the base reaches the subclass.
    rt.setattr(a.as_value(), &rt.names.sub_, Some(&method(&rt, &ADD)))
        .unwrap();
    assert!(rt.binary(BinaryOp::Sub, &y, &x).is_ok());
    rt.setattr(a.as_value(), &rt.names.len_, None).unwrap();
    assert_eq!(
        message(&rt, rt.len(&y)),
        "TypeError: object of type 'B' has no len()"
    );
    let wrapper = rt
        .getattr_str(rt.types.object.as_value(), "__eq__")
        .unwrap();
    assert_eq!(
        &*rt.repr(&wrapper).unwrap().to_str(),
        "<slot wrapper '__eq__' of 'object' objects>"
    );
    assert_eq!(
        message(&rt, rt.call(&wrapper, &[])),
        "TypeError: descriptor '__eq__' of 'object' object needs an argument"
    );
}

#[test]
fn equality_without_hash_makes_unhashable() {
    static EQ: NativeDef = NativeDef::new("m", "", Call::One(|_, _, _| Ok(Value::TRUE)));
    let rt = Rt::new();
    let a = class(&rt, "A", &[], &[("__eq__", method(&rt, &EQ))]).unwrap();
    let x = rt.call(a.as_value(), &[]).unwrap();
    assert_eq!(message(&rt, rt.hash(&x)), "TypeError: unhashable type: 'A'");
    assert!(rt.compare_bool(&x, &rt.int(1), CompareOp::Eq).unwrap());
    assert!(!rt.compare_bool(&x, &rt.int(1), CompareOp::Ne).unwrap());
}

#[test]
fn layouts_and_orders_conflict_as_in_cpython() {
    let rt = Rt::new();
    let t = &rt.types;
    let a = class(&rt, "A", &[], &[]).unwrap();
    let b = class(&rt, "B", &[&a], &[]).unwrap();
    assert_eq!(
        message(&rt, class(&rt, "C", &[&a, &b], &[])),
        "TypeError: Cannot create a consistent method resolution\norder (MRO) for bases A, B"
    );
    assert_eq!(
        message(&rt, class(&rt, "C", &[&t.int, &t.str], &[])),
        "TypeError: multiple bases have instance lay-out conflict"
    );
    assert_eq!(
        message(&rt, class(&rt, "C", &[&t.bool], &[])),
        "TypeError: type 'bool' is not an acceptable base type"
    );
    assert_eq!(
        message(&rt, class(&rt, "C", &[&a, &a], &[])),
        "TypeError: duplicate base class A"
    );
    assert!(class(&rt, "C", &[&t.value_error, &t.key_error], &[]).is_ok());
    assert!(class(&rt, "C", &[&t.os_error, &t.key_error], &[]).is_ok());
    assert_eq!(
        message(&rt, class(&rt, "C", &[&t.os_error, &t.stop_iteration], &[])),
        "TypeError: multiple bases have instance lay-out conflict"
    );
    let c = class(&rt, "C", &[&b, &t.dict], &[]).unwrap();
    assert!(c.has(type_flags::HAS_DICT));
}

#[test]
fn slots_hold_values_by_place() {
    let rt = Rt::new();
    let names = |row: &[&str]| {
        let row: Vec<Value> = row.iter().map(|n| rt.intern(n).into_value()).collect();
        rt.tuple(row).into_value()
    };
    for base in [&rt.types.object, &rt.types.list] {
        let a = class(&rt, "A", &[base], &[("__slots__", names(&["y", "x"]))]).unwrap();
        let b = class(&rt, "B", &[&a], &[("__slots__", names(&["__z"]))]).unwrap();
        let c = class(&rt, "C", &[&b], &[]).unwrap();
        let v = rt.call(c.as_value(), &[]).unwrap();
        for (i, name) in ["x", "y", "_B__z", "free"].into_iter().enumerate() {
            rt.setattr(&v, &rt.intern(name), Some(&rt.int(i as i64)))
                .unwrap();
        }
        for (i, name) in ["x", "y", "_B__z", "free"].into_iter().enumerate() {
            let got = rt.getattr_str(&v, name).unwrap();
            assert_eq!(got.as_small_int(), Some(i as i64), "{name}");
        }
        let w = rt.call(a.as_value(), &[]).unwrap();
        assert_eq!(
            message(&rt, rt.getattr_str(&w, "x")),
            "AttributeError: 'A' object has no attribute 'x'"
        );
        assert!(
            rt.setattr(&w, &rt.intern("free"), Some(&Value::NONE))
                .is_err()
        );
    }
}

#[test]
fn calling_object_with_arguments_is_an_error() {
    let rt = Rt::new();
    let a = class(&rt, "A", &[], &[]).unwrap();
    let one = [rt.int(1)];
    assert_eq!(
        message(&rt, rt.call(a.as_value(), &one)),
        "TypeError: A() takes no arguments"
    );
    assert_eq!(
        message(&rt, rt.call(rt.types.object.as_value(), &one)),
        "TypeError: object() takes no arguments"
    );
    let new = rt
        .getattr_str(rt.types.object.as_value(), "__new__")
        .unwrap();
    assert_eq!(
        message(&rt, rt.call(&new, &[rt.types.dict.as_value().clone()])),
        "TypeError: object.__new__(dict) is not safe, use dict.__new__()"
    );
    assert!(message(&rt, rt.call(rt.types.function.as_value(), &[])).starts_with("TypeError"));
}

#[test]
fn exceptions_carry_their_fields() {
    let rt = Rt::new();
    let t = &rt.types;
    let e = rt.raise_with(
        &t.os_error,
        &[
            rt.int(2),
            rt.str("gone").into_value(),
            rt.str("f").into_value(),
        ],
    );
    assert!(e.is(&rt, &t.file_not_found_error));
    let filename = rt.getattr_str(&e.0, "filename").unwrap();
    assert!(filename.downcast_ref::<Str>().unwrap().is_text("f"));
    let stop = rt.stop_iteration(rt.int(5));
    assert_eq!(rt.stop_iteration_value(&stop).as_small_int(), Some(5));
    let x = rt.int(1);
    let missing = rt.getattr_str(&x, "nope").unwrap_err();
    let name = rt.getattr_str(&missing.0, "name").unwrap();
    assert!(name.downcast_ref::<Str>().unwrap().is_text("nope"));
    let group = rt
        .call(
            t.base_exception_group.as_value(),
            &[
                rt.str("g").into_value(),
                rt.list(vec![stop.0.clone(), missing.0]).into_value(),
            ],
        )
        .unwrap();
    assert_eq!(rt.type_name(&group), "ExceptionGroup");
    assert_eq!(rt.exception_text(&group), "g (2 sub-exceptions)");
    let (matching, rest) = rt
        .except_star_match(&group, t.stop_iteration.as_value())
        .unwrap();
    assert_eq!(
        rt.group_members(&matching.unwrap()).map(|m| m.len()),
        Some(1)
    );
    assert_eq!(rt.group_members(&rest.unwrap()).map(|m| m.len()), Some(1));
}

#[test]
fn weak_references_die_and_call_back() {
    static NOTE: NativeDef = NativeDef::new(
        "note",
        "",
        Call::One(|rt, module, reference| {
            let alive = rt.call(reference, &[])?;
            rt.setattr(
                module,
                &rt.intern("seen"),
                Some(&Value::bool(alive.is_none())),
            )?;
            Ok(Value::NONE)
        }),
    );
    let rt = Rt::new();
    let a = class(&rt, "A", &[], &[]).unwrap();
    let x = rt.call(a.as_value(), &[]).unwrap();
    let module = rt.module("m");
    let callback = rt
        .bind_native(&NOTE, module.as_value().clone())
        .into_value();
    let weak = rt
        .call(rt.types.weakref.as_value(), &[x.clone(), callback])
        .unwrap();
    assert!(rt.call(&weak, &[]).unwrap().is(&x));
    drop(x);
    assert!(rt.call(&weak, &[]).unwrap().is_none());
    let seen = rt.getattr_str(module.as_value(), "seen").unwrap();
    assert!(seen.is(&Value::TRUE));
    assert_eq!(
        message(&rt, rt.weak_reference(&rt.types.weakref, &rt.int(1), None)),
        "TypeError: cannot create weak reference to 'int' object"
    );
}

#[test]
fn finalisers_run_at_the_last_reference() {
    static DEL: NativeDef = NativeDef::new(
        "d",
        "",
        Call::Zero(|rt, _| {
            rt.builtins
                .set_str(rt, &rt.intern("finalised"), Value::TRUE);
            Ok(Value::NONE)
        }),
    );
    let rt = Rt::new();
    let a = class(&rt, "A", &[], &[("__del__", method(&rt, &DEL))]).unwrap();
    let x = rt.call(a.as_value(), &[]).unwrap();
    assert!(rt.builtins.get_str(&rt, &rt.intern("finalised")).is_none());
    drop(x);
    assert!(rt.builtins.get_str(&rt, &rt.intern("finalised")).is_some());
}

#[test]
fn native_arguments_reach_init_subclass() {
    let rt = Rt::new();
    let namespace = rt.dict().into_value();
    let args = [
        rt.str("A").into_value(),
        rt.tuple([]).into_value(),
        namespace,
        rt.int(1),
    ];
    let names = [rt.intern("wrong").into_value()];
    let made = rt.call_args(rt.types.type_.as_value(), &Args::with_names(&args, &names));
    assert_eq!(
        message(&rt, made),
        "TypeError: A.__init_subclass__() takes no keyword arguments"
    );
}
