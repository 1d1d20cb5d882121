//! `_signal`: the numbers of signals, and their handlers (`Modules/signalmodule.c`).
//!
//! A signal is noted when it comes, and its handler runs in the main thread at the next safe point.

use crate::struct_seq;
use hognose_heap::signals::{self, Disposition, Received, Timer};
use hognose_object::module::Module;
use hognose_object::{
    Args, Call, NativeDef, PyResult, Raised, Ref, Rt, Signature, StrExt, TypeObj, TypeSpec, Value,
};
use hognose_vm::borrow_descriptor;
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

static SIGINFO: TypeSpec = struct_seq::spec("signal.struct_siginfo");

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
    NativeDef::new("set_wakeup_fd", "", Call::Many(set_wakeup_fd)),
    NativeDef::new("pause", "($module, /)", Call::Zero(pause)),
    NativeDef::new(
        "alarm",
        "($module, seconds, /)",
        Call::One(|rt, _, seconds| {
            let seconds = rt.index_i64(seconds)? as u32;
            Ok(rt.int(signals::alarm(seconds).into()))
        }),
    ),
    NativeDef::new(
        "setitimer",
        "($module, which, seconds, interval=0.0, /)",
        Call::Many(set_timer),
    ),
    NativeDef::new(
        "getitimer",
        "($module, which, /)",
        Call::One(|rt, _, which| {
            let which = rt.index_i64(which)? as i32;
            signals::timer(which)
                .map(|timer| timer_value(rt, timer))
                .map_err(|e| timer_failed(rt, &e))
        }),
    ),
    NativeDef::new("sigpending", "($module, /)", Call::Zero(pending)),
    NativeDef::new("sigwait", "($module, sigset, /)", Call::One(wait)),
    NativeDef::new("sigwaitinfo", "($module, sigset, /)", Call::One(wait_info)),
    NativeDef::new(
        "sigtimedwait",
        "($module, sigset, timeout, /)",
        Call::Many(timed_wait),
    ),
    NativeDef::new(
        "pthread_kill",
        "($module, thread_id, signalnum, /)",
        Call::Many(kill_thread),
    ),
    NativeDef::new(
        "pthread_sigmask",
        "($module, how, mask, /)",
        Call::Many(sigmask),
    ),
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
    let namespace = rt.dict();
    namespace.set_str(rt, &rt.names.module_, rt.str("signal").into_value());
    let bases = std::slice::from_ref(&rt.types.os_error);
    module.set(
        rt,
        "ItimerError",
        rt.new_class("itimer_error", bases, &namespace)?,
    );
    let names = [
        "si_signo",
        "si_code",
        "si_errno",
        "si_pid",
        "si_uid",
        "si_status",
        "si_band",
    ];
    let information = struct_seq::class(rt, &SIGINFO, &names, &[]);
    module.set(rt, "struct_siginfo", information);
    let mut handlers = vec![rt.int(0); NSIG as usize];
    for (number, handler) in handlers.iter_mut().enumerate().skip(1) {
        match signals::get(number) {
            Some(Disposition::Ignore) => *handler = rt.int(1),
            Some(Disposition::Default | Disposition::Catch) => (),
            Some(Disposition::Foreign) | None => *handler = Value::NONE,
        }
    }
    if handlers[SIGINT].as_small_int() == Some(0)
        && signals::set(SIGINT, Disposition::Catch).is_ok()
    {
        handlers[SIGINT] = rt.getattr_str(module.as_value(), "default_int_handler")?;
    }
    let handlers: Handlers = RefCell::new(handlers);
    rt.module_state
        .borrow_mut()
        .insert("_signal", Box::new(handlers));
    Ok(module)
}

/// Ctrl-C.
const SIGINT: usize = 2;

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

fn failed(rt: &Rt, error: &std::io::Error) -> Raised {
    rt.os_error_from(error, None)
}

fn signal(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("signal", args, 2, 2)?;
    let number = rt.index_i64(&given[0])?;
    let (handler, disposition) = match rt.as_int(&given[1]).and_then(|i| i.to_i64()) {
        Some(0) => (rt.int(0), Disposition::Default),
        Some(1) => (rt.int(1), Disposition::Ignore),
        _ if rt.type_of(&given[1]).slots.call.get().is_some() => {
            (given[1].clone(), Disposition::Catch)
        }
        _ => {
            return Err(rt.type_error(
                "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object",
            ));
        }
    };
    if !rt.is_main_thread() {
        return Err(rt.value_error("signal only works in main thread of the main interpreter"));
    }
    let number = checked(rt, &rt.int(number))?;
    rt.attend()?;
    signals::set(number, disposition).map_err(|e| failed(rt, &e))?;
    Ok(with_handlers(rt, |h| {
        std::mem::replace(&mut h.borrow_mut()[number], handler)
    }))
}

