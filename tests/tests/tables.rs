//! Tables that the server makes when an aircraft appears.

use std::fs;
use std::path::{Path, PathBuf};

use dcs_master_tests::client::Client;
use dcs_master_tests::eventually;
use dcs_master_tests::process::Process;
use dcs_master_tests::programs::{root, sample_install};
use dcs_master_tests::rig::{Rig, copy_folder, output_text, run, run_with_data};
use dcs_master_tests::sim::Sim;

/// The scripts of Kestrel_T1, below the install.
const SCRIPTS: &str = "Mods/aircraft/Kestrel/Cockpit/T1/Scripts";

/// Returns a chain without tables, and a copy of the sample install for its sim.
fn bare() -> (Rig, PathBuf) {
    let rig = Rig::bare();
    rig.install();
    let install = rig.path("install");
    copy_folder(&sample_install(), &install);
    (rig, install)
}

/// Ends the mission that runs, if any, and starts one in this aircraft.
fn fly(sim: &mut Sim, aircraft: &str) {
    let aircraft = format!("aircraft {aircraft}");
    sim.tell(&["mission stop", &aircraft, "arg 120 0.45", "mission start"]);
}

/// Starts a sim that flies Kestrel_T1, a server without tables, and a client with a subscription.
fn flying(rig: &Rig, install: &Path, arguments: &[&str]) -> (Sim, Process, Client) {
    let mut sim = rig.sim_in(install);
    let server = rig.serve(arguments);
    let mut client = rig.client();
    client.say("2 Engine_RPM 1 0 100");
    client.expect_nothing_new();
    fly(&mut sim, "Kestrel_T1");
    client.expect("0 Kestrel_T1");
    (sim, server, client)
}

fn expect_once(server: &Process, sentence: &str) {
    server.wait_for(0, sentence);
    let output = server.output();
    assert_eq!(output.matches(sentence).count(), 1, "{output}");
}

#[test]
fn an_aircraft_without_tables_gets_them_when_it_appears() {
    let (rig, install) = bare();
    let (mut sim, server, mut client) = flying(&rig, &install, &[]);
    client.expect("2 1 0.45000 60");
    expect_once(&server, "the tables of Kestrel_T1 were made in ");
    expect_once(&server, "there is no folder");
    // They are the same as those that defgen makes.
    rig.defgen(&[
        &install.to_string_lossy(),
        "--aircraft",
        "Kestrel_T1",
        "--check",
    ]);
    // Try an action by name, then an aircraft of another module.
    client.say("1 UFC Key_0 1");
    sim.action(0, "8 3004 1");
    fly(&mut sim, "Heron-H2");
    assert_eq!(client.line_with("0 "), "0 Heron-H2");
    assert!(rig.defs().join("Heron-H2/controls.json").is_file());
    drop(server);
    let server = rig.serve(&[]);
    server.wait_for(0, ": 2 aircraft");
    let mut client = rig.client_in("Heron-H2");
    client.say("2 Radar_Altitude 1 0");
    client.line_with("2 1 ");
    assert!(
        !server.output().contains("were made"),
        "{}",
        server.output()
    );
    sim.assert_harmless();
}

#[test]
fn a_changed_script_is_noticed_at_the_next_mission() {
    let (rig, install) = bare();
    let (mut sim, server, mut client) = flying(&rig, &install, &[]);
    client.expect("2 1 0.45000 60");
    let panel = install.join("Mods/aircraft/Kestrel/Cockpit/Common/panel.lua");
    let text = fs::read_to_string(&panel).expect("a script");
    fs::write(&panel, text.replace("Engine_RPM", "Fan_Speed")).expect("a script");
    fly(&mut sim, "Kestrel_T1");
    assert_eq!(client.line_with("0 "), "0 Kestrel_T1");
    client.say("2 Fan_Speed 2 0 100");
    assert_eq!(client.line_with("2 2 "), "2 2 0.45000 60");
    server.wait_for(
        0,
        "Mods/aircraft/Kestrel/Cockpit/Common/panel.lua has changed",
    );
}

