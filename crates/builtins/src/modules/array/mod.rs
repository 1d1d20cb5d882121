//! `array`: rows of numbers of one machine type (`Modules/arraymodule.c`).

mod items;
mod reconstruct;

use crate::kinds;
use hognose_heap::{Kind, Payload, Trace, ValueCell, Visitor};
use hognose_object::buffer::{Access, Buffer};
use hognose_object::module::Module;
use hognose_object::slice::{Slice, Span};
use hognose_object::tuple::List;
use hognose_object::{
    Args, Call, CompareOp, GetSetDef, Layout, NativeDef, PyResult, Ref, Rt, Slots, Str, StrExt,
    TypeObj, TypeSpec, Value, type_flags,
};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use items::Code;

/// The payload of `array.array`.
struct Array {
    code: Cell<Code>,
    bytes: RefCell<Vec<u8>>,
    /// Views of the bytes: while there are any, the size stays.
    exports: Cell<i64>,
}

impl Payload for Array {
    const KIND: Kind = kinds::ARRAY;
    const GC: bool = false;
}

/// The payload of `arrayiterator`.
struct ArrayIter {
    array: ValueCell,
    at: Cell<usize>,
}

impl Payload for ArrayIter {
    const KIND: Kind = kinds::ARRAY_ITER;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.array.trace(visitor);
    }
}

static ARRAY: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::BASETYPE
        | type_flags::SEQUENCE
        | type_flags::HAS_WEAKREF,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        compare: Some(compare),
        iter: Some(iter),
        len: Some(|rt, v| Ok(this(rt, v)?.len())),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(|rt, v, item| Ok(find(rt, v, item, 0, usize::MAX)?.is_some())),
        concat: Some(concat),
        repeat: Some(repeat),
        iconcat: Some(iconcat),
        irepeat: Some(irepeat),
        buffer: Some(buffer),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new("append", "($self, v, /)", Call::One(append)),
        NativeDef::new("buffer_info", "($self, /)", Call::Zero(buffer_info)),
        NativeDef::new("byteswap", "($self, /)", Call::Zero(byteswap)),
        NativeDef::new("__copy__", "($self, /)", Call::Zero(copy)),
        NativeDef::new("count", "($self, v, /)", Call::One(count)),
        NativeDef::new(
            "__deepcopy__",
            "($self, unused, /)",
            Call::One(|rt, v, _| copy(rt, v)),
        ),
        NativeDef::new(
            "extend",
            "($self, bb, /)",
            Call::One(|rt, v, items| extend(rt, v, items).map(|()| Value::NONE)),
        ),
        NativeDef::new("fromfile", "($self, f, n, /)", Call::Many(from_file)),
        NativeDef::new("fromlist", "($self, list, /)", Call::One(from_list)),
        NativeDef::new("frombytes", "($self, buffer, /)", Call::One(from_bytes)),
        NativeDef::new("fromunicode", "($self, ustr, /)", Call::One(from_unicode)),
        NativeDef::new(
            "index",
            "($self, v, start=0, stop=sys.maxsize, /)",
            Call::Many(index),
        ),
        NativeDef::new("insert", "($self, i, v, /)", Call::Many(insert)),
        NativeDef::new("pop", "($self, i=-1, /)", Call::Many(pop)),
        NativeDef::new(
            "__reduce_ex__",
            "($self, value, /)",
            Call::One(reconstruct::reduce_ex),
        ),
        NativeDef::new("remove", "($self, v, /)", Call::One(remove)),
        NativeDef::new("reverse", "($self, /)", Call::Zero(reverse)),
        NativeDef::new("tofile", "($self, f, /)", Call::One(to_file)),
        NativeDef::new("tolist", "($self, /)", Call::Zero(to_list)),
        NativeDef::new(
            "tobytes",
            "($self, /)",
            Call::Zero(|rt, v| Ok(rt.bytes(&this(rt, v)?.bytes.borrow()).into_value())),
        ),
        NativeDef::new("tounicode", "($self, /)", Call::Zero(to_unicode)),
        NativeDef::new(
            "__sizeof__",
            "($self, /)",
            Call::Zero(|rt, v| Ok(rt.int_from_usize(80 + this(rt, v)?.bytes.borrow().len()))),
        ),
        NativeDef::class(
            "__class_getitem__",
            "",
            Call::One(|rt, class, item| Ok(rt.generic_alias(class, item))),
        ),
    ],
    getset: &[
        GetSetDef::read("typecode", |rt, v| {
            Ok(rt
                .character(u32::from(this(rt, v)?.code.get().letter))
                .into_value())
        }),
        GetSetDef::read("itemsize", |rt, v| {
            Ok(rt.int_from_usize(this(rt, v)?.code.get().size))
        }),
    ],
    ..TypeSpec::new("array.array", Layout::Native(kinds::ARRAY))
};

