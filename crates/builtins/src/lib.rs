//! The builtins, the native modules and the import system.
