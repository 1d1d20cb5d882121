//! Files and folders by path.

use super::{argument, failed, flag, located, required};
use crate::paths;
use hognose_object::bytes::with_bytes;
use hognose_object::{Args, Call, NativeDef, PyResult, Rt, Str, Value};
use rustix::fs::{self as sys, AtFlags, CWD, Mode, Timespec, Timestamps};
use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

pub(super) const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "access",
        "($module, /, path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)",
        Call::Many(access),
    ),
    NativeDef::new(
        "chdir",
        "($module, /, path)",
        Call::Many(|rt, _, args| on_path(rt, args, "chdir", |p| std::env::set_current_dir(p))),
    ),
    NativeDef::new(
        "chmod",
        "($module, /, path, mode, *, dir_fd=None, follow_symlinks=True)",
        Call::Many(chmod),
    ),
    NativeDef::new(
        "chown",
        "($module, /, path, uid, gid, *, dir_fd=None, follow_symlinks=True)",
        Call::Many(chown),
    ),
    NativeDef::new(
        "fspath",
        "($module, /, path)",
        Call::One(|rt, _, path| paths::fspath(rt, path)),
    ),
    NativeDef::new(
        "getcwd",
        "($module, /)",
        Call::Zero(|rt, _| {
            let folder = std::env::current_dir().map_err(|e| failed(rt, e, None))?;
            Ok(paths::from_path(rt, &folder))
        }),
    ),
    NativeDef::new(
        "getcwdb",
        "($module, /)",
        Call::Zero(|rt, _| {
            let folder = std::env::current_dir().map_err(|e| failed(rt, e, None))?;
            Ok(rt.bytes(folder.as_os_str().as_encoded_bytes()).into_value())
        }),
    ),
    NativeDef::new(
        "link",
        "",
        Call::Many(|rt, _, args| two_paths(rt, args, "link", |a, b| fs::hard_link(a, b))),
    ),
    NativeDef::new("listdir", "($module, path=None)", Call::Many(listdir)),
    NativeDef::new(
        "mkdir",
        "($module, /, path, mode=511, *, dir_fd=None)",
        Call::Many(mkdir),
    ),
    NativeDef::new(
        "readlink",
        "($module, /, path, *, dir_fd=None)",
        Call::Many(readlink),
    ),
    NativeDef::new(
        "remove",
        "($module, /, path, *, dir_fd=None)",
        Call::Many(|rt, _, args| on_path(rt, args, "remove", unlink)),
    ),
    NativeDef::new(
        "rename",
        "",
        Call::Many(|rt, _, args| two_paths(rt, args, "rename", |a, b| fs::rename(a, b))),
    ),
    NativeDef::new(
        "replace",
        "",
        Call::Many(|rt, _, args| two_paths(rt, args, "replace", |a, b| fs::rename(a, b))),
    ),
    NativeDef::new(
        "rmdir",
        "($module, /, path, *, dir_fd=None)",
        Call::Many(|rt, _, args| on_path(rt, args, "rmdir", |p| fs::remove_dir(p))),
    ),
    NativeDef::new(
        "symlink",
        "",
        Call::Many(|rt, _, args| {
            two_paths(rt, args, "symlink", |a, b| std::os::unix::fs::symlink(a, b))
        }),
    ),
    NativeDef::new(
        "truncate",
        "($module, /, path, length)",
        Call::Many(truncate),
    ),
    NativeDef::new(
        "unlink",
        "($module, /, path, *, dir_fd=None)",
        Call::Many(|rt, _, args| on_path(rt, args, "unlink", unlink)),
    ),
    NativeDef::new("utime", "", Call::Many(utime)),
    NativeDef::new("_path_splitroot_ex", "", Call::One(splitroot)),
    NativeDef::new("_path_normpath", "", Call::One(normpath)),
];

/// Removes a file as `unlink(2)` does: a folder is an error, which one it is the system says.
fn unlink(path: &Path) -> io::Result<()> {
    Ok(sys::unlinkat(CWD, path, AtFlags::empty())?)
}

fn on_path(
    rt: &Rt,
    args: &Args<'_>,
    function: &str,
    f: impl FnOnce(&Path) -> io::Result<()>,
) -> PyResult {
    let path = required(rt, args, function, 0, "path")?;
    let file = located(rt, args, &path, "dir_fd")?;
    f(&file).map_err(|e| failed(rt, e, Some(&path)))?;
    Ok(Value::NONE)
}

fn two_paths(
    rt: &Rt,
    args: &Args<'_>,
    function: &str,
    f: impl FnOnce(&Path, &Path) -> io::Result<()>,
) -> PyResult {
    let source = required(rt, args, function, 0, "src")?;
    let target = required(rt, args, function, 1, "dst")?;
    let from = located(rt, args, &source, "src_dir_fd")?;
    let to = located(rt, args, &target, "dst_dir_fd")?;
    f(&from, &to).map_err(|e| failed_two(rt, &e, &source, &target))?;
    Ok(Value::NONE)
}

