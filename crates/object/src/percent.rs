//! `%` formatting of `str`, `bytes` and `bytearray` (`PyUnicode_Format`, `_PyBytes_FormatEx`).

use crate::format::{exponent_text, fixed_text, general_text};
use crate::int::int_to_text;
use crate::raised::{PyResult, Raised};
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::str_type::TextBuilder;
use crate::tuple::{Tuple, TupleExt};
use hognose_heap::{Ref, Value};
use num_traits::Signed;

/// What is formatted: text, or bytes shown as Latin-1 characters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Text,
    Bytes,
}

/// `format % args` of a `str`.
pub(crate) fn format_text(rt: &Rt, format: &Ref<Str>, args: &Value) -> PyResult {
    Ok(run(rt, Mode::Text, format, args)?.finish(rt).into_value())
}

/// `format % args` of bytes.
pub(crate) fn format_bytes(rt: &Rt, format: &[u8], args: &Value) -> PyResult<Vec<u8>> {
    let format = rt.str_latin1(format);
    let made = run(rt, Mode::Bytes, &format, args)?.finish(rt);
    Ok(made.bytes().to_vec())
}

/// Where the values come from.
struct Source {
    args: Value,
    /// How many values the tuple has; `None` for one value that is no tuple.
    count: Option<usize>,
    next: usize,
    mapping: Option<Value>,
}

impl Source {
    fn single(&mut self, value: Value) {
        self.args = value;
        self.count = None;
        self.next = 0;
    }

    fn next(&mut self, rt: &Rt) -> PyResult {
        let i = self.next;
        self.next += 1;
        match self.count {
            None if i == 0 => Ok(self.args.clone()),
            Some(count) if i < count => {
                let item = self.args.downcast_ref::<Tuple>().and_then(|t| t.item(i));
                Ok(item.unwrap_or(Value::NONE))
            }
            _ => Err(rt.type_error("not enough arguments for format string")),
        }
    }

    fn left_over(&self) -> bool {
        self.mapping.is_none() && self.next < self.count.unwrap_or(1)
    }
}

#[derive(Default)]
struct Spec {
    left: bool,
    sign: bool,
    blank: bool,
    alternate: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
    conversion: char,
}

fn run(rt: &Rt, mode: Mode, format: &Ref<Str>, args: &Value) -> PyResult<TextBuilder> {
    let tuple = args.downcast_ref::<Tuple>();
    let plain = args.downcast_ref::<Str>().is_some()
        || mode == Mode::Bytes && crate::bytes::with_bytes(args, |_| ()).is_some();
    let is_mapping = tuple.is_none() && !plain && rt.type_of(args).slots.getitem.get().is_some();
    let mut source = Source {
        args: args.clone(),
        count: tuple.map(|t| t.len()),
        next: 0,
        mapping: is_mapping.then(|| args.clone()),
    };
    let len = format.char_count();
    let mut out = TextBuilder::with_capacity(len + 32);
    let mut at = 0;
    while at < len {
        if format.code_at(at) != u32::from('%') {
            let end = (at..len)
                .find(|&i| format.code_at(i) == u32::from('%'))
                .unwrap_or(len);
            out.push_slice(format, at, end);
            at = end;
            continue;
        }
        at += 1;
        one(rt, mode, format, &mut at, &mut source, &mut out)?;
    }
    if source.left_over() {
        return Err(rt.type_error(match mode {
            Mode::Text => "not all arguments converted during string formatting",
            Mode::Bytes => "not all arguments converted during bytes formatting",
        }));
    }
    Ok(out)
}

fn char_at(format: &Str, at: usize) -> char {
    if at < format.char_count() {
        char::from_u32(format.code_at(at)).unwrap_or('\u{fffd}')
    } else {
        '\0'
    }
}

