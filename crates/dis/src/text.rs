//! The text of `dis`; `_disassemble_bytes` and `Formatter` of `Lib/dis.py`.

use crate::listing::{Instruction, Listing, listing};
use crate::repr::{write_code, write_int};
use hognose_bytecode::{CodeObject, OpTable, Opcode};
use hognose_version::{DisText, Features, Version, Warmup};
use std::fmt;

/// The options that 3.13 and later have; older versions ignore them.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Options {
    /// `-C`
    pub show_caches: bool,
    /// `-O`
    pub show_offsets: bool,
    /// `-P` (3.14 on)
    pub show_positions: bool,
    /// `-S` (3.14 on)
    pub specialized: bool,
}

/// Stands for "no line" from 3.13 on.
const NO_LINE: &str = "  --";
const NAME_WIDTH: usize = 20;
const ARG_WIDTH: usize = 5;

/// Writes a code object and, after it, those inside it, in the layout of its version.
pub fn dis(
    code: &CodeObject,
    version: Version,
    options: &Options,
    out: &mut dyn fmt::Write,
) -> fmt::Result {
    let style = Features::of(version).dis;
    let mut page = String::new();
    // Innermost last; an explicit stack, for code objects may nest as deep as a reader allows.
    let mut waiting: Vec<&CodeObject> = vec![code];
    let mut first = true;
    while let Some(code) = waiting.pop() {
        page.clear();
        if !first {
            page.push_str("\nDisassembly of ");
            write_code(&mut page, code);
            page.push_str(":\n");
        }
        first = false;
        let listing = listing(code, version);
        if style >= DisText::Labels313 {
            Labels::new(&listing, code, version, options).write(&mut page);
        } else {
            write_with_offsets(&mut page, &listing, code, style);
        }
        out.write_str(&page)?;
        let children = waiting.len();
        waiting.extend(code.children().map(|child| &**child));
        if let Some(added) = waiting.get_mut(children..) {
            added.reverse();
        }
    }
    Ok(())
}

fn digits(number: i64) -> usize {
    let sign = usize::from(number < 0);
    sign + number.unsigned_abs().checked_ilog10().unwrap_or(0) as usize + 1
}

fn spaces(out: &mut String, count: usize) {
    const BLANK: &str = "                                                                ";
    let mut left = count;
    while left > 0 {
        let part = BLANK.get(..left.min(BLANK.len())).unwrap_or(BLANK);
        out.push_str(part);
        left -= part.len();
    }
}

/// A number at the right edge of a column.
fn right(out: &mut String, number: i64, width: usize) {
    spaces(out, width.saturating_sub(digits(number)));
    write_int(out, number.into());
}

/// Takes trailing blanks off the line and ends it.
fn end_line(out: &mut String) {
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
}

/// 3.8 to 3.12.
fn write_with_offsets(out: &mut String, listing: &Listing, code: &CodeObject, style: DisText) {
    let highest = listing
        .instructions
        .iter()
        .filter(|i| i.starts_line)
        .filter_map(|i| i.line)
        .max();
    // Lines that no instruction starts count for the width too.
    let highest = listing
        .runs
        .iter()
        .filter_map(|run| run.line)
        .max()
        .max(highest);
    let line_width = match highest {
        None if style == DisText::Offsets38 => 3,
        None => 0,
        Some(line) if line >= 1000 => digits(line.into()),
        Some(_) => 3,
    };
    let last_offset = code.code.len() as i64 - 2;
    let offset_width = if last_offset >= 10000 {
        digits(last_offset)
    } else {
        4
    };
    for instruction in &listing.instructions {
        if instruction.starts_line && instruction.offset > 0 {
            out.push('\n');
        }
        if line_width > 0 {
            match instruction.line.filter(|_| instruction.starts_line) {
                Some(line) => right(out, line.into(), line_width),
                None => spaces(out, line_width),
            }
            out.push(' ');
        }
        out.push_str(if instruction.label.is_some() {
            "    >> "
        } else {
            "       "
        });
        right(out, instruction.offset as i64, offset_width);
        out.push(' ');
        out.push_str(&instruction.name);
        if let Some(arg) = instruction.arg {
            spaces(out, NAME_WIDTH.saturating_sub(instruction.name.len()) + 1);
            right(out, i64::from(arg as i32), ARG_WIDTH);
            let argrepr = listing.argrepr(instruction);
            if !argrepr.is_empty() {
                out.push_str(" (");
                out.push_str(argrepr);
                out.push(')');
            }
        }
        end_line(out);
    }
    if !listing.exceptions.is_empty() {
        out.push_str("ExceptionTable:\n");
    }
    for entry in &listing.exceptions {
        out.push_str("  ");
        write_int(out, entry.start.into());
        out.push_str(" to ");
        write_int(out, i128::from(entry.end) - 2);
        out.push_str(" -> ");
        write_int(out, entry.target.into());
        end_exception(out, entry.depth, entry.lasti);
    }
}

