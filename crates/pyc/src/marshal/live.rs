//! Strings that a compiling process has interned before it compiles anything.

use std::sync::OnceLock;

/// Which process is mirrored: another one has other strings alive.
///
/// It matters in one place only, whether a frozenset of constants is shared between code objects
/// (see `pool.rs`); about one module in a thousand shows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LiveStrings {
    /// A fresh `python -m py_compile FILE`.
    PyCompile,
    /// `python -m compileall`.
    CompileAll,
}

static PY_COMPILE: &str = include_str!("../../../../data/live-strings/3.12-py_compile.txt");
static COMPILE_ALL: &str = include_str!("../../../../data/live-strings/3.12-compileall.txt");

impl LiveStrings {
    /// Whether that process holds an interned string of this text.
    pub fn contains(self, text: &[u8]) -> bool {
        static LISTS: [OnceLock<Vec<&str>>; 2] = [OnceLock::new(), OnceLock::new()];
        let [py_compile, compile_all] = &LISTS;
        let (list, file) = match self {
            LiveStrings::PyCompile => (py_compile, PY_COMPILE),
            LiveStrings::CompileAll => (compile_all, COMPILE_ALL),
        };
        let lines = list.get_or_init(|| file.lines().collect());
        lines
            .binary_search_by(|line| line.as_bytes().cmp(text))
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_and_found() {
        assert!(PY_COMPILE.lines().is_sorted() && COMPILE_ALL.lines().is_sorted());
        assert!(LiveStrings::PyCompile.contains(b"zlib_codec"));
        assert!(LiveStrings::CompileAll.contains(b"zone"));
        assert!(!LiveStrings::PyCompile.contains(b"no_such_string_here"));
    }
}
