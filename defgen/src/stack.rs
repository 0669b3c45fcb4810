//! Parsing and evaluating recurse as deep as the code nests: they run on threads with room.

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Reserved, not used: pages are only taken when something gets that deep.
const STACK_BYTES: usize = 256 << 20;

/// Threads whose stacks fit every file the guard lets through and every call depth the
/// default limits allow.
///
/// # Panics
/// When the system has no room for them.
pub(crate) fn workers(threads: usize) -> ThreadPool {
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|index| format!("lua-{index}"))
        .stack_size(STACK_BYTES)
        .build();
    match pool {
        Ok(pool) => pool,
        Err(error) => panic!("no threads with a stack of {STACK_BYTES} bytes: {error}"),
    }
}

/// Runs `work` on such a thread. A panic goes on in the caller.
///
/// # Panics
/// When the system has no room for the thread.
pub fn on_big_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    workers(1).install(work)
}
