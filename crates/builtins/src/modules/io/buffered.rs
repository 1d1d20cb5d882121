//! `BufferedReader`, `BufferedWriter` and `BufferedRandom` (`Modules/_io/bufferedio.c`).

use super::base::{blocked, both, written};
use super::{Io, Part, alloc, file, size, spec, uninitialized, unsupported};
use hognose_heap::ValueCell;
use hognose_object::bytes::with_bytes;
use hognose_object::{
    Args, Call, GetSetDef, NativeDef, PyResult, Ref, Rt, Signature, Slots, TypeObj, TypeSpec,
    Value, type_flags,
};
use rustix::fs::SeekFrom;
use std::cell::{Cell, RefCell};

/// The payload of the three classes.
pub(super) struct Buffered {
    pub raw: ValueCell,
    detached: Cell<bool>,
    reads: bool,
    writes: bool,
    buffer_size: Cell<usize>,
    /// Bytes read; those before `at` are used up.
    input: RefCell<Vec<u8>>,
    at: Cell<usize>,
    /// Bytes to be written.
    output: RefCell<Vec<u8>>,
}

macro_rules! methods {
    ($($own:expr),* $(,)?) => {
        &[
            $($own,)*
            NativeDef::new("seek", "($self, target, whence=0, /)", Call::Many(seek)),
            NativeDef::new("tell", "($self, /)", Call::Zero(tell)),
            NativeDef::new("truncate", "($self, pos=None, /)", Call::Many(truncate)),
            NativeDef::new("flush", "($self, /)", Call::Zero(flush)),
            NativeDef::new("close", "($self, /)", Call::Zero(close)),
            NativeDef::new("detach", "($self, /)", Call::Zero(detach)),
            NativeDef::new("seekable", "($self, /)", Call::Zero(|rt, v| ask(rt, v, "seekable"))),
            NativeDef::new("fileno", "($self, /)", Call::Zero(|rt, v| ask(rt, v, "fileno"))),
            NativeDef::new("isatty", "($self, /)", Call::Zero(|rt, v| ask(rt, v, "isatty"))),
            NativeDef::new("readable", "($self, /)", Call::Zero(|rt, v| {
                if this(rt, v)?.reads { ask(rt, v, "readable") } else { Ok(Value::FALSE) }
            })),
            NativeDef::new("writable", "($self, /)", Call::Zero(|rt, v| {
                if this(rt, v)?.writes { ask(rt, v, "writable") } else { Ok(Value::FALSE) }
            })),
        ]
    };
}

const GETSET: &[GetSetDef] = &[
    GetSetDef::read("raw", raw),
    GetSetDef::read("closed", |rt, v| rt.getattr_str(&raw(rt, v)?, "closed")),
    GetSetDef::read("name", |rt, v| rt.getattr(&raw(rt, v)?, &rt.names.name)),
    GetSetDef::read("mode", |rt, v| rt.getattr_str(&raw(rt, v)?, "mode")),
];

const READ: NativeDef = NativeDef::new("read", "($self, size=-1, /)", Call::Many(read));
const READ1: NativeDef = NativeDef::new("read1", "($self, size=-1, /)", Call::Many(read1));
const PEEK: NativeDef = NativeDef::new("peek", "($self, size=0, /)", Call::Many(peek));
const READINTO: NativeDef = NativeDef::new(
    "readinto",
    "($self, buffer, /)",
    Call::One(|rt, v, b| readinto(rt, v, b, false)),
);
const READINTO1: NativeDef = NativeDef::new(
    "readinto1",
    "($self, buffer, /)",
    Call::One(|rt, v, b| readinto(rt, v, b, true)),
);
const READLINE: NativeDef = NativeDef::new("readline", "($self, size=-1, /)", Call::Many(readline));
const WRITE: NativeDef = NativeDef::new("write", "($self, buffer, /)", Call::One(write));

pub(super) static READER: TypeSpec = TypeSpec {
    slots: Slots {
        new: Some(|rt, ty, _| Ok(made(rt, ty, true, false))),
        init: Some(|rt, v, args| init(rt, v, args, "BufferedReader")),
        repr: Some(repr),
        next: Some(next),
        ..Slots::NONE
    },
    methods: methods![READ, READ1, PEEK, READINTO, READINTO1, READLINE],
    getset: GETSET,
    ..spec("_io.BufferedReader")
};

