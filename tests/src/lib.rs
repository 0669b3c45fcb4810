//! The parts that the whole-program tests share: the programs under test as processes, free ports,
//! a text client, and the stand-in sim.
//!
//! No test depends on the length of a sleep: each waits for a condition, with a deadline so
//! generous that only a fault reaches it.

pub mod client;
pub mod panel;
pub mod process;
pub mod programs;
pub mod rig;
pub mod sim;

use std::time::Duration;

/// The longest that a test waits for something that must happen, on a busy machine too.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Tries `condition` until it gives a value.
///
/// # Panics
/// After [`PATIENCE`]; the message says `what` the test waited for.
pub fn eventually<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let end = std::time::Instant::now() + PATIENCE;
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(
            std::time::Instant::now() < end,
            "waited {PATIENCE:?} for {what}"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}
