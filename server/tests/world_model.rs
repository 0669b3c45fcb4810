//! Puts the world under random requests, values, aircraft changes, slow clients and time, and
//! checks what must always hold:
//!
//! - the sim is told to read exactly the args that some client subscribed to;
//! - no subscription is sent the same value twice in a row;
//! - when nothing moves any more, each client has been sent the newest value of each of its
//!   subscriptions, and nothing that it did not subscribe to.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use aircraft_defs::Tables;
use dcs_master::link::{FromSim, LinkState, ToSim};
use dcs_master::wire::{GaugeRequest, Ref, Request};
use dcs_master::world::{Aircraft, ClientKey, Outbox, World};
use proptest::prelude::*;

const CLIENTS: usize = 4;
const ARGS: u32 = 6;

#[derive(Debug, Clone)]
enum Operation {
    Subscribe {
        client: usize,
        arg: u32,
        precision: i8,
        frequency: f64,
    },
    Unsubscribe {
        client: usize,
        arg: u32,
    },
    Change {
        arg: u32,
        value: f64,
    },
    Fly,
    Block(usize),
    Unblock(usize),
    Leave(usize),
    Wait(u64),
}

fn operations() -> impl Strategy<Value = Vec<Operation>> {
    let client = 0..CLIENTS;
    let arg = 0..ARGS;
    let subscribe = (
        client.clone(),
        arg.clone(),
        -1..3i8,
        prop_oneof![1.0..100.0f64, Just(1e6)],
    );
    let operation = prop_oneof![
        4 => subscribe.prop_map(|(client, arg, precision, frequency)| Operation::Subscribe { client, arg, precision, frequency }),
        1 => (client.clone(), arg.clone()).prop_map(|(client, arg)| Operation::Unsubscribe { client, arg }),
        8 => (arg, -30..30i32).prop_map(|(arg, value)| Operation::Change { arg, value: f64::from(value) / 10.0 }),
        1 => Just(Operation::Fly),
        1 => client.clone().prop_map(Operation::Block),
        2 => client.clone().prop_map(Operation::Unblock),
        1 => client.prop_map(Operation::Leave),
        4 => (0..50_000u64).prop_map(Operation::Wait),
    ];
    prop::collection::vec(operation, 1..150)
}

/// The world, and a simple model that it is compared with.
struct Model {
    world: World,
    now: u64,
    /// The values of the args in the sim.
    sim: [f64; ARGS as usize],
    /// The args that the sim was told to read.
    watched: BTreeSet<u32>,
    clients: Vec<Client>,
}

struct Client {
    key: ClientKey,
    blocked: bool,
    /// By arg, which is also the id: the precision, and the value sent last.
    subscriptions: BTreeMap<u32, (i8, Option<String>)>,
}

impl Model {
    fn new() -> Self {
        let mut world = World::new(100, true);
        let state = LinkState::Hook;
        world.handle_message(FromSim::up(state), 0);
        let clients = (0..CLIENTS).map(|_| Client::join(&mut world)).collect();
        let mut model = Self {
            world,
            now: 0,
            sim: [0.0; ARGS as usize],
            watched: BTreeSet::new(),
            clients,
        };
        model.enter_aircraft();
        model
    }

    fn enter_aircraft(&mut self) {
        self.world
            .handle_message(FromSim::Aircraft(Some("X".into())), self.now);
        let aircraft = Aircraft::new("X", Tables::default());
        self.world.set_aircraft(Some(Arc::new(aircraft)), self.now);
        for client in &mut self.clients {
            client
                .subscriptions
                .values_mut()
                .for_each(|(_, sent)| *sent = None);
        }
        self.tell_world(self.watched.clone());
    }

    fn tell_world(&mut self, args: impl IntoIterator<Item = u32>) {
        let values = args
            .into_iter()
            .map(|arg| (arg, self.sim[arg as usize]))
            .collect();
        self.world.handle_message(FromSim::Args(values), self.now);
    }

    fn request(&mut self, client: usize, arg: u32, precision: i8, max_frequency: f64) {
        let request = GaugeRequest {
            gauge: Ref::Number(arg),
            id: arg.into(),
            precision,
            max_frequency,
        };
        self.world.request(
            self.clients[client].key,
            Ok(Request::Gauge(request)),
            self.now,
        );
    }

