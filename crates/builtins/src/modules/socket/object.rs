//! `_socket.socket`: making, naming, connecting and closing.

use super::address::{self, Address};
use super::{
    DefaultTimeout, Socket, Wait, call, default_timeout, failed, open, options, shown_timeout,
    this, timed_out, timeout_of, transfer,
};
use crate::kinds;
use hognose_heap::process::close_file;
use hognose_object::{
    Args, Call, GetSetDef, Layout, NativeDef, PyResult, Ref, Rt, Signature, Slots, TypeObj,
    TypeSpec, Value, type_flags,
};
use rustix::fd::{BorrowedFd, IntoRawFd, OwnedFd};
use rustix::fs::OFlags;
use rustix::net::{self, AddressFamily, Protocol, SocketFlags, SocketType};
use std::cell::Cell;
use std::io;
use std::time::{Duration, Instant};

pub(super) static SOCKET: TypeSpec = TypeSpec {
    flags: type_flags::BASETYPE,
    slots: Slots {
        new: Some(|rt, ty, _| {
            let socket = Socket {
                fd: Cell::new(-1),
                family: Cell::new(-1),
                kind: Cell::new(-1),
                proto: Cell::new(-1),
                timeout: Cell::new(None),
            };
            Ok(rt.alloc(ty, socket).into_value())
        }),
        init: Some(init),
        repr: Some(repr),
        finalize: Some(finalize),
        ..Slots::NONE
    },
    methods: METHODS,
    getset: &[
        GetSetDef::member("family", |rt, v| {
            Ok(rt.int(i64::from(this(rt, v)?.family.get())))
        }),
        GetSetDef::member("type", |rt, v| {
            Ok(rt.int(i64::from(this(rt, v)?.kind.get())))
        }),
        GetSetDef::member("proto", |rt, v| {
            Ok(rt.int(i64::from(this(rt, v)?.proto.get())))
        }),
        GetSetDef::read("timeout", |rt, v| {
            Ok(shown_timeout(rt, this(rt, v)?.timeout.get()))
        }),
    ],
    ..TypeSpec::new("_socket.socket", Layout::Native(kinds::SOCKET))
};

const METHODS: &[NativeDef] = &[
    NativeDef::new("_accept", "", Call::Zero(accept)),
    NativeDef::new("bind", "", Call::One(bind)),
    NativeDef::new("close", "", Call::Zero(close)),
    NativeDef::new(
        "connect",
        "",
        Call::One(|rt, v, a| {
            connect(rt, v, a)?.map_err(|error| failed(rt, error))?;
            Ok(Value::NONE)
        }),
    ),
    NativeDef::new(
        "connect_ex",
        "",
        Call::One(|rt, v, a| {
            let number = match connect(rt, v, a)? {
                Ok(()) => 0,
                Err(error) => error.raw_os_error().unwrap_or(libc::EINVAL),
            };
            Ok(rt.int(i64::from(number)))
        }),
    ),
    NativeDef::new(
        "detach",
        "",
        Call::Zero(|rt, v| Ok(rt.int(i64::from(this(rt, v)?.fd.replace(-1))))),
    ),
    NativeDef::new(
        "fileno",
        "",
        Call::Zero(|rt, v| Ok(rt.int(i64::from(this(rt, v)?.fd.get())))),
    ),
    NativeDef::new(
        "getblocking",
        "",
        Call::Zero(|rt, v| {
            Ok(Value::bool(
                this(rt, v)?.timeout.get() != Some(Duration::ZERO),
            ))
        }),
    ),
    NativeDef::new(
        "getpeername",
        "",
        Call::Zero(|rt, v| {
            let fd = open(this(rt, v)?).map_err(|e| failed(rt, e))?;
            let peer = net::getpeername(fd).map_err(|e| failed(rt, e))?;
            Ok(address::shown(rt, peer))
        }),
    ),
    NativeDef::new(
        "getsockname",
        "",
        Call::Zero(|rt, v| {
            let fd = open(this(rt, v)?).map_err(|e| failed(rt, e))?;
            let own = net::getsockname(fd).map_err(|e| failed(rt, e))?;
            Ok(address::shown(rt, Some(own)))
        }),
    ),
    NativeDef::new("getsockopt", "", Call::Many(options::get)),
    NativeDef::new(
        "gettimeout",
        "",
        Call::Zero(|rt, v| Ok(shown_timeout(rt, this(rt, v)?.timeout.get()))),
    ),
    NativeDef::new("listen", "", Call::Many(listen)),
    NativeDef::new("recv", "", Call::Many(transfer::recv)),
    NativeDef::new("recv_into", "", Call::Many(transfer::recv_into)),
    NativeDef::new("recvfrom", "", Call::Many(transfer::recvfrom)),
    NativeDef::new("recvfrom_into", "", Call::Many(transfer::recvfrom_into)),
    NativeDef::new("recvmsg", "", Call::Many(transfer::recvmsg)),
    NativeDef::new("send", "", Call::Many(transfer::send)),
    NativeDef::new("sendall", "", Call::Many(transfer::sendall)),
    NativeDef::new("sendmsg", "", Call::Many(transfer::sendmsg)),
    NativeDef::new("sendto", "", Call::Many(transfer::sendto)),
    NativeDef::new(
        "setblocking",
        "",
        Call::One(|rt, v, flag| {
            let timeout = if rt.truth(flag)? {
                None
            } else {
                Some(Duration::ZERO)
            };
            set_timeout(rt, v, timeout)
        }),
    ),
    NativeDef::new("setsockopt", "", Call::Many(options::set)),
    NativeDef::new(
        "settimeout",
        "",
        Call::One(|rt, v, timeout| {
            let timeout = timeout_of(rt, timeout)?;
            set_timeout(rt, v, timeout)
        }),
    ),
    NativeDef::new("shutdown", "", Call::One(shutdown)),
];

