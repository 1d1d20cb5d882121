//! `TextIOWrapper`: text over a stream of bytes (`Modules/_io/textio.c`); reading stands in `text_read`.

use super::base::both;
use super::newlines::{self, Mode, Seen};
use super::{
    Io, Part, alloc, buffered, closed_file, spec, state, text_read, uninitialized, unsupported,
};
use hognose_heap::ValueCell;
use hognose_object::codecs::{self, Handler};
use hognose_object::{
    Args, Call, GetSetDef, NativeDef, PyResult, Ref, Rt, Signature, Slots, Str, StrExt, TypeSpec,
    Value,
};
use std::cell::{Cell, RefCell};

/// The encodings that need no codec object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Codec {
    Utf8,
    Latin1,
    Ascii,
    Other,
}

/// The payload of `TextIOWrapper`.
pub(super) struct Text {
    pub buffer: ValueCell,
    pub encoding: ValueCell,
    pub errors: ValueCell,
    pub encoder: ValueCell,
    pub decoder: ValueCell,
    pub codec: Cell<Codec>,
    pub handler: RefCell<Handler>,
    pub mode: RefCell<Mode>,
    pub seen: Seen,
    line_buffering: Cell<bool>,
    write_through: Cell<bool>,
    detached: Cell<bool>,
    writes: Cell<bool>,
    pub seekable: Cell<bool>,
    pub chunk_size: Cell<usize>,
    /// Encoded text that the buffer has not got yet.
    pending: RefCell<Vec<u8>>,
    /// Text read; characters before `at` are used up.
    pub decoded: ValueCell,
    pub at: Cell<usize>,
    /// The bytes that `decoded` was made of, and the ones left for the next time.
    pub chunk: RefCell<Vec<u8>>,
    pub undecoded: RefCell<Vec<u8>>,
    /// The decoder object's state before `chunk`.
    pub snapshot: Cell<i64>,
    /// Whether `tell` is allowed: not while iterating.
    pub telling: Cell<bool>,
}

pub(super) static TEXT_IO_WRAPPER: TypeSpec = TypeSpec {
    slots: Slots {
        new: Some(|rt, ty, _| Ok(alloc(rt, ty, Part::Text(Box::new(Text::unopened(rt)?))))),
        init: Some(init),
        repr: Some(repr),
        next: Some(text_read::next),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new("read", "($self, size=-1, /)", Call::Many(text_read::read)),
        NativeDef::new(
            "readline",
            "($self, size=-1, /)",
            Call::Many(text_read::readline),
        ),
        NativeDef::new("write", "($self, text, /)", Call::One(write)),
        NativeDef::new("flush", "($self, /)", Call::Zero(flush)),
        NativeDef::new("close", "($self, /)", Call::Zero(close)),
        NativeDef::new("detach", "($self, /)", Call::Zero(detach)),
        NativeDef::new("reconfigure", "", Call::Many(reconfigure)),
        NativeDef::new(
            "seek",
            "($self, cookie, whence=0, /)",
            Call::Many(text_read::seek),
        ),
        NativeDef::new("tell", "($self, /)", Call::Zero(text_read::tell)),
        NativeDef::new("truncate", "($self, pos=None, /)", Call::Many(truncate)),
        NativeDef::new(
            "fileno",
            "($self, /)",
            Call::Zero(|rt, v| ask(rt, v, "fileno")),
        ),
        NativeDef::new(
            "isatty",
            "($self, /)",
            Call::Zero(|rt, v| ask(rt, v, "isatty")),
        ),
        NativeDef::new(
            "seekable",
            "($self, /)",
            Call::Zero(|rt, v| ask(rt, v, "seekable")),
        ),
        NativeDef::new(
            "readable",
            "($self, /)",
            Call::Zero(|rt, v| ask(rt, v, "readable")),
        ),
        NativeDef::new(
            "writable",
            "($self, /)",
            Call::Zero(|rt, v| ask(rt, v, "writable")),
        ),
    ],
    getset: &[
        GetSetDef::read("buffer", |rt, v| this(rt, v)?.buffer(rt)),
        GetSetDef::read("encoding", |rt, v| {
            Ok(part(rt, v)?.encoding.get().unwrap_or(Value::NONE))
        }),
        GetSetDef::read("errors", |rt, v| {
            Ok(part(rt, v)?.errors.get().unwrap_or(Value::NONE))
        }),
        GetSetDef::read("newlines", |rt, v| {
            let this = this(rt, v)?;
            match this.decoder.get() {
                Some(decoder) if this.codec.get() == Codec::Other => Ok(rt
                    .getattr_opt(&decoder, &rt.intern("newlines"))?
                    .unwrap_or(Value::NONE)),
                _ => Ok(this.seen.value(rt)),
            }
        }),
        GetSetDef::read("line_buffering", |rt, v| {
            Ok(Value::bool(this(rt, v)?.line_buffering.get()))
        }),
        GetSetDef::read("write_through", |rt, v| {
            Ok(Value::bool(this(rt, v)?.write_through.get()))
        }),
        GetSetDef::read("name", |rt, v| {
            rt.getattr(&this(rt, v)?.buffer(rt)?, &rt.names.name)
        }),
        GetSetDef::read("closed", |rt, v| {
            rt.getattr_str(&this(rt, v)?.buffer(rt)?, "closed")
        }),
        GetSetDef::read_write(
            "_CHUNK_SIZE",
            |rt, v| Ok(rt.int_from_usize(this(rt, v)?.chunk_size.get())),
            |rt, v, n| {
                let n = n.map_or(Ok(0), |n| rt.index_i64(n))?;
                if n <= 0 {
                    return Err(rt.value_error("a strictly positive integer is required"));
                }
                this(rt, v)?.chunk_size.set(n as usize);
                Ok(())
            },
        ),
    ],
    ..spec("_io.TextIOWrapper")
};

