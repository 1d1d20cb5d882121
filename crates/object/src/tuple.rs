//! `tuple` and `list`: their payloads and what Rust code does with them.

use crate::kinds;
use crate::rt::Rt;
use crate::type_::TypeObj;
use hognose_heap::{Kind, Payload, Ref, Trace, Value, ValueCell, Var, VarHead, Visitor, alloc_var};
use std::cell::{Cell, RefCell};

/// What stands before a tuple's items.
pub struct TupleHead {
    /// The hash once computed, 0 before.
    pub hash: Cell<i64>,
}

impl VarHead for TupleHead {
    const KIND: Kind = kinds::TUPLE;
    const CLEARS: bool = false;
}

/// The payload of `tuple`; every slot is filled once it is visible.
pub type Tuple = Var<TupleHead>;

/// Read access to a tuple's items.
pub trait TupleExt {
    fn item(&self, index: usize) -> Option<Value>;
    fn items(&self) -> impl ExactSizeIterator<Item = Value> + DoubleEndedIterator;
    fn to_vec(&self) -> Vec<Value>;
}

impl TupleExt for Tuple {
    #[inline]
    fn item(&self, index: usize) -> Option<Value> {
        self.slots().get(index).and_then(ValueCell::get)
    }

    fn items(&self) -> impl ExactSizeIterator<Item = Value> + DoubleEndedIterator {
        self.slots()
            .iter()
            .map(|slot| slot.get().unwrap_or(Value::NONE))
    }

    fn to_vec(&self) -> Vec<Value> {
        self.items().collect()
    }
}

/// The payload of `list`.
pub struct List {
    /// The items; borrowed only while no Python code can run.
    pub items: RefCell<Vec<Value>>,
}

impl Payload for List {
    const KIND: Kind = kinds::LIST;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.items.trace(visitor);
    }

    fn clear(&self) {
        if let Ok(mut items) = self.items.try_borrow_mut() {
            let old = std::mem::take(&mut *items);
            drop(items);
            drop(old);
        }
    }
}

impl List {
    pub fn len(&self) -> usize {
        self.items.borrow().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn get(&self, index: usize) -> Option<Value> {
        self.items.borrow().get(index).cloned()
    }

    pub fn push(&self, value: Value) {
        self.items.borrow_mut().push(value);
    }

    /// The items as they are now: for loops whose body may change the list.
    pub fn snapshot(&self) -> Vec<Value> {
        self.items.borrow().clone()
    }
}

impl Rt {
    /// A tuple of the items; the empty one is always the same.
    pub fn tuple(
        &self,
        items: impl IntoIterator<Item = Value, IntoIter: ExactSizeIterator>,
    ) -> Ref<Tuple> {
        let items = items.into_iter();
        if items.len() == 0
            && let Some(empty) = self.empty_tuple()
        {
            return empty;
        }
        self.tuple_of(&self.types.tuple, items)
    }

    /// A tuple of a subclass (or the first empty one).
    pub fn tuple_of(
        &self,
        ty: &Ref<TypeObj>,
        items: impl IntoIterator<Item = Value, IntoIter: ExactSizeIterator>,
    ) -> Ref<Tuple> {
        let items = items.into_iter();
        let head = TupleHead { hash: Cell::new(0) };
        let made = alloc_var(
            Some(ty.as_value()),
            ty.tail_slots(),
            head,
            items.len(),
            items,
        );
        ty.finish_instance(made.as_value());
        made
    }

    pub fn list(&self, items: Vec<Value>) -> Ref<List> {
        self.alloc(
            &self.types.list,
            List {
                items: RefCell::new(items),
            },
        )
    }
}
