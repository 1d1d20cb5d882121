//! `"…%s…" % (a, b)` becomes an f-string (`optimize_format` of `Python/ast_opt.c`).

use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;
use hognose_ast::{Constant, ConstantExpr, Expr, FormattedValue, JoinedStr, Kind, Loc};

/// Nodes without a place of their own: every field is -1 once read as signed.
const NOWHERE: Loc = Loc {
    line: u32::MAX,
    col: u32::MAX,
    end_line: u32::MAX,
    end_col: u32::MAX,
};

/// A width or a precision has at most this many digits, less one.
const MAX_DIGITS: usize = 3;

/// What one piece of a format string asks for.
struct Unit {
    conversion: u8,
    left: bool,
    width: Option<u32>,
    precision: Option<u32>,
}

/// Turns `format % items` into an f-string, or answers `None` when that cannot be said with one.
///
/// The items are taken only when the whole format can be said.
pub fn fold<'a>(
    format: &'a [u8],
    items: &mut [Expr<'a>],
    loc: Loc,
    arena: &'a Bump,
) -> Option<Expr<'a>> {
    enum Piece<'p> {
        Text(&'p [u8]),
        Unit(Unit),
    }
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut units = 0;
    loop {
        let text = literal(format, &mut at, arena);
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        if at >= format.len() {
            break;
        }
        if units >= items.len() {
            return None;
        }
        at += 1;
        pieces.push(Piece::Unit(unit(format, &mut at)?));
        units += 1;
    }
    if units < items.len() {
        return None;
    }
    let mut values = BumpVec::with_capacity_in(pieces.len(), arena);
    let mut items = items.iter_mut();
    for piece in pieces {
        match piece {
            Piece::Text(text) => values.push(string(text, arena)),
            Piece::Unit(unit) => {
                let item = items.next()?;
                let loc = item.loc();
                let value = std::mem::replace(item, string(b"", arena));
                let format_spec = unit.spec(arena).map(|spec| string(spec, arena));
                let conversion = i32::from(unit.conversion);
                values.push(Expr::FormattedValue(arena.alloc(FormattedValue {
                    loc,
                    value,
                    conversion,
                    format_spec,
                })));
            }
        }
    }
    Some(Expr::JoinedStr(arena.alloc(JoinedStr {
        loc,
        values: values.into_bump_slice_mut(),
    })))
}

fn string<'a>(text: &'a [u8], arena: &'a Bump) -> Expr<'a> {
    Expr::Constant(arena.alloc(ConstantExpr {
        loc: NOWHERE,
        value: Constant::Str(text),
        kind: Kind::Plain,
    }))
}

/// The one `%` made by folding: CPython makes a new object here, where a literal's `%` is the immortal one.
///
/// Known by its address, for marshal tells the two apart.
pub static FOLDED_PERCENT: [u8; 1] = *b"%";

/// Reads text up to the next conversion; `%%` is one `%` (`parse_literal`).
fn literal<'a>(format: &'a [u8], at: &mut usize, arena: &'a Bump) -> &'a [u8] {
    let start = *at;
    let mut end = start;
    let mut has_percents = false;
    while let Some(&byte) = format.get(end) {
        if byte != b'%' {
            end += 1;
        } else if format.get(end + 1) == Some(&b'%') {
            has_percents = true;
            end += 2;
        } else {
            break;
        }
    }
    *at = end;
    let text = format.get(start..end).unwrap_or(b"");
    if !has_percents {
        return text;
    }
    let mut plain = BumpVec::with_capacity_in(text.len(), arena);
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        plain.push(byte);
        rest = if byte == b'%' {
            tail.get(1..).unwrap_or(b"")
        } else {
            tail
        };
    }
    if *plain == *b"%" {
        return &FOLDED_PERCENT;
    }
    plain.into_bump_slice()
}

/// Reads what stands behind a `%` (`simple_format_arg_parse` and `parse_format`).
fn unit(format: &[u8], at: &mut usize) -> Option<Unit> {
    let mut next = || {
        let byte = format.get(*at).copied();
        *at += 1;
        byte
    };
    let mut left = false;
    let mut byte = next()?;
    while matches!(byte, b'-' | b'+' | b' ' | b'#' | b'0') {
        left |= byte == b'-';
        byte = next()?;
    }
    let number = |byte: &mut u8, next: &mut dyn FnMut() -> Option<u8>| {
        let mut value = 0;
        let mut digits = 0;
        while byte.is_ascii_digit() {
            value = value * 10 + u32::from(*byte - b'0');
            *byte = next()?;
            digits += 1;
            if digits >= MAX_DIGITS {
                return None;
            }
        }
        Some(value)
    };
    let mut width = None;
    if byte.is_ascii_digit() {
        width = Some(number(&mut byte, &mut next)?);
    }
    let mut precision = None;
    if byte == b'.' {
        byte = next()?;
        precision = Some(number(&mut byte, &mut next)?);
    }
    matches!(byte, b's' | b'r' | b'a').then_some(Unit {
        conversion: byte,
        left,
        width,
        precision,
    })
}

impl Unit {
    /// The format specification of the f-string, if it needs one.
    fn spec<'a>(&self, arena: &'a Bump) -> Option<&'a [u8]> {
        let mut spec = String::new();
        if !self.left && self.width.is_some_and(|width| width > 0) {
            spec.push('>');
        }
        if let Some(width) = self.width {
            spec.push_str(&width.to_string());
        }
        if let Some(precision) = self.precision {
            spec.push('.');
            spec.push_str(&precision.to_string());
        }
        (!spec.is_empty()).then(|| arena.alloc_str(&spec).as_bytes())
    }
}