#[test]
fn an_aircraft_in_saved_games_has_priority() {
    let (rig, install) = bare();
    let mods = rig.saved_games().join("Mods/aircraft/Kestrel");
    copy_folder(&install.join("Mods/aircraft/Kestrel"), &mods);
    let panel = mods.join("Cockpit/Common/panel.lua");
    let text = fs::read_to_string(&panel).expect("a script");
    fs::write(&panel, text.replace("Engine_RPM", "Fan_Speed")).expect("a script");
    let (mut sim, server, mut client) = flying(&rig, &install, &[]);
    assert!(client.line().starts_with("-1 unknown gauge \"Engine_RPM\""));
    client.say("2 Fan_Speed 2 0 100");
    client.expect("2 2 0.45000 60");
    // When the module in Saved Games is removed, that of the install is used.
    fs::remove_dir_all(&mods).expect("a module");
    let before = server.line_count();
    fly(&mut sim, "Kestrel_T1");
    server.wait_for(
        before,
        "Mods/aircraft/Kestrel/Cockpit/Common/panel.lua has changed",
    );
    assert_eq!(client.line_with("0 "), "0 Kestrel_T1");
    client.say("2 Engine_RPM 3 0 100");
    assert_eq!(client.line_with("2 3 "), "2 3 0.45000 60");
}

#[test]
fn no_tables_are_made_with_no_compile() {
    let (rig, install) = bare();
    let (mut sim, server, mut client) = flying(&rig, &install, &["--no-compile"]);
    assert!(client.line().starts_with("-1 unknown gauge \"Engine_RPM\""));
    client.say("2 120 2 2 100");
    client.expect("2 2 0.45000 0.45");
    fly(&mut sim, "Kestrel_T1");
    assert_eq!(client.line_with("0 "), "0 Kestrel_T1");
    expect_once(&server, "since --no-compile turns that off");
    // The command that the log names makes them.
    let (_, line) = server.wait_for(0, "to make them run defgen ");
    let command = line.split("run defgen ").nth(1).expect("a command");
    let arguments = command.split('"').skip(1).step_by(2);
    let arguments: Vec<&str> = arguments.collect();
    let [folder, aircraft, out] = arguments[..] else {
        panic!("{line}");
    };
    let output = run("defgen", [folder, "--aircraft", aircraft, "--out", out]);
    assert!(output.status.success(), "{}", output_text(&output));
    fly(&mut sim, "Kestrel_T1");
    assert_eq!(client.line_with("0 "), "0 Kestrel_T1");
    client.say("2 Engine_RPM 1 0 100");
    assert_eq!(client.line_with("2 1 "), "2 1 0.45000 60");
}

#[test]
fn tables_that_cannot_be_written_are_used_from_memory() {
    let (rig, install) = bare();
    // A file takes the folder's place. (A read-only folder would not stop root.)
    fs::write(rig.defs(), "").expect("a file");
    let (mut sim, server, mut client) = flying(&rig, &install, &[]);
    client.expect("2 1 0.45000 60");
    fly(&mut sim, "Kestrel_T1");
    assert_eq!(client.line_with("0 "), "0 Kestrel_T1");
    assert_eq!(client.line_with("2 1 "), "2 1 0.45000 60");
    expect_once(&server, "the tables of Kestrel_T1 are used from memory");
}

