//! `FileIO`: a stream over a file descriptor (`Modules/_io/fileio.c`).

use super::{Io, Part, alloc, size, spec, unsupported};
use crate::paths;
use hognose_heap::process::close_file;
use hognose_object::{
    Args, Call, GetSetDef, NativeDef, PyResult, Raised, Ref, Rt, Signature, Slots, StrExt, TypeObj,
    TypeSpec, Value, type_flags,
};
use hognose_vm::borrow_descriptor;
use rustix::fd::{BorrowedFd, IntoRawFd};
use rustix::fs::{self as sys, Mode, OFlags, SeekFrom};
use rustix::io::Errno;
use std::cell::Cell;

/// The payload of `FileIO`.
pub(super) struct File {
    fd: Cell<i32>,
    created: Cell<bool>,
    readable: Cell<bool>,
    writable: Cell<bool>,
    appending: Cell<bool>,
    seekable: Cell<Option<bool>>,
    close_fd: Cell<bool>,
    block_size: Cell<usize>,
}

pub(super) static FILE_IO: TypeSpec = TypeSpec {
    slots: Slots {
        new: Some(|rt, ty, _| Ok(alloc(rt, ty, Part::File(File::unopened())))),
        init: Some(init),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new("read", "($self, size=-1, /)", Call::Many(read)),
        NativeDef::new("readall", "($self, /)", Call::Zero(readall)),
        NativeDef::new("readinto", "($self, buffer, /)", Call::One(readinto)),
        NativeDef::new("write", "($self, b, /)", Call::One(write)),
        NativeDef::new("seek", "($self, pos, whence=0, /)", Call::Many(seek)),
        NativeDef::new(
            "tell",
            "($self, /)",
            Call::Zero(|rt, v| Ok(rt.int(position(rt, open_file(rt, v)?, SeekFrom::Current(0))?))),
        ),
        NativeDef::new("truncate", "($self, size=None, /)", Call::Many(truncate)),
        NativeDef::new("close", "($self, /)", Call::Zero(close)),
        NativeDef::new(
            "seekable",
            "($self, /)",
            Call::Zero(|rt, v| {
                let file = open_file(rt, v)?;
                Ok(Value::bool(file.is_seekable()))
            }),
        ),
        NativeDef::new(
            "readable",
            "($self, /)",
            Call::Zero(|rt, v| Ok(Value::bool(open_file(rt, v)?.readable.get()))),
        ),
        NativeDef::new(
            "writable",
            "($self, /)",
            Call::Zero(|rt, v| Ok(Value::bool(open_file(rt, v)?.writable.get()))),
        ),
        NativeDef::new(
            "fileno",
            "($self, /)",
            Call::Zero(|rt, v| Ok(rt.int(i64::from(open_file(rt, v)?.fd.get())))),
        ),
        NativeDef::new(
            "isatty",
            "($self, /)",
            Call::Zero(|rt, v| {
                let fd = open_file(rt, v)?.descriptor(rt)?;
                Ok(Value::bool(rustix::termios::isatty(fd)))
            }),
        ),
        NativeDef::new(
            "_isatty_open_only",
            "($self, /)",
            Call::Zero(|rt, v| {
                let fd = open_file(rt, v)?.descriptor(rt)?;
                Ok(Value::bool(rustix::termios::isatty(fd)))
            }),
        ),
    ],
    getset: &[
        GetSetDef::read("closed", |rt, v| Ok(Value::bool(this(rt, v)?.fd.get() < 0))),
        GetSetDef::read("closefd", |rt, v| {
            Ok(Value::bool(this(rt, v)?.close_fd.get()))
        }),
        GetSetDef::read("mode", |rt, v| Ok(rt.str(this(rt, v)?.mode()).into_value())),
        GetSetDef::read("_blksize", |rt, v| {
            Ok(rt.int_from_usize(this(rt, v)?.block_size.get()))
        }),
    ],
    ..spec("_io.FileIO")
};

