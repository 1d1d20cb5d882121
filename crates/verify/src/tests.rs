//! One small code object for each reason.

use crate::{Reason, Verifier, verify};
use hognose_bytecode::exceptions::{self, Entry};
use hognose_bytecode::lines::{Location, LocationWriter};
use hognose_bytecode::{CodeObject, Const, LocalKind, OpTable, Opcode, PyStr, emit};
use std::sync::Arc;

use Opcode as O;

fn assemble(words: &[(Opcode, u32)]) -> CodeObject {
    let table = OpTable::default_version();
    let mut code = Vec::new();
    for (opcode, arg) in words {
        emit(&mut code, table, table.get(*opcode).unwrap(), *arg);
    }
    let mut object = CodeObject {
        stacksize: 4,
        consts: vec![Const::None, Const::tuple([Const::str("a")])],
        names: vec![PyStr::new("n")],
        localsplusnames: vec![PyStr::new("x"), PyStr::new("c")],
        localspluskinds: vec![LocalKind::LOCAL, LocalKind::CELL],
        code,
        ..CodeObject::default()
    };
    cover(&mut object);
    object
}

/// A location table that fits the code.
fn cover(object: &mut CodeObject) {
    let mut lines = LocationWriter::new(1);
    lines.push(object.code.len() / 2, Location::NONE);
    object.linetable = lines.finish();
}

#[track_caller]
fn check_object(object: CodeObject, expected: Option<(usize, Reason)>) {
    let verdict = verify(&Arc::new(object));
    assert_eq!(
        verdict
            .err()
            .map(|refusal| (refusal.offset, refusal.reason)),
        expected
    );
}

#[track_caller]
fn check(words: &[(Opcode, u32)], expected: Option<(usize, Reason)>) {
    check_object(assemble(words), expected);
}

#[test]
fn straight_code_passes() {
    check(&[(O::Resume, 0), (O::ReturnConst, 0)], None);
    check(
        &[
            (O::LoadFast, 0),
            (O::LoadName, 0),
            (O::BinaryOp, 0),
            (O::ReturnValue, 0),
        ],
        None,
    );
}

#[test]
fn stack_heights() {
    check(
        &[(O::PopTop, 0)],
        Some((
            0,
            Reason::Underflow {
                needed: 1,
                depth: 0,
            },
        )),
    );
    check(
        &[(O::LoadConst, 0); 6],
        Some((8, Reason::Overflow { depth: 5, limit: 4 })),
    );
    check(
        &[(O::LoadConst, 0), (O::Swap, 2)],
        Some((
            2,
            Reason::Underflow {
                needed: 2,
                depth: 1,
            },
        )),
    );
    // Around a branch that leaves a value behind on one side only.
    let uneven = [
        (O::LoadConst, 0),
        (O::PopJumpIfTrue, 1),
        (O::LoadConst, 0),
        (O::ReturnConst, 0),
    ];
    check(
        &uneven,
        Some((
            6,
            Reason::Uneven {
                first: 0,
                second: 1,
            },
        )),
    );
    let huge = CodeObject {
        stacksize: u32::MAX,
        ..assemble(&[(O::ReturnConst, 0)])
    };
    check_object(huge, Some((0, Reason::StackTooLarge(u32::MAX))));
}

#[test]
fn ends_and_jumps() {
    check(&[], Some((0, Reason::RunsOff)));
    check(&[(O::Nop, 0)], Some((2, Reason::RunsOff)));
    check(&[(O::JumpForward, 9)], Some((0, Reason::BadJump(20))));
    check(&[(O::JumpBackward, 2)], Some((0, Reason::BadJump(-2))));
    // Into the caches of an instruction, and behind its prefix.
    check(
        &[(O::JumpForward, 1), (O::LoadGlobal, 0)],
        Some((0, Reason::BadJump(4))),
    );
    let mut object = assemble(&[
        (O::JumpForward, 1),
        (O::LoadConst, 256),
        (O::ReturnValue, 0),
    ]);
    object.consts.resize(300, Const::None);
    check_object(object, Some((0, Reason::BadJump(4))));
    check(
        &[(O::LoadConst, 0), (O::ForIter, 0), (O::ReturnConst, 0)],
        Some((2, Reason::NoEndFor)),
    );
    check(&[(O::JumpBackward, 1)], None);
    check(
        &[(O::JumpBackwardNoInterrupt, 1)],
        Some((0, Reason::NoSend)),
    );
}

