//! `data/opcodes/*.toml` to `crates/bytecode/src/generated/`.

use super::File;
use crate::Result;
use crate::opcodes::{Effect, Kind, Row, Table, load, versions};
use std::collections::BTreeSet;
use std::fmt::Write;

pub fn render() -> Result<Vec<File>> {
    let mut tables = versions()?
        .iter()
        .map(|v| load(v))
        .collect::<Result<Vec<Table>>>()?;
    for table in &mut tables {
        table.opcodes.retain(|row| row.kind != Kind::Instrumented);
    }
    let names: BTreeSet<&str> = tables
        .iter()
        .flat_map(|table| &table.opcodes)
        .map(|row| row.name.as_str())
        .collect();
    let mut files = vec![
        file("opcode", opcode_enum(&names)?),
        file("mod", module(&tables)?),
    ];
    for table in &tables {
        files.push(file(&module_name(table), version_table(table, &names)?));
    }
    Ok(files)
}

fn file(name: &str, text: String) -> File {
    File {
        path: format!("crates/bytecode/src/generated/{name}.rs"),
        source: "data/opcodes/",
        text,
    }
}

fn module_name(table: &Table) -> String {
    format!("v{}", table.python.replace('.', "_"))
}

fn module(tables: &[Table]) -> Result<String> {
    let mut text = "pub mod opcode;\n".to_owned();
    for table in tables {
        writeln!(text, "pub mod {};", module_name(table))?;
    }
    text += "\nuse crate::optable::OpTable;\n\n/// The tables, with the minor version of each, oldest first.\npub static TABLES: &[(u8, &OpTable)] = &[";
    for table in tables {
        let minor = table.python.strip_prefix("3.").ok_or("not a Python 3")?;
        write!(text, "({minor}, &{}::TABLE),", module_name(table))?;
    }
    text += "];\n";
    Ok(text)
}

fn opcode_enum(names: &BTreeSet<&str>) -> Result<String> {
    let mut text = "\
        /// Every opcode of every supported version, whatever its number there.\n\
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]\n\
        #[repr(u16)]\npub enum Opcode {\n"
        .to_owned();
    for name in names {
        writeln!(text, "/// `{name}`\n{},", camel(name))?;
    }
    write!(
        text,
        "}}\n\nimpl Opcode {{\n/// How many there are.\npub const COUNT: usize = {};\n\n",
        names.len()
    )?;
    text += "/// All of them, in the order of the enum.\npub const ALL: [Opcode; Self::COUNT] = [";
    for name in names {
        write!(text, "Opcode::{},", camel(name))?;
    }
    text += "];\n\n/// CPython's name.\npub const fn name(self) -> &'static str {\nNAMES[self as usize]\n}\n}\n\n";
    text += "static NAMES: [&str; Opcode::COUNT] = [";
    for name in names {
        write!(text, "{name:?},")?;
    }
    text += "];\n";
    Ok(text)
}

