//! Replays the examples of `docs/dcs-bios.md`.

use std::collections::BTreeMap;
use std::sync::Arc;

use aircraft_defs::Tables;

use super::cockpit::CockpitMap;
use super::gateway::{Gateway, Listener};
use super::import::Sender;
use super::places::Ledger;
use super::stream::parser::Parser;
use super::stream::{Pace, STEP};
use crate::control::Position;
use crate::wire::{Id, Ref, Request};
use crate::world::Aircraft;

const PAGE: &str = include_str!("../../../../docs/dcs-bios.md");

/// Returns the lines of the page's code blocks of a kind.
fn blocks(kind: &str) -> Vec<Vec<&'static str>> {
    let opening = format!("```{kind}");
    let mut blocks = Vec::new();
    let mut lines = PAGE.lines();
    while lines.by_ref().any(|line| line == opening) {
        blocks.push(lines.by_ref().take_while(|line| *line != "```").collect());
    }
    assert!(!blocks.is_empty(), "no {kind} in docs/dcs-bios.md");
    blocks
}

fn table<T: serde::de::DeserializeOwned>(kind: &str) -> T {
    serde_json::from_str(&blocks(kind)[0].join("\n")).expect("a table")
}

/// Returns the gateway, and the ids of its subscriptions by the names of the gauges.
fn trainer() -> (Gateway, BTreeMap<String, Id>) {
    let (gauges, controls) = (table("json gauges"), table("json controls"));
    let tables = Tables::new(Default::default(), Default::default(), gauges, controls);
    let map = CockpitMap::new(&tables, Some(&mut Ledger::default()));
    let mut gateway = Gateway::new(false);
    let aircraft = Arc::new(Aircraft::new("Trainer", tables));
    let requests = gateway.set_aircraft(Some((aircraft, map)));
    gateway.join(Listener::Datagrams, Pace::Limited(11_000));
    let ids = requests.iter().filter_map(|request| match request {
        Request::Gauge(request) => Some(match &request.gauge {
            Ref::Number(arg) => (format!("arg {arg}"), request.id),
            Ref::Name(name) => (name.to_string(), request.id),
        }),
        _ => None,
    });
    (gateway, ids.collect())
}

fn text(request: &Request) -> String {
    let Request::Position(request) = request else {
        panic!("{request:?} is no position");
    };
    match &request.position {
        Position::Number(number) => format!("{} {number}", request.control),
        Position::Index(index) => format!("{} #{index}", request.control),
        Position::Word(word) => format!("{} {word}", request.control),
    }
}

#[test]
fn sessions() {
    for lines in blocks("session") {
        let (mut gateway, ids) = trainer();
        let mut parser = Parser::default();
        let mut answers: Vec<String> = Vec::new();
        let mut now = 0;
        for line in lines {
            now += STEP;
            if let Some(event) = line.strip_prefix("sim: ") {
                let (gauge, raw) = event.split_once(" = ").expect("a value");
                let id = ids[gauge];
                gateway.set_gauge(id, raw.parse().expect("a raw value"));
            } else if let Some(word) = line.strip_prefix("<- 0x") {
                let (address, value) = word.split_once(" = ").expect("a value");
                gateway
                    .step(Listener::Datagrams, now)
                    .iter()
                    .for_each(|bytes| parser.feed(bytes));
                let address = u16::from_str_radix(address, 16).expect("an address");
                assert_eq!(parser.words[&address].to_string(), value, "{line}");
            } else if let Some(command) = line.strip_prefix("-> ") {
                assert_eq!(answers, [""; 0], "before {line}");
                let bytes = format!("{command}\n");
                let imported = gateway.read(Sender::Connection(1), bytes.as_bytes(), now);
                let requests = imported.requests.iter();
                answers.extend(requests.map(|request| format!("=> {}", text(request))));
                answers.extend(imported.log.iter().map(|line| format!("log: {line}")));
            } else {
                assert_eq!(answers.first().map(String::as_str), Some(line));
                answers.remove(0);
            }
        }
        assert_eq!(answers, [""; 0], "at the end");
    }
}