/// The OSError of a call about two files.
fn failed_two(
    rt: &Rt,
    error: &io::Error,
    source: &Value,
    target: &Value,
) -> hognose_object::Raised {
    let number = rt.int(i64::from(error.raw_os_error().unwrap_or(0)));
    let text = error.to_string();
    let text = rt
        .str(text.split(" (os error").next().unwrap_or_default())
        .into_value();
    rt.raise_with(
        &rt.types.os_error,
        &[number, text, source.clone(), Value::NONE, target.clone()],
    )
}

fn access(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let path = required(rt, args, "access", 0, "path")?;
    let mode = required(rt, args, "access", 1, "mode")?;
    let file = located(rt, args, &path, "dir_fd")?;
    let mode = sys::Access::from_bits_truncate(rt.index_i64(&mode)? as u32);
    let mut flags = AtFlags::empty();
    if flag(rt, args, "effective_ids", false)? {
        flags |= AtFlags::EACCESS;
    }
    Ok(Value::bool(sys::accessat(CWD, &file, mode, flags).is_ok()))
}

fn chmod(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let path = required(rt, args, "chmod", 0, "path")?;
    let mode = required(rt, args, "chmod", 1, "mode")?;
    let mode = fs::Permissions::from_mode(rt.index_i64(&mode)? as u32);
    let file = match rt.as_int(&path).and_then(|i| i.to_i64()) {
        Some(fd) => format!("/proc/self/fd/{fd}").into(),
        None => located(rt, args, &path, "dir_fd")?,
    };
    fs::set_permissions(file, mode).map_err(|e| failed(rt, e, Some(&path)))?;
    Ok(Value::NONE)
}

fn chown(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let path = required(rt, args, "chown", 0, "path")?;
    let id = |index: usize, name: &str| -> PyResult<Option<u32>> {
        let id = rt.index_i64(&required(rt, args, "chown", index, name)?)?;
        Ok(u32::try_from(id).ok())
    };
    let (uid, gid) = (id(1, "uid")?, id(2, "gid")?);
    let file = located(rt, args, &path, "dir_fd")?;
    let changed = if flag(rt, args, "follow_symlinks", true)? {
        std::os::unix::fs::chown(&file, uid, gid)
    } else {
        std::os::unix::fs::lchown(&file, uid, gid)
    };
    changed.map_err(|e| failed(rt, e, Some(&path)))?;
    Ok(Value::NONE)
}

fn listdir(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let path = argument(args, 0, "path").filter(|v| !v.is_none());
    let (file, as_bytes) = match &path {
        None => (".".into(), false),
        Some(path) => match rt.as_int(path).and_then(|i| i.to_i64()) {
            Some(fd) => (format!("/proc/self/fd/{fd}").into(), false),
            None => (
                paths::path_argument(rt, path)?,
                with_bytes(&paths::fspath(rt, path)?, |_| ()).is_some(),
            ),
        },
    };
    let shown = path.clone().unwrap_or_else(|| rt.str(".").into_value());
    let mut names = Vec::new();
    for entry in fs::read_dir(&file).map_err(|e| failed(rt, e, Some(&shown)))? {
        let name = entry.map_err(|e| failed(rt, e, Some(&shown)))?.file_name();
        let bytes = name.as_encoded_bytes();
        names.push(if as_bytes {
            rt.bytes(bytes).into_value()
        } else {
            paths::decode(rt, bytes).into_value()
        });
    }
    Ok(rt.list(names).into_value())
}

fn mkdir(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let path = required(rt, args, "mkdir", 0, "path")?;
    let mode = argument(args, 1, "mode").map_or(Ok(0o777), |v| rt.index_i64(&v))?;
    let file = located(rt, args, &path, "dir_fd")?;
    fs::DirBuilder::new()
        .mode(mode as u32)
        .create(file)
        .map_err(|e| failed(rt, e, Some(&path)))?;
    Ok(Value::NONE)
}

fn readlink(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let path = required(rt, args, "readlink", 0, "path")?;
    let file = located(rt, args, &path, "dir_fd")?;
    let target = fs::read_link(file).map_err(|e| failed(rt, e, Some(&path)))?;
    Ok(
        if path.downcast_ref::<Str>().is_some() || with_bytes(&path, |_| ()).is_none() {
            paths::from_path(rt, &target)
        } else {
            rt.bytes(target.as_os_str().as_encoded_bytes()).into_value()
        },
    )
}

