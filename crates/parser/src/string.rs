//! String literals and their implicit concatenation.

use hognose_ast::{Constant, ConstantExpr, Expr, JoinedStr, Kind as LiteralKind, Loc};
use hognose_tokens::{Kind, Token};

use crate::Warning;
use crate::cursor::{Failed, Parse, Parser, Place};
use crate::escape::{InvalidEscape, decode_bytes, decode_str};

impl<'a> Parser<'a, '_> {
    /// `strings`
    pub fn strings(&mut self) -> Parse<Expr<'a>> {
        let start = self.place();
        if self.at(Kind::String) {
            let only = self.string()?;
            if !matches!(self.token.kind, Kind::String | Kind::FStringStart) {
                return Ok(only);
            }
            let list = self.lists.exprs.begin();
            self.lists.exprs.push(only);
            return self.concatenate(start, list);
        }
        let list = self.lists.exprs.begin();
        self.concatenate(start, list)
    }

    /// The rest of literals side by side, those before being in the list.
    ///
    /// The parts of f-strings are put in that list as if they were literals of their own.
    fn concatenate(&mut self, start: Place, list: usize) -> Parse<Expr<'a>> {
        let mut has_fstring = false;
        loop {
            match self.token.kind {
                Kind::String => {
                    let next = self.string()?;
                    self.lists.exprs.push(next);
                }
                Kind::FStringStart => {
                    has_fstring = true;
                    self.fstring()?;
                }
                _ => break,
            }
        }
        self.concatenate_strings(start, list, has_fstring)
    }

    /// A `STRING` token. Mirrors `_PyPegen_constant_from_string`.
    fn string(&mut self) -> Parse<Expr<'a>> {
        let start = self.place();
        let token = self.token;
        let value = self.string_value(&token)?;
        let kind = if self.text().starts_with('u') {
            LiteralKind::U
        } else {
            LiteralKind::Plain
        };
        self.bump();
        Ok(Expr::Constant(self.arena.alloc(ConstantExpr {
            loc: self.loc(start),
            value,
            kind,
        })))
    }

    /// Mirrors `_PyPegen_parse_string`.
    fn string_value(&mut self, token: &Token) -> Parse<Constant<'a>> {
        let text = token.text(self.source);
        let quote = memchr::memchr2(b'\'', b'"', text.as_bytes()).ok_or(Failed)?;
        let (prefix, quoted) = text.split_at(quote);
        let width = if quoted.len() >= 6 && is_triple(quoted.as_bytes()) {
            3
        } else {
            1
        };
        let body = quoted.get(width..quoted.len() - width).ok_or(Failed)?;
        let (mut is_bytes, mut is_raw) = (false, false);
        for letter in prefix.bytes() {
            is_bytes |= letter | 0x20 == b'b';
            is_raw |= letter | 0x20 == b'r';
        }
        if is_bytes {
            if !body.is_ascii() {
                return Err(Failed);
            }
            return self.bytes_value(body, is_raw, token);
        }
        self.str_value(body, is_raw, token).map(Constant::Str)
    }

    fn bytes_value(&mut self, body: &'a str, is_raw: bool, token: &Token) -> Parse<Constant<'a>> {
        let body = body.as_bytes();
        if is_raw || memchr::memchr(b'\\', body).is_none() {
            return Ok(Constant::Bytes(body));
        }
        let mut out = Vec::with_capacity(body.len());
        let invalid = decode_bytes(body, &mut out).map_err(|_| Failed)?;
        self.warn(invalid, token);
        Ok(Constant::Bytes(self.arena.alloc_slice_copy(&out)))
    }

    /// The value of a str literal's body, without a copy unless it holds escapes.
    ///
    /// Mirrors `_PyPegen_decode_string`; `token` is where warnings go.
    pub fn str_value(&mut self, body: &'a str, is_raw: bool, token: &Token) -> Parse<&'a [u8]> {
        if is_raw || memchr::memchr(b'\\', body.as_bytes()).is_none() {
            return Ok(body.as_bytes());
        }
        let mut out = Vec::with_capacity(body.len());
        let mut invalid = decode_str(body, &mut out).map_err(|_| Failed)?;
        if matches!(token.kind, Kind::FStringMiddle | Kind::FStringEnd) {
            // The tokeniser has warned of these.
            invalid =
                invalid.filter(|&invalid| !matches!(invalid, InvalidEscape::Char(b'{' | b'}')));
        }
        self.warn(invalid, token);
        Ok(self.arena.alloc_slice_copy(&out))
    }

    fn warn(&mut self, invalid: Option<InvalidEscape>, token: &Token) {
        if let Some(invalid) = invalid {
            self.warnings.push(Warning {
                message: invalid.message(),
                loc: Loc {
                    line: token.line,
                    col: token.col,
                    end_line: token.end_line,
                    end_col: token.end_col,
                },
            });
        }
    }

    /// Joins the literals of the list begun at `list`. Mirrors `_PyPegen_concatenate_strings`.
    fn concatenate_strings(
        &mut self,
        start: Place,
        list: usize,
        has_fstring: bool,
    ) -> Parse<Expr<'a>> {
        let loc = self.loc(start);
        let parts: Vec<Expr<'a>> = self.lists.exprs.drain(list).collect();
        let bytes = parts.iter().filter(|part| is_bytes(part)).count();
        if bytes > 0 {
            let is_mixed = has_fstring || bytes != parts.len();
            return if is_mixed {
                Err(Failed)
            } else {
                self.join_bytes(loc, &parts)
            };
        }
        self.fold_constants(parts, has_fstring);
        if !has_fstring {
            return self.lists.exprs.drain(list).next().ok_or(Failed);
        }
        let values = self.lists.exprs.take(list, self.arena);
        Ok(Expr::JoinedStr(self.arena.alloc(JoinedStr { loc, values })))
    }

    fn join_bytes(&mut self, loc: Loc, literals: &[Expr<'a>]) -> Parse<Expr<'a>> {
        let mut joined = Vec::new();
        for literal in literals {
            if let Expr::Constant(node) = literal
                && let Constant::Bytes(bytes) = node.value
            {
                joined.extend_from_slice(bytes);
            }
        }
        Ok(Expr::Constant(self.arena.alloc(ConstantExpr {
            loc,
            value: Constant::Bytes(self.arena.alloc_slice_copy(&joined)),
            kind: LiteralKind::Plain,
        })))
    }

    /// Pushes the parts with neighbouring constants joined, and beside f-strings without the empty ones.
    pub fn fold_constants(&mut self, parts: Vec<Expr<'a>>, has_fstring: bool) {
        let mut run: Option<Run<'a>> = None;
        for part in parts {
            match part {
                Expr::Constant(node) => match &mut run {
                    Some(run) => run.add(node),
                    None => run = Some(Run::new(node)),
                },
                other => {
                    self.finish_run(run.take(), has_fstring);
                    self.lists.exprs.push(other);
                }
            }
        }
        self.finish_run(run, has_fstring);
    }

    fn finish_run(&mut self, run: Option<Run<'a>>, has_fstring: bool) {
        let Some(run) = run else {
            return;
        };
        let value = match run.joined {
            Some(joined) => self.arena.alloc_slice_copy(&joined),
            None => run.first,
        };
        if has_fstring && value.is_empty() {
            return;
        }
        self.lists
            .exprs
            .push(Expr::Constant(self.arena.alloc(ConstantExpr {
                loc: run.loc,
                value: Constant::Str(value),
                kind: run.kind,
            })));
    }
}

/// Neighbouring constants about to be joined.
struct Run<'a> {
    loc: Loc,
    /// The first one's, whatever the others are.
    kind: LiteralKind,
    first: &'a [u8],
    joined: Option<Vec<u8>>,
}

impl<'a> Run<'a> {
    fn new(node: &ConstantExpr<'a>) -> Run<'a> {
        Run {
            loc: node.loc,
            kind: node.kind,
            first: text_of(node),
            joined: None,
        }
    }

    fn add(&mut self, node: &ConstantExpr<'a>) {
        let first = self.first;
        let joined = self.joined.get_or_insert_with(|| first.to_vec());
        joined.extend_from_slice(text_of(node));
        self.loc = self.loc.to(node.loc);
    }
}

fn text_of<'a>(node: &ConstantExpr<'a>) -> &'a [u8] {
    match node.value {
        Constant::Str(text) => text,
        _ => &[],
    }
}

fn is_bytes(part: &Expr<'_>) -> bool {
    matches!(part, Expr::Constant(node) if matches!(node.value, Constant::Bytes(_)))
}

fn is_triple(quoted: &[u8]) -> bool {
    matches!(quoted, [a, b, c, ..] if a == b && b == c)
}
