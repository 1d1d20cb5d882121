//! Attributes: the look-up by the object protocol, and the inline caches that spare it.

use super::run::payload;
use super::{Cx, Frame, type_at};
use crate::ir::{Op, Word};
use hognose_heap::{Value, ValueCell};
use hognose_object::descriptor::MemberDescriptor;
use hognose_object::dict::Dict;
use hognose_object::function::{Function, StaticMethod};
use hognose_object::instance::{Instance, Shapes};
use hognose_object::module::Module;
use hognose_object::{PyResult, Ref, Rt, Str, TypeObj, type_flags};
use std::cell::Cell;

/// How often a site may be cached anew before it stays generic.
const PATIENCE: u16 = 16;

/// What one class's instances of one shape have under a name: for instructions that see more classes than one.
#[derive(Clone, Copy)]
struct Known {
    version: u32,
    shape: u32,
    name: u64,
    what: What,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// An attribute in that slot of the instance, no descriptor before it.
    Slot(u16),
    /// Nothing on the instance, a method on the class: its word. The class's version keeps it alive.
    Method(u64),
}

/// [`Known`] by version, shape and name, each in one place.
pub(crate) struct Cache(Box<[Cell<Known>]>);

const CACHE_BITS: u32 = 11;

impl Cache {
    pub fn new() -> Cache {
        let empty = Known {
            version: 0,
            shape: 0,
            name: 0,
            what: What::Slot(0),
        };
        Cache((0..1 << CACHE_BITS).map(|_| Cell::new(empty)).collect())
    }

    #[inline(always)]
    fn place(&self, version: u32, shape: u32, name: u64) -> &Cell<Known> {
        let mixed = version.wrapping_mul(0x9e37_79b1)
            ^ shape.wrapping_mul(0x85eb_ca6b)
            ^ (name >> 4) as u32;
        &self.0[((mixed ^ mixed >> 15) & ((1 << CACHE_BITS) - 1)) as usize]
    }

    #[inline(always)]
    pub(super) fn get(&self, version: u32, shape: u32, name: &Ref<Str>) -> Option<What> {
        let word = name.as_value().bits();
        let known = self.place(version, shape, word).get();
        (version != 0 && known.version == version && known.shape == shape && known.name == word)
            .then_some(known.what)
    }

    fn set(&self, version: u32, shape: u32, name: &Ref<Str>, what: What) {
        // A name of a code object is interned; a shape or a class that has it keeps it alive, and what neither has
        // is not remembered. So the address stands for the name as long as the version and the shape do.
        let name = name.as_value().bits();
        self.place(version, shape, name).set(Known {
            version,
            shape,
            name,
            what,
        });
    }
}

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

    /// Writes the cache and changes the operation; false if that was done too often.
    fn quicken(&self, op: Op, guard: Word, place: u16) -> bool {
        let cache = self.word(2).get();
        if cache.b >= PATIENCE {
            return false;
        }
        self.word(1).set(guard);
        self.word(2).set(Word {
            a: place,
            b: cache.b + 1,
            ..cache
        });
        let instruction = self.word(0).get();
        crate::stats::quickened(instruction.op);
        self.word(0).set(Word {
            op: op as u16,
            ..instruction
        });
        true
    }

    /// As [`Site::quicken`], for an operation that uses a value which the IR keeps alive.
    fn quicken_with(&self, op: Op, guard: Word, slot: &ValueCell, value: Value) {
        if self.quicken(op, guard, 0) {
            slot.set(Some(value));
        }
    }

    /// Whether the site stays as it is.
    fn is_settled(&self) -> bool {
        self.word(2).get().b >= PATIENCE
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

#[inline(always)]
pub(super) fn name_of<'a>(f: *mut Frame, i: Word) -> &'a Ref<Str> {
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
        let word = (*f).get(i.b);
        if let Some(instance) = payload::<Instance>(word)
            && let Some(What::Slot(slot)) = cx.vm.attributes.get(
                type_at(word).known_version(),
                instance.head.shape.get(),
                name,
            )
            && let Some(found) = instance
                .slots()
                .get(usize::from(slot))
                .and_then(ValueCell::get)
        {
            site(f).quicken(
                Op::LoadAttrSlot,
                Word::pair(type_at(word).known_version(), instance.head.shape.get()),
                slot,
            );
            drop((*f).operand(i.b));
            (*f).put(i.a, found);
            return Ok(());
        }
        let object = (*f).operand(i.b);
        remember(cx, &object, name);
        cache_load(rt, &object, name, site(f), &(*f).ir().values);
        let found = rt.getattr(&object, name)?;
        drop(object);
        (*f).put(i.a, found);
    }
    Ok(())
}

