//! Tests of fields of telemetry as gauges.

use super::*;

const ALTITUDE: u32 = 3;
const HOOK: u32 = 40;

fn telemetry(values: &[(u32, f64)]) -> FromSim {
    FromSim::Telemetry(
        values
            .iter()
            .map(|&(field, value)| (field, Some(value)))
            .collect(),
    )
}

fn flying() -> Rig {
    let mut rig = Rig::linked();
    rig.world.set_aircraft(Some(hundred_gauges()), 0);
    rig.lines_to_sim();
    rig
}

#[test]
fn a_field_is_a_gauge_with_or_without_an_aircraft() {
    for mut rig in [Rig::linked(), flying()] {
        let client = rig.join();
        rig.sent(client);
        rig.say(client, "2 sim.altitude 1 0");
        rig.say(client, "2 SIM.Latitude 2 7 30");
        rig.say(client, "2 sim.heading 3 1 31");
        assert_eq!(rig.lines_to_sim(), ["7 1 30", "7 3 10", "7 15 60"]);
        assert_eq!(rig.world.statistics().args, 3);
        rig.receive(telemetry(&[
            (ALTITUDE, 3048.0),
            (1, -41.123_456_78),
            (15, -0.1),
        ]));
        assert_eq!(
            rig.sent(client),
            [
                "2 1 3048.00000 10000",
                "2 2 -41.1234568 -41.1234568",
                "2 3 354.27042 354.3"
            ]
        );
        // A change below the precision is no update, and a field that nobody watches is ignored.
        rig.now += 1_000_000;
        rig.receive(telemetry(&[(ALTITUDE, 3048.1), (7, 1.0), (999, 1.0)]));
        assert!(rig.sent(client).is_empty());
    }
}

#[test]
fn clients_share_a_watch_until_the_last_one_leaves() {
    let mut rig = flying();
    let (one, other) = (rig.join(), rig.join());
    rig.say(one, "2 sim.altitude 1");
    rig.say(other, "2 sim.Altitude 5 0 60");
    assert_eq!(rig.lines_to_sim(), ["7 3 60"]);
    rig.receive(telemetry(&[(ALTITUDE, 304.8)]));
    let late = rig.join();
    rig.say(late, "2 sim.altitude 9 -2");
    let last = |lines: Vec<String>| lines.last().cloned().unwrap_or_default();
    assert_eq!(last(rig.sent(one)), "2 1 304.80000 1000");
    assert_eq!(last(rig.sent(other)), "2 5 304.80000 1000");
    assert_eq!(last(rig.sent(late)), "2 9 304.80000 1000", "known already");
    rig.world.leave(other);
    rig.say(late, "2 sim.altitude 9 0 0");
    assert_eq!(rig.lines_to_sim(), ["7 3 10"]);
    rig.world.leave(one);
    assert_eq!(rig.lines_to_sim(), ["7 3 0"]);
    rig.world.leave(late);
    assert!(rig.world.gauges.is_empty());
}

#[test]
fn a_field_without_a_name_is_an_error_with_a_suggestion() {
    let expected = "-1 unknown gauge \"sim.altitud\"; did you mean \"sim.altitude\"? To search: \
                    dcs-master names sim altitud";
    for mut rig in [Rig::linked(), flying()] {
        let client = rig.join();
        rig.sent(client);
        rig.say(client, "2 sim.altitud 1");
        assert_eq!(rig.sent(client), [expected]);
        assert!(rig.lines_to_sim().is_empty());
    }
}

