//! `memoryview`: another object's bytes, without copying them (`Objects/memoryobject.c`).

use crate::buffer::Buffer;
use crate::kinds;
use crate::native::{Args, Call, GetSetDef, NativeDef, Signature};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slice::Slice;
use crate::slots::{CompareOp, Slots};
use crate::str_::{Str, StrExt};
use crate::tuple::{Tuple, TupleExt};
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, Visitor};
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use std::borrow::Cow;
use std::cell::{Cell, Ref as Borrowed, RefCell};

pub const MEMORYVIEW: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::SEQUENCE | type_flags::HAS_WEAKREF,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        iter: Some(|rt, v| Ok(rt.sequence_iterator(v))),
        len: Some(len),
        getitem: Some(getitem),
        setitem: Some(setitem),
        buffer: Some(|rt, v| Ok(view(rt, v)?.share())),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new("release", "($self, /)", Call::Zero(release)),
        NativeDef::new("tobytes", "($self, /, order='C')", Call::Many(tobytes)),
        NativeDef::new(
            "hex",
            "($self, /, sep=<unrepresentable>, bytes_per_sep=1)",
            Call::Many(hex),
        ).with_doc(
        "The bytes as pairs of hexadecimal digits.\n\n>>> memoryview(b\"\\xb9\\x01\").hex()\n'b901'",
    ),
        NativeDef::new("tolist", "($self, /)", Call::Zero(tolist)),
        NativeDef::new(
            "cast",
            "($self, /, format, shape=<unrepresentable>)",
            Call::Many(cast),
        ),
        NativeDef::new("toreadonly", "($self, /)", Call::Zero(toreadonly)),
        NativeDef::new(
            "__enter__",
            "",
            Call::Zero(|rt, v| view(rt, v).map(|_| v.clone())),
        ),
        NativeDef::new("__exit__", "", Call::Many(|rt, v, _| release(rt, v))),
    ],
    getset: &[
        GetSetDef::read("obj", |rt, v| Ok(view(rt, v)?.owner.clone())),
        GetSetDef::read("nbytes", |rt, v| Ok(rt.int_from_usize(view(rt, v)?.len()))),
        GetSetDef::read("readonly", |rt, v| Ok(Value::bool(view(rt, v)?.readonly))),
        GetSetDef::read("itemsize", |rt, v| {
            Ok(rt.int_from_usize(view(rt, v)?.itemsize))
        }),
        GetSetDef::read("format", |rt, v| {
            Ok(rt.str(&view(rt, v)?.format).into_value())
        }),
        GetSetDef::read("ndim", |rt, v| {
            Ok(rt.int_from_usize(view(rt, v)?.shape.len()))
        }),
        GetSetDef::read("shape", |rt, v| {
            let row: Vec<Value> = view(rt, v)?
                .shape
                .iter()
                .map(|&n| rt.int_from_usize(n))
                .collect();
            Ok(rt.tuple(row).into_value())
        }),
        GetSetDef::read("strides", |rt, v| {
            let row: Vec<Value> = view(rt, v)?
                .strides
                .iter()
                .map(|&n| rt.int(n as i64))
                .collect();
            Ok(rt.tuple(row).into_value())
        }),
        GetSetDef::read("suboffsets", |rt, v| {
            view(rt, v).map(|_| rt.tuple([]).into_value())
        }),
        GetSetDef::read("c_contiguous", |rt, v| {
            Ok(Value::bool(view(rt, v)?.is_contiguous()))
        }),
        GetSetDef::read("f_contiguous", |rt, v| {
            let view = view(rt, v)?;
            Ok(Value::bool(view.shape.len() <= 1 && view.is_contiguous()))
        }),
        GetSetDef::read("contiguous", |rt, v| {
            Ok(Value::bool(view(rt, v)?.is_contiguous()))
        }),
    ],
    ..TypeSpec::new("memoryview", Layout::Native(kinds::MEMORYVIEW))
};

