//! `zlib`: deflate streams (`Modules/zlibmodule.c`), on the crate zlib-rs.

mod compressor;
mod decompressor;
mod incremental;

use super::{ModuleError, int_argument};
use hognose_object::module::Module;
use hognose_object::{
    Args, Call, NativeDef, PyResult, Raised, Ref, Rt, Signature, TypeObj, TypeSpec, Value,
};
use zlib_rs::{DeflateConfig, Inflate, InflateError, InflateFlush, Status};

/// How many bytes an output buffer begins with.
const BUFFER_SIZE: usize = 16 << 10;

static ERROR: ModuleError = ModuleError("zlib");

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "adler32",
        "($module, data, value=1, /)",
        Call::Many(|rt, _, args| checksum(rt, args, "adler32", 1, zlib_rs::adler32::adler32)),
    ),
    NativeDef::new(
        "compress",
        "($module, data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)",
        Call::Many(compress),
    ),
    NativeDef::new(
        "compressobj",
        "($module, /, level=Z_DEFAULT_COMPRESSION, method=DEFLATED,\n            wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL,\n            strategy=Z_DEFAULT_STRATEGY, zdict=None)",
        Call::Many(compressor::make),
    ),
    NativeDef::new(
        "crc32",
        "($module, data, value=0, /)",
        Call::Many(|rt, _, args| checksum(rt, args, "crc32", 0, zlib_rs::crc32::crc32)),
    ),
    NativeDef::new(
        "decompress",
        "($module, data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)",
        Call::Many(decompress),
    ),
    NativeDef::new(
        "decompressobj",
        "($module, /, wbits=MAX_WBITS, zdict=b\'\')",
        Call::Many(decompressor::make),
    ),
];

fn checksum(
    rt: &Rt,
    args: &Args<'_>,
    name: &str,
    start: u32,
    sum: fn(u32, &[u8]) -> u32,
) -> PyResult {
    let given = rt.positional(name, args, 1, 2)?;
    let start = match given.get(1) {
        // Any integer, of which the low 32 bits count.
        Some(value) => {
            let number = rt.index(value)?;
            let big = rt.as_int(&number).map(|n| n.to_big()).unwrap_or_default();
            let low = big & num_bigint::BigInt::from(u32::MAX);
            u32::try_from(low).unwrap_or(0)
        }
        None => start,
    };
    let bytes = rt.bytes_like(&given[0])?;
    Ok(rt.int(i64::from(sum(start, &bytes))))
}

/// What zlib says of a return code.
fn fail(rt: &Rt, code: i32, what: &str, message: Option<&str>) -> Raised {
    let said = message.or(match code {
        -5 => Some("incomplete or truncated stream"),
        -2 => Some("inconsistent stream state"),
        -3 => Some("invalid input data"),
        _ => None,
    });
    ERROR.raise(
        rt,
        &match said {
            Some(said) => format!("Error {code} {what}: {said}"),
            None => format!("Error {code} {what}"),
        },
    )
}

fn code_of(error: InflateError) -> i32 {
    match error {
        InflateError::NeedDict { .. } => 2,
        InflateError::StreamError => -2,
        InflateError::DataError => -3,
        InflateError::MemError => -4,
    }
}

/// A stream to compress with; `None` for parameters that make no sense (`deflateInit2`).
fn deflate(level: i64, wbits: i64, memory: i64, strategy: i64) -> Option<zlib_rs::Deflate> {
    let good_window = matches!(wbits, 8..=15 | 24..=31 | -15..=-9);
    if !(-1..=9).contains(&level) || !good_window || !(1..=9).contains(&memory) {
        return None;
    }
    let strategy = match strategy {
        0 => zlib_rs::Strategy::Default,
        1 => zlib_rs::Strategy::Filtered,
        2 => zlib_rs::Strategy::HuffmanOnly,
        3 => zlib_rs::Strategy::Rle,
        4 => zlib_rs::Strategy::Fixed,
        _ => return None,
    };
    // A window of 256 bytes is made one of 512, as in C.
    let wbits = if matches!(wbits, 8 | 24) {
        wbits + 1
    } else {
        wbits
    };
    Some(zlib_rs::Deflate::new_with_config(DeflateConfig {
        level: level as i32,
        method: zlib_rs::Method::Deflated,
        window_bits: wbits as i32,
        mem_level: memory as i32,
        strategy,
    }))
}

/// A stream to decompress with (`inflateInit2`).
fn inflate(wbits: i64) -> Option<Inflate> {
    match wbits {
        -15..=-8 => Some(Inflate::new(false, wbits.unsigned_abs() as u8)),
        0 | 8..=15 | 24..=31 | 40..=47 => Some(Inflate::new(true, wbits as u8)),
        _ => None,
    }
}

