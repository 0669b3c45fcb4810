//! What goes out when: the payload cache of each type, and datagrams of whole messages.
//!
//! Pure: the time is handed in. A type is sent when its payload differs from the
//! one last sent, at most once in a period, and the newest payload is never lost:
//! what changes meanwhile waits in its one place. The full state goes out when it
//! is asked for, once for all who ask within [`FULL_STATE_PAUSE`].

use std::time::{Duration, Instant};

use crate::bios::draft::proto::codec::MAX_MESSAGE;
use crate::bios::draft::proto::{AIRCRAFT, SYNC, encode_text};

/// The shortest time between two full states, however many ask for one.
pub(crate) const FULL_STATE_PAUSE: Duration = Duration::from_millis(250);

/// What `AIRCRAFT` says when none is controlled.
const NO_AIRCRAFT: &str = "NONE";

/// One type and its messages.
#[derive(Debug, Default)]
struct Slot {
    name: String,
    /// The message as it should be known; empty as long as there is nothing to say.
    current: Vec<u8>,
    /// The message last sent; empty when there was none.
    sent: Vec<u8>,
}

impl Slot {
    fn new(name: String) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    /// Takes a new payload; whether it has to be sent.
    fn set(&mut self, text: &[u8]) -> bool {
        self.current.clear();
        encode_text(&self.name, text, &mut self.current);
        self.is_due()
    }

    fn is_due(&self) -> bool {
        self.current != self.sent
    }
}

/// How often a planner has done something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counters {
    /// Messages handed out.
    pub(crate) messages: u64,
    /// Datagrams handed out.
    pub(crate) datagrams: u64,
    /// Full states among them.
    pub(crate) full_states: u64,
}

/// Decides what is sent and when.
#[derive(Debug)]
pub(crate) struct Planner {
    period: Duration,
    /// Whether a new aircraft is followed by `SYNC I`.
    sync_input: bool,
    aircraft: Slot,
    slots: Vec<Slot>,
    changed: bool,
    full_asked: bool,
    sync_due: bool,
    next_flush: Instant,
    next_full: Instant,
    counters: Counters,
}

impl Planner {
    /// A planner that says there is no aircraft. `period` is the shortest time between two
    /// messages of a type.
    pub(crate) fn new(period: Duration, sync_input: bool, now: Instant) -> Self {
        let mut planner = Self {
            period,
            sync_input,
            aircraft: Slot::new(AIRCRAFT.to_owned()),
            slots: Vec::new(),
            changed: false,
            full_asked: false,
            sync_due: false,
            next_flush: now,
            next_full: now,
            counters: Counters::default(),
        };
        planner.aircraft(None, Vec::new());
        planner
    }

    /// Another aircraft, or the same anew, with these types; all that was known is forgotten.
    pub(crate) fn aircraft(&mut self, name: Option<&str>, types: Vec<String>) {
        self.aircraft = Slot::new(AIRCRAFT.to_owned());
        self.slots = types.into_iter().map(Slot::new).collect();
        self.changed = true;
        self.aircraft
            .set(name.unwrap_or(NO_AIRCRAFT).replace('\n', " ").as_bytes());
        self.sync_due = self.sync_input && name.is_some();
    }

    /// The type at this place has this text now. Line feeds are allowed.
    pub(crate) fn set(&mut self, slot: usize, text: &[u8]) {
        if let Some(slot) = self.slots.get_mut(slot) {
            self.changed |= slot.set(text);
        }
    }

    /// Somebody wants the full state.
    pub(crate) fn ask_full(&mut self) {
        self.full_asked = true;
    }

    /// When [`Self::flush`] has something to say: a time that may have passed already.
    pub(crate) fn due(&self) -> Option<Instant> {
        let full = self.full_asked.then_some(self.next_full);
        let changed = self.changed.then_some(self.next_flush);
        full.into_iter().chain(changed).min()
    }

