//! The import stream: messages from any number of senders, and what they ask for.
//!
//! Pure: addresses, datagrams and the time are handed in, requests come out in the
//! order of their messages. Every sender has its own decoder, since a serial line
//! read by `socat` comes in pieces that know nothing of messages. What is not
//! understood is counted, and named once per sender; nobody is answered.

use std::net::SocketAddr;
use std::time::Instant;

use super::orders::{Ask, Controls, Misunderstanding};
use super::senders::{Sender, Senders};
use crate::bios::draft::budget::Budget;
use crate::bios::draft::types::TypeTable;

/// Complaints in the log, all senders together: at once, and each second after that.
const COMPLAINTS: (f64, f64) = (20.0, 0.2);

/// Misunderstandings of one datagram that may be named; more are only counted.
const LOOKED_AT: usize = 100;

/// As much of a type as the log shows.
const SHOWN: usize = 40;

/// How often something has happened, all senders together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counters {
    /// Messages read.
    pub(crate) messages: u64,
    /// Messages that led to nothing because of another [`Misunderstanding`] than their number.
    pub(crate) misunderstood: u64,
    /// Actions dropped because they came too fast.
    pub(crate) dropped: u64,
    /// Bytes that were no message, or one too long.
    pub(crate) damaged: u64,
    /// Pieces of the stream, mostly datagrams, that hold binary data and no message.
    pub(crate) binary: u64,
    /// Senders that made room for others.
    pub(crate) evicted: u64,
}

/// Reads the import stream for one aircraft after the other.
#[derive(Debug)]
pub(crate) struct Importer {
    senders: Senders,
    controls: Controls,
    complaints: Budget,
    counters: Counters,
}

impl Importer {
    /// An importer for no aircraft.
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            senders: Senders::default(),
            controls: Controls::new(now),
            complaints: Budget::new(COMPLAINTS.0, COMPLAINTS.1, now),
            counters: Counters::default(),
        }
    }

    /// Another aircraft, or the same anew; no position is known.
    pub(crate) fn aircraft(&mut self, name: Option<&str>, table: &TypeTable) {
        self.controls.aircraft(name, table);
    }

    /// The sim says where a control is.
    pub(crate) fn position(&mut self, control: usize, raw: f64) {
        self.controls.position(control, raw);
    }

    /// What has happened so far.
    pub(crate) fn counters(&self) -> Counters {
        let evicted = self.senders.evicted();
        Counters {
            evicted,
            ..self.counters
        }
    }

    /// Takes a datagram and appends what its messages ask for, in their order. Answers with what
    /// the log should say about it.
    pub(crate) fn datagram(
        &mut self,
        from: SocketAddr,
        bytes: &[u8],
        table: &TypeTable,
        now: Instant,
        asked: &mut Vec<Ask>,
    ) -> Vec<String> {
        let mut sender = self.senders.take(from);
        let before = sender.decoder.counters();
        let (mut misunderstood, mut dropped) = (0, 0);
        let mut wrong: Vec<(String, Misunderstanding)> = Vec::new();
        sender.decoder.decode(bytes, |message| {
            match self.controls.understand(message, table, now) {
                Ok(ask) => asked.extend(ask),
                Err(reason) => {
                    match reason {
                        Misunderstanding::TooMany => dropped += 1,
                        _ => misunderstood += 1,
                    }
                    if wrong.len() < LOOKED_AT {
                        wrong.push((message.name.to_owned(), reason));
                    }
                }
            }
        });
        let after = sender.decoder.counters();
        let damaged = after.damaged - before.damaged + after.too_long - before.too_long;
        let messages = after.messages - before.messages;
        self.counters.messages += messages;
        self.counters.misunderstood += misunderstood;
        self.counters.dropped += dropped;
        self.counters.damaged += damaged;
        if messages == 0 && is_binary(bytes) {
            self.counters.binary += 1;
            wrong.push((String::new(), Misunderstanding::Binary));
        } else if damaged > 0 {
            wrong.push((String::new(), Misunderstanding::Damage));
        }
        let complaints = wrong.iter();
        let said: Vec<String> = complaints
            .filter_map(|(name, reason)| self.complain(&mut sender, from, name, reason, now))
            .collect();
        self.senders.put(from, sender, now);
        self.tell_unfinished(now).into_iter().chain(said).collect()
    }

    /// What people forget who send with a program of their own.
    fn tell_unfinished(&mut self, now: Instant) -> Option<String> {
        let reason = Misunderstanding::Unfinished;
        let from = self.senders.unfinished(reason.key(""), now)?;
        let mut sender = self.senders.take(from);
        let said = self.complain(&mut sender, from, "", &reason, now);
        self.senders.put(from, sender, now);
        said
    }

    /// What the log should say, if anything.
    fn complain(
        &mut self,
        sender: &mut Sender,
        from: SocketAddr,
        name: &str,
        reason: &Misunderstanding,
        now: Instant,
    ) -> Option<String> {
        let what = reason.key(name);
        if !sender.may_name(what) || !self.complaints.take(now) {
            return None;
        }
        let last = sender.name(what);
        let shown = if name.is_empty() {
            "something"
        } else {
            &name[..name.len().min(SHOWN)]
        };
        let end = if last {
            "; what else it sends wrong is only counted"
        } else {
            ""
        };
        Some(format!(
            "DCS-BIOS import: {from} sent {shown}: {reason}{end}"
        ))
    }
}

