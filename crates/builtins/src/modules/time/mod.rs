//! `time`: clocks, calendars and sleeping (`Modules/timemodule.c`).

mod calendar;
mod format;
mod zone;

use crate::struct_seq;
use calendar::Broken;
use hognose_object::module::Module;
use hognose_object::tuple::{Tuple, TupleExt};
use hognose_object::{
    Args, Call, NativeDef, PyResult, Ref, Rt, Str, StrExt, TypeObj, TypeSpec, Value,
};
use rustix::time::{ClockId, Timespec, clock_getres, clock_gettime};
use std::time::{Duration, Instant};

static STRUCT_TIME: TypeSpec = struct_seq::spec("time.struct_time");

const NANOS: i128 = 1_000_000_000;

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "time",
        "",
        Call::Zero(|rt, _| Ok(seconds(rt, ClockId::Realtime))),
    ),
    NativeDef::new(
        "time_ns",
        "",
        Call::Zero(|rt, _| Ok(nanoseconds(rt, ClockId::Realtime))),
    ),
    NativeDef::new(
        "monotonic",
        "",
        Call::Zero(|rt, _| Ok(seconds(rt, ClockId::Monotonic))),
    ),
    NativeDef::new(
        "monotonic_ns",
        "",
        Call::Zero(|rt, _| Ok(nanoseconds(rt, ClockId::Monotonic))),
    ),
    NativeDef::new(
        "perf_counter",
        "",
        Call::Zero(|rt, _| Ok(seconds(rt, ClockId::Monotonic))),
    ),
    NativeDef::new(
        "perf_counter_ns",
        "",
        Call::Zero(|rt, _| Ok(nanoseconds(rt, ClockId::Monotonic))),
    ),
    NativeDef::new(
        "process_time",
        "",
        Call::Zero(|rt, _| Ok(seconds(rt, ClockId::ProcessCPUTime))),
    ),
    NativeDef::new(
        "process_time_ns",
        "",
        Call::Zero(|rt, _| Ok(nanoseconds(rt, ClockId::ProcessCPUTime))),
    ),
    NativeDef::new(
        "thread_time",
        "",
        Call::Zero(|rt, _| Ok(seconds(rt, ClockId::ThreadCPUTime))),
    ),
    NativeDef::new(
        "thread_time_ns",
        "",
        Call::Zero(|rt, _| Ok(nanoseconds(rt, ClockId::ThreadCPUTime))),
    ),
    NativeDef::new("sleep", "($module, object, /)", Call::One(sleep)),
    NativeDef::new(
        "gmtime",
        "",
        Call::Many(|rt, module, args| {
            let when = moment(rt, "gmtime", args, 0)?;
            struct_time(rt, module, &Broken::utc(when))
        }),
    ),
    NativeDef::new(
        "localtime",
        "",
        Call::Many(|rt, module, args| {
            let when = moment(rt, "localtime", args, 0)?;
            struct_time(rt, module, &zone::local(when))
        }),
    ),
    NativeDef::new(
        "mktime",
        "($module, object, /)",
        Call::One(|rt, _, given| {
            let broken = from_tuple(rt, "mktime", given)?;
            Ok(rt.float(zone::unix_time(&broken) as f64))
        }),
    ),
    NativeDef::new("strftime", "", Call::Many(strftime)),
    NativeDef::new("strptime", "", Call::Many(strptime)),
    NativeDef::new(
        "asctime",
        "",
        Call::Many(|rt, _, args| {
            let given = rt.positional("asctime", args, 0, 1)?;
            let broken = match given {
                [tuple] => checked(rt, from_tuple(rt, "asctime", tuple)?)?,
                _ => zone::local(now_seconds()),
            };
            Ok(rt.str(&format::asctime(&broken)).into_value())
        }),
    ),
    NativeDef::new(
        "ctime",
        "",
        Call::Many(|rt, _, args| {
            let when = moment(rt, "ctime", args, 0)?;
            Ok(rt.str(&format::asctime(&zone::local(when))).into_value())
        }),
    ),
    NativeDef::new(
        "tzset",
        "",
        Call::Zero(|rt, module| {
            if let Some(module) = module.downcast_ref::<Module>() {
                install_zone(rt, module);
            }
            Ok(Value::NONE)
        }),
    ),
    NativeDef::new(
        "get_clock_info",
        "($module, name, /)",
        Call::One(clock_info),
    ),
    NativeDef::new(
        "clock_gettime",
        "($module, clk_id, /)",
        Call::One(|rt, _, id| Ok(seconds(rt, clock(rt, id)?))),
    ),
    NativeDef::new(
        "clock_gettime_ns",
        "($module, clk_id, /)",
        Call::One(|rt, _, id| Ok(nanoseconds(rt, clock(rt, id)?))),
    ),
    NativeDef::new(
        "clock_getres",
        "($module, clk_id, /)",
        Call::One(|rt, _, id| Ok(rt.float(nanos(clock_getres(clock(rt, id)?)) as f64 / 1e9))),
    ),
];

