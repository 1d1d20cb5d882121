//! Native functions: how they are declared, and how they receive their arguments.

use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::type_::TypeObj;
use hognose_heap::{Ref, Value};

/// The arguments of a call (CPython's vectorcall): positional values, then keyword values with their names beside.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    values: &'a [Value],
    names: &'a [Value],
}

impl<'a> Args<'a> {
    /// Positional arguments only.
    #[inline]
    pub fn new(values: &'a [Value]) -> Args<'a> {
        Args { values, names: &[] }
    }

    /// The last `names.len()` values are keyword arguments; every name is a `str`, none occurs twice.
    #[inline]
    pub fn with_names(values: &'a [Value], names: &'a [Value]) -> Args<'a> {
        debug_assert!(names.len() <= values.len());
        Args { values, names }
    }

    #[inline]
    pub fn positional(&self) -> &'a [Value] {
        &self.values[..self.values.len() - self.names.len()]
    }

    #[inline]
    pub fn is_positional(&self) -> bool {
        self.names.is_empty()
    }

    /// Positional and keyword values in one row.
    #[inline]
    pub fn all_values(&self) -> &'a [Value] {
        self.values
    }

    #[inline]
    pub fn keyword_names(&self) -> &'a [Value] {
        self.names
    }

    pub fn keywords(&self) -> impl Iterator<Item = (&'a Ref<Str>, &'a Value)> {
        let values = &self.values[self.values.len() - self.names.len()..];
        self.names
            .iter()
            .filter_map(Value::downcast::<Str>)
            .zip(values)
    }

    pub fn keyword(&self, name: &str) -> Option<&'a Value> {
        self.keywords()
            .find(|(k, _)| k.is_text(name))
            .map(|(_, v)| v)
    }

    #[inline]
    pub fn has_keywords(&self) -> bool {
        !self.names.is_empty()
    }

    /// The same without the first positional argument.
    #[inline]
    pub fn rest(&self) -> Args<'a> {
        Args {
            values: self.values.get(1..).unwrap_or_default(),
            names: self.names,
        }
    }
}

/// How a native function wants to be called.
#[derive(Clone, Copy)]
pub enum Call {
    /// `self` alone (or, for a module's function, nothing: then the module is passed).
    Zero(fn(&Rt, &Value) -> PyResult),
    /// `self` and one argument.
    One(fn(&Rt, &Value, &Value) -> PyResult),
    /// `self` and the arguments as they come; [`Rt::bind`] sorts them by the signature.
    Many(fn(&Rt, &Value, &Args<'_>) -> PyResult),
}

/// How a method binds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Binding {
    Instance,
    Class,
    Static,
}

/// One native function or method.
pub struct NativeDef {
    pub name: &'static str,
    /// `__text_signature__` as CPython shows it, e.g. `($self, x, /)`; empty if CPython shows none.
    pub signature: &'static str,
    pub doc: &'static str,
    pub binding: Binding,
    pub call: Call,
}

impl NativeDef {
    pub const fn new(name: &'static str, signature: &'static str, call: Call) -> NativeDef {
        NativeDef {
            name,
            signature,
            doc: "",
            binding: Binding::Instance,
            call,
        }
    }

    pub const fn class(name: &'static str, signature: &'static str, call: Call) -> NativeDef {
        NativeDef {
            name,
            signature,
            doc: "",
            binding: Binding::Class,
            call,
        }
    }

    pub const fn static_(name: &'static str, signature: &'static str, call: Call) -> NativeDef {
        NativeDef {
            name,
            signature,
            doc: "",
            binding: Binding::Static,
            call,
        }
    }

    pub const fn with_doc(mut self, doc: &'static str) -> NativeDef {
        self.doc = doc;
        self
    }
}

/// A computed attribute of a native type.
pub struct GetSetDef {
    pub name: &'static str,
    pub get: fn(&Rt, &Value) -> PyResult,
    /// Sets (or deletes, if the value is None) the attribute; `None` makes it read-only.
    pub set: Option<fn(&Rt, &Value, Option<&Value>) -> PyResult<()>>,
    pub doc: &'static str,
    /// Stands for a field (`PyMemberDef`): it shows as a `member_descriptor`.
    pub member: bool,
}

impl GetSetDef {
    pub const fn read(name: &'static str, get: fn(&Rt, &Value) -> PyResult) -> GetSetDef {
        GetSetDef {
            name,
            get,
            set: None,
            doc: "",
            member: false,
        }
    }

    /// A field that cannot be set.
    pub const fn member(name: &'static str, get: fn(&Rt, &Value) -> PyResult) -> GetSetDef {
        GetSetDef {
            name,
            get,
            set: None,
            doc: "",
            member: true,
        }
    }

    pub const fn read_write(
        name: &'static str,
        get: fn(&Rt, &Value) -> PyResult,
        set: fn(&Rt, &Value, Option<&Value>) -> PyResult<()>,
    ) -> GetSetDef {
        GetSetDef {
            name,
            get,
            set: Some(set),
            doc: "",
            member: false,
        }
    }

    pub const fn with_doc(mut self, doc: &'static str) -> GetSetDef {
        self.doc = doc;
        self
    }
}

/// The parameters of a native function, for [`Rt::bind`].
pub struct Signature {
    /// What error messages call the function.
    pub function: &'static str,
    pub params: &'static [&'static str],
    /// How many of the parameters are positional-only.
    pub positional_only: usize,
    /// How many can be given by position; the rest are keyword-only.
    pub positional: usize,
    /// How many of the positional ones must be given.
    pub required: usize,
}

