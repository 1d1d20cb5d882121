//! Strings that a compiling process has interned before it compiles anything.

use std::sync::OnceLock;

use hognose_version::Version;

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

/// What the two processes of one release hold, a string on each line, sorted by bytes.
struct Lists {
    version: Version,
    texts: [&'static str; 2],
    lines: [OnceLock<Vec<&'static str>>; 2],
}

macro_rules! lists {
    ($version:literal, $major:literal, $minor:literal, $patch:literal) => {
        Lists {
            version: Version::new($major, $minor, $patch),
            texts: [
                include_str!(concat!(
                    "../../../../data/live-strings/",
                    $version,
                    "-py_compile.txt"
                )),
                include_str!(concat!(
                    "../../../../data/live-strings/",
                    $version,
                    "-compileall.txt"
                )),
            ],
            lines: [OnceLock::new(), OnceLock::new()],
        }
    };
}

/// Oldest first.
static ALL: [Lists; 3] = [
    lists!("3.12", 3, 12, 1),
    lists!("3.13.0", 3, 13, 0),
    lists!("3.13.18", 3, 13, 18),
];

impl LiveStrings {
    /// Whether that process of a release, or of the last before it that we know, holds an interned string of this text.
    pub fn contains(self, version: Version, text: &[u8]) -> bool {
        let known = ALL.iter().rev().find(|lists| lists.version <= version);
        let [first, ..] = &ALL;
        let lists = known.unwrap_or(first);
        let ([py_compile, compile_all], [py_lines, all_lines]) = (&lists.texts, &lists.lines);
        let (text_of_list, lines) = match self {
            LiveStrings::PyCompile => (py_compile, py_lines),
            LiveStrings::CompileAll => (compile_all, all_lines),
        };
        let lines = lines.get_or_init(|| text_of_list.lines().collect());
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
        for lists in &ALL {
            assert!(lists.texts.iter().all(|text| text.lines().is_sorted()));
            for process in [LiveStrings::PyCompile, LiveStrings::CompileAll] {
                assert!(process.contains(lists.version, b"ArgumentError"));
                assert!(!process.contains(lists.version, b"no_such_string_here"));
            }
        }
        assert!(LiveStrings::CompileAll.contains(Version::DEFAULT, b"zone"));
    }
}
