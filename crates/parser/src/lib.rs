//! Tokens to AST, or CPython's SyntaxError with its words and place.
