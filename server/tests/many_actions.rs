//! Many actions at a time: the number that a client may have waiting is limited, and its backlog
//! delays nobody else. The sim is a model: it performs its queue in order, at most one action on a
//! command in a frame. A second one, and everything behind it, waits for the next frame.

use std::collections::{BTreeMap, HashSet, VecDeque};

use dcs_master::link::{Action, FromSim, LinkState, ToSim};
use dcs_master::wire::{ActionRequest, GaugeRequest, Ref, Request};
use dcs_master::world::{ClientKey, Outbox, World};
use proptest::prelude::*;

/// The most bytes that the sim reads in a frame.
const READ_IN_FRAME: usize = 8192;
/// The most actions that the sim performs in a frame.
const PERFORMED_IN_FRAME: usize = 256;

struct Bench {
    world: World,
    now: u64,
    /// The messages on their way to the sim.
    socket: VecDeque<ToSim>,
    /// The actions that the sim has read and not performed yet.
    queue: VecDeque<Action>,
    frame: u64,
    /// The performed actions, each with its frame.
    done: Vec<(u64, Action)>,
    values_done: HashSet<u64>,
    /// The most actions that waited in the sim after a frame.
    most_left: usize,
    answers_marks: bool,
}

impl Bench {
    fn new() -> Self {
        Self::with(true)
    }

    fn with(answers_marks: bool) -> Self {
        let mut world = World::new(9999, true);
        let up = FromSim::up(LinkState::Hook);
        world.handle_message(up, 0);
        if answers_marks {
            world.handle_message(FromSim::Reached(0), 0);
        }
        Self {
            world,
            now: 0,
            socket: VecDeque::new(),
            queue: VecDeque::new(),
            frame: 0,
            done: Vec::new(),
            values_done: HashSet::new(),
            most_left: 0,
            answers_marks,
        }
    }

    fn join(&mut self) -> ClientKey {
        self.world.join(Outbox::Lines(Vec::new()))
    }

    fn act(&mut self, client: ClientKey, command: i64, value: f64) {
        let (device, command) = (Ref::Number(1), Ref::Number(command));
        let action = Request::Act(ActionRequest {
            device,
            command,
            value,
        });
        self.world.request(client, Ok(action), self.now);
        self.send_to_sim();
    }

    fn watch(&mut self, client: ClientKey, arg: u32, max_frequency: f64) {
        let request = Request::Gauge(GaugeRequest {
            gauge: Ref::Number(arg),
            id: 1,
            precision: 0,
            max_frequency,
        });
        self.world.request(client, Ok(request), self.now);
        self.send_to_sim();
    }

    fn send_to_sim(&mut self) {
        while let Some(message) = self.world.next_for_hook(self.now) {
            self.socket.push_back(message);
        }
    }

    /// Runs a frame of the sim.
    fn frame(&mut self) {
        let (mut read, mut marks) = (0, Vec::new());
        while let Some(message) = self.socket.front() {
            read += message.to_string().len() + 1;
            if read > READ_IN_FRAME {
                break;
            }
            match self.socket.pop_front() {
                Some(ToSim::Act(action)) => self.queue.push_back(action),
                Some(ToSim::Mark(mark)) => marks.push(mark),
                _ => {}
            }
        }
        let mut busy = HashSet::new();
        while let Some(action) = self.queue.front() {
            if busy.len() == PERFORMED_IN_FRAME || !busy.insert((action.device, action.command)) {
                break;
            }
            if let Some(action) = self.queue.pop_front() {
                self.values_done.insert(action.value.to_bits());
                self.done.push((self.frame, action));
            }
        }
        self.most_left = self.most_left.max(self.queue.len());
        self.frame += 1;
        self.now += 1_000_000 / 60;
        assert!(marks.is_empty() || self.answers_marks);
        for mark in marks {
            self.world.handle_message(FromSim::Reached(mark), self.now);
        }
        while self.world.next_due().is_some_and(|due| due <= self.now) {
            self.world.tick(self.now);
        }
        self.send_to_sim();
    }

    fn frames(&mut self, count: usize) {
        (0..count).for_each(|_| self.frame());
    }

    /// Runs frames until this action is performed, and returns their number.
    fn frames_until(&mut self, command: i64, value: f64) -> usize {
        let from = self.done.len();
        for frame in 1..10_000 {
            self.frame();
            let is_it = |(_, action): &(u64, Action)| {
                action.command == command && action.value.to_bits() == value.to_bits()
            };
            if self.done[from..].iter().any(is_it) {
                return frame;
            }
        }
        panic!("command {command} was not performed");
    }

