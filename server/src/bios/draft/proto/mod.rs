//! The messages as bytes: how they are written and read, and which types the protocol
//! itself uses.
//!
//! Pure, and the lowest layer: nothing here knows gauges, controls or the world.

pub mod codec;
mod payload;

pub(crate) use payload::encode_text;

/// The type that names the aircraft.
pub(crate) const AIRCRAFT: &str = "AIRCRAFT";
/// The type that asks for the full state, or for the positions of switches.
pub(crate) const SYNC: &str = "SYNC";
/// The types that mean something to the protocol itself.
pub(crate) const RESERVED: [&str; 2] = [AIRCRAFT, SYNC];

/// Returns whether a type means something to the protocol itself.
pub(crate) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}
