//! `enumerate`, `zip`, `map` and `filter`.

use crate::iters::itself;
use crate::kinds;
use crate::native::{Args, Call, NativeDef, Signature};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::Slots;
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, ValueCell, Visitor};
use num_bigint::BigInt;
use std::cell::{Cell, RefCell};

macro_rules! adapter_type {
    ($const:ident, $name:literal, $kind:ident, $new:ident, $next:ident, $methods:expr $(, $doc:literal)?) => {
        pub const $const: TypeSpec = TypeSpec {
            flags: type_flags::IMMUTABLE | type_flags::BASETYPE,
            slots: Slots {
                new: Some($new),
                iter: Some(itself),
                next: Some($next),
                ..Slots::NONE
            },
            methods: $methods,
            $(doc: $doc,)?
            ..TypeSpec::new($name, Layout::Native(kinds::$kind))
        };
    };
}

adapter_type!(
    ENUMERATE,
    "enumerate",
    ENUMERATE,
    enumerate_new,
    enumerate_next,
    &[
        NativeDef::new("__reduce__", "", Call::Zero(enumerate_reduce)),
        NativeDef::class(
            "__class_getitem__",
            "",
            Call::One(|rt, cls, item| Ok(rt.generic_alias(cls, item)))
        ),
    ]
);
adapter_type!(
    ZIP,
    "zip",
    ZIP,
    zip_new,
    zip_next,
    &[
        NativeDef::new("__reduce__", "", Call::Zero(zip_reduce)),
        NativeDef::new("__setstate__", "", Call::One(zip_setstate)),
    ],
    "Rows of the items that stand at the same place of each iterable.\n\n>>> list(zip('ab', range(2)))\n[('a', 0), ('b', 1)]"
);
adapter_type!(
    MAP,
    "map",
    MAP,
    map_new,
    map_next,
    &[NativeDef::new("__reduce__", "", Call::Zero(map_reduce))]
);
adapter_type!(
    FILTER,
    "filter",
    FILTER,
    filter_new,
    filter_next,
    &[NativeDef::new("__reduce__", "", Call::Zero(filter_reduce)),]
);

/// The payload of `enumerate`.
pub struct Enumerate {
    pub iterator: ValueCell,
    /// The count, or `i64::MAX` where it does not fit.
    pub next: Cell<i64>,
    /// The count once it no longer fits in a word.
    big: RefCell<Option<BigInt>>,
}

impl Payload for Enumerate {
    const KIND: Kind = kinds::ENUMERATE;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.iterator.trace(visitor);
    }

    fn clear(&self) {
        self.iterator.set(None);
    }
}

fn enumerate_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "enumerate",
        params: &["iterable", "start"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let [iterable, start] = rt.bind(&SIGNATURE, args)?;
    let start = match start {
        Some(v) => {
            let i = rt.index(v)?;
            rt.as_int(&i).map(|i| i.to_big()).unwrap_or_default()
        }
        None => BigInt::default(),
    };
    let iterator = rt.iter(iterable.unwrap_or(&Value::NONE))?;
    let small = i64::try_from(&start).ok().filter(|&i| i < i64::MAX);
    let payload = Enumerate {
        iterator: ValueCell::new(iterator),
        next: Cell::new(small.unwrap_or(i64::MAX)),
        big: RefCell::new(if small.is_none() { Some(start) } else { None }),
    };
    Ok(rt.alloc(ty, payload).into_value())
}

fn held(rt: &Rt, cell: &ValueCell) -> PyResult {
    cell.get()
        .ok_or_else(|| rt.runtime_error("the iterator was cleared"))
}

fn enumerate_next(rt: &Rt, value: &Value) -> PyResult<Option<Value>> {
    let Some(it) = value.downcast_ref::<Enumerate>() else {
        return Err(rt.type_error("an enumerate was expected"));
    };
    let Some(item) = rt.next(&held(rt, &it.iterator)?)? else {
        return Ok(None);
    };
    let mut big = it.big.borrow_mut();
    let count = match big.as_mut() {
        Some(b) => {
            let now = b.clone();
            *b += 1;
            drop(big);
            rt.big_int(now)
        }
        None => {
            let now = it.next.get();
            match now.checked_add(1) {
                Some(next) => it.next.set(next),
                None => *big = Some(BigInt::from(now) + 1),
            }
            drop(big);
            rt.int(now)
        }
    };
    Ok(Some(rt.tuple([count, item]).into_value()))
}

fn reduced(rt: &Rt, value: &Value, args: Vec<Value>) -> PyResult {
    Ok(rt
        .tuple([
            rt.type_of(value).as_value().clone(),
            rt.tuple(args).into_value(),
        ])
        .into_value())
}

