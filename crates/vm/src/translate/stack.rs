//! The symbolic stack: where each value stands, and moving values to where they must be.

use super::{Error, LastResult, Result, Translator};
use crate::ir::Op;

/// Where a value of CPython's stack is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Entry {
    /// In a local, not counted a second time.
    Local(u16),
    Const(u32),
    Temp(u16),
    /// `PUSH_NULL`'s.
    Null,
}

impl Translator<'_> {
    fn register_at(&self, depth: usize) -> Result<u16> {
        let register = usize::from(self.first_temp) + depth;
        u16::try_from(register).map_err(|_| Error::TooBig)
    }

    /// The entry of a value that stands where its depth says.
    pub(super) fn canonical(&mut self, depth: u32) -> Result<Entry> {
        let register = self.register_at(depth as usize)?;
        self.use_register(register)?;
        Ok(Entry::Temp(register))
    }

    /// Counts a register among those of the frame; two more are always free for pairs of results.
    fn use_register(&mut self, register: u16) -> Result<()> {
        self.registers = self.registers.max(u32::from(register) + 3);
        if self.registers > 0x7fff {
            return Err(Error::TooBig);
        }
        Ok(())
    }

    fn is_used(&self, register: u16) -> bool {
        self.stack.contains(&Entry::Temp(register))
    }

    /// A temporary that no entry names, the one of that depth if it can be.
    pub(super) fn free_temp(&mut self, depth: usize) -> Result<u16> {
        let mut register = self.register_at(depth)?;
        if self.is_used(register) {
            register = self.register_at(self.stack.len())?;
            while self.is_used(register) {
                register = register.checked_add(1).ok_or(Error::TooBig)?;
            }
        }
        self.use_register(register)?;
        Ok(register)
    }

    pub(super) fn push(&mut self, entry: Entry) {
        self.stack.push(entry);
    }

    pub(super) fn pop(&mut self) -> Result<Entry> {
        self.stack.pop().ok_or(Error::Malformed(self.offset))
    }

    /// The index of the n-th entry from the top, the top being 1.
    pub(super) fn below_top(&self, n: usize) -> Result<usize> {
        self.stack
            .len()
            .checked_sub(n)
            .ok_or(Error::Malformed(self.offset))
    }

    pub(super) fn peek(&self, n: usize) -> Result<Entry> {
        Ok(self.stack[self.below_top(n)?])
    }

    pub(super) fn drop_entries(&mut self, n: usize) -> Result<()> {
        let keep = self.below_top(n)?;
        self.stack.truncate(keep);
        Ok(())
    }

    /// Pushes a result and gives the register for it.
    pub(super) fn push_result(&mut self) -> Result<u16> {
        let register = self.free_temp(self.stack.len())?;
        self.stack.push(Entry::Temp(register));
        Ok(register)
    }

    /// The register that holds the n-th entry from the top; constants are loaded.
    pub(super) fn operand(&mut self, n: usize) -> Result<u16> {
        let index = self.below_top(n)?;
        match self.stack[index] {
            Entry::Local(r) | Entry::Temp(r) => Ok(r),
            Entry::Const(_) | Entry::Null => {
                let register = self.free_temp(index)?;
                self.load(index, register);
                Ok(register)
            }
        }
    }

    /// Emits the load of an entry into a free temporary.
    fn load(&mut self, index: usize, register: u16) {
        match self.stack[index] {
            Entry::Local(r) => self.emit(Op::Copy, register, r, 0),
            Entry::Const(k) => self.emit_wide(Op::Const, register, k),
            Entry::Temp(r) => self.emit(Op::Take, register, r, 0),
            Entry::Null => self.emit(Op::Null, register, 0, 0),
        };
        self.stack[index] = Entry::Temp(register);
    }

    /// The n-th entry from the top in a temporary, which the caller may consume.
    pub(super) fn owned_operand(&mut self, n: usize) -> Result<u16> {
        let index = self.below_top(n)?;
        if let Entry::Temp(register) = self.stack[index] {
            return Ok(register);
        }
        let register = self.free_temp(index)?;
        self.load(index, register);
        Ok(register)
    }

    /// Moves the lowest `count` entries to the registers of their depths.
    pub(super) fn settle(&mut self, count: usize) -> Result<()> {
        self.settle_range(0, count)
    }

    /// Moves the `n` topmost entries to the registers of their depths, and gives the first one's.
    pub(super) fn settle_top(&mut self, n: usize) -> Result<u16> {
        let start = self.below_top(n)?;
        self.settle_range(start, self.stack.len())?;
        self.register_at(start)
    }

    fn settle_range(&mut self, start: usize, end: usize) -> Result<()> {
        // Temporaries first: after that, the register of a depth is free or holds its own entry.
        for index in start..end {
            let home = self.register_at(index)?;
            let Entry::Temp(register) = self.stack[index] else {
                continue;
            };
            if register == home {
                continue;
            }
            if let Some(other) = self.stack.iter().position(|e| *e == Entry::Temp(home)) {
                self.emit(Op::Swap, home, register, 0);
                self.stack[other] = Entry::Temp(register);
            } else {
                self.emit(Op::Take, home, register, 0);
            }
            self.use_register(home)?;
            self.stack[index] = Entry::Temp(home);
        }
        for index in start..end {
            if matches!(self.stack[index], Entry::Temp(_)) {
                continue;
            }
            let home = self.register_at(index)?;
            if let Some(other) = self.stack.iter().position(|e| *e == Entry::Temp(home)) {
                let elsewhere = self.free_temp(other)?;
                self.load(other, elsewhere);
            }
            self.use_register(home)?;
            self.load(index, home);
        }
        Ok(())
    }

    /// Gives every entry that borrows the local a reference of its own, before the local changes.
    pub(super) fn own_aliases(&mut self, local: u16) -> Result<bool> {
        let mut any = false;
        for index in 0..self.stack.len() {
            if self.stack[index] == Entry::Local(local) {
                let register = self.free_temp(index)?;
                self.load(index, register);
                any = true;
            }
        }
        Ok(any)
    }

    /// Remembers that the instruction just emitted writes that temporary last of all.
    pub(super) fn note_result(&mut self, word: usize, register: u16, in_c: bool) {
        self.last_result = Some(LastResult {
            word,
            register,
            in_c,
        });
    }

    /// Emits an instruction that consumes the `n` topmost entries and has its result in `a`.
    pub(super) fn result(&mut self, op: Op, n: usize, b: u16, c: u16) -> Result<()> {
        self.drop_entries(n)?;
        let register = self.push_result()?;
        let word = self.emit(op, register, b, c);
        self.note_result(word, register, false);
        Ok(())
    }

    /// `STORE_FAST`
    pub(super) fn store_local(&mut self, local: u16) -> Result<()> {
        let last = self.last_result.take();
        let top = self.pop()?;
        let aliased = self.stack.contains(&Entry::Local(local));
        if let (Some(last), Entry::Temp(register), false) = (last, top, aliased)
            && last.register == register
        {
            let word = &mut self.words[last.word];
            if last.in_c {
                word.c = local;
            } else {
                word.a = local;
            }
            return Ok(());
        }
        // The entry stays on the stack meanwhile, so that its register is not taken.
        self.push(top);
        self.own_aliases_below_top(local)?;
        match self.pop()? {
            Entry::Local(r) if r == local => (),
            Entry::Local(r) => {
                self.emit(Op::Copy, local, r, 0);
            }
            Entry::Const(k) => {
                self.emit_wide(Op::Const, local, k);
            }
            Entry::Temp(r) => {
                self.emit(Op::Take, local, r, 0);
            }
            Entry::Null => {
                self.emit(Op::Null, local, 0, 0);
            }
        }
        Ok(())
    }

    fn own_aliases_below_top(&mut self, local: u16) -> Result<()> {
        for index in 0..self.stack.len().saturating_sub(1) {
            if self.stack[index] == Entry::Local(local) {
                let register = self.free_temp(index)?;
                self.load(index, register);
            }
        }
        Ok(())
    }
}
