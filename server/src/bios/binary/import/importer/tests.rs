use proptest::prelude::*;

use super::*;
use crate::bios::binary::fixtures::trainer;
use crate::bios::binary::memory::Memory;

const PANEL: Sender = Sender::Connection(1);
const SECOND: Micros = 1_000_000;

fn cockpit() -> (Cockpit, Memory) {
    let (mut cockpit, mut memory) = (Cockpit::default(), Memory::default());
    cockpit.set_aircraft(Some(trainer()), &mut memory);
    (cockpit, memory)
}

fn text(requests: &[Request]) -> Vec<String> {
    let text = |request: &Request| match request {
        Request::Position(request) => {
            let position = match &request.position {
                Position::Number(number) => format!("{number:.4}"),
                Position::Index(index) => format!("#{index}"),
                Position::Word(word) => word.to_string(),
            };
            format!("{} {position}", request.control)
        }
        other => format!("{other:?}"),
    };
    requests.iter().map(text).collect()
}

#[test]
fn lines_become_requests() {
    let (mut cockpit, mut memory) = cockpit();
    cockpit.set_gauge(9, 0.25, &mut memory);
    let mut importer = Importer::new();
    let mut send = |line: &str, now| {
        text(
            &importer
                .read(PANEL, line.as_bytes(), &cockpit, now)
                .requests,
        )
    };
    for (line, expected) in [
        ("GEAR_8 1\n", "GEAR_8 1.0000"),
        ("FLAPS_38 1\r\n", "FLAPS_38 0.5000"),
        ("FLAPS_38 INC\n", "FLAPS_38 INC"),
        ("flaps 2\n", "FLAPS_38 1.0000"),
        ("PNT_8 TOGGLE\n", "GEAR_8 TOGGLE"),
        ("BARO_70 -3200\n", "BARO_70 -0.0488"),
        ("DIMMER_9 65535\n", "DIMMER_9 0.5000"),
        ("TEST_10 1\n", "TEST_10 PRESS"),
        ("TEST_10 0\n", "TEST_10 RELEASE"),
        ("TEST_10 TOGGLE\n", "TEST_10 PUSH"),
    ] {
        assert_eq!(send(line, SECOND), [expected], "{line}");
    }
}

#[test]
fn turns_that_come_faster_than_frames_are_joined() {
    let (mut cockpit, mut memory) = cockpit();
    cockpit.set_gauge(9, 0.25, &mut memory);
    let mut importer = Importer::new();
    let lines = "BARO_70 +6553\n".repeat(4) + &"DIMMER_9 +6553\n".repeat(3);
    let first = importer.read(PANEL, lines.as_bytes(), &cockpit, SECOND);
    assert_eq!(text(&first.requests), ["BARO_70 0.1000", "DIMMER_9 0.3000"]);
    assert!(importer.tick(&cockpit, SECOND + STEP - 1).is_empty());
    let later = importer.tick(&cockpit, SECOND + STEP);
    assert_eq!(text(&later), ["BARO_70 0.3000", "DIMMER_9 0.4000"]);
    assert!(importer.tick(&cockpit, 2 * SECOND).is_empty());
}

#[test]
fn a_step_comes_after_the_turn_before_it() {
    let (cockpit, _) = cockpit();
    let mut importer = Importer::new();
    let lines = b"DIMMER_9 0\nDIMMER_9 32768\nDIMMER_9 INC\n";
    let requests = importer.read(PANEL, lines, &cockpit, SECOND).requests;
    let expected = ["DIMMER_9 0.0000", "DIMMER_9 0.2500", "DIMMER_9 INC"];
    assert_eq!(text(&requests), expected);
    assert!(importer.tick(&cockpit, 2 * SECOND).is_empty());
}

#[test]
fn a_control_ends_where_it_was_put_last() {
    let (cockpit, _) = cockpit();
    let mut importer = Importer::new();
    let lines = "GEAR_8 1\nGEAR_8 0\n".repeat(30) + "GEAR_8 1\n" + &"TEST_10 1\n".repeat(40);
    importer.read(PANEL, lines.as_bytes(), &cockpit, SECOND);
    assert_eq!(importer.counters().errors.too_fast, 29 + 38);
    let release = importer.read(PANEL, b"TEST_10 0\n", &cockpit, SECOND);
    assert_eq!(text(&release.requests), ["TEST_10 RELEASE"]);
    let later = importer.tick(&cockpit, 2 * SECOND);
    assert_eq!(text(&later), ["GEAR_8 1.0000"]);
    assert!(importer.tick(&cockpit, 3 * SECOND).is_empty());
}

#[test]
fn a_turn_takes_the_place_of_a_step_that_waits() {
    let (cockpit, _) = cockpit();
    let mut importer = Importer::new();
    let lines = "DIMMER_9 INC\n".repeat(33) + "DIMMER_9 0\n";
    let imported = importer.read(PANEL, lines.as_bytes(), &cockpit, SECOND);
    assert_eq!(imported.requests.len(), 32);
    assert_eq!(text(&imported.requests)[31], "DIMMER_9 0.0000");
    assert_eq!(importer.counters().errors.too_fast, 2);
    assert!(importer.tick(&cockpit, 3 * SECOND).is_empty());
}

