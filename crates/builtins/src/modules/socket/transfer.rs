//! Sending and receiving.

use super::address::{self, Address};
use super::{Wait, call, failed, this, timed_out};
use hognose_object::buffer::Buffer;
use hognose_object::tuple::{Tuple, TupleExt};
use hognose_object::{Args, PyResult, Rt, Signature, Value};
use hognose_vm::borrow_descriptor;
use rustix::fd::IntoRawFd;
use rustix::net::{
    self, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketAddrAny,
};
use std::io::{IoSlice, IoSliceMut};
use std::mem::{ManuallyDrop, MaybeUninit};
use std::time::Instant;

/// Most bytes that one call makes room for.
const MOST: usize = 1 << 30;
/// Most descriptors in one message (`SCM_MAX_FD`).
const MOST_DESCRIPTORS: usize = 253;

fn receive_flags(rt: &Rt, value: Option<&Value>) -> PyResult<RecvFlags> {
    let flags = super::super::int_argument(rt, value, 0)?;
    Ok(RecvFlags::from_bits_retain(flags as u32))
}

fn send_flags(rt: &Rt, value: Option<&Value>) -> PyResult<SendFlags> {
    let flags = super::super::int_argument(rt, value, 0)?;
    // A broken connection is an error, not a signal.
    Ok(SendFlags::from_bits_retain(flags as u32) | SendFlags::NOSIGNAL)
}

fn size(rt: &Rt, value: &Value, function: &str) -> PyResult<usize> {
    let size = rt.index_i64(value)?;
    match usize::try_from(size) {
        Ok(size) => Ok(size.min(MOST)),
        Err(_) => Err(rt.value_error(format!("negative buffersize in {function}"))),
    }
}

fn receive(rt: &Rt, value: &Value, size: usize, flags: RecvFlags) -> PyResult<Vec<u8>> {
    let mut bytes = vec![0; size];
    let (n, _) = call(rt, this(rt, value)?, Wait::Read, |fd| {
        Ok(net::recv(fd, bytes.as_mut_slice(), flags)?)
    })?;
    bytes.truncate(n);
    Ok(bytes)
}

fn receive_from(
    rt: &Rt,
    value: &Value,
    size: usize,
    flags: RecvFlags,
) -> PyResult<(Vec<u8>, Option<SocketAddrAny>)> {
    let mut bytes = vec![0; size];
    let (n, from) = call(rt, this(rt, value)?, Wait::Read, |fd| {
        let (n, _, from) = net::recvfrom(fd, bytes.as_mut_slice(), flags)?;
        Ok((n, from))
    })?;
    bytes.truncate(n);
    Ok((bytes, from))
}

pub(super) fn recv(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("recv", args, 1, 2)?;
    let size = size(rt, &given[0], "recv")?;
    let flags = receive_flags(rt, given.get(1))?;
    Ok(rt.bytes(&receive(rt, value, size, flags)?).into_value())
}

pub(super) fn recvfrom(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("recvfrom", args, 1, 2)?;
    let size = size(rt, &given[0], "recvfrom")?;
    let flags = receive_flags(rt, given.get(1))?;
    let (bytes, from) = receive_from(rt, value, size, flags)?;
    let bytes = rt.bytes(&bytes).into_value();
    Ok(rt.tuple([bytes, address::shown(rt, from)]).into_value())
}

