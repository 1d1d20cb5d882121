//! Threads of Python's: one runs at a time, and what is each one's own is put in place when its turn comes.

use crate::raised::PyResult;
use crate::rt::Rt;
use hognose_heap::ValueCell;
use rustc_hash::FxHashMap;
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::io;

/// What belongs to the running thread (`PyThreadState`).
pub struct Thread {
    /// `threading.get_ident()`; the main thread's is [`MAIN`].
    pub ident: Cell<u64>,
    /// Native frames between Python frames: the guard of the native stack.
    pub native_depth: Cell<u32>,
    /// Containers whose repr is being made, for `[...]`.
    pub repr_running: RefCell<Vec<u64>>,
    /// `sys.set_asyncgen_hooks`: first iteration, finaliser.
    pub asyncgen_hooks: (ValueCell, ValueCell),
    /// Address below which the native stack is not to grow; 0 where its size is not known.
    pub stack_limit: Cell<usize>,
    /// `sys.set_coroutine_origin_tracking_depth`
    pub origin_depth: Cell<usize>,
    /// What native modules keep for each thread, by module name.
    pub module_state: RefCell<FxHashMap<&'static str, Box<dyn Any>>>,
}

/// [`Thread::ident`] of the thread that started the interpreter.
pub const MAIN: u64 = 1;

/// Native stack of a thread that does not ask for a size: address space, filled as it is used.
pub const STACK_SIZE: usize = 256 << 20;

/// What is left of a native stack for those that do not look.
const STACK_RESERVE: usize = 1 << 20;

impl Thread {
    pub(crate) fn new(ident: u64) -> Thread {
        Thread {
            ident: Cell::new(ident),
            native_depth: Cell::new(0),
            repr_running: RefCell::default(),
            asyncgen_hooks: Default::default(),
            stack_limit: Cell::new(0),
            origin_depth: Cell::new(0),
            module_state: RefCell::default(),
        }
    }

    /// Exchanges what two threads have.
    fn swap(&self, other: &Thread) {
        self.ident.swap(&other.ident);
        self.native_depth.swap(&other.native_depth);
        self.repr_running.swap(&other.repr_running);
        self.stack_limit.swap(&other.stack_limit);
        self.origin_depth.swap(&other.origin_depth);
        self.module_state.swap(&other.module_state);
        for (a, b) in [
            (&self.asyncgen_hooks.0, &other.asyncgen_hooks.0),
            (&self.asyncgen_hooks.1, &other.asyncgen_hooks.1),
        ] {
            let first = a.take();
            a.set(b.take());
            b.set(first);
        }
    }
}

impl Rt {
    /// Tells how large the running thread's native stack is, of which little is used yet.
    pub fn guard_stack(&self, size: usize) {
        let here = 0u8;
        let here = std::ptr::from_ref(&here) as usize;
        let limit = match size.checked_sub(STACK_RESERVE) {
            Some(usable) => here.saturating_sub(usable),
            None => 0,
        };
        self.thread.stack_limit.set(limit);
    }

    /// Refuses to go deeper when the native stack nears its end: for what nests without calling Python code, such as
    /// an iterator over an iterator.
    #[inline]
    pub fn check_stack(&self) -> PyResult<()> {
        let here = 0u8;
        if (std::ptr::from_ref(&here) as usize) < self.thread.stack_limit.get() {
            return Err(self.recursion_error("maximum recursion depth exceeded"));
        }
        Ok(())
    }

    /// Whether the running thread is the one that started the interpreter.
    pub fn is_main_thread(&self) -> bool {
        self.thread.ident.get() == MAIN
    }

    /// Runs `f`, which may take long, while other threads run Python (`Py_BEGIN_ALLOW_THREADS`).
    pub fn without_turn<R: Send>(&self, f: impl FnOnce() -> R + Send) -> R {
        if hognose_heap::spawned_threads() == 0 {
            return f();
        }
        self.at_rest(|| hognose_heap::without_turn(f))
    }

    /// As [`Rt::without_turn`], for a system call: a signal that interrupts it is looked after, and it is made again
    /// (PEP 475).
    pub fn wait_for<T: Send>(
        &self,
        mut call: impl FnMut() -> io::Result<T> + Send,
    ) -> PyResult<io::Result<T>> {
        loop {
            match self.without_turn(&mut call) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => self.attend()?,
                done => return Ok(done),
            }
        }
    }

    /// Looks after signals and other threads now, if they ask for it (`PyErr_CheckSignals`).
    #[inline]
    pub fn attend(&self) -> PyResult<()> {
        if hognose_heap::attention_requested() {
            self.handle_interrupt()?;
        }
        Ok(())
    }

    /// Lets another thread run, if one waits.
    pub fn pass_turn(&self) {
        if hognose_heap::spawned_threads() > 0 {
            self.at_rest(hognose_heap::pass_turn);
        }
    }

    /// Does what ends with this thread having the turn again, its own state put away meanwhile.
    fn at_rest<R>(&self, f: impl FnOnce() -> R) -> R {
        let own = Thread::new(0);
        self.thread.swap(&own);
        let hooks = self.vm_hooks.get();
        let stacks = hooks.map(|hooks| (hooks.leave)(self));
        let result = f();
        if let Some(hooks) = hooks {
            (hooks.enter)(self, stacks);
        }
        self.thread.swap(&own);
        if self.is_main_thread() && hognose_heap::signals::any_caught() {
            // They came while others ran, who leave them to this thread.
            hognose_heap::request_attention();
        }
        result
    }

    /// Starts a thread that runs `body`; gives its identity (`PyThread_start_new_thread`).
    pub fn start_thread(
        &self,
        stack_size: usize,
        body: impl FnOnce(&Rt) + 'static,
    ) -> io::Result<u64> {
        let ident = self.last_ident.get() + 1;
        let thread = Thread::new(ident);
        hognose_heap::spawn(stack_size, move || {
            hognose_heap::with_host(|rt: &Rt| {
                rt.thread.swap(&thread);
                rt.guard_stack(stack_size);
                if let Some(hooks) = rt.vm_hooks.get() {
                    (hooks.enter)(rt, None);
                    body(rt);
                    drop((hooks.leave)(rt));
                }
                rt.thread.swap(&thread);
            });
        })?;
        self.last_ident.set(ident);
        Ok(ident)
    }
}
