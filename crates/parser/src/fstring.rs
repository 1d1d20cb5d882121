//! f-strings (PEP 701).

use hognose_ast::{
    Constant, ConstantExpr, Expr, FormattedValue, JoinedStr, Kind as LiteralKind, Loc,
};
use hognose_tokens::{Kind, Token};

use crate::SyntaxError;
use crate::cursor::{Failed, Parse, Parser, Place, rules};

/// One part of an f-string, before the literal ones are decoded.
enum Part<'a> {
    /// Text as the source spells it.
    Text(Loc, &'a str),
    Value(Expr<'a>),
    /// `{value=}`: the source text, and the value.
    Debug(Debug<'a>, Expr<'a>),
}

/// The text that `=` adds.
struct Debug<'a> {
    /// Where the text stands.
    loc: Loc,
    text: &'a str,
    /// Where the JoinedStr of both stands, should it stay.
    whole: Loc,
}

impl<'a> Parser<'a, '_> {
    /// `fstring`: pushes the parts. Mirrors `_PyPegen_joined_str`.
    pub fn fstring(&mut self) -> Parse<()> {
        let is_raw = self.text().contains(['r', 'R']);
        let around = std::mem::replace(&mut self.in_raw_fstring, is_raw);
        let is_single_line = !self.text().ends_with("\"\"\"") && !self.text().ends_with("'''");
        let around_line = std::mem::replace(&mut self.in_single_line_fstring, is_single_line);
        self.bump();
        let mut parts = Vec::new();
        while !self.at(Kind::FStringEnd) {
            parts.push(self.fstring_middle()?);
        }
        self.in_raw_fstring = around;
        self.in_single_line_fstring = around_line;
        let end = self.token;
        self.bump();
        for part in parts {
            match part {
                Part::Text(loc, text) => self.push_text(loc, text, is_raw, &end)?,
                Part::Value(value) => self.lists.exprs.push(value),
                Part::Debug(debug, value) => {
                    // CPython used to decode this text too, escapes and all.
                    let is_raw = is_raw || self.shows_fields_as_written;
                    self.push_text(debug.loc, debug.text, is_raw, &end)?;
                    self.lists.exprs.push(value);
                }
            }
        }
        Ok(())
    }

    /// Mirrors `_PyPegen_decode_fstring_part`; empty text is left out.
    fn push_text(&mut self, loc: Loc, text: &'a str, is_raw: bool, end: &Token) -> Parse<()> {
        let text = match text {
            "{{" => "{",
            "}}" => "}",
            _ => text,
        };
        let value = self.str_value(text, is_raw, end)?;
        if !value.is_empty() {
            let constant = self.text_constant(loc, value);
            self.lists.exprs.push(constant);
        }
        Ok(())
    }

    fn text_constant(&mut self, loc: Loc, value: &'a [u8]) -> Expr<'a> {
        Expr::Constant(self.arena.alloc(ConstantExpr {
            loc,
            value: Constant::Str(value),
            kind: LiteralKind::Plain,
        }))
    }

    fn fstring_middle(&mut self) -> Parse<Part<'a>> {
        if self.at(Kind::LBrace) {
            return self.replacement_field();
        }
        if !self.at(Kind::FStringMiddle) {
            return Err(Failed);
        }
        let start = self.place();
        let text = self.text();
        self.bump();
        Ok(Part::Text(self.loc(start), text))
    }

    /// `fstring_replacement_field`
    fn replacement_field(&mut self) -> Parse<Part<'a>> {
        self.enter(rules::REPLACEMENT_FIELD)?;
        let part = self.field()?;
        self.leave(rules::REPLACEMENT_FIELD);
        Ok(part)
    }

    /// Mirrors `_PyPegen_formatted_value`.
    fn field(&mut self) -> Parse<Part<'a>> {
        let start = self.place();
        let text_start = self.token.end;
        self.bump();
        let value = self.annotated_rhs()?;
        let is_debug = self.eat(Kind::Equal);
        let mut debug_end: Option<(u32, Place)> = None;
        let mut conversion = -1;
        let text_end = self.token.start;
        if self.at(Kind::Exclamation) {
            let (value, place) = self.conversion()?;
            conversion = value;
            debug_end = Some((text_end, place));
        }
        let colon = self.token;
        // The value's own rules are done with.
        self.leave(rules::REPLACEMENT_FIELD - rules::FORMAT_SPEC);
        let format_spec = self.format_spec()?;
        self.enter(rules::REPLACEMENT_FIELD - rules::FORMAT_SPEC)?;
        if format_spec.is_some() && debug_end.is_none() {
            let after_colon = Place::new(colon.line, colon.col + 1);
            debug_end = Some((colon.start, after_colon));
        }
        let brace = self.token;
        self.expect(Kind::RBrace)?;
        let loc = self.loc(start);
        if is_debug && conversion == -1 && format_spec.is_none() {
            conversion = i32::from(b'r');
        }
        let value = Expr::FormattedValue(self.arena.alloc(FormattedValue {
            loc,
            value,
            conversion,
            format_spec,
        }));
        if !is_debug {
            return Ok(Part::Value(value));
        }
        let (text_end, end) = debug_end.unwrap_or((brace.start, self.last_end));
        let text = self
            .source
            .get(text_start as usize..text_end as usize)
            .ok_or(Failed)?;
        let text = if self.shows_fields_as_written {
            self.without_comments_outside_strings(text)
        } else {
            self.without_comments(text)
        };
        let whole = Loc {
            end_line: end.line(),
            end_col: end.col(),
            ..loc
        };
        let loc = Loc {
            col: whole.col + 1,
            end_col: whole.end_col.saturating_sub(1),
            ..whole
        };
        Ok(Part::Debug(Debug { loc, text, whole }, value))
    }

    /// Cuts from every `#` to the end of its line, in strings too. Mirrors `set_fstring_expr`.
    fn without_comments(&self, text: &'a str) -> &'a str {
        if !text.contains('#') {
            return text;
        }
        let mut out = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            match line.split_once('#') {
                None => out.push_str(line),
                Some((code, comment)) => {
                    out.push_str(code);
                    out.extend(comment.ends_with('\n').then_some('\n'));
                }
            }
        }
        self.arena.alloc_str(&out)
    }

    /// Cuts comments as later releases do, which know strings by their quotes.
    fn without_comments_outside_strings(&self, text: &'a str) -> &'a str {
        if !text.contains('#') {
            return text;
        }
        let mut out = String::with_capacity(text.len());
        let mut quote = None;
        let mut is_comment = false;
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            match character {
                '\n' => is_comment = false,
                _ if is_comment => continue,
                '\\' => {
                    out.push(character);
                    out.extend(characters.next());
                    continue;
                }
                '"' | '\'' => quote = after_quote(quote, character),
                '#' if quote.is_none() => {
                    is_comment = true;
                    continue;
                }
                _ => {}
            }
            out.push(character);
        }
        self.arena.alloc_str(&out)
    }

    /// Refuses a line end in a format specification, which has just been read.
    fn check_line_end(&mut self) -> Parse<()> {
        if !self.in_single_line_fstring
            || self.allows_lines_in_specs
            || self.token.line == self.last_end.line()
        {
            return Ok(());
        }
        let line = self.last_end.line();
        let text = self.source.lines().nth((line as usize).saturating_sub(1));
        let end = text.unwrap_or_default().chars().count() as i32;
        self.refused = Some(Box::new(SyntaxError {
            message: "f-string: newlines are not allowed in format specifiers for single quoted f-strings"
                .to_owned(),
            col: Some(end),
            end_col: Some(end),
            text: text.map(|text| format!("{text}\n")),
            ..SyntaxError::invalid(line)
        }));
        Err(Failed)
    }

    /// `fstring_conversion`: the conversion's code, and where its letter stands.
    fn conversion(&mut self) -> Parse<(i32, Place)> {
        let mark = self.token;
        self.bump();
        let letter = self.token;
        let is_adjacent = mark.line == letter.line && mark.end_col == letter.col;
        if letter.kind != Kind::Name || !is_adjacent {
            return Err(Failed);
        }
        let code = match letter.text(self.source) {
            "s" => b's',
            "r" => b'r',
            "a" => b'a',
            _ => return Err(Failed),
        };
        let place = self.place();
        self.bump();
        Ok((i32::from(code), place))
    }

    /// `[fstring_full_format_spec]`. Mirrors `_PyPegen_setup_full_format_spec`.
    fn format_spec(&mut self) -> Parse<Option<Expr<'a>>> {
        if !self.at(Kind::Colon) {
            return Ok(None);
        }
        let start = self.place();
        self.bump();
        let mut parts = Vec::new();
        while matches!(self.token.kind, Kind::FStringMiddle | Kind::LBrace) {
            let token = self.token;
            let part = match self.fstring_middle()? {
                // Here CPython used to decode escapes, raw or not.
                Part::Text(loc, text) => {
                    let is_raw = self.in_raw_fstring && self.shows_fields_as_written;
                    let value = self.str_value(text, is_raw, &token)?;
                    self.text_constant(loc, value)
                }
                Part::Value(value) => value,
                Part::Debug(debug, value) if self.joins_spec_parts => {
                    parts.push(self.text_constant(debug.loc, debug.text.as_bytes()));
                    value
                }
                // 3.12.1 loses this text and raises a ValueError; 3.13 keeps it, and so do we.
                Part::Debug(debug, value) => {
                    let text = self.text_constant(debug.loc, debug.text.as_bytes());
                    let values = self.arena.alloc_slice_fill_iter([text, value]);
                    Expr::JoinedStr(self.arena.alloc(JoinedStr {
                        loc: debug.whole,
                        values,
                    }))
                }
            };
            parts.push(part);
        }
        self.check_line_end()?;
        let loc = self.loc(start);
        if self.joins_spec_parts {
            let list = self.lists.exprs.begin();
            self.fold_constants(parts, true);
            let values = self.lists.exprs.take(list, self.arena);
            return Ok(Some(Expr::JoinedStr(
                self.arena.alloc(JoinedStr { loc, values }),
            )));
        }
        if let [Expr::Constant(node)] = parts.as_slice()
            && node.value == Constant::Str(b"")
        {
            parts.clear();
        }
        let values = self.arena.alloc_slice_fill_iter(parts);
        Ok(Some(Expr::JoinedStr(
            self.arena.alloc(JoinedStr { loc, values }),
        )))
    }
}

/// The quote that a string is in behind one more quote: three quotes count as one, two as none.
fn after_quote(quote: Option<char>, found: char) -> Option<char> {
    match quote {
        None => Some(found),
        Some(open) if open == found => None,
        other => other,
    }
}
