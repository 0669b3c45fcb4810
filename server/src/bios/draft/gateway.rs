//! The gateway without its sockets: values of the world in, datagrams out; datagrams in,
//! requests to the world out.
//!
//! Pure: the time is handed in. It asks the world for raw values, one subscription
//! for each arg, and applies each gauge's scale itself: one arg can belong to several
//! gauges and to a control, and each type has a cache of its own.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use aircraft_defs::{Scale, Tables};

use super::config::Export;
use super::export::Planner;
use super::import::{Ask, Importer};
use super::types::{ControlType, GaugeType, TypeTable};
use crate::decimal;
use crate::wire::{ActionRequest, GaugeRequest, Id, Ref, Request};

/// Decimals at which the world tells raw values. A gauge's own precision is applied to its
/// value later.
const RAW_PRECISION: i8 = 9;

/// What one arg is for: places in the type table.
#[derive(Debug, Default)]
struct Uses {
    gauges: Vec<usize>,
    controls: Vec<usize>,
}

/// The gateway's state.
#[derive(Debug)]
pub(super) struct Gateway {
    export: Export,
    table: TypeTable,
    scales: Vec<Scale>,
    uses: BTreeMap<u32, Uses>,
    planner: Planner,
    importer: Importer,
    asked: Vec<Ask>,
    written: Vec<u8>,
    /// How much had gone wrong when that was last told.
    told: u64,
}

impl Gateway {
    /// A gateway that knows of no aircraft.
    pub(super) fn new(export: Export, now: Instant) -> Self {
        let period = Duration::from_secs_f64(1.0 / export.rate);
        Self {
            planner: Planner::new(period, export.sync_input, now),
            importer: Importer::new(now),
            export,
            table: TypeTable::default(),
            scales: Vec::new(),
            uses: BTreeMap::new(),
            asked: Vec::new(),
            written: Vec::new(),
            told: 0,
        }
    }

    /// Another aircraft, or the same anew, or none. Answers with what to subscribe to once the
    /// subscriptions for the aircraft before have been ended.
    pub(super) fn aircraft(&mut self, aircraft: Option<(&str, &Tables)>) -> Vec<Request> {
        let name = aircraft.map(|(name, _)| name);
        self.table = match aircraft {
            None => TypeTable::default(),
            Some((_, tables)) => TypeTable::new(
                tables.gauges(),
                tables.controls(),
                &self.export.elements,
                &self.export.gauges,
            ),
        };
        self.scales = self.table.gauges.iter().map(scale).collect();
        self.uses = uses(&self.table);
        self.planner.aircraft(name, self.table.exported());
        self.importer.aircraft(name, &self.table);
        let gauges = self.uses.keys().map(|arg| self.watch(*arg));
        let elements = self.table.elements.iter().zip(0..);
        let texts = elements.map(|(element, id)| Request::Indicator {
            indicator: element.element.indicator,
            name: element.element.name.as_str().into(),
            id,
        });
        gauges.chain(texts).collect()
    }

    fn watch(&self, arg: u32) -> Request {
        Request::Gauge(GaugeRequest {
            gauge: Ref::Number(arg),
            id: Id::from(arg),
            precision: RAW_PRECISION,
            max_frequency: self.export.rate,
        })
    }

    /// How much the aircraft `name`, which has just appeared, has.
    pub(super) fn summary(&self, name: &str) -> String {
        let TypeTable {
            gauges,
            controls,
            elements,
            ..
        } = &self.table;
        format!(
            "DCS-BIOS: {name}: {} gauges, {} controls, {} indicator elements, {} args watched",
            gauges.len(),
            controls.len(),
            elements.len(),
            self.uses.len(),
        )
    }

