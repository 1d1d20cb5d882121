//! A tape's code object as plain values.

use super::tape::{CodeInts, Item, Tape, Value, code_objects};
use super::{FLAG_REF, code};
use crate::limits::{COPIES_FREE, COPIES_PER_BYTE, MAX_DEPTH, MAX_WEIGHT};
use crate::{Error, Problem};
use hognose_bytecode::{CodeObject, Const, LocalKind, PyStr};
use hognose_version::CodeLayout;
use num_bigint::{BigInt, Sign};
use std::sync::Arc;

/// The code object a tape holds, its references followed.
///
/// Refuses what a compiler never writes into code: lists, dicts, sets, StopIteration, and references
/// from inside an object to itself.
pub fn code_tree(tape: &Tape<'_>) -> Result<Arc<CodeObject>, Error> {
    let mut builder = Builder {
        layout: tape.layout,
        done: Vec::new(),
        references: Vec::new(),
        open: Vec::new(),
        copies: COPIES_FREE + COPIES_PER_BYTE * tape.end as u64,
    };
    for item in &tape.items {
        builder.item(item)?;
    }
    let offset = tape.items.first().map_or(0, |item| item.offset);
    match builder.done.pop().map(|built| built.value) {
        Some(Const::Code(code)) => Ok(code),
        _ => Err(Error {
            offset,
            problem: Problem::NotCode,
        }),
    }
}

/// A finished value with its measures, references unfolded.
#[derive(Clone)]
struct Built {
    value: Const,
    depth: u32,
    weight: u64,
}

/// A container whose parts are not all there yet.
struct Open<'t, 'a> {
    item: &'t Item<'a>,
    /// How many parts are missing.
    missing: u32,
    /// Where its parts begin in `done`.
    base: usize,
    reference: Option<usize>,
}

struct Builder<'t, 'a> {
    layout: CodeLayout,
    done: Vec<Built>,
    references: Vec<Option<Built>>,
    open: Vec<Open<'t, 'a>>,
    /// How many elements code objects may still copy out of shared tuples and bytes.
    copies: u64,
}

impl<'t, 'a> Builder<'t, 'a> {
    fn item(&mut self, item: &'t Item<'a>) -> Result<(), Error> {
        let fail = |problem| {
            Err(Error {
                offset: item.offset,
                problem,
            })
        };
        let kind = item.code & !FLAG_REF;
        if let Value::Ref(index) = item.value {
            let Some(Some(built)) = self.references.get(index as usize) else {
                return fail(Problem::UnfinishedReference(index));
            };
            self.done.push(built.clone());
            return self.close();
        }
        let reference = (item.code & FLAG_REF != 0).then(|| {
            self.references.push(None);
            self.references.len() - 1
        });
        let parts = match &item.value {
            Value::Items(count)
                if matches!(kind, code::TUPLE | code::SMALL_TUPLE | code::FROZEN_SET) =>
            {
                *count
            }
            Value::Slice => 3,
            Value::Code(_) => code_objects(self.layout),
            _ => {
                let value = leaf(item)?;
                self.finish(
                    Built {
                        value,
                        depth: 1,
                        weight: 1,
                    },
                    reference,
                );
                return self.close();
            }
        };
        self.open.push(Open {
            item,
            missing: parts,
            base: self.done.len(),
            reference,
        });
        if parts == 0 {
            self.close_innermost()
        } else {
            Ok(())
        }
    }

    fn finish(&mut self, built: Built, reference: Option<usize>) {
        if let Some(slot) = reference.and_then(|index| self.references.get_mut(index)) {
            *slot = Some(built.clone());
        }
        self.done.push(built);
    }

    /// Counts one value for the innermost container, and closes it with its last.
    fn close(&mut self) -> Result<(), Error> {
        let Some(open) = self.open.last_mut() else {
            return Ok(());
        };
        open.missing -= 1;
        if open.missing == 0 {
            self.close_innermost()
        } else {
            Ok(())
        }
    }

