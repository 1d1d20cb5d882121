//! What the argument of an instruction means, in words.

use crate::repr::{write_const, write_int};
use hognose_bytecode::{ArgKind, CodeObject, Jump, LocalKind, OpInfo, OpTable, Opcode, PyStr};
use hognose_version::{DisText, Features, JumpUnit};

/// All that explaining arguments needs to know.
pub struct Context<'a> {
    pub code: &'a CodeObject,
    pub table: &'static OpTable,
    pub features: Features,
}

/// Stands where an index leads nowhere; CPython raises IndexError.
const NOWHERE: &str = "<index out of range>";

/// The longest text all constants and names of one code object get.
pub const LONGEST_PAGE: usize = 64 << 20;

const CONVERSIONS: [&str; 4] = ["", "str", "repr", "ascii"];
const FUNCTION_FLAGS: [&str; 5] = [
    "defaults",
    "kwdefaults",
    "annotations",
    "closure",
    "annotate",
];

impl Context<'_> {
    /// Where an instruction can jump; offsets in bytes.
    pub fn jump_target(&self, info: &OpInfo, arg: u32, offset: usize) -> Option<i64> {
        let unit = match self.features.jump_unit {
            JumpUnit::Byte => 1,
            JumpUnit::CodeUnit => 2,
        };
        let distance = i64::from(arg) * unit;
        let next = offset as i64 + 2 + 2 * i64::from(info.caches);
        match info.jump {
            Jump::Forward => Some(next + distance),
            Jump::Backward => Some(next - distance),
            Jump::Absolute => Some(distance),
            Jump::None | Jump::Handler => None,
        }
    }

    /// Appends what stands in parentheses after the argument; nothing for a plain number.
    ///
    /// `label` gives the number of a jump target's label, in the versions that have labels.
    pub fn explain(
        &self,
        out: &mut String,
        info: &OpInfo,
        arg: u32,
        offset: usize,
        label: impl Fn(i64) -> Option<usize>,
    ) {
        let index = arg as usize;
        let style = self.features.dis;
        match info.arg {
            ArgKind::Const => {
                // Before 3.12 dis looks up LOAD_CONST alone.
                if info.opcode == Opcode::LoadConst || style >= DisText::Offsets312 {
                    match self.code.consts.get(index) {
                        Some(_) if out.len() > LONGEST_PAGE => out.push_str("..."),
                        Some(constant) => write_const(out, constant, self.features),
                        None => out.push_str(NOWHERE),
                    }
                }
            }
            ArgKind::Name => self.name(out, index),
            ArgKind::NameShift1 => {
                let extra = if info.opcode == Opcode::LoadGlobal {
                    "NULL"
                } else {
                    "NULL|self"
                };
                self.flagged_name(out, index >> 1, arg & 1 != 0, extra);
            }
            ArgKind::NameShift2 if info.opcode == Opcode::ImportName => {
                let extra = if arg & 1 != 0 { "lazy" } else { "eager" };
                self.flagged_name(out, index >> 2, arg & 3 != 0, extra);
            }
            ArgKind::NameShift2 => self.flagged_name(out, index >> 2, arg & 1 != 0, "NULL|self"),
            ArgKind::Local => self.local(out, index),
            ArgKind::LocalPair => {
                self.local(out, index >> 4);
                out.push_str(", ");
                self.local(out, index & 15);
            }
            ArgKind::Free => self.free(out, index),
            ArgKind::Compare => {
                let operator = one_of(self.table.compare, index >> self.features.compare_shift);
                if style >= DisText::Labels313 && arg & 16 != 0 {
                    out.extend(["bool(", operator, ")"]);
                } else {
                    out.push_str(operator);
                }
            }
            ArgKind::BinaryOp => out.push_str(one_of(self.table.binary_ops, index)),
            ArgKind::Intrinsic1 => out.push_str(one_of(self.table.intrinsics_1, index)),
            ArgKind::Intrinsic2 => out.push_str(one_of(self.table.intrinsics_2, index)),
            ArgKind::CommonConstant => out.push_str(one_of(self.table.common_constants, index)),
            ArgKind::SpecialMethod => out.push_str(one_of(self.table.special_methods, index)),
            ArgKind::MakeFunction => write_flags(out, arg, &FUNCTION_FLAGS[..4]),
            ArgKind::FunctionAttribute => write_flags(out, arg, &FUNCTION_FLAGS),
            ArgKind::FormatValue => {
                out.push_str(CONVERSIONS[index & 3]);
                if arg & 4 != 0 {
                    out.push_str(if arg & 3 == 0 {
                        "with format"
                    } else {
                        ", with format"
                    });
                }
            }
            ArgKind::ConvertValue => out.push_str(one_of(&CONVERSIONS, index)),
            ArgKind::JumpAbsolute if style == DisText::Offsets38 => {}
            ArgKind::JumpRelative | ArgKind::JumpAbsolute => {
                let target = self.jump_target(info, arg, offset).unwrap_or_default();
                // It only names the loop it leaves.
                let preposition = if info.opcode == Opcode::EndAsyncFor {
                    "from "
                } else {
                    "to "
                };
                out.push_str(preposition);
                match label(target) {
                    Some(number) => {
                        out.push('L');
                        write_int(out, number as i128);
                    }
                    None => write_int(out, target.into()),
                }
            }
            ArgKind::Number if style >= DisText::Labels314 => match info.opcode {
                Opcode::IsOp => out.push_str(if arg == 0 { "is" } else { "is not" }),
                Opcode::ContainsOp => out.push_str(if arg == 0 { "in" } else { "not in" }),
                _ => {}
            },
            ArgKind::None | ArgKind::Number | ArgKind::SmallInt | ArgKind::ExceptionTarget => {}
        }
    }

    fn name(&self, out: &mut String, index: usize) {
        write_name(out, self.code.names.get(index));
    }

    /// A name with what its flag bit means, before it or, from 3.13 on, after it.
    fn flagged_name(&self, out: &mut String, index: usize, flag: bool, extra: &str) {
        // `from . import name` imports the empty name, which stays without a flag.
        let is_empty = self.code.names.get(index).is_some_and(PyStr::is_empty);
        if !flag || is_empty {
            self.name(out, index);
        } else if self.features.dis < DisText::Labels313 {
            out.extend([extra, " + "]);
            self.name(out, index);
        } else {
            self.name(out, index);
            out.extend([" + ", extra]);
        }
    }

    fn local(&self, out: &mut String, index: usize) {
        let name = self.code.localsplusnames.get(index);
        // Where cells have indices of their own, an index beyond the locals leads nowhere.
        let is_local = self.features.inline_caches
            || self
                .code
                .localspluskinds
                .get(index)
                .is_some_and(|kind| kind & LocalKind::LOCAL != 0);
        write_name(out, name.filter(|_| is_local));
    }

    fn free(&self, out: &mut String, index: usize) {
        if self.features.inline_caches {
            return write_name(out, self.code.localsplusnames.get(index));
        }
        let locals = self.code.varnames().count();
        write_name(out, self.code.localsplusnames.get(locals + index));
    }
}

fn write_name(out: &mut String, name: Option<&PyStr>) {
    match name.map(PyStr::as_str) {
        Some(_) if out.len() > LONGEST_PAGE => out.push_str("..."),
        Some(Some(text)) => out.push_str(text),
        Some(None) => out.extend(name.map(PyStr::to_string_lossy)),
        None => out.push_str(NOWHERE),
    }
}

fn one_of<'a>(words: &[&'a str], index: usize) -> &'a str {
    words.get(index).copied().unwrap_or(NOWHERE)
}

fn write_flags(out: &mut String, arg: u32, names: &[&str]) {
    let mut first = true;
    for (bit, name) in names.iter().enumerate() {
        if arg >> bit & 1 != 0 {
            if !first {
                out.push_str(", ");
            }
            out.push_str(name);
            first = false;
        }
    }
}
