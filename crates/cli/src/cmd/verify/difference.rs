//! Where two code trees part, told for people and for programs.

use hognose_bytecode::{ArgKind, CodeObject, Const, PyStr, exceptions, lines};
use hognose_dis::{Instruction, Listing};
use hognose_version::{Features, Version};
use serde_json::{Value, json};

/// The first difference between a source and a file.
pub struct Difference {
    /// What differs, in words.
    pub what: String,
    pub place: Option<Place>,
}

/// Where in the code.
pub struct Place {
    pub function: String,
    pub first_line: i32,
    /// Of the first instruction that differs.
    pub offset: Option<usize>,
    pub line: Option<i32>,
}

impl Difference {
    /// A difference that is not in the code.
    pub fn of(what: String) -> Difference {
        Difference { what, place: None }
    }

    pub fn to_text(&self) -> String {
        let Some(place) = &self.place else {
            return self.what.clone();
        };
        let mut text = format!("{} (line {})", place.function, place.first_line);
        if let Some(offset) = place.offset {
            text += &format!(", offset {offset}");
        }
        if let Some(line) = place.line {
            text += &format!(", line {line}");
        }
        text + ": " + &self.what
    }

    pub fn to_json(&self) -> Value {
        match &self.place {
            None => json!({ "what": self.what }),
            Some(place) => json!({
                "what": self.what,
                "function": place.function,
                "first_line": place.first_line,
                "offset": place.offset,
                "line": place.line,
            }),
        }
    }
}

/// The first difference between two trees, in the order of their code objects.
pub fn first_difference(ours: &CodeObject, theirs: &CodeObject, version: Version) -> Difference {
    let mut waiting = vec![(ours, theirs)];
    while let Some((ours, theirs)) = waiting.pop() {
        if let Some(found) = difference(ours, theirs, version) {
            return Difference {
                what: found.what,
                place: Some(Place {
                    function: ours.qualname.to_string_lossy(),
                    first_line: ours.firstlineno,
                    offset: found.offset,
                    line: found.line,
                }),
            };
        }
        let first = waiting.len();
        let pairs = ours.children().zip(theirs.children());
        waiting.extend(pairs.map(|(ours, theirs)| (&**ours, &**theirs)));
        if let Some(added) = waiting.get_mut(first..) {
            added.reverse();
        }
    }
    Difference::of("other bytes for the same code".to_owned())
}

struct Found {
    what: String,
    offset: Option<usize>,
    line: Option<i32>,
}

impl Found {
    /// Something of the whole code object.
    fn whole(what: String) -> Option<Found> {
        Some(Found {
            what,
            offset: None,
            line: None,
        })
    }
}

fn two(what: &str, ours: &str, theirs: &str) -> String {
    format!("{what}: the source gives {ours}, the file has {theirs}")
}

/// How two code objects differ, those inside them left aside.
fn difference(ours: &CodeObject, theirs: &CodeObject, version: Version) -> Option<Found> {
    instructions(ours, theirs, version)
        .or_else(|| numbers(ours, theirs))
        .or_else(|| names(ours, theirs))
        .or_else(|| constants(ours, theirs, version))
        .or_else(|| tables(ours, theirs))
}

fn instructions(ours: &CodeObject, theirs: &CodeObject, version: Version) -> Option<Found> {
    let [our_list, their_list] = [ours, theirs].map(|code| hognose_dis::listing(code, version));
    let count = our_list.instructions.len();
    for index in 0..count.max(their_list.instructions.len()) {
        let our = shown(ours, &our_list, index);
        let their = shown(theirs, &their_list, index);
        if our != their {
            let place = our_list.instructions.get(index);
            let place = place.or_else(|| their_list.instructions.get(index));
            return Some(Found {
                what: format!("the source gives {our}, the file has {their}"),
                offset: place.map(|place| place.offset),
                line: place.and_then(|place| place.line),
            });
        }
    }
    None
}

/// An instruction as text, its argument explained.
fn shown(code: &CodeObject, list: &Listing, index: usize) -> String {
    let Some(instruction) = list.instructions.get(index) else {
        return "nothing".to_owned();
    };
    let arg = match instruction.arg {
        Some(arg) => format!(" {arg}"),
        None => String::new(),
    };
    // Code objects are compared on their own; their place in the text would come first.
    let constant = instruction
        .arg
        .and_then(|arg| code.consts.get(arg as usize));
    let inner = constant.filter(|_| is_const(instruction));
    let words = match inner.and_then(Const::as_code) {
        Some(inner) => inner.name.to_string_lossy(),
        None => list.argrepr(instruction).to_owned(),
    };
    let words = match words.as_str() {
        "" => words,
        _ => format!(" ({words})"),
    };
    format!("{}{arg}{words}", instruction.name)
}

