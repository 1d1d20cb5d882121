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
    private: bool,
    key: Key,
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
        let key = Key::of(text);
        match self.look_up(&key, text) {
            Some(name) => name,
            None => self.insert(key, text),
        }
    }

    #[inline]
    fn look_up(&self, key: &Key, text: &str) -> Option<Name> {
        let (entries, stored) = (&self.entries, &self.text);
        let same = |&symbol: &u32| {
            entries
                .get(symbol as usize)
                .is_some_and(|entry| entry.key == *key)
                && (key.is_whole() || slice(entries, stored, symbol) == text)
        };
        self.table
            .find(key.hash(), same)
            .map(|&symbol| Name(symbol))
    }

    /// The symbol of an identifier as the source spells it: not ASCII means normalising first.
    ///
    /// Mirrors `_PyPegen_new_identifier`.
    pub fn intern_identifier(&mut self, text: &str) -> Name {
        let key = Key::of(text);
        if key.is_ascii(text) {
            return match self.look_up(&key, text) {
                Some(name) => name,
                None => self.insert(key, text),
            };
        }
        use unicode_normalization::UnicodeNormalization;
        let normal: String = text.nfkc().collect();
        self.intern(&normal)
    }

    /// The symbol of `text` if it was interned before.
    pub fn find(&self, text: &str) -> Option<Name> {
        self.look_up(&Key::of(text), text)
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
    fn insert(&mut self, key: Key, text: &str) -> Name {
        let symbol = u32::try_from(self.entries.len()).expect("fewer than 2³² identifiers");
        self.entries.push(Entry {
            start: u32::try_from(self.text.len()).expect("identifiers of less than 4 GiB in all"),
            private: text.starts_with("__") && !text.ends_with("__") && !text.contains('.'),
            key,
        });
        self.text.push_str(text);
        let entries = &self.entries;
        let rehash = |&symbol: &u32| {
            entries
                .get(symbol as usize)
                .map_or(0, |entry| entry.key.hash())
        };
        self.table.insert_unique(key.hash(), symbol, rehash);
        Name(symbol)
    }
}

fn slice<'t>(entries: &[Entry], text: &'t str, symbol: u32) -> &'t str {
    let Some(entry) = entries.get(symbol as usize) else {
        return "";
    };
    let start = entry.start as usize;
    text.get(start..start + entry.key.len as usize)
        .unwrap_or("")
}

/// A text's length and its first and last eight bytes, which is all there is to know of at most sixteen.
///
/// Of longer ones `first` is a hash of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    first: u64,
    last: u64,
    len: u32,
}

impl Key {
    /// The key of `text`; parts of short texts overlap.
    #[inline]
    fn of(text: &str) -> Key {
        let bytes = text.as_bytes();
        let (first, last) =
            if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
                let first = if bytes.len() <= 16 {
                    u64::from_le_bytes(*first)
                } else {
                    hash_of_long(bytes)
                };
                (first, u64::from_le_bytes(*last))
            } else if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
                (
                    u64::from(u32::from_le_bytes(*first)),
                    u64::from(u32::from_le_bytes(*last)),
                )
            } else {
                match *bytes {
                    [a, b, c] => (u64::from(a), u64::from(b) << 8 | u64::from(c)),
                    [a, b] => (u64::from(a), u64::from(b)),
                    [a] => (u64::from(a), 0),
                    _ => (0, 0),
                }
            };
        Key {
            first,
            last,
            len: u32::try_from(bytes.len()).expect("an identifier of less than 4 GiB"),
        }
    }

    /// Whether texts of this key are equal.
    #[inline]
    fn is_whole(&self) -> bool {
        self.len <= 16
    }

    #[inline]
    fn is_ascii(&self, text: &str) -> bool {
        const HIGH: u64 = 0x8080_8080_8080_8080;
        if self.is_whole() {
            (self.first | self.last) & HIGH == 0
        } else {
            text.is_ascii()
        }
    }

    /// Both halves of one wide product, mixed.
    #[inline]
    fn hash(&self) -> u64 {
        let one = self.first ^ 0x9E37_79B9_7F4A_7C15;
        let other = self.last.rotate_left(32) ^ 0xD1B5_4A32_D192_ED03 ^ u64::from(self.len);
        let product = u128::from(one) * u128::from(other);
        product as u64 ^ (product >> 64) as u64
    }
}

fn hash_of_long(bytes: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(bytes);
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
        FIRSTLINENO = "__firstlineno__",
        STATIC_ATTRIBUTES = "__static_attributes__",
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