/// One conversion, from behind its percent sign.
fn one(
    rt: &Rt,
    mode: Mode,
    format: &Ref<Str>,
    at: &mut usize,
    source: &mut Source,
    out: &mut TextBuilder,
) -> PyResult<()> {
    let len = format.char_count();
    if char_at(format, *at) == '%' {
        *at += 1;
        out.push(u32::from('%'));
        return Ok(());
    }
    if char_at(format, *at) == '(' {
        let key = key(rt, mode, format, at, source)?;
        let mapping = source.mapping.clone().unwrap_or(Value::NONE);
        let found = rt.getitem(&mapping, &key)?;
        source.single(found);
    }
    let mut spec = Spec::default();
    loop {
        match char_at(format, *at) {
            '-' => spec.left = true,
            '+' => spec.sign = true,
            ' ' => spec.blank = true,
            '#' => spec.alternate = true,
            '0' => spec.zero = true,
            _ => break,
        }
        *at += 1;
    }
    if char_at(format, *at) == '*' {
        *at += 1;
        let width = star(
            rt,
            source,
            i64::MAX,
            "Python int too large to convert to C ssize_t",
        )?;
        spec.left |= width < 0;
        spec.width = width.checked_abs().unwrap_or(0) as usize;
    } else {
        spec.width = digits(rt, format, at, isize::MAX as usize, "width too big")?.unwrap_or(0);
    }
    if char_at(format, *at) == '.' {
        *at += 1;
        spec.precision = Some(if char_at(format, *at) == '*' {
            *at += 1;
            let most = i64::from(i32::MAX);
            star(rt, source, most, "Python int too large to convert to C int")?.max(0) as usize
        } else {
            digits(rt, format, at, i32::MAX as usize, "precision too big")?.unwrap_or(0)
        });
    }
    if matches!(char_at(format, *at), 'h' | 'l' | 'L') {
        *at += 1;
    }
    if *at >= len {
        return Err(rt.value_error("incomplete format"));
    }
    let code = format.code_at(*at);
    spec.conversion = char_at(format, *at);
    *at += 1;
    let most = spec.width.max(
        spec.precision
            .unwrap_or(0)
            .min(precision_room(spec.conversion)),
    );
    rt.room_for_chars(out.len().saturating_add(most))?;
    let value = source.next(rt)?;
    match spec.conversion {
        's' | 'r' | 'a' => {
            let text = shown(rt, mode, &value, spec.conversion)?;
            let keep = spec.precision.unwrap_or(usize::MAX).min(text.char_count());
            push_padded(out, &text, keep, &spec);
        }
        'b' if mode == Mode::Bytes => {
            let text = shown(rt, mode, &value, 's')?;
            let keep = spec.precision.unwrap_or(usize::MAX).min(text.char_count());
            push_padded(out, &text, keep, &spec);
        }
        'c' => {
            let text = rt.character(character(rt, mode, &value)?);
            push_padded(out, &text, 1, &spec);
        }
        'd' | 'i' | 'u' | 'o' | 'x' | 'X' => {
            let text = integer(rt, &value, &spec)?;
            push_number(out, &text, &spec);
        }
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            let text = float(rt, mode, &value, &spec)?;
            push_number(out, &text, &spec);
        }
        _ => {
            let shown = if (31..127).contains(&code) {
                code as u8 as char
            } else {
                '?'
            };
            return Err(rt.value_error(format!(
                "unsupported format character '{shown}' (0x{code:x}) at index {}",
                *at - 1
            )));
        }
    }
    Ok(())
}

/// The key of a mapping, in its parentheses.
fn key(rt: &Rt, mode: Mode, format: &Ref<Str>, at: &mut usize, source: &Source) -> PyResult {
    if source.mapping.is_none() {
        return Err(rt.type_error("format requires a mapping"));
    }
    let start = *at + 1;
    let mut depth = 0;
    for i in *at..format.char_count() {
        match char_at(format, i) {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => (),
        }
        if depth == 0 {
            *at = i + 1;
            let key = rt.str_slice(format, start, i);
            return Ok(match mode {
                Mode::Text => key.into_value(),
                Mode::Bytes => rt.bytes(key.bytes()).into_value(),
            });
        }
    }
    Err(rt.value_error("incomplete format key"))
}

/// How many characters a precision may ask for: texts are only cut.
fn precision_room(conversion: char) -> usize {
    match conversion {
        's' | 'r' | 'a' | 'b' | 'c' => 0,
        _ => usize::MAX,
    }
}

