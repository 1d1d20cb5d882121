//! A code object proven well-formed, or the first reason why not.
