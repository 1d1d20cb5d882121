//! `OSError`: its fields, and the subclass that an errno stands for.

use super::base::{init_args, new_exception, str_exception};
use super::{Exception, Own, extra, part};
use crate::native::{Args, Call, GetSetDef, NativeDef};
use crate::raised::{PyResult, Raised};
use crate::rt::Rt;
use crate::slots::{InitFn, NewFn, Slots};
use crate::str_::StrExt;
use crate::tuple::TupleExt;
use crate::type_::TypeObj;
use hognose_heap::{Ref, Value};

const ERRNO: usize = 0;
const STRERROR: usize = 1;
const FILENAME: usize = 2;
const FILENAME2: usize = 3;
const WRITTEN: usize = 4;

pub(super) const OS_ERROR: Own = Own {
    slots: Slots {
        new: Some(new_os_error),
        init: Some(init_os_error),
        str: Some(str_os_error),
        ..Slots::NONE
    },
    getset: &[
        extra::<ERRNO>("errno"),
        extra::<STRERROR>("strerror"),
        extra::<FILENAME>("filename"),
        extra::<FILENAME2>("filename2"),
        GetSetDef::read_write("characters_written", get_written, set_written),
    ],
    methods: &[NativeDef::new("__reduce__", "", Call::Zero(reduce))],
};

/// Linux's numbers for the errors that have a class of their own (`errno.h`).
fn class_of(rt: &Rt, errno: i64) -> Option<&Ref<TypeObj>> {
    let t = &rt.types;
    Some(match errno {
        1 | 13 => &t.permission_error,
        2 => &t.file_not_found_error,
        3 => &t.process_lookup_error,
        4 => &t.interrupted_error,
        10 => &t.child_process_error,
        11 | 114 | 115 => &t.blocking_io_error,
        17 => &t.file_exists_error,
        20 => &t.not_a_directory_error,
        21 => &t.is_a_directory_error,
        32 | 108 => &t.broken_pipe_error,
        103 => &t.connection_aborted_error,
        104 => &t.connection_reset_error,
        110 => &t.timeout_error,
        111 => &t.connection_refused_error,
        _ => return None,
    })
}

/// Whether the arguments are left to `__init__`, as a subclass has its own (`oserror_use_init`).
fn uses_init(ty: &TypeObj) -> bool {
    let own_init =
        (ty.slots.init.get()).is_some_and(|f| !std::ptr::fn_addr_eq(f, init_os_error as InitFn));
    let our_new =
        (ty.slots.new.get()).is_some_and(|f| std::ptr::fn_addr_eq(f, new_os_error as NewFn));
    own_init && our_new
}

#[inline(never)]
fn new_os_error(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    if uses_init(ty) {
        return new_exception(rt, ty, &Args::new(&[]));
    }
    if args.has_keywords() {
        let name = ty.display_name();
        return Err(rt.type_error(format!("{name}() takes no keyword arguments")));
    }
    let given = args.positional();
    let mut chosen = ty.clone();
    if ty.same(&rt.types.os_error)
        && (2..=5).contains(&given.len())
        && let Some(errno) = rt.as_int(&given[0]).and_then(|i| i.to_i64())
        && let Some(class) = class_of(rt, errno)
    {
        chosen = class.clone();
    }
    let made = new_exception(rt, &chosen, args)?;
    fill(rt, &made, args)?;
    Ok(made)
}

#[inline(never)]
fn init_os_error(rt: &Rt, this: &Value, args: &Args<'_>) -> PyResult<()> {
    let ty = rt.type_of(this);
    if !uses_init(ty) {
        // `__new__` has done it.
        return Ok(());
    }
    if args.has_keywords() {
        let name = ty.display_name();
        return Err(rt.type_error(format!("{name}() takes no keyword arguments")));
    }
    fill(rt, this, args)
}