    /// What is to be sent now, as datagrams: `AIRCRAFT` and `SYNC I` first, then the types in
    /// their order.
    pub(crate) fn flush(&mut self, now: Instant) -> Vec<Vec<u8>> {
        let full = self.full_asked && now >= self.next_full;
        if !full && (!self.changed || now < self.next_flush) {
            return Vec::new();
        }
        let mut out = Datagrams::default();
        self.aircraft.send(full, &mut out);
        if self.sync_due {
            let mut sync = Vec::new();
            encode_text(SYNC, b"I", &mut sync);
            out.add(&sync);
        }
        for slot in &mut self.slots {
            slot.send(full, &mut out);
        }
        self.changed = false;
        self.sync_due = false;
        self.next_flush = now + self.period;
        if full {
            self.full_asked = false;
            self.next_full = now + FULL_STATE_PAUSE;
            self.counters.full_states += 1;
        }
        self.counters.messages += out.messages;
        self.counters.datagrams += out.whole.len() as u64;
        out.whole
    }

    /// What has been handed out so far.
    pub(crate) fn counters(&self) -> Counters {
        self.counters
    }
}

impl Slot {
    fn send(&mut self, full: bool, out: &mut Datagrams) {
        if (full || self.is_due()) && !self.current.is_empty() {
            out.add(&self.current);
            self.sent.clone_from(&self.current);
        }
    }
}

/// Packs messages, none of them cut.
#[derive(Debug, Default)]
struct Datagrams {
    whole: Vec<Vec<u8>>,
    messages: u64,
}

