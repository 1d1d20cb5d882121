//! Reading of `TextIOWrapper`, and its positions.

use super::newlines;
use super::text::{Codec, Text, flush, open, this};
use super::{buffered, size, unsupported};
use hognose_object::codecs;
use hognose_object::tuple::{Tuple, TupleExt};
use hognose_object::{Args, PyResult, Ref, Rt, Str, StrExt, Value, type_flags};
use num_bigint::BigInt;
use num_traits::ToPrimitive;

/// Text of a decoder object.
fn text_of(rt: &Rt, value: Value) -> PyResult<Ref<Str>> {
    Ref::try_from(value).map_err(|other: Value| {
        let name = rt.type_name(&other);
        rt.type_error(format!(
            "decoder should return a string result, not '{name}'"
        ))
    })
}

impl Text {
    /// Decodes bytes after those left over; what cannot be decoded yet is left for the next time.
    fn decode(&self, rt: &Rt, bytes: &[u8], last: bool) -> PyResult<Ref<Str>> {
        if self.codec.get() == Codec::Other {
            let Some(decoder) = self.decoder.get() else {
                return Err(unsupported(rt, "not readable"));
            };
            let input = rt.bytes(bytes).into_value();
            let made =
                rt.call_method(&decoder, &rt.intern("decode"), &[input, Value::bool(last)])?;
            *self.chunk.borrow_mut() = bytes.to_vec();
            return text_of(rt, made);
        }
        let mut data = self.undecoded.take();
        data.extend_from_slice(bytes);
        let made = self.decode_native(rt, &data, last);
        let (text, used) = made?;
        *self.undecoded.borrow_mut() = data[used..].to_vec();
        *self.chunk.borrow_mut() = data;
        Ok(text)
    }

    fn decode_native(&self, rt: &Rt, data: &[u8], last: bool) -> PyResult<(Ref<Str>, usize)> {
        let handler = self.handler.borrow().clone();
        let (mut text, mut used) = match self.codec.get() {
            Codec::Latin1 => codecs::latin1_decode(rt, data),
            Codec::Ascii => codecs::ascii_decode(rt, data, &handler)?,
            Codec::Utf8 | Codec::Other => codecs::utf8_decode(rt, data, &handler, last)?,
        };
        let (universal, translate) = {
            let mode = self.mode.borrow();
            (mode.universal, mode.translate)
        };
        if universal {
            let n = text.char_count();
            // Whether it is half of a line end shows with the next byte.
            if !last && n > 0 && text.code_at(n - 1) == 0x0d && used > 0 {
                text = rt.str_slice(&text, 0, n - 1);
                used -= 1;
            }
            text = newlines::translate(rt, text, &self.seen, translate);
        }
        Ok((text, used))
    }

    /// Reads and decodes a chunk; false at the end (`textiowrapper_read_chunk`).
    fn read_chunk(&self, rt: &Rt, buffer: &Value) -> PyResult<bool> {
        if let (Codec::Other, Some(decoder)) = (self.codec.get(), self.decoder.get())
            && self.telling.get()
        {
            let state = rt.call_method(&decoder, &rt.intern("getstate"), &[])?;
            let (held, flags) = parts(rt, &state)?;
            *self.undecoded.borrow_mut() = held;
            self.snapshot.set(flags);
        }
        let most = self.chunk_size.get();
        let bytes = if let Some(native) = buffered::native(rt, buffer) {
            native.check_reads(rt)?;
            buffered::read_once(rt, buffer, Some(most))?
        } else {
            let most = [rt.int_from_usize(most)];
            let name = match rt.getattr_opt(buffer, &rt.intern("read1"))? {
                Some(_) => "read1",
                None => "read",
            };
            let got = rt.call_method(buffer, &rt.intern(name), &most)?;
            buffered::bytes_of(rt, &got, &format!("underlying {name}()"))?
        };
        let text = self.decode(rt, &bytes, bytes.is_empty())?;
        let more = !bytes.is_empty() || text.char_count() > 0;
        self.decoded.set(Some(text.into_value()));
        self.at.set(0);
        Ok(more)
    }

    fn text(&self) -> Option<Ref<Str>> {
        self.decoded.get().and_then(|v| Ref::try_from(v).ok())
    }

    /// Takes at most so many of the characters decoded.
    fn take(&self, rt: &Rt, most: usize) -> Ref<Str> {
        let Some(text) = self.text() else {
            return rt.names.empty.clone();
        };
        let (start, len) = (self.at.get(), text.char_count());
        let end = len.min(start.saturating_add(most));
        self.at.set(end);
        if start == 0 && end == len {
            return text;
        }
        rt.str_slice(&text, start, end)
    }
}

/// A decoder's state: bytes held back, and flags.
fn parts(rt: &Rt, state: &Value) -> PyResult<(Vec<u8>, i64)> {
    let items = state.downcast_ref::<Tuple>().map(|t| t.to_vec());
    match items.as_deref() {
        Some([bytes, flags]) => Ok((rt.bytes_like(bytes)?, rt.index_i64(flags)?)),
        _ => Err(rt.type_error("illegal decoder state")),
    }
}

