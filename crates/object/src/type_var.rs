//! What `typing` takes from `_typing`: `TypeVar`, `ParamSpec`, `TypeVarTuple`, `TypeAliasType`, `Generic`.

use crate::kinds;
use crate::module::Module;
use crate::native::{Args, Call, GetSetDef, NativeDef};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::{CompareOp, Slots};
use crate::str_::{Str, StrExt};
use crate::tuple::{Tuple, TupleExt};
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, ValueCell, Visitor};

const FLAGS: u32 = type_flags::IMMUTABLE | type_flags::HAS_DICT | type_flags::HAS_WEAKREF;

const REDUCE: NativeDef = NativeDef::new("__reduce__", "", Call::Zero(name_of));

pub const TYPE_VAR: TypeSpec = TypeSpec {
    flags: FLAGS,
    slots: Slots {
        new: Some(new_type_var),
        repr: Some(repr_variable),
        or: Some(make_union),
        ..Slots::NONE
    },
    getset: &[
        GetSetDef::member("__name__", name_of),
        GetSetDef::member("__covariant__", |rt, v| {
            Ok(Value::bool(part(rt, v)?.variance.covariant))
        }),
        GetSetDef::member("__contravariant__", |rt, v| {
            Ok(Value::bool(part(rt, v)?.variance.contravariant))
        }),
        GetSetDef::member("__infer_variance__", |rt, v| {
            Ok(Value::bool(part(rt, v)?.variance.infer))
        }),
        GetSetDef::read("__bound__", |rt, v| {
            let variable = part(rt, v)?;
            computed(rt, &variable.bound, &variable.evaluate_bound)
        }),
        GetSetDef::read("__constraints__", |rt, v| {
            let variable = part(rt, v)?;
            match computed(rt, &variable.constraints, &variable.evaluate_constraints)? {
                none if none.is_none() => Ok(rt.tuple([]).into_value()),
                found => Ok(found),
            }
        }),
        GetSetDef::read("__dict__", crate::type_object::get_instance_dict),
    ],
    methods: &[
        NativeDef::new(
            "__typing_subst__",
            "($self, arg, /)",
            Call::One(|rt, v, arg| call_typing(rt, "_typevar_subst", &[v.clone(), arg.clone()])),
        ),
        REDUCE,
        NativeDef::new("__mro_entries__", "", Call::One(no_subclass)),
    ],
    ..TypeSpec::new("typing.TypeVar", Layout::Native(kinds::TYPE_VAR))
};

pub const PARAM_SPEC: TypeSpec = TypeSpec {
    flags: FLAGS,
    slots: Slots {
        new: Some(new_param_spec),
        repr: Some(repr_variable),
        or: Some(make_union),
        ..Slots::NONE
    },
    getset: &[
        GetSetDef::member("__name__", name_of),
        GetSetDef::read("__bound__", |rt, v| {
            Ok(part(rt, v)?.bound.get().unwrap_or(Value::NONE))
        }),
        GetSetDef::member("__covariant__", |rt, v| {
            Ok(Value::bool(part(rt, v)?.variance.covariant))
        }),
        GetSetDef::member("__contravariant__", |rt, v| {
            Ok(Value::bool(part(rt, v)?.variance.contravariant))
        }),
        GetSetDef::member("__infer_variance__", |rt, v| {
            Ok(Value::bool(part(rt, v)?.variance.infer))
        }),
        GetSetDef::read("args", |rt, v| Ok(side(rt, &rt.types.param_spec_args, v))),
        GetSetDef::read("kwargs", |rt, v| {
            Ok(side(rt, &rt.types.param_spec_kwargs, v))
        }),
        GetSetDef::read("__dict__", crate::type_object::get_instance_dict),
    ],
    methods: &[
        NativeDef::new(
            "__typing_subst__",
            "($self, arg, /)",
            Call::One(|rt, v, arg| call_typing(rt, "_paramspec_subst", &[v.clone(), arg.clone()])),
        ),
        NativeDef::new(
            "__typing_prepare_subst__",
            "($self, alias, args, /)",
            Call::Many(|rt, v, args| prepare(rt, v, args, "_paramspec_prepare_subst")),
        ),
        REDUCE,
        NativeDef::new("__mro_entries__", "", Call::One(no_subclass)),
    ],
    ..TypeSpec::new("typing.ParamSpec", Layout::Native(kinds::TYPE_VAR))
};