#[test]
fn each_obstacle_is_reported_once() {
    let (rig, install) = bare();
    let (mut sim, server, mut client) = flying(&rig, &install, &[]);
    client.expect("2 1 0.45000 60");
    for _ in 0..2 {
        fly(&mut sim, "Unheard-Of");
        assert_eq!(client.line_with("0 "), "0 Unheard-Of");
    }
    expect_once(
        &server,
        "the tables of Unheard-Of cannot be made: none of these folders has an aircraft of that \
         name: ",
    );

    // If a script is broken, its table is not made, and the older one stays.
    let clickable = install.join(SCRIPTS).join("clickabledata.lua");
    let text = fs::read_to_string(&clickable).expect("a script");
    fs::write(&clickable, text + "\nend\n").expect("a script");
    let controls = rig.defs().join("Kestrel_T1/controls.json");
    let before = fs::read(&controls).expect("a table");
    for _ in 0..2 {
        fly(&mut sim, "Kestrel_T1");
        assert_eq!(client.line_with("0 "), "0 Kestrel_T1");
        assert_eq!(client.line_with("2 1 "), "2 1 0.45000 60");
    }
    expect_once(
        &server,
        "costs Kestrel_T1 a table: controls.json: `end` closes nothing",
    );
    assert_eq!(fs::read(&controls).expect("a table"), before);

    // If the install is gone, existing tables are used and others cannot be made.
    fs::rename(&install, rig.path("moved")).expect("the install");
    fly(&mut sim, "Kestrel_T1");
    assert_eq!(client.line_with("0 "), "0 Kestrel_T1");
    assert_eq!(client.line_with("2 1 "), "2 1 0.45000 60");
    for _ in 0..2 {
        fly(&mut sim, "Kestrel_A1");
        assert_eq!(client.line_with("0 "), "0 Kestrel_A1");
    }
    expect_once(
        &server,
        "the tables of Kestrel_A1 are not made, since the sim is installed in ",
    );
    expect_once(
        &server,
        "but there is no such folder; there are none; to make them run defgen ",
    );
}

#[cfg(target_os = "linux")]
#[test]
fn the_scripts_of_a_sim_on_another_computer_are_not_searched_for_here() {
    let (rig, install) = bare();
    let mut sim = rig.sim_in(&install);
    // With this address, which is not a loopback one, Linux connects to this computer.
    let server = Process::start(&mut rig.serve_command_for("0.0.0.0"));
    fly(&mut sim, "Kestrel_T1");
    let mut client = rig.client();
    client.line_with("0 Kestrel_T1");
    client.say("2 120 2 2 100");
    client.line_with("2 2 0.45000 0.45");
    expect_once(
        &server,
        "the tables of Kestrel_T1 are not made, since the sim runs on another computer; there are \
         none; to make them run there, and copy its folder here, defgen ",
    );
    assert!(!rig.defs().exists());
}

/// Writes one of the user's own tables for Kestrel_T1.
fn write_own(rig: &Rig, file: &str, text: &str) {
    let folder = rig.data().join("own-defs/Kestrel_T1");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join(file), text).expect("a file");
}

#[test]
fn own_tables_take_effect_without_a_restart() {
    let (rig, install) = bare();
    let (mut sim, server, mut client) = flying(&rig, &install, &[]);
    client.expect("2 1 0.45000 60");
    client.say("2 Altimeter 2 0 100");
    client.expect("2 2 0.00000 45000");
    let mut by_number = rig.client_in("Kestrel_T1");
    by_number.say("2 103 1 0 100");
    by_number.expect("2 1 0.00000 45000");
    client.say("2 Stepper 4 0 100");
    assert!(client.line().starts_with("-1 unknown gauge \"Stepper\""));

    let points = r#""input": [100, 900, 2100, 3000, 4095], "output": [0, 0.25, 0.5, 0.75, 1]"#;
    let gauges = format!(
        r#"[{{"name": "Altimeter", "arg_number": 103, {points}}},
            {{"name": "Stepper", "arg_number": 103, {points}}}]"#
    );
    write_own(&rig, "gauges.json", &gauges);
    // The changed gauge is sent again. Unchanged gauges are not, nor is the line `0 <aircraft>`.
    client.expect("2 2 0.00000 100");
    client.say("2 Stepper 4 0 100");
    client.expect("2 4 0.00000 100");
    sim.tell(&["arg 103 0.625"]);
    client.expect("2 4 0.62500 2550");
    // Numbers keep the generated scale.
    by_number.expect("2 1 0.62500 10926");

    // A broken file is reported once, and the generated tables are used.
    write_own(&rig, "gauges.json", "[{\"name\": ");
    server.wait_for(0, "Kestrel_T1/gauges.json: is not valid JSON");
    write_own(&rig, "devices.json", "{\"MY_UFC\": 8}");
    server.wait_for(
        0,
        "own-defs/Kestrel_T1: 1 entry is added to or replacing generated ones",
    );
    eventually("the device with its own name", || {
        client.say("1 MY_UFC Key_0 1\n0");
        let answers = std::iter::repeat_with(|| client.line());
        let answers = answers.take_while(|line| !line.starts_with("0 "));
        let is_refused = answers.fold(false, |is, line| is | line.contains("MY_UFC"));
        (!is_refused).then_some(())
    });
    sim.action(0, "8 3004 1");
    sim.assert_harmless();
}