/// A writable buffer and how many bytes of it are to be filled.
fn target(
    rt: &Rt,
    args: &Args<'_>,
    function: &'static str,
) -> PyResult<(Buffer, usize, RecvFlags)> {
    let signature = Signature {
        function,
        params: &["buffer", "nbytes", "flags"],
        positional_only: 0,
        positional: 3,
        required: 1,
    };
    let [buffer, size, flags] = rt.bind(&signature, args)?;
    let none = Value::NONE;
    let value = buffer.unwrap_or(&none);
    let Some(buffer) = rt.writable_buffer(value)? else {
        return Err(rt.type_error(format!(
            "{function}() argument 1 must be read-write bytes-like object, not {}",
            rt.type_name(value)
        )));
    };
    let size = size.map_or(Ok(0), |v| rt.index_i64(v))?;
    let Ok(size) = usize::try_from(size) else {
        return Err(rt.value_error(format!("negative buffersize in {function}")));
    };
    let len = buffer.len();
    if size > len {
        let what = if function == "recv_into" {
            "buffer too small for requested bytes"
        } else {
            "nbytes is greater than the length of the buffer"
        };
        return Err(rt.value_error(what));
    }
    let flags = receive_flags(rt, flags)?;
    Ok((buffer, if size == 0 { len } else { size }, flags))
}

pub(super) fn recv_into(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let (buffer, size, flags) = target(rt, args, "recv_into")?;
    if size == 0 {
        return Ok(rt.int(0));
    }
    let bytes = receive(rt, value, size, flags)?;
    buffer.write(0, &bytes);
    Ok(rt.int_from_usize(bytes.len()))
}

pub(super) fn recvfrom_into(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let (buffer, size, flags) = target(rt, args, "recvfrom_into")?;
    let (bytes, from) = receive_from(rt, value, size, flags)?;
    buffer.write(0, &bytes);
    let count = rt.int_from_usize(bytes.len());
    Ok(rt.tuple([count, address::shown(rt, from)]).into_value())
}

pub(super) fn send(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("send", args, 1, 2)?;
    let bytes = rt.bytes_like(&given[0])?;
    let flags = send_flags(rt, given.get(1))?;
    let n = call(rt, this(rt, value)?, Wait::Write, |fd| {
        Ok(net::send(fd, &bytes, flags)?)
    })?;
    Ok(rt.int_from_usize(n))
}

/// All of the bytes, the timeout being for all of them.
pub(super) fn sendall(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("sendall", args, 1, 2)?;
    let bytes = rt.bytes_like(&given[0])?;
    let flags = send_flags(rt, given.get(1))?;
    let socket = this(rt, value)?;
    let timeout = socket.timeout.get().filter(|timeout| !timeout.is_zero());
    let deadline = timeout.map(|timeout| Instant::now() + timeout);
    let mut sent = 0;
    while sent < bytes.len() {
        if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            return Err(timed_out(rt));
        }
        let left = &bytes[sent..];
        sent += call(rt, socket, Wait::Write, |fd| {
            Ok(net::send(fd, left, flags)?)
        })?;
        rt.attend()?;
    }
    Ok(Value::NONE)
}

pub(super) fn sendto(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("sendto", args, 2, 3)?;
    let bytes = rt.bytes_like(&given[0])?;
    let (flags, to) = match given {
        [_, flags, to] => (send_flags(rt, Some(flags))?, to),
        _ => (send_flags(rt, None)?, &given[1]),
    };
    let socket = this(rt, value)?;
    let to = address::parse(rt, socket, to, "sendto")?;
    let n = call(rt, socket, Wait::Write, |fd| {
        Ok(match &to {
            Address::Internet(to) => net::sendto(fd, &bytes, flags, to),
            Address::Unix(to) => net::sendto(fd, &bytes, flags, to),
        }?)
    })?;
    Ok(rt.int_from_usize(n))
}

/// Descriptors that a message carries (`SCM_RIGHTS`); other ancillary data is refused.
fn descriptors(rt: &Rt, value: Option<&Value>) -> PyResult<Vec<i32>> {
    let mut out = Vec::new();
    let Some(value) = value else {
        return Ok(out);
    };
    for item in rt.collect(value)? {
        let parts = match item.downcast_ref::<Tuple>() {
            Some(parts) if parts.len() == 3 => parts.to_vec(),
            _ => {
                return Err(rt.type_error("sendmsg() argument 2 must be an iterable of 3-tuples"));
            }
        };
        let (level, kind) = (rt.index_i64(&parts[0])?, rt.index_i64(&parts[1])?);
        if (level, kind) != (libc::SOL_SOCKET.into(), libc::SCM_RIGHTS.into()) {
            return Err(failed(rt, rustix::io::Errno::INVAL));
        }
        let bytes = rt.bytes_like(&parts[2])?;
        let words = bytes.chunks_exact(4);
        out.extend(words.map(|w| i32::from_ne_bytes([w[0], w[1], w[2], w[3]])));
    }
    Ok(out)
}

