//! Parsing and evaluating recurse as deep as the code nests: they run on threads with room.

use std::thread;

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};

/// Reserved, not used: pages are only taken when something gets that deep.
const STACK_BYTES: usize = 128 << 20;

/// Threads whose stacks fit every file the lexer lets through and every call depth the
/// default limits allow: as many as are wanted, or fewer where the system has no room.
///
/// # Errors
/// When it has no room for one.
pub(crate) fn workers(threads: usize) -> Result<ThreadPool, ThreadPoolBuildError> {
    let mut started = Vec::new();
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads.max(1))
        .spawn_handler(|worker| {
            let thread = thread::Builder::new()
                .name("lua".to_owned())
                .stack_size(STACK_BYTES);
            started.push(thread.spawn(|| worker.run())?);
            Ok(())
        })
        .build();
    if pool.is_ok() || threads <= 1 {
        return pool;
    }
    // Those that did start end now; until then they hold the room that the others lack.
    for thread in started {
        let _ = thread.join();
    }
    workers(threads / 2)
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
