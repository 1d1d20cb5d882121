//! Numbers as file descriptors, which Python passes around freely.

use std::os::fd::{BorrowedFd, FromRawFd, OwnedFd};

/// A descriptor by its number, to be used at once. A number that names no open file makes the system call fail.
///
/// Python code owns descriptors as plain numbers and may close one at any time; so may it here, and gets `EBADF`.
pub fn borrow_descriptor<'a>(fd: i32) -> Option<BorrowedFd<'a>> {
    // SAFETY: -1 is the one number that is not allowed. Nothing but a system call is done with it, and no Rust code
    // that relies on owning a descriptor can be handed this one's number.
    (fd >= 0).then(|| unsafe { BorrowedFd::borrow_raw(fd) })
}

/// Takes a descriptor over by its number, so that dropping it closes it.
pub fn own_descriptor(fd: i32) -> Option<OwnedFd> {
    // SAFETY: as above; the caller says that the program gives the descriptor up.
    (fd >= 0).then(|| unsafe { OwnedFd::from_raw_fd(fd) })
}