fn enumerate_reduce(rt: &Rt, value: &Value) -> PyResult {
    let Some(it) = value.downcast_ref::<Enumerate>() else {
        return Err(rt.type_error("an enumerate was expected"));
    };
    let count = match &*it.big.borrow() {
        Some(b) => rt.big_int(b.clone()),
        None => rt.int(it.next.get()),
    };
    reduced(rt, value, vec![held(rt, &it.iterator)?, count])
}

/// The payload of `zip` and `map`: the iterators, with the function in `map`.
pub struct Parallel {
    pub function: ValueCell,
    pub iterators: RefCell<Vec<Value>>,
    strict: Cell<bool>,
}

impl Parallel {
    /// Both iterators, if there are two that need not end together.
    #[inline]
    pub fn pair(&self) -> Option<(Value, Value)> {
        match &self.iterators.borrow()[..] {
            [first, second] if !self.strict.get() => Some((first.clone(), second.clone())),
            _ => None,
        }
    }
}

macro_rules! parallel_payload {
    ($name:ident, $kind:ident) => {
        #[doc = concat!("The payload of `", stringify!($name), "`.")]
        pub struct $name(pub Parallel);

        impl Payload for $name {
            const KIND: Kind = kinds::$kind;
            const GC: bool = true;

            fn trace(&self, visitor: &mut Visitor<'_>) {
                self.0.function.trace(visitor);
                self.0.iterators.trace(visitor);
            }

            fn clear(&self) {
                self.0.function.set(None);
                drop(
                    self.0
                        .iterators
                        .try_borrow_mut()
                        .map(|mut row| std::mem::take(&mut *row)),
                );
            }
        }
    };
}
parallel_payload!(Zip, ZIP);
parallel_payload!(Map, MAP);

fn zip_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let mut strict = false;
    for (key, value) in args.keywords() {
        if !crate::StrExt::is_text(&**key, "strict") {
            let key = crate::StrExt::to_str(&**key).into_owned();
            return Err(rt.type_error(format!("'{key}' is an invalid keyword argument for zip()")));
        }
        strict = rt.truth(value)?;
    }
    let iterators = args
        .positional()
        .iter()
        .map(|v| rt.iter(v))
        .collect::<PyResult<Vec<_>>>()?;
    let payload = Parallel {
        function: ValueCell::empty(),
        iterators: RefCell::new(iterators),
        strict: Cell::new(strict),
    };
    Ok(rt.alloc(ty, Zip(payload)).into_value())
}

fn zip_next(rt: &Rt, value: &Value) -> PyResult<Option<Value>> {
    let Some(Zip(zip)) = value.downcast_ref::<Zip>() else {
        return Err(rt.type_error("a zip was expected"));
    };
    if let Some((first, second)) = zip.pair() {
        return zip_pair(rt, &first, &second);
    }
    let count = zip.iterators.borrow().len();
    let mut row = Vec::with_capacity(count);
    for i in 0..count {
        let Some(iterator) = zip.iterators.borrow().get(i).cloned() else {
            return Ok(None);
        };
        match rt.next(&iterator)? {
            Some(item) => row.push(item),
            None if zip.strict.get() => return zip_uneven(rt, zip, i, count),
            None => return Ok(None),
        }
    }
    if count == 0 {
        Ok(None)
    } else {
        Ok(Some(rt.tuple(row).into_value()))
    }
}

fn zip_pair(rt: &Rt, first: &Value, second: &Value) -> PyResult<Option<Value>> {
    let Some(a) = rt.next(first)? else {
        return Ok(None);
    };
    let Some(b) = rt.next(second)? else {
        return Ok(None);
    };
    Ok(Some(rt.tuple([a, b]).into_value()))
}

/// A strict zip's iterator ended: the others must end too.
#[cold]
fn zip_uneven(rt: &Rt, zip: &Parallel, ended: usize, count: usize) -> PyResult<Option<Value>> {
    let arguments = |n: usize| {
        if n == 1 {
            " 1".to_owned()
        } else {
            format!("s 1-{n}")
        }
    };
    if ended > 0 {
        let n = ended + 1;
        return Err(rt.value_error(format!(
            "zip() argument {n} is shorter than argument{}",
            arguments(ended)
        )));
    }
    for i in 1..count {
        let Some(iterator) = zip.iterators.borrow().get(i).cloned() else {
            return Ok(None);
        };
        if rt.next(&iterator)?.is_some() {
            let n = i + 1;
            return Err(rt.value_error(format!(
                "zip() argument {n} is longer than argument{}",
                arguments(i)
            )));
        }
    }
    Ok(None)
}

