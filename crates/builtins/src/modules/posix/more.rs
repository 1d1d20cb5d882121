//! Less common work on files: at an offset, by descriptor, on whole file systems.

use super::descriptors::descriptor;
use super::{argument, failed, files, required};
use crate::{paths, struct_seq};
use hognose_object::module::Module;
use hognose_object::{Args, Call, NativeDef, PyResult, Ref, Rt, TypeObj, TypeSpec, Value};
use rustix::fd::IntoRawFd;
use rustix::fs::{self as sys, CWD};
use rustix::io;

pub(super) const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "fchdir",
        "($module, /, fd)",
        Call::Many(|rt, _, args| {
            let fd = required(rt, args, "fchdir", 0, "fd")?;
            done(rt, rustix::process::fchdir(descriptor(rt, &fd)?))
        }),
    ),
    NativeDef::new(
        "fchmod",
        "($module, /, fd, mode)",
        Call::Many(|rt, _, args| {
            let fd = required(rt, args, "fchmod", 0, "fd")?;
            let mode = rt.index_i64(&required(rt, args, "fchmod", 1, "mode")?)?;
            done(rt, sys::fchmod(descriptor(rt, &fd)?, files::mode(mode)))
        }),
    ),
    NativeDef::new(
        "fchown",
        "($module, /, fd, uid, gid)",
        Call::Many(|rt, _, args| {
            let fd = required(rt, args, "fchown", 0, "fd")?;
            let owner = |i: usize, name: &str| -> PyResult<Option<u32>> {
                Ok(u32::try_from(rt.index_i64(&required(rt, args, "fchown", i, name)?)?).ok())
            };
            let (uid, gid) = (owner(1, "uid")?, owner(2, "gid")?);
            let (uid, gid) = (uid.map(sys::Uid::from_raw), gid.map(sys::Gid::from_raw));
            done(rt, sys::fchown(descriptor(rt, &fd)?, uid, gid))
        }),
    ),
    NativeDef::new(
        "fstatvfs",
        "($module, fd, /)",
        Call::One(|rt, module, fd| {
            let found = sys::fstatvfs(descriptor(rt, fd)?).map_err(|e| failed(rt, e, None))?;
            shown(rt, module, &found)
        }),
    ),
    NativeDef::new(
        "major",
        "($module, device, /)",
        Call::One(|rt, _, device| Ok(rt.int(i64::from(sys::major(rt.index_i64(device)? as u64))))),
    ),
    NativeDef::new(
        "makedev",
        "($module, major, minor, /)",
        Call::Many(|rt, _, args| {
            let given = rt.positional("makedev", args, 2, 2)?;
            let device = sys::makedev(
                rt.index_i64(&given[0])? as u32,
                rt.index_i64(&given[1])? as u32,
            );
            Ok(rt.int(device as i64))
        }),
    ),
    NativeDef::new(
        "memfd_create",
        "($module, /, name, flags=MFD_CLOEXEC)",
        Call::Many(|rt, _, args| {
            let name = required(rt, args, "memfd_create", 0, "name")?;
            let name = paths::path_argument(rt, &name)?;
            let flags = argument(args, 1, "flags").map_or(Ok(1), |v| rt.index_i64(&v))?;
            let flags = sys::MemfdFlags::from_bits_retain(flags as u32);
            let fd = sys::memfd_create(name, flags).map_err(|e| failed(rt, e, None))?;
            Ok(rt.int(i64::from(fd.into_raw_fd())))
        }),
    ),
    NativeDef::new(
        "minor",
        "($module, device, /)",
        Call::One(|rt, _, device| Ok(rt.int(i64::from(sys::minor(rt.index_i64(device)? as u64))))),
    ),
    NativeDef::new(
        "mkfifo",
        "($module, /, path, mode=438, *, dir_fd=None)",
        Call::Many(|rt, _, args| {
            let path = required(rt, args, "mkfifo", 0, "path")?;
            let mode = argument(args, 1, "mode").map_or(Ok(0o666), |v| rt.index_i64(&v))?;
            let file = super::located(rt, args, &path, "dir_fd")?;
            sys::mknodat(CWD, &file, sys::FileType::Fifo, files::mode(mode), 0)
                .map_err(|e| failed(rt, e, Some(&path)))?;
            Ok(Value::NONE)
        }),
    ),
    NativeDef::new("openpty", "($module, /)", Call::Zero(openpty)),
    NativeDef::new(
        "pipe2",
        "($module, flags, /)",
        Call::One(|rt, _, flags| {
            let flags = rustix::pipe::PipeFlags::from_bits_retain(rt.index_i64(flags)? as u32);
            let (read, write) = rustix::pipe::pipe_with(flags).map_err(|e| failed(rt, e, None))?;
            pair(rt, read, write)
        }),
    ),
    NativeDef::new(
        "posix_fadvise",
        "($module, fd, offset, length, advice, /)",
        Call::Many(|rt, _, args| {
            let given = rt.positional("posix_fadvise", args, 4, 4)?;
            // Advice changes nothing that a program can see; the descriptor is checked.
            done(rt, io::fcntl_getfd(descriptor(rt, &given[0])?).map(drop))
        }),
    ),
    NativeDef::new(
        "posix_fallocate",
        "($module, fd, offset, length, /)",
        Call::Many(|rt, _, args| {
            let given = rt.positional("posix_fallocate", args, 3, 3)?;
            let (offset, length) = (rt.index_i64(&given[1])?, rt.index_i64(&given[2])?);
            if offset < 0 || length <= 0 {
                return Err(failed(rt, io::Errno::INVAL, None));
            }
            let flags = sys::FallocateFlags::empty();
            done(
                rt,
                sys::fallocate(
                    descriptor(rt, &given[0])?,
                    flags,
                    offset as u64,
                    length as u64,
                ),
            )
        }),
    ),
    NativeDef::new(
        "pread",
        "($module, fd, length, offset, /)",
        Call::Many(pread),
    ),
    NativeDef::new(
        "pwrite",
        "($module, fd, buffer, offset, /)",
        Call::Many(|rt, _, args| {
            let given = rt.positional("pwrite", args, 3, 3)?;
            let (fd, bytes) = (descriptor(rt, &given[0])?, rt.bytes_like(&given[1])?);
            let offset = place(rt, &given[2])?;
            let n = rt.wait_for(|| io::pwrite(fd, &bytes, offset).map_err(Into::into))?;
            Ok(rt.int_from_usize(n.map_err(|e| failed(rt, e, None))?))
        }),
    ),
    NativeDef::new(
        "sendfile",
        "($module, /, out_fd, in_fd, offset, count)",
        Call::Many(sendfile),
    ),
    NativeDef::new(
        "statvfs",
        "($module, /, path)",
        Call::Many(|rt, module, args| {
            let path = required(rt, args, "statvfs", 0, "path")?;
            let found = if rt.as_int(&path).is_some() {
                sys::fstatvfs(descriptor(rt, &path)?)
            } else {
                sys::statvfs(paths::path_argument(rt, &path)?)
            };
            shown(rt, module, &found.map_err(|e| failed(rt, e, Some(&path)))?)
        }),
    ),
    NativeDef::new(
        "writev",
        "($module, fd, buffers, /)",
        Call::Many(|rt, _, args| {
            let given = rt.positional("writev", args, 2, 2)?;
            let fd = descriptor(rt, &given[0])?;
            let mut parts = Vec::new();
            for part in rt.collect(&given[1])? {
                parts.push(rt.bytes_like(&part)?);
            }
            let n = rt.wait_for(|| {
                let slices: Vec<_> = parts.iter().map(|p| std::io::IoSlice::new(p)).collect();
                io::writev(fd, &slices).map_err(Into::into)
            })?;
            Ok(rt.int_from_usize(n.map_err(|e| failed(rt, e, None))?))
        }),
    ),
];

