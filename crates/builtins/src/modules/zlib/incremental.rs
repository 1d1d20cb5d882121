//! `zlib._ZlibDecompressor`, which `gzip` reads by.

use super::{code_of, decompressor::dictionary_argument, fail, inflate, int_argument, pump};
use crate::kinds;
use hognose_heap::{Kind, Payload};
use hognose_object::{
    Args, Call, GetSetDef, Layout, NativeDef, PyResult, Ref, Rt, Signature, Slots, TypeObj,
    TypeSpec, Value, type_flags,
};
use std::cell::{Cell, RefCell};
use zlib_rs::{Inflate, Status};

/// The payload of `zlib._ZlibDecompressor`.
pub(super) struct Decompressor {
    stream: RefCell<Inflate>,
    dictionary: Option<Vec<u8>>,
    unused: RefCell<Vec<u8>>,
    /// Input that no output was asked of yet.
    waiting: RefCell<Vec<u8>>,
    needs_input: Cell<bool>,
    eof: Cell<bool>,
}

impl Payload for Decompressor {
    const KIND: Kind = kinds::ZLIB_DECOMPRESSOR;
    const GC: bool = false;
}

pub(super) static DECOMPRESSOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        new: Some(new),
        ..Slots::NONE
    },
    methods: &[NativeDef::new(
        "decompress",
        "($self, /, data, max_length=-1)",
        Call::Many(decompress),
    )],
    getset: &[
        GetSetDef::member("eof", |rt, v| Ok(Value::bool(this(rt, v)?.eof.get()))),
        GetSetDef::member("unused_data", |rt, v| {
            Ok(rt.bytes(&this(rt, v)?.unused.borrow()).into_value())
        }),
        GetSetDef::member("needs_input", |rt, v| {
            Ok(Value::bool(this(rt, v)?.needs_input.get()))
        }),
    ],
    ..TypeSpec::new(
        "zlib._ZlibDecompressor",
        Layout::Native(kinds::ZLIB_DECOMPRESSOR),
    )
};

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Decompressor> {
    value
        .downcast_ref::<Decompressor>()
        .ok_or_else(|| rt.type_error("a _ZlibDecompressor was expected"))
}

fn new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "_ZlibDecompressor",
        params: &["wbits", "zdict"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let [wbits, dictionary] = rt.bind(&SIGNATURE, args)?;
    let dictionary = dictionary_argument(rt, dictionary)?;
    let wbits = int_argument(rt, wbits, 15)?;
    let Some(mut stream) = inflate(wbits) else {
        return Err(rt.value_error("Invalid initialization option"));
    };
    if wbits < 0
        && let Some(dictionary) = &dictionary
        && stream.set_dictionary(dictionary).is_err()
    {
        return Err(fail(rt, -3, "while setting zdict", None));
    }
    let made = Decompressor {
        stream: RefCell::new(stream),
        dictionary,
        unused: RefCell::default(),
        waiting: RefCell::default(),
        needs_input: Cell::new(true),
        eof: Cell::new(false),
    };
    Ok(rt.alloc(ty, made).into_value())
}

fn decompress(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "decompress",
        params: &["data", "max_length"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let [data, most] = rt.bind(&SIGNATURE, args)?;
    let bytes = rt.bytes_like(data.unwrap_or(&Value::NONE))?;
    let most = most.map_or(Ok(-1), |v| rt.index_i64(v))?;
    let this = this(rt, value)?;
    if this.eof.get() {
        return Err(rt.eof_error("End of stream already reached"));
    }
    let mut input = this.waiting.take();
    input.extend_from_slice(&bytes);
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let mut out = Vec::new();
    let mut stream = this.stream.borrow_mut();
    let (used, ended) = pump(
        &mut stream,
        &input,
        &mut out,
        most,
        this.dictionary.as_deref(),
    );
    let left = input.split_off(used.min(input.len()));
    match ended {
        Ok(Status::StreamEnd) => {
            this.eof.set(true);
            this.needs_input.set(false);
            *this.unused.borrow_mut() = left;
        }
        Ok(_) => {
            // Output may be waiting too when just as much as was allowed was made.
            this.needs_input.set(left.is_empty() && out.len() < most);
            *this.waiting.borrow_mut() = left;
        }
        Err(error) => {
            let message = stream.error_message();
            return Err(fail(
                rt,
                code_of(error),
                "while decompressing data",
                message,
            ));
        }
    }
    Ok(rt.bytes(&out).into_value())
}
