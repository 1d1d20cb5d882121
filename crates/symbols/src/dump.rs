//! Scopes as text, for people and for comparisons.

use std::fmt::Write;

use hognose_ast::Names;

use crate::build::Table;
use crate::scope::{BlockKind, Resolution, Scope, ScopeId, flags};

/// The facts of a symbol, in the order they are shown.
const FACTS: &[(u32, &str)] = &[
    (flags::DEF_PARAM, "parameter"),
    (flags::DEF_TYPE_PARAM, "type parameter"),
    (flags::DEF_LOCAL, "assigned"),
    (flags::DEF_IMPORT, "imported"),
    (flags::DEF_ANNOT, "annotated"),
    (flags::USE, "referenced"),
    (flags::DEF_GLOBAL, "declared global"),
    (flags::DEF_NONLOCAL, "declared nonlocal"),
    (flags::DEF_COMP_ITER, "iteration variable"),
    (flags::DEF_FREE_CLASS, "free in a method"),
    (flags::DEF_COMP_CELL, "cell in an inlined comprehension"),
];

impl Table<'_> {
    /// Shows every scope, inner ones indented, with its names in alphabetical order.
    pub fn dump(&self, names: &Names) -> String {
        let mut out = String::new();
        self.dump_scope(self.top(), 0, names, &mut out);
        out
    }

    fn dump_scope(&self, id: ScopeId, level: usize, names: &Names, out: &mut String) {
        let scope = &self[id];
        let indent = "  ".repeat(level);
        let _ = writeln!(
            out,
            "{indent}{} {} (line {}){}",
            scope.kind.shown(),
            names.get(scope.name),
            scope.location.line,
            traits(scope)
        );
        let mut symbols: Vec<(&str, u32)> = scope
            .symbols
            .iter()
            .map(|(name, symbol)| (names.get(name), symbol))
            .collect();
        symbols.sort_unstable();
        for (name, symbol) in symbols {
            let _ = write!(
                out,
                "{indent}    {name}: {}",
                Resolution::of(symbol).shown()
            );
            for (flag, fact) in FACTS {
                if symbol & flag != 0 {
                    let _ = write!(out, ", {fact}");
                }
            }
            out.push('\n');
        }
        for &child in &scope.children {
            self.dump_scope(child, level + 1, names, out);
        }
    }
}

fn traits(scope: &Scope) -> String {
    let traits = [
        (scope.nested, "nested"),
        (scope.generator, "generator"),
        (scope.coroutine, "coroutine"),
        (scope.varargs, "*args"),
        (scope.varkeywords, "**kwargs"),
        (scope.needs_class_closure, "provides __class__"),
        (scope.needs_classdict, "provides __classdict__"),
    ];
    traits
        .iter()
        .filter(|(holds, _)| *holds)
        .map(|(_, shown)| format!(", {shown}"))
        .collect()
}

impl BlockKind {
    /// The kind in the words of `symtable.SymbolTable.get_type`.
    pub fn shown(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Class => "class",
            Self::Module => "module",
            Self::Annotation => "annotation",
            Self::TypeVariable(_) => "TypeVar bound",
            Self::TypeAlias => "type alias",
            Self::TypeParams => "type parameter",
        }
    }
}

impl Resolution {
    fn shown(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Local => "local",
            Self::GlobalExplicit => "global",
            Self::GlobalImplicit => "implicit global",
            Self::Free => "free",
            Self::Cell => "cell",
        }
    }
}
