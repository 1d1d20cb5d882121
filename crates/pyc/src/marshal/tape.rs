//! A marshal stream as a flat list of objects, each followed by what it contains.

use super::{FLAG_REF, code};
use crate::limits::MAX_DEPTH;
use crate::{Error, Problem};
use hognose_version::{CodeLayout, Features, Version};

/// One stream, in the order of its bytes; children follow their parent.
#[derive(Clone, Debug)]
pub struct Tape<'a> {
    pub items: Vec<Item<'a>>,
    pub layout: CodeLayout,
    /// The offset after the last object; CPython ignores what follows.
    pub end: usize,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Item<'a> {
    /// Where its type code lies.
    pub offset: usize,
    /// The type code with its flag.
    pub code: u8,
    pub value: Value<'a>,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Value<'a> {
    /// All is said by the type code.
    Atom,
    Int(i32),
    Int64(i64),
    /// Digits of 15 bits, little endian; the sign beside.
    Long {
        negative: bool,
        digits: &'a [u8],
    },
    Float(f64),
    Complex(f64, f64),
    /// The text of a number, in the format of versions before 2.
    Text(&'a [u8]),
    ComplexText(&'a [u8], &'a [u8]),
    /// Bytes and all kinds of strings.
    Bytes(&'a [u8]),
    Ref(u32),
    /// Tuples, lists and sets: that many objects follow.
    Items(u32),
    /// Keys and values follow, then a NULL.
    Dict,
    /// Three objects follow.
    Slice,
    /// The objects of a code object follow.
    Code(Box<CodeInts>),
}

/// The integers between the objects of a code object.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct CodeInts {
    pub argcount: i32,
    pub posonlyargcount: i32,
    pub kwonlyargcount: i32,
    /// 3.8 to 3.10
    pub nlocals: i32,
    pub stacksize: i32,
    pub flags: i32,
    pub firstlineno: i32,
}

/// Objects of a code object before its `firstlineno`.
pub(super) const OBJECTS_BEFORE_LINE: u32 = 8;

/// How many objects a code object has.
pub(super) const fn code_objects(layout: CodeLayout) -> u32 {
    match layout {
        CodeLayout::Separate => OBJECTS_BEFORE_LINE + 1,
        CodeLayout::LocalsPlus => OBJECTS_BEFORE_LINE + 2,
    }
}

/// A container whose objects are being read or written.
enum Frame {
    Items(u32),
    Dict { key_next: bool },
    Code { item: usize, done: u32 },
}

impl Item<'_> {
    /// How many bytes it takes without what it contains.
    pub fn own_len(&self, layout: CodeLayout) -> usize {
        let mut bytes = Vec::new();
        write_item(self, layout, &mut bytes);
        bytes.len()
    }
}

impl<'a> Tape<'a> {
    /// Reads the object that starts at `start`.
    pub fn read(bytes: &'a [u8], start: usize, version: Version) -> Result<Tape<'a>, Error> {
        let layout = Features::of(version).code_layout;
        let mut reader = Reader {
            bytes,
            at: start,
            items: Vec::new(),
            references: 0,
            layout,
        };
        let mut frames: Vec<Frame> = Vec::new();
        let null_allowed =
            |frames: &[Frame]| matches!(frames.last(), Some(Frame::Dict { key_next: true }));
        loop {
            let before = reader.items.len();
            let opened = reader.object(null_allowed(&frames))?;
            if reader
                .items
                .get(before)
                .is_some_and(|item| item.code & !FLAG_REF == code::NULL)
            {
                frames.pop();
            }
            if let Some(frame) = opened {
                if frames.len() >= MAX_DEPTH as usize {
                    return Err(Error {
                        offset: reader.at,
                        problem: Problem::TooDeep,
                    });
                }
                frames.push(frame);
            }
            // The next object belongs to the innermost frame that still wants one.
            loop {
                match frames.last_mut() {
                    None => {
                        return Ok(Tape {
                            items: reader.items,
                            layout,
                            end: reader.at,
                        });
                    }
                    Some(Frame::Items(0)) => {}
                    Some(Frame::Items(left)) => {
                        *left -= 1;
                        break;
                    }
                    Some(Frame::Dict { key_next }) => {
                        *key_next = !*key_next;
                        break;
                    }
                    Some(Frame::Code { item, done }) => {
                        let (item, position) = (*item, *done);
                        *done += 1;
                        if position == OBJECTS_BEFORE_LINE {
                            reader.first_line(item)?;
                        }
                        if position < code_objects(layout) {
                            break;
                        }
                    }
                }
                frames.pop();
            }
        }
    }

    /// Appends the stream: the very bytes that were read.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut frames: Vec<Frame> = Vec::new();
        for (index, item) in self.items.iter().enumerate() {
            self.before_object(&mut frames, out);
            write_item(item, self.layout, out);
            match item.value {
                Value::Items(count) => frames.push(Frame::Items(count)),
                Value::Slice => frames.push(Frame::Items(3)),
                Value::Code(_) => frames.push(Frame::Code {
                    item: index,
                    done: 0,
                }),
                Value::Dict => frames.push(Frame::Dict { key_next: true }),
                // Nothing but a dict's end is NULL.
                Value::Atom if item.code & !FLAG_REF == code::NULL => drop(frames.pop()),
                _ => {}
            }
        }
    }