#[test]
fn own_entries_that_no_longer_fit_are_reported() {
    let (rig, install) = bare();
    write_own(
        &rig,
        "gauges.json",
        r#"[{"name": "Altimeter", "arg_number": 104}, {"name": "Mine", "arg_number": 103},
            {"name": "Gone", "arg_number": 9999}, {"name": "Lamp", "arg_number": 9998, "check": false}]"#,
    );
    let altimeter = "gauges.json: \"Altimeter\": it has arg 104, and the generated one has 103";
    let gone = "gauges.json: \"Gone\": no generated gauge or control has arg 9999";
    let (_sim, server, mut client) = flying(&rig, &install, &[]);
    client.expect("2 1 0.45000 60");
    expect_once(&server, altimeter);
    expect_once(&server, gone);
    assert!(!server.output().contains("Mine") && !server.output().contains("Lamp"));

    let (install, defs) = (install.to_string_lossy(), rig.defs());
    let defs = defs.to_string_lossy();
    let check = [
        "--aircraft",
        "Kestrel_T1",
        "--out",
        &defs,
        "--check",
        &install,
    ];
    let output = run_with_data(&rig.path("data"), "defgen", check);
    let lines = output_text(&output);
    for expected in [altimeter, gone] {
        let line = format!("own-defs of Kestrel_T1: {expected}\n");
        assert!(lines.contains(&line), "{lines}");
    }
    assert_eq!(lines.matches("own-defs").count(), 2, "{lines}");
    assert_eq!(output.status.code(), Some(1), "{lines}");
    let folder = rig.data().join("own-defs/Kestrel");
    fs::create_dir_all(folder).expect("a folder");
    let unknown = "own-defs of Kestrel: there are no tables of such an aircraft; did you mean ";
    let all = run_with_data(&rig.path("data"), "defgen", check.into_iter().skip(2));
    let lines = output_text(&all);
    assert_eq!(lines.matches(unknown).count(), 1, "{lines}");
    let json = run_with_data(
        &rig.path("data"),
        "defgen",
        check.into_iter().chain(["--format", "json"]),
    );
    assert!(
        output_text(&json).contains("\"own_defs\""),
        "{}",
        output_text(&json)
    );
    assert!(
        run("defgen", check).status.success(),
        "without own tables the check succeeds"
    );
}

#[test]
fn the_example_of_the_page_works() {
    let page = fs::read_to_string(root().join("docs/own-defs.md")).expect("the page");
    let mut blocks = page.split("```").skip(1).step_by(2);
    let table = blocks.next().and_then(|block| block.strip_prefix("json"));
    let (rig, install) = bare();
    write_own(&rig, "gauges.json", table.expect("a table"));
    let (mut sim, server, mut client) = flying(&rig, &install, &[]);
    client.expect("2 1 0.45000 60");
    sim.tell(&["arg 103 0.625"]);
    let mut expected = 0;
    for line in blocks.next().expect("an example").lines() {
        if let Some(line) = line.strip_prefix("> ") {
            client.say(line);
        } else if let Some(line) = line.strip_prefix("< ") {
            client.expect(line);
            expected += 1;
        }
    }
    assert_eq!(expected, 2);
    assert!(!server.output().contains("WARN"), "{}", server.output());
}

/// Returns a module of DCS-BIOS with a lamp for Kestrel_T1.
fn module(lamp: &str) -> String {
    format!(
        "module(\"Kestrel\", package.seeall)\n\
         local Module = require(\"Scripts.DCS-BIOS.lib.modules.Module\")\n\
         local Kestrel = Module:new(\"Kestrel\", 0x1000, {{ \"Kestrel_T1\" }})\n\
         Kestrel:defineIndicatorLight(\"{lamp}\", 401, \"Lamps\", \"Cabin Lamp (green)\")\n"
    )
}

