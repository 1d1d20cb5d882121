//! Interned identifiers.

use std::hash::Hasher;
use std::ops::Range;

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
        let key = Key::of(text.as_bytes(), text.len());
        match self.look_up(&key, text) {
            Some(name) => name,
            None => self.insert(key, text),
        }
    }

    #[inline]
    fn look_up(&self, key: &Key, text: &str) -> Option<Name> {
        self.find_key(key, |stored| stored == text)
    }

    /// Finds a key; of long texts `is_same` must say whether they are equal.
    #[inline]
    fn find_key(&self, key: &Key, is_same: impl Fn(&str) -> bool) -> Option<Name> {
        let (entries, stored) = (&self.entries, &self.text);
        let same = |&symbol: &u32| {
            entries
                .get(symbol as usize)
                .is_some_and(|entry| entry.key == *key)
                && (key.is_whole() || is_same(slice(entries, stored, symbol)))
        };
        self.table
            .find(key.hash(), same)
            .map(|&symbol| Name(symbol))
    }

    /// The symbol of the identifier that stands somewhere in a source.
    ///
    /// Mirrors `_PyPegen_new_identifier`: what is not ASCII is normalised first.
    #[inline]
    pub fn intern_identifier(&mut self, source: &str, range: Range<usize>) -> Name {
        let rest = source.as_bytes().get(range.start..).unwrap_or_default();
        let key = Key::of(rest, range.len());
        // Only texts in normal form are here, but one of the same bytes would be in normal form itself.
        let is_same = |stored: &str| source.get(range.clone()) == Some(stored);
        if let Some(name) = self.find_key(&key, is_same) {
            return name;
        }
        self.new_identifier(source.get(range).unwrap_or_default())
    }

    #[cold]
    fn new_identifier(&mut self, text: &str) -> Name {
        if text.is_ascii() {
            return self.intern(text);
        }
        use unicode_normalization::UnicodeNormalization;
        let normal: String = text.nfkc().collect();
        self.intern(&normal)
    }

    /// The symbol of `text` if it was interned before.
    pub fn find(&self, text: &str) -> Option<Name> {
        self.look_up(&Key::of(text.as_bytes(), text.len()), text)
    }

    /// The names given out so far, but for those of [`known`].
    pub fn met(&self) -> impl Iterator<Item = Name> + use<> {
        (known::ALL.len() as u32..self.entries.len() as u32).map(Name)
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

/// A text's length and its first sixteen bytes, which is all there is to know of at most sixteen.
///
/// Of longer ones `first` is a hash of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    first: u64,
    second: u64,
    len: u32,
}

impl Key {
    /// The key of the first `len` of these bytes.
    #[inline]
    fn of(bytes: &[u8], len: usize) -> Key {
        let start = match bytes.first_chunk() {
            Some(start) => *start,
            None => padded(bytes),
        };
        let mut key = Key::of_start(start, len);
        if len > 16 {
            key.first = hash_of_long(bytes.get(..len).unwrap_or(bytes));
        }
        key
    }

    #[inline]
    fn of_start(start: [u8; 16], len: usize) -> Key {
        let whole = u128::from_le_bytes(start);
        let beyond = 8 * 16usize.saturating_sub(len) as u32;
        let whole = whole & u128::MAX.checked_shr(beyond).unwrap_or(0);
        Key {
            first: whole as u64,
            second: (whole >> 64) as u64,
            len: u32::try_from(len).expect("an identifier of less than 4 GiB"),
        }
    }

    /// Whether texts of this key are equal.
    #[inline]
    fn is_whole(&self) -> bool {
        self.len <= 16
    }

    /// Both halves of one wide product, mixed.
    #[inline]
    fn hash(&self) -> u64 {
        let one = self.first ^ 0x9E37_79B9_7F4A_7C15;
        let other = self.second.rotate_left(32) ^ 0xD1B5_4A32_D192_ED03 ^ u64::from(self.len);
        let product = u128::from(one) * u128::from(other);
        product as u64 ^ (product >> 64) as u64
    }
}

/// Bytes of a text's end, with zeros behind.
#[cold]
fn padded(bytes: &[u8]) -> [u8; 16] {
    let mut start = [0; 16];
    for (to, from) in start.iter_mut().zip(bytes) {
        *to = *from;
    }
    start
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
        let spam = names.intern_identifier("spam", 0..4);
        assert_eq!(names.get(spam), "spam");
        assert_eq!(names.intern("spam"), spam);
        assert_eq!(names.find("eggs"), None);
    }

    #[test]
    fn identifiers_are_normalised() {
        let mut names = Names::new();
        let ligature = names.intern_identifier("ﬁne", 0.."ﬁne".len());
        assert_eq!(names.get(ligature), "fine");
    }
}
