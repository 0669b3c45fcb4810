//! The gateway to the DCS-BIOS draft protocol: text messages over UDP.
//!
//! `docs/dcs-bios.md` is the contract. The gateway is one more subscriber of the
//! world, in the same process: [`Service`] owns the sockets and the clock, and
//! everything else here is pure. It knows neither the sim nor the TCP clients.

mod args;
mod budget;
pub mod codec;
mod control;
#[cfg(test)]
mod docs;
mod element;
mod gateway;
mod importer;
mod lever;
mod listing;
mod names;
mod orders;
mod payload;
mod planner;
mod selection;
mod senders;
mod service;
mod sockets;
mod table;

pub use args::BiosArgs;
pub use element::{Element, ElementError};
pub use gateway::Export;
pub use selection::{Pattern, Selection};
pub use service::{Config, Service};
pub use sockets::BindError;
use table::TypeTable;

use aircraft_defs::{Control, Gauge};

/// The types of an aircraft, as a table for people or as JSON.
///
/// # Errors
/// When a value cannot be written as JSON.
pub(crate) fn listing(
    gauges: &[Gauge],
    controls: &[Control],
    json: bool,
) -> serde_json::Result<String> {
    let table = TypeTable::all(gauges, controls);
    let rows = listing::rows(&table);
    match json {
        true => Ok(serde_json::to_string_pretty(&rows)? + "\n"),
        false => Ok(listing::text(&rows)),
    }
}
