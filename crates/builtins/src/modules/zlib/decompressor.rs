//! `zlib.decompressobj`.

use super::{code_of, fail, inflate, int_argument, pump};
use crate::kinds;
use hognose_heap::{Kind, Payload};
use hognose_object::{
    Args, Call, GetSetDef, Layout, NativeDef, PyResult, Rt, Signature, TypeSpec, Value, type_flags,
};
use std::cell::{Cell, RefCell};
use zlib_rs::{Inflate, Status};

/// Most input that is kept so that a stream can be copied, in bytes: a copy decompresses the same again.
const MOST_KEPT: usize = 1 << 20;

/// The payload of `zlib.Decompress`.
pub(super) struct Decompress {
    /// `None` once it was flushed at its end.
    stream: RefCell<Option<Inflate>>,
    wbits: i64,
    dictionary: Option<Vec<u8>>,
    unused: RefCell<Vec<u8>>,
    unconsumed: RefCell<Vec<u8>>,
    eof: Cell<bool>,
    /// The input used so far; `None` once it was too much.
    history: RefCell<Option<Vec<u8>>>,
}

impl Payload for Decompress {
    const KIND: Kind = kinds::ZLIB_DECOMPRESS;
    const GC: bool = false;
}

pub(super) static DECOMPRESS: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::NO_NEW,
    methods: &[
        NativeDef::new(
            "decompress",
            "($self, data, /, max_length=0)",
            Call::Many(decompress),
        ),
        NativeDef::new(
            "flush",
            "($self, length=zlib.DEF_BUF_SIZE, /)",
            Call::Many(flush),
        ),
        NativeDef::new("copy", "($self, /)", Call::Zero(copy)),
        NativeDef::new("__copy__", "($self, /)", Call::Zero(copy)),
        NativeDef::new(
            "__deepcopy__",
            "($self, memo, /)",
            Call::One(|rt, v, _| copy(rt, v)),
        ),
    ],
    getset: &[
        GetSetDef::member("unused_data", |rt, v| {
            Ok(rt.bytes(&this(rt, v)?.unused.borrow()).into_value())
        }),
        GetSetDef::member("unconsumed_tail", |rt, v| {
            Ok(rt.bytes(&this(rt, v)?.unconsumed.borrow()).into_value())
        }),
        GetSetDef::member("eof", |rt, v| Ok(Value::bool(this(rt, v)?.eof.get()))),
    ],
    ..TypeSpec::new("zlib.Decompress", Layout::Native(kinds::ZLIB_DECOMPRESS))
};

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Decompress> {
    value
        .downcast_ref::<Decompress>()
        .ok_or_else(|| rt.type_error("a zlib.Decompress was expected"))
}

impl Decompress {
    /// Decompresses, and keeps what is left of the input (`save_unconsumed_input`).
    fn run(
        &self,
        input: &[u8],
        most: usize,
    ) -> Option<(Vec<u8>, Result<Status, (i32, Option<&'static str>)>)> {
        let mut slot = self.stream.borrow_mut();
        let stream = slot.as_mut()?;
        let mut out = Vec::new();
        let (used, ended) = pump(stream, input, &mut out, most, self.dictionary.as_deref());
        let left = input.get(used..).unwrap_or_default();
        let mut history = self.history.borrow_mut();
        if let Some(seen) = history.as_mut() {
            seen.extend_from_slice(input.get(..used).unwrap_or_default());
            if seen.len() > MOST_KEPT {
                *history = None;
            }
        }
        if matches!(ended, Ok(Status::StreamEnd)) {
            self.unused.borrow_mut().extend_from_slice(left);
            self.unconsumed.borrow_mut().clear();
            self.eof.set(true);
        } else {
            *self.unconsumed.borrow_mut() = left.to_vec();
        }
        let message = stream.error_message();
        Some((out, ended.map_err(|error| (code_of(error), message))))
    }
}

fn decompress(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "decompress",
        params: &["", "max_length"],
        positional_only: 1,
        positional: 2,
        required: 1,
    };
    let [data, most] = rt.bind(&SIGNATURE, args)?;
    let bytes = rt.bytes_like(data.unwrap_or(&Value::NONE))?;
    let most = most.map_or(Ok(0), |v| rt.index_i64(v))?;
    if most < 0 {
        return Err(rt.value_error("max_length must be non-negative"));
    }
    let most = if most == 0 { usize::MAX } else { most as usize };
    let this = this(rt, value)?;
    let what = "while decompressing data";
    match this.run(&bytes, most) {
        None => Err(fail(rt, -2, what, None)),
        Some((_, Err((code, message)))) => Err(fail(rt, code, what, message)),
        Some((out, Ok(_))) => Ok(rt.bytes(&out).into_value()),
    }
}

fn flush(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("flush", args, 0, 1)?;
    let length = given.first().map_or(Ok(1), |v| rt.index_i64(v))?;
    if length <= 0 {
        return Err(rt.value_error("length must be greater than zero"));
    }
    let this = this(rt, value)?;
    let left = this.unconsumed.borrow().clone();
    let Some((out, _)) = this.run(&left, usize::MAX) else {
        return Ok(rt.bytes(b"").into_value());
    };
    if this.eof.get() {
        *this.stream.borrow_mut() = None;
    }
    Ok(rt.bytes(&out).into_value())
}

fn copy(rt: &Rt, value: &Value) -> PyResult {
    let this = this(rt, value)?;
    if this.stream.borrow().is_none() {
        return Err(rt.value_error("Inconsistent stream state"));
    }
    let Some(seen) = this.history.borrow().clone() else {
        return Err(fail(rt, -4, "while copying decompression object", None));
    };
    let made = create(rt, this.wbits, this.dictionary.clone())?;
    if let Some(twin) = made.downcast_ref::<Decompress>() {
        twin.run(&seen, usize::MAX);
        *twin.unused.borrow_mut() = this.unused.borrow().clone();
        *twin.unconsumed.borrow_mut() = this.unconsumed.borrow().clone();
        twin.eof.set(this.eof.get());
    }
    Ok(made)
}

fn create(rt: &Rt, wbits: i64, dictionary: Option<Vec<u8>>) -> PyResult {
    let Some(mut stream) = inflate(wbits) else {
        return Err(rt.value_error("Invalid initialization option"));
    };
    // A raw stream does not say that it needs one.
    if wbits < 0
        && let Some(dictionary) = &dictionary
        && stream.set_dictionary(dictionary).is_err()
    {
        return Err(fail(rt, -3, "while setting zdict", None));
    }
    let decompress = Decompress {
        stream: RefCell::new(Some(stream)),
        wbits,
        dictionary,
        unused: RefCell::default(),
        unconsumed: RefCell::default(),
        eof: Cell::new(false),
        history: RefCell::new(Some(Vec::new())),
    };
    Ok(rt
        .alloc(&super::class(rt, "__Decompress")?, decompress)
        .into_value())
}

pub(super) fn make(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "decompressobj",
        params: &["wbits", "zdict"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let [wbits, dictionary] = rt.bind(&SIGNATURE, args)?;
    create(
        rt,
        int_argument(rt, wbits, 15)?,
        dictionary_argument(rt, dictionary)?,
    )
}

/// The predefined dictionary, if one was given.
pub(super) fn dictionary_argument(rt: &Rt, value: Option<&Value>) -> PyResult<Option<Vec<u8>>> {
    let Some(value) = value else {
        return Ok(None);
    };
    match rt.buffer_bytes(value) {
        Some(bytes) => bytes.map(Some),
        None => Err(rt.type_error("zdict argument must support the buffer protocol")),
    }
}
