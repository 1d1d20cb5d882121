//! `compile`, `eval`, `exec` and `__import__`.

use super::text_argument;
use crate::compiling::{self, Given, Request};
use hognose_compile::{Mode, Prompt};
use hognose_object::code::Code;
use hognose_object::dict::Dict;
use hognose_object::module::Module;
use hognose_object::tuple::{Tuple, TupleExt};
use hognose_object::{Args, Call, NativeDef, PyResult, Ref, Rt, Signature, Str, StrExt, Value};

pub(super) const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "__import__",
        "($module, /, name, globals=None, locals=None, fromlist=(), level=0)",
        Call::Many(import),
    ),
    NativeDef::new(
        "compile",
        "($module, /, source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)",
        Call::Many(compile),
    ),
    NativeDef::new(
        "eval",
        "($module, source, globals=None, locals=None, /)",
        Call::Many(eval),
    ),
    NativeDef::new(
        "exec",
        "($module, source, globals=None, locals=None, /, *, closure=None)",
        Call::Many(exec),
    ),
];

fn import(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "__import__",
        params: &["name", "globals", "locals", "fromlist", "level"],
        positional_only: 0,
        positional: 5,
        required: 1,
    };
    let [name, globals, _, from, level] = rt.bind(&SIGNATURE, args)?;
    let none = Value::NONE;
    let name = text_argument(rt, name.unwrap_or(&none), "__import__() argument 1")?;
    let level = level.map_or(Ok(0), |v| rt.index_i64(v))?;
    crate::import::import(
        rt,
        name,
        globals.unwrap_or(&none),
        from.unwrap_or(&none),
        level,
    )
}

const ONLY_AST: i64 = 0x400;
const DONT_IMPLY_DEDENT: i64 = 0x200;
const TOP_LEVEL_AWAIT: i64 = 0x2000;
const TYPE_COMMENTS: i64 = 0x1000;
const INCOMPLETE_INPUT: i64 = 0x4000;
const FUTURE: i64 = 0x1fe_0000;

fn compile(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "compile",
        params: &[
            "source",
            "filename",
            "mode",
            "flags",
            "dont_inherit",
            "optimize",
            "_feature_version",
        ],
        positional_only: 0,
        positional: 6,
        required: 3,
    };
    let [
        source,
        filename,
        mode,
        flags,
        dont_inherit,
        optimize,
        feature_version,
    ] = rt.bind(&SIGNATURE, args)?;
    let none = Value::NONE;
    let filename = crate::paths::fs_text(rt, filename.unwrap_or(&none))?;
    let mode = text_argument(rt, mode.unwrap_or(&none), "compile() argument 'mode'")?
        .to_str()
        .into_owned();
    let flags = i64::from(flags.map_or(Ok(0), |v| rt.c_int(v))?);
    let known = ONLY_AST
        | DONT_IMPLY_DEDENT
        | TOP_LEVEL_AWAIT
        | TYPE_COMMENTS
        | INCOMPLETE_INPUT
        | FUTURE
        | 0x10;
    if flags & !known != 0 {
        return Err(rt.value_error("compile(): unrecognised flags"));
    }
    let optimize = optimize.map_or(Ok(-1), |v| rt.index_i64(v))?;
    if !(-1..=2).contains(&optimize) {
        return Err(rt.value_error("compile(): invalid optimize value"));
    }
    let feature_version = feature_version.map(|v| rt.index_i64(v)).transpose()?;
    let inherited = match dont_inherit {
        Some(v) if rt.truth(v)? => 0,
        _ => crate::frames::code_flags(rt) & FUTURE as u32,
    };
    let mode = match mode.as_str() {
        "exec" => Mode::Module,
        "eval" => Mode::Expression,
        "single" => Mode::Single,
        "func_type" => {
            return Err(rt.value_error("compile() mode 'func_type' requires flag PyCF_ONLY_AST"));
        }
        _ => {
            return Err(
                rt.value_error("compile() mode must be 'exec', 'eval', 'single' or 'func_type'")
            );
        }
    };
    let request = Request {
        mode,
        optimise: u8::try_from(optimize).ok(),
        future_flags: (flags & FUTURE) as u32 | inherited,
        top_level_await: flags & TOP_LEVEL_AWAIT != 0,
        feature_version: feature_version.filter(|minor| *minor >= 0),
        is_file: std::path::Path::new(&filename).is_file(),
        prompt: Prompt {
            tells_incomplete: flags & INCOMPLETE_INPUT != 0,
            keeps_blocks_open: flags & DONT_IMPLY_DEDENT != 0,
        },
        filename,
        ..Request::module("")
    };
    let source = source.unwrap_or(&none);
    if crate::modules::ast::is_tree(rt, source)? {
        if flags & ONLY_AST != 0 {
            return Ok(source.clone());
        }
        return crate::modules::ast::compile_tree(rt, source, &request);
    }
    if flags & ONLY_AST != 0 {
        return crate::modules::ast::parse(rt, &given_source(rt, source, "compile")?, &request);
    }
    let given = given_source(rt, source, "compile")?;
    Ok(compiling::compile_given(rt, &given, &request)?.into_value())
}

