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
            0 => Ok(members(&before)),
            error => Err(io::Error::from_raw_os_error(error)),
        }
    }
}

/// Sends SIGALRM after some seconds, or not at all after 0; gives the seconds that an earlier call had left.
pub fn alarm(seconds: u32) -> u32 {
    // SAFETY: the call has no condition.
    unsafe { libc::alarm(seconds) }
}

/// A timer's time to come and the interval after that, in seconds.
pub type Timer = (f64, f64);

fn seconds(time: libc::timeval) -> f64 {
    time.tv_sec as f64 + time.tv_usec as f64 * 1e-6
}

/// Seconds as the system counts them; a time that is not 0 stays so.
fn time_value(seconds: f64) -> libc::timeval {
    let microseconds = (seconds * 1e6).ceil();
    libc::timeval {
        tv_sec: (microseconds / 1e6).floor() as libc::time_t,
        tv_usec: (microseconds % 1e6) as libc::suseconds_t,
    }
}

/// Sets a timer by its number; gives what it was (`setitimer`).
pub fn set_timer(which: i32, (first, interval): Timer) -> io::Result<Timer> {
    let new = libc::itimerval {
        it_interval: time_value(interval),
        it_value: time_value(first),
    };
    // SAFETY: a zeroed `itimerval` is a valid one, both are ours.
    let (done, old) = unsafe {
        let mut old: libc::itimerval = MaybeUninit::zeroed().assume_init();
        let done = libc::setitimer(which as _, &new, &mut old);
        (done, old)
    };
    match done {
        0 => Ok((seconds(old.it_value), seconds(old.it_interval))),
        _ => Err(io::Error::last_os_error()),
    }
}

/// What a timer has left (`getitimer`).
pub fn timer(which: i32) -> io::Result<Timer> {
    // SAFETY: a zeroed `itimerval` is a valid one, and ours.
    let (done, now) = unsafe {
        let mut now: libc::itimerval = MaybeUninit::zeroed().assume_init();
        (libc::getitimer(which as _, &mut now), now)
    };
    match done {
        0 => Ok((seconds(now.it_value), seconds(now.it_interval))),
        _ => Err(io::Error::last_os_error()),
    }
}

/// The signals that came while this thread, or every thread, blocks them (`sigpending`).
pub fn pending() -> io::Result<Vec<usize>> {
    // SAFETY: the set is ours, and made empty before it is filled.
    unsafe {
        let mut set: libc::sigset_t = MaybeUninit::zeroed().assume_init();
        libc::sigemptyset(&mut set);
        match libc::sigpending(&mut set) {
            0 => Ok(members(&set)),
            _ => Err(io::Error::last_os_error()),
        }
    }
}

fn members(set: &libc::sigset_t) -> Vec<usize> {
    // SAFETY: the set was made by the C library.
    let is_in = |&signal: &usize| unsafe { libc::sigismember(set, signal as libc::c_int) == 1 };
    (1..COUNT).filter(is_in).collect()
}

/// What is known of a signal that was waited for.
#[derive(Clone, Copy, Debug)]
pub struct Received {
    pub signal: i32,
    pub code: i32,
    pub errno: i32,
    pub pid: i32,
    pub uid: u32,
    pub status: i32,
}

/// Waits for one of these signals, which this thread blocks (`sigtimedwait`); with no limit of time unless one is given.
pub fn wait_for(signals: &[usize], limit: Option<std::time::Duration>) -> io::Result<Received> {
    let limit = limit.map(|limit| libc::timespec {
        tv_sec: libc::time_t::try_from(limit.as_secs()).unwrap_or(libc::time_t::MAX),
        tv_nsec: limit.subsec_nanos().into(),
    });
    // SAFETY: set and information are ours; the fields that are asked for are those of the kind of signal, or else
    // bytes of the zeroed whole.
    unsafe {
        let mut set: libc::sigset_t = MaybeUninit::zeroed().assume_init();
        let mut info: libc::siginfo_t = MaybeUninit::zeroed().assume_init();
        libc::sigemptyset(&mut set);
        for &signal in signals {
            libc::sigaddset(&mut set, signal as libc::c_int);
        }
        let limit = limit.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
        if libc::sigtimedwait(&set, &mut info, limit) < 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(Received {
            signal: info.si_signo,
            code: info.si_code,
            errno: info.si_errno,
            pid: info.si_pid(),
            uid: info.si_uid(),
            status: info.si_status(),
        })
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
