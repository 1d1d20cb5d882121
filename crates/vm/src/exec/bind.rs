//! Arguments into parameters (`initialize_locals` of `Python/ceval.c`), with CPython's messages.

use super::frame::function_name;
use super::{Cx, release};
use hognose_bytecode::flags;
use hognose_heap::Value;
use hognose_object::code::Code;
use hognose_object::dict::Dict;
use hognose_object::function::Function;
use hognose_object::native::Args;
use hognose_object::tuple::{Tuple, TupleExt};
use hognose_object::{PyResult, Raised, Ref, Rt, Str, StrExt};

/// Places of the parameters in a window that nobody else looks at yet.
struct Window {
    at: *mut u64,
    filled: usize,
}

impl Window {
    fn get(&self, i: usize) -> u64 {
        debug_assert!(i < self.filled);
        // SAFETY: the window has `filled` words, zeroed at first.
        unsafe { *self.at.add(i) }
    }

    fn set(&self, i: usize, value: Value) {
        debug_assert!(i < self.filled);
        // SAFETY: as in `get`.
        unsafe {
            let place = self.at.add(i);
            release(std::mem::replace(&mut *place, value.into_raw()));
        }
    }

    fn clear(&self) {
        for i in 0..self.filled {
            // SAFETY: as in `get`; the words are owned.
            unsafe { release(std::mem::replace(&mut *self.at.add(i), 0)) }
        }
    }
}

/// Fills the parameters' registers, each with a reference of its own; on an error none is filled.
///
/// # Safety
/// `window` has room for all parameters, and owns nothing there.
pub(super) unsafe fn bind(
    cx: Cx<'_>,
    function: &Function,
    code: &Code,
    args: &Args<'_>,
    window: *mut u64,
) -> PyResult<()> {
    let total = code.object.total_args() as usize;
    for i in 0..total {
        // SAFETY: by the contract; what stands there owns nothing.
        unsafe { *window.add(i) = 0 }
    }
    let window = Window {
        at: window,
        filled: total,
    };
    let bound = fill(cx.rt, function, code, args, &window);
    if bound.is_err() {
        window.clear();
    }
    bound
}

fn fill(
    rt: &Rt,
    function: &Function,
    code: &Code,
    args: &Args<'_>,
    window: &Window,
) -> PyResult<()> {
    let object = &code.object;
    let positional = object.argcount as usize;
    let named = positional + object.kwonlyargcount as usize;
    let given = args.positional();
    let direct = given.len().min(positional);
    for (i, value) in given.iter().take(direct).enumerate() {
        window.set(i, value.clone());
    }
    let varargs = object.flags & flags::VARARGS != 0;
    if varargs {
        let rest = given[direct..].iter().cloned();
        window.set(named, rt.tuple(rest).into_value());
    }
    let mut kwdict: Option<Ref<Dict>> = None;
    if object.flags & flags::VARKEYWORDS != 0 {
        let dict = rt.dict();
        window.set(named + usize::from(varargs), dict.as_value().clone());
        kwdict = Some(dict);
    }
    for (key, value) in args.keywords() {
        bind_keyword(
            rt,
            function,
            code,
            args,
            key,
            value,
            window,
            kwdict.as_ref(),
        )?;
    }
    if given.len() > positional && !varargs {
        return Err(too_many(rt, function, code, given.len(), window));
    }
    let defaults = function.defaults.get();
    let defaults = defaults.as_ref().and_then(Value::downcast_ref::<Tuple>);
    if given.len() < positional {
        let default_count = defaults.map_or(0, |d| d.len());
        let first_default = positional.saturating_sub(default_count);
        let missing: Vec<usize> = (given.len()..first_default)
            .filter(|&i| window.get(i) == 0)
            .collect();
        if !missing.is_empty() {
            return Err(missing_arguments(
                rt,
                function,
                code,
                "positional",
                &missing,
            ));
        }
        for i in given.len().max(first_default)..positional {
            if window.get(i) == 0
                && let Some(value) = defaults.and_then(|d| d.item(i + default_count - positional))
            {
                window.set(i, value);
            }
        }
    }
    if named > positional {
        let kwdefaults = function.kwdefaults.get();
        let kwdefaults = kwdefaults.as_ref().and_then(Value::downcast_ref::<Dict>);
        let mut missing = Vec::new();
        for i in positional..named {
            if window.get(i) != 0 {
                continue;
            }
            match kwdefaults.and_then(|d| d.get_str(rt, &code.locals[i])) {
                Some(value) => window.set(i, value),
                None => missing.push(i),
            }
        }
        if !missing.is_empty() {
            return Err(missing_arguments(
                rt,
                function,
                code,
                "keyword-only",
                &missing,
            ));
        }
    }
    Ok(())
}

