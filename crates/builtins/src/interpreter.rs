//! An interpreter: started, made to run a program, and ended.

use crate::compiling::{self, Given, Request};
use crate::import;
use crate::paths;
use crate::settings::Settings;
use crate::{functions, interactive, modules, report, sys, uncaught};
use hognose_object::code::Code;
use hognose_object::module::Module;
use hognose_object::tuple::List;
use hognose_object::{PyResult, Raised, Ref, Rt, StrExt, Value};
use std::io::Read;
use std::path::Path;

/// One Python, alone in its process.
pub struct Interpreter {
    rt: hognose_heap::Host<Rt>,
}

impl Interpreter {
    /// Starts: types, builtins, `sys`, the import system and the standard streams.
    pub fn new(settings: Settings) -> Result<Interpreter, String> {
        Interpreter::with_stats(settings, false)
    }

    /// As [`Interpreter::new`]; what the executor does is counted if asked for.
    pub fn with_stats(settings: Settings, count: bool) -> Result<Interpreter, String> {
        let rt = Rt::with_hash_keys(hash_keys(settings.hash_seed));
        hognose_vm::install(&rt);
        if count {
            hognose_vm::count(&rt);
        }
        let started = start(&rt, settings);
        match started {
            Ok(()) => Ok(Interpreter { rt }),
            Err(raised) => Err(rt.render_exception(&raised.0)),
        }
    }

    /// What was counted, for people; nothing unless it was asked for.
    pub fn stats(&self) -> Option<String> {
        hognose_vm::counted(&self.rt)
    }

    /// Tells how large the native stack is that this runs on.
    pub fn guard_stack(&self, size: usize) {
        self.rt.guard_stack(size);
    }

    /// Runs `-c` code; how it ended.
    pub fn run_command(&self, code: &str) -> Ended {
        self.finish(|rt, main| {
            let request = Request {
                is_file: false,
                ..Request::script("<string>")
            };
            let code = compiling::compile_given(rt, &Given::Text(code.to_owned()), &request)?;
            run_main(rt, &code, main)
        })
    }

    /// Runs a script, a .pyc file, or a folder or zip file with a `__main__`; how it ended.
    ///
    /// `Err` says in one line why there is nothing to run.
    pub fn run_path(&self, path: &Path) -> Result<Ended, String> {
        let rt = &*self.rt;
        // Tracebacks and `__file__` show the whole path, as CPython's do since 3.9.
        let path = &*std::path::absolute(path)
            .or_else(|_| std::env::current_dir())
            .unwrap_or_else(|_| path.to_owned());
        if path.is_dir() || import::is_zip(path) {
            let Some(_) = import::main_in(rt, path) else {
                return Err(format!(
                    "can't find '__main__' module in '{}'",
                    path.display()
                ));
            };
            put_first(rt, paths::from_path(rt, path));
            return Ok(self.finish(|rt, _| run_named(rt, "__main__", path)));
        }
        let bytes = std::fs::read(path).map_err(|e| {
            format!(
                "can't open file '{}': [Errno {}] {}",
                path.display(),
                e.raw_os_error().unwrap_or(0),
                os_text(&e)
            )
        })?;
        if path.extension().is_some_and(|e| e == "pyc") || is_pyc(&bytes) {
            let code = check_pyc(rt, &bytes, path)?;
            return Ok(self.finish(|rt, main| {
                main.set(rt, "__file__", paths::from_path(rt, path));
                main.set(rt, "__cached__", Value::NONE);
                let name = rt.names.main_.as_value().clone();
                main.set(rt, "__loader__", import::sourceless_loader(rt, &name, path));
                run_main(rt, &code, main)
            }));
        }
        let bytes = self.without_first_line(bytes);
        Ok(self.finish(|rt, main| {
            let shown = paths::from_path(rt, path);
            main.set(rt, "__file__", shown);
            main.set(rt, "__cached__", Value::NONE);
            let name = rt.names.main_.as_value().clone();
            main.set(rt, "__loader__", import::source_loader(rt, &name, path));
            let request = Request::script(path.to_string_lossy());
            let compiled = compiling::compile_module(rt, &bytes, &request)?;
            let code = import::named(rt, compiled.code.into(), &paths::py_str(path));
            run_main(rt, &code, main)
        }))
    }

    /// Runs a module as a program (`-m`); how it ended.
    pub fn run_module(&self, name: &str) -> Ended {
        self.finish(|rt, _| {
            // runpy is the standard library's own account of it; without it, what is native is done natively.
            match import::import_module(rt, "runpy") {
                Ok(runpy) => {
                    let run = rt.getattr_str(&runpy, "_run_module_as_main")?;
                    rt.call(&run, &[rt.str(name).into_value()]).map(|_| ())
                }
                Err(raised) if raised.is(rt, &rt.types.module_not_found_error) => {
                    run_module_natively(rt, name)
                }
                Err(raised) => Err(raised),
            }
        })
    }

