//! Transcripts of sessions, replayed against the world: the golden cases in `cases/` and
//! the examples of `docs/protocol.md`.
//!
//! A transcript lists events (`> line` from a client, `sim ...`, `after 100 ms`) and the output
//! that follows (`< line` to a client, `sim< line` to the sim). It is complete: any other output
//! fails the test. Clients other than the first have a name (`B> line`). A comment
//! `# serve --option` sets an option of the server.

mod tables;

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use dcs_master::link::{FromSim, LinkState, ToSim};
use dcs_master::standing::StandingPolicy;
use dcs_master::wire::{LineReader, NextLine, parse};
use dcs_master::world::{Aircraft, ClientKey, Outbox, TablesAction, World};

#[derive(Default)]
struct Player {
    /// Whether the transcript lists the lines to the sim, too.
    lists_sim: bool,
    now: u64,
    clients: BTreeMap<String, Client>,
    to_sim: VecDeque<String>,
}

struct Client {
    key: ClientKey,
    lines: LineReader,
    received: Vec<u8>,
    /// Whether it reads nothing at present.
    stuck: bool,
}

/// A line of a transcript.
enum Line<'a> {
    Event(&'a str),
    Output { to: &'a str, line: &'a str },
}

fn classify(line: &str) -> Line<'_> {
    let split = line
        .split_once("< ")
        .or_else(|| line.strip_suffix('<').map(|to| (to, "")));
    match split {
        Some((to, line)) if to.len() < 4 => Line::Output { to, line },
        _ => Line::Event(line),
    }
}

