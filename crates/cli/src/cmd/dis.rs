//! `hognose dis`: the instructions of a file, printed as `python -m dis` of its version prints them.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use hognose_bytecode::lines::Location;
use hognose_bytecode::{CodeObject, PyStr};
use hognose_dis::{Instruction, Listing, Options, listing};
use hognose_version::Version;
use serde_json::{Value, json};

use super::json::Object;
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
        write_json(&mut stdout, &loaded.code, loaded.version)?;
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
fn write_json(out: &mut impl Write, root: &Arc<CodeObject>, version: Version) -> io::Result<()> {
    let mut objects = Vec::new();
    let mut waiting: Vec<(Option<usize>, &Arc<CodeObject>)> = vec![(None, root)];
    while let Some((parent, code)) = waiting.pop() {
        let place = objects.len();
        objects.push((parent, code));
        let first = waiting.len();
        waiting.extend(code.children().map(|child| (Some(place), child)));
        if let Some(added) = waiting.get_mut(first..) {
            added.reverse();
        }
    }
    let mut object = Object::begin(out)?;
    object.member("version", version.to_string())?;
    object.objects("code_objects", objects, |(parent, code), object| {
        write_code(object, code, parent, version)
    })?;
    object.end()?;
    writeln!(out)
}

fn write_code<W: Write>(
    object: &mut Object<'_, W>,
    code: &CodeObject,
    parent: Option<usize>,
    version: Version,
) -> io::Result<()> {
    let listing = listing(code, version);
    let text = |text: &PyStr| text.to_string_lossy();
    object.member("parent", parent)?;
    object.member("name", text(&code.name))?;
    object.member("qualname", text(&code.qualname))?;
    object.member("filename", text(&code.filename))?;
    object.member("first_line", code.firstlineno)?;
    object.member("arg_count", code.argcount)?;
    object.member("positional_only_arg_count", code.posonlyargcount)?;
    object.member("keyword_only_arg_count", code.kwonlyargcount)?;
    object.member("stack_size", code.stacksize)?;
    object.member("flags", code.flags)?;
    object.member("flag_names", hognose_dis::pretty_flags(code.flags))?;
    object.list("constants", hognose_dis::constants(code, version))?;
    object.list("names", code.names.iter().map(text))?;
    object.list("variables", code.varnames().map(text))?;
    object.list("cells", code.cellvars().map(text))?;
    object.list("free_variables", code.freevars().map(text))?;
    object.list(
        "instructions",
        listing
            .instructions
            .iter()
            .map(|instruction| instruction_as_json(&listing, instruction)),
    )?;
    object.list(
        "exceptions",
        listing.exceptions.iter().map(|entry| {
            json!({
                "start": entry.start, "end": entry.end, "target": entry.target,
                "depth": entry.depth, "lasti": entry.lasti,
            })
        }),
    )
}

fn instruction_as_json(listing: &Listing, instruction: &Instruction) -> Value {
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
}
