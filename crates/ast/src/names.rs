//! Interned identifiers.

use std::hash::Hasher;

use hashbrown::HashTable;
use rustc_hash::FxHasher;

/// An identifier: a symbol in [`Names`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(pub u32);

/// The identifiers met so far, each stored once.
#[derive(Debug)]
pub struct Names {
    table: HashTable<u32>,
    entries: Vec<Entry>,
    text: String,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    start: u32,
    len: u32,
    hash: u64,
    private: bool,
}

impl Default for Names {
    fn default() -> Names {
        Names::new()
    }
}

impl Names {
    /// A table that already holds the names of [`known`].
    pub fn new() -> Names {
        let mut names = Names {
            table: HashTable::with_capacity(256),
            entries: Vec::with_capacity(256),
            text: String::with_capacity(4096),
        };
        for name in known::ALL {
            names.intern(name);
        }
        names
    }

    /// The symbol of `text`, which must already be in normal form NFKC.
    pub fn intern(&mut self, text: &str) -> Name {
        let hash = hash(text);
        let (entries, stored) = (&self.entries, &self.text);
        let same = |&symbol: &u32| slice(entries, stored, symbol) == text;
        if let Some(&symbol) = self.table.find(hash, same) {
            return Name(symbol);
        }
        self.insert(hash, text)
    }

    /// The symbol of an identifier as the source spells it: not ASCII means normalising first.
    ///
    /// Mirrors `_PyPegen_new_identifier`.
    pub fn intern_identifier(&mut self, text: &str) -> Name {
        if text.is_ascii() {
            return self.intern(text);
        }
        use unicode_normalization::UnicodeNormalization;
        let normal: String = text.nfkc().collect();
        self.intern(&normal)
    }

    /// The symbol of `text` if it was interned before.
    pub fn find(&self, text: &str) -> Option<Name> {
        let same = |&symbol: &u32| slice(&self.entries, &self.text, symbol) == text;
        self.table
            .find(hash(text), same)
            .map(|&symbol| Name(symbol))
    }

    /// The text of `name`, which this table gave out.
    pub fn get(&self, name: Name) -> &str {
        slice(&self.entries, &self.text, name.0)
    }

    /// Whether a class makes `name` its own: two underscores in front, but not behind, and no dot.
    pub fn is_private(&self, name: Name) -> bool {
        let entry = self.entries.get(name.0 as usize);
        entry.is_some_and(|entry| entry.private)
    }

    #[cold]
    fn insert(&mut self, hash: u64, text: &str) -> Name {
        let symbol = u32::try_from(self.entries.len()).expect("fewer than 2³² identifiers");
        self.entries.push(Entry {
            start: u32::try_from(self.text.len()).expect("identifiers of less than 4 GiB in all"),
            len: u32::try_from(text.len()).expect("an identifier of less than 4 GiB"),
            hash,
            private: text.starts_with("__") && !text.ends_with("__") && !text.contains('.'),
        });
        self.text.push_str(text);
        let entries = &self.entries;
        let rehash = |&symbol: &u32| entries.get(symbol as usize).map_or(0, |entry| entry.hash);
        self.table.insert_unique(hash, symbol, rehash);
        Name(symbol)
    }
}

fn slice<'t>(entries: &[Entry], text: &'t str, symbol: u32) -> &'t str {
    let Some(entry) = entries.get(symbol as usize) else {
        return "";
    };
    let start = entry.start as usize;
    text.get(start..start + entry.len as usize).unwrap_or("")
}

fn hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// Names every table starts with, so that they can be compared as symbols.
pub mod known {
    use super::Name;

    macro_rules! known {
        ($($ident:ident = $text:literal,)*) => {
            #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "an index named as the constants are")]
            enum Index { $($ident,)* }
            $(#[doc = concat!("`", $text, "`")] pub const $ident: Name = Name(Index::$ident as u32);)*
            pub(super) const ALL: &[&str] = &[$($text,)*];
        };
    }

    known! {
        UNDERSCORE = "_",
        MATCH = "match",
        CASE = "case",
        TYPE = "type",
        STAR = "*",
        FUTURE = "__future__",
        BARRY_AS_FLUFL = "barry_as_FLUFL",
        ANNOTATIONS = "annotations",
        DEBUG = "__debug__",
        CLASS = "__class__",
        CLASSDICT = "__classdict__",
        CLASSCELL = "__classcell__",
        SUPER = "super",
        SELF = "self",
        INIT = "__init__",
        NAME = "__name__",
        MODULE = "__module__",
        QUALNAME = "__qualname__",
        DOC = "__doc__",
        SLOTS = "__slots__",
        DICT = "__dict__",
        ALL_NAMES = "__all__",
        MODULE_ANNOTATIONS = "__annotations__",
        TYPE_PARAMS = "__type_params__",
        PRINT = "print",
        EXEC = "exec",
        LOCALS = "locals",
        FORMAT = "format",
        JOIN = "join",
        GENERIC_BASE = ".generic_base",
        DOT_TYPE_PARAMS = ".type_params",
        DOT_DEFAULTS = ".defaults",
        DOT_KWDEFAULTS = ".kwdefaults",
        DOT_ZERO = ".0",
        EMPTY = "",
        TOP = "top",
        LAMBDA = "lambda",
        GENEXPR = "genexpr",
        LISTCOMP = "listcomp",
        SETCOMP = "setcomp",
        DICTCOMP = "dictcomp",
        ANNOTATION = "_annotation",
        CLASSDICTCELL = "__classdictcell__",
        RETURN = "return",
        SHOWN_MODULE = "<module>",
        SHOWN_LAMBDA = "<lambda>",
        SHOWN_GENEXPR = "<genexpr>",
        SHOWN_LISTCOMP = "<listcomp>",
        SHOWN_SETCOMP = "<setcomp>",
        SHOWN_DICTCOMP = "<dictcomp>",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_has_one_symbol() {
        let mut names = Names::new();
        assert_eq!(names.get(known::MATCH), "match");
        assert_eq!(names.intern("match"), known::MATCH);
        let spam = names.intern_identifier("spam");
        assert_eq!(names.get(spam), "spam");
        assert_eq!(names.intern("spam"), spam);
        assert_eq!(names.find("eggs"), None);
    }

    #[test]
    fn identifiers_are_normalised() {
        let mut names = Names::new();
        let ligature = names.intern_identifier("ﬁne");
        assert_eq!(names.get(ligature), "fine");
    }
}
