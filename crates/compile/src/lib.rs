//! AST and scopes to a code object, byte for byte CPython's.
//!
//! [`compile`] folds constants in the tree, finds the scopes, emits an instruction sequence for each code unit, and
//! optimises and assembles it; [`compile_source`] does all that from bytes. Nothing is read or run here.
//!
//! ```
//! let options = hognose_compile::Options::default();
//! let compiled = hognose_compile::compile_source(b"x = 1\n", &options).unwrap();
//! assert_eq!(compiled.code.names.len(), 1);
//! ```

pub mod assemble;
mod cfg;
mod clean_doc;
pub mod consts;
mod emit;
mod error;
mod future;
pub mod ir;
pub mod names;
mod op_facts;
mod optimise;
mod passes;
mod source;
mod unparse;

pub use error::{CompileError, Refusal, Warning};
pub use hognose_parser::Mode;
pub use hognose_parser::errors::{INCOMPLETE, Prompt};
pub use source::{
    STACK_SIZE, compile_decoded, compile_source, compile_source_here, compile_tree, parse_source,
    symbol_table,
};

use bumpalo::Bump;
use hognose_ast::{Mod, Names};
use hognose_bytecode::{CodeObject, PyStr, flags};
use hognose_symbols::{Nesting, Settings};
use hognose_version::{Features, Version};

/// How to compile.
#[derive(Clone, Debug)]
pub struct Options {
    /// The CPython to compile for: one of [`VERSIONS`].
    pub version: Version,
    /// `co_filename`.
    pub filename: PyStr,
    /// What the source is.
    pub mode: Mode,
    /// 0, 1 (`-O`: no asserts) or 2 (`-OO`: no docstrings either).
    pub optimise: u8,
    /// Future features that hold from the start, as `co_flags` bits.
    pub future_flags: u32,
    /// `PyCF_ALLOW_TOP_LEVEL_AWAIT`.
    pub top_level_await: bool,
    /// The C calls that CPython has on its stack before the program begins: each takes from what a program may nest.
    pub calls: u32,
    /// Whether the source is the text of the file of that name, which errors show lines of.
    pub is_file: bool,
    /// What is asked of source typed at a prompt.
    pub prompt: Prompt,
}

/// [`Options::calls`] under `python -m py_compile` and `python -m compileall`.
pub const CALLS_OF_PY_COMPILE: u32 = 6;
/// [`Options::calls`] of a script that `python` is to run.
pub const CALLS_OF_SCRIPT: u32 = 0;

impl Default for Options {
    fn default() -> Self {
        Self {
            version: Version::DEFAULT,
            filename: "<string>".into(),
            mode: Mode::Module,
            optimise: 0,
            future_flags: 0,
            top_level_await: false,
            calls: CALLS_OF_PY_COMPILE,
            is_file: true,
            prompt: Prompt::default(),
        }
    }
}

/// Whether there is code generation for this version.
pub fn can_compile_for(version: Version) -> bool {
    op_facts::OpCosts::of_version(version).is_some()
}

/// A module's code object, and what CPython would warn of.
#[derive(Clone, Debug)]
pub struct Compiled {
    pub code: CodeObject,
    pub warnings: Vec<Warning>,
    /// The identifiers of the source, those that no code object names among them; of constants made of one it is the same
    /// object. Empty where no constant is a frozenset: only sharing those asks.
    pub identifiers: Vec<PyStr>,
}

/// Compiles a tree, which is changed on the way (`_PyAST_Compile`).
///
/// Deep nesting takes native stack: call it on a thread with [`STACK_SIZE`] bytes of it.
pub fn compile<'a>(
    module: &mut Mod<'a>,
    names: &mut Names,
    arena: &'a Bump,
    options: &Options,
) -> Result<Compiled, Box<CompileError>> {
    let costs = op_facts::OpCosts::of_version(options.version);
    let costs = costs.ok_or_else(|| Box::new(CompileError::Version(options.version)))?;
    let features = Features::of(options.version);
    let met = names.met();
    let mut future = future::read(module, names, &features)?;
    future.flags |= options.future_flags;
    let future_annotations = future.flags & flags::FUTURE_ANNOTATIONS != 0;
    optimise::optimise(
        module,
        arena,
        options.optimise == 0,
        future_annotations,
        Nesting::new(&features, options.calls),
    )
    .map_err(|optimise::TooDeep| Box::new(CompileError::Recursion))?;
    let settings = Settings::new(&features, future_annotations, options.calls);
    let table = hognose_symbols::build(module, names, arena, settings)
        .map_err(|error| CompileError::of_symbols(&error, names))?;
    let (code, warnings, assembler) =
        emit::emit(module, names, table, future, options, arena, costs)?;
    Ok(Compiled {
        code,
        warnings,
        identifiers: assembler.identifiers(met, names),
    })
}
