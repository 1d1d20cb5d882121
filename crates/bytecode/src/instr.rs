//! Instruction words: reading and writing, with EXTENDED_ARG and caches.

use crate::{Error, OpInfo, OpTable, Opcode, Reason};

/// Bytes in one code unit.
pub const CODE_UNIT: usize = 2;

/// One instruction with its prefixes joined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Instr {
    /// Offset in bytes of the first EXTENDED_ARG, or of the instruction itself.
    pub start: usize,
    /// Offset in bytes of the instruction itself.
    pub offset: usize,
    /// Offset in bytes of what follows, caches skipped.
    pub end: usize,
    pub opcode: Opcode,
    /// The whole argument; 0 when the opcode has none.
    pub arg: u32,
    pub info: &'static OpInfo,
}

/// One code unit as it stands, for listings that show EXTENDED_ARG and caches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unit {
    pub offset: usize,
    pub code: u8,
    /// `None` for a number this version does not have.
    pub info: Option<&'static OpInfo>,
    /// The argument with all prefixes so far.
    pub arg: u32,
}

/// The instructions of `code`, first error last.
pub fn instructions<'a>(
    table: &'a OpTable,
    code: &'a [u8],
) -> impl Iterator<Item = Result<Instr, Error>> + use<'a> {
    let mut offset = 0;
    std::iter::from_fn(move || {
        if offset >= code.len() {
            return None;
        }
        let result = instruction_at(table, code, offset);
        offset = result.map_or(code.len(), |instr| instr.end);
        Some(result)
    })
}

/// The instruction that starts at this offset.
#[inline]
pub fn instruction_at(table: &OpTable, code: &[u8], start: usize) -> Result<Instr, Error> {
    let mut offset = start;
    let mut arg = 0u32;
    loop {
        let unit = code.get(offset..offset + CODE_UNIT);
        let Some(&[number, low]) = unit else {
            let reason = if offset == start {
                Reason::Truncated
            } else {
                Reason::DanglingExtendedArg
            };
            return Err(Error { offset, reason });
        };
        arg = arg << 8 | u32::from(low);
        if number == table.extended_arg {
            if offset - start >= 3 * CODE_UNIT {
                return Err(Error {
                    offset,
                    reason: Reason::DanglingExtendedArg,
                });
            }
            offset += CODE_UNIT;
            continue;
        }
        let Some(info) = table.by_code(number) else {
            return Err(Error {
                offset,
                reason: Reason::UnknownOpcode(number),
            });
        };
        let end = offset + CODE_UNIT + usize::from(info.caches) * CODE_UNIT;
        if end > code.len() {
            return Err(Error {
                offset,
                reason: Reason::Truncated,
            });
        }
        return Ok(Instr {
            start,
            offset,
            end,
            opcode: info.opcode,
            arg,
            info,
        });
    }
}

/// The code units one by one, caches skipped; never fails.
pub fn units<'a>(table: &'a OpTable, code: &'a [u8]) -> impl Iterator<Item = Unit> + use<'a> {
    let mut offset = 0;
    let mut prefix = 0u32;
    std::iter::from_fn(move || {
        let &[code, low] = code.get(offset..offset + CODE_UNIT)? else {
            return None;
        };
        let info = table.by_code(code);
        let unit = Unit {
            offset,
            code,
            info,
            arg: prefix | u32::from(low),
        };
        prefix = if code == table.extended_arg {
            unit.arg << 8
        } else {
            0
        };
        offset += CODE_UNIT + info.map_or(0, |info| usize::from(info.caches) * CODE_UNIT);
        Some(unit)
    })
}

/// How many code units the instruction takes, prefixes in and caches out.
pub const fn units_needed(arg: u32) -> usize {
    match arg {
        0..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xff_ffff => 3,
        0x100_0000.. => 4,
    }
}

/// Appends an instruction with its prefixes and zeroed caches.
///
/// # Panics
///
/// On a pseudo opcode: the compiler must have replaced it before.
pub fn emit(out: &mut Vec<u8>, table: &OpTable, info: &OpInfo, arg: u32) {
    let Ok(code) = u8::try_from(info.code) else {
        panic!("pseudo opcode {} reached the assembler", info.opcode.name());
    };
    for prefix in (1..units_needed(arg)).rev() {
        out.extend_from_slice(&[table.extended_arg, (arg >> (8 * prefix)) as u8]);
    }
    out.extend_from_slice(&[code, arg as u8]);
    out.resize(out.len() + usize::from(info.caches) * CODE_UNIT, 0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_emitted_is_read_back() {
        let table = OpTable::default_version();
        let mut code = Vec::new();
        let args = [
            0,
            1,
            255,
            256,
            65535,
            65536,
            0xff_ffff,
            0x100_0000,
            u32::MAX,
        ];
        let global = table.get(Opcode::LoadGlobal).unwrap();
        for arg in args {
            emit(&mut code, table, global, arg);
        }
        let read: Vec<Instr> = instructions(table, &code)
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(read.iter().map(|i| i.arg).collect::<Vec<_>>(), args);
        assert!(
            read.iter()
                .all(|i| i.opcode == Opcode::LoadGlobal && i.end - i.offset == 10)
        );
        assert!(read.windows(2).all(|pair| pair[0].end == pair[1].start));
        let last_args: Vec<u32> = units(table, &code)
            .filter(|u| u.code != table.extended_arg)
            .map(|u| u.arg)
            .collect();
        assert_eq!(last_args, args);
    }

    #[test]
    fn broken_code_has_a_reason() {
        let table = OpTable::default_version();
        let reason = |code: &[u8]| {
            instructions(table, code)
                .find_map(Result::err)
                .map(|e| (e.offset, e.reason))
        };
        assert_eq!(
            reason(&[9, 0, 255, 0]),
            Some((2, Reason::UnknownOpcode(255)))
        );
        assert_eq!(reason(&[9, 0, 9]), Some((2, Reason::Truncated)));
        assert_eq!(reason(&[116, 0]), Some((0, Reason::Truncated)));
        assert_eq!(reason(&[144, 1]), Some((2, Reason::DanglingExtendedArg)));
        assert_eq!(
            reason(&[144, 1, 144, 1, 144, 1, 144, 1, 9, 0]),
            Some((6, Reason::DanglingExtendedArg))
        );
    }
}