pub const TYPE_VAR_TUPLE: TypeSpec = TypeSpec {
    flags: FLAGS,
    slots: Slots {
        new: Some(new_type_var_tuple),
        repr: Some(name_of),
        iter: Some(|rt, v| {
            let unpacked = rt.unpack_type_var_tuple(v)?;
            rt.iter(rt.tuple([unpacked]).as_value())
        }),
        ..Slots::NONE
    },
    getset: &[
        GetSetDef::member("__name__", name_of),
        GetSetDef::read("__dict__", crate::type_object::get_instance_dict),
    ],
    methods: &[
        NativeDef::new(
            "__typing_subst__",
            "($self, arg, /)",
            Call::One(|rt, _, _| {
                Err(rt.type_error("Substitution of bare TypeVarTuple is not supported"))
            }),
        ),
        NativeDef::new(
            "__typing_prepare_subst__",
            "($self, alias, args, /)",
            Call::Many(|rt, v, args| prepare(rt, v, args, "_typevartuple_prepare_subst")),
        ),
        REDUCE,
        NativeDef::new("__mro_entries__", "", Call::One(no_subclass)),
    ],
    ..TypeSpec::new("typing.TypeVarTuple", Layout::Native(kinds::TYPE_VAR))
};

pub const PARAM_SPEC_ARGS: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::HAS_WEAKREF,
    slots: Slots {
        new: Some(|rt, ty, args| {
            let given = rt.positional("ParamSpecArgs", args, 1, 1)?;
            Ok(side(rt, ty, &given[0]))
        }),
        repr: Some(|rt, v| repr_side(rt, v, "args")),
        compare: Some(compare_sides),
        ..Slots::NONE
    },
    getset: ORIGIN,
    methods: &[NativeDef::new(
        "__mro_entries__",
        "",
        Call::One(no_subclass),
    )],
    ..TypeSpec::new("typing.ParamSpecArgs", Layout::Native(kinds::TYPE_VAR))
};

pub const PARAM_SPEC_KWARGS: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::HAS_WEAKREF,
    slots: Slots {
        new: Some(|rt, ty, args| {
            let given = rt.positional("ParamSpecKwargs", args, 1, 1)?;
            Ok(side(rt, ty, &given[0]))
        }),
        repr: Some(|rt, v| repr_side(rt, v, "kwargs")),
        compare: Some(compare_sides),
        ..Slots::NONE
    },
    getset: ORIGIN,
    methods: &[NativeDef::new(
        "__mro_entries__",
        "",
        Call::One(no_subclass),
    )],
    ..TypeSpec::new("typing.ParamSpecKwargs", Layout::Native(kinds::TYPE_VAR))
};

const ORIGIN: &[GetSetDef] = &[GetSetDef::member("__origin__", |rt, v| {
    Ok(part(rt, v)?.bound.get().unwrap_or(Value::NONE))
})];

pub const TYPE_ALIAS: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        new: Some(new_type_alias),
        repr: Some(|rt, v| Ok(alias(rt, v)?.name.clone())),
        or: Some(|rt, a, b| rt.union_of(a, b)),
        getitem: Some(|rt, v, item| {
            if alias(rt, v)?.type_params.is_empty() {
                return Err(rt.type_error("Only generic type aliases are subscriptable"));
            }
            Ok(rt.generic_alias(v, item))
        }),
        ..Slots::NONE
    },
    getset: &[
        GetSetDef::member("__name__", |rt, v| Ok(alias(rt, v)?.name.clone())),
        GetSetDef::read("__parameters__", |rt, v| {
            let params = alias(rt, v)?.type_params.get();
            match params.as_ref().and_then(Value::downcast::<Tuple>) {
                Some(params) => Ok(rt.unpack_type_var_tuples(params)?.into_value()),
                None => Ok(rt.tuple([]).into_value()),
            }
        }),
        GetSetDef::read("__type_params__", |rt, v| {
            let params = alias(rt, v)?.type_params.get();
            Ok(params.unwrap_or_else(|| rt.tuple([]).into_value()))
        }),
        GetSetDef::read("__value__", |rt, v| {
            let alias = alias(rt, v)?;
            computed(rt, &alias.value, &alias.compute)
        }),
        GetSetDef::read("__module__", |rt, v| {
            let alias = alias(rt, v)?;
            match (alias.module.get(), alias.compute.get()) {
                (Some(module), _) => Ok(module),
                (None, Some(compute)) => rt.getattr(&compute, &rt.names.module_),
                (None, None) => Ok(Value::NONE),
            }
        }),
    ],
    methods: &[NativeDef::new(
        "__reduce__",
        "",
        Call::Zero(|rt, v| Ok(alias(rt, v)?.name.clone())),
    )],
    ..TypeSpec::new("typing.TypeAliasType", Layout::Native(kinds::TYPE_ALIAS))
};