fn star(rt: &Rt, source: &mut Source, most: i64, too_big: &str) -> PyResult<i64> {
    let value = source.next(rt)?;
    let Some(number) = rt.as_int(&value) else {
        return Err(rt.type_error("* wants int"));
    };
    match number.to_i64() {
        Some(n) if n.unsigned_abs() <= most as u64 + 1 && n <= most => Ok(n),
        _ => Err(rt.overflow_error(too_big)),
    }
}

fn digits(
    rt: &Rt,
    format: &Str,
    at: &mut usize,
    most: usize,
    too_big: &str,
) -> PyResult<Option<usize>> {
    let mut value: Option<usize> = None;
    while let Some(digit) = char_at(format, *at).to_digit(10) {
        let next = value
            .unwrap_or(0)
            .saturating_mul(10)
            .saturating_add(digit as usize);
        if next > most {
            return Err(rt.value_error(too_big));
        }
        value = Some(next);
        *at += 1;
    }
    Ok(value)
}

fn shown(rt: &Rt, mode: Mode, value: &Value, conversion: char) -> PyResult<Ref<Str>> {
    match (conversion, mode) {
        ('s', Mode::Text) => rt.str_of(value),
        ('r', Mode::Text) => rt.repr(value),
        ('s', Mode::Bytes) => {
            if let Some(text) = crate::bytes::with_bytes(value, |b| rt.str_latin1(b)) {
                return Ok(text);
            }
            if let Some(made) = rt.call_special(value, &rt.names.bytes_, &[]) {
                let made = made?;
                return crate::bytes::with_bytes(&made, |b| rt.str_latin1(b)).ok_or_else(|| {
                    rt.type_error(format!(
                        "__bytes__ returned non-bytes (type {})",
                        rt.type_name(&made)
                    ))
                });
            }
            match rt.buffer_bytes(value) {
                Some(bytes) => Ok(rt.str_latin1(&bytes?)),
                None => Err(rt.type_error(format!(
                    "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
                    rt.type_name(value)
                ))),
            }
        }
        _ => rt.ascii(value),
    }
}

fn character(rt: &Rt, mode: Mode, value: &Value) -> PyResult<u32> {
    let wanted = || -> Raised {
        rt.type_error(match mode {
            Mode::Text => "%c requires int or char",
            Mode::Bytes => "%c requires an integer in range(256) or a single byte",
        })
    };
    match mode {
        Mode::Text => {
            if let Some(text) = value.downcast_ref::<Str>() {
                return match text.char_count() {
                    1 => Ok(text.code_at(0)),
                    _ => Err(wanted()),
                };
            }
        }
        Mode::Bytes => {
            let one = crate::bytes::with_bytes(value, |b| match b {
                [one] => Some(u32::from(*one)),
                _ => None,
            });
            if let Some(one) = one {
                return one.ok_or_else(wanted);
            }
        }
    }
    if rt.as_int(value).is_none() && rt.type_of(value).slots.index.get().is_none() {
        return Err(wanted());
    }
    let index = rt.index(value)?;
    let code = rt.as_int(&index).and_then(|i| i.to_i64());
    let code = code.and_then(|c| u32::try_from(c).ok());
    match (code, mode) {
        (Some(c), Mode::Text) if c <= 0x10_ffff => Ok(c),
        (Some(c), Mode::Bytes) if c < 256 => Ok(c),
        (_, Mode::Text) => Err(rt.overflow_error("%c arg not in range(0x110000)")),
        (_, Mode::Bytes) => Err(rt.overflow_error("%c arg not in range(256)")),
    }
}