pub(super) fn sendmsg(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("sendmsg", args, 1, 4)?;
    let mut buffers = Vec::new();
    for part in rt.collect(&given[0])? {
        buffers.push(rt.bytes_like(&part)?);
    }
    let carried = descriptors(rt, given.get(1))?;
    if carried.len() > MOST_DESCRIPTORS {
        return Err(failed(rt, rustix::io::Errno::INVAL));
    }
    let flags = send_flags(rt, given.get(2))?;
    let socket = this(rt, value)?;
    let to = match given.get(3).filter(|to| !to.is_none()) {
        Some(to) => Some(address::parse(rt, socket, to, "sendmsg")?),
        None => None,
    };
    let n = call(rt, socket, Wait::Write, |fd| {
        let slices: Vec<IoSlice<'_>> = buffers.iter().map(|b| IoSlice::new(b)).collect();
        let rights: Vec<_> = carried
            .iter()
            .filter_map(|fd| borrow_descriptor(*fd))
            .collect();
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_DESCRIPTORS))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        if !rights.is_empty() {
            control.push(SendAncillaryMessage::ScmRights(&rights));
        }
        Ok(match &to {
            None => net::sendmsg(fd, &slices, &mut control, flags),
            Some(Address::Internet(to)) => net::sendmsg_addr(fd, to, &slices, &mut control, flags),
            Some(Address::Unix(to)) => net::sendmsg_addr(fd, to, &slices, &mut control, flags),
        }?)
    })?;
    Ok(rt.int_from_usize(n))
}

pub(super) fn recvmsg(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("recvmsg", args, 1, 3)?;
    let size = rt.index_i64(&given[0])?;
    let Ok(size) = usize::try_from(size) else {
        return Err(rt.value_error("negative buffer size in recvmsg()"));
    };
    let room = given.get(1).map_or(Ok(0), |v| rt.index_i64(v))?;
    if room < 0 {
        return Err(rt.value_error("invalid ancillary data buffer length"));
    }
    let flags = receive_flags(rt, given.get(2))?;
    let mut bytes = vec![0; size.min(MOST)];
    let (n, rights, came, from) = call(rt, this(rt, value)?, Wait::Read, |fd| {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_DESCRIPTORS))];
        let most = (room as usize).min(space.len());
        // All of it is taken out below; what its `drop` looks for after that would not be aligned.
        let mut control = ManuallyDrop::new(RecvAncillaryBuffer::new(&mut space[..most]));
        let mut slices = [IoSliceMut::new(&mut bytes)];
        let message = net::recvmsg(fd, &mut slices, &mut control, flags)?;
        let mut rights = Vec::new();
        for part in control.drain() {
            if let RecvAncillaryMessage::ScmRights(files) = part {
                rights.extend(files.map(IntoRawFd::into_raw_fd));
            }
        }
        Ok((message.bytes, rights, message.flags, message.address))
    })?;
    bytes.truncate(n);
    let mut ancillary = Vec::new();
    if !rights.is_empty() {
        let words: Vec<u8> = rights.iter().flat_map(|fd| fd.to_ne_bytes()).collect();
        ancillary.push(
            rt.tuple([
                rt.int(libc::SOL_SOCKET.into()),
                rt.int(libc::SCM_RIGHTS.into()),
                rt.bytes(&words).into_value(),
            ])
            .into_value(),
        );
    }
    Ok(rt
        .tuple([
            rt.bytes(&bytes).into_value(),
            rt.list(ancillary).into_value(),
            rt.int(i64::from(came.bits())),
            address::shown(rt, from),
        ])
        .into_value())
}