pub const GENERIC: TypeSpec = TypeSpec {
    flags: type_flags::BASETYPE | type_flags::HAS_WEAKREF,
    methods: &[
        NativeDef::class(
            "__class_getitem__",
            "",
            Call::Many(|rt, ty, args| call_typing_with(rt, "_generic_class_getitem", ty, args)),
        ),
        NativeDef::class(
            "__init_subclass__",
            "",
            Call::Many(|rt, ty, args| call_typing_with(rt, "_generic_init_subclass", ty, args)),
        ),
    ],
    ..TypeSpec::new("typing.Generic", Layout::Plain)
};

/// How subtypes of a generic type relate to those of its argument.
#[derive(Clone, Copy, Default)]
struct Variance {
    covariant: bool,
    contravariant: bool,
    infer: bool,
}

/// The payload of type variables, and of the two sides of a ParamSpec (whose origin is in `bound`).
pub struct TypeVariable {
    name: Value,
    bound: ValueCell,
    evaluate_bound: ValueCell,
    constraints: ValueCell,
    evaluate_constraints: ValueCell,
    variance: Variance,
}

impl TypeVariable {
    fn cells(&self) -> [&ValueCell; 4] {
        [
            &self.bound,
            &self.evaluate_bound,
            &self.constraints,
            &self.evaluate_constraints,
        ]
    }

    fn named(name: Value, variance: Variance) -> TypeVariable {
        TypeVariable {
            name,
            bound: ValueCell::empty(),
            evaluate_bound: ValueCell::empty(),
            constraints: ValueCell::empty(),
            evaluate_constraints: ValueCell::empty(),
            variance,
        }
    }
}

impl Payload for TypeVariable {
    const KIND: Kind = kinds::TYPE_VAR;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.name.trace(visitor);
        self.cells().into_iter().for_each(|c| c.trace(visitor));
    }

    fn clear(&self) {
        self.cells().into_iter().for_each(|c| c.set(None));
    }
}

/// The payload of `typing.TypeAliasType`.
pub struct TypeAlias {
    name: Value,
    type_params: ValueCell,
    compute: ValueCell,
    value: ValueCell,
    module: ValueCell,
}

impl Payload for TypeAlias {
    const KIND: Kind = kinds::TYPE_ALIAS;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.name.trace(visitor);
        for cell in [&self.type_params, &self.compute, &self.value, &self.module] {
            cell.trace(visitor);
        }
    }

    fn clear(&self) {
        for cell in [&self.type_params, &self.compute, &self.value, &self.module] {
            cell.set(None);
        }
    }
}

fn part<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<TypeVariable>> {
    value
        .downcast::<TypeVariable>()
        .ok_or_else(|| rt.system_error("bad type variable"))
}

fn alias<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<TypeAlias>> {
    value
        .downcast::<TypeAlias>()
        .ok_or_else(|| rt.system_error("bad type alias"))
}

fn name_of(rt: &Rt, this: &Value) -> PyResult {
    Ok(part(rt, this)?.name.clone())
}

fn repr_variable(rt: &Rt, this: &Value) -> PyResult {
    let variable = part(rt, this)?;
    let sign = match variable.variance {
        Variance { infer: true, .. } => return Ok(variable.name.clone()),
        Variance {
            covariant: true, ..
        } => '+',
        Variance {
            contravariant: true,
            ..
        } => '-',
        _ => '~',
    };
    let name = rt.str_of(&variable.name)?;
    Ok(rt.str(&format!("{sign}{}", name.to_str())).into_value())
}

