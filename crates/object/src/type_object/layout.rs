//! Which classes go together: layouts of instances, the best base, and changes of `__bases__` and `__class__`.

use super::of;
use crate::raised::{PyResult, Raised};
use crate::rt::Rt;
use crate::str_::Str;
use crate::tuple::{Tuple, TupleExt};
use crate::type_::{Layout, TypeObj, type_flags};
use hognose_heap::{Ref, Value, Weak, flags};

pub(super) fn base_of(ty: &TypeObj) -> Option<Ref<TypeObj>> {
    ty.base.get().and_then(|b| Ref::try_from(b).ok())
}

/// Whether instances hold a row of variable length behind their fields (`tp_itemsize`), so that nothing can be added
/// to them by position: no `__slots__`, no weak references.
pub(super) fn is_variable(rt: &Rt, ty: &TypeObj) -> bool {
    let types = &rt.types;
    [&types.int, &types.tuple, &types.bytes, &types.type_]
        .iter()
        .any(|t| ty.is_subtype(t))
}

/// Whether the class's instances have fields that its base's have not (`shape_differs`).
fn adds_fields(rt: &Rt, ty: &TypeObj) -> bool {
    let Some(base) = base_of(ty) else {
        return true;
    };
    if ty.has(type_flags::HEAP) {
        return ty.members.get() != base.members.get() || adds_tail_members(ty, &base);
    }
    match (ty.layout.get(), base.layout.get()) {
        (a, b) if a == b => crate::exceptions::adds_fields(rt, ty),
        (Layout::Native(crate::kinds::PLAIN), Layout::Plain) => false,
        _ => true,
    }
}

/// Whether `__slots__` added members to the tail; a `__dict__` alone stands at its first place.
fn adds_tail_members(ty: &TypeObj, base: &TypeObj) -> bool {
    matches!(ty.layout.get(), Layout::Native(_)) && ty.tail.get() > base.tail.get().max(1)
}

/// The nearest base, or the class itself, that says how instances are laid out (`solid_base`).
pub(super) fn solid_base(rt: &Rt, ty: &Ref<TypeObj>) -> Ref<TypeObj> {
    let mut solid = ty.clone();
    while !adds_fields(rt, &solid) {
        match base_of(&solid) {
            Some(base) => solid = base,
            None => break,
        }
    }
    solid
}

/// The base whose layout the class extends (`best_base`).
pub(super) fn best_base(rt: &Rt, bases: &[Value]) -> PyResult<Ref<TypeObj>> {
    let mut best: Option<(Ref<TypeObj>, Ref<TypeObj>)> = None;
    for base in bases {
        let Some(base) = base.downcast::<TypeObj>() else {
            return Err(rt.type_error("bases must be types"));
        };
        if !base.has(type_flags::BASETYPE) {
            let name = base.display_name();
            return Err(rt.type_error(format!("type '{name}' is not an acceptable base type")));
        }
        let candidate = solid_base(rt, base);
        best = Some(match best {
            None => (candidate, base.clone()),
            Some((winner, chosen)) if winner.is_subtype(&candidate) => (winner, chosen),
            Some((winner, _)) if candidate.is_subtype(&winner) => (candidate, base.clone()),
            Some(_) => {
                return Err(rt.type_error("multiple bases have instance lay-out conflict"));
            }
        });
    }
    Ok(best.map_or_else(|| rt.types.object.clone(), |(_, base)| base))
}

