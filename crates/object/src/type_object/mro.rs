//! The method resolution order (`mro_implementation`, `pmerge`).

use super::of;
use crate::raised::{PyResult, Raised};
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::tuple::{Tuple, TupleExt};
use crate::type_::TypeObj;
use hognose_heap::{Ref, Value};

type Mro = Vec<Ref<TypeObj>>;

/// `type.mro()`.
pub(super) fn mro_method(rt: &Rt, this: &Value) -> PyResult {
    let mro = c3(rt, of(rt, this)?)?;
    let values = mro.into_iter().map(Ref::into_value).collect();
    Ok(rt.list(values).into_value())
}

/// The MRO that the class's metaclass gives it (`mro_invoke`).
pub(super) fn compute(rt: &Rt, ty: &Ref<TypeObj>) -> PyResult<Mro> {
    let meta = rt.type_of(ty.as_value()).clone();
    let native = meta
        .lookup_owner(rt, &rt.names.mro)
        .is_none_or(|owner| owner.same(&rt.types.type_));
    if native {
        return c3(rt, ty);
    }
    let Some(made) = rt.call_special(ty.as_value(), &rt.names.mro, &[]) else {
        return c3(rt, ty);
    };
    let made = rt.collect(&made?)?;
    if made.is_empty() {
        return Err(rt.type_error("type MRO must not be empty"));
    }
    let solid = super::layout::solid_base(rt, ty);
    made.into_iter()
        .map(|entry| match entry.downcast::<TypeObj>() {
            None => Err(rt.type_error(format!(
                "mro() returned a non-class ('{}')",
                rt.type_name(&entry)
            ))),
            Some(t) if !solid.is_subtype(&super::layout::solid_base(rt, t)) => {
                Err(rt.type_error(format!(
                    "mro() returned base with unsuitable layout ('{}')",
                    t.display_name()
                )))
            }
            Some(t) => Ok(t.clone()),
        })
        .collect()
}

/// The C3 order of the class's bases.
fn c3(rt: &Rt, ty: &Ref<TypeObj>) -> PyResult<Mro> {
    let bases = ty.bases.get();
    let bases: Mro = bases
        .as_ref()
        .and_then(Value::downcast_ref::<Tuple>)
        .map(|t| t.items().filter_map(|b| Ref::try_from(b).ok()).collect())
        .unwrap_or_default();
    for base in &bases {
        if base.mro.borrow().is_empty() {
            let name = base.display_name();
            return Err(rt.type_error(format!("Cannot extend an incomplete type '{name}'")));
        }
    }
    let mut result = vec![ty.clone()];
    if let [one] = bases.as_slice() {
        result.extend(one.mro.borrow().iter().cloned());
        return Ok(result);
    }
    for (i, base) in bases.iter().enumerate() {
        if bases[..i].iter().any(|b| b.same(base)) {
            return Err(duplicate(rt, base));
        }
    }
    let mut rows: Vec<Mro> = bases.iter().map(|b| b.mro.borrow().clone()).collect();
    rows.push(bases);
    let mut heads = vec![0; rows.len()];
    loop {
        let candidate = (0..rows.len())
            .filter_map(|i| rows[i].get(heads[i]))
            .find(|c| {
                !rows
                    .iter()
                    .zip(&heads)
                    .any(|(row, &h)| row.iter().skip(h + 1).any(|t| t.same(c)))
            })
            .cloned();
        let Some(candidate) = candidate else {
            let finished = rows.iter().zip(&heads).all(|(row, &h)| h >= row.len());
            return if finished {
                Ok(result)
            } else {
                Err(conflict(rt, &rows, &heads))
            };
        };
        for (row, head) in rows.iter().zip(&mut heads) {
            if row.get(*head).is_some_and(|t| t.same(&candidate)) {
                *head += 1;
            }
        }
        result.push(candidate);
    }
}

#[cold]
fn duplicate(rt: &Rt, base: &Ref<TypeObj>) -> Raised {
    match rt.getattr_opt(base.as_value(), &rt.names.name_) {
        Ok(Some(name)) => match name.downcast_ref::<Str>() {
            Some(name) => rt.type_error(format!("duplicate base class {}", name.to_str())),
            None => rt.type_error("duplicate base class"),
        },
        _ => rt.type_error("duplicate base class"),
    }
}

/// CPython's words for bases without a consistent order (`set_mro_error`).
#[cold]
fn conflict(rt: &Rt, rows: &[Mro], heads: &[usize]) -> Raised {
    let mut left: Mro = Vec::new();
    for (row, &head) in rows.iter().zip(heads) {
        if let Some(t) = row.get(head)
            && !left.iter().any(|l| l.same(t))
        {
            left.push(t.clone());
        }
    }
    let names: Vec<String> = left
        .iter()
        .map(|t| t.name.borrow().to_str().into_owned())
        .collect();
    rt.type_error(format!(
        "Cannot create a consistent method resolution\norder (MRO) for bases {}",
        names.join(", ")
    ))
}
