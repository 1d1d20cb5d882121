//! `resource`: limits and usage (`Modules/resource.c`).

use crate::struct_seq;
use hognose_heap::process;
use hognose_object::module::Module;
use hognose_object::{Args, Call, NativeDef, PyResult, Ref, Rt, TypeObj, TypeSpec, Value};
use rustix::process::{self as sys, Resource, Rlimit};

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "getrusage",
        "($module, who, /)",
        Call::One(|rt, module, who| {
            let who = rt.index_i64(who)?;
            let found = process::resource_usage(who as i32).map_err(|error| {
                if error.raw_os_error() == Some(libc::EINVAL) {
                    rt.value_error("invalid who parameter")
                } else {
                    rt.os_error_from(&error, None)
                }
            })?;
            usage(rt, &rt.getattr_str(module, "struct_rusage")?, found)
        }),
    ),
    NativeDef::new("getrlimit", "($module, resource, /)", Call::One(get_limit)),
    NativeDef::new(
        "setrlimit",
        "($module, resource, limits, /)",
        Call::Many(|rt, _, args| {
            let given = rt.positional("setrlimit", args, 2, 2)?;
            let kind = kind(rt, &given[0])?;
            let new = limits(rt, &given[1])?;
            sys::setrlimit(kind, new).map_err(|e| refused(rt, e))?;
            Ok(Value::NONE)
        }),
    ),
    NativeDef::new("prlimit", "", Call::Many(process_limit)),
    NativeDef::new(
        "getpagesize",
        "($module, /)",
        Call::Zero(|rt, _| Ok(rt.int_from_usize(rustix::param::page_size()))),
    ),
];

const KINDS: [(&str, Resource); 16] = [
    ("RLIMIT_CPU", Resource::Cpu),
    ("RLIMIT_FSIZE", Resource::Fsize),
    ("RLIMIT_DATA", Resource::Data),
    ("RLIMIT_STACK", Resource::Stack),
    ("RLIMIT_CORE", Resource::Core),
    ("RLIMIT_RSS", Resource::Rss),
    ("RLIMIT_NPROC", Resource::Nproc),
    ("RLIMIT_NOFILE", Resource::Nofile),
    ("RLIMIT_MEMLOCK", Resource::Memlock),
    ("RLIMIT_AS", Resource::As),
    ("RLIMIT_OFILE", Resource::Nofile),
    ("RLIMIT_SIGPENDING", Resource::Sigpending),
    ("RLIMIT_MSGQUEUE", Resource::Msgqueue),
    ("RLIMIT_NICE", Resource::Nice),
    ("RLIMIT_RTPRIO", Resource::Rtprio),
    ("RLIMIT_RTTIME", Resource::Rttime),
];

static USAGE: TypeSpec = struct_seq::spec("resource.struct_rusage");

/// A `struct_rusage` of what was used.
pub(super) fn usage(rt: &Rt, class: &Value, (seconds, counts): ([f64; 2], [i64; 14])) -> PyResult {
    let Some(class) = class.downcast::<TypeObj>() else {
        return Err(rt.system_error("resource.struct_rusage is no type"));
    };
    let times = seconds.into_iter().map(|s| rt.float(s));
    let items = times.chain(counts.into_iter().map(|n| rt.int(n)));
    Ok(struct_seq::make(rt, class, items.collect(), Vec::new()))
}

fn refused(rt: &Rt, error: rustix::io::Errno) -> hognose_object::Raised {
    match error {
        rustix::io::Errno::INVAL => rt.value_error("current limit exceeds maximum limit"),
        rustix::io::Errno::PERM => rt.value_error("not allowed to raise maximum limit"),
        error => rt.os_error_from(&error.into(), None),
    }
}

fn kind(rt: &Rt, value: &Value) -> PyResult<Resource> {
    let number = rt.index_i64(value)?;
    let found = KINDS.iter().find(|(_, kind)| *kind as i64 == number);
    found
        .map(|(_, kind)| *kind)
        .ok_or_else(|| rt.value_error("invalid resource specified"))
}

fn shown(rt: &Rt, limit: Rlimit) -> Value {
    let one = |limit: Option<u64>| limit.map_or(rt.int(-1), |n| rt.int(n as i64));
    rt.tuple([one(limit.current), one(limit.maximum)])
        .into_value()
}

fn limits(rt: &Rt, value: &Value) -> PyResult<Rlimit> {
    let row = rt.collect(value)?;
    let [current, maximum] = row.as_slice() else {
        return Err(rt.value_error("expected a tuple of 2 integers"));
    };
    let one =
        |value: &Value| -> PyResult<Option<u64>> { Ok(u64::try_from(rt.index_i64(value)?).ok()) };
    Ok(Rlimit {
        current: one(current)?,
        maximum: one(maximum)?,
    })
}

fn get_limit(rt: &Rt, _: &Value, value: &Value) -> PyResult {
    Ok(shown(rt, sys::getrlimit(kind(rt, value)?)))
}

fn process_limit(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("prlimit", args, 2, 3)?;
    let pid = rt.index_i64(&given[0])?;
    let kind = kind(rt, &given[1])?;
    let own = pid == 0 || pid == i64::from(std::process::id());
    let old = match (given.get(2), own) {
        (None, true) => return Ok(shown(rt, sys::getrlimit(kind))),
        (None, false) => {
            let error = std::io::Error::from_raw_os_error(libc::EPERM);
            return Err(rt.os_error_from(&error, None));
        }
        (Some(new), _) => {
            let new = limits(rt, new)?;
            sys::prlimit(sys::Pid::from_raw((pid as i32).max(0)), kind, new)
        }
    };
    Ok(shown(rt, old.map_err(|e| refused(rt, e))?))
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("resource", FUNCTIONS);
    module.set(rt, "error", rt.types.os_error.clone());
    let names = [
        "ru_utime",
        "ru_stime",
        "ru_maxrss",
        "ru_ixrss",
        "ru_idrss",
        "ru_isrss",
        "ru_minflt",
        "ru_majflt",
        "ru_nswap",
        "ru_inblock",
        "ru_oublock",
        "ru_msgsnd",
        "ru_msgrcv",
        "ru_nsignals",
        "ru_nvcsw",
        "ru_nivcsw",
    ];
    module.set(
        rt,
        "struct_rusage",
        struct_seq::class(rt, &USAGE, &names, &[]),
    );
    for (name, kind) in KINDS {
        module.set(rt, name, rt.int(kind as i64));
    }
    module.set(rt, "RLIM_INFINITY", rt.int(-1));
    module.set(rt, "RUSAGE_SELF", rt.int(0));
    module.set(rt, "RUSAGE_CHILDREN", rt.int(-1));
    module.set(rt, "RUSAGE_THREAD", rt.int(1));
    Ok(module)
}
