//! What is published of a cockpit, and what messages from the broker mean. Pure: no sockets, no clock.

mod cockpit;
mod home_assistant;
mod plan;
mod request;
mod retained;

pub(super) use cockpit::{Cockpit, Denial, OFFLINE};
pub(super) use plan::Plan;
