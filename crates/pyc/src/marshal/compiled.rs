//! Writes a freshly compiled code tree as CPython would.

use super::pool::{Code, Id, Kind, Object, Pool};
use super::{FLAG_REF, LiveStrings, code};
use hognose_bytecode::{CodeObject, PyStr};
use hognose_version::{Interning, Version};
use num_bigint::{BigInt, Sign};
use rustc_hash::FxHashMap;

/// What of the compiling process shows in the bytes.
#[derive(Clone, Debug)]
pub struct Environment<'a> {
    /// Whose compiler it is.
    pub version: Version,
    pub live: LiveStrings,
    /// The identifiers of the source as the compiler gives them, which the constants made of one share; without them the
    /// code tree is searched, which does not show all.
    pub identifiers: &'a [PyStr],
}

impl Default for Environment<'_> {
    fn default() -> Self {
        Environment {
            version: Version::DEFAULT,
            live: LiveStrings::PyCompile,
            identifiers: &[],
        }
    }
}

/// Appends the marshalled module, flags and references as CPython's compiler leaves them.
pub fn write_compiled(module: &CodeObject, environment: &Environment<'_>, out: &mut Vec<u8>) {
    let (pool, root) = Pool::of(module, environment);
    let indices = vec![NO_INDEX; pool.objects.len()];
    // About what an object takes, to grow seldom.
    out.reserve(24 * pool.objects.len());
    let mut writer = Writer {
        pool: &pool,
        out,
        indices,
        next: 0,
    };
    // Something besides the tree holds the module's code: the caller.
    writer.object(root, true);
}

/// CPython's `MAX_MARSHAL_STACK_DEPTH`.
const MAX_DEPTH: u32 = 2000;

/// What CPython says of a module that [`nests_too_deep`].
pub const TOO_DEEP: &str = "object too deeply nested to marshal";

/// Whether a code tree nests deeper than CPython writes it.
pub fn nests_too_deep(module: &CodeObject) -> bool {
    // A code object, its tuple of constants, a constant in that.
    let mut level: Vec<&CodeObject> = vec![module];
    let mut depth = 1;
    while !level.is_empty() {
        if depth + 2 > MAX_DEPTH {
            return true;
        }
        depth += 2;
        let children = level.iter().flat_map(|code| code.children());
        level = children.map(|child| &**child).collect();
    }
    false
}

const NO_INDEX: u32 = u32::MAX;

/// The top level of a stream; its indices are by object.
struct Writer<'p, 'a> {
    pool: &'p Pool<'a>,
    out: &'p mut Vec<u8>,
    indices: Vec<u32>,
    next: u32,
}

impl<'a> Writer<'_, 'a> {
    /// Writes an object or a reference to it; `held` when something outside the tree refers to it now.
    fn object(&mut self, id: Id, held: bool) {
        let object = self.pool.get(id);
        if let Kind::Atom(code) = object.kind {
            return self.out.push(code);
        }
        let mut flag = 0;
        if held || is_flagged(object) {
            let slot = &mut self.indices[id.index()];
            if *slot != NO_INDEX {
                let index = *slot;
                self.out.push(code::REF);
                return int(self.out, index as i32);
            }
            *slot = self.next;
            self.next += 1;
            flag = FLAG_REF;
        }
        self.body(object, flag);
    }

    fn body(&mut self, object: &Object<'a>, flag: u8) {
        match &object.kind {
            Kind::Tuple(range) => {
                tuple_head(self.out, flag, range.len());
                for position in range.clone() {
                    self.object(self.pool.children[position as usize], false);
                }
            }
            Kind::Slice(range) => {
                self.out.push(code::SLICE | flag);
                for position in range.clone() {
                    self.object(self.pool.children[position as usize], false);
                }
            }
            Kind::FrozenSet(range) => {
                self.out.push(code::FROZEN_SET | flag);
                int(self.out, range.len() as i32);
                // `w_complex_object`: elements in the order of their own dumps, and as each is held by
                // the list that sorts them, all flagged.
                let mut elements: Vec<(Vec<u8>, Id)> = self
                    .pool
                    .children_of(range)
                    .iter()
                    .map(|id| (dump(self.pool, *id), *id))
                    .collect();
                elements.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
                for (_, id) in elements {
                    self.object(id, true);
                }
            }
            Kind::Code(code) => self.code(&self.pool.code_parts[*code as usize], flag),
            leaf => write_leaf(self.out, leaf, flag),
        }
    }

    fn code(&mut self, parts: &Code<'a>, flag: u8) {
        let object = parts.code;
        self.out.push(code::CODE | flag);
        for number in [
            object.argcount,
            object.posonlyargcount,
            object.kwonlyargcount,
            object.stacksize,
            object.flags,
        ] {
            int(self.out, number as i32);
        }
        // co_code is made on demand and kept by the code object: flagged, never shared.
        self.next += 1;
        bytes(self.out, code::BYTES | FLAG_REF, &object.code);
        for id in [parts.consts, parts.names, parts.localsplusnames] {
            self.object(id, false);
        }
        match self.pool.empty_bytes() {
            Some(empty) if object.localspluskinds.is_empty() => self.object(empty, false),
            _ => bytes(self.out, code::BYTES, &object.localspluskinds),
        }
        for id in [parts.filename, parts.name, parts.qualname] {
            self.object(id, false);
        }
        int(self.out, object.firstlineno);
        for id in [parts.linetable, parts.exceptiontable] {
            self.object(id, false);
        }
    }
}

