//! Making a class (`type_new`).

use super::layout::{best_base, is_variable, join_bases, mangled};
use crate::descriptor::MemberDescriptor;
use crate::dict::Dict;
use crate::function::{CellObj, Function};
use crate::native::{Args, GetSetDef};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::{NewFn, SlotCells, Slots};
use crate::str_::{Str, StrExt};
use crate::tuple::{Tuple, TupleExt};
use crate::type_::{Layout, TypeObj, type_flags};
use hognose_heap::{Ref, Value, ValueCell};
use std::cell::{Cell, RefCell};

/// Refuses text that CPython could not keep as UTF-8.
pub(super) fn check_utf8(rt: &Rt, text: &Ref<Str>) -> PyResult<()> {
    match text.codes().position(|c| char::from_u32(c).is_none()) {
        Some(at) => Err(rt.unicode_encode_error(
            "utf-8",
            text.as_value(),
            (at, at + 1),
            "surrogates not allowed",
        )),
        None => Ok(()),
    }
}

/// `__dict__` of instances, as it stands in the dict of the class that adds it.
static DICT: GetSetDef = GetSetDef::read_write("__dict__", get_dict, set_dict);
/// `__weakref__`, likewise.
static WEAKREF: GetSetDef = GetSetDef::read("__weakref__", |rt, v| {
    let all = rt.weak_references_to(v);
    Ok(all.into_iter().next().unwrap_or(Value::NONE))
});

pub fn get_dict(rt: &Rt, this: &Value) -> PyResult {
    if let Some(ty) = this.downcast_ref::<TypeObj>() {
        return Ok(rt.mapping_proxy(ty.dict.as_value().clone()));
    }
    match rt.own_dict(this) {
        Some(dict) => Ok(dict.into_value()),
        None => Err(rt.attribute_error("This object has no __dict__")),
    }
}

/// `__dict__ = …` of native types, which may not be deleted (`PyObject_GenericSetDict`).
pub fn set_native_dict(rt: &Rt, this: &Value, value: Option<&Value>) -> PyResult<()> {
    if value.is_none() {
        return Err(rt.type_error("cannot delete __dict__"));
    }
    set_dict(rt, this, value)
}

fn set_dict(rt: &Rt, this: &Value, value: Option<&Value>) -> PyResult<()> {
    // Classes and modules have a dict of their own, which stays.
    let fixed = if this.downcast_ref::<TypeObj>().is_some() {
        Some("type")
    } else {
        this.downcast_ref::<crate::module::Module>()
            .map(|_| "module")
    };
    if let Some(name) = fixed {
        return Err(rt.attribute_error(format!(
            "attribute '__dict__' of '{name}' objects is not writable"
        )));
    }
    let native_dict = |t: &Ref<TypeObj>| {
        !t.has(type_flags::HEAP) && t.dict.get_str(rt, &rt.names.dict_).is_some()
    };
    if value.is_none() && rt.type_of(this).mro.borrow().iter().any(native_dict) {
        return Err(rt.type_error("cannot delete __dict__"));
    }
    let Some(value) = value else {
        // CPython lets the dict be deleted; the next look makes a new one.
        rt.set_own_dict(this, rt.dict());
        return Ok(());
    };
    let Some(dict) = value.downcast::<Dict>() else {
        return Err(rt.type_error(format!(
            "__dict__ must be set to a dictionary, not a '{}'",
            rt.type_name(value)
        )));
    };
    if rt.set_own_dict(this, dict.clone()) {
        Ok(())
    } else {
        Err(rt.attribute_error("This object has no __dict__"))
    }
}

/// What `__slots__` asks for.
struct SlotPlan {
    dict: bool,
    weakref: bool,
    members: Vec<Ref<Str>>,
}