fn version_table(table: &Table, names: &BTreeSet<&str>) -> Result<String> {
    let mut text =
        "use crate::generated::opcode::Opcode;\nuse crate::optable::{ArgKind, Effect, Jump, OpInfo, OpTable};\n\n"
            .to_owned();
    writeln!(text, "/// The opcode table of CPython {}.", table.python)?;
    writeln!(text, "pub static TABLE: OpTable = OpTable {{")?;
    writeln!(
        text,
        "rows: &ROWS, by_code: &BY_CODE, by_opcode: &BY_OPCODE,"
    )?;
    for (field, values) in [
        ("compare", &table.compare),
        ("binary_ops", &table.binary_ops),
        ("intrinsics_1", &table.intrinsics_1),
        ("intrinsics_2", &table.intrinsics_2),
        ("common_constants", &table.common_constants),
        ("special_methods", &table.special_methods),
    ] {
        writeln!(text, "{field}: &{values:?},")?;
    }
    text += "cache_format: &[";
    for (name, entries) in &table.cache_format {
        write!(text, "(Opcode::{}, &{entries:?}),", camel(name))?;
    }
    text += "],\n";
    writeln!(text, "extended_arg: {},", table.extended_arg)?;
    writeln!(
        text,
        "}};\n\nstatic ROWS: [OpInfo; {}] = [",
        table.opcodes.len()
    )?;
    for row in &table.opcodes {
        text += &op_info(row)?;
    }
    text += "];\n\n";

    let index_of = |found: Option<usize>| found.map_or(255, |index| index);
    let by_code =
        (0..256u16).map(|code| index_of(table.opcodes.iter().position(|row| row.code == code)));
    writeln!(
        text,
        "static BY_CODE: [u8; 256] = {:?};\n",
        by_code.collect::<Vec<_>>()
    )?;
    let by_opcode = names
        .iter()
        .map(|name| index_of(table.opcodes.iter().position(|row| row.name == *name)));
    writeln!(
        text,
        "static BY_OPCODE: [u8; Opcode::COUNT] = {:?};",
        by_opcode.collect::<Vec<_>>()
    )?;
    Ok(text)
}

fn op_info(row: &Row) -> Result<String> {
    let straight = effect(row, row.effect.as_ref())?;
    let taken = effect(row, row.effect_jump.as_ref().or(row.effect.as_ref()))?;
    Ok(format!(
        "OpInfo {{ opcode: Opcode::{}, code: {}, arg: ArgKind::{}, caches: {}, jump: Jump::{}, \
         effect: {straight}, effect_jump: {taken} }},\n",
        camel(&row.name),
        row.code,
        camel(&capital(&row.arg)),
        row.caches,
        capital(&row.jump),
    ))
}

/// `jump_relative` as `Jump_Relative`, so that `camel` makes a type name of it.
fn capital(words: &str) -> String {
    let words = words.split('_').map(|word| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|c| c.to_ascii_uppercase())
            .into_iter()
            .chain(letters)
            .collect::<String>()
    });
    words.collect::<Vec<_>>().join("_")
}

/// An effect as Rust; the forms are those that `extract_opcodes.py` writes.
fn effect(row: &Row, effect: Option<&Effect>) -> Result<String> {
    let formula = match effect {
        None => return Err(format!("{} has no effect", row.name).into()),
        Some(Effect::Number(number)) => return Ok(format!("Effect::Fixed({number})")),
        Some(Effect::Formula(formula)) => formula,
    };
    if formula == "custom" {
        return Ok("Effect::Custom".into());
    }
    let wrong = || format!("{}: cannot read effect {formula:?}", row.name);
    let (base, rest) = formula.split_once(' ').ok_or_else(wrong)?;
    Ok(match rest {
        "+ oparg" => format!("Effect::PerArg {{ base: {base}, scale: 1 }}"),
        "- oparg" => format!("Effect::PerArg {{ base: {base}, scale: -1 }}"),
        "+ (oparg & 1)" => format!("Effect::Bit {{ base: {base}, bit: 0, scale: 1 }}"),
        "- (oparg & 1)" => format!("Effect::Bit {{ base: {base}, bit: 0, scale: -1 }}"),
        "- bits(oparg & 15)" => format!("Effect::LowBits {{ base: {base} }}"),
        "- (oparg >> 2 & 1)" => format!("Effect::Bit {{ base: {base}, bit: 2, scale: -1 }}"),
        _ => {
            let scale = rest
                .strip_prefix("+ ")
                .and_then(|r| r.strip_suffix(" * oparg"))
                .ok_or_else(wrong)?;
            format!("Effect::PerArg {{ base: {base}, scale: {scale} }}")
        }
    })
}

/// `LOAD_FAST` as `LoadFast`.
fn camel(name: &str) -> String {
    let mut out = String::new();
    for word in name.split('_') {
        let mut letters = word.chars();
        out.extend(letters.next());
        out.extend(letters.map(|c| c.to_ascii_lowercase()));
    }
    out
}
