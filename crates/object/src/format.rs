//! Format specifications (PEP 3101): `format(value, spec)` of strings and numbers.

use crate::float::float_from_text;
use crate::int::{AnyInt, float_of_int, int_to_text};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use hognose_heap::{Ref, Value};

/// A parsed specification: `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    pub fill: u32,
    /// `<`, `>`, `=` or `^`; `None` for the type's own.
    pub align: Option<char>,
    /// `+`, `-` or a space.
    pub sign: Option<char>,
    pub no_negative_zero: bool,
    pub alternate: bool,
    pub width: Option<usize>,
    /// `,` or `_`.
    pub grouping: Option<char>,
    pub precision: Option<usize>,
    /// The presentation type as a code point.
    pub kind: Option<u32>,
}

const MOST: usize = isize::MAX as usize;

/// A specification of so many characters needs no memory to be read.
const USUAL: usize = 24;

impl Rt {
    /// Parses a specification (`parse_internal_render_format_spec`); the value's type is named in messages.
    fn parse_spec(&self, spec: &Str, value: &Value, default_align: char) -> PyResult<Spec> {
        let (mut few, many);
        let length = spec.char_count();
        let codes = if length <= USUAL {
            few = [0; USUAL];
            few.iter_mut()
                .zip(spec.codes())
                .for_each(|(place, code)| *place = code);
            few.get(..length).unwrap_or_default()
        } else {
            many = spec.codes().collect::<Vec<u32>>();
            &many[..]
        };
        let at = |i: usize| codes.get(i).copied().unwrap_or(0);
        let as_char = |c: u32| char::from_u32(c).unwrap_or('\0');
        let is_align = |c: u32| matches!(as_char(c), '<' | '>' | '=' | '^');
        let mut i = 0;
        let mut made = Spec {
            fill: u32::from(' '),
            align: None,
            sign: None,
            no_negative_zero: false,
            alternate: false,
            width: None,
            grouping: None,
            precision: None,
            kind: None,
        };
        let mut fill_given = false;
        if codes.len() >= 2 && is_align(at(1)) {
            made.fill = at(0);
            made.align = Some(as_char(at(1)));
            fill_given = true;
            i = 2;
        } else if is_align(at(0)) {
            made.align = Some(as_char(at(0)));
            i = 1;
        }
        if matches!(as_char(at(i)), '+' | '-' | ' ') {
            made.sign = Some(as_char(at(i)));
            i += 1;
        }
        if at(i) == u32::from('z') {
            made.no_negative_zero = true;
            i += 1;
        }
        if at(i) == u32::from('#') {
            made.alternate = true;
            i += 1;
        }
        if !fill_given && at(i) == u32::from('0') {
            made.fill = u32::from('0');
            if made.align.is_none() && default_align == '>' {
                made.align = Some('=');
            }
            i += 1;
        }
        let number = |i: &mut usize| -> PyResult<Option<usize>> {
            let start = *i;
            let mut value: usize = 0;
            while let Some(digit) =
                crate::unicode::decimal_value(at(*i)).filter(|_| *i < codes.len())
            {
                value = value.saturating_mul(10).saturating_add(usize::from(digit));
                if value > MOST {
                    return Err(self.value_error("Too many decimal digits in format string"));
                }
                *i += 1;
            }
            Ok((*i > start).then_some(value))
        };
        made.width = number(&mut i)?;
        if at(i) == u32::from(',') {
            made.grouping = Some(',');
            i += 1;
        }
        if at(i) == u32::from('_') {
            if made.grouping.is_some() {
                return Err(self.value_error("Cannot specify both ',' and '_'."));
            }
            made.grouping = Some('_');
            i += 1;
        }
        if at(i) == u32::from(',') && made.grouping == Some('_') {
            return Err(self.value_error("Cannot specify both ',' and '_'."));
        }
        if at(i) == u32::from('.') {
            i += 1;
            made.precision = number(&mut i)?;
            if made.precision.is_none() {
                return Err(self.value_error("Format specifier missing precision"));
            }
        }
        if codes.len() > i + 1 {
            let (text, type_name) = (spec.to_str(), self.type_name(value));
            return Err(self.value_error(format!(
                "Invalid format specifier '{text}' for object of type '{type_name}'"
            )));
        }
        if codes.len() == i + 1 {
            made.kind = Some(at(i));
        }
        if let Some(grouping) = made.grouping {
            let kind = made.kind.map_or('d', as_char);
            let allowed = match kind {
                'd' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F' => true,
                'b' | 'o' | 'x' | 'X' => grouping == '_',
                _ => false,
            };
            if !allowed {
                return Err(self.value_error(if (33..128).contains(&u32::from(kind)) {
                    format!("Cannot specify '{grouping}' with '{kind}'.")
                } else {
                    format!(
                        "Cannot specify '{grouping}' with '\\x{:x}'.",
                        u32::from(kind)
                    )
                }));
            }
        }
        Ok(made)
    }

