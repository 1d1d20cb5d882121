//! Exception groups, and what `except*` does with them.

use super::base::new_exception;
use super::{Exception, Own, part};
use crate::native::{Args, Call, GetSetDef, NativeDef};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::Slots;
use crate::str_::{Str, StrExt};
use crate::tuple::{Tuple, TupleExt};
use crate::type_::TypeObj;
use hognose_heap::{Ref, Value};

const MESSAGE: usize = 0;
const EXCEPTIONS: usize = 1;

pub(super) const GROUP: Own = Own {
    slots: Slots {
        new: Some(new_group),
        init: Some(super::base::init_exception),
        str: Some(str_group),
        ..Slots::NONE
    },
    getset: &[
        GetSetDef::member("message", super::get_extra::<MESSAGE>),
        GetSetDef::member("exceptions", super::get_extra::<EXCEPTIONS>),
    ],
    methods: &[
        NativeDef::class(
            "__class_getitem__",
            "",
            Call::One(|rt, ty, item| Ok(rt.generic_alias(ty, item))),
        ),
        NativeDef::new("derive", "", Call::One(derive)),
        NativeDef::new("split", "", Call::One(split_method)),
        NativeDef::new("subgroup", "", Call::One(subgroup)),
    ],
};

fn new_group(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let given = args.positional();
    let [message, exceptions] = given else {
        return Err(rt.type_error(format!(
            "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)",
            given.len()
        )));
    };
    if message.downcast_ref::<Str>().is_none() {
        return Err(rt.type_error(format!(
            "BaseExceptionGroup.__new__() argument 1 must be str, not {}",
            rt.type_name(message)
        )));
    }
    let is_sequence = !rt.is_instance(exceptions, &rt.types.dict)
        && !rt.is_instance(exceptions, &rt.types.set)
        && !rt.is_instance(exceptions, &rt.types.frozenset)
        && rt.type_of(exceptions).slots.getitem.get().is_some();
    if !is_sequence {
        return Err(rt.type_error("second argument (exceptions) must be a sequence"));
    }
    let items = rt.collect(exceptions)?;
    if items.is_empty() {
        return Err(rt.value_error("second argument (exceptions) must be a non-empty sequence"));
    }
    let mut nests_base = false;
    for (i, item) in items.iter().enumerate() {
        if !rt.is_instance(item, &rt.types.base_exception) {
            return Err(rt.value_error(format!(
                "Item {i} of second argument (exceptions) is not an exception"
            )));
        }
        nests_base |= !rt.isinstance(item, rt.types.exception.as_value())?;
    }
    let group = rt.exception_group();
    let mut class = ty.clone();
    if ty.same(&group) {
        if nests_base {
            return Err(rt.type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
        }
    } else if ty.same(&rt.types.base_exception_group) {
        if !nests_base {
            class = group;
        }
    } else if nests_base && ty.is_subtype(&rt.types.exception) {
        let name = ty.display_name();
        return Err(rt.type_error(format!("Cannot nest BaseExceptions in '{name}'")));
    }
    let made = new_exception(rt, &class, args)?;
    let e = part(rt, &made)?;
    e.extra[MESSAGE].set(Some(message.clone()));
    e.extra[EXCEPTIONS].set(Some(rt.tuple(items).into_value()));
    Ok(made)
}

fn str_group(rt: &Rt, this: &Value) -> PyResult {
    let message = super::get_extra::<MESSAGE>(rt, this)?;
    let message = rt.str_of(&message)?;
    let n = rt.group_members(this).map_or(0, |m| m.len());
    let plural = if n > 1 { "s" } else { "" };
    let text = format!("{} ({n} sub-exception{plural})", message.to_str());
    Ok(rt.str(&text).into_value())
}

fn derive(rt: &Rt, this: &Value, exceptions: &Value) -> PyResult {
    let message = super::get_extra::<MESSAGE>(rt, this)?;
    rt.call(
        rt.types.base_exception_group.as_value(),
        &[message, exceptions.clone()],
    )
}

/// What `split` compares exceptions with.
enum Matcher<'a> {
    Classes(&'a Value),
    Predicate(&'a Value),
    /// Leaves by their identity.
    Leaves(&'a [u64]),
}

fn matcher<'a>(rt: &Rt, value: &'a Value) -> PyResult<Matcher<'a>> {
    let is_class = |v: &Value| {
        v.downcast_ref::<TypeObj>()
            .is_some_and(|t| t.is_subtype(&rt.types.base_exception))
    };
    if value.downcast_ref::<crate::function::Function>().is_some() {
        return Ok(Matcher::Predicate(value));
    }
    let classes = match value.downcast_ref::<Tuple>() {
        Some(row) => row.items().all(|c| is_class(&c)),
        None => is_class(value),
    };
    if classes {
        Ok(Matcher::Classes(value))
    } else {
        Err(rt.type_error("expected a function, exception type or tuple of exception types"))
    }
}

impl Matcher<'_> {
    fn accepts(&self, rt: &Rt, exception: &Value) -> PyResult<bool> {
        match self {
            Matcher::Classes(classes) => Ok(rt.exception_matches(exception, classes)),
            Matcher::Predicate(f) => {
                let answer = rt.call(f, std::slice::from_ref(exception))?;
                rt.truth(&answer)
            }
            Matcher::Leaves(ids) => {
                Ok(rt.group_members(exception).is_none() && ids.contains(&exception.bits()))
            }
        }
    }
}

