//! The answer to `/api/status`. Pure.

use std::net::SocketAddr;

use aircraft_defs::{Tables, counted};
use serde::Serialize;

use super::PageConfig;
use crate::serve::Observation;

/// The state of the server, for the page.
#[derive(Debug, Serialize)]
pub(super) struct Status<'a> {
    version: &'static str,
    demo: bool,
    /// The address for clients of the text protocol.
    listen: Option<SocketAddr>,
    aircraft: Option<&'a str>,
    sim: SimStatus,
    /// The tag of the catalog, which changes with the tables.
    catalog: Option<&'a str>,
    tables: TablesStatus,
    page: PageStatus,
    clients: usize,
    /// The number of args of the test of wiring that runs.
    testing: usize,
}

#[derive(Debug, Serialize)]
struct SimStatus {
    hook: bool,
    export: bool,
    text: &'static str,
}

#[derive(Debug, Default, Serialize)]
struct TablesStatus {
    controls: usize,
    gauges: usize,
    text: String,
}

/// The place where the page is open.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct PageStatus {
    /// Whether it is open on this computer.
    pub(super) local: bool,
    /// Whether it may examine and repair the connection to the sim.
    pub(super) setup: bool,
    /// Whether a recording is served instead of a sim.
    pub(super) replay: bool,
}

impl<'a> Status<'a> {
    /// Returns the state of the server. `catalog` is the tag of the catalog, if an aircraft is
    /// controlled.
    pub(super) fn new(
        observation: &'a Observation,
        catalog: Option<&'a str>,
        config: &PageConfig,
        page: PageStatus,
    ) -> Self {
        let aircraft = observation.aircraft.as_deref();
        let (hook, export) = (observation.has_hook, observation.has_export);
        let text = sim_text(hook, export, aircraft.is_some());
        Self {
            version: env!("CARGO_PKG_VERSION"),
            demo: config.is_demo,
            listen: config.listen,
            aircraft: aircraft.map(|aircraft| aircraft.name.as_str()),
            sim: SimStatus { hook, export, text },
            catalog,
            tables: aircraft.map_or_else(TablesStatus::default, |aircraft| {
                TablesStatus::of(&aircraft.tables)
            }),
            page,
            clients: observation.statistics.clients,
            testing: observation.tested_args,
        }
    }
}

fn sim_text(hook: bool, export: bool, has_aircraft: bool) -> &'static str {
    match (hook, export) {
        (false, false) => {
            "DCS is not linked. Start it and enter a cockpit; if that does not help, Setup says why"
        }
        (false, true) => {
            "only half of the link is up (the hook is missing), so nothing moves; Setup says why"
        }
        (true, _) if !has_aircraft => "DCS is linked; no aircraft is controlled",
        (true, false) => {
            "only half of the link is up (the export is missing), so displays stay empty; Setup says \
             why"
        }
        (true, true) => "DCS is linked",
    }
}

impl TablesStatus {
    fn of(tables: &Tables) -> Self {
        let (controls, gauges) = (tables.named_controls().count(), tables.gauges().len());
        let text = match controls + gauges {
            0 => "this aircraft has no tables, so nothing has a name; run defgen".to_owned(),
            _ => format!(
                "{} and {}",
                counted(controls, "control"),
                counted(gauges, "gauge")
            ),
        };
        Self {
            controls,
            gauges,
            text,
        }
    }
}