/// Source given as a string or as bytes (`_Py_SourceAsString`).
fn given_source(rt: &Rt, source: &Value, function: &str) -> PyResult<Given> {
    let given = if let Some(text) = source.downcast::<Str>() {
        Given::Text(compiling::encode_source(rt, text)?)
    } else if let Some(bytes) = rt.buffer_bytes(source) {
        Given::Bytes(bytes?)
    } else {
        let what = if function == "compile" {
            "a string, bytes or AST object"
        } else {
            "a string, bytes or code object"
        };
        return Err(rt.type_error(format!("{function}() arg 1 must be {what}")));
    };
    if given.bytes().contains(&0) {
        return Err(rt.raise(
            &rt.types.syntax_error,
            "source code string cannot contain null bytes",
        ));
    }
    Ok(given)
}

/// The namespaces that `eval` and `exec` were given, or those of the caller.
fn namespaces(
    rt: &Rt,
    name: &str,
    globals: Option<&Value>,
    locals: Option<&Value>,
) -> PyResult<(Ref<Dict>, Value)> {
    let given = |v: Option<&Value>| v.filter(|v| !v.is_none()).cloned();
    let (globals, locals) = match (given(globals), given(locals)) {
        (None, locals) => {
            let Some(dict) = crate::frames::globals(rt, 0) else {
                return Err(rt.system_error("globals and locals cannot be NULL"));
            };
            (dict, locals.map_or_else(|| crate::frames::locals(rt), Ok)?)
        }
        (Some(globals), locals) => {
            let Some(dict) = globals.downcast::<Dict>() else {
                let given = rt.type_name(&globals);
                let what = if name == "exec" {
                    format!("exec() globals must be a dict, not {given}")
                } else {
                    "globals must be a real dict; try eval(code, {}, mapping)".to_owned()
                };
                return Err(rt.type_error(what));
            };
            (dict.clone(), locals.unwrap_or_else(|| globals.clone()))
        }
    };
    let slots = &rt.type_of(&locals).slots;
    if slots.getitem.get().is_none() {
        let given = rt.type_name(&locals);
        return Err(rt.type_error(if name == "exec" {
            format!("locals must be a mapping or None, not {given}")
        } else {
            "locals must be a mapping".to_owned()
        }));
    }
    match globals.get_str(rt, &rt.names.builtins_) {
        None => drop(globals.set_str(rt, &rt.names.builtins_, crate::builtins_module(rt))),
        // CPython says so at the first look-up of a name.
        Some(given)
            if given.downcast_ref::<Dict>().is_none()
                && given.downcast_ref::<Module>().is_none() =>
        {
            let given = rt.type_name(&given);
            return Err(rt.type_error(format!("'{given}' object is not subscriptable")));
        }
        Some(_) => (),
    }
    Ok((globals, locals))
}

fn request(rt: &Rt, mode: Mode) -> Request {
    Request {
        mode,
        future_flags: crate::frames::code_flags(rt) & FUTURE as u32,
        is_file: false,
        ..Request::module("<string>")
    }
}

fn eval(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("eval", args, 1, 3)?;
    let (globals, locals) = namespaces(rt, "eval", given.get(1), given.get(2))?;
    if let Some(code) = given[0].downcast::<Code>() {
        if free_variables(code) != 0 {
            return Err(
                rt.type_error("code object passed to eval() may not contain free variables")
            );
        }
        return hognose_vm::run_code(rt, code, &globals, &locals);
    }
    // Leading spaces and tabs do not count.
    let blank = [' ', '\t'];
    let source = match given_source(rt, &given[0], "eval")? {
        Given::Text(text) => Given::Text(text.trim_start_matches(blank).to_owned()),
        Given::Bytes(bytes) => {
            let blanks = bytes
                .iter()
                .take_while(|&&c| blank.contains(&char::from(c)));
            let start = blanks.count();
            Given::Bytes(bytes[start..].to_vec())
        }
    };
    let code = compiling::compile_given(rt, &source, &request(rt, Mode::Expression))?;
    hognose_vm::run_code(rt, &code, &globals, &locals)
}

fn exec(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("exec", &Args::new(args.positional()), 1, 3)?;
    let closure = args.keyword("closure").filter(|v| !v.is_none());
    let (globals, locals) = namespaces(rt, "exec", given.get(1), given.get(2))?;
    if let Some(code) = given[0].downcast::<Code>() {
        let wanted = free_variables(code);
        if let Some(closure) = closure {
            if wanted == 0 {
                return Err(rt.type_error("cannot use a closure with this code object"));
            }
            let fits = closure.downcast_ref::<Tuple>().is_some_and(|cells| {
                cells.len() == wanted && cells.items().all(|c| rt.is_exact(&c, &rt.types.cell))
            });
            if !fits {
                return Err(rt.type_error(format!(
                    "code object requires a closure of exactly length {wanted}"
                )));
            }
            hognose_vm::run_code_with_closure(rt, code, &globals, &locals, closure.clone())?;
            return Ok(Value::NONE);
        }
        if wanted != 0 {
            return Err(
                rt.type_error("code object passed to exec() may not contain free variables")
            );
        }
        hognose_vm::run_code(rt, code, &globals, &locals)?;
        return Ok(Value::NONE);
    }
    if closure.is_some() {
        return Err(rt.type_error("closure argument can only be used if source is a code object"));
    }
    let source = given_source(rt, &given[0], "exec")?;
    let code = compiling::compile_given(rt, &source, &request(rt, Mode::Module))?;
    hognose_vm::run_code(rt, &code, &globals, &locals)?;
    Ok(Value::NONE)
}

fn free_variables(code: &Code) -> usize {
    code.object
        .localspluskinds
        .iter()
        .filter(|&kind| kind & hognose_bytecode::LocalKind::FREE != 0)
        .count()
}
