//! Tests of the world with clients that subscribe to much or change their subscriptions: its
//! memory, its steps, and its messages to the sim.

mod limits;
mod readings;
mod recording;
mod renewal;
mod telemetry;
mod turns;
mod value_test;
mod watches;

use super::*;
use crate::link::{FromSim, LinkState, ToSim};
use crate::wire::parse;

/// The number of subscriptions that are renewed in one turn: each takes two steps.
const IN_A_TURN: usize = TURN / 2;

struct Rig {
    world: World,
    now: Micros,
}

impl Rig {
    fn new() -> Self {
        Self {
            world: World::new(100_000, true),
            now: 0,
        }
    }

    fn linked() -> Self {
        let mut rig = Self::new();
        for state in [LinkState::Hook, LinkState::Export] {
            rig.receive(FromSim::up(state));
        }
        rig.receive(FromSim::Reached(0));
        rig
    }

    fn join(&mut self) -> ClientKey {
        self.world.join(Outbox::Lines(Vec::new()))
    }

    fn receive(&mut self, message: FromSim) {
        self.world.handle_message(message, self.now);
    }

    fn say(&mut self, client: ClientKey, line: &str) {
        if let Some(request) = parse(line.as_bytes()).transpose() {
            self.world.request(client, request, self.now);
        }
    }

    /// Returns the messages for the sim.
    fn lines_to_sim(&mut self) -> Vec<String> {
        let mut told = Vec::new();
        while let Some(message) = self
            .world
            .next_for_hook(self.now)
            .or_else(|| self.world.next_for_export())
        {
            match message {
                // The sim reads everything at once.
                ToSim::Mark(mark) => self.receive(FromSim::Reached(mark)),
                message => told.push(message.to_string()),
            }
        }
        told
    }

    /// Returns the lines for the client.
    fn sent(&mut self, client: ClientKey) -> Vec<String> {
        let Some(Outbox::Lines(out)) = self.world.outbox(client) else {
            return Vec::new();
        };
        let lines = std::mem::take(out);
        String::from_utf8_lossy(&lines)
            .lines()
            .map(str::to_owned)
            .collect()
    }

    fn errors(&mut self, client: ClientKey) -> usize {
        let lines = self.sent(client);
        lines.iter().filter(|line| line.starts_with("-1 ")).count()
    }
}

/// Returns tables with the gauges `Gauge_0` to `Gauge_99` on the args 0 to 99.
fn hundred_gauges_tables() -> aircraft_defs::Tables {
    let gauge = |arg| aircraft_defs::Gauge {
        name: format!("Gauge_{arg}"),
        arg_number: Some(arg),
        input: vec![],
        output: vec![],
        extra: Default::default(),
    };
    let gauges = (0..100).map(gauge).collect();
    aircraft_defs::Tables::new(Default::default(), Default::default(), gauges, vec![])
}

/// Returns an aircraft with these tables.
fn hundred_gauges() -> Arc<Aircraft> {
    let (name, tables) = ("X".to_owned(), hundred_gauges_tables());
    Arc::new(Aircraft::new(name, tables))
}
