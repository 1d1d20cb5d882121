//! Names and numbers of hosts, services and interfaces.

use super::address::{gai_error, host_text, internet, resolve};
use super::failed;
use hognose_object::tuple::{Tuple, TupleExt};
use hognose_object::{Args, Call, NativeDef, PyResult, Rt, Signature, Str, Value};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

pub(super) const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "CMSG_LEN",
        "",
        Call::One(|rt, _, n| control_size(rt, n, 16)),
    ),
    NativeDef::new(
        "CMSG_SPACE",
        "",
        Call::One(|rt, _, n| {
            let size = control_size(rt, n, 16)?;
            Ok(rt.int((rt.index_i64(&size)? + 7) & !7))
        }),
    ),
    NativeDef::new("getaddrinfo", "", Call::Many(getaddrinfo)),
    NativeDef::new("gethostbyaddr", "", Call::One(gethostbyaddr)),
    NativeDef::new(
        "gethostbyname",
        "",
        Call::One(|rt, _, name| {
            let address = resolve(rt, &host_text(rt, name)?, libc::AF_INET)?;
            Ok(rt.str(&address.to_string()).into_value())
        }),
    ),
    NativeDef::new("gethostbyname_ex", "", Call::One(gethostbyname_ex)),
    NativeDef::new(
        "gethostname",
        "",
        Call::Zero(|rt, _| {
            let name = rustix::system::uname();
            Ok(crate::paths::decode(rt, name.nodename().to_bytes()).into_value())
        }),
    ),
    NativeDef::new("getnameinfo", "", Call::Many(getnameinfo)),
    NativeDef::new("getprotobyname", "", Call::One(getprotobyname)),
    NativeDef::new("getservbyname", "", Call::Many(getservbyname)),
    NativeDef::new("getservbyport", "", Call::Many(getservbyport)),
    NativeDef::new(
        "htonl",
        "",
        Call::One(|rt, _, n| Ok(rt.int(i64::from(long(rt, n, "htonl")?.to_be())))),
    ),
    NativeDef::new(
        "htons",
        "",
        Call::One(|rt, _, n| Ok(rt.int(i64::from(short(rt, n, "htons")?.to_be())))),
    ),
    NativeDef::new(
        "if_indextoname",
        "",
        Call::One(|rt, _, n| {
            let wanted = rt.index_i64(n)?;
            match interfaces().into_iter().find(|(index, _)| *index == wanted) {
                Some((_, name)) => Ok(rt.str(&name).into_value()),
                None => Err(failed(rt, rustix::io::Errno::NXIO)),
            }
        }),
    ),
    NativeDef::new(
        "if_nameindex",
        "",
        Call::Zero(|rt, _| {
            let rows = interfaces().into_iter().map(|(index, name)| {
                rt.tuple([rt.int(index), rt.str(&name).into_value()])
                    .into_value()
            });
            Ok(rt.list(rows.collect()).into_value())
        }),
    ),
    NativeDef::new(
        "if_nametoindex",
        "",
        Call::One(|rt, _, name| {
            let wanted = host_text(rt, name)?;
            match interfaces().into_iter().find(|(_, name)| *name == wanted) {
                Some((index, _)) => Ok(rt.int(index)),
                None => Err(rt.os_error("no interface with this name")),
            }
        }),
    ),
    NativeDef::new("inet_aton", "", Call::One(inet_aton)),
    NativeDef::new(
        "inet_ntoa",
        "",
        Call::One(|rt, _, packed| {
            let bytes = rt.bytes_like(packed)?;
            match <[u8; 4]>::try_from(bytes.as_slice()) {
                Ok(parts) => Ok(rt.str(&Ipv4Addr::from(parts).to_string()).into_value()),
                Err(_) => Err(rt.os_error("packed IP wrong length")),
            }
        }),
    ),
    NativeDef::new("inet_ntop", "", Call::Many(inet_ntop)),
    NativeDef::new("inet_pton", "", Call::Many(inet_pton)),
    NativeDef::new(
        "ntohl",
        "",
        Call::One(|rt, _, n| Ok(rt.int(i64::from(u32::from_be(long(rt, n, "ntohl")?))))),
    ),
    NativeDef::new(
        "ntohs",
        "",
        Call::One(|rt, _, n| Ok(rt.int(i64::from(u16::from_be(short(rt, n, "ntohs")?))))),
    ),
];

