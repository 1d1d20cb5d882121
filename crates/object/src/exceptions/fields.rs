//! The exceptions with a few fields: `StopIteration`, `SystemExit`, `ImportError`, `AttributeError`, `NameError`,
//! `KeyError`.

use super::base::{init_args, init_exception, str_exception};
use super::{Own, extra, part};
use crate::native::{Args, Call, NativeDef};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::Slots;
use crate::str_::{Str, StrExt};
use crate::tuple::TupleExt;
use hognose_heap::Value;

pub(super) const ATTRIBUTE_NAME: usize = 0;
pub(super) const ATTRIBUTE_OBJECT: usize = 1;
pub(super) const NAME_NAME: usize = 0;
pub(super) const IMPORT_NAME: usize = 1;
pub(super) const IMPORT_NAME_FROM: usize = 3;
/// `ImportError`'s `msg`, `name`, `path`, `name_from`.
const IMPORT_FIELDS: [&str; 4] = ["msg", "name", "path", "name_from"];

pub(super) const STOP_ITERATION: Own = Own {
    slots: Slots {
        init: Some(|rt, v, args| {
            init_exception(rt, v, args)?;
            let value = args.positional().first().cloned();
            part(rt, v)?.extra[0].set(Some(value.unwrap_or(Value::NONE)));
            Ok(())
        }),
        ..Slots::NONE
    },
    getset: &[extra::<0>("value")],
    methods: &[],
};

pub(super) const SYSTEM_EXIT: Own = Own {
    slots: Slots {
        init: Some(|rt, v, args| {
            init_exception(rt, v, args)?;
            let code = match args.positional() {
                [] => Value::NONE,
                [one] => one.clone(),
                many => rt.tuple(many.iter().cloned()).into_value(),
            };
            part(rt, v)?.extra[0].set(Some(code));
            Ok(())
        }),
        ..Slots::NONE
    },
    getset: &[extra::<0>("code")],
    methods: &[],
};

pub(super) const IMPORT_ERROR: Own = Own {
    slots: Slots {
        init: Some(init_import_error),
        str: Some(|rt, v| match part(rt, v)?.extra[0].get() {
            Some(msg) if rt.is_exact_str(&msg) => Ok(msg),
            _ => str_exception(rt, v),
        }),
        ..Slots::NONE
    },
    getset: &[
        extra::<0>("msg"),
        extra::<1>("name"),
        extra::<2>("path"),
        extra::<3>("name_from"),
    ],
    methods: &[NativeDef::new(
        "__reduce__",
        "",
        Call::Zero(reduce_import_error),
    )],
};

pub(super) const ATTRIBUTE_ERROR: Own = Own {
    slots: Slots {
        init: Some(|rt, v, args| init_keywords(rt, v, args, "AttributeError", &["name", "obj"])),
        ..Slots::NONE
    },
    getset: &[
        extra::<ATTRIBUTE_NAME>("name"),
        extra::<ATTRIBUTE_OBJECT>("obj"),
    ],
    methods: &[
        NativeDef::new("__reduce__", "", Call::Zero(reduce_attribute_error)),
        NativeDef::new("__getstate__", "", Call::Zero(attribute_error_state)),
    ],
};

pub(super) const NAME_ERROR: Own = Own {
    slots: Slots {
        init: Some(|rt, v, args| init_keywords(rt, v, args, "NameError", &["name"])),
        ..Slots::NONE
    },
    getset: &[extra::<NAME_NAME>("name")],
    methods: &[],
};

pub(super) const KEY_ERROR: Own = Own {
    slots: Slots {
        // The repr, so that an empty key shows as a key and not as nothing.
        str: Some(|rt, v| {
            let args = rt.exception_args(v);
            match (args.item(0), args.len()) {
                (Some(one), 1) => Ok(rt.repr(&one)?.into_value()),
                _ => str_exception(rt, v),
            }
        }),
        ..Slots::NONE
    },
    getset: &[],
    methods: &[],
};