fn is_const(instruction: &Instruction) -> bool {
    instruction
        .info
        .is_some_and(|info| info.arg == ArgKind::Const)
}

fn numbers(ours: &CodeObject, theirs: &CodeObject) -> Option<Found> {
    let numbers = |code: &CodeObject| {
        [
            ("argument count", i64::from(code.argcount)),
            ("positional-only arguments", code.posonlyargcount.into()),
            ("keyword-only arguments", code.kwonlyargcount.into()),
            ("stack size", code.stacksize.into()),
            ("flags", code.flags.into()),
            ("first line", code.firstlineno.into()),
        ]
    };
    let pairs = numbers(ours).into_iter().zip(numbers(theirs));
    let mut wrong = pairs.filter(|((_, our), (_, their))| our != their);
    let ((what, our), (_, their)) = wrong.next()?;
    Found::whole(two(what, &our.to_string(), &their.to_string()))
}

fn names(ours: &CodeObject, theirs: &CodeObject) -> Option<Found> {
    let names = |code: &CodeObject| -> [(&'static str, Vec<PyStr>); 3] {
        let own = [&code.name, &code.qualname, &code.filename].map(PyStr::clone);
        [
            ("names", code.names.clone()),
            ("variables", code.localsplusnames.clone()),
            ("its own name", own.to_vec()),
        ]
    };
    let pairs = names(ours).into_iter().zip(names(theirs));
    let mut wrong = pairs.filter(|((_, our), (_, their))| our != their);
    let ((what, our), (_, their)) = wrong.next()?;
    Found::whole(two(what, &format!("{our:?}"), &format!("{their:?}")))
}

/// The first constants that differ; code objects are compared on their own.
fn constants(ours: &CodeObject, theirs: &CodeObject, version: Version) -> Option<Found> {
    let shown = |constant: Option<&Const>| {
        let mut text = String::new();
        match constant {
            Some(constant) => {
                hognose_dis::repr::write_const(&mut text, constant, Features::of(version));
            }
            None => text.push_str("nothing"),
        }
        text
    };
    for index in 0..ours.consts.len().max(theirs.consts.len()) {
        let (our, their) = (ours.consts.get(index), theirs.consts.get(index));
        let are_code = [our, their].map(|side| side.and_then(Const::as_code).is_some());
        if are_code != [true, true] && our != their {
            let what = format!("constant {index}");
            return Found::whole(two(&what, &shown(our), &shown(their)));
        }
    }
    None
}

fn tables(ours: &CodeObject, theirs: &CodeObject) -> Option<Found> {
    if ours.code != theirs.code {
        let at = ours.code.iter().zip(&theirs.code).position(|(a, b)| a != b);
        return Some(Found {
            what: "the source gives other bytes for caches".to_owned(),
            offset: at,
            line: None,
        });
    }
    if ours.localspluskinds != theirs.localspluskinds {
        return Found::whole("kinds of variables: the source gives others".to_owned());
    }
    if ours.linetable != theirs.linetable {
        return Some(line_table(ours, theirs));
    }
    if ours.exceptiontable != theirs.exceptiontable {
        let entries = |code: &CodeObject| {
            let entries = exceptions::decode(&code.exceptiontable).map_while(Result::ok);
            entries.collect::<Vec<_>>()
        };
        let (our, their) = (entries(ours), entries(theirs));
        let index = (0..our.len()).find(|&i| our.get(i) != their.get(i));
        let start = index.and_then(|i| our.get(i)).map(|entry| entry.start);
        return Some(Found {
            what: "exception table: the source gives another one".to_owned(),
            offset: start.map(|start| start as usize),
            line: None,
        });
    }
    None
}

fn line_table(ours: &CodeObject, theirs: &CodeObject) -> Found {
    let spans = |code: &CodeObject| {
        let spans = lines::decode(&code.linetable, code.firstlineno).map_while(Result::ok);
        spans.collect::<Vec<_>>()
    };
    let (our, their) = (spans(ours), spans(theirs));
    let place = |span: Option<&lines::Span>| match span.map(|span| span.location) {
        None => "nothing".to_owned(),
        Some(place) => {
            let part = |part: Option<i32>| part.map_or("?".to_owned(), |part| part.to_string());
            let [line, column] = [place.line, place.column].map(part);
            let [end_line, end_column] = [place.end_line, place.end_column].map(part);
            format!("{line}:{column}-{end_line}:{end_column}")
        }
    };
    let index = (0..our.len().max(their.len())).find(|&i| our.get(i) != their.get(i));
    let (our, their) = match index {
        Some(index) => (our.get(index), their.get(index)),
        None => (None, None),
    };
    let span = our.or(their);
    Found {
        what: two("line table", &place(our), &place(their)),
        offset: span.map(|span| span.start),
        line: span.and_then(|span| span.location.line),
    }
}