impl File {
    pub fn unopened() -> File {
        File {
            fd: Cell::new(-1),
            created: Cell::new(false),
            readable: Cell::new(false),
            writable: Cell::new(false),
            appending: Cell::new(false),
            seekable: Cell::new(None),
            close_fd: Cell::new(true),
            block_size: Cell::new(super::BUFFER_SIZE),
        }
    }

    fn descriptor(&self, rt: &Rt) -> PyResult<BorrowedFd<'static>> {
        borrow_descriptor(self.fd.get()).ok_or_else(|| closed(rt))
    }

    /// Whether it is open, and no one but it closes the descriptor.
    pub fn leaks(&self) -> bool {
        !self.is_closed() && self.close_fd.get()
    }

    pub fn is_closed(&self) -> bool {
        self.fd.get() < 0
    }

    /// Raises unless the file is open and made for reading.
    pub fn for_reading(&self, rt: &Rt) -> PyResult<()> {
        if self.is_closed() {
            return Err(closed(rt));
        }
        if !self.readable.get() {
            return Err(unsupported(rt, "File not open for reading"));
        }
        Ok(())
    }

    fn mode(&self) -> &'static str {
        match (
            self.created.get(),
            self.appending.get(),
            self.readable.get(),
            self.writable.get(),
        ) {
            (true, _, true, _) => "xb+",
            (true, _, false, _) => "xb",
            (_, true, true, _) => "ab+",
            (_, true, false, _) => "ab",
            (_, _, true, true) => "rb+",
            (_, _, true, false) => "rb",
            _ => "wb",
        }
    }

    fn is_seekable(&self) -> bool {
        if self.seekable.get().is_none() {
            let can = borrow_descriptor(self.fd.get())
                .is_some_and(|fd| sys::seek(fd, SeekFrom::Current(0)).is_ok());
            self.seekable.set(Some(can));
        }
        self.seekable.get() == Some(true)
    }
}

fn closed(rt: &Rt) -> Raised {
    rt.value_error("I/O operation on closed file")
}

fn failed(rt: &Rt, error: Errno) -> Raised {
    rt.os_error_from(&error.into(), None)
}

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a File> {
    match value.downcast_ref::<Io>().map(|io| &io.part) {
        Some(Part::File(file)) => Ok(file),
        _ => Err(rt.type_error("a FileIO object was expected")),
    }
}

fn open_file<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a File> {
    let file = this(rt, value)?;
    if file.fd.get() < 0 {
        return Err(closed(rt));
    }
    Ok(file)
}

/// The file of a value whose methods nobody can have overridden.
pub(super) fn native<'a>(rt: &Rt, value: &'a Value) -> Option<&'a File> {
    match &value.downcast_ref::<Io>()?.part {
        Part::File(file) if !rt.type_of(value).has(type_flags::HEAP) => Some(file),
        _ => None,
    }
}

/// The flags of `open` that a mode stands for.
fn parse_mode(rt: &Rt, mode: &str, file: &File) -> PyResult<OFlags> {
    let one = || {
        rt.value_error(
            "Must have exactly one of create/read/write/append mode and at most one plus",
        )
    };
    let (mut kind, mut plus) = (None, false);
    for c in mode.chars() {
        match c {
            'x' | 'r' | 'w' | 'a' if kind.is_none() => kind = Some(c),
            '+' if !plus => plus = true,
            'b' => (),
            'x' | 'r' | 'w' | 'a' | '+' => return Err(one()),
            _ => return Err(rt.value_error(format!("invalid mode: {mode}"))),
        }
    }
    let Some(kind) = kind else { return Err(one()) };
    file.created.set(kind == 'x');
    file.appending.set(kind == 'a');
    file.readable.set(plus || kind == 'r');
    file.writable.set(plus || kind != 'r');
    let mut flags = match (file.readable.get(), file.writable.get()) {
        (true, true) => OFlags::RDWR,
        (true, false) => OFlags::RDONLY,
        _ => OFlags::WRONLY,
    };
    flags |= match kind {
        'x' => OFlags::EXCL | OFlags::CREATE,
        'w' => OFlags::CREATE | OFlags::TRUNC,
        'a' => OFlags::APPEND | OFlags::CREATE,
        _ => OFlags::empty(),
    };
    Ok(flags | OFlags::CLOEXEC)
}