impl Rt {
    /// Sorts the arguments into the signature's parameters, as Argument Clinic's parsers do (`_PyArg_UnpackKeywords`).
    pub fn bind<'a, const N: usize>(
        &self,
        signature: &Signature,
        args: &Args<'a>,
    ) -> PyResult<[Option<&'a Value>; N]> {
        debug_assert_eq!(N, signature.params.len());
        let mut bound = [None; N];
        let given = args.positional();
        let keywords = args.keyword_names().len();
        if given.len() + keywords > N || given.len() > signature.positional {
            return Err(self.too_many(signature, given.len(), keywords));
        }
        let least_by_position = signature.positional_only.min(signature.required);
        if given.len() < least_by_position {
            return Err(self.too_few(signature, least_by_position, given.len()));
        }
        for (place, value) in bound.iter_mut().zip(given) {
            *place = Some(value);
        }
        let mut unexpected: Option<std::borrow::Cow<'a, str>> = None;
        let mut twice = None;
        for (key, value) in args.keywords() {
            let key = key.to_str();
            let at = signature
                .params
                .iter()
                .skip(signature.positional_only)
                .position(|p| *p == key);
            match at.map(|i| i + signature.positional_only) {
                None => {
                    unexpected.get_or_insert(key);
                }
                Some(at) if bound[at].is_some() => twice = Some(twice.unwrap_or(at).min(at)),
                Some(at) => bound[at] = Some(value),
            }
        }
        let name = signature.function;
        let missing = bound[..signature.required.min(N)]
            .iter()
            .position(Option::is_none);
        if let Some(i) = missing {
            let param = signature.params[i];
            let position = i + 1;
            return Err(self.type_error(format!(
                "{name}() missing required argument '{param}' (pos {position})"
            )));
        }
        if let Some(at) = twice {
            let (param, position) = (signature.params[at], at + 1);
            return Err(self.type_error(format!(
                "argument for {name}() given by name ('{param}') and position ({position})"
            )));
        }
        match unexpected {
            None => Ok(bound),
            Some(key) => Err(self.type_error(format!(
                "'{key}' is an invalid keyword argument for {name}()"
            ))),
        }
    }

    #[cold]
    fn too_many(&self, signature: &Signature, given: usize, keywords: usize) -> crate::Raised {
        let (name, most) = (signature.function, signature.params.len());
        if most == 0 && keywords == 0 {
            return self.type_error(format!("{name}() takes no arguments ({given} given)"));
        }
        let all = given + keywords;
        if all > most {
            let kind = if given == 0 { "keyword " } else { "" };
            let plural = if most == 1 { "" } else { "s" };
            return self.type_error(format!(
                "{name}() takes at most {most} {kind}argument{plural} ({all} given)"
            ));
        }
        let most = signature.positional;
        if most == 0 {
            return self.type_error(format!("{name}() takes no positional arguments"));
        }
        let bound = if signature.required < most {
            "at most"
        } else {
            "exactly"
        };
        let plural = if most == 1 { "" } else { "s" };
        self.type_error(format!(
            "{name}() takes {bound} {most} positional argument{plural} ({given} given)"
        ))
    }

    #[cold]
    fn too_few(&self, signature: &Signature, least: usize, given: usize) -> crate::Raised {
        let name = signature.function;
        let bound = if least < signature.positional {
            "at least"
        } else {
            "exactly"
        };
        let plural = if least == 1 { "" } else { "s" };
        self.type_error(format!(
            "{name}() takes {bound} {least} positional argument{plural} ({given} given)"
        ))
    }

    /// Whether `__new__` of a native class refuses keywords: unless a subclass brings its own `__init__`.
    pub fn new_refuses_keywords(&self, ty: &TypeObj, base: &TypeObj, args: &Args<'_>) -> bool {
        let same = match (ty.slots.init.get(), base.slots.init.get()) {
            (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        args.has_keywords() && same
    }

    /// Whether `__init__` of a native class refuses keywords: unless a subclass brings its own `__new__`.
    pub fn init_refuses_keywords(&self, ty: &TypeObj, base: &TypeObj, args: &Args<'_>) -> bool {
        let same = match (ty.slots.new.get(), base.slots.new.get()) {
            (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        args.has_keywords() && same
    }

    /// As [`Rt::positional`], with the words of `PyArg_ParseTuple`.
    pub fn parsed_tuple<'a>(
        &self,
        name: &str,
        args: &Args<'a>,
        least: usize,
        most: usize,
    ) -> PyResult<&'a [Value]> {
        let n = args.positional().len();
        if args.has_keywords() || (least..=most).contains(&n) {
            return self.positional(name, args, least, most);
        }
        let (bound, limit) = match (least == most, n < least) {
            (true, _) => ("exactly", least),
            (false, true) => ("at least", least),
            (false, false) => ("at most", most),
        };
        let plural = if limit == 1 { "" } else { "s" };
        Err(self.type_error(format!(
            "{name}() takes {bound} {limit} argument{plural} ({n} given)"
        )))
    }

    /// Positional arguments only, between `least` and `most` of them (`_PyArg_CheckPositional`).
    pub fn positional<'a>(
        &self,
        name: &str,
        args: &Args<'a>,
        least: usize,
        most: usize,
    ) -> PyResult<&'a [Value]> {
        if args.has_keywords() {
            return Err(self.type_error(format!("{name}() takes no keyword arguments")));
        }
        let given = args.positional();
        let n = given.len();
        if n < least || n > most {
            let (bound, limit) = match (least == most, n < least) {
                (true, _) => ("", least),
                (false, true) => ("at least ", least),
                (false, false) => ("at most ", most),
            };
            let plural = if limit == 1 { "" } else { "s" };
            return Err(self.type_error(format!(
                "{name} expected {bound}{limit} argument{plural}, got {n}"
            )));
        }
        Ok(given)
    }
}
