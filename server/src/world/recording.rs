//! The sources that the sim reads for a recording: all args of the tables, and all of telemetry.

use std::collections::BTreeSet;

use aircraft_defs::telemetry::FIELDS;
use aircraft_defs::{ControlRef, Tables};

use super::World;
use super::source::SourceId;
use crate::limits::MAX_ARGS;

/// The most args that are read for a recording, so that there is room for those of clients.
const MAX_RECORDED: usize = MAX_ARGS / 2;

impl World {
    /// Starts to read all args of the tables and all fields of telemetry. The sim sends everything that is watched again, since
    /// a recording does not have it yet.
    pub fn begin_recording(&mut self) {
        self.is_recording = true;
        self.gauges.resend_all();
        self.texts.watches.resend_all();
        self.update_recorded();
    }

    /// Ends the reading that only a recording needs.
    pub fn end_recording(&mut self) {
        self.is_recording = false;
        self.gauges.set_recorded(BTreeSet::new());
    }

    /// Adapts the reading to the aircraft that is controlled. Without one, the sim reads nothing, and
    /// the watches stay.
    pub(super) fn update_recorded(&mut self) {
        if self.is_recording
            && let Some(aircraft) = &self.aircraft
        {
            let args = args_of(&aircraft.tables).into_iter().map(SourceId::arg);
            let fields = FIELDS.iter().map(|field| SourceId::field(field.number()));
            self.gauges.set_recorded(args.chain(fields).collect());
        }
    }
}

/// Returns the args of all gauges and controls.
fn args_of(tables: &Tables) -> BTreeSet<u32> {
    let gauges = tables.gauges().iter().filter_map(|gauge| gauge.arg_number);
    let controls = tables.named_controls();
    let controls = controls.filter_map(|control: ControlRef<'_>| control.arg());
    gauges.chain(controls).take(MAX_RECORDED).collect()
}