fn init(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature = Signature {
        function: "FileIO",
        params: &["file", "mode", "closefd", "opener"],
        positional_only: 0,
        positional: 4,
        required: 1,
    };
    let [name, mode, close_fd, opener] = rt.bind(&SIGNATURE, args)?;
    let Some(name) = name else { return Ok(()) };
    let mode = match mode {
        None => "r".to_owned(),
        Some(mode) => crate::functions::text_argument(rt, mode, "FileIO() argument 'mode'")?
            .to_str()
            .into_owned(),
    };
    let close_fd = close_fd.map_or(Ok(true), |v| rt.truth(v))?;
    let opener = opener.filter(|o| !o.is_none());
    open(rt, value, name, &mode, close_fd, opener)
}

/// Opens the file, as `FileIO.__init__` does.
pub(super) fn open(
    rt: &Rt,
    value: &Value,
    name: &Value,
    mode: &str,
    close_fd: bool,
    opener: Option<&Value>,
) -> PyResult<()> {
    let file = this(rt, value)?;
    if file.fd.get() >= 0 {
        if file.close_fd.get() {
            close_file(file.fd.get()).map_err(|e| rt.os_error_from(&e, None))?;
        }
        file.fd.set(-1);
    }
    let number = if rt.type_of(name).slots.index.get().is_some() {
        let number = rt.index_i64(name)?;
        if number < 0 {
            return Err(rt.value_error("negative file descriptor"));
        }
        Some(
            i32::try_from(number)
                .map_err(|_| rt.overflow_error("Python int too large to convert to C int"))?,
        )
    } else {
        None
    };
    let flags = parse_mode(rt, mode, file)?;
    file.close_fd.set(close_fd);
    file.seekable.set(None);
    let opened_here = number.is_none();
    let fd = match (number, opener) {
        (Some(number), _) => number,
        (None, _) if !close_fd => {
            return Err(rt.value_error("Cannot use closefd=False with file name"));
        }
        (None, Some(opener)) => {
            let flags = rt.int(i64::from(flags.bits() as i32));
            let made = rt.call(opener, &[name.clone(), flags])?;
            if rt.type_of(&made).slots.index.get().is_none() {
                return Err(rt.type_error("expected integer from opener"));
            }
            let fd = rt.index_i64(&made)?;
            if fd < 0 {
                return Err(rt.value_error(format!("opener returned {fd}")));
            }
            fd as i32
        }
        (None, None) => {
            let path = paths::path_argument(rt, name)?;
            let mode = Mode::from_raw_mode(0o666);
            rt.wait_for(|| Ok(sys::open(&path, flags, mode)?))?
                .map_err(|e| rt.os_error_from(&e, Some(name)))?
                .into_raw_fd()
        }
    };
    let about = borrow_descriptor(fd)
        .ok_or(Errno::BADF)
        .and_then(sys::fstat);
    let wrong = match &about {
        Ok(about) if sys::FileType::from_raw_mode(about.st_mode).is_dir() => Some(Errno::ISDIR),
        Err(Errno::BADF) => Some(Errno::BADF),
        _ => None,
    };
    if let Some(error) = wrong {
        if opened_here {
            // The error that is told is the first.
            let _ = close_file(fd);
        }
        return Err(rt.os_error_from(&error.into(), Some(name)));
    }
    if let Ok(about) = about
        && about.st_blksize > 1
    {
        file.block_size.set(about.st_blksize as usize);
    }
    file.fd.set(fd);
    if let Err(raised) = rt.setattr(value, &rt.names.name, Some(name)) {
        // What was opened elsewhere stays open.
        if !opened_here {
            file.fd.set(-1);
        }
        return Err(raised);
    }
    if file.appending.get()
        && let Some(fd) = borrow_descriptor(fd)
    {
        // A pipe cannot be sought, and need not be.
        let _ = sys::seek(fd, SeekFrom::End(0));
    }
    Ok(())
}

