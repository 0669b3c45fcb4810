use super::*;
use crate::bios::binary::fixtures::trainer;
use crate::bios::binary::memory::Address;
use crate::bios::binary::stream::STEP;
use crate::bios::binary::stream::parser::Parser;

mod ten_hours;

const SECOND: Micros = 1_000_000;

fn flying() -> Gateway {
    let mut gateway = Gateway::new(false);
    gateway.join(Listener::Datagrams, Pace::Limited(11_000));
    let requests = gateway.set_aircraft(Some(trainer()));
    // Args 8, 9, 10, 12, 38, 70, 104 and 7000, telemetry, and the display.
    assert_eq!(requests.len(), 8 + 12 + 1);
    gateway
}

fn listen(gateway: &mut Gateway, listener: Listener, parser: &mut Parser, now: Micros) {
    for update in gateway.step(listener, now) {
        assert!(update.len() <= 1024);
        parser.feed(&update);
    }
}

/// Returns the words of the memory map that a listener does not know as they are.
fn wrong(gateway: &Gateway, parser: &Parser) -> Vec<u16> {
    let known = gateway.memory.known();
    let words = std::iter::successors(known.next(0), |word| known.next(word + 1));
    let addresses = words.filter_map(Address::of_word).map(Address::value);
    addresses
        .filter(|at| parser.words.get(at) != Some(&gateway.memory.word(usize::from(at / 2))))
        .collect()
}

#[test]
fn a_cockpit_reaches_a_listener() {
    let mut gateway = flying();
    let mut parser = Parser::default();
    gateway.set_gauge(104, 0.5);
    gateway.set_gauge(12, 0.7);
    gateway.set_gauge(38, 0.51);
    gateway.set_gauge(7000, 1.0);
    gateway.set_text(1 << 40, b"FUEL\n80");
    listen(&mut gateway, Listener::Datagrams, &mut parser, STEP);
    assert_eq!(parser.text(0, 24), format!("Trainer\0{}", " ".repeat(16)));
    assert_eq!(parser.words[&(0xA600 + 2 * 104)], 0x8000);
    assert_eq!(parser.words[&(0xCD10 + 2 * 12)], 0x8000, "lit");
    assert_eq!(
        parser.words[&(0xCD10 + 2 * 38)],
        0x8001,
        "the second position"
    );
    assert_eq!(parser.text(0xF420, 8), "FUEL 80 ");
    assert_eq!(parser.words[&0xF428], 0xFFFF, "the arg beyond the window");
    // Nobody flies: only the name, which is empty.
    gateway.set_aircraft(None);
    let mut parser = Parser::default();
    listen(&mut gateway, Listener::Datagrams, &mut parser, 2 * STEP);
    assert_eq!(parser.words.len(), 12);
    assert_eq!(parser.words[&0], 0x2000);
}

#[test]
fn values_become_zero_at_the_end_of_a_mission_on_request() {
    let mut gateway = Gateway::new(true);
    gateway.set_aircraft(Some(trainer()));
    gateway.set_gauge(104, 0.5);
    gateway.set_aircraft(None);
    let mut parser = Parser::default();
    gateway.join(Listener::Connection(1), Pace::Unlimited);
    listen(&mut gateway, Listener::Connection(1), &mut parser, 0);
    assert_eq!(parser.words[&(0xA600 + 2 * 104)], 0);
}

#[test]
fn one_who_asks_gets_everything() {
    let mut gateway = flying();
    gateway.set_gauge(104, 0.5);
    let (program, other) = (Listener::Connection(1), Listener::Connection(2));
    gateway.join(program, Pace::Unlimited);
    gateway.join(other, Pace::Unlimited);
    let mut now = 0;
    for listener in [program, other, Listener::Datagrams] {
        for _ in 0..30 {
            now += STEP;
            gateway.step(listener, now);
        }
    }
    gateway.read(Sender::Connection(1), b"SYNC E\n", now);
    let count = |gateway: &mut Gateway, listener| {
        let mut parser = Parser::default();
        listen(gateway, listener, &mut parser, now + STEP);
        parser.words.len()
    };
    assert_eq!(count(&mut gateway, program), gateway.memory.known().len());
    assert!(count(&mut gateway, other) < 4);
}

#[test]
fn a_slow_line_gets_the_newest_values() {
    let mut gateway = flying();
    let slow = Listener::Connection(1);
    gateway.join(slow, Pace::Limited(960));
    let mut parser = Parser::default();
    let (mut now, mut bytes) = (0, 0);
    for frame in 0..600u32 {
        for arg in [8, 9, 10, 12, 38, 70, 104, 7000] {
            gateway.set_gauge(arg, f64::from(frame) / 600.0);
        }
        now += STEP;
        for update in gateway.step(slow, now) {
            bytes += update.len();
            parser.feed(&update);
        }
    }
    assert!(bytes <= 960 * 21, "{bytes} in 20 seconds");
    // At the end it is never far behind: half a second later it knows everything.
    for _ in 0..15 {
        now += STEP;
        listen(&mut gateway, slow, &mut parser, now);
    }
    assert_eq!(wrong(&gateway, &parser), [0u16; 0]);
    assert!(
        parser.counters[1] > 0,
        "steps were skipped, which the counter tells"
    );
}