    fn spec_text<'a>(&self, spec: &'a Value) -> PyResult<&'a Ref<Str>> {
        spec.downcast::<Str>().ok_or_else(|| {
            let name = self.type_name(spec);
            self.type_error(format!("__format__() argument must be str, not {name}"))
        })
    }

    #[cold]
    fn unknown_code(&self, kind: u32, value: &Value) -> crate::Raised {
        let type_name = self.type_name(value);
        self.value_error(if (33..128).contains(&kind) {
            format!(
                "Unknown format code '{}' for object of type '{type_name}'",
                kind as u8 as char
            )
        } else {
            format!("Unknown format code '\\x{kind:x}' for object of type '{type_name}'")
        })
    }

    /// `str.__format__`.
    pub fn format_str(&self, value: &Value, spec: &Value) -> PyResult {
        let spec = self.spec_text(spec)?;
        let Some(text) = value.downcast::<Str>() else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        if spec.char_count() == 0 {
            return self.str_of(value).map(Ref::into_value);
        }
        let spec = self.parse_spec(spec, value, '<')?;
        if let Some(kind) = spec.kind
            && kind != u32::from('s')
        {
            return Err(self.unknown_code(kind, value));
        }
        if let Some(sign) = spec.sign {
            return Err(self.value_error(if sign == ' ' {
                "Space not allowed in string format specifier"
            } else {
                "Sign not allowed in string format specifier"
            }));
        }
        if spec.no_negative_zero {
            return Err(self
                .value_error("Negative zero coercion (z) not allowed in string format specifier"));
        }
        if spec.alternate {
            return Err(
                self.value_error("Alternate form (#) not allowed in string format specifier")
            );
        }
        if spec.align == Some('=') {
            return Err(self.value_error("'=' alignment not allowed in string format specifier"));
        }
        let keep = spec.precision.unwrap_or(usize::MAX).min(text.char_count());
        let width = spec.width.unwrap_or(0);
        if width <= keep && keep == text.char_count() && self.is_exact_str(value) {
            return Ok(value.clone());
        }
        let body: Vec<u32> = text.codes().take(keep).collect();
        Ok(self
            .str_codes(&pad(
                self,
                body,
                spec.fill,
                spec.align.unwrap_or('<'),
                width,
            )?)
            .into_value())
    }

    /// `int.__format__`.
    pub fn format_int(&self, value: &Value, spec: &Value) -> PyResult {
        let spec = self.spec_text(spec)?;
        if spec.char_count() == 0 {
            return self.str_of(value).map(Ref::into_value);
        }
        let spec = self.parse_spec(spec, value, '>')?;
        let Some(number) = self.as_int(value) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let kind = spec.kind.and_then(char::from_u32).unwrap_or('d');
        match kind {
            'b' | 'c' | 'd' | 'o' | 'x' | 'X' | 'n' => self.format_integer(&number, &spec, kind),
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%' => {
                let x = float_of_int(self, &number)?;
                self.format_double(x, &spec, kind)
            }
            _ => Err(self.unknown_code(u32::from(kind), value)),
        }
    }

    fn format_integer(&self, number: &AnyInt<'_>, spec: &Spec, kind: char) -> PyResult {
        if spec.precision.is_some() {
            return Err(self.value_error("Precision not allowed in integer format specifier"));
        }
        if spec.no_negative_zero {
            return Err(self.value_error("Negative zero coercion (z) not allowed in format specifier with integer presentation type"));
        }
        if kind == 'c' {
            if spec.sign.is_some() {
                return Err(self.value_error("Sign not allowed with integer format specifier 'c'"));
            }
            if spec.alternate {
                return Err(self.value_error(
                    "Alternate form (#) not allowed with integer format specifier 'c'",
                ));
            }
            let code = number
                .to_i64()
                .and_then(|i| u32::try_from(i).ok())
                .filter(|&c| c <= 0x10_ffff);
            let Some(code) = code else {
                return Err(self.overflow_error("%c arg not in range(0x110000)"));
            };
            let padded = pad(
                self,
                vec![code],
                spec.fill,
                spec.align.unwrap_or('<'),
                spec.width.unwrap_or(0),
            )?;
            return Ok(self.str_codes(&padded).into_value());
        }
        let text = match (kind, number.to_i64()) {
            ('d' | 'n', _) => int_to_text(self, number)?,
            ('x', Some(small @ 0..)) => format!("{small:x}"),
            ('X', Some(small @ 0..)) => format!("{small:X}"),
            ('b', Some(small @ 0..)) => format!("{small:b}"),
            _ => {
                let radix = match kind {
                    'b' => 2,
                    'o' => 8,
                    _ => 16,
                };
                let mut digits = number.to_big().to_str_radix(radix);
                if kind == 'X' {
                    digits.make_ascii_uppercase();
                }
                digits
            }
        };
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.as_str()),
        };
        let prefix = match kind {
            'b' if spec.alternate => "0b",
            'o' if spec.alternate => "0o",
            'x' if spec.alternate => "0x",
            'X' if spec.alternate => "0X",
            _ => "",
        };
        let group = if matches!(kind, 'b' | 'o' | 'x' | 'X') {
            4
        } else {
            3
        };
        let parts = NumberParts {
            negative,
            prefix,
            digits,
            rest: "",
        };
        Ok(self.number_field(&parts, group, spec)?.into_value())
    }

    /// `float.__format__`.
    pub fn format_float(&self, value: &Value, spec: &Value) -> PyResult {
        let spec = self.spec_text(spec)?;
        if spec.char_count() == 0 {
            return self.str_of(value).map(Ref::into_value);
        }
        let spec = self.parse_spec(spec, value, '>')?;
        let x = self.as_float(value).unwrap_or(f64::NAN);
        match spec.kind.and_then(char::from_u32) {
            None => self.format_double(x, &spec, '\0'),
            Some(kind @ ('e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | '%')) => {
                self.format_double(x, &spec, kind)
            }
            Some(kind) => Err(self.unknown_code(u32::from(kind), value)),
        }
    }

    fn format_double(&self, x: f64, spec: &Spec, kind: char) -> PyResult {
        self.check_precision(spec)?;
        let text = double_text(x, spec, kind);
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.as_str()),
        };
        // What follows the digits before the point is not grouped.
        let whole = text
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len());
        let (digits, rest) = text.split_at(whole);
        let parts = NumberParts {
            negative,
            prefix: "",
            digits,
            rest,
        };
        Ok(self.number_field(&parts, 3, spec)?.into_value())
    }

    /// A float's precision is a C `int`, and as many digits may be made.
    fn check_precision(&self, spec: &Spec) -> PyResult<()> {
        match spec.precision {
            Some(precision) if i32::try_from(precision).is_err() => {
                Err(self.value_error("precision too big"))
            }
            Some(precision) => self.room_for::<u32>(precision),
            None => Ok(()),
        }
    }

    /// `complex.__format__`.
    pub fn format_complex(&self, value: &Value, spec: &Value) -> PyResult {
        let spec = self.spec_text(spec)?;
        if spec.char_count() == 0 {
            return self.str_of(value).map(Ref::into_value);
        }
        let spec = self.parse_spec(spec, value, '>')?;
        let Some((re, im)) = self.as_complex(value) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let kind = match spec.kind.and_then(char::from_u32) {
            None => '\0',
            Some(kind @ ('e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n')) => kind,
            Some(kind) => return Err(self.unknown_code(u32::from(kind), value)),
        };
        if spec.fill == u32::from('0') {
            return Err(self.value_error("Zero padding is not allowed in complex format specifier"));
        }
        if spec.align == Some('=') {
            return Err(
                self.value_error("'=' alignment flag is not allowed in complex format specifier")
            );
        }
        self.check_precision(&spec)?;
        let part = |x: f64, sign: Option<char>, kind: char| {
            let plain = Spec {
                width: None,
                sign,
                ..spec.clone()
            };
            let text = double_text(x, &plain, kind);
            let (negative, text) = text
                .strip_prefix('-')
                .map_or((false, text.as_str()), |rest| (true, rest));
            let whole = text
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(text.len());
            let (digits, rest) = text.split_at(whole);
            let parts = NumberParts {
                negative,
                prefix: "",
                digits,
                rest,
            };
            let field = self.number_field(&parts, 3, &plain)?;
            Ok(field.codes().collect::<Vec<u32>>())
        };
        // Without a type, both parts are shown as repr shows them.
        let shown_kind = if kind == '\0' && spec.precision.is_none() {
            'r'
        } else if kind == '\0' {
            'g'
        } else {
            kind
        };
        let hide_real = kind == '\0' && re == 0.0 && re.is_sign_positive();
        let mut body = Vec::new();
        if !hide_real {
            body.extend(part(re, spec.sign, shown_kind)?);
        }
        body.extend(part(
            im,
            if hide_real { spec.sign } else { Some('+') },
            shown_kind,
        )?);
        body.push(u32::from('j'));
        if kind == '\0' && !hide_real {
            body.insert(0, u32::from('('));
            body.push(u32::from(')'));
        }
        let padded = pad(
            self,
            body,
            spec.fill,
            spec.align.unwrap_or('>'),
            spec.width.unwrap_or(0),
        )?;
        Ok(self.str_codes(&padded).into_value())
    }

    /// `format(value, spec)` (`PyObject_Format`).
    pub fn format(&self, value: &Value, spec: &Value) -> PyResult<Ref<Str>> {
        let empty = spec
            .downcast_ref::<Str>()
            .is_some_and(|s| s.char_count() == 0);
        if empty {
            if self.is_exact_str(value)
                && let Some(text) = value.downcast::<Str>()
            {
                return Ok(text.clone());
            }
            if self.is_exact(value, &self.types.int) {
                return self.str_of(value);
            }
        }
        // These types' own methods, without looking them up: no one can replace them.
        let made = if self.is_exact(value, &self.types.int) {
            Some(self.format_int(value, spec))
        } else if self.is_exact(value, &self.types.float) {
            Some(self.format_float(value, spec))
        } else if self.is_exact_str(value) {
            Some(self.format_str(value, spec))
        } else {
            self.call_special(value, &self.names.format_, std::slice::from_ref(spec))
        };
        let Some(made) = made else {
            let name = self.type_name(value);
            return Err(self.type_error(format!("Type {name} doesn't define __format__")));
        };
        Ref::try_from(made?).map_err(|other: Value| {
            self.type_error(format!(
                "__format__ must return a str, not {}",
                self.type_name(&other)
            ))
        })
    }
}

