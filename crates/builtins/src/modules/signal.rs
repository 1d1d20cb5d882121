//! `_signal`: the numbers of signals, and their handlers (`Modules/signalmodule.c`).
//!
//! Handlers are kept and given back; the process's own dispositions stay as they are.

use hognose_object::module::Module;
use hognose_object::{Args, Call, NativeDef, PyResult, Ref, Rt, Value};
use std::cell::RefCell;

/// Linux's numbers and names (`signal.h`), with what `strsignal` says.
const SIGNALS: &[(i64, &str, &str)] = &[
    (1, "SIGHUP", "Hangup"),
    (2, "SIGINT", "Interrupt"),
    (3, "SIGQUIT", "Quit"),
    (4, "SIGILL", "Illegal instruction"),
    (5, "SIGTRAP", "Trace/breakpoint trap"),
    (6, "SIGABRT", "Aborted"),
    (7, "SIGBUS", "Bus error"),
    (8, "SIGFPE", "Floating point exception"),
    (9, "SIGKILL", "Killed"),
    (10, "SIGUSR1", "User defined signal 1"),
    (11, "SIGSEGV", "Segmentation fault"),
    (12, "SIGUSR2", "User defined signal 2"),
    (13, "SIGPIPE", "Broken pipe"),
    (14, "SIGALRM", "Alarm clock"),
    (15, "SIGTERM", "Terminated"),
    (16, "SIGSTKFLT", "Stack fault"),
    (17, "SIGCHLD", "Child exited"),
    (18, "SIGCONT", "Continued"),
    (19, "SIGSTOP", "Stopped (signal)"),
    (20, "SIGTSTP", "Stopped"),
    (21, "SIGTTIN", "Stopped (tty input)"),
    (22, "SIGTTOU", "Stopped (tty output)"),
    (23, "SIGURG", "Urgent I/O condition"),
    (24, "SIGXCPU", "CPU time limit exceeded"),
    (25, "SIGXFSZ", "File size limit exceeded"),
    (26, "SIGVTALRM", "Virtual timer expired"),
    (27, "SIGPROF", "Profiling timer expired"),
    (28, "SIGWINCH", "Window changed"),
    (29, "SIGIO", "I/O possible"),
    (30, "SIGPWR", "Power failure"),
    (31, "SIGSYS", "Bad system call"),
    (34, "SIGRTMIN", "Real-time signal 0"),
    (64, "SIGRTMAX", "Real-time signal 30"),
];

const NSIG: i64 = 65;

