//! AST and scopes to a code object, byte for byte CPython's.

pub mod assemble;
mod cfg;
pub mod consts;
pub mod ir;
pub mod names;
mod passes;
