//! AST to scopes, cells and free variables.
