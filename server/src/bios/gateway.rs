//! The gateway without its sockets: values of the world in, datagrams out; datagrams in,
//! requests to the world out.
//!
//! Pure: the time is handed in. It asks the world for raw values, one subscription
//! for each arg, and applies each gauge's scale itself: one arg can belong to several
//! gauges and to a control, and each type has a cache of its own.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use aircraft_defs::Tables;

use super::element::Element;
use super::importer::Importer;
use super::orders::Ask;
use super::planner::Planner;
use super::selection::Selection;
use super::table::{ControlType, GaugeType, TypeTable};
use crate::decimal;
use crate::scale::Scale;
use crate::wire::{ActionRequest, GaugeRequest, Id, Ref, Request};

/// Decimals at which the world tells raw values. A gauge's own precision is applied to its
/// value later.
const RAW_PRECISION: i8 = 9;

/// What is exported, and how.
#[derive(Debug, Clone)]
pub struct Export {
    /// Decimals of a gauge's value, -9 to 9.
    pub precision: i8,
    /// Messages of one type per second, finite, > 0.
    pub rate: f64,
    /// The gauges.
    pub gauges: Selection,
    /// The indicator elements.
    pub elements: Vec<Element>,
    /// Whether a new aircraft is followed by `SYNC I`.
    pub sync_input: bool,
}

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
        if let Some(arg) = control.lever.arg.filter(|_| !control.lever.relative) {
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
        command: Ref::Number(control.lever.command_for(value)),
        value,
    })
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::bios::codec::{Decoder, MAX_MESSAGE};
    use crate::bios::table::tests::{gauge, switch};

    const PERIOD: Duration = Duration::from_millis(100);

    struct Bench {
        gateway: Gateway,
        tables: Tables,
        now: Instant,
    }

    impl Bench {
        fn new() -> Self {
            let export = Export {
                precision: 1,
                rate: 10.0,
                gauges: ["Alt*", "Gear lamp"]
                    .iter()
                    .map(|p| p.parse().unwrap())
                    .collect(),
                elements: vec!["6:txt:ODU".parse().unwrap()],
                sync_input: true,
            };
            let mut knob = switch("Knob", 3002, 9, &[]);
            knob.actions[0].relative = true;
            let tables = Tables::new(
                Default::default(),
                Default::default(),
                vec![
                    gauge("Alt_10000", 104, 10.0),
                    gauge("Alt_100", 104, 1000.0),
                    gauge("Speed", 130, 700.0),
                    gauge("Gear lamp", 8, 1.0),
                ],
                vec![switch("Gear", 3001, 8, &[0.0, 1.0]), knob],
            );
            let now = Instant::now();
            Self {
                gateway: Gateway::new(export, now),
                tables,
                now,
            }
        }

        /// Checks what is sent after a period.
        fn check(&mut self, expected: &str) {
            self.now += PERIOD;
            let sent = self.gateway.flush(self.now).concat();
            assert_eq!(String::from_utf8_lossy(&sent), expected);
        }

        fn send(&mut self, bytes: &[u8]) -> Vec<Request> {
            let mut requests = Vec::new();
            let from = SocketAddr::from(([127, 0, 0, 1], 9));
            assert_eq!(
                self.gateway
                    .datagram(from, bytes, self.now, &mut requests)
                    .len(),
                0
            );
            requests
        }
    }

    fn press(value: f64) -> Request {
        let (device, command) = (Ref::Number(3), Ref::Number(3001));
        Request::Act(ActionRequest {
            device,
            command,
            value,
        })
    }

    #[test]
    fn each_arg_is_watched_once() {
        let mut bench = Bench::new();
        let requests = bench.gateway.aircraft(Some(("Bf", &bench.tables)));
        let watched: Vec<String> = requests
            .iter()
            .map(|request| match request {
                Request::Gauge(gauge) => format!("{:?}@{}", gauge.gauge, gauge.max_frequency),
                Request::Indicator {
                    indicator,
                    name,
                    id,
                } => format!("{indicator}:{name}={id}"),
                other => format!("{other:?}"),
            })
            .collect();
        // Neither the gauge that was not asked for nor the encoder is.
        assert_eq!(watched, ["Number(8)@10", "Number(104)@10", "6:txt=0"]);
        assert_eq!(
            bench.gateway.summary("Bf"),
            "DCS-BIOS: Bf: 3 gauges, 2 controls, 1 indicator elements, 2 args watched"
        );
    }

    #[test]
    fn values_go_out_and_orders_come_in() {
        let mut bench = Bench::new();
        bench.check("AIRCRAFT NONE\n");
        bench.gateway.aircraft(Some(("Bf", &bench.tables)));
        bench.gateway.gauge(104, 0.25);
        bench.gateway.gauge(8, 1.0);
        bench.gateway.gauge(77, 1.0);
        bench.gateway.text(0, b"FUEL");
        bench.gateway.text(1, b"?");
        let state = "ALT_10000 2.5\nALT_100 250.0\nGEAR_LAMP 1.0\nODU FUEL\n";
        bench.check(&format!("AIRCRAFT Bf\nSYNC I\n{state}"));
        bench.gateway.gauge(104, 0.2501);
        bench.check("ALT_100 250.1\n");
        assert_eq!(
            bench.send(b"GEAR TOGGLE\nGEAR TOGGLE\n"),
            [press(0.0), press(1.0)]
        );
        assert_eq!(bench.send(b"GEAR 1\nKNOB INC\nSYNC E\n").len(), 2);
        bench.now += 9 * PERIOD;
        bench.check(&format!("AIRCRAFT Bf\n{}", state.replace("250.0", "250.1")));
    }

    #[test]
    fn what_went_wrong_is_told_once() {
        let mut bench = Bench::new();
        bench.gateway.aircraft(Some(("Bf", &bench.tables)));
        bench.send(b"GEAR 1\n");
        assert_eq!(bench.gateway.trouble(), None);
        let from = SocketAddr::from(([127, 0, 0, 1], 9));
        let wrong = [&b"GEAR 1\n".repeat(99)[..], b"GEER\nge!r\n", b"\x00"];
        for bytes in wrong {
            let said = bench
                .gateway
                .datagram(from, bytes, bench.now, &mut Vec::new());
            assert!(!said.is_empty());
        }
        let told = bench.gateway.trouble().unwrap();
        let counted = "101 messages read, 1 not understood, 69 too fast, 2 damaged, \
                       1 pieces of binary data";
        assert!(told.contains(counted), "{told}");
        assert_eq!(bench.gateway.trouble(), None);
    }

    #[test]
    fn a_new_mission_starts_anew() {
        let mut bench = Bench::new();
        bench.gateway.aircraft(Some(("Bf", &bench.tables)));
        bench.gateway.gauge(8, 1.0);
        bench.check("AIRCRAFT Bf\nSYNC I\nGEAR_LAMP 1.0\n");
        assert!(bench.gateway.aircraft(None).is_empty());
        bench.gateway.gauge(8, 0.0);
        bench.check("AIRCRAFT NONE\n");
        bench.gateway.aircraft(Some(("Bf", &bench.tables)));
        bench.gateway.gauge(8, 1.0);
        bench.check("AIRCRAFT Bf\nSYNC I\nGEAR_LAMP 1.0\n");
    }

    #[test]
    fn what_was_asked_for_and_is_not_there_is_told() {
        let mut bench = Bench::new();
        bench.gateway.export.gauges = ["Alt_100", "Altimetr"]
            .iter()
            .map(|p| p.parse().unwrap())
            .collect();
        bench.gateway.export.elements = vec!["6:txt:ALT_100".parse().unwrap()];
        bench.gateway.aircraft(Some(("Bf", &bench.tables)));
        assert_eq!(
            bench.gateway.lacking("Bf"),
            [
                "--bios-gauges Altimetr: no such gauge in Bf",
                "--bios-indicator: Bf has another ALT_100; it is sent as ALT_100_2",
            ]
        );
    }

    /// What can happen to a gateway.
    #[derive(Debug, Clone)]
    enum Event {
        Aircraft(bool),
        Gauge(Id, f64),
        Text(Id, Vec<u8>),
        Datagram(u16, Vec<u8>),
        Wait(u64),
    }

    fn any_event() -> impl Strategy<Value = Event> {
        let word = prop_oneof![
            4 => prop::sample::select(vec![
                "GEAR", "KNOB", "ALT_100", "SYNC", "AIRCRAFT", " ", "INC", "DEC", "TOGGLE", "1",
                "-0.5", "2", "E", "I", "b", "\n", "\r\n", "\0", "nan",
            ])
            .prop_map(|word| word.as_bytes().to_vec()),
            1 => vec(any::<u8>(), 0..20),
        ];
        let datagram = vec(word, 0..40).prop_map(|words| words.concat());
        let raw = prop_oneof![-1.0..1.0, any::<f64>()];
        prop_oneof![
            1 => any::<bool>().prop_map(Event::Aircraft),
            4 => (prop::sample::select(vec![8, 104, 9, -1, Id::MAX]), raw)
                .prop_map(|(id, raw)| Event::Gauge(id, raw)),
            1 => (-1..2_i128, vec(any::<u8>(), 0..3000)).prop_map(|(id, text)| Event::Text(id, text)),
            6 => (0_u16..3, datagram).prop_map(|(port, bytes)| Event::Datagram(port, bytes)),
            2 => (0_u64..2000).prop_map(Event::Wait),
        ]
    }

    proptest! {
        /// Nothing that comes in, from the sim or from anybody, does harm: no panic, only values
        /// that may be sent to the sim, only whole messages of a bounded length.
        #[test]
        fn whatever_comes_in(events in vec(any_event(), 0..60)) {
            let mut bench = Bench::new();
            for event in events {
                match event {
                    Event::Aircraft(flown) => {
                        bench.gateway.aircraft(flown.then_some(("Bf", &bench.tables)));
                    }
                    Event::Gauge(id, raw) => bench.gateway.gauge(id, raw),
                    Event::Text(id, text) => bench.gateway.text(id, &text),
                    Event::Datagram(port, bytes) => {
                        let from = SocketAddr::from(([127, 0, 0, 1], port));
                        let mut requests = Vec::new();
                        bench.gateway.datagram(from, &bytes, bench.now, &mut requests);
                        for request in requests {
                            let Request::Act(action) = request else {
                                panic!("{request:?}");
                            };
                            prop_assert!((-1.0..=1.0).contains(&action.value));
                        }
                    }
                    Event::Wait(ms) => bench.now += Duration::from_millis(ms),
                }
                for datagram in bench.gateway.flush(bench.now) {
                    prop_assert!(datagram.len() <= MAX_MESSAGE);
                    let mut decoder = Decoder::default();
                    decoder.decode(&datagram, |_| {});
                    prop_assert_eq!(decoder.counters().damaged + decoder.counters().too_long, 0);
                }
            }
        }
    }
}