pub(super) static WRITER: TypeSpec = TypeSpec {
    slots: Slots {
        new: Some(|rt, ty, _| Ok(made(rt, ty, false, true))),
        init: Some(|rt, v, args| init(rt, v, args, "BufferedWriter")),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: methods![WRITE],
    getset: GETSET,
    ..spec("_io.BufferedWriter")
};

pub(super) static RANDOM: TypeSpec = TypeSpec {
    slots: Slots {
        new: Some(|rt, ty, _| Ok(made(rt, ty, true, true))),
        init: Some(|rt, v, args| init(rt, v, args, "BufferedRandom")),
        repr: Some(repr),
        next: Some(next),
        ..Slots::NONE
    },
    methods: methods![READ, READ1, PEEK, READINTO, READINTO1, READLINE, WRITE],
    getset: GETSET,
    ..spec("_io.BufferedRandom")
};

fn made(rt: &Rt, ty: &Ref<TypeObj>, reads: bool, writes: bool) -> Value {
    let part = Buffered {
        raw: ValueCell::empty(),
        detached: Cell::new(false),
        reads,
        writes,
        buffer_size: Cell::new(super::BUFFER_SIZE),
        input: RefCell::default(),
        at: Cell::new(0),
        output: RefCell::default(),
    };
    alloc(rt, ty, Part::Buffered(part))
}

/// A buffer over a raw stream.
pub(super) fn over(rt: &Rt, ty: &Ref<TypeObj>, raw: &Value, size: usize) -> PyResult {
    let size = rt.int_from_usize(size);
    rt.call(ty.as_value(), &[raw.clone(), size])
}

fn init(rt: &Rt, value: &Value, args: &Args<'_>, function: &'static str) -> PyResult<()> {
    let signature = Signature {
        function,
        params: &["raw", "buffer_size"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let [raw, buffer_size] = rt.bind(&signature, args)?;
    let Some(raw) = raw else { return Ok(()) };
    let this = part(rt, value)?;
    if this.writes && this.reads {
        super::base::check(rt, raw, "seekable", "File or stream is not seekable.")?;
    }
    if this.reads {
        super::base::check(rt, raw, "readable", "File or stream is not readable.")?;
    }
    if this.writes {
        super::base::check(rt, raw, "writable", "File or stream is not writable.")?;
    }
    let buffer_size = buffer_size.map_or(Ok(super::BUFFER_SIZE as i64), |v| rt.index_i64(v))?;
    if buffer_size <= 0 {
        return Err(rt.value_error("buffer size must be strictly positive"));
    }
    rt.room_for::<u8>(buffer_size as usize)?;
    this.buffer_size.set(buffer_size as usize);
    this.raw.set(Some(raw.clone()));
    this.detached.set(false);
    this.forget_input();
    this.output.borrow_mut().clear();
    if this.writes {
        super::remember(rt, value)?;
    }
    Ok(())
}

fn part<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Buffered> {
    match value.downcast_ref::<Io>().map(|io| &io.part) {
        Some(Part::Buffered(buffered)) => Ok(buffered),
        _ => Err(rt.type_error("a buffered stream was expected")),
    }
}

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Buffered> {
    let this = part(rt, value)?;
    if this.raw.is_empty() {
        return Err(if this.detached.get() {
            rt.value_error("raw stream has been detached")
        } else {
            uninitialized(rt)
        });
    }
    Ok(this)
}

/// The buffer of a value whose methods nobody can have overridden.
pub(super) fn native<'a>(rt: &Rt, value: &'a Value) -> Option<&'a Buffered> {
    match &value.downcast_ref::<Io>()?.part {
        Part::Buffered(b) if !rt.type_of(value).has(type_flags::HEAP) => Some(b),
        _ => None,
    }
}

fn raw(rt: &Rt, value: &Value) -> PyResult {
    this(rt, value)?.raw.get().ok_or_else(|| uninitialized(rt))
}

/// The raw stream's own answer.
fn ask(rt: &Rt, value: &Value, method: &str) -> PyResult {
    rt.call_method(&raw(rt, value)?, &rt.intern(method), &[])
}

/// The stream, found open.
fn open<'a>(rt: &Rt, value: &'a Value, doing: &str) -> PyResult<(&'a Buffered, Value)> {
    let this = this(rt, value)?;
    let raw = this.raw.get().ok_or_else(|| uninitialized(rt))?;
    if this.is_closed(rt)? {
        return Err(rt.value_error(format!("{doing} closed file")));
    }
    Ok((this, raw))
}

