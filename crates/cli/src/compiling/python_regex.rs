//! Python's regular expressions in the words of `fancy-regex`.
//!
//! Left alone is what both know. Different, and not told by any error: `$` does not match before a newline at the very
//! end, and case folding follows Unicode's simple folding alone. Refused: `\N{…}`, and the flags `a` and `L`.

use fancy_regex::Regex;

/// Compiles a Python pattern; the error names what is wrong and, for its syntax, where.
pub fn compile(pattern: &str) -> Result<Regex, String> {
    let translated = translate(pattern)?;
    Regex::new(&translated).map_err(|error| error.to_string())
}

fn translate(pattern: &str) -> Result<String, String> {
    let mut translator = Translator {
        chars: pattern.chars().collect(),
        at: 0,
        out: String::with_capacity(pattern.len()),
    };
    while let Some(char) = translator.next() {
        match char {
            '\\' => translator.escape(false)?,
            '[' => translator.class()?,
            '{' => translator.brace(),
            '}' | ']' => translator.literal(char),
            '(' if translator.peek() == Some('?') => translator.group()?,
            other => translator.out.push(other),
        }
    }
    Ok(translator.out)
}

struct Translator {
    chars: Vec<char>,
    at: usize,
    out: String,
}

impl Translator {
    fn next(&mut self) -> Option<char> {
        let char = self.peek()?;
        self.at += 1;
        Some(char)
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn error<T>(&self, what: &str, at: usize) -> Result<T, String> {
        Err(format!("{what} at position {at}"))
    }

    /// Takes what follows while it holds, up to a length.
    fn take_while(&mut self, most: usize, holds: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while taken.len() < most
            && let Some(char) = self.peek().filter(|char| holds(*char))
        {
            taken.push(char);
            self.at += 1;
        }
        taken
    }

    /// One character as itself, also among classes and with the flag `x`.
    fn literal(&mut self, char: char) {
        if char.is_ascii() && !char.is_ascii_alphanumeric() && char != '_' {
            self.out.push_str(&format!("\\x{:02x}", u32::from(char)));
        } else {
            self.out.push(char);
        }
    }

    fn code(&mut self, digits: &str, base: u32, start: usize) -> Result<(), String> {
        match u32::from_str_radix(digits, base)
            .ok()
            .and_then(char::from_u32)
        {
            Some(char) => {
                self.out.push_str(&format!("\\x{{{:x}}}", u32::from(char)));
                Ok(())
            }
            None => self.error("bad escape", start),
        }
    }

    /// After a backslash; `_escape` and `_class_escape` of `re._parser`.
    fn escape(&mut self, in_class: bool) -> Result<(), String> {
        let start = self.at - 1;
        let Some(char) = self.next() else {
            return self.error("bad escape (end of pattern)", start);
        };
        match char {
            'd' | 'D' | 's' | 'S' | 'w' | 'W' | 'n' | 'r' | 't' | 'f' | 'v' | 'a' => {
                self.out.extend(['\\', char]);
            }
            'b' if in_class => self.out.push_str("\\x08"),
            'A' | 'b' | 'B' if !in_class => self.out.extend(['\\', char]),
            'Z' if !in_class => self.out.push_str("\\z"),
            'x' | 'u' | 'U' => {
                let length = match char {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                let digits = self.take_while(length, |char| char.is_ascii_hexdigit());
                if digits.len() < length {
                    return self.error(&format!("incomplete escape \\{char}{digits}"), start);
                }
                self.code(&digits, 16, start)?;
            }
            '0'..='7' => {
                let mut digits = String::from(char);
                digits.push_str(&self.take_while(2, |char| char.is_digit(8)));
                if in_class || char == '0' || digits.len() == 3 {
                    return self.code(&digits, 8, start);
                }
                self.at = start + 2;
                self.reference(char);
            }
            '8' | '9' if !in_class => self.reference(char),
            'N' => return self.error("\\N{...} is not supported", start),
            _ if char.is_ascii_alphanumeric() => {
                return self.error(&format!("bad escape \\{char}"), start);
            }
            other => self.literal(other),
        }
        Ok(())
    }

    /// `\1` to `\99`
    fn reference(&mut self, first: char) {
        let more = self.take_while(1, |char| char.is_ascii_digit());
        self.out.push_str(&format!("(?:\\{first}{more})"));
    }

    /// After `[`: what opens a class within a class, or an operation on classes, is a letter to Python.
    fn class(&mut self) -> Result<(), String> {
        let start = self.at - 1;
        self.out.push('[');
        if self.peek() == Some('^') {
            self.at += 1;
            self.out.push('^');
        }
        let first = self.at;
        loop {
            let here = self.at;
            let Some(char) = self.next() else {
                return self.error("unterminated character set", start);
            };
            match char {
                ']' if here != first => break,
                '\\' => self.escape(true)?,
                // A range, unless nothing stands before or after.
                '-' if here != first && self.peek().is_some_and(|next| next != ']') => {
                    self.out.push('-');
                }
                other => self.literal(other),
            }
        }
        self.out.push(']');
        Ok(())
    }

    /// After `{`: a count, or a letter.
    fn brace(&mut self) {
        let start = self.at;
        let low = self.take_while(usize::MAX, |char| char.is_ascii_digit());
        let comma = self.peek() == Some(',');
        if comma {
            self.at += 1;
        }
        let high = match comma {
            true => self.take_while(usize::MAX, |char| char.is_ascii_digit()),
            false => String::new(),
        };
        if self.peek() == Some('}') && (comma || !low.is_empty()) {
            self.at += 1;
            let low = if low.is_empty() { "0" } else { &low };
            let comma = if comma { "," } else { "" };
            self.out.push_str(&format!("{{{low}{comma}{high}}}"));
        } else {
            self.at = start;
            self.literal('{');
        }
    }

    /// After `(` where `?` follows.
    fn group(&mut self) -> Result<(), String> {
        let start = self.at;
        self.at += 1;
        let rest = self.chars.get(self.at..).unwrap_or_default();
        match rest {
            ['#', ..] => {
                let Some(length) = rest.iter().position(|char| *char == ')') else {
                    return self.error("missing ), unterminated comment", start - 1);
                };
                self.at += length + 1;
            }
            ['P', '=', ..] => {
                self.at += 2;
                let name = self.take_while(usize::MAX, |char| char != ')');
                self.at += 1;
                self.out.push_str(&format!("(?P={name})"));
            }
            ['P', ..] | [':' | '=' | '!' | '<' | '>' | '(', ..] => self.out.push_str("(?"),
            _ => {
                let flags = self.take_while(usize::MAX, |char| char != ')' && char != ':');
                if let Some(wrong) = flags.chars().find(|flag| !"imsux-".contains(*flag)) {
                    return self.error(&format!("flag {wrong:?} is not supported"), start);
                }
                self.out.push_str("(?");
                self.out.extend(flags.chars().filter(|flag| *flag != 'u'));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::compile;

    #[test]
    fn patterns_mean_what_they_mean_in_python() {
        // Each also tried with CPython's `re.search`.
        for (pattern, text, found) in [
            (r"ba[^\\/]*$", "/tmp/foo/bar.py", true),
            (r"ba[^\\/]*$", "/tmp/bar/foo.py", false),
            (r"[/\\](lib2to3|test)[/\\]", "/usr/lib/test/x.py", true),
            (
                r"/(?!site-packages)[^/]*/x\.py\Z",
                "a/site-packages/x.py",
                false,
            ),
            (r"/(?!site-packages)[^/]*/x\.py\Z", "a/other/x.py", true),
            (r"(?<=test_)\w+", "/test_one", true),
            (r"[[]x", "a[x", true),
            (r"[a&&b]z", "&z", true),
            (r"[]x]y", "]y", true),
            (r"[^]x]y", "]y", false),
            (r"[a\-z]-[+-]", "--+", true),
            (r"x{,2}y{", "y{", true),
            (r"x{a}", "x{a}", true),
            (r"a{2}b", "aab", true),
            (r"(?i)BAR", "/bar.py", true),
            (r"(?P<q>['x])a(?P=q)", "xax", true),
            (r"(.)\1", "foo", true),
            (r"(.)\1", "for", false),
            (r"\x66\157o", "foo", true),
            (r"f(?#comment)oo", "foo", true),
            (r"(?x) f o [ ] o ", "fo o", true),
            (r"(?:a|b)++c", "abc", true),
            (r"\.py", "x_py", false),
            (r"\u00e9", "caf\u{e9}", true),
            (r"}]", "}]", true),
        ] {
            let regex = compile(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
            assert_eq!(regex.is_match(text).unwrap(), found, "{pattern} in {text}");
        }
    }

    #[test]
    fn wrong_patterns_are_refused() {
        for pattern in ["(", "[a", "*", r"\q", r"\x4", "a\\", "(?a)x", "(?#x", ")"] {
            assert!(compile(pattern).is_err(), "{pattern}");
        }
    }
}
