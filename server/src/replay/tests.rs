//! Tests of replays through the world, on recorded time.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use aircraft_defs::read_tables;
use bytes::Bytes;
use dcs_master_demo::Sample;
use proptest::prelude::*;

use super::*;
use crate::demo::DemoSim;
use crate::filter::Micros;
use crate::link::{Action, FromSim, LinkState, ToSim};
use crate::record::{ClientEntry, Cursor, Entry, Recording, RecordingWriter, SimState};
use crate::wire::parse;
use crate::world::{Aircraft, ClientKey, Outbox, TablesAction, World};

/// The time between two frames of the demo, in microseconds.
const FRAME: Micros = 16_667;
const MINUTE: Micros = 60_000_000;

/// A world with text clients, which the hub would give its messages and the time.
struct Rig<'a> {
    world: World,
    defs: &'a Path,
    clients: BTreeMap<String, (ClientKey, String)>,
}

impl<'a> Rig<'a> {
    fn new(defs: &'a Path) -> Self {
        Self {
            world: World::new(4096, true),
            defs,
            clients: BTreeMap::new(),
        }
    }

    fn receive(&mut self, message: FromSim, now: Micros) {
        self.tick(now);
        if let TablesAction::Read(name) = self.world.handle_message(message, now) {
            let (tables, _) = read_tables(self.defs, &name);
            let aircraft = Arc::new(Aircraft::new(name, tables));
            self.world.set_aircraft(Some(aircraft), now);
        }
        self.collect();
    }

    fn say(&mut self, client: &str, line: &str, now: Micros) {
        self.tick(now);
        let world = &mut self.world;
        let (key, _) = self
            .clients
            .entry(client.to_owned())
            .or_insert_with(|| (world.join(Outbox::Lines(Vec::new())), String::new()));
        if let Some(request) = parse(line.as_bytes()).transpose() {
            self.world.request(*key, request, now);
        }
        self.collect();
    }

    /// Lets the world do everything that is due up to now.
    fn tick(&mut self, now: Micros) {
        while let Some(due) = self.world.next_due().filter(|due| *due < now) {
            self.world.tick(due.max(1));
            self.collect();
        }
    }

    fn collect(&mut self) {
        for (key, lines) in self.clients.values_mut() {
            if let Some(Outbox::Lines(out)) = self.world.outbox(*key) {
                lines.push_str(&String::from_utf8(std::mem::take(out)).unwrap());
            }
        }
    }

    /// Returns the messages for the sim.
    fn messages_to_sim(&mut self, now: Micros) -> Vec<ToSim> {
        let mut messages = Vec::new();
        loop {
            let hook = self.world.next_for_hook(now);
            let Some(message) = hook.or_else(|| self.world.next_for_export()) else {
                return messages;
            };
            messages.push(message);
        }
    }

    /// Returns the lines of each client, without the answers to actions.
    fn lines(&self) -> BTreeMap<String, String> {
        let kept = |lines: &str| {
            let lines = lines.split_inclusive('\n');
            lines.filter(|line| !line.starts_with("-1 ")).collect()
        };
        let clients = self.clients.iter();
        clients
            .map(|(name, (_, lines))| (name.clone(), kept(lines)))
            .collect()
    }
}

/// The requests of three clients during a minute, with their times in milliseconds.
fn requests() -> Vec<(u64, &'static str, &'static str)> {
    vec![
        (100, "tcp 1", "2 Engine_RPM 1 1 20"),
        (100, "tcp 1", "2 Altimeter 2 3 30"),
        (100, "tcp 1", "2 LANDING_GEAR_LEVER 3"),
        (120, "tcp 2", "2 160 8 5 60"),
        (120, "tcp 2", "3 1 txt_SCRATCHPAD 9"),
        (5_000, "tcp 2", "1 LANDING_GEAR_LEVER TOGGLE"),
        (9_000, "tcp 3", "2 Altimeter 1 2 250"),
        (9_500, "tcp 3", "3 2 txt_FREQUENCY 4"),
        (20_000, "tcp 1", "2 Altimeter 2 0 0"),
        (30_000, "tcp 2", "1 ELEC Generator 0"),
        (31_000, "tcp 1", "2 Fuel_Quantity 2 1 3"),
        (45_000, "tcp 3", "0"),
    ]
}