static STATVFS: TypeSpec = struct_seq::spec("os.statvfs_result");

fn done(rt: &Rt, result: io::Result<()>) -> PyResult {
    result.map_err(|e| failed(rt, e, None))?;
    Ok(Value::NONE)
}

fn pair(rt: &Rt, a: rustix::fd::OwnedFd, b: rustix::fd::OwnedFd) -> PyResult {
    let both = [a, b].map(|fd| rt.int(i64::from(fd.into_raw_fd())));
    Ok(rt.tuple(both).into_value())
}

fn place(rt: &Rt, value: &Value) -> PyResult<u64> {
    u64::try_from(rt.index_i64(value)?).map_err(|_| failed(rt, io::Errno::INVAL, None))
}

fn pread(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("pread", args, 3, 3)?;
    let fd = descriptor(rt, &given[0])?;
    let Ok(length) = usize::try_from(rt.index_i64(&given[1])?) else {
        return Err(failed(rt, io::Errno::INVAL, None));
    };
    let offset = place(rt, &given[2])?;
    let mut bytes = vec![0; length.min(1 << 30)];
    let n = rt.wait_for(|| io::pread(fd, bytes.as_mut_slice(), offset).map_err(Into::into))?;
    let n = n.map_err(|e| failed(rt, e, None))?;
    Ok(rt.bytes(&bytes[..n]).into_value())
}

