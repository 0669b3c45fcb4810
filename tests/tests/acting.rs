//! Controls operated by name, and standing positions, from a client to the stand-in sim.

use std::collections::BTreeMap;

use aircraft_defs::{Kind, read_tables};
use dcs_master_tests::client::Client;
use dcs_master_tests::process::Process;
use dcs_master_tests::rig::Rig;
use dcs_master_tests::sim::Sim;

/// Starts a sim that flies `aircraft`, a server for it, and a client that knows the aircraft.
fn flying(rig: &Rig, aircraft: &str, lines: &[&str]) -> (Sim, Process, Client) {
    let mut sim = rig.sim();
    sim.tell(&["mission start"]);
    sim.tell(lines);
    sim.tell(&[&format!("aircraft {aircraft}")]);
    let server = rig.serve(&[]);
    let mut client = Client::connect(rig.port);
    client.expect(&format!("0 {aircraft}"));
    (sim, server, client)
}

/// Moves every control of an aircraft to every position by its id, and checks that the sim gets the
/// commands in `controls.json`. Returns the number of checks by kind.
fn check_every_position(rig: &Rig, aircraft: &str) -> BTreeMap<&'static str, usize> {
    let (tables, warnings) = read_tables(&rig.defs(), aircraft);
    assert!(warnings.is_empty());
    let (sim, _server, mut client) = flying(rig, aircraft, &[]);
    let (mut from, mut kinds) = (0, BTreeMap::new());
    for control in tables.named_controls() {
        let mut worked = |line: String, device: i64, command: i64, value: f64| {
            client.say(&line);
            let expected = format!("{device} {command} {}", shown(value));
            (from, _) = sim.action(from, &expected);
        };
        let id = control.id();
        for (number, position) in control.positions().into_iter().enumerate() {
            let Some(device) = position.action.device else {
                continue;
            };
            let action = position.action.action;
            let is_release = action.release == Some(position.value);
            if is_release {
                continue;
            }
            worked(
                format!("1 {id} #{number}"),
                device.number,
                action.command.number,
                position.value,
            );
            if let Some(release) = action.release {
                let command = action.release_command.as_ref().unwrap_or(&action.command);
                worked(
                    format!("1 {id} RELEASE"),
                    device.number,
                    command.number,
                    release,
                );
                *kinds.entry("springs").or_default() += 1;
            }
            *kinds.entry("positions").or_default() += 1;
        }
        for own in control.actions() {
            let Some(device) = own.device else { continue };
            let command = own.action.command.number;
            match own.action.kind {
                Kind::Encoder => {
                    let step = own.action.step.unwrap_or(0.05);
                    worked(format!("1 {id} DEC"), device.number, command, -step);
                    *kinds.entry("encoders").or_default() += 1;
                }
                Kind::Axis => {
                    let [_, high] = own.action.limits.unwrap_or([0.0, 1.0]);
                    worked(format!("1 {id} {high}"), device.number, command, high);
                    *kinds.entry("axes").or_default() += 1;
                }
                Kind::Switch | Kind::Button => {}
            }
        }
    }
    sim.assert_harmless();
    kinds
}

