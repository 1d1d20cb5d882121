//! The numbers that `posix` names.

use hognose_object::module::Module;
use hognose_object::{Ref, Rt};

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}

const NUMBERS: &[(&str, i64)] = numbers! {
    F_OK R_OK W_OK X_OK O_RDONLY O_WRONLY O_RDWR O_APPEND O_CREAT O_EXCL O_TRUNC O_CLOEXEC O_NONBLOCK O_NOCTTY O_SYNC
    O_DSYNC O_RSYNC O_DIRECTORY O_NOFOLLOW O_NOATIME O_PATH O_TMPFILE O_ASYNC O_DIRECT O_NDELAY O_ACCMODE
    WNOHANG WUNTRACED WCONTINUED WEXITED WSTOPPED WNOWAIT P_PID P_PGID P_ALL PRIO_PROCESS PRIO_PGRP PRIO_USER RTLD_LAZY
    RTLD_NOW RTLD_GLOBAL RTLD_LOCAL RTLD_NODELETE RTLD_NOLOAD SCHED_OTHER SCHED_FIFO SCHED_RR SCHED_BATCH SCHED_IDLE
    ST_RDONLY ST_NOSUID F_LOCK F_TLOCK F_ULOCK F_TEST GRND_NONBLOCK GRND_RANDOM CLD_EXITED CLD_KILLED CLD_DUMPED
    CLD_TRAPPED CLD_STOPPED CLD_CONTINUED
    O_FSYNC SEEK_DATA SEEK_HOLE ST_APPEND ST_MANDLOCK ST_NOATIME ST_NODEV ST_NODIRATIME ST_NOEXEC ST_RELATIME
    ST_SYNCHRONOUS ST_WRITE POSIX_FADV_NORMAL POSIX_FADV_RANDOM POSIX_FADV_SEQUENTIAL POSIX_FADV_WILLNEED
    POSIX_FADV_DONTNEED POSIX_FADV_NOREUSE MFD_CLOEXEC MFD_ALLOW_SEALING
};

/// Exit statuses of `sysexits.h`, from 64 up.
const EXITS: [&str; 15] = [
    "EX_USAGE",
    "EX_DATAERR",
    "EX_NOINPUT",
    "EX_NOUSER",
    "EX_NOHOST",
    "EX_UNAVAILABLE",
    "EX_SOFTWARE",
    "EX_OSERR",
    "EX_OSFILE",
    "EX_CANTCREAT",
    "EX_IOERR",
    "EX_TEMPFAIL",
    "EX_PROTOCOL",
    "EX_NOPERM",
    "EX_CONFIG",
];

pub(super) fn install(rt: &Rt, module: &Ref<Module>) {
    for (name, number) in NUMBERS {
        module.set(rt, name, rt.int(*number));
    }
    module.set(rt, "EX_OK", rt.int(0));
    for (i, name) in EXITS.iter().enumerate() {
        module.set(rt, name, rt.int(64 + i as i64));
    }
    module.set(rt, "O_LARGEFILE", rt.int(0));
    module.set(rt, "TMP_MAX", rt.int(238_328));
    module.set(rt, "NGROUPS_MAX", rt.int(65_536));
    let have = [
        "HAVE_FACCESSAT",
        "HAVE_FCHDIR",
        "HAVE_FCHMOD",
        "HAVE_FDOPENDIR",
        "HAVE_FSTATAT",
        "HAVE_FTRUNCATE",
        "HAVE_FUTIMENS",
        "HAVE_LSTAT",
    ];
    let have = have.iter().map(|name| rt.str(name).into_value()).collect();
    module.set(rt, "_have_functions", rt.list(have));
}