/// A stream over an open descriptor that stays open when the stream is closed.
pub(super) fn over(rt: &Rt, ty: &Ref<TypeObj>, fd: i32, write: bool) -> PyResult {
    let value = alloc(rt, ty, Part::File(File::unopened()));
    let name = rt.int(i64::from(fd));
    open(
        rt,
        &value,
        &name,
        if write { "wb" } else { "rb" },
        false,
        None,
    )?;
    Ok(value)
}

/// The buffer size that suits the file.
pub(super) fn buffer_size(value: &Value) -> usize {
    match value.downcast_ref::<Io>().map(|io| &io.part) {
        Some(Part::File(file)) => file.block_size.get(),
        _ => super::BUFFER_SIZE,
    }
}

fn for_reading<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a File> {
    let file = this(rt, value)?;
    file.for_reading(rt)?;
    Ok(file)
}

/// Reads at most as many bytes as there is room for, after what is there; `None` if it would block.
pub(super) fn read_more(
    rt: &Rt,
    file: &File,
    into: &mut Vec<u8>,
    most: usize,
) -> PyResult<Option<usize>> {
    let fd = file.descriptor(rt)?;
    let start = into.len();
    into.resize(start + most, 0);
    let got = rt.wait_for(|| Ok(rustix::io::read(fd, &mut into[start..])?));
    into.truncate(start + got.as_ref().map_or(0, |got| *got.as_ref().unwrap_or(&0)));
    taken(rt, got?)
}

fn read(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("read", args, 0, 1)?;
    let file = for_reading(rt, value)?;
    let Some(n) = size(rt, given.first())? else {
        return readall(rt, value);
    };
    let mut bytes = Vec::new();
    rt.room_for_bytes(n)?;
    Ok(match read_more(rt, file, &mut bytes, n.min(1 << 30))? {
        Some(_) => rt.bytes(&bytes).into_value(),
        None => Value::NONE,
    })
}

/// Everything to the end; `None` if nothing can be had without waiting.
pub(super) fn read_rest(rt: &Rt, file: &File) -> PyResult<Option<Vec<u8>>> {
    let fd = file.descriptor(rt)?;
    let mut bytes = Vec::new();
    let left = match (sys::fstat(fd), sys::seek(fd, SeekFrom::Current(0))) {
        (Ok(about), Ok(at)) => (about.st_size as u64).saturating_sub(at) as usize,
        _ => 0,
    };
    // One more than is left, so that the end is seen without growing.
    let mut chunk = left.min(1 << 30) + 1;
    loop {
        match read_more(rt, file, &mut bytes, chunk)? {
            Some(0) => return Ok(Some(bytes)),
            Some(_) => chunk = super::BUFFER_SIZE.max(bytes.len() / 4),
            None => return Ok((!bytes.is_empty()).then_some(bytes)),
        }
    }
}

fn readall(rt: &Rt, value: &Value) -> PyResult {
    let all = read_rest(rt, for_reading(rt, value)?)?;
    Ok(all.map_or(Value::NONE, |b| rt.bytes(&b).into_value()))
}

fn readinto(rt: &Rt, value: &Value, target: &Value) -> PyResult {
    let file = for_reading(rt, value)?;
    let Some(buffer) = rt.writable_buffer(target)? else {
        let name = rt.type_name(target);
        return Err(rt.type_error(format!(
            "readinto() argument must be read-write bytes-like object, not {name}"
        )));
    };
    let mut bytes = Vec::new();
    Ok(match read_more(rt, file, &mut bytes, buffer.len())? {
        Some(n) => {
            buffer.write(0, &bytes);
            rt.int_from_usize(n)
        }
        None => Value::NONE,
    })
}