/// A value that is computed when it is first asked for; None if there is nothing to compute it.
fn computed(rt: &Rt, value: &ValueCell, evaluate: &ValueCell) -> PyResult {
    if let Some(known) = value.get() {
        return Ok(known);
    }
    let Some(evaluate) = evaluate.get() else {
        return Ok(Value::NONE);
    };
    let made = rt.call(&evaluate, &[])?;
    value.set(Some(made.clone()));
    Ok(made)
}

fn typing_attr(rt: &Rt, name: &str) -> PyResult {
    let typing = rt.import_module("typing")?;
    rt.getattr_str(&typing, name)
}

fn call_typing(rt: &Rt, name: &str, args: &[Value]) -> PyResult {
    let function = typing_attr(rt, name)?;
    rt.call(&function, args)
}

fn call_typing_with(rt: &Rt, name: &str, ty: &Value, args: &Args<'_>) -> PyResult {
    let function = typing_attr(rt, name)?;
    rt.call_with_self(&function, ty, args)
}

fn make_union(rt: &Rt, a: &Value, b: &Value) -> PyResult {
    call_typing(rt, "_make_union", &[a.clone(), b.clone()])
}

fn prepare(rt: &Rt, this: &Value, args: &Args<'_>, name: &str) -> PyResult {
    let given = rt.positional("__typing_prepare_subst__", args, 2, 2)?;
    call_typing(
        rt,
        name,
        &[this.clone(), given[0].clone(), given[1].clone()],
    )
}

fn no_subclass(rt: &Rt, this: &Value, _bases: &Value) -> PyResult {
    let name = rt.type_of(this).name.borrow().clone();
    Err(rt.type_error(format!("Cannot subclass an instance of {}", name.to_str())))
}

/// What a constructor was given: the name, more positional arguments, and keywords by name.
struct Given<'a> {
    name: &'a Value,
    rest: &'a [Value],
    bound: Option<&'a Value>,
    variance: Variance,
}

fn parse<'a>(rt: &Rt, class: &str, args: &Args<'a>, keywords: &[&str]) -> PyResult<Given<'a>> {
    let mut name = args.positional().first();
    let mut bound = None;
    let mut variance = Variance::default();
    for (key, value) in args.keywords() {
        let text = key.to_str();
        if !keywords.contains(&&*text) {
            return Err(rt.type_error(format!(
                "{class}() got an unexpected keyword argument '{text}'"
            )));
        }
        match &*text {
            "name" => name = Some(value),
            "bound" => bound = Some(value).filter(|v| !v.is_none()),
            "covariant" => variance.covariant = rt.truth(value)?,
            "contravariant" => variance.contravariant = rt.truth(value)?,
            "infer_variance" => variance.infer = rt.truth(value)?,
            _ => (),
        }
    }
    let Some(name) = name else {
        return Err(rt.type_error(format!(
            "{class}() missing required argument 'name' (pos 1)"
        )));
    };
    if name.downcast_ref::<Str>().is_none() {
        return Err(rt.type_error(format!(
            "{class}() argument 'name' must be str, not {}",
            rt.type_name(name)
        )));
    }
    if variance.covariant && variance.contravariant {
        return Err(rt.value_error("Bivariant types are not supported."));
    }
    if variance.infer && (variance.covariant || variance.contravariant) {
        return Err(rt.value_error("Variance cannot be specified with infer_variance."));
    }
    Ok(Given {
        name,
        rest: args.positional().get(1..).unwrap_or_default(),
        bound,
        variance,
    })
}

/// The module whose code runs, for `__module__`.
fn caller(rt: &Rt) -> Value {
    let frame = rt.frame(0);
    let name = frame.and_then(|f| f.globals.get_str(rt, &rt.names.name_));
    name.unwrap_or(Value::NONE)
}

fn checked_bound(rt: &Rt, bound: Option<&Value>) -> PyResult<Option<Value>> {
    match bound {
        None => Ok(None),
        Some(bound) => {
            let message = rt.str("Bound must be a type.").into_value();
            call_typing(rt, "_type_check", &[bound.clone(), message]).map(Some)
        }
    }
}

fn finish(rt: &Rt, ty: &Ref<TypeObj>, payload: TypeVariable) -> PyResult {
    let made = rt.alloc(ty, payload).into_value();
    let module = caller(rt);
    rt.setattr(&made, &rt.names.module_, Some(&module))?;
    Ok(made)
}

