//! Instances of Python classes: attributes in slots addressed by shape.
//!
//! A shape is a list of attribute names in the order they were set; every instance that got the same names in the
//! same order has the same shape, whatever its class. When somebody asks for `__dict__`, or deletes an attribute, the
//! attributes move into a real dict and stay there: the instance is then in dict mode ([`Shapes::DICT`]).

use crate::dict::Dict;
use crate::kinds;
use crate::rt::Rt;
use crate::str_::Str;
use crate::type_::{TypeObj, type_flags};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, ValueCell, Var, VarHead, Visitor, alloc_var};
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;

/// The number of a shape.
pub type ShapeId = u32;

/// What stands before an instance's slots: `__slots__` members first, then attributes by shape.
pub struct InstHead {
    pub shape: Cell<ShapeId>,
    /// How many of the slots are `__slots__` members.
    pub members: u32,
    extra: OnceCell<Box<Extra>>,
}

/// What few instances need.
#[derive(Default)]
struct Extra {
    /// The dict of an instance in dict mode.
    dict: ValueCell,
    /// Attributes past the slots that the instance was made with.
    overflow: RefCell<Vec<Option<Value>>>,
}

impl VarHead for InstHead {
    const KIND: Kind = kinds::INSTANCE;
    const CLEARS: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        if let Some(extra) = self.extra.get() {
            extra.dict.trace(visitor);
            extra.overflow.trace(visitor);
        }
    }

    fn clear(&self) {
        if let Some(extra) = self.extra.get() {
            extra.dict.set(None);
            if let Ok(mut row) = extra.overflow.try_borrow_mut() {
                let old = std::mem::take(&mut *row);
                drop(row);
                drop(old);
            }
        }
    }
}

/// The payload of instances of Python classes.
pub type Instance = Var<InstHead>;

/// The payload of `object()` itself and of other things without state.
pub struct Plain;

impl Payload for Plain {
    const KIND: Kind = kinds::PLAIN;
    const GC: bool = false;
}

struct Shape {
    names: Vec<Ref<Str>>,
    /// Slot by the name's word; names are interned.
    places: HashMap<u64, u32, rustc_hash::FxBuildHasher>,
    next: RefCell<HashMap<u64, ShapeId, rustc_hash::FxBuildHasher>>,
}

/// All shapes of the process.
pub struct Shapes {
    all: RefCell<Vec<Shape>>,
}

/// More attributes than that make a dict.
const MOST_ATTRIBUTES: usize = 64;
/// A shape from which more transitions than that lead is used like a dict: its instances become dicts.
const MOST_TRANSITIONS: usize = 512;

impl Shapes {
    /// The shape without attributes.
    pub const EMPTY: ShapeId = 0;
    /// No shape: the attributes are in a dict.
    pub const DICT: ShapeId = u32::MAX;

    pub(crate) fn new() -> Shapes {
        let root = Shape {
            names: Vec::new(),
            places: HashMap::default(),
            next: RefCell::default(),
        };
        Shapes {
            all: RefCell::new(vec![root]),
        }
    }

    /// The slot of an attribute.
    #[inline]
    pub fn place(&self, shape: ShapeId, name: &Ref<Str>) -> Option<u32> {
        self.all
            .borrow()
            .get(shape as usize)?
            .places
            .get(&name.as_value().bits())
            .copied()
    }

    /// The names, in slot order.
    pub fn names(&self, shape: ShapeId) -> Vec<Ref<Str>> {
        self.all
            .borrow()
            .get(shape as usize)
            .map(|s| s.names.clone())
            .unwrap_or_default()
    }

    /// How many attributes the shape has.
    pub fn count(&self, shape: ShapeId) -> usize {
        self.all
            .borrow()
            .get(shape as usize)
            .map_or(0, |s| s.names.len())
    }

    /// The shape with one attribute more; `None` if that must be a dict.
    pub fn with(&self, shape: ShapeId, name: &Ref<Str>) -> Option<ShapeId> {
        let mut all = self.all.borrow_mut();
        let new = all.len() as ShapeId;
        let from = all.get(shape as usize)?;
        let word = name.as_value().bits();
        if let Some(&next) = from.next.borrow().get(&word) {
            return Some(next);
        }
        if from.names.len() >= MOST_ATTRIBUTES || from.next.borrow().len() >= MOST_TRANSITIONS {
            return None;
        }
        from.next.borrow_mut().insert(word, new);
        let mut names = from.names.clone();
        let mut places = from.places.clone();
        places.insert(word, names.len() as u32);
        names.push(name.clone());
        all.push(Shape {
            names,
            places,
            next: RefCell::default(),
        });
        Some(new)
    }
}