fn truncate(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let path = required(rt, args, "truncate", 0, "path")?;
    let length = rt.index_i64(&required(rt, args, "truncate", 1, "length")?)?;
    let file = match rt.as_int(&path).and_then(|i| i.to_i64()) {
        Some(fd) => format!("/proc/self/fd/{fd}").into(),
        None => paths::path_argument(rt, &path)?,
    };
    let cut = fs::OpenOptions::new()
        .write(true)
        .open(file)
        .and_then(|f| f.set_len(length.max(0) as u64));
    cut.map_err(|e| failed(rt, e, Some(&path)))?;
    Ok(Value::NONE)
}

fn utime(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let path = required(rt, args, "utime", 0, "path")?;
    let now = Timespec {
        tv_sec: 0,
        tv_nsec: libc::UTIME_NOW,
    };
    let pair = |v: &Value| -> PyResult<(Value, Value)> {
        match rt.collect(v)?.as_slice() {
            [a, b] => Ok((a.clone(), b.clone())),
            _ => Err(rt.type_error("utime: 'times' must be either a tuple of two ints or None")),
        }
    };
    let times = if let Some(ns) = args.keyword("ns").filter(|v| !v.is_none()) {
        let spec = |v: &Value| -> PyResult<Timespec> {
            let n = rt.index_i64(v)?;
            Ok(Timespec {
                tv_sec: n.div_euclid(1_000_000_000),
                tv_nsec: n.rem_euclid(1_000_000_000),
            })
        };
        let (a, m) = pair(ns)?;
        Timestamps {
            last_access: spec(&a)?,
            last_modification: spec(&m)?,
        }
    } else if let Some(times) = argument(args, 1, "times").filter(|v| !v.is_none()) {
        let spec = |v: &Value| -> PyResult<Timespec> {
            if let Some(i) = v.as_small_int() {
                return Ok(Timespec {
                    tv_sec: i,
                    tv_nsec: 0,
                });
            }
            let x = rt.to_float(v)?;
            let whole = x.floor();
            Ok(Timespec {
                tv_sec: whole as i64,
                tv_nsec: ((x - whole) * 1e9) as i64,
            })
        };
        let (a, m) = pair(&times)?;
        Timestamps {
            last_access: spec(&a)?,
            last_modification: spec(&m)?,
        }
    } else {
        Timestamps {
            last_access: now,
            last_modification: now,
        }
    };
    let file = match rt.as_int(&path).and_then(|i| i.to_i64()) {
        Some(fd) => format!("/proc/self/fd/{fd}").into(),
        None => located(rt, args, &path, "dir_fd")?,
    };
    let flags = if flag(rt, args, "follow_symlinks", true)? {
        AtFlags::empty()
    } else {
        AtFlags::SYMLINK_NOFOLLOW
    };
    sys::utimensat(CWD, &file, &times, flags).map_err(|e| failed(rt, e, Some(&path)))?;
    Ok(Value::NONE)
}

/// `posixpath.splitroot` natively: drive, root, rest.
fn splitroot(rt: &Rt, _: &Value, path: &Value) -> PyResult {
    let path = paths::fspath(rt, path)?;
    let Some(text) = path.downcast::<Str>() else {
        return Err(rt.type_error("_path_splitroot_ex: path should be string"));
    };
    let bytes = paths::encode(text);
    let slashes = bytes.iter().take_while(|&&c| c == b'/').count();
    let root = match slashes {
        2 => 2,
        n => n.min(1),
    };
    let part = |range: &[u8]| paths::decode(rt, range).into_value();
    Ok(rt
        .tuple([part(b""), part(&bytes[..root]), part(&bytes[root..])])
        .into_value())
}

/// `posixpath.normpath` natively.
fn normpath(rt: &Rt, _: &Value, path: &Value) -> PyResult {
    let path = paths::fspath(rt, path)?;
    let as_bytes = with_bytes(&path, <[u8]>::to_vec);
    let bytes = match (path.downcast_ref::<Str>(), as_bytes.clone()) {
        (Some(text), _) => paths::encode(text),
        (None, Some(bytes)) => bytes,
        (None, None) => Vec::new(),
    };
    let slashes = bytes.iter().take_while(|&&c| c == b'/').count();
    let root = if slashes == 2 { 2 } else { slashes.min(1) };
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in bytes[root..].split(|&c| c == b'/') {
        match part {
            b"" | b"." => (),
            b".." if parts.last().is_some_and(|p| *p != b"..") => drop(parts.pop()),
            b".." if root > 0 && parts.is_empty() => (),
            part => parts.push(part),
        }
    }
    let mut out = bytes[..root].to_vec();
    out.extend(parts.join(&b'/'));
    if out.is_empty() {
        out.push(b'.');
    }
    Ok(if as_bytes.is_some() {
        rt.bytes(&out).into_value()
    } else {
        paths::decode(rt, &out).into_value()
    })
}

/// A mode argument as the system takes it.
pub(super) fn mode(bits: i64) -> Mode {
    Mode::from_bits_truncate(bits as u32)
}
