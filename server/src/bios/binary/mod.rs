//! The gateway for today's DCS-BIOS: its binary stream, for any aircraft.
//!
//! `docs/dcs-bios.md` is the contract. The gateway is one more subscriber of the world, in the same
//! process.
//!
//! The modules form layers, each of which uses only those before it: `memory` (the memory map),
//! `stream` (its bytes for each listener).

mod memory;
mod stream;
