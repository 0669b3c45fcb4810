//! Tests of work in several turns: no call of the world takes more steps than a turn has, and
//! clients get the same as if the work were done at once.

use super::*;
use crate::limits::MAX_STANDING;
use crate::world::gauges::MAX_TURN_UPDATES;

/// The number of subscriptions of a client, half of them to gauges and half to elements of a
/// display.
const MANY: usize = 6 * TURN;
/// The most steps of a turn: [`TURN`] each for the clients, for the sim's watches, for freeing
/// names and for requests that have waited for a position. The last step may count for several.
const MAX_STEPS: usize = 4 * TURN + 100;
/// The most updates of a turn. The last arg or the last schedule may have many.
const MAX_UPDATES: usize = MAX_TURN_UPDATES + MANY;

fn greedy(rig: &mut Rig) -> ClientKey {
    let client = rig.join();
    for n in 0..MANY / 2 {
        rig.say(client, &format!("2 Gauge_{n} {n}"));
        rig.say(client, &format!("3 1 e{n} {n}"));
    }
    rig.sent(client);
    client
}

/// Does something, and then all the work that follows. Returns the number of turns.
fn turns(rig: &mut Rig, work: impl FnOnce(&mut Rig)) -> usize {
    (rig.world.steps, rig.world.gauges.updates) = (0, 0);
    work(rig);
    let mut turns = 1;
    loop {
        let steps = std::mem::take(&mut rig.world.steps);
        assert!(steps <= MAX_STEPS, "{steps} steps in turn {turns}");
        let updates = std::mem::take(&mut rig.world.gauges.updates);
        assert!(updates <= MAX_UPDATES, "{updates} updates in turn {turns}");
        if rig.world.next_due() != Some(0) {
            return turns;
        }
        rig.world.tick(rig.now);
        turns += 1;
    }
}

fn show(rig: &mut Rig, text: &str) {
    let rule = "-".repeat(41);
    let element = |n| format!("{rule}\ne{n}\n{text}\n");
    let text: String = (0..MANY / 2).map(element).collect();
    rig.receive(FromSim::Indicator {
        indicator: 1,
        epoch: rig.world.texts.epoch(),
        text: Some(text.into()),
    });
}

/// Returns a world with an aircraft in which two clients have got the values of all their
/// subscriptions.
fn flown() -> (Rig, [ClientKey; 2]) {
    let mut rig = Rig::linked();
    let clients = [greedy(&mut rig), greedy(&mut rig)];
    rig.world.reset_gauges = true;
    let appear = |rig: &mut Rig| rig.world.set_aircraft(Some(hundred_gauges()), rig.now);
    assert!(turns(&mut rig, appear) > 1);
    rig.lines_to_sim();
    turns(&mut rig, |rig| show(rig, "one"));
    rig.receive(FromSim::Args((0..100).map(|arg| (arg, 0.5)).collect()));
    clients.iter().for_each(|&client| drop(rig.sent(client)));
    (rig, clients)
}

fn count(lines: &[String], start: &str) -> usize {
    lines.iter().filter(|line| line.starts_with(start)).count()
}

#[test]
fn a_client_that_leaves_is_forgotten_in_turns() {
    let (mut rig, [first, second]) = flown();
    assert!(turns(&mut rig, |rig| rig.world.leave(first)) > 1);
    assert!(turns(&mut rig, |rig| rig.world.leave(second)) > 1);
    rig.lines_to_sim();
    assert!(rig.world.gauges.is_empty() && rig.world.texts.is_empty());
    assert_eq!(rig.world.statistics().clients, 0);
}

#[test]
fn the_place_of_a_client_is_not_taken_before_it_is_forgotten() {
    let (mut rig, [first, _]) = flown();
    rig.world.leave(first);
    let next = rig.join();
    assert_ne!(next, first);
    rig.receive(FromSim::Args(vec![(0, 0.1), (1, 0.1)]));
    show(&mut rig, "two");
    turns(&mut rig, |_| {});
    assert_eq!(rig.sent(next), ["0 X"]);
    assert_eq!(rig.sent(first), [""; 0]);
    assert_eq!(rig.join(), first);
}

