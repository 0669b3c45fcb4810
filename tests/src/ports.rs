//! Ports for programs under test, which bind them some time after they were chosen.

use std::net::{Ipv4Addr, TcpListener};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

/// The ports to choose from. Systems take the ports of outgoing connections from above them, so no
/// connection of another test occupies a chosen port before its program binds it.
const FIRST: u32 = 10_000;
const COUNT: u32 = 20_000;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// Returns a TCP port of this computer that is free, and that no other test of this process gets.
///
/// # Panics
/// Without a free port.
#[must_use]
pub fn free_port() -> u16 {
    // Test processes that run at the same time begin far from each other.
    let start = process::id().wrapping_mul(997);
    for _ in 0..COUNT {
        let offset = start.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % COUNT;
        let port = u16::try_from(FIRST + offset).expect("below 65536");
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
    panic!("no free port");
}