#[test]
fn another_aircraft_voids_the_values_and_asks_for_them_again() {
    let mut rig = flying();
    let client = rig.join();
    rig.say(client, "2 sim.altitude 1");
    rig.lines_to_sim();
    rig.receive(telemetry(&[(ALTITUDE, 304.8)]));
    rig.sent(client);
    rig.receive(FromSim::Aircraft(None));
    rig.receive(FromSim::Aircraft(Some("X".to_owned())));
    rig.world.set_aircraft(Some(hundred_gauges()), rig.now);
    assert_eq!(rig.sent(client), ["0 X"]);
    assert_eq!(rig.lines_to_sim(), ["7 3 10"]);
    let late = rig.join();
    rig.say(late, "2 sim.altitude 1");
    assert_eq!(
        rig.sent(late),
        ["0 X"],
        "the value of the other aircraft is void"
    );
    rig.lines_to_sim();
    rig.receive(telemetry(&[(ALTITUDE, 304.8)]));
    assert_eq!(rig.sent(client), ["2 1 304.80000 1000"]);
    assert_eq!(rig.sent(late), ["2 1 304.80000 1000"]);
}

#[test]
fn a_link_of_the_export_state_that_returns_gets_all_watches() {
    let mut rig = flying();
    let client = rig.join();
    rig.say(client, "2 sim.altitude 1");
    rig.say(client, "2 sim.ias 2");
    rig.say(client, "2 7 3");
    rig.lines_to_sim();
    rig.receive(telemetry(&[(ALTITUDE, 304.8)]));
    rig.sent(client);
    rig.receive(FromSim::Down(LinkState::Export));
    rig.say(client, "2 sim.ias 2 0 0");
    let late = rig.join();
    rig.say(late, "2 sim.altitude 1");
    assert_eq!(rig.sent(late), ["0 X"], "the value is void");
    assert!(rig.lines_to_sim().is_empty());
    rig.receive(FromSim::up(LinkState::Export));
    assert_eq!(rig.lines_to_sim(), ["7 3 10"]);
    rig.receive(FromSim::Down(LinkState::Hook));
    rig.receive(FromSim::up(LinkState::Hook));
    let told = rig.lines_to_sim();
    assert_eq!(told.iter().filter(|line| *line == "2 7 60").count(), 1);
}

#[test]
fn older_scripts_are_named_to_those_who_subscribe() {
    let mut rig = Rig::new();
    let (early, late) = (rig.join(), rig.join());
    rig.say(early, "2 sim.altitude 1");
    rig.say(early, "2 sim.hook 2");
    rig.say(early, "2 sim.canopy 3");
    assert!(rig.sent(early).is_empty(), "no sim yet");
    let up = |telemetry_fields| FromSim::Up {
        state: LinkState::Export,
        version: "0.0.9".to_owned(),
        write_dir: None,
        install_dir: None,
        telemetry_fields,
        functions: 0,
    };
    rig.receive(up(HOOK - 1));
    assert_eq!(rig.lines_to_sim(), ["7 3 10"]);
    let old = "-1 the dcs-master scripts in the sim are too old to read this gauge; run \
               dcs-master install and restart the sim";
    assert_eq!(rig.sent(early), [old], "once for both");
    rig.say(late, "2 sim.hook 1");
    assert_eq!(rig.sent(late), [old]);
    rig.receive(FromSim::Down(LinkState::Export));
    rig.receive(up(0));
    assert!(rig.lines_to_sim().is_empty());
    rig.sent(early);
    rig.receive(FromSim::Down(LinkState::Export));
    rig.receive(up(HOOK));
    assert_eq!(rig.lines_to_sim(), ["7 3 10", "7 40 10"]);
}

