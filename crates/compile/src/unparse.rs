//! Annotations back to text, for `from __future__ import annotations`: CPython's `ast_unparse.c`.
//!
//! Text is generalised UTF-8, as string constants are.

use hognose_ast::{
    Arg, Arguments, BoolOpKind, CmpOp, Comprehension, Constant, Expr, FormattedValue, Keyword,
    Kind, Lambda, Name, Names, Operator, UnaryOpKind, repr,
};

// How tightly an expression binds (`PR_…`).
const TUPLE: u8 = 0;
const TEST: u8 = 1;
const OR: u8 = 2;
const AND: u8 = 3;
const NOT: u8 = 4;
const CMP: u8 = 5;
const BIT_OR: u8 = 6;
const BIT_XOR: u8 = 7;
const BIT_AND: u8 = 8;
const SHIFT: u8 = 9;
const ARITH: u8 = 10;
const TERM: u8 = 11;
const FACTOR: u8 = 12;
const POWER: u8 = 13;
const AWAIT: u8 = 14;
const ATOM: u8 = 15;

/// What CPython writes for an infinite float.
const INFINITY: &str = "1e309";

/// The text of an annotation (`_PyAST_ExprAsUnicode`).
pub fn expression(expr: &Expr, names: &Names) -> Vec<u8> {
    let mut writer = Writer {
        out: Vec::new(),
        names,
    };
    writer.expr(expr, TEST);
    writer.out
}

struct Writer<'n> {
    out: Vec<u8>,
    names: &'n Names,
}

