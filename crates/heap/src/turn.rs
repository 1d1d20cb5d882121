//! Turns: the threads of one interpreter use the heap one at a time (CPython's global interpreter lock).
//!
//! Whoever holds the heap's key begins with the turn. A thread gives it away for the time of something that may take
//! long ([`without_turn`]), or because another has waited long enough ([`pass_turn`]).

use crate::attention::request_attention;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

struct Turn {
    taken: bool,
    waiting: usize,
    /// How often the turn was taken.
    times: u64,
}

static TURN: Mutex<Turn> = Mutex::new(Turn {
    taken: false,
    waiting: 0,
    times: 0,
});
/// The turn is free.
static FREE: Condvar = Condvar::new();
/// Somebody took the turn.
static TAKEN: Condvar = Condvar::new();
/// Threads that [`spawn`] started and that have not ended.
static SPAWNED: AtomicUsize = AtomicUsize::new(0);

/// How long a thread waits before it asks for the turn (`sys.setswitchinterval`), in microseconds.
static INTERVAL: AtomicUsize = AtomicUsize::new(5000);

/// Sets how long a thread waits before it asks for the turn.
pub fn set_switch_interval(interval: Duration) {
    let microseconds = interval.as_micros().clamp(1, u128::from(u32::MAX));
    INTERVAL.store(microseconds as usize, Ordering::Relaxed);
}

fn turn() -> MutexGuard<'static, Turn> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until the turn is free, and takes it.
pub(crate) fn take() {
    let mut turn = turn();
    turn.waiting += 1;
    while turn.taken {
        let seen = turn.times;
        let interval = Duration::from_micros(INTERVAL.load(Ordering::Relaxed) as u64);
        let (again, wait) = FREE
            .wait_timeout(turn, interval)
            .unwrap_or_else(PoisonError::into_inner);
        turn = again;
        if wait.timed_out() && turn.taken && turn.times == seen {
            request_attention();
        }
    }
    turn.waiting -= 1;
    turn.taken = true;
    turn.times += 1;
    TAKEN.notify_all();
}

/// Lets the next thread have the turn.
pub(crate) fn release() {
    turn().taken = false;
    FREE.notify_one();
}

/// How many threads there are beside the one that entered the heap.
pub fn spawned_threads() -> usize {
    SPAWNED.load(Ordering::SeqCst)
}

/// Runs `f` while other threads may use the heap.
///
/// `f` can reach no value: neither values nor what holds them can be sent to another thread.
pub fn without_turn<R: Send>(f: impl FnOnce() -> R + Send) -> R {
    struct Back;
    impl Drop for Back {
        fn drop(&mut self) {
            take();
        }
    }
    release();
    let _back = Back;
    f()
}

/// Gives the turn to a thread that waits for it, if one does, and takes it again after that.
pub fn pass_turn() {
    let before = {
        let mut turn = turn();
        if turn.waiting == 0 {
            return;
        }
        turn.taken = false;
        turn.times
    };
    FREE.notify_one();
    let mut turn = turn();
    while turn.times == before && turn.waiting > 0 {
        turn = TAKEN.wait(turn).unwrap_or_else(PoisonError::into_inner);
    }
    drop(turn);
    take();
}

/// Runs what makes a second process, 0 being its answer in the child, where no other thread goes on.
pub(crate) fn while_forking(fork: impl FnOnce() -> io::Result<i32>) -> io::Result<i32> {
    let mut turn = turn();
    let made = fork();
    if matches!(made, Ok(0)) {
        turn.waiting = 0;
        SPAWNED.store(0, Ordering::SeqCst);
    }
    made
}

/// Starts a thread that runs `f` when it has the turn; what `f` owns may be values.
pub fn spawn(stack_size: usize, f: impl FnOnce() + 'static) -> io::Result<()> {
    struct Carried<F>(F);
    // SAFETY: values are only touched by a thread that has the turn: the caller has it now, and the new thread opens
    // what is carried when it has taken it. If no thread is made, it is dropped here.
    unsafe impl<F> Send for Carried<F> {}
    impl<F: FnOnce()> Carried<F> {
        fn run(self) {
            (self.0)();
        }
    }
    struct End;
    impl Drop for End {
        fn drop(&mut self) {
            SPAWNED.fetch_sub(1, Ordering::SeqCst);
            release();
        }
    }
    let carried = Carried(f);
    SPAWNED.fetch_add(1, Ordering::SeqCst);
    let started = std::thread::Builder::new()
        .stack_size(stack_size)
        .spawn(move || {
            crate::signals::block();
            take();
            let _end = End;
            carried.run();
        });
    if started.is_err() {
        SPAWNED.fetch_sub(1, Ordering::SeqCst);
    }
    started.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::rc::Rc;

    #[test]
    fn threads_share_what_cannot_be_sent_by_taking_turns() {
        let _key = crate::enter();
        let count = Rc::new(Cell::new(0));
        for _ in 0..4 {
            let count = count.clone();
            spawn(1 << 16, move || {
                for _ in 0..100 {
                    count.set(count.get() + 1);
                    pass_turn();
                }
            })
            .unwrap();
        }
        while spawned_threads() > 0 {
            without_turn(|| std::thread::sleep(Duration::from_millis(1)));
        }
        assert_eq!((count.get(), Rc::strong_count(&count)), (400, 1));
    }

    #[test]
    fn a_thread_that_waits_asks_for_the_turn() {
        let _key = crate::enter();
        let done = Rc::new(Cell::new(false));
        let inner = done.clone();
        spawn(1 << 16, move || inner.set(true)).unwrap();
        while !done.get() {
            if crate::attention_due() && crate::give_attention() {
                pass_turn();
            }
            std::hint::spin_loop();
        }
        while spawned_threads() > 0 {
            without_turn(std::thread::yield_now);
        }
    }
}