const FIELDS: [&str; 9] = [
    "tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday", "tm_isdst",
];

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("time", FUNCTIONS);
    let class = struct_seq::class(rt, &STRUCT_TIME, &FIELDS, &["tm_zone", "tm_gmtoff"]);
    module.set(rt, "struct_time", class);
    for (name, id) in [
        ("CLOCK_REALTIME", 0),
        ("CLOCK_MONOTONIC", 1),
        ("CLOCK_PROCESS_CPUTIME_ID", 2),
        ("CLOCK_THREAD_CPUTIME_ID", 3),
        ("CLOCK_MONOTONIC_RAW", 4),
        ("CLOCK_BOOTTIME", 7),
        ("CLOCK_TAI", 11),
        ("_STRUCT_TM_ITEMS", 11),
    ] {
        module.set(rt, name, rt.int(id));
    }
    install_zone(rt, &module);
    Ok(module)
}

/// `tzname`, `timezone`, `altzone` and `daylight` (`init_timezone`).
/// The moment of a local date and time: year, month from 1, day, hour, minute, second.
pub(crate) fn local_moment([year, month, day, hour, minute, second]: [i64; 6]) -> i64 {
    zone::unix_time(&calendar::Broken {
        year,
        month: month - 1,
        day,
        hour,
        minute,
        second,
        summer: -1,
        ..calendar::Broken::utc(0)
    })
}

fn install_zone(rt: &Rt, module: &Module) {
    let names = zone::names(now_seconds());
    module.set(rt, "timezone", rt.int(-names.standard.0));
    module.set(rt, "altzone", rt.int(-names.summer.0));
    module.set(
        rt,
        "daylight",
        rt.int(i64::from(names.standard.0 != names.summer.0)),
    );
    let pair = [
        rt.str(&names.standard.1).into_value(),
        rt.str(&names.summer.1).into_value(),
    ];
    module.set(rt, "tzname", rt.tuple(pair));
}

fn nanos(time: Timespec) -> i128 {
    i128::from(time.tv_sec) * NANOS + i128::from(time.tv_nsec)
}

fn seconds(rt: &Rt, id: ClockId) -> Value {
    rt.float(nanos(clock_gettime(id)) as f64 / 1e9)
}

fn nanoseconds(rt: &Rt, id: ClockId) -> Value {
    rt.big_int(nanos(clock_gettime(id)).into())
}

fn now_seconds() -> i64 {
    clock_gettime(ClockId::Realtime).tv_sec
}

fn clock(rt: &Rt, id: &Value) -> PyResult<ClockId> {
    Ok(match rt.index_i64(id)? {
        0 => ClockId::Realtime,
        1 => ClockId::Monotonic,
        2 => ClockId::ProcessCPUTime,
        3 => ClockId::ThreadCPUTime,
        4 => ClockId::MonotonicRaw,
        7 => ClockId::Boottime,
        _ => return Err(rt.os_error_from(&rustix::io::Errno::INVAL.into(), None)),
    })
}