    /// What was asked for on the command line and the aircraft `name` does not have like that.
    pub(super) fn lacking(&self, name: &str) -> Vec<String> {
        let TypeTable {
            gauges, elements, ..
        } = &self.table;
        let names = gauges
            .iter()
            .map(|g| (g.gauge.name.as_str(), g.name.as_str()));
        let idle = self.export.gauges.idle(&names).into_iter();
        let idle = idle.map(|pattern| format!("--bios-gauges {pattern}: no such gauge in {name}"));
        let renamed = elements.iter().filter(|e| e.name != e.element.type_name());
        let renamed = renamed.map(|element| {
            let wanted = element.element.type_name();
            format!(
                "--bios-indicator: {name} has another {wanted}; it is sent as {}",
                element.name
            )
        });
        idle.chain(renamed).collect()
    }

    /// The raw value of an arg.
    pub(super) fn gauge(&mut self, id: Id, raw: f64) {
        let uses = u32::try_from(id).ok().and_then(|arg| self.uses.get(&arg));
        let Some(Uses { gauges, controls }) = uses else {
            return;
        };
        for &gauge in gauges {
            self.written.clear();
            let value = self.scales[gauge].apply(raw);
            decimal::write(&mut self.written, value, self.export.precision);
            self.planner.set(gauge, &self.written);
        }
        for &control in controls {
            self.importer.position(control, raw);
        }
    }

    /// The text of an element, lines joined by LF.
    pub(super) fn text(&mut self, id: Id, text: &[u8]) {
        let element = usize::try_from(id)
            .ok()
            .filter(|id| *id < self.table.elements.len());
        if let Some(element) = element {
            self.planner.set(self.table.gauges.len() + element, text);
        }
    }

    /// A datagram of the import stream. Appends the actions it asks for to `requests` and
    /// answers with what the log should say of it.
    pub(super) fn datagram(
        &mut self,
        from: SocketAddr,
        bytes: &[u8],
        now: Instant,
        requests: &mut Vec<Request>,
    ) -> Vec<String> {
        let mut asked = std::mem::take(&mut self.asked);
        let said = self
            .importer
            .datagram(from, bytes, &self.table, now, &mut asked);
        for ask in asked.drain(..) {
            match ask {
                Ask::FullState => self.planner.ask_full(),
                Ask::Act { control, value } => {
                    requests.push(action(&self.table.controls[control], value));
                }
            }
        }
        self.asked = asked;
        said
    }

    /// When [`Self::flush`] has something to say.
    pub(super) fn due(&self) -> Option<Instant> {
        self.planner.due()
    }

    /// The datagrams to be sent now.
    pub(super) fn flush(&mut self, now: Instant) -> Vec<Vec<u8>> {
        self.planner.flush(now)
    }

    /// What has happened so far, for the log.
    pub(super) fn counters(&self) -> String {
        let (out, read) = (self.planner.counters(), self.importer.counters());
        format!(
            "DCS-BIOS: {} messages sent in {} datagrams, {} full states; {} messages read, \
             {} not understood, {} too fast, {} damaged, {} pieces of binary data, {} senders forgotten",
            out.messages,
            out.datagrams,
            out.full_states,
            read.messages,
            read.misunderstood,
            read.dropped,
            read.damaged,
            read.binary,
            read.evicted,
        )
    }

    /// The same, if more has gone wrong since this was last asked.
    pub(super) fn trouble(&mut self) -> Option<String> {
        let read = self.importer.counters();
        let wrong = read.misunderstood + read.dropped + read.damaged + read.binary;
        let before = std::mem::replace(&mut self.told, wrong);
        (wrong > before).then(|| self.counters())
    }
}

/// Which args the table needs. An encoder is turned without knowing its position.
fn uses(table: &TypeTable) -> BTreeMap<u32, Uses> {
    let mut uses: BTreeMap<u32, Uses> = BTreeMap::new();
    for (index, gauge) in table.gauges.iter().enumerate() {
        uses.entry(gauge.arg).or_default().gauges.push(index);
    }
    for (index, control) in table.controls.iter().enumerate() {
        if let Some(arg) = control.action.arg.filter(|_| !control.action.relative) {
            uses.entry(arg).or_default().controls.push(index);
        }
    }
    uses
}

fn scale(gauge: &GaugeType) -> Scale {
    Scale::new(&gauge.gauge.input, &gauge.gauge.output)
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
