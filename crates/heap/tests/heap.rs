//! The heap's promises, seen from outside.

use hognose_heap::{
    Kind, Payload, Ref, Trace, Value, ValueCell, Var, VarHead, Visitor, alloc, alloc_var, collect,
    enter,
};
use std::cell::Cell;
use std::rc::Rc;

struct Node {
    next: ValueCell,
    dropped: Rc<Cell<usize>>,
}

impl Payload for Node {
    const KIND: Kind = Kind(900);
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.next.trace(visitor);
    }

    fn clear(&self) {
        self.next.set(None);
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.dropped.set(self.dropped.get() + 1);
    }
}

struct Row;

impl VarHead for Row {
    const KIND: Kind = Kind(901);
    const CLEARS: bool = true;
}

fn node(dropped: &Rc<Cell<usize>>) -> Ref<Node> {
    alloc(
        None,
        0,
        Node {
            next: ValueCell::empty(),
            dropped: dropped.clone(),
        },
    )
}

#[test]
fn immediates_round_trip() {
    for i in [0, 1, -1, 42, Value::MIN_SMALL, Value::MAX_SMALL] {
        assert_eq!(Value::small_int(i).and_then(|v| v.as_small_int()), Some(i));
    }
    assert!(Value::small_int(i64::MAX).is_none());
    for f in [0.0, 1.0, -1.5, 3.25e10, 1e-70, -1e70, 4.9e-17] {
        let v = Value::immediate_float(f).expect("in range");
        assert_eq!(v.as_immediate_float(), Some(f));
        assert!(!v.is_cell() && !v.is_small_int());
    }
    for f in [
        -0.0,
        f64::NAN,
        f64::INFINITY,
        1e300,
        5e-324,
        f64::from_bits(0x3000_0000_0000_0000),
    ] {
        assert!(Value::immediate_float(f).is_none());
    }
    assert_eq!(size_of::<Option<Value>>(), 8);
}

#[test]
fn the_last_reference_drops() {
    let _key = enter();
    let dropped = Rc::new(Cell::new(0));
    let a = node(&dropped);
    let b = a.clone();
    drop(a);
    assert_eq!(dropped.get(), 0);
    drop(b);
    assert_eq!(dropped.get(), 1);
}

#[test]
fn a_cycle_is_collected_and_what_is_held_lives() {
    let _key = enter();
    let dropped = Rc::new(Cell::new(0));
    let a = node(&dropped);
    let b = node(&dropped);
    a.next.set(Some(b.as_value().clone()));
    b.next.set(Some(a.as_value().clone()));
    collect();
    assert_eq!(dropped.get(), 0);
    drop(b);
    collect();
    assert_eq!(dropped.get(), 0);
    drop(a);
    assert!(collect() >= 2);
    assert_eq!(dropped.get(), 2);
}

#[test]
fn a_long_chain_drops_without_deep_recursion() {
    let _key = enter();
    let dropped = Rc::new(Cell::new(0));
    let mut head = node(&dropped);
    for _ in 0..1_000_000 {
        let next = node(&dropped);
        next.next.set(Some(head.into_value()));
        head = next;
    }
    drop(head);
    assert_eq!(dropped.get(), 1_000_001);
}

#[test]
fn rows_hold_and_release_their_slots() {
    let _key = enter();
    let dropped = Rc::new(Cell::new(0));
    for len in [0, 1, 7, 100, 5000] {
        dropped.set(0);
        let row: Ref<Var<Row>> = alloc_var(
            None,
            0,
            Row,
            len,
            (0..len).map(|_| node(&dropped).into_value()),
        );
        assert_eq!(row.slots().len(), len);
        assert!(row.slots().iter().all(|s| !s.is_empty()));
        drop(row);
        assert_eq!(dropped.get(), len);
    }
}

#[test]
fn a_tail_is_traced_and_released() {
    let _key = enter();
    let dropped = Rc::new(Cell::new(0));
    let a: Ref<Node> = alloc(
        None,
        3,
        Node {
            next: ValueCell::empty(),
            dropped: dropped.clone(),
        },
    );
    a.header().tail()[2].set(Some(a.as_value().clone()));
    a.header().tail()[0].set(Some(node(&dropped).into_value()));
    assert_eq!(a.header().tail().len(), 3);
    drop(a);
    collect();
    assert_eq!(dropped.get(), 2);
}