    /// Takes the error lines of a client since the last call.
    fn errors(&mut self, client: ClientKey) -> Vec<String> {
        let Some(Outbox::Lines(lines)) = self.world.outbox(client) else {
            panic!("a client that takes lines");
        };
        let lines = String::from_utf8(std::mem::take(lines)).expect("text");
        lines.lines().map(str::to_owned).collect()
    }

    /// Returns the performed commands and values, in their order.
    fn performed(&self) -> Vec<(i64, f64)> {
        let actions = self.done.iter().map(|(_, action)| action);
        actions
            .map(|action| (action.command, action.value))
            .collect()
    }
}

#[test]
fn one_command_again_and_again_waits_five_seconds_at_most() {
    let mut bench = Bench::new();
    let (wild, calm) = (bench.join(), bench.join());
    for _ in 0..10_000 {
        bench.act(wild, 7, 1.0);
    }
    let errors = bench.errors(wild);
    let let_through = 10_000 - errors.len();
    assert!((300..=302).contains(&let_through), "{let_through}");
    assert!(errors[0].starts_with("-1 5 seconds' worth of your actions wait"));
    let refused = bench.world.statistics().actions_refused;
    assert_eq!(refused as usize, errors.len());
    // Another client does not have to wait, even on the same command.
    bench.act(calm, 7, 0.5);
    assert_eq!(bench.errors(calm), [""; 0]);
    assert!(bench.frames_until(7, 0.5) <= 3);
    // The actions that the sim has performed meanwhile make room for others.
    bench.frames(60 - 3);
    for _ in 0..100 {
        bench.act(wild, 7, 1.0);
    }
    let room = 100 - bench.errors(wild).len();
    assert!((58..=61).contains(&room), "{room}");
}

#[test]
fn the_sim_has_no_more_than_a_frames_worth_at_a_time() {
    for answers_marks in [true, false] {
        let mut bench = Bench::with(answers_marks);
        let wild = bench.join();
        for command in 0..10_000 {
            bench.act(wild, command, 1.0);
        }
        let let_through = 10_000 - bench.errors(wild).len();
        assert!((2000..4096 - 600).contains(&let_through), "{let_through}");
        assert!(bench.socket.len() <= PERFORMED_IN_FRAME + 300);
        bench.frames(let_through / PERFORMED_IN_FRAME + 2);
        assert_eq!(
            bench.done.len(),
            let_through,
            "in as few frames as the sim needs"
        );
        assert_eq!(bench.most_left, 0);
    }
}

#[test]
fn a_burst_arrives_whole_and_in_order() {
    let mut bench = Bench::new();
    let panel = bench.join();
    // All the switches of a cockpit, then a knob turned wildly.
    let switches = (0..600).map(|command| (command, 0.5));
    let clicks = (0..250).map(|click| (7, f64::from(click) / 1000.0));
    let burst: Vec<(i64, f64)> = switches.chain(clicks).collect();
    for &(command, value) in &burst {
        bench.act(panel, command, value);
    }
    bench.frames(300);
    assert_eq!(bench.errors(panel), [""; 0]);
    assert_eq!(bench.performed(), burst);
}

#[test]
fn a_press_waits_for_no_backlog_of_others() {
    for (answers_marks, flooders, commands) in [
        (true, 1, 1),
        (true, 1, 2400),
        (true, 5, 1),
        (true, 5, 2400),
        (false, 5, 1),
        (false, 5, 2400),
    ] {
        let mut bench = Bench::with(answers_marks);
        let wild: Vec<ClientKey> = (0..flooders).map(|_| bench.join()).collect();
        let calm = bench.join();
        for number in 0..2400 {
            for &client in &wild {
                bench.act(client, number % commands, 1.0);
            }
        }
        bench.frames(3);
        for press in 0..5 {
            let value = f64::from(press) / 8.0;
            bench.act(calm, 9_999, value);
            let waited = bench.frames_until(9_999, value);
            assert!(
                waited <= 3,
                "{waited} frames, {flooders} clients, {commands} commands"
            );
        }
        // On the command that all of them use, each client gets one turn.
        bench.act(calm, 0, 0.25);
        let waited = bench.frames_until(0, 0.25);
        assert!(
            waited <= 3 + flooders,
            "{waited} frames, {flooders} clients, {commands} commands"
        );
    }
}

#[test]
fn subscriptions_of_others_hold_up_no_press() {
    let mut bench = Bench::new();
    let (wild, calm) = (bench.join(), bench.join());
    for round in 0..8 {
        for arg in 0..1024 {
            bench.watch(wild, arg, f64::from(10 + (round % 2) * 50));
        }
    }
    bench.act(calm, 7, 1.0);
    let waited = bench.frames_until(7, 1.0);
    assert!(waited <= 2, "{waited} frames");
    bench.frames(30);
    assert_eq!(bench.world.statistics().args, 1024);
    assert!(bench.socket.is_empty());
}