/// Whether instances of one class can become instances of the other (`compatible_for_assignment`).
fn check_compatible(
    rt: &Rt,
    old: &Ref<TypeObj>,
    new: &Ref<TypeObj>,
    attribute: &str,
) -> PyResult<()> {
    let differs = || -> Raised {
        let (new, old) = (new.display_name(), old.display_name());
        rt.type_error(format!(
            "{attribute} assignment: '{new}' object layout differs from '{old}'"
        ))
    };
    const WITHIN: u32 = type_flags::HAS_DICT | type_flags::HAS_WEAKREF;
    if old.layout.get() != new.layout.get()
        || old.flags.get() & WITHIN != new.flags.get() & WITHIN
        || old.tail.get() != new.tail.get()
    {
        return Err(differs());
    }
    let (a, b) = (solid_base(rt, old), solid_base(rt, new));
    if a.same(&b) {
        return Ok(());
    }
    let same_base = match (base_of(&a), base_of(&b)) {
        (Some(x), Some(y)) => solid_base(rt, &x).same(&solid_base(rt, &y)),
        _ => false,
    };
    if same_base
        && a.has(type_flags::HEAP)
        && b.has(type_flags::HEAP)
        && a.members.get() == b.members.get()
        && member_names(&a) == member_names(&b)
    {
        return Ok(());
    }
    Err(differs())
}

/// The names of a class's own `__slots__` members, sorted.
fn member_names(ty: &TypeObj) -> Vec<String> {
    let mut names: Vec<String> = ty
        .dict
        .snapshot()
        .iter()
        .filter_map(|(_, v)| v.downcast_ref::<crate::descriptor::MemberDescriptor>())
        .filter(|m| std::ptr::eq::<TypeObj>(&*m.owner, ty))
        .map(|m| crate::str_::StrExt::to_str(&*m.name).into_owned())
        .collect();
    names.sort_unstable();
    names
}

/// `object.__class__ = class`.
pub(crate) fn assign_class(rt: &Rt, this: &Value, value: Option<&Value>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(rt.type_error("can't delete __class__ attribute"));
    };
    let Some(new) = value.downcast::<TypeObj>() else {
        return Err(rt.type_error(format!(
            "__class__ must be set to a class, not '{}' object",
            rt.type_name(value)
        )));
    };
    let old = rt.type_of(this).clone();
    let module = &rt.types.module;
    let modules = new.is_subtype(module) && old.is_subtype(module);
    if !modules && (new.has(type_flags::IMMUTABLE) || old.has(type_flags::IMMUTABLE)) {
        return Err(rt.type_error(
            "__class__ assignment only supported for mutable types or ModuleType subclasses",
        ));
    }
    check_compatible(rt, &old, new, "__class__")?;
    let kept = this.set_cell_type(value);
    if let Some(header) = this.header() {
        header.clear_flags(flags::SUBCLASS | flags::FINALIZE);
    }
    new.finish_instance(this);
    drop(kept);
    Ok(())
}

/// Tells the bases of their new subclass.
pub(super) fn join_bases(ty: &Ref<TypeObj>, bases: &[Value]) {
    for base in bases.iter().filter_map(Value::downcast_ref::<TypeObj>) {
        if let Some(handle) = Weak::new(ty.as_value()) {
            let mut subclasses = base.subclasses.borrow_mut();
            if subclasses.len() == subclasses.capacity() {
                subclasses.retain(|s| !s.is_dead());
            }
            subclasses.push(handle);
        }
    }
}

fn leave_bases(ty: &Ref<TypeObj>, bases: &[Value]) {
    for base in bases.iter().filter_map(Value::downcast_ref::<TypeObj>) {
        let handle = Weak::new(ty.as_value());
        (base.subclasses.borrow_mut()).retain(|s| handle.as_ref().is_none_or(|h| !s.same(h)));
    }
}

