//! Attributes: the look-up by the object protocol, and the inline caches that spare it.

use super::{Cx, Frame, type_at};
use crate::ir::{Op, Word};
use hognose_heap::Value;
use hognose_object::dict::Dict;
use hognose_object::instance::{Instance, Shapes};
use hognose_object::module::Module;
use hognose_object::{PyResult, Ref, Rt, Str, TypeObj, type_flags};

/// How often a site may be cached anew before it stays generic.
const PATIENCE: u16 = 16;

/// The instruction whose two cache words `pc` stands behind.
///
/// # Safety
/// `f` is the topmost frame and runs an instruction with two cache words.
unsafe fn site(f: *mut Frame) -> Site {
    // SAFETY: by the contract.
    unsafe {
        Site {
            instruction: (*f).pc.sub(3),
        }
    }
}

#[derive(Clone, Copy)]
struct Site {
    instruction: *const std::cell::Cell<Word>,
}

impl Site {
    fn word(&self, n: usize) -> &std::cell::Cell<Word> {
        // SAFETY: the site is an instruction with two cache words, in code that its frame keeps alive.
        unsafe { &*self.instruction.add(n) }
    }

    /// Writes the cache and changes the operation, unless that was done too often.
    fn quicken(&self, op: Op, guard: Word, place: u16) {
        let cache = self.word(2).get();
        if cache.b >= PATIENCE {
            return;
        }
        self.word(1).set(guard);
        self.word(2).set(Word {
            a: place,
            b: cache.b + 1,
            ..cache
        });
        let instruction = self.word(0).get();
        self.word(0).set(Word {
            op: op as u16,
            ..instruction
        });
    }

    fn value_slot(&self) -> usize {
        usize::from(self.word(2).get().op)
    }
}

fn plain_getattr(rt: &Rt, ty: &TypeObj) -> bool {
    match (
        ty.slots.getattro.get(),
        rt.types.object.slots.getattro.get(),
    ) {
        (None, _) => true,
        (Some(f), Some(plain)) => std::ptr::fn_addr_eq(f, plain),
        (Some(_), None) => false,
    }
}

fn plain_setattr(rt: &Rt, ty: &TypeObj) -> bool {
    match (
        ty.slots.setattro.get(),
        rt.types.object.slots.setattro.get(),
    ) {
        (None, _) => true,
        (Some(f), Some(plain)) => std::ptr::fn_addr_eq(f, plain),
        (Some(_), None) => false,
    }
}

fn name_of<'a>(f: *mut Frame, i: Word) -> &'a Ref<Str> {
    // SAFETY: the frame is in use; the translator checked the name's index.
    unsafe { &(*f).code().names[usize::from(i.c)] }
}

/// a ← b.name
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
#[inline(never)]
pub(super) unsafe fn load_attr(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    let rt = cx.rt;
    // SAFETY: by the contract.
    unsafe {
        let name = name_of(f, i);
        let object = (*f).operand(i.b);
        cache_load(rt, &object, name, site(f));
        let found = rt.getattr(&object, name)?;
        drop(object);
        (*f).put(i.a, found);
    }
    Ok(())
}

fn cache_load(rt: &Rt, object: &Value, name: &Ref<Str>, site: Site) {
    let ty = rt.type_of(object);
    if let Some(instance) = object.downcast_ref::<Instance>() {
        if !plain_getattr(rt, ty) {
            return;
        }
        let found = ty.lookup(rt, name);
        if let Some(found) = &found
            && rt.type_of(found).slots.descr_set.get().is_some()
        {
            return;
        }
        let shape = instance.head.shape.get();
        if shape == Shapes::DICT {
            return;
        }
        if let Some(place) = rt.shapes.place(shape, name) {
            let slot = instance.head.members as usize + place as usize;
            if slot < instance.slots().len()
                && let Ok(slot) = u16::try_from(slot)
            {
                site.quicken(Op::LoadAttrSlot, Word::pair(ty.version(rt), shape), slot);
            }
        }
    }
}

/// a, a+1 ← method and receiver, or nothing and the attribute
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
#[inline(never)]
pub(super) unsafe fn load_method(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    let rt = cx.rt;
    // SAFETY: by the contract; both destinations are free temporaries, or the first is the operand's own.
    unsafe {
        let name = name_of(f, i);
        let object = (*f).operand(i.b);
        let ty = rt.type_of(&object).clone();
        if plain_getattr(rt, &ty)
            && let Some(found) = ty.lookup(rt, name)
            && rt.type_of(&found).has(type_flags::METHOD_DESCRIPTOR)
            && rt.own_attr(&object, name).is_none()
        {
            cache_method(rt, &object, &ty, &found, f);
            let this = object.into_value();
            (*f).put(i.a, found);
            (*f).put(i.a + 1, this);
            return Ok(());
        }
        let found = rt.getattr(&object, name)?;
        drop(object);
        (*f).set(i.a, 0);
        (*f).put(i.a + 1, found);
    }
    Ok(())
}