pub(super) const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "close",
        "",
        Call::One(|rt, _, fd| {
            let fd = rt.index_i64(fd)? as i32;
            close_file(fd).map_err(|e| rt.os_error_from(&e, None))?;
            Ok(Value::NONE)
        }),
    ),
    NativeDef::new(
        "dup",
        "",
        Call::One(|rt, _, fd| {
            let open = hognose_vm::borrow_descriptor(rt.index_i64(fd)? as i32);
            let made = open
                .ok_or(rustix::io::Errno::BADF)
                .and_then(|fd| rustix::io::fcntl_dupfd_cloexec(fd, 0))
                .map_err(|e| failed(rt, e))?;
            Ok(rt.int(i64::from(made.into_raw_fd())))
        }),
    ),
    NativeDef::new(
        "getdefaulttimeout",
        "",
        Call::Zero(|rt, _| Ok(shown_timeout(rt, default_timeout(rt)))),
    ),
    NativeDef::new(
        "setdefaulttimeout",
        "",
        Call::One(|rt, _, timeout| {
            let timeout = DefaultTimeout(timeout_of(rt, timeout)?);
            rt.module_state
                .borrow_mut()
                .insert("_socket", Box::new(timeout));
            Ok(Value::NONE)
        }),
    ),
    NativeDef::new("socketpair", "", Call::Many(socketpair)),
];

/// What the kernel is asked for, in the crate's types.
fn kinds_of(
    family: i32,
    kind: i32,
    proto: i32,
) -> (AddressFamily, SocketType, SocketFlags, Option<Protocol>) {
    let flags = SocketFlags::CLOEXEC
        | SocketFlags::from_bits_truncate(
            (kind & (libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC)) as u32,
        );
    let kind = kind & !(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC);
    let proto = std::num::NonZeroU32::new(proto as u32).map(Protocol::from_raw);
    (
        AddressFamily::from_raw(family as u16),
        SocketType::from_raw(kind as u32),
        flags,
        proto,
    )
}

/// What an open descriptor says of itself, read as a native `int`.
fn asked(fd: i32, name: i32) -> io::Result<i32> {
    let bytes = hognose_heap::process::socket_option(fd, libc::SOL_SOCKET, name, 4)?;
    let bytes: [u8; 4] = bytes.try_into().unwrap_or_default();
    Ok(i32::from_ne_bytes(bytes))
}