/// Writes what the descriptor takes; `None` if it would block.
pub(super) fn write_some(rt: &Rt, file: &File, bytes: &[u8]) -> PyResult<Option<usize>> {
    if file.fd.get() < 0 {
        return Err(closed(rt));
    }
    if !file.writable.get() {
        return Err(unsupported(rt, "File not open for writing"));
    }
    let fd = file.descriptor(rt)?;
    let put = rt.wait_for(|| Ok(rustix::io::write(fd, bytes)?))?;
    taken(rt, put)
}

/// How many bytes went through; `None` if that would have blocked.
fn taken(rt: &Rt, went: std::io::Result<usize>) -> PyResult<Option<usize>> {
    match went {
        Ok(n) => Ok(Some(n)),
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(None),
        Err(error) => Err(rt.os_error_from(&error, None)),
    }
}

fn write(rt: &Rt, value: &Value, data: &Value) -> PyResult {
    let file = this(rt, value)?;
    let n = super::base::written(rt, data, |bytes| write_some(rt, file, bytes))??;
    Ok(n.map_or(Value::NONE, |n| rt.int_from_usize(n)))
}

pub(super) fn position(rt: &Rt, file: &File, to: SeekFrom) -> PyResult<i64> {
    let fd = file.descriptor(rt)?;
    sys::seek(fd, to)
        .map(|at| at as i64)
        .map_err(|e| failed(rt, e))
}

/// What a position and `whence` mean.
pub(super) fn seek_from(rt: &Rt, offset: i64, whence: i64) -> PyResult<SeekFrom> {
    Ok(match whence {
        0 => SeekFrom::Start(u64::try_from(offset).map_err(|_| failed(rt, Errno::INVAL))?),
        1 => SeekFrom::Current(offset),
        2 => SeekFrom::End(offset),
        3 => SeekFrom::Data(offset.max(0) as u64),
        4 => SeekFrom::Hole(offset.max(0) as u64),
        _ => return Err(failed(rt, Errno::INVAL)),
    })
}

fn seek(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("seek", args, 1, 2)?;
    let file = open_file(rt, value)?;
    if rt.as_float(&given[0]).is_some() {
        return Err(rt.type_error("an integer is required"));
    }
    let whence = given.get(1).map_or(Ok(0), |w| rt.index_i64(w))?;
    let to = seek_from(rt, rt.index_i64(&given[0])?, whence)?;
    Ok(rt.int(position(rt, file, to)?))
}

fn truncate(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("truncate", args, 0, 1)?;
    let file = open_file(rt, value)?;
    if !file.writable.get() {
        return Err(unsupported(rt, "File not open for writing"));
    }
    let to = match given.first().filter(|v| !v.is_none()) {
        Some(v) => rt.index_i64(v)?,
        None => position(rt, file, SeekFrom::Current(0))?,
    };
    let Ok(length) = u64::try_from(to) else {
        return Err(failed(rt, Errno::INVAL));
    };
    sys::ftruncate(file.descriptor(rt)?, length).map_err(|e| failed(rt, e))?;
    Ok(rt.int(to))
}

fn close(rt: &Rt, value: &Value) -> PyResult {
    let file = this(rt, value)?;
    let base = super::base::close(rt, value);
    let fd = file.fd.replace(-1);
    if fd >= 0 && file.close_fd.get() {
        let closed = close_file(fd).map_err(|e| rt.os_error_from(&e, None));
        return super::base::both(rt, base, closed.map(|()| Value::NONE));
    }
    base
}

fn repr(rt: &Rt, value: &Value) -> PyResult {
    let file = this(rt, value)?;
    if file.fd.get() < 0 {
        return Ok(rt.str("<_io.FileIO [closed]>").into_value());
    }
    let (mode, close) = (
        file.mode(),
        if file.close_fd.get() { "True" } else { "False" },
    );
    let text = match super::base::shown_name(rt, value)? {
        Some(name) => format!("<_io.FileIO name={name} mode='{mode}' closefd={close}>"),
        None => format!(
            "<_io.FileIO fd={} mode='{mode}' closefd={close}>",
            file.fd.get()
        ),
    };
    Ok(rt.str(&text).into_value())
}