/// Sends a signal to this process, and looks after it.
fn raise(rt: &Rt, _: &Value, given: &Value) -> PyResult {
    let number = checked(rt, given)?;
    rustix::process::Signal::from_named_raw(number as i32)
        .ok_or(rustix::io::Errno::INVAL)
        .and_then(|signal| rustix::process::kill_process(rustix::process::getpid(), signal))
        .map_err(|e| failed(rt, &e.into()))?;
    rt.attend()?;
    Ok(Value::NONE)
}

/// Runs the handlers of the signals that came, in the main thread alone (`_PyErr_CheckSignalsTstate`).
pub(crate) fn run_handlers(rt: &Rt) -> PyResult<()> {
    if !rt.is_main_thread() {
        return Ok(());
    }
    while let Some(number) = signals::next_caught() {
        let handler = with_handlers(rt, |h| {
            h.borrow().get(number).cloned().unwrap_or(Value::NONE)
        });
        if handler.is_none() || handler.as_small_int().is_some() {
            continue;
        }
        let frame = rt.frame(0).map_or(Value::NONE, |f| f.into_value());
        if let Err(raised) = rt.call(&handler, &[rt.int(number as i64), frame]) {
            if signals::any_caught() {
                hognose_heap::request_attention();
            }
            return Err(raised);
        }
    }
    Ok(())
}

fn set_wakeup_fd(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "set_wakeup_fd",
        params: &["", "warn_on_full_buffer"],
        positional_only: 1,
        positional: 1,
        required: 1,
    };
    let [fd, _] = rt.bind(&SIGNATURE, args)?;
    let fd = fd.map_or(Ok(-1), |fd| rt.index_i64(fd))?;
    if !rt.is_main_thread() {
        return Err(
            rt.value_error("set_wakeup_fd only works in main thread of the main interpreter")
        );
    }
    let fd = i32::try_from(fd).unwrap_or(-1);
    if fd >= 0 {
        let is_blocking = borrow_descriptor(fd)
            .ok_or(rustix::io::Errno::BADF)
            .and_then(rustix::fs::fcntl_getfl)
            .map_err(|e| failed(rt, &e.into()))?;
        if !is_blocking.contains(rustix::fs::OFlags::NONBLOCK) {
            return Err(rt.value_error(format!("the fd {fd} must be in non-blocking mode")));
        }
    }
    Ok(rt.int(signals::set_wakeup_fd(fd).into()))
}

/// Waits for any signal.
fn pause(rt: &Rt, _: &Value) -> PyResult {
    let waited = rt.without_turn(|| rustix::event::poll(&mut [], None));
    rt.attend()?;
    match waited {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(Value::NONE),
        Err(error) => Err(failed(rt, &error.into())),
    }
}

fn sigmask(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("pthread_sigmask", args, 2, 2)?;
    let how = rt.index_i64(&given[0])? as i32;
    let numbers = signal_set(rt, &given[1])?;
    let before = signals::change_mask(how, &numbers).map_err(|e| failed(rt, &e))?;
    rt.attend()?;
    set_value(rt, before)
}

/// The numbers of an iterable of signals (`_Py_Sigset_Converter`).
fn signal_set(rt: &Rt, given: &Value) -> PyResult<Vec<usize>> {
    let mut numbers = Vec::new();
    let all = rt.iter(given)?;
    while let Some(number) = rt.next(&all)? {
        let number = rt.index(&number)?;
        match rt
            .as_int(&number)
            .and_then(|n| usize::try_from(n.to_i64()?).ok())
        {
            Some(n @ 1..signals::COUNT) => numbers.push(n),
            _ => {
                let shown = rt.repr(&number)?;
                return Err(rt.value_error(format!(
                    "signal number {} out of range [1; {}]",
                    shown.to_str(),
                    NSIG - 1
                )));
            }
        }
    }
    Ok(numbers)
}

fn set_value(rt: &Rt, numbers: Vec<usize>) -> PyResult {
    let numbers = numbers.into_iter().map(|n| rt.int_from_usize(n)).collect();
    rt.call(rt.types.set.as_value(), &[rt.list(numbers).into_value()])
}