    /// Finds the frame the next object belongs to, and writes what stands before that object.
    fn before_object(&self, frames: &mut Vec<Frame>, out: &mut Vec<u8>) {
        while let Some(frame) = frames.last_mut() {
            match frame {
                Frame::Items(0) => {}
                Frame::Items(left) => {
                    *left -= 1;
                    return;
                }
                Frame::Dict { .. } => return,
                Frame::Code { item, done } => {
                    *done += 1;
                    if *done == OBJECTS_BEFORE_LINE + 1
                        && let Some(Item {
                            value: Value::Code(ints),
                            ..
                        }) = self.items.get(*item)
                    {
                        out.extend_from_slice(&ints.firstlineno.to_le_bytes());
                    }
                    if *done <= code_objects(self.layout) {
                        return;
                    }
                }
            }
            frames.pop();
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    items: Vec<Item<'a>>,
    /// How many objects have an index so far.
    references: u32,
    layout: CodeLayout,
}

impl<'a> Reader<'a> {
    fn fail<T>(&self, problem: Problem) -> Result<T, Error> {
        Err(Error {
            offset: self.at,
            problem,
        })
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Error> {
        let taken = self
            .bytes
            .get(self.at..)
            .and_then(|rest| rest.get(..length));
        let Some(taken) = taken else {
            return self.fail(Problem::Truncated);
        };
        self.at += length;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some((array, _)) = rest.split_first_chunk::<N>() else {
            return self.fail(Problem::Truncated);
        };
        self.at += N;
        Ok(*array)
    }

    fn byte(&mut self) -> Result<u8, Error> {
        let [byte] = self.array()?;
        Ok(byte)
    }

    fn int(&mut self) -> Result<i32, Error> {
        Ok(i32::from_le_bytes(self.array()?))
    }

    /// A length in bytes.
    fn length(&mut self) -> Result<usize, Error> {
        let length = self.int()?;
        usize::try_from(length).or_else(|_| self.fail(Problem::BadLength(length.into())))
    }

    /// A number of objects; each takes at least a byte.
    fn count(&mut self, count: i64) -> Result<u32, Error> {
        let left = self.bytes.len().saturating_sub(self.at);
        match u32::try_from(count) {
            Ok(number) if number as usize <= left => Ok(number),
            _ => self.fail(Problem::BadLength(count)),
        }
    }

    /// Text with its length in one byte.
    fn short(&mut self) -> Result<&'a [u8], Error> {
        let length = self.byte()?;
        self.take(length.into())
    }

    /// Reads one object without what it contains; a container returns its frame.
    fn object(&mut self, null_allowed: bool) -> Result<Option<Frame>, Error> {
        let offset = self.at;
        let typ = self.byte()?;
        let kind = typ & !FLAG_REF;
        let mut frame = None;
        let value = match kind {
            code::NULL if !null_allowed => {
                return Err(Error {
                    offset,
                    problem: Problem::UnexpectedNull,
                });
            }
            code::NULL
            | code::NONE
            | code::FALSE
            | code::TRUE
            | code::STOP_ITERATION
            | code::ELLIPSIS => Value::Atom,
            code::INT => Value::Int(self.int()?),
            code::INT64 => Value::Int64(i64::from_le_bytes(self.array()?)),
            code::LONG => {
                let size = self.int()?;
                let digits = self.take(size.unsigned_abs() as usize * 2)?;
                Value::Long {
                    negative: size < 0,
                    digits,
                }
            }
            code::FLOAT => Value::Float(f64::from_le_bytes(self.array()?)),
            code::FLOAT_TEXT => Value::Text(self.short()?),
            code::COMPLEX => {
                let re = f64::from_le_bytes(self.array()?);
                Value::Complex(re, f64::from_le_bytes(self.array()?))
            }
            code::COMPLEX_TEXT => Value::ComplexText(self.short()?, self.short()?),
            code::SHORT_ASCII | code::SHORT_ASCII_INTERNED => Value::Bytes(self.short()?),
            code::BYTES | code::INTERNED | code::UNICODE | code::ASCII | code::ASCII_INTERNED => {
                let length = self.length()?;
                Value::Bytes(self.take(length)?)
            }
            code::REF => {
                let index = self.int()? as u32;
                if index >= self.references {
                    return Err(Error {
                        offset,
                        problem: Problem::BadReference(index),
                    });
                }
                Value::Ref(index)
            }
            code::SMALL_TUPLE | code::TUPLE | code::LIST | code::SET | code::FROZEN_SET => {
                let count = if kind == code::SMALL_TUPLE {
                    self.byte()?.into()
                } else {
                    self.int()?.into()
                };
                let count = self.count(count)?;
                frame = Some(Frame::Items(count));
                Value::Items(count)
            }
            code::DICT | code::FROZEN_DICT => {
                // The main loop turns it before the first key.
                frame = Some(Frame::Dict { key_next: false });
                Value::Dict
            }
            code::SLICE => {
                frame = Some(Frame::Items(3));
                Value::Slice
            }
            code::CODE => {
                frame = Some(Frame::Code {
                    item: self.items.len(),
                    done: 0,
                });
                Value::Code(Box::new(self.code_ints()?))
            }
            _ => {
                return Err(Error {
                    offset,
                    problem: Problem::UnknownType(kind),
                });
            }
        };
        if typ & FLAG_REF != 0 && kind != code::REF {
            self.references += 1;
        }
        self.items.push(Item {
            offset,
            code: typ,
            value,
        });
        Ok(frame)
    }

    fn code_ints(&mut self) -> Result<CodeInts, Error> {
        Ok(CodeInts {
            argcount: self.int()?,
            posonlyargcount: self.int()?,
            kwonlyargcount: self.int()?,
            nlocals: if self.layout == CodeLayout::Separate {
                self.int()?
            } else {
                0
            },
            stacksize: self.int()?,
            flags: self.int()?,
            firstlineno: 0,
        })
    }

    fn first_line(&mut self, item: usize) -> Result<(), Error> {
        let line = self.int()?;
        if let Some(Item {
            value: Value::Code(ints),
            ..
        }) = self.items.get_mut(item)
        {
            ints.firstlineno = line;
        }
        Ok(())
    }
}

/// Writes one object without what it contains.
fn write_item(item: &Item<'_>, layout: CodeLayout, out: &mut Vec<u8>) {
    out.push(item.code);
    let kind = item.code & !FLAG_REF;
    let mut int = |value: i32| out.extend_from_slice(&value.to_le_bytes());
    match &item.value {
        Value::Atom | Value::Dict | Value::Slice => {}
        Value::Int(value) => int(*value),
        Value::Int64(value) => out.extend_from_slice(&value.to_le_bytes()),
        Value::Long { negative, digits } => {
            let count = (digits.len() / 2) as i32;
            int(if *negative { -count } else { count });
            out.extend_from_slice(digits);
        }
        Value::Float(value) => out.extend_from_slice(&value.to_le_bytes()),
        Value::Complex(re, im) => {
            out.extend_from_slice(&re.to_le_bytes());
            out.extend_from_slice(&im.to_le_bytes());
        }
        Value::Text(text) => short(text, out),
        Value::ComplexText(re, im) => {
            short(re, out);
            short(im, out);
        }
        Value::Bytes(bytes) => match kind {
            code::SHORT_ASCII | code::SHORT_ASCII_INTERNED => short(bytes, out),
            _ => {
                int(bytes.len() as i32);
                out.extend_from_slice(bytes);
            }
        },
        Value::Ref(index) => int(*index as i32),
        Value::Items(count) => match kind {
            code::SMALL_TUPLE => out.push(*count as u8),
            _ => int(*count as i32),
        },
        Value::Code(ints) => {
            int(ints.argcount);
            int(ints.posonlyargcount);
            int(ints.kwonlyargcount);
            if layout == CodeLayout::Separate {
                int(ints.nlocals);
            }
            int(ints.stacksize);
            int(ints.flags);
        }
    }
}

fn short(bytes: &[u8], out: &mut Vec<u8>) {
    out.push(bytes.len() as u8);
    out.extend_from_slice(bytes);
}