fn control_size(rt: &Rt, value: &Value, head: i64) -> PyResult {
    let n = rt.index_i64(value)?;
    if !(0..=0x7fff_ffff - 64).contains(&n) {
        return Err(rt.overflow_error("CMSG_LEN() argument out of range"));
    }
    Ok(rt.int(n + head))
}

fn short(rt: &Rt, value: &Value, name: &str) -> PyResult<u16> {
    let n = super::super::int_argument(rt, Some(value), 0)?;
    if n < 0 {
        return Err(rt.overflow_error(format!(
            "{name}: can't convert negative Python int to C 16-bit unsigned integer"
        )));
    }
    u16::try_from(n).map_err(|_| {
        rt.overflow_error(format!(
            "{name}: Python int too large to convert to C 16-bit unsigned integer"
        ))
    })
}

fn long(rt: &Rt, value: &Value, name: &str) -> PyResult<u32> {
    let Some(number) = rt.as_int(value) else {
        return Err(rt.type_error(format!("expected int, {} found", rt.type_name(value))));
    };
    let big = number.to_big();
    if big.sign() == num_bigint::Sign::Minus {
        return Err(rt.overflow_error("can't convert negative value to unsigned int"));
    }
    let _ = name;
    u32::try_from(&big).map_err(|_| rt.overflow_error("int larger than 32 bits"))
}

/// Interfaces by number and name.
fn interfaces() -> Vec<(i64, String)> {
    let Ok(folder) = std::fs::read_dir("/sys/class/net") else {
        return Vec::new();
    };
    let mut all: Vec<(i64, String)> = folder
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let index = std::fs::read_to_string(entry.path().join("ifindex")).ok()?;
            Some((
                index.trim().parse().ok()?,
                entry.file_name().into_string().ok()?,
            ))
        })
        .collect();
    all.sort();
    all
}

/// An IPv4 address in any of the forms that C takes: up to four numbers, decimal, octal or hexadecimal.
fn inet_aton(rt: &Rt, _: &Value, value: &Value) -> PyResult {
    let bad = || rt.os_error("illegal IP address string passed to inet_aton");
    let text = host_text(rt, value)?;
    let number = |part: &str| -> Option<u32> {
        match part.strip_prefix("0x").or_else(|| part.strip_prefix("0X")) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None if part.len() > 1 && part.starts_with('0') => u32::from_str_radix(part, 8).ok(),
            None => part.parse().ok(),
        }
    };
    let parts: Option<Vec<u32>> = text
        .split_whitespace()
        .next()
        .unwrap_or("")
        .split('.')
        .map(number)
        .collect();
    let Some(parts) = parts.filter(|parts| (1..=4).contains(&parts.len())) else {
        return Err(bad());
    };
    let (last, first) = parts.split_last().ok_or_else(bad)?;
    let bits = 32 - 8 * first.len() as u32;
    if first.iter().any(|&part| part > 255) || (bits < 32 && *last >> bits != 0) {
        return Err(bad());
    }
    let mut address = *last;
    for (i, part) in first.iter().enumerate() {
        address |= part << (24 - 8 * i);
    }
    Ok(rt.bytes(&address.to_be_bytes()).into_value())
}

fn inet_pton(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("inet_pton", args, 2, 2)?;
    let text = host_text(rt, &given[1])?;
    let bad = || rt.os_error("illegal IP address string passed to inet_pton");
    match rt.index_i64(&given[0])? as i32 {
        libc::AF_INET => {
            let address: Ipv4Addr = text.parse().map_err(|_| bad())?;
            Ok(rt.bytes(&address.octets()).into_value())
        }
        libc::AF_INET6 => {
            let address: Ipv6Addr = text.parse().map_err(|_| bad())?;
            Ok(rt.bytes(&address.octets()).into_value())
        }
        _ => Err(failed(rt, rustix::io::Errno::AFNOSUPPORT)),
    }
}