/// Attribute access by shape.
pub trait InstanceExt {
    /// Slots for attributes that the instance was made with.
    fn capacity(&self) -> usize;
    fn slot(&self, place: usize) -> Option<Value>;
    fn set_slot(&self, rt: &Rt, place: usize, value: Option<Value>) -> Option<Value>;
    /// The attribute from the instance alone (its `__dict__`, not its class). The name is interned.
    fn own_attr(&self, rt: &Rt, name: &Ref<Str>) -> Option<Value>;
    /// Sets the attribute on the instance alone.
    fn set_own_attr(&self, rt: &Rt, name: &Ref<Str>, value: Value);
    /// Deletes the attribute; false if there is none.
    fn delete_own_attr(&self, rt: &Rt, name: &Ref<Str>) -> bool;
    /// The `__dict__`, to which the instance changes over.
    fn to_dict(&self, rt: &Rt) -> Ref<Dict>;
    /// The dict, if the instance is in dict mode.
    fn dict(&self) -> Option<Ref<Dict>>;
    /// Puts another dict in place of the attributes.
    fn set_dict(&self, dict: Ref<Dict>);
    /// The attributes' names and values, in order.
    fn own_attrs(&self, rt: &Rt) -> Vec<(Value, Value)>;
}

impl InstanceExt for Instance {
    #[inline]
    fn capacity(&self) -> usize {
        self.len() - self.head.members as usize
    }

    #[inline]
    fn slot(&self, place: usize) -> Option<Value> {
        match self.slots().get(self.head.members as usize + place) {
            Some(slot) => slot.get(),
            None => self
                .head
                .extra
                .get()?
                .overflow
                .borrow()
                .get(place - self.capacity())?
                .clone(),
        }
    }

    fn set_slot(&self, _rt: &Rt, place: usize, value: Option<Value>) -> Option<Value> {
        match self.slots().get(self.head.members as usize + place) {
            Some(slot) => slot.replace(value),
            None => {
                let mut row = self
                    .head
                    .extra
                    .get_or_init(Box::default)
                    .overflow
                    .borrow_mut();
                let at = place - self.capacity();
                if row.len() <= at {
                    row.resize(at + 1, None);
                }
                std::mem::replace(&mut row[at], value)
            }
        }
    }

    fn own_attr(&self, rt: &Rt, name: &Ref<Str>) -> Option<Value> {
        match rt.shapes.place(self.head.shape.get(), name) {
            Some(place) => self.slot(place as usize),
            None => self.dict()?.get_str(rt, name),
        }
    }

    fn set_own_attr(&self, rt: &Rt, name: &Ref<Str>, value: Value) {
        let shape = self.head.shape.get();
        if shape != Shapes::DICT {
            if let Some(place) = rt.shapes.place(shape, name) {
                drop(self.set_slot(rt, place as usize, Some(value)));
                return;
            }
            if let Some(next) = rt.shapes.with(shape, name) {
                if let Some(place) = rt.shapes.place(next, name) {
                    self.head.shape.set(next);
                    drop(self.set_slot(rt, place as usize, Some(value)));
                }
                return;
            }
        }
        drop(self.to_dict(rt).set_str(rt, name, value));
    }

    fn delete_own_attr(&self, rt: &Rt, name: &Ref<Str>) -> bool {
        if self.own_attr(rt, name).is_none() {
            return false;
        }
        self.to_dict(rt).remove_str(rt, name).is_some()
    }

    fn to_dict(&self, rt: &Rt) -> Ref<Dict> {
        if let Some(dict) = self.dict() {
            return dict;
        }
        let dict = rt.dict();
        for (place, name) in rt.shapes.names(self.head.shape.get()).iter().enumerate() {
            if let Some(value) = self.set_slot(rt, place, None) {
                dict.set_str(rt, name, value);
            }
        }
        self.set_dict(dict.clone());
        dict
    }

    fn dict(&self) -> Option<Ref<Dict>> {
        self.head
            .extra
            .get()?
            .dict
            .get()
            .and_then(|d| Ref::try_from(d).ok())
    }

    fn set_dict(&self, dict: Ref<Dict>) {
        self.head.shape.set(Shapes::DICT);
        self.head
            .extra
            .get_or_init(Box::default)
            .dict
            .set(Some(dict.into_value()));
        for slot in &self.slots()[self.head.members as usize..] {
            slot.set(None);
        }
    }

    fn own_attrs(&self, rt: &Rt) -> Vec<(Value, Value)> {
        match self.dict() {
            Some(dict) => dict.snapshot(),
            None => (rt
                .shapes
                .names(self.head.shape.get())
                .into_iter()
                .enumerate())
            .filter_map(|(place, name)| Some((name.into_value(), self.slot(place)?)))
            .collect(),
        }
    }
}

/// More attributes than are expected that the first instance of a class has room for: often it is the only one.
const ROOM_OF_FIRST: u32 = 6;

impl Rt {
    /// A new instance of a Python class with the instance layout, without attributes.
    #[inline]
    pub fn new_instance(&self, ty: &Ref<TypeObj>) -> Ref<Instance> {
        let shape = if ty.has(type_flags::HAS_DICT) {
            Shapes::EMPTY
        } else {
            Shapes::DICT
        };
        let members = ty.members.get();
        let mut room = ty.expected.get();
        if !ty.has_instances.replace(true) {
            room += ROOM_OF_FIRST;
        }
        let head = InstHead {
            shape: Cell::new(shape),
            members,
            extra: OnceCell::new(),
        };
        let made = alloc_var(Some(ty.as_value()), 0, head, (members + room) as usize, []);
        ty.finish_instance(made.as_value());
        made
    }
}