impl Text {
    fn unopened(rt: &Rt) -> PyResult<Text> {
        Ok(Text {
            buffer: ValueCell::empty(),
            encoding: ValueCell::empty(),
            errors: ValueCell::empty(),
            encoder: ValueCell::empty(),
            decoder: ValueCell::empty(),
            codec: Cell::new(Codec::Utf8),
            handler: RefCell::new(Handler::Strict),
            mode: RefCell::new(newlines::mode(rt, None)?),
            seen: Seen::default(),
            line_buffering: Cell::new(false),
            write_through: Cell::new(false),
            detached: Cell::new(false),
            writes: Cell::new(false),
            seekable: Cell::new(false),
            chunk_size: Cell::new(super::BUFFER_SIZE),
            pending: RefCell::default(),
            decoded: ValueCell::empty(),
            at: Cell::new(0),
            chunk: RefCell::default(),
            undecoded: RefCell::default(),
            snapshot: Cell::new(0),
            telling: Cell::new(true),
        })
    }

    pub fn edges(&self) -> [&ValueCell; 6] {
        [
            &self.buffer,
            &self.encoding,
            &self.errors,
            &self.encoder,
            &self.decoder,
            &self.decoded,
        ]
    }

    pub fn buffer(&self, rt: &Rt) -> PyResult {
        self.buffer.get().ok_or_else(|| uninitialized(rt))
    }

    /// Sets the encoding and makes what encodes and decodes.
    fn set_codec(&self, rt: &Rt, encoding: &Ref<Str>, errors: &Ref<Str>) -> PyResult<()> {
        let name = encoding
            .to_str()
            .to_ascii_lowercase()
            .replace(['_', ' '], "-");
        let codec = match &*name {
            "utf-8" | "utf8" => Codec::Utf8,
            "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" => Codec::Latin1,
            "ascii" | "us-ascii" => Codec::Ascii,
            _ => Codec::Other,
        };
        *self.handler.borrow_mut() = Handler::named(rt, Some(errors));
        self.encoding.set(Some(encoding.as_value().clone()));
        self.errors.set(Some(errors.as_value().clone()));
        self.codec.set(codec);
        self.encoder.set(None);
        self.decoder.set(None);
        if codec != Codec::Other {
            return Ok(());
        }
        let info = rt.codec_lookup(&encoding.to_str())?;
        let is_text = rt.getattr_opt(&info, &rt.intern("_is_text_encoding"))?;
        if let Some(flag) = is_text
            && !rt.truth(&flag)?
        {
            return Err(rt.lookup_error(format!(
                "'{}' is not a text encoding; use codecs.open() to handle arbitrary codecs",
                encoding.to_str()
            )));
        }
        let buffer = self.buffer(rt)?;
        let says = |method: &str| -> PyResult<bool> {
            let answer = rt.call_method(&buffer, &rt.intern(method), &[])?;
            rt.truth(&answer)
        };
        let errors = errors.as_value();
        if says("readable")? {
            let make = rt.getattr_str(&info, "incrementaldecoder")?;
            let mut decoder = rt.call(&make, std::slice::from_ref(errors))?;
            let (universal, translate) = {
                let mode = self.mode.borrow();
                (mode.universal, mode.translate)
            };
            if universal {
                let class = state(rt)?.newlines.clone();
                decoder = rt.call(class.as_value(), &[decoder, Value::bool(translate)])?;
            }
            self.decoder.set(Some(decoder));
        }
        if says("writable")? {
            let make = rt.getattr_str(&info, "incrementalencoder")?;
            self.encoder
                .set(Some(rt.call(&make, std::slice::from_ref(errors))?));
        }
        Ok(())
    }