/// Returns a value as the stand-in writes it.
fn shown(value: f64) -> String {
    let text = format!("{value:.9}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    text.to_owned()
}

#[test]
fn every_position_of_the_sample_reaches_the_sim_as_the_tables_say() {
    let rig = Rig::new();
    for aircraft in ["Kestrel_T1", "Heron-H2"] {
        let kinds = check_every_position(&rig, aircraft);
        assert_eq!(kinds.len(), 4, "{kinds:?}");
    }
}

#[test]
fn a_rocker_a_knob_with_several_elements_and_a_guard_are_operated_by_name() {
    let rig = Rig::new();
    let (mut sim, _server, mut client) = flying(&rig, "Heron-H2", &[]);
    for line in ["1 CYCLIC_TRIM 1", "1 CYCLIC_TRIM -1", "1 CYCLIC_TRIM 0"] {
        client.say(line);
    }
    let mut from = 0;
    let rotor = device(&rig, "ROTOR");
    for action in ["3019 1", "3019 0", "3020 -1", "3020 0"] {
        (from, _) = sim.action(from, &format!("{rotor} {action}"));
    }
    let radio = device(&rig, "VHF_RADIO");
    sim.tell(&[&format!("wire {radio} 3021 62")]);
    client.say("2 INTERCOM_SOURCE 7");
    client.expect("2 7 0.00000 0");
    client.say("1 INTERCOM_SOURCE INC");
    (from, _) = sim.action(from, &format!("{radio} 3021 0.1"));
    client.expect("2 7 0.10000 1");
    client.say("1 INTERCOM_SOURCE 0.2");
    (from, _) = sim.action(from, &format!("{radio} 3021 0.2"));
    client.expect("2 7 0.20000 2");
    let hook = device(&rig, "HOOK");
    client.say("1 FUEL_DUMP_GUARD TOGGLE");
    (from, _) = sim.action(from, &format!("{hook} 3022 1"));
    client.say("1 FUEL_DUMP ON");
    assert!(
        client
            .line_with("-1 FUEL_DUMP cannot take")
            .contains("it takes 0, 1, #0 to #1")
    );
    // A control that a client holds pressed is released when its connection breaks.
    let mut other = Client::connect(rig.port);
    other.say("1 HOOK_RELEASE PRESS");
    (from, _) = sim.action(from, &format!("{hook} 3014 1"));
    drop(other);
    sim.action(from, &format!("{hook} 3014 0"));
    sim.assert_harmless();
}

#[cfg(unix)]
#[test]
fn what_is_held_is_released_when_the_server_ends_and_can_be_released_after_a_crash() {
    let rig = Rig::new();
    let (sim, mut server, mut client) = flying(&rig, "Heron-H2", &[]);
    let rotor = device(&rig, "ROTOR");
    client.say("1 CYCLIC_TRIM 1");
    let (from, _) = sim.action(0, &format!("{rotor} 3019 1"));
    server.interrupt();
    let (from, _) = sim.action(from, &format!("{rotor} 3019 0"));
    server.wait();

    let mut server = rig.serve(&[]);
    let mut client = rig.client_in("Heron-H2");
    client.say("1 CYCLIC_TRIM -1");
    let (mut from, _) = sim.action(from, &format!("{rotor} 3020 -1"));
    server.kill();
    let _server = rig.serve(&[]);
    // The new server does not know in which direction it is held.
    rig.client_in("Heron-H2").say("1 CYCLIC_TRIM 0");
    for command in [3019, 3020] {
        (from, _) = sim.action(from, &format!("{rotor} {command} 0"));
    }
    sim.assert_harmless();
}

/// Returns the number of a device of the Heron.
fn device(rig: &Rig, name: &str) -> i64 {
    let (tables, _) = read_tables(&rig.defs(), "Heron-H2");
    tables.device(name).expect("a device of the Heron")
}

#[test]
fn a_cold_cockpit_follows_the_switches_of_a_panel_and_a_hot_one_does_not() {
    let rig = Rig::new();
    let (mut sim, _server, mut client) = flying(&rig, "Kestrel_T1", &["wire 1 3001 60"]);
    client.say("1 BATTERY_SWITCH =#1");
    let (from, _) = sim.action(0, "1 3001 1");
    // In a new mission that begins in flight, the cockpit's switch stays until the panel's moves.
    sim.tell(&[
        "mission stop",
        "arg 60 0",
        "cold off",
        "mission start",
        "aircraft Kestrel_T1",
    ]);
    assert!(client.line_with("-1 ").contains("the aircraft is not cold"));
    client.say("1 BATTERY_SWITCH =#0");
    client.say("1 BATTERY_SWITCH =#1");
    sim.action(from, "1 3001 1");
    sim.assert_harmless();
}
