//! `_blake2`: BLAKE2b and BLAKE2s with all their parameters (`Modules/_blake2`).

use crate::kinds;
use hognose_heap::{Kind, Payload};
use hognose_object::module::Module;
use hognose_object::{
    Args, Call, GetSetDef, Layout, NativeDef, PyResult, Ref, Rt, Signature, Slots, Str, TypeObj,
    TypeSpec, Value, type_flags,
};
use std::cell::RefCell;

enum State {
    Wide(blake2b_simd::State),
    Narrow(blake2s_simd::State),
}

/// The payload of both types.
struct Blake2 {
    wide: bool,
    size: usize,
    state: RefCell<State>,
}

impl Payload for Blake2 {
    const KIND: Kind = kinds::BLAKE2;
    const GC: bool = false;
}

const METHODS: &[NativeDef] = &[
    NativeDef::new("update", "($self, data, /)", Call::One(update)),
    NativeDef::new(
        "digest",
        "($self, /)",
        Call::Zero(|rt, v| Ok(rt.bytes(&digest(rt, v)?).into_value())),
    ),
    NativeDef::new(
        "hexdigest",
        "($self, /)",
        Call::Zero(|rt, v| {
            let text: String = digest(rt, v)?.iter().map(|b| format!("{b:02x}")).collect();
            Ok(rt.str(&text).into_value())
        }),
    ),
    NativeDef::new("copy", "($self, /)", Call::Zero(copy)),
];

const GETSET: &[GetSetDef] = &[
    GetSetDef::read("name", |rt, v| {
        let name = if this(rt, v)?.wide {
            "blake2b"
        } else {
            "blake2s"
        };
        Ok(rt.str(name).into_value())
    }),
    GetSetDef::read("block_size", |rt, v| {
        Ok(rt.int(if this(rt, v)?.wide { 128 } else { 64 }))
    }),
    GetSetDef::read("digest_size", |rt, v| {
        Ok(rt.int_from_usize(this(rt, v)?.size))
    }),
];

static BLAKE2B: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE,
    slots: Slots {
        new: Some(|rt, ty, args| new(rt, ty, args, true)),
        ..Slots::NONE
    },
    methods: METHODS,
    getset: GETSET,
    ..TypeSpec::new("_blake2.blake2b", Layout::Native(kinds::BLAKE2))
};

static BLAKE2S: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE,
    slots: Slots {
        new: Some(|rt, ty, args| new(rt, ty, args, false)),
        ..Slots::NONE
    },
    methods: METHODS,
    getset: GETSET,
    ..TypeSpec::new("_blake2.blake2s", Layout::Native(kinds::BLAKE2))
};

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("_blake2", &[]);
    for (name, spec, sizes) in [
        ("blake2b", &BLAKE2B, [16, 16, 64, 64]),
        ("blake2s", &BLAKE2S, [8, 8, 32, 32]),
    ] {
        let ty = rt.native_type(spec, &rt.types.object);
        let limits = [
            "SALT_SIZE",
            "PERSON_SIZE",
            "MAX_KEY_SIZE",
            "MAX_DIGEST_SIZE",
        ];
        for (limit, size) in limits.into_iter().zip(sizes) {
            ty.dict.set_str(rt, &rt.intern(limit), rt.int(size));
            module.set(
                rt,
                &format!("{}_{limit}", name.to_uppercase()),
                rt.int(size),
            );
        }
        ty.modified();
        module.set(rt, name, ty);
    }
    Ok(module)
}

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<Blake2>> {
    value
        .downcast::<Blake2>()
        .ok_or_else(|| rt.type_error("a blake2 object was expected"))
}

/// A number within bounds, or the complaint about it.
fn number(rt: &Rt, value: Option<&Value>, default: u64, most: u64, message: &str) -> PyResult<u64> {
    let Some(value) = value else {
        return Ok(default);
    };
    match u64::try_from(rt.index_i64(value)?) {
        Ok(n) if n <= most => Ok(n),
        _ => Err(rt.value_error(message)),
    }
}

