//! Readings and calls for modules of DCS-BIOS.

use serde_json::json;

use super::*;
use crate::link::{Call, LinkState, ReadingKey};

const ALTITUDE: ReadingKey = ReadingKey::Function(10);
const LIGHT: ReadingKey = ReadingKey::DrawArg(38);

fn up(functions: u32) -> FromSim {
    FromSim::Up {
        state: LinkState::Export,
        version: "1".to_owned(),
        write_dir: None,
        install_dir: None,
        telemetry_fields: 0,
        functions,
    }
}

/// Returns what a subscriber was sent, as text.
fn values(rig: &mut Rig, client: ClientKey) -> Vec<String> {
    let Some(Outbox::Values(values)) = rig.world.outbox(client) else {
        return Vec::new();
    };
    let text = |value: Value| match value {
        Value::Reading(key, value) => format!("{key} = {value}"),
        Value::Error(error) => error,
        other => format!("{other:?}"),
    };
    std::mem::take(values).into_iter().map(text).collect()
}

#[test]
fn readings_are_watched_for_those_who_want_them() {
    let mut rig = Rig::new();
    let module = rig.world.join(Outbox::Values(Vec::new()));
    let other = rig.world.join(Outbox::Values(Vec::new()));
    rig.world.watch_readings(module, &[LIGHT, ALTITUDE]);
    rig.world
        .watch_readings(other, &[LIGHT, ReadingKey::CockpitParams]);
    assert!(rig.lines_to_sim().is_empty(), "no sim yet");
    rig.receive(up(33));
    assert_eq!(rig.lines_to_sim(), ["8 1 38 30", "8 3 0 10", "8 4 10 30"]);
    rig.receive(FromSim::Readings(vec![
        (LIGHT, json!(0.5)),
        (ALTITUDE, json!([3048])),
    ]));
    assert_eq!(values(&mut rig, module), ["1 38 = 0.5", "4 10 = [3048]"]);
    assert_eq!(values(&mut rig, other), ["1 38 = 0.5"]);
    // Asked for again, it is sent again.
    rig.world.watch_readings(module, &[LIGHT]);
    assert_eq!(rig.lines_to_sim(), ["8 1 38 30"]);
    rig.world.clear(module);
    assert_eq!(rig.lines_to_sim(), ["8 4 10 0"]);
    rig.receive(FromSim::Down(LinkState::Export));
    rig.receive(up(33));
    assert_eq!(rig.lines_to_sim(), ["8 1 38 30", "8 3 0 10"]);
    rig.world.leave(other);
    assert_eq!(rig.lines_to_sim(), ["8 1 38 0", "8 3 0 0"]);
}

#[test]
fn calls_are_sent_in_order_and_their_errors_come_back() {
    let mut rig = Rig::new();
    let module = rig.world.join(Outbox::Values(Vec::new()));
    let calls = [
        Call::SetFrequency {
            device: 38,
            hertz: 251e6,
        },
        Call::SimCommand {
            command: 68,
            value: None,
        },
    ];
    rig.world.call(module, &calls);
    let errors = values(&mut rig, module);
    assert!(
        errors
            .iter()
            .all(|error| error.contains("no mission is running"))
    );
    assert_eq!(errors.len(), 2);
    rig.receive(up(33));
    rig.world.call(module, &calls);
    let lines = rig.lines_to_sim();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("9 3 38 0 251000000 "), "{lines:?}");
    assert!(lines[1].starts_with("9 4 0 68 0 "), "{lines:?}");
    let ticket = lines[1].rsplit(' ').next().and_then(|it| it.parse().ok());
    rig.receive(FromSim::Error {
        ticket,
        reason: "no such command".to_owned(),
    });
    assert_eq!(values(&mut rig, module), ["the sim says: no such command"]);
}

#[test]
fn older_scripts_are_asked_for_nothing() {
    let mut rig = Rig::new();
    let module = rig.world.join(Outbox::Values(Vec::new()));
    rig.receive(up(0));
    rig.world.watch_readings(module, &[LIGHT]);
    rig.world.call(
        module,
        &[Call::SimCommand {
            command: 68,
            value: None,
        }],
    );
    assert!(rig.lines_to_sim().is_empty());
    let errors = values(&mut rig, module);
    assert_eq!(errors.len(), 2);
    assert!(errors[0].contains("too old"), "{errors:?}");
    rig.receive(up(9));
    rig.world.watch_readings(module, &[LIGHT, ALTITUDE]);
    assert_eq!(rig.lines_to_sim(), ["8 1 38 30"], "a function that is new");
}

#[test]
fn a_dcs_bios_in_the_sim_is_read_rarely_and_ends_with_its_state() {
    let mut rig = Rig::new();
    let gateway = rig.world.join(Outbox::Values(Vec::new()));
    rig.receive(up(0));
    rig.world.watch_readings(gateway, &[ReadingKey::DcsBios]);
    assert!(rig.lines_to_sim().is_empty(), "older scripts");
    rig.receive(FromSim::Down(LinkState::Export));
    assert_eq!(values(&mut rig, gateway), ["5 0 = null"]);
    rig.receive(up(33));
    assert_eq!(rig.lines_to_sim(), ["8 5 0 1"]);
    let targets = json!(["239.255.50.10:5010"]);
    rig.receive(FromSim::Readings(vec![(ReadingKey::DcsBios, targets)]));
    rig.receive(FromSim::Down(LinkState::Export));
    let told = values(&mut rig, gateway);
    assert_eq!(told, ["5 0 = [\"239.255.50.10:5010\"]", "5 0 = null"]);
}
