//! The complete chain of a cockpit builder: defgen, install, sim, server, client.

use dcs_master_tests::rig::Rig;

#[test]
fn a_gauge_moves_a_button_is_pressed_a_display_shows_its_text() {
    let rig = Rig::new();
    let mut sim = rig.sim();
    sim.tell(&["mission start", "aircraft Kestrel_T1", "arg 120 0.45"]);
    let _server = rig.serve(&[]);
    let mut client = rig.client_in("Kestrel_T1");

    client.say("2 Engine_RPM 7 1 1000");
    client.expect("2 7 0.45000 60.0");
    sim.tell(&["arg 120 1"]);
    client.expect("2 7 1.00000 110.0");

    client.say("1 UFC Key_3 1");
    sim.action(0, "8 3007 1");

    sim.tell(&[r"show 1 txt_SCRATCHPAD  43116"]);
    client.say("3 1 txt_SCRATCHPAD 4");
    client.expect("3 4  43116");
    sim.tell(&["show 1 txt_SCRATCHPAD 5"]);
    client.expect("3 4 5");

    client.say("4 1");
    client.expect(r#"{"txt_SCRATCHPAD":["5"]}"#);
    client.say("4");
    client.expect(r#"{"1":{"txt_SCRATCHPAD":["5"]}}"#);
    sim.assert_harmless();
}

#[test]
fn a_press_and_a_release_in_one_packet_both_arrive_in_order_in_different_frames() {
    let rig = Rig::new();
    let mut sim = rig.sim();
    sim.tell(&["mission start", "aircraft Kestrel_T1"]);
    let _server = rig.serve(&[]);
    let mut client = rig.client_in("Kestrel_T1");
    client.send(b"1 UFC Key_3 1\n1 UFC Key_3 0\n1 UFC Key_4 1\n");
    let (next, pressed) = sim.action(0, "8 3007 1");
    let (next, released) = sim.action(next, "8 3007 0");
    let (_, other) = sim.action(next, "8 3008 1");
    assert!(pressed < released && released <= other);
    sim.assert_harmless();
}

#[test]
fn numbers_work_without_any_tables() {
    let rig = Rig::bare();
    rig.install();
    let mut sim = rig.sim();
    sim.tell(&["mission start", "aircraft Unheard-Of", "arg 540 -0.5"]);
    let _server = rig.serve(&[]);
    let mut client = rig.client_in("Unheard-Of");
    client.say("2 540 1 2 100");
    client.expect("2 1 -0.50000 -0.50");
    client.say("1 12 3001 -0.25");
    sim.action(0, "12 3001 -0.25");
}

#[test]
fn only_the_client_that_uses_a_missing_device_gets_the_error() {
    let rig = Rig::new();
    let mut sim = rig.sim();
    sim.tell(&["mission start", "aircraft Kestrel_T1", "device 99 nil"]);
    let _server = rig.serve(&[]);
    let mut other = rig.client_in("Kestrel_T1");
    let mut client = rig.client_in("Kestrel_T1");
    client.say("1 99 3001 1");
    assert!(client.line().starts_with("-1 "));
    other.expect_nothing_new();
}
