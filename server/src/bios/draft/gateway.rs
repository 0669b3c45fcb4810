//! The gateway without its sockets: it turns values of the world into datagrams, and datagrams into
//! requests to the world.
//!
//! Pure: the time is passed in. The gateway subscribes to raw values, once per arg, and applies the
//! scale of each gauge itself, because several gauges and a control can share one arg.

use std::net::SocketAddr;

use aircraft_defs::counted;

use super::config::Export;
use super::export::Publisher;
use super::import::{ImportRequest, Importer};
use super::mapping::{ArgUses, Mapping};
use super::types::ControlType;
use crate::decimal;
use crate::filter::{Micros, period};
use crate::wire::{ActionRequest, Id, Ref, Request};

/// The gateway's state.
#[derive(Debug)]
pub(super) struct Gateway {
    export: Export,
    mapping: Mapping,
    publisher: Publisher,
    importer: Importer,
    import_requests: Vec<ImportRequest>,
    decimal: Vec<u8>,
    /// The number of errors when they were last reported.
    reported_errors: u64,
}

impl Gateway {
    /// Creates a gateway without an aircraft.
    pub(super) fn new(export: Export) -> Self {
        Self {
            publisher: Publisher::new(period(export.rate), export.sync_input),
            importer: Importer::new(),
            export,
            mapping: Mapping::default(),
            import_requests: Vec::new(),
            decimal: Vec::new(),
            reported_errors: 0,
        }
    }

    /// Changes to another aircraft, to none, or to the same one in a new mission. Returns the
    /// subscriptions that it needs, to be made after those of the previous aircraft have ended.
    pub(super) fn set_aircraft(&mut self, aircraft: Option<(&str, Mapping)>) -> Vec<Request> {
        let (name, mapping) = match aircraft {
            Some((name, mapping)) => (Some(name), mapping),
            None => (None, Mapping::default()),
        };
        self.mapping = mapping;
        let table = &self.mapping.table;
        self.publisher.set_aircraft(name, table.exported());
        self.importer.set_aircraft(name, table);
        self.mapping.requests(self.export.rate)
    }

    /// Takes the mapping of the aircraft that is no longer flown. Freeing a large one takes long
    /// and is left to the caller.
    pub(super) fn take_mapping(&mut self) -> Mapping {
        std::mem::take(&mut self.mapping)
    }

    /// Processes the raw value of an arg.
    pub(super) fn gauge(&mut self, id: Id, raw: f64) {
        let arg = u32::try_from(id).ok();
        let Some(ArgUses { gauges, controls }) = arg.and_then(|arg| self.mapping.uses(arg)) else {
            return;
        };
        for &gauge in gauges {
            self.decimal.clear();
            let value = self.mapping.scales[gauge].apply(raw);
            decimal::write(&mut self.decimal, value, self.export.precision);
            self.publisher.set(gauge, &self.decimal);
        }
        for &control in controls {
            self.importer.report_position(control, raw);
        }
    }

    /// Processes the text of an element, with LF between its lines.
    pub(super) fn text(&mut self, id: Id, text: &[u8]) {
        let table = &self.mapping.table;
        let element = usize::try_from(id).ok();
        if let Some(element) = element.filter(|id| *id < table.elements.len()) {
            self.publisher.set(table.gauges.len() + element, text);
        }
    }

    /// Reads a datagram of the import stream and appends the requested actions to `requests`.
    /// Returns lines for the log.
    pub(super) fn datagram(
        &mut self,
        from: SocketAddr,
        bytes: &[u8],
        now: Micros,
        requests: &mut Vec<Request>,
    ) -> Vec<String> {
        let table = &self.mapping.table;
        let import_requests = &mut self.import_requests;
        let lines = self
            .importer
            .datagram(from, bytes, table, now, import_requests);
        for request in import_requests.drain(..) {
            match request {
                ImportRequest::FullState => self.publisher.request_full_state(),
                ImportRequest::Act { control, value } => {
                    requests.push(action(&table.controls[control], value));
                }
            }
        }
        lines
    }

    /// Returns the time at which [`Self::flush`] has something to send.
    pub(super) fn due(&self) -> Option<Micros> {
        self.publisher.due()
    }

    /// Returns the datagrams to send now.
    pub(super) fn flush(&mut self, now: Micros) -> Vec<Vec<u8>> {
        self.publisher.flush(now)
    }

    /// Returns a line for the log with all counters.
    pub(super) fn counters(&self) -> String {
        let (out, read) = (self.publisher.counters(), self.importer.counters());
        format!(
            "DCS-BIOS: {} sent in {}, {}; {} read, {} not understood, {} too fast, {} damaged, {} of \
             binary data, {} forgotten",
            counted(out.messages, "message"),
            counted(out.datagrams, "datagram"),
            counted(out.full_states, "full state"),
            counted(read.messages, "message"),
            read.rejected,
            read.too_fast,
            read.damaged,
            counted(read.binary, "piece"),
            counted(read.evicted, "sender"),
        )
    }

    /// Returns the line of [`Self::counters`] if there were more errors since the last call.
    pub(super) fn new_errors(&mut self) -> Option<String> {
        let read = self.importer.counters();
        let errors = read.rejected + read.too_fast + read.damaged + read.binary;
        let reported = std::mem::replace(&mut self.reported_errors, errors);
        (errors > reported).then(|| self.counters())
    }
}

fn action(control: &ControlType, value: f64) -> Request {
    Request::Act(ActionRequest {
        device: Ref::Number(control.device),
        command: Ref::Number(control.action.command_for(value)),
        value,
    })
}

#[cfg(test)]
mod tests;