fn inet_ntop(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("inet_ntop", args, 2, 2)?;
    let bytes = rt.bytes_like(&given[1])?;
    let address = match rt.index_i64(&given[0])? as i32 {
        libc::AF_INET => <[u8; 4]>::try_from(bytes.as_slice()).map(IpAddr::from),
        libc::AF_INET6 => <[u8; 16]>::try_from(bytes.as_slice()).map(IpAddr::from),
        family => {
            return Err(rt.value_error(format!("unknown address family {family}")));
        }
    };
    match address {
        Ok(address) => Ok(rt.str(&address.to_string()).into_value()),
        Err(_) => Err(rt.value_error("invalid length of packed IP address string")),
    }
}

/// Lines of a file of names, without comments, in words.
fn table(path: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .map(|line| line.split('#').next().unwrap_or_default())
        .map(|line| line.split_whitespace().map(str::to_owned).collect())
        .filter(|words: &Vec<String>| words.len() > 1)
        .collect()
}

/// The port of a service, from `/etc/services`.
fn service(name: &str, protocol: Option<&str>) -> Option<u16> {
    table("/etc/services").into_iter().find_map(|words| {
        let (port, kind) = words[1].split_once('/')?;
        let named = words.iter().enumerate().any(|(i, w)| i != 1 && w == name);
        let fits = named && protocol.is_none_or(|p| p == kind);
        fits.then(|| port.parse().ok()).flatten()
    })
}

fn getservbyname(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("getservbyname", args, 1, 2)?;
    let name = host_text(rt, &given[0])?;
    let protocol = given.get(1).map(|p| host_text(rt, p)).transpose()?;
    match service(&name, protocol.as_deref()) {
        Some(port) => Ok(rt.int(i64::from(port))),
        None => Err(rt.os_error("service/proto not found")),
    }
}

fn getservbyport(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("getservbyport", args, 1, 2)?;
    let port = rt.index_i64(&given[0])?;
    if !(0..=0xffff).contains(&port) {
        return Err(rt.overflow_error("getservbyport: port must be 0-65535."));
    }
    let protocol = given.get(1).map(|p| host_text(rt, p)).transpose()?;
    let found = table("/etc/services").into_iter().find(|words| {
        words[1].split_once('/').is_some_and(|(number, kind)| {
            number.parse() == Ok(port) && protocol.as_deref().is_none_or(|p| p == kind)
        })
    });
    match found {
        Some(words) => Ok(rt.str(&words[0]).into_value()),
        None => Err(rt.os_error("port/proto not found")),
    }
}

fn getprotobyname(rt: &Rt, _: &Value, name: &Value) -> PyResult {
    let wanted = host_text(rt, name)?;
    // The three that every program asks for are known without the file.
    let known = [("icmp", 1), ("tcp", 6), ("udp", 17), ("ipv6", 41)];
    let known = known
        .iter()
        .find(|(name, _)| *name == wanted)
        .map(|(_, n)| *n);
    let number = known.or_else(|| {
        table("/etc/protocols")
            .into_iter()
            .find(|words| {
                words
                    .iter()
                    .enumerate()
                    .any(|(i, w)| i != 1 && *w == wanted)
            })
            .and_then(|words| words[1].parse().ok())
    });
    match number {
        Some(number) => Ok(rt.int(number)),
        None => Err(rt.os_error("protocol not found")),
    }
}

/// The name of an address, if the hosts file has one.
fn host_name(address: IpAddr) -> Option<Vec<String>> {
    let all = table("/etc/hosts").into_iter();
    let mut names = all
        .filter(|words| words[0].parse() == Ok(address))
        .map(|words| words[1..].to_vec());
    names.next()
}

fn host_entry(rt: &Rt, name: &str, others: &[String], addresses: &[IpAddr]) -> Value {
    let texts = |row: Vec<String>| {
        let row = row.iter().map(|text| rt.str(text).into_value()).collect();
        rt.list(row).into_value()
    };
    let addresses = addresses.iter().map(IpAddr::to_string).collect();
    rt.tuple([
        rt.str(name).into_value(),
        texts(others.to_vec()),
        texts(addresses),
    ])
    .into_value()
}