    fn encode(&self, rt: &Rt, text: &Ref<Str>) -> PyResult<Vec<u8>> {
        let handler = self.handler.borrow().clone();
        match self.codec.get() {
            Codec::Utf8 => codecs::utf8_encode(rt, text, &handler),
            Codec::Latin1 => codecs::latin1_encode(rt, text, &handler),
            Codec::Ascii => codecs::ascii_encode(rt, text, &handler),
            Codec::Other => {
                let Some(encoder) = self.encoder.get() else {
                    return Err(unsupported(rt, "not writable"));
                };
                let made =
                    rt.call_method(&encoder, &rt.intern("encode"), &[text.as_value().clone()])?;
                buffered::bytes_of(rt, &made, "encoder")
            }
        }
    }

    /// Gives the buffer what is pending.
    pub fn write_out(&self, rt: &Rt) -> PyResult<()> {
        if self.pending.borrow().is_empty() {
            return Ok(());
        }
        let buffer = self.buffer(rt)?;
        let bytes = self.pending.take();
        if buffered::native(rt, &buffer).is_some() {
            buffered::write_bytes(rt, &buffer, &bytes)?;
            let mut bytes = bytes;
            bytes.clear();
            let mut place = self.pending.borrow_mut();
            if place.is_empty() {
                *place = bytes;
            }
            return Ok(());
        }
        let data = rt.bytes(&bytes).into_value();
        rt.call_method(&buffer, &rt.names.write, &[data])
            .map(|_| ())
    }

    /// Forgets what was read ahead.
    pub fn forget(&self) {
        self.decoded.set(None);
        self.at.set(0);
        self.chunk.borrow_mut().clear();
        self.undecoded.borrow_mut().clear();
    }
}

fn part<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Text> {
    match value.downcast_ref::<Io>().map(|io| &io.part) {
        Some(Part::Text(text)) => Ok(text),
        _ => Err(rt.type_error("a TextIOWrapper was expected")),
    }
}

pub(super) fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Text> {
    let this = part(rt, value)?;
    if this.buffer.is_empty() {
        return Err(if this.detached.get() {
            rt.value_error("underlying buffer has been detached")
        } else {
            uninitialized(rt)
        });
    }
    Ok(this)
}

/// The stream, found open.
pub(super) fn open<'a>(rt: &Rt, value: &'a Value) -> PyResult<(&'a Text, Value)> {
    let this = this(rt, value)?;
    let buffer = this.buffer(rt)?;
    let closed = match buffered::native(rt, &buffer) {
        Some(native) => native.is_closed(rt)?,
        None => super::is_closed(rt, &buffer)?,
    };
    if closed {
        return Err(closed_file(rt));
    }
    Ok((this, buffer))
}

fn ask(rt: &Rt, value: &Value, method: &str) -> PyResult {
    rt.call_method(&this(rt, value)?.buffer(rt)?, &rt.intern(method), &[])
}

fn text_or_none<'a>(
    rt: &Rt,
    value: Option<&'a Value>,
    name: &str,
) -> PyResult<Option<&'a Ref<Str>>> {
    match value {
        None => Ok(None),
        Some(v) if v.is_none() => Ok(None),
        Some(v) => v.downcast::<Str>().map(Some).ok_or_else(|| {
            let given = rt.type_name(v);
            rt.type_error(format!(
                "TextIOWrapper() argument '{name}' must be str or None, not {given}"
            ))
        }),
    }
}