/// The payload of `memoryview`; no buffer once it is released.
pub struct MemoryView {
    buffer: RefCell<Option<Buffer>>,
    /// The hash once computed: it outlives the buffer.
    hash: Cell<Option<i64>>,
}

impl Payload for MemoryView {
    const KIND: Kind = kinds::MEMORYVIEW;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        if let Ok(buffer) = self.buffer.try_borrow()
            && let Some(buffer) = &*buffer
        {
            buffer.owner.trace(visitor);
        }
    }

    fn clear(&self) {
        self.let_go();
    }
}

impl MemoryView {
    /// Gives the owner back; false if that has been done.
    fn let_go(&self) -> bool {
        let old = self.buffer.try_borrow_mut().ok().and_then(|mut b| b.take());
        match old {
            Some(buffer) => {
                (buffer.access.hold)(&buffer.owner, -1);
                true
            }
            None => false,
        }
    }
}

impl Drop for MemoryView {
    fn drop(&mut self) {
        self.let_go();
    }
}

impl Buffer {
    /// The same view for another holder.
    fn share(&self) -> Buffer {
        Buffer {
            owner: self.owner.clone(),
            access: self.access,
            readonly: self.readonly,
            format: self.format.clone(),
            itemsize: self.itemsize,
            offset: self.offset,
            shape: self.shape.clone(),
            strides: self.strides.clone(),
        }
    }

    fn item_bytes(&self, at: usize) -> Vec<u8> {
        let mut made = Vec::new();
        (self.access.read)(&self.owner, &mut |bytes| {
            made = bytes
                .get(at..at + self.itemsize)
                .unwrap_or_default()
                .to_vec();
        });
        made
    }

    fn put(&self, at: usize, new: &[u8]) {
        (self.access.write)(&self.owner, &mut |bytes| {
            if let Some(place) = bytes.get_mut(at..at + new.len()) {
                place.copy_from_slice(new);
            }
        });
    }

    fn letter(&self) -> u8 {
        self.format
            .trim_start_matches('@')
            .bytes()
            .next()
            .unwrap_or(b'B')
    }
}

impl Rt {
    /// A view of what a buffer shows.
    pub fn memoryview(&self, buffer: Buffer) -> Value {
        (buffer.access.hold)(&buffer.owner, 1);
        let made = MemoryView {
            buffer: RefCell::new(Some(buffer)),
            hash: Cell::new(None),
        };
        self.alloc(&self.types.memoryview, made).into_value()
    }
}

fn view<'a>(rt: &Rt, value: &'a Value) -> PyResult<Borrowed<'a, Buffer>> {
    let this = value
        .downcast_ref::<MemoryView>()
        .ok_or_else(|| rt.type_error("a memoryview was expected"))?;
    Borrowed::filter_map(this.buffer.borrow(), Option::as_ref)
        .map_err(|_| rt.value_error("operation forbidden on released memoryview object"))
}

fn new(rt: &Rt, _ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "memoryview",
        params: &["object"],
        positional_only: 0,
        positional: 1,
        required: 1,
    };
    let [object] = rt.bind(&SIGNATURE, args)?;
    let object = object.cloned().unwrap_or(Value::NONE);
    match rt.buffer_opt(&object) {
        Some(buffer) => Ok(rt.memoryview(buffer?)),
        None => {
            let name = rt.type_name(&object);
            Err(rt.type_error(format!(
                "memoryview: a bytes-like object is required, not '{name}'"
            )))
        }
    }
}

fn repr(rt: &Rt, value: &Value) -> PyResult {
    let word = if view(rt, value).is_ok() {
        "memory"
    } else {
        "released memory"
    };
    Ok(rt
        .str(&format!("<{word} at {:#x}>", value.bits()))
        .into_value())
}

