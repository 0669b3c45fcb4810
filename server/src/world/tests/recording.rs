//! Tests of the args that are read for a recording: the sim reads them, and clients notice nothing.

use super::*;

fn flying() -> Rig {
    let mut rig = Rig::linked();
    rig.world.set_aircraft(Some(hundred_gauges()), 0);
    rig
}

#[test]
fn all_args_of_the_tables_are_read_while_it_lasts() {
    let mut rig = flying();
    let client = rig.join();
    rig.say(client, "2 Gauge_5 1 0 10");
    rig.say(client, "2 777 2 0 10");
    assert_eq!(rig.lines_to_sim(), ["2 5 60", "2 777 60"]);
    rig.world.begin_recording();
    let told = rig.lines_to_sim();
    assert_eq!(told.len(), 101, "{told:?}");
    assert!(told.contains(&"2 5 60".to_owned()) && told.contains(&"2 777 60".to_owned()));
    assert!(told.contains(&"2 6 30".to_owned()));
    rig.say(client, "2 Gauge_5 1 0 0");
    rig.say(client, "2 Gauge_6 2 0 10");
    assert_eq!(rig.lines_to_sim(), ["2 5 30", "2 6 60"]);
    rig.receive(FromSim::Down(LinkState::Hook));
    rig.receive(FromSim::up(LinkState::Hook));
    assert_eq!(rig.lines_to_sim().len(), 101, "a new link is told again");
    rig.world.end_recording();
    let told = rig.lines_to_sim();
    assert_eq!(told.len(), 99, "{told:?}");
    assert!(told.iter().all(|line| line.ends_with(" 0")));
    rig.world.leave(client);
    rig.lines_to_sim();
    assert!(rig.world.gauges.is_empty());
}

#[test]
fn a_client_gets_the_same_lines_with_a_recording_and_without() {
    let lines = |is_recording: bool| {
        let mut rig = flying();
        let client = rig.join();
        rig.sent(client);
        if is_recording {
            rig.world.begin_recording();
        }
        rig.lines_to_sim();
        let mut all = Vec::new();
        rig.receive(FromSim::Args((0..100).map(|arg| (arg, 0.25)).collect()));
        rig.say(client, "2 Gauge_5 1 2 10");
        all.extend(rig.sent(client));
        assert_eq!(rig.lines_to_sim(), ["2 5 60"], "the sim sends the value");
        rig.receive(FromSim::Args(vec![(5, 0.5)]));
        all.extend(rig.sent(client));
        if is_recording {
            rig.world.end_recording();
            rig.world.begin_recording();
            rig.lines_to_sim();
            rig.receive(FromSim::Args(vec![(5, 0.5), (6, 0.5)]));
        }
        all.extend(rig.sent(client));
        all
    };
    assert_eq!(lines(true), ["2 1 0.50000 0.50"]);
    assert_eq!(lines(true), lines(false));
}
