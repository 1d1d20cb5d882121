//! The opcode table of one version.

use crate::generated::{TABLES, opcode::Opcode};
use hognose_version::Version;

/// One version's opcodes, by number and by name.
pub struct OpTable {
    /// Real opcodes by number, then the compiler's pseudo opcodes.
    pub rows: &'static [OpInfo],
    /// Operators of `COMPARE_OP`.
    pub compare: &'static [&'static str],
    /// Operators of `BINARY_OP`.
    pub binary_ops: &'static [&'static str],
    pub intrinsics_1: &'static [&'static str],
    pub intrinsics_2: &'static [&'static str],
    pub common_constants: &'static [&'static str],
    pub special_methods: &'static [&'static str],
    /// What the cache words of an opcode hold, with the number of words.
    pub cache_format: &'static [(Opcode, &'static [(&'static str, u8)])],
    /// The number of `EXTENDED_ARG`.
    pub extended_arg: u8,
    pub(crate) by_code: &'static [u8; 256],
    pub(crate) by_opcode: &'static [u8; Opcode::COUNT],
}

/// One opcode in one version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OpInfo {
    pub opcode: Opcode,
    /// Its number; pseudo opcodes lie above 255.
    pub code: u16,
    pub arg: ArgKind,
    /// How many cache words follow it.
    pub caches: u8,
    pub jump: Jump,
    /// How the stack grows when it falls through.
    pub effect: Effect,
    /// How the stack grows when it jumps.
    pub effect_jump: Effect,
}

/// What an argument means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ArgKind {
    /// The opcode takes none; the byte is ignored.
    None,
    Number,
    Const,
    Name,
    /// A name index shifted left by one; bit 0 is a flag.
    NameShift1,
    /// A name index shifted left by two; bits 0 and 1 are flags.
    NameShift2,
    Local,
    /// Two locals of four bits each, the first in the high half.
    LocalPair,
    /// A cell or free variable: from 3.11 an index into localsplus, before into cellvars + freevars.
    Free,
    Compare,
    BinaryOp,
    JumpRelative,
    JumpAbsolute,
    /// The handler of a pseudo `SETUP_...`.
    ExceptionTarget,
    Intrinsic1,
    Intrinsic2,
    CommonConstant,
    SpecialMethod,
    /// `MAKE_FUNCTION`'s bits.
    MakeFunction,
    /// `SET_FUNCTION_ATTRIBUTE`'s bit.
    FunctionAttribute,
    /// `FORMAT_VALUE`'s conversion and flag.
    FormatValue,
    /// `CONVERT_VALUE`'s conversion.
    ConvertValue,
    /// The integer itself.
    SmallInt,
}

/// Where an opcode can go besides the next instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Jump {
    None,
    Forward,
    Backward,
    Absolute,
    /// Only by an exception: the pseudo `SETUP_...`.
    Handler,
}

/// How much the stack grows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    Fixed(i8),
    /// base + scale × argument
    PerArg {
        base: i8,
        scale: i8,
    },
    /// base + scale × that bit of the argument
    Bit {
        base: i8,
        bit: u8,
        scale: i8,
    },
    /// base minus the number of ones in the lowest four bits of the argument
    LowBits {
        base: i8,
    },
    /// A rule of its own; see `effect.rs`.
    Custom,
}

/// Marks "not in this version" in the index tables.
const ABSENT: u8 = 255;

impl OpTable {
    /// The table of a version's minor release.
    pub fn of(version: Version) -> Option<&'static OpTable> {
        let found = TABLES
            .iter()
            .find(|(minor, _)| version.major == 3 && *minor == version.minor);
        found.map(|(_, table)| *table)
    }

    /// The table of the default version, 3.12.
    pub const fn default_version() -> &'static OpTable {
        &crate::generated::v3_12::TABLE
    }

    /// The table of 3.`minor`.
    pub const fn of_minor(minor: u8) -> Option<&'static OpTable> {
        let mut at = 0;
        while at < TABLES.len() {
            if TABLES[at].0 == minor {
                return Some(TABLES[at].1);
            }
            at += 1;
        }
        None
    }

    /// What a byte of code means.
    #[inline]
    pub fn by_code(&self, code: u8) -> Option<&'static OpInfo> {
        let row = self.by_code[usize::from(code)];
        if row == ABSENT {
            None
        } else {
            self.rows.get(usize::from(row))
        }
    }

    /// What an opcode is in this version, if it exists there.
    #[inline]
    pub const fn get(&self, opcode: Opcode) -> Option<&'static OpInfo> {
        let row = self.by_opcode[opcode as usize];
        if row == ABSENT {
            None
        } else {
            Some(&self.rows[row as usize])
        }
    }
}

impl OpInfo {
    /// Whether only the compiler knows it.
    pub const fn is_pseudo(&self) -> bool {
        self.code > 255
    }

    /// Whether its argument means anything.
    pub const fn has_arg(&self) -> bool {
        !matches!(self.arg, ArgKind::None)
    }

    /// Whether it can jump (a handler is no jump).
    pub const fn is_jump(&self) -> bool {
        matches!(self.jump, Jump::Forward | Jump::Backward | Jump::Absolute)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_lead_to_their_rows() {
        for (_, table) in TABLES {
            for row in table.rows {
                assert_eq!(table.get(row.opcode), Some(row));
                if let Ok(code) = u8::try_from(row.code) {
                    assert_eq!(table.by_code(code), Some(row));
                }
            }
            assert_eq!(
                table.by_code(table.extended_arg).map(|r| r.opcode),
                Some(Opcode::ExtendedArg)
            );
        }
    }

    #[test]
    fn the_pseudo_opcodes_of_3_12_are_there() {
        let table = OpTable::default_version();
        for opcode in [
            Opcode::SetupFinally,
            Opcode::StoreFastMaybeNull,
            Opcode::LoadZeroSuperAttr,
        ] {
            assert!(table.get(opcode).is_some_and(OpInfo::is_pseudo));
        }
        assert!(table.get(Opcode::Precall).is_none());
    }
}