/// Fills text up to a width.
pub fn pad(rt: &Rt, body: Vec<u32>, fill: u32, align: char, width: usize) -> PyResult<Vec<u32>> {
    let missing = width.saturating_sub(body.len());
    if missing == 0 {
        return Ok(body);
    }
    rt.room_for::<u32>(width)?;
    let left = match align {
        '<' => 0,
        '^' => missing / 2,
        _ => missing,
    };
    let mut out = vec![fill; left];
    out.extend(body);
    out.resize(width, fill);
    Ok(out)
}

/// What a number's text is put together of; all ASCII.
struct NumberParts<'a> {
    negative: bool,
    prefix: &'a str,
    digits: &'a str,
    rest: &'a str,
}

impl Rt {
    /// Sign, prefix, grouped digits and the rest, filled up to the width.
    fn number_field(
        &self,
        parts: &NumberParts<'_>,
        group: usize,
        spec: &Spec,
    ) -> PyResult<Ref<Str>> {
        let &NumberParts {
            negative,
            prefix,
            digits,
            rest,
        } = parts;
        let sign = match (negative, spec.sign) {
            (true, _) => "-",
            (false, Some('+')) => "+",
            (false, Some(' ')) => " ",
            (false, _) => "",
        };
        let width = spec.width.unwrap_or(0);
        let align = spec.align.unwrap_or('>');
        self.room_for::<u32>(width)?;
        let separator = spec.grouping.filter(|_| {
            !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
        });
        let grouped = separator.map(|separator| {
            // Zeroes that fill are grouped too.
            let room = if align == '=' && spec.fill == u32::from('0') {
                width.saturating_sub(sign.len() + prefix.len() + rest.len())
            } else {
                0
            };
            group_digits(digits, separator, group, room)
        });
        let digits = grouped.as_deref().unwrap_or(digits);
        let length = sign.len() + prefix.len() + digits.len() + rest.len();
        let missing = width.saturating_sub(length);
        let (left, inner) = match align {
            '<' => (0, 0),
            '^' => (missing / 2, 0),
            '=' => (0, missing),
            _ => (missing, 0),
        };
        // What fills is usually ASCII as all the rest is; else its place is kept by a byte that the rest never has.
        let (fill, stands_for_fill) = match u8::try_from(spec.fill) {
            Ok(fill) if fill.is_ascii() => (fill, false),
            _ => (0, true),
        };
        let mut text = Vec::with_capacity(length + missing);
        text.resize(left, fill);
        text.extend_from_slice(sign.as_bytes());
        text.extend_from_slice(prefix.as_bytes());
        text.resize(text.len() + inner, fill);
        text.extend_from_slice(digits.as_bytes());
        text.extend_from_slice(rest.as_bytes());
        text.resize(length + missing, fill);
        if missing == 0 || !stands_for_fill {
            return Ok(self.str_ascii(&text));
        }
        let code = |byte: &u8| match byte {
            0 => spec.fill,
            byte => u32::from(*byte),
        };
        Ok(self.str_codes(&text.iter().map(code).collect::<Vec<u32>>()))
    }
}