static ARRAY_ITERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::NO_NEW,
    slots: Slots {
        iter: Some(|_, v| Ok(v.clone())),
        next: Some(iter_next),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new("__reduce__", "($self, /)", Call::Zero(iter_reduce)),
        NativeDef::new(
            "__setstate__",
            "($self, state, /)",
            Call::One(iter_set_state),
        ),
    ],
    ..TypeSpec::new("array.arrayiterator", Layout::Native(kinds::ARRAY_ITER))
};

const FUNCTIONS: &[NativeDef] = &[NativeDef::new(
    "_array_reconstructor",
    "($module, arraytype, typecode, mformat_code, items, /)",
    Call::Many(reconstruct::reconstruct),
)];

static ACCESS: Access = Access {
    read: |owner, f| {
        if let Some(array) = owner.downcast_ref::<Array>() {
            f(&array.bytes.borrow());
        }
    },
    write: |owner, f| {
        if let Some(array) = owner.downcast_ref::<Array>() {
            f(&mut array.bytes.borrow_mut());
        }
    },
    hold: |owner, change| {
        if let Some(array) = owner.downcast_ref::<Array>() {
            array.exports.set(array.exports.get() + change);
        }
    },
};

impl Array {
    fn len(&self) -> usize {
        self.bytes.borrow().len() / self.code.get().size
    }

    fn get(&self, rt: &Rt, index: usize) -> Option<Value> {
        let code = self.code.get();
        let bytes = self.bytes.borrow();
        let item = bytes.get(index * code.size..(index + 1) * code.size)?;
        Some(code.value(rt, item))
    }

    /// The bytes, if their number may change now.
    fn resizable(&self, rt: &Rt) -> PyResult<std::cell::RefMut<'_, Vec<u8>>> {
        if self.exports.get() > 0 {
            return Err(rt.buffer_error("cannot resize an array that is exporting buffers"));
        }
        Ok(self.bytes.borrow_mut())
    }
}

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Array> {
    value
        .downcast_ref::<Array>()
        .ok_or_else(|| rt.type_error("an array was expected"))
}

fn buffer(rt: &Rt, value: &Value) -> PyResult<Buffer> {
    let array = this(rt, value)?;
    let code = array.code.get();
    let format = if code.letter == b'u' {
        "w"
    } else {
        code.format()
    };
    Ok(Buffer::of_items(
        value,
        &ACCESS,
        Cow::Borrowed(format),
        code.size,
        array.len(),
    ))
}

/// An array of a class with these bytes.
fn make(rt: &Rt, ty: &Ref<TypeObj>, code: Code, bytes: Vec<u8>) -> Value {
    let array = Array {
        code: Cell::new(code),
        bytes: RefCell::new(bytes),
        exports: Cell::new(0),
    };
    rt.alloc(ty, array).into_value()
}

fn array_type(rt: &Rt) -> PyResult<Ref<TypeObj>> {
    let found = super::attribute(rt, "array", "array")?;
    found
        .downcast::<TypeObj>()
        .cloned()
        .ok_or_else(|| rt.system_error("array.array is no type"))
}

