use std::collections::BTreeMap;

use aircraft_defs::{Gauge, Tables};
use proptest::prelude::*;
use rumqttc::mqttbytes::QoS;
use rumqttc::mqttbytes::v4::Packet;

use super::*;
use crate::mqtt::config::{Broker, Config, Rules};
use crate::mqtt::packet::{Decoder, Incoming};
use crate::wire::Ref;
use crate::world::Aircraft;

fn config(rules: &[&str], home_assistant: bool) -> Config {
    let rules = rules.iter().map(|rule| rule.parse().expect("a rule"));
    Config {
        broker: "mqtt://host".parse::<Broker>().expect("an address"),
        base: "dcs/one".parse().expect("a base"),
        rules: Rules::new(rules.collect()),
        login: None,
        ca: None,
        home_assistant,
    }
}

fn aircraft(name: &str, gauges: &[(&str, u32)]) -> Aircraft {
    let gauges = gauges.iter().map(|&(name, arg)| Gauge {
        name: name.to_owned(),
        arg_number: Some(arg),
        input: vec![0.0, 100.0],
        output: vec![0.0, 1.0],
        extra: Default::default(),
    });
    let gauges = gauges.collect();
    Aircraft::new(
        name,
        Tables::new(Default::default(), Default::default(), gauges, Vec::new()),
    )
}

/// A broker that remembers retained messages.
#[derive(Default)]
struct TestBroker {
    retained: BTreeMap<String, String>,
    /// The messages since the last look.
    messages: Vec<String>,
}

impl TestBroker {
    /// Takes what the cockpit has to send.
    fn take(&mut self, cockpit: &mut Cockpit) -> Vec<String> {
        let mut decoder = Decoder::default();
        while cockpit.has_work() {
            let mut out = BytesMut::new();
            cockpit.write(&mut out);
            decoder.buffer().extend_from_slice(&out);
        }
        self.read(decoder)
    }

    fn read(&mut self, mut decoder: Decoder) -> Vec<String> {
        while let Some(packet) = decoder.next().expect("MQTT") {
            if let Incoming::Packet(Packet::Publish(message)) = packet {
                let topic = message.topic;
                let payload = String::from_utf8(message.payload.into()).expect("UTF-8");
                self.messages.push(format!("{topic}={payload}"));
                match (message.retain, payload.is_empty()) {
                    (true, true) => drop(self.retained.remove(&topic)),
                    (true, false) => drop(self.retained.insert(topic, payload)),
                    _ => {}
                }
            }
        }
        std::mem::take(&mut self.messages)
    }
}

fn cockpit(config: &Config) -> Cockpit {
    Cockpit::new(config.base.clone(), Plan::empty(config))
}

/// Returns a cockpit that flies, after its first messages.
fn flying(rules: &[&str]) -> (Cockpit, TestBroker) {
    let config = config(rules, false);
    let (mut cockpit, mut broker) = (cockpit(&config), TestBroker::default());
    cockpit.connected();
    let kestrel = aircraft("Kestrel", &[("Alt", 1), ("A/B#+", 2), ("Alt_again", 1)]);
    cockpit.set_plan(Plan::new(&kestrel, &config));
    cockpit.gauge(1, 0.5);
    cockpit.gauge(2, 0.25);
    let messages = broker.take(&mut cockpit);
    assert!(messages.contains(&"dcs/one/status=online".to_owned()));
    (cockpit, broker)
}

#[test]
fn values_are_retained_as_in_the_text_protocol() {
    let (_, broker) = flying(&["*,precision=1"]);
    let expected = [
        ("aircraft", "Kestrel"),
        ("gauge/A%2FB%23%2B", "0.25000 25.0"),
        ("gauge/Alt", "0.50000 50.0"),
        ("gauge/Alt_again", "0.50000 50.0"),
        ("status", "online"),
    ];
    let expected = expected.map(|(path, payload)| (format!("dcs/one/{path}"), payload.to_owned()));
    assert_eq!(broker.retained, BTreeMap::from(expected));
}