impl Writer<'_> {
    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn name(&mut self, name: Name) {
        self.out.extend_from_slice(self.names.get(name).as_bytes());
    }

    /// Writes in parentheses if what is around binds more tightly.
    fn wrapped(&mut self, wrap: bool, write: impl FnOnce(&mut Self)) {
        if wrap {
            self.text("(");
        }
        write(self);
        if wrap {
            self.text(")");
        }
    }

    fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.text(", ");
            }
            write(self, item);
        }
    }

    fn exprs(&mut self, exprs: &[Expr]) {
        self.list(exprs, |writer, expr| writer.expr(expr, TEST));
    }

    fn expr(&mut self, expr: &Expr, level: u8) {
        match expr {
            Expr::BoolOp(node) => {
                let (op, binds) = match node.op {
                    BoolOpKind::And => (" and ", AND),
                    BoolOpKind::Or => (" or ", OR),
                };
                self.wrapped(level > binds, |writer| {
                    for (at, value) in node.values.iter().enumerate() {
                        if at > 0 {
                            writer.text(op);
                        }
                        writer.expr(value, binds + 1);
                    }
                });
            }
            Expr::BinOp(node) => {
                let (op, binds) = operator(node.op);
                let right_first = node.op == Operator::Pow;
                self.wrapped(level > binds, |writer| {
                    writer.expr(&node.left, binds + u8::from(right_first));
                    writer.text(op);
                    writer.expr(&node.right, binds + u8::from(!right_first));
                });
            }
            Expr::UnaryOp(node) => {
                let (op, binds) = match node.op {
                    UnaryOpKind::Invert => ("~", FACTOR),
                    UnaryOpKind::Not => ("not ", NOT),
                    UnaryOpKind::UAdd => ("+", FACTOR),
                    UnaryOpKind::USub => ("-", FACTOR),
                };
                self.wrapped(level > binds, |writer| {
                    writer.text(op);
                    writer.expr(&node.operand, binds);
                });
            }
            Expr::Lambda(node) => self.wrapped(level > TEST, |writer| writer.lambda(node)),
            Expr::IfExp(node) => self.wrapped(level > TEST, |writer| {
                writer.expr(&node.body, TEST + 1);
                writer.text(" if ");
                writer.expr(&node.test, TEST + 1);
                writer.text(" else ");
                writer.expr(&node.orelse, TEST);
            }),
            Expr::Dict(node) => {
                self.text("{");
                for (at, (key, value)) in node.keys.iter().zip(node.values.iter()).enumerate() {
                    if at > 0 {
                        self.text(", ");
                    }
                    match key {
                        Some(key) => {
                            self.expr(key, TEST);
                            self.text(": ");
                            self.expr(value, TEST);
                        }
                        None => {
                            self.text("**");
                            self.expr(value, BIT_OR);
                        }
                    }
                }
                self.text("}");
            }
            Expr::Set(node) => {
                self.text("{");
                self.exprs(&*node.elts);
                self.text("}");
            }
            Expr::GeneratorExp(node) => self.comprehension("(", &node.elt, &*node.generators, ")"),
            Expr::ListComp(node) => self.comprehension("[", &node.elt, &*node.generators, "]"),
            Expr::SetComp(node) => self.comprehension("{", &node.elt, &*node.generators, "}"),
            Expr::DictComp(node) => {
                self.text("{");
                self.expr(&node.key, TEST);
                self.text(": ");
                self.comprehension("", &node.value, &*node.generators, "}");
            }
            Expr::Yield(node) => match &node.value {
                None => self.text("(yield)"),
                Some(value) => {
                    self.text("(yield ");
                    self.expr(value, TEST);
                    self.text(")");
                }
            },
            Expr::YieldFrom(node) => {
                self.text("(yield from ");
                self.expr(&node.value, TEST);
                self.text(")");
            }
            Expr::Await(node) => self.wrapped(level > AWAIT, |writer| {
                writer.text("await ");
                writer.expr(&node.value, ATOM);
            }),
            Expr::Compare(node) => self.wrapped(level > CMP, |writer| {
                writer.expr(&node.left, CMP + 1);
                for (op, comparator) in node.ops.iter().zip(node.comparators.iter()) {
                    writer.text(comparison(*op));
                    writer.expr(comparator, CMP + 1);
                }
            }),
            Expr::Call(node) => {
                self.expr(&node.func, ATOM);
                if let ([only @ Expr::GeneratorExp(_)], []) = (&*node.args, &*node.keywords) {
                    self.expr(only, TEST);
                    return;
                }
                self.text("(");
                self.exprs(&*node.args);
                if !node.args.is_empty() && !node.keywords.is_empty() {
                    self.text(", ");
                }
                self.list(&*node.keywords, Self::keyword);
                self.text(")");
            }
            Expr::Constant(node) => {
                if node.value == Constant::Ellipsis {
                    self.text("...");
                    return;
                }
                if node.kind == Kind::U {
                    self.text("u");
                }
                self.constant(&node.value);
            }
            Expr::JoinedStr(node) => self.joined_str(&*node.values, false),
            Expr::FormattedValue(node) => self.formatted_value(node),
            Expr::Attribute(node) => {
                self.expr(&node.value, ATOM);
                // `1 .real`: without the space this would be a float.
                let is_int = matches!(
                    &node.value,
                    Expr::Constant(value)
                        if matches!(value.value, Constant::Int(_) | Constant::BigInt(_))
                );
                self.text(if is_int { " ." } else { "." });
                self.name(node.attr);
            }
            Expr::Subscript(node) => {
                self.expr(&node.value, ATOM);
                self.text("[");
                self.expr(&node.slice, TUPLE);
                self.text("]");
            }
            Expr::Starred(node) => {
                self.text("*");
                self.expr(&node.value, BIT_OR);
            }
            Expr::Slice(node) => {
                if let Some(lower) = &node.lower {
                    self.expr(lower, TEST);
                }
                self.text(":");
                if let Some(upper) = &node.upper {
                    self.expr(upper, TEST);
                }
                if let Some(step) = &node.step {
                    self.text(":");
                    self.expr(step, TEST);
                }
            }
            Expr::Name(node) => self.name(node.id),
            Expr::List(node) => {
                self.text("[");
                self.exprs(&*node.elts);
                self.text("]");
            }
            Expr::Tuple(node) => {
                if node.elts.is_empty() {
                    self.text("()");
                    return;
                }
                self.wrapped(level > TUPLE, |writer| {
                    writer.exprs(&*node.elts);
                    if node.elts.len() == 1 {
                        writer.text(",");
                    }
                });
            }
            Expr::NamedExpr(node) => self.wrapped(level > TUPLE, |writer| {
                writer.expr(&node.target, ATOM);
                writer.text(" := ");
                writer.expr(&node.value, ATOM);
            }),
        }
    }

    fn comprehension(&mut self, open: &str, elt: &Expr, generators: &[Comprehension], close: &str) {
        self.text(open);
        self.expr(elt, TEST);
        for generator in generators {
            self.text(if generator.is_async {
                " async for "
            } else {
                " for "
            });
            self.expr(&generator.target, TUPLE);
            self.text(" in ");
            self.expr(&generator.iter, TEST + 1);
            for condition in generator.ifs.iter() {
                self.text(" if ");
                self.expr(condition, TEST + 1);
            }
        }
        self.text(close);
    }

    fn lambda(&mut self, node: &Lambda) {
        let has_positional = !node.args.args.is_empty() || !node.args.posonlyargs.is_empty();
        self.text(if has_positional { "lambda " } else { "lambda" });
        self.arguments(node.args);
        self.text(": ");
        self.expr(&node.body, TEST);
    }

    fn arguments(&mut self, args: &Arguments) {
        let mut first = true;
        let mut comma = |writer: &mut Self| {
            if !std::mem::take(&mut first) {
                writer.text(", ");
            }
        };
        let positional_only = args.posonlyargs.len();
        let positional = positional_only + args.args.len();
        let without_default = positional.saturating_sub(args.defaults.len());
        for (at, arg) in args.posonlyargs.iter().chain(args.args.iter()).enumerate() {
            comma(self);
            self.arg(arg);
            let default = at
                .checked_sub(without_default)
                .and_then(|at| args.defaults.get(at));
            if let Some(default) = default {
                self.text("=");
                self.expr(default, TEST);
            }
            if at + 1 == positional_only {
                self.text(", /");
            }
        }
        if args.vararg.is_some() || !args.kwonlyargs.is_empty() {
            comma(self);
            self.text("*");
            if let Some(vararg) = &args.vararg {
                self.arg(vararg);
            }
        }
        for (arg, default) in args.kwonlyargs.iter().zip(args.kw_defaults.iter()) {
            comma(self);
            self.arg(arg);
            if let Some(default) = default {
                self.text("=");
                self.expr(default, TEST);
            }
        }
        if let Some(kwarg) = &args.kwarg {
            comma(self);
            self.text("**");
            self.arg(kwarg);
        }
    }

    fn arg(&mut self, arg: &Arg) {
        self.name(arg.arg);
        if let Some(annotation) = &arg.annotation {
            self.text(": ");
            self.expr(annotation, TEST);
        }
    }

    fn keyword(&mut self, keyword: &Keyword) {
        match keyword.arg {
            Some(arg) => {
                self.name(arg);
                self.text("=");
            }
            None => self.text("**"),
        }
        self.expr(&keyword.value, TEST);
    }

    fn constant(&mut self, value: &Constant) {
        if let Constant::Tuple(items) = value {
            self.text("(");
            self.list(items, Self::constant);
            self.text(if items.len() == 1 { ",)" } else { ")" });
            return;
        }
        let mut shown = String::new();
        repr::write_repr(&mut shown, value);
        if matches!(value, Constant::Float(_) | Constant::Complex { .. }) {
            shown = shown.replace("inf", INFINITY);
        }
        self.text(&shown);
    }

    /// Writes an f-string, or the bare inside of one in a format specification.
    fn joined_str(&mut self, values: &[Expr], is_format_spec: bool) {
        let outer = std::mem::take(&mut self.out);
        for value in values {
            self.fstring_element(value, is_format_spec);
        }
        let body = std::mem::replace(&mut self.out, outer);
        if is_format_spec {
            self.out.extend_from_slice(&body);
        } else {
            let mut shown = String::from("f");
            repr::write_repr(&mut shown, &Constant::Str(&body));
            self.text(&shown);
        }
    }

    fn fstring_element(&mut self, element: &Expr, is_format_spec: bool) {
        match element {
            Expr::Constant(node) => {
                let Constant::Str(text) = node.value else {
                    return;
                };
                for &byte in text {
                    if matches!(byte, b'{' | b'}') {
                        self.out.push(byte);
                    }
                    self.out.push(byte);
                }
            }
            Expr::JoinedStr(node) => self.joined_str(&*node.values, is_format_spec),
            Expr::FormattedValue(node) => self.formatted_value(node),
            _ => {}
        }
    }

    fn formatted_value(&mut self, node: &FormattedValue) {
        let outer = std::mem::take(&mut self.out);
        self.expr(&node.value, TEST + 1);
        let value = std::mem::replace(&mut self.out, outer);
        // Two braces in a row would be read as one plain brace.
        self.text(if value.starts_with(b"{") { "{ " } else { "{" });
        self.out.extend_from_slice(&value);
        if let Ok(conversion) = u8::try_from(node.conversion)
            && conversion > 0
        {
            self.out.extend_from_slice(&[b'!', conversion]);
        }
        if let Some(spec) = &node.format_spec {
            self.text(":");
            self.fstring_element(spec, true);
        }
        self.text("}");
    }
}

fn operator(op: Operator) -> (&'static str, u8) {
    match op {
        Operator::Add => (" + ", ARITH),
        Operator::Sub => (" - ", ARITH),
        Operator::Mult => (" * ", TERM),
        Operator::MatMult => (" @ ", TERM),
        Operator::Div => (" / ", TERM),
        Operator::Mod => (" % ", TERM),
        Operator::LShift => (" << ", SHIFT),
        Operator::RShift => (" >> ", SHIFT),
        Operator::BitOr => (" | ", BIT_OR),
        Operator::BitXor => (" ^ ", BIT_XOR),
        Operator::BitAnd => (" & ", BIT_AND),
        Operator::FloorDiv => (" // ", TERM),
        Operator::Pow => (" ** ", POWER),
    }
}

fn comparison(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Eq => " == ",
        CmpOp::NotEq => " != ",
        CmpOp::Lt => " < ",
        CmpOp::LtE => " <= ",
        CmpOp::Gt => " > ",
        CmpOp::GtE => " >= ",
        CmpOp::Is => " is ",
        CmpOp::IsNot => " is not ",
        CmpOp::In => " in ",
        CmpOp::NotIn => " not in ",
    }
}