fn gethostbyname_ex(rt: &Rt, _: &Value, name: &Value) -> PyResult {
    let host = host_text(rt, name)?;
    let address = resolve(rt, &host, libc::AF_INET)?;
    Ok(host_entry(rt, &host, &[], &[address]))
}

fn gethostbyaddr(rt: &Rt, _: &Value, name: &Value) -> PyResult {
    let address = resolve(rt, &host_text(rt, name)?, libc::AF_UNSPEC)?;
    match host_name(address) {
        Some(names) => Ok(host_entry(rt, &names[0], &names[1..], &[address])),
        None => Err(failed(rt, rustix::io::Errno::NOENT)),
    }
}

fn getaddrinfo(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "getaddrinfo",
        params: &["host", "port", "family", "type", "proto", "flags"],
        positional_only: 0,
        positional: 6,
        required: 2,
    };
    let [host, port, family, kind, proto, flags] = rt.bind(&SIGNATURE, args)?;
    let number = |value: Option<&Value>| super::super::int_argument(rt, value, 0);
    let (family, kind) = (number(family)? as i32, number(kind)? as i32);
    let (proto, flags) = (number(proto)? as i32, number(flags)? as i32);
    let host = match host.filter(|h| !h.is_none()) {
        None => None,
        Some(host) if host.downcast_ref::<Str>().is_some() || rt.buffer_opt(host).is_some() => {
            Some(host_text(rt, host)?)
        }
        Some(_) => {
            return Err(rt.type_error("getaddrinfo() argument 1 must be string or None"));
        }
    };
    let port = match port.filter(|p| !p.is_none()) {
        None => None,
        Some(port) => match rt.as_int(port) {
            Some(number) => Some(number.to_big().to_string()),
            None if port.downcast_ref::<Str>().is_some() || rt.buffer_opt(port).is_some() => {
                Some(host_text(rt, port)?)
            }
            None => return Err(rt.os_error("Int or String expected")),
        },
    };
    if host.is_none() && port.is_none() {
        return Err(gai_error(rt, libc::EAI_NONAME));
    }
    if !matches!(family, libc::AF_UNSPEC | libc::AF_INET | libc::AF_INET6) {
        return Err(gai_error(rt, libc::EAI_FAMILY));
    }
    let kinds: Vec<(i32, i32)> = [
        (libc::SOCK_STREAM, libc::IPPROTO_TCP),
        (libc::SOCK_DGRAM, libc::IPPROTO_UDP),
        (libc::SOCK_RAW, 0),
    ]
    .into_iter()
    .filter(|(k, p)| (kind == 0 || kind == *k) && (proto == 0 || *p == 0 || proto == *p))
    .map(|(k, p)| (k, if p == 0 { proto } else { p }))
    .collect();
    if kinds.is_empty() {
        return Err(gai_error(rt, libc::EAI_SOCKTYPE));
    }
    // A port for each kind of socket; a service that one kind lacks leaves that kind out.
    let ports: Vec<(i32, i32, u16)> = match port.as_deref() {
        None | Some("") => kinds.into_iter().map(|(k, p)| (k, p, 0)).collect(),
        // As the C library does, numbers are cut to 16 bits.
        Some(text) => match text.parse::<i64>() {
            Ok(number) => kinds
                .into_iter()
                .map(|(k, p)| (k, p, number as u16))
                .collect(),
            Err(_) if flags & libc::AI_NUMERICSERV != 0 => {
                return Err(gai_error(rt, libc::EAI_NONAME));
            }
            Err(_) => {
                let named = kinds.into_iter().filter_map(|(k, p)| {
                    let protocol = match k {
                        libc::SOCK_STREAM => "tcp",
                        libc::SOCK_DGRAM => "udp",
                        _ => return None,
                    };
                    Some((k, p, service(text, Some(protocol))?))
                });
                named.collect()
            }
        },
    };
    if ports.is_empty() {
        return Err(gai_error(rt, libc::EAI_SERVICE));
    }
    let addresses = addresses(rt, host.as_deref(), family, flags)?;
    let mut rows = Vec::new();
    for address in addresses {
        let own = if address.is_ipv6() {
            libc::AF_INET6
        } else {
            libc::AF_INET
        };
        for (kind, proto, port) in &ports {
            let name = match (&host, flags & libc::AI_CANONNAME != 0 && rows.is_empty()) {
                (Some(host), true) => rt.str(host),
                _ => rt.names.empty.clone(),
            };
            rows.push(
                rt.tuple([
                    rt.int(own.into()),
                    rt.int((*kind).into()),
                    rt.int((*proto).into()),
                    name.into_value(),
                    internet(rt, &SocketAddr::new(address, *port)),
                ])
                .into_value(),
            );
        }
    }
    Ok(rt.list(rows).into_value())
}

