//! How many stack entries each opcode of 3.12 needs and takes; `Python/bytecodes.c`.

use hognose_bytecode::Opcode;

/// What an instruction wants of the stack.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Arity {
    /// Entries that must be there, those it only looks at included.
    pub needs: u32,
    /// Entries it takes away before it may fail.
    pub pops: u32,
}

const fn takes(count: u32) -> Arity {
    Arity {
        needs: count,
        pops: count,
    }
}

const fn looks(needs: u32, pops: u32) -> Arity {
    Arity { needs, pops }
}

/// `None` for an opcode that 3.12 does not have in files.
///
/// Arguments are at most the stack's height where it matters, so sums saturate.
pub fn arity(opcode: Opcode, arg: u32) -> Option<Arity> {
    use Opcode as O;
    let above = |count: u32| arg.saturating_add(count);
    Some(match opcode {
        O::Nop
        | O::Resume
        | O::LoadClosure
        | O::LoadFastCheck
        | O::LoadFast
        | O::LoadFastAndClear
        | O::LoadConst
        | O::PushNull
        | O::ReturnConst
        | O::DeleteName
        | O::DeleteFast
        | O::DeleteGlobal
        | O::DeleteDeref
        | O::MakeCell
        | O::CopyFreeVars
        | O::SetupAnnotations
        | O::LoadBuildClass
        | O::LoadAssertionError
        | O::LoadLocals
        | O::LoadName
        | O::LoadGlobal
        | O::LoadDeref
        | O::KwNames
        | O::JumpForward
        | O::JumpBackward
        | O::JumpBackwardNoInterrupt
        | O::ReturnGenerator
        | O::ExtendedArg => takes(0),
        O::PopTop
        | O::UnaryNegative
        | O::UnaryNot
        | O::UnaryInvert
        | O::CallIntrinsic1
        | O::ReturnValue
        | O::GetAiter
        | O::GetAwaitable
        | O::PopExcept
        | O::StoreName
        | O::StoreGlobal
        | O::StoreFast
        | O::StoreDeref
        | O::UnpackSequence
        | O::UnpackEx
        | O::DeleteAttr
        | O::LoadAttr
        | O::PopJumpIfFalse
        | O::PopJumpIfTrue
        | O::PopJumpIfNone
        | O::PopJumpIfNotNone
        | O::GetIter
        | O::GetYieldFromIter
        | O::BeforeWith
        | O::BeforeAsyncWith
        | O::LoadFromDictOrGlobals
        | O::LoadFromDictOrDeref => takes(1),
        // It cannot fail: the exception that was current is put below the new one.
        O::PushExcInfo => looks(1, 0),
        // What fails is the resumption, with the value sent in where the yielded one was.
        O::YieldValue => looks(1, 0),
        O::GetAnext
        | O::ImportFrom
        | O::GetLen
        | O::MatchMapping
        | O::MatchSequence
        | O::ForIter => looks(1, 0),
        O::BinarySubscr
        | O::BinaryOp
        | O::CompareOp
        | O::IsOp
        | O::ContainsOp
        | O::EndFor
        | O::EndSend
        | O::DeleteSubscr
        | O::CallIntrinsic2
        | O::StoreAttr
        | O::ImportName
        | O::EndAsyncFor
        | O::CheckEgMatch => takes(2),
        O::Send | O::CheckExcMatch => looks(2, 1),
        O::MatchKeys => looks(2, 0),
        O::BinarySlice | O::StoreSubscr | O::LoadSuperAttr | O::MatchClass | O::CleanupThrow => {
            takes(3)
        }
        O::StoreSlice => takes(4),
        O::WithExceptStart => looks(4, 0),
        // The container lies below `arg - 1` entries that stay.
        O::ListAppend | O::SetAdd | O::ListExtend | O::SetUpdate | O::DictUpdate => {
            looks(above(1), 1)
        }
        // Its error names the function, two entries below the dict.
        O::DictMerge => looks(above(3), 1),
        O::MapAdd => looks(above(2), 2),
        O::RaiseVarargs | O::BuildTuple | O::BuildList | O::BuildSet | O::BuildString => takes(arg),
        O::Reraise => looks(above(1), 1),
        O::BuildMap => takes(arg.saturating_mul(2)),
        O::BuildConstKeyMap => takes(above(1)),
        O::Call => takes(above(2)),
        O::CallFunctionEx => takes(3 + (arg & 1)),
        O::MakeFunction => takes(1 + (arg & 0xf).count_ones()),
        O::BuildSlice => takes(if arg == 3 { 3 } else { 2 }),
        O::FormatValue => takes(1 + (arg >> 2 & 1)),
        O::Copy | O::Swap => looks(arg, 0),
        _ => return None,
    })
}