fn group_digits(digits: &str, separator: char, group: usize, room: usize) -> String {
    let mut reversed = String::new();
    let mut count = 0;
    let mut source = digits.chars().rev();
    loop {
        let digit = match source.next() {
            Some(digit) => digit,
            // A separator that would be followed by nothing gets one more zero.
            None if reversed.len() < room => '0',
            None => break,
        };
        if count > 0 && count % group == 0 {
            reversed.push(separator);
        }
        reversed.push(digit);
        count += 1;
    }
    reversed.chars().rev().collect()
}

/// The text of a float in a presentation, with its sign.
fn double_text(x: f64, spec: &Spec, kind: char) -> String {
    let upper = matches!(kind, 'E' | 'F' | 'G');
    let percent = kind == '%';
    let scaled = if percent { x * 100.0 } else { x };
    let mut text = if !scaled.is_finite() {
        let word = if scaled.is_nan() { "nan" } else { "inf" };
        if scaled.is_sign_negative() && !scaled.is_nan() {
            format!("-{word}")
        } else {
            word.to_owned()
        }
    } else {
        match kind.to_ascii_lowercase() {
            'e' => exponent_text(scaled, spec.precision.unwrap_or(6), spec.alternate),
            'f' | '%' => fixed_text(scaled, spec.precision.unwrap_or(6), spec.alternate),
            'g' | 'n' => general_text(scaled, spec.precision.unwrap_or(6), spec.alternate, false),
            'r' => plain_repr(scaled),
            _ => match spec.precision {
                None => hognose_source::repr::float(scaled),
                Some(precision) => general_text(scaled, precision, spec.alternate, true),
            },
        }
    };
    if spec.no_negative_zero && text.starts_with('-') && float_from_text(&text) == Some(0.0) {
        text.remove(0);
    }
    if upper {
        text = text.to_ascii_uppercase();
    }
    if percent {
        text.push('%');
    }
    text
}

