//! Telemetry: the fields in Lua, in the server and on the page of documentation, and their way from
//! the sim to clients.

use std::fs;
use std::process::Command;

use aircraft_defs::telemetry::{Conversion, FIELDS, Field};
use dcs_master_tests::client::Client;
use dcs_master_tests::programs::root;
use dcs_master_tests::rig::{Rig, output_text, run};

/// Returns a client that has subscribed to a field and got its first value, which shows that the
/// export state is linked.
fn subscribed(rig: &Rig, line: &str) -> Client {
    let mut client = rig.client();
    client.say(line);
    assert!(client.line_with("2 ").starts_with("2 "));
    client
}

#[test]
fn the_scripts_read_the_fields_of_the_server() {
    let file = root().join("lua/Scripts/dcs-master/telemetry_fields.lua");
    let print = format!(
        "for _, text in ipairs(dofile({:?})) do print(text) end",
        file.to_string_lossy()
    );
    let output = Command::new("lua5.1").args(["-e", &print]).output();
    let output = output.expect("lua5.1 is installed");
    let of_scripts: Vec<String> = output_text(&output).lines().map(str::to_owned).collect();
    let of_server: Vec<&str> = FIELDS.iter().map(|field| field.source).collect();
    assert_eq!(of_scripts, of_server);
}

#[test]
fn the_page_describes_all_fields() {
    let page = fs::read_to_string(root().join("docs/telemetry.md")).expect("the page exists");
    let rows: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("| `sim."))
        .collect();
    let expected: Vec<String> = FIELDS.iter().map(row).collect();
    assert_eq!(
        rows,
        expected,
        "docs/telemetry.md needs these rows:\n{}",
        expected.join("\n")
    );
}

/// Returns the row of a field in the table of the page.
fn row(field: &Field) -> String {
    let [low, high] = field.range;
    let unit = |unit: &'static str| if unit.is_empty() { "–" } else { unit };
    format!(
        "| `{}` | {} | {} | {} | {low} to {high} | `{}` |",
        field.name,
        field.description,
        unit(field.unit.raw),
        unit(field.unit.value),
        field.source
    )
}

#[test]
fn fields_arrive_in_the_units_of_a_cockpit() {
    let rig = Rig::bare();
    rig.install();
    let mut sim = rig.sim();
    sim.tell(&["aircraft Su-25T", "cold off", "mission start"]);
    sim.tell(&["figure LoGetAltitudeAboveSeaLevel 3048"]);
    let _server = rig.serve(&[]);
    let mut client = rig.client_in("Su-25T");
    client.say("2 sim.altitude 1 0");
    client.expect("2 1 3048.00000 10000");
    client.say("2 sim.latitude 2 7");
    client.expect("2 2 41.1234567 41.1234567");
    client.say("2 sim.bank 3 1");
    client.expect("2 3 -14.32394 -14.3");
    client.say("2 sim.heading_magnetic 4 0");
    client.expect("2 4 354.27042 354");
    client.say("2 sim.flaps 5 0 60");
    client.expect("2 5 0.50000 50");
    sim.tell(&["figure LoGetMechInfo.flaps.value 1"]);
    client.expect("2 5 1.00000 100");
    sim.tell(&["figure LoGetAltitudeAboveSeaLevel 304.8"]);
    client.expect("2 1 304.80000 1000");
    client.say("2 sim.hook 6");
    client.expect(
        "-1 the sim provides no sim.hook for Su-25T at present; its values come when it does",
    );
    sim.tell(&["figure LoGetMechInfo.hook.value 1"]);
    client.expect("2 6 1.00000 100");
    sim.assert_harmless();
}

#[test]
fn a_server_that_forbids_the_export_and_allows_it_again() {
    let rig = Rig::bare();
    rig.install();
    let mut sim = rig.sim();
    sim.tell(&["selfdata off", "aircraft Su-25T", "mission start"]);
    let _server = rig.serve(&[]);
    let mut client = rig.client_in("Su-25T");
    client.say("2 sim.mach 1 2");
    let line = client.line_with("-1 ");
    assert!(
        line.contains("does not allow data of your own aircraft"),
        "{line}"
    );
    sim.tell(&["selfdata on"]);
    assert_eq!(client.line_with("2 "), "2 1 0.00000 0.00");
    sim.assert_harmless();
}

#[test]
fn a_function_that_fails_costs_its_fields_and_a_new_mission_brings_them_back() {
    let rig = Rig::bare();
    rig.install();
    let mut sim = rig.sim();
    sim.tell(&["aircraft Su-25T", "mission start"]);
    let _server = rig.serve(&[]);
    let mut client = subscribed(&rig, "2 sim.longitude 1 2");
    client.say("2 sim.g 2 2");
    client.expect("2 2 1.25000 1.25");
    sim.tell(&["raise LoGetSelfData", "figure LoGetAccelerationUnits.y 2"]);
    client.expect("2 2 2.00000 2.00");
    sim.tell(&["calm", "mission stop", "mission start", "aircraft Su-25T"]);
    let mut seen = [client.line_with("2 "), client.line_with("2 ")];
    seen.sort();
    assert!(seen[0].starts_with("2 1 41.76"), "{seen:?}");
    assert_eq!(seen[1], "2 2 2.00000 2.00");
    sim.assert_harmless();
}

#[test]
fn names_finds_fields_without_tables() {
    let output = run("dcs-master", ["names", "--limit", "1", "radar", "altitude"]);
    let text = output_text(&output);
    assert!(
        text.starts_with("2 sim.radar_altitude 1 0  ")
            && text.contains("\n    Height by radar altimeter\n    telemetry: 0 to 5000 ft\n"),
        "{text}"
    );
}

#[test]
fn headings_are_turned_into_degrees() {
    let headings = FIELDS
        .iter()
        .filter(|field| field.conversion == Conversion::Heading);
    let names: Vec<&str> = headings.map(|field| field.name).collect();
    assert_eq!(names, ["sim.heading", "sim.heading_magnetic"]);
}