pub(super) fn new_type(rt: &Rt, meta: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let given = args.positional();
    let [name, bases, namespace] = given else {
        return Err(rt.type_error(format!(
            "type.__new__() takes exactly 3 arguments ({} given)",
            given.len()
        )));
    };
    let wrong = |position: usize, wanted: &str, value: &Value| {
        rt.type_error(format!(
            "type.__new__() argument {position} must be {wanted}, not {}",
            rt.type_name(value)
        ))
    };
    let name = (name.downcast::<Str>()).ok_or_else(|| wrong(1, "str", name))?;
    let bases = (bases.downcast::<Tuple>()).ok_or_else(|| wrong(2, "tuple", bases))?;
    let namespace = (namespace.downcast::<Dict>()).ok_or_else(|| wrong(3, "dict", namespace))?;
    let mut meta = meta.clone();
    if !bases.is_empty() {
        for base in bases.items() {
            if base.downcast_ref::<TypeObj>().is_none()
                && rt.getattr_opt(&base, &rt.names.mro_entries_)?.is_some()
            {
                return Err(rt.type_error(
                    "type() doesn't support MRO entry resolution; use types.new_class()",
                ));
            }
        }
        let winner = rt.calculate_metaclass(&meta, &bases.to_vec())?;
        if !winner.same(&meta) {
            if let Some(new) = winner.slots.new.get()
                && !std::ptr::fn_addr_eq(new, new_type as NewFn)
            {
                return new(rt, &winner, args);
            }
            meta = winner;
        }
    }
    let bases: Vec<Value> = if bases.is_empty() {
        vec![rt.types.object.as_value().clone()]
    } else {
        bases.to_vec()
    };
    let base = best_base(rt, &bases)?;
    let dict = rt.dict();
    rt.dict_merge(&dict, namespace.as_value())?;
    check_utf8(rt, name)?;
    if let Some(doc) = dict.get_str(rt, &rt.names.doc_)
        && let Some(doc) = doc.downcast::<Str>()
    {
        check_utf8(rt, doc)?;
    }
    let plan = plan_slots(rt, name, &base, &bases, &dict)?;
    let ty = make(rt, &meta, name, &base, &bases, dict, &plan)?;
    fill_dict(rt, &ty, &plan)?;
    let mro = super::mro::compute(rt, &ty)?;
    if ty.mro.borrow().is_empty() {
        *ty.mro.borrow_mut() = mro;
    }
    inherit_flags(&ty);
    rt.fill_slots(&ty);
    if ty.dict.get_str(rt, &rt.names.del_).is_some() {
        rt.has_finalizers.set(true);
    }
    join_bases(&ty, &bases);
    set_names(rt, &ty)?;
    init_subclass(rt, &ty, args)?;
    Ok(ty.into_value())
}

/// Reads `__slots__` (`type_new_slots`).
fn plan_slots(
    rt: &Rt,
    name: &Ref<Str>,
    base: &Ref<TypeObj>,
    bases: &[Value],
    dict: &Ref<Dict>,
) -> PyResult<SlotPlan> {
    let is_type = base.is_subtype(&rt.types.type_);
    let may_dict = !base.has(type_flags::HAS_DICT) && !is_type;
    let may_weakref = !base.has(type_flags::HAS_WEAKREF) && !is_variable(rt, base);
    let mut plan = SlotPlan {
        dict: false,
        weakref: false,
        members: Vec::new(),
    };
    let Some(slots) = dict.get_str(rt, &rt.names.slots_) else {
        plan.dict = may_dict;
        plan.weakref = may_weakref;
        return Ok(plan);
    };
    let items = if slots.downcast_ref::<Str>().is_some() {
        vec![slots]
    } else {
        rt.collect(&slots)?
    };
    if !items.is_empty() && is_variable(rt, base) {
        let of = base.display_name();
        return Err(rt.type_error(format!(
            "nonempty __slots__ not supported for subtype of '{of}'"
        )));
    }
    for item in &items {
        let Some(item) = item.downcast::<Str>() else {
            return Err(rt.type_error(format!(
                "__slots__ items must be strings, not '{}'",
                rt.type_name(item)
            )));
        };
        let is_identifier = rt.call_method(item.as_value(), &rt.intern("isidentifier"), &[])?;
        if !is_identifier.is(&Value::TRUE) {
            return Err(rt.type_error("__slots__ must be identifiers"));
        }
        if item.is_text("__dict__") {
            if !may_dict || plan.dict {
                return Err(rt.type_error("__dict__ slot disallowed: we already got one"));
            }
            plan.dict = true;
            continue;
        }
        if item.is_text("__weakref__") {
            if !may_weakref || plan.weakref {
                return Err(rt.type_error("__weakref__ slot disallowed: we already got one"));
            }
            plan.weakref = true;
            continue;
        }
        let item = mangled(rt, name, item);
        let kept = item.is_text("__qualname__") || item.is_text("__classcell__");
        if !kept && dict.get_str(rt, &item).is_some() {
            let shown = rt.repr(item.as_value())?;
            return Err(rt.value_error(format!(
                "{} in __slots__ conflicts with class variable",
                shown.to_str()
            )));
        }
        plan.members.push(item);
    }
    plan.members.sort_by(|a, b| a.codes().cmp(b.codes()));
    // Other bases may bring a dict or weak references along.
    for other in bases.iter().filter_map(Value::downcast_ref::<TypeObj>) {
        plan.dict |= may_dict && other.has(type_flags::HAS_DICT);
        plan.weakref |= may_weakref && other.has(type_flags::HAS_WEAKREF);
    }
    Ok(plan)
}

