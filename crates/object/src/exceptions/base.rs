//! `BaseException`.

use super::{Exception, Own, part};
use crate::dict::Dict;
use crate::native::{Args, Call, GetSetDef, NativeDef};
use crate::raised::{PyResult, Raised};
use crate::rt::Rt;
use crate::slots::Slots;
use crate::str_::{Str, StrExt};
use crate::tuple::{List, Tuple, TupleExt};
use crate::type_::TypeObj;
use hognose_heap::{Ref, Value, ValueCell};

pub(super) const BASE_EXCEPTION: Own = Own {
    slots: Slots {
        new: Some(new_exception),
        init: Some(init_exception),
        repr: Some(repr_exception),
        str: Some(str_exception),
        ..Slots::NONE
    },
    getset: &[
        GetSetDef::read_write(
            "__dict__",
            crate::type_object::get_instance_dict,
            crate::type_object::set_instance_dict,
        ),
        GetSetDef::read_write(
            "args",
            |rt, v| Ok(rt.exception_args(v).into_value()),
            set_args,
        ),
        GetSetDef::read_write(
            "__traceback__",
            |rt, v| Ok(part(rt, v)?.traceback.get().unwrap_or(Value::NONE)),
            set_traceback,
        ),
        GetSetDef::read_write(
            "__context__",
            |rt, v| Ok(part(rt, v)?.context.get().unwrap_or(Value::NONE)),
            |rt, v, value| {
                let checked = checked_exception(rt, value, "__context__", "context")?;
                part(rt, v)?.context.set(checked);
                Ok(())
            },
        ),
        GetSetDef::read_write(
            "__cause__",
            |rt, v| Ok(part(rt, v)?.cause.get().unwrap_or(Value::NONE)),
            |rt, v, value| {
                let checked = checked_exception(rt, value, "__cause__", "cause")?;
                let e = part(rt, v)?;
                e.suppress_context.set(true);
                e.cause.set(checked);
                Ok(())
            },
        ),
        GetSetDef::read_write(
            "__suppress_context__",
            |rt, v| Ok(Value::bool(part(rt, v)?.suppress_context.get())),
            |rt, v, value| {
                let flag = match value {
                    Some(value) if value.is(&Value::TRUE) || value.is(&Value::FALSE) => {
                        value.is(&Value::TRUE)
                    }
                    Some(_) => {
                        return Err(rt.type_error("attribute value type must be bool"));
                    }
                    None => {
                        return Err(rt.type_error("can't delete numeric/char attribute"));
                    }
                };
                part(rt, v)?.suppress_context.set(flag);
                Ok(())
            },
        ),
    ],
    methods: &[
        NativeDef::new("__reduce__", "", Call::Zero(reduce)),
        NativeDef::new("__setstate__", "", Call::One(set_state)),
        NativeDef::new("with_traceback", "", Call::One(with_traceback)),
        NativeDef::new("add_note", "", Call::One(add_note)),
    ],
};

#[inline(never)]
pub(super) fn new_exception(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let payload = Exception {
        args: ValueCell::new(rt.tuple(args.positional().iter().cloned()).into_value()),
        ..Exception::default()
    };
    Ok(rt.alloc(ty, payload).into_value())
}

#[inline(never)]
pub(super) fn init_exception(rt: &Rt, this: &Value, args: &Args<'_>) -> PyResult<()> {
    if args.has_keywords() {
        let name = rt.type_name(this);
        return Err(rt.type_error(format!("{name}() takes no keyword arguments")));
    }
    init_args(rt, this, args)
}

/// Stores the positional arguments as `args`.
pub(super) fn init_args(rt: &Rt, this: &Value, args: &Args<'_>) -> PyResult<()> {
    let given = args.positional();
    let e = part(rt, this)?;
    let known = e.args.get();
    let same = known
        .as_ref()
        .and_then(Value::downcast_ref::<Tuple>)
        .is_some_and(|t| t.len() == given.len() && t.items().zip(given).all(|(a, b)| a.is(b)));
    if !same {
        e.args
            .set(Some(rt.tuple(given.iter().cloned()).into_value()));
    }
    Ok(())
}

/// The last part of the class's name.
fn short_name(rt: &Rt, this: &Value) -> String {
    let name = rt.type_name(this);
    match name.rsplit_once('.') {
        Some((_, last)) => last.to_owned(),
        None => name,
    }
}

fn repr_exception(rt: &Rt, this: &Value) -> PyResult {
    let args = rt.exception_args(this);
    let name = short_name(rt, this);
    let text = match args.item(0) {
        Some(one) if args.len() == 1 => {
            let shown = rt.repr(&one)?;
            let start = rt.str_concat(&rt.str(&format!("{name}(")), &shown);
            rt.str_concat(&start, &rt.str(")"))
        }
        _ => rt.str_concat(&rt.str(&name), &*rt.repr(args.as_value())?),
    };
    Ok(text.into_value())
}

#[inline(never)]
pub(super) fn str_exception(rt: &Rt, this: &Value) -> PyResult {
    let args = rt.exception_args(this);
    match (args.item(0), args.len()) {
        (None, _) => Ok(rt.names.empty.as_value().clone()),
        (Some(one), 1) => Ok(rt.str_of(&one)?.into_value()),
        _ => Ok(rt.str_of(args.as_value())?.into_value()),
    }
}

