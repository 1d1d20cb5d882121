//! AST and scopes to a code object, byte for byte CPython's.
