//! The parts that the whole-program tests share: the programs under test as processes, free ports,
//! a text client, and the stand-in sim.
//!
//! No test depends on the length of a sleep. Each waits for a condition, with a timeout so long
//! that only a failing test reaches it.

pub mod browser;
pub mod client;
pub mod hosted;
pub mod panel;
pub mod ports;
pub mod process;
pub mod programs;
pub mod rig;
pub mod sim;
pub mod small_bios;
pub mod stream;

use std::time::Duration;

/// The longest time that a test waits for an event; long enough for a busy machine.
pub const TIMEOUT: Duration = Duration::from_secs(60);

/// Calls `condition` until it returns a value.
///
/// # Panics
/// After [`TIMEOUT`]; the message says what the test waited for.
pub fn eventually<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let end = std::time::Instant::now() + TIMEOUT;
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(
            std::time::Instant::now() < end,
            "waited {TIMEOUT:?} for {what}"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}
