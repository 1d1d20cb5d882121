//! Token kinds: CPython 3.12's numbers, names and spellings, each said once.

/// Declares the kinds: variant, CPython's name, and the spelling where it is fixed.
macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $number:literal, $name:literal, $text:literal;)*) => {
        /// What a token is.
        ///
        /// Numbers below 100 are those of CPython 3.12's `token` module. Keywords have kinds of their own from
        /// 100 on, which CPython's parser also gives them; to the `token` module they are all `NAME`.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum Kind { $($(#[$doc])* $variant = $number,)* }

        impl Kind {
            /// Every kind, in the order of its number.
            pub const ALL: &[Kind] = &[$(Kind::$variant,)*];

            /// Gives the name in CPython's `token` module, keywords being `NAME`.
            pub const fn token_name(self) -> &'static str {
                match self { $(Kind::$variant => $name,)* }
            }

            /// Gives the fixed spelling of an operator or keyword, and `""` for every other kind.
            pub const fn text(self) -> &'static str {
                match self { $(Kind::$variant => $text,)* }
            }
        }
    };
}

kinds! {
    EndMarker = 0, "ENDMARKER", "";
    Name = 1, "NAME", "";
    Number = 2, "NUMBER", "";
    String = 3, "STRING", "";
    Newline = 4, "NEWLINE", "";
    Indent = 5, "INDENT", "";
    Dedent = 6, "DEDENT", "";
    LPar = 7, "LPAR", "(";
    RPar = 8, "RPAR", ")";
    LSqb = 9, "LSQB", "[";
    RSqb = 10, "RSQB", "]";
    Colon = 11, "COLON", ":";
    Comma = 12, "COMMA", ",";
    Semi = 13, "SEMI", ";";
    Plus = 14, "PLUS", "+";
    Minus = 15, "MINUS", "-";
    Star = 16, "STAR", "*";
    Slash = 17, "SLASH", "/";
    VBar = 18, "VBAR", "|";
    Amper = 19, "AMPER", "&";
    Less = 20, "LESS", "<";
    Greater = 21, "GREATER", ">";
    Equal = 22, "EQUAL", "=";
    Dot = 23, "DOT", ".";
    Percent = 24, "PERCENT", "%";
    LBrace = 25, "LBRACE", "{";
    RBrace = 26, "RBRACE", "}";
    EqEqual = 27, "EQEQUAL", "==";
    NotEqual = 28, "NOTEQUAL", "!=";
    LessEqual = 29, "LESSEQUAL", "<=";
    GreaterEqual = 30, "GREATEREQUAL", ">=";
    Tilde = 31, "TILDE", "~";
    Circumflex = 32, "CIRCUMFLEX", "^";
    LeftShift = 33, "LEFTSHIFT", "<<";
    RightShift = 34, "RIGHTSHIFT", ">>";
    DoubleStar = 35, "DOUBLESTAR", "**";
    PlusEqual = 36, "PLUSEQUAL", "+=";
    MinEqual = 37, "MINEQUAL", "-=";
    StarEqual = 38, "STAREQUAL", "*=";
    SlashEqual = 39, "SLASHEQUAL", "/=";
    PercentEqual = 40, "PERCENTEQUAL", "%=";
    AmperEqual = 41, "AMPEREQUAL", "&=";
    VBarEqual = 42, "VBAREQUAL", "|=";
    CircumflexEqual = 43, "CIRCUMFLEXEQUAL", "^=";
    LeftShiftEqual = 44, "LEFTSHIFTEQUAL", "<<=";
    RightShiftEqual = 45, "RIGHTSHIFTEQUAL", ">>=";
    DoubleStarEqual = 46, "DOUBLESTAREQUAL", "**=";
    DoubleSlash = 47, "DOUBLESLASH", "//";
    DoubleSlashEqual = 48, "DOUBLESLASHEQUAL", "//=";
    At = 49, "AT", "@";
    AtEqual = 50, "ATEQUAL", "@=";
    RArrow = 51, "RARROW", "->";
    Ellipsis = 52, "ELLIPSIS", "...";
    ColonEqual = 53, "COLONEQUAL", ":=";
    Exclamation = 54, "EXCLAMATION", "!";
    /// A printable ASCII character that begins no token: `$`, `?` or a backquote.
    Op = 55, "OP", "";
    FStringStart = 61, "FSTRING_START", "";
    FStringMiddle = 62, "FSTRING_MIDDLE", "";
    FStringEnd = 63, "FSTRING_END", "";
    /// Only in the `tokenize` view.
    Comment = 64, "COMMENT", "";
    /// A line end that ends no statement; only in the `tokenize` view.
    Nl = 65, "NL", "";
    /// Only in the `tokenize` view.
    Encoding = 67, "ENCODING", "";
    False = 100, "NAME", "False";
    None = 101, "NAME", "None";
    True = 102, "NAME", "True";
    And = 103, "NAME", "and";
    As = 104, "NAME", "as";
    Assert = 105, "NAME", "assert";
    Async = 106, "NAME", "async";
    Await = 107, "NAME", "await";
    Break = 108, "NAME", "break";
    Class = 109, "NAME", "class";
    Continue = 110, "NAME", "continue";
    Def = 111, "NAME", "def";
    Del = 112, "NAME", "del";
    Elif = 113, "NAME", "elif";
    Else = 114, "NAME", "else";
    Except = 115, "NAME", "except";
    Finally = 116, "NAME", "finally";
    For = 117, "NAME", "for";
    From = 118, "NAME", "from";
    Global = 119, "NAME", "global";
    If = 120, "NAME", "if";
    Import = 121, "NAME", "import";
    In = 122, "NAME", "in";
    Is = 123, "NAME", "is";
    Lambda = 124, "NAME", "lambda";
    Nonlocal = 125, "NAME", "nonlocal";
    Not = 126, "NAME", "not";
    Or = 127, "NAME", "or";
    Pass = 128, "NAME", "pass";
    Raise = 129, "NAME", "raise";
    Return = 130, "NAME", "return";
    Try = 131, "NAME", "try";
    While = 132, "NAME", "while";
    With = 133, "NAME", "with";
    Yield = 134, "NAME", "yield";
}