    /// Runs the program that standard input gives, statement by statement when a person types it.
    pub fn run_stdin(&self) -> Ended {
        if interactive::is_interactive(&self.rt) {
            if !sys::settings(&self.rt).quiet {
                interactive::greet(&self.rt);
            }
            return self.finish_as(Inspect::No, |rt, main| {
                interactive::prepare(rt, main);
                interactive::run(rt, main)
            });
        }
        let mut source = Vec::new();
        if let Err(error) = std::io::stdin().read_to_end(&mut source) {
            crate::write_stderr(&self.rt, &format!("can't read standard input: {error}\n"));
            return Ended::Status(1);
        }
        let source = self.without_first_line(source);
        self.finish(|rt, main| {
            main.set(rt, "__file__", rt.str("<stdin>"));
            let code = compiling::compile(rt, &source, &Request::script("<stdin>"))?;
            run_main(rt, &code, main)
        })
    }

    /// The source as `-x` asks for it: of the first line the end alone is left, so that lines keep their numbers.
    fn without_first_line(&self, source: Vec<u8>) -> Vec<u8> {
        if !sys::settings(&self.rt).skip_first_line {
            return source;
        }
        let end = source.iter().position(|byte| *byte == b'\n');
        source
            .get(end.unwrap_or(source.len())..)
            .unwrap_or_default()
            .to_vec()
    }

    /// Runs a program in `__main__`, reports what it raised, ends the interpreter, and says how.
    fn finish(&self, program: impl FnOnce(&Rt, &Ref<Module>) -> PyResult<()>) -> Ended {
        self.finish_as(Inspect::Asked, program)
    }

    fn finish_as(
        &self,
        inspect: Inspect,
        program: impl FnOnce(&Rt, &Ref<Module>) -> PyResult<()>,
    ) -> Ended {
        let rt = &*self.rt;
        let main = main_module(rt);
        let mut raised = main.and_then(|main| program(rt, &main)).err();
        if inspect == Inspect::Asked && wants_prompt(rt) {
            if let Some(raised) = &raised {
                print_uncaught(rt, raised);
            }
            raised = prompt(rt).err();
        }
        let mut ended = raised.map_or(Ended::Status(0), |raised| ended_by(rt, &raised));
        modules::thread::wait_for_threads(rt);
        modules::atexit::run(rt);
        sys::set_finalizing(rt);
        let tells_leaks = !sys::settings(rt).warn_options.is_empty();
        if rt.has_finalizers.get() || tells_leaks {
            end_modules(rt);
        }
        modules::io::finish(rt);
        if flush(rt).is_err() && ended != Ended::Interrupted {
            ended = Ended::Status(120);
        }
        ended
    }
}

/// Puts an entry in front of `sys.path`.
fn put_first(rt: &Rt, entry: Value) {
    let path = sys::get(rt, "path");
    if let Some(list) = path.as_ref().and_then(|p| p.downcast_ref::<List>()) {
        list.items.borrow_mut().insert(0, entry);
    }
}

/// The signal for a file that grows too large.
const SIGXFSZ: usize = 25;

/// How a program ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// With that exit status.
    Status(i32),
    /// By Ctrl-C, which its parent is to see.
    Interrupted,
}

/// Whether a prompt may follow the program.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inspect {
    No,
    /// If `-i` or `PYTHONINSPECT` says so (`pymain_repl`).
    Asked,
}

fn wants_prompt(rt: &Rt) -> bool {
    let settings = sys::settings(rt);
    let asked = || {
        let os = rt.modules.get_str(rt, &rt.intern("os"))?;
        let environment = rt.getattr_str(&os, "environ").ok()?;
        let name = rt.str("PYTHONINSPECT").into_value();
        let value = rt
            .call_method(&environment, &rt.intern("get"), &[name])
            .ok()?;
        rt.truth(&value).ok()
    };
    let asked_before = settings.inspect && interactive::is_interactive(rt);
    asked_before
        || (!settings.ignore_environment
            && interactive::is_interactive(rt)
            && asked().unwrap_or(false))
}

/// Lets a person look at what a program left.
fn prompt(rt: &Rt) -> PyResult<()> {
    let found = rt.modules.get_str(rt, &rt.names.main_);
    let main = match found.as_ref().and_then(|main| main.downcast::<Module>()) {
        Some(main) => main.clone(),
        None => main_module(rt)?,
    };
    interactive::prepare(rt, &main);
    interactive::run(rt, &main)
}

