//! Tests of the messages that the publisher sends, and of their times.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::bios::draft::proto::codec::{Decoder, MAX_MESSAGE};

const PERIOD: Micros = 100_000;

fn started() -> (Publisher, Micros) {
    let now = 7;
    let mut publisher = Publisher::new(PERIOD, true);
    publisher.set_aircraft(Some("UH-1H"), vec!["ALT".to_owned(), "RPM".to_owned()]);
    (publisher, now)
}

/// Checks the messages of a flush, as text.
fn check(publisher: &mut Publisher, now: Micros, expected: &str) {
    let sent = publisher.flush(now).concat();
    assert_eq!(
        sent.escape_ascii().to_string(),
        expected.replace('\n', "\\n")
    );
}

#[test]
fn each_type_is_sent_when_it_changes_and_once_a_period() {
    let (mut publisher, start) = started();
    check(&mut publisher, start, "AIRCRAFT UH-1H\nSYNC I\n");
    assert_eq!(publisher.due(), None);
    publisher.set(1, b"0.25");
    assert_eq!(publisher.due(), Some(start + PERIOD));
    check(&mut publisher, start + PERIOD / 2, "");
    publisher.set(0, b"100");
    publisher.set(1, b"0.50");
    check(&mut publisher, start + PERIOD, "ALT 100\nRPM 0.50\n");
    publisher.set(0, b"100");
    assert_eq!(publisher.due(), None);
    publisher.set(0, b"200");
    publisher.set(0, b"100");
    check(&mut publisher, start + 2 * PERIOD, "");
    check(&mut publisher, start + 9 * PERIOD, "");
}

#[test]
fn the_full_state_goes_out_once_for_all_who_ask() {
    let (mut publisher, start) = started();
    publisher.set(0, b"1");
    publisher.flush(start);
    publisher.request_full_state();
    publisher.request_full_state();
    check(&mut publisher, start, "AIRCRAFT UH-1H\nALT 1\n");
    publisher.request_full_state();
    assert_eq!(publisher.due(), Some(start + FULL_STATE_PAUSE));
    publisher.set(1, b"2");
    check(&mut publisher, start + PERIOD, "RPM 2\n");
    check(
        &mut publisher,
        start + FULL_STATE_PAUSE,
        "AIRCRAFT UH-1H\nALT 1\nRPM 2\n",
    );
    check(&mut publisher, start + 2 * FULL_STATE_PAUSE, "");
    assert_eq!(publisher.counters().full_states, 2);
}

#[test]
fn another_aircraft_starts_with_nothing_known() {
    let (mut publisher, start) = started();
    publisher.set(0, b"1");
    publisher.flush(start);
    publisher.set_aircraft(None, Vec::new());
    publisher.set(0, b"7");
    check(&mut publisher, start + PERIOD, "AIRCRAFT NONE\n");
    publisher.set_aircraft(Some("UH-1H"), vec!["ALT".to_owned()]);
    publisher.set(0, b"1");
    check(
        &mut publisher,
        start + 2 * PERIOD,
        "AIRCRAFT UH-1H\nSYNC I\nALT 1\n",
    );
    publisher.set_aircraft(Some("UH-1H"), vec!["ALT".to_owned()]);
    check(
        &mut publisher,
        start + 3 * PERIOD,
        "AIRCRAFT UH-1H\nSYNC I\n",
    );
}

#[test]
fn sync_i_can_be_left_out() {
    let now = 7;
    let mut publisher = Publisher::new(PERIOD, false);
    check(&mut publisher, now, "AIRCRAFT NONE\n");
    publisher.set_aircraft(Some("UH-1H"), Vec::new());
    check(&mut publisher, now + PERIOD, "AIRCRAFT UH-1H\n");
}

#[test]
fn texts_of_several_lines() {
    let (mut publisher, now) = started();
    publisher.flush(now);
    publisher.set(0, b"");
    publisher.set(1, b"A\n B");
    check(&mut publisher, now + PERIOD, "ALT \nRPMb\\x04A\n B\n");
    publisher.set(1, &[&b"x\n"[..], &[b'y'; 254]].concat());
    check(
        &mut publisher,
        now + 2 * PERIOD,
        &format!("RPM x\\\\n{}\n", "y".repeat(254)),
    );
}

#[test]
fn a_text_too_long_is_cut_between_characters() {
    let (mut publisher, now) = started();
    publisher.flush(now);
    for blanks in 0..4 {
        let text = " ".repeat(blanks) + &"€".repeat(1000);
        publisher.set(0, text.as_bytes());
        let sent = publisher
            .flush(now + PERIOD * (blanks as Micros + 1))
            .concat();
        assert!(sent.len() <= MAX_MESSAGE && sent.len() > MAX_MESSAGE - 4);
        assert!(str::from_utf8(&sent).is_ok());
    }
    publisher.set(0, &[0x80; 3000]);
    assert_eq!(
        publisher.flush(now + PERIOD * 9).concat().len(),
        MAX_MESSAGE
    );
}

/// An event for a publisher.
#[derive(Debug, Clone)]
enum Event {
    Set(usize, Vec<u8>),
    RequestFullState,
    Wait(u64),
}

fn any_event() -> impl Strategy<Value = Event> {
    let text = prop::collection::vec(prop::sample::select(&b"ab\n"[..]), 0..700);
    prop_oneof![
        6 => (0_usize..12, text).prop_map(|(slot, text)| Event::Set(slot, text)),
        1 => Just(Event::RequestFullState),
        3 => (0_u64..300).prop_map(Event::Wait),
    ]
}

proptest! {
    /// A listener that hears every datagram knows the newest payload of each type once the
    /// publisher has nothing more to send; nothing is sent twice unless it is requested.
    #[test]
    fn a_listener_knows_everything(events in prop::collection::vec(any_event(), 0..60)) {
        let mut now = 7;
        let names: Vec<String> = (0..12).map(|n| format!("T{n}")).collect();
        let mut publisher = Publisher::new(PERIOD, true);
        publisher.set_aircraft(Some("X"), names.clone());
        let mut heard = HashMap::new();
        let mut wanted = HashMap::new();
        for event in events.into_iter().chain([Event::Wait(1000), Event::Wait(1000)]) {
            match event {
                Event::Set(slot, text) => {
                    publisher.set(slot, &text);
                    wanted.insert(names[slot].clone(), text);
                }
                Event::RequestFullState => publisher.request_full_state(),
                Event::Wait(ms) => {
                    now += ms * 1_000;
                    let full_before = publisher.counters().full_states;
                    let datagrams = publisher.flush(now);
                    let full = publisher.counters().full_states > full_before;
                    for datagram in datagrams {
                        prop_assert!(datagram.len() <= MAX_MESSAGE);
                        let mut decoder = Decoder::default();
                        decoder.decode(&datagram, |message| {
                            let payload = format!("{:?}", message.payload);
                            let before = heard.insert(message.name.to_owned(), payload.clone());
                            assert!(full || before != Some(payload), "said twice");
                        });
                        prop_assert_eq!(decoder.counters().damaged, 0);
                    }
                }
            }
        }
        prop_assert_eq!(publisher.due(), None);
        for (name, text) in wanted {
            let mut message = Vec::new();
            encode_text(&name, &text, &mut message);
            let mut decoder = Decoder::default();
            decoder.decode(&message, |m| assert_eq!(heard[&name], format!("{:?}", m.payload)));
        }
    }
}
