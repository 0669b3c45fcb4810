//! Parsing and evaluating recurse as deep as the code nests: they run on a thread with room.

/// Runs `work` on a thread whose stack fits every file the guard lets through and every call
/// depth the default limits allow. A panic goes on in the caller.
pub fn on_big_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let _ = work;
    unimplemented!()
}
