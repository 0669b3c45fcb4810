//! What the world keeps, and what it asks of the sim, when clients want much or change their minds.

use super::*;
use crate::limits::{MOST_ARGS, MOST_INDICATORS};
use crate::wire::parse;

/// Subscriptions that are renewed in one turn: each takes two steps.
const IN_A_TURN: usize = renewal::TURN / 2;

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
            rig.hear(FromSim::up(state));
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

/// Tables with gauges `Gauge_0` to `Gauge_99` on the args 0 to 99.
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

/// An aircraft with these tables.
fn hundred_gauges() -> Arc<Aircraft> {
    let (name, tables) = ("X".to_owned(), hundred_gauges_tables());
    Arc::new(Aircraft { name, tables })
}

#[test]
fn an_aircraft_is_told_to_clients_in_turns_of_bounded_work() {
    let mut rig = Rig::linked();
    let clients: Vec<_> = (0..8).map(|_| rig.join()).collect();
    for &client in &clients {
        for n in 0..1000 {
            rig.say(client, &format!("2 Gauge_{n} {n}"));
        }
        assert_eq!(rig.sent(client), [""; 0]);
    }
    rig.world.set_aircraft(Some(hundred_gauges()), rig.now);
    let (mut turns, mut lines) = (0, 0);
    loop {
        let told: usize = clients.iter().map(|&client| rig.sent(client).len()).sum();
        assert!(
            told <= renewal::TURN + clients.len(),
            "{told} in turn {turns}"
        );
        (turns, lines) = (turns + 1, lines + told);
        if rig.world.next_due() != Some(0) {
            break;
        }
        rig.world.tick(rig.now);
    }
    // A client looks up 1000 names and wakes 100; it is told the aircraft and what is unknown.
    assert_eq!(turns, (8 * 1_100usize).div_ceil(renewal::TURN));
    assert_eq!(lines, 8 * (1 + 900));
    assert_eq!(
        rig.world.gauges.looked_up(),
        1000,
        "each name once, not for each client"
    );
}

#[test]
fn who_asks_before_its_turn_is_told_the_aircraft_first() {
    let mut rig = Rig::linked();
    let clients: Vec<_> = (0..3).map(|_| rig.join()).collect();
    for &client in &clients {
        (0..IN_A_TURN).for_each(|n| rig.say(client, &format!("2 {n} {n}")));
    }
    rig.say(clients[2], "2 Gauge_7 7");
    rig.world.set_aircraft(Some(hundred_gauges()), rig.now);
    rig.hear(FromSim::Args(vec![(7, 0.5)]));
    assert_eq!(rig.sent(clients[0]), ["0 X", "2 7 0.50000 1"]);
    assert_eq!(
        rig.sent(clients[2]),
        [""; 0],
        "not before it knows the aircraft"
    );
    rig.say(clients[2], "2 Gauge_8 x");
    let sent = rig.sent(clients[2]);
    assert_eq!(sent[..2], ["0 X", "2 7 0.50000 1"]);
    assert!(sent.len() == 3 && sent[2].starts_with("-1 id "), "{sent:?}");
    while rig.world.next_due().is_some() {
        rig.world.tick(rig.now);
    }
    assert_eq!(rig.sent(clients[1]), ["0 X", "2 7 0.50000 1"]);
    assert_eq!(rig.sent(clients[2]), [""; 0], "once");
}

#[test]
fn aircraft_that_follow_each_other_quickly_are_told_to_all() {
    let mut rig = Rig::linked();
    let clients: Vec<_> = (0..4).map(|_| rig.join()).collect();
    for &client in &clients {
        (0..IN_A_TURN).for_each(|n| rig.say(client, &format!("2 {n} {n}")));
    }
    let mut told = [0; 4];
    for _ in 0..8 {
        rig.world.set_aircraft(Some(hundred_gauges()), rig.now);
        for (told, &client) in told.iter_mut().zip(&clients) {
            *told += rig.sent(client).len();
        }
    }
    assert_eq!(told, [2; 4], "each in its turn");
}

#[test]
fn the_text_of_a_display_is_told_in_turns_and_then_what_changes_at_once() {
    let mut rig = Rig::linked();
    let clients: Vec<_> = (0..3).map(|_| rig.join()).collect();
    for &client in &clients {
        (0..IN_A_TURN).for_each(|n| rig.say(client, &format!("3 1 e{n} {n}")));
    }
    let show = |rig: &mut Rig, text: &str| {
        let rule = "-".repeat(41);
        rig.hear(FromSim::Indicator {
            indicator: 1,
            epoch: rig.world.texts.epoch(),
            text: Some(format!("{rule}\ne7\n{text}\n").into()),
        });
    };
    show(&mut rig, "one");
    let lines: Vec<_> = clients
        .iter()
        .map(|&client| rig.sent(client).len())
        .collect();
    // A text for each subscription, and an error for each element that is not there.
    assert_eq!(lines, [2 * IN_A_TURN - 1, 0, 0]);
    show(&mut rig, "two");
    let lines: Vec<_> = clients.iter().map(|&client| rig.sent(client)).collect();
    assert!(lines.iter().all(|lines| lines == &["3 7 two"]), "{lines:?}");
    while rig.world.next_due().is_some() {
        rig.world.tick(rig.now);
    }
    let lines: Vec<_> = clients
        .iter()
        .map(|&client| rig.sent(client).len())
        .collect();
    assert_eq!(lines, [0, 2 * IN_A_TURN - 2, 2 * IN_A_TURN - 2]);
}

