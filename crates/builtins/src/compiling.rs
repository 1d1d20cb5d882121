//! Compiling for the running program: source bytes to a code value, or the SyntaxError raised.

use bumpalo::Bump;
use hognose_ast::{Mod, Names};
use hognose_compile::{CALLS_OF_SCRIPT, CompileError, Compiled, Mode, Options, Prompt, Warning};
use hognose_object::code::Code;
use hognose_object::exceptions::{Placed, SyntaxErrorParts};
use hognose_object::{PyResult, Raised, Ref, Rt, Str, StrExt};
use hognose_parser::SyntaxErrorKind;
use hognose_source::{Source, SourceError};
use std::sync::Arc;

/// What is to be compiled, and how.
pub(crate) struct Request {
    pub filename: String,
    pub mode: Mode,
    /// `None` for the level that the interpreter runs at.
    pub optimise: Option<u8>,
    pub future_flags: u32,
    pub top_level_await: bool,
    /// The minor version of the language whose syntax is allowed; `None` for all that there is.
    pub feature_version: Option<i64>,
    /// [`Options::calls`].
    pub calls: u32,
    /// Whether it is a file that is run, not imported.
    pub is_script: bool,
    /// [`Options::is_file`].
    pub is_file: bool,
    /// [`Options::prompt`].
    pub prompt: Prompt,
}

/// Source as a program gives it.
pub(crate) enum Given {
    Bytes(Vec<u8>),
    /// No cookie is read in it, no mark stands for its encoding.
    Text(String),
}

impl Given {
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Given::Bytes(bytes) => bytes,
            Given::Text(text) => text.as_bytes(),
        }
    }

    fn decode(&self) -> Result<Source<'_>, CompileError> {
        match self {
            Given::Bytes(bytes) => hognose_tokens::decode(bytes),
            Given::Text(text) => hognose_source::from_text(text),
        }
        .map_err(CompileError::Source)
    }
}

impl Request {
    pub(crate) fn module(filename: impl Into<String>) -> Request {
        Request {
            filename: filename.into(),
            mode: Mode::Module,
            optimise: None,
            future_flags: 0,
            top_level_await: false,
            feature_version: None,
            calls: Options::default().calls,
            is_script: false,
            is_file: true,
            prompt: Prompt::default(),
        }
    }

    /// The program that the command line names.
    pub(crate) fn script(filename: impl Into<String>) -> Request {
        Request {
            calls: CALLS_OF_SCRIPT,
            is_script: true,
            ..Request::module(filename)
        }
    }
}

/// The text as UTF-8, or the UnicodeEncodeError that a lone surrogate raises.
pub(crate) fn encode_source(rt: &Rt, text: &Ref<Str>) -> PyResult<String> {
    let mut out = String::with_capacity(text.char_count());
    for (i, code) in text.codes().enumerate() {
        match char::from_u32(code) {
            Some(c) => out.push(c),
            None => {
                return Err(rt.unicode_encode_error(
                    "utf-8",
                    text.as_value(),
                    (i, i + 1),
                    "surrogates not allowed",
                ));
            }
        }
    }
    Ok(out)
}

/// Compiles source bytes; warnings are issued, errors raised.
pub(crate) fn compile(rt: &Rt, source: &[u8], request: &Request) -> PyResult<Ref<Code>> {
    let compiled = compile_module(rt, source, request)?;
    Ok(rt.code(Arc::new(compiled.code)))
}

/// As [`compile`], of what a program gave.
pub(crate) fn compile_given(rt: &Rt, given: &Given, request: &Request) -> PyResult<Ref<Code>> {
    match try_compile(rt, given, request) {
        Ok(compiled) => compiled,
        Err(error) => Err(raise(rt, &error, given.bytes(), &request.filename)),
    }
}

/// As [`compile_given`], an error of the compiler's being given as such; warnings made errors are raised.
pub(crate) fn try_compile(
    rt: &Rt,
    given: &Given,
    request: &Request,
) -> Result<PyResult<Ref<Code>>, Box<CompileError>> {
    let source = given.decode()?;
    let compiled = hognose_compile::compile_decoded(&source, &options(rt, request))?;
    let finished = finish(rt, compiled, given.bytes(), request);
    Ok(finished.map(|compiled| rt.code(Arc::new(compiled.code))))
}

/// As [`compile`], without making a value of the result.
pub(crate) fn compile_module(rt: &Rt, source: &[u8], request: &Request) -> PyResult<Compiled> {
    match hognose_compile::compile_source(source, &options(rt, request)) {
        Ok(compiled) => finish(rt, compiled, source, request),
        Err(error) => Err(match &*error {
            CompileError::Source(problem) if request.is_script => {
                refuse_script(rt, problem, source, &request.filename)
            }
            _ => raise(rt, &error, source, &request.filename),
        }),
    }
}

/// The error of a script that cannot be decoded, which CPython reads line by line.
fn refuse_script(rt: &Rt, problem: &SourceError, source: &[u8], filename: &str) -> Raised {
    let message = problem.script_message(filename);
    let class = &rt.types.syntax_error;
    let Some(before) = source.split(|byte| *byte == 0).next() else {
        return rt.raise(class, &message);
    };
    if *problem != SourceError::NulByte {
        return rt.raise(class, &message);
    }
    let lines: Vec<&[u8]> = before.split(|byte| *byte == b'\n').collect();
    let text = lines.last().map(|line| String::from_utf8_lossy(line));
    let line = lines.len() as i64;
    rt.syntax_error_at(
        class,
        &SyntaxErrorParts {
            message: &message,
            filename,
            line,
            offset: 0,
            text: text.as_deref(),
            end_line: line,
            end_offset: Some(0),
            placed: Placed::InArgs,
        },
    )
}