#[test]
fn figures_of_the_sim_are_published_for_every_aircraft() {
    let config = config(&["sim.altitude", "sim.lat*,rate=5,precision=3"], true);
    let mut cockpit = cockpit(&config);
    let plan = Plan::new(&aircraft("Su-25T", &[("Alt", 1)]), &config);
    let requests = plan.requests();
    let names = requests.iter().map(|request| match request {
        Request::Gauge(gauge) => match &gauge.gauge {
            Ref::Name(name) => (name.to_string(), gauge.id, gauge.max_frequency),
            Ref::Number(number) => panic!("arg {number}"),
        },
        other => panic!("{other:?}"),
    });
    let names: Vec<_> = names.collect();
    let [(first, latitude, 5.0), (second, altitude, 2.0)] = &names[..] else {
        panic!("{names:?}");
    };
    assert_eq!([first, second], ["sim.latitude", "sim.altitude"]);
    assert_eq!(
        plan.summary(),
        "MQTT: Su-25T: 4 topics of 0 args, 2 figures and 0 texts"
    );
    cockpit.set_plan(plan);
    cockpit.gauge(*latitude, 41.123_456_78);
    cockpit.gauge(*altitude, 3048.04);
    let mut broker = TestBroker::default();
    broker.take(&mut cockpit);
    assert_eq!(
        broker.retained["dcs/one/gauge/sim.altitude"],
        "3048.04000 10000"
    );
    assert_eq!(
        broker.retained["dcs/one/gauge/sim.latitude"],
        "41.1234568 41.123"
    );
    cockpit.gauge(*altitude, 3048.1);
    assert!(!cockpit.has_work());
    let description = &broker.retained["homeassistant/device/dcs_one/Su-25T/config"];
    assert!(
        description.contains(r#""unit_of_meas":"ft""#),
        "{description}"
    );
}

#[test]
fn a_change_below_the_precision_is_not_sent() {
    let (mut cockpit, mut broker) = flying(&["*,precision=0"]);
    cockpit.gauge(1, 0.501);
    assert!(!cockpit.has_work());
    cockpit.gauge(1, 0.51);
    let messages = broker.take(&mut cockpit);
    assert_eq!(
        messages,
        [
            "dcs/one/gauge/Alt=0.51000 51",
            "dcs/one/gauge/Alt_again=0.51000 51"
        ]
    );
}

#[test]
fn another_aircraft_leaves_no_ghosts() {
    let (mut cockpit, mut broker) = flying(&[]);
    let config = config(&[], false);
    let heron = aircraft("Heron", &[("Alt", 7)]);
    cockpit.set_plan(Plan::new(&Aircraft::loading("Heron"), &config));
    cockpit.set_plan(Plan::new(&heron, &config));
    cockpit.gauge(7, 0.1);
    broker.take(&mut cockpit);
    let topics: Vec<&str> = broker.retained.keys().map(String::as_str).collect();
    assert_eq!(
        topics,
        ["dcs/one/aircraft", "dcs/one/gauge/Alt", "dcs/one/status"]
    );
    cockpit.set_plan(Plan::empty(&config));
    broker.take(&mut cockpit);
    assert_eq!(
        broker.retained.keys().collect::<Vec<_>>(),
        ["dcs/one/status"]
    );
}

#[test]
fn topics_of_a_crashed_server_are_cleared() {
    let (mut cockpit, mut broker) = flying(&[]);
    for path in [
        "gauge/Old",
        "control/OLD",
        "indicator/6/old",
        "gauge/Alt",
        "control/GEAR/set",
        "other",
    ] {
        let topic = format!("dcs/one/{path}");
        broker.retained.insert(topic.clone(), "1".to_owned());
        cockpit.message(topic, Some(b"1"), true);
    }
    let discovered = "homeassistant/device/dcs_one/Old/config";
    broker
        .retained
        .insert(discovered.to_owned(), "{}".to_owned());
    cockpit.message(discovered.to_owned(), None, true);
    // The echo of what it has just published itself.
    cockpit.message("dcs/one/gauge/Alt".to_owned(), Some(b"0.5"), false);
    let messages = broker.take(&mut cockpit);
    assert_eq!(messages.len(), 4, "{messages:?}");
    let left = [
        "aircraft",
        "control/GEAR/set",
        "gauge/A%2FB%23%2B",
        "gauge/Alt",
        "gauge/Alt_again",
        "other",
        "status",
    ];
    assert_eq!(
        broker.retained.into_keys().collect::<Vec<_>>(),
        left.map(|path| format!("dcs/one/{path}"))
    );
}

#[test]
fn a_broker_that_was_away_gets_the_newest_values_once() {
    let (mut cockpit, mut broker) = flying(&[]);
    for step in 0..1000 {
        cockpit.gauge(1, f64::from(step) / 1000.0);
    }
    cockpit.connected();
    let messages = broker.take(&mut cockpit);
    let of_alt = messages
        .iter()
        .filter(|message| message.contains("gauge/Alt="));
    assert_eq!(
        of_alt.collect::<Vec<_>>(),
        ["dcs/one/gauge/Alt=0.99900 99.90"]
    );
    assert_eq!(messages.len(), 5);
}

#[test]
fn a_clean_end_clears_everything() {
    let (mut cockpit, mut broker) = flying(&[]);
    let (mut out, mut decoder) = (BytesMut::new(), Decoder::default());
    cockpit.write_end(&mut out);
    decoder.buffer().extend_from_slice(&out);
    broker.read(decoder);
    let expected = [("dcs/one/status".to_owned(), "offline".to_owned())];
    assert_eq!(broker.retained, BTreeMap::from(expected));
}

#[test]
fn messages_that_act() {
    let (mut cockpit, _) = flying(&[]);
    let mut act = |path: &str, payload: Option<&[u8]>, is_retained| {
        cockpit
            .message(format!("dcs/one/{path}"), payload, is_retained)
            .is_some()
    };
    assert!(act("control/GEAR/set", Some(b"1"), false));
    assert!(act("action/set", Some(b"1 3001 1"), false));
    assert!(
        !act("control/GEAR/set", Some(b"1"), true),
        "a retained message acts"
    );
    assert!(
        !act("action/set", Some(b"1 3001 1"), true),
        "a retained message acts"
    );
    assert!(!act("control/GEAR/set", Some(b""), false));
    assert!(!act("control/GEAR/set", Some(b"=#1"), false));
    assert!(!act("control/GEAR/set", None, false));
    assert!(!act("gauge/Alt", Some(b"1"), false));
    let expected = Counters {
        requests: 2,
        wrong: 2,
        retained: 2,
    };
    assert_eq!(cockpit.counters(), expected);
}

#[test]
fn errors_are_published_and_bounded() {
    let (mut cockpit, mut broker) = flying(&[]);
    for _ in 0..10_000 {
        cockpit.message("dcs/one/action/set".to_owned(), Some(b"nonsense"), false);
    }
    let messages = broker.take(&mut cockpit);
    assert_eq!(messages.len(), MAX_ERRORS);
    assert!(
        messages[0].starts_with("dcs/one/error=action/set takes"),
        "{}",
        messages[0]
    );
    assert!(!broker.retained.contains_key("dcs/one/error"));
    let wrong = cockpit.message("dcs/one/control/%G/set".to_owned(), Some(b"1"), false);
    assert_eq!(wrong, None);
    let messages = broker.take(&mut cockpit);
    let expected = "dcs/one/error=control/<id>/set has the id \"%G\", which is no name";
    assert!(messages[0].starts_with(expected), "{messages:?}");
}

#[test]
fn a_last_will_that_comes_late_is_corrected() {
    let (mut cockpit, mut broker) = flying(&[]);
    cockpit.message("dcs/one/status".to_owned(), Some(b"online"), false);
    assert!(!cockpit.has_work());
    cockpit.message("dcs/one/status".to_owned(), Some(b"offline"), false);
    assert_eq!(broker.take(&mut cockpit), ["dcs/one/status=online"]);
}

#[test]
fn a_broker_without_rights_is_noticed() {
    let answer = |number, code| {
        SubAck::new(
            number,
            vec![SubscribeReasonCode::Success(QoS::AtMostOnce), code],
        )
    };
    for (number, denial) in [(REQUESTS, Denial::Requests), (STATE, Denial::Search)] {
        let denied = answer(number, SubscribeReasonCode::Failure);
        assert_eq!(Cockpit::denial(&denied), Some(denial));
        let granted = answer(number, SubscribeReasonCode::Success(QoS::AtMostOnce));
        assert_eq!(Cockpit::denial(&granted), None);
    }
    let (mut cockpit, _) = flying(&[]);
    // What an earlier connection has left there proves nothing.
    cockpit.message("dcs/one/status".to_owned(), Some(b"online"), true);
    assert_eq!(cockpit.end_search(), Some(Denial::Status));
    cockpit.connected();
    cockpit.write(&mut BytesMut::new());
    cockpit.message("dcs/one/status".to_owned(), Some(b"online"), false);
    assert_eq!(cockpit.end_search(), None);
}

#[test]
fn the_search_for_ghosts_ends() {
    let (mut cockpit, mut broker) = flying(&[]);
    cockpit.end_search();
    assert!(cockpit.has_work());
    broker.take(&mut cockpit);
    cockpit.end_search();
    assert!(!cockpit.has_work());
}

#[test]
fn texts_have_one_line() {
    let config = config(&["indicator/6/Scratch"], false);
    let (mut cockpit, mut broker) = (cockpit(&config), TestBroker::default());
    let plan = Plan::new(&aircraft("Kestrel", &[]), &config);
    assert!(matches!(
        plan.requests()[..],
        [Request::Indicator {
            indicator: 6,
            id: 0,
            ..
        }]
    ));
    cockpit.set_plan(plan);
    cockpit.text(0, &Bytes::from_static(b" 12\n3"));
    broker.take(&mut cockpit);
    assert_eq!(broker.retained["dcs/one/indicator/6/Scratch"], " 12\\n3");
    cockpit.text(0, &Bytes::new());
    broker.take(&mut cockpit);
    assert_eq!(
        broker.retained.keys().collect::<Vec<_>>(),
        ["dcs/one/aircraft"]
    );
}

#[test]
fn an_arg_is_read_at_its_highest_rate() {
    let config = config(&["Alt_again,rate=30", "Alt,rate=2"], false);
    let plan = Plan::new(
        &aircraft("Kestrel", &[("Alt", 1), ("Alt_again", 1), ("RPM", 2)]),
        &config,
    );
    let requests = plan.requests();
    assert!(matches!(&requests[..], [Request::Gauge(gauge)] if gauge.max_frequency == 30.0));
}

proptest! {
    #[test]
    fn any_message_is_bounded_work(
        path in "(status|action/set|control/.{0,5}/set|gauge/.{0,5}|.{0,9})",
        payload in prop::collection::vec(any::<u8>(), 0..20),
        is_retained: bool,
    ) {
        let (mut cockpit, mut broker) = flying(&[]);
        let request = cockpit.message(format!("dcs/one/{path}"), Some(&payload), is_retained);
        prop_assert!(request.is_none() || !is_retained);
        prop_assert!(broker.take(&mut cockpit).len() <= 1);
    }
}
