//! Threads with large stacks: parsing and evaluating recurse as deeply as the code nests.

use std::thread;

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};

/// The stack of each thread. Only address space is reserved; a page takes memory when it is used.
const STACK_BYTES: usize = 128 << 20;

/// Returns a pool of threads whose stacks are large enough for every file and call depth that the
/// default limits allow. It has fewer threads than asked for if the system lacks memory for them.
///
/// # Errors
/// When the system lacks memory for a single thread.
pub(crate) fn thread_pool(threads: usize) -> Result<ThreadPool, ThreadPoolBuildError> {
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
    // The threads that did start hold the memory that a smaller pool needs: wait for their end.
    for thread in started {
        let _ = thread.join();
    }
    thread_pool(threads / 2)
}

/// Runs `work` on a thread with a large stack. A panic in it continues in the caller.
///
/// # Panics
/// When the system lacks memory for the thread.
pub fn on_big_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match thread_pool(1) {
        Ok(worker) => worker.install(work),
        Err(error) => panic!("no thread with a stack of {STACK_BYTES} bytes: {error}"),
    }
}
