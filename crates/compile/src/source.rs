//! From bytes to a code object.

use bumpalo::Bump;
use hognose_ast::Names;
use hognose_parser::parse;

use crate::error::{CompileError, Warning};
use crate::ir::Loc;
use crate::{Compiled, Options};

/// Native stack that the deepest program CPython compiles needs, with room to spare.
pub const STACK_SIZE: usize = 64 << 20;

/// Compiles source bytes on a thread with enough native stack.
pub fn compile_source(source: &[u8], options: &Options) -> Result<Compiled, Box<CompileError>> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(STACK_SIZE)
            .spawn_scoped(scope, || compile_source_here(source, options));
        match thread.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(compiled)) => compiled,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            // No thread to be had: what nests little still compiles.
            Err(_) => compile_source_here(source, options),
        }
    })
}

/// Compiles source bytes on the current thread, which must have [`STACK_SIZE`] bytes of stack.
pub fn compile_source_here(
    source: &[u8],
    options: &Options,
) -> Result<Compiled, Box<CompileError>> {
    let decoded =
        hognose_tokens::decode(source).map_err(|error| Box::new(CompileError::Source(error)))?;
    let arena = Bump::with_capacity(decoded.text.len() * 4);
    let mut names = Names::new();
    let mut parsed = parse(&decoded.text, options.mode, &arena, &mut names)
        .map_err(|error| Box::new(CompileError::Parse(*error)))?;
    let mut compiled = crate::compile(&mut parsed.tree, &mut names, &arena, options)?;
    let earlier = parsed.warnings.into_iter().map(|warning| Warning {
        message: warning.message,
        loc: Loc::line(warning.line as i32),
    });
    compiled.warnings.splice(0..0, earlier);
    Ok(compiled)
}