fn addresses(rt: &Rt, host: Option<&str>, family: i32, flags: i32) -> PyResult<Vec<IpAddr>> {
    let wanted = |address: &IpAddr| {
        family == libc::AF_UNSPEC || address.is_ipv6() == (family == libc::AF_INET6)
    };
    let Some(host) = host else {
        let both: [IpAddr; 2] = if flags & libc::AI_PASSIVE != 0 {
            [Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()]
        } else {
            [Ipv6Addr::LOCALHOST.into(), Ipv4Addr::LOCALHOST.into()]
        };
        return Ok(both.into_iter().filter(wanted).collect());
    };
    if let Ok(address) = host.parse::<IpAddr>() {
        return if wanted(&address) {
            Ok(vec![address])
        } else {
            Err(gai_error(rt, -9))
        };
    }
    if flags & libc::AI_NUMERICHOST != 0 {
        return Err(gai_error(rt, libc::EAI_NONAME));
    }
    use std::net::ToSocketAddrs;
    let found = rt.without_turn(|| {
        (host, 0)
            .to_socket_addrs()
            .map(|all| all.map(|a| a.ip()).collect::<Vec<_>>())
    });
    let found: Vec<IpAddr> = found
        .map_err(|_| gai_error(rt, libc::EAI_NONAME))?
        .into_iter()
        .filter(wanted)
        .collect();
    if found.is_empty() {
        return Err(gai_error(rt, libc::EAI_NODATA));
    }
    Ok(found)
}

fn getnameinfo(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("getnameinfo", args, 2, 2)?;
    let Some(row) = given[0].downcast_ref::<Tuple>() else {
        return Err(rt.type_error("getnameinfo() argument 1 must be a tuple"));
    };
    let row = row.to_vec();
    if !(2..=4).contains(&row.len()) {
        return Err(rt.type_error("getnameinfo(): illegal sockaddr argument"));
    }
    let flags = super::super::int_argument(rt, Some(&given[1]), 0)? as i32;
    let host = host_text(rt, &row[0])?;
    let port = rt.index_i64(&row[1])? as u16;
    let Ok(address) = host.parse::<IpAddr>() else {
        return Err(gai_error(rt, libc::EAI_NONAME));
    };
    let name = (flags & libc::NI_NUMERICHOST == 0)
        .then(|| host_name(address))
        .flatten()
        .and_then(|names| names.into_iter().next());
    if name.is_none() && flags & libc::NI_NAMEREQD != 0 {
        return Err(gai_error(rt, libc::EAI_NONAME));
    }
    let kind = if flags & libc::NI_DGRAM != 0 {
        "udp"
    } else {
        "tcp"
    };
    let service = (flags & libc::NI_NUMERICSERV == 0)
        .then(|| {
            table("/etc/services")
                .into_iter()
                .find(|words| words[1] == format!("{port}/{kind}"))
                .map(|words| words[0].clone())
        })
        .flatten();
    let name = name.unwrap_or_else(|| address.to_string());
    let service = service.unwrap_or_else(|| port.to_string());
    Ok(rt
        .tuple([rt.str(&name).into_value(), rt.str(&service).into_value()])
        .into_value())
}

#[cfg(test)]
mod tests {
    #[test]
    fn comments_are_no_names() {
        assert!(super::table("/nonexistent").is_empty());
    }
}
