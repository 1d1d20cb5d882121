//! Addresses as Python has them: pairs of host and port, four parts for IPv6, paths for Unix.

use super::{GAI_ERROR, Socket};
use hognose_object::bytes::with_bytes;
use hognose_object::tuple::{Tuple, TupleExt};
use hognose_object::{PyResult, Raised, Rt, Str, StrExt, Value};
use rustix::net::{SocketAddrAny, SocketAddrUnix};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6, ToSocketAddrs};
use std::os::unix::ffi::OsStrExt;

/// Any address that a socket of ours can have.
pub(super) enum Address {
    Internet(SocketAddr),
    Unix(SocketAddrUnix),
}

/// `socket.gaierror` with a number and the words the C library has for it.
pub(super) fn gai_error(rt: &Rt, number: i32) -> Raised {
    let words = match number {
        libc::EAI_FAMILY => "ai_family not supported",
        libc::EAI_SERVICE => "Servname not supported for ai_socktype",
        libc::EAI_SOCKTYPE => "ai_socktype not supported",
        libc::EAI_AGAIN => "Temporary failure in name resolution",
        libc::EAI_NODATA => "No address associated with hostname",
        libc::EAI_BADFLAGS => "Bad value for ai_flags",
        libc::EAI_FAIL => "Non-recoverable failure in name resolution",
        _ => "Name or service not known",
    };
    let class = GAI_ERROR.raise(rt, "");
    let class = rt.type_of(&class.0).clone();
    rt.raise_with(
        &class,
        &[rt.int(i64::from(number)), rt.str(words).into_value()],
    )
}

/// A host as text: a `str` in its IDNA form, or bytes.
pub(super) fn host_text(rt: &Rt, value: &Value) -> PyResult<String> {
    if let Some(text) = value.downcast_ref::<Str>() {
        if let Some(ascii) = text.as_ascii() {
            if ascii.contains('\0') {
                return Err(rt.type_error("host name must not contain null character"));
            }
            return Ok(ascii.to_owned());
        }
        let name = rt.str("idna").into_value();
        let encoded = rt.call_method(value, &rt.names.encode, &[name])?;
        let text = with_bytes(&encoded, |b| String::from_utf8_lossy(b).into_owned());
        return Ok(text.unwrap_or_default());
    }
    match with_bytes(value, |b| String::from_utf8_lossy(b).into_owned()) {
        Some(text) => Ok(text),
        None => Err(rt.type_error(format!(
            "str, bytes or bytearray expected, not {}",
            rt.type_name(value)
        ))),
    }
}

/// The address of a host in a family (`setipaddr`).
pub(super) fn resolve(rt: &Rt, host: &str, family: i32) -> PyResult<IpAddr> {
    let v6 = family == libc::AF_INET6;
    match host {
        "" if v6 => return Ok(Ipv6Addr::UNSPECIFIED.into()),
        "" => return Ok(Ipv4Addr::UNSPECIFIED.into()),
        "<broadcast>" if !v6 => return Ok(Ipv4Addr::BROADCAST.into()),
        _ => (),
    }
    if let Ok(address) = host.parse::<IpAddr>() {
        return if address.is_ipv6() == v6 || family == libc::AF_UNSPEC {
            Ok(address)
        } else {
            Err(gai_error(rt, -9))
        };
    }
    let found = rt.without_turn(|| {
        (host, 0)
            .to_socket_addrs()
            .map(|all| all.map(|a| a.ip()).collect::<Vec<_>>())
    });
    let found = found.map_err(|_| gai_error(rt, libc::EAI_NONAME))?;
    let fitting = found
        .into_iter()
        .find(|a| family == libc::AF_UNSPEC || a.is_ipv6() == v6);
    fitting.ok_or_else(|| gai_error(rt, libc::EAI_NODATA))
}