pub(super) fn read(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("read", args, 0, 1)?;
    let wanted = size(rt, given.first())?;
    let (this, buffer) = open(rt, value)?;
    if this.codec.get() == Codec::Other && this.decoder.is_empty() {
        return Err(unsupported(rt, "not readable"));
    }
    this.write_out(rt)?;
    let Some(wanted) = wanted else {
        let bytes = match buffered::native(rt, &buffer) {
            Some(native) => {
                native.check_reads(rt)?;
                buffered::read_bytes(rt, &buffer, None)?.unwrap_or_default()
            }
            None => {
                let got = rt.call_method(&buffer, &rt.names.read, &[])?;
                buffered::bytes_of(rt, &got, "underlying read()")?
            }
        };
        let rest = this.decode(rt, &bytes, true)?;
        let first = this.take(rt, usize::MAX);
        this.forget();
        // Later changes of encoding are refused, as something was read.
        this.decoded.set(Some(rt.names.empty.as_value().clone()));
        return Ok(if first.char_count() == 0 {
            rest.into_value()
        } else {
            rt.str_concat(&first, &rest).into_value()
        });
    };
    let mut out = this.take(rt, wanted);
    while out.char_count() < wanted && this.read_chunk(rt, &buffer)? {
        let more = this.take(rt, wanted - out.char_count());
        out = rt.str_concat(&out, &more);
    }
    Ok(out.into_value())
}

pub(super) fn readline(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("readline", args, 0, 1)?;
    let limit = size(rt, given.first())?;
    Ok(line(rt, value, limit)?.into_value())
}

fn line(rt: &Rt, value: &Value, limit: Option<usize>) -> PyResult<Ref<Str>> {
    let (this, buffer) = open(rt, value)?;
    this.write_out(rt)?;
    let limit = limit.unwrap_or(usize::MAX);
    let mut out: Option<Ref<Str>> = None;
    loop {
        let have = out.as_ref().map_or(0, |t| t.char_count());
        if have >= limit {
            break;
        }
        let text = match this.text() {
            Some(text) if this.at.get() < text.char_count() => text,
            _ => {
                if !this.read_chunk(rt, &buffer)? {
                    break;
                }
                continue;
            }
        };
        let start = this.at.get();
        let found = this.mode.borrow().ends.find(&text, start);
        // A line end of two characters may stand across two chunks.
        let found = match (&out, found) {
            (Some(before), _) if this.crosses(before, &text, start) => Some(start + 1),
            (_, found) => found,
        };
        let ended = found.is_some_and(|end| end - start <= limit - have);
        let taken = this.take(
            rt,
            found.map_or(usize::MAX, |e| e - start).min(limit - have),
        );
        out = Some(match out {
            Some(before) => rt.str_concat(&before, &taken),
            None => taken,
        });
        if ended {
            break;
        }
    }
    Ok(out.unwrap_or_else(|| rt.names.empty.clone()))
}

impl Text {
    /// Whether a `\r\n` that ends lines begins in one chunk and ends in the next.
    fn crosses(&self, before: &Str, text: &Str, start: usize) -> bool {
        let mode = self.mode.borrow();
        let two = matches!(&mode.ends, newlines::Ends::Text(end) if end.len() == 2);
        let n = before.char_count();
        two && n > 0 && before.code_at(n - 1) == 0x0d && text.code_at(start) == 0x0a
    }
}

pub(super) fn next(rt: &Rt, value: &Value) -> PyResult<Option<Value>> {
    let this = this(rt, value)?;
    this.telling.set(false);
    let line = if rt.type_of(value).has(type_flags::HEAP) {
        rt.call_method(value, &rt.names.readline, &[])?
    } else {
        line(rt, value, None)?.into_value()
    };
    if rt.len(&line)? > 0 {
        return Ok(Some(line));
    }
    this.telling.set(this.seekable.get());
    Ok(None)
}

