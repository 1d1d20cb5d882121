//! AST to scopes, cells and free variables: CPython's `symtable.c`.
//!
//! [`build`] walks a module twice: once to note what each scope does with each name, once to decide which names are
//! local, global, free or cells. It refuses what CPython refuses at this stage, in CPython's words. It does not change
//! the tree, and it never recurses deeper than CPython lets a program nest.

mod analyse;
mod build;
mod dump;
mod error;
mod mangle;
mod scope;
mod visit;

pub use build::{NodeKey, RECURSION_LIMIT, Table};
pub use error::{Construct, Error, ErrorKind, Place};
pub use mangle::mangle;
pub use scope::{BlockKind, ComprehensionKind, Resolution, Scope, ScopeId, Symbols, flags};

use bumpalo::Bump;
use hognose_ast::{Mod, Names};

/// Builds the scopes of a module (`_PySymtable_Build`).
///
/// `future_annotations` is whether `from __future__ import annotations` holds; `depth` is how many levels of nesting
/// are taken already.
pub fn build<'s>(
    module: &Mod,
    names: &mut Names,
    arena: &'s Bump,
    future_annotations: bool,
    depth: u32,
) -> Result<Table<'s>, Error> {
    let mut table = build::collect(module, names, arena, future_annotations, depth)?;
    analyse::analyse(&mut table)?;
    Ok(table)
}
