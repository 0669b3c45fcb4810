//! Tests of the demo's simulation as the server sees it over the link.

use std::collections::BTreeMap;

use dcs_master_demo::Sample;

use super::sim::DemoSim;
use crate::link::{Action, FromSim, ToSim};

const FRAME: f64 = 1.0 / 60.0;
const ALTIMETER: u32 = 103;

/// A simulation at the other end of the link, and the messages that it has sent.
struct Link {
    sim: DemoSim,
    now: f64,
    args: BTreeMap<u32, f64>,
    texts: BTreeMap<u32, Option<String>>,
    aircraft: Vec<Option<String>>,
    errors: Vec<(Option<u64>, String)>,
}

impl Link {
    /// Starts a flight in the first aircraft, and watches the altimeter and display 1.
    fn new() -> Self {
        let sim = DemoSim::new(Sample::compile().unwrap().aircraft, f64::INFINITY);
        let opening = sim.open();
        let mut link = Self {
            sim,
            now: 0.0,
            args: BTreeMap::new(),
            texts: BTreeMap::new(),
            aircraft: Vec::new(),
            errors: Vec::new(),
        };
        link.record(opening);
        link.watch(60.0);
        link.run_for(0.2);
        link
    }

    fn watch(&mut self, rate: f64) {
        let arg = ALTIMETER;
        self.sim.receive(ToSim::WatchArg { arg, rate });
        self.sim.receive(ToSim::WatchIndicator {
            indicator: 1,
            rate,
            epoch: 1,
        });
    }

    fn act(&mut self, device: i64, ticket: u64) {
        self.sim.receive(ToSim::Act(Action {
            device,
            command: 1,
            value: 1.0,
            ticket,
        }));
    }

    fn run_for(&mut self, seconds: f64) {
        for _ in 0..(seconds / FRAME).ceil() as usize {
            self.now += FRAME;
            let messages = self.sim.frame(self.now);
            self.record(messages);
        }
    }

    fn record(&mut self, messages: Vec<FromSim>) {
        for message in messages {
            match message {
                FromSim::Args(args) => self.args.extend(args),
                FromSim::Aircraft(name) => self.aircraft.push(name),
                FromSim::Error { ticket, reason } => self.errors.push((ticket, reason)),
                FromSim::Indicator {
                    indicator, text, ..
                } => {
                    let text = text.map(|text| String::from_utf8(text.to_vec()).unwrap());
                    self.texts.insert(indicator, text);
                }
                _ => {}
            }
        }
    }
}

#[test]
fn watched_values_are_sent_until_the_watch_ends() {
    let mut link = Link::new();
    assert!(link.args.contains_key(&ALTIMETER) && link.texts.contains_key(&1));
    link.watch(0.0);
    link.args.clear();
    link.texts.clear();
    link.run_for(30.0);
    assert!(link.args.is_empty() && link.texts.is_empty());
}

#[test]
fn all_watched_values_are_sent_again_for_another_aircraft() {
    let mut link = Link::new();
    link.act(0, 1);
    link.run_for(1.0);
    assert_eq!(link.aircraft, [Some("Kestrel_T1".to_owned()), None]);
    assert_eq!(link.texts[&1], None, "no display without an aircraft");
    link.args.clear();
    link.texts.clear();
    link.run_for(2.0);
    assert_eq!(link.aircraft[2].as_deref(), Some("Kestrel_A1"));
    assert!(link.args.contains_key(&ALTIMETER) && link.texts.contains_key(&1));
}

#[test]
fn an_action_that_fails_is_answered_with_its_ticket() {
    let mut link = Link::new();
    link.act(99, 7);
    link.run_for(0.1);
    assert_eq!(link.errors, [(Some(7), "no device 99".to_owned())]);
}

#[test]
fn displays_are_listed_at_once() {
    let mut link = Link::new();
    let list = ToSim::ListIndicators {
        ticket: 3,
        indicator: Some(1),
    };
    let Some(FromSim::Indicators { ticket: 3, texts }) = link.sim.receive(list) else {
        panic!("no list");
    };
    let expected = link.texts[&1].as_deref().unwrap();
    assert_eq!(texts.len(), 1);
    assert_eq!((texts[0].0, &texts[0].1[..]), (1, expected.as_bytes()));
}
