//! Which constants of a code tree the compiler made of identifiers, and which names a tree shows.

use hognose_bytecode::{CodeObject, Const, OpTable, Opcode, PyStr, instructions};
use rustc_hash::FxHashSet;

/// Whether a constant holds no string that is not ASCII.
pub fn is_ascii(constant: &Const) -> bool {
    match constant {
        Const::Str(text) => text.is_ascii(),
        Const::Tuple(items) => items.iter().all(is_ascii),
        _ => true,
    }
}

/// Where the texts of a tree's names lie.
pub fn gather_name_addresses(code: &CodeObject, found: &mut FxHashSet<usize>) {
    let names = code.names.iter().chain(&code.localsplusnames);
    let names = names.chain(std::iter::once(&code.name));
    found.extend(names.map(|name| name.as_bytes().as_ptr().addr()));
    for child in code.children() {
        gather_name_addresses(child, found);
    }
}

/// Tells of the texts the parser interned, as far as the code tree shows them.
pub fn gather_identifiers<'a>(
    table: &'static OpTable,
    code: &'a CodeObject,
    found: &mut impl FnMut(&'a [u8]),
) {
    found(code.name.as_bytes());
    let names = code.names.iter().chain(&code.localsplusnames);
    names.for_each(|name| found(name.as_bytes()));
    let mut last_const: Option<&Const> = None;
    for instr in instructions(table, &code.code).map_while(Result::ok) {
        let constant = code.consts.get(instr.arg as usize);
        match instr.opcode {
            Opcode::LoadConst => last_const = constant,
            Opcode::KwNames => strings_of(constant, found),
            // The names of `from m import a, b`, and the keywords of a class pattern.
            Opcode::ImportName | Opcode::MatchClass | Opcode::CallKw => {
                strings_of(last_const, found);
            }
            Opcode::StoreName if is_static_attributes(code, instr.arg) => {
                strings_of(last_const, found);
            }
            _ => {}
        }
    }
    for child in code.children() {
        gather_identifiers(table, child, found);
    }
}

/// The string of this text that the constant cache meets first: it meets constants in their order, a function's when its
/// code object's turn comes.
pub fn first_of<'a>(code: &'a CodeObject, text: &[u8]) -> Option<&'a PyStr> {
    code.consts
        .iter()
        .find_map(|constant| first_within(constant, text))
}

fn first_within<'a>(constant: &'a Const, text: &[u8]) -> Option<&'a PyStr> {
    match constant {
        Const::Str(own) => (own.as_bytes() == text).then_some(own),
        Const::Tuple(items) | Const::FrozenSet(items) => {
            items.iter().find_map(|item| first_within(item, text))
        }
        Const::Code(code) => first_of(code, text),
        _ => None,
    }
}

/// Whether the constant cache meets a text first as an identifier, which is the interned object itself; `None` if never.
///
/// The cache meets constants in their order, a function's when its code object's turn comes. Identifiers among them are
/// keyword names, the names of a `from` import, the keywords of a class pattern, and names of classes.
pub fn enters_as_identifier(
    table: &'static OpTable,
    code: &CodeObject,
    text: &[u8],
) -> Option<bool> {
    let mut identifiers = None;
    code.consts
        .iter()
        .enumerate()
        .find_map(|(index, constant)| {
            if let Const::Code(child) = constant {
                return enters_as_identifier(table, child, text);
            }
            holds_text(constant, text).then(|| {
                identifiers
                    .get_or_insert_with(|| identifier_constants(table, code))
                    .contains(&index)
            })
        })
}

fn holds_text(constant: &Const, text: &[u8]) -> bool {
    match constant {
        Const::Str(own) => own.as_bytes() == text,
        Const::Tuple(items) | Const::FrozenSet(items) => {
            items.iter().any(|item| holds_text(item, text))
        }
        _ => false,
    }
}

/// The indices of the constants that the compiler makes of identifiers.
pub fn identifier_constants(table: &'static OpTable, code: &CodeObject) -> FxHashSet<usize> {
    let mut found = FxHashSet::default();
    let mut last_const = None;
    let mut class_begun = false;
    let mut name_follows = false;
    for instr in instructions(table, &code.code).map_while(Result::ok) {
        let index = instr.arg as usize;
        match instr.opcode {
            Opcode::LoadConst => {
                // LOAD_BUILD_CLASS, the body, its name.
                if std::mem::take(&mut name_follows) {
                    found.insert(index);
                }
                last_const = Some(index);
            }
            Opcode::KwNames => {
                found.insert(index);
            }
            Opcode::ImportName | Opcode::MatchClass | Opcode::CallKw => found.extend(last_const),
            Opcode::StoreName if is_static_attributes(code, instr.arg) => found.extend(last_const),
            Opcode::LoadBuildClass => class_begun = true,
            Opcode::MakeFunction => name_follows = std::mem::take(&mut class_begun),
            _ => {}
        }
    }
    found
}

/// Whether a name is `__static_attributes__`, whose value is a tuple of identifiers.
fn is_static_attributes(code: &CodeObject, name: u32) -> bool {
    code.names
        .get(name as usize)
        .is_some_and(|name| name.as_bytes() == b"__static_attributes__")
}

fn strings_of<'a>(constant: Option<&'a Const>, found: &mut impl FnMut(&'a [u8])) {
    if let Some(Const::Tuple(items)) = constant {
        for item in items.iter() {
            if let Const::Str(text) = item {
                found(text.as_bytes());
            }
        }
    }
}
