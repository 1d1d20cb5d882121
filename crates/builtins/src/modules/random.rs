//! `_random`: the Mersenne Twister MT19937, as CPython seeds and draws it (`Modules/_randommodule.c`).

use crate::kinds;
use hognose_heap::{Kind, Payload};
use hognose_object::module::Module;
use hognose_object::tuple::{Tuple, TupleExt};
use hognose_object::{
    Args, Call, Layout, NativeDef, PyResult, Ref, Rt, Slots, TypeObj, TypeSpec, Value, type_flags,
};
use num_bigint::{BigInt, Sign};
use num_traits::Signed;
use std::cell::RefCell;

const N: usize = 624;
const M: usize = 397;

static RANDOM: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE,
    slots: Slots {
        new: Some(new),
        init: Some(init_random),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new(
            "random",
            "($self, /)",
            Call::Zero(|rt, v| {
                let a = f64::from(this(rt, v)?.state.borrow_mut().next() >> 5);
                let b = f64::from(this(rt, v)?.state.borrow_mut().next() >> 6);
                Ok(rt.float((a * 67_108_864.0 + b) * (1.0 / 9_007_199_254_740_992.0)))
            }),
        ),
        NativeDef::new("seed", "($self, n=None, /)", Call::Many(seed)),
        NativeDef::new("getstate", "($self, /)", Call::Zero(getstate)),
        NativeDef::new("setstate", "($self, state, /)", Call::One(setstate)),
        NativeDef::new("getrandbits", "($self, k, /)", Call::One(getrandbits)),
    ],
    ..TypeSpec::new("_random.Random", Layout::Native(kinds::RANDOM))
};

/// The generator's words and the next one to be drawn.
struct Twister {
    words: Box<[u32; N]>,
    at: usize,
}

struct Random {
    state: RefCell<Twister>,
}

impl Payload for Random {
    const KIND: Kind = kinds::RANDOM;
    const GC: bool = false;
}

impl Twister {
    fn new() -> Twister {
        Twister {
            words: Box::new([0; N]),
            at: N,
        }
    }

    /// `init_genrand`.
    fn seed_word(&mut self, seed: u32) {
        self.words[0] = seed;
        for i in 1..N {
            let before = self.words[i - 1];
            self.words[i] = (before ^ before >> 30)
                .wrapping_mul(1_812_433_253)
                .wrapping_add(i as u32);
        }
        self.at = N;
    }

    /// `init_by_array`.
    fn seed_words(&mut self, key: &[u32]) {
        self.seed_word(19_650_218);
        let (mut i, mut j) = (1, 0);
        for _ in 0..N.max(key.len()) {
            let before = self.words[i - 1];
            self.words[i] = (self.words[i] ^ (before ^ before >> 30).wrapping_mul(1_664_525))
                .wrapping_add(key[j])
                .wrapping_add(j as u32);
            i += 1;
            j = (j + 1) % key.len();
            if i >= N {
                self.words[0] = self.words[N - 1];
                i = 1;
            }
        }
        for _ in 0..N - 1 {
            let before = self.words[i - 1];
            self.words[i] = (self.words[i] ^ (before ^ before >> 30).wrapping_mul(1_566_083_941))
                .wrapping_sub(i as u32);
            i += 1;
            if i >= N {
                self.words[0] = self.words[N - 1];
                i = 1;
            }
        }
        self.words[0] = 0x8000_0000;
    }

    /// `genrand_uint32`.
    fn next(&mut self) -> u32 {
        if self.at >= N {
            for k in 0..N {
                let y = self.words[k] & 0x8000_0000 | self.words[(k + 1) % N] & 0x7fff_ffff;
                let twist = if y & 1 == 0 { 0 } else { 0x9908_b0df };
                self.words[k] = self.words[(k + M) % N] ^ y >> 1 ^ twist;
            }
            self.at = 0;
        }
        let mut y = self.words[self.at];
        self.at += 1;
        y ^= y >> 11;
        y ^= y << 7 & 0x9d2c_5680;
        y ^= y << 15 & 0xefc6_0000;
        y ^ y >> 18
    }
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("_random", &[]);
    module.set(rt, "Random", rt.native_type(&RANDOM, &rt.types.object));
    Ok(module)
}

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<Random>> {
    value
        .downcast::<Random>()
        .ok_or_else(|| rt.type_error("a Random was expected"))
}

