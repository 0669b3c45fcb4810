//! Tests of what is read for a recording: the sim reads it, and clients notice nothing.

use super::*;

fn flying() -> Rig {
    let mut rig = Rig::linked();
    rig.world.set_aircraft(Some(hundred_gauges()), 0);
    rig
}

/// Returns the lines to the hook state and the number of those to the export state.
fn lines_to_sim(rig: &mut Rig) -> (Vec<String>, usize) {
    let lines = rig.lines_to_sim().into_iter();
    let (args, fields): (Vec<_>, Vec<_>) = lines.partition(|line| line.starts_with("2 "));
    (args, fields.len())
}

#[test]
fn all_args_of_the_tables_are_read_while_it_lasts() {
    let mut rig = flying();
    let client = rig.join();
    rig.say(client, "2 Gauge_5 1 0 10");
    rig.say(client, "2 777 2 0 10");
    assert_eq!(rig.lines_to_sim(), ["2 5 60", "2 777 60"]);
    rig.world.begin_recording();
    let (told, fields) = lines_to_sim(&mut rig);
    assert_eq!((told.len(), fields), (101, 49), "{told:?}");
    assert!(told.contains(&"2 5 60".to_owned()) && told.contains(&"2 777 60".to_owned()));
    assert!(told.contains(&"2 6 30".to_owned()));
    rig.say(client, "2 Gauge_5 1 0 0");
    rig.say(client, "2 Gauge_6 2 0 10");
    assert_eq!(rig.lines_to_sim(), ["2 5 30", "2 6 60"]);
    rig.receive(FromSim::Down(LinkState::Hook));
    rig.receive(FromSim::up(LinkState::Hook));
    let (told, fields) = lines_to_sim(&mut rig);
    assert_eq!((told.len(), fields), (101, 49), "a new link is told again");
    rig.world.end_recording();
    let (told, fields) = lines_to_sim(&mut rig);
    assert_eq!((told.len(), fields), (99, 49), "{told:?}");
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

#[test]
fn all_of_telemetry_is_read_while_it_lasts() {
    let mut rig = flying();
    let client = rig.join();
    rig.sent(client);
    rig.say(client, "2 sim.ias 1 0 30");
    assert_eq!(rig.lines_to_sim(), ["7 6 30"]);
    rig.world.begin_recording();
    let told = rig.lines_to_sim();
    let fields = || told.iter().filter(|line| line.starts_with("7 "));
    assert_eq!(fields().count(), 49);
    assert_eq!(fields().filter(|line| line.ends_with(" 10")).count(), 48);
    // The recording has the altitude already, but its first subscriber has not.
    rig.receive(FromSim::Telemetry(vec![(3, Some(304.8))]));
    rig.say(client, "2 sim.altitude 2");
    assert_eq!(rig.lines_to_sim(), ["7 3 10"], "the sim sends the value");
    rig.receive(FromSim::Telemetry(vec![(3, Some(304.8))]));
    assert_eq!(rig.sent(client), ["2 2 304.80000 1000"]);
    rig.say(client, "2 sim.altitude 2 0 0");
    rig.say(client, "2 sim.ias 1 0 0");
    assert_eq!(rig.lines_to_sim(), ["7 6 10"]);
    rig.receive(FromSim::Down(LinkState::Export));
    rig.receive(FromSim::up(LinkState::Export));
    let told = rig.lines_to_sim();
    let fields = told.iter().filter(|line| line.starts_with("7 "));
    assert_eq!(fields.count(), 49, "a new link is told again");
    rig.world.end_recording();
    let told = rig.lines_to_sim();
    let ended = told.iter().filter(|line| line.starts_with("7 "));
    assert!(ended.clone().all(|line| line.ends_with(" 0")) && ended.count() == 49);
    rig.world.leave(client);
    assert!(rig.world.gauges.is_empty());
}

#[test]
fn fields_that_old_scripts_lack_are_not_read() {
    let mut rig = Rig::new();
    rig.receive(FromSim::Up {
        state: LinkState::Export,
        version: String::new(),
        write_dir: None,
        install_dir: None,
        telemetry_fields: 7,
        functions: 0,
    });
    rig.world.set_aircraft(Some(hundred_gauges()), 0);
    rig.world.begin_recording();
    let told = rig.lines_to_sim();
    assert_eq!(told.iter().filter(|line| line.starts_with("7 ")).count(), 7);
}
