//! What the world keeps, and what it asks of the sim, when clients want much or change their minds.

use super::*;
use crate::limits::{MOST_ARGS, MOST_INDICATORS};
use crate::wire::parse;

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
            rig.hear(FromSim::Up {
                state,
                version: String::new(),
                write_dir: None,
                install_dir: None,
            });
        }
        rig.hear(FromSim::Reached(0));
        rig
    }

    fn join(&mut self) -> ClientKey {
        self.world.join(Outbox::Lines(Vec::new()))
    }

    fn hear(&mut self, message: FromSim) {
        self.world.hear(message, self.now);
    }

    fn say(&mut self, client: ClientKey, line: &str) {
        if let Some(request) = parse(line.as_bytes()).transpose() {
            self.world.request(client, request, self.now);
        }
    }

    /// What the sim is told.
    fn told(&mut self) -> Vec<String> {
        let mut told = Vec::new();
        while let Some(message) = self
            .world
            .next_for_hook(self.now)
            .or_else(|| self.world.next_for_export())
        {
            match message {
                // A frame of the sim takes no time here.
                ToSim::Mark(mark) => self.hear(FromSim::Reached(mark)),
                message => told.push(message.to_string()),
            }
        }
        told
    }

    /// What the client is sent.
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

#[test]
fn an_arg_the_sim_has_no_room_for_is_said_and_read_when_there_is_room() {
    let mut rig = Rig::linked();
    let (greedy, other) = (rig.join(), rig.join());
    for arg in 1000..1000 + MOST_ARGS {
        rig.say(greedy, &format!("2 {arg} 1"));
    }
    assert_eq!(rig.told().len(), MOST_ARGS);
    rig.say(other, "2 540 1 3");
    assert!(rig.told().is_empty());
    let waits = format!(
        "-1 the sim reads {MOST_ARGS} args at most and all are taken; arg 540 is read as soon as \
         another one is given up"
    );
    assert_eq!(rig.sent(other), [waits]);
    assert_eq!(rig.errors(greedy), 0);
    assert_eq!(rig.world.statistics().args, MOST_ARGS);
    rig.say(greedy, "2 1007 1 0 0");
    assert_eq!(rig.told(), ["2 1007 0", "2 540 60"]);
    rig.hear(FromSim::Args(vec![(540, 0.5)]));
    assert_eq!(rig.sent(other), ["2 1 0.50000 0.500"]);
}

#[test]
fn an_indicator_the_sim_has_no_room_for_is_read_when_another_client_leaves() {
    let mut rig = Rig::linked();
    let (greedy, other) = (rig.join(), rig.join());
    for indicator in 0..MOST_INDICATORS {
        rig.say(greedy, &format!("3 {indicator} x 1"));
    }
    rig.told();
    rig.say(other, "3 300 x 1");
    assert!(rig.told().is_empty());
    // Who joins those who wait is told too.
    rig.say(greedy, "3 300 x 9");
    assert!(rig.told().is_empty());
    assert_eq!((rig.errors(other), rig.errors(greedy)), (1, 1));
    rig.world.leave(greedy);
    let told = rig.told();
    assert_eq!(
        told.iter().filter(|line| line.ends_with(" 0 0")).count(),
        MOST_INDICATORS
    );
    assert_eq!(told.iter().filter(|line| *line == "3 300 10 0").count(), 1);
}

#[test]
fn what_nobody_wants_is_not_kept_while_no_sim_is_there() {
    let mut rig = Rig::new();
    let client = rig.join();
    for number in 0..1000 {
        rig.say(client, &format!("2 {number} 1"));
        rig.say(client, &format!("2 {number} 1 0 0"));
        rig.say(client, &format!("3 {number} x 1"));
        rig.world.clear(client);
    }
    assert!(rig.world.gauges.is_empty() && rig.world.texts.is_empty());
    // Neither when it comes and goes between.
    let mut rig = Rig::linked();
    let client = rig.join();
    rig.say(client, "2 5 1");
    rig.say(client, "3 5 x 1");
    assert_eq!(rig.told().len(), 2);
    rig.world.leave(client);
    rig.hear(FromSim::Down(LinkState::Hook));
    rig.hear(FromSim::Down(LinkState::Export));
    assert!(rig.world.gauges.is_empty() && rig.world.texts.is_empty());
}

#[test]
fn subscriptions_of_one_rate_have_one_timer_and_take_it_along_when_they_end() {
    let mut rig = Rig::linked();
    let client = rig.join();
    for arg in 0..10 {
        rig.say(client, &format!("2 {arg} 1 0 {}", [0.001, 0.002][arg % 2]));
    }
    for flip in 0..500u32 {
        rig.now += 16_000;
        let value = f64::from(flip % 2);
        rig.hear(FromSim::Args((0..10).map(|arg| (arg, value)).collect()));
    }
    assert_eq!(rig.world.gauges.timers(), 2);
    for arg in [0, 2, 4, 6] {
        rig.say(client, &format!("2 {arg} 1 0 0"));
    }
    assert_eq!(rig.world.gauges.timers(), 2);
    rig.say(client, "2 8 1 0 0");
    assert_eq!(rig.world.gauges.timers(), 1);
    rig.world.leave(client);
    assert_eq!(rig.world.gauges.timers(), 0);
}

#[test]
fn only_so_many_unknown_names_are_searched_for() {
    let mut rig = Rig::linked();
    let (first, second) = (rig.join(), rig.join());
    let commands = (0..1000)
        .map(|n| (format!("Panel.Button_{n}"), n))
        .collect();
    let tables = aircraft_defs::Tables::new(Default::default(), commands, vec![], vec![]);
    let name = "X".to_owned();
    rig.world
        .set_aircraft(Some(Arc::new(Aircraft { name, tables })), 0);
    let hints = |rig: &mut Rig, client| {
        (0..500).for_each(|n| rig.say(client, &format!("1 25 Buton_{n} 1")));
        let lines = rig.sent(client);
        assert!(lines.len() >= 500);
        lines
            .iter()
            .filter(|line| line.contains("did you mean"))
            .count()
    };
    assert_eq!(hints(&mut rig, first), 8);
    assert_eq!(hints(&mut rig, second), 8, "each has its share");
    rig.now += 1_000_000;
    assert_eq!(hints(&mut rig, first), 8);
}

#[test]
fn lists_end_whatever_the_sim_does() {
    let mut rig = Rig::linked();
    let (gone, stays) = (rig.join(), rig.join());
    rig.say(gone, "4 7");
    rig.say(stays, "4 8");
    assert_eq!(rig.told(), ["4 0 7", "4 1 8"]);
    rig.world.leave(gone);
    rig.now = rig.world.next_due().expect("a deadline");
    rig.world.tick(rig.now);
    assert_eq!(
        rig.sent(stays),
        ["-1 the sim did not answer for 30 s, it may be paused or loading; ask again"]
    );
    assert!(!rig.world.is_waiting(stays) && rig.world.next_due().is_none());
    rig.say(stays, "4 7");
    assert_eq!(rig.told(), ["4 2 7"]);
}
