//! What differs between two code objects, told so that a reader can find the cause.

use std::fmt::Write as _;

use hognose_bytecode::lines::{self, Location};
use hognose_bytecode::{CodeObject, Const, OpTable, exceptions, instructions};

/// How many lines of context stand before the first difference of a listing.
const CONTEXT: usize = 4;
/// How many lines of a listing follow it.
const AFTER: usize = 6;

/// The first difference found, innermost code first.
pub struct Difference {
    /// The part of the code object, such as `instructions`.
    pub part: &'static str,
    /// Where, and both sides.
    pub text: String,
}

/// Finds the first difference; `None` if the two are equal in every field.
pub fn find(table: &'static OpTable, ours: &CodeObject, theirs: &CodeObject) -> Option<Difference> {
    for (our_child, their_child) in ours.children().zip(theirs.children()) {
        if let Some(found) = find(table, our_child, their_child) {
            return Some(found);
        }
    }
    let (part, detail) = find_here(table, ours, theirs)?;
    let text = format!(
        "{} (line {}): {part}\n{detail}",
        theirs.qualname, theirs.firstlineno
    );
    Some(Difference { part, text })
}

fn find_here(
    table: &'static OpTable,
    ours: &CodeObject,
    theirs: &CodeObject,
) -> Option<(&'static str, String)> {
    if ours.code != theirs.code {
        return Some((
            "instructions",
            listings(
                &instruction_list(table, ours),
                &instruction_list(table, theirs),
            ),
        ));
    }
    let our_consts: Vec<String> = ours.consts.iter().map(describe).collect();
    let their_consts: Vec<String> = theirs.consts.iter().map(describe).collect();
    if our_consts != their_consts {
        return Some(("constants", listings(&our_consts, &their_consts)));
    }
    for (part, our_list, their_list) in [
        ("names", &ours.names, &theirs.names),
        (
            "local variables",
            &ours.localsplusnames,
            &theirs.localsplusnames,
        ),
    ] {
        if our_list != their_list {
            return Some((part, sides(our_list, their_list)));
        }
    }
    if ours.localspluskinds != theirs.localspluskinds {
        return Some((
            "kinds of local variables",
            sides(&ours.localspluskinds, &theirs.localspluskinds),
        ));
    }
    if ours.linetable != theirs.linetable {
        return Some((
            "locations",
            listings(&location_list(ours), &location_list(theirs)),
        ));
    }
    if ours.exceptiontable != theirs.exceptiontable {
        return Some((
            "exception table",
            listings(&handler_list(ours), &handler_list(theirs)),
        ));
    }
    for (part, our_number, their_number) in [
        ("stack size", ours.stacksize, theirs.stacksize),
        ("argument count", ours.argcount, theirs.argcount),
        (
            "positional-only count",
            ours.posonlyargcount,
            theirs.posonlyargcount,
        ),
        (
            "keyword-only count",
            ours.kwonlyargcount,
            theirs.kwonlyargcount,
        ),
        ("flags", ours.flags, theirs.flags),
        (
            "first line",
            ours.firstlineno as u32,
            theirs.firstlineno as u32,
        ),
    ] {
        if our_number != their_number {
            return Some((
                part,
                format!("  ours {our_number:#x}, theirs {their_number:#x}\n"),
            ));
        }
    }
    for (part, our_text, their_text) in [
        ("name", &ours.name, &theirs.name),
        ("qualified name", &ours.qualname, &theirs.qualname),
        ("file name", &ours.filename, &theirs.filename),
    ] {
        if our_text != their_text {
            return Some((part, sides(our_text, their_text)));
        }
    }
    None
}

fn sides(ours: &impl std::fmt::Debug, theirs: &impl std::fmt::Debug) -> String {
    format!("  ours   {ours:?}\n  theirs {theirs:?}\n")
}

/// Both listings around their first difference.
fn listings(ours: &[String], theirs: &[String]) -> String {
    let same = ours
        .iter()
        .zip(theirs)
        .take_while(|(one, other)| one == other)
        .count();
    let mut text = String::new();
    for line in ours.iter().take(same).skip(same.saturating_sub(CONTEXT)) {
        let _ = writeln!(text, "    {line}");
    }
    for (mark, side) in [("-", theirs), ("+", ours)] {
        for line in side.iter().skip(same).take(AFTER) {
            let _ = writeln!(text, "  {mark} {line}");
        }
    }
    text
}

fn describe(value: &Const) -> String {
    match value {
        Const::Code(code) => format!("code {} (line {})", code.qualname, code.firstlineno),
        other => format!("{other:?}"),
    }
}

fn instruction_list(table: &'static OpTable, code: &CodeObject) -> Vec<String> {
    let locations = spans(code);
    instructions(table, &code.code)
        .map(|instr| match instr {
            Ok(instr) => {
                let mut text = format!("{:5} {:?}", instr.offset, instr.opcode);
                if instr.info.has_arg() {
                    let _ = write!(text, " {}", instr.arg);
                    if let Some(meaning) = meaning(code, &instr) {
                        let _ = write!(text, " ({meaning})");
                    }
                }
                let line = locations
                    .iter()
                    .find(|span| span.start <= instr.offset && instr.offset < span.end);
                if let Some(line) = line.and_then(|span| span.location.line) {
                    let _ = write!(text, "  line {line}");
                }
                text
            }
            Err(error) => error.to_string(),
        })
        .collect()
}

fn meaning(code: &CodeObject, instr: &hognose_bytecode::Instr) -> Option<String> {
    use hognose_bytecode::ArgKind;
    let index = instr.arg as usize;
    match instr.info.arg {
        ArgKind::Const => code.consts.get(index).map(describe),
        ArgKind::Name => code.names.get(index).map(ToString::to_string),
        ArgKind::NameShift1 => code.names.get(index >> 1).map(ToString::to_string),
        ArgKind::NameShift2 => code.names.get(index >> 2).map(ToString::to_string),
        ArgKind::Local | ArgKind::Free => code.localsplusnames.get(index).map(ToString::to_string),
        _ => None,
    }
}

fn spans(code: &CodeObject) -> Vec<lines::Span> {
    lines::decode(&code.linetable, code.firstlineno)
        .map_while(Result::ok)
        .collect()
}

fn location_list(code: &CodeObject) -> Vec<String> {
    let part = |number: Option<i32>| number.map_or("-".to_owned(), |number| number.to_string());
    spans(code)
        .iter()
        .map(|span| {
            let Location {
                line,
                end_line,
                column,
                end_column,
            } = span.location;
            format!(
                "{}..{} at {}:{} to {}:{}",
                span.start,
                span.end,
                part(line),
                part(column),
                part(end_line),
                part(end_column)
            )
        })
        .collect()
}

fn handler_list(code: &CodeObject) -> Vec<String> {
    exceptions::decode(&code.exceptiontable)
        .map(|entry| match entry {
            Ok(entry) => format!(
                "{}..{} to {} depth {}{}",
                entry.start,
                entry.end,
                entry.target,
                entry.depth,
                if entry.lasti { " lasti" } else { "" }
            ),
            Err(error) => error.to_string(),
        })
        .collect()
}
