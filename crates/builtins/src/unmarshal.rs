//! Reading marshalled values (`Python/marshal.c`), code objects above all: what every cached module begins with.
//!
//! Code objects are read straight into what runs. What is not exactly as a compiler writes it is left to the crate
//! `pyc`, which is slower and tells what is wrong.

use hognose_object::bytes::Bytes;
use hognose_object::code::{Code, CodeNames, Numbers, Parts, is_name_like};
use hognose_object::tuple::{Tuple, TupleExt};
use hognose_object::{PyResult, Raised, Ref, Rt, Str, Value};
use num_bigint::BigInt;

/// The greatest nesting of containers (`MAX_MARSHAL_STACK_DEPTH`, less for our own frames).
pub(crate) const DEPTH: usize = 500;

/// The code object that the bytes begin with; nothing if it is not as a compiler writes it. If they are those of a bytes
/// object, the code objects keep that one; else they share a copy.
///
/// Code of a module of the standard library that CPython has in itself is shown with another file name.
pub(crate) fn code(
    rt: &Rt,
    bytes: &[u8],
    filename: Option<&str>,
    object: Option<&Ref<Bytes>>,
) -> Option<Ref<Code>> {
    let mut reader = Reader::new(rt, bytes);
    reader.shared = object.cloned();
    let own = filename.filter(|name| name.starts_with('<'));
    reader.filename = own.map(|name| rt.str(name));
    Ref::try_from(reader.value(0).ok()??).ok()
}

/// The value that the bytes begin with.
pub(crate) fn value(rt: &Rt, bytes: &[u8]) -> PyResult {
    match Reader::new(rt, bytes).value(0)? {
        Some(value) => Ok(value),
        None => Err(rt.type_error("NULL object in marshal data for object")),
    }
}

/// How many values there may be when every shared one is counted each time it is met.
const MOST_VALUES: u64 = 1 << 24;

/// The type code of a short ASCII string that is interned, and the same with a number for references.
const INTERNED: u8 = b'Z';
const INTERNED_AND_NAMED: u8 = b'Z' | 0x80;

/// What a later reference may name.
enum Seen<'a> {
    /// A container whose items are being read.
    Open,
    /// A value, and how many there are in it.
    Value(Value, u64),
    /// Part of a code object, of which nobody needs a value.
    Bytes(&'a [u8]),
}

struct Reader<'a> {
    rt: &'a Rt,
    whole: &'a [u8],
    rest: &'a [u8],
    /// The whole as a value, of which all code objects keep their parts.
    shared: Option<Ref<Bytes>>,
    refs: Vec<Seen<'a>>,
    /// Values read so far.
    count: u64,
    /// How many code objects this is inside of.
    codes: u32,
    /// What stands for every file name.
    filename: Option<Ref<Str>>,
}

