//! `SWAP`s: fewer of them, or none by reordering the stores behind them.

use hognose_bytecode::Opcode;

use crate::cfg::CfgInstr;

/// Replaces a run of `SWAP`s and `NOP`s by the shortest equal one (`swaptimize`).
///
/// Gives the index of the last instruction of the run.
pub fn shorten_run(block: &mut [CfgInstr], at: usize) -> usize {
    let run = &mut block[at..];
    let len = run
        .iter()
        .position(|instr| !matches!(instr.op, Opcode::Swap | Opcode::Nop))
        .unwrap_or(run.len());
    let run = &mut run[..len];
    if run.iter().filter(|instr| instr.op == Opcode::Swap).count() < 2 {
        return at;
    }
    let depth = run
        .iter()
        .filter(|instr| instr.op == Opcode::Swap)
        .map(|instr| instr.oparg)
        .max()
        .unwrap_or(0);
    let mut stack: Vec<Option<usize>> = (0..depth as usize).map(Some).collect();
    for instr in run.iter().filter(|instr| instr.op == Opcode::Swap) {
        if instr.oparg > 0 {
            stack.swap(0, instr.oparg as usize - 1);
        }
    }
    // Un-shuffle the stack cycle by cycle; written from the end of the run, the same moves shuffle it. The result is never
    // longer than the run.
    let mut current = len;
    for start in 0..stack.len() {
        if stack[start].is_none_or(|item| item == start) {
            continue;
        }
        let mut item = start;
        loop {
            if item != 0 && current > 0 {
                current -= 1;
                run[current].op = Opcode::Swap;
                run[current].oparg = item as u32 + 1;
            }
            match stack[item].take() {
                None => break,
                Some(next) => item = next,
            }
        }
    }
    for instr in &mut run[..current] {
        instr.set_nop();
    }
    at + len - 1
}

/// Whether the opcode only pops the top of the stack and cannot be seen doing so (`SWAPPABLE`).
fn is_swappable(op: Opcode) -> bool {
    matches!(
        op,
        Opcode::StoreFast | Opcode::StoreFastMaybeNull | Opcode::PopTop
    )
}

/// The local an instruction stores to (`STORES_TO`).
fn stores_to(instr: &CfgInstr) -> Option<u32> {
    matches!(instr.op, Opcode::StoreFast | Opcode::StoreFastMaybeNull).then_some(instr.oparg)
}

/// The next instruction that may be moved; on one line if `line` is given (`next_swappable_instruction`).
fn next_swappable(block: &[CfgInstr], after: usize, line: Option<i32>) -> Option<usize> {
    for (index, instr) in block.iter().enumerate().skip(after + 1) {
        // Names bound must not change between two line events.
        if line.is_some_and(|line| line >= 0 && instr.loc.line != line) {
            return None;
        }
        if instr.op == Opcode::Nop {
            continue;
        }
        return is_swappable(instr.op).then_some(index);
    }
    None
}

/// Swaps the instructions behind a `SWAP` instead of the values (`apply_static_swaps`).
pub fn apply_statically(block: &mut [CfgInstr], at: usize) {
    for index in (0..=at).rev() {
        let swap = block[index];
        if swap.op != Opcode::Swap {
            if swap.op == Opcode::Nop || is_swappable(swap.op) {
                continue;
            }
            return;
        }
        let Some(first) = next_swappable(block, index, None) else {
            return;
        };
        let mut second = first;
        let line = block[first].loc.line;
        for _ in 1..swap.oparg {
            let Some(next) = next_swappable(block, second, Some(line)) else {
                return;
            };
            second = next;
        }
        // Not safe if the two store to one local, or anything between them stores to either's.
        let (first_store, second_store) = (stores_to(&block[first]), stores_to(&block[second]));
        if first_store.is_some() || second_store.is_some() {
            if first_store == second_store {
                return;
            }
            let between = block.get(first + 1..second).unwrap_or(&[]);
            if between
                .iter()
                .filter_map(stores_to)
                .any(|store| Some(store) == first_store || Some(store) == second_store)
            {
                return;
            }
        }
        block[index].set_nop();
        block.swap(first, second);
    }
}
