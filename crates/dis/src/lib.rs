//! A code object as the text that CPython's dis prints.