/// Takes the fields from the arguments (`oserror_init`).
fn fill(rt: &Rt, this: &Value, args: &Args<'_>) -> PyResult<()> {
    let given = args.positional();
    let e = part(rt, this)?;
    init_args(rt, this, &Args::new(given))?;
    if !(2..=5).contains(&given.len()) {
        return Ok(());
    }
    e.extra[ERRNO].set(Some(given[0].clone()));
    e.extra[STRERROR].set(Some(given[1].clone()));
    let Some(filename) = given.get(2).filter(|f| !f.is_none()) else {
        return Ok(());
    };
    let counts = rt.is_instance(this, &rt.types.blocking_io_error)
        && rt.type_of(filename).slots.index.get().is_some();
    if counts {
        e.extra[WRITTEN].set(Some(rt.index(filename)?));
        return Ok(());
    }
    e.extra[FILENAME].set(Some(filename.clone()));
    if let Some(second) = given.get(4).filter(|f| !f.is_none()) {
        e.extra[FILENAME2].set(Some(second.clone()));
    }
    e.args
        .set(Some(rt.tuple(given[..2].iter().cloned()).into_value()));
    Ok(())
}

fn str_os_error(rt: &Rt, this: &Value) -> PyResult {
    let e = part(rt, this)?;
    let shown = |i: usize| -> PyResult<String> {
        let value = e.extra[i].get().unwrap_or(Value::NONE);
        Ok(rt.str_of(&value)?.to_str().into_owned())
    };
    let repr = |i: usize| -> PyResult<String> {
        let value = e.extra[i].get().unwrap_or(Value::NONE);
        Ok(rt.repr(&value)?.to_str().into_owned())
    };
    let (errno, strerror) = (!e.extra[ERRNO].is_empty(), !e.extra[STRERROR].is_empty());
    let text = if !e.extra[FILENAME].is_empty() {
        let start = format!("[Errno {}] {}", shown(ERRNO)?, shown(STRERROR)?);
        if e.extra[FILENAME2].is_empty() {
            format!("{start}: {}", repr(FILENAME)?)
        } else {
            format!("{start}: {} -> {}", repr(FILENAME)?, repr(FILENAME2)?)
        }
    } else if errno && strerror {
        format!("[Errno {}] {}", shown(ERRNO)?, shown(STRERROR)?)
    } else {
        return str_exception(rt, this);
    };
    Ok(rt.str(&text).into_value())
}

fn get_written(rt: &Rt, this: &Value) -> PyResult {
    part(rt, this)?.extra[WRITTEN].get().ok_or_else(|| {
        rt.raise_with(
            &rt.types.attribute_error,
            &[rt.str("characters_written").into_value()],
        )
    })
}

fn set_written(rt: &Rt, this: &Value, value: Option<&Value>) -> PyResult<()> {
    let e = part(rt, this)?;
    match value {
        Some(value) => {
            let count = rt.index(value)?;
            e.extra[WRITTEN].set(Some(count));
        }
        None => {
            get_written(rt, this)?;
            e.extra[WRITTEN].set(None);
        }
    }
    Ok(())
}

fn reduce(rt: &Rt, this: &Value) -> PyResult {
    let e = part(rt, this)?;
    let mut args = rt.exception_args(this).to_vec();
    if args.len() == 2
        && let Some(filename) = e.extra[FILENAME].get()
    {
        args.push(filename);
        if let Some(second) = e.extra[FILENAME2].get() {
            args.push(Value::NONE);
            args.push(second);
        }
    }
    let class = rt.type_of(this).as_value().clone();
    let args = rt.tuple(args).into_value();
    Ok(match rt.existing_dict(this) {
        Some(dict) => rt.tuple([class, args, dict.into_value()]),
        None => rt.tuple([class, args]),
    }
    .into_value())
}

impl Rt {
    /// An `OSError` from an operating-system error number, as the class that stands for it.
    #[cold]
    pub fn os_error_from(&self, error: &std::io::Error, filename: Option<&Value>) -> Raised {
        let Some(errno) = error.raw_os_error() else {
            return self.os_error(error.to_string());
        };
        let text = error.to_string();
        let text = match text.rsplit_once(" (os error") {
            Some((start, _)) => start.to_owned(),
            None => text,
        };
        let mut args = vec![self.int(i64::from(errno)), self.str(&text).into_value()];
        args.extend(filename.cloned());
        self.raise_with(&self.types.os_error, &args)
    }

    /// The number in an OSError, if it has one.
    pub fn os_error_number(&self, raised: &Raised) -> Option<i64> {
        let e = raised.0.downcast_ref::<Exception>()?;
        let errno = e.extra[ERRNO].get()?;
        raised
            .is(self, &self.types.os_error)
            .then(|| self.as_int(&errno)?.to_i64())
            .flatten()
    }
}