#[test]
fn a_client_gets_nothing_of_subscriptions_that_are_being_ended() {
    let (mut rig, [first, second]) = flown();
    rig.world.clear(first);
    rig.now += 1_000_000;
    rig.receive(FromSim::Args((0..100).map(|arg| (arg, 0.1)).collect()));
    show(&mut rig, "two");
    assert!(turns(&mut rig, |_| {}) > 1);
    assert_eq!(rig.sent(first), [""; 0]);
    let lines = rig.sent(second);
    assert_eq!(count(&lines, "2 "), 100);
    assert_eq!(count(&lines, "3 "), MANY / 2);
}

#[test]
fn requests_wait_for_earlier_tasks() {
    let (mut rig, [first, _]) = flown();
    rig.world.clear(first);
    rig.say(first, "2 Gauge_7 7");
    rig.say(first, "zzz");
    rig.say(first, "1 1 3001 1");
    assert!(rig.world.is_behind(first) && rig.world.next_caught_up().is_none());
    turns(&mut rig, |_| {});
    assert!(!rig.world.is_behind(first));
    assert_eq!(rig.world.next_caught_up(), Some(first));
    assert_eq!(rig.world.next_caught_up(), None);
    let lines = rig.sent(first);
    assert_eq!(lines[0], "2 7 0.50000 1");
    assert!(lines.len() == 2 && lines[1].starts_with("-1 "), "{lines:?}");
    assert_eq!(count(&rig.lines_to_sim(), "1 1 3001 "), 1);
}

#[test]
fn waiting_actions_of_a_client_that_leaves_are_carried_out() {
    let (mut rig, [first, _]) = flown();
    rig.world.clear(first);
    rig.say(first, "2 Gauge_7 7");
    rig.say(first, "1 1 3001 1");
    rig.world.leave(first);
    turns(&mut rig, |_| {});
    assert_eq!(count(&rig.lines_to_sim(), "1 1 3001 "), 1);
    assert_eq!(rig.world.statistics().subscriptions, MANY);
}

#[test]
fn the_end_of_a_mission_is_sent_in_turns_and_in_order() {
    let (mut rig, clients) = flown();
    let end = |rig: &mut Rig| rig.receive(FromSim::Aircraft(None));
    assert!(turns(&mut rig, end) > 1);
    for client in clients {
        let lines = rig.sent(client);
        assert_eq!(count(&lines, "2 "), 100);
        assert!(lines[100..].iter().all(|line| line.ends_with(' ')));
        assert_eq!(lines.len(), 100 + MANY / 2);
    }
}

#[test]
fn the_next_mission_is_announced_after_the_end_of_the_last_one() {
    let (mut rig, clients) = flown();
    rig.receive(FromSim::Aircraft(None));
    let appear = |rig: &mut Rig| rig.world.set_aircraft(Some(hundred_gauges()), rig.now);
    turns(&mut rig, appear);
    for client in clients {
        let lines = rig.sent(client);
        let told = lines.iter().position(|line| line == "0 X");
        assert_eq!(told, Some(100 + MANY / 2));
        assert_eq!(lines.len(), 100 + MANY / 2 + 1);
    }
}

#[test]
fn broken_and_restored_links_are_handled_in_turns() {
    let (mut rig, clients) = flown();
    for state in [LinkState::Export, LinkState::Hook] {
        assert!(turns(&mut rig, |rig| rig.receive(FromSim::Down(state))) > 1);
        turns(&mut rig, |rig| rig.receive(FromSim::up(state)));
    }
    clients.iter().for_each(|&client| drop(rig.sent(client)));
    rig.receive(FromSim::Aircraft(Some("X".to_owned())));
    let appear = |rig: &mut Rig| rig.world.set_aircraft(Some(hundred_gauges()), rig.now);
    turns(&mut rig, appear);
    let told = rig.lines_to_sim();
    assert_eq!(count(&told, "2 "), 100, "each arg is watched again");
}

