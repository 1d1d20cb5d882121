//! `_md5`, `_sha1`, `_sha2`, `_sha3`: digests.

use crate::kinds;
use hognose_heap::{Kind, Payload};
use hognose_object::module::Module;
use hognose_object::{
    Args, Call, GetSetDef, Layout, NativeDef, PyResult, Ref, Rt, Signature, Str, TypeObj, TypeSpec,
    Value, type_flags,
};
use sha3::digest::{DynDigest, ExtendableOutput, Update, XofReader};
use std::cell::RefCell;

/// A digest being computed.
enum Hasher {
    Fixed(Box<dyn DynDigest>),
    Shake128(sha3::Shake128),
    Shake256(sha3::Shake256),
}

/// The payload of hash objects.
struct Hash {
    name: &'static str,
    block: usize,
    hasher: RefCell<Hasher>,
}

impl Payload for Hash {
    const KIND: Kind = kinds::HASH;
    const GC: bool = false;
}

impl Hasher {
    fn copy(&self) -> Hasher {
        match self {
            Hasher::Fixed(hasher) => Hasher::Fixed(hasher.box_clone()),
            Hasher::Shake128(hasher) => Hasher::Shake128(hasher.clone()),
            Hasher::Shake256(hasher) => Hasher::Shake256(hasher.clone()),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Hasher::Fixed(hasher) => hasher.update(bytes),
            Hasher::Shake128(hasher) => hasher.update(bytes),
            Hasher::Shake256(hasher) => hasher.update(bytes),
        }
    }

    fn size(&self) -> usize {
        match self {
            Hasher::Fixed(hasher) => hasher.output_size(),
            Hasher::Shake128(_) | Hasher::Shake256(_) => 0,
        }
    }

    /// The digest; of the length asked for, if the hash has none of its own.
    fn digest(self, len: usize) -> Vec<u8> {
        let mut made = vec![0; len];
        match self {
            Hasher::Fixed(hasher) => return hasher.finalize().to_vec(),
            Hasher::Shake128(hasher) => hasher.finalize_xof().read(&mut made),
            Hasher::Shake256(hasher) => hasher.finalize_xof().read(&mut made),
        }
        made
    }
}

const METHODS: &[NativeDef] = &[
    NativeDef::new("update", "($self, obj, /)", Call::One(update)),
    NativeDef::new(
        "digest",
        "($self, /)",
        Call::Many(|rt, v, a| {
            let made = digest(rt, v, a, "digest")?;
            Ok(rt.bytes(&made).into_value())
        }),
    ),
    NativeDef::new(
        "hexdigest",
        "($self, /)",
        Call::Many(|rt, v, a| {
            let made = digest(rt, v, a, "hexdigest")?;
            let text: String = made.iter().map(|b| format!("{b:02x}")).collect();
            Ok(rt.str(&text).into_value())
        }),
    ),
    NativeDef::new("copy", "($self, /)", Call::Zero(copy)),
];

const GETSET: &[GetSetDef] = &[
    GetSetDef::read("name", |rt, v| Ok(rt.str(this(rt, v)?.name).into_value())),
    GetSetDef::read("block_size", |rt, v| {
        Ok(rt.int_from_usize(this(rt, v)?.block))
    }),
    GetSetDef::read("digest_size", |rt, v| {
        Ok(rt.int_from_usize(this(rt, v)?.hasher.borrow().size()))
    }),
];

macro_rules! hash_types {
    ($($static:ident $name:literal;)*) => {
        $(static $static: TypeSpec = TypeSpec {
            flags: type_flags::IMMUTABLE | type_flags::NO_NEW,
            methods: METHODS,
            getset: GETSET,
            ..TypeSpec::new($name, Layout::Native(kinds::HASH))
        };)*
    };
}

hash_types! {
    MD5 "_md5.md5";
    SHA1 "_sha1.sha1";
    SHA224 "_sha2.SHA224Type";
    SHA256 "_sha2.SHA256Type";
    SHA384 "_sha2.SHA384Type";
    SHA512 "_sha2.SHA512Type";
}

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<Hash>> {
    value
        .downcast::<Hash>()
        .ok_or_else(|| rt.type_error("a hash object was expected"))
}