/// Handlers by signal number.
type Handlers = RefCell<Vec<Value>>;

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "default_int_handler",
        "($module, signalnum, frame, /)",
        Call::Many(|rt, _, args| {
            rt.positional("default_int_handler", args, 2, 2)?;
            Err(rt.raise_with(&rt.types.keyboard_interrupt, &[]))
        }),
    ),
    NativeDef::new(
        "signal",
        "($module, signalnum, handler, /)",
        Call::Many(signal),
    ),
    NativeDef::new(
        "getsignal",
        "($module, signalnum, /)",
        Call::One(|rt, _, number| {
            let number = checked(rt, number)?;
            Ok(with_handlers(rt, |h| h.borrow()[number].clone()))
        }),
    ),
    NativeDef::new(
        "strsignal",
        "($module, signalnum, /)",
        Call::One(|rt, _, number| {
            let number = checked(rt, number)? as i64;
            let found = SIGNALS.iter().find(|(n, _, _)| *n == number);
            Ok(found.map_or(Value::NONE, |(_, _, text)| rt.str(text).into_value()))
        }),
    ),
    NativeDef::new(
        "valid_signals",
        "($module, /)",
        Call::Zero(|rt, _| {
            let numbers = (1..NSIG).filter(|n| !matches!(n, 32 | 33));
            let numbers = rt.list(numbers.map(|n| rt.int(n)).collect()).into_value();
            rt.call(rt.types.set.as_value(), &[numbers])
        }),
    ),
    NativeDef::new("raise_signal", "($module, signalnum, /)", Call::One(raise)),
    NativeDef::new(
        "siginterrupt",
        "($module, signalnum, flag, /)",
        Call::Many(|rt, _, args| {
            let given = rt.positional("siginterrupt", args, 2, 2)?;
            checked(rt, &given[0])?;
            Ok(Value::NONE)
        }),
    ),
    NativeDef::new("set_wakeup_fd", "", Call::Many(|rt, _, _| Ok(rt.int(-1)))),
];

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("_signal", FUNCTIONS);
    for (number, name, _) in SIGNALS {
        module.set(rt, name, rt.int(*number));
    }
    for (name, number) in [
        ("SIGCLD", 17),
        ("SIGPOLL", 29),
        ("SIGIOT", 6),
        ("NSIG", NSIG),
        ("SIG_DFL", 0),
        ("SIG_IGN", 1),
        ("SIG_BLOCK", 0),
        ("SIG_UNBLOCK", 1),
        ("SIG_SETMASK", 2),
        ("ITIMER_REAL", 0),
        ("ITIMER_VIRTUAL", 1),
        ("ITIMER_PROF", 2),
    ] {
        module.set(rt, name, rt.int(number));
    }
    module.set(rt, "ItimerError", rt.types.os_error.clone());
    let mut handlers = vec![rt.int(0); NSIG as usize];
    handlers[2] = rt.getattr_str(module.as_value(), "default_int_handler")?;
    // Python ignores broken pipes, as Rust's start-up does.
    handlers[13] = rt.int(1);
    let handlers: Handlers = RefCell::new(handlers);
    rt.module_state
        .borrow_mut()
        .insert("_signal", Box::new(handlers));
    Ok(module)
}

fn with_handlers(rt: &Rt, f: impl FnOnce(&Handlers) -> Value) -> Value {
    let state = rt.module_state.borrow();
    match state.get("_signal").and_then(|s| s.downcast_ref()) {
        Some(handlers) => f(handlers),
        None => Value::NONE,
    }
}

fn checked(rt: &Rt, number: &Value) -> PyResult<usize> {
    match rt.index_i64(number)? {
        n @ 1..NSIG => Ok(n as usize),
        _ => Err(rt.value_error("signal number out of range")),
    }
}

fn signal(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("signal", args, 2, 2)?;
    let number = checked(rt, &given[0])?;
    let handler = match rt.as_int(&given[1]).and_then(|i| i.to_i64()) {
        Some(n @ 0..=1) => rt.int(n),
        _ if rt.type_of(&given[1]).slots.call.get().is_some() => given[1].clone(),
        _ => {
            return Err(rt.type_error(
                "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object",
            ));
        }
    };
    if matches!(number, 9 | 19) {
        return Err(rt.os_error_from(&rustix::io::Errno::INVAL.into(), None));
    }
    Ok(with_handlers(rt, |h| {
        std::mem::replace(&mut h.borrow_mut()[number], handler)
    }))
}

/// Runs the handler that Python has set; a signal without one goes to the process.
fn raise(rt: &Rt, _: &Value, given: &Value) -> PyResult {
    let number = checked(rt, given)?;
    let handler = with_handlers(rt, |h| h.borrow()[number].clone());
    match handler.as_small_int() {
        Some(1) => return Ok(Value::NONE),
        Some(_) => {
            let sent = rustix::process::Signal::from_named_raw(number as i32)
                .ok_or(rustix::io::Errno::INVAL)
                .and_then(|signal| {
                    rustix::process::kill_process(rustix::process::getpid(), signal)
                });
            return sent
                .map(|()| Value::NONE)
                .map_err(|e| rt.os_error_from(&e.into(), None));
        }
        None => (),
    }
    rt.call(&handler, &[rt.int(number as i64), Value::NONE])?;
    Ok(Value::NONE)
}