/// Seconds rounded towards minus infinity, as calendars want them (`_PyTime_ObjectToTime_t`).
fn moment(rt: &Rt, function: &str, args: &Args<'_>, at: usize) -> PyResult<i64> {
    let given = rt.positional(function, args, 0, at + 1)?;
    match given.get(at) {
        None => Ok(now_seconds()),
        Some(v) if v.is_none() => Ok(now_seconds()),
        Some(v) => {
            let range = "timestamp out of range for platform time_t";
            if let Some(x) = rt.as_float(v) {
                if x.is_nan() {
                    return Err(rt.value_error("Invalid value NaN (not a number)"));
                }
                if x.abs() >= 9.2e18 {
                    return Err(rt.overflow_error(range));
                }
                return Ok(x.floor() as i64);
            }
            let whole = rt.index(v)?;
            let whole = rt.as_int(&whole).and_then(|i| i.to_i64());
            // Years must fit into C's int, as localtime's result holds them.
            match whole {
                None => Err(rt.overflow_error(range)),
                Some(t) if t.abs() > 67_767_976_233_532_799 => Err(rt.os_error_from(
                    &std::io::Error::from_raw_os_error(rustix::io::Errno::OVERFLOW.raw_os_error()),
                    None,
                )),
                Some(t) => Ok(t),
            }
        }
    }
}

fn struct_time(rt: &Rt, module: &Value, broken: &Broken) -> PyResult {
    let class = rt.getattr_str(module, "struct_time")?;
    let Some(class) = class.downcast::<TypeObj>() else {
        return Err(rt.type_error("time.struct_time must be a class"));
    };
    let items = broken.fields().map(|i| rt.int(i)).to_vec();
    let hidden = vec![rt.str(&broken.zone).into_value(), rt.int(broken.offset)];
    Ok(struct_seq::make(rt, class, items, hidden))
}

/// A time tuple as numbers (`gettmarg`).
fn from_tuple(rt: &Rt, function: &str, given: &Value) -> PyResult<Broken> {
    let Some(tuple) = given.downcast_ref::<Tuple>() else {
        return Err(rt.type_error("Tuple or struct_time argument required"));
    };
    if tuple.len() != 9 {
        return Err(rt.type_error(format!("{function}(): illegal time tuple argument")));
    }
    let mut fields = [0; 9];
    for (place, item) in fields.iter_mut().zip(tuple.items()) {
        *place = rt.index_i64(&item)?;
        if i32::try_from(*place).is_err() {
            return Err(rt.overflow_error("Python int too large to convert to C int"));
        }
    }
    let mut broken = Broken::from_fields(fields);
    // A struct_time knows its zone.
    if let Some(name) = rt.getattr_opt(given, &rt.intern("tm_zone"))?
        && let Some(name) = name.downcast_ref::<Str>()
    {
        broken.zone = name.to_str().into_owned();
    }
    if let Some(offset) = rt.getattr_opt(given, &rt.intern("tm_gmtoff"))?
        && !offset.is_none()
    {
        broken.offset = rt.index_i64(&offset)?;
    }
    Ok(broken)
}

/// The same, its fields found in their ranges (`checktm`); zeros stand for the first of their kind.
fn checked(rt: &Rt, mut broken: Broken) -> PyResult<Broken> {
    broken.month = if broken.month == -1 { 0 } else { broken.month };
    broken.day = if broken.day == 0 { 1 } else { broken.day };
    broken.year_day = if broken.year_day == -1 {
        0
    } else {
        broken.year_day
    };
    let wrong = |what: &str| Err(rt.value_error(format!("{what} out of range")));
    match &broken {
        b if !(0..12).contains(&b.month) => wrong("month"),
        b if !(1..32).contains(&b.day) => wrong("day of month"),
        b if !(0..24).contains(&b.hour) => wrong("hour"),
        b if !(0..60).contains(&b.minute) => wrong("minute"),
        b if !(0..62).contains(&b.second) => wrong("seconds"),
        b if b.week_day < 0 => wrong("day of week"),
        b if !(0..366).contains(&b.year_day) => wrong("day of year"),
        _ => Ok(broken),
    }
}