#[test]
fn what_a_client_asked_for_is_done_when_it_has_left() {
    let mut bench = Bench::new();
    let (other, client) = (bench.join(), bench.join());
    for _ in 0..10 {
        bench.act(other, 7, 0.5);
    }
    bench.act(client, 7, 1.0);
    bench.act(client, 7, 0.0);
    bench.world.leave(client);
    bench.frames(12);
    assert_eq!(bench.done.len(), 12);
    assert!(bench.performed().ends_with(&[(7, 0.5); 6]), "in turn");
}

#[test]
fn clients_with_few_actions_are_served_when_others_fill_the_queue() {
    let mut bench = Bench::new();
    let clients: Vec<ClientKey> = (0..40).map(|_| bench.join()).collect();
    for command in 0..2400 {
        for &client in &clients {
            bench.act(client, command, 1.0);
        }
    }
    assert!(
        bench
            .errors(clients[39])
            .iter()
            .any(|line| line.contains("of all clients"))
    );
    let calm = bench.join();
    bench.act(calm, 9_999, 1.0);
    bench.act(calm, 9_999, 0.0);
    assert_eq!(bench.errors(calm), [""; 0]);
    assert!(bench.frames_until(9_999, 0.0) <= 4);
}

#[derive(Debug, Clone)]
enum Event {
    Act { client: usize, command: i64 },
    Burst { client: usize, command: i64 },
    Frame,
    Leave(usize),
}

const CLIENTS: usize = 6;

fn events() -> impl Strategy<Value = Vec<Event>> {
    let (client, command) = (0..CLIENTS, 0..4i64);
    let both = (client.clone(), command);
    let event = prop_oneof![
        6 => both.clone().prop_map(|(client, command)| Event::Act { client, command }),
        1 => both.prop_map(|(client, command)| Event::Burst { client, command }),
        4 => Just(Event::Frame),
        1 => client.prop_map(Event::Leave),
    ];
    prop::collection::vec(event, 1..120)
}

proptest! {
    /// Whatever the clients do, nothing is lost, each client's order is kept, and the sim has no
    /// backlog. An action waits for the earlier ones of its client and, in each frame of these, for
    /// at most one turn of each other client.
    #[test]
    fn clients_take_turns(events in events(), answers_marks in any::<bool>()) {
        let mut bench = Bench::with(answers_marks);
        let mut keys: Vec<ClientKey> = (0..CLIENTS).map(|_| bench.join()).collect();
        // The actions of each session: the frame, the number of actions ahead, command and value.
        let mut asked: BTreeMap<usize, Vec<(u64, usize, i64, f64)>> = BTreeMap::new();
        let mut sessions: Vec<usize> = (0..CLIENTS).collect();
        let mut number = 0.0;
        for event in events {
            let mut act = |bench: &mut Bench, client: usize, command| {
                let session = sessions[client];
                number += 1.0;
                let value = number / 1e6;
                let queue = asked.entry(session).or_default();
                let ahead = queue.iter().filter(|(.., value)| !bench.values_done.contains(&value.to_bits())).count();
                queue.push((bench.frame, ahead, command, value));
                bench.act(keys[client], command, value);
            };
            match event {
                Event::Act { client, command } => act(&mut bench, client, command),
                Event::Burst { client, command } => {
                    (0..20).for_each(|_| act(&mut bench, client, command));
                }
                Event::Frame => bench.frame(),
                Event::Leave(client) => {
                    bench.world.leave(keys[client]);
                    keys[client] = bench.join();
                    sessions[client] = sessions.iter().max().unwrap_or(&0) + 1;
                }
            }
        }
        let total = asked.values().map(Vec::len).sum::<usize>();
        bench.frames(total + 3);
        prop_assert_eq!(bench.done.len(), total);
        prop_assert_eq!(bench.most_left, 0);
        let done: BTreeMap<u64, (usize, u64)> = (0..)
            .zip(&bench.done)
            .map(|(place, (frame, action))| (action.value.to_bits(), (place, *frame)))
            .collect();
        let clients = asked.len();
        for queue in asked.values() {
            let places: Vec<usize> = queue.iter().map(|(.., value)| done[&value.to_bits()].0).collect();
            prop_assert!(places.is_sorted(), "each client's order is kept");
            for (asked_in, ahead, _, value) in queue {
                let waited = done[&value.to_bits()].1 - asked_in;
                let most = (ahead + 1) * (clients + 1) + 1;
                prop_assert!(waited as usize <= most, "{} frames, at most {}", waited, most);
            }
        }
    }
}
