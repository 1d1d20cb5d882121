//! Test support: finding a CPython, golden data, directives. Never a normal dependency.