/// The digits of an integer, with its sign and prefix (`mainformatlong`, `_PyUnicode_FormatLong`).
fn integer(rt: &Rt, value: &Value, spec: &Spec) -> PyResult<String> {
    let kind = spec.conversion;
    let radix = match kind {
        'o' => Some(8),
        'x' | 'X' => Some(16),
        _ => None,
    };
    let wrong = || {
        let wanted = if radix.is_some() {
            "an integer"
        } else {
            "a real number"
        };
        rt.type_error(format!(
            "%{kind} format: {wanted} is required, not {}",
            rt.type_name(value)
        ))
    };
    let number = if rt.as_int(value).is_some() {
        value.clone()
    } else {
        let slots = &rt.type_of(value).slots;
        let made = match radix {
            Some(_) if slots.index.get().is_some() => rt.index(value),
            None if slots.index.get().is_some() || slots.int.get().is_some() => rt.to_int(value),
            _ => return Err(wrong()),
        };
        match made {
            Err(raised) if raised.is(rt, &rt.types.type_error) => return Err(wrong()),
            made => made?,
        }
    };
    let Some(number) = rt.as_int(&number) else {
        return Err(wrong());
    };
    let (negative, mut digits) = match radix {
        None => {
            let text = int_to_text(rt, &number)?;
            match text.strip_prefix('-') {
                Some(digits) => (true, digits.to_owned()),
                None => (false, text),
            }
        }
        Some(radix) => {
            let big = number.to_big();
            (big.is_negative(), big.abs().to_str_radix(radix))
        }
    };
    if let Some(precision) = spec.precision {
        let missing = precision.saturating_sub(digits.len());
        digits.insert_str(0, &"0".repeat(missing));
    }
    let prefix = match kind {
        'o' if spec.alternate => "0o",
        'x' | 'X' if spec.alternate => "0x",
        _ => "",
    };
    let text = format!("{}{prefix}{digits}", if negative { "-" } else { "" });
    Ok(if kind == 'X' {
        text.to_ascii_uppercase()
    } else {
        text
    })
}

fn float(rt: &Rt, mode: Mode, value: &Value, spec: &Spec) -> PyResult<String> {
    let x = match rt.to_float(value) {
        Err(raised) if mode == Mode::Bytes && raised.is(rt, &rt.types.type_error) => {
            return Err(rt.type_error(format!(
                "float argument required, not {}",
                rt.type_name(value)
            )));
        }
        x => x?,
    };
    let precision = spec.precision.unwrap_or(6);
    let text = if x.is_nan() {
        "nan".to_owned()
    } else if x.is_infinite() {
        if x < 0.0 { "-inf" } else { "inf" }.to_owned()
    } else {
        match spec.conversion.to_ascii_lowercase() {
            'e' => exponent_text(x, precision, spec.alternate),
            'f' => fixed_text(x, precision, spec.alternate),
            _ => general_text(x, precision, spec.alternate, false),
        }
    };
    Ok(if spec.conversion.is_ascii_uppercase() {
        text.to_ascii_uppercase()
    } else {
        text
    })
}

fn push_padded(out: &mut TextBuilder, text: &Str, keep: usize, spec: &Spec) {
    let missing = spec.width.saturating_sub(keep);
    if !spec.left {
        out.push_repeated(u32::from(' '), missing);
    }
    out.push_slice(text, 0, keep);
    if spec.left {
        out.push_repeated(u32::from(' '), missing);
    }
}

/// Sign and prefix, the fill, the digits (`unicode_format_arg_output`).
fn push_number(out: &mut TextBuilder, text: &str, spec: &Spec) {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None if spec.sign => ("+", text),
        None if spec.blank => (" ", text),
        None => ("", text),
    };
    let has_prefix = spec.alternate && matches!(spec.conversion, 'o' | 'x' | 'X');
    let (prefix, rest) = rest.split_at(if has_prefix { rest.len().min(2) } else { 0 });
    let missing = spec
        .width
        .saturating_sub(sign.len() + prefix.len() + rest.len());
    if spec.left || spec.zero {
        out.push_str(sign);
        out.push_str(prefix);
        if !spec.left {
            out.push_repeated(u32::from('0'), missing);
        }
        out.push_str(rest);
        if spec.left {
            out.push_repeated(u32::from(' '), missing);
        }
        return;
    }
    out.push_repeated(u32::from(' '), missing);
    out.push_str(sign);
    out.push_str(prefix);
    out.push_str(rest);
}