impl Player {
    fn play(&mut self, world: &mut World, transcript: &str) {
        self.lists_sim = transcript.lines().any(|line| line.starts_with("sim<"));
        for line in transcript
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            match classify(line) {
                Line::Event(event) => {
                    self.expect_silence(event);
                    self.play_event(world, event);
                    self.collect(world);
                }
                Line::Output { to, line: expected } => {
                    assert_eq!(self.take(to).as_deref(), Some(expected), "to {to:?}");
                }
            }
        }
        self.expect_silence("the end");
    }

    fn expect_silence(&mut self, before: &str) {
        for name in self.clients.keys().cloned().collect::<Vec<_>>() {
            assert_eq!(
                self.take(&name),
                None,
                "to client {name:?} before {before:?}"
            );
        }
        let told = std::mem::take(&mut self.to_sim);
        assert!(
            !self.lists_sim || told.is_empty(),
            "to the sim before {before:?}: {told:?}"
        );
    }

    fn take(&mut self, to: &str) -> Option<String> {
        if to == "sim" {
            return self.to_sim.pop_front();
        }
        let received = &mut self.clients.get_mut(to)?.received;
        let end = received.iter().position(|&byte| byte == b'\n')?;
        let line: Vec<u8> = received.drain(..=end).collect();
        read_as_panels_do(&line[..end]);
        Some(line[..end].iter().map(|&byte| char::from(byte)).collect())
    }

    fn play_event(&mut self, world: &mut World, event: &str) {
        if let Some(sim_event) = event.strip_prefix("sim ") {
            return self.sim(world, sim_event);
        }
        if let Some(time) = event
            .strip_prefix("after ")
            .and_then(|time| time.strip_suffix(" ms"))
        {
            return self.advance(world, time.parse().expect("milliseconds"));
        }
        if let Some((name, line)) = event.split_once("> ") {
            return self.send(world, name, line);
        }
        let verbs = ["connects", "leaves", "takes nothing", "takes lines again"];
        let verb = verbs.into_iter().find(|verb| event.ends_with(verb));
        let verb = verb.unwrap_or_else(|| panic!("no event of a transcript: {event:?}"));
        let name = event.strip_suffix(verb).unwrap_or_default().trim();
        match verb {
            "connects" => self.connect(world, name),
            "leaves" => world.leave(self.clients.remove(name).expect("a client").key),
            "takes nothing" => self.block_client(world, name),
            _ => self.unblock_client(world, name),
        }
    }

    fn connect(&mut self, world: &mut World, name: &str) {
        let key = world.join(Outbox::Lines(Vec::new()));
        let client = Client {
            key,
            lines: LineReader::new(4096),
            received: vec![],
            stuck: false,
        };
        self.clients.insert(name.to_owned(), client);
    }

    fn block_client(&mut self, world: &mut World, name: &str) {
        let client = self.clients.get_mut(name).expect("a client");
        client.stuck = true;
        world.block(client.key);
    }

    fn unblock_client(&mut self, world: &mut World, name: &str) {
        let client = self.clients.get_mut(name).expect("a client");
        client.stuck = false;
        world.unblock(client.key, usize::MAX, self.now);
    }

    fn send(&mut self, world: &mut World, name: &str, line: &str) {
        if !self.clients.contains_key(name) {
            self.connect(world, name);
        }
        let client = self.clients.get_mut(name).expect("a client");
        let line = format!("{line}\n");
        let NextLine::Line(line) = client.lines.next(&mut line.as_bytes()) else {
            panic!("no line")
        };
        if let Some(request) = parse(line).transpose() {
            world.request(client.key, request, self.now);
        }
    }

    /// Lets time pass; timers are served when they are due.
    fn advance(&mut self, world: &mut World, ms: u64) {
        let end = self.now + ms * 1000;
        while let Some(due) = world.next_due().filter(|&due| due <= end) {
            self.now = self.now.max(due);
            world.tick(self.now);
        }
        self.now = end;
    }

    fn sim(&mut self, world: &mut World, event: &str) {
        let state = |name| {
            if name == "hook" {
                LinkState::Hook
            } else {
                LinkState::Export
            }
        };
        let message = match event.split_whitespace().collect::<Vec<_>>()[..] {
            [name @ ("hook" | "export"), "links"] => FromSim::up(state(name)),
            [name @ ("hook" | "export"), "is", "lost"] => FromSim::Down(state(name)),
            ["is", "cold"] => cold(Some(true)),
            ["is", "not", "cold"] => cold(Some(false)),
            ["does", "not", "tell"] => cold(None),
            ["flies", "nothing"] => FromSim::Aircraft(None),
            ["flies", name] => return self.enter_aircraft(world, name),
            ["field", field, "is", number] => FromSim::Telemetry(vec![(
                field.parse().expect("a number"),
                Some(number.parse().expect("a number")),
            )]),
            ["arg", arg, "is", raw] => FromSim::Args(vec![(
                arg.parse().expect("an arg"),
                raw.parse().expect("a number"),
            )]),
            ["fails", ticket, ref reason @ ..] => FromSim::Error {
                ticket: ticket.parse().ok(),
                reason: reason.join(" "),
            },
            ["indicator", number, "of", "epoch", epoch, "shows", ..] => FromSim::Indicator {
                indicator: number.parse().expect("a number"),
                epoch: epoch.parse().expect("a number"),
                text: shown(event),
            },
            ["lists", ticket, "with", number, "shows", ..] => FromSim::Indicators {
                ticket: ticket.parse().expect("a ticket"),
                texts: shown(event)
                    .map(|text| (number.parse().expect("a number"), text))
                    .into_iter()
                    .collect(),
            },
            _ => panic!("no event of a sim: {event:?}"),
        };
        let hook_is_up = matches!(
            message,
            FromSim::Up {
                state: LinkState::Hook,
                ..
            }
        );
        world.handle_message(message, self.now);
        if hook_is_up {
            world.handle_message(FromSim::Reached(0), self.now);
            world.handle_message(FromSim::AnswersCold, self.now);
        }
    }

    fn enter_aircraft(&mut self, world: &mut World, name: &str) {
        let action = world.handle_message(FromSim::Aircraft(Some(name.to_owned())), self.now);
        let TablesAction::Read(name) = action else {
            panic!("an aircraft to read tables of, not {action:?}")
        };
        let tables = tables::of(&name);
        world.set_aircraft(Some(Arc::new(Aircraft::new(name, tables))), self.now);
    }

    fn collect(&mut self, world: &mut World) {
        while let Some(message) = world
            .next_for_hook(self.now)
            .or_else(|| world.next_for_export())
        {
            match message {
                // A frame of the sim takes no time here.
                ToSim::Mark(mark) => {
                    world.handle_message(FromSim::Reached(mark), self.now);
                }
                message => self.to_sim.push_back(message.to_string()),
            }
        }
        while world.next_touched().is_some() {}
        for client in self.clients.values_mut().filter(|client| !client.stuck) {
            let Some(Outbox::Lines(out)) = world.outbox(client.key) else {
                panic!("no outbox")
            };
            client.received.append(out);
        }
    }
}