fn timer_value(rt: &Rt, (first, interval): Timer) -> Value {
    rt.tuple([rt.float(first), rt.float(interval)]).into_value()
}

fn timer_failed(rt: &Rt, error: &std::io::Error) -> Raised {
    let plain = failed(rt, error);
    let class = rt
        .import_module("_signal")
        .and_then(|module| rt.getattr_str(&module, "ItimerError"));
    let arguments = rt.getattr_str(&plain.0, "args");
    match (class, arguments.and_then(|args| rt.collect(&args))) {
        (Ok(class), Ok(arguments)) => match rt.call(&class, &arguments) {
            Ok(made) => Raised(made),
            Err(raised) => raised,
        },
        _ => plain,
    }
}

fn set_timer(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("setitimer", args, 2, 3)?;
    let which = rt.index_i64(&given[0])? as i32;
    let first = rt.to_float(&given[1])?;
    let interval = given.get(2).map_or(Ok(0.0), |v| rt.to_float(v))?;
    signals::set_timer(which, (first, interval))
        .map(|before| timer_value(rt, before))
        .map_err(|e| timer_failed(rt, &e))
}

fn pending(rt: &Rt, _: &Value) -> PyResult {
    set_value(rt, signals::pending().map_err(|e| failed(rt, &e))?)
}

/// Waits for a signal of a set; a handler of another may run meanwhile and raise.
fn wait_until(
    rt: &Rt,
    numbers: &[usize],
    deadline: Option<std::time::Instant>,
) -> PyResult<Option<Received>> {
    loop {
        let left = deadline.map(|at| at.saturating_duration_since(std::time::Instant::now()));
        let waited = rt.without_turn(|| signals::wait_for(numbers, left));
        match waited {
            Ok(received) => return Ok(Some(received)),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => rt.attend()?,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(failed(rt, &error)),
        }
    }
}

fn wait(rt: &Rt, _: &Value, set: &Value) -> PyResult {
    let numbers = signal_set(rt, set)?;
    let received = wait_until(rt, &numbers, None)?;
    Ok(rt.int(received.map_or(0, |received| received.signal.into())))
}

fn information(rt: &Rt, received: &Received) -> PyResult {
    let module = rt.import_module("_signal")?;
    let class = rt.getattr_str(&module, "struct_siginfo")?;
    let Some(class) = class.downcast::<TypeObj>() else {
        return Err(rt.system_error("struct_siginfo is no class"));
    };
    let items = [
        received.signal.into(),
        received.code.into(),
        received.errno.into(),
        received.pid.into(),
        received.uid.into(),
        received.status.into(),
        0,
    ];
    let items = items.map(|number: i64| rt.int(number)).to_vec();
    Ok(struct_seq::make(rt, class, items, Vec::new()))
}

fn wait_info(rt: &Rt, _: &Value, set: &Value) -> PyResult {
    let numbers = signal_set(rt, set)?;
    match wait_until(rt, &numbers, None)? {
        Some(received) => information(rt, &received),
        None => Ok(Value::NONE),
    }
}

fn timed_wait(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("sigtimedwait", args, 2, 2)?;
    let numbers = signal_set(rt, &given[0])?;
    let seconds = rt.to_float(&given[1])?;
    let limit = std::time::Duration::try_from_secs_f64(seconds)
        .map_err(|_| rt.value_error("timeout must be non-negative"))?;
    match wait_until(rt, &numbers, std::time::Instant::now().checked_add(limit))? {
        Some(received) => information(rt, &received),
        None => Ok(Value::NONE),
    }
}

/// Sends a signal to the main thread, the only one that handlers run in, or to no thread with signal 0.
fn kill_thread(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("pthread_kill", args, 2, 2)?;
    rt.index_i64(&given[0])?;
    if rt.index_i64(&given[1])? == 0 {
        return Ok(Value::NONE);
    }
    raise(rt, &Value::NONE, &given[1])
}

/// Ends the process as Ctrl-C does a program that does not catch it (`exit_sigint`), so that its parent sees it.
pub fn end_by_interrupt() -> u8 {
    use rustix::process::{Signal, getpid, kill_process};
    let ended = signals::set(SIGINT, Disposition::Default).is_ok()
        && kill_process(getpid(), Signal::INT).is_ok();
    // Only where the signal is blocked is this reached.
    if ended { 130 } else { 1 }
}
