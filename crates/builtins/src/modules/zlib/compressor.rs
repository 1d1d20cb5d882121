//! `zlib.compressobj`.

use super::{BUFFER_SIZE, deflate, fail, int_argument};
use crate::kinds;
use hognose_heap::{Kind, Payload};
use hognose_object::{
    Args, Call, Layout, NativeDef, PyResult, Rt, Signature, TypeSpec, Value, type_flags,
};
use std::cell::RefCell;
use zlib_rs::{Deflate, DeflateFlush, Status};

/// Most input that is kept so that a stream can be copied, in bytes.
///
/// The crate's streams cannot be copied, so a copy is made by compressing the same again.
const MOST_KEPT: usize = 1 << 20;

/// The payload of `zlib.Compress`.
pub(super) struct Compress {
    /// `None` once it was finished.
    stream: RefCell<Option<Deflate>>,
    parameters: (i64, i64, i64, i64),
    dictionary: Option<Vec<u8>>,
    /// What was compressed so far, each piece with how it was flushed; `None` once it was too much.
    history: RefCell<Option<Vec<(Vec<u8>, i64)>>>,
}

impl Payload for Compress {
    const KIND: Kind = kinds::ZLIB_COMPRESS;
    const GC: bool = false;
}

pub(super) static COMPRESS: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::NO_NEW,
    methods: &[
        NativeDef::new(
            "compress",
            "($self, data, /)",
            Call::One(|rt, v, data| {
                let bytes = rt.bytes_like(data)?;
                run(rt, this(rt, v)?, bytes, 0)
            }),
        ),
        NativeDef::new("flush", "($self, mode=zlib.Z_FINISH, /)", Call::Many(flush)),
        NativeDef::new("copy", "($self, /)", Call::Zero(copy)),
        NativeDef::new("__copy__", "($self, /)", Call::Zero(copy)),
        NativeDef::new(
            "__deepcopy__",
            "($self, memo, /)",
            Call::One(|rt, v, _| copy(rt, v)),
        ),
    ],
    ..TypeSpec::new("zlib.Compress", Layout::Native(kinds::ZLIB_COMPRESS))
};

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Compress> {
    value
        .downcast_ref::<Compress>()
        .ok_or_else(|| rt.type_error("a zlib.Compress was expected"))
}

/// Compresses bytes into `out`.
pub(super) fn push(
    rt: &Rt,
    stream: &mut Deflate,
    bytes: &[u8],
    flush: DeflateFlush,
    out: &mut Vec<u8>,
) -> PyResult<()> {
    let mut used = 0;
    loop {
        let at = out.len();
        let room = BUFFER_SIZE.max(at);
        out.resize(at + room, 0);
        let (before_in, before_out) = (stream.total_in(), stream.total_out());
        let input = bytes.get(used..).unwrap_or_default();
        let result = stream.compress(input, &mut out[at..], flush);
        used += (stream.total_in() - before_in) as usize;
        let made = (stream.total_out() - before_out) as usize;
        out.truncate(at + made);
        match result {
            Ok(Status::StreamEnd) => return Ok(()),
            Ok(_) if made < room && used >= bytes.len() => return Ok(()),
            Ok(Status::BufError) if made == 0 => return Ok(()),
            Ok(_) => (),
            Err(_) => return Err(fail(rt, -2, "while compressing data", None)),
        }
    }
}

fn flush_of(mode: i64) -> Option<DeflateFlush> {
    Some(match mode {
        0 => DeflateFlush::NoFlush,
        1 => DeflateFlush::PartialFlush,
        2 => DeflateFlush::SyncFlush,
        3 => DeflateFlush::FullFlush,
        4 => DeflateFlush::Finish,
        5 => DeflateFlush::Block,
        _ => return None,
    })
}

fn run(rt: &Rt, this: &Compress, bytes: Vec<u8>, mode: i64) -> PyResult {
    let Some(flush) = flush_of(mode) else {
        return Err(fail(rt, -2, "while flushing", None));
    };
    let mut slot = this.stream.borrow_mut();
    let Some(stream) = slot.as_mut() else {
        let what = if mode == 0 {
            "while compressing data"
        } else {
            "while flushing"
        };
        return Err(fail(rt, -2, what, None));
    };
    let mut out = Vec::new();
    push(rt, stream, &bytes, flush, &mut out)?;
    if mode == 4 {
        *slot = None;
    }
    drop(slot);
    let mut history = this.history.borrow_mut();
    if let Some(pieces) = history.as_mut() {
        pieces.push((bytes, mode));
        if pieces
            .iter()
            .map(|(bytes, _)| bytes.len() + 16)
            .sum::<usize>()
            > MOST_KEPT
        {
            *history = None;
        }
    }
    Ok(rt.bytes(&out).into_value())
}

fn flush(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("flush", args, 0, 1)?;
    let mode = int_argument(rt, given.first(), 4)?;
    if mode == 0 {
        return Ok(rt.bytes(b"").into_value());
    }
    run(rt, this(rt, value)?, Vec::new(), mode)
}

fn copy(rt: &Rt, value: &Value) -> PyResult {
    let this = this(rt, value)?;
    if this.stream.borrow().is_none() {
        return Err(rt.value_error("Inconsistent stream state"));
    }
    let made = create(rt, this.parameters, this.dictionary.clone())?;
    let Some(pieces) = this.history.borrow().clone() else {
        return Err(fail(rt, -4, "while copying compression object", None));
    };
    if let Some(twin) = made.downcast_ref::<Compress>() {
        for (bytes, mode) in pieces {
            run(rt, twin, bytes, mode)?;
        }
    }
    Ok(made)
}

fn create(rt: &Rt, parameters: (i64, i64, i64, i64), dictionary: Option<Vec<u8>>) -> PyResult {
    let (level, wbits, memory, strategy) = parameters;
    let Some(mut stream) = deflate(level, wbits, memory, strategy) else {
        return Err(rt.value_error("Invalid initialization option"));
    };
    if let Some(dictionary) = &dictionary
        && stream.set_dictionary(dictionary).is_err()
    {
        return Err(rt.value_error("Invalid dictionary"));
    }
    let compress = Compress {
        stream: RefCell::new(Some(stream)),
        parameters,
        dictionary,
        history: RefCell::new(Some(Vec::new())),
    };
    Ok(rt
        .alloc(&super::class(rt, "__Compress")?, compress)
        .into_value())
}

pub(super) fn make(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "compressobj",
        params: &["level", "method", "wbits", "memLevel", "strategy", "zdict"],
        positional_only: 0,
        positional: 6,
        required: 0,
    };
    let [level, method, wbits, memory, strategy, dictionary] = rt.bind(&SIGNATURE, args)?;
    let parameters = (
        int_argument(rt, level, -1)?,
        int_argument(rt, wbits, 15)?,
        int_argument(rt, memory, 8)?,
        int_argument(rt, strategy, 0)?,
    );
    if int_argument(rt, method, 8)? != 8 {
        return Err(rt.value_error("Invalid initialization option"));
    }
    let dictionary = match dictionary.filter(|d| !d.is_none()) {
        Some(dictionary) => Some(rt.bytes_like(dictionary)?),
        None => None,
    };
    create(rt, parameters, dictionary)
}
