//! AST to scopes, cells and free variables: CPython's `symtable.c`.
//!
//! [`build`] walks a module twice: once to note what each scope does with each name, once to decide which names are
//! local, global, free or cells. It refuses what CPython refuses at this stage, in CPython's words. It does not change
//! the tree, and it never recurses deeper than CPython lets a program nest.

mod analyse;
mod build;
mod dump;
mod error;
mod generics;
mod mangle;
mod scope;
mod visit;

pub use build::{NodeKey, Table};
pub use error::{Construct, Error, ErrorKind, Place};
pub use mangle::mangle;
pub use scope::{BlockKind, ComprehensionKind, Resolution, Scope, ScopeId, Symbols, flags};

use bumpalo::Bump;
use hognose_ast::{Mod, Names};
use hognose_version::{Features, SymbolRules};

/// By which rules a table is built.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Whether `from __future__ import annotations` holds.
    pub future_annotations: bool,
    pub rules: SymbolRules,
    pub classdict_reserved: bool,
    pub nesting: Nesting,
}

impl Settings {
    /// Those of a version, with so many C calls of CPython under way.
    pub fn new(features: &Features, future_annotations: bool, calls: u32) -> Self {
        Self {
            future_annotations,
            rules: features.symbols,
            classdict_reserved: features.classdict_reserved,
            nesting: Nesting::new(features, calls),
        }
    }
}

/// How deep a tree may nest, and how deep one is.
#[derive(Clone, Copy, Debug)]
pub struct Nesting {
    depth: u32,
    limit: u32,
}

impl Nesting {
    /// The start of a walk with so many C calls of CPython under way.
    pub fn new(features: &Features, calls: u32) -> Self {
        Self {
            depth: calls * features.levels_per_call,
            limit: features.nesting_limit,
        }
    }

    /// Goes one level down; tells whether CPython would.
    #[inline]
    pub fn descend(&mut self) -> bool {
        self.depth += 1;
        self.depth <= self.limit
    }

    /// Comes back up.
    #[inline]
    pub fn ascend(&mut self) {
        self.depth -= 1;
    }
}

/// Builds the scopes of a module (`_PySymtable_Build`).
///
pub fn build<'s>(
    module: &Mod,
    names: &mut Names,
    arena: &'s Bump,
    settings: Settings,
) -> Result<Table<'s>, Error> {
    let mut table = build::collect(module, names, arena, settings)?;
    analyse::analyse(&mut table, settings.rules)?;
    Ok(table)
}