fn new(rt: &Rt, ty: &Ref<TypeObj>, _args: &Args<'_>) -> PyResult {
    let made = Random {
        state: RefCell::new(Twister::new()),
    };
    let made = rt.alloc(ty, made).into_value();
    seed(rt, &made, &Args::new(&[]))?;
    Ok(made)
}

fn init_random(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult<()> {
    let given = rt.positional("Random", args, 0, 1)?;
    seed(rt, value, &Args::new(given))?;
    Ok(())
}

fn seed(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let this = this(rt, value)?;
    let given = rt.positional("seed", args, 0, 1)?;
    let key: Vec<u32> = match given.first().filter(|v| !v.is_none()) {
        None => {
            let mut bytes = [0_u8; N * 4];
            super::random_bytes(&mut bytes);
            bytes
                .chunks_exact(4)
                .map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
                .collect()
        }
        Some(v) => {
            let number = match rt.as_int(v) {
                Some(i) if rt.is_exact(v, &rt.types.int) => i.to_big().abs(),
                Some(_) => {
                    let size = rt.abs(v)?;
                    rt.as_int(&size)
                        .map(|i| i.to_big().abs())
                        .unwrap_or_default()
                }
                None => BigInt::from(rt.hash(v)? as u64),
            };
            let mut words = number.to_u32_digits().1;
            if words.is_empty() {
                words.push(0);
            }
            words
        }
    };
    this.state.borrow_mut().seed_words(&key);
    Ok(Value::NONE)
}

fn getstate(rt: &Rt, value: &Value) -> PyResult {
    let state = this(rt, value)?.state.borrow();
    let mut row: Vec<Value> = state.words.iter().map(|&w| rt.int(i64::from(w))).collect();
    row.push(rt.int_from_usize(state.at));
    Ok(rt.tuple(row).into_value())
}

fn setstate(rt: &Rt, value: &Value, state: &Value) -> PyResult {
    let Some(row) = state.downcast_ref::<Tuple>() else {
        return Err(rt.type_error("state vector must be a tuple"));
    };
    if row.len() != N + 1 {
        return Err(rt.value_error("state vector is the wrong size"));
    }
    let mut made = Twister::new();
    for i in 0..N {
        let word = rt.index_i64(&row.item(i).unwrap_or(Value::NONE))?;
        made.words[i] = word as u32;
    }
    let at = rt.index_i64(&row.item(N).unwrap_or(Value::NONE))?;
    made.at = match usize::try_from(at) {
        Ok(at) if at <= N => at,
        _ => return Err(rt.value_error("invalid state")),
    };
    *this(rt, value)?.state.borrow_mut() = made;
    Ok(Value::NONE)
}

fn getrandbits(rt: &Rt, value: &Value, bits: &Value) -> PyResult {
    let this = this(rt, value)?;
    let bits = i64::from(rt.c_int(bits)?);
    if bits < 0 {
        return Err(rt.value_error("number of bits must be non-negative"));
    }
    let mut state = this.state.borrow_mut();
    if bits == 0 {
        return Ok(rt.int(0));
    }
    if bits <= 32 {
        return Ok(rt.int(i64::from(state.next() >> (32 - bits))));
    }
    let mut left = bits;
    let mut words = Vec::new();
    while left > 0 {
        let word = state.next();
        words.push(if left < 32 { word >> (32 - left) } else { word });
        left -= 32;
    }
    Ok(rt.big_int(BigInt::from_slice(Sign::Plus, &words)))
}