/// Flies the demo for a minute, with an aircraft change in it. Returns the recording, and the lines
/// of each client.
fn fly(sample: &Sample) -> (Vec<u8>, BTreeMap<String, String>) {
    let defs = sample.defs();
    let mut sim = DemoSim::new(sample.aircraft.clone(), 40.0);
    let mut rig = Rig::new(&defs);
    let mut writer = RecordingWriter::new(Vec::new(), 1_763_740_000_000_000_000).unwrap();
    let mut requests = requests().into_iter().peekable();
    rig.world.begin_recording();
    let mut messages = sim.open();
    let mut now = 0;
    while now < MINUTE {
        for message in messages.drain(..) {
            writer.write(now, &Entry::Sim(message.clone())).unwrap();
            rig.receive(message, now);
        }
        while let Some((_, client, line)) = requests.next_if(|(at, ..)| at * 1000 <= now) {
            let request = ClientEntry::Request(client.to_owned(), line.to_owned());
            writer.write(now, &Entry::Client(request)).unwrap();
            rig.say(client, line, now);
        }
        for message in rig.messages_to_sim(now) {
            messages.extend(sim.receive(message));
        }
        now += FRAME;
        if now % 1_000_000 < FRAME {
            writer.flush().unwrap();
        }
        messages.extend(sim.frame(now as f64 / 1e6));
    }
    (writer.finish().unwrap(), rig.lines())
}

fn opened(bytes: &[u8]) -> (tempfile::TempDir, Recording) {
    let disk = tempfile::tempdir().unwrap();
    let path = disk.path().join("flight.mcap");
    std::fs::write(&path, bytes).unwrap();
    let recording = Recording::open(&path).unwrap();
    (disk, recording)
}

/// Replays a recording and its requests on recorded time. Returns the lines of each client.
fn replay(recording: &Recording, defs: &Path) -> BTreeMap<String, String> {
    let mut rig = Rig::new(defs);
    let mut replayer = Replayer::default();
    for message in replayer.open() {
        rig.receive(message, 0);
    }
    let mut cursor = Cursor::default();
    while let Some(now) = cursor.next_time(recording).unwrap() {
        // All entries of one moment: first a frame of the sim, then the requests.
        let mut said = Vec::new();
        while cursor.next_time(recording).unwrap() == Some(now) {
            match cursor.next(recording).unwrap() {
                Some((_, Entry::Sim(message))) => replayer.take(message),
                Some((_, Entry::Client(ClientEntry::Request(client, line)))) => {
                    said.push((client, line));
                }
                _ => {}
            }
        }
        for message in replayer.frame(now as f64 / 1e6) {
            rig.receive(message, now);
        }
        for (client, line) in said {
            rig.say(&client, &line, now);
        }
        for message in rig.messages_to_sim(now) {
            if let Some(answer) = replayer.receive(message) {
                rig.receive(answer, now);
            }
        }
    }
    rig.lines()
}

#[test]
fn a_replay_gives_each_client_the_lines_of_then() {
    let sample = Sample::compile().unwrap();
    let (bytes, then) = fly(&sample);
    let (_disk, recording) = opened(&bytes);
    let now = replay(&recording, &sample.defs());
    assert_eq!(
        then.keys().collect::<Vec<_>>(),
        now.keys().collect::<Vec<_>>()
    );
    assert!(then["tcp 1"].lines().count() > 20, "{}", then["tcp 1"]);
    for (client, lines) in &then {
        assert!(lines.lines().count() > 5, "{client}: {lines}");
        let differs = lines
            .lines()
            .zip(now[client].lines())
            .position(|(a, b)| a != b);
        let around = |lines: &str| {
            let from = differs.unwrap_or(0).saturating_sub(2);
            lines
                .lines()
                .skip(from)
                .take(6)
                .collect::<Vec<_>>()
                .join("\n")
        };
        assert!(
            *lines == now[client],
            "{client} differs at line {differs:?}; then:\n{}\nnow:\n{}",
            around(lines),
            around(&now[client])
        );
    }
    assert!(
        then["tcp 1"].matches("0 Kestrel_").count() == 2,
        "the aircraft changes"
    );
}

/// A small replay of one aircraft.
fn flying() -> Replayer {
    let mut replayer = Replayer::default();
    replayer.take(FromSim::Aircraft(Some("Kestrel".into())));
    replayer.take(FromSim::Args(vec![(1, 0.5), (2, 1.0)]));
    replayer.take(FromSim::Indicator {
        indicator: 6,
        epoch: 99,
        text: Some(Bytes::from_static(b"UFC")),
    });
    replayer
}

fn watch(arg: u32, rate: f64) -> ToSim {
    ToSim::WatchArg { arg, rate }
}