fn new_type_var(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    const KEYWORDS: [&str; 5] = [
        "name",
        "bound",
        "covariant",
        "contravariant",
        "infer_variance",
    ];
    let given = parse(rt, "typevar", args, &KEYWORDS)?;
    let bound = checked_bound(rt, given.bound)?;
    match given.rest.len() {
        1 => return Err(rt.type_error("A single constraint is not allowed")),
        0 => (),
        _ if bound.is_some() => {
            return Err(rt.type_error("Constraints cannot be combined with bound=..."));
        }
        _ => (),
    }
    let variable = TypeVariable::named(given.name.clone(), given.variance);
    variable.bound.set(bound);
    if !given.rest.is_empty() {
        let constraints = rt.tuple(given.rest.iter().cloned());
        variable.constraints.set(Some(constraints.into_value()));
    }
    finish(rt, ty, variable)
}

fn new_param_spec(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    const KEYWORDS: [&str; 5] = [
        "name",
        "bound",
        "covariant",
        "contravariant",
        "infer_variance",
    ];
    let given = parse(rt, "paramspec", args, &KEYWORDS)?;
    no_more(rt, "paramspec", args, 1)?;
    let bound = match given.bound {
        Some(bound) => checked_bound(rt, Some(bound))?,
        // CPython checks a missing bound too, and gets the type of None.
        None => Some(rt.types.none_type.as_value().clone()),
    };
    let variable = TypeVariable::named(given.name.clone(), given.variance);
    variable.bound.set(bound);
    finish(rt, ty, variable)
}

fn new_type_var_tuple(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let given = parse(rt, "typevartuple", args, &["name"])?;
    no_more(rt, "typevartuple", args, 1)?;
    finish(
        rt,
        ty,
        TypeVariable::named(given.name.clone(), Variance::default()),
    )
}

fn no_more(rt: &Rt, class: &str, args: &Args<'_>, most: usize) -> PyResult<()> {
    let n = args.positional().len();
    if n <= most {
        return Ok(());
    }
    let plural = if most == 1 { "" } else { "s" };
    Err(rt.type_error(format!(
        "{class}() takes exactly {most} positional argument{plural} ({n} given)"
    )))
}

fn new_type_alias(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let given = parse(rt, "typealias", args, &["name", "value", "type_params"])?;
    no_more(rt, "typealias", args, 2)?;
    let value = given.rest.first().or_else(|| args.keyword("value"));
    let Some(value) = value else {
        return Err(rt.type_error("typealias() missing required argument 'value' (pos 2)"));
    };
    let params = args.keyword("type_params");
    if params.is_some_and(|p| !rt.is_instance(p, &rt.types.tuple)) {
        return Err(rt.type_error("type_params must be a tuple"));
    }
    let payload = TypeAlias {
        name: given.name.clone(),
        type_params: params.cloned().map(ValueCell::new).unwrap_or_default(),
        compute: ValueCell::empty(),
        value: ValueCell::new(value.clone()),
        module: ValueCell::new(caller(rt)),
    };
    Ok(rt.alloc(ty, payload).into_value())
}

/// `P.args` or `P.kwargs`.
fn side(rt: &Rt, ty: &Ref<TypeObj>, origin: &Value) -> Value {
    let payload = TypeVariable::named(Value::NONE, Variance::default());
    payload.bound.set(Some(origin.clone()));
    rt.alloc(ty, payload).into_value()
}

fn repr_side(rt: &Rt, this: &Value, name: &str) -> PyResult {
    let origin = part(rt, this)?.bound.get().unwrap_or(Value::NONE);
    let shown = if rt.is_exact(&origin, &rt.types.param_spec) {
        rt.str_of(&name_of(rt, &origin)?)?
    } else {
        rt.repr(&origin)?
    };
    Ok(rt.str(&format!("{}.{name}", shown.to_str())).into_value())
}

fn compare_sides(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    if !rt.type_of(a).same(rt.type_of(b)) || !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let origin = |v: &Value| -> PyResult { Ok(part(rt, v)?.bound.get().unwrap_or(Value::NONE)) };
    rt.compare(&origin(a)?, &origin(b)?, op)
}