#[test]
fn a_client_with_many_subscriptions_is_renewed_in_parts() {
    const MANY: usize = 4096;
    let mut rig = Rig::linked();
    let client = rig.join();
    for n in 0..MANY {
        rig.say(client, &format!("2 {n} {n}"));
        rig.say(client, &format!("3 1 e{n} {n}"));
    }
    rig.world.set_aircraft(Some(hundred_gauges()), rig.now);
    let mut turns = 1;
    while rig.world.clients.has_renewals() {
        // Values that come meanwhile are not lost, and not sent twice.
        rig.hear(FromSim::Args(vec![(7, turns as f64)]));
        rig.world.tick(rig.now);
        turns += 1;
    }
    assert_eq!(turns, 4 * MANY / renewal::TURN);
    let sent = rig.sent(client);
    assert_eq!(sent[0], "0 X");
    let values: Vec<_> = sent
        .iter()
        .filter(|line| line.starts_with("2 7 "))
        .collect();
    assert_eq!(values.len(), 1, "{values:?}");
    rig.now += 1_000_000;
    rig.world.tick(rig.now);
    let last = rig.sent(client);
    assert!(
        last.len() == 1 && last[0].starts_with("2 7 31.0"),
        "{last:?}"
    );
}

#[test]
fn subscriptions_that_end_while_they_are_renewed_stay_ended() {
    let mut rig = Rig::linked();
    let (client, other) = (rig.join(), rig.join());
    (0..2 * IN_A_TURN).for_each(|n| rig.say(client, &format!("2 {n} {n}")));
    rig.world.set_aircraft(Some(hundred_gauges()), rig.now);
    rig.world.clear(client);
    rig.say(other, "2 7 1");
    while rig.world.clients.has_renewals() {
        rig.world.tick(rig.now);
    }
    rig.hear(FromSim::Args(vec![(7, 0.5)]));
    assert_eq!(rig.sent(client), ["0 X"]);
    assert_eq!(rig.sent(other), ["0 X", "2 1 0.50000 1"]);
    assert_eq!(rig.world.statistics().subscriptions, 1);
}

#[test]
fn long_names_are_refused() {
    let mut rig = Rig::linked();
    let client = rig.join();
    let (most, more) = ("n".repeat(256), "n".repeat(257));
    rig.say(client, &format!("2 {most} 1"));
    rig.say(client, &format!("3 1 {most} 1"));
    assert_eq!(rig.sent(client), [""; 0]);
    rig.say(client, &format!("2 {more} 1"));
    rig.say(client, &format!("3 1 {more} 1"));
    rig.say(client, &format!("1 {more} 1 1"));
    rig.say(client, &format!("1 1 {more} 1"));
    let errors = ["gauge", "element", "device", "command"]
        .map(|kind| format!("-1 {kind} name of 257 bytes is too long; 256 bytes are allowed"));
    assert_eq!(rig.sent(client), errors);
}

#[test]
fn a_client_makes_the_server_keep_only_so_much() {
    let mut rig = Rig {
        world: World::new(4, true),
        now: 0,
    };
    let client = rig.join();
    let name = |n: usize| format!("{n}{}", "n".repeat(255));
    for n in 0..4 {
        rig.say(client, &format!("2 {} {n}", name(n)));
    }
    let refused = "-1 too much is kept for this client: names and subscriptions of 2048 bytes are \
                   allowed; use shorter names or numbers, or end some subscriptions with \
                   maxfrequency 0";
    assert_eq!(rig.sent(client), [refused]);
    assert_eq!(rig.world.statistics().too_large, 1);
    rig.say(client, &format!("2 {} 0 0 0", name(0)));
    rig.say(client, &format!("3 1 {} 1", name(3)));
    assert_eq!(rig.sent(client), [""; 0]);
    rig.world.clear(client);
    assert!(rig.world.gauges.is_empty() && rig.world.texts.is_empty());
    assert_eq!(
        rig.world.clients.get(client).map(|client| client.kept),
        Some(0)
    );
}

#[test]
fn the_sim_is_asked_for_few_rates() {
    let mut rig = Rig::linked();
    let client = rig.join();
    for arg in 0..1000 {
        rig.say(
            client,
            &format!("2 {arg} 1 0 {}", f64::from(arg) * 1.7 + 0.1),
        );
    }
    let mut rates: Vec<_> = rig
        .told()
        .iter()
        .filter_map(|line| Some(line.rsplit_once(' ')?.1.to_owned()))
        .collect();
    rates.sort();
    rates.dedup();
    assert_eq!(rates, ["1000", "120", "250", "60"]);
}

