//! The instructions of a code object with all that can be said of each.

use crate::argument::Context;
use hognose_bytecode::exceptions::{self, Entry};
use hognose_bytecode::line_runs::{LineRun, line_runs};
use hognose_bytecode::lines::{self, Location, Span};
use hognose_bytecode::{CodeObject, OpInfo, OpTable, units};
use hognose_version::{DisText, Features, LineTable, Version};
use std::borrow::Cow;
use std::ops::Range;

/// One code object, listed.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    pub instructions: Vec<Instruction>,
    pub exceptions: Vec<Entry>,
    /// Offsets that are jumped to (3.13 on: also the ends of protected ranges), sorted.
    pub targets: Vec<i64>,
    /// The explanations of all arguments, one after the other.
    pub(crate) text: String,
    pub(crate) runs: Vec<LineRun>,
}

/// One code unit; EXTENDED_ARG stands for itself, caches are left out.
#[derive(Clone, Debug)]
pub struct Instruction {
    pub offset: usize,
    /// The offset of its first EXTENDED_ARG, or its own.
    pub start_offset: usize,
    pub code: u8,
    /// CPython's name, or its number in angle brackets.
    pub name: Cow<'static, str>,
    /// `None` for a number this version has no opcode for.
    pub info: Option<&'static OpInfo>,
    /// With the prefixes before it; `None` when the opcode takes none.
    pub arg: Option<u32>,
    argrepr: Range<usize>,
    pub line: Option<i32>,
    /// Whether the line begins here.
    pub starts_line: bool,
    /// Its place in [`Listing::targets`], from 1.
    pub label: Option<usize>,
    pub location: Location,
    /// Where it can jump.
    pub jump_target: Option<i64>,
}

impl Listing {
    /// What the argument means, or nothing.
    pub fn argrepr(&self, instruction: &Instruction) -> &str {
        self.text
            .get(instruction.argrepr.clone())
            .unwrap_or_default()
    }
}

/// Lists a code object, without those inside it.
///
/// A malformed line or exception table counts as empty from its first error on.
pub fn listing(code: &CodeObject, version: Version) -> Listing {
    let Some(table) = OpTable::of(version) else {
        return Listing::default();
    };
    let features = Features::of(version);
    let context = Context {
        code,
        table,
        features,
    };
    let has_labels = features.dis >= DisText::Labels313;

    let mut listing = Listing::default();
    if features.exception_table {
        listing.exceptions = exceptions::decode(&code.exceptiontable)
            .map_while(Result::ok)
            .collect();
    }
    let mut targets: Vec<i64> = units(table, &code.code)
        .filter_map(|unit| context.jump_target(unit.info?, unit.arg, unit.offset))
        .collect();
    for entry in &listing.exceptions {
        // An empty range has no handler to show before 3.13.
        if has_labels {
            targets.extend([
                entry.start.into(),
                entry.end.into(),
                i64::from(entry.target),
            ]);
        } else if entry.start < entry.end {
            targets.push(entry.target.into());
        }
    }
    targets.sort_unstable();
    targets.dedup();
    listing.targets = targets;

    listing.runs = line_runs(code, features.line_table).unwrap_or_default();
    let mut runs = LineCursor {
        runs: &listing.runs,
        last_shown: None,
        at: 0,
        has_labels,
    };
    let mut spans = match features.line_table {
        LineTable::Locations311 => Spans::of(code),
        LineTable::Lnotab | LineTable::Table310 => Spans(Vec::new(), 0),
    };
    let mut prefix_start = None;
    let mut next_target = 0;
    for unit in units(table, &code.code) {
        while listing
            .targets
            .get(next_target)
            .is_some_and(|target| *target < unit.offset as i64)
        {
            next_target += 1;
        }
        let is_target = listing.targets.get(next_target) == Some(&(unit.offset as i64));
        let (line, starts_line) = runs.at(unit.offset);
        let begin = listing.text.len();
        let has_arg = unit.info.is_some_and(OpInfo::has_arg);
        if let Some(info) = unit.info.filter(|_| has_arg) {
            let targets = &listing.targets;
            context.explain(&mut listing.text, info, unit.arg, unit.offset, |target| {
                has_labels.then(|| targets.binary_search(&target).map_or(0, |index| index + 1))
            });
        }
        listing.instructions.push(Instruction {
            offset: unit.offset,
            start_offset: prefix_start.unwrap_or(unit.offset),
            code: unit.code,
            name: match unit.info {
                Some(info) => Cow::Borrowed(info.opcode.name()),
                None => Cow::Owned(format!("<{}>", unit.code)),
            },
            info: unit.info,
            arg: has_arg.then_some(unit.arg),
            argrepr: begin..listing.text.len(),
            line,
            starts_line,
            label: is_target.then_some(next_target + 1),
            location: spans.at(unit.offset),
            jump_target: unit
                .info
                .and_then(|info| context.jump_target(info, unit.arg, unit.offset)),
        });
        prefix_start =
            (unit.code == table.extended_arg).then(|| prefix_start.unwrap_or(unit.offset));
    }
    listing
}

/// Walks the line runs along with the instructions; `dis.findlinestarts`.
struct LineCursor<'a> {
    runs: &'a [LineRun],
    last_shown: Option<i32>,
    at: usize,
    has_labels: bool,
}

impl LineCursor<'_> {
    /// The line at an offset, and whether it begins there; offsets must rise.
    fn at(&mut self, offset: usize) -> (Option<i32>, bool) {
        let mut starts = false;
        while let Some(run) = self.runs.get(self.at)
            && run.start <= offset
        {
            self.at += 1;
            let new = run.line.is_some() && run.line != self.last_shown;
            starts = run.start == offset && (self.has_labels || new);
            if run.line.is_some() {
                self.last_shown = run.line;
            }
        }
        let current = self
            .at
            .checked_sub(1)
            .and_then(|index| self.runs.get(index));
        (current.and_then(|run| run.line), starts)
    }
}

/// Walks the location table along with the instructions.
struct Spans(Vec<Span>, usize);

impl Spans {
    fn of(code: &CodeObject) -> Spans {
        Spans(
            lines::decode(&code.linetable, code.firstlineno)
                .map_while(Result::ok)
                .collect(),
            0,
        )
    }

    fn at(&mut self, offset: usize) -> Location {
        while self.0.get(self.1).is_some_and(|span| span.end <= offset) {
            self.1 += 1;
        }
        self.0
            .get(self.1)
            .map_or(Location::NONE, |span| span.location)
    }
}