/// The class, with its names, its dict and its layout, but without MRO and slots.
fn make(
    rt: &Rt,
    meta: &Ref<TypeObj>,
    name: &Ref<Str>,
    base: &Ref<TypeObj>,
    bases: &[Value],
    dict: Ref<Dict>,
    plan: &SlotPlan,
) -> PyResult<Ref<TypeObj>> {
    if name.codes().any(|c| c == 0) {
        return Err(rt.value_error("type name must not contain null characters"));
    }
    let qualname = match dict.get_str(rt, &rt.names.qualname_) {
        None => name.clone(),
        Some(found) => match found.downcast::<Str>() {
            Some(found) => {
                let found = found.clone();
                drop(dict.remove_str(rt, &rt.names.qualname_));
                found
            }
            None => {
                return Err(rt.type_error(format!(
                    "type __qualname__ must be a str, not {}",
                    rt.type_name(&found)
                )));
            }
        },
    };
    let layout = match base.layout.get() {
        Layout::Plain => Layout::Instance,
        other => other,
    };
    let added = plan.members.len() as u32;
    let (members, tail) = match layout {
        Layout::Native(_) => {
            let with_dict = base.tail.get().max(u32::from(plan.dict));
            let tail = if added == 0 {
                with_dict
            } else {
                with_dict.max(1) + added
            };
            (base.members.get(), tail)
        }
        Layout::Plain | Layout::Instance => (base.members.get() + added, 0),
    };
    let mut flags = type_flags::HEAP | type_flags::BASETYPE;
    flags |= base.flags.get() & type_flags::INHERITED;
    if plan.dict {
        flags |= type_flags::HAS_DICT;
    }
    if plan.weakref {
        flags |= type_flags::HAS_WEAKREF;
    }
    let payload = TypeObj {
        name: RefCell::new(name.clone()),
        qualname: RefCell::new(qualname),
        base: ValueCell::new(base.as_value().clone()),
        bases: ValueCell::new(rt.tuple(bases.iter().cloned()).into_value()),
        mro: RefCell::default(),
        dict,
        slots: SlotCells::new(&Slots::NONE),
        flags: Cell::new(flags),
        layout: Cell::new(layout),
        tail: Cell::new(tail),
        members: Cell::new(members),
        expected: Cell::new(base.expected.get()),
        has_instances: Cell::new(false),
        version: Cell::new(0),
        subclasses: RefCell::default(),
        module: "",
        doc: "",
    };
    Ok(rt.alloc(meta, payload))
}

