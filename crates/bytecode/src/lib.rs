//! All that is true of CPython code objects: opcodes, words, line and exception tables.