impl Buffered {
    pub fn is_closed(&self, rt: &Rt) -> PyResult<bool> {
        let raw = self.raw.get().ok_or_else(|| uninitialized(rt))?;
        match file::native(rt, &raw) {
            Some(file) => Ok(file.is_closed()),
            None => super::is_closed(rt, &raw),
        }
    }

    /// Raises if the class has no reading side.
    pub fn check_reads(&self, rt: &Rt) -> PyResult<()> {
        if self.reads {
            Ok(())
        } else {
            Err(unsupported(rt, "not readable"))
        }
    }

    fn forget_input(&self) {
        self.input.borrow_mut().clear();
        self.at.set(0);
    }

    fn ahead(&self) -> usize {
        self.input.borrow().len() - self.at.get()
    }

    /// Takes at most so many of the bytes read.
    fn take(&self, most: usize, into: &mut Vec<u8>) {
        let input = self.input.borrow();
        let start = self.at.get();
        let end = input.len().min(start.saturating_add(most));
        into.extend_from_slice(&input[start..end]);
        self.at.set(end);
    }

    /// Reads once into an empty buffer; `None` if it would block, else how many bytes came.
    fn fill(&self, rt: &Rt, raw: &Value) -> PyResult<Option<usize>> {
        let mut input = self.input.take();
        input.clear();
        self.at.set(0);
        let got = raw_read(rt, raw, &mut input, self.buffer_size.get());
        *self.input.borrow_mut() = input;
        got
    }

    /// Before reading or seeking: what was written goes out.
    fn settle(&self, rt: &Rt, raw: &Value) -> PyResult<()> {
        if self.writes && !self.output.borrow().is_empty() {
            self.write_out(rt, raw)?;
        }
        Ok(())
    }

    /// Before writing: the raw position is put where the reader thinks it is.
    fn unread(&self, rt: &Rt, raw: &Value) -> PyResult<()> {
        let ahead = if self.reads { self.ahead() } else { 0 };
        if ahead > 0 {
            raw_seek(rt, raw, -(ahead as i64), 1)?;
        }
        if self.reads {
            self.forget_input();
        }
        Ok(())
    }

    fn write_out(&self, rt: &Rt, raw: &Value) -> PyResult<()> {
        let output = self.output.take();
        let mut done = 0;
        let mut failure = None;
        while done < output.len() {
            match raw_write(rt, raw, &output[done..]) {
                Ok(Some(n)) => done += n,
                Ok(None) => {
                    failure = Some(blocked(rt, 0));
                    break;
                }
                Err(raised) => {
                    failure = Some(raised);
                    break;
                }
            }
            // A signal may be why only a part was written; the next part may wait for ever.
            if let Err(raised) = rt.attend() {
                failure = Some(raised);
                break;
            }
        }
        match failure {
            None => {
                // The room is used again.
                let mut output = output;
                output.clear();
                let mut place = self.output.borrow_mut();
                if place.is_empty() {
                    *place = output;
                }
                Ok(())
            }
            Some(raised) => {
                let mut left = output[done..].to_vec();
                left.append(&mut self.output.borrow_mut());
                *self.output.borrow_mut() = left;
                Err(raised)
            }
        }
    }
}

fn raw_read(rt: &Rt, raw: &Value, into: &mut Vec<u8>, most: usize) -> PyResult<Option<usize>> {
    if let Some(file) = file::native(rt, raw) {
        return file::read_more(rt, file, into, most);
    }
    let array = rt.bytearray(vec![0; most]);
    let got = rt.call_method(raw, &rt.intern("readinto"), &[array.as_value().clone()])?;
    if got.is_none() {
        return Ok(None);
    }
    let n = rt.index_i64(&got)?;
    let bytes = array.bytes.borrow();
    match usize::try_from(n).ok().and_then(|n| bytes.get(..n)) {
        Some(got) => {
            into.extend_from_slice(got);
            Ok(Some(got.len()))
        }
        None => Err(rt.os_error(format!(
            "raw readinto() returned invalid length {n} (should have been between 0 and {most})"
        ))),
    }
}

