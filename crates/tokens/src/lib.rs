//! Text to CPython's token stream, never panicking on any input.