/// Lets the modules go, the program's own first, so that finalisers run (`finalize_modules`).
fn end_modules(rt: &Rt) {
    for name in ["last_exc", "last_type", "last_value", "last_traceback"] {
        sys::set(rt, name, Value::NONE);
    }
    rt.method_cache.clear();
    drop(rt.modules.remove_str(rt, &rt.intern("__main__")));
    hognose_heap::collect();
    let kept = ["sys", "builtins"];
    let others = rt.modules.snapshot().into_iter().filter_map(|(name, _)| {
        let name = name.downcast::<hognose_object::Str>()?;
        (!kept.iter().any(|k| name.is_text(k))).then(|| name.clone())
    });
    for name in others.collect::<Vec<_>>() {
        drop(rt.modules.remove_str(rt, &name));
    }
    hognose_heap::collect();
}

/// The keys that `PYTHONHASHSEED` stands for (`_Py_HashRandomization_Init`); without it, any.
fn hash_keys(seed: Option<u32>) -> (u64, u64) {
    let mut bytes = [0; 16];
    match seed {
        Some(0) => (),
        Some(seed) => {
            // The generator of `lcg_urandom`.
            let mut x = seed;
            for byte in &mut bytes {
                x = x.wrapping_mul(214_013).wrapping_add(2_531_011);
                *byte = (x >> 16) as u8;
            }
        }
        None => {
            // The standard library seeds its own hash maps from the system's randomness.
            use std::hash::{BuildHasher, RandomState};
            bytes[..8].copy_from_slice(&RandomState::new().hash_one(0).to_le_bytes());
            bytes[8..].copy_from_slice(&RandomState::new().hash_one(1).to_le_bytes());
        }
    }
    let half = |at: usize| {
        bytes[at..at + 8]
            .iter()
            .rev()
            .fold(0, |acc, &b| acc << 8 | u64::from(b))
    };
    (half(0), half(8))
}