#[expect(
    clippy::too_many_arguments,
    reason = "one step of `fill`, with all of its state"
)]
fn bind_keyword(
    rt: &Rt,
    function: &Function,
    code: &Code,
    args: &Args<'_>,
    key: &Ref<Str>,
    value: &Value,
    window: &Window,
    kwdict: Option<&Ref<Dict>>,
) -> PyResult<()> {
    let object = &code.object;
    let named = (object.argcount + object.kwonlyargcount) as usize;
    let first = (object.posonlyargcount as usize).min(named);
    let params = &code.locals[..named];
    let found = params[first..]
        .iter()
        .position(|p| p.same(key))
        .or_else(|| params[first..].iter().position(|p| p.same_text(key)));
    let name = || function_name(function);
    if let Some(i) = found.map(|i| i + first) {
        if window.get(i) != 0 {
            return Err(rt.type_error(format!(
                "{}() got multiple values for argument '{}'",
                name(),
                key.to_str()
            )));
        }
        window.set(i, value.clone());
        return Ok(());
    }
    if let Some(dict) = kwdict {
        drop(dict.set_str(rt, key, value.clone()));
        return Ok(());
    }
    let positional_only: Vec<String> = args
        .keywords()
        .filter(|(k, _)| params[..first].iter().any(|p| p.same_text(k)))
        .map(|(k, _)| k.to_str().into_owned())
        .collect();
    if !positional_only.is_empty() {
        return Err(rt.type_error(format!(
            "{}() got some positional-only arguments passed as keyword arguments: '{}'",
            name(),
            positional_only.join(", ")
        )));
    }
    Err(rt.type_error(format!(
        "{}() got an unexpected keyword argument '{}'",
        name(),
        key.to_str()
    )))
}

/// `too_many_positional`
#[cold]
fn too_many(rt: &Rt, function: &Function, code: &Code, given: usize, window: &Window) -> Raised {
    let object = &code.object;
    let positional = object.argcount as usize;
    let named = positional + object.kwonlyargcount as usize;
    let defaults = function.defaults.get();
    let default_count = defaults
        .as_ref()
        .and_then(Value::downcast_ref::<Tuple>)
        .map_or(0, |d| d.len());
    let (takes, plural) = if default_count == 0 {
        (positional.to_string(), positional != 1)
    } else {
        (
            format!(
                "from {} to {positional}",
                positional.saturating_sub(default_count)
            ),
            true,
        )
    };
    let keyword_only = (positional..named).filter(|&i| window.get(i) != 0).count();
    let s = |many: bool| if many { "s" } else { "" };
    let extra = if keyword_only == 0 {
        String::new()
    } else {
        format!(
            " positional argument{} (and {keyword_only} keyword-only argument{})",
            s(given != 1),
            s(keyword_only != 1)
        )
    };
    let verb = if given == 1 && keyword_only == 0 {
        "was"
    } else {
        "were"
    };
    rt.type_error(format!(
        "{}() takes {takes} positional argument{} but {given}{extra} {verb} given",
        function_name(function),
        s(plural)
    ))
}

/// `missing_arguments` and `format_missing`
#[cold]
fn missing_arguments(
    rt: &Rt,
    function: &Function,
    code: &Code,
    kind: &str,
    missing: &[usize],
) -> Raised {
    let names: Vec<String> = missing
        .iter()
        .map(|&i| format!("'{}'", code.locals[i].to_str()))
        .collect();
    let listed = match names.as_slice() {
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [most @ .., last] => format!("{}, and {last}", most.join(", ")),
        [] => String::new(),
    };
    rt.type_error(format!(
        "{}() missing {} required {kind} argument{}: {listed}",
        function_name(function),
        names.len(),
        if names.len() == 1 { "" } else { "s" }
    ))
}
