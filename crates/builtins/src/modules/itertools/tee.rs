//! `tee`: iterators that share what was drawn in a chain of blocks, as CPython's do.

use super::super::attribute;
use super::pickling;
use crate::kinds;
use hognose_heap::{Kind, Payload, Trace, ValueCell, Visitor};
use hognose_object::tuple::List;
use hognose_object::{
    Args, Call, Layout, NativeDef, PyResult, Ref, Rt, Slots, TypeObj, TypeSpec, Value, type_flags,
};
use std::cell::{Cell, RefCell};

/// Items of a block (`LINKCELLS`).
const CELLS: usize = 57;

/// The payload of `itertools._tee_dataobject`.
pub(super) struct Block {
    source: ValueCell,
    items: RefCell<Vec<Value>>,
    next: ValueCell,
    running: Cell<bool>,
}

impl Payload for Block {
    const KIND: Kind = kinds::TEE_BLOCK;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.source.trace(visitor);
        self.items.trace(visitor);
        self.next.trace(visitor);
    }

    fn clear(&self) {
        self.source.set(None);
        let items = self
            .items
            .try_borrow_mut()
            .map(|mut row| std::mem::take(&mut *row));
        drop(items);
        self.next.set(None);
    }
}

/// The payload of `itertools._tee`.
pub(super) struct Tee {
    block: RefCell<Option<Ref<Block>>>,
    at: Cell<usize>,
}

impl Payload for Tee {
    const KIND: Kind = kinds::TEE;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        if let Some(block) = &*self.block.borrow() {
            block.trace(visitor);
        }
    }

    fn clear(&self) {
        let block = self.block.try_borrow_mut().map(|mut block| block.take());
        drop(block);
    }
}

static TEE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::HAS_WEAKREF,
    slots: Slots {
        new: Some(tee_new),
        iter: Some(|_, v| Ok(v.clone())),
        next: Some(tee_next),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new("__copy__", "", Call::Zero(tee_copy)),
        NativeDef::new("__reduce__", "", Call::Zero(tee_reduce)),
        NativeDef::new("__setstate__", "", Call::One(tee_setstate)),
    ],
    doc: "Iterator wrapped to make it copyable.",
    ..TypeSpec::new("itertools._tee", Layout::Native(kinds::TEE))
};

static BLOCK: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        new: Some(block_new),
        ..Slots::NONE
    },
    methods: &[NativeDef::new("__reduce__", "", Call::Zero(block_reduce))],
    doc: "Items that the iterators of a tee share.",
    ..TypeSpec::new(
        "itertools._tee_dataobject",
        Layout::Native(kinds::TEE_BLOCK),
    )
};

fn class(rt: &Rt, name: &str) -> PyResult<Ref<TypeObj>> {
    Ref::try_from(attribute(rt, "itertools", name)?)
        .map_err(|_| rt.system_error("a class of itertools is no type"))
}

fn new_block(rt: &Rt, source: Value) -> PyResult<Ref<Block>> {
    let block = Block {
        source: ValueCell::new(source),
        items: RefCell::default(),
        next: ValueCell::empty(),
        running: Cell::new(false),
    };
    Ok(rt.alloc(&class(rt, "_tee_dataobject")?, block))
}

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Tee> {
    value
        .downcast_ref::<Tee>()
        .ok_or_else(|| rt.type_error("a _tee was expected"))
}

fn tee_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let given = rt.positional("_tee", args, 1, 1)?;
    let it = rt.iter(&given[0])?;
    if it.downcast_ref::<Tee>().is_some() {
        return tee_copy(rt, &it);
    }
    let tee = Tee {
        block: RefCell::new(Some(new_block(rt, it)?)),
        at: Cell::new(0),
    };
    Ok(rt.alloc(ty, tee).into_value())
}

fn tee_copy(rt: &Rt, value: &Value) -> PyResult {
    let tee = this(rt, value)?;
    let copy = Tee {
        block: RefCell::new(tee.block.borrow().clone()),
        at: Cell::new(tee.at.get()),
    };
    Ok(rt.alloc(&class(rt, "_tee")?, copy).into_value())
}

/// The block behind this one, made now if there is none (`teedataobject_jumplink`).
fn behind(rt: &Rt, block: &Block) -> PyResult<Option<Ref<Block>>> {
    if block.next.is_empty() {
        let Some(source) = block.source.get() else {
            return Ok(None);
        };
        let made = new_block(rt, source)?;
        block.next.set(Some(made.into_value()));
    }
    Ok(block.next.get().and_then(|next| Ref::try_from(next).ok()))
}