fn release(_rt: &Rt, value: &Value) -> PyResult {
    if let Some(this) = value.downcast_ref::<MemoryView>() {
        this.let_go();
    }
    Ok(Value::NONE)
}

fn hash(rt: &Rt, value: &Value) -> PyResult<i64> {
    let known = value.downcast_ref::<MemoryView>();
    if let Some(hash) = known.and_then(|v| v.hash.get()) {
        return Ok(hash);
    }
    let view = view(rt, value)?;
    if !view.readonly {
        return Err(rt.value_error("cannot hash writable memoryview object"));
    }
    if !matches!(view.letter(), b'B' | b'b' | b'c') {
        return Err(rt.value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'"));
    }
    let bytes = view.to_vec();
    let owner = view.owner.clone();
    drop(view);
    rt.hash(&owner)?;
    let hash = crate::hash::hash_bytes(rt.hash_keys.get(), &bytes);
    if let Some(this) = known {
        this.hash.set(Some(hash));
    }
    Ok(hash)
}

fn compare(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let same = if a.is(b) {
        true
    } else {
        let Ok(x) = view(rt, a).map(|v| v.share()) else {
            return Ok(Value::bool(op == CompareOp::Ne));
        };
        let Some(Ok(y)) = rt.buffer_opt(b) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        if x.shape != y.shape {
            false
        } else if x.letter() == y.letter() && matches!(x.letter(), b'B' | b'b' | b'c') {
            x.to_vec() == y.to_vec()
        } else {
            let (xs, ys) = (x.item_offsets(), y.item_offsets());
            let mut same = xs.len() == ys.len();
            for (&i, &j) in xs.iter().zip(&ys) {
                let (p, q) = (unpack(rt, &x, i)?, unpack(rt, &y, j)?);
                same = same && rt.compare_bool(&p, &q, CompareOp::Eq)?;
            }
            same
        }
    };
    Ok(Value::bool(same == (op == CompareOp::Eq)))
}

fn len(rt: &Rt, value: &Value) -> PyResult<usize> {
    match view(rt, value)?.shape.first() {
        Some(&n) => Ok(n),
        None => Err(rt.type_error("0-dim memory has no length")),
    }
}

/// The item that begins there (`unpack_single`).
fn unpack(rt: &Rt, view: &Buffer, at: usize) -> PyResult {
    let bytes = view.item_bytes(at);
    let mut word = [0; 8];
    let n = bytes.len().min(8);
    word[..n].copy_from_slice(&bytes[..n]);
    let word = u64::from_ne_bytes(word);
    let signed = |bits: u32| rt.int((word << (64 - bits)) as i64 >> (64 - bits));
    let bits = (n as u32 * 8).max(8);
    Ok(match view.letter() {
        b'c' => rt.bytes(&bytes).into_value(),
        b'?' => Value::bool(word != 0),
        b'd' => rt.float(f64::from_bits(word)),
        b'f' => rt.float(f64::from(f32::from_bits(word as u32))),
        b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => signed(bits),
        b'B' | b'H' | b'I' | b'L' | b'Q' | b'N' | b'P' => rt.big_int(BigInt::from(word)),
        _ => {
            let format = view.format.as_ref();
            return Err(
                rt.not_implemented_error(format!("memoryview: format {format} not supported"))
            );
        }
    })
}

/// An item's bytes (`pack_single`).
fn pack(rt: &Rt, view: &Buffer, value: &Value) -> PyResult<Vec<u8>> {
    let letter = view.letter();
    let wrong_type = || {
        rt.type_error(format!(
            "memoryview: invalid type for format '{}'",
            char::from(letter)
        ))
    };
    let wrong_value = || {
        rt.value_error(format!(
            "memoryview: invalid value for format '{}'",
            char::from(letter)
        ))
    };
    match letter {
        b'c' => match value.downcast_ref::<crate::bytes::Bytes>() {
            Some(one) if one.bytes().len() == 1 => Ok(one.bytes().to_vec()),
            Some(_) => Err(wrong_value()),
            None => Err(wrong_type()),
        },
        b'?' => Ok(vec![u8::from(rt.truth(value)?)]),
        b'd' | b'f' => {
            let x = match rt.to_float(value) {
                Err(raised) if raised.is(rt, &rt.types.type_error) => return Err(wrong_type()),
                x => x?,
            };
            Ok(if letter == b'd' {
                x.to_ne_bytes().to_vec()
            } else {
                (x as f32).to_ne_bytes().to_vec()
            })
        }
        _ => {
            if rt.as_int(value).is_none() && rt.type_of(value).slots.index.get().is_none() {
                return Err(wrong_type());
            }
            let index = rt.index(value)?;
            let number = rt.as_int(&index).map(|i| i.to_big()).unwrap_or_default();
            let bits = view.itemsize as u32 * 8;
            let word = if letter.is_ascii_lowercase() {
                let fits =
                    |i: &i64| bits >= 64 || (-(1 << (bits - 1))..1 << (bits - 1)).contains(i);
                number.to_i64().filter(fits).map(|i| i as u64)
            } else {
                number.to_u64().filter(|&i| bits >= 64 || i < 1 << bits)
            };
            let word = word.ok_or_else(wrong_value)?;
            let mut bytes = word.to_le_bytes()[..view.itemsize.min(8)].to_vec();
            if cfg!(target_endian = "big") {
                bytes.reverse();
            }
            Ok(bytes)
        }
    }
}

/// Where the item of an index, or of a tuple of them, begins.
fn place_of(rt: &Rt, view: &Buffer, indices: &[Value]) -> PyResult<usize> {
    let mut at = view.offset as isize;
    for (dimension, index) in indices.iter().enumerate() {
        let (Some(&n), Some(&stride)) = (view.shape.get(dimension), view.strides.get(dimension))
        else {
            let ndim = view.shape.len();
            return Err(rt.type_error(format!(
                "cannot index {ndim}-dimension view with {}-element tuple",
                indices.len()
            )));
        };
        let i = rt.index_place(index)?;
        let i = if i < 0 { i + n as i64 } else { i };
        if i < 0 || i >= n as i64 {
            return Err(rt.index_error(format!(
                "index out of bounds on dimension {}",
                dimension + 1
            )));
        }
        at += i as isize * stride;
    }
    Ok(at.max(0) as usize)
}

fn sliced(rt: &Rt, view: &Buffer, slice: &Slice) -> PyResult<Buffer> {
    let mut made = view.share();
    let (Some(n), Some(stride)) = (made.shape.first_mut(), made.strides.first_mut()) else {
        return Err(rt.type_error("invalid indexing of 0-dim memory"));
    };
    let span = rt.slice_span(slice, *n)?;
    let start = made.offset as isize + span.start as isize * *stride;
    made.offset = start.max(0) as usize;
    *n = span.count;
    *stride = stride.saturating_mul(span.step as isize);
    Ok(made)
}

/// Refuses a view that Python code released meanwhile.
fn still_there(rt: &Rt, value: &Value) -> PyResult<()> {
    view(rt, value).map(drop)
}

fn is_index(rt: &Rt, key: &Value) -> bool {
    rt.as_int(key).is_some() || rt.type_of(key).slots.index.get().is_some()
}

fn getitem(rt: &Rt, value: &Value, key: &Value) -> PyResult {
    let view = view(rt, value)?.share();
    if view.shape.is_empty() {
        let empty = key.downcast_ref::<Tuple>().is_some_and(|t| t.is_empty());
        return match (empty, key.is(&Value::ELLIPSIS)) {
            (true, _) => unpack(rt, &view, view.offset),
            (_, true) => Ok(value.clone()),
            _ => Err(rt.type_error("invalid indexing of 0-dim memory")),
        };
    }
    if is_index(rt, key) {
        if view.shape.len() > 1 {
            return Err(rt.not_implemented_error("multi-dimensional sub-views are not implemented"));
        }
        let at = place_of(rt, &view, std::slice::from_ref(key))?;
        still_there(rt, value)?;
        return unpack(rt, &view, at);
    }
    if let Some(slice) = key.downcast_ref::<Slice>() {
        return Ok(rt.memoryview(sliced(rt, &view, slice)?));
    }
    if let Some(indices) = key.downcast_ref::<Tuple>() {
        let row: Vec<Value> = (0..indices.len()).filter_map(|i| indices.item(i)).collect();
        if row.iter().all(|v| is_index(rt, v)) {
            if row.len() < view.shape.len() {
                return Err(rt.not_implemented_error("sub-views are not implemented"));
            }
            let at = place_of(rt, &view, &row)?;
            still_there(rt, value)?;
            return unpack(rt, &view, at);
        }
        if row.iter().all(|v| v.downcast_ref::<Slice>().is_some()) {
            return Err(rt.not_implemented_error("multi-dimensional slicing is not implemented"));
        }
    }
    Err(rt.type_error("memoryview: invalid slice key"))
}

fn setitem(rt: &Rt, value: &Value, key: &Value, item: Option<&Value>) -> PyResult<()> {
    let view = view(rt, value)?.share();
    if view.readonly {
        return Err(rt.type_error("cannot modify read-only memory"));
    }
    let Some(item) = item else {
        return Err(rt.type_error("cannot delete memory"));
    };
    if let Some(slice) = key.downcast_ref::<Slice>() {
        if view.shape.len() > 1 {
            return Err(rt.not_implemented_error(
                "memoryview slice assignments are currently restricted to ndim = 1",
            ));
        }
        let target = sliced(rt, &view, slice)?;
        still_there(rt, value)?;
        let source = rt.buffer(item)?;
        if source.letter() != target.letter()
            || source.itemsize != target.itemsize
            || source.shape != target.shape
        {
            return Err(rt.value_error(
                "memoryview assignment: lvalue and rvalue have different structures",
            ));
        }
        let bytes = source.to_vec();
        let rows = bytes.chunks(target.itemsize.max(1));
        for (at, row) in target.item_offsets().into_iter().zip(rows) {
            target.put(at, row);
        }
        return Ok(());
    }
    let at = match key.downcast_ref::<Tuple>() {
        Some(indices) if indices.len() == view.shape.len() => {
            let row: Vec<Value> = (0..indices.len()).filter_map(|i| indices.item(i)).collect();
            place_of(rt, &view, &row)?
        }
        _ if is_index(rt, key) && view.shape.len() == 1 => {
            place_of(rt, &view, std::slice::from_ref(key))?
        }
        Some(slices)
            if !slices.is_empty()
                && slices.items().all(|v| v.downcast_ref::<Slice>().is_some()) =>
        {
            return Err(rt.not_implemented_error(
                "memoryview slice assignments are currently restricted to ndim = 1",
            ));
        }
        _ => return Err(rt.type_error("memoryview: invalid slice key")),
    };
    let bytes = pack(rt, &view, item)?;
    still_there(rt, value)?;
    view.put(at, &bytes);
    Ok(())
}

fn tobytes(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "tobytes",
        params: &["order"],
        positional_only: 0,
        positional: 1,
        required: 0,
    };
    let [order] = rt.bind(&SIGNATURE, args)?;
    if let Some(order) = order.filter(|o| !o.is_none()) {
        let known = order
            .downcast_ref::<Str>()
            .is_some_and(|o| matches!(&*o.to_str(), "C" | "F" | "A"));
        if !known {
            return Err(rt.value_error("order must be 'C', 'F' or 'A'"));
        }
    }
    let bytes = view(rt, value)?.to_vec();
    Ok(rt.bytes(&bytes).into_value())
}