#[test]
fn a_dial_whose_position_is_not_known_is_not_turned() {
    let (cockpit, _) = cockpit();
    let mut importer = Importer::new();
    let imported = importer.read(PANEL, b"DIMMER_9 +3200\n", &cockpit, 0);
    assert!(imported.requests.is_empty() && imported.log[0].contains("not known yet"));
}

#[test]
fn errors_are_logged_once_for_each_identifier() {
    let (cockpit, _) = cockpit();
    let mut importer = Importer::new();
    let mut send = |line: &str| importer.read(PANEL, line.as_bytes(), &cockpit, SECOND).log;
    for (line, expected) in [
        (
            "GEER 1\n",
            Some("sent \"GEER\": Trainer has no such control"),
        ),
        ("GEER 0\n", None),
        ("GEAR_8 2\n", Some("it takes 0 to 1, INC, DEC or TOGGLE")),
        ("TEST_10\n", Some("an argument must follow")),
        ("ALTIMETER_G104 1\n", Some("need --dcs-bios-host")),
    ] {
        let log = send(line);
        assert_eq!(log.len(), usize::from(expected.is_some()), "{log:?}");
        assert!(
            expected.is_none_or(|expected| log[0].contains(expected)),
            "{log:?}"
        );
    }
    let mut idle = Importer::new();
    let log = idle.read(PANEL, b"GEAR_8 1\n", &Cockpit::default(), 0).log;
    assert!(log[0].contains("no aircraft is controlled"), "{log:?}");
    assert_eq!(idle.counters().errors.rejected, 1);
}

#[test]
fn lines_that_are_none_are_shown_with_their_sender() {
    let (cockpit, _) = cockpit();
    let mut importer = Importer::new();
    let from = Sender::Datagrams(([192, 0, 2, 7], 50_000).into());
    let mut send = |from, line: &[u8]| importer.read(from, line, &cockpit, SECOND).log.concat();
    let long = format!("GEAR_8 1{}\n", " GEAR_8 1".repeat(9_000));
    let log = send(from, long.as_bytes());
    assert!(
        log.contains("\"GEAR_8 1 GEAR_8 1") && log.len() < 300,
        "{log}"
    );
    assert!(log.contains("more than 256 bytes that came by UDP from 192.0.2.7:50000"));
    let log = send(PANEL, b"GEAR_\xff\xfe 1\n");
    assert!(log.contains("\"GEAR_\u{fffd}\u{fffd} 1\""), "{log}");
    assert!(
        log.contains("by TCP or a serial port, is not text"),
        "{log}"
    );
}

#[test]
fn a_flood_is_bounded() {
    let (cockpit, _) = cockpit();
    let mut importer = Importer::new();
    let mut requests = 0;
    for _ in 0..100 {
        let lines = "GEAR_8 1\nGEAR_8 0\nFLAPS_38 2\n".repeat(100);
        let imported = importer.read(PANEL, lines.as_bytes(), &cockpit, SECOND);
        requests += imported.requests.len();
    }
    assert!(requests <= 96, "{requests} on two controls");
    assert_eq!(importer.counters().lines, 30_000);
    assert!(importer.counters().errors.too_fast > 29_000);
}

#[test]
fn everything_is_sent_four_times_a_second_at_most() {
    let (cockpit, _) = cockpit();
    let mut importer = Importer::new();
    let from = Sender::Datagrams(([127, 0, 0, 1], 50_000).into());
    let granted = |importer: &mut Importer, now| {
        let asked = (0..10).map(|_| importer.read(from, b"SYNC E\n", &cockpit, now).full_state);
        asked.filter(|granted| *granted).count()
    };
    let times = [0, 100_000, 250_000, SECOND];
    assert_eq!(times.map(|now| granted(&mut importer, now)), [1, 0, 1, 1]);
}

proptest! {
    #[test]
    fn any_bytes_are_read(
        pieces in prop::collection::vec(
            prop_oneof![
                prop::collection::vec(any::<u8>(), 0..300),
                "[A-Z_0-9]{0,9} [+-]?[A-Z0-9]{0,6}\n".prop_map(String::into_bytes),
                "(GEAR_8|DIMMER_9|BARO_70|TEST_10) ([+-]?[0-9]{1,6}|INC|DEC|TOGGLE)\n".prop_map(String::into_bytes),
            ],
            0..30,
        ),
        port in 0..200u16,
    ) {
        let (mut cockpit, mut memory) = cockpit();
        cockpit.set_gauge(9, 0.25, &mut memory);
        let mut importer = Importer::new();
        let from = Sender::Datagrams(([127, 0, 0, 1], port).into());
        for (piece, now) in pieces.iter().zip((0..).step_by(10_000)) {
            let imported = importer.read(from, piece, &cockpit, now);
            for request in imported.requests.into_iter().chain(importer.tick(&cockpit, now)) {
                let Request::Position(request) = request else {
                    return Err(TestCaseError::fail("not a position"));
                };
                if let Position::Number(number) = request.position {
                    prop_assert!((-1.0..=1.0).contains(&number));
                }
            }
        }
    }
}
