//! Aircraft changes, missions, and programs that end and start again while the others run.

use std::fs;

use dcs_master_tests::client::Client;
use dcs_master_tests::eventually;
use dcs_master_tests::process::Process;
use dcs_master_tests::rig::Rig;
use dcs_master_tests::sim::Sim;

#[test]
fn subscriptions_follow_a_change_of_aircraft() {
    let rig = Rig::new();
    let (mut sim, _server, mut client) = flying(&rig, &["arg 103 1"]);
    client.say("2 130 2 2 100");
    client.expect("2 2 0.00000 0.00");
    client.say("2 Altimeter 3 0 100");
    client.expect("2 3 1.00000 0");

    // The helicopter has no Engine_RPM, so subscription 1 sleeps. Its arg 130 is the rotor. A new
    // gauge takes id 3 from the altimeter.
    sim.tell(&["aircraft Heron-H2", "arg 130 0.5"]);
    assert_eq!(client.line_with("0 "), "0 Heron-H2");
    assert_eq!(client.line_with("2 2 0.5"), "2 2 0.50000 60.00");
    client.say("2 Radar_Altitude 3 0 100");
    client.expect("2 3 0.00000 1500");

    // Back in the Kestrel, Engine_RPM is sent again. The altimeter is not, since another gauge took
    // its id.
    sim.tell(&["aircraft Kestrel_T1"]);
    client.expect("0 Kestrel_T1");
    let mut lines = [client.line(), client.line()];
    lines.sort();
    assert_eq!(lines, ["2 1 0.45000 60", "2 2 0.50000 0.55"]);
    sim.tell(&["arg 103 0.65", "arg 141 0.5", "arg 120 1"]);
    client.expect("2 1 1.00000 110");
    sim.assert_harmless();
}

#[test]
fn a_new_mission_with_the_same_aircraft_is_announced_and_gives_first_values() {
    let rig = Rig::new();
    let (mut sim, _server, mut client) = flying(&rig, &["show 1 txt_WINDOW_1 A"]);
    client.say("3 1 txt_WINDOW_1 1");
    client.expect("3 1 A");

    sim.tell(&["mission stop", "mission start", "aircraft Kestrel_T1"]);
    // The text of the old mission is cleared.
    client.expect("3 1 ");
    client.expect("0 Kestrel_T1");
    assert_eq!(client.line_with("2 1 "), "2 1 0.45000 60");
    sim.tell(&["show 1 txt_WINDOW_1 B"]);
    assert_eq!(client.line_with("3 1 B"), "3 1 B");
    client.say("1 UFC Key_0 1");
    sim.action(0, "8 3004 1");
}

#[test]
fn a_long_load_does_not_end_the_link() {
    let rig = Rig::new();
    let (mut sim, server, mut client) = flying(&rig, &["show 1 txt_WINDOW_1 A"]);
    client.say("3 1 txt_WINDOW_1 1");
    client.expect("3 1 A");
    let before = server.line_count();
    sim.tell(&["gap 25", "arg 120 1"]);
    client.expect("2 1 1.00000 110");
    assert_eq!(server.line_count(), before, "{}", server.output());
}

#[test]
fn clients_get_values_again_after_the_sim_crashed_and_restarted() {
    let rig = Rig::new();
    let (mut sim, _server, mut client) = flying(&rig, &[]);
    client.say("3 1 txt_WINDOW_1 1");

    sim.process().kill();
    wait_for_no_aircraft(&mut client);
    let mut sim = rig.sim();
    sim.tell(&[
        "mission start",
        "aircraft Kestrel_T1",
        "arg 120 1",
        "show 1 txt_WINDOW_1 B",
    ]);
    assert_eq!(client.line_with("0 "), "0 Kestrel_T1");
    assert_eq!(client.line_with("2 1 "), "2 1 1.00000 110");
    assert_eq!(client.line_with("3 1 B"), "3 1 B");
}

#[test]
fn the_sim_links_again_after_the_server_crashed_and_restarted() {
    let rig = Rig::new();
    let mut sim = rig.sim();
    sim.tell(&["mission start", "aircraft Kestrel_T1", "arg 120 0.45"]);
    let mut server = rig.serve(&[]);
    let mut client = rig.client_in("Kestrel_T1");
    server.kill();
    assert!(client.is_closed());
    let _server = rig.serve(&[]);
    let mut client = rig.client();
    client.say("2 Engine_RPM 1 0 100");
    assert_eq!(client.line_with("2 "), "2 1 0.45000 60");
    sim.assert_harmless();
}

#[test]
fn new_tables_need_no_restart() {
    let rig = Rig::new();
    let mut sim = rig.sim();
    sim.tell(&["mission start", "aircraft Kestrel_T1", "arg 120 0.45"]);
    let _server = rig.serve(&[]);
    let mut client = rig.client_in("Kestrel_T1");
    client.say("2 Fan_Speed 1 0 100");
    assert!(client.line().starts_with("-1 unknown gauge \"Fan_Speed\""));
    let gauges = rig.defs().join("Kestrel_T1/gauges.json");
    let text = fs::read_to_string(&gauges).expect("defgen wrote it");
    fs::write(&gauges, text.replace("\"Engine_RPM\"", "\"Fan_Speed\"")).expect("it can be written");

    sim.tell(&["aircraft none"]);
    wait_for_no_aircraft(&mut client);
    sim.tell(&["aircraft Kestrel_T1"]);
    client.expect("0 Kestrel_T1");
    client.say("2 Fan_Speed 1 0 100");
    assert_eq!(client.line_with("2 "), "2 1 0.45000 60");
}

#[test]
fn ctrl_c_ends_the_server_with_success_even_if_a_client_does_not_read() {
    let rig = Rig::new();
    let mut sim = rig.sim();
    sim.tell(&[
        "mission start",
        "aircraft Kestrel_T1",
        "move 120 sine 1 0 1",
    ]);
    let mut server = rig.serve(&[]);
    let mut client = rig.client_in("Kestrel_T1");
    client.say("2 Engine_RPM 1 5 1000");
    server.interrupt();
    assert!(server.wait().success(), "{}", server.output());
    assert!(client.is_closed());
}

fn wait_for_no_aircraft(client: &mut Client) {
    eventually("the server to know of no aircraft", || {
        client.say("0");
        Some(client.line()).filter(|line| line.starts_with("-1 "))
    });
}

/// Starts a mission in the Kestrel, a server, and a client that has received the engine's speed.
fn flying(rig: &Rig, also: &[&str]) -> (Sim, Process, Client) {
    let mut sim = rig.sim();
    sim.tell(&["mission start", "aircraft Kestrel_T1", "arg 120 0.45"]);
    sim.tell(also);
    let server = rig.serve(&[]);
    let mut client = rig.client_in("Kestrel_T1");
    client.say("2 Engine_RPM 1 0 100");
    client.expect("2 1 0.45000 60");
    (sim, server, client)
}