/// Decompresses until the input is used up, the stream ends, or `most` bytes were made.
///
/// Gives how many input bytes were used, and how it ended.
fn pump(
    stream: &mut Inflate,
    input: &[u8],
    out: &mut Vec<u8>,
    most: usize,
    dictionary: Option<&[u8]>,
) -> (usize, Result<Status, InflateError>) {
    let mut used = 0;
    loop {
        let room = (most - out.len()).min(BUFFER_SIZE.max(out.len()));
        let at = out.len();
        out.resize(at + room, 0);
        let (before_in, before_out) = (stream.total_in(), stream.total_out());
        let result = stream.decompress(
            input.get(used..).unwrap_or_default(),
            &mut out[at..],
            InflateFlush::SyncFlush,
        );
        used += (stream.total_in() - before_in) as usize;
        let made = (stream.total_out() - before_out) as usize;
        out.truncate(at + made);
        match result {
            Err(InflateError::NeedDict { .. }) if let Some(dictionary) = dictionary => {
                if let Err(error) = stream.set_dictionary(dictionary) {
                    return (used, Err(error));
                }
            }
            Ok(Status::Ok) if made == room && out.len() < most => (),
            ended => return (used, ended),
        }
    }
}

fn compress(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "compress",
        params: &["", "level", "wbits"],
        positional_only: 1,
        positional: 3,
        required: 1,
    };
    let [data, level, wbits] = rt.bind(&SIGNATURE, args)?;
    let bytes = rt.bytes_like(data.unwrap_or(&Value::NONE))?;
    let level = int_argument(rt, level, -1)?;
    let wbits = int_argument(rt, wbits, 15)?;
    let Some(mut stream) = deflate(level, wbits, 8, 0) else {
        if (-1..=9).contains(&level) {
            return Err(fail(rt, -2, "while compressing data", None));
        }
        return Err(ERROR.raise(rt, "Bad compression level"));
    };
    let mut out = Vec::new();
    compressor::push(
        rt,
        &mut stream,
        &bytes,
        zlib_rs::DeflateFlush::Finish,
        &mut out,
    )?;
    Ok(rt.bytes(&out).into_value())
}

fn decompress(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "decompress",
        params: &["", "wbits", "bufsize"],
        positional_only: 1,
        positional: 3,
        required: 1,
    };
    let [data, wbits, size] = rt.bind(&SIGNATURE, args)?;
    let bytes = rt.bytes_like(data.unwrap_or(&Value::NONE))?;
    let size = size.map_or(Ok(1), |v| rt.index_i64(v))?;
    if size < 0 {
        return Err(rt.value_error("bufsize must be non-negative"));
    }
    rt.room_for::<u8>(size as usize)
        .map_err(|_| rt.memory_error("Unable to allocate output buffer."))?;
    let Some(mut stream) = inflate(int_argument(rt, wbits, 15)?) else {
        return Err(fail(rt, -2, "while preparing to decompress data", None));
    };
    let mut out = Vec::new();
    let (_, ended) = pump(&mut stream, &bytes, &mut out, usize::MAX, None);
    match ended {
        Ok(Status::StreamEnd) => Ok(rt.bytes(&out).into_value()),
        Ok(_) => Err(fail(rt, -5, "while decompressing data", None)),
        Err(error) => Err(fail(
            rt,
            code_of(error),
            "while decompressing data",
            stream.error_message(),
        )),
    }
}

/// A class of the module, which only its functions make.
fn class(rt: &Rt, name: &str) -> PyResult<Ref<TypeObj>> {
    let found = super::attribute(rt, "zlib", name)?;
    found
        .downcast::<TypeObj>()
        .cloned()
        .ok_or_else(|| rt.system_error("a class of zlib is no type"))
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("zlib", FUNCTIONS);
    ERROR.install(rt, &module, "error", &rt.types.exception)?;
    let classes: [(&str, &'static TypeSpec); 3] = [
        ("__Compress", &compressor::COMPRESS),
        ("__Decompress", &decompressor::DECOMPRESS),
        ("_ZlibDecompressor", &incremental::DECOMPRESSOR),
    ];
    for (name, spec) in classes {
        module.set(rt, name, rt.native_type(spec, &rt.types.object));
    }
    for (name, number) in [
        ("MAX_WBITS", 15),
        ("DEFLATED", 8),
        ("DEF_MEM_LEVEL", 8),
        ("DEF_BUF_SIZE", BUFFER_SIZE as i64),
        ("Z_BEST_SPEED", 1),
        ("Z_BEST_COMPRESSION", 9),
        ("Z_DEFAULT_COMPRESSION", -1),
        ("Z_NO_COMPRESSION", 0),
        ("Z_FILTERED", 1),
        ("Z_HUFFMAN_ONLY", 2),
        ("Z_RLE", 3),
        ("Z_FIXED", 4),
        ("Z_DEFAULT_STRATEGY", 0),
        ("Z_NO_FLUSH", 0),
        ("Z_PARTIAL_FLUSH", 1),
        ("Z_SYNC_FLUSH", 2),
        ("Z_FULL_FLUSH", 3),
        ("Z_FINISH", 4),
        ("Z_BLOCK", 5),
        ("Z_TREES", 6),
    ] {
        module.set(rt, name, rt.int(number));
    }
    for name in ["ZLIB_VERSION", "ZLIB_RUNTIME_VERSION"] {
        module.set(rt, name, rt.str("1.3.1"));
    }
    module.set(rt, "__version__", rt.str("1.0"));
    Ok(module)
}