/// Returns the sim's answer to the question about a cold aircraft. The flight is always the same.
fn cold(cold: Option<bool>) -> FromSim {
    FromSim::Cold {
        cold,
        since: Some(1),
    }
}

/// Returns the result of `list_indication` for an event that shows `NAME=text|NAME=text`. A text
/// has `\n` between its lines, and each character stands for a byte. `nothing` stands for no
/// indicator.
fn shown(event: &str) -> Option<Bytes> {
    let (_, elements) = event.split_once(" shows ").unwrap_or((event, ""));
    if elements == "nothing" {
        return None;
    }
    let mut text = Vec::new();
    for (name, lines) in elements
        .split('|')
        .filter_map(|element| element.split_once('='))
    {
        let element = format!(
            "{}\n{name}\n{}\n",
            "-".repeat(41),
            lines.replace("\\n", "\n")
        );
        text.extend(
            element
                .chars()
                .map(|character| u8::try_from(character).unwrap_or(b'?')),
        );
    }
    Some(text.into())
}

/// Reads a line as existing panel software does: the first field as a number, then field 1 of a `0`
/// line, and fields 1 and 3 of a `2` line, without counting the fields. Panics if that fails. Only
/// the answer to command 4 is exempt, since such software never sends that command.
fn read_as_panels_do(line: &[u8]) {
    let line = String::from_utf8_lossy(line);
    if line.starts_with(['{', '[']) {
        return;
    }
    let fields: Vec<&str> = line.split(' ').collect();
    match fields[0].parse::<i32>().unwrap_or(0) {
        0 => assert!(
            fields[0] == "0" && !fields[1].is_empty(),
            "taken for an aircraft: {line}"
        ),
        2 => {
            assert!(fields[1].parse::<i128>().is_ok(), "an id: {line}");
            assert!(fields[3].parse::<f64>().is_ok(), "a value: {line}");
        }
        _ => {}
    }
}

fn replay(name: &str, transcript: &str) {
    println!("--- {name}\n{transcript}");
    let has = |option: &str| {
        transcript
            .lines()
            .any(|line| line == format!("# serve {option}"))
    };
    let standing = match has("--standing always") {
        true => StandingPolicy::Always,
        false => StandingPolicy::Cold,
    };
    let world = World::new(8, true).with_standing(standing);
    let mut world = world.with_reset_gauges(has("--reset-gauges"));
    Player::default().play(&mut world, transcript);
}

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts/cases");
    let mut cases: Vec<_> = std::fs::read_dir(folder)
        .expect("the cases")
        .map(|entry| entry.expect("a case").path())
        .collect();
    cases.sort();
    assert!(!cases.is_empty());
    for case in cases {
        replay(
            &case.display().to_string(),
            &std::fs::read_to_string(&case).expect("a case"),
        );
    }
}

/// Replays the examples of the documentation; those of one section form one session.
#[test]
fn documentation() {
    let examples: usize = ["protocol.md", "standing.md", "telemetry.md"]
        .into_iter()
        .map(page)
        .sum();
    assert!(examples >= 10, "{examples} sections with examples");
}

/// Replays the examples of a page, and returns how many sections have some.
fn page(name: &str) -> usize {
    const FENCE: &str = "```";
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../docs")
        .join(name);
    let text = std::fs::read_to_string(path).expect("a page of the documentation");
    let mut examples = 0;
    for section in text.split("\n## ") {
        let blocks = section.split(FENCE).skip(1).step_by(2);
        let example: String = blocks
            .filter_map(|block| block.strip_prefix("session\n"))
            .collect();
        if !example.is_empty() {
            examples += 1;
            let name = section.lines().next().unwrap_or_default();
            replay(
                name,
                &format!("sim hook links\nsim export links\n{example}"),
            );
        }
    }
    examples
}