fn raw_write(rt: &Rt, raw: &Value, bytes: &[u8]) -> PyResult<Option<usize>> {
    if let Some(file) = file::native(rt, raw) {
        return file::write_some(rt, file, bytes);
    }
    let data = rt.bytes(bytes).into_value();
    let got = rt.call_method(raw, &rt.names.write, &[data])?;
    if got.is_none() {
        return Ok(None);
    }
    let n = rt.index_i64(&got)?;
    match usize::try_from(n) {
        Ok(n) if n <= bytes.len() => Ok(Some(n)),
        _ => Err(rt.os_error(format!(
            "raw write() returned invalid length {n} (should have been between 0 and {})",
            bytes.len()
        ))),
    }
}

fn raw_seek(rt: &Rt, raw: &Value, offset: i64, whence: i64) -> PyResult<i64> {
    if let Some(file) = file::native(rt, raw) {
        return file::position(rt, file, file::seek_from(rt, offset, whence)?);
    }
    let at = rt.call_method(raw, &rt.intern("seek"), &[rt.int(offset), rt.int(whence)])?;
    told(rt, &at)
}

fn raw_tell(rt: &Rt, raw: &Value) -> PyResult<i64> {
    if let Some(file) = file::native(rt, raw) {
        return file::position(rt, file, SeekFrom::Current(0));
    }
    let at = rt.call_method(raw, &rt.intern("tell"), &[])?;
    told(rt, &at)
}

fn told(rt: &Rt, at: &Value) -> PyResult<i64> {
    let at = rt.index_i64(at)?;
    if at < 0 {
        return Err(rt.os_error(format!("Raw stream returned invalid position {at}")));
    }
    Ok(at)
}

fn read(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("read", args, 0, 1)?;
    if let Some(v) = given.first().filter(|v| !v.is_none())
        && rt.type_of(v).slots.index.get().is_some()
        && rt.index_i64(v)? < -1
    {
        return Err(rt.value_error("read length must be non-negative or -1"));
    }
    let wanted = size(rt, given.first())?;
    rt.room_for_bytes(wanted.unwrap_or(0))?;
    Ok(read_bytes(rt, value, wanted)?.map_or(Value::NONE, |b| rt.bytes(&b).into_value()))
}

/// `read(n)`, or to the end; `None` if nothing can be had without waiting.
pub(super) fn read_bytes(
    rt: &Rt,
    value: &Value,
    wanted: Option<usize>,
) -> PyResult<Option<Vec<u8>>> {
    let (this, raw) = open(rt, value, "read of")?;
    this.settle(rt, &raw)?;
    let mut out = Vec::new();
    let Some(wanted) = wanted else {
        this.take(usize::MAX, &mut out);
        this.forget_input();
        if let Some(file) = file::native(rt, &raw) {
            file.for_reading(rt)?;
            return Ok(match file::read_rest(rt, file)? {
                Some(rest) if out.is_empty() => Some(rest),
                Some(rest) => {
                    out.extend_from_slice(&rest);
                    Some(out)
                }
                None => (!out.is_empty()).then_some(out),
            });
        }
        loop {
            match raw_read(rt, &raw, &mut out, super::BUFFER_SIZE)? {
                Some(0) => return Ok(Some(out)),
                Some(_) => (),
                None => return Ok((!out.is_empty()).then_some(out)),
            }
        }
    };
    this.take(wanted, &mut out);
    while out.len() < wanted {
        let left = wanted - out.len();
        // Whole buffers go straight to the caller.
        let got = if left >= this.buffer_size.get() {
            let whole = left - left % this.buffer_size.get();
            this.forget_input();
            raw_read(rt, &raw, &mut out, whole.min(1 << 26))?
        } else {
            let got = this.fill(rt, &raw)?;
            this.take(left, &mut out);
            got
        };
        match got {
            Some(0) => break,
            Some(_) => (),
            None => return Ok((!out.is_empty()).then_some(out)),
        }
    }
    Ok(Some(out))
}