impl Kind {
    /// Tells whether this is one of the 35 hard keywords.
    pub const fn is_keyword(self) -> bool {
        self as u8 >= Kind::False as u8
    }

    /// Gives the keyword that these first bytes spell, or `Name`; `length` is the word's.
    ///
    /// Keywords have at most eight letters: as one number each has a slot of its own in a small table, so that any word
    /// is compared with one keyword at most.
    #[inline]
    pub(crate) fn of_word(text: &[u8], length: usize) -> Kind {
        if !(2..=8).contains(&length) {
            return Kind::Name;
        }
        let letters = match text.first_chunk::<8>() {
            Some(chunk) => u64::from_le_bytes(*chunk) & (u64::MAX >> (64 - 8 * length)),
            None => packed(text.get(..length).unwrap_or_default()),
        };
        let (keyword, kind) = KEYWORDS[slot(letters)];
        if keyword == letters { kind } else { Kind::Name }
    }
}

/// The letters of a word of at most eight as one number, the first one lowest.
const fn packed(word: &[u8]) -> u64 {
    let mut letters = 0;
    let mut at = word.len();
    while at > 0 {
        at -= 1;
        letters = letters << 8 | word[at] as u64;
    }
    letters
}

/// The slot of a keyword; the factor was found by trying, and the test sees to it that no two share a slot.
const fn slot(letters: u64) -> usize {
    const FACTOR: u64 = 0xB57C_8E05_E3C9_B0E1;
    (letters.wrapping_mul(FACTOR) >> 58) as usize
}

/// Each keyword, as a number, in its slot.
static KEYWORDS: [(u64, Kind); 64] = {
    let words: &[(&[u8], Kind)] = &[
        (b"as", Kind::As),
        (b"if", Kind::If),
        (b"in", Kind::In),
        (b"is", Kind::Is),
        (b"or", Kind::Or),
        (b"and", Kind::And),
        (b"def", Kind::Def),
        (b"del", Kind::Del),
        (b"for", Kind::For),
        (b"not", Kind::Not),
        (b"try", Kind::Try),
        (b"None", Kind::None),
        (b"True", Kind::True),
        (b"elif", Kind::Elif),
        (b"else", Kind::Else),
        (b"from", Kind::From),
        (b"pass", Kind::Pass),
        (b"with", Kind::With),
        (b"False", Kind::False),
        (b"async", Kind::Async),
        (b"await", Kind::Await),
        (b"break", Kind::Break),
        (b"class", Kind::Class),
        (b"raise", Kind::Raise),
        (b"while", Kind::While),
        (b"yield", Kind::Yield),
        (b"assert", Kind::Assert),
        (b"except", Kind::Except),
        (b"global", Kind::Global),
        (b"import", Kind::Import),
        (b"lambda", Kind::Lambda),
        (b"return", Kind::Return),
        (b"finally", Kind::Finally),
        (b"continue", Kind::Continue),
        (b"nonlocal", Kind::Nonlocal),
    ];
    let mut table = [(0, Kind::Name); 64];
    let mut at = 0;
    while at < words.len() {
        let letters = packed(words[at].0);
        table[slot(letters)] = (letters, words[at].1);
        at += 1;
    }
    table
};

/// A token: what it is, and where it starts and ends.
///
/// Offsets and columns count bytes of the decoded text; lines count from 1. `Indent`, `Dedent` and `EndMarker` have
/// no place within their line: their columns are [`NO_COLUMN`], where CPython's are -1.
/// The end column of `Newline` counts the line end itself, though `end` does not, as in CPython.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    pub start: u32,
    pub end: u32,
    pub line: u32,
    pub end_line: u32,
    pub col: u32,
    pub end_col: u32,
    pub kind: Kind,
    /// How many brackets are open after this token, f-string braces included.
    pub level: u8,
}

impl Default for Token {
    /// Stands for no token: [`Kind::Op`] begins nothing in the grammar.
    fn default() -> Self {
        Token {
            start: 0,
            end: 0,
            line: 1,
            end_line: 1,
            col: 0,
            end_col: 0,
            kind: Kind::Op,
            level: 0,
        }
    }
}

/// The column of a token without one.
pub const NO_COLUMN: u32 = u32::MAX;

impl Token {
    /// Gives the token's own text.
    pub fn text<'s>(&self, source: &'s str) -> &'s str {
        source
            .get(self.start as usize..self.end as usize)
            .unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_keyword_is_recognised_from_its_text() {
        let keywords: Vec<_> = Kind::ALL.iter().filter(|kind| kind.is_keyword()).collect();
        assert_eq!(keywords.len(), 35);
        for kind in keywords {
            let text = kind.text().as_bytes();
            assert_eq!(Kind::of_word(text, text.len()), *kind);
        }
        assert_eq!(Kind::of_word(b"match", 5), Kind::Name);
        assert_eq!(Kind::of_word(b"if x: pass", 2), Kind::If);
        assert_eq!(Kind::of_word(b"iffy: pass", 4), Kind::Name);
    }

    #[test]
    fn a_token_stays_small() {
        assert_eq!(size_of::<Token>(), 28);
    }
}
