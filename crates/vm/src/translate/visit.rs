//! One CPython instruction into none, one or several of the IR.

use super::flow::{ends_flow, jump_target};
use super::stack::Entry;
use super::{Error, Result, Translator};
use crate::ir::{Op, Word};
use hognose_bytecode::{Instr, Opcode};

fn small(arg: u32) -> Result<u16> {
    u16::try_from(arg).map_err(|_| Error::TooBig)
}

impl Translator<'_> {
    fn local(&self, arg: u32) -> Result<u16> {
        if arg < u32::from(self.first_temp) {
            small(arg)
        } else {
            Err(Error::Malformed(self.offset))
        }
    }

    fn name(&self, index: u32) -> Result<u16> {
        if (index as usize) < self.code.names.len() {
            small(index)
        } else {
            Err(Error::Malformed(self.offset))
        }
    }

    fn constant(&self, index: u32) -> Result<u32> {
        if (index as usize) < self.consts.len() {
            Ok(index)
        } else {
            Err(Error::Malformed(self.offset))
        }
    }

    /// Translates an instruction; false if what follows is not reached from it.
    pub(super) fn instruction(&mut self, instr: &Instr) -> Result<bool> {
        let arg = instr.arg;
        match instr.opcode {
            Opcode::Nop | Opcode::Resume => (),
            Opcode::LoadFast | Opcode::LoadClosure => {
                let local = self.local(arg)?;
                self.push(Entry::Local(local));
            }
            Opcode::LoadFastCheck => {
                let local = self.local(arg)?;
                self.emit(Op::CheckLocal, local, 0, 0);
                self.push(Entry::Local(local));
            }
            Opcode::LoadFastAndClear => {
                let local = self.local(arg)?;
                self.own_aliases(local)?;
                let register = self.push_result()?;
                self.emit(Op::Take, register, local, 0);
            }
            Opcode::LoadConst => {
                let index = self.constant(arg)?;
                self.push(Entry::Const(index));
            }
            Opcode::StoreFast => {
                let local = self.local(arg)?;
                self.store_local(local)?;
            }
            Opcode::DeleteFast => {
                let local = self.local(arg)?;
                self.own_aliases(local)?;
                self.emit(Op::DeleteLocal, local, 0, 0);
            }
            Opcode::PopTop => {
                if let Entry::Temp(register) = self.peek(1)? {
                    self.emit(Op::Drop, register, 0, 0);
                }
                self.drop_entries(1)?;
            }
            Opcode::EndFor => self.drop_entries(2)?,
            Opcode::PushNull => self.push(Entry::Null),
            Opcode::Copy => self.copy(arg)?,
            Opcode::Swap => {
                let (top, other) = (self.below_top(1)?, self.below_top(arg as usize)?);
                self.stack.swap(top, other);
            }
            Opcode::UnaryNegative => self.unary(Op::Neg)?,
            Opcode::UnaryNot => self.unary(Op::Not)?,
            Opcode::UnaryInvert => self.unary(Op::Invert)?,
            Opcode::BinaryOp => self.binary_op(arg)?,
            Opcode::CompareOp => {
                self.compare(arg >> 4, Op::Lt, Op::LtK, Op::JumpLt, Op::JumpLtK)?
            }
            Opcode::IsOp => self.test(Op::Is, Op::JumpIs, arg)?,
            Opcode::ContainsOp => self.test(Op::In, Op::JumpIn, arg)?,
            Opcode::BinarySubscr => {
                let (b, op, c) = self.operands_maybe_constant(Op::GetItem, Op::GetItemK)?;
                self.result(op, 2, b, c)?;
            }
            Opcode::BinarySlice => {
                let (b, c, d) = (self.operand(3)?, self.operand(2)?, self.operand(1)?);
                self.result(Op::GetSlice, 3, b, c)?;
                self.set_word(1, Word { a: d, ..Word::ZERO });
            }
            Opcode::StoreSlice => {
                let (value, a) = (self.operand(4)?, self.operand(3)?);
                let (b, c) = (self.operand(2)?, self.operand(1)?);
                self.emit(Op::SetSlice, a, b, c);
                self.set_word(
                    1,
                    Word {
                        a: value,
                        ..Word::ZERO
                    },
                );
                self.drop_entries(4)?;
            }
            Opcode::StoreSubscr => {
                let (value, a) = (self.operand(3)?, self.operand(2)?);
                if let Entry::Const(k) = self.peek(1)?
                    && let Ok(k) = u16::try_from(k)
                {
                    self.emit(Op::SetItemK, a, k, value);
                } else {
                    let b = self.operand(1)?;
                    self.emit(Op::SetItem, a, b, value);
                }
                self.drop_entries(3)?;
            }
            Opcode::DeleteSubscr => {
                let (a, b) = (self.operand(2)?, self.operand(1)?);
                self.emit(Op::DelItem, a, b, 0);
                self.drop_entries(2)?;
            }
            Opcode::LoadAttr if arg & 1 == 0 => {
                let name = self.name(arg >> 1)?;
                let b = self.operand(1)?;
                let slot = self.value_slot()?;
                self.result(Op::LoadAttr, 1, b, name)?;
                self.set_word(
                    2,
                    Word {
                        op: slot,
                        ..Word::ZERO
                    },
                );
            }
            Opcode::LoadAttr => {
                let name = self.name(arg >> 1)?;
                let slot = self.value_slot()?;
                let a = self.pair_at(1)?;
                let b = self.operand(1)?;
                self.emit(Op::LoadMethod, a, b, name);
                self.set_word(
                    2,
                    Word {
                        op: slot,
                        ..Word::ZERO
                    },
                );
                self.push_pair(1, a)?;
            }
            Opcode::LoadSuperAttr => {
                let name = self.name(arg >> 2)?;
                let base = self.settle_top(3)?;
                self.emit(Op::LoadSuperAttr, base, small(arg & 3)?, name);
                self.drop_entries(3)?;
                self.push(Entry::Temp(base));
                if arg & 1 != 0 {
                    self.push(Entry::Temp(base + 1));
                }
            }
            Opcode::StoreAttr => {
                let name = self.name(arg)?;
                let (b, a) = (self.operand(2)?, self.operand(1)?);
                self.emit(Op::StoreAttr, a, b, name);
                self.drop_entries(2)?;
            }
            Opcode::DeleteAttr => {
                let name = self.name(arg)?;
                let a = self.operand(1)?;
                self.emit(Op::DeleteAttr, a, 0, name);
                self.drop_entries(1)?;
            }
            Opcode::LoadGlobal => {
                let name = self.name(arg >> 1)?;
                if arg & 1 != 0 {
                    self.push(Entry::Null);
                }
                self.result(Op::LoadGlobal, 0, 0, name)?;
            }
            Opcode::StoreGlobal => self.consume_named(Op::StoreGlobal, arg)?,
            Opcode::DeleteGlobal => self.named(Op::DeleteGlobal, arg)?,
            Opcode::LoadName => {
                let name = self.name(arg)?;
                self.result(Op::LoadName, 0, 0, name)?;
            }
            Opcode::StoreName => self.consume_named(Op::StoreName, arg)?,
            Opcode::DeleteName => self.named(Op::DeleteName, arg)?,
            Opcode::LoadLocals => self.result(Op::LoadLocals, 0, 0, 0)?,
            Opcode::LoadFromDictOrGlobals => {
                let name = self.name(arg)?;
                let b = self.operand(1)?;
                self.result(Op::LoadFromDictOrGlobals, 1, b, name)?;
            }
            Opcode::LoadFromDictOrDeref => {
                let cell = self.local(arg)?;
                let b = self.operand(1)?;
                self.result(Op::LoadFromDictOrDeref, 1, b, cell)?;
            }
            Opcode::MakeCell => {
                let cell = self.local(arg)?;
                self.emit(Op::MakeCell, cell, 0, 0);
            }
            Opcode::CopyFreeVars => {
                let count = small(arg)?;
                let first = self.first_temp.checked_sub(count);
                let first = first.ok_or(Error::Malformed(self.offset))?;
                self.emit(Op::CopyFreeVars, first, count, 0);
            }
            Opcode::LoadDeref => {
                let cell = self.local(arg)?;
                self.result(Op::LoadDeref, 0, cell, 0)?;
            }
            Opcode::StoreDeref => {
                let cell = self.local(arg)?;
                let b = self.operand(1)?;
                self.emit(Op::StoreDeref, cell, b, 0);
                self.drop_entries(1)?;
            }
            Opcode::DeleteDeref => {
                let cell = self.local(arg)?;
                self.emit(Op::DeleteDeref, cell, 0, 0);
            }
            _ => return self.more(instr),
        }
        Ok(true)
    }

    /// The instructions that build, call, jump and leave.
    fn more(&mut self, instr: &Instr) -> Result<bool> {
        let arg = instr.arg;
        match instr.opcode {
            Opcode::BuildTuple => self.build(Op::BuildTuple, arg, arg)?,
            Opcode::BuildList => self.build(Op::BuildList, arg, arg)?,
            Opcode::BuildSet => self.build(Op::BuildSet, arg, arg)?,
            Opcode::BuildString => self.build(Op::BuildString, arg, arg)?,
            Opcode::BuildSlice => self.build(Op::BuildSlice, arg, arg)?,
            Opcode::BuildMap => {
                let values = arg.checked_mul(2).ok_or(Error::TooBig)?;
                self.build(Op::BuildMap, arg, values)?;
            }
            Opcode::BuildConstKeyMap => {
                let values = arg.checked_add(1).ok_or(Error::TooBig)?;
                self.build(Op::BuildConstKeyMap, arg, values)?;
            }
            Opcode::ListAppend => self.add_to(Op::ListAppend, arg)?,
            Opcode::SetAdd => self.add_to(Op::SetAdd, arg)?,
            Opcode::ListExtend => self.add_to(Op::ListExtend, arg)?,
            Opcode::SetUpdate => self.add_to(Op::SetUpdate, arg)?,
            Opcode::DictUpdate => self.add_to(Op::DictUpdate, arg)?,
            Opcode::MapAdd => {
                let (b, c) = (self.operand(2)?, self.operand(1)?);
                let a = self.operand(arg as usize + 2)?;
                self.emit(Op::MapAdd, a, b, c);
                self.drop_entries(2)?;
            }
            Opcode::DictMerge => {
                let b = self.operand(1)?;
                let (a, c) = (
                    self.operand(arg as usize + 1)?,
                    self.operand(arg as usize + 3)?,
                );
                self.emit(Op::DictMerge, a, b, c);
                self.drop_entries(1)?;
            }
            Opcode::FormatValue => {
                let spec = arg & 4 != 0;
                let n = 1 + usize::from(spec);
                let d = if spec { self.operand(1)? } else { 0 };
                let b = self.operand(n)?;
                self.result(Op::FormatValue, n, b, small(arg & 7)?)?;
                self.set_word(1, Word { a: d, ..Word::ZERO });
            }
            Opcode::UnpackSequence => self.unpack(Op::Unpack, arg, arg)?,
            Opcode::UnpackEx => self.unpack(Op::UnpackEx, arg, (arg & 0xff) + 1 + (arg >> 8))?,
            Opcode::KwNames => self.keyword_names = Some(small(self.constant(arg)?)?),
            Opcode::Call => self.call(arg)?,
            Opcode::CallFunctionEx => {
                let n = 3 + (arg & 1) as usize;
                self.clear_above(self.below_top(n)?)?;
                let base = self.settle_top(n)?;
                self.drop_entries(n)?;
                let c = self.push_result()?;
                let word = self.emit(Op::CallEx, base, small(arg & 1)?, c);
                self.note_result(word, c, true);
            }
            Opcode::MakeFunction => {
                let n = 1 + (arg & 15).count_ones() as usize;
                let base = self.settle_top(n)?;
                self.result(Op::MakeFunction, n, base, small(arg)?)?;
            }
            Opcode::ReturnValue => {
                let a = self.operand(1)?;
                self.emit(Op::Return, a, 0, 0);
            }
            Opcode::ReturnConst => {
                let index = self.constant(arg)?;
                self.emit_wide(Op::ReturnConst, 0, index);
            }
            Opcode::JumpForward | Opcode::JumpBackward | Opcode::JumpBackwardNoInterrupt => {
                self.settle(self.stack.len())?;
                let op = if instr.opcode == Opcode::JumpBackward {
                    Op::JumpBack
                } else {
                    Op::Jump
                };
                let word = self.emit(op, 0, 0, 0);
                self.jump_wide(
                    word,
                    jump_target(instr).ok_or(Error::Malformed(self.offset))?,
                );
            }
            Opcode::PopJumpIfTrue => self.pop_jump(Op::JumpIfTrue, instr)?,
            Opcode::PopJumpIfFalse => self.pop_jump(Op::JumpIfFalse, instr)?,
            Opcode::PopJumpIfNone => self.pop_jump(Op::JumpIfNone, instr)?,
            Opcode::PopJumpIfNotNone => self.pop_jump(Op::JumpIfNotNone, instr)?,
            Opcode::GetIter => self.unary(Op::GetIter)?,
            Opcode::ForIter => {
                self.settle(self.stack.len())?;
                let b = self.operand(1)?;
                let a = self.push_result()?;
                let word = self.emit(Op::ForIter, a, b, 0);
                self.note_result(word, a, false);
                // Past the END_FOR that the jump leads to: the iterator is dropped here.
                let target = jump_target(instr).ok_or(Error::Malformed(self.offset))?;
                self.jump_cache(word, target);
            }
            _ => return self.rare(instr),
        }
        Ok(!ends_flow(instr.opcode))
    }

    /// Exceptions, generators, imports, patterns.
    fn rare(&mut self, instr: &Instr) -> Result<bool> {
        let arg = instr.arg;
        match instr.opcode {
            Opcode::PushExcInfo => {
                let a = self.settle_top(1)?;
                self.emit(Op::PushExcInfo, a, 0, 0);
                self.push_pair(1, a)?;
            }
            Opcode::PopExcept => {
                let a = self.operand(1)?;
                self.emit(Op::PopExcept, a, 0, 0);
                self.drop_entries(1)?;
            }
            Opcode::CheckExcMatch => {
                let (b, c) = (self.operand(2)?, self.operand(1)?);
                self.result(Op::CheckExcMatch, 1, b, c)?;
            }
            Opcode::CheckEgMatch => {
                let a = self.settle_top(2)?;
                self.emit(Op::CheckEgMatch, a, 0, 0);
            }
            Opcode::Reraise => {
                let a = self.owned_operand(1)?;
                let b = match arg {
                    0 => 0,
                    n => 1 + self.operand(n as usize + 1)?,
                };
                self.emit(Op::Reraise, a, b, 0);
            }
            Opcode::RaiseVarargs => {
                let a = self.settle_top(arg as usize)?;
                self.emit(Op::Raise, a, small(arg)?, 0);
            }
            Opcode::LoadAssertionError => self.result(Op::LoadAssertionError, 0, 0, 0)?,
            Opcode::LoadBuildClass => self.result(Op::LoadBuildClass, 0, 0, 0)?,
            Opcode::BeforeWith | Opcode::BeforeAsyncWith => {
                let a = self.settle_top(1)?;
                let async_ = instr.opcode == Opcode::BeforeAsyncWith;
                self.emit(
                    if async_ {
                        Op::BeforeAsyncWith
                    } else {
                        Op::BeforeWith
                    },
                    a,
                    0,
                    0,
                );
                self.push_pair(1, a)?;
            }
            Opcode::WithExceptStart => {
                let b = self.settle_top(4)?;
                self.result(Op::WithExceptStart, 0, b, 0)?;
            }
            Opcode::ReturnGenerator => {
                let a = self.settle_top(1)?;
                self.emit(Op::ReturnGenerator, a, 0, 0);
            }
            Opcode::YieldValue => {
                self.settle(self.stack.len())?;
                let b = self.operand(1)?;
                self.drop_entries(1)?;
                let a = self.push_result()?;
                self.emit(Op::Yield, a, b, 0);
            }
            Opcode::Send => {
                self.settle(self.stack.len())?;
                let a = self.settle_top(2)?;
                let word = self.emit(Op::Send, a, a + 1, 0);
                let target = jump_target(instr).ok_or(Error::Malformed(self.offset))?;
                self.jump_cache(word, target);
            }
            Opcode::EndSend => {
                let a = self.settle_top(2)?;
                self.emit(Op::EndSend, a, a + 1, 0);
                self.drop_entries(1)?;
            }
            Opcode::GetYieldFromIter => self.unary(Op::GetYieldFromIter)?,
            Opcode::GetAwaitable => {
                let b = self.operand(1)?;
                self.result(Op::GetAwaitable, 1, b, small(arg)?)?;
            }
            Opcode::GetAiter => self.unary(Op::GetAiter)?,
            Opcode::GetAnext => self.beside(Op::GetAnext)?,
            Opcode::EndAsyncFor => {
                let a = self.settle_top(2)?;
                self.emit(Op::EndAsyncFor, a, 0, 0);
                self.drop_entries(2)?;
            }
            Opcode::CleanupThrow => {
                let a = self.settle_top(3)?;
                self.emit(Op::CleanupThrow, a, 0, 0);
                self.drop_entries(1)?;
            }
            Opcode::ImportName => {
                let name = self.name(arg)?;
                let b = self.settle_top(2)?;
                self.result(Op::ImportName, 2, b, name)?;
            }
            Opcode::ImportFrom => {
                let name = self.name(arg)?;
                let b = self.operand(1)?;
                self.result(Op::ImportFrom, 0, b, name)?;
            }
            Opcode::GetLen => self.beside(Op::GetLen)?,
            Opcode::MatchMapping => self.beside(Op::MatchMapping)?,
            Opcode::MatchSequence => self.beside(Op::MatchSequence)?,
            Opcode::MatchKeys => {
                let b = self.settle_top(2)?;
                self.result(Op::MatchKeys, 0, b, 0)?;
            }
            Opcode::MatchClass => {
                let a = self.settle_top(3)?;
                self.emit(Op::MatchClass, a, 0, small(arg)?);
                self.drop_entries(2)?;
            }
            Opcode::SetupAnnotations => {
                self.emit(Op::SetupAnnotations, 0, 0, 0);
            }
            Opcode::CallIntrinsic1 => {
                let b = self.operand(1)?;
                self.result(Op::Intrinsic1, 1, b, small(arg)?)?;
            }
            Opcode::CallIntrinsic2 => {
                let b = self.settle_top(2)?;
                self.result(Op::Intrinsic2, 2, b, small(arg)?)?;
            }
            _ => return Err(Error::Malformed(self.offset)),
        }
        Ok(!ends_flow(instr.opcode))
    }

    /// Fills a cache word of the instruction just emitted.
    fn set_word(&mut self, n: usize, word: Word) {
        if let Some(place) = self.words.get_mut(self.last_emitted + n) {
            *place = word;
        }
    }

    /// The registers for a pair of results in place of the `n` topmost entries: those of their depths, made free.
    fn pair_at(&mut self, n: usize) -> Result<u16> {
        let index = self.below_top(n)?;
        self.clear_above(index)?;
        self.canonical(index as u32 + 1)?;
        match self.canonical(index as u32)? {
            Entry::Temp(home) => Ok(home),
            _ => Err(Error::Malformed(self.offset)),
        }
    }

    /// Makes sure that no entry below `index` stands in a register of its depth or above.
    fn clear_above(&mut self, index: usize) -> Result<()> {
        let Entry::Temp(home) = self.canonical(index as u32)? else {
            return Ok(());
        };
        let strays = |e: &Entry| matches!(e, Entry::Temp(r) if *r >= home);
        if self.stack[..index].iter().any(strays) {
            self.settle(index)?;
        }
        Ok(())
    }

    fn push_pair(&mut self, n: usize, first: u16) -> Result<()> {
        self.drop_entries(n)?;
        self.push(Entry::Temp(first));
        self.push(Entry::Temp(first + 1));
        Ok(())
    }

    fn copy(&mut self, n: u32) -> Result<()> {
        let entry = self.peek(n as usize)?;
        if n == 1
            && let Some(next) = self.next_instruction()
            && !self.flow.is_leader(next.start as u32)
            && matches!(next.opcode, Opcode::PopJumpIfTrue | Opcode::PopJumpIfFalse)
        {
            let op = if next.opcode == Opcode::PopJumpIfTrue {
                Op::JumpIfTrueKeep
            } else {
                Op::JumpIfFalseKeep
            };
            let a = self.settle_top(1)?;
            self.settle(self.stack.len())?;
            let word = self.emit(op, a, 0, 0);
            self.jump_wide(
                word,
                jump_target(&next).ok_or(Error::Malformed(self.offset))?,
            );
            self.skip_fused();
            return Ok(());
        }
        match entry {
            Entry::Temp(register) => {
                let copy = self.push_result()?;
                self.emit(Op::Copy, copy, register, 0);
            }
            other => self.push(other),
        }
        Ok(())
    }

    fn unary(&mut self, op: Op) -> Result<()> {
        let b = self.operand(1)?;
        self.result(op, 1, b, 0)
    }

    /// A result above an operand that stays.
    fn beside(&mut self, op: Op) -> Result<()> {
        let b = self.operand(1)?;
        self.result(op, 0, b, 0)
    }

    fn operands_maybe_constant(&mut self, plain: Op, with_constant: Op) -> Result<(u16, Op, u16)> {
        if let Entry::Const(k) = self.peek(1)?
            && let Ok(k) = u16::try_from(k)
        {
            return Ok((self.operand(2)?, with_constant, k));
        }
        Ok((self.operand(2)?, plain, self.operand(1)?))
    }

    fn binary_op(&mut self, arg: u32) -> Result<()> {
        if arg > 25 {
            return Err(Error::Malformed(self.offset));
        }
        let steps = arg as u16;
        let left = match Op::Add.plus(steps) {
            Op::Add => Some(Op::KAdd),
            Op::Sub => Some(Op::KSub),
            Op::Mul => Some(Op::KMul),
            Op::TrueDiv => Some(Op::KTrueDiv),
            _ => None,
        };
        if let (Some(op), Entry::Const(k)) = (left, self.peek(2)?)
            && let Ok(k) = u16::try_from(k)
        {
            let b = self.operand(1)?;
            return self.result(op, 2, b, k);
        }
        let (b, op, c) = self.operands_maybe_constant(Op::Add.plus(steps), Op::AddK.plus(steps))?;
        self.result(op, 2, b, c)
    }

    /// The jump that follows and takes the result of this instruction: its target and for which result it jumps.
    fn fused_jump(&self) -> Option<(u32, bool)> {
        let next = self.next_instruction()?;
        let here = self.flow.instructions.get(self.at.checked_sub(1)?)?;
        if self.flow.is_leader(next.start as u32)
            || self.flow.handler_at(next.start as u32) != self.flow.handler_at(here.start as u32)
        {
            return None;
        }
        let sense = match next.opcode {
            Opcode::PopJumpIfTrue => true,
            Opcode::PopJumpIfFalse => false,
            _ => return None,
        };
        Some((jump_target(&next)?, sense))
    }

    /// Passes over the instruction that was translated together with the one before it.
    fn skip_fused(&mut self) {
        if let Some(next) = self.next_instruction() {
            self.begins_here(next.start as u32);
            self.at += 1;
        }
    }

    fn compare(&mut self, which: u32, plain: Op, constant: Op, jump: Op, jump_k: Op) -> Result<()> {
        if which > 5 {
            return Err(Error::Malformed(self.offset));
        }
        let steps = which as u16;
        let Some((target, sense)) = self.fused_jump() else {
            let (b, op, c) =
                self.operands_maybe_constant(plain.plus(steps), constant.plus(steps))?;
            return self.result(op, 2, b, c);
        };
        self.settle(self.below_top(2)?)?;
        let (a, op, b) = self.operands_maybe_constant(jump.plus(steps), jump_k.plus(steps))?;
        self.drop_entries(2)?;
        let word = self.emit(op, a, b, u16::from(sense));
        self.jump_cache(word, target);
        self.skip_fused();
        Ok(())
    }

    fn test(&mut self, op: Op, jump: Op, inverted: u32) -> Result<()> {
        let inverted = inverted & 1 != 0;
        let Some((target, sense)) = self.fused_jump() else {
            let (b, c) = (self.operand(2)?, self.operand(1)?);
            return self.result(op.plus(u16::from(inverted)), 2, b, c);
        };
        self.settle(self.below_top(2)?)?;
        let (a, b) = (self.operand(2)?, self.operand(1)?);
        self.drop_entries(2)?;
        let word = self.emit(jump, a, b, u16::from(sense != inverted));
        self.jump_cache(word, target);
        self.skip_fused();
        Ok(())
    }

    fn pop_jump(&mut self, op: Op, instr: &Instr) -> Result<()> {
        self.settle(self.below_top(1)?)?;
        let a = self.operand(1)?;
        self.drop_entries(1)?;
        let word = self.emit(op, a, 0, 0);
        self.jump_wide(
            word,
            jump_target(instr).ok_or(Error::Malformed(self.offset))?,
        );
        Ok(())
    }

    fn consume_named(&mut self, op: Op, arg: u32) -> Result<()> {
        let name = self.name(arg)?;
        let a = self.operand(1)?;
        self.emit(op, a, 0, name);
        self.drop_entries(1)
    }

    fn named(&mut self, op: Op, arg: u32) -> Result<()> {
        let name = self.name(arg)?;
        self.emit(op, 0, 0, name);
        Ok(())
    }

    fn build(&mut self, op: Op, c: u32, values: u32) -> Result<()> {
        let base = self.settle_top(values as usize)?;
        self.result(op, values as usize, base, small(c)?)
    }

    fn add_to(&mut self, op: Op, depth: u32) -> Result<()> {
        let b = self.operand(1)?;
        let a = self.operand(depth as usize + 1)?;
        self.emit(op, a, b, 0);
        self.drop_entries(1)
    }

    /// The locals to which the `count` instructions that follow store, if they can be done in one with this one.
    fn stores_that_follow(&self, count: u32) -> Option<Vec<u16>> {
        let here = self.flow.instructions.get(self.at.checked_sub(1)?)?;
        let stores = self
            .flow
            .instructions
            .get(self.at..self.at + count as usize)?;
        let handler = self.flow.handler_at(here.start as u32);
        stores
            .iter()
            .map(|s| {
                let fused = s.opcode == Opcode::StoreFast
                    && !self.flow.is_leader(s.start as u32)
                    && self.flow.handler_at(s.start as u32) == handler;
                let local = self.local(s.arg).ok()?;
                (fused && !self.stack.contains(&Entry::Local(local))).then_some(local)
            })
            .collect()
    }

    fn unpack(&mut self, op: Op, c: u32, values: u32) -> Result<()> {
        let a = self.operand(1)?;
        let source = self.pop()?;
        if op == Op::Unpack
            && (2..=4).contains(&values)
            && let Some(locals) = self.stores_that_follow(values)
        {
            self.emit(Op::UnpackTo, a, 0, small(c)?);
            let place = |n: usize| locals.get(n).copied().unwrap_or(0);
            self.set_word(
                1,
                Word {
                    op: place(0),
                    a: place(1),
                    b: place(2),
                    c: place(3),
                },
            );
            for _ in 0..values {
                self.skip_fused();
            }
            return Ok(());
        }
        self.push(source);
        let index = self.below_top(1)?;
        self.settle(index)?;
        let a = self.operand(1)?;
        self.drop_entries(1)?;
        let first = index as u32;
        for depth in first..first + values {
            let entry = self.canonical(depth)?;
            self.push(entry);
        }
        let Entry::Temp(b) = self.canonical(first)? else {
            return Err(Error::Malformed(self.offset));
        };
        self.emit(op, a, b, small(c)?);
        Ok(())
    }

    fn call(&mut self, arg: u32) -> Result<()> {
        let n = arg as usize + 2;
        let receiver = self.peek(n)?;
        let start = self.below_top(n)?;
        self.clear_above(start)?;
        // An empty place below the callable need not be filled: the call knows.
        let base = if receiver == Entry::Null {
            self.settle_top(n - 1)?
                .checked_sub(1)
                .ok_or(Error::Malformed(self.offset))?
        } else {
            self.settle_top(n)?
        };
        self.drop_entries(n)?;
        let keywords = self.keyword_names.take();
        let c = self.free_temp(start)?;
        self.push(Entry::Temp(c));
        let op = match (keywords, receiver) {
            (Some(_), Entry::Null) => {
                self.emit(Op::Null, base, 0, 0);
                Op::CallKw
            }
            (Some(_), _) => Op::CallKw,
            (None, Entry::Null) => Op::Call,
            (None, _) => Op::CallMethod,
        };
        let word = self.emit(op, base, small(arg)?, c);
        if let Some(names) = keywords {
            self.set_word(
                1,
                Word {
                    a: names,
                    ..Word::ZERO
                },
            );
        }
        self.note_result(word, c, true);
        Ok(())
    }
}
