//! Containers through the object protocol, without any Python code.

use hognose_object::ops::BinaryOp;
use hognose_object::{CompareOp, Rt, StrExt, Value};

fn show(rt: &Rt, value: &Value) -> String {
    rt.repr(value)
        .map(|s| s.to_str().into_owned())
        .unwrap_or_else(|e| format!("raised {}", rt.type_name(&e.0)))
}

fn ints(rt: &Rt, items: &[i64]) -> Value {
    rt.list(items.iter().map(|&i| rt.int(i)).collect())
        .into_value()
}

#[test]
fn lists_slice_repeat_and_sort() {
    let rt = Rt::new();
    let list = ints(&rt, &[3, 1, 2]);
    rt.call_method(&list, &rt.names.sort, &[]).expect("sorts");
    let slice = rt.slice(Value::NONE, Value::NONE, rt.int(-1)).into_value();
    let back = rt.getitem(&list, &slice).expect("slices");
    assert!(rt.eq(&back, &ints(&rt, &[3, 2, 1])).expect("compares"));
    let twice = rt
        .binary(BinaryOp::Mul, &list, &rt.int(2))
        .expect("repeats");
    assert_eq!(rt.len(&twice).ok(), Some(6));
    assert!(rt.getitem(&list, &rt.int(3)).is_err());
}

#[test]
fn dicts_keep_order_and_survive_deletion() {
    let rt = Rt::new();
    let dict = rt.dict();
    for i in 0..500 {
        dict.set(&rt, &rt.int(i), rt.int(-i)).expect("sets");
    }
    for i in (0..500).step_by(2) {
        assert!(dict.remove(&rt, &rt.int(i)).expect("removes").is_some());
    }
    // Pushing and popping at the end for ever must not fill the index with deleted places.
    for i in 1000..6000 {
        dict.set(&rt, &rt.int(i), Value::NONE).expect("sets");
        assert!(dict.remove(&rt, &rt.int(i)).expect("removes").is_some());
    }
    assert_eq!(dict.len(), 250);
    let keys: Vec<_> = dict
        .snapshot()
        .iter()
        .filter_map(|(k, _)| k.as_small_int())
        .collect();
    assert_eq!(keys, (0..250).map(|i| 2 * i + 1).collect::<Vec<_>>());
}

#[test]
fn sets_iterate_in_cpythons_order() {
    let rt = Rt::new();
    // What CPython 3.12 gives for list({...}) of these.
    for (items, order) in [
        (&[100, 3, 9, 1, 17][..], &[1, 3, 100, 9, 17][..]),
        (&[8, 16, 24, 0, 7], &[0, 7, 8, 16, 24]),
        (&[31, 95, 63, 64, 5, 37], &[64, 5, 37, 31, 95, 63]),
    ] {
        let values: Vec<Value> = items.iter().map(|&i| rt.int(i)).collect();
        let set = rt.set(&values).expect("hashable").into_value();
        let got: Vec<_> = rt
            .collect(&set)
            .expect("iterates")
            .iter()
            .filter_map(Value::as_small_int)
            .collect();
        assert_eq!(got, order, "{items:?}");
    }
}

#[test]
fn ranges_know_their_items() {
    let rt = Rt::new();
    let range = rt.range(rt.int(10), rt.int(0), rt.int(-3));
    let items: Vec<_> = rt
        .collect(&range)
        .expect("iterates")
        .iter()
        .filter_map(Value::as_small_int)
        .collect();
    assert_eq!(items, [10, 7, 4, 1]);
    assert!(rt.contains(&range, &rt.int(4)).expect("asks"));
    assert!(!rt.contains(&range, &rt.int(5)).expect("asks"));
    let other = rt.range(rt.int(10), rt.int(1), rt.int(-3));
    assert!(
        !rt.compare_bool(&range, &other, CompareOp::Eq)
            .expect("compares")
    );
}

#[test]
fn recursive_containers_show_themselves_once() {
    let rt = Rt::new();
    let list = rt.list(Vec::new());
    list.push(list.as_value().clone());
    assert_eq!(show(&rt, list.as_value()), "[[...]]");
    list.items.borrow_mut().clear();
}
