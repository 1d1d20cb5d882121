//! Signals of the process, noted by a handler and asked for at safe points (`Modules/signalmodule.c`).

use crate::attention::request_attention;
use std::io;
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

/// One more than the highest signal number (`NSIG`).
pub const COUNT: usize = 65;

static CAUGHT: [AtomicBool; COUNT] = [const { AtomicBool::new(false) }; COUNT];
static ANY: AtomicBool = AtomicBool::new(false);
static WAKEUP: AtomicI32 = AtomicI32::new(-1);

/// What the process does when a signal comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Disposition {
    Default,
    Ignore,
    /// It is noted, and attention requested.
    Catch,
    /// Somebody else's handler.
    Foreign,
}

extern "C" fn note(signal: libc::c_int) {
    // Only what is safe in a signal handler: stores to atomics, and `write`.
    if let Some(caught) = CAUGHT.get(signal as usize) {
        caught.store(true, Ordering::SeqCst);
        ANY.store(true, Ordering::SeqCst);
        request_attention();
    }
    let wakeup = WAKEUP.load(Ordering::SeqCst);
    if wakeup >= 0 {
        let byte = signal as u8;
        // SAFETY: one byte of our own; `errno` is put back, as the interrupted code may be about to read it.
        unsafe {
            let errno = *libc::__errno_location();
            libc::write(wakeup, (&raw const byte).cast(), 1);
            *libc::__errno_location() = errno;
        }
    }
}

fn handler_of(disposition: Disposition) -> libc::sighandler_t {
    match disposition {
        Disposition::Default | Disposition::Foreign => libc::SIG_DFL,
        Disposition::Ignore => libc::SIG_IGN,
        Disposition::Catch => note as *const () as libc::sighandler_t,
    }
}

/// Changes what happens at a signal. Interrupted system calls are not taken up again: they fail with `EINTR`.
pub fn set(signal: usize, disposition: Disposition) -> io::Result<()> {
    // SAFETY: a zeroed `sigaction` is a valid one; the handler does only what handlers may do.
    let done = unsafe {
        let mut action: libc::sigaction = MaybeUninit::zeroed().assume_init();
        action.sa_sigaction = handler_of(disposition);
        libc::sigaction(signal as libc::c_int, &action, std::ptr::null_mut())
    };
    if done == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

/// What happens at a signal now; `None` if there is no such signal.
pub fn get(signal: usize) -> Option<Disposition> {
    // SAFETY: a zeroed `sigaction` is a valid one, and is only filled here.
    let (done, action) = unsafe {
        let mut action: libc::sigaction = MaybeUninit::zeroed().assume_init();
        let done = libc::sigaction(signal as libc::c_int, std::ptr::null(), &mut action);
        (done, action)
    };
    (done == 0).then(|| match action.sa_sigaction {
        libc::SIG_DFL => Disposition::Default,
        libc::SIG_IGN => Disposition::Ignore,
        own if own == handler_of(Disposition::Catch) => Disposition::Catch,
        _ => Disposition::Foreign,
    })
}

/// Notes a signal as if it had come (`PyErr_SetInterruptEx`).
pub fn simulate(signal: usize) {
    note(signal as libc::c_int);
}

/// Whether any caught signal waits to be looked after.
#[inline]
pub fn any_caught() -> bool {
    ANY.load(Ordering::SeqCst)
}

/// The lowest caught signal, which counts as looked after from here on.
pub fn next_caught() -> Option<usize> {
    if !ANY.swap(false, Ordering::SeqCst) {
        return None;
    }
    let next = (1..COUNT).find(|&signal| CAUGHT[signal].swap(false, Ordering::SeqCst))?;
    // There may be more.
    ANY.store(true, Ordering::SeqCst);
    Some(next)
}

/// The descriptor that gets a byte for every caught signal, or -1; gives the one before.
pub fn set_wakeup_fd(fd: i32) -> i32 {
    WAKEUP.swap(fd, Ordering::SeqCst)
}

/// Lets signals come to other threads than this one: those of a program go to its main thread.
pub fn block() {
    change_mask(libc::SIG_BLOCK, &(1..COUNT).collect::<Vec<_>>()).ok();
}

/// Changes which signals this thread blocks (`pthread_sigmask`); gives those it blocked before.
pub fn change_mask(how: i32, signals: &[usize]) -> io::Result<Vec<usize>> {
    // SAFETY: both sets are ours and made empty before they are filled.
    unsafe {
        let mut set: libc::sigset_t = MaybeUninit::zeroed().assume_init();
        let mut before: libc::sigset_t = MaybeUninit::zeroed().assume_init();
        libc::sigemptyset(&mut set);
        libc::sigemptyset(&mut before);
        for &signal in signals {
            libc::sigaddset(&mut set, signal as libc::c_int);
        }
        match libc::pthread_sigmask(how, &set, &mut before) {
            0 => Ok((1..COUNT)
                .filter(|&signal| libc::sigismember(&before, signal as libc::c_int) == 1)
                .collect()),
            error => Err(io::Error::from_raw_os_error(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caught_signal_is_noted_once() {
        let _key = crate::enter();
        let signal = libc::SIGUSR2 as usize;
        assert_eq!(get(signal), Some(Disposition::Default));
        set(signal, Disposition::Catch).unwrap();
        assert_eq!(get(signal), Some(Disposition::Catch));
        // SAFETY: the signal is caught.
        unsafe { libc::raise(libc::SIGUSR2) };
        assert!(any_caught() && crate::give_attention());
        assert_eq!((next_caught(), next_caught()), (Some(signal), None));
        set(signal, Disposition::Default).unwrap();
        assert_eq!((get(1000), any_caught()), (None, false));
    }
}