fn new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    if args.has_keywords() && ty.module == "array" {
        return Err(rt.type_error("array.array() takes no keyword arguments"));
    }
    let given = args.positional();
    if given.is_empty() || given.len() > 2 {
        let (bound, limit, plural) = match given.len() {
            0 => ("at least", 1, ""),
            _ => ("at most", 2, "s"),
        };
        return Err(rt.type_error(format!(
            "array() takes {bound} {limit} argument{plural} ({} given)",
            given.len()
        )));
    }
    let letter = given[0]
        .downcast_ref::<Str>()
        .filter(|t| t.char_count() == 1);
    let Some(letter) = letter.map(|t| t.code_at(0)) else {
        let name = rt.type_name(&given[0]);
        return Err(rt.type_error(format!(
            "array() argument 1 must be a unicode character, not {name}"
        )));
    };
    let initial = given.get(1);
    let other = initial.and_then(|v| v.downcast_ref::<Array>());
    if letter != u32::from(b'u') {
        let shown = char::from_u32(letter).unwrap_or('?');
        if initial.is_some_and(|v| v.downcast_ref::<Str>().is_some()) {
            return Err(rt.type_error(format!(
                "cannot use a str to initialize an array with typecode '{shown}'"
            )));
        }
        if other.is_some_and(|a| a.code.get().letter == b'u') {
            return Err(rt.type_error(format!(
                "cannot use a unicode array to initialize an array with typecode '{shown}'"
            )));
        }
    }
    let Some(code) = Code::of(letter) else {
        return Err(
            rt.value_error("bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)")
        );
    };
    let made = make(rt, ty, code, Vec::new());
    let Some(initial) = initial else {
        return Ok(made);
    };
    let array = this(rt, &made)?;
    if initial.downcast_ref::<Str>().is_some() {
        from_unicode(rt, &made, initial)?;
    } else if initial.downcast_ref::<List>().is_some() {
        from_list(rt, &made, initial)?;
    } else if rt.is_instance(initial, &rt.types.bytes)
        || rt.is_instance(initial, &rt.types.bytearray)
    {
        from_bytes(rt, &made, initial)?;
    } else if let Some(other) = other.filter(|o| o.code.get() == code) {
        let bytes = other.bytes.borrow().clone();
        *array.bytes.borrow_mut() = bytes;
    } else {
        extend_by_iteration(rt, &made, initial)?;
    }
    Ok(made)
}

fn repr(rt: &Rt, value: &Value) -> PyResult {
    let array = this(rt, value)?;
    let name = rt.type_name(value);
    let name = name.rsplit('.').next().unwrap_or_default();
    let letter = char::from(array.code.get().letter);
    if array.len() == 0 {
        return Ok(rt.str(&format!("{name}('{letter}')")).into_value());
    }
    let items = if letter == 'u' {
        to_unicode(rt, value)?
    } else {
        to_list(rt, value)?
    };
    let head = rt.str(&format!("{name}('{letter}', "));
    let text = rt.str_concat(&head, &*rt.repr(&items)?);
    Ok(rt.str_concat(&text, &rt.str(")")).into_value())
}

fn compare(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast_ref::<Array>(), b.downcast_ref::<Array>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
    if equality && x.len() != y.len() {
        return Ok(Value::bool(op == CompareOp::Ne));
    }
    let mut i = 0;
    while let (Some(left), Some(right)) = (x.get(rt, i), y.get(rt, i)) {
        if !rt.compare_bool(&left, &right, CompareOp::Eq)? {
            return match op {
                CompareOp::Eq => Ok(Value::FALSE),
                CompareOp::Ne => Ok(Value::TRUE),
                _ => rt.compare(&left, &right, op),
            };
        }
        i += 1;
    }
    Ok(Value::bool(op.holds(x.len().cmp(&y.len()))))
}

fn iter(rt: &Rt, value: &Value) -> PyResult {
    let class = super::attribute(rt, "array", "__arrayiterator")?;
    let Some(class) = class.downcast::<TypeObj>() else {
        return Err(rt.system_error("array's iterator is no type"));
    };
    let array = ValueCell::default();
    array.set(Some(value.clone()));
    let at = Cell::new(0);
    Ok(rt.alloc(class, ArrayIter { array, at }).into_value())
}

fn iter_next(rt: &Rt, value: &Value) -> PyResult<Option<Value>> {
    let Some(it) = value.downcast_ref::<ArrayIter>() else {
        return Err(rt.type_error("an array iterator was expected"));
    };
    let Some(array) = it.array.get() else {
        return Ok(None);
    };
    let next = this(rt, &array)?.get(rt, it.at.get());
    match next {
        Some(_) => it.at.set(it.at.get() + 1),
        None => it.array.set(None),
    }
    Ok(next)
}