fn tee_next(rt: &Rt, value: &Value) -> PyResult<Option<Value>> {
    let tee = this(rt, value)?;
    let Some(mut block) = tee.block.borrow().clone() else {
        return Ok(None);
    };
    if tee.at.get() >= CELLS {
        let Some(next) = behind(rt, &block)? else {
            return Ok(None);
        };
        block = next.clone();
        let old = tee.block.replace(Some(next));
        tee.at.set(0);
        drop(old);
    }
    let at = tee.at.get();
    let kept = block.items.borrow().get(at).cloned();
    let item = match kept {
        Some(item) => item,
        None => {
            if block.running.replace(true) {
                return Err(rt.runtime_error("cannot re-enter the tee iterator"));
            }
            let source = block.source.get();
            let drawn = source.map_or(Ok(None), |source| rt.next(&source));
            block.running.set(false);
            let Some(item) = drawn? else {
                return Ok(None);
            };
            block.items.borrow_mut().push(item.clone());
            item
        }
    };
    tee.at.set(at + 1);
    Ok(Some(item))
}

fn tee_reduce(rt: &Rt, value: &Value) -> PyResult {
    pickling::warn(rt)?;
    let tee = this(rt, value)?;
    let block = tee.block.borrow().clone();
    let block = block.map_or(Value::NONE, Ref::into_value);
    let state = rt
        .tuple([block, rt.int_from_usize(tee.at.get())])
        .into_value();
    pickling::made(rt, value, &[rt.tuple([]).into_value()], Some(state))
}

fn tee_setstate(rt: &Rt, value: &Value, state: &Value) -> PyResult {
    pickling::warn(rt)?;
    let tee = this(rt, value)?;
    let row = pickling::state_items(rt, state)?;
    let [block, at] = row.as_slice() else {
        return Err(rt.type_error(format!(
            "function takes exactly 2 arguments ({} given)",
            row.len()
        )));
    };
    let Some(block) = block.downcast::<Block>() else {
        let shown = rt.type_name(block);
        return Err(rt.type_error(format!(
            "argument 1 must be itertools._tee_dataobject, not {shown}"
        )));
    };
    let at = rt.index_i64(at)?;
    let at = usize::try_from(at)
        .ok()
        .filter(|&at| at <= CELLS)
        .ok_or_else(|| rt.value_error("Index out of range"))?;
    let old = tee.block.replace(Some(block.clone()));
    tee.at.set(at);
    drop(old);
    Ok(Value::NONE)
}

fn block_reduce(rt: &Rt, value: &Value) -> PyResult {
    pickling::warn(rt)?;
    let Some(block) = value.downcast_ref::<Block>() else {
        return Err(rt.type_error("a _tee_dataobject was expected"));
    };
    let source = block.source.get().unwrap_or(Value::NONE);
    let items = rt.list(block.items.borrow().clone()).into_value();
    let next = block.next.get().unwrap_or(Value::NONE);
    pickling::made(rt, value, &[source, items, next], None)
}

fn block_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let given = rt.positional("_tee_dataobject", args, 3, 3)?;
    let [source, items, next] = given else {
        return Err(rt.type_error("three arguments were expected"));
    };
    let Some(items) = items.downcast_ref::<List>() else {
        let shown = rt.type_name(items);
        return Err(rt.type_error(format!(
            "teedataobject() argument 2 must be list, not {shown}"
        )));
    };
    let items = items.items.borrow().clone();
    let invalid = || rt.value_error("Invalid arguments");
    if items.len() > CELLS {
        return Err(invalid());
    }
    let has_next = !next.is_none();
    if has_next && (items.len() < CELLS || next.downcast_ref::<Block>().is_none()) {
        return Err(invalid());
    }
    let block = Block {
        source: ValueCell::new(source.clone()),
        items: RefCell::new(items),
        next: ValueCell::empty(),
        running: Cell::new(false),
    };
    block.next.set(has_next.then(|| next.clone()));
    Ok(rt.alloc(ty, block).into_value())
}

pub(super) fn tee(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("tee", args, 1, 2)?;
    let n = given.get(1).map_or(Ok(2), |v| rt.index_i64(v))?;
    if n < 0 {
        return Err(rt.value_error("n must be >= 0"));
    }
    if n == 0 {
        return Ok(rt.tuple([]).into_value());
    }
    rt.room_for::<Value>(n as usize)?;
    let it = rt.iter(&given[0])?;
    let copy = rt.intern("__copy__");
    let mut all = Vec::new();
    // What can copy itself is not wrapped.
    let first = match rt.getattr_opt(&it, &copy)? {
        Some(_) => it,
        None => tee_new(rt, &class(rt, "_tee")?, &Args::new(&[it]))?,
    };
    for _ in 1..n {
        all.push(rt.call_method(&first, &copy, &[])?);
    }
    all.insert(0, first);
    Ok(rt.tuple(all).into_value())
}

pub(super) fn install(rt: &Rt, module: &hognose_object::module::Module) {
    module.set(rt, "_tee", rt.native_type(&TEE, &rt.types.object));
    module.set(
        rt,
        "_tee_dataobject",
        rt.native_type(&BLOCK, &rt.types.object),
    );
}