type Parts = (Option<Value>, Option<Value>);

/// Splits an exception into what matches and the rest (`exceptiongroup_split_recursive`).
fn split(rt: &Rt, exception: &Value, matcher: &Matcher<'_>, rest: bool) -> PyResult<Parts> {
    if matcher.accepts(rt, exception)? {
        return Ok((Some(exception.clone()), None));
    }
    let Some(members) = rt.group_members(exception) else {
        return Ok((None, rest.then(|| exception.clone())));
    };
    let (mut matching, mut others) = (Vec::new(), Vec::new());
    for member in members.items() {
        let (a, b) = rt.guarded(" in exceptiongroup_split_recursive", || {
            split(rt, &member, matcher, rest)
        })?;
        matching.extend(a);
        others.extend(b);
    }
    let matching = subset(rt, exception, matching)?;
    let others = if rest {
        subset(rt, exception, others)?
    } else {
        None
    };
    Ok((matching, others))
}

/// A group like another one with some of its members (`exceptiongroup_subset`).
fn subset(rt: &Rt, original: &Value, members: Vec<Value>) -> PyResult<Option<Value>> {
    if members.is_empty() {
        return Ok(None);
    }
    let members = rt.list(members).into_value();
    let made = rt.call_method(original, &rt.intern("derive"), &[members])?;
    if !rt.is_instance(&made, &rt.types.base_exception_group) {
        return Err(rt.type_error("derive must return an instance of BaseExceptionGroup"));
    }
    let (from, to) = (part(rt, original)?, part(rt, &made)?);
    if let Some(traceback) = from.traceback.get() {
        to.traceback.set(Some(traceback));
    }
    to.context.set(from.context.get());
    to.cause.set(from.cause.get());
    to.suppress_context.set(true);
    if let Some(notes) = rt.getattr_opt(original, &rt.names.notes_)?
        && rt.type_of(&notes).slots.getitem.get().is_some()
    {
        let copy = rt.list(rt.collect(&notes)?).into_value();
        rt.setattr(&made, &rt.names.notes_, Some(&copy))?;
    }
    Ok(Some(made))
}

fn split_method(rt: &Rt, this: &Value, condition: &Value) -> PyResult {
    let (a, b) = split(rt, this, &matcher(rt, condition)?, true)?;
    let row = [a.unwrap_or(Value::NONE), b.unwrap_or(Value::NONE)];
    Ok(rt.tuple(row).into_value())
}

fn subgroup(rt: &Rt, this: &Value, condition: &Value) -> PyResult {
    let (a, _) = split(rt, this, &matcher(rt, condition)?, false)?;
    Ok(a.unwrap_or(Value::NONE))
}

fn collect_leaves(rt: &Rt, exception: &Value, ids: &mut Vec<u64>) -> PyResult<()> {
    if exception.is_none() {
        return Ok(());
    }
    let Some(members) = rt.group_members(exception) else {
        ids.push(exception.bits());
        return Ok(());
    };
    for member in members.items() {
        rt.guarded(" in collect_exception_group_leaf_ids", || {
            collect_leaves(rt, &member, ids)
        })?;
    }
    Ok(())
}

impl Rt {
    /// The class `ExceptionGroup`, which has two bases and so is made like a Python class.
    pub fn exception_group(&self) -> Ref<TypeObj> {
        self.exception_group
            .get()
            .cloned()
            .unwrap_or_else(|| self.types.base_exception_group.clone())
    }

    /// The members of an exception group; `None` of another exception.
    pub fn group_members(&self, exception: &Value) -> Option<Ref<Tuple>> {
        if !self.is_instance(exception, &self.types.base_exception_group) {
            return None;
        }
        let members = exception.downcast_ref::<Exception>()?.extra[EXCEPTIONS].get()?;
        Ref::try_from(members).ok()
    }