impl Rt {
    /// `typing.Unpack[tuple]`.
    fn unpack_type_var_tuple(&self, variable: &Value) -> PyResult {
        let unpack = typing_attr(self, "Unpack")?;
        self.getitem(&unpack, variable)
    }

    /// Type parameters as `Generic` wants them: every TypeVarTuple unpacked.
    fn unpack_type_var_tuples(&self, params: &Ref<Tuple>) -> PyResult<Ref<Tuple>> {
        let is_tuple = |p: &Value| self.is_exact(p, &self.types.type_var_tuple);
        if !params.items().any(|p| is_tuple(&p)) {
            return Ok(params.clone());
        }
        let made: PyResult<Vec<Value>> = params
            .items()
            .map(|p| {
                if is_tuple(&p) {
                    self.unpack_type_var_tuple(&p)
                } else {
                    Ok(p)
                }
            })
            .collect();
        Ok(self.tuple(made?))
    }

    /// A type parameter of PEP 695 syntax, with functions that compute its bound or its constraints.
    pub fn make_type_var(
        &self,
        name: &Value,
        evaluate_bound: Option<Value>,
        evaluate_constraints: Option<Value>,
    ) -> Value {
        let payload = TypeVariable::named(name.clone(), INFERRED);
        payload.evaluate_bound.set(evaluate_bound);
        payload.evaluate_constraints.set(evaluate_constraints);
        self.alloc(&self.types.type_var, payload).into_value()
    }

    /// `**P` of PEP 695 syntax.
    pub fn make_param_spec(&self, name: &Value) -> Value {
        let payload = TypeVariable::named(name.clone(), INFERRED);
        self.alloc(&self.types.param_spec, payload).into_value()
    }

    /// `*Ts` of PEP 695 syntax.
    pub fn make_type_var_tuple(&self, name: &Value) -> Value {
        let payload = TypeVariable::named(name.clone(), Variance::default());
        self.alloc(&self.types.type_var_tuple, payload).into_value()
    }

    /// What a `type` statement makes.
    pub fn make_type_alias(&self, name: &Value, type_params: &Value, compute: &Value) -> Value {
        let params = Some(type_params.clone()).filter(|p| !p.is_none());
        let payload = TypeAlias {
            name: name.clone(),
            type_params: params.map(ValueCell::new).unwrap_or_default(),
            compute: ValueCell::new(compute.clone()),
            value: ValueCell::empty(),
            module: ValueCell::empty(),
        };
        self.alloc(&self.types.type_alias, payload).into_value()
    }

    /// `Generic[params]`, the base of a class with type parameters.
    pub fn subscript_generic(&self, params: &Value) -> PyResult {
        let params = match params.downcast::<Tuple>() {
            Some(params) => self.unpack_type_var_tuples(params)?.into_value(),
            None => params.clone(),
        };
        let generic = self.types.generic.as_value().clone();
        call_typing(self, "_GenericAlias", &[generic, params])
    }

    /// The module `_typing`.
    pub fn typing_module(&self) -> Ref<Module> {
        static FUNCTIONS: &[NativeDef] = &[NativeDef::new(
            "_idfunc",
            "",
            Call::One(|_, _, v| Ok(v.clone())),
        )];
        let module = self.native_module("_typing", FUNCTIONS);
        let t = &self.types;
        for ty in [
            &t.type_var,
            &t.param_spec,
            &t.type_var_tuple,
            &t.param_spec_args,
            &t.param_spec_kwargs,
            &t.type_alias,
            &t.generic,
        ] {
            let name = ty.name.borrow().to_str().into_owned();
            module.set(self, &name, ty.as_value().clone());
        }
        module
    }

    /// Gives the classes of `_typing` their `__module__`, which instances inherit as from classes made by Python code.
    pub(crate) fn finish_type_vars(&self) {
        let typing = self.intern("typing").into_value();
        let t = &self.types;
        for ty in [&t.type_var, &t.param_spec, &t.type_var_tuple, &t.generic] {
            ty.dict.set_str(self, &self.names.module_, typing.clone());
        }
        // Unlike other native types, Generic is made as `object` is, without a `__new__` of its own.
        t.generic.slots.new.set(t.object.slots.new.get());
        (t.generic.flags).set(t.generic.flags.get() & !type_flags::NO_NEW);
    }
}

const INFERRED: Variance = Variance {
    covariant: false,
    contravariant: false,
    infer: true,
};