/// Notes for all instructions where the attribute of an instance is.
fn remember(cx: Cx<'_>, object: &Value, name: &Ref<Str>) {
    let rt = cx.rt;
    let ty = rt.type_of(object);
    let Some(instance) = object.downcast_ref::<Instance>() else {
        return;
    };
    let shape = instance.head.shape.get();
    if shape == Shapes::DICT || !plain_getattr(rt, ty) || !plain_setattr(rt, ty) {
        return;
    }
    let found = ty.lookup(rt, name);
    if let Some(found) = &found
        && rt.type_of(found).slots.descr_set.get().is_some()
    {
        return;
    }
    let what = match (rt.shapes.place(shape, name), &found) {
        (Some(place), _) => match u16::try_from(instance.head.members + place) {
            Ok(slot) => What::Slot(slot),
            Err(_) => return,
        },
        (None, Some(found)) if rt.type_of(found).has(type_flags::METHOD_DESCRIPTOR) => {
            What::Method(found.bits())
        }
        (None, _) => return,
    };
    cx.vm.attributes.set(ty.version(rt), shape, name, what);
}

fn cache_load(rt: &Rt, object: &Value, name: &Ref<Str>, site: Site, values: &[ValueCell]) {
    let ty = rt.type_of(object);
    if let Some(module) = object.downcast_ref::<Module>() {
        cache_module(rt, ty, module, name, site, Op::LoadAttrModule);
        return;
    }
    let Some(instance) = object.downcast_ref::<Instance>() else {
        return;
    };
    if !plain_getattr(rt, ty) {
        return;
    }
    let found = ty.lookup(rt, name);
    if let Some(found) = &found {
        if let Some(member) = found.downcast_ref::<MemberDescriptor>() {
            if !member.in_tail
                && ty.is_subtype(&member.owner)
                && let Ok(place) = u16::try_from(member.place)
            {
                site.quicken(Op::LoadAttrMember, Word::pair(ty.version(rt), 0), place);
            }
            return;
        }
        if rt.is_exact(found, &rt.types.property)
            && let Some(getter) = rt.property_getter(found)
            && getter.downcast_ref::<Function>().is_some()
            && let Some(slot) = values.get(site.value_slot())
        {
            site.quicken_with(
                Op::LoadAttrProperty,
                Word::pair(ty.version(rt), 0),
                slot,
                getter,
            );
            return;
        }
        if rt.type_of(found).slots.descr_set.get().is_some() {
            return;
        }
    }
    let shape = instance.head.shape.get();
    if shape == Shapes::DICT && ty.has(type_flags::HAS_DICT) {
        return;
    }
    if let Some(place) = rt.shapes.place(shape, name) {
        let slot = instance.head.members as usize + place as usize;
        if slot < instance.slots().len()
            && let Ok(slot) = u16::try_from(slot)
        {
            site.quicken(Op::LoadAttrSlot, Word::pair(ty.version(rt), shape), slot);
        }
        return;
    }
    if let Some(found) = found
        && rt.type_of(&found).slots.descr_get.get().is_none()
        && let Some(slot) = values.get(site.value_slot())
    {
        site.quicken_with(
            Op::LoadAttrClass,
            Word::pair(ty.version(rt), shape),
            slot,
            found,
        );
    }
}

/// An attribute in a module's dict, by the dict's version and the place of the item.
fn cache_module(rt: &Rt, ty: &TypeObj, module: &Module, name: &Ref<Str>, site: Site, op: Op) {
    if !plain_module(rt, ty) || ty.lookup(rt, name).is_some() {
        return;
    }
    let table = module.dict.table.borrow();
    if let Some(at) = table.find_str(rt.hash_str(name), name)
        && let Ok(at) = u16::try_from(at)
    {
        site.quicken(op, Word::pair(table.version(rt), 0), at);
    }
}

fn plain_module(rt: &Rt, ty: &TypeObj) -> bool {
    std::ptr::eq(ty, &*rt.types.module)
}