fn options(rt: &Rt, request: &Request) -> Options {
    Options {
        filename: request.filename.as_str().into(),
        mode: request.mode,
        optimise: request
            .optimise
            .unwrap_or_else(|| crate::sys::settings(rt).optimize),
        future_flags: request.future_flags,
        top_level_await: request.top_level_await,
        calls: request.calls,
        is_file: request.is_file,
        prompt: request.prompt,
        ..Options::default()
    }
}

/// Issues the warnings of what was compiled.
fn finish(rt: &Rt, mut compiled: Compiled, source: &[u8], request: &Request) -> PyResult<Compiled> {
    for warning in compiled.warnings.drain(..) {
        warn(rt, warning, source, request)?;
    }
    Ok(compiled)
}

/// Issues a warning; made an error, it is a SyntaxError with a place (`compiler_warn`).
fn warn(rt: &Rt, warning: Warning, source: &[u8], request: &Request) -> PyResult<()> {
    let category = &rt.types.syntax_warning;
    let (filename, line) = (&request.filename, i64::from(warning.loc.line));
    match crate::warn_explicit(rt, category, &warning.message, filename, line) {
        Err(raised) if raised.is(rt, category) => {
            Err(raise(rt, &CompileError::from(warning), source, filename))
        }
        issued => issued,
    }
}

/// The text of what a program gave.
pub(crate) fn decode<'s>(rt: &Rt, given: &'s Given, filename: &str) -> PyResult<Source<'s>> {
    let decoded = given.decode();
    decoded.map_err(|error| raise(rt, &error, given.bytes(), filename))
}

/// The tree of decoded source; warnings are issued, errors raised.
pub(crate) fn parse<'a>(
    rt: &Rt,
    source: &'a Source<'a>,
    request: &Request,
    arena: &'a mut Bump,
    names: &mut Names,
) -> PyResult<Mod<'a>> {
    match hognose_compile::parse_source(source, &options(rt, request), arena, names) {
        Ok(parsed) => {
            for warning in parsed.warnings {
                warn(rt, warning.into(), source.text.as_bytes(), request)?;
            }
            Ok(parsed.tree)
        }
        Err(error) => Err(raise(rt, &error, source.text.as_bytes(), &request.filename)),
    }
}

/// Compiles a tree, which is changed on the way.
pub(crate) fn compile_tree<'a>(
    rt: &Rt,
    tree: &mut Mod<'a>,
    names: &mut Names,
    arena: &'a mut Bump,
    request: &Request,
) -> PyResult<Ref<Code>> {
    match hognose_compile::compile_tree(tree, names, arena, &options(rt, request)) {
        Ok(compiled) => {
            let compiled = finish(rt, compiled, b"", request)?;
            Ok(rt.code(Arc::new(compiled.code)))
        }
        Err(error) => Err(raise(rt, &error, b"", &request.filename)),
    }
}

/// The exception that a compile error is.
#[cold]
pub(crate) fn raise(rt: &Rt, error: &CompileError, source: &[u8], filename: &str) -> Raised {
    // The compiler has no text any more: CPython looks the line up in the file of that name
    // (`PyErr_ProgramTextObject`), which may be missing or another.
    let file = matches!(error, CompileError::Syntax(_))
        .then(|| std::fs::read(filename).unwrap_or_default());
    let raised = error.raised(file.as_deref().unwrap_or(source));
    let class = match raised.kind {
        SyntaxErrorKind::Syntax => &rt.types.syntax_error,
        SyntaxErrorKind::Indentation => &rt.types.indentation_error,
        SyntaxErrorKind::Tab => &rt.types.tab_error,
        SyntaxErrorKind::Memory => return rt.memory_error(&raised.message),
        SyntaxErrorKind::Value | SyntaxErrorKind::Unicode | SyntaxErrorKind::Encode => {
            return rt.value_error(&raised.message);
        }
        SyntaxErrorKind::Recursion => return rt.recursion_error(raised.message),
        SyntaxErrorKind::System => return rt.system_error(raised.message),
    };
    if !raised.has_place() {
        return rt.raise(class, &raised.message);
    }
    rt.syntax_error_at(
        class,
        &SyntaxErrorParts {
            message: &raised.message,
            filename,
            line: i64::from(raised.line),
            offset: i64::from(raised.col.unwrap_or(0)),
            text: raised.text.as_deref(),
            end_line: i64::from(raised.end_line),
            end_offset: match error {
                CompileError::Syntax(_) => raised.end_col.map(i64::from),
                _ => Some(i64::from(raised.end_col.unwrap_or(0))),
            },
            placed: match error {
                CompileError::Syntax(refusal) if refusal.placed_later => Placed::InAttributes,
                CompileError::Source(_) if raised.line == 0 => Placed::InArgsWithoutEnd,
                _ => Placed::InArgs,
            },
        },
    )
}