fn end_exception(out: &mut String, depth: u32, lasti: bool) {
    out.push_str(" [");
    write_int(out, depth.into());
    out.push_str(if lasti { "] lasti\n" } else { "]\n" });
}

/// 3.13 and later.
struct Labels<'a> {
    listing: &'a Listing,
    code: &'a CodeObject,
    table: &'static OpTable,
    options: &'a Options,
    show_positions: bool,
    warmup: Option<Warmup>,
    line_width: usize,
    label_width: usize,
    offset_width: usize,
}

impl<'a> Labels<'a> {
    fn new(
        listing: &'a Listing,
        code: &'a CodeObject,
        version: Version,
        options: &'a Options,
    ) -> Self {
        let show_positions =
            options.show_positions && Features::of(version).dis >= DisText::Labels314;
        let last_offset = (code.code.len() as i64 - 2).max(9999);
        Labels {
            listing,
            code,
            table: OpTable::of(version).unwrap_or(OpTable::default_version()),
            options,
            show_positions,
            warmup: Features::of(version).warmup.filter(|_| options.specialized),
            line_width: if show_positions {
                positions_width(code)
            } else {
                line_width(listing)
            },
            label_width: 4 + digits(listing.targets.len() as i64),
            offset_width: if options.show_offsets {
                digits(last_offset)
            } else {
                0
            },
        }
    }

    fn write(&self, out: &mut String) {
        for instruction in &self.listing.instructions {
            self.instruction(out, instruction);
            if self.options.show_caches {
                self.caches(out, instruction);
            }
        }
        if !self.listing.exceptions.is_empty() {
            out.push_str("ExceptionTable:\n");
        }
        for entry in &self.listing.exceptions {
            let label = |offset: u32| {
                let found = self.listing.targets.binary_search(&offset.into());
                found.map_or(0, |index| index as i128 + 1)
            };
            out.push_str("  L");
            write_int(out, label(entry.start));
            out.push_str(" to L");
            write_int(out, label(entry.end));
            out.push_str(" -> L");
            write_int(out, label(entry.target));
            end_exception(out, entry.depth, entry.lasti);
        }
    }

    fn instruction(&self, out: &mut String, instruction: &Instruction) {
        if self.line_width > 0 && instruction.starts_line && instruction.offset > 0 {
            out.push('\n');
        }
        self.place(out, instruction, instruction.starts_line);
        match instruction.label {
            Some(label) => {
                spaces(
                    out,
                    self.label_width.saturating_sub(digits(label as i64) + 2),
                );
                out.push('L');
                write_int(out, label as i128);
                out.push(':');
            }
            None => spaces(out, self.label_width),
        }
        out.push(' ');
        self.offset(out, instruction.offset);
        out.push_str(&instruction.name);
        if let Some(arg) = instruction.arg {
            // A long name takes room from the argument's column.
            let taken = instruction.name.len();
            spaces(out, NAME_WIDTH.saturating_sub(taken) + 1);
            let width = ARG_WIDTH.saturating_sub(taken.saturating_sub(NAME_WIDTH));
            right(out, i64::from(arg as i32), width);
            let argrepr = self.listing.argrepr(instruction);
            if !argrepr.is_empty() {
                out.push_str(" (");
                out.push_str(argrepr);
                out.push(')');
            }
        }
        end_line(out);
    }