    fn close_innermost(&mut self) -> Result<(), Error> {
        // A loop, not a recursion: a container may be its parent's last part.
        while let Some(open) = self.open.pop_if(|open| open.missing == 0) {
            let offset = open.item.offset;
            let parts = self.done.split_off(open.base);
            let depth = 1 + parts.iter().map(|part| part.depth).max().unwrap_or(0);
            let weight = parts
                .iter()
                .fold(1u64, |sum, part| sum.saturating_add(part.weight));
            if depth > MAX_DEPTH {
                return Err(Error {
                    offset,
                    problem: Problem::TooDeep,
                });
            }
            if weight > MAX_WEIGHT {
                return Err(Error {
                    offset,
                    problem: Problem::TooLarge,
                });
            }
            let values = parts.into_iter().map(|part| part.value);
            let value = match &open.item.value {
                Value::Code(ints) => {
                    let copied = values.clone().map(|value| copied_elements(&value)).sum();
                    let Some(left) = self.copies.checked_sub(copied) else {
                        return Err(Error {
                            offset,
                            problem: Problem::TooLarge,
                        });
                    };
                    self.copies = left;
                    let fields = Fields { values, offset };
                    Const::Code(Arc::new(code_object(ints, fields, self.layout)?))
                }
                Value::Slice => {
                    let mut values = values;
                    let mut part = || values.next().unwrap_or(Const::None);
                    Const::Slice(Arc::new([part(), part(), part()]))
                }
                _ if open.item.code & !FLAG_REF == code::FROZEN_SET => {
                    Const::FrozenSet(values.collect())
                }
                _ => Const::Tuple(values.collect()),
            };
            self.finish(
                Built {
                    value,
                    depth,
                    weight,
                },
                open.reference,
            );
            if let Some(parent) = self.open.last_mut() {
                parent.missing -= 1;
            }
        }
        Ok(())
    }
}

/// How many elements a code object takes a copy of when this is one of its objects.
fn copied_elements(value: &Const) -> u64 {
    match value {
        Const::Tuple(items) => items.len() as u64,
        Const::Bytes(bytes) => bytes.len() as u64 / 16,
        _ => 0,
    }
}

/// A value without parts.
fn leaf(item: &Item<'_>) -> Result<Const, Error> {
    let kind = item.code & !FLAG_REF;
    let fail = |problem| Error {
        offset: item.offset,
        problem,
    };
    Ok(match &item.value {
        Value::Atom => match kind {
            code::NONE => Const::None,
            code::TRUE => Const::True,
            code::FALSE => Const::False,
            code::ELLIPSIS => Const::Ellipsis,
            _ => return Err(fail(Problem::NotAConstant(kind))),
        },
        Value::Int(value) => Const::Int((*value).into()),
        Value::Int64(value) => Const::Int(*value),
        Value::Long { negative, digits } => {
            long(*negative, digits).ok_or_else(|| fail(Problem::BadInteger))?
        }
        Value::Float(value) => Const::Float(*value),
        Value::Complex(re, im) => Const::Complex { re: *re, im: *im },
        Value::Text(text) => Const::Float(number(text).ok_or_else(|| fail(Problem::BadFloat))?),
        Value::ComplexText(re, im) => {
            let part = |text| number(text).ok_or_else(|| fail(Problem::BadFloat));
            Const::Complex {
                re: part(re)?,
                im: part(im)?,
            }
        }
        Value::Bytes(bytes) if kind == code::BYTES => Const::Bytes((*bytes).into()),
        Value::Bytes(bytes) => {
            let ascii_only = !matches!(kind, code::UNICODE | code::INTERNED);
            if ascii_only && !bytes.is_ascii() {
                return Err(fail(Problem::BadText));
            }
            Const::Str(PyStr::from_bytes(bytes).ok_or_else(|| fail(Problem::BadText))?)
        }
        Value::Ref(_) | Value::Items(_) | Value::Dict | Value::Slice | Value::Code(_) => {
            return Err(fail(Problem::NotAConstant(kind)));
        }
    })
}

fn number(text: &[u8]) -> Option<f64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// An integer from digits of 15 bits; the highest may not be zero.
fn long(negative: bool, digits: &[u8]) -> Option<Const> {
    let mut words: Vec<u32> = Vec::with_capacity(digits.len() / 4 + 1);
    let (mut pending, mut bits) = (0u64, 0);
    let mut last = 1;
    for pair in digits.chunks_exact(2) {
        let &[low, high] = pair else { return None };
        last = u16::from_le_bytes([low, high]);
        if last >> 15 != 0 {
            return None;
        }
        pending |= u64::from(last) << bits;
        bits += 15;
        if bits >= 32 {
            words.push(pending as u32);
            pending >>= 32;
            bits -= 32;
        }
    }
    if last == 0 {
        return None;
    }
    words.push(pending as u32);
    let sign = if negative { Sign::Minus } else { Sign::Plus };
    Some(Const::int(BigInt::from_slice(sign, &words)))
}

