//! The import stream with several senders, floods and nonsense.

use super::*;
use crate::bios::draft::fixtures::{gauge, switch};
use crate::bios::draft::import::senders::{MAX_LOGGED, MAX_SENDERS};

struct Bench {
    importer: Importer,
    table: TypeTable,
    now: Micros,
}

fn sender(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

impl Bench {
    fn new() -> Self {
        let now = 7;
        let table = TypeTable::all(
            &[gauge("ALT", 540, 1000.0)],
            &[
                switch("GEAR", 3001, 8, &[0.0, 1.0]),
                switch("FLAPS", 3002, 9, &[0.0, 0.5, 1.0]),
            ],
        );
        let mut importer = Importer::new();
        importer.set_aircraft(Some("UH-1H"), &table);
        importer.report_position(1, 0.0);
        Self {
            importer,
            table,
            now,
        }
    }

    fn send(&mut self, from: u16, bytes: &[u8]) -> (Vec<ImportRequest>, Vec<String>) {
        let mut requests = Vec::new();
        let logged =
            self.importer
                .datagram(sender(from), bytes, &self.table, self.now, &mut requests);
        (requests, logged)
    }
}

fn act(control: usize, value: f64) -> ImportRequest {
    ImportRequest::Act { control, value }
}

#[test]
fn messages_become_requests_in_their_order() {
    let mut bench = Bench::new();
    let bytes = b"GEAR 1\nFLAPS INC\nFLAPS INC\r\nSYNC E\nFLAPS INC\nGEAR 0\nSYNC I\nFLAPS DEC\n";
    let expected = [
        act(0, 1.0),
        act(1, 0.5),
        act(1, 1.0),
        ImportRequest::FullState,
        act(0, 0.0),
        act(1, 0.5),
    ];
    assert_eq!(bench.send(1, bytes), (expected.to_vec(), vec![]));
}

#[test]
fn a_message_may_come_in_pieces_from_each_sender() {
    let mut bench = Bench::new();
    assert_eq!(bench.send(1, b"GE").0, []);
    assert_eq!(bench.send(2, b"FLAPS 1\nFLA").0, [act(1, 1.0)]);
    assert_eq!(bench.send(1, b"AR 1").0, []);
    assert_eq!(bench.send(2, b"PS 0\n").0, [act(1, 0.0)]);
    assert_eq!(bench.send(1, b"\n").0, [act(0, 1.0)]);
}

#[test]
fn a_message_without_an_end_is_logged_with_the_next_datagram() {
    let mut bench = Bench::new();
    assert_eq!(bench.send(1, b"GEAR 1"), (vec![], vec![]));
    bench.now += 1_000_000;
    let (requests, logged) = bench.send(2, b"GEAR 1");
    assert_eq!(requests, []);
    assert!(logged[0].starts_with(
        "DCS-BIOS import: 127.0.0.1:1 sent something: an incomplete message, with no line break"
    ));
    bench.now += 1_000_000;
    assert_eq!(bench.send(2, b"\n"), (vec![act(0, 1.0)], vec![]));
}

#[test]
fn an_error_is_logged_once_per_sender() {
    let mut bench = Bench::new();
    let cases: [(&[u8], &str); 8] = [
        (
            b"GEER 1\n",
            "GEER: UH-1H has no control of this type; `dcs-master bios-types UH-1H`",
        ),
        (b"ALT 1\n", "ALT: this type is only exported"),
        (b"AIRCRAFT X\n", "AIRCRAFT: this type is only exported"),
        (
            b"GEAR DOWN\n",
            "GEAR: it takes a number from -1 to 1, INC, DEC or TOGGLE",
        ),
        (b"FLAPS\n", "FLAPS: it takes a number"),
        (b"SYNC\n", "SYNC: SYNC takes E"),
        (b"gear 1\n", "something: not a message"),
        (b"GEARb\x01x\n", ""),
    ];
    for (bytes, expected) in cases {
        let (requests, logged) = bench.send(1, bytes);
        assert_eq!(requests, []);
        let logged = logged.concat();
        let start = if expected.is_empty() {
            ""
        } else {
            "DCS-BIOS import: 127.0.0.1:1 sent "
        };
        assert!(
            logged.starts_with(&format!("{start}{expected}")),
            "{logged}"
        );
        assert_eq!(bench.send(1, bytes), (vec![], vec![]), "logged once");
    }
    assert_eq!(bench.send(2, b"GEAR INC\n").1.len(), 1, "another sender");
    assert_eq!(bench.importer.counters().rejected, 15);
    assert_eq!(bench.importer.counters().damaged, 2);
}

#[test]
fn a_binary_stream_is_told_from_a_broken_text() {
    let mut bench = Bench::new();
    let (requests, logged) = bench.send(1, b"UUUU\x00\x04\x08\x00AV8B\x00\x00");
    assert_eq!(requests, []);
    assert!(
        logged[0].contains("sent something: binary data"),
        "{logged:?}"
    );
    bench.send(1, b"\x00\x00 goes on without a line break");
    bench.send(1, b"\nGEER \xff\nge!r\t1\r\n");
    bench.send(1, b"GEARb\x01\x00\n");
    let counters = bench.importer.counters();
    assert_eq!((counters.binary, counters.damaged), (2, 2));
}

#[test]
fn no_aircraft_no_controls() {
    let mut bench = Bench::new();
    bench.table = TypeTable::default();
    bench.importer.set_aircraft(None, &bench.table);
    let (requests, logged) = bench.send(1, b"GEAR 1\nSYNC E\n");
    assert_eq!(requests, [ImportRequest::FullState]);
    assert!(logged[0].ends_with("no aircraft is controlled"));
}

#[test]
fn a_flood_of_actions_is_cut_and_the_rest_goes_on_later() {
    let mut bench = Bench::new();
    let flood = b"GEAR 1\nGEAR 0\n".repeat(5000);
    let (requests, logged) = bench.send(1, &flood);
    assert_eq!(requests.len(), 31, "what the sim does in a second");
    assert_eq!(logged.len(), 1);
    assert!(
        logged[0].ends_with(
            "more actions than the sim can perform within a second; the rest is dropped"
        )
    );
    let counters = bench.importer.counters();
    assert_eq!((counters.too_fast, counters.rejected), (9969, 0));
    bench.now += 1_000_000;
    assert_eq!(bench.send(2, &flood).0.len(), 30);
}

#[test]
fn a_whole_panel_may_answer_sync_i_at_once() {
    let names: Vec<String> = (0..600).map(|n| format!("S{n}")).collect();
    let switches = names.iter().zip(0..);
    let controls: Vec<_> = switches
        .map(|(name, n)| switch(name, n, 1, &[0.0, 1.0]))
        .collect();
    let mut bench = Bench::new();
    bench.table = TypeTable::all(&[], &controls);
    bench.importer.set_aircraft(Some("UH-1H"), &bench.table);
    let positions: String = names.iter().map(|name| format!("{name} 1\n")).collect();
    let (requests, logged) = bench.send(1, positions.as_bytes());
    assert_eq!((requests.len(), logged.len()), (512, 1));
}

#[test]
fn a_flood_of_senders_and_nonsense_costs_little() {
    let mut bench = Bench::new();
    let mut logged = 0;
    for port in 0..5000 {
        let nonsense: String = (0..20).map(|n| format!("X{n} {port}\n")).collect();
        let (requests, lines) = bench.send(port, nonsense.as_bytes());
        assert!(requests.is_empty() && lines.len() <= MAX_LOGGED);
        logged += lines.len();
    }
    assert_eq!(logged, 20, "the log is bounded for all senders together");
    let counters = bench.importer.counters();
    assert_eq!(counters.rejected, 100_000);
    assert_eq!(counters.evicted, 5000 - MAX_SENDERS as u64);
}