#[test]
fn many_changes_of_a_display_are_sent_in_turns() {
    let (mut rig, clients) = flown();
    assert!(turns(&mut rig, |rig| show(rig, "two")) > 1);
    for client in clients {
        let lines = rig.sent(client);
        assert_eq!(lines.len(), MANY / 2);
        assert!(lines.iter().all(|line| line.ends_with(" two")));
    }
}

#[test]
fn displays_that_change_faster_than_they_can_be_sent_reach_all() {
    let (mut rig, [first, _]) = flown();
    let mut ids = HashSet::new();
    for n in 0..2 * MANY / TURN {
        show(&mut rig, &n.to_string());
        for line in rig.sent(first) {
            ids.extend(line.split(' ').nth(1).map(str::to_owned));
        }
    }
    assert_eq!(ids.len(), MANY / 2);
}

#[test]
fn a_client_that_was_blocked_catches_up_in_turns() {
    let (mut rig, [first, second]) = flown();
    rig.world.block(first);
    rig.receive(FromSim::Args((0..100).map(|arg| (arg, 0.1)).collect()));
    turns(&mut rig, |rig| show(rig, "two"));
    assert_eq!(rig.sent(first), [""; 0]);
    rig.now += 1_000_000;
    assert!(
        turns(&mut rig, |rig| rig.world.unblock(
            first,
            usize::MAX,
            rig.now
        )) > 1
    );
    let (first, second) = (rig.sent(first), rig.sent(second));
    assert_eq!(first.len(), 100 + MANY / 2);
    assert_eq!(count(&second, "3 "), MANY / 2);
}

#[test]
fn the_values_that_have_waited_longest_are_sent_first_and_no_more_than_asked() {
    let (mut rig, [first, _]) = flown();
    let mut args = Vec::new();
    for n in 1..=4 {
        rig.world.block(first);
        rig.now += 1_000_000;
        let value = f64::from(n) / 10.0;
        rig.receive(FromSim::Args((0..100).map(|arg| (arg, value)).collect()));
        rig.world.unblock(first, 25, rig.now);
        args.extend(rig.sent(first));
    }
    assert_eq!(args.len(), 100);
    let ids: std::collections::BTreeSet<_> =
        args.iter().map(|line| line.split(' ').nth(1)).collect();
    assert_eq!(ids.len(), 100);
}

#[test]
fn a_client_that_is_blocked_while_it_catches_up_gets_the_rest_later() {
    let (mut rig, [first, _]) = flown();
    rig.world.block(first);
    turns(&mut rig, |rig| show(rig, "two"));
    rig.world.unblock(first, usize::MAX, rig.now);
    rig.world.block(first);
    turns(&mut rig, |_| {});
    assert!(rig.sent(first).len() <= TURN);
    rig.world.unblock(first, usize::MAX, rig.now);
    turns(&mut rig, |_| {});
    let sent = rig.sent(first);
    assert_eq!(sent.len(), MANY / 2 - TURN);
}

#[test]
fn changed_tables_are_looked_up_in_turns() {
    let (mut rig, _) = flown();
    let change = |rig: &mut Rig| rig.world.change_tables(hundred_gauges(), rig.now);
    assert!(turns(&mut rig, change) > 1);
}

#[test]
fn tables_that_change_before_gauges_are_looked_up_apply_to_all() {
    let mut rig = Rig::linked();
    let client = greedy(&mut rig);
    rig.world.set_aircraft(Some(hundred_gauges()), rig.now);
    let change = |rig: &mut Rig| rig.world.change_tables(hundred_gauges(), rig.now);
    turns(&mut rig, change);
    rig.receive(FromSim::Args((0..100).map(|arg| (arg, 0.5)).collect()));
    assert_eq!(count(&rig.sent(client), "2 "), 100);
}