/// The bytes to hash, which may not be text.
fn input(rt: &Rt, value: &Value) -> PyResult<Vec<u8>> {
    if value.downcast_ref::<Str>().is_some() {
        return Err(rt.type_error("Strings must be encoded before hashing"));
    }
    rt.buffer_bytes(value)
        .unwrap_or_else(|| Err(rt.type_error("object supporting the buffer API required")))
}

fn update(rt: &Rt, value: &Value, data: &Value) -> PyResult {
    let bytes = input(rt, data)?;
    this(rt, value)?.hasher.borrow_mut().update(&bytes);
    Ok(Value::NONE)
}

fn digest(rt: &Rt, value: &Value, args: &Args<'_>, name: &str) -> PyResult<Vec<u8>> {
    let this = this(rt, value)?;
    let hasher = this.hasher.borrow().copy();
    if hasher.size() != 0 {
        rt.positional(name, args, 0, 0)?;
        return Ok(hasher.digest(0));
    }
    let len = match (args.positional(), args.keyword("length")) {
        ([len], _) => len,
        (_, Some(len)) => len,
        _ => {
            return Err(rt.type_error(format!(
                "{name}() missing required argument 'length' (pos 1)"
            )));
        }
    };
    let len = rt.index_i64(len)?;
    match usize::try_from(len) {
        Ok(len) => rt.room_for_bytes(len).map(|()| hasher.digest(len)),
        Err(_) => Err(rt.value_error("value must be positive")),
    }
}

fn copy(rt: &Rt, value: &Value) -> PyResult {
    let this = this(rt, value)?;
    let made = Hash {
        name: this.name,
        block: this.block,
        hasher: RefCell::new(this.hasher.borrow().copy()),
    };
    Ok(rt.alloc(rt.type_of(value), made).into_value())
}

