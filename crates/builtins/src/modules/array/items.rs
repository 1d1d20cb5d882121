//! The type codes: what an item's bytes mean.

use hognose_object::{PyResult, Raised, Rt, Str, StrExt, Value};

/// The type codes, in CPython's order.
pub(super) const LETTERS: [u8; 13] = *b"bBuhHiIlLqQfd";

/// One type code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Code {
    pub letter: u8,
    pub size: usize,
}

impl Code {
    pub(super) fn of(letter: u32) -> Option<Code> {
        let letter = u8::try_from(letter).ok()?;
        let size = match letter {
            b'b' | b'B' => 1,
            b'h' | b'H' => 2,
            b'u' | b'i' | b'I' | b'f' => 4,
            b'l' | b'L' | b'q' | b'Q' | b'd' => 8,
            _ => return None,
        };
        Some(Code { letter, size })
    }

    /// The code as text.
    pub(super) fn format(self) -> &'static str {
        let all = "bBuhHiIlLqQfd";
        let at = LETTERS.iter().position(|&l| l == self.letter).unwrap_or(0);
        &all[at..=at]
    }

    pub(super) fn is_signed(self) -> bool {
        self.letter.is_ascii_lowercase() && self.letter != b'u'
    }

    /// The value of an item of that many bytes.
    pub(super) fn value(self, rt: &Rt, item: &[u8]) -> Value {
        let mut wide = [0; 8];
        wide[..item.len().min(8)].copy_from_slice(&item[..item.len().min(8)]);
        let bits = u64::from_le_bytes(wide);
        let shift = 64 - 8 * self.size as u32;
        match self.letter {
            b'f' => rt.float(f64::from(f32::from_bits(bits as u32))),
            b'd' => rt.float(f64::from_bits(bits)),
            b'u' => rt.character((bits as u32).min(0x10_ffff)).into_value(),
            _ if self.is_signed() => rt.int(((bits << shift) as i64) >> shift),
            _ => rt.big_int(bits.into()),
        }
    }

    /// An item as bytes, as many of them as the code's size.
    pub(super) fn pack(self, rt: &Rt, value: &Value) -> PyResult<[u8; 8]> {
        let bits = match self.letter {
            b'f' => u64::from((real(rt, value)? as f32).to_bits()),
            b'd' => real(rt, value)?.to_bits(),
            b'u' => u64::from(character(rt, value)?),
            _ => self.integer(rt, value)? as u64,
        };
        Ok(bits.to_le_bytes())
    }

    /// An integer that fits: each code complains in its own words, as in CPython's setters.
    fn integer(self, rt: &Rt, value: &Value) -> PyResult<i128> {
        let number = rt.index(value)?;
        let big = rt.as_int(&number).map(|n| n.to_big()).unwrap_or_default();
        let negative = big.sign() == num_bigint::Sign::Minus;
        let n = i128::try_from(&big).unwrap_or(if negative { i128::MIN } else { i128::MAX });
        let over = |message: &str| -> Raised { rt.overflow_error(message) };
        let within = |low: i128, high: i128, name: &str| -> PyResult<()> {
            if n < low {
                return Err(over(&format!("{name} is less than minimum")));
            }
            if n > high {
                return Err(over(&format!("{name} is greater than maximum")));
            }
            Ok(())
        };
        let long = |message: &str| -> PyResult<()> {
            match i64::try_from(n) {
                Ok(_) => Ok(()),
                Err(_) => Err(over(message)),
            }
        };
        let to_long = "Python int too large to convert to C long";
        match self.letter {
            b'b' => {
                long(to_long)?;
                within(-0x8000, 0x7fff, "signed short integer")?;
                within(-0x80, 0x7f, "signed char")?;
            }
            b'B' => {
                long(to_long)?;
                within(0, 0xff, "unsigned byte integer")?;
            }
            b'h' => {
                long(to_long)?;
                within(-0x8000, 0x7fff, "signed short integer")?;
            }
            b'H' => {
                long(to_long)?;
                within(i32::MIN.into(), i32::MAX.into(), "signed integer")?;
                within(0, 0xffff, "unsigned short")?;
            }
            b'i' => {
                long(to_long)?;
                within(i32::MIN.into(), i32::MAX.into(), "signed integer")?;
            }
            b'l' => long(to_long)?,
            b'q' => long("int too big to convert")?,
            b'I' | b'L' => {
                if n < 0 {
                    return Err(over("can't convert negative value to unsigned int"));
                }
                if n > u64::MAX.into() {
                    return Err(over("Python int too large to convert to C unsigned long"));
                }
                if self.letter == b'I' {
                    within(0, u32::MAX.into(), "unsigned int")?;
                }
            }
            _ => {
                if n < 0 {
                    return Err(over("can't convert negative int to unsigned"));
                }
                if n > u64::MAX.into() {
                    return Err(over("int too big to convert"));
                }
            }
        }
        Ok(n)
    }
}

fn real(rt: &Rt, value: &Value) -> PyResult<f64> {
    if let Some(x) = rt.as_float(value) {
        return Ok(x);
    }
    rt.to_float(value)
}

fn character(rt: &Rt, value: &Value) -> PyResult<u32> {
    match value.downcast_ref::<Str>() {
        Some(text) if text.char_count() == 1 => Ok(text.code_at(0)),
        _ => Err(rt.type_error("array item must be unicode character")),
    }
}