/// Stores keyword-only arguments in the fields of that order.
fn init_keywords(
    rt: &Rt,
    this: &Value,
    args: &Args<'_>,
    class: &str,
    fields: &[&str],
) -> PyResult<()> {
    init_args(rt, this, args)?;
    let e = part(rt, this)?;
    for (i, _) in fields.iter().enumerate() {
        e.extra[i].set(None);
    }
    for (key, value) in args.keywords() {
        match fields.iter().position(|f| key.is_text(f)) {
            Some(i) => e.extra[i].set(Some(value.clone())),
            None => {
                return Err(rt.type_error(format!(
                    "'{}' is an invalid keyword argument for {class}()",
                    key.to_str()
                )));
            }
        }
    }
    Ok(())
}

fn init_import_error(rt: &Rt, this: &Value, args: &Args<'_>) -> PyResult<()> {
    init_args(rt, this, args)?;
    let e = part(rt, this)?;
    for cell in &e.extra[..4] {
        cell.set(None);
    }
    for (key, value) in args.keywords() {
        match IMPORT_FIELDS.iter().skip(1).position(|f| key.is_text(f)) {
            Some(i) => e.extra[i + 1].set(Some(value.clone())),
            None => {
                return Err(rt.type_error(format!(
                    "'{}' is an invalid keyword argument for ImportError()",
                    key.to_str()
                )));
            }
        }
    }
    if let [msg] = args.positional() {
        e.extra[0].set(Some(msg.clone()));
    }
    Ok(())
}

fn reduce_import_error(rt: &Rt, this: &Value) -> PyResult {
    let e = part(rt, this)?;
    let state = rt.dict();
    if let Some(dict) = rt.existing_dict(this) {
        rt.dict_merge(&state, dict.as_value())?;
    }
    for (i, name) in IMPORT_FIELDS.iter().enumerate().skip(1) {
        if let Some(value) = e.extra[i].get() {
            state.set_str(rt, &rt.intern(name), value);
        }
    }
    let class = rt.type_of(this).as_value().clone();
    let args = rt.exception_args(this).into_value();
    Ok(if state.is_empty() {
        rt.tuple([class, args])
    } else {
        rt.tuple([class, args, state.into_value()])
    }
    .into_value())
}

/// The state of an AttributeError: its dict, `name` and `args`, but not `obj`, which may not be picklable.
fn attribute_error_state(rt: &Rt, this: &Value) -> PyResult {
    let name = part(rt, this)?.extra[ATTRIBUTE_NAME].get();
    let dict = rt.existing_dict(this);
    if dict.is_none() && name.is_none() {
        return Ok(Value::NONE);
    }
    let state = rt.dict();
    if let Some(dict) = dict {
        rt.dict_merge(&state, dict.as_value())?;
    }
    if let Some(name) = name {
        state.set_str(rt, &rt.names.name, name);
    }
    state.set_str(rt, &rt.names.args, rt.exception_args(this).into_value());
    Ok(state.into_value())
}

fn reduce_attribute_error(rt: &Rt, this: &Value) -> PyResult {
    let state = attribute_error_state(rt, this)?;
    let class = rt.type_of(this).as_value().clone();
    let args = rt.exception_args(this).into_value();
    Ok(rt.tuple([class, args, state]).into_value())
}

impl Rt {
    /// An ImportError with `name` and `path` set (`PyErr_SetImportErrorSubclass`).
    #[cold]
    pub fn import_error_for(
        &self,
        class: &hognose_heap::Ref<crate::TypeObj>,
        message: &str,
        name: Option<&Value>,
        path: Option<&Value>,
    ) -> crate::Raised {
        let raised = self.raise(class, message);
        if let Some(e) = raised.0.downcast_ref::<super::Exception>() {
            e.extra[1].set(name.cloned());
            e.extra[2].set(path.cloned());
        }
        raised
    }

    /// `StopIteration.value` of a raised one.
    pub fn stop_iteration_value(&self, raised: &crate::Raised) -> Value {
        let e = raised.0.downcast_ref::<super::Exception>();
        e.and_then(|e| e.extra[0].get()).unwrap_or(Value::NONE)
    }

    /// The text of a string value, for messages.
    pub(crate) fn text_of(&self, value: &Value) -> Option<String> {
        value.downcast_ref::<Str>().map(|s| s.to_str().into_owned())
    }
}