fn set_args(rt: &Rt, this: &Value, value: Option<&Value>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(rt.type_error("args may not be deleted"));
    };
    let items = rt.collect(value)?;
    part(rt, this)?.args.set(Some(rt.tuple(items).into_value()));
    Ok(())
}

fn set_traceback(rt: &Rt, this: &Value, value: Option<&Value>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(rt.type_error("__traceback__ may not be deleted"));
    };
    if !value.is_none() && !rt.is_instance(value, &rt.types.traceback) {
        return Err(rt.type_error("__traceback__ must be a traceback or None"));
    }
    let new = Some(value.clone()).filter(|v| !v.is_none());
    part(rt, this)?.traceback.set(new);
    Ok(())
}

/// An exception or nothing, for `__cause__` and `__context__`.
fn checked_exception(
    rt: &Rt,
    value: Option<&Value>,
    attribute: &str,
    what: &str,
) -> PyResult<Option<Value>> {
    let Some(value) = value else {
        return Err(rt.type_error(format!("{attribute} may not be deleted")));
    };
    if value.is_none() {
        return Ok(None);
    }
    if !rt.is_instance(value, &rt.types.base_exception) {
        return Err(rt.type_error(format!(
            "exception {what} must be None or derive from BaseException"
        )));
    }
    Ok(Some(value.clone()))
}

fn reduce(rt: &Rt, this: &Value) -> PyResult {
    let class = rt.type_of(this).as_value().clone();
    let args = rt.exception_args(this).into_value();
    Ok(match rt.existing_dict(this) {
        Some(dict) => rt.tuple([class, args, dict.into_value()]),
        None => rt.tuple([class, args]),
    }
    .into_value())
}

fn set_state(rt: &Rt, this: &Value, state: &Value) -> PyResult {
    if state.is_none() {
        return Ok(Value::NONE);
    }
    let Some(dict) = state.downcast_ref::<Dict>() else {
        return Err(rt.type_error("state is not a dictionary"));
    };
    for (key, value) in dict.snapshot() {
        match key.downcast::<Str>() {
            Some(name) => rt.setattr(this, name, Some(&value))?,
            None => {
                return Err(rt.type_error(format!(
                    "attribute name must be string, not '{}'",
                    rt.type_name(&key)
                )));
            }
        }
    }
    Ok(Value::NONE)
}

fn with_traceback(rt: &Rt, this: &Value, traceback: &Value) -> PyResult {
    set_traceback(rt, this, Some(traceback))?;
    Ok(this.clone())
}

fn add_note(rt: &Rt, this: &Value, note: &Value) -> PyResult {
    if note.downcast_ref::<Str>().is_none() {
        return Err(rt.type_error(format!("note must be a str, not '{}'", rt.type_name(note))));
    }
    let name = &rt.names.notes_;
    let notes = match rt.getattr_opt(this, name)? {
        Some(notes) => notes,
        None => {
            let made = rt.list(Vec::new()).into_value();
            rt.setattr(this, name, Some(&made))?;
            made
        }
    };
    match notes.downcast_ref::<List>() {
        Some(list) => {
            list.push(note.clone());
            Ok(Value::NONE)
        }
        None => Err(rt.type_error("Cannot add note: __notes__ is not a list")),
    }
}

impl Rt {
    /// `exception.args`.
    pub fn exception_args(&self, exception: &Value) -> Ref<Tuple> {
        exception
            .downcast_ref::<Exception>()
            .and_then(|e| e.args.get())
            .and_then(|args| Ref::try_from(args).ok())
            .unwrap_or_else(|| self.tuple([]))
    }

    /// Adds a note to an exception that is on its way; what goes wrong meanwhile is forgotten.
    pub fn add_note(&self, raised: &Raised, note: &str) {
        let note = self.str(note).into_value();
        drop(add_note(self, &raised.0, &note));
    }

    /// Puts the exception that was being handled behind the new one, without making a ring (`_PyErr_SetObject`).
    pub fn chain_context(&self, raised: &Raised, handled: &Value) {
        if raised.0.is(handled) {
            return;
        }
        let Some(exception) = raised.0.downcast_ref::<Exception>() else {
            return;
        };
        let mut at = handled.clone();
        let mut slow = handled.clone();
        let mut advance_slow = false;
        while let Some(e) = at.downcast::<Exception>().cloned() {
            let Some(next) = e.context.get() else {
                break;
            };
            if next.is(&raised.0) {
                e.context.set(None);
                break;
            }
            at = next;
            if at.is(&slow) {
                // A ring that was there before: CPython leaves it.
                break;
            }
            if advance_slow {
                let following = slow
                    .downcast_ref::<Exception>()
                    .and_then(|e| e.context.get());
                slow = following.unwrap_or(Value::NONE);
            }
            advance_slow = !advance_slow;
        }
        exception.context.set(Some(handled.clone()));
    }

    /// The text of an exception's message as `str()` gives it, or CPython's stand-in.
    pub fn exception_text(&self, exception: &Value) -> String {
        match self.str_of(exception) {
            Ok(text) => text.to_str().into_owned(),
            Err(_) => "<exception str() failed>".to_owned(),
        }
    }
}