/// What the dict of a class always has (`type_new_set_attrs`).
fn fill_dict(rt: &Rt, ty: &Ref<TypeObj>, plan: &SlotPlan) -> PyResult<()> {
    let (dict, names) = (&ty.dict, &rt.names);
    if dict.get_str(rt, &names.module_).is_none()
        && let Some(frame) = rt.frame(0)
        && let Some(module) = frame.globals.get_str(rt, &names.name_)
    {
        dict.set_str(rt, &names.module_, module);
    }
    let of_kind = |name: &Ref<Str>| {
        (dict.get_str(rt, name)).filter(|f| f.downcast_ref::<Function>().is_some())
    };
    if let Some(new) = of_kind(&names.new_) {
        drop(dict.set_str(rt, &names.new_, rt.static_method(new)));
    }
    for name in [&names.init_subclass_, &names.class_getitem_] {
        if let Some(function) = of_kind(name) {
            drop(dict.set_str(rt, name, rt.class_method(function)));
        }
    }
    if let Some(cell) = dict.remove_str(rt, &names.classcell_) {
        match cell.downcast_ref::<CellObj>() {
            Some(cell) => cell.content.set(Some(ty.as_value().clone())),
            None => {
                let kind = rt.repr(rt.type_of(&cell).as_value())?;
                return Err(rt.type_error(format!(
                    "__classcell__ must be a nonlocal cell, not {}",
                    kind.to_str()
                )));
            }
        }
    }
    let (first, native) = match ty.layout.get() {
        Layout::Native(_) => (ty.tail.get() as usize - plan.members.len(), true),
        Layout::Plain | Layout::Instance => (ty.members.get() as usize - plan.members.len(), false),
    };
    for (i, name) in plan.members.iter().enumerate() {
        let member = MemberDescriptor {
            name: name.clone(),
            owner: ty.clone(),
            place: first + i,
            in_tail: native,
        };
        let member = rt.alloc(&rt.types.member_descriptor, member);
        dict.set_str(rt, name, member.into_value());
    }
    if plan.dict && dict.get_str(rt, &names.dict_).is_none() {
        dict.set_str(rt, &names.dict_, rt.getset_descriptor(&DICT, ty));
    }
    if plan.weakref {
        dict.set_str(rt, &names.weakref_, rt.getset_descriptor(&WEAKREF, ty));
    }
    if dict.get_str(rt, &names.doc_).is_none() {
        dict.set_str(rt, &names.doc_, Value::NONE);
    }
    // A class that defines equality alone cannot be hashed.
    if dict.get_str(rt, &names.eq_).is_some() && dict.get_str(rt, &names.hash_).is_none() {
        dict.set_str(rt, &names.hash_, Value::NONE);
    }
    Ok(())
}

/// Takes over from all of the MRO what does not come from the best base alone.
fn inherit_flags(ty: &Ref<TypeObj>) {
    const PATTERNS: u32 = type_flags::SEQUENCE | type_flags::MAPPING;
    let mro = ty.mro.borrow().clone();
    ty.flags.set(ty.flags.get() & !PATTERNS);
    for base in mro.iter().skip(1) {
        if ty.flags.get() & PATTERNS != 0 {
            break;
        }
        ty.flags.set(ty.flags.get() | base.flags.get() & PATTERNS);
    }
}

/// Calls `__set_name__` of what the class body defined (`type_new_set_names`).
fn set_names(rt: &Rt, ty: &Ref<TypeObj>) -> PyResult<()> {
    for (key, value) in ty.dict.snapshot() {
        if !value.is_cell() {
            continue;
        }
        let args = [ty.as_value().clone(), key.clone()];
        if let Some(Err(raised)) = rt.call_special(&value, &rt.names.set_name_, &args) {
            let shown = rt.repr(&key)?;
            let note = format!(
                "Error calling __set_name__ on '{}' instance {} in '{}'",
                rt.type_name(&value),
                shown.to_str(),
                ty.display_name()
            );
            rt.add_note(&raised, &note);
            return Err(raised);
        }
    }
    Ok(())
}

/// Calls `super(type, type).__init_subclass__(**kwargs)`.
fn init_subclass(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult<()> {
    let this = ty.as_value();
    if !ty.mro.borrow().iter().any(|t| t.same(ty)) {
        return Err(rt.super_mismatch());
    }
    let Some(found) = rt.super_lookup(ty, ty, &rt.names.init_subclass_) else {
        return Ok(());
    };
    let plain = found
        .downcast_ref::<crate::descriptor::ClassMethodDescriptor>()
        .is_some_and(|d| d.0.owner.same(&rt.types.object));
    if plain && !args.has_keywords() {
        return Ok(());
    }
    let method = match rt.type_of(&found).slots.descr_get.get() {
        Some(get) => get(rt, &found, None, this)?,
        None => found,
    };
    let values = &args.all_values()[args.positional().len()..];
    rt.call_args(&method, &Args::with_names(values, args.keyword_names()))
        .map(drop)
}

impl Rt {
    /// The metaclass that goes with all bases (`_PyType_CalculateMetaclass`).
    pub fn calculate_metaclass(
        &self,
        meta: &Ref<TypeObj>,
        bases: &[Value],
    ) -> PyResult<Ref<TypeObj>> {
        let mut winner = meta.clone();
        for base in bases {
            let other = self.type_of(base);
            if winner.is_subtype(other) {
                continue;
            }
            if other.is_subtype(&winner) {
                winner = other.clone();
                continue;
            }
            return Err(self.type_error(
                "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases",
            ));
        }
        Ok(winner)
    }
}