impl<'a> Reader<'a> {
    fn new(rt: &'a Rt, whole: &'a [u8]) -> Reader<'a> {
        Reader {
            rt,
            whole,
            rest: whole,
            shared: None,
            refs: Vec::with_capacity((whole.len() / 64).min(1 << 12)),
            count: 0,
            codes: 0,
            filename: None,
        }
    }

    fn take(&mut self, n: usize) -> PyResult<&'a [u8]> {
        match self.rest.split_at_checked(n) {
            Some((head, rest)) => {
                self.rest = rest;
                Ok(head)
            }
            None => Err(self.rt.eof_error("marshal data too short")),
        }
    }

    #[inline]
    fn long(&mut self) -> PyResult<i32> {
        match self.rest.split_first_chunk() {
            Some((head, rest)) => {
                self.rest = rest;
                Ok(i32::from_le_bytes(*head))
            }
            None => Err(self.rt.eof_error("marshal data too short")),
        }
    }

    fn length(&mut self, what: &str) -> PyResult<usize> {
        let n = self.long()?;
        usize::try_from(n).map_err(|_| self.bad(&format!("{what} size out of range")))
    }

    fn float(&mut self) -> PyResult<f64> {
        let bytes = self.take(8)?;
        let bits = bytes.iter().rev().fold(0, |n, &b| n << 8 | u64::from(b));
        Ok(f64::from_bits(bits))
    }

    fn bad(&self, what: &str) -> Raised {
        self.rt.value_error(format!("bad marshal data ({what})"))
    }

    /// Items of a container; each takes a byte at least.
    fn items(&mut self, n: usize, depth: usize) -> PyResult<Vec<Value>> {
        let mut items = Vec::with_capacity(n.min(self.rest.len()));
        for _ in 0..n {
            match self.value(depth + 1)? {
                Some(value) => items.push(value),
                None => return Err(self.rt.type_error("NULL object in marshal data for tuple")),
            }
        }
        Ok(items)
    }

    /// A value; `None` for the mark at a dict's end.
    fn value(&mut self, depth: usize) -> PyResult<Option<Value>> {
        let rt = self.rt;
        if depth > DEPTH {
            return Err(rt.value_error("recursion limit exceeded"));
        }
        let byte = match self.rest.split_first() {
            Some((&byte, rest)) => {
                self.rest = rest;
                byte
            }
            None => return Err(rt.eof_error("EOF read where object expected")),
        };
        let before = self.count;
        self.count += 1;
        if self.count > MOST_VALUES {
            return Err(self.bad("object is too large"));
        }
        let place = self.place(byte);
        let made = match byte & 0x7f {
            b'0' => return Ok(None),
            b'N' => Value::NONE,
            b'T' => Value::TRUE,
            b'F' => Value::FALSE,
            b'.' => Value::ELLIPSIS,
            b'S' => rt.types.stop_iteration.as_value().clone(),
            b'i' => rt.int(i64::from(self.long()?)),
            b'l' => self.digits()?,
            b'g' => rt.float(self.float()?),
            b'y' => {
                let real = self.float()?;
                rt.complex(real, self.float()?)
            }
            b'c' => self.code(depth)?.into_value(),
            b'[' | b'{' | b'<' if self.codes > 0 => return Err(self.bad("not a constant")),
            b's' => {
                let n = self.length("bytes object")?;
                rt.bytes(self.take(n)?).into_value()
            }
            code @ (b'z' | b'Z') => {
                let n = usize::from(self.take(1)?[0]);
                self.ascii(n, code == b'Z')?
            }
            code @ (b'a' | b'A') => {
                let n = self.length("string")?;
                self.ascii(n, code == b'A')?
            }
            b'u' | b't' => {
                let n = self.length("string")?;
                rt.str_wtf8(self.take(n)?).into_value()
            }
            b')' => {
                let n = usize::from(self.take(1)?[0]);
                rt.tuple(self.items(n, depth)?).into_value()
            }
            b'(' => {
                let n = self.length("tuple")?;
                rt.tuple(self.items(n, depth)?).into_value()
            }
            b'[' => {
                let n = self.length("list")?;
                rt.list(self.items(n, depth)?).into_value()
            }
            b'{' => {
                let dict = rt.dict();
                while let Some(key) = self.value(depth + 1)? {
                    let Some(item) = self.value(depth + 1)? else {
                        break;
                    };
                    dict.set(rt, &key, item)?;
                }
                dict.into_value()
            }
            code @ (b'<' | b'>') => {
                let n = self.length("set")?;
                let items = self.items(n, depth)?;
                if code == b'>' {
                    rt.frozenset(&items)?.into_value()
                } else {
                    let items = rt.list(items).into_value();
                    rt.call(rt.types.set.as_value(), &[items])?
                }
            }
            b'r' => {
                let n = self.length("reference")?;
                match self.refs.get(n) {
                    Some(Seen::Value(value, within)) => {
                        self.count = self.count.saturating_add(*within);
                        value.clone()
                    }
                    Some(Seen::Bytes(bytes)) => rt.bytes(bytes).into_value(),
                    Some(Seen::Open) | None => return Err(self.bad("invalid reference")),
                }
            }
            _ => return Err(self.bad("unknown type code")),
        };
        if let Some(slot) = place.and_then(|i| self.refs.get_mut(i)) {
            *slot = Seen::Value(made.clone(), self.count - before);
        }
        Ok(Some(made))
    }

    /// Takes the next reference's number if the type code asks for one: a container's comes before those of its items.
    fn place(&mut self, byte: u8) -> Option<usize> {
        (byte & 0x80 != 0).then(|| {
            self.refs.push(Seen::Open);
            self.refs.len() - 1
        })
    }

    fn ascii(&mut self, n: usize, interned: bool) -> PyResult {
        let text = self.take(n)?;
        if !text.is_ascii() {
            if self.codes > 0 {
                return Err(self.bad("text is not ASCII"));
            }
            let text = self.rt.str_latin1(text);
            return Ok(if interned {
                self.rt.intern_ref(text).into_value()
            } else {
                text.into_value()
            });
        }
        Ok(if interned || self.codes > 0 && is_name_like(text) {
            self.rt.intern_ascii(text).into_value()
        } else {
            self.rt.str_ascii(text).into_value()
        })
    }

    /// A code object of 3.12 (`TYPE_CODE`).
    fn code(&mut self, depth: usize) -> PyResult<Ref<Code>> {
        self.codes += 1;
        let mut numbers = Numbers {
            argcount: self.number()?,
            posonlyargcount: self.number()?,
            kwonlyargcount: self.number()?,
            stacksize: self.number()?,
            flags: self.long()? as u32,
            firstlineno: 0,
        };
        let code = self.bytes()?;
        let consts = self.row(depth)?;
        let names = self.names(depth)?;
        let locals = self.names(depth)?;
        let kinds = self.bytes()?;
        if kinds.len() != locals.len() {
            return Err(self.bad("kinds of locals"));
        }
        let own = self.text(depth)?;
        let names = CodeNames {
            names,
            locals,
            filename: self.filename.clone().unwrap_or(own),
            name: self.text(depth)?,
            qualname: self.text(depth)?,
        };
        numbers.firstlineno = self.long()?;
        let rows = [code, kinds, self.bytes()?, self.bytes()?];
        self.codes -= 1;
        let (rt, whole) = (self.rt, self.whole);
        let places = rows.map(|row| {
            let start = row.as_ptr().addr() - whole.as_ptr().addr();
            start..start + row.len()
        });
        let shared = self.shared.get_or_insert_with(|| rt.bytes(whole));
        let parts = Parts::within(numbers, shared, places);
        Ok(rt.code_of(parts, consts, names))
    }

    fn number(&mut self) -> PyResult<u32> {
        let n = self.long()?;
        u32::try_from(n).map_err(|_| self.bad("negative number"))
    }

    /// A bytes object of which only the content is wanted.
    fn bytes(&mut self) -> PyResult<&'a [u8]> {
        let byte = self.take(1)?[0];
        match byte & 0x7f {
            b's' => {
                let place = self.place(byte);
                let n = self.length("bytes object")?;
                let bytes = self.take(n)?;
                if let Some(slot) = place.and_then(|i| self.refs.get_mut(i)) {
                    *slot = Seen::Bytes(bytes);
                }
                Ok(bytes)
            }
            b'r' => {
                let n = self.length("reference")?;
                match self.refs.get(n) {
                    Some(Seen::Bytes(bytes)) => Ok(bytes),
                    _ => Err(self.bad("not bytes")),
                }
            }
            _ => Err(self.bad("not bytes")),
        }
    }

    /// The items of a tuple, which is made only if references may name it.
    fn row(&mut self, depth: usize) -> PyResult<Vec<Value>> {
        match self.own_row()? {
            Some(n) => self.items(n, depth),
            None => self.shared_row(depth),
        }
    }

    /// The length of a tuple that begins here and that no reference will name.
    fn own_row(&mut self) -> PyResult<Option<usize>> {
        match self.rest.split_first() {
            Some((b')', rest)) => {
                self.rest = rest;
                Ok(Some(usize::from(self.take(1)?[0])))
            }
            Some((b'(', rest)) => {
                self.rest = rest;
                self.length("tuple").map(Some)
            }
            _ => Ok(None),
        }
    }

    /// The items of a tuple that others share.
    fn shared_row(&mut self, depth: usize) -> PyResult<Vec<Value>> {
        let value = self.value(depth + 1)?;
        let Some(tuple) = value.as_ref().and_then(Value::downcast_ref::<Tuple>) else {
            return Err(self.bad("not a tuple"));
        };
        // A copy: its items count again.
        self.count = self.count.saturating_add(tuple.len() as u64);
        Ok(tuple.to_vec())
    }

    fn names(&mut self, depth: usize) -> PyResult<Vec<Ref<Str>>> {
        let Some(n) = self.own_row()? else {
            let row = self.shared_row(depth)?;
            return row.into_iter().map(|value| self.interned(value)).collect();
        };
        let mut names = Vec::with_capacity(n.min(self.rest.len()));
        for _ in 0..n {
            names.push(self.text(depth)?);
        }
        Ok(names)
    }

    fn text(&mut self, depth: usize) -> PyResult<Ref<Str>> {
        if let Some(text) = self.name() {
            return Ok(text);
        }
        match self.value(depth + 1)? {
            Some(value) => self.interned(value),
            None => Err(self.bad("not a string")),
        }
    }

    /// An interned string, if one is next in one of the two usual ways: short and ASCII, or met before.
    #[inline]
    fn name(&mut self) -> Option<Ref<Str>> {
        let (&byte, rest) = self.rest.split_first()?;
        match byte {
            b'r' => {
                let (n, rest) = rest.split_first_chunk()?;
                let Seen::Value(value, _) = self.refs.get(u32::from_le_bytes(*n) as usize)? else {
                    return None;
                };
                let text = value.downcast::<Str>()?;
                if !text.head.interned.get() {
                    return None;
                }
                self.rest = rest;
                self.count += 2;
                Some(text.clone())
            }
            INTERNED | INTERNED_AND_NAMED => {
                let (&n, rest) = rest.split_first()?;
                let (text, rest) = rest.split_at_checked(usize::from(n))?;
                if !text.is_ascii() {
                    return None;
                }
                self.rest = rest;
                self.count += 1;
                let text = self.rt.intern_ascii(text);
                if byte == INTERNED_AND_NAMED {
                    self.refs.push(Seen::Value(text.as_value().clone(), 1));
                }
                Some(text)
            }
            _ => None,
        }
    }

    fn interned(&self, value: Value) -> PyResult<Ref<Str>> {
        match Ref::try_from(value) {
            Ok(text) => Ok(self.rt.intern_ref(text)),
            Err(_) => Err(self.bad("not a string")),
        }
    }

    fn digits(&mut self) -> PyResult {
        let n = self.long()?;
        let bytes = self.take(2 * n.unsigned_abs() as usize)?;
        let mut big = BigInt::from(0);
        for pair in bytes.chunks_exact(2).rev() {
            let digit = u16::from_le_bytes([pair[0], pair[1]]);
            if digit >= 1 << 15 {
                return Err(self.bad("digit out of range in long"));
            }
            big = (big << 15u32) + digit;
        }
        Ok(self.rt.big_int(if n < 0 { -big } else { big }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hognose_object::StrExt;

    /// `def f(a, b=1): ...` in a module, as a compiler writes it.
    fn compiled() -> Vec<u8> {
        let source = b"import os\ndef f(a, b=(1, 'x y', b'z')):\n    try:\n        return a.real + 2 ** 70\n    finally:\n        g(f, key=1.5)\n";
        let options = hognose_compile::Options::default();
        let compiled = hognose_compile::compile_source(source, &options).expect("compiles");
        let mut out = Vec::new();
        hognose_pyc::marshal::write_compiled(
            &compiled.code,
            &hognose_pyc::marshal::Environment::default(),
            &mut out,
        );
        out
    }

    #[test]
    fn what_is_read_is_what_was_written() {
        let rt = Rt::new();
        let bytes = compiled();
        let read = code(&rt, &bytes, None, None).expect("is as a compiler writes it");
        assert!(read.name.is_text("<module>"));
        let tape = hognose_pyc::marshal::Tape::read(&bytes, 0, hognose_version::Version::DEFAULT);
        let plain = tape
            .and_then(|t| hognose_pyc::marshal::code_tree(&t))
            .expect("reads");
        assert!(rt.plain_code(&read).expect("is plain") == plain);
    }

    #[test]
    fn no_damage_is_fatal() {
        let rt = Rt::new();
        let bytes = compiled();
        for end in 0..bytes.len() {
            assert!(code(&rt, &bytes[..end], None, None).is_none());
        }
        for at in 0..bytes.len() {
            for change in [0x01, 0x80, 0xff] {
                let mut broken = bytes.clone();
                broken[at] ^= change;
                drop(code(&rt, &broken, None, None));
            }
        }
        // A tuple that holds itself, and one that doubles at each step.
        assert!(code(&rt, b"\xa9\x01r\0\0\0\0", None, None).is_none());
        let mut doubling = b")\x28\xa9\0".to_vec();
        for i in 0..39u8 {
            doubling.extend([0xa9, 2, b'r', i, 0, 0, 0, b'r', i, 0, 0, 0]);
        }
        assert!(value(&rt, &doubling).is_err());
    }
}
