use aircraft_defs::Tables;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::bios::draft::fixtures::{gauge, switch};
use crate::bios::draft::proto::codec::{Decoder, MAX_MESSAGE};

const PERIOD: Micros = 100_000;

struct Bench {
    gateway: Gateway,
    tables: Tables,
    now: Micros,
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
        let now = 7;
        Self {
            gateway: Gateway::new(export),
            tables,
            now,
        }
    }

    fn mapping(&self) -> Mapping {
        Mapping::new(&self.tables, &self.gateway.export)
    }

    /// Changes to the aircraft `Bf`.
    fn set_test_aircraft(&mut self) -> Vec<Request> {
        let mapping = self.mapping();
        self.gateway.set_aircraft(Some(("Bf", mapping)))
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
    let requests = bench.set_test_aircraft();
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
    // Neither the gauge that was not requested nor the encoder is watched.
    assert_eq!(watched, ["Number(8)@10", "Number(104)@10", "6:txt=0"]);
    assert_eq!(
        bench.mapping().summary("Bf"),
        "DCS-BIOS: Bf: 3 gauges, 2 controls, 1 indicator element, 2 args watched"
    );
}

#[test]
fn values_go_out_and_actions_come_in() {
    let mut bench = Bench::new();
    bench.check("AIRCRAFT NONE\n");
    bench.set_test_aircraft();
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
    bench.set_test_aircraft();
    bench.send(b"GEAR 1\n");
    assert_eq!(bench.gateway.new_errors(), None);
    let from = SocketAddr::from(([127, 0, 0, 1], 9));
    let wrong = [&b"GEAR 1\n".repeat(99)[..], b"GEER\nge!r\n", b"\x00"];
    for bytes in wrong {
        let said = bench
            .gateway
            .datagram(from, bytes, bench.now, &mut Vec::new());
        assert!(!said.is_empty());
    }
    let told = bench.gateway.new_errors().unwrap();
    let counted = "101 messages read, 1 not understood, 69 too fast, 2 damaged, \
                   1 piece of binary data";
    assert!(told.contains(counted), "{told}");
    assert_eq!(bench.gateway.new_errors(), None);
}

#[test]
fn a_new_mission_starts_anew() {
    let mut bench = Bench::new();
    bench.set_test_aircraft();
    bench.gateway.gauge(8, 1.0);
    bench.check("AIRCRAFT Bf\nSYNC I\nGEAR_LAMP 1.0\n");
    assert!(bench.gateway.set_aircraft(None).is_empty());
    bench.gateway.gauge(8, 0.0);
    bench.check("AIRCRAFT NONE\n");
    bench.set_test_aircraft();
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
    assert_eq!(
        bench.mapping().warnings("Bf", &bench.gateway.export),
        [
            "--bios-gauges Altimetr: Bf has no such gauge",
            "--bios-indicator: Bf has another ALT_100; it is sent as ALT_100_2",
        ]
    );
}

/// An event for a gateway.
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
    /// Whatever comes in, from the sim or from anybody, nothing panics, actions have valid values,
    /// and datagrams have whole messages and a bounded length.
    #[test]
    fn whatever_comes_in(events in vec(any_event(), 0..60)) {
        let mut bench = Bench::new();
        for event in events {
            match event {
                Event::Aircraft(flown) => {
                    let requests = match flown {
                        true => bench.set_test_aircraft(),
                        false => bench.gateway.set_aircraft(None),
                    };
                    prop_assert_eq!(requests.is_empty(), !flown);
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
                Event::Wait(ms) => bench.now += ms * 1_000,
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
