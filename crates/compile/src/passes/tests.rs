//! Listings before and after the passes.
//!
//! One instruction a line: opcode, argument, `@line`. `1:` places label 1, and a jump's argument is its label. Afterwards
//! targets are block numbers.

use bumpalo::Bump;
use hognose_ast::Constant;
use hognose_bytecode::{OpTable, Opcode};
use hognose_version::Passes;

use super::{UnitFacts, optimize};
use crate::cfg::Cfg;
use crate::consts::ConstTable;
use crate::ir::{InstrSequence, Label, Loc, NO_LOCATION};
use crate::op_facts::has_target;

fn opcode(name: &str) -> Opcode {
    let rows = OpTable::default_version().rows;
    rows.iter()
        .map(|row| row.opcode)
        .find(|op| format!("{op:?}") == name)
        .expect("an opcode")
}

fn sequence(listing: &str) -> InstrSequence {
    let mut seq = InstrSequence::new();
    for _ in 0..9 {
        seq.new_label();
    }
    for word_line in listing
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        if let Some(label) = word_line.strip_suffix(':') {
            seq.use_label(Label(label.parse().expect("a label")));
            continue;
        }
        let mut words = word_line.split_whitespace().peekable();
        let op = opcode(words.next().expect("an opcode"));
        let arg = words
            .next_if(|word| !word.starts_with('@'))
            .map_or(0, |word| word.parse().expect("a number"));
        let loc = words.next().map_or(NO_LOCATION, |word| {
            Loc::line(word[1..].parse().expect("a line"))
        });
        seq.emit(op, arg, loc);
    }
    seq
}

fn render(cfg: &Cfg) -> String {
    let blocks: Vec<_> = cfg.in_order().collect();
    let mut text = String::new();
    for (number, &block) in blocks.iter().enumerate() {
        text += &format!("block {number}\n");
        for instr in cfg.instrs(block) {
            text += &format!("{:?}", instr.op);
            if has_target(instr.op) {
                let target = blocks
                    .iter()
                    .position(|&other| other == instr.target)
                    .expect("a listed block");
                text += &format!(" to {target}");
            } else if OpTable::default_version()
                .get(instr.op)
                .is_some_and(|info| info.has_arg())
            {
                text += &format!(" {}", instr.oparg);
            }
            if instr.loc.line >= 0 {
                text += &format!(" @{}", instr.loc.line);
            }
            text += "\n";
        }
    }
    text
}