/// The shortest text that reads back as the float, without `.0`.
fn plain_repr(x: f64) -> String {
    let text = hognose_source::repr::float(x);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// Past so many digits a float's are all zeroes (a float has at most 1074 after the point); Rust's formatting takes no
/// precision past 16 bits.
const MOST_DIGITS: usize = 1100;

/// `%.{precision}f`.
pub fn fixed_text(x: f64, precision: usize, alternate: bool) -> String {
    let shown = precision.min(MOST_DIGITS);
    let mut text = format!("{x:.shown$}");
    text.extend(std::iter::repeat_n('0', precision - shown));
    if alternate && precision == 0 {
        text.push('.');
    }
    text
}

/// `%.{precision}e`.
pub fn exponent_text(x: f64, precision: usize, alternate: bool) -> String {
    let shown = precision.min(MOST_DIGITS);
    let text = format!("{x:.shown$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let zeroes = "0".repeat(precision - shown);
    let point = if alternate && precision == 0 { "." } else { "" };
    let value: i32 = exponent.parse().unwrap_or(0);
    let sign = if value < 0 { '-' } else { '+' };
    format!("{mantissa}{zeroes}{point}e{sign}{:02}", value.abs())
}

/// `%.{precision}g`; `keep_point` is the rule of a missing type: at least one digit after the point.
pub fn general_text(x: f64, precision: usize, alternate: bool, keep_point: bool) -> String {
    let precision = precision.max(1);
    let scientific = format!("{x:.*e}", (precision - 1).min(MOST_DIGITS));
    let exponent: i32 = scientific
        .split_once('e')
        .and_then(|(_, e)| e.parse().ok())
        .unwrap_or(0);
    let limit = if keep_point {
        precision as i32 - 1
    } else {
        precision as i32
    };
    let use_exponent =
        exponent < -4 || exponent >= limit.max(i32::from(keep_point && precision == 1));
    if use_exponent {
        let text = exponent_text(x, precision - 1, alternate);
        if alternate {
            return text;
        }
        let (mantissa, tail) = text.split_at(text.find('e').unwrap_or(text.len()));
        return format!("{}{tail}", strip_zeroes(mantissa));
    }
    let decimals = (precision as i32 - 1 - exponent).max(0) as usize;
    let text = fixed_text(x, decimals, alternate);
    if alternate {
        return text;
    }
    let text = strip_zeroes(&text).to_owned();
    if keep_point && !text.contains('.') {
        format!("{text}.0")
    } else {
        text
    }
}

fn strip_zeroes(text: &str) -> &str {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    }
}