fn hex(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let bytes = view(rt, value)?.to_vec();
    Ok(rt
        .str(&crate::bytes::hex_text(rt, &bytes, args)?)
        .into_value())
}

fn list_of(rt: &Rt, view: &Buffer, dimension: usize, at: isize) -> PyResult {
    let (Some(&n), Some(&stride)) = (view.shape.get(dimension), view.strides.get(dimension)) else {
        return unpack(rt, view, at.max(0) as usize);
    };
    let row: PyResult<Vec<Value>> = (0..n as isize)
        .map(|i| list_of(rt, view, dimension + 1, at + i * stride))
        .collect();
    Ok(rt.list(row?).into_value())
}

fn tolist(rt: &Rt, value: &Value) -> PyResult {
    let view = view(rt, value)?.share();
    list_of(rt, &view, 0, view.offset as isize)
}

fn toreadonly(rt: &Rt, value: &Value) -> PyResult {
    let mut made = view(rt, value)?.share();
    made.readonly = true;
    Ok(rt.memoryview(made))
}

/// Size of a native item.
fn native_size(letter: u8) -> Option<usize> {
    Some(match letter {
        b'b' | b'B' | b'c' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'd' | b'P' => 8,
        _ => return None,
    })
}

fn cast(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "cast",
        params: &["format", "shape"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let [format, shape] = rt.bind(&SIGNATURE, args)?;
    let format = format.cloned().unwrap_or(Value::NONE);
    let Some(format) = format.downcast_ref::<Str>() else {
        let name = rt.type_name(&format);
        return Err(rt.type_error(format!("cast() argument 'format' must be str, not {name}")));
    };
    let mut made = view(rt, value)?.share();
    if !made.is_contiguous() {
        return Err(rt.type_error("memoryview: casts are restricted to C-contiguous views"));
    }
    let text = format.to_str().into_owned();
    let letter = text.strip_prefix('@').unwrap_or(&text);
    let size = match letter.as_bytes() {
        [one] => native_size(*one),
        _ => None,
    };
    let Some(size) = size else {
        return Err(rt.value_error("memoryview: destination format must be a native single character format prefixed with an optional '@'"));
    };
    let is_byte = |letter: u8| matches!(letter, b'B' | b'b' | b'c');
    let new_letter = letter.bytes().next().unwrap_or(b'B');
    if !is_byte(made.letter()) && !is_byte(new_letter) {
        return Err(rt.type_error("memoryview: cannot cast between two non-byte formats"));
    }
    let bytes = made.len();
    if bytes % size != 0 {
        return Err(rt.type_error("memoryview: length is not a multiple of itemsize"));
    }
    made.format = Cow::Owned(text);
    made.itemsize = size;
    made.shape = vec![bytes / size];
    if let Some(shape) = shape.filter(|s| !s.is_none()) {
        let mut row = Vec::new();
        for n in rt.collect(shape)? {
            match usize::try_from(rt.index_i64(&n)?) {
                Ok(n) if n > 0 => row.push(n),
                _ => {
                    return Err(
                        rt.value_error("memoryview.cast(): elements of shape must be integers > 0")
                    );
                }
            }
        }
        let all = row.iter().try_fold(size, |p, &n| p.checked_mul(n));
        if row
            .iter()
            .try_fold(1isize, |p, &n| p.checked_mul(n as isize))
            .is_none()
        {
            return Err(rt.value_error("memoryview.cast(): product(shape) > SSIZE_MAX"));
        }
        if all != Some(bytes) {
            return Err(rt.type_error("memoryview: product(shape) * itemsize != buffer size"));
        }
        made.shape = row;
    }
    let mut stride = size as isize;
    made.strides = vec![0; made.shape.len()];
    for (place, &n) in made.strides.iter_mut().zip(&made.shape).rev() {
        *place = stride;
        stride *= n as isize;
    }
    Ok(rt.memoryview(made))
}