fn iter_reduce(rt: &Rt, value: &Value) -> PyResult {
    let Some(it) = value.downcast_ref::<ArrayIter>() else {
        return Err(rt.type_error("an array iterator was expected"));
    };
    let function = rt.getattr_str(&crate::builtins_module(rt), "iter")?;
    let items = match it.array.get() {
        Some(array) => vec![
            function,
            rt.tuple([array]).into_value(),
            rt.int_from_usize(it.at.get()),
        ],
        None => {
            let empty = rt.tuple([]).into_value();
            vec![function, rt.tuple([empty]).into_value()]
        }
    };
    Ok(rt.tuple(items).into_value())
}

fn iter_set_state(rt: &Rt, value: &Value, state: &Value) -> PyResult {
    let index = rt.index_i64(state)?;
    if let Some(it) = value.downcast_ref::<ArrayIter>()
        && let Some(array) = it.array.get()
    {
        let len = this(rt, &array)?.len();
        it.at.set((index.max(0) as usize).min(len));
    }
    Ok(Value::NONE)
}

fn span_of(rt: &Rt, array: &Array, key: &Value) -> PyResult<Option<Span>> {
    match key.downcast_ref::<Slice>() {
        Some(slice) => rt.slice_span(slice, array.len()).map(Some),
        None => Ok(None),
    }
}

/// The place that an index means.
fn place(rt: &Rt, array: &Array, key: &Value, message: &str) -> PyResult<usize> {
    if rt.type_of(key).slots.index.get().is_none() {
        return Err(rt.type_error("array indices must be integers"));
    }
    let number = rt.index(key)?;
    let Some(index) = rt.as_int(&number).and_then(|n| n.to_i64()) else {
        let name = rt.type_name(key);
        return Err(rt.index_error(format!("cannot fit '{name}' into an index-sized integer")));
    };
    let len = array.len() as i64;
    let index = if index < 0 { index + len } else { index };
    if (0..len).contains(&index) {
        Ok(index as usize)
    } else {
        Err(rt.index_error(message))
    }
}

fn getitem(rt: &Rt, value: &Value, key: &Value) -> PyResult {
    let array = this(rt, value)?;
    if let Some(span) = span_of(rt, array, key)? {
        let code = array.code.get();
        let bytes = array.bytes.borrow();
        let mut out = Vec::with_capacity(span.count * code.size);
        for i in span.indices() {
            out.extend_from_slice(bytes.get(i * code.size..(i + 1) * code.size).unwrap_or(&[]));
        }
        drop(bytes);
        return Ok(make(rt, &array_type(rt)?, code, out));
    }
    let index = place(rt, array, key, "array index out of range")?;
    array
        .get(rt, index)
        .ok_or_else(|| rt.index_error("array index out of range"))
}

fn setitem(rt: &Rt, value: &Value, key: &Value, item: Option<&Value>) -> PyResult<()> {
    let array = this(rt, value)?;
    let code = array.code.get();
    let Some(span) = span_of(rt, array, key)? else {
        let index = place(rt, array, key, "array assignment index out of range")?;
        match item {
            Some(item) => {
                let packed = code.pack(rt, item)?;
                if let Some(place) = array
                    .bytes
                    .borrow_mut()
                    .get_mut(index * code.size..(index + 1) * code.size)
                {
                    place.copy_from_slice(&packed[..code.size]);
                }
            }
            None => {
                array
                    .resizable(rt)?
                    .drain(index * code.size..(index + 1) * code.size);
            }
        }
        return Ok(());
    };
    let new = match item {
        None => Vec::new(),
        Some(item) => match item.downcast_ref::<Array>() {
            Some(other) if other.code.get() == code => other.bytes.borrow().clone(),
            Some(_) => return Err(rt.type_error("bad argument type for built-in operation")),
            None => {
                return Err(rt.type_error(format!(
                    "can only assign array (not \"{}\") to array slice",
                    rt.type_name(item)
                )));
            }
        },
    };
    let count = new.len() / code.size;
    if span.step == 1 {
        let range = span.range();
        let (from, to) = (range.start * code.size, range.end * code.size);
        if new.len() == to - from {
            array.bytes.borrow_mut()[from..to].copy_from_slice(&new);
        } else {
            array.resizable(rt)?.splice(from..to, new);
        }
        return Ok(());
    }
    if item.is_none() {
        let mut gone: Vec<usize> = span.indices().collect();
        gone.sort_unstable();
        let mut bytes = array.resizable(rt)?;
        for i in gone.into_iter().rev() {
            bytes.drain(i * code.size..(i + 1) * code.size);
        }
        return Ok(());
    }
    if count != span.count {
        return Err(rt.value_error(format!(
            "attempt to assign array of size {count} to extended slice of size {}",
            span.count
        )));
    }
    let mut bytes = array.bytes.borrow_mut();
    for (i, item) in span.indices().zip(new.chunks_exact(code.size)) {
        if let Some(place) = bytes.get_mut(i * code.size..(i + 1) * code.size) {
            place.copy_from_slice(item);
        }
    }
    Ok(())
}