fn os_text(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error")
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn start(rt: &Rt, settings: Settings) -> PyResult<()> {
    functions::install(rt);
    uncaught::install(rt);
    rt.interrupt.set(modules::thread::attend);
    let site = !settings.no_site && settings.stdlib.is_some();
    let has_filters = !settings.warn_options.is_empty() && settings.stdlib.is_some();
    sys::install(rt, settings)?;
    import::install(rt)?;
    modules::install(rt)?;
    // Writing past a limit is an error, and no death (`_PyRuntime_Initialize`).
    let _ = hognose_heap::signals::set(SIGXFSZ, hognose_heap::signals::Disposition::Ignore);
    // Ctrl-C is an exception for programs that never import it, too.
    import::import_module(rt, "_signal")?;
    if has_filters {
        // It reads the options; what is native knows the default filters alone.
        import::import_module(rt, "warnings")?;
    }
    let first = sys::settings(rt).path_first.clone();
    if site {
        modules::site(rt)?;
    }
    // What `site` imports is never the program's own (`pymain_run_python`).
    if let Some(first) = first {
        put_first(rt, paths::from_path(rt, first.as_ref()));
    }
    Ok(())
}

fn is_pyc(bytes: &[u8]) -> bool {
    matches!(bytes, [_, _, b'\r', b'\n', ..])
        && hognose_pyc::Header::read(bytes).is_ok_and(|h| h.version().is_ok())
}

/// The code of a .pyc file to be run, or one line that says what is wrong with it.
fn check_pyc(rt: &Rt, bytes: &[u8], path: &Path) -> Result<Ref<Code>, String> {
    let version = hognose_version::Version::DEFAULT;
    hognose_pyc::check_magic(bytes, Some(version))
        .and_then(|()| import::code_of_pyc(rt, bytes, None))
        .map_err(|problem| format!("{}: {problem}", path.display()))
}

fn main_module(rt: &Rt) -> PyResult<Ref<Module>> {
    let main = rt.module("__main__");
    main.dict
        .set_str(rt, &rt.names.builtins_, crate::builtins_module(rt));
    main.dict
        .set_str(rt, &rt.names.annotations_, rt.dict().into_value());
    let (loader, _) = import::finders(rt);
    main.dict.set_str(rt, &rt.names.loader_, loader);
    rt.modules
        .set_str(rt, &rt.names.main_, main.as_value().clone());
    Ok(main)
}

pub(crate) fn run_main(rt: &Rt, code: &Ref<Code>, main: &Ref<Module>) -> PyResult<()> {
    hognose_vm::run_code(rt, code, &main.dict, main.dict.as_value()).map(|_| ())
}

/// Runs the `__main__` of a folder or zip file.
fn run_named(rt: &Rt, name: &str, path: &Path) -> PyResult<()> {
    let Some(located) = import::main_in(rt, path) else {
        return Err(rt.import_error(format!(
            "can't find '__main__' module in '{}'",
            path.display()
        )));
    };
    let name = rt.intern(name);
    let (spec, code) = import::located_program(rt, &name, &located)?;
    let main = main_module(rt)?;
    main.set(rt, "__cached__", Value::NONE);
    import::set_module_attributes(rt, main.as_value(), &spec)?;
    run_main(rt, &code, &main)
}

/// `-m` without `runpy`: the module, or the package's `__main__`.
fn run_module_natively(rt: &Rt, name: &str) -> PyResult<()> {
    let (parent, _) = name.rsplit_once('.').unwrap_or(("", name));
    if !parent.is_empty() {
        import::import_module(rt, parent)?;
    }
    let (spec, code) = import::program(rt, name)?;
    let main = main_module(rt)?;
    import::set_module_attributes(rt, main.as_value(), &spec)?;
    main.dict
        .set_str(rt, &rt.names.name_, rt.names.main_.as_value().clone());
    let origin = rt.getattr_str(&spec, "origin")?;
    if let Some(argv) = sys::get(rt, "argv")
        .as_ref()
        .and_then(|a| a.downcast_ref::<List>())
        && let Some(first) = argv.items.borrow_mut().first_mut()
    {
        *first = origin;
    }
    run_main(rt, &code, &main)
}

/// How an exception ends the program; anything but SystemExit is reported (`handle_system_exit`).
fn ended_by(rt: &Rt, raised: &Raised) -> Ended {
    if raised.is(rt, &rt.types.system_exit) {
        let code = rt.getattr(&raised.0, &rt.names.code).unwrap_or(Value::NONE);
        if code.is_none() {
            return Ended::Status(0);
        }
        if let Some(i) = rt.as_int(&code) {
            return Ended::Status(i.to_i64().map_or_else(
                || {
                    report(
                        rt,
                        &rt.overflow_error("Python int too large to convert to C long"),
                    );
                    0xff
                },
                |i| i as i32 & 0xff,
            ));
        }
        if let Ok(text) = rt.str_of(&code) {
            let line = rt.str_concat(&text, &rt.str("\n"));
            crate::write_stderr_text(rt, &line);
        }
        return Ended::Status(1);
    }
    print_uncaught(rt, raised);
    if raised.is(rt, &rt.types.module_not_found_error) && sys::settings(rt).stdlib.is_none() {
        crate::write_stderr(rt, &format!("hognose: {}\n", crate::StdlibError::NotFound));
    }
    if raised.is(rt, &rt.types.keyboard_interrupt) {
        Ended::Interrupted
    } else {
        Ended::Status(1)
    }
}

/// Gives an uncaught exception to `sys.excepthook`.
pub(crate) fn print_uncaught(rt: &Rt, raised: &Raised) {
    let traceback = || rt.getattr(&raised.0, &rt.names.traceback_);
    for (name, value) in [
        ("last_exc", raised.0.clone()),
        ("last_type", rt.type_of(&raised.0).as_value().clone()),
        ("last_value", raised.0.clone()),
        ("last_traceback", traceback().unwrap_or(Value::NONE)),
    ] {
        sys::set(rt, name, value);
    }
    let hook = sys::get(rt, "excepthook");
    let original = sys::get(rt, "__excepthook__");
    match (hook, original) {
        (Some(hook), Some(original)) if !hook.is(&original) => {
            let class = rt.type_of(&raised.0).as_value().clone();
            let traceback = rt
                .getattr(&raised.0, &rt.names.traceback_)
                .unwrap_or(Value::NONE);
            if let Err(second) = rt.call(&hook, &[class, raised.0.clone(), traceback]) {
                crate::write_stderr(rt, "Error in sys.excepthook:\n");
                report(rt, &second);
                crate::write_stderr(rt, "\nOriginal exception was:\n");
                report(rt, raised);
            }
        }
        _ => report(rt, raised),
    }
}

fn flush(rt: &Rt) -> PyResult<()> {
    let mut result = Ok(());
    for name in ["stdout", "stderr"] {
        // A stream that the program closed was flushed by that (`flush_std_files`).
        let is_closed = |stream: &Value| {
            let closed = rt.getattr_str(stream, "closed");
            closed.and_then(|closed| rt.truth(&closed)).unwrap_or(false)
        };
        if let Some(stream) = sys::get(rt, name).filter(|s| !s.is_none() && !is_closed(s))
            && let Err(raised) = rt.call_method(&stream, &rt.names.flush, &[])
        {
            if name == "stdout" {
                (rt.unraisable.get())(rt, &raised, "", &stream);
            }
            result = Err(raised);
        }
    }
    result
}