fn init(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature = Signature {
        function: "socket",
        params: &["family", "type", "proto", "fileno"],
        positional_only: 0,
        positional: 4,
        required: 0,
    };
    let [family, kind, proto, fileno] = rt.bind(&SIGNATURE, args)?;
    let number = |value: Option<&Value>| super::super::int_argument(rt, value, -1);
    let (mut family, mut kind, mut proto) = (
        number(family)? as i32,
        number(kind)? as i32,
        number(proto)? as i32,
    );
    let socket = this(rt, value)?;
    let fd = match fileno.filter(|f| !f.is_none()) {
        Some(fileno) => {
            if rt.as_float(fileno).is_some() && rt.as_int(fileno).is_none() {
                return Err(rt.type_error("integer argument expected, got float"));
            }
            let fd = rt.index_i64(fileno)? as i32;
            if fd < 0 {
                return Err(rt.value_error("negative file descriptor"));
            }
            for (place, name) in [
                (&mut family, libc::SO_DOMAIN),
                (&mut kind, libc::SO_TYPE),
                (&mut proto, libc::SO_PROTOCOL),
            ] {
                // Even what was said is checked to be of a socket.
                let found = asked(fd, name).map_err(|e| failed(rt, e))?;
                if *place == -1 {
                    *place = found;
                }
            }
            fd
        }
        None => {
            let default = |place: &mut i32, default: i32| {
                if *place == -1 {
                    *place = default;
                }
            };
            default(&mut family, libc::AF_INET);
            default(&mut kind, libc::SOCK_STREAM);
            default(&mut proto, 0);
            let (f, k, flags, p) = kinds_of(family, kind, proto);
            let made = net::socket_with(f, k, flags, p).map_err(|e| failed(rt, e))?;
            made.into_raw_fd()
        }
    };
    setup(rt, socket, (fd, family, kind, proto))
}

/// Fills a socket in; the default timeout makes it one that does not block.
fn setup(rt: &Rt, socket: &Socket, parts: (i32, i32, i32, i32)) -> PyResult<()> {
    let (fd, family, kind, proto) = parts;
    let old = socket.fd.replace(fd);
    if old >= 0 && old != fd {
        // Whoever makes a socket anew gave the old one up.
        let _ = close_file(old);
    }
    socket.family.set(family);
    socket
        .kind
        .set(kind & !(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC));
    socket.proto.set(proto);
    if kind & libc::SOCK_NONBLOCK != 0 {
        socket.timeout.set(Some(Duration::ZERO));
        return Ok(());
    }
    socket.timeout.set(default_timeout(rt));
    if socket.timeout.get().is_some() {
        set_blocking(socket, false).map_err(|e| failed(rt, e))?;
    }
    Ok(())
}

fn set_blocking(socket: &Socket, blocking: bool) -> io::Result<()> {
    let fd = open(socket)?;
    let mut flags = rustix::fs::fcntl_getfl(fd)?;
    flags.set(OFlags::NONBLOCK, !blocking);
    Ok(rustix::fs::fcntl_setfl(fd, flags)?)
}

fn set_timeout(rt: &Rt, value: &Value, timeout: Option<Duration>) -> PyResult {
    let socket = this(rt, value)?;
    set_blocking(socket, timeout.is_none()).map_err(|e| failed(rt, e))?;
    socket.timeout.set(timeout);
    Ok(Value::NONE)
}

fn repr(rt: &Rt, value: &Value) -> PyResult {
    let socket = this(rt, value)?;
    let text = format!(
        "<socket object, fd={}, family={}, type={}, proto={}>",
        socket.fd.get(),
        socket.family.get(),
        socket.kind.get(),
        socket.proto.get()
    );
    Ok(rt.str(&text).into_value())
}

/// An open socket that nobody has any more is closed, with a warning (`sock_finalize`).
fn finalize(rt: &Rt, value: &Value) {
    let Some(socket) = value.downcast_ref::<Socket>() else {
        return;
    };
    if socket.fd.get() < 0 {
        return;
    }
    let warned = rt.repr(value).and_then(|shown| {
        use hognose_object::StrExt;
        rt.warn(
            &rt.types.resource_warning,
            &format!("unclosed {}", shown.to_str()),
        )
    });
    if let Err(raised) = warned {
        (rt.unraisable.get())(rt, &raised, "Exception ignored in", value);
    }
    // There is nobody left to tell.
    let _ = close_file(socket.fd.replace(-1));
}

fn close(rt: &Rt, value: &Value) -> PyResult {
    let fd = this(rt, value)?.fd.replace(-1);
    if fd >= 0
        && let Err(error) = close_file(fd)
        && error.kind() != std::io::ErrorKind::ConnectionReset
    {
        return Err(rt.os_error_from(&error, None));
    }
    Ok(Value::NONE)
}

