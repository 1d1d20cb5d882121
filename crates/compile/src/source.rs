//! From bytes to a code object.

use bumpalo::Bump;
use hognose_ast::{Mod, Names};
use hognose_bytecode::flags;
use hognose_parser::errors::{Lines, Options as ParserOptions};
use hognose_parser::{Mode, Parsed, parse_file, parse_with};
use hognose_source::Source;
use hognose_symbols::Settings;
use hognose_version::{Features, Version};

use crate::error::{CompileError, Warning};
use crate::{CALLS_OF_SCRIPT, Compiled, Options, future};

/// Native stack that the deepest program CPython compiles needs, with room to spare.
pub const STACK_SIZE: usize = 64 << 20;

/// Compiles source bytes with enough native stack.
pub fn compile_source(source: &[u8], options: &Options) -> Result<Compiled, Box<CompileError>> {
    with_stack(|| compile_source_here(source, options))
}

/// Shows the scopes of a module as CPython's `symtable` sees them, before any folding.
pub fn symbol_table(source: &[u8]) -> Result<String, Box<CompileError>> {
    with_stack(|| {
        let decoded = decode(source)?;
        let arena = Bump::new();
        let mut names = Names::new();
        let parsed = parse_file(&decoded, Mode::Module, &arena, &mut names)
            .map_err(|error| Box::new(CompileError::Parse(*error)))?;
        let features = Features::of(Version::DEFAULT);
        let future = future::read(&parsed.tree, &names, &features)?;
        let future_annotations = future.flags & flags::FUTURE_ANNOTATIONS != 0;
        let table = hognose_symbols::build(
            &parsed.tree,
            &mut names,
            &arena,
            Settings::new(&features, future_annotations, CALLS_OF_SCRIPT),
        )
        .map_err(|error| CompileError::of_symbols(&error, &names))?;
        Ok(table.dump(&names))
    })
}

/// Parses decoded source with enough native stack.
pub fn parse_source<'a>(
    source: &'a Source<'a>,
    options: &Options,
    arena: &'a mut Bump,
    names: &mut Names,
) -> Result<Parsed<'a>, Box<CompileError>> {
    with_stack(move || parse_here(source, options, arena, names))
}

fn parse_here<'a>(
    source: &'a Source<'a>,
    options: &Options,
    arena: &'a Bump,
    names: &mut Names,
) -> Result<Parsed<'a>, Box<CompileError>> {
    let mut how = ParserOptions::file(source, options.mode);
    how.prompt = options.prompt;
    if !options.is_file {
        how.lines = Lines::Buffered;
    }
    let features = Features::of(options.version);
    parse_with(&source.text, how, &features, arena, names)
        .map_err(|error| Box::new(CompileError::Parse(*error)))
}

/// Compiles decoded source with enough native stack.
pub fn compile_decoded(
    source: &Source<'_>,
    options: &Options,
) -> Result<Compiled, Box<CompileError>> {
    with_stack(|| compile_here(source, options))
}

/// Compiles a tree with enough native stack; what is made on the way goes into the arena.
pub fn compile_tree<'a>(
    tree: &mut Mod<'a>,
    names: &mut Names,
    arena: &'a mut Bump,
    options: &Options,
) -> Result<Compiled, Box<CompileError>> {
    with_stack(move || crate::compile(tree, names, arena, options))
}

/// Runs with [`STACK_SIZE`] bytes of stack: those that are left, or new ones.
fn with_stack<T>(run: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(STACK_SIZE, STACK_SIZE, run)
}

fn decode(source: &[u8]) -> Result<Source<'_>, Box<CompileError>> {
    hognose_tokens::decode(source).map_err(|error| Box::new(CompileError::Source(error)))
}

/// Compiles source bytes on the current thread, which must have [`STACK_SIZE`] bytes of stack.
pub fn compile_source_here(
    source: &[u8],
    options: &Options,
) -> Result<Compiled, Box<CompileError>> {
    compile_here(&decode(source)?, options)
}

fn compile_here(source: &Source<'_>, options: &Options) -> Result<Compiled, Box<CompileError>> {
    let arena = Bump::with_capacity(source.text.len() * 4);
    let mut names = Names::new();
    let mut parsed = parse_here(source, options, &arena, &mut names)?;
    let mut compiled = crate::compile(&mut parsed.tree, &mut names, &arena, options)?;
    let earlier = parsed.warnings.into_iter().map(Warning::from);
    compiled.warnings.splice(0..0, earlier);
    Ok(compiled)
}
