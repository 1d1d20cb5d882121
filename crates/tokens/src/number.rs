//! Numbers, and every way to write one wrong.

use crate::error::TokenError;
use crate::kind::Kind;
use crate::tokenizer::{Step, Tokenizer, is_name_rest};

type Tail = Result<i32, Box<TokenError>>;

impl Tokenizer<'_> {
    /// Reads a number whose first digit has been taken.
    pub(crate) fn number(&mut self, first: i32) -> Step {
        if first != i32::from(b'0') {
            let char = self.decimal_tail()?;
            return self.after_whole(char);
        }
        let char = self.next_char();
        match byte_of(char) {
            b'x' | b'X' => self.radix_number("hexadecimal", 16),
            b'o' | b'O' => self.radix_number("octal", 8),
            b'b' | b'B' => self.radix_number("binary", 2),
            _ => self.after_zero(char),
        }
    }

    /// Reads the digits after a dot, which has been taken, and what may follow them.
    pub(crate) fn fraction(&mut self) -> Step {
        let mut char = self.next_char();
        if is_digit(char) {
            char = self.decimal_tail()?;
        }
        self.after_fraction(char)
    }

    fn radix_number(&mut self, kind: &'static str, radix: u32) -> Step {
        let is_radix_digit = |char: i32| char::from(byte_of(char)).is_digit(radix);
        let mut char = self.next_char();
        loop {
            if char == i32::from(b'_') {
                char = self.next_char();
            }
            if !is_radix_digit(char) {
                if is_digit(char) {
                    return Err(self.bad_digit(char, kind));
                }
                self.back_up(char);
                return Err(self.raised(format!("invalid {kind} literal")));
            }
            while is_radix_digit(char) {
                char = self.next_char();
            }
            if char != i32::from(b'_') {
                break;
            }
        }
        if is_digit(char) {
            return Err(self.bad_digit(char, kind));
        }
        self.verify_end(char, kind)?;
        self.end_number(char)
    }

    #[cold]
    fn bad_digit(&self, char: i32, kind: &'static str) -> Box<TokenError> {
        self.raised(format!(
            "invalid digit '{}' in {kind} literal",
            char::from(byte_of(char))
        ))
    }

    /// Reads on after a leading zero: zeros, or the whole part of a float, or an old octal number.
    fn after_zero(&mut self, mut char: i32) -> Step {
        loop {
            if char == i32::from(b'_') {
                char = self.next_char();
                if !is_digit(char) {
                    self.back_up(char);
                    return Err(self.raised("invalid decimal literal"));
                }
            }
            if char != i32::from(b'0') {
                break;
            }
            char = self.next_char();
        }
        let zeros_end = self.pos;
        let nonzero = is_digit(char);
        if nonzero {
            char = self.decimal_tail()?;
        }
        match byte_of(char) {
            b'.' => self.fraction(),
            b'e' | b'E' => self.exponent(char),
            b'j' | b'J' => self.imaginary(),
            _ if nonzero && !self.extra => {
                self.back_up(char);
                let column = |at: usize| {
                    i32::try_from(at.saturating_sub(self.line_start)).unwrap_or(i32::MAX)
                };
                Err(self.raised_at(
                    column(self.start + 1),
                    column(zeros_end),
                    "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers",
                ))
            }
            _ => {
                self.verify_end(char, "decimal")?;
                self.end_number(char)
            }
        }
    }

    fn after_whole(&mut self, char: i32) -> Step {
        if char == i32::from(b'.') {
            return self.fraction();
        }
        self.after_fraction(char)
    }

    fn after_fraction(&mut self, char: i32) -> Step {
        match byte_of(char) {
            b'e' | b'E' => self.exponent(char),
            b'j' | b'J' => self.imaginary(),
            _ => {
                self.verify_end(char, "decimal")?;
                self.end_number(char)
            }
        }
    }

    fn exponent(&mut self, letter: i32) -> Step {
        let mut char = self.next_char();
        if matches!(byte_of(char), b'+' | b'-') {
            char = self.next_char();
            if !is_digit(char) {
                self.back_up(char);
                return Err(self.raised("invalid decimal literal"));
            }
        } else if !is_digit(char) {
            // No exponent after all: `1else` is a number and a keyword.
            self.back_up(char);
            self.verify_end(letter, "decimal")?;
            return self.end_number(letter);
        }
        char = self.decimal_tail()?;
        if matches!(byte_of(char), b'j' | b'J') {
            return self.imaginary();
        }
        self.verify_end(char, "decimal")?;
        self.end_number(char)
    }

    fn imaginary(&mut self) -> Step {
        let char = self.next_char();
        self.verify_end(char, "imaginary")?;
        self.end_number(char)
    }

    fn end_number(&mut self, char: i32) -> Step {
        self.back_up(char);
        Ok(self.token(Kind::Number, self.start, self.pos))
    }

    /// Takes digits and single underscores between them, and gives the character after them (`tok_decimal_tail`).
    fn decimal_tail(&mut self) -> Tail {
        loop {
            let mut char = self.next_char();
            while is_digit(char) {
                char = self.next_char();
            }
            if char != i32::from(b'_') {
                return Ok(char);
            }
            char = self.next_char();
            if !is_digit(char) {
                self.back_up(char);
                return Err(self.raised("invalid decimal literal"));
            }
        }
    }

    /// Refuses a name right after a number, and warns of a keyword there (`verify_end_of_number`).
    fn verify_end(&mut self, char: i32, kind: &'static str) -> Result<(), Box<TokenError>> {
        if self.extra {
            return Ok(());
        }
        let keyword_follows = match byte_of(char) {
            b'a' => self.ahead(b"nd"),
            b'e' => self.ahead(b"lse"),
            b'f' => self.ahead(b"or"),
            b'i' => matches!(self.byte(self.pos), b'f' | b'n' | b's'),
            b'o' => self.ahead(b"r"),
            b'n' => self.ahead(b"ot"),
            _ => false,
        };
        if keyword_follows {
            self.warn(format!("invalid {kind} literal"));
        } else if char < 128 && is_name_rest(char) {
            self.back_up(char);
            return Err(self.raised(format!("invalid {kind} literal")));
        }
        Ok(())
    }

    /// Tells whether these letters follow and end a word there (`lookahead`).
    fn ahead(&self, letters: &[u8]) -> bool {
        let rest = self.bytes.get(self.pos..).unwrap_or_default();
        rest.starts_with(letters) && !is_name_rest(i32::from(self.byte(self.pos + letters.len())))
    }
}

/// A character as a byte, with `EOF` as a byte that is part of nothing.
fn byte_of(char: i32) -> u8 {
    u8::try_from(char).unwrap_or(0)
}

fn is_digit(char: i32) -> bool {
    byte_of(char).is_ascii_digit()
}
