//! The gateway to the DCS-BIOS draft protocol: text messages over UDP.
//!
//! `docs/dcs-bios-draft.md` is the contract. The gateway is one more subscriber of the world, in
//! the same process: [`Service`] owns the sockets and the clock, and the rest is pure. It
//! knows neither the sim nor the clients of the text protocol.
//!
//! The modules form layers, each of which uses only those before it: `proto` (messages as
//! bytes), `types` (the message types of an aircraft), `export` and `import` (the two streams).

mod args;
mod config;
#[cfg(test)]
mod docs_tests;
mod export;
#[cfg(test)]
mod fixtures;
mod gateway;
mod import;
mod mapping;
pub mod proto;
mod service;
mod types;

pub use args::BiosArgs;
pub use config::{Config, Export};
pub use service::Service;
pub use types::{ElementSpec, ElementSpecError, Pattern, Selection};

use types::{TypeTable, listing};

use aircraft_defs::{Control, Gauge};

/// Returns the list of an aircraft's types, as a table for people or as JSON.
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