#[test]
fn modules_of_a_hosted_dcs_bios_are_the_source() {
    let mut gateway = Gateway::new(false);
    gateway.join(Listener::Datagrams, Pace::Limited(11_000));
    let (aircraft, _) = trainer();
    gateway.set_hosted_aircraft(aircraft, [(0x1004, 4)].into_iter());
    gateway.set_words(&[(0x1000, 7), (0x1004, 0x4241), (0x1006, 0x2043)]);
    let mut parser = Parser::default();
    listen(&mut gateway, Listener::Datagrams, &mut parser, STEP);
    assert_eq!(parser.words[&0x1000], 7);
    assert_eq!(parser.text(0x1004, 4), "ABC ");
    assert_eq!(gateway.memory.end_of_text(0x1004 / 2), 0x1008 / 2);
    assert_eq!(parser.text(0, 8), "Trainer\0");

    // Lines are for the modules, and SYNC E stays the gateway's.
    let from = Sender::Connection(1);
    let imported = gateway.read(from, b"MASTER_ARM 1\nSYNC E\nGEAR_8\n", STEP);
    assert_eq!(imported.lines, ["MASTER_ARM 1"]);
    assert!(imported.requests.is_empty() && imported.log[0].contains("an argument must follow"));
    let log = gateway.refuse_lines(&imported.lines, STEP);
    assert!(log[0].contains("\"MASTER_ARM\": the modules of DCS-BIOS for Trainer"));
    assert!(
        gateway.refuse_lines(&imported.lines, STEP).is_empty(),
        "once"
    );

    // Another aircraft is served from its tables again.
    gateway.set_aircraft(Some(trainer()));
    let imported = gateway.read(from, b"GEAR_8 1\n", 2 * STEP);
    assert_eq!((imported.lines.len(), imported.requests.len()), (0, 1));
}

#[test]
fn clicks_that_the_sim_has_no_frames_for_are_dropped() {
    let mut gateway = flying();
    let click = |command| Click {
        control: format!("KNOB_{command}").into(),
        device: 2,
        command,
        value: 1.0,
    };
    let clicks = (0..100).map(|_| click(3001)).collect();
    let admitted = gateway.admit(clicks, SECOND);
    assert_eq!(admitted.requests.len(), 31);
    let [line] = &admitted.log[..] else {
        panic!("once for a control: {:?}", admitted.log)
    };
    assert!(line.contains("\"KNOB_3001\": it is moved faster"), "{line}");
    assert!(line.contains("30 times a second, and 31 at once"), "{line}");
    let more = gateway.admit((0..100).map(|_| click(3001)).collect(), 2 * SECOND);
    assert_eq!((more.requests.len(), more.log.len()), (30, 0));
    assert_eq!(
        gateway.admit(vec![click(3002)], 4 * SECOND).requests.len(),
        1
    );
    assert!(gateway.counters().contains("138 too fast"), "one waits");
}

#[test]
fn the_newest_click_waits_for_a_frame() {
    let mut gateway = flying();
    let act = |value| Click {
        control: "KNOB".into(),
        device: 2,
        command: 3001,
        value,
    };
    let mut clicks = vec![act(0.1); 60];
    clicks.push(act(0.9));
    gateway.admit(clicks.clone(), SECOND);
    let later = gateway.tick(SECOND + STEP);
    assert_eq!(later, [Request::from(act(0.9))]);
    assert!(gateway.tick(SECOND + 2 * STEP).is_empty(), "once");
    // It is not for the next aircraft.
    gateway.admit(clicks, 9 * SECOND);
    gateway.set_aircraft(Some(trainer()));
    assert!(gateway.tick(10 * SECOND).is_empty());
}

#[test]
fn modules_that_are_being_loaded_are_the_reason_in_the_log() {
    let mut gateway = flying();
    gateway.wait_for_modules();
    let from = Sender::Connection(1);
    let imported = gateway.read(from, b"MASTER_ARM 1\nSYNC E\nGEAR_8 1\n", STEP);
    assert!(imported.lines.is_empty() && imported.full_state);
    let [line] = &imported.log[..] else {
        panic!("once for all controls: {:?}", imported.log)
    };
    assert!(line.contains("still being loaded"), "{line}");
    gateway.set_aircraft(Some(trainer()));
    assert_eq!(gateway.read(from, b"GEAR_8 1\n", STEP).requests.len(), 1);
}

#[test]
fn errors_are_reported_once_with_those_left_out_of_the_log() {
    let mut gateway = flying();
    let lines: String = (0..60).map(|number| format!("N{number} 1\n")).collect();
    gateway.read(Sender::Connection(1), lines.as_bytes(), STEP);
    let report = gateway.new_errors().expect("errors");
    assert!(report.ends_with("60 not understood, 0 too fast; 40 errors left out of the log"));
    assert_eq!(gateway.new_errors(), None);
}

#[test]
fn a_release_is_never_dropped() {
    let mut gateway = flying();
    let act = |command: u32, value: f64| Click {
        control: "KNOB".into(),
        device: 1,
        command,
        value,
    };
    // An encoder takes all the frames there are.
    let turns = vec![act(3001, 0.05); 100];
    assert!(gateway.admit(turns, SECOND).requests.len() < 40);
    let mut pressed = 0.0;
    for number in 0..100 {
        let taps = vec![act(3002, 1.0), act(3002, 0.0)];
        let now = SECOND + number * 20_000;
        for request in gateway.admit(taps, now).requests {
            if let Request::Act(action) = request {
                pressed = action.value;
            }
        }
        let _ = gateway.admit(vec![act(3001, 0.05)], now);
        assert_eq!(pressed, 0.0, "tap {number}");
    }
}