    /// The line column and a blank.
    fn place(&self, out: &mut String, instruction: &Instruction, starts_line: bool) {
        if self.line_width > 0 {
            let start = out.len();
            if self.show_positions {
                write_positions(out, instruction);
                let written = out.len() - start;
                spaces(out, self.line_width.saturating_sub(written));
            } else if !starts_line {
                spaces(out, self.line_width);
            } else if let Some(line) = instruction.line {
                right(out, line.into(), self.line_width);
            } else {
                spaces(out, self.line_width.saturating_sub(NO_LINE.len()));
                out.push_str(NO_LINE);
            }
            out.push(' ');
        }
    }

    /// The offset column, and the blank place of the current-instruction mark.
    fn offset(&self, out: &mut String, offset: usize) {
        if self.offset_width > 0 {
            right(out, offset as i64, self.offset_width);
            out.push_str("   ");
        }
        out.push_str("    ");
    }

    /// One line for each cache word; the first of each entry tells its value.
    fn caches(&self, out: &mut String, instruction: &Instruction) {
        let Some(info) = instruction.info else { return };
        let format = self
            .table
            .cache_format
            .iter()
            .find(|(opcode, _)| *opcode == info.opcode);
        let entries = format.map_or(&[][..], |(_, entries)| entries);
        let mut offset = instruction.offset;
        let mut data_start = instruction.offset + 2;
        for (name, words) in entries {
            let data_end = data_start + 2 * usize::from(*words);
            let data = self.code.code.get(data_start..data_end).unwrap_or_default();
            let mut value = data
                .iter()
                .rev()
                .fold(0u128, |value, byte| value << 8 | u128::from(*byte));
            if let Some(warmup) = self.warmup
                && data_start == instruction.offset + 2
            {
                value = warm(warmup, info.opcode).into();
            }
            data_start = data_end;
            for word in 0..*words {
                offset += 2;
                self.place(out, instruction, false);
                spaces(out, self.label_width + 1);
                self.offset(out, offset);
                out.push_str("CACHE");
                spaces(out, NAME_WIDTH - "CACHE".len() + 1);
                right(out, 0, ARG_WIDTH);
                if word == 0 {
                    out.push_str(" (");
                    out.push_str(name);
                    out.push_str(": ");
                    write_int(out, value as i128);
                    out.push(')');
                }
                end_line(out);
            }
        }
    }
}

/// The counter that `_PyCode_Quicken` puts into the first cache word.
fn warm(warmup: Warmup, opcode: Opcode) -> u16 {
    match opcode {
        Opcode::JumpBackward => warmup.backward,
        Opcode::Resume => warmup.resume,
        Opcode::PopJumpIfFalse
        | Opcode::PopJumpIfTrue
        | Opcode::PopJumpIfNone
        | Opcode::PopJumpIfNotNone => warmup.branch,
        _ => warmup.adaptive,
    }
}

/// `_get_lineno_width`; it takes line 0 for no line.
fn line_width(listing: &Listing) -> usize {
    let lines = listing.runs.iter().filter_map(|run| run.line);
    let Some(highest) = lines.filter(|line| *line != 0).max() else {
        return 0;
    };
    let width = digits(highest.into()).max(3);
    if listing.runs.iter().any(|run| run.line.is_none()) {
        width.max(NO_LINE.len())
    } else {
        width
    }
}

/// `_get_positions_width`
fn positions_width(code: &CodeObject) -> usize {
    let spans = hognose_bytecode::lines::decode(&code.linetable, code.firstlineno);
    let mut widest = None;
    for span in spans.map_while(Result::ok) {
        let place = span.location;
        let parts = [place.line, place.end_line, place.column, place.end_column];
        if parts != [None; 4] {
            let width = parts
                .iter()
                .map(|part| part.map_or(1, |number| digits(number.into())))
                .sum();
            widest = widest.max(Some(width));
        }
    }
    // Three separators, and a blank after the widest.
    widest.map_or(0, |width: usize| 1 + (3 + width).max(NO_LINE.len()))
}

fn write_positions(out: &mut String, instruction: &Instruction) {
    let place = instruction.location;
    if place == hognose_bytecode::lines::Location::NONE {
        return out.push_str(NO_LINE);
    }
    let mut part = |number: Option<i32>, after: &str| {
        match number {
            Some(number) => write_int(out, number.into()),
            None => out.push('?'),
        }
        out.push_str(after);
    };
    part(place.line, ":");
    part(place.column, "-");
    part(place.end_line, ":");
    part(place.end_column, "");
}