fn concat(rt: &Rt, a: &Value, b: &Value) -> PyResult {
    let x = this(rt, a)?;
    let Some(y) = b.downcast_ref::<Array>() else {
        return Err(rt.type_error(format!(
            "can only append array (not \"{}\") to array",
            rt.type_name(b)
        )));
    };
    if x.code.get() != y.code.get() {
        return Err(rt.type_error("bad argument type for built-in operation"));
    }
    let bytes = [x.bytes.borrow().as_slice(), y.bytes.borrow().as_slice()].concat();
    Ok(make(rt, &array_type(rt)?, x.code.get(), bytes))
}

fn repeated(rt: &Rt, array: &Array, count: &Value) -> PyResult<Vec<u8>> {
    let count = usize::try_from(rt.index_i64(count)?).unwrap_or(0);
    let bytes = array.bytes.borrow();
    match bytes.len().checked_mul(count) {
        Some(total) => rt.room_for::<u8>(total).map(|()| bytes.repeat(count)),
        None => Err(rt.no_memory()),
    }
}

fn repeat(rt: &Rt, value: &Value, count: &Value) -> PyResult {
    let array = this(rt, value)?;
    let bytes = repeated(rt, array, count)?;
    Ok(make(rt, &array_type(rt)?, array.code.get(), bytes))
}

fn iconcat(rt: &Rt, value: &Value, other: &Value) -> PyResult {
    if other.downcast_ref::<Array>().is_none() {
        return Err(rt.type_error(format!(
            "can only extend array with array (not \"{}\")",
            rt.type_name(other)
        )));
    }
    extend(rt, value, other)?;
    Ok(value.clone())
}

fn irepeat(rt: &Rt, value: &Value, count: &Value) -> PyResult {
    let array = this(rt, value)?;
    let bytes = repeated(rt, array, count)?;
    if bytes.len() != array.bytes.borrow().len() {
        *array.resizable(rt)? = bytes;
    }
    Ok(value.clone())
}

fn append(rt: &Rt, value: &Value, item: &Value) -> PyResult {
    let array = this(rt, value)?;
    let code = array.code.get();
    let packed = code.pack(rt, item)?;
    array.resizable(rt)?.extend_from_slice(&packed[..code.size]);
    Ok(Value::NONE)
}

fn buffer_info(rt: &Rt, value: &Value) -> PyResult {
    let array = this(rt, value)?;
    let address = array.bytes.borrow().as_ptr() as usize;
    Ok(rt
        .tuple([rt.int_from_usize(address), rt.int_from_usize(array.len())])
        .into_value())
}

fn byteswap(rt: &Rt, value: &Value) -> PyResult {
    let array = this(rt, value)?;
    let size = array.code.get().size;
    for item in array.bytes.borrow_mut().chunks_exact_mut(size) {
        item.reverse();
    }
    Ok(Value::NONE)
}

fn copy(rt: &Rt, value: &Value) -> PyResult {
    let array = this(rt, value)?;
    let bytes = array.bytes.borrow().clone();
    Ok(make(rt, &array_type(rt)?, array.code.get(), bytes))
}

/// The first place from `start` to `stop` of an equal item.
fn find(
    rt: &Rt,
    value: &Value,
    wanted: &Value,
    start: usize,
    stop: usize,
) -> PyResult<Option<usize>> {
    let array = this(rt, value)?;
    let mut i = start;
    while i < stop
        && let Some(item) = array.get(rt, i)
    {
        if rt.eq(&item, wanted)? {
            return Ok(Some(i));
        }
        i += 1;
    }
    Ok(None)
}

fn count(rt: &Rt, value: &Value, wanted: &Value) -> PyResult {
    let (mut n, mut from) = (0, 0);
    while let Some(at) = find(rt, value, wanted, from, usize::MAX)? {
        n += 1;
        from = at + 1;
    }
    Ok(rt.int(n))
}

