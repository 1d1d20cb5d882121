//! The supported CPython versions and the named abilities of each.
