//! Limits on the requests of clients, and on the memory that they use.

use super::*;
use crate::link::FrameStats;

#[test]
fn the_frames_in_which_work_was_put_off_are_counted() {
    let mut rig = Rig::linked();
    for cut in [3, 0, 4] {
        let stats = FrameStats {
            cut,
            ..FrameStats::default()
        };
        rig.receive(FromSim::Stats(LinkState::Hook, stats));
    }
    let line = rig.world.statistics().to_string();
    assert!(line.ends_with(" 7"), "{line}");
}

#[test]
fn the_search_for_unknown_names_is_limited() {
    let mut rig = Rig::linked();
    let (first, second) = (rig.join(), rig.join());
    let commands = (0..1000)
        .map(|n| (format!("Panel.Button_{n}"), n))
        .collect();
    let tables = aircraft_defs::Tables::new(Default::default(), commands, vec![], vec![]);
    let name = "X".to_owned();
    rig.world
        .set_aircraft(Some(Arc::new(Aircraft::new(name, tables))), 0);
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
    assert_eq!(rig.lines_to_sim(), ["4 0 7", "4 1 8"]);
    rig.world.leave(gone);
    rig.now = rig.world.next_due().expect("a deadline");
    rig.world.tick(rig.now);
    assert_eq!(
        rig.sent(stays),
        ["-1 the sim did not answer for 30 s; it may be paused or loading; ask again"]
    );
    assert!(!rig.world.is_waiting(stays) && rig.world.next_due().is_none());
    rig.say(stays, "4 7");
    assert_eq!(rig.lines_to_sim(), ["4 2 7"]);
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
    let errors = ["gauge", "element", "device", "command"].map(|kind| {
        format!("-1 the {kind} name is too long: it has 257 bytes, and at most 256 are allowed")
    });
    assert_eq!(rig.sent(client), errors);
}

#[test]
fn the_memory_for_a_client_is_limited() {
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
fn the_name_of_a_control_is_looked_up_once_for_all_actions() {
    let mut rig = Rig::linked();
    let control = serde_json::json!({"name": "PNT_8", "id": "GEAR", "device": {"number": 2},
        "actions": [{"command": {"number": 3001}, "arg": 8, "kind": "switch", "values": [0, 1]}]});
    let controls = vec![serde_json::from_value(control).unwrap()];
    let tables =
        aircraft_defs::Tables::new(Default::default(), Default::default(), vec![], controls);
    let name = "X".to_owned();
    rig.world
        .set_aircraft(Some(Arc::new(Aircraft::new(name, tables))), 0);
    let client = rig.join();
    for _ in 0..50 {
        rig.say(client, "1 GEAR 1");
        rig.say(client, "1 gear #0");
        rig.say(client, "1 GAER 0");
    }
    assert_eq!(rig.world.controls.looked_up, 2);
    assert_eq!(rig.lines_to_sim().len(), 100);
}

#[test]
fn the_memory_for_the_names_of_an_attacker_is_limited() {
    let mut rig = Rig::linked();
    let tables = aircraft_defs::Tables::default();
    let name = "X".to_owned();
    rig.world
        .set_aircraft(Some(Arc::new(Aircraft::new(name, tables))), 0);
    let client = rig.join();
    for n in 0..10_000 {
        rig.say(client, &format!("1 {n}\u{202e}\u{1} \u{7f}{n}"));
        rig.say(client, &format!("1 {n}é =\u{1}"));
    }
    let lines = rig.sent(client);
    assert!(lines.iter().all(|line| !line.contains(char::is_control)));
    // Statements are kept, without an answer, up to the limit of a client.
    let too_many = lines
        .iter()
        .filter(|line| line.contains("too many standing"));
    assert_eq!(too_many.count(), 10_000 - 1024);
}

#[test]
fn a_long_name_counts_as_several_when_it_is_searched_for() {
    let commands = (0..1000)
        .map(|n| (format!("Panel.Button_{n}"), n))
        .collect();
    let tables = aircraft_defs::Tables::new(Default::default(), commands, vec![], vec![]);
    let name = "X".to_owned();
    let aircraft = Aircraft::new(name, tables);
    let count = |length: usize| {
        let name = "n".repeat(length);
        let kind = aircraft_defs::NameKind::Command;
        let error = RequestError::Name(aircraft_defs::NameError::Unknown { kind, name });
        let mut count = 0;
        error.message(Some(&aircraft), |names| {
            count = names;
            false
        });
        count
    };
    assert_eq!(
        [count(9), count(32), count(33), count(256)],
        [1000, 1000, 2000, 8000]
    );
}