/// Whether no text looks like that.
fn is_binary(bytes: &[u8]) -> bool {
    let in_texts = |byte: &u8| !byte.is_ascii_control() || b"\t\r\n".contains(byte);
    !bytes.iter().all(in_texts)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::bios::draft::fixtures::{gauge, switch};
    use crate::bios::draft::import::senders::{MAX_SENDERS, NAMED_PER_SENDER};

    struct Bench {
        importer: Importer,
        table: TypeTable,
        now: Instant,
    }

    fn sender(port: u16) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], port))
    }

    impl Bench {
        fn new() -> Self {
            let now = Instant::now();
            let table = TypeTable::all(
                &[gauge("ALT", 540, 1000.0)],
                &[
                    switch("GEAR", 3001, 8, &[0.0, 1.0]),
                    switch("FLAPS", 3002, 9, &[0.0, 0.5, 1.0]),
                ],
            );
            let mut importer = Importer::new(now);
            importer.aircraft(Some("UH-1H"), &table);
            importer.position(1, 0.0);
            Self {
                importer,
                table,
                now,
            }
        }

        fn send(&mut self, from: u16, bytes: &[u8]) -> (Vec<Ask>, Vec<String>) {
            let mut asked = Vec::new();
            let said =
                self.importer
                    .datagram(sender(from), bytes, &self.table, self.now, &mut asked);
            (asked, said)
        }
    }

    fn act(control: usize, value: f64) -> Ask {
        Ask::Act { control, value }
    }

    #[test]
    fn messages_become_requests_in_their_order() {
        let mut bench = Bench::new();
        let bytes =
            b"GEAR 1\nFLAPS INC\nFLAPS INC\r\nSYNC E\nFLAPS INC\nGEAR 0\nSYNC I\nFLAPS DEC\n";
        let expected = [
            act(0, 1.0),
            act(1, 0.5),
            act(1, 1.0),
            Ask::FullState,
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
    fn a_message_without_an_end_is_said_when_more_comes_in() {
        let mut bench = Bench::new();
        assert_eq!(bench.send(1, b"GEAR 1"), (vec![], vec![]));
        bench.now += Duration::from_secs(1);
        let (asked, said) = bench.send(2, b"GEAR 1");
        assert_eq!(asked, []);
        assert!(said[0].starts_with("DCS-BIOS import: 127.0.0.1:1 sent something: no line break"));
        bench.now += Duration::from_secs(1);
        assert_eq!(bench.send(2, b"\n"), (vec![act(0, 1.0)], vec![]));
    }

    #[test]
    fn what_is_wrong_is_said_once_per_sender() {
        let mut bench = Bench::new();
        let cases: [(&[u8], &str); 8] = [
            (
                b"GEER 1\n",
                "GEER: UH-1H has no control of this type; `dcs-master bios-types UH-1H`",
            ),
            (b"ALT 1\n", "ALT: this type is for the export"),
            (b"AIRCRAFT X\n", "AIRCRAFT: this type is for the export"),
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
            let (asked, said) = bench.send(1, bytes);
            assert_eq!(asked, []);
            let said = said.concat();
            let start = if expected.is_empty() {
                ""
            } else {
                "DCS-BIOS import: 127.0.0.1:1 sent "
            };
            assert!(said.starts_with(&format!("{start}{expected}")), "{said}");
            assert_eq!(bench.send(1, bytes), (vec![], vec![]), "said once");
        }
        assert_eq!(bench.send(2, b"GEAR INC\n").1.len(), 1, "another sender");
        assert_eq!(bench.importer.counters().misunderstood, 15);
        assert_eq!(bench.importer.counters().damaged, 2);
    }

    #[test]
    fn a_binary_stream_is_told_from_a_broken_text() {
        let mut bench = Bench::new();
        let (asked, said) = bench.send(1, b"UUUU\x00\x04\x08\x00AV8B\x00\x00");
        assert_eq!(asked, []);
        assert!(said[0].contains("sent something: binary data"), "{said:?}");
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
        bench.importer.aircraft(None, &bench.table);
        let (asked, said) = bench.send(1, b"GEAR 1\nSYNC E\n");
        assert_eq!(asked, [Ask::FullState]);
        assert!(said[0].ends_with("no aircraft is controlled"));
    }

    #[test]
    fn a_flood_of_actions_is_cut_and_the_rest_goes_on_later() {
        let mut bench = Bench::new();
        let flood = b"GEAR 1\nGEAR 0\n".repeat(5000);
        let (asked, said) = bench.send(1, &flood);
        assert_eq!(asked.len(), 31, "what the sim does in a second");
        assert_eq!(said.len(), 1);
        assert!(said[0].ends_with("more than the sim can do within a second, the rest is dropped"));
        let counters = bench.importer.counters();
        assert_eq!((counters.dropped, counters.misunderstood), (9969, 0));
        bench.now += Duration::from_secs(1);
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
        bench.importer.aircraft(Some("UH-1H"), &bench.table);
        let positions: String = names.iter().map(|name| format!("{name} 1\n")).collect();
        let (asked, said) = bench.send(1, positions.as_bytes());
        assert_eq!((asked.len(), said.len()), (512, 1));
    }

    #[test]
    fn a_flood_of_senders_and_nonsense_costs_little() {
        let mut bench = Bench::new();
        let mut said = 0;
        for port in 0..5000 {
            let nonsense: String = (0..20).map(|n| format!("X{n} {port}\n")).collect();
            let (asked, lines) = bench.send(port, nonsense.as_bytes());
            assert!(asked.is_empty() && lines.len() <= NAMED_PER_SENDER);
            said += lines.len();
        }
        assert_eq!(said, 20, "the log is bounded for all senders together");
        let counters = bench.importer.counters();
        assert_eq!(counters.misunderstood, 100_000);
        assert_eq!(counters.evicted, 5000 - MAX_SENDERS as u64);
    }
}