fn index(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("index", args, 1, 3)?;
    let len = this(rt, value)?.len() as i64;
    let bound = |i: usize, default: i64| -> PyResult<usize> {
        let at = given.get(i).map_or(Ok(default), |v| rt.index_clamped(v))?;
        Ok((if at < 0 {
            at.saturating_add(len).max(0)
        } else {
            at
        }) as usize)
    };
    let (start, stop) = (bound(1, 0)?, bound(2, i64::MAX)?);
    match find(rt, value, &given[0], start, stop)? {
        Some(at) => Ok(rt.int_from_usize(at)),
        None => Err(rt.value_error("array.index(x): x not in array")),
    }
}

fn remove(rt: &Rt, value: &Value, wanted: &Value) -> PyResult {
    let Some(at) = find(rt, value, wanted, 0, usize::MAX)? else {
        return Err(rt.value_error("array.remove(x): x not in array"));
    };
    let array = this(rt, value)?;
    let size = array.code.get().size;
    let mut bytes = array.resizable(rt)?;
    if (at + 1) * size <= bytes.len() {
        bytes.drain(at * size..(at + 1) * size);
    }
    Ok(Value::NONE)
}

fn insert(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("insert", args, 2, 2)?;
    let array = this(rt, value)?;
    let code = array.code.get();
    let at = rt.index_i64(&given[0])?;
    let packed = code.pack(rt, &given[1])?;
    let len = array.len() as i64;
    let at = (if at < 0 {
        (at + len).max(0)
    } else {
        at.min(len)
    }) as usize
        * code.size;
    array
        .resizable(rt)?
        .splice(at..at, packed[..code.size].iter().copied());
    Ok(Value::NONE)
}

fn pop(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("pop", args, 0, 1)?;
    let array = this(rt, value)?;
    let len = array.len() as i64;
    let at = given.first().map_or(Ok(-1), |v| rt.index_i64(v))?;
    if len == 0 {
        return Err(rt.index_error("pop from empty array"));
    }
    let at = if at < 0 { at + len } else { at };
    if !(0..len).contains(&at) {
        return Err(rt.index_error("pop index out of range"));
    }
    let (at, size) = (at as usize, array.code.get().size);
    let item = array.get(rt, at).unwrap_or(Value::NONE);
    array.resizable(rt)?.drain(at * size..(at + 1) * size);
    Ok(item)
}

fn reverse(rt: &Rt, value: &Value) -> PyResult {
    let array = this(rt, value)?;
    let size = array.code.get().size;
    let mut bytes = array.bytes.borrow_mut();
    let turned: Vec<u8> = bytes.rchunks_exact(size).flatten().copied().collect();
    bytes.copy_from_slice(&turned);
    Ok(Value::NONE)
}

fn to_list(rt: &Rt, value: &Value) -> PyResult {
    let array = this(rt, value)?;
    let items = (0..array.len()).filter_map(|i| array.get(rt, i)).collect();
    Ok(rt.list(items).into_value())
}

fn extend(rt: &Rt, value: &Value, items: &Value) -> PyResult<()> {
    let array = this(rt, value)?;
    let Some(other) = items.downcast_ref::<Array>() else {
        return extend_by_iteration(rt, value, items);
    };
    if other.code.get() != array.code.get() {
        return Err(rt.type_error("can only extend with array of same kind"));
    }
    let more = other.bytes.borrow().clone();
    if !more.is_empty() {
        array.resizable(rt)?.extend_from_slice(&more);
    }
    Ok(())
}

fn extend_by_iteration(rt: &Rt, value: &Value, items: &Value) -> PyResult<()> {
    let iterator = rt.iter(items)?;
    while let Some(item) = rt.next(&iterator)? {
        append(rt, value, &item)?;
    }
    Ok(())
}

fn from_list(rt: &Rt, value: &Value, items: &Value) -> PyResult {
    let Some(list) = items.downcast_ref::<List>() else {
        return Err(rt.type_error("arg must be list"));
    };
    let array = this(rt, value)?;
    let code = array.code.get();
    let len = list.len();
    let mut packed = Vec::with_capacity(len * code.size);
    for i in 0..len {
        let item = list.get(i).unwrap_or(Value::NONE);
        packed.extend_from_slice(&code.pack(rt, &item)?[..code.size]);
        if list.len() != len {
            return Err(rt.runtime_error("list changed size during iteration"));
        }
    }
    if !packed.is_empty() {
        array.resizable(rt)?.extend(packed);
    }
    Ok(Value::NONE)
}