/// a ← what the property's Python getter returns
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
#[inline(never)]
pub(super) unsafe fn load_property(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe {
        let word = (*f).get(i.b);
        let site = site(f);
        if payload::<Instance>(word).is_some()
            && type_at(word).known_version() == site.word(1).get().first()
            && let Some(getter) = (*f).ir().values[site.value_slot()].get()
        {
            let this = (*f).operand(i.b).into_value();
            return super::call::push_values(cx, f, getter, [this], i.a).map(|_| ());
        }
        crate::stats::missed();
        load_attr(cx, f, i)
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
        let word = (*f).get(i.b);
        if let Some(instance) = payload::<Instance>(word)
            && let Some(What::Method(found)) = cx.vm.attributes.get(
                type_at(word).known_version(),
                instance.head.shape.get(),
                name,
            )
        {
            let found = (*super::lend(found)).clone();
            let this = (*f).operand(i.b);
            cache_method(rt, &this, rt.type_of(&this), &found, f);
            let this = this.into_value();
            (*f).put(i.a, found);
            (*f).put(i.a + 1, this);
            return Ok(());
        }
        let object = (*f).operand(i.b);
        remember(cx, &object, name);
        let ty = rt.type_of(&object).clone();
        if let Some(module) = object.downcast_ref::<Module>() {
            cache_module(rt, &ty, module, name, site(f), Op::LoadMethodModule);
        } else if let Some(class) = object.downcast::<TypeObj>() {
            cache_class_attr(rt, class, name, f);
        }
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

/// A function or static method of a class, called by way of the class.
fn cache_class_attr(rt: &Rt, class: &Ref<TypeObj>, name: &Ref<Str>, f: *mut Frame) {
    // SAFETY: called while that frame runs an instruction with two cache words.
    let (site, ir) = unsafe { (site(f), (*f).ir()) };
    if !rt.is_exact(class.as_value(), &rt.types.type_) || rt.types.type_.lookup(rt, name).is_some()
    {
        return;
    }
    let Some(found) = class.lookup(rt, name) else {
        return;
    };
    let found = if found.downcast_ref::<Function>().is_some() {
        found
    } else if rt.is_exact(&found, &rt.types.staticmethod)
        && let Some(method) = found.downcast_ref::<StaticMethod>()
        && let Some(callable) = method.callable.get()
    {
        callable
    } else {
        return;
    };
    if let Some(slot) = ir.values.get(site.value_slot()) {
        site.quicken_with(
            Op::LoadMethodClass,
            Word::pair(class.version(rt), 0),
            slot,
            found,
        );
    }
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
            site.quicken_with(
                Op::LoadMethodShape,
                Word::pair(ty.version(rt), shape),
                slot,
                found.clone(),
            );
        }
    } else if object.is_cell() && !ty.has(type_flags::HAS_DICT) {
        site.quicken_with(
            Op::LoadMethodPlain,
            Word::pair(ty.version(rt), 0),
            slot,
            found.clone(),
        );
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
        let word = (*f).get(i.a);
        if let Some(instance) = payload::<Instance>(word)
            && let Some(What::Slot(slot)) = cx.vm.attributes.get(
                type_at(word).known_version(),
                instance.head.shape.get(),
                name,
            )
            && site(f).is_settled()
            && let Some(place) = instance.slots().get(usize::from(slot))
        {
            let value = (*f).operand(i.b).into_value();
            let object = (*f).operand(i.a);
            place.set(Some(value));
            drop(object);
            return Ok(());
        }
        let object = (*f).operand(i.a);
        let value = (*f).operand(i.b);
        remember(cx, &object, name);
        let before = object
            .downcast_ref::<Instance>()
            .map(|o| o.head.shape.get());
        cache_store(rt, &object, name, site(f));
        rt.setattr(&object, name, Some(&value))?;
        if let Some(before) = before {
            cache_new_attribute(rt, &object, name, before, site(f));
        }
        Ok(())
    }
}

/// A store that gave the instance a new attribute: the next one of that shape will get the same.
fn cache_new_attribute(rt: &Rt, object: &Value, name: &Ref<Str>, before: u32, site: Site) {
    let ty = rt.type_of(object);
    let Some(instance) = object.downcast_ref::<Instance>() else {
        return;
    };
    let after = instance.head.shape.get();
    if before == Shapes::DICT || after == Shapes::DICT || before == after || !plain_setattr(rt, ty)
    {
        return;
    }
    if let Some(place) = rt.shapes.place(after, name)
        && let Ok(slot) = u16::try_from(instance.head.members + place)
    {
        if !site.quicken(Op::StoreAttrAdd, Word::pair(ty.version(rt), before), slot) {
            // The old guard stays, and what it guards.
            return;
        }
        let cache = site.word(2).get();
        site.word(2).set(Word {
            b: cache.b,
            op: after as u16,
            c: (after >> 16) as u16,
            ..cache
        });
    }
}

fn cache_store(rt: &Rt, object: &Value, name: &Ref<Str>, site: Site) {
    let ty = rt.type_of(object);
    let Some(instance) = object.downcast_ref::<Instance>() else {
        return;
    };
    let shape = instance.head.shape.get();
    if !plain_setattr(rt, ty) {
        return;
    }
    if let Some(found) = ty.lookup(rt, name) {
        if let Some(member) = found.downcast_ref::<MemberDescriptor>() {
            if !member.in_tail
                && ty.is_subtype(&member.owner)
                && let Ok(place) = u16::try_from(member.place)
            {
                site.quicken(Op::StoreAttrMember, Word::pair(ty.version(rt), 0), place);
            }
            return;
        }
        if rt.type_of(&found).slots.descr_set.get().is_some() {
            return;
        }
    }
    if shape == Shapes::DICT {
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
