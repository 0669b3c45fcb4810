//! The encoding of messages, and the types of the protocol itself.
//!
//! Pure, and the lowest layer: it does not know gauges, controls or the world.

pub mod codec;
mod payload;

pub(crate) use payload::encode_text;

/// The type that names the aircraft.
pub(crate) const AIRCRAFT: &str = "AIRCRAFT";
/// The type that requests the full state, or the positions of switches.
pub(crate) const SYNC: &str = "SYNC";
/// The types of the protocol itself.
pub(crate) const RESERVED: [&str; 2] = [AIRCRAFT, SYNC];

/// Returns whether a type belongs to the protocol itself.
pub(crate) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}