/// The position as a number: the byte, and above it the decoder's flags (`_io_TextIOWrapper_tell_impl`).
pub(super) fn tell(rt: &Rt, value: &Value) -> PyResult {
    let (this, buffer) = open(rt, value)?;
    if !this.seekable.get() {
        return Err(unsupported(rt, "underlying stream is not seekable"));
    }
    if !this.telling.get() {
        return Err(rt.os_error("telling position disabled by next() call"));
    }
    flush(rt, value)?;
    let at = rt.call_method(&buffer, &rt.intern("tell"), &[])?;
    let at = rt.index_i64(&at)?;
    let Some(text) = this.text() else {
        return Ok(rt.int(at - this.undecoded.borrow().len() as i64));
    };
    if this.codec.get() == Codec::Other {
        return tell_by_decoder(rt, this, at);
    }
    let chunk = this.chunk.borrow().clone();
    let decoded_bytes = chunk.len() - this.undecoded.borrow().len();
    let start = at - chunk.len() as i64;
    let used = this.at.get();
    if used == text.char_count() {
        return Ok(rt.int(start + decoded_bytes as i64));
    }
    let plain = chunk.is_ascii() && !chunk.contains(&b'\r');
    if plain || used == 0 {
        return Ok(rt.int(start + used as i64));
    }
    // More bytes never make fewer characters: the place is found by halving.
    let count = |n: usize| -> PyResult<usize> {
        Ok(this.decode_native(rt, &chunk[..n], false)?.0.char_count())
    };
    let (mut low, mut high) = (0, decoded_bytes);
    while low < high {
        let middle = (low + high) / 2;
        if count(middle)? >= used {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    // A lone carriage return shows only with the byte after it.
    let over = usize::from(count(low)? > used);
    Ok(rt.int(start + (low - over) as i64))
}

fn tell_by_decoder(rt: &Rt, this: &Text, at: i64) -> PyResult {
    let Some(decoder) = this.decoder.get() else {
        return Ok(rt.int(at));
    };
    let (get, set) = (rt.intern("getstate"), rt.intern("setstate"));
    let saved = rt.call_method(&decoder, &get, &[])?;
    let mut data = this.undecoded.borrow().clone();
    data.extend_from_slice(&this.chunk.borrow());
    let start = at - data.len() as i64;
    let state = |flags: i64| {
        rt.tuple([rt.bytes(b"").into_value(), rt.int(flags)])
            .into_value()
    };
    rt.call_method(&decoder, &set, &[state(this.snapshot.get())])?;
    let (mut chars, mut fed, mut safe) = (0, 0, (0, this.snapshot.get()));
    while fed < data.len() && (chars < this.at.get() || safe.0 != fed) {
        let byte = rt.bytes(&data[fed..=fed]).into_value();
        let text = rt.call_method(&decoder, &rt.intern("decode"), &[byte])?;
        chars += rt.len(&text)?;
        fed += 1;
        let (held, flags) = parts(rt, &rt.call_method(&decoder, &get, &[])?)?;
        if chars > this.at.get() {
            break;
        }
        if held.is_empty() {
            safe = (fed, flags);
        }
    }
    rt.call_method(&decoder, &set, &[saved])?;
    let at = BigInt::from(start + safe.0 as i64) + (BigInt::from(safe.1) << 64);
    Ok(rt.big_int(at))
}

pub(super) fn seek(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("seek", args, 1, 2)?;
    let (this, buffer) = open(rt, value)?;
    let whence = given.get(1).map_or(Ok(0), |w| rt.index_i64(w))?;
    if !this.seekable.get() {
        return Err(unsupported(rt, "underlying stream is not seekable"));
    }
    let cookie = rt.index(&given[0])?;
    let cookie = rt.as_int(&cookie).map(|i| i.to_big()).unwrap_or_default();
    let zero = cookie == BigInt::from(0);
    let cookie = match whence {
        1 if !zero => return Err(unsupported(rt, "can't do nonzero cur-relative seeks")),
        2 if !zero => return Err(unsupported(rt, "can't do nonzero end-relative seeks")),
        1 => {
            let here = rt.call_method(value, &rt.intern("tell"), &[])?;
            rt.as_int(&here).map(|i| i.to_big()).unwrap_or_default()
        }
        2 => {
            flush(rt, value)?;
            this.forget();
            reset(rt, this, None)?;
            return rt.call_method(&buffer, &rt.intern("seek"), &[rt.int(0), rt.int(2)]);
        }
        0 => cookie,
        _ => {
            return Err(rt.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)")));
        }
    };
    if cookie < BigInt::from(0) {
        return Err(rt.value_error(format!("negative seek position {cookie}")));
    }
    flush(rt, value)?;
    let mask = (BigInt::from(1) << 64) - 1;
    let at = (&cookie & &mask).to_i64().unwrap_or(i64::MAX);
    let flags = (&cookie >> 64u32).to_i64().unwrap_or(0);
    rt.call_method(&buffer, &rt.intern("seek"), &[rt.int(at)])?;
    this.forget();
    reset(rt, this, (at != 0 || flags != 0).then_some((at, flags)))?;
    Ok(rt.big_int(cookie))
}

/// Puts codec objects into the state that belongs to a position; no position is the start.
fn reset(rt: &Rt, this: &Text, at: Option<(i64, i64)>) -> PyResult<()> {
    if let Some(decoder) = this.decoder.get() {
        match at {
            None => rt.call_method(&decoder, &rt.intern("reset"), &[])?,
            Some((_, flags)) => {
                let state = rt.tuple([rt.bytes(b"").into_value(), rt.int(flags)]);
                rt.call_method(&decoder, &rt.intern("setstate"), &[state.into_value()])?
            }
        };
    }
    if let Some(encoder) = this.encoder.get() {
        match at {
            None | Some((0, _)) => rt.call_method(&encoder, &rt.intern("reset"), &[])?,
            Some(_) => rt.call_method(&encoder, &rt.intern("setstate"), &[rt.int(0)])?,
        };
    }
    Ok(())
}