#[test]
fn a_gauge_that_changes_while_displays_go_dark_is_sent() {
    let (mut rig, [first, second]) = flown();
    rig.now += 1_000_000;
    rig.receive(FromSim::Down(LinkState::Export));
    rig.receive(FromSim::Args(vec![(7, 0.1)]));
    for client in [first, second] {
        assert_eq!(count(&rig.sent(client), "2 7 "), 1);
    }
}

#[test]
fn many_subscriptions_of_one_id_are_replaced_at_once() {
    let mut rig = Rig::linked();
    let client = rig.join();
    (0..50).for_each(|n| rig.say(client, &format!("2 {n} 1")));
    rig.world.set_aircraft(Some(hundred_gauges()), rig.now);
    turns(&mut rig, |_| {});
    rig.say(client, "2 77 1");
    assert_eq!(rig.world.statistics().subscriptions, 1);
}

/// Returns an aircraft with a switch on each of the args below `count`.
fn switches(count: usize) -> Arc<Aircraft> {
    let control = |arg| {
        let switch = serde_json::json!({"name": format!("S{arg}"), "device": {"number": 2},
            "actions": [{"command": {"number": arg}, "arg": arg, "kind": "switch",
                "values": [0, 1]}]});
        serde_json::from_value(switch).expect("a control")
    };
    let controls = (0..count).map(control).collect();
    let tables =
        aircraft_defs::Tables::new(Default::default(), Default::default(), vec![], controls);
    Arc::new(Aircraft::new("X", tables))
}

#[test]
fn standing_positions_of_many_clients_are_resolved_and_removed_in_turns() {
    let mut rig = Rig::linked();
    rig.world = std::mem::replace(&mut rig.world, World::new(0, true))
        .with_standing(StandingPolicy::Always);
    let clients: Vec<ClientKey> = (0..100).map(|_| rig.join()).collect();
    for (n, &client) in clients.iter().enumerate() {
        for arg in 0..MAX_STANDING {
            rig.say(client, &format!("1 S{arg} =#{}", n % 2));
        }
    }
    let args = 600;
    let appear = |rig: &mut Rig| rig.world.set_aircraft(Some(switches(args)), rig.now);
    assert!(turns(&mut rig, appear) > 100);
    assert_eq!(
        count(&rig.lines_to_sim(), "2 "),
        args,
        "each arg is read once"
    );
    let values = (0..args as u32).map(|arg| (arg, 0.0)).collect();
    turns(&mut rig, |rig| rig.receive(FromSim::Args(values)));
    rig.now += 3_000_000;
    turns(&mut rig, |rig| rig.world.tick(rig.now));
    assert!(
        count(&rig.lines_to_sim(), "1 2 ") > 0,
        "the last client's switches are on"
    );
    for client in clients {
        turns(&mut rig, |rig| rig.world.leave(client));
    }
    assert!(rig.world.standing.is_empty());
    assert_eq!(
        count(&rig.lines_to_sim(), "2 "),
        args,
        "no arg is read any more"
    );
}

#[test]
fn a_frame_with_values_for_many_subscriptions_is_sent_in_turns() {
    let mut rig = Rig::linked();
    let clients: Vec<ClientKey> = (0..9).map(|_| rig.join()).collect();
    let args = MANY as u32;
    for &client in &clients {
        (0..args).for_each(|arg| rig.say(client, &format!("2 {arg} {arg} 1 100")));
    }
    let frame = |value: f64| FromSim::Args((0..args).map(|arg| (arg, value)).collect());
    assert!(turns(&mut rig, |rig| rig.receive(frame(0.1))) > 1);
    for &client in &clients {
        assert_eq!(rig.sent(client).len(), MANY);
    }
    // The values of later frames replace those that have not been sent yet.
    rig.now += 1_000_000;
    rig.receive(frame(0.2));
    rig.receive(frame(0.3));
    assert!(turns(&mut rig, |_| {}) > 1);
    rig.now += 1_000_000;
    turns(&mut rig, |rig| rig.world.tick(rig.now));
    for &client in &clients {
        let lines = rig.sent(client);
        assert!(lines.len() <= 2 * MANY);
        for arg in 0..args {
            let newest = format!("2 {arg} 0.30000 0.3");
            assert!(lines.contains(&newest), "{newest}");
        }
        assert!(
            count(&lines, "2 ") < 2 * MANY,
            "some of the older values are not sent"
        );
    }
}