fn strftime(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("strftime", args, 1, 2)?;
    let Some(format) = given[0].downcast_ref::<Str>() else {
        let name = rt.type_name(&given[0]);
        return Err(rt.type_error(format!("strftime() argument 1 must be str, not {name}")));
    };
    let broken = match given.get(1) {
        Some(tuple) => checked(rt, from_tuple(rt, "strftime", tuple)?)?,
        None => zone::local(now_seconds()),
    };
    Ok(rt
        .str(&format::strftime(&format.to_str(), &broken))
        .into_value())
}

/// The standard library's `_strptime` does it, as in CPython.
fn strptime(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let function = super::attribute(rt, "_strptime", "_strptime_time")?;
    rt.call_args(&function, args)
}

fn sleep(rt: &Rt, _: &Value, given: &Value) -> PyResult {
    let wanted = match rt.as_float(given) {
        Some(x) if x.is_nan() => {
            return Err(rt.value_error("Invalid value NaN (not a number)"));
        }
        Some(x) => x,
        None => {
            let whole = rt.index(given)?;
            rt.to_float(&whole)?
        }
    };
    if wanted < 0.0 {
        return Err(rt.value_error("sleep length must be non-negative"));
    }
    let Ok(wanted) = Duration::try_from_secs_f64(wanted) else {
        return Err(rt.overflow_error("timestamp too large to convert to C _PyTime_t"));
    };
    let start = Instant::now();
    while let Some(left) = wanted.checked_sub(start.elapsed()) {
        if left.is_zero() {
            break;
        }
        rt.without_turn(|| nap(left));
        rt.attend()?;
    }
    Ok(Value::NONE)
}

/// Sleeps until the time is over or a signal comes, whichever is first.
fn nap(time: Duration) {
    let time = rustix::fs::Timespec {
        tv_sec: i64::try_from(time.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: time.subsec_nanos().into(),
    };
    // The caller looks at the clock, so it does not matter why the sleep ended.
    let _ = rustix::thread::nanosleep(&time);
}

fn clock_info(rt: &Rt, _: &Value, name: &Value) -> PyResult {
    let Some(text) = name.downcast_ref::<Str>() else {
        let given = rt.type_name(name);
        return Err(rt.type_error(format!(
            "get_clock_info() argument 1 must be str, not {given}"
        )));
    };
    let (id, c, adjustable) = match &*text.to_str() {
        "time" => (ClockId::Realtime, "CLOCK_REALTIME", true),
        "monotonic" | "perf_counter" => (ClockId::Monotonic, "CLOCK_MONOTONIC", false),
        "process_time" => (ClockId::ProcessCPUTime, "CLOCK_PROCESS_CPUTIME_ID", false),
        "thread_time" => (ClockId::ThreadCPUTime, "CLOCK_THREAD_CPUTIME_ID", false),
        _ => return Err(rt.value_error("unknown clock")),
    };
    let info = rt.call(rt.types.namespace.as_value(), &[])?;
    for (name, value) in [
        (
            "implementation",
            rt.str(&format!("clock_gettime({c})")).into_value(),
        ),
        ("monotonic", Value::bool(!matches!(id, ClockId::Realtime))),
        ("adjustable", Value::bool(adjustable)),
        ("resolution", rt.float(nanos(clock_getres(id)) as f64 / 1e9)),
    ] {
        rt.setattr(&info, &rt.intern(name), Some(&value))?;
    }
    Ok(info)
}
