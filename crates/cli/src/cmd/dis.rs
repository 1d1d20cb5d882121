//! `hognose dis`: the instructions of a file, printed as `python -m dis` of its version prints them.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use hognose_bytecode::lines::Location;
use hognose_bytecode::{CodeObject, Const};
use hognose_dis::{Listing, Options, listing};
use hognose_version::{Features, Version};
use serde_json::{Value, json};

use super::{Outcome, input, load};

/// Print the instructions of a source or .pyc file as `python -m dis` of its version does
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  hognose dis spam.py\n  hognose dis -O __pycache__/spam.cpython-313.pyc\n  hognose dis --json spam.py\n  hognose dis --python 3.13 spam.py\n  hognose dis --ir spam.py"
)]
pub struct Opts {
    /// A source file, or a .pyc file of CPython 3.8 to 3.15; stdin when there is none
    file: Option<PathBuf>,
    /// The CPython version that a source file is compiled for
    #[arg(long, value_name = "VERSION", default_value = "3.12")]
    python: Version,
    /// Show inline caches (3.13 on)
    #[arg(short = 'C', long)]
    show_caches: bool,
    /// Show instruction offsets (3.13 on; before, they always stand there)
    #[arg(short = 'O', long)]
    show_offsets: bool,
    /// Show full positions instead of lines (3.14 on)
    #[arg(short = 'P', long)]
    show_positions: bool,
    /// Show what specialised bytecode would be shown for new code (3.14 on): the counters of its caches, with -C
    #[arg(short = 'S', long)]
    specialized: bool,
    /// Print JSON: one list of code objects, each with the place of the one it lies in
    #[arg(long)]
    json: bool,
    /// Show what our executor makes of each instruction (3.12 only)
    #[arg(long, conflicts_with = "json")]
    ir: bool,
}

pub fn run(opts: Opts) -> Outcome {
    let (bytes, name) = input::read(opts.file.as_ref())?;
    let Some(loaded) = load::code(&bytes, &name, opts.python)? else {
        return Ok(ExitCode::FAILURE);
    };
    let stdout = std::io::BufWriter::new(std::io::stdout().lock());
    if opts.json {
        let mut stdout = stdout;
        serde_json::to_writer(&mut stdout, &as_json(&loaded.code, loaded.version))?;
        stdout.write_all(b"\n")?;
        stdout.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    if opts.ir {
        if loaded.version != Version::DEFAULT {
            return Err(format!("only the code of {} is translated", Version::DEFAULT).into());
        }
        return super::dis_ir::run(loaded.code, stdout);
    }
    let options = Options {
        show_caches: opts.show_caches,
        show_offsets: opts.show_offsets,
        show_positions: opts.show_positions,
        specialized: opts.specialized,
    };
    let mut out = Text {
        out: stdout,
        error: None,
    };
    let written = hognose_dis::dis(&loaded.code, loaded.version, &options, &mut out);
    match out.error.or_else(|| out.out.flush().err()) {
        Some(error) => Err(error.into()),
        None => Ok(written.map(|()| ExitCode::SUCCESS)?),
    }
}

/// A text sink that remembers why writing failed.
struct Text<W> {
    out: W,
    error: Option<std::io::Error>,
}

impl<W: Write> std::fmt::Write for Text<W> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.out.write_all(text.as_bytes()).map_err(|error| {
            self.error = Some(error);
            std::fmt::Error
        })
    }
}

/// All code objects in one list: nested objects would nest the JSON as deep as a hostile file likes.
fn as_json(root: &Arc<CodeObject>, version: Version) -> Value {
    let mut objects = Vec::new();
    let mut waiting: Vec<(Option<usize>, &Arc<CodeObject>)> = vec![(None, root)];
    while let Some((parent, code)) = waiting.pop() {
        let place = objects.len();
        objects.push(code_as_json(code, parent, version));
        let first = waiting.len();
        waiting.extend(code.children().map(|child| (Some(place), child)));
        if let Some(added) = waiting.get_mut(first..) {
            added.reverse();
        }
    }
    json!({ "version": version.to_string(), "code_objects": objects })
}

fn code_as_json(code: &CodeObject, parent: Option<usize>, version: Version) -> Value {
    let listing = listing(code, version);
    let names = |names: &mut dyn Iterator<Item = &hognose_bytecode::PyStr>| {
        names.map(|name| name.to_string_lossy()).collect::<Vec<_>>()
    };
    json!({
        "parent": parent,
        "name": code.name.to_string_lossy(),
        "qualname": code.qualname.to_string_lossy(),
        "filename": code.filename.to_string_lossy(),
        "first_line": code.firstlineno,
        "arg_count": code.argcount,
        "positional_only_arg_count": code.posonlyargcount,
        "keyword_only_arg_count": code.kwonlyargcount,
        "stack_size": code.stacksize,
        "flags": code.flags,
        "flag_names": hognose_dis::pretty_flags(code.flags),
        "constants": code.consts.iter().map(|constant| const_repr(constant, version)).collect::<Vec<_>>(),
        "names": names(&mut code.names.iter()),
        "variables": names(&mut code.varnames()),
        "cells": names(&mut code.cellvars()),
        "free_variables": names(&mut code.freevars()),
        "instructions": instructions_as_json(&listing),
        "exceptions": listing.exceptions.iter().map(|entry| json!({
            "start": entry.start, "end": entry.end, "target": entry.target,
            "depth": entry.depth, "lasti": entry.lasti,
        })).collect::<Vec<_>>(),
    })
}

fn const_repr(constant: &Const, version: Version) -> String {
    let mut text = String::new();
    hognose_dis::repr::write_const(&mut text, constant, Features::of(version));
    text
}

fn instructions_as_json(listing: &Listing) -> Vec<Value> {
    let one = |instruction: &hognose_dis::Instruction| {
        let Location {
            line,
            end_line,
            column,
            end_column,
        } = instruction.location;
        json!({
            "offset": instruction.offset,
            "start_offset": instruction.start_offset,
            "opcode": instruction.code,
            "name": instruction.name,
            "arg": instruction.arg,
            "explanation": listing.argrepr(instruction),
            "line": instruction.line,
            "starts_line": instruction.starts_line,
            "is_jump_target": instruction.label.is_some(),
            "jump_target": instruction.jump_target,
            "position": [line, end_line, column, end_column],
        })
    };
    listing.instructions.iter().map(one).collect()
}