/// Puts the sample's library and a module into Saved Games; returns the path of the module.
fn install_dcs_bios(rig: &Rig) -> PathBuf {
    let sample = root().join("tests/sample-dcs-bios/Scripts/DCS-BIOS");
    let home = rig.saved_games().join("Scripts/DCS-BIOS");
    copy_folder(&sample, &home);
    let modules = home.join("lib/modules/aircraft_modules");
    fs::create_dir_all(&modules).expect("a folder");
    let path = modules.join("Kestrel.lua");
    fs::write(&path, module("CABIN_LT")).expect("a module");
    path
}

#[test]
fn names_come_from_the_dcs_bios_in_saved_games() {
    let (rig, install) = bare();
    let path = install_dcs_bios(&rig);
    let (mut sim, server, mut client) = flying(&rig, &install, &[]);
    client.expect("2 1 0.45000 60");
    expect_once(&server, "names 1 gauge and 0 controls of Kestrel_T1");
    sim.tell(&["arg 401 1"]);
    client.say("2 CABIN_LT 2 0 100");
    assert_eq!(client.line_with("2 2 "), "2 2 1.00000 1");
    // Nothing is made again until a file of DCS-BIOS changes.
    let before = server.line_count();
    fly(&mut sim, "Kestrel_T1");
    assert_eq!(client.line_with("0 "), "0 Kestrel_T1");
    fs::write(&path, module("CABIN_LAMP")).expect("a module");
    fly(&mut sim, "Kestrel_T1");
    assert_eq!(client.line_with("0 "), "0 Kestrel_T1");
    client.say("2 CABIN_LAMP 3 0 100");
    client.line_with("2 3 ");
    server.wait_for(before, "aircraft_modules/Kestrel.lua has changed");
    let output = server.output();
    assert_eq!(output.matches("were made in").count(), 2, "{output}");
    sim.assert_harmless();
}

#[test]
fn names_of_a_dcs_bios_elsewhere_are_not_lost_silently() {
    let (rig, install) = bare();
    install_dcs_bios(&rig);
    let elsewhere = rig.path("elsewhere");
    let home = rig.saved_games().join("Scripts/DCS-BIOS");
    fs::rename(home, &elsewhere).expect("a folder");
    rig.defgen(&[
        &install.to_string_lossy(),
        "--aircraft",
        "Kestrel_T1",
        "--dcs-bios",
        &elsewhere.to_string_lossy(),
    ]);
    let script = install.join("Mods/aircraft/Kestrel/Cockpit/T1/Scripts/clickabledata.lua");
    let mut text = fs::read_to_string(&script).expect("a script");
    text.push_str("\n-- changed\n");
    fs::write(script, text).expect("a script");
    let (_sim, server, mut client) = flying(&rig, &install, &[]);
    client.expect("2 1 0.45000 60");
    expect_once(&server, "had from DCS-BIOS are gone");
}

#[test]
fn a_broken_dcs_bios_is_told_and_costs_only_its_names() {
    let (rig, install) = bare();
    let path = install_dcs_bios(&rig);
    fs::write(&path, "-- Kestrel_T1\nlocal = 1\n").expect("a module");
    let (_sim, server, mut client) = flying(&rig, &install, &[]);
    client.expect("2 1 0.45000 60");
    expect_once(&server, "aircraft_modules/Kestrel.lua:2)");
    fs::remove_file(path.with_file_name("../Module.lua")).expect("the library");
    drop(server);
    let server = rig.serve(&[]);
    expect_once(&server, "no names are taken from DCS-BIOS: ");
}

#[test]
fn no_names_come_from_dcs_bios_if_that_is_turned_off() {
    let (rig, install) = bare();
    install_dcs_bios(&rig);
    let (_sim, server, mut client) = flying(&rig, &install, &["--no-dcs-bios-names"]);
    client.expect("2 1 0.45000 60");
    client.say("2 CABIN_LT 2 0 100");
    let answer = client.line_with("-1 ");
    assert!(answer.contains("CABIN_LT"), "{answer}");
    assert!(!server.output().contains("DCS-BIOS"));
}
