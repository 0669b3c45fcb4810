//! The inputs of modules as subscriptions of the world.

use dcs_bios_host::InputKey;

use crate::wire::{GaugeRequest, Id, Ref, Request};

/// The decimals of the values that the world sends. The raw values come along unrounded.
const PRECISION: i8 = 9;
/// The most updates of an arg per second: one per step of the modules.
const RATE: f64 = 30.0;

/// The value of an input.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Input {
    /// That of an arg.
    Number(f64),
}

/// Returns the request that subscribes to an input; `None` if the sim cannot be asked for it.
pub(super) fn subscription(key: &InputKey) -> Option<Request> {
    match *key {
        InputKey::Arg(arg) => Some(Request::Gauge(GaugeRequest {
            gauge: Ref::Number(arg),
            id: Id::from(arg),
            precision: PRECISION,
            max_frequency: RATE,
        })),
        _ => None,
    }
}

/// Returns the input of a subscription to a gauge.
pub(super) fn of_gauge(id: Id) -> Option<InputKey> {
    u32::try_from(id).ok().map(InputKey::Arg)
}