/// At most so many bytes with at most one call of the raw stream.
pub(super) fn read_once(rt: &Rt, value: &Value, most: Option<usize>) -> PyResult<Vec<u8>> {
    let (this, raw) = open(rt, value, "read of")?;
    this.settle(rt, &raw)?;
    let most = most.unwrap_or(this.buffer_size.get());
    let mut out = Vec::new();
    if most > 0 && this.ahead() == 0 {
        this.fill(rt, &raw)?;
    }
    this.take(most, &mut out);
    Ok(out)
}

fn read1(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let most = size(rt, rt.positional("read1", args, 0, 1)?.first())?;
    Ok(rt.bytes(&read_once(rt, value, most)?).into_value())
}

fn peek(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    if let [most] = rt.positional("peek", args, 0, 1)? {
        rt.index_i64(most)?;
    }
    let (this, raw) = open(rt, value, "peek of")?;
    this.settle(rt, &raw)?;
    if this.ahead() == 0 {
        this.fill(rt, &raw)?;
    }
    let input = this.input.borrow();
    Ok(rt.bytes(&input[this.at.get()..]).into_value())
}

fn readinto(rt: &Rt, value: &Value, target: &Value, once: bool) -> PyResult {
    let Some(buffer) = rt.writable_buffer(target)? else {
        let name = rt.type_name(target);
        return Err(rt.type_error(format!(
            "readinto() argument must be read-write bytes-like object, not {name}"
        )));
    };
    let bytes = if once {
        Some(read_once(rt, value, Some(buffer.len()))?)
    } else {
        read_bytes(rt, value, Some(buffer.len()))?
    };
    Ok(match bytes {
        Some(bytes) => {
            buffer.write(0, &bytes);
            rt.int_from_usize(bytes.len())
        }
        None => Value::NONE,
    })
}

fn line(rt: &Rt, value: &Value, limit: Option<usize>) -> PyResult<Vec<u8>> {
    let (this, raw) = open(rt, value, "readline of")?;
    this.settle(rt, &raw)?;
    let mut out = Vec::new();
    while limit.is_none_or(|l| out.len() < l) {
        if this.ahead() == 0 && this.fill(rt, &raw)?.unwrap_or(0) == 0 {
            break;
        }
        let left = limit.map_or(usize::MAX, |l| l - out.len());
        let found = {
            let input = this.input.borrow();
            let ahead = &input[this.at.get()..];
            ahead.iter().position(|&b| b == b'\n').map(|i| i + 1)
        };
        this.take(found.unwrap_or(usize::MAX).min(left), &mut out);
        if out.last() == Some(&b'\n') {
            break;
        }
    }
    Ok(out)
}

fn readline(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let limit = size(rt, rt.positional("readline", args, 0, 1)?.first())?;
    Ok(rt.bytes(&line(rt, value, limit)?).into_value())
}

fn next(rt: &Rt, value: &Value) -> PyResult<Option<Value>> {
    if rt.type_of(value).has(type_flags::HEAP) {
        let line = rt.call_method(value, &rt.names.readline, &[])?;
        return Ok(if rt.len(&line)? == 0 {
            None
        } else {
            Some(line)
        });
    }
    let line = line(rt, value, None)?;
    Ok((!line.is_empty()).then(|| rt.bytes(&line).into_value()))
}

fn write(rt: &Rt, value: &Value, data: &Value) -> PyResult {
    let n = written(rt, data, |bytes| write_bytes(rt, value, bytes))??;
    Ok(rt.int_from_usize(n))
}

/// Takes bytes to be written (`_io_BufferedWriter_write_impl`).
pub(super) fn write_bytes(rt: &Rt, value: &Value, bytes: &[u8]) -> PyResult<usize> {
    let (this, raw) = open(rt, value, "write to")?;
    if !this.writes {
        return Err(unsupported(rt, "write"));
    }
    this.unread(rt, &raw)?;
    let room = this.buffer_size.get();
    if this.output.borrow().len() + bytes.len() <= room {
        this.output.borrow_mut().extend_from_slice(bytes);
        return Ok(bytes.len());
    }
    this.output.borrow_mut().extend_from_slice(bytes);
    if let Err(raised) = this.write_out(rt, &raw) {
        if raised.is(rt, &rt.types.blocking_io_error) {
            let mut output = this.output.borrow_mut();
            let over = output.len().saturating_sub(room);
            if over == 0 {
                return Ok(bytes.len());
            }
            output.truncate(room);
            return Err(blocked(rt, bytes.len().saturating_sub(over)));
        }
        return Err(raised);
    }
    Ok(bytes.len())
}