    /// Whether an `except` clause with that class or tuple catches the exception (`PyErr_GivenExceptionMatches`).
    pub fn exception_matches(&self, exception: &Value, classes: &Value) -> bool {
        if let Some(row) = classes.downcast_ref::<Tuple>() {
            return row.items().any(|c| self.exception_matches(exception, &c));
        }
        let own = match exception.downcast::<TypeObj>() {
            Some(class) => class,
            None => self.type_of(exception),
        };
        classes
            .downcast::<TypeObj>()
            .is_some_and(|class| own.is_subtype(class))
    }

    /// What an `except*` clause catches of an exception, and what is left (`exception_group_match`).
    ///
    /// An exception that is no group is caught wrapped in one.
    pub fn except_star_match(&self, exception: &Value, classes: &Value) -> PyResult<Parts> {
        if exception.is_none() {
            return Ok((None, Some(Value::NONE)));
        }
        if self.exception_matches(exception, classes) {
            if self.group_members(exception).is_some() {
                return Ok((Some(exception.clone()), None));
            }
            let members = self.tuple([exception.clone()]).into_value();
            let args = [self.names.empty.as_value().clone(), members];
            let wrapped = self.call(self.types.base_exception_group.as_value(), &args)?;
            let traceback = part(self, exception)?.traceback.get();
            part(self, &wrapped)?.traceback.set(traceback);
            return Ok((Some(wrapped), None));
        }
        if self.group_members(exception).is_some() {
            let made = self.call_method(
                exception,
                &self.intern("split"),
                std::slice::from_ref(classes),
            )?;
            let Some(pair) = made.downcast_ref::<Tuple>() else {
                return Err(self.type_error(format!(
                    "{}.split must return a tuple, not {}",
                    self.type_name(exception),
                    self.type_name(&made)
                )));
            };
            let (Some(matching), Some(rest)) = (pair.item(0), pair.item(1)) else {
                return Err(self.type_error(format!(
                    "{}.split must return a 2-tuple, got tuple of size {}",
                    self.type_name(exception),
                    pair.len()
                )));
            };
            return Ok((
                Some(matching).filter(|m| !m.is_none()),
                Some(rest).filter(|r| !r.is_none()),
            ));
        }
        Ok((None, Some(exception.clone())))
    }

    /// What is raised after all `except*` clauses ran (`_PyExc_PrepReraiseStar`); None if nothing is.
    pub fn prepare_reraise_star(&self, original: &Value, exceptions: &[Value]) -> PyResult {
        let Some(first) = exceptions.first() else {
            return Ok(Value::NONE);
        };
        if self.group_members(original).is_none() {
            return Ok(first.clone());
        }
        let mut raised = Vec::new();
        let mut reraised = Vec::new();
        for e in exceptions.iter().filter(|e| !e.is_none()) {
            if self.same_metadata(original, e) {
                reraised.push(e.clone());
            } else {
                raised.push(e.clone());
            }
        }
        let projection = if reraised.is_empty() {
            Value::NONE
        } else {
            let mut ids = Vec::new();
            for e in &reraised {
                collect_leaves(self, e, &mut ids)?;
            }
            let (kept, _) = split(self, original, &Matcher::Leaves(&ids), false)?;
            kept.unwrap_or(Value::NONE)
        };
        if raised.is_empty() {
            return Ok(projection);
        }
        if !projection.is_none() {
            raised.push(projection);
        }
        if let [one] = raised.as_slice() {
            return Ok(one.clone());
        }
        let members = self.list(raised).into_value();
        let args = [self.names.empty.as_value().clone(), members];
        self.call(self.types.base_exception_group.as_value(), &args)
    }

    fn same_metadata(&self, a: &Value, b: &Value) -> bool {
        let (Some(x), Some(y)) = (a.downcast_ref::<Exception>(), b.downcast_ref::<Exception>())
        else {
            return false;
        };
        let notes = |v: &Value| self.own_attr(v, &self.names.notes_).map_or(0, |n| n.bits());
        notes(a) == notes(b)
            && x.traceback.bits() == y.traceback.bits()
            && x.cause.bits() == y.cause.bits()
            && x.context.bits() == y.context.bits()
    }

    /// Makes `ExceptionGroup`; at start-up, when all types stand.
    pub(crate) fn make_exception_group(&self) {
        let namespace = self.dict();
        let builtins = self.intern("builtins").into_value();
        namespace.set_str(self, &self.names.module_, builtins);
        let bases = [
            self.types.base_exception_group.clone(),
            self.types.exception.clone(),
        ];
        if let Ok(made) = self.new_class("ExceptionGroup", &bases, &namespace)
            && let Ok(class) = Ref::<TypeObj>::try_from(made)
        {
            self.builtins.set_str(
                self,
                &self.intern("ExceptionGroup"),
                class.as_value().clone(),
            );
            let _ = self.exception_group.set(class);
        }
    }
}