fn zip_reduce(rt: &Rt, value: &Value) -> PyResult {
    let Some(Zip(zip)) = value.downcast_ref::<Zip>() else {
        return Err(rt.type_error("a zip was expected"));
    };
    let ty = rt.type_of(value).as_value().clone();
    let args = rt.tuple(zip.iterators.borrow().clone()).into_value();
    Ok(if zip.strict.get() {
        rt.tuple([ty, args, Value::TRUE]).into_value()
    } else {
        rt.tuple([ty, args]).into_value()
    })
}

fn zip_setstate(rt: &Rt, value: &Value, state: &Value) -> PyResult {
    let strict = rt.truth(state)?;
    if let Some(Zip(zip)) = value.downcast_ref::<Zip>() {
        zip.strict.set(strict);
    }
    Ok(Value::NONE)
}

fn map_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    if rt.new_refuses_keywords(ty, &rt.types.map, args) {
        return Err(rt.type_error("map() takes no keyword arguments"));
    }
    let [function, iterables @ ..] = args.positional() else {
        return Err(rt.type_error("map() must have at least two arguments."));
    };
    if iterables.is_empty() {
        return Err(rt.type_error("map() must have at least two arguments."));
    }
    let iterators = iterables
        .iter()
        .map(|v| rt.iter(v))
        .collect::<PyResult<Vec<_>>>()?;
    let payload = Parallel {
        function: ValueCell::new(function.clone()),
        iterators: RefCell::new(iterators),
        strict: Cell::new(false),
    };
    Ok(rt.alloc(ty, Map(payload)).into_value())
}

fn map_next(rt: &Rt, value: &Value) -> PyResult<Option<Value>> {
    let Some(Map(map)) = value.downcast_ref::<Map>() else {
        return Err(rt.type_error("a map was expected"));
    };
    let function = held(rt, &map.function)?;
    let count = map.iterators.borrow().len();
    if count == 1 {
        let Some(iterator) = map.iterators.borrow().first().cloned() else {
            return Ok(None);
        };
        let Some(item) = rt.next(&iterator)? else {
            return Ok(None);
        };
        return rt.call(&function, &[item]).map(Some);
    }
    let mut row = Vec::with_capacity(count);
    for i in 0..count {
        let Some(iterator) = map.iterators.borrow().get(i).cloned() else {
            return Ok(None);
        };
        match rt.next(&iterator)? {
            Some(item) => row.push(item),
            None => return Ok(None),
        }
    }
    rt.call(&function, &row).map(Some)
}

fn map_reduce(rt: &Rt, value: &Value) -> PyResult {
    let Some(Map(map)) = value.downcast_ref::<Map>() else {
        return Err(rt.type_error("a map was expected"));
    };
    let mut args = vec![held(rt, &map.function)?];
    args.extend(map.iterators.borrow().iter().cloned());
    reduced(rt, value, args)
}

/// The payload of `filter`.
pub struct Filter {
    pub function: ValueCell,
    pub iterator: ValueCell,
}

impl Payload for Filter {
    const KIND: Kind = kinds::FILTER;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.function.trace(visitor);
        self.iterator.trace(visitor);
    }

    fn clear(&self) {
        self.function.set(None);
        self.iterator.set(None);
    }
}

fn filter_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    if rt.new_refuses_keywords(ty, &rt.types.filter, args) {
        return Err(rt.type_error("filter() takes no keyword arguments"));
    }
    let given = rt.positional("filter", &Args::new(args.positional()), 2, 2)?;
    let iterator = rt.iter(&given[1])?;
    let payload = Filter {
        function: ValueCell::new(given[0].clone()),
        iterator: ValueCell::new(iterator),
    };
    Ok(rt.alloc(ty, payload).into_value())
}

fn filter_next(rt: &Rt, value: &Value) -> PyResult<Option<Value>> {
    let Some(filter) = value.downcast_ref::<Filter>() else {
        return Err(rt.type_error("a filter was expected"));
    };
    let (function, iterator) = (held(rt, &filter.function)?, held(rt, &filter.iterator)?);
    let plain = function.is_none() || function.is(rt.types.bool.as_value());
    while let Some(item) = rt.next(&iterator)? {
        let wanted = if plain {
            rt.truth(&item)?
        } else {
            let answer = rt.call(&function, std::slice::from_ref(&item))?;
            rt.truth(&answer)?
        };
        if wanted {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

fn filter_reduce(rt: &Rt, value: &Value) -> PyResult {
    let Some(filter) = value.downcast_ref::<Filter>() else {
        return Err(rt.type_error("a filter was expected"));
    };
    reduced(
        rt,
        value,
        vec![held(rt, &filter.function)?, held(rt, &filter.iterator)?],
    )
}
