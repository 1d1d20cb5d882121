//! `stat` and its kin.

use super::{failed, flag, located, required};
use crate::struct_seq;
use hognose_object::module::Module;
use hognose_object::{Args, Call, NativeDef, PyResult, Ref, Rt, TypeObj, TypeSpec, Value};
use num_bigint::BigInt;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;

pub(super) const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "stat",
        "($module, /, path, *, dir_fd=None, follow_symlinks=True)",
        Call::Many(stat),
    ),
    NativeDef::new(
        "lstat",
        "($module, /, path, *, dir_fd=None)",
        Call::Many(lstat),
    ),
    NativeDef::new(
        "fstat",
        "($module, /, fd)",
        Call::Many(|rt, _, args| {
            let fd = required(rt, args, "fstat", 0, "fd")?;
            of_descriptor(rt, rt.index_i64(&fd)?)
        }),
    ),
];

static STAT_RESULT: TypeSpec = struct_seq::spec("os.stat_result");

const ITEMS: &[&str] = &[
    "st_mode", "st_ino", "st_dev", "st_nlink", "st_uid", "st_gid", "st_size", "_atime", "_mtime",
    "_ctime",
];
const HIDDEN: &[&str] = &[
    "st_atime",
    "st_mtime",
    "st_ctime",
    "st_atime_ns",
    "st_mtime_ns",
    "st_ctime_ns",
    "st_blksize",
    "st_blocks",
    "st_rdev",
];

pub(super) fn install(rt: &Rt, module: &Ref<Module>) {
    module.set(
        rt,
        "stat_result",
        struct_seq::class(rt, &STAT_RESULT, ITEMS, HIDDEN),
    );
}

/// The `os.stat_result` of a file's metadata.
pub(super) fn result(rt: &Rt, meta: &Metadata) -> PyResult {
    let class = crate::modules::attribute(rt, "posix", "stat_result")?;
    let Some(class) = class.downcast::<TypeObj>() else {
        return Err(rt.system_error("posix.stat_result is no type"));
    };
    let unsigned = |n: u64| rt.big_int(BigInt::from(n));
    let items = vec![
        rt.int(i64::from(meta.mode())),
        unsigned(meta.ino()),
        unsigned(meta.dev()),
        unsigned(meta.nlink()),
        rt.int(i64::from(meta.uid())),
        rt.int(i64::from(meta.gid())),
        unsigned(meta.size()),
        rt.int(meta.atime()),
        rt.int(meta.mtime()),
        rt.int(meta.ctime()),
    ];
    let seconds = |s: i64, ns: i64| rt.float(s as f64 + 1e-9 * ns as f64);
    let nanos = |s: i64, ns: i64| rt.big_int(BigInt::from(s) * 1_000_000_000 + ns);
    let hidden = vec![
        seconds(meta.atime(), meta.atime_nsec()),
        seconds(meta.mtime(), meta.mtime_nsec()),
        seconds(meta.ctime(), meta.ctime_nsec()),
        nanos(meta.atime(), meta.atime_nsec()),
        nanos(meta.mtime(), meta.mtime_nsec()),
        nanos(meta.ctime(), meta.ctime_nsec()),
        unsigned(meta.blksize()),
        unsigned(meta.blocks()),
        unsigned(meta.rdev()),
    ];
    Ok(struct_seq::make(rt, class, items, hidden))
}

fn of_descriptor(rt: &Rt, fd: i64) -> PyResult {
    let link = format!("/proc/self/fd/{fd}");
    // The link itself tells whether the descriptor is open; following it asks the file behind it.
    if std::fs::symlink_metadata(&link).is_err() {
        return Err(failed(
            rt,
            std::io::Error::from_raw_os_error(libc::EBADF),
            None,
        ));
    }
    result(
        rt,
        &std::fs::metadata(&link).map_err(|e| failed(rt, e, None))?,
    )
}

fn stat(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let path = required(rt, args, "stat", 0, "path")?;
    if let Some(fd) = rt.as_int(&path).and_then(|i| i.to_i64()) {
        return of_descriptor(rt, fd);
    }
    let file = located(rt, args, &path, "dir_fd")?;
    let follow = flag(rt, args, "follow_symlinks", true)?;
    let meta = if follow {
        std::fs::metadata(&file)
    } else {
        std::fs::symlink_metadata(&file)
    };
    result(rt, &meta.map_err(|e| failed(rt, e, Some(&path)))?)
}

fn lstat(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let path = required(rt, args, "lstat", 0, "path")?;
    let file = located(rt, args, &path, "dir_fd")?;
    result(
        rt,
        &std::fs::symlink_metadata(&file).map_err(|e| failed(rt, e, Some(&path)))?,
    )
}