fn init(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature = Signature {
        function: "TextIOWrapper",
        params: &[
            "buffer",
            "encoding",
            "errors",
            "newline",
            "line_buffering",
            "write_through",
        ],
        positional_only: 0,
        positional: 6,
        required: 1,
    };
    let [buffer, encoding, errors, newline, lines, through] = rt.bind(&SIGNATURE, args)?;
    let this = part(rt, value)?;
    *this.mode.borrow_mut() = newlines::mode(rt, newline)?;
    let encoding = match text_or_none(rt, encoding, "encoding")? {
        Some(given) if !given.is_text("locale") => given.clone(),
        _ => rt.str("UTF-8"),
    };
    let errors = match text_or_none(rt, errors, "errors")? {
        Some(given) => given.clone(),
        None => rt.str("strict"),
    };
    this.buffer.set(buffer.cloned());
    this.detached.set(false);
    this.forget();
    this.pending.borrow_mut().clear();
    this.seen.clear();
    this.line_buffering
        .set(lines.map_or(Ok(false), |v| rt.truth(v))?);
    this.write_through
        .set(through.map_or(Ok(false), |v| rt.truth(v))?);
    let made = set_up(rt, this, &encoding, &errors);
    if made.is_err() {
        this.buffer.set(None);
        return made;
    }
    super::remember(rt, value)
}

fn set_up(rt: &Rt, this: &Text, encoding: &Ref<Str>, errors: &Ref<Str>) -> PyResult<()> {
    this.set_codec(rt, encoding, errors)?;
    let buffer = this.buffer(rt)?;
    let writable = rt.call_method(&buffer, &rt.intern("writable"), &[])?;
    this.writes.set(rt.truth(&writable)?);
    let seekable = rt.call_method(&buffer, &rt.intern("seekable"), &[])?;
    let seekable = rt.truth(&seekable)?;
    this.seekable.set(seekable);
    this.telling.set(seekable);
    if let Some(encoder) = this.encoder.get()
        && seekable
    {
        // No byte order mark in the middle of a file.
        let at = rt.call_method(&buffer, &rt.intern("tell"), &[])?;
        if rt.index_i64(&at)? != 0 {
            rt.call_method(&encoder, &rt.intern("setstate"), &[rt.int(0)])?;
        }
    }
    Ok(())
}

fn write(rt: &Rt, value: &Value, text: &Value) -> PyResult {
    let Some(text) = text.downcast::<Str>() else {
        let name = rt.type_name(text);
        return Err(rt.type_error(format!("write() argument must be str, not {name}")));
    };
    let (this, buffer) = open(rt, value)?;
    if !this.writes.get() {
        return Err(unsupported(rt, "not writable"));
    }
    let written = this.mode.borrow().written;
    let chars = text.char_count();
    let plain = text
        .as_ascii()
        .filter(|_| this.codec.get() != Codec::Other && written.is_none());
    let mut breaks = false;
    match plain {
        Some(ascii) => {
            breaks = this.line_buffering.get() && ascii.contains(['\n', '\r']);
            this.pending
                .borrow_mut()
                .extend_from_slice(ascii.as_bytes());
        }
        None => {
            if this.line_buffering.get() {
                breaks = text.codes().any(|c| matches!(c, 0x0a | 0x0d));
            }
            let translated = match written {
                Some(end) if text.codes().any(|c| c == 0x0a) => {
                    let mut out = Vec::with_capacity(chars + 8);
                    for code in text.codes() {
                        if code == 0x0a {
                            out.extend(end.chars().map(u32::from));
                        } else {
                            out.push(code);
                        }
                    }
                    rt.str_codes(&out)
                }
                _ => text.clone(),
            };
            let bytes = this.encode(rt, &translated)?;
            this.pending.borrow_mut().extend_from_slice(&bytes);
        }
    }
    let full = this.pending.borrow().len() > this.chunk_size.get();
    if full || breaks || this.write_through.get() {
        this.write_out(rt)?;
    }
    if breaks {
        if buffered::native(rt, &buffer).is_some() {
            buffered::flush(rt, &buffer)?;
        } else {
            rt.call_method(&buffer, &rt.names.flush, &[])?;
        }
    }
    if !this.decoded.is_empty() {
        this.forget();
        if let Some(decoder) = this.decoder.get() {
            rt.call_method(&decoder, &rt.intern("reset"), &[])?;
        }
    }
    Ok(rt.int_from_usize(chars))
}