fn port_of(rt: &Rt, value: &Value, function: &str) -> PyResult<u16> {
    let number = rt.index(value)?;
    let port = rt.as_int(&number).and_then(|n| n.to_i64());
    port.and_then(|n| u16::try_from(n).ok())
        .ok_or_else(|| rt.overflow_error(format!("{function}(): port must be 0-65535.")))
}

/// An address argument (`getsockaddrarg`).
pub(super) fn parse(rt: &Rt, socket: &Socket, value: &Value, function: &str) -> PyResult<Address> {
    match socket.family.get() {
        libc::AF_UNIX => {
            let bytes = match value.downcast_ref::<Str>() {
                Some(text) => crate::paths::encode(text),
                None => match rt.buffer_bytes(value) {
                    Some(bytes) => bytes?,
                    None => {
                        let name = rt.type_name(value);
                        return Err(
                            rt.type_error(format!("a bytes-like object is required, not '{name}'"))
                        );
                    }
                },
            };
            let made = match bytes.strip_prefix(b"\0") {
                Some(name) => SocketAddrUnix::new_abstract_name(name),
                None => SocketAddrUnix::new(std::ffi::OsStr::from_bytes(&bytes)),
            };
            made.map(Address::Unix)
                .map_err(|_| rt.os_error("AF_UNIX path too long"))
        }
        family @ (libc::AF_INET | libc::AF_INET6) => {
            let v6 = family == libc::AF_INET6;
            let Some(row) = value.downcast_ref::<Tuple>() else {
                let family = if v6 { "AF_INET6" } else { "AF_INET" };
                return Err(rt.type_error(format!(
                    "{function}(): {family} address must be tuple, not {}",
                    rt.type_name(value)
                )));
            };
            let row = row.to_vec();
            let good = if v6 {
                (2..=4).contains(&row.len())
            } else {
                row.len() == 2
            };
            if !good {
                return Err(rt.type_error(if v6 {
                    "AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])"
                } else {
                    "AF_INET address must be a pair (host, port)"
                }));
            }
            let host = host_text(rt, &row[0])?;
            let port = port_of(rt, &row[1], function)?;
            let number = |i: usize| row.get(i).map_or(Ok(0), |v| rt.index_i64(v));
            let (flow, scope) = (number(2)?, number(3)?);
            if !(0..=0xf_ffff).contains(&flow) {
                return Err(rt.overflow_error(format!("{function}(): flowinfo must be 0-1048575.")));
            }
            let address = match resolve(rt, &host, family)? {
                IpAddr::V6(ip) => {
                    SocketAddr::V6(SocketAddrV6::new(ip, port, flow as u32, scope as u32))
                }
                ip => SocketAddr::new(ip, port),
            };
            Ok(Address::Internet(address))
        }
        _ => Err(rt.os_error(format!("{function}(): bad family"))),
    }
}

/// An address as a value (`makesockaddr`).
pub(super) fn shown(rt: &Rt, address: Option<SocketAddrAny>) -> Value {
    let Some(address) = address else {
        return Value::NONE;
    };
    if let Ok(unix) = SocketAddrUnix::try_from(address.clone()) {
        if let Some(name) = unix.abstract_name().filter(|name| !name.is_empty()) {
            return rt.bytes(&[b"\0", name].concat()).into_value();
        }
        let path = unix.path_bytes().unwrap_or_default();
        return crate::paths::decode(rt, path).into_value();
    }
    match SocketAddr::try_from(address) {
        Ok(address) => internet(rt, &address),
        Err(_) => Value::NONE,
    }
}

/// An internet address as a value.
pub(super) fn internet(rt: &Rt, address: &SocketAddr) -> Value {
    let host = rt.str(&address.ip().to_string()).into_value();
    let port = rt.int(i64::from(address.port()));
    match address {
        SocketAddr::V4(_) => rt.tuple([host, port]).into_value(),
        SocketAddr::V6(v6) => rt
            .tuple([
                host,
                port,
                rt.int(i64::from(v6.flowinfo())),
                rt.int(i64::from(v6.scope_id())),
            ])
            .into_value(),
    }
}