/// `type.__bases__ = …` (`type_set_bases`).
pub(super) fn set_bases(rt: &Rt, this: &Value, value: Option<&Value>) -> PyResult<()> {
    let ty = of(rt, this)?;
    let name = ty.display_name();
    if ty.has(type_flags::IMMUTABLE) {
        return Err(rt.type_error(format!(
            "cannot set '__bases__' attribute of immutable type '{name}'"
        )));
    }
    let Some(value) = value else {
        return Err(rt.type_error(format!(
            "cannot delete '__bases__' attribute of immutable type '{name}'"
        )));
    };
    let Some(tuple) = value.downcast_ref::<Tuple>() else {
        let given = rt.type_name(value);
        return Err(rt.type_error(format!(
            "can only assign tuple to {name}.__bases__, not {given}"
        )));
    };
    if tuple.is_empty() {
        return Err(rt.type_error(format!(
            "can only assign non-empty tuple to {name}.__bases__, not ()"
        )));
    }
    let bases = tuple.to_vec();
    for base in &bases {
        let Some(base) = base.downcast::<TypeObj>() else {
            let given = rt.type_name(base);
            return Err(rt.type_error(format!(
                "{name}.__bases__ must be tuple of classes, not '{given}'"
            )));
        };
        if base.is_subtype(ty) || derives_by_base(base, ty) {
            return Err(rt.type_error("a __bases__ item causes an inheritance cycle"));
        }
    }
    let new_base = best_base(rt, &bases)?;
    if let Some(old_base) = base_of(ty) {
        check_compatible(rt, &old_base, &new_base, "__bases__")?;
    }
    let old_bases = ty.bases.replace(Some(value.clone()));
    let old_base = ty.base.replace(Some(new_base.into_value()));
    let mut done = Vec::new();
    let result = renew_mro(rt, ty, &mut done);
    // A metaclass's `mro` may have set the bases meanwhile: then those stand.
    let ours = ty.bases.bits() == value.bits();
    if let Err(raised) = result {
        for (class, made, old) in done.into_iter().rev() {
            let unchanged = {
                let now = class.mro.borrow();
                now.len() == made.len() && now.iter().zip(&made).all(|(a, b)| a.same(b))
            };
            if unchanged {
                let dropped = class.mro.replace(old);
                drop(dropped);
            }
        }
        if ours {
            let dropped = (ty.bases.replace(old_bases), ty.base.replace(old_base));
            drop(dropped);
        }
        return Err(raised);
    }
    if ours {
        if let Some(old) = old_bases.as_ref().and_then(Value::downcast_ref::<Tuple>) {
            leave_bases(ty, &old.to_vec());
        }
        join_bases(ty, &bases);
        ty.modified();
        rt.refill_slots(ty);
    }
    Ok(())
}

/// Whether the chain of best bases leads to the other class (`type_is_subtype_base_chain`).
fn derives_by_base(ty: &Ref<TypeObj>, other: &Ref<TypeObj>) -> bool {
    let mut at = Some(ty.clone());
    while let Some(class) = at {
        if class.same(other) {
            return true;
        }
        at = base_of(&class);
    }
    false
}

/// A class whose MRO was renewed: what it is now, and what it was.
type Renewed = (Ref<TypeObj>, Vec<Ref<TypeObj>>, Vec<Ref<TypeObj>>);

/// Computes the MRO again, here and below, noting what it was (`mro_hierarchy`).
fn renew_mro(rt: &Rt, ty: &Ref<TypeObj>, done: &mut Vec<Renewed>) -> PyResult<()> {
    let before = ty.mro.borrow().clone();
    let made = super::mro::compute(rt, ty)?;
    let changed = {
        let now = ty.mro.borrow();
        now.len() != before.len() || now.iter().zip(&before).any(|(a, b)| !a.same(b))
    };
    if changed {
        // Somebody set it meanwhile, and told the subclasses.
        return Ok(());
    }
    let old = ty.mro.replace(made.clone());
    ty.modified();
    done.push((ty.clone(), made, old));
    for sub in ty.living_subclasses() {
        rt.guarded(" in __bases__ assignment", || renew_mro(rt, &sub, done))?;
    }
    Ok(())
}

/// A name as `__slots__` and class bodies mangle it (`_Py_Mangle`).
pub(super) fn mangle(class: &str, name: &str) -> Option<String> {
    let class = class.trim_start_matches('_');
    let private = name.starts_with("__") && !name.ends_with("__") && !name.contains('.');
    (private && !class.is_empty()).then(|| format!("_{class}{name}"))
}

/// The name of a slot, mangled.
pub(super) fn mangled(rt: &Rt, class: &Str, name: &Ref<Str>) -> Ref<Str> {
    use crate::str_::StrExt;
    match mangle(&class.to_str(), &name.to_str()) {
        Some(text) => rt.intern(&text),
        None => rt.intern_ref(name.clone()),
    }
}
