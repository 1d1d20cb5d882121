//! `hognose dis --ir`: the translation of each function beside its bytecode.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use hognose_bytecode::CodeObject;
use hognose_dis::listing;
use hognose_object::{Ref, Rt, StrExt, code::Code};
use hognose_version::Version;
use hognose_vm::translate;

use super::Outcome;

/// Prints the code object and those inside it, each with its instructions and, below each, what runs instead.
pub fn run(root: Arc<CodeObject>, mut out: impl Write) -> Outcome {
    let rt = Rt::new();
    // Outermost first; a list, for code objects may nest as deep as a hostile file likes.
    let mut waiting = vec![rt.code(root)];
    while let Some(code) = waiting.pop() {
        one(&rt, &code, &mut out)?;
        let inner = code.consts.iter().filter_map(|c| c.downcast::<Code>());
        waiting.extend(inner.rev().cloned());
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn one(rt: &Rt, code: &Ref<Code>, out: &mut impl Write) -> std::io::Result<()> {
    writeln!(
        out,
        "{}, line {}:",
        code.qualname.to_str(),
        code.object.firstlineno
    )?;
    let ir = match translate::translate(code) {
        Ok(ir) => ir,
        Err(error) => return writeln!(out, "  not translated: {error:?}\n"),
    };
    let repr = |value: &hognose_object::Value| {
        rt.repr(value)
            .map_or_else(|_| "?".to_owned(), |text| text.to_str().into_owned())
    };
    let mut lines = ir.show(code, &repr).into_iter().peekable();
    let Ok(plain) = rt.plain_code(code) else {
        return Ok(());
    };
    let listing = listing(&plain, Version::DEFAULT);
    for instruction in &listing.instructions {
        let line = match instruction.line.filter(|_| instruction.starts_line) {
            Some(line) => line.to_string(),
            None => String::new(),
        };
        let argument = match (instruction.arg, listing.argrepr(instruction)) {
            (None, _) => String::new(),
            (Some(arg), "") => format!(" {arg}"),
            (Some(arg), meaning) => format!(" {arg} ({meaning})"),
        };
        writeln!(
            out,
            "{line:>5} {:>5} {}{argument}",
            instruction.offset, instruction.name
        )?;
        while let Some((at, _, text)) =
            lines.next_if(|(_, offset, _)| *offset as usize <= instruction.offset)
        {
            writeln!(out, "{:>24} {at:>5} {text}", "")?;
        }
    }
    for handler in &ir.handlers {
        writeln!(
            out,
            "  {} to {} raise to {}, {} temporaries stay",
            handler.start, handler.end, handler.target, handler.depth
        )?;
    }
    writeln!(
        out,
        "{:>5} registers, {} of them temporaries\n",
        ir.registers,
        ir.registers - ir.first_temp
    )
}
