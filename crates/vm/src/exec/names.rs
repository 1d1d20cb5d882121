//! Names: globals with their caches, class and module namespaces, cells.

use super::frame::namespace;
use super::run::payload;
use super::{Cx, Frame, lend, retain};
use crate::ir::{Op, Word};
use hognose_bytecode::LocalKind;
use hognose_heap::{Value, alloc};
use hognose_object::dict::Dict;
use hognose_object::function::CellObj;
use hognose_object::tuple::Tuple;
use hognose_object::{PyResult, Raised, Ref, Rt, Str, StrExt};

fn name_of<'a>(f: *mut Frame, i: Word) -> &'a Ref<Str> {
    // SAFETY: the frame is in use; the translator checked the name's index.
    unsafe { &(*f).code().names[usize::from(i.c)] }
}

/// The frame's globals.
///
/// # Safety
/// `f` is a frame in use.
unsafe fn globals<'a>(f: *mut Frame) -> &'a Ref<Dict> {
    // SAFETY: the frame's function owns them.
    unsafe { &(*f).function().globals }
}

#[cold]
fn not_defined(rt: &Rt, name: &Ref<Str>) -> Raised {
    let message = format!("name '{}' is not defined", name.to_str());
    rt.name_error_for(&rt.types.name_error, &message, name)
}

/// a ← global name; remembers where it was found.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction; `pc` stands behind its two cache words.
#[inline(never)]
pub(super) unsafe fn load_global(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    let rt = cx.rt;
    // SAFETY: by the contract; the words are written while nothing runs.
    unsafe {
        let name = name_of(f, i);
        let function = (*f).function();
        let hash = rt.hash_str(name);
        let place = |dict: &Ref<Dict>| {
            let table = dict.table.borrow();
            let at = table.find_str(hash, name)?;
            Some((
                at as u32,
                table.entries[at].value.clone()?,
                table.version(rt),
            ))
        };
        let site = (*f).pc.sub(3);
        let quicken = |op: Op, versions: Word, at: u32| {
            crate::stats::quickened((*site).get().op);
            (*site.add(1)).set(versions);
            (*site.add(2)).set(Word::pair(at, 0));
            (*site).set(Word {
                op: op as u16,
                ..(*site).get()
            });
        };
        let value = if let Some((at, value, version)) = place(&function.globals) {
            quicken(Op::LoadGlobalModule, Word::pair(version, 0), at);
            value
        } else if let Some((at, value, version)) = place(&function.builtins) {
            let own = function.globals.table.borrow().version(rt);
            quicken(Op::LoadGlobalBuiltin, Word::pair(own, version), at);
            value
        } else {
            return Err(not_defined(rt, name));
        };
        (*f).put(i.a, value);
    }
    Ok(())
}

fn global(rt: &Rt, f: *mut Frame, name: &Ref<Str>) -> PyResult {
    // SAFETY: callers pass the topmost frame.
    let function = unsafe { (*f).function() };
    function
        .globals
        .get_str(rt, name)
        .or_else(|| function.builtins.get_str(rt, name))
        .ok_or_else(|| not_defined(rt, name))
}

/// A name in a namespace that may be any mapping.
fn namespace_get(rt: &Rt, namespace: &Value, name: &Ref<Str>) -> PyResult<Option<Value>> {
    if rt.is_exact(namespace, &rt.types.dict)
        && let Some(dict) = namespace.downcast_ref::<Dict>()
    {
        return Ok(dict.get_str(rt, name));
    }
    match rt.getitem(namespace, name.as_value()) {
        Ok(value) => Ok(Some(value)),
        Err(raised) if raised.is(rt, &rt.types.key_error) => Ok(None),
        Err(raised) => Err(raised),
    }
}

/// The instructions that look names up by dict.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
pub(super) unsafe fn other(cx: Cx<'_>, f: *mut Frame, op: Op, i: Word) -> PyResult<()> {
    let rt = cx.rt;
    // SAFETY: by the contract.
    unsafe {
        match op {
            Op::StoreGlobal => {
                let value = (*f).operand(i.a).into_value();
                drop(globals(f).set_str(rt, name_of(f, i), value));
            }
            Op::DeleteGlobal => {
                let name = name_of(f, i);
                if globals(f).remove_str(rt, name).is_none() {
                    return Err(not_defined(rt, name));
                }
            }
            Op::LoadName => {
                let name = name_of(f, i);
                let found = match (*f).locals {
                    0 => match namespace(f) {
                        Some(namespace) => namespace_get(rt, &namespace, name)?,
                        None => None,
                    },
                    word => namespace_get(rt, &lend(word), name)?,
                };
                let found = match found {
                    Some(found) => found,
                    None => global(rt, f, name)?,
                };
                (*f).put(i.a, found);
            }
            Op::StoreName => {
                let name = name_of(f, i);
                let value = (*f).operand(i.a).into_value();
                let namespace = locals(rt, f)?;
                if rt.is_exact(&namespace, &rt.types.dict)
                    && let Some(dict) = namespace.downcast_ref::<Dict>()
                {
                    drop(dict.set_str(rt, name, value));
                } else {
                    rt.setitem(&namespace, name.as_value(), Some(&value))?;
                }
            }
            Op::DeleteName => {
                let name = name_of(f, i);
                let namespace = locals(rt, f)?;
                match rt.setitem(&namespace, name.as_value(), None) {
                    Err(raised) if raised.is(rt, &rt.types.key_error) => {
                        return Err(not_defined(rt, name));
                    }
                    other => other?,
                }
            }
            Op::LoadLocals => {
                let namespace = locals(rt, f)?;
                (*f).put(i.a, namespace);
            }
            Op::LoadFromDictOrGlobals => {
                let name = name_of(f, i);
                let namespace = (*f).operand(i.b);
                let found = match namespace_get(rt, &namespace, name)? {
                    Some(found) => found,
                    None => global(rt, f, name)?,
                };
                drop(namespace);
                (*f).put(i.a, found);
            }
            Op::LoadFromDictOrDeref => {
                let name = &(*f).code().locals[usize::from(i.c)];
                let namespace = (*f).operand(i.b);
                let found = match namespace_get(rt, &namespace, name)? {
                    Some(found) => Some(found),
                    None => cell(cx, f, i.c)?.content.get(),
                };
                drop(namespace);
                match found {
                    Some(found) => (*f).put(i.a, found),
                    None => return unbound_deref(cx, f, i.c),
                }
            }
            _ => {
                let namespace = locals(rt, f)?;
                setup_annotations(rt, &namespace)?;
            }
        }
    }
    Ok(())
}