fn sendfile(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let out = required(rt, args, "sendfile", 0, "out_fd")?;
    let source = required(rt, args, "sendfile", 1, "in_fd")?;
    let offset = required(rt, args, "sendfile", 2, "offset")?;
    let count = rt.index_i64(&required(rt, args, "sendfile", 3, "count")?)?;
    let (out, source) = (descriptor(rt, &out)?, descriptor(rt, &source)?);
    let mut offset = if offset.is_none() {
        None
    } else {
        Some(place(rt, &offset)?)
    };
    let count = usize::try_from(count).map_err(|_| failed(rt, io::Errno::INVAL, None))?;
    let n =
        rt.wait_for(|| sys::sendfile(out, source, offset.as_mut(), count).map_err(Into::into))?;
    Ok(rt.int_from_usize(n.map_err(|e| failed(rt, e, None))?))
}

fn openpty(rt: &Rt, _: &Value) -> PyResult {
    use rustix::pty;
    let flags = pty::OpenptFlags::RDWR | pty::OpenptFlags::NOCTTY | pty::OpenptFlags::CLOEXEC;
    let made = pty::openpt(flags).and_then(|master| {
        pty::grantpt(&master)?;
        pty::unlockpt(&master)?;
        let name = pty::ptsname(&master, Vec::new())?;
        let flags = sys::OFlags::RDWR | sys::OFlags::NOCTTY | sys::OFlags::CLOEXEC;
        let slave = sys::open(name, flags, sys::Mode::empty())?;
        Ok((master, slave))
    });
    let (master, slave) = made.map_err(|e| failed(rt, e, None))?;
    pair(rt, master, slave)
}

fn shown(rt: &Rt, module: &Value, found: &sys::StatVfs) -> PyResult {
    let class = rt.getattr_str(module, "statvfs_result")?;
    let Some(class) = class.downcast::<TypeObj>() else {
        return Err(rt.system_error("posix.statvfs_result is no type"));
    };
    let numbers = [
        found.f_bsize,
        found.f_frsize,
        found.f_blocks,
        found.f_bfree,
        found.f_bavail,
        found.f_files,
        found.f_ffree,
        found.f_favail,
        found.f_flag.bits(),
        found.f_namemax,
    ];
    let items = numbers.iter().map(|n| rt.int(*n as i64)).collect();
    Ok(struct_seq::make(
        rt,
        class,
        items,
        vec![rt.int(found.f_fsid as i64)],
    ))
}

pub(super) fn install(rt: &Rt, module: &Ref<Module>) {
    let names = [
        "f_bsize",
        "f_frsize",
        "f_blocks",
        "f_bfree",
        "f_bavail",
        "f_files",
        "f_ffree",
        "f_favail",
        "f_flag",
        "f_namemax",
    ];
    let class = struct_seq::class(rt, &STATVFS, &names, &["f_fsid"]);
    module.set(rt, "statvfs_result", class);
}
