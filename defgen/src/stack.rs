//! Parsing and evaluating recurse as deep as the code nests: they run on a thread with room.

use std::thread;

/// Reserved, not used: pages are only taken when something gets that deep.
const STACK_BYTES: usize = 256 << 20;

/// Runs `work` on a thread whose stack fits every file the guard lets through and every call
/// depth the default limits allow. A panic goes on in the caller.
///
/// # Panics
/// When the system has no room for the thread.
pub fn on_big_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let worker = thread::Builder::new()
            .name("lua".to_owned())
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, work);
        match worker.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => panic!("no thread with a stack of {STACK_BYTES} bytes: {error}"),
        }
    })
}