#[test]
fn a_sim_that_forbids_telemetry_is_named_once_to_each_client() {
    let mut rig = flying();
    let (client, late) = (rig.join(), rig.join());
    rig.sent(client);
    rig.sent(late);
    rig.say(client, "2 sim.altitude 1");
    rig.say(client, "2 sim.ias 2");
    rig.say(client, "2 7 3");
    rig.receive(telemetry(&[(ALTITUDE, 304.8)]));
    rig.sent(client);
    for _ in 0..3 {
        rig.receive(FromSim::TelemetryForbidden);
    }
    let forbidden = "-1 the server of this mission does not allow data of your own aircraft to be \
                     exported; gauges whose names begin with sim. have no values until it does";
    assert_eq!(rig.sent(client), [forbidden]);
    rig.say(late, "2 sim.altitude 1");
    assert_eq!(rig.sent(late), [forbidden]);
    rig.now += 1_000_000;
    rig.receive(telemetry(&[(ALTITUDE, 609.6)]));
    assert_eq!(rig.sent(client), ["2 1 609.60000 2000"]);
    assert_eq!(rig.sent(late), ["2 1 609.60000 2000"]);
}

#[test]
fn a_figure_that_the_aircraft_lacks_is_named_once() {
    let mut rig = flying();
    let (client, late) = (rig.join(), rig.join());
    rig.sent(client);
    rig.sent(late);
    rig.say(client, "2 sim.hook 1");
    for _ in 0..3 {
        rig.receive(FromSim::Telemetry(vec![(HOOK, None)]));
    }
    let missing = "-1 the sim provides no sim.hook for X at present; its values come when it does";
    assert_eq!(rig.sent(client), [missing]);
    rig.say(late, "2 sim.hook 1");
    assert_eq!(rig.sent(late), [missing]);
    assert_eq!(rig.world.statistics().errors, 0, "nothing was refused");
    rig.receive(telemetry(&[(HOOK, 0.5)]));
    assert_eq!(rig.sent(late), ["2 1 0.50000 50"]);
    rig.sent(client);
    // A destroyed aircraft has no figures any more; its clients keep the last ones.
    rig.receive(FromSim::Telemetry(vec![(HOOK, None)]));
    assert!(rig.sent(client).is_empty());
    rig.now += 1_000_000;
    rig.receive(telemetry(&[(HOOK, 0.5)]));
    assert!(rig.sent(client).is_empty(), "the client has this value");
    // Without an aircraft it goes without saying.
    let mut rig = Rig::linked();
    let client = rig.join();
    rig.say(client, "2 sim.hook 1");
    rig.receive(FromSim::Telemetry(vec![(HOOK, None)]));
    assert!(rig.sent(client).is_empty());
}

#[test]
fn numbers_that_are_not_finite_are_counted() {
    let mut rig = flying();
    let client = rig.join();
    rig.sent(client);
    rig.say(client, "2 sim.altitude 1");
    rig.receive(telemetry(&[
        (ALTITUDE, f64::NAN),
        (ALTITUDE, f64::INFINITY),
    ]));
    assert!(rig.sent(client).is_empty());
    assert_eq!(rig.world.statistics().bad_values, 2);
}

#[test]
fn a_client_that_does_not_read_gets_the_newest_value_later() {
    let mut rig = flying();
    let client = rig.join();
    rig.sent(client);
    rig.say(client, "2 sim.altitude 1 0 60");
    rig.world.block(client);
    for metres in 1..100 {
        rig.now += 20_000;
        rig.receive(telemetry(&[(ALTITUDE, f64::from(metres) * 0.3048)]));
    }
    assert!(rig.sent(client).is_empty());
    rig.world.unblock(client, 100, rig.now);
    assert_eq!(rig.sent(client), ["2 1 30.17520 99"]);
}

#[test]
fn a_subscriber_in_this_process_gets_fields_by_name() {
    let mut rig = flying();
    let client = rig.world.join(Outbox::Values(Vec::new()));
    rig.say(client, "2 sim.longitude 1 9 30");
    rig.receive(telemetry(&[(2, 141.765_432_1)]));
    let Some(Outbox::Values(values)) = rig.world.outbox(client) else {
        panic!("no outbox");
    };
    let newest = values.last();
    assert!(
        matches!(newest, Some(Value::Gauge { raw, value, .. })
            if *raw == 141.765_432_1 && (value - raw).abs() < 1e-9),
        "{newest:?}"
    );
}
