//! The IR as text.

use super::{Ir, Op};
use hognose_heap::Value;
use hognose_object::StrExt;
use hognose_object::code::Code;
use std::fmt::Write as _;

impl Ir {
    /// Each instruction: its place, CPython's offset that it stands for, and what it says.
    ///
    /// Locals and names are shown by name, temporaries as `t0`, `t1`, …; `repr` shows constants.
    pub fn show(&self, code: &Code, repr: &dyn Fn(&Value) -> String) -> Vec<(u32, u32, String)> {
        let mut lines = Vec::new();
        let mut at = 0;
        while let Some(word) = self.code.get(at) {
            let word = word.get();
            let op = Op::ALL
                .get(usize::from(word.op))
                .copied()
                .unwrap_or(Op::Trap);
            let mut text = format!("{:<18}", format!("{op:?}"));
            let register = |r: u16| match (
                r.checked_sub(self.first_temp),
                code.locals.get(usize::from(r)),
            ) {
                (Some(temp), _) => format!("t{temp}"),
                (None, Some(name)) => name.to_str().into_owned(),
                (None, None) => format!("r{r}"),
            };
            let constant = |k: u32| match self.consts.get(k as usize) {
                Some(value) => repr(value),
                None => format!("constant {k}"),
            };
            let target = |distance: u32, from: usize| {
                format!(
                    "to {}",
                    (from as i64).wrapping_add(i64::from(distance as i32))
                )
            };
            for (shape, operand) in op.shape().bytes().zip([word.a, word.b, word.c]) {
                // Writing to a string cannot fail.
                let _ = match shape {
                    b'd' | b'r' => write!(text, " {}", register(operand)),
                    b'n' => match code.names.get(usize::from(operand)) {
                        Some(name) => write!(text, " .{}", name.to_str()),
                        None => write!(text, " name {operand}"),
                    },
                    b'k' => write!(text, " {}", constant(operand.into())),
                    b'#' => write!(text, " {operand}"),
                    b'K' => write!(text, " {}", constant(word.second())),
                    b'j' => write!(text, " {}", target(word.second(), at + 1)),
                    _ => Ok(()),
                };
            }
            if op.jumps_by_next_word()
                && let Some(next) = self.code.get(at + 1)
            {
                let _ = write!(text, " {}", target(next.get().first(), at + 2));
            }
            lines.push((
                at as u32,
                self.offset_of(at as u32),
                text.trim_end().to_owned(),
            ));
            at += 1 + op.words();
        }
        lines
    }
}
