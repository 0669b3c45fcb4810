//! Tests of the watches that the sim is told about.

use super::*;
use crate::limits::{MAX_ARGS, MAX_INDICATORS};

#[test]
fn an_arg_without_room_is_an_error_and_is_read_when_there_is_room() {
    let mut rig = Rig::linked();
    let (greedy, other) = (rig.join(), rig.join());
    for arg in 1000..1000 + MAX_ARGS {
        rig.say(greedy, &format!("2 {arg} 1"));
    }
    assert_eq!(rig.lines_to_sim().len(), MAX_ARGS);
    rig.say(other, "2 540 1 3");
    assert!(rig.lines_to_sim().is_empty());
    let waits = format!(
        "-1 the sim reads {MAX_ARGS} args at most and all are in use; arg 540 is read as soon as \
         another one is no longer needed"
    );
    assert_eq!(rig.sent(other), [waits]);
    assert_eq!(rig.errors(greedy), 0);
    assert_eq!(rig.world.statistics().args, MAX_ARGS);
    rig.say(greedy, "2 1007 1 0 0");
    assert_eq!(rig.lines_to_sim(), ["2 1007 0", "2 540 60"]);
    rig.receive(FromSim::Args(vec![(540, 0.5)]));
    assert_eq!(rig.sent(other), ["2 1 0.50000 0.500"]);
}

#[test]
fn an_indicator_without_room_is_read_when_another_client_leaves() {
    let mut rig = Rig::linked();
    let (greedy, other) = (rig.join(), rig.join());
    for indicator in 0..MAX_INDICATORS {
        rig.say(greedy, &format!("3 {indicator} x 1"));
    }
    rig.lines_to_sim();
    rig.say(other, "3 300 x 1");
    assert!(rig.lines_to_sim().is_empty());
    // A client that subscribes while others wait is told, too.
    rig.say(greedy, "3 300 x 9");
    assert!(rig.lines_to_sim().is_empty());
    assert_eq!((rig.errors(other), rig.errors(greedy)), (1, 1));
    rig.world.leave(greedy);
    while rig.world.next_due() == Some(0) {
        rig.world.tick(rig.now);
    }
    let told = rig.lines_to_sim();
    assert_eq!(
        told.iter().filter(|line| line.ends_with(" 0 0")).count(),
        MAX_INDICATORS
    );
    assert_eq!(told.iter().filter(|line| *line == "3 300 10 0").count(), 1);
}

#[test]
fn unneeded_args_and_displays_are_removed_without_a_sim() {
    let mut rig = Rig::new();
    let client = rig.join();
    for number in 0..1000 {
        rig.say(client, &format!("2 {number} 1"));
        rig.say(client, &format!("2 {number} 1 0 0"));
        rig.say(client, &format!("3 {number} x 1"));
        rig.world.clear(client);
    }
    assert!(rig.world.gauges.is_empty() && rig.world.texts.is_empty());
    // Nor are they kept if the links go down after the sim was told about them.
    let mut rig = Rig::linked();
    let client = rig.join();
    rig.say(client, "2 5 1");
    rig.say(client, "3 5 x 1");
    assert_eq!(rig.lines_to_sim().len(), 2);
    rig.world.leave(client);
    rig.receive(FromSim::Down(LinkState::Hook));
    rig.receive(FromSim::Down(LinkState::Export));
    assert!(rig.world.gauges.is_empty() && rig.world.texts.is_empty());
}

#[test]
fn subscriptions_of_one_rate_share_a_timer_that_ends_with_them() {
    let mut rig = Rig::linked();
    let client = rig.join();
    for arg in 0..10 {
        rig.say(client, &format!("2 {arg} 1 0 {}", [0.001, 0.002][arg % 2]));
    }
    for flip in 0..500u32 {
        rig.now += 16_000;
        let value = f64::from(flip % 2);
        rig.receive(FromSim::Args((0..10).map(|arg| (arg, value)).collect()));
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
        .lines_to_sim()
        .iter()
        .filter_map(|line| Some(line.rsplit_once(' ')?.1.to_owned()))
        .collect();
    rates.sort();
    rates.dedup();
    assert_eq!(rates, ["1000", "120", "250", "60"]);
}
