//! `termios`: how terminals read and write (`Modules/termios.c`).

mod constants;

use super::{ModuleError, file_descriptor};
use constants::CONSTANTS;
use hognose_object::bytes::with_bytes;
use hognose_object::module::Module;
use hognose_object::tuple::{List, Tuple, TupleExt};
use hognose_object::{Args, Call, NativeDef, PyResult, Raised, Ref, Rt, Value};
use hognose_vm::borrow_descriptor;
use rustix::fd::BorrowedFd;
use rustix::termios::{
    Action, ControlModes, InputModes, LocalModes, OptionalActions, OutputModes, QueueSelector,
    SpecialCodeIndex as Code, Termios, Winsize,
};

static ERROR: ModuleError = ModuleError("termios");

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "tcdrain",
        "($module, fd, /)",
        Call::One(|rt, _, fd| done(rt, fd, |fd| rustix::termios::tcdrain(fd))),
    ),
    NativeDef::new("tcflow", "($module, fd, action, /)", Call::Many(tcflow)),
    NativeDef::new("tcflush", "($module, fd, queue, /)", Call::Many(tcflush)),
    NativeDef::new("tcgetattr", "($module, fd, /)", Call::One(tcgetattr)).with_doc(
        "The terminal's attributes: a list [iflag, oflag, cflag, lflag, ispeed, ospeed, cc].",
    ),
    NativeDef::new("tcgetwinsize", "($module, fd, /)", Call::One(tcgetwinsize)),
    NativeDef::new(
        "tcsendbreak",
        "($module, fd, duration, /)",
        Call::Many(|rt, _, args| {
            let given = rt.positional("tcsendbreak", args, 2, 2)?;
            rt.c_int(&given[1])?;
            done(rt, &given[0], |fd| rustix::termios::tcsendbreak(fd))
        }),
    ),
    NativeDef::new(
        "tcsetattr",
        "($module, fd, when, attributes, /)",
        Call::Many(tcsetattr),
    )
    .with_doc("Set the terminal's attributes: a list as tcgetattr() gives."),
    NativeDef::new(
        "tcsetwinsize",
        "($module, fd, winsize, /)",
        Call::Many(tcsetwinsize),
    ),
];

/// How many control characters there are (`NCCS`).
const CODES: usize = 32;
/// Those that have a meaning, by place.
const MEANT: [Code; 17] = [
    Code::VINTR,
    Code::VQUIT,
    Code::VERASE,
    Code::VKILL,
    Code::VEOF,
    Code::VTIME,
    Code::VMIN,
    Code::VSWTC,
    Code::VSTART,
    Code::VSTOP,
    Code::VSUSP,
    Code::VEOL,
    Code::VREPRINT,
    Code::VDISCARD,
    Code::VWERASE,
    Code::VLNEXT,
    Code::VEOL2,
];
const TIME: usize = 5;
const MIN: usize = 6;

fn failed(rt: &Rt, error: rustix::io::Errno) -> Raised {
    let error = std::io::Error::from(error);
    let raised = ERROR.raise(rt, "");
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let number = rt.int(i64::from(error.raw_os_error().unwrap_or(0)));
    let args = [number, rt.str(text).into_value()];
    rt.raise_with(rt.type_of(&raised.0), &args)
}