/// What only a jump back leads to is walked behind the sweep.
#[test]
fn reached_late() {
    let words = |late: Opcode| {
        vec![
            (O::JumpForward, 3),
            (O::PushNull, 0),
            (late, 0),
            (O::ReturnConst, 0),
            (O::LoadConst, 0),
            (O::JumpBackward, 5),
        ]
    };
    check(&words(O::UnaryNot), Some((4, Reason::Null("UNARY_NOT"))));
    check(&words(O::Nop), None);
    check(&words(O::StoreFast), None);
    // And again, with another height.
    let twice = [
        words(O::Nop),
        vec![(O::LoadConst, 0), (O::LoadConst, 0), (O::JumpBackward, 8)],
    ];
    check(&twice.concat(), None);
    let mut uneven = twice.concat();
    uneven[5] = (O::PopJumpIfTrue, 1);
    uneven[4] = (O::LoadConst, 0);
    uneven.insert(6, (O::JumpBackward, 6));
    uneven[9] = (O::JumpBackward, 9);
    check(
        &uneven,
        Some((
            2,
            Reason::Uneven {
                first: 0,
                second: 2,
            },
        )),
    );
    // Off the end, and into a prefix's own unit.
    check(
        &[
            (O::JumpForward, 1),
            (O::Nop, 0),
            (O::JumpBackward, 2),
            (O::Nop, 0),
        ],
        None,
    );
}

/// Stacks higher than a word has bits take another way to the same answers.
#[test]
fn high_stacks() {
    let mut words = vec![(O::LoadConst, 0); 70];
    words.extend([
        (O::PushNull, 0),
        (O::LoadConst, 0),
        (O::Call, 0),
        (O::PopTop, 0),
        (O::PushNull, 0),
        (O::ReturnValue, 0),
    ]);
    let object = CodeObject {
        stacksize: 80,
        ..assemble(&words)
    };
    let offset = object.code.len() - 2;
    check_object(object, Some((offset, Reason::Null("RETURN_VALUE"))));
    words.truncate(74);
    words.push((O::ReturnValue, 0));
    let object = CodeObject {
        stacksize: 80,
        ..assemble(&words)
    };
    check_object(object, None);
}

#[test]
fn indices() {
    check(&[(O::LoadConst, 2)], Some((0, Reason::NoConst(2))));
    check(&[(O::LoadName, 1)], Some((0, Reason::NoName(1))));
    check(&[(O::LoadGlobal, 3)], Some((0, Reason::NoName(1))));
    check(&[(O::LoadFast, 2)], Some((0, Reason::NoLocal(2))));
    check(&[(O::LoadDeref, 0)], Some((0, Reason::NoCell(0))));
    check(
        &[(O::CompareOp, 6 << 4)],
        Some((0, Reason::BadArgument("COMPARE_OP", 96))),
    );
    check(
        &[(O::CallIntrinsic1, 0)],
        Some((0, Reason::BadArgument("CALL_INTRINSIC_1", 0))),
    );
    check(
        &[(O::CopyFreeVars, 1)],
        Some((0, Reason::BadArgument("COPY_FREE_VARS", 1))),
    );
    check(
        &[(O::KwNames, 0), (O::Call, 1)],
        Some((0, Reason::BadKeywordNames)),
    );
    check(
        &[(O::KwNames, 1), (O::Call, 0)],
        Some((0, Reason::BadKeywordNames)),
    );
    let call = [
        (O::PushNull, 0),
        (O::LoadConst, 0),
        (O::LoadConst, 0),
        (O::KwNames, 1),
        (O::Call, 1),
    ];
    check(&[&call[..], &[(O::ReturnValue, 0)]].concat(), None);
    check(
        &[(O::InterpreterExit, 0)],
        Some((0, Reason::Internal("INTERPRETER_EXIT"))),
    );
    let object = CodeObject {
        argcount: 2,
        ..assemble(&[(O::ReturnConst, 0)])
    };
    check_object(object, Some((0, Reason::BadSignature("argcount"))));
}

#[test]
fn tables() {
    let words = [
        (O::Nop, 0),
        (O::ReturnConst, 0),
        (O::PushExcInfo, 0),
        (O::Reraise, 0),
    ];
    let protected = |entries: &[Entry]| {
        let mut object = assemble(&words);
        for entry in entries {
            exceptions::encode(&mut object.exceptiontable, *entry);
        }
        object
    };
    let good = Entry {
        start: 0,
        end: 2,
        target: 4,
        depth: 0,
        lasti: false,
    };
    check_object(protected(&[good]), None);
    check_object(protected(&[good, good]), Some((0, Reason::ExceptionRange)));
    check_object(
        protected(&[Entry { end: 0, ..good }]),
        Some((0, Reason::ExceptionRange)),
    );
    check_object(
        protected(&[Entry { end: 20, ..good }]),
        Some((0, Reason::ExceptionRange)),
    );
    check_object(
        protected(&[Entry { target: 20, ..good }]),
        Some((0, Reason::ExceptionTarget)),
    );
    check_object(
        protected(&[Entry { depth: 4, ..good }]),
        Some((0, Reason::HandlerTooDeep(5))),
    );
    let below = Reason::BelowHandler {
        depth: 0,
        handler: 1,
    };
    check_object(protected(&[Entry { depth: 1, ..good }]), Some((0, below)));
    let broken = CodeObject {
        exceptiontable: vec![1],
        ..assemble(&words)
    };
    check_object(broken, Some((0, Reason::ExceptionSyntax)));

    let broken = CodeObject {
        linetable: vec![1],
        ..assemble(&words)
    };
    check_object(broken, Some((0, Reason::LocationSyntax)));
    let short = CodeObject {
        linetable: vec![],
        ..assemble(&words)
    };
    check_object(short, Some((0, Reason::LocationLength)));
}