fn new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>, wide: bool) -> PyResult {
    const PARAMS: &[&str] = &[
        "data",
        "digest_size",
        "key",
        "salt",
        "person",
        "fanout",
        "depth",
        "leaf_size",
        "node_offset",
        "node_depth",
        "inner_size",
        "last_node",
        "usedforsecurity",
    ];
    let signature = Signature {
        function: if wide { "blake2b" } else { "blake2s" },
        params: PARAMS,
        positional_only: 1,
        positional: 1,
        required: 0,
    };
    let bound: [Option<&Value>; 13] = rt.bind(&signature, args)?;
    let [
        data,
        size,
        key,
        salt,
        person,
        fanout,
        depth,
        leaf,
        offset,
        node_depth,
        inner,
        last,
        _,
    ] = bound;
    let most: usize = if wide { 64 } else { 32 };
    let size = match size {
        Some(v) => rt.index_i64(v)?,
        None => most as i64,
    };
    let size = usize::try_from(size)
        .ok()
        .filter(|n| (1..=most).contains(n))
        .ok_or_else(|| {
            rt.value_error(format!(
                "digest_size for {} must be between 1 and {most} bytes, here it is {size}",
                if wide { "Blake2b" } else { "Blake2s" }
            ))
        })?;
    let bytes = |v: Option<&Value>, most: usize, what: &str| -> PyResult<Vec<u8>> {
        let row = match v {
            Some(v) => rt.bytes_like(v)?,
            None => Vec::new(),
        };
        if row.len() > most {
            return Err(rt.value_error(format!("maximum {what} length is {most} bytes")));
        }
        Ok(row)
    };
    let extra = if wide { 16 } else { 8 };
    let key = bytes(key, most, "key")?;
    let salt = bytes(salt, extra, "salt")?;
    let person = bytes(person, extra, "person")?;
    let fanout = number(rt, fanout, 1, 255, "fanout must be between 0 and 255")?;
    let depth = number(rt, depth, 1, 255, "depth must be between 1 and 255")?;
    if depth == 0 {
        return Err(rt.value_error("depth must be between 1 and 255"));
    }
    let leaf = number(rt, leaf, 0, u64::from(u32::MAX), "leaf_size is too large")?;
    let offset_most = if wide { u64::MAX } else { (1 << 48) - 1 };
    let offset = number(rt, offset, 0, offset_most, "node_offset is too large")?;
    let node_depth = number(
        rt,
        node_depth,
        0,
        255,
        "node_depth must be between 0 and 255",
    )?;
    let inner_message = format!("inner_size must be between 0 and is {most}");
    let inner = number(rt, inner, 0, most as u64, &inner_message)?;
    let last = match last {
        Some(v) => rt.truth(v)?,
        None => false,
    };
    let state = if wide {
        let mut params = blake2b_simd::Params::new();
        params
            .hash_length(size)
            .key(&key)
            .salt(&salt)
            .personal(&person);
        params
            .fanout(fanout as u8)
            .max_depth(depth as u8)
            .max_leaf_length(leaf as u32);
        params
            .node_offset(offset)
            .node_depth(node_depth as u8)
            .inner_hash_length(inner as usize);
        params.last_node(last);
        State::Wide(params.to_state())
    } else {
        let mut params = blake2s_simd::Params::new();
        params
            .hash_length(size)
            .key(&key)
            .salt(&salt)
            .personal(&person);
        params
            .fanout(fanout as u8)
            .max_depth(depth as u8)
            .max_leaf_length(leaf as u32);
        params
            .node_offset(offset)
            .node_depth(node_depth as u8)
            .inner_hash_length(inner as usize);
        params.last_node(last);
        State::Narrow(params.to_state())
    };
    let made = Blake2 {
        wide,
        size,
        state: RefCell::new(state),
    };
    let made = rt.alloc(ty, made).into_value();
    if let Some(data) = data {
        update(rt, &made, data)?;
    }
    Ok(made)
}

fn update(rt: &Rt, value: &Value, data: &Value) -> PyResult {
    if data.downcast_ref::<Str>().is_some() {
        return Err(rt.type_error("Strings must be encoded before hashing"));
    }
    let bytes = rt
        .buffer_bytes(data)
        .unwrap_or_else(|| Err(rt.type_error("object supporting the buffer API required")))?;
    match &mut *this(rt, value)?.state.borrow_mut() {
        State::Wide(state) => {
            state.update(&bytes);
        }
        State::Narrow(state) => {
            state.update(&bytes);
        }
    }
    Ok(Value::NONE)
}

fn digest(rt: &Rt, value: &Value) -> PyResult<Vec<u8>> {
    Ok(match &*this(rt, value)?.state.borrow() {
        State::Wide(state) => state.finalize().as_bytes().to_vec(),
        State::Narrow(state) => state.finalize().as_bytes().to_vec(),
    })
}

fn copy(rt: &Rt, value: &Value) -> PyResult {
    let this = this(rt, value)?;
    let state = match &*this.state.borrow() {
        State::Wide(state) => State::Wide(state.clone()),
        State::Narrow(state) => State::Narrow(state.clone()),
    };
    let made = Blake2 {
        wide: this.wide,
        size: this.size,
        state: RefCell::new(state),
    };
    Ok(rt.alloc(rt.type_of(value), made).into_value())
}