fn is_flagged(object: &Object<'_>) -> bool {
    object.always_flagged || object.references >= 2
}

/// An element of a frozenset as a stream of its own, which is what CPython sorts by.
fn dump(pool: &Pool<'_>, id: Id) -> Vec<u8> {
    let mut out = Vec::new();
    let object = pool.get(id);
    // From 3.13 on the walk over the set holds the element too.
    let held = pool.interning() == Interning::All313;
    match object.kind {
        Kind::Tuple(_) | Kind::FrozenSet(_) | Kind::Slice(_) | Kind::Code(_) => {
            let mut indices = FxHashMap::default();
            nested(pool, id, held, &mut indices, &mut out);
        }
        Kind::Atom(code) => out.push(code),
        _ => write_leaf(
            &mut out,
            &object.kind,
            if held || is_flagged(object) {
                FLAG_REF
            } else {
                0
            },
        ),
    }
    out
}

/// [`dump`] for what has parts; tuples are all that a compiler puts into a frozenset.
fn nested(
    pool: &Pool<'_>,
    id: Id,
    held: bool,
    indices: &mut FxHashMap<Id, u32>,
    out: &mut Vec<u8>,
) {
    let object = pool.get(id);
    if let Kind::Atom(code) = object.kind {
        return out.push(code);
    }
    let mut flag = 0;
    if held || is_flagged(object) {
        let next = indices.len() as u32;
        if let Some(index) = indices.get(&id) {
            out.push(code::REF);
            return int(out, *index as i32);
        }
        indices.insert(id, next);
        flag = FLAG_REF;
    }
    match &object.kind {
        Kind::Tuple(range) => {
            tuple_head(out, flag, range.len());
            for child in pool.children_of(range) {
                nested(pool, *child, false, indices, out);
            }
        }
        leaf => write_leaf(out, leaf, flag),
    }
}

fn write_leaf(out: &mut Vec<u8>, kind: &Kind<'_>, flag: u8) {
    match kind {
        Kind::Int(value) => match i32::try_from(*value) {
            Ok(value) => {
                out.push(code::INT | flag);
                int(out, value);
            }
            Err(_) => long(out, flag, &BigInt::from(*value)),
        },
        Kind::BigInt(value) => long(out, flag, value),
        Kind::Float(value) => {
            out.push(code::FLOAT | flag);
            out.extend_from_slice(&value.to_le_bytes());
        }
        Kind::Complex(re, im) => {
            out.push(code::COMPLEX | flag);
            out.extend_from_slice(&re.to_le_bytes());
            out.extend_from_slice(&im.to_le_bytes());
        }
        Kind::Bytes(value) => bytes(out, code::BYTES | flag, value),
        Kind::Str { text, interned } => string(out, text, *interned, flag),
        // Handled where their parts are at hand.
        Kind::Atom(_) | Kind::Tuple(_) | Kind::FrozenSet(_) | Kind::Slice(_) | Kind::Code(_) => {}
    }
}

fn int(out: &mut Vec<u8>, value: i32) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn bytes(out: &mut Vec<u8>, type_code: u8, value: &[u8]) {
    out.push(type_code);
    int(out, value.len() as i32);
    out.extend_from_slice(value);
}

fn tuple_head(out: &mut Vec<u8>, flag: u8, length: usize) {
    match u8::try_from(length) {
        Ok(length) => out.extend_from_slice(&[code::SMALL_TUPLE | flag, length]),
        Err(_) => {
            out.push(code::TUPLE | flag);
            int(out, length as i32);
        }
    }
}

fn string(out: &mut Vec<u8>, text: &[u8], interned: bool, flag: u8) {
    if !text.is_ascii() {
        return bytes(
            out,
            flag | if interned {
                code::INTERNED
            } else {
                code::UNICODE
            },
            text,
        );
    }
    match u8::try_from(text.len()) {
        Ok(length) => {
            let type_code = if interned {
                code::SHORT_ASCII_INTERNED
            } else {
                code::SHORT_ASCII
            };
            out.extend_from_slice(&[type_code | flag, length]);
            out.extend_from_slice(text);
        }
        Err(_) => bytes(
            out,
            flag | if interned {
                code::ASCII_INTERNED
            } else {
                code::ASCII
            },
            text,
        ),
    }
}

/// `w_PyLong`: digits of 15 bits, their number negative for a negative value.
fn long(out: &mut Vec<u8>, flag: u8, value: &BigInt) {
    let mut digits: Vec<u16> = Vec::new();
    let (mut pending, mut bits) = (0u64, 0);
    for word in value.iter_u32_digits() {
        pending |= u64::from(word) << bits;
        bits += 32;
        while bits >= 15 {
            digits.push((pending & 0x7fff) as u16);
            pending >>= 15;
            bits -= 15;
        }
    }
    digits.push(pending as u16);
    while digits.last() == Some(&0) {
        digits.pop();
    }
    out.push(code::LONG | flag);
    let count = digits.len() as i32;
    int(
        out,
        if value.sign() == Sign::Minus {
            -count
        } else {
            count
        },
    );
    for digit in digits {
        out.extend_from_slice(&digit.to_le_bytes());
    }
}