#[test]
fn who_wants_little_does_not_wait_for_those_who_want_much() {
    let mut rig = Rig::linked();
    let greedy: Vec<_> = (0..4).map(|_| rig.join()).collect();
    for &client in &greedy {
        (0..4096).for_each(|n| rig.say(client, &format!("2 {n} {n}")));
    }
    let modest = rig.join();
    rig.say(modest, "2 Gauge_7 1");
    for _ in 0..10 {
        rig.hear(FromSim::Aircraft(Some("X".to_owned())));
        rig.world.set_aircraft(Some(hundred_gauges()), rig.now);
        rig.hear(FromSim::Args(vec![(7, 0.5)]));
        assert_eq!(rig.sent(modest), ["0 X", "2 1 0.50000 1"]);
    }
}

#[test]
fn changed_tables_concern_only_gauges_that_mean_something_else() {
    let mut rig = Rig::linked();
    let client = rig.join();
    let generated = hundred_gauges();
    rig.world
        .set_aircraft(Some(Arc::clone(&generated)), rig.now);
    for (id, gauge) in ["Gauge_1", "Gauge_2", "Gauge_3", "4", "Gauge_5"]
        .iter()
        .enumerate()
    {
        rig.say(client, &format!("2 {gauge} {id} 0 1e6"));
    }
    rig.hear(FromSim::Args((0..10).map(|arg| (arg, 1.0)).collect()));
    assert_eq!(rig.sent(client).len(), 6);
    rig.told();

    // 1 gets a scale, 2 the arg of 5, which is newer, 3 stays, and 4 is asked for by number.
    let own = |name: &str, arg_number, input: [f64; 2]| aircraft_defs::Gauge {
        name: name.to_owned(),
        arg_number: Some(arg_number),
        input: input.to_vec(),
        output: vec![0.0, 1.0],
        extra: Default::default(),
    };
    let gauges = vec![
        own("Gauge_1", 1, [0.0, 4095.0]),
        own("Gauge_2", 5, [0.0, 1.0]),
        own("Gauge_4", 4, [0.0, 100.0]),
    ];
    let own = aircraft_defs::OwnTables {
        gauges,
        ..Default::default()
    };
    let tables = hundred_gauges_tables();
    let tables = Arc::new(tables).with_own(&own);
    let name = "X".to_owned();
    let changed = Arc::new(Aircraft { name, tables });
    rig.now += 1_000_000;
    rig.world.change_tables(changed, rig.now);
    assert_eq!(rig.sent(client), ["2 0 1.00000 4095"]);
    assert_eq!(rig.told(), ["2 2 0"]);

    // Back again: 2 wakes up, and its arg is watched again.
    rig.now += 1_000_000;
    rig.world.change_tables(generated, rig.now);
    assert_eq!(rig.sent(client), ["2 0 1.00000 1"]);
    assert_eq!(rig.told(), ["2 2 1000"]);
    rig.hear(FromSim::Args(vec![(2, 0.5)]));
    assert_eq!(rig.sent(client), ["2 1 0.50000 1"]);
}

#[test]
fn the_name_of_a_control_is_looked_up_once_for_all_actions() {
    let mut rig = Rig::linked();
    let control = serde_json::json!({"name": "PNT_8", "id": "GEAR", "device": {"number": 2},
        "actions": [{"command": {"number": 3001}, "arg": 8, "kind": "switch", "values": [0, 1]}]});
    let controls = vec![serde_json::from_value(control).unwrap()];
    let tables =
        aircraft_defs::Tables::new(Default::default(), Default::default(), vec![], controls);
    let name = "X".to_owned();
    rig.world
        .set_aircraft(Some(Arc::new(Aircraft { name, tables })), 0);
    let client = rig.join();
    for _ in 0..50 {
        rig.say(client, "1 GEAR 1");
        rig.say(client, "1 gear #0");
        rig.say(client, "1 GAER 0");
    }
    assert_eq!(rig.world.controls.looked_up, 2);
    assert_eq!(rig.told().len(), 100);
}

#[test]
fn what_the_names_of_an_enemy_make_the_server_keep_is_bounded() {
    let mut rig = Rig::linked();
    let tables = aircraft_defs::Tables::default();
    let name = "X".to_owned();
    rig.world
        .set_aircraft(Some(Arc::new(Aircraft { name, tables })), 0);
    let client = rig.join();
    for n in 0..10_000 {
        rig.say(client, &format!("1 {n}\u{202e}\u{1} \u{7f}{n}"));
        rig.say(client, &format!("1 {n}é =\u{1}"));
    }
    let lines = rig.sent(client);
    assert!(lines.iter().all(|line| !line.contains(char::is_control)));
    // Those that stand are kept silently, as many as a client may have.
    let too_many = lines
        .iter()
        .filter(|line| line.contains("too many standing"));
    assert_eq!(too_many.count(), 10_000 - 1024);
}