impl Datagrams {
    fn add(&mut self, message: &[u8]) {
        self.messages += 1;
        match self.whole.last_mut() {
            Some(last) if last.len() + message.len() <= MAX_MESSAGE => {
                last.extend_from_slice(message);
            }
            _ => self.whole.push(message.to_vec()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::bios::draft::proto::codec::Decoder;

    const PERIOD: Duration = Duration::from_millis(100);

    fn started() -> (Planner, Instant) {
        let now = Instant::now();
        let mut planner = Planner::new(PERIOD, true, now);
        planner.aircraft(Some("UH-1H"), vec!["ALT".to_owned(), "RPM".to_owned()]);
        (planner, now)
    }

    /// Checks what a flush says, as text.
    fn check(planner: &mut Planner, now: Instant, expected: &str) {
        let sent = planner.flush(now).concat();
        assert_eq!(
            sent.escape_ascii().to_string(),
            expected.replace('\n', "\\n")
        );
    }

    #[test]
    fn each_type_is_sent_when_it_changes_and_once_a_period() {
        let (mut planner, start) = started();
        check(&mut planner, start, "AIRCRAFT UH-1H\nSYNC I\n");
        assert_eq!(planner.due(), None);
        planner.set(1, b"0.25");
        assert_eq!(planner.due(), Some(start + PERIOD));
        check(&mut planner, start + PERIOD / 2, "");
        planner.set(0, b"100");
        planner.set(1, b"0.50");
        check(&mut planner, start + PERIOD, "ALT 100\nRPM 0.50\n");
        planner.set(0, b"100");
        assert_eq!(planner.due(), None);
        planner.set(0, b"200");
        planner.set(0, b"100");
        check(&mut planner, start + 2 * PERIOD, "");
        check(&mut planner, start + 9 * PERIOD, "");
    }

    #[test]
    fn the_full_state_goes_out_once_for_all_who_ask() {
        let (mut planner, start) = started();
        planner.set(0, b"1");
        planner.flush(start);
        planner.ask_full();
        planner.ask_full();
        check(&mut planner, start, "AIRCRAFT UH-1H\nALT 1\n");
        planner.ask_full();
        assert_eq!(planner.due(), Some(start + FULL_STATE_PAUSE));
        planner.set(1, b"2");
        check(&mut planner, start + PERIOD, "RPM 2\n");
        check(
            &mut planner,
            start + FULL_STATE_PAUSE,
            "AIRCRAFT UH-1H\nALT 1\nRPM 2\n",
        );
        check(&mut planner, start + 2 * FULL_STATE_PAUSE, "");
        assert_eq!(planner.counters().full_states, 2);
    }

    #[test]
    fn another_aircraft_starts_with_nothing_known() {
        let (mut planner, start) = started();
        planner.set(0, b"1");
        planner.flush(start);
        planner.aircraft(None, Vec::new());
        planner.set(0, b"7");
        check(&mut planner, start + PERIOD, "AIRCRAFT NONE\n");
        planner.aircraft(Some("UH-1H"), vec!["ALT".to_owned()]);
        planner.set(0, b"1");
        check(
            &mut planner,
            start + 2 * PERIOD,
            "AIRCRAFT UH-1H\nSYNC I\nALT 1\n",
        );
        planner.aircraft(Some("UH-1H"), vec!["ALT".to_owned()]);
        check(&mut planner, start + 3 * PERIOD, "AIRCRAFT UH-1H\nSYNC I\n");
    }

    #[test]
    fn sync_i_can_be_left_out() {
        let now = Instant::now();
        let mut planner = Planner::new(PERIOD, false, now);
        check(&mut planner, now, "AIRCRAFT NONE\n");
        planner.aircraft(Some("UH-1H"), Vec::new());
        check(&mut planner, now + PERIOD, "AIRCRAFT UH-1H\n");
    }

    #[test]
    fn texts_of_several_lines() {
        let (mut planner, now) = started();
        planner.flush(now);
        planner.set(0, b"");
        planner.set(1, b"A\n B");
        check(&mut planner, now + PERIOD, "ALT \nRPMb\\x04A\n B\n");
        planner.set(1, &[&b"x\n"[..], &[b'y'; 254]].concat());
        check(
            &mut planner,
            now + 2 * PERIOD,
            &format!("RPM x\\\\n{}\n", "y".repeat(254)),
        );
    }

    #[test]
    fn a_text_too_long_is_cut_between_characters() {
        let (mut planner, now) = started();
        planner.flush(now);
        for blanks in 0..4 {
            let text = " ".repeat(blanks) + &"€".repeat(1000);
            planner.set(0, text.as_bytes());
            let sent = planner.flush(now + PERIOD * (blanks as u32 + 1)).concat();
            assert!(sent.len() <= MAX_MESSAGE && sent.len() > MAX_MESSAGE - 4);
            assert!(str::from_utf8(&sent).is_ok());
        }
        planner.set(0, &[0x80; 3000]);
        assert_eq!(planner.flush(now + PERIOD * 9).concat().len(), MAX_MESSAGE);
    }

    /// What happens to a planner.
    #[derive(Debug, Clone)]
    enum Event {
        Set(usize, Vec<u8>),
        AskFull,
        Wait(u64),
    }

    fn any_event() -> impl Strategy<Value = Event> {
        let text = prop::collection::vec(prop::sample::select(&b"ab\n"[..]), 0..700);
        prop_oneof![
            6 => (0_usize..12, text).prop_map(|(slot, text)| Event::Set(slot, text)),
            1 => Just(Event::AskFull),
            3 => (0_u64..300).prop_map(Event::Wait),
        ]
    }

    proptest! {
        /// A listener that hears every datagram knows the newest payload of each type once the
        /// planner has nothing more to say; nothing is said twice without being asked for.
        #[test]
        fn a_listener_knows_everything(events in prop::collection::vec(any_event(), 0..60)) {
            let mut now = Instant::now();
            let names: Vec<String> = (0..12).map(|n| format!("T{n}")).collect();
            let mut planner = Planner::new(PERIOD, true, now);
            planner.aircraft(Some("X"), names.clone());
            let mut heard = HashMap::new();
            let mut wanted = HashMap::new();
            for event in events.into_iter().chain([Event::Wait(1000), Event::Wait(1000)]) {
                match event {
                    Event::Set(slot, text) => {
                        planner.set(slot, &text);
                        wanted.insert(names[slot].clone(), text);
                    }
                    Event::AskFull => planner.ask_full(),
                    Event::Wait(ms) => {
                        now += Duration::from_millis(ms);
                        let full_before = planner.counters().full_states;
                        let datagrams = planner.flush(now);
                        let full = planner.counters().full_states > full_before;
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
            prop_assert_eq!(planner.due(), None);
            for (name, text) in wanted {
                let mut message = Vec::new();
                encode_text(&name, &text, &mut message);
                let mut decoder = Decoder::default();
                decoder.decode(&message, |m| assert_eq!(heard[&name], format!("{:?}", m.payload)));
            }
        }
    }
}