#[test]
fn requests_that_wait_for_a_position_are_finished_in_turns() {
    let mut rig = Rig::linked();
    rig.world.set_aircraft(Some(switches(2)), rig.now);
    let mut clients: Vec<ClientKey> = (0..20).map(|_| rig.join()).collect();
    let ask = |rig: &mut Rig, clients: &[ClientKey]| {
        for &client in clients {
            (0..301).for_each(|_| rig.say(client, "1 S0 INC"));
            let lines = rig.sent(client);
            assert_eq!(count(&lines, "-1 5 seconds' worth"), 1, "{lines:?}");
        }
    };
    ask(&mut rig, &clients);
    rig.now += 1_000_000;
    assert!(turns(&mut rig, |rig| rig.world.tick(rig.now)) > 10);
    for &client in &clients {
        assert_eq!(
            count(&rig.sent(client), "-1 "),
            300,
            "the position has not come"
        );
    }
    ask(&mut rig, &clients);
    rig.world.leave(clients.remove(7));
    assert!(turns(&mut rig, |rig| rig.receive(FromSim::Args(vec![(0, 0.0)]))) > 10);
    assert!(count(&rig.lines_to_sim(), "1 2 0 1 ") > 0);
    rig.world.set_aircraft(Some(switches(2)), rig.now);
    ask(&mut rig, &clients);
    assert!(turns(&mut rig, |rig| rig.receive(FromSim::Aircraft(None))) > 10);
    assert_eq!(rig.errors(clients[0]), 300);
}

#[test]
fn a_list_for_many_clients_is_sent_in_turns() {
    let mut rig = Rig::linked();
    let clients: Vec<ClientKey> = (0..100).map(|_| rig.join()).collect();
    clients.iter().for_each(|&client| rig.say(client, "4"));
    let asked = rig.lines_to_sim();
    let ticket = asked.iter().find_map(|line| line.strip_prefix("4 "));
    let ticket = ticket
        .and_then(|ticket| ticket.parse().ok())
        .expect("a ticket");
    rig.world.block(clients[3]);
    let text = format!("{}\nE\n{}\n", "-".repeat(41), "x".repeat(100_000));
    let answer = FromSim::Indicators {
        ticket,
        texts: vec![(1, text.into())],
    };
    assert!(turns(&mut rig, |rig| rig.receive(answer)) > 1);
    for (n, &client) in clients.iter().enumerate() {
        assert_eq!(count(&rig.sent(client), "4 "), 0);
        assert_eq!(rig.world.is_waiting(client), n == 3);
    }
}

#[test]
fn a_client_with_many_rates_gets_few_schedules() {
    let mut rig = Rig::linked();
    let client = rig.join();
    for arg in 0..1000 {
        rig.say(
            client,
            &format!("2 {arg} {arg} 1 {}", 10.0 + f64::from(arg) / 100.0),
        );
    }
    rig.receive(FromSim::Args((0..1000).map(|arg| (arg, 0.5)).collect()));
    for _ in 0..9 {
        rig.now += 10_000;
        let raw = rig.now as f64;
        rig.receive(FromSim::Args((0..1000).map(|arg| (arg, raw)).collect()));
    }
    assert!(
        rig.world.gauges.timers() <= 20,
        "{}",
        rig.world.gauges.timers()
    );
}
