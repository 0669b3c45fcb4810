//! Parsing and evaluating recurse as deep as the code nests: they run on threads with room.

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};

/// Reserved, not used: pages are only taken when something gets that deep.
const STACK_BYTES: usize = 256 << 20;

/// Threads whose stacks fit every file the guard lets through and every call depth the
/// default limits allow: as many as are wanted, or fewer where the system has no room.
///
/// # Errors
/// When it has no room for one.
pub(crate) fn workers(threads: usize) -> Result<ThreadPool, ThreadPoolBuildError> {
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads.max(1))
        .thread_name(|index| format!("lua-{index}"))
        .stack_size(STACK_BYTES)
        .build();
    match pool {
        Err(_) if threads > 1 => workers(threads / 2),
        pool => pool,
    }
}

/// Runs `work` on such a thread. A panic goes on in the caller.
///
/// # Panics
/// When the system has no room for the thread.
pub fn on_big_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match workers(1) {
        Ok(worker) => worker.install(work),
        Err(error) => panic!("no thread with a stack of {STACK_BYTES} bytes: {error}"),
    }
}