/// Asks something of the terminal that an argument names.
fn done(
    rt: &Rt,
    fd: &Value,
    call: impl Fn(BorrowedFd<'_>) -> rustix::io::Result<()> + Send + Sync,
) -> PyResult {
    let fd = file_descriptor(rt, fd)?;
    let borrowed = borrow_descriptor(fd);
    let result = rt.wait_for(|| {
        let fd = borrowed.ok_or_else(|| std::io::Error::from_raw_os_error(libc::EBADF))?;
        Ok(call(fd)?)
    })?;
    match result {
        Ok(()) => Ok(Value::NONE),
        Err(error) => Err(failed(
            rt,
            rustix::io::Errno::from_io_error(&error).unwrap_or(rustix::io::Errno::IO),
        )),
    }
}

fn invalid(rt: &Rt) -> Raised {
    failed(rt, rustix::io::Errno::INVAL)
}

fn tcflow(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("tcflow", args, 2, 2)?;
    let action = match rt.c_int(&given[1])? {
        0 => Action::OOff,
        1 => Action::OOn,
        2 => Action::IOff,
        3 => Action::IOn,
        _ => return Err(invalid(rt)),
    };
    done(rt, &given[0], |fd| rustix::termios::tcflow(fd, action))
}

fn tcflush(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("tcflush", args, 2, 2)?;
    let queue = match rt.c_int(&given[1])? {
        0 => QueueSelector::IFlush,
        1 => QueueSelector::OFlush,
        2 => QueueSelector::IOFlush,
        _ => return Err(invalid(rt)),
    };
    done(rt, &given[0], |fd| rustix::termios::tcflush(fd, queue))
}

fn attributes(rt: &Rt, fd: &Value) -> PyResult<Termios> {
    let fd = file_descriptor(rt, fd)?;
    let fd = borrow_descriptor(fd).ok_or_else(|| failed(rt, rustix::io::Errno::BADF))?;
    rustix::termios::tcgetattr(fd).map_err(|error| failed(rt, error))
}

/// The constant that stands for a speed: the name has it in it.
fn speed_code(speed: u32) -> i64 {
    let found = CONSTANTS.iter().find(|(name, _)| {
        name.strip_prefix('B')
            .and_then(|digits| digits.parse().ok())
            .is_some_and(|named: u32| named == speed)
    });
    found.map_or(i64::from(speed), |(_, code)| *code)
}

fn speed_of(code: i64) -> Option<u32> {
    CONSTANTS.iter().find_map(|(name, known)| {
        let digits = name.strip_prefix('B')?;
        digits.parse().ok().filter(|_| *known == code)
    })
}

fn tcgetattr(rt: &Rt, _: &Value, fd: &Value) -> PyResult {
    let found = attributes(rt, fd)?;
    let canonical = found.local_modes.contains(LocalModes::ICANON);
    let mut codes = Vec::with_capacity(CODES);
    for place in 0..CODES {
        let byte = MEANT
            .get(place)
            .map_or(0, |&code| found.special_codes[code]);
        // Without lines these two are numbers.
        codes.push(if !canonical && matches!(place, MIN | TIME) {
            rt.int(i64::from(byte))
        } else {
            rt.bytes(&[byte]).into_value()
        });
    }
    let flags = [
        found.input_modes.bits(),
        found.output_modes.bits(),
        found.control_modes.bits(),
        found.local_modes.bits(),
    ];
    let mut row: Vec<Value> = flags.iter().map(|&f| rt.int(i64::from(f))).collect();
    row.push(rt.int(speed_code(found.input_speed())));
    row.push(rt.int(speed_code(found.output_speed())));
    row.push(rt.list(codes).into_value());
    Ok(rt.list(row).into_value())
}

fn tcsetattr(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("tcsetattr", args, 3, 3)?;
    let (fd, when) = (&given[0], rt.c_int(&given[1])?);
    let row = given[2].downcast_ref::<List>().map(List::snapshot);
    let Some(
        [
            input,
            output,
            control,
            local,
            input_speed,
            output_speed,
            codes,
        ],
    ) = row
        .as_deref()
        .and_then(|row| <&[Value; 7]>::try_from(row).ok())
    else {
        return Err(rt.type_error("tcsetattr, arg 3: must be 7 element list"));
    };
    let mut made = attributes(rt, fd)?;
    let flags = |value: &Value| rt.index_i64(value).map(|flags| flags as u32);
    made.input_modes = InputModes::from_bits_retain(flags(input)?);
    made.output_modes = OutputModes::from_bits_retain(flags(output)?);
    made.control_modes = ControlModes::from_bits_retain(flags(control)?);
    made.local_modes = LocalModes::from_bits_retain(flags(local)?);
    let speed = |value: &Value| speed_of(rt.index_i64(value)?).ok_or_else(|| invalid(rt));
    let (input_speed, output_speed) = (speed(input_speed)?, speed(output_speed)?);
    made.set_output_speed(output_speed)
        .map_err(|error| failed(rt, error))?;
    // Linux keeps an input speed only where it is another one.
    if input_speed != output_speed {
        made.set_input_speed(input_speed)
            .map_err(|error| failed(rt, error))?;
    }
    let codes = codes.downcast_ref::<List>().map(List::snapshot);
    let Some(codes) = codes.filter(|codes| codes.len() == CODES) else {
        return Err(rt.type_error(format!(
            "tcsetattr: attributes[6] must be {CODES} element list"
        )));
    };
    for (place, value) in codes.iter().enumerate() {
        let one = with_bytes(value, |b| (b.len() == 1).then(|| b[0])).flatten();
        let byte = match one {
            Some(byte) => byte,
            None if rt.as_int(value).is_some() => rt.index_i64(value)? as u8,
            None => {
                return Err(rt.type_error(
                    "tcsetattr: elements of attributes must be characters or integers",
                ));
            }
        };
        if let Some(&code) = MEANT.get(place) {
            made.special_codes[code] = byte;
        }
    }
    let when = match when {
        0 => OptionalActions::Now,
        1 => OptionalActions::Drain,
        2 => OptionalActions::Flush,
        _ => return Err(invalid(rt)),
    };
    done(rt, fd, |fd| rustix::termios::tcsetattr(fd, when, &made))
}

fn window(rt: &Rt, fd: &Value) -> PyResult<Winsize> {
    let fd = file_descriptor(rt, fd)?;
    let fd = borrow_descriptor(fd).ok_or_else(|| failed(rt, rustix::io::Errno::BADF))?;
    rustix::termios::tcgetwinsize(fd).map_err(|error| failed(rt, error))
}

fn tcgetwinsize(rt: &Rt, _: &Value, fd: &Value) -> PyResult {
    let size = window(rt, fd)?;
    let row = [size.ws_row, size.ws_col].map(|n| rt.int(i64::from(n)));
    Ok(rt.tuple(row).into_value())
}

fn tcsetwinsize(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("tcsetwinsize", args, 2, 2)?;
    let wrong = || rt.type_error("tcsetwinsize, arg 2: must be a two-item sequence");
    let items = match given[1].downcast_ref::<Tuple>() {
        Some(tuple) => tuple.to_vec(),
        None => rt.collect(&given[1]).map_err(|_| wrong())?,
    };
    let [rows, columns] = items.as_slice() else {
        return Err(wrong());
    };
    let (rows, columns) = (rt.index_i64(rows)?, rt.index_i64(columns)?);
    let mut size = window(rt, &given[0])?;
    match (u16::try_from(rows), u16::try_from(columns)) {
        (Ok(rows), Ok(columns)) => (size.ws_row, size.ws_col) = (rows, columns),
        _ => {
            return Err(rt.overflow_error("winsize value(s) out of range."));
        }
    }
    done(rt, &given[0], |fd| rustix::termios::tcsetwinsize(fd, size))
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("termios", FUNCTIONS);
    ERROR.install(rt, &module, "error", &rt.types.exception)?;
    for (name, value) in CONSTANTS {
        module.set(rt, name, rt.int(*value));
    }
    Ok(module)
}