#[test]
fn inner_code_is_proven_too() {
    let mut outer = assemble(&[(O::ReturnConst, 0)]);
    let inner = CodeObject {
        qualname: PyStr::new("inner"),
        ..assemble(&[(O::PopTop, 0)])
    };
    outer.consts.push(Const::Code(Arc::new(inner)));
    let refusal = verify(&Arc::new(outer)).unwrap_err();
    assert_eq!(refusal.name, "inner");
}

#[test]
fn generators_begin_with_themselves() {
    let generator = |words: &[(Opcode, u32)]| CodeObject {
        flags: hognose_bytecode::flags::GENERATOR,
        ..assemble(words)
    };
    let body = [(O::ReturnGenerator, 0), (O::PopTop, 0), (O::ReturnConst, 0)];
    check_object(generator(&body), None);
    check(&body, Some((0, Reason::BadGenerator)));
    check_object(
        generator(&[(O::ReturnConst, 0)]),
        Some((0, Reason::BadGenerator)),
    );
    let again = [
        (O::ReturnGenerator, 0),
        (O::PopTop, 0),
        (O::JumpBackward, 3),
    ];
    check_object(generator(&again), Some((4, Reason::BadGenerator)));
}

#[test]
fn the_last_proof_can_be_read() {
    let object = assemble(&[(O::LoadName, 0), (O::LoadAttr, 0), (O::ReturnValue, 0)]);
    let mut verifier = Verifier::default();
    assert_eq!(verifier.check(&crate::view(&object, &|_| None)), Ok(()));
    let found: Vec<_> = verifier
        .instructions(&object.code)
        .map(|i| (i.instr.start, i.instr.offset, i.instr.opcode, i.depth))
        .collect();
    let end = 4 + 2 * 9;
    assert_eq!(
        found,
        [
            (0, 0, O::LoadName, Some(0)),
            (2, 2, O::LoadAttr, Some(1)),
            (end, end, O::ReturnValue, Some(1)),
        ]
    );
}

#[test]
fn null_goes_where_it_is_expected() {
    let call = |first: (Opcode, u32)| [first, (O::LoadName, 0), (O::Call, 0), (O::ReturnValue, 0)];
    check(&call((O::PushNull, 0)), None);
    check(
        &[(O::PushNull, 0), (O::ReturnValue, 0)],
        Some((2, Reason::Null("RETURN_VALUE"))),
    );
    check(
        &[
            (O::PushNull, 0),
            (O::Copy, 1),
            (O::Call, 0),
            (O::ReturnValue, 0),
        ],
        Some((2, Reason::Null("COPY"))),
    );
    // The callable itself must be there.
    check(
        &[
            (O::LoadName, 0),
            (O::PushNull, 0),
            (O::Call, 0),
            (O::ReturnValue, 0),
        ],
        Some((4, Reason::Null("CALL"))),
    );
    check(
        &[
            (O::LoadName, 0),
            (O::PushNull, 0),
            (O::Swap, 2),
            (O::Call, 0),
            (O::ReturnValue, 0),
        ],
        None,
    );
    check(
        &[
            (O::LoadName, 0),
            (O::PushNull, 0),
            (O::Swap, 2),
            (O::PopTop, 0),
            (O::ReturnConst, 0),
        ],
        None,
    );
    // A local put aside goes back.
    check(
        &[
            (O::LoadFastAndClear, 0),
            (O::StoreFast, 0),
            (O::ReturnConst, 0),
        ],
        None,
    );
    // One way pushes NULL, the other a value.
    check(
        &[
            (O::LoadName, 0),
            (O::PopJumpIfTrue, 2),
            (O::PushNull, 0),
            (O::JumpForward, 1),
            (O::LoadName, 0),
            (O::ReturnConst, 0),
        ],
        Some((10, Reason::UnevenNulls)),
    );
}