/// The objects of a code object, one after the other.
struct Fields<I> {
    values: I,
    offset: usize,
}

impl<I: Iterator<Item = Const>> Fields<I> {
    fn fail<T>(&self, field: &'static str) -> Result<T, Error> {
        Err(Error {
            offset: self.offset,
            problem: Problem::BadField(field),
        })
    }

    fn bytes(&mut self, field: &'static str) -> Result<Vec<u8>, Error> {
        match self.values.next() {
            Some(Const::Bytes(bytes)) => Ok(bytes.to_vec()),
            _ => self.fail(field),
        }
    }

    fn text(&mut self, field: &'static str) -> Result<PyStr, Error> {
        match self.values.next() {
            Some(Const::Str(text)) => Ok(text),
            _ => self.fail(field),
        }
    }

    fn tuple(&mut self, field: &'static str) -> Result<Arc<[Const]>, Error> {
        match self.values.next() {
            Some(Const::Tuple(items)) => Ok(items),
            _ => self.fail(field),
        }
    }

    fn names(&mut self, field: &'static str) -> Result<Vec<PyStr>, Error> {
        let items = self.tuple(field)?;
        let names = items.iter().map(|item| match item {
            Const::Str(text) => Some(text.clone()),
            _ => None,
        });
        match names.collect() {
            Some(names) => Ok(names),
            None => self.fail(field),
        }
    }

    fn unsigned(&self, value: i32, field: &'static str) -> Result<u32, Error> {
        u32::try_from(value).or_else(|_| self.fail(field))
    }
}

fn code_object<I: Iterator<Item = Const>>(
    ints: &CodeInts,
    mut fields: Fields<I>,
    layout: CodeLayout,
) -> Result<CodeObject, Error> {
    let mut object = CodeObject {
        argcount: fields.unsigned(ints.argcount, "argcount")?,
        posonlyargcount: fields.unsigned(ints.posonlyargcount, "posonlyargcount")?,
        kwonlyargcount: fields.unsigned(ints.kwonlyargcount, "kwonlyargcount")?,
        stacksize: fields.unsigned(ints.stacksize, "stacksize")?,
        flags: ints.flags as u32,
        firstlineno: ints.firstlineno,
        code: fields.bytes("code")?,
        consts: fields.tuple("consts")?.to_vec(),
        names: fields.names("names")?,
        ..CodeObject::default()
    };
    match layout {
        CodeLayout::Separate => {
            let groups = [
                ("varnames", LocalKind::LOCAL),
                ("freevars", LocalKind::FREE),
                ("cellvars", LocalKind::CELL),
            ];
            let mut names = Vec::new();
            for (field, kind) in groups {
                names.push((kind, fields.names(field)?));
            }
            if names
                .first()
                .is_some_and(|(_, locals)| locals.len() != ints.nlocals as usize)
            {
                return fields.fail("nlocals");
            }
            // The file has the free variables before the cells; indices count the cells first.
            names.swap(1, 2);
            for (kind, group) in names {
                object
                    .localspluskinds
                    .resize(object.localspluskinds.len() + group.len(), kind);
                object.localsplusnames.extend(group);
            }
            object.filename = fields.text("filename")?;
            object.name = fields.text("name")?;
            object.qualname = object.name.clone();
            object.linetable = fields.bytes("lnotab")?;
        }
        CodeLayout::LocalsPlus => {
            object.localsplusnames = fields.names("localsplusnames")?;
            object.localspluskinds = fields.bytes("localspluskinds")?;
            if object.localsplusnames.len() != object.localspluskinds.len() {
                return fields.fail("localspluskinds");
            }
            object.filename = fields.text("filename")?;
            object.name = fields.text("name")?;
            object.qualname = fields.text("qualname")?;
            object.linetable = fields.bytes("linetable")?;
            object.exceptiontable = fields.bytes("exceptiontable")?;
        }
    }
    Ok(object)
}