/// The namespace of the topmost frame.
///
/// # Safety
/// `f` is the topmost frame.
unsafe fn locals(rt: &Rt, f: *mut Frame) -> PyResult {
    // SAFETY: by the contract.
    unsafe { namespace(f) }.ok_or_else(|| rt.system_error("no locals"))
}

fn setup_annotations(rt: &Rt, namespace: &Value) -> PyResult<()> {
    let name = &rt.names.annotations_;
    if namespace_get(rt, namespace, name)?.is_none() {
        let dict = rt.dict().into_value();
        rt.setitem(namespace, name.as_value(), Some(&dict))?;
    }
    Ok(())
}

/// # Safety
/// `f` is the topmost frame.
unsafe fn cell<'a>(cx: Cx<'_>, f: *mut Frame, register: u16) -> PyResult<&'a CellObj> {
    // SAFETY: by the contract.
    let found = unsafe { payload::<CellObj>((*f).get(register)) };
    found.ok_or_else(|| {
        cx.rt
            .system_error("a cell variable's register holds no cell")
    })
}

/// The instructions on cells and locals.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
pub(super) unsafe fn cells(cx: Cx<'_>, f: *mut Frame, op: Op, i: Word) -> PyResult<()> {
    let rt = cx.rt;
    // SAFETY: by the contract.
    unsafe {
        match op {
            Op::MakeCell => {
                let content = (*f).take(i.a);
                let made = alloc(Some(rt.types.cell.as_value()), 0, CellObj::default());
                made.content.set(content);
                (*f).put(i.a, made.into_value());
            }
            Op::DeleteDeref => {
                if cell(cx, f, i.a)?.content.take().is_none() {
                    return unbound_deref(cx, f, i.a);
                }
            }
            Op::DeleteLocal => match (*f).take(i.a) {
                Some(value) => drop(value),
                None => return Err(unbound_local(rt, f, i.a)),
            },
            _ => {
                if (*f).get(i.a) == 0 {
                    return Err(unbound_local(rt, f, i.a));
                }
            }
        }
    }
    Ok(())
}

/// The closure's cells fill b registers from a on.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
pub(super) unsafe fn copy_free_variables(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe {
        let closure = (*f).function().closure.bits();
        let Some(cells) = payload::<Tuple>(closure).filter(|c| c.len() == usize::from(i.b)) else {
            return Err(cx.rt.system_error("closure does not fit the code object"));
        };
        for (n, slot) in cells.slots().iter().enumerate() {
            let word = slot.bits();
            if payload::<CellObj>(word).is_none() {
                return Err(cx
                    .rt
                    .system_error("closure holds something else than cells"));
            }
            (*f).set(i.a + n as u16, retain(word));
        }
    }
    Ok(())
}

#[cold]
fn unbound_local(rt: &Rt, f: *mut Frame, register: u16) -> Raised {
    // SAFETY: callers pass the topmost frame and one of its locals.
    let name = unsafe { &(*f).code().locals[usize::from(register)] };
    rt.unbound_local_error(format!(
        "cannot access local variable '{}' where it is not associated with a value",
        name.to_str()
    ))
}

/// The error for an empty cell (`format_exc_unbound`).
///
/// # Safety
/// `f` is the topmost frame and the register one of its cell variables.
#[cold]
pub(super) unsafe fn unbound_deref(cx: Cx<'_>, f: *mut Frame, register: u16) -> PyResult<()> {
    // SAFETY: by the contract.
    let code = unsafe { (*f).code() };
    let kind = code
        .object
        .localspluskinds
        .get(usize::from(register))
        .copied()
        .unwrap_or(0);
    let name = code.locals[usize::from(register)].to_str();
    if kind & LocalKind::FREE == 0 {
        return Err(cx.rt.unbound_local_error(format!(
            "cannot access local variable '{name}' where it is not associated with a value"
        )));
    }
    Err(cx.rt.name_error(format!(
        "cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
    )))
}
