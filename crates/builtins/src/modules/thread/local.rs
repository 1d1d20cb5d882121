//! `_thread._local`: an object whose attributes are each thread's own (PEP 266's `threading.local`).

use crate::kinds;
use hognose_heap::{Kind, Payload, Visitor};
use hognose_object::dict::Dict;
use hognose_object::{
    Args, GetSetDef, Layout, PyResult, Ref, Rt, Slots, TypeObj, TypeSpec, Value, type_flags,
};
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// The dicts of the threads whose turn it is not, by their identities.
type Dicts = RefCell<FxHashMap<u64, Ref<Dict>>>;

/// The object's `__dict__` is that of the thread that used it last.
struct Local {
    current: Cell<u64>,
    others: Rc<Dicts>,
    /// What `__init__` gets in each thread: all values, and the names of the last ones.
    args: RefCell<(Vec<Value>, Vec<Value>)>,
}

impl Payload for Local {
    const KIND: Kind = kinds::LOCAL;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        for dict in self.others.borrow().values() {
            visitor.value(dict.as_value());
        }
        let args = self.args.borrow();
        for value in args.0.iter().chain(&args.1) {
            visitor.value(value);
        }
    }

    fn clear(&self) {
        let dicts = self.others.take();
        let args = self.args.take();
        drop((dicts, args));
    }
}

pub(super) static LOCAL: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::HAS_WEAKREF
        | type_flags::HAS_DICT
        | type_flags::BASETYPE,
    slots: Slots {
        new: Some(new),
        getattro: Some(|rt, this, name| {
            enter(rt, this)?;
            rt.generic_getattr(this, name)
        }),
        setattro: Some(|rt, this, name, value| {
            enter(rt, this)?;
            rt.generic_setattr(this, name, value)
        }),
        ..Slots::NONE
    },
    getset: &[GetSetDef::read("__dict__", |rt, this| {
        enter(rt, this)?;
        Ok(rt
            .own_dict(this)
            .map_or(Value::NONE, |dict| dict.into_value()))
    })],
    ..TypeSpec::new("_thread._local", Layout::Native(kinds::LOCAL))
};

/// Every living local's dicts, for threads that end.
#[derive(Default)]
pub(super) struct Locals(RefCell<Vec<Weak<Dicts>>>);

impl Locals {
    /// Drops what an ended thread left.
    pub(super) fn forget(&self, ident: u64) {
        let living: Vec<Rc<Dicts>> = self.0.borrow().iter().filter_map(Weak::upgrade).collect();
        let gone: Vec<Ref<Dict>> = living
            .iter()
            .filter_map(|dicts| dicts.borrow_mut().remove(&ident))
            .collect();
        drop(gone);
    }

    fn add(&self, dicts: &Rc<Dicts>) {
        let mut all = self.0.borrow_mut();
        if all.len() == all.capacity() {
            all.retain(|dicts| dicts.strong_count() > 0);
        }
        all.push(Rc::downgrade(dicts));
    }
}

fn new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let takes_none = ty
        .slots
        .init
        .get()
        .zip(rt.types.object.slots.init.get())
        .is_none_or(|(own, object)| std::ptr::fn_addr_eq(own, object));
    if takes_none && !args.all_values().is_empty() {
        return Err(rt.type_error("Initialization arguments are not supported"));
    }
    let local = Local {
        current: Cell::new(rt.thread.ident.get()),
        others: Rc::default(),
        args: RefCell::new((args.all_values().to_vec(), args.keyword_names().to_vec())),
    };
    super::state(rt)?.locals.add(&local.others);
    Ok(rt.alloc(ty, local).into_value())
}

/// Puts the running thread's attributes in place; a thread that comes first runs `__init__` (`_ldict`).
fn enter(rt: &Rt, this: &Value) -> PyResult<()> {
    let Some(local) = this.downcast_ref::<Local>() else {
        return Err(rt.type_error("a local was expected"));
    };
    let ident = rt.thread.ident.get();
    let before = local.current.replace(ident);
    if before == ident {
        return Ok(());
    }
    let known = local.others.borrow_mut().remove(&ident);
    let is_first = known.is_none();
    let dict = known.unwrap_or_else(|| rt.dict());
    if let Some(old) = rt.own_dict(this) {
        local.others.borrow_mut().insert(before, old);
    }
    rt.set_own_dict(this, dict);
    if is_first {
        let (values, names) = local.args.borrow().clone();
        if let Some(init) = rt.type_of(this).slots.init.get() {
            init(rt, this, &Args::with_names(&values, &names))?;
        }
    }
    Ok(())
}