/// The types of hash objects, by the functions that make them.
struct Types(std::collections::HashMap<&'static str, Ref<TypeObj>>);

fn make(
    rt: &Rt,
    args: &Args<'_>,
    function: &'static str,
    name: &'static str,
    block: usize,
    mut hasher: Hasher,
) -> PyResult {
    let signature = Signature {
        function,
        params: &["string", "usedforsecurity"],
        positional_only: 0,
        positional: 1,
        required: 0,
    };
    let [string, _] = rt.bind(&signature, args)?;
    if let Some(string) = string {
        hasher.update(&input(rt, string)?);
    }
    let ty = {
        let state = rt.module_state.borrow();
        let types = state.get("hashes").and_then(|s| s.downcast_ref::<Types>());
        types.and_then(|t| t.0.get(name).cloned())
    };
    let ty = ty.ok_or_else(|| rt.system_error("a hash module is not initialised"))?;
    let made = Hash {
        name,
        block,
        hasher: RefCell::new(hasher),
    };
    Ok(rt.alloc(&ty, made).into_value())
}

macro_rules! makers {
    ($($const:ident: $($python:literal $block:literal $hasher:ty;)*)*) => {
        $(const $const: &[NativeDef] = &[$(
            NativeDef::new(
                $python,
                "($module, /, string=b'', *, usedforsecurity=True)",
                Call::Many(|rt, _, a| make(rt, a, $python, $python, $block, Hasher::Fixed(Box::<$hasher>::default()))),
            ),
        )*];)*
    };
}

makers! {
    MD5_FUNCTIONS: "md5" 64 md5::Md5;
    SHA1_FUNCTIONS: "sha1" 64 sha1::Sha1;
    SHA2_FUNCTIONS:
        "sha224" 64 sha2::Sha224;
        "sha256" 64 sha2::Sha256;
        "sha384" 128 sha2::Sha384;
        "sha512" 128 sha2::Sha512;
}

fn module(
    rt: &Rt,
    name: &str,
    functions: &'static [NativeDef],
    types: &[(&'static str, &'static TypeSpec)],
) -> Ref<Module> {
    let module = rt.native_module(name, functions);
    let made: Vec<_> = types
        .iter()
        .map(|(name, spec)| (*name, rt.native_type(spec, &rt.types.object)))
        .collect();
    for (_, ty) in &made {
        let short = ty.name.borrow().clone();
        module
            .dict
            .set_str(rt, &rt.intern_ref(short), ty.clone().into_value());
    }
    let mut state = rt.module_state.borrow_mut();
    let all = state
        .entry("hashes")
        .or_insert_with(|| Box::new(Types(std::collections::HashMap::new())));
    if let Some(types) = all.downcast_mut::<Types>() {
        types.0.extend(made);
    }
    module
}

pub(super) fn init_md5(rt: &Rt) -> PyResult<Ref<Module>> {
    let made = module(rt, "_md5", &[], &[("md5", &MD5)]);
    made.set(
        rt,
        "MD5Type",
        made.dict
            .get_str(rt, &rt.intern("md5"))
            .unwrap_or(Value::NONE),
    );
    super::add_functions(rt, &made, MD5_FUNCTIONS);
    Ok(made)
}

pub(super) fn init_sha1(rt: &Rt) -> PyResult<Ref<Module>> {
    let made = module(rt, "_sha1", &[], &[("sha1", &SHA1)]);
    made.set(
        rt,
        "SHA1Type",
        made.dict
            .get_str(rt, &rt.intern("sha1"))
            .unwrap_or(Value::NONE),
    );
    super::add_functions(rt, &made, SHA1_FUNCTIONS);
    Ok(made)
}

pub(super) fn init_sha2(rt: &Rt) -> PyResult<Ref<Module>> {
    Ok(module(
        rt,
        "_sha2",
        SHA2_FUNCTIONS,
        &[
            ("sha224", &SHA224),
            ("sha256", &SHA256),
            ("sha384", &SHA384),
            ("sha512", &SHA512),
        ],
    ))
}

macro_rules! sha3_types {
    ($($static:ident $name:literal $python:literal $block:literal $hasher:expr;)*) => {
        $(static $static: TypeSpec = TypeSpec {
            flags: type_flags::IMMUTABLE,
            slots: hognose_object::Slots {
                new: Some(|rt, ty, args| {
                    const SIGNATURE: Signature = Signature {
                        function: $python,
                        params: &["data", "usedforsecurity"],
                        positional_only: 1,
                        positional: 1,
                        required: 0,
                    };
                    let [data, _] = rt.bind(&SIGNATURE, args)?;
                    let mut hasher: Hasher = $hasher;
                    if let Some(data) = data {
                        hasher.update(&input(rt, data)?);
                    }
                    let made = Hash { name: $python, block: $block, hasher: RefCell::new(hasher) };
                    Ok(rt.alloc(ty, made).into_value())
                }),
                ..hognose_object::Slots::NONE
            },
            methods: METHODS,
            getset: GETSET,
            ..TypeSpec::new($name, Layout::Native(kinds::HASH))
        };)*

        pub(super) fn init_sha3(rt: &Rt) -> PyResult<Ref<Module>> {
            Ok(module(rt, "_sha3", &[], &[$(($python, &$static),)*]))
        }
    };
}

sha3_types! {
    SHA3_224 "_sha3.sha3_224" "sha3_224" 144 Hasher::Fixed(Box::<sha3::Sha3_224>::default());
    SHA3_256 "_sha3.sha3_256" "sha3_256" 136 Hasher::Fixed(Box::<sha3::Sha3_256>::default());
    SHA3_384 "_sha3.sha3_384" "sha3_384" 104 Hasher::Fixed(Box::<sha3::Sha3_384>::default());
    SHA3_512 "_sha3.sha3_512" "sha3_512" 72 Hasher::Fixed(Box::<sha3::Sha3_512>::default());
    SHAKE_128 "_sha3.shake_128" "shake_128" 168 Hasher::Shake128(sha3::Shake128::default());
    SHAKE_256 "_sha3.shake_256" "shake_256" 136 Hasher::Shake256(sha3::Shake256::default());
}
