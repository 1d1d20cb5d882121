//! From bytes to a code object.

use bumpalo::Bump;
use hognose_ast::Names;
use hognose_bytecode::flags;
use hognose_parser::{Mode, parse_file};
use hognose_source::Source;

use crate::error::{CompileError, Warning};
use crate::ir::Loc;
use crate::{Compiled, DEPTH_OF_SCRIPT, Options, future};

/// Native stack that the deepest program CPython compiles needs, with room to spare.
pub const STACK_SIZE: usize = 64 << 20;

/// Compiles source bytes on a thread with enough native stack.
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
        let future = future::read(&parsed.tree, &names)?;
        let future_annotations = future.flags & flags::FUTURE_ANNOTATIONS != 0;
        let table = hognose_symbols::build(
            &parsed.tree,
            &mut names,
            &arena,
            future_annotations,
            DEPTH_OF_SCRIPT,
        )
        .map_err(|error| CompileError::of_symbols(&error, &names))?;
        Ok(table.dump(&names))
    })
}

/// Runs on a thread with [`STACK_SIZE`] bytes of stack.
fn with_stack<T: Send>(run: impl Fn() -> T + Sync) -> T {
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(STACK_SIZE);
        match builder
            .spawn_scoped(scope, &run)
            .map(std::thread::ScopedJoinHandle::join)
        {
            Ok(Ok(answer)) => answer,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            // No thread to be had: what nests little still compiles.
            Err(_) => run(),
        }
    })
}

fn decode(source: &[u8]) -> Result<Source<'_>, Box<CompileError>> {
    hognose_tokens::decode(source).map_err(|error| Box::new(CompileError::Source(error)))
}

/// Compiles source bytes on the current thread, which must have [`STACK_SIZE`] bytes of stack.
pub fn compile_source_here(
    source: &[u8],
    options: &Options,
) -> Result<Compiled, Box<CompileError>> {
    let decoded = decode(source)?;
    let arena = Bump::with_capacity(decoded.text.len() * 4);
    let mut names = Names::new();
    let mut parsed = parse_file(&decoded, options.mode, &arena, &mut names)
        .map_err(|error| Box::new(CompileError::Parse(*error)))?;
    let mut compiled = crate::compile(&mut parsed.tree, &mut names, &arena, options)?;
    let earlier = parsed.warnings.into_iter().map(|warning| Warning {
        message: warning.message,
        loc: Loc::line(warning.line as i32),
    });
    compiled.warnings.splice(0..0, earlier);
    Ok(compiled)
}