fn accept(rt: &Rt, value: &Value) -> PyResult {
    let socket = this(rt, value)?;
    let (made, peer): (OwnedFd, _) = call(rt, socket, Wait::Read, |fd| {
        Ok(net::acceptfrom_with(fd, SocketFlags::CLOEXEC)?)
    })?;
    let fd = rt.int(i64::from(made.into_raw_fd()));
    Ok(rt.tuple([fd, address::shown(rt, peer)]).into_value())
}

fn bind(rt: &Rt, value: &Value, address: &Value) -> PyResult {
    let socket = this(rt, value)?;
    let address = address::parse(rt, socket, address, "bind")?;
    let fd = open(socket).map_err(|e| failed(rt, e))?;
    match address {
        Address::Internet(address) => net::bind(fd, &address),
        Address::Unix(address) => net::bind(fd, &address),
    }
    .map_err(|e| failed(rt, e))?;
    Ok(Value::NONE)
}

fn start_connecting(fd: BorrowedFd<'_>, address: &Address) -> io::Result<()> {
    Ok(match address {
        Address::Internet(address) => net::connect(fd, address),
        Address::Unix(address) => net::connect(fd, address),
    }?)
}

/// Connects; the inner result is what the system said (`internal_connect`).
fn connect(rt: &Rt, value: &Value, address: &Value) -> PyResult<io::Result<()>> {
    let socket = this(rt, value)?;
    let address = address::parse(rt, socket, address, "connect")?;
    let fd = match open(socket) {
        Ok(fd) => fd,
        Err(error) => return Ok(Err(error)),
    };
    let timeout = socket.timeout.get();
    let deadline = timeout.map(|timeout| Instant::now() + timeout);
    let started = rt.without_turn(|| start_connecting(fd, &address));
    let waits = match &started {
        Err(error) => match error.raw_os_error() {
            Some(libc::EINTR) => timeout != Some(Duration::ZERO),
            Some(libc::EINPROGRESS | libc::EWOULDBLOCK) => {
                timeout.is_some_and(|timeout| !timeout.is_zero())
            }
            _ => false,
        },
        Ok(()) => false,
    };
    if !waits {
        return Ok(started);
    }
    rt.attend()?;
    let came = rt.wait_for(|| super::ready(fd, Wait::Write, deadline))?;
    match came {
        Err(error) => Ok(Err(error)),
        Ok(false) => Err(timed_out(rt)),
        Ok(true) => Ok(match net::sockopt::socket_error(fd) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(errno)) | Err(errno) => Err(errno.into()),
        }),
    }
}

fn listen(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("listen", args, 0, 1)?;
    let backlog = super::super::int_argument(rt, given.first(), 128)?;
    let fd = open(this(rt, value)?).map_err(|e| failed(rt, e))?;
    net::listen(fd, backlog.max(0) as i32).map_err(|e| failed(rt, e))?;
    Ok(Value::NONE)
}

fn shutdown(rt: &Rt, value: &Value, how: &Value) -> PyResult {
    let how = match rt.index_i64(how)? {
        0 => net::Shutdown::Read,
        1 => net::Shutdown::Write,
        2 => net::Shutdown::Both,
        _ => return Err(failed(rt, rustix::io::Errno::INVAL)),
    };
    let fd = open(this(rt, value)?).map_err(|e| failed(rt, e))?;
    net::shutdown(fd, how).map_err(|e| failed(rt, e))?;
    Ok(Value::NONE)
}

fn socketpair(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("socketpair", args, 0, 3)?;
    let number = |i: usize, default: i64| super::super::int_argument(rt, given.get(i), default);
    let family = number(0, libc::AF_UNIX.into())? as i32;
    let kind = number(1, libc::SOCK_STREAM.into())? as i32;
    let proto = number(2, 0)? as i32;
    let (f, k, flags, p) = kinds_of(family, kind, proto);
    let (a, b) = net::socketpair(f, k, flags, p).map_err(|e| failed(rt, e))?;
    let class = super::super::attribute(rt, "_socket", "socket")?;
    let Some(class): Option<&Ref<TypeObj>> = class.downcast::<TypeObj>() else {
        return Err(rt.system_error("_socket.socket is no type"));
    };
    let mut both = Vec::new();
    for fd in [a, b] {
        let made = rt.call(class.as_value(), &[])?;
        // The socket that the constructor opened makes way.
        setup(
            rt,
            this(rt, &made)?,
            (fd.into_raw_fd(), family, kind, proto),
        )?;
        both.push(made);
    }
    Ok(rt.tuple(both).into_value())
}