fn from_bytes(rt: &Rt, value: &Value, bytes: &Value) -> PyResult {
    let array = this(rt, value)?;
    let Some(more) = rt.buffer_bytes(bytes) else {
        let name = rt.type_name(bytes);
        return Err(rt.type_error(format!("a bytes-like object is required, not '{name}'")));
    };
    let more = more?;
    if more.len() % array.code.get().size != 0 {
        return Err(rt.value_error("bytes length not a multiple of item size"));
    }
    if !more.is_empty() {
        array.resizable(rt)?.extend(more);
    }
    Ok(Value::NONE)
}

fn from_file(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("fromfile", args, 2, 2)?;
    let size = this(rt, value)?.code.get().size;
    let n = rt.index_i64(&given[1])?;
    let Ok(n) = usize::try_from(n) else {
        return Err(rt.value_error("negative count"));
    };
    let Some(wanted) = n.checked_mul(size) else {
        return Err(rt.no_memory());
    };
    let read = rt.call_method(&given[0], &rt.names.read, &[rt.int_from_usize(wanted)])?;
    if !rt.is_instance(&read, &rt.types.bytes) {
        return Err(rt.type_error("read() didn't return bytes"));
    }
    from_bytes(rt, value, &read)?;
    if rt.len(&read)? != wanted {
        return Err(rt.eof_error("read() didn't return enough bytes"));
    }
    Ok(Value::NONE)
}

fn to_file(rt: &Rt, value: &Value, file: &Value) -> PyResult {
    let bytes = this(rt, value)?.bytes.borrow().clone();
    for block in bytes.chunks(64 << 10) {
        let block = rt.bytes(block).into_value();
        rt.call_method(file, &rt.names.write, &[block])?;
    }
    Ok(Value::NONE)
}

fn from_unicode(rt: &Rt, value: &Value, text: &Value) -> PyResult {
    let array = this(rt, value)?;
    let Some(text) = text.downcast_ref::<Str>() else {
        let name = rt.type_name(text);
        return Err(rt.type_error(format!("fromunicode() argument must be str, not {name}")));
    };
    if array.code.get().letter != b'u' {
        return Err(rt.value_error("fromunicode() may only be called on unicode type arrays"));
    }
    let more: Vec<u8> = text.codes().flat_map(u32::to_ne_bytes).collect();
    if !more.is_empty() {
        array.resizable(rt)?.extend(more);
    }
    Ok(Value::NONE)
}

fn to_unicode(rt: &Rt, value: &Value) -> PyResult {
    let array = this(rt, value)?;
    if array.code.get().letter != b'u' {
        return Err(rt.value_error("tounicode() may only be called on unicode type arrays"));
    }
    let bytes = array.bytes.borrow();
    let codes: Vec<u32> = bytes
        .chunks_exact(4)
        .map(|c| u32::from_ne_bytes([c[0], c[1], c[2], c[3]]))
        .collect();
    match codes.iter().find(|&&c| c > 0x10_ffff) {
        Some(bad) => Err(rt.value_error(format!(
            "character U+{bad:x} is not in range [U+0000; U+10ffff]"
        ))),
        None => Ok(rt.str_codes(&codes).into_value()),
    }
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("array", FUNCTIONS);
    let class = rt.native_type(&ARRAY, &rt.types.object);
    module.set(rt, "array", class.clone());
    module.set(rt, "ArrayType", class.clone());
    module.set(
        rt,
        "__arrayiterator",
        rt.native_type(&ARRAY_ITERATOR, &rt.types.object),
    );
    let letters: String = items::LETTERS.iter().map(|&c| char::from(c)).collect();
    module.set(rt, "typecodes", rt.str(&letters));
    // Absent where there is no standard library.
    if let Ok(abc) = crate::import::import_module(rt, "collections.abc") {
        let sequence = rt.getattr_str(&abc, "MutableSequence")?;
        rt.call_method(&sequence, &rt.intern("register"), &[class.into_value()])?;
    }
    Ok(module)
}