pub(super) fn flush(rt: &Rt, value: &Value) -> PyResult {
    let (this, raw) = open(rt, value, "flush of")?;
    if !this.writes {
        return rt.call_method(&raw, &rt.names.flush, &[]);
    }
    this.write_out(rt, &raw)?;
    this.unread(rt, &raw)?;
    if file::native(rt, &raw).is_some() {
        return Ok(Value::NONE);
    }
    rt.call_method(&raw, &rt.names.flush, &[])
}

fn tell(rt: &Rt, value: &Value) -> PyResult {
    let this = this(rt, value)?;
    let at = raw_tell(rt, &raw(rt, value)?)?;
    let at = at - this.ahead() as i64 + this.output.borrow().len() as i64;
    Ok(rt.int(at))
}

fn seek(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("seek", args, 1, 2)?;
    let whence = given.get(1).map_or(Ok(0), |w| rt.index_i64(w))?;
    if !(0..=4).contains(&whence) {
        return Err(rt.value_error(format!("whence value {whence} unsupported")));
    }
    let (this, raw) = open(rt, value, "seek of")?;
    super::base::check(rt, &raw, "seekable", "File or stream is not seekable.")?;
    let mut offset = rt.index_i64(&given[0])?;
    this.settle(rt, &raw)?;
    let ahead = this.ahead();
    if ahead > 0 {
        // Within what was read there is no need to ask.
        if whence <= 1 {
            let here = raw_tell(rt, &raw)?;
            let target = if whence == 0 {
                offset
            } else {
                here - ahead as i64 + offset
            };
            let start = here - this.input.borrow().len() as i64;
            if (start..=here).contains(&target) {
                this.at.set((target - start) as usize);
                return Ok(rt.int(target));
            }
        }
        if whence == 1 {
            offset -= ahead as i64;
        }
    }
    let at = raw_seek(rt, &raw, offset, whence)?;
    this.forget_input();
    Ok(rt.int(at))
}

fn truncate(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("truncate", args, 0, 1)?;
    let (this, raw) = open(rt, value, "truncate of")?;
    if !this.writes {
        return Err(unsupported(rt, "truncate"));
    }
    rt.call_method(value, &rt.names.flush, &[])?;
    let to = match given.first().filter(|v| !v.is_none()) {
        Some(to) => to.clone(),
        None => rt.int(raw_tell(rt, &raw)?),
    };
    rt.call_method(&raw, &rt.intern("truncate"), &[to])
}

fn close(rt: &Rt, value: &Value) -> PyResult {
    let this = part(rt, value)?;
    let Some(raw) = this.raw.get() else {
        return Ok(Value::NONE);
    };
    if super::is_closed(rt, &raw)? {
        return Ok(Value::NONE);
    }
    let flushed = rt.call_method(value, &rt.names.flush, &[]);
    let closed = rt.call_method(&raw, &rt.intern("close"), &[]);
    this.forget_input();
    this.output.borrow_mut().clear();
    both(rt, flushed, closed)
}

fn detach(rt: &Rt, value: &Value) -> PyResult {
    let this = this(rt, value)?;
    rt.call_method(value, &rt.names.flush, &[])?;
    this.detached.set(true);
    let raw = this.raw.get();
    this.raw.set(None);
    raw.ok_or_else(|| uninitialized(rt))
}

fn repr(rt: &Rt, value: &Value) -> PyResult {
    let class = rt.type_of(value).display_name();
    let text = match super::base::shown_name(rt, value)? {
        Some(name) => format!("<{class} name={name}>"),
        None => format!("<{class}>"),
    };
    Ok(rt.str(&text).into_value())
}

/// The bytes that a method of another stream gave.
pub(super) fn bytes_of(rt: &Rt, value: &Value, what: &str) -> PyResult<Vec<u8>> {
    with_bytes(value, <[u8]>::to_vec).ok_or_else(|| {
        let name = rt.type_name(value);
        rt.type_error(format!(
            "{what} should have returned a bytes-like object, not '{name}'"
        ))
    })
}
