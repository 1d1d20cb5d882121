//! Socket options.

use super::{failed, this};
use hognose_heap::process;
use hognose_object::{Args, PyResult, Rt, Value};

/// Longest option that can be asked for.
const MOST: i64 = 1024;

pub(super) fn get(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("getsockopt", args, 2, 3)?;
    let number = |i: usize| super::super::int_argument(rt, given.get(i), 0);
    let (level, name, room) = (number(0)? as i32, number(1)? as i32, number(2)?);
    let fd = this(rt, value)?.fd.get();
    if room == 0 {
        let bytes = process::socket_option(fd, level, name, 4).map_err(|e| failed(rt, e))?;
        let mut word = [0; 4];
        for (place, byte) in word.iter_mut().zip(bytes) {
            *place = byte;
        }
        return Ok(rt.int(i64::from(i32::from_ne_bytes(word))));
    }
    if !(1..=MOST).contains(&room) {
        return Err(rt.os_error("getsockopt buflen out of range"));
    }
    let bytes =
        process::socket_option(fd, level, name, room as usize).map_err(|e| failed(rt, e))?;
    Ok(rt.bytes(&bytes).into_value())
}

pub(super) fn set(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("setsockopt", args, 3, 4)?;
    let number = |i: usize| super::super::int_argument(rt, given.get(i), 0);
    let (level, name) = (number(0)? as i32, number(1)? as i32);
    let bytes = if given[2].is_none() && given.len() == 4 {
        vec![0; rt.index_i64(&given[3])?.clamp(0, MOST) as usize]
    } else if rt.as_int(&given[2]).is_some() {
        (number(2)? as i32).to_ne_bytes().to_vec()
    } else {
        rt.bytes_like(&given[2])?
    };
    let fd = this(rt, value)?.fd.get();
    process::set_socket_option(fd, level, name, &bytes).map_err(|e| failed(rt, e))?;
    Ok(Value::NONE)
}
