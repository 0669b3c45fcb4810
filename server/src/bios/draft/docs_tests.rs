//! Replays the examples of `docs/dcs-bios-draft.md`.

use std::net::SocketAddr;

use aircraft_defs::{Control, Gauge, Tables};

use super::config::Export;
use super::gateway::Gateway;
use super::mapping::Mapping;
use super::proto::codec::{Decoder, Message, Payload};
use super::types::{TypeTable, listing};
use crate::filter::Micros;
use crate::wire::{Ref, Request};

const PAGE: &str = include_str!("../../../../docs/dcs-bios-draft.md");

/// Longer than any pause between messages, shorter than a switch takes.
const A_WHILE: Micros = 300_000;

/// Returns the page's code blocks whose opening line starts with `kind`: the rest of that line, and
/// the lines.
fn blocks(kind: &str) -> Vec<(&'static str, Vec<&'static str>)> {
    let mut blocks: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut open = None;
    for line in PAGE.lines() {
        match (line.strip_prefix("```"), open) {
            (Some(info), None) => {
                open = Some(info);
                blocks.push((info, Vec::new()));
            }
            (Some(_), Some(_)) => open = None,
            (None, Some(_)) => blocks.last_mut().unwrap().1.push(line),
            (None, None) => {}
        }
    }
    assert_eq!(open, None, "a code block is not closed");
    let of_kind = |(info, lines): (&'static str, _)| Some((info.strip_prefix(kind)?, lines));
    let found: Vec<_> = blocks.into_iter().filter_map(of_kind).collect();
    assert!(!found.is_empty(), "no {kind} in docs/dcs-bios-draft.md");
    found
}

fn json<T: serde::de::DeserializeOwned>(kind: &str) -> T {
    serde_json::from_str(&blocks(kind)[0].1.join("\n")).unwrap()
}

fn tables() -> Tables {
    let gauges: Vec<Gauge> = json("json gauges");
    let controls: Vec<Control> = json("json controls");
    Tables::new(Default::default(), Default::default(), gauges, controls)
}

/// Returns the bytes of a text in which bytes are written as `\n` or `\x05`.
fn unescape(text: &str) -> Vec<u8> {
    let mut parts = text.split('\\');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        let (byte, rest) = match part.strip_prefix('x') {
            Some(hex) => (u8::from_str_radix(&hex[..2], 16).unwrap(), &hex[2..]),
            None => (b'\n', part.strip_prefix('n').unwrap()),
        };
        bytes.push(byte);
        bytes.extend_from_slice(rest.as_bytes());
    }
    bytes
}

fn described(message: Message<'_>) -> String {
    let name = message.name;
    match message.payload {
        Payload::None => name.to_owned(),
        Payload::Text(text) => format!("{name}, text \"{}\"", text.escape_ascii()),
        Payload::Binary(bytes) => format!("{name}, binary \"{}\"", bytes.escape_ascii()),
    }
}

#[test]
fn messages_as_bytes() {
    for line in blocks("bytes").into_iter().flat_map(|(_, lines)| lines) {
        let (bytes, meaning) = line.split_once("  ").unwrap();
        let mut found = Vec::new();
        Decoder::default().decode(&unescape(bytes), |message| found.push(described(message)));
        assert_eq!(found.join("; "), meaning.trim(), "{line}");
    }
}

#[test]
fn the_list_of_types() {
    let tables = tables();
    let table = TypeTable::all(tables.gauges(), tables.controls());
    let lines = blocks("types").remove(0).1;
    assert_eq!(
        listing::text(&listing::rows(&table)),
        lines.join("\n") + "\n"
    );
}

/// A gateway, and its output in the notation of the page.
struct Session {
    gateway: Gateway,
    export: Export,
    tables: Tables,
    now: Micros,
    said: Vec<String>,
}

impl Session {
    fn new(flags: &str) -> Self {
        let elements = flags
            .split_whitespace()
            .filter(|word| *word != "--bios-indicator");
        let export = Export {
            precision: 2,
            rate: 10.0,
            gauges: Default::default(),
            elements: elements.map(|element| element.parse().unwrap()).collect(),
            sync_input: true,
        };
        Self {
            gateway: Gateway::new(export.clone()),
            export,
            tables: tables(),
            now: 0,
            said: Vec::new(),
        }
    }

    /// Handles an event of the sim: `aircraft NAME`, `arg N = VALUE` or `element N NAME = TEXT`.
    fn sim(&mut self, event: &str) {
        let words: Vec<&str> = event.split(' ').collect();
        match words[..] {
            ["aircraft", "NONE"] => drop(self.gateway.set_aircraft(None)),
            ["aircraft", name] => {
                let mapping = Mapping::new(&self.tables, &self.export);
                drop(self.gateway.set_aircraft(Some((name, mapping))));
            }
            ["arg", arg, "=", value] => {
                self.gateway
                    .gauge(arg.parse().unwrap(), value.parse().unwrap());
            }
            ["element", _, _, "=", ..] => {
                let (_, text) = event.split_once(" = ").unwrap();
                self.gateway.text(0, &unescape(text));
            }
            _ => panic!("{event}"),
        }
    }

    fn panel(&mut self, line: &str) {
        let from = SocketAddr::from(([127, 0, 0, 1], 50000));
        let mut requests = Vec::new();
        let bytes = format!("{line}\n");
        let logged = self
            .gateway
            .datagram(from, bytes.as_bytes(), self.now, &mut requests);
        self.said
            .extend(logged.iter().map(|line| format!("log: {line}")));
        for request in requests {
            let Request::Act(action) = request else {
                panic!("{request:?}")
            };
            let (Ref::Number(device), Ref::Number(command)) = (action.device, action.command)
            else {
                panic!("names need no lookup");
            };
            self.said
                .push(format!("=> {device} {command} {}", action.value));
        }
    }

    /// Lets some time pass, and returns the output since the last call.
    fn pass(&mut self) -> Vec<String> {
        self.now += A_WHILE;
        let bytes = self.gateway.flush(self.now).concat();
        Decoder::default().decode(&bytes, |message| {
            let mut bytes = Vec::new();
            message.encode(&mut bytes).unwrap();
            let line = bytes.strip_suffix(b"\n").unwrap().escape_ascii();
            self.said.push(format!("<- {line}"));
        });
        std::mem::take(&mut self.said)
    }
}

#[test]
fn sessions() {
    for (flags, lines) in blocks("session") {
        let mut session = Session::new(flags);
        let is_input = |line: &&str| line.starts_with("sim: ") || line.starts_with("-> ");
        let mut rest = &lines[..];
        while !rest.is_empty() {
            let inputs = rest.iter().take_while(|line| is_input(line)).count();
            let outputs = rest[inputs..]
                .iter()
                .take_while(|line| !is_input(line))
                .count();
            let (step, after) = rest.split_at(inputs + outputs);
            for line in &step[..inputs] {
                match line.strip_prefix("sim: ") {
                    Some(event) => session.sim(event),
                    None => session.panel(&line[3..]),
                }
            }
            assert_eq!(
                session.pass(),
                step[inputs..],
                "after {:?}",
                &step[..inputs]
            );
            rest = after;
        }
    }
}