#[test]
fn what_todays_clients_watch_is_sent() {
    let mut replayer = flying();
    replayer.frame(0.0);
    assert_eq!(replayer.frame(0.1), []);
    replayer.receive(watch(2, 60.0));
    replayer.receive(ToSim::WatchIndicator {
        indicator: 6,
        rate: 10.0,
        epoch: 3,
    });
    let display = FromSim::Indicator {
        indicator: 6,
        epoch: 3,
        text: Some(Bytes::from_static(b"UFC")),
    };
    assert_eq!(
        replayer.frame(0.2),
        [FromSim::Args(vec![(2, 1.0)]), display.clone()]
    );
    assert_eq!(replayer.next_due(), None);
    replayer.take(FromSim::Args(vec![(1, 0.25), (2, 0.25)]));
    assert_eq!(replayer.frame(0.3), [FromSim::Args(vec![(2, 0.25)])]);
    replayer.take(FromSim::Down(LinkState::Export));
    let gone = FromSim::Indicator {
        indicator: 6,
        epoch: 3,
        text: None,
    };
    assert_eq!(replayer.frame(0.4), [gone]);
    replayer.receive(watch(2, 0.0));
    replayer.take(FromSim::Args(vec![(2, 0.0)]));
    assert_eq!(replayer.frame(0.5), []);
}

#[test]
fn a_value_that_comes_too_soon_is_sent_later() {
    let mut replayer = flying();
    replayer.receive(watch(1, 2.0));
    assert_eq!(replayer.frame(10.0).len(), 2, "the aircraft and the value");
    replayer.take(FromSim::Args(vec![(1, 0.75)]));
    assert_eq!(replayer.frame(10.01), []);
    let due = replayer.next_due().unwrap();
    assert!(due > 10.01 && due < 10.6, "{due}");
    assert_eq!(replayer.frame(due), [FromSim::Args(vec![(1, 0.75)])]);
}

#[test]
fn actions_are_answered_and_lists_come_from_the_recording() {
    let mut replayer = flying();
    let action = Action {
        device: 1,
        command: 2,
        value: 1.0,
        ticket: 7,
    };
    let answer = replayer.receive(ToSim::Act(action));
    let Some(FromSim::Error {
        ticket: Some(7),
        reason,
    }) = answer
    else {
        panic!("{answer:?}");
    };
    assert!(reason.starts_with("this is a replay"), "{reason}");
    let list = |indicator| ToSim::ListIndicators {
        ticket: 4,
        indicator,
    };
    let texts = vec![(6, Bytes::from_static(b"UFC"))];
    let all = FromSim::Indicators { ticket: 4, texts };
    assert_eq!(replayer.receive(list(None)), Some(all.clone()));
    assert_eq!(replayer.receive(list(Some(6))), Some(all));
    let none = FromSim::Indicators {
        ticket: 4,
        texts: Vec::new(),
    };
    assert_eq!(replayer.receive(list(Some(7))), Some(none));
}

#[test]
fn a_jump_within_a_flight_sends_what_differs_and_another_flight_is_announced() {
    let mut replayer = flying();
    replayer.receive(watch(1, 60.0));
    replayer.frame(0.0);
    let mut state = replayer.state().clone();
    state.args.insert(1, 0.125);
    replayer.jump(state.clone());
    assert_eq!(replayer.frame(1.0), [FromSim::Args(vec![(1, 0.125)])]);
    state.flight += 1;
    replayer.jump(state);
    let aircraft = FromSim::Aircraft(Some("Kestrel".into()));
    assert_eq!(
        replayer.frame(2.0),
        [aircraft, FromSim::Args(vec![(1, 0.125)])]
    );
    replayer.jump(SimState::default());
    assert_eq!(replayer.frame(3.0), [FromSim::Aircraft(None)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Wherever a replay has jumped, the server then knows what it would know without jumps.
    #[test]
    fn after_a_jump_the_server_has_the_values_of_that_place(
        flights in proptest::collection::vec(
            proptest::collection::vec((0..4_u32, -4..=4_i8), 1..6), 1..4),
        jumps in proptest::collection::vec((any::<prop::sample::Index>(), 0..3_u32), 1..8),
    ) {
        let mut places = vec![SimState::default()];
        for flight in &flights {
            let mut state = places[places.len() - 1].clone();
            state.apply(&FromSim::Aircraft(Some("A".into())));
            places.push(state.clone());
            for &(arg, raw) in flight {
                state.apply(&FromSim::Args(vec![(arg, f64::from(raw) / 4.0)]));
                places.push(state.clone());
            }
        }
        let mut replayer = Replayer::default();
        (0..4).for_each(|arg| { replayer.receive(watch(arg, 60.0)); });
        let mut server = SimState::default();
        let mut now = 0.0;
        for (place, _) in jumps {
            let state = place.get(&places);
            replayer.jump(state.clone());
            now += 1.0;
            for message in replayer.frame(now) {
                server.apply(&message);
            }
            prop_assert_eq!(&server.aircraft, &state.aircraft);
            for (arg, raw) in &state.args {
                prop_assert_eq!(server.args.get(arg), Some(raw));
            }
        }
    }
}