/// Runs all passes; constant 0 is `None`, 1 is `1`, 2 is `2`.
#[track_caller]
fn check(nlocals: usize, listing: &str, expected: &str) {
    let arena = Bump::new();
    let mut consts = ConstTable::new(&arena);
    for value in [Constant::None, Constant::Int(1), Constant::Int(2)] {
        consts.add(value);
    }
    let mut cfg = Cfg::default();
    cfg.build(&sequence(listing), Passes::LinesLast)
        .expect("labels are placed");
    optimize(
        &mut cfg,
        &mut consts,
        UnitFacts {
            nlocals,
            nparams: 0,
            firstlineno: 1,
            passes: Passes::LinesLast,
        },
    )
    .expect("a sound graph");
    let tidy = |text: &str| {
        text.lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_eq!(tidy(&render(&cfg)), tidy(expected));
}

#[test]
fn a_branch_on_a_constant_is_decided() {
    check(
        0,
        "LoadConst 1 @1
         PopJumpIfFalse 1 @1
         LoadConst 2 @2
         ReturnValue @2
         1:
         LoadConst 0 @3
         ReturnValue @3",
        "block 0
         Nop @1
         block 1
         ReturnConst 1 @2",
    );
}

#[test]
fn a_test_for_none_has_its_own_jump() {
    check(
        0,
        "LoadName 0 @1
         LoadConst 0 @1
         IsOp 0 @1
         PopJumpIfFalse 1 @1
         LoadConst 1 @2
         ReturnValue @2
         1:
         LoadConst 2 @3
         ReturnValue @3",
        "block 0
         LoadName 0 @1
         PopJumpIfNotNone to 2 @1
         block 1
         ReturnConst 1 @2
         block 2
         ReturnConst 2 @3",
    );
}

#[test]
fn a_tuple_of_constants_is_folded() {
    check(
        0,
        "LoadConst 1 @1
         LoadConst 2 @1
         BuildTuple 2 @1
         ReturnValue @1",
        // The first constant is kept as a possible docstring; 1 and 2 are gone. CPython does not look at the return again.
        "block 0
         LoadConst 1 @1
         ReturnValue @1",
    );
}

#[test]
fn an_unpacked_tuple_becomes_moves() {
    check(
        2,
        "LoadName 0 @1
         LoadName 1 @1
         BuildTuple 2 @1
         UnpackSequence 2 @1
         StoreFast 0 @1
         StoreFast 1 @1
         LoadConst 0 @1
         ReturnValue @1",
        "block 0
         LoadName 0 @1
         LoadName 1 @1
         StoreFast 1 @1
         StoreFast 0 @1
         ReturnConst 0 @1",
    );
}

#[test]
fn a_load_that_may_fail_is_checked() {
    check(
        1,
        "LoadName 0 @1
         PopJumpIfFalse 1 @1
         LoadConst 1 @2
         StoreFast 0 @2
         1:
         LoadFast 0 @3
         LoadFast 0 @3
         ReturnValue @3",
        "block 0
         LoadName 0 @1
         PopJumpIfFalse to 2 @1
         block 1
         LoadConst 1 @2
         StoreFast 0 @2
         block 2
         LoadFastCheck 0 @3
         LoadFast 0 @3
         ReturnValue @3",
    );
}

#[test]
fn handlers_move_behind_the_rest() {
    check(
        0,
        "SetupFinally 1 @1
         LoadName 0 @2
         PopTop @2
         PopBlock
         Jump 2
         1:
         PushExcInfo
         PopExcept
         2:
         LoadName 1 @4
         PopTop @4
         LoadName 2 @4
         PopTop @4
         LoadConst 1 @4
         ReturnValue @4",
        "block 0
         SetupFinally to 2 @1
         LoadName 0 @2
         PopTop @2
         PopBlock @2
         Nop @2
         block 1
         LoadName 1 @4
         PopTop @4
         LoadName 2 @4
         PopTop @4
         ReturnConst 1 @4
         block 2
         PushExcInfo
         PopExcept
         block 3
         Jump to 1",
    );
}

#[test]
fn each_way_to_an_exit_without_a_line_gets_a_copy() {
    check(
        0,
        "LoadName 0 @1
         PopJumpIfFalse 1 @1
         LoadName 1 @2
         PopTop @2
         1:
         LoadConst 0
         ReturnValue",
        "block 0
         LoadName 0 @1
         PopJumpIfFalse to 3 @1
         block 1
         LoadName 1 @2
         PopTop @2
         block 2
         ReturnConst 0 @2
         block 3
         ReturnConst 0 @1",
    );
}

#[test]
fn malformed_sequences_are_refused() {
    let build = |listing: &str| {
        let mut cfg = Cfg::default();
        let arena = Bump::new();
        cfg.build(&sequence(listing), Passes::LinesLast)?;
        optimize(
            &mut cfg,
            &mut ConstTable::new(&arena),
            UnitFacts {
                nlocals: 0,
                nparams: 0,
                firstlineno: 1,
                passes: Passes::LinesLast,
            },
        )
    };
    for listing in [
        "Jump 1",
        "SetupFinally 1\nPopBlock\nPopBlock\n1:\nReturnValue",
        "Jump 1\n1:",
        "LoadConst 7\nReturnValue",
    ] {
        assert!(build(listing).is_err(), "{listing}");
    }
}