pub(super) fn flush(rt: &Rt, value: &Value) -> PyResult {
    let (this, buffer) = open(rt, value)?;
    this.telling.set(this.seekable.get());
    this.write_out(rt)?;
    rt.call_method(&buffer, &rt.names.flush, &[])
}

fn close(rt: &Rt, value: &Value) -> PyResult {
    let this = this(rt, value)?;
    let buffer = this.buffer(rt)?;
    if super::is_closed(rt, &buffer)? {
        return Ok(Value::NONE);
    }
    let flushed = rt.call_method(value, &rt.names.flush, &[]);
    let closed = rt.call_method(&buffer, &rt.intern("close"), &[]);
    both(rt, flushed, closed)
}

fn detach(rt: &Rt, value: &Value) -> PyResult {
    let this = this(rt, value)?;
    rt.call_method(value, &rt.names.flush, &[])?;
    let buffer = this.buffer(rt)?;
    this.buffer.set(None);
    this.detached.set(true);
    Ok(buffer)
}

fn truncate(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("truncate", args, 0, 1)?;
    rt.call_method(value, &rt.names.flush, &[])?;
    rt.call_method(&this(rt, value)?.buffer(rt)?, &rt.intern("truncate"), given)
}

fn reconfigure(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "reconfigure",
        params: &[
            "encoding",
            "errors",
            "newline",
            "line_buffering",
            "write_through",
        ],
        positional_only: 0,
        positional: 0,
        required: 0,
    };
    let [encoding, errors, newline, lines, through] = rt.bind(&SIGNATURE, args)?;
    let this = this(rt, value)?;
    let encoding = text_or_none(rt, encoding, "encoding")?;
    let errors = text_or_none(rt, errors, "errors")?;
    let changes = encoding.is_some() || errors.is_some() || newline.is_some();
    if changes && !this.decoded.is_empty() {
        return Err(unsupported(
            rt,
            "It is not possible to set the encoding or newline of stream after the first read",
        ));
    }
    rt.call_method(value, &rt.names.flush, &[])?;
    if changes {
        if newline.is_some() {
            *this.mode.borrow_mut() = newlines::mode(rt, newline)?;
        }
        let own = |cell: &ValueCell| cell.get().and_then(|v| Ref::<Str>::try_from(v).ok());
        let default = || rt.str("strict");
        let errors = match (errors, encoding) {
            (Some(errors), _) => errors.clone(),
            (None, Some(_)) => default(),
            (None, None) => own(&this.errors).unwrap_or_else(default),
        };
        let encoding = match encoding {
            Some(e) if !e.is_text("locale") => e.clone(),
            Some(_) => rt.str("UTF-8"),
            None => own(&this.encoding).unwrap_or_else(|| rt.str("UTF-8")),
        };
        this.set_codec(rt, &encoding, &errors)?;
    }
    for (cell, given) in [
        (&this.line_buffering, lines),
        (&this.write_through, through),
    ] {
        if let Some(v) = given.filter(|v| !v.is_none()) {
            cell.set(rt.truth(v)?);
        }
    }
    Ok(Value::NONE)
}

fn repr(rt: &Rt, value: &Value) -> PyResult {
    let this = this(rt, value)?;
    let mut out = "<_io.TextIOWrapper".to_owned();
    if let Some(name) = super::base::shown_name(rt, value)? {
        out.push_str(&format!(" name={name}"));
    }
    if let Some(mode) = rt.getattr_opt(value, &rt.intern("mode"))? {
        out.push_str(&format!(" mode={}", rt.repr(&mode)?.to_str()));
    }
    let encoding = this.encoding.get().unwrap_or(Value::NONE);
    out.push_str(&format!(" encoding={}>", rt.repr(&encoding)?.to_str()));
    Ok(rt.str(&out).into_value())
}
