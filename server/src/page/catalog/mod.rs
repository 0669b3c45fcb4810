//! The catalog: all controls and gauges of an aircraft, as the page draws them. Pure.

mod control;
mod covers;
mod gauge;

use aircraft_defs::Tables;
use aircraft_defs::telemetry::FIELDS;
use serde::Serialize;

use control::ControlEntry;
use covers::Covers;
use gauge::GaugeEntry;

/// All controls and gauges of an aircraft.
#[derive(Debug, Default, Serialize)]
pub(super) struct Catalog<'a> {
    aircraft: Option<&'a str>,
    controls: Vec<ControlEntry<'a>>,
    gauges: Vec<GaugeEntry<'a>>,
}

impl<'a> Catalog<'a> {
    /// Returns the catalog of an aircraft with these tables. The sim's own figures stand behind its gauges.
    pub(super) fn new(aircraft: &'a str, tables: &'a Tables) -> Self {
        let covers = Covers::new(tables);
        let controls = tables.named_controls();
        let gauges = tables.gauges().iter();
        let gauges = gauges.map(|gauge| GaugeEntry::new(tables, gauge));
        Self {
            aircraft: Some(aircraft),
            controls: controls
                .map(|control| ControlEntry::new(tables, control, covers.of(control.id())))
                .collect(),
            gauges: gauges
                .chain(FIELDS.iter().map(GaugeEntry::of_field))
                .collect(),
        }
    }
}

/// Returns whether a name can stand in a line of the text protocol, whose fields end at a blank.
fn is_field(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests;