    fn carry_out(&mut self, operation: &Operation) {
        match *operation {
            Operation::Subscribe {
                client,
                arg,
                precision,
                frequency,
            } => {
                self.clients[client]
                    .subscriptions
                    .insert(arg, (precision, None));
                self.request(client, arg, precision, frequency);
            }
            Operation::Unsubscribe { client, arg } => {
                // Lines that were on their way already still arrive.
                self.read_lines();
                self.clients[client].subscriptions.remove(&arg);
                self.request(client, arg, 0, 0.0);
            }
            Operation::Change { arg, value } => {
                self.sim[arg as usize] = value;
                if self.watched.contains(&arg) {
                    self.tell_world([arg]);
                }
            }
            Operation::Fly => self.enter_aircraft(),
            Operation::Block(client) => {
                self.clients[client].blocked = true;
                self.world.block(self.clients[client].key);
            }
            Operation::Unblock(client) => {
                self.clients[client].blocked = false;
                self.world
                    .unblock(self.clients[client].key, usize::MAX, self.now);
            }
            Operation::Leave(client) => {
                self.world.leave(self.clients[client].key);
                self.clients[client] = Client::join(&mut self.world);
            }
            Operation::Wait(time) => self.wait(time),
        }
        self.settle();
    }

    fn wait(&mut self, time: u64) {
        let end = self.now + time;
        while let Some(due) = self.world.next_due().filter(|&due| due <= end) {
            self.now = self.now.max(due);
            self.world.tick(self.now);
        }
        self.now = end;
    }

    /// Lets the sim carry out its messages, and the clients read their lines.
    fn settle(&mut self) {
        while let Some(told) = self.world.next_for_hook(self.now) {
            let ToSim::WatchArg { arg, rate } = told else {
                panic!("told {told}")
            };
            if rate == 0.0 {
                assert!(self.watched.remove(&arg), "arg {arg} was not watched");
            } else {
                self.watched.insert(arg);
                self.tell_world([arg]);
            }
        }
        let wanted = self
            .clients
            .iter()
            .flat_map(|client| client.subscriptions.keys().copied());
        assert_eq!(self.watched, wanted.collect::<BTreeSet<_>>());
        self.read_lines();
    }

    fn read_lines(&mut self) {
        while self.world.next_touched().is_some() {}
        for client in &mut self.clients {
            let Some(Outbox::Lines(out)) = self.world.outbox(client.key) else {
                panic!("an outbox")
            };
            let lines = String::from_utf8(std::mem::take(out)).expect("ASCII");
            lines.lines().for_each(|line| client.read(line));
        }
    }

    /// Checks that every client has the newest value of each subscription when all is quiet.
    fn check_the_end(&mut self) {
        for client in 0..CLIENTS {
            self.carry_out(&Operation::Unblock(client));
        }
        self.carry_out(&Operation::Wait(10_000_000));
        let expected: HashMap<u32, f64> = (0..ARGS).zip(self.sim).collect();
        for client in &self.clients {
            for (arg, (precision, sent)) in &client.subscriptions {
                let mut newest = Vec::new();
                dcs_master::decimal::write(&mut newest, expected[arg], *precision);
                assert_eq!(
                    sent.as_deref().map(str::as_bytes),
                    Some(&newest[..]),
                    "arg {arg}"
                );
            }
        }
    }
}

impl Client {
    fn join(world: &mut World) -> Self {
        let key = world.join(Outbox::Lines(Vec::new()));
        Self {
            key,
            blocked: false,
            subscriptions: BTreeMap::new(),
        }
    }

    fn read(&mut self, line: &str) {
        let fields: Vec<&str> = line.split(' ').collect();
        let ["2", id, _, value] = fields[..] else {
            assert_eq!(line, "0 X");
            return;
        };
        let subscription = self.subscriptions.get_mut(&id.parse().expect("an id"));
        let (_, sent) = subscription.expect("a subscription of this client");
        assert_ne!(
            sent.replace(value.to_owned()).as_deref(),
            Some(value),
            "sent twice running"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn invariants_hold_after_any_operations(operations in operations()) {
        let mut model = Model::new();
        for operation in &operations {
            model.carry_out(operation);
        }
        model.check_the_end();
    }
}