fn cache_method(rt: &Rt, object: &Value, ty: &Ref<TypeObj>, found: &Value, f: *mut Frame) {
    // SAFETY: called while that frame runs an instruction with two cache words.
    let (site, ir) = unsafe { (site(f), (*f).ir()) };
    let Some(slot) = ir.values.get(site.value_slot()) else {
        return;
    };
    if let Some(instance) = object.downcast_ref::<Instance>() {
        let shape = instance.head.shape.get();
        if shape != Shapes::DICT || !ty.has(type_flags::HAS_DICT) {
            slot.set(Some(found.clone()));
            site.quicken(Op::LoadMethodShape, Word::pair(ty.version(rt), shape), 0);
        }
    } else if object.is_cell() && !ty.has(type_flags::HAS_DICT) {
        slot.set(Some(found.clone()));
        site.quicken(Op::LoadMethodPlain, Word::pair(ty.version(rt), 0), 0);
    }
}

/// A method of a type whose instances have no dict.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
#[inline(never)]
pub(super) unsafe fn load_method_plain(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe {
        let word = (*f).get(i.b);
        let site = site(f);
        if super::is_cell(word) && type_at(word).known_version() == site.word(1).get().first() {
            let method = (*f).ir().values[site.value_slot()].get();
            let this = (*f).operand(i.b).into_value();
            if let Some(method) = method {
                (*f).put(i.a, method);
                (*f).put(i.a + 1, this);
                return Ok(());
            }
        }
        load_method(cx, f, i)
    }
}

/// a.name = b
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
#[inline(never)]
pub(super) unsafe fn store_attr(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    let rt = cx.rt;
    // SAFETY: by the contract.
    unsafe {
        let name = name_of(f, i);
        let object = (*f).operand(i.a);
        let value = (*f).operand(i.b);
        cache_store(rt, &object, name, site(f));
        rt.setattr(&object, name, Some(&value))
    }
}

fn cache_store(rt: &Rt, object: &Value, name: &Ref<Str>, site: Site) {
    let ty = rt.type_of(object);
    let Some(instance) = object.downcast_ref::<Instance>() else {
        return;
    };
    let shape = instance.head.shape.get();
    if shape == Shapes::DICT || !plain_setattr(rt, ty) {
        return;
    }
    if let Some(found) = ty.lookup(rt, name)
        && rt.type_of(&found).slots.descr_set.get().is_some()
    {
        return;
    }
    if let Some(place) = rt.shapes.place(shape, name) {
        let slot = instance.head.members as usize + place as usize;
        if slot < instance.slots().len()
            && let Ok(slot) = u16::try_from(slot)
        {
            site.quicken(Op::StoreAttrSlot, Word::pair(ty.version(rt), shape), slot);
        }
    }
}

/// `del a.name`
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
pub(super) unsafe fn delete_attr(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe {
        let object = (*f).operand(i.a);
        cx.rt.setattr(&object, name_of(f, i), None)
    }
}

/// a ← super(a+1, a+2).name; b: bit 0 method form, bit 1 two arguments written out
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
pub(super) unsafe fn load_super_attr(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    let rt = cx.rt;
    // SAFETY: by the contract.
    unsafe {
        let name = name_of(f, i);
        let function = (*f).take(i.a).unwrap_or(Value::NONE);
        let class = (*f).take(i.a + 1).unwrap_or(Value::NONE);
        let this = (*f).take(i.a + 2).unwrap_or(Value::NONE);
        let is_super = function.is(rt.types.super_.as_value());
        if is_super
            && let Some(class) = class.downcast::<TypeObj>()
            && !name.same(&rt.names.class_)
        {
            let start = rt.super_check(class, &this)?;
            let found = rt.super_lookup(class, &start, name);
            let is_method = |v: &Value| rt.type_of(v).has(type_flags::METHOD_DESCRIPTOR);
            if let Some(found) = found {
                let on_instance = !this.is(start.as_value());
                if i.b & 1 != 0 && on_instance && is_method(&found) {
                    (*f).put(i.a, found);
                    (*f).put(i.a + 1, this);
                    return Ok(());
                }
                let found = match rt.type_of(&found).slots.descr_get.get() {
                    Some(get) => {
                        let object = on_instance.then_some(&this);
                        get(rt, &found, object, start.as_value())?
                    }
                    None => found,
                };
                if i.b & 1 != 0 {
                    (*f).set(i.a, 0);
                    (*f).put(i.a + 1, found);
                } else {
                    (*f).put(i.a, found);
                }
                return Ok(());
            }
        }
        // A `super` that is another function gets no arguments where none are written.
        let made = if is_super || i.b & 2 != 0 {
            rt.call(&function, &[class, this])?
        } else {
            rt.call(&function, &[])?
        };
        let found = rt.getattr(&made, name)?;
        drop(made);
        if i.b & 1 != 0 {
            (*f).set(i.a, 0);
            (*f).put(i.a + 1, found);
        } else {
            (*f).put(i.a, found);
        }
    }
    Ok(())
}

/// The namespace of a module or other object whose dict is at hand, for `from … import *`.
pub(super) fn namespace(rt: &Rt, object: &Value) -> Option<Ref<Dict>> {
    match object.downcast_ref::<Module>() {
        Some(module) => Some(module.dict.clone()),
        None => rt.own_dict(object),
    }
}
