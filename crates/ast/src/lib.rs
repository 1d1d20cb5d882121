//! Python's abstract syntax tree: nodes, visitors, and `ast.dump`'s text.
//!
//! Nodes live in a `bumpalo` arena and are held by exclusive references, so that a later pass (constant folding)
//! can replace them in place. Field names, positions and shapes are CPython's; the node types are generated from
//! data/ast.toml. This crate never reads source text: crate `parser` builds the trees.
//!
//! ```
//! use hognose_ast::{Constant, ConstantExpr, Expr, Kind, Loc};
//!
//! let arena = bumpalo::Bump::new();
//! let loc = Loc { line: 1, col: 0, end_line: 1, end_col: 2 };
//! let one = Expr::Constant(arena.alloc(ConstantExpr { loc, value: Constant::Int(42), kind: Kind::Plain }));
//! assert_eq!(one.loc().end_col, 2);
//! ```

mod constant;
mod loc;
mod names;

/// `ast.dump`'s text.
pub mod dump;
/// Python's `repr` of constants.
pub mod repr;

mod generated {
    pub mod dump;
    pub mod nodes;
    pub mod visit;
}

pub use constant::{BigInt, Constant, Kind};
pub use generated::nodes::*;
pub use generated::visit::*;
pub use loc::Loc;
pub use names::{Name, Names, known};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_stay_small() {
        assert_eq!(size_of::<Option<Expr<'_>>>(), 16);
        assert_eq!(size_of::<Stmt<'_>>(), 16);
        assert_eq!(size_of::<Pattern<'_>>(), 16);
        assert_eq!(size_of::<Name>(), 4);
    }
}
