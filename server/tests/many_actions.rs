//! What one client may have waiting in the sim, and that it is its own affair.

use dcs_master::link::{FromSim, LinkState, ToSim};
use dcs_master::wire::{ActionRequest, Ref, Request};
use dcs_master::world::{ClientKey, Outbox, World};

const SECOND: u64 = 1_000_000;

struct Bench {
    world: World,
    /// What the sim was told to do: device, command, value.
    done: Vec<(i64, i64, f64)>,
}

impl Bench {
    fn new() -> Self {
        let mut world = World::new(9, true);
        let up = FromSim::Up {
            state: LinkState::Hook,
            version: String::new(),
            write_dir: None,
            install_dir: None,
        };
        world.hear(up, 0);
        let done = Vec::new();
        Self { world, done }
    }

    fn join(&mut self) -> ClientKey {
        self.world.join(Outbox::Lines(Vec::new()))
    }

    fn act(&mut self, client: ClientKey, command: i64, value: f64, now: u64) {
        let (device, command) = (Ref::Number(1), Ref::Number(command));
        let action = Request::Act(ActionRequest {
            device,
            command,
            value,
        });
        self.world.request(client, Ok(action), now);
        while let Some(ToSim::Act(action)) = self.world.next_for_hook() {
            self.done
                .push((action.device, action.command, action.value));
        }
    }

    /// The error lines of a client since this was last asked.
    fn errors(&mut self, client: ClientKey) -> Vec<String> {
        let Some(Outbox::Lines(lines)) = self.world.outbox(client) else {
            panic!("a client that takes lines");
        };
        let lines = String::from_utf8(std::mem::take(lines)).expect("text");
        lines.lines().map(str::to_owned).collect()
    }
}

#[test]
fn one_command_again_and_again_waits_five_seconds_at_most() {
    let mut bench = Bench::new();
    let (wild, calm) = (bench.join(), bench.join());
    for _ in 0..10_000 {
        bench.act(wild, 7, 1.0, SECOND);
    }
    let let_through = bench.done.len();
    assert!((300..=302).contains(&let_through), "{let_through}");
    let errors = bench.errors(wild);
    assert_eq!(errors.len(), 10_000 - let_through);
    assert!(errors[0].starts_with("-1 5 seconds' worth of your actions wait"));
    let refused = bench.world.statistics().actions_refused;
    assert_eq!(refused as usize, errors.len());
    // Another client is none the worse for it, on the same command.
    bench.act(calm, 7, 0.5, SECOND);
    assert_eq!(bench.errors(calm), [""; 0]);
    assert_eq!(bench.done.last(), Some(&(1, 7, 0.5)));
    // What the sim has done meanwhile makes room.
    bench.done.clear();
    for _ in 0..100 {
        bench.act(wild, 7, 1.0, 2 * SECOND);
    }
    assert!(
        (59..=61).contains(&bench.done.len()),
        "{}",
        bench.done.len()
    );
}

#[test]
fn all_that_one_client_may_have_waiting_fits_the_queue_of_the_sim() {
    let mut bench = Bench::new();
    let wild = bench.join();
    for command in 0..10_000 {
        bench.act(wild, command, 1.0, SECOND);
    }
    assert!(
        (2000..4096 - 600).contains(&bench.done.len()),
        "{}",
        bench.done.len()
    );
}

#[test]
fn a_burst_arrives_whole_and_in_order() {
    let mut bench = Bench::new();
    let panel = bench.join();
    // All the switches of a cockpit, then a knob turned wildly.
    let switches = (0..600).map(|command| (command, 0.5));
    let clicks = (0..250).map(|click| (7, f64::from(click) / 1000.0));
    let burst: Vec<(i64, f64)> = switches.chain(clicks).collect();
    for &(command, value) in &burst[..600] {
        bench.act(panel, command, value, SECOND);
    }
    for &(command, value) in &burst[600..] {
        bench.act(panel, command, value, 3 * SECOND);
    }
    assert_eq!(bench.errors(panel), [""; 0]);
    let done: Vec<(i64, f64)> = bench.done.iter().map(|&(_, c, v)| (c, v)).collect();
    assert_eq!(done, burst);
}
