//! The numbers of SRE's code (`Lib/re/_constants.py`).

macro_rules! codes {
    ($($name:ident $number:literal)*) => { $(pub(super) const $name: u32 = $number;)* };
}

/// Checked by `re._compiler` when it is imported.
pub(super) const MAGIC: i64 = 20_221_023;
/// No upper bound of a repetition.
pub(super) const MAXREPEAT: u32 = u32::MAX;
pub(super) const MAXGROUPS: i64 = 1_073_741_823;

codes! {
    FAILURE 0 SUCCESS 1 ANY 2 ANY_ALL 3 ASSERT 4 ASSERT_NOT 5 AT 6 BRANCH 7 CATEGORY 8 CHARSET 9 BIGCHARSET 10
    GROUPREF 11 GROUPREF_EXISTS 12 IN 13 INFO 14 JUMP 15 LITERAL 16 MARK 17 MAX_UNTIL 18 MIN_UNTIL 19
    NOT_LITERAL 20 NEGATE 21 RANGE 22 REPEAT 23 REPEAT_ONE 24 MIN_REPEAT_ONE 26 ATOMIC_GROUP 27
    POSSESSIVE_REPEAT 28 POSSESSIVE_REPEAT_ONE 29 GROUPREF_IGNORE 30 IN_IGNORE 31 LITERAL_IGNORE 32
    NOT_LITERAL_IGNORE 33 GROUPREF_LOC_IGNORE 34 IN_LOC_IGNORE 35 LITERAL_LOC_IGNORE 36
    NOT_LITERAL_LOC_IGNORE 37 GROUPREF_UNI_IGNORE 38 IN_UNI_IGNORE 39 LITERAL_UNI_IGNORE 40
    NOT_LITERAL_UNI_IGNORE 41 RANGE_UNI_IGNORE 42
}

/// Bits of an info block's flags.
pub(super) const INFO_PREFIX: u32 = 1;
pub(super) const INFO_LITERAL: u32 = 2;

pub(super) const FLAG_UNICODE: i64 = 32;

/// The flags by the names that a pattern's repr shows.
pub(super) const FLAG_NAMES: &[(i64, &str)] = &[
    (2, "re.IGNORECASE"),
    (4, "re.LOCALE"),
    (8, "re.MULTILINE"),
    (16, "re.DOTALL"),
    (32, "re.UNICODE"),
    (64, "re.VERBOSE"),
    (128, "re.DEBUG"),
    (256, "re.ASCII"),
];
