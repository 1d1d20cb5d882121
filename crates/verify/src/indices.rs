//! Indices and other arguments: do they lead somewhere?

use crate::{Failure, Reason, View};
use hognose_bytecode::{ArgKind, LocalKind, OpInfo, OpTable, Opcode, total_args};

/// More stack than the largest expression a compiler takes.
const MAX_STACK: u32 = 1 << 24;

/// Argument counts, kinds of locals, stack size.
pub fn check_signature(code: &View<'_>) -> Result<(), Failure> {
    let fail = |field| Err((0, Reason::BadSignature(field)));
    if code.stacksize > MAX_STACK {
        return Err((0, Reason::StackTooLarge(code.stacksize)));
    }
    if code.localspluskinds.len() != code.locals {
        return fail("localspluskinds");
    }
    if code.posonlyargcount > code.argcount {
        return fail("posonlyargcount");
    }
    let args = code
        .localspluskinds
        .get(..total_args(code.argcount, code.kwonlyargcount, code.flags) as usize);
    if !args.is_some_and(|kinds| kinds.iter().all(|kind| kind & LocalKind::LOCAL != 0)) {
        return fail("argcount");
    }
    // Free variables come last: COPY_FREE_VARS fills the end of the frame.
    let is_free = |kind: &u8| kind & LocalKind::FREE != 0;
    let first_free = code.localspluskinds.iter().position(is_free);
    let tail = code
        .localspluskinds
        .get(first_free.unwrap_or(code.localspluskinds.len())..);
    if !tail.is_some_and(|kinds| kinds.iter().all(is_free)) {
        return fail("localspluskinds");
    }
    Ok(())
}

/// The argument of one instruction.
#[inline]
pub fn check_argument(
    code: &View<'_>,
    table: &OpTable,
    info: &OpInfo,
    arg: u32,
) -> Result<(), Reason> {
    let index = arg as usize;
    let wrong = || Err(Reason::BadArgument(info.opcode.name(), arg));
    let good = match info.arg {
        ArgKind::None => true,
        ArgKind::Const => {
            return if index < code.consts {
                Ok(())
            } else {
                Err(Reason::NoConst(arg))
            };
        }
        ArgKind::Name => return name(code, index),
        ArgKind::NameShift1 => return name(code, index >> 1),
        ArgKind::NameShift2 => return name(code, index >> 2),
        ArgKind::Local => {
            return if index < code.localspluskinds.len() {
                Ok(())
            } else {
                Err(Reason::NoLocal(arg))
            };
        }
        ArgKind::Free => return cell(code, arg),
        ArgKind::Compare => index >> 4 < table.compare.len(),
        ArgKind::BinaryOp => index < table.binary_ops.len(),
        // The first of each names an invalid function.
        ArgKind::Intrinsic1 => index > 0 && index < table.intrinsics_1.len(),
        ArgKind::Intrinsic2 => index > 0 && index < table.intrinsics_2.len(),
        ArgKind::MakeFunction => arg <= 0xf,
        ArgKind::FormatValue => arg <= 7,
        ArgKind::Number => number(code, info.opcode, arg),
        // Targets are checked where they are followed.
        ArgKind::JumpRelative => true,
        // Not in 3.12.
        ArgKind::LocalPair
        | ArgKind::JumpAbsolute
        | ArgKind::ExceptionTarget
        | ArgKind::CommonConstant
        | ArgKind::SpecialMethod
        | ArgKind::FunctionAttribute
        | ArgKind::ConvertValue
        | ArgKind::SmallInt => false,
    };
    if good { Ok(()) } else { wrong() }
}

fn name(code: &View<'_>, index: usize) -> Result<(), Reason> {
    if index < code.names {
        Ok(())
    } else {
        Err(Reason::NoName(index as u32))
    }
}

fn cell(code: &View<'_>, arg: u32) -> Result<(), Reason> {
    // MAKE_CELL too may stand on a free variable: an inlined comprehension in a type parameter's scope
    // makes such code.
    match code.localspluskinds.get(arg as usize) {
        Some(kind) if kind & (LocalKind::CELL | LocalKind::FREE) != 0 => Ok(()),
        Some(_) => Err(Reason::NoCell(arg)),
        None => Err(Reason::NoLocal(arg)),
    }
}

/// Whether not every number will do for an opcode whose argument is one.
pub fn has_narrow_number(opcode: Opcode) -> bool {
    let code = View {
        code: &[],
        localspluskinds: &[],
        linetable: None,
        exceptiontable: &[],
        argcount: 0,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        stacksize: 0,
        flags: 0,
        consts: 0,
        names: 0,
        locals: 0,
        keyword_names: &|_| None,
    };
    // Both ends are good for those that take any.
    !(number(&code, opcode, 0) && number(&code, opcode, u32::MAX))
}

fn number(code: &View<'_>, opcode: Opcode, arg: u32) -> bool {
    match opcode {
        Opcode::BuildSlice => arg == 2 || arg == 3,
        Opcode::RaiseVarargs => arg <= 2,
        Opcode::IsOp | Opcode::ContainsOp => arg <= 1,
        Opcode::GetAwaitable => arg <= 2,
        Opcode::Reraise => arg <= 2,
        Opcode::CallFunctionEx => arg <= 1,
        Opcode::Copy
        | Opcode::ListAppend
        | Opcode::SetAdd
        | Opcode::MapAdd
        | Opcode::ListExtend
        | Opcode::SetUpdate
        | Opcode::DictUpdate
        | Opcode::DictMerge => arg >= 1,
        Opcode::Swap => arg >= 2,
        Opcode::CopyFreeVars => {
            let free = |kind: &&u8| **kind & LocalKind::FREE != 0;
            arg as usize == code.localspluskinds.iter().filter(free).count()
        }
        _ => true,
    }
}
