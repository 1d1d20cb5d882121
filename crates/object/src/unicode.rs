//! Character properties and case, as Unicode 15.0.0 has them (read off CPython 3.12; `Objects/unicodectype.c`).

use crate::generated::unicode::{BLOCK, BLOCKS, INDEX, RECORDS, SPECIAL, flags};

/// What many characters have in common.
pub(crate) struct Record {
    pub flags: u16,
    /// The value of a decimal digit or of another digit; −1 if it is none.
    pub digit: i8,
    /// How far away the first character of the other case stands.
    pub upper: i32,
    pub lower: i32,
    pub title: i32,
    pub fold: i32,
}

/// A character that becomes several in another case.
pub(crate) struct Special {
    pub code: u32,
    pub cases: [&'static [u32]; 4],
}

/// The forms of a letter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Case {
    Upper,
    Lower,
    Title,
    Fold,
}

#[inline]
fn record(code: u32) -> &'static Record {
    let code = code as usize;
    let block = INDEX[(code / BLOCK).min(INDEX.len() - 1)] as usize;
    &RECORDS[BLOCKS[block * BLOCK + code % BLOCK] as usize]
}

#[inline]
fn has(code: u32, flag: u16) -> bool {
    record(code).flags & flag != 0
}

macro_rules! properties {
    ($($(#[$doc:meta])* $name:ident $flag:ident)*) => {
        $($(#[$doc])* #[inline] pub fn $name(code: u32) -> bool { has(code, flags::$flag) })*
    };
}

properties! {
    /// Whether `str.isalpha` holds for the character.
    is_alpha ALPHA
    is_decimal DECIMAL
    is_digit DIGIT
    is_numeric NUMERIC
    is_lower LOWER
    is_upper UPPER
    is_title TITLE
    /// Whether `str.isspace` holds for the character.
    is_space SPACE
    is_printable PRINTABLE
    is_xid_start XID_START
    is_xid_continue XID_CONTINUE
    is_cased CASED
    /// Whether a final sigma looks through the character.
    is_case_ignorable CASE_IGNORABLE
}

/// Whether `str.isalnum` holds for the character.
#[inline]
pub fn is_alnum(code: u32) -> bool {
    has(
        code,
        flags::ALPHA | flags::DECIMAL | flags::DIGIT | flags::NUMERIC,
    )
}

/// Whether the character ends a line for `str.splitlines`.
#[inline]
pub fn is_line_break(code: u32) -> bool {
    matches!(code, 0xa..=0xd | 0x1c..=0x1e | 0x85 | 0x2028 | 0x2029)
}

/// The value of a decimal digit of any script.
#[inline]
pub fn decimal_value(code: u32) -> Option<u8> {
    let record = record(code);
    (record.flags & flags::DECIMAL != 0).then_some(record.digit as u8)
}

/// The value of a digit, superscripts and the like included.
#[inline]
pub fn digit_value(code: u32) -> Option<u8> {
    u8::try_from(record(code).digit).ok()
}

/// The first character of the other case (`_PyUnicode_ToLowercase` and its siblings).
#[inline]
pub fn simple_case(code: u32, case: Case) -> u32 {
    let record = record(code);
    let delta = match case {
        Case::Upper => record.upper,
        Case::Lower => record.lower,
        Case::Title => record.title,
        Case::Fold => record.fold,
    };
    code.wrapping_add_signed(delta)
}

/// Passes on the characters of the other case (`_PyUnicode_ToLowerFull` and its siblings).
#[inline]
pub fn full_case(code: u32, case: Case, mut out: impl FnMut(u32)) {
    if has(code, flags::SPECIAL)
        && let Ok(at) = SPECIAL.binary_search_by_key(&code, |s| s.code)
    {
        SPECIAL[at].cases[case as usize]
            .iter()
            .for_each(|&c| out(c));
        return;
    }
    out(simple_case(code, case));
}

/// The name of a character, as `unicodedata.name` has it.
pub fn character_name(code: u32) -> Option<String> {
    let letter = char::from_u32(code)?;
    unicode_names2::name(letter).map(|name| name.to_string())
}

/// The character of a name, as `\N{…}` finds it.
pub fn named_character(name: &str) -> Option<u32> {
    unicode_names2::character(name).map(u32::from)
}
