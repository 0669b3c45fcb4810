//! What a user does wrong, or finds in the way: each answered with what is wrong and the cure.

use std::fs;
use std::net::TcpListener;

use dcs_master_tests::process::Process;
use dcs_master_tests::programs::sample_install;
use dcs_master_tests::rig::{Rig, copy_folder, run, said};

#[test]
fn a_port_in_use_is_named_with_the_cure() {
    let rig = Rig::new();
    let _other = TcpListener::bind(("127.0.0.1", rig.port)).expect("a free port");
    let mut server = Process::start(&mut rig.serve_command());
    assert_eq!(server.wait().code(), Some(1));
    let output = server.output();
    assert!(output.contains(&rig.port.to_string()), "{output}");
    assert!(output.contains("--listen"), "{output}");
}

#[test]
fn a_sim_that_is_not_there_is_said_once_and_waited_for() {
    let rig = Rig::new();
    let server = rig.serve(&[]);
    let mut client = rig.client();
    client.say("0");
    assert!(client.line().starts_with("-1 "), "no aircraft yet");
    let mut sim = rig.sim();
    sim.tell(&["mission start", "aircraft Kestrel_T1"]);
    client.expect("0 Kestrel_T1");
    let waiting = server.output().matches("127.0.0.1").count();
    assert!(waiting < 12, "the log drowns:\n{}", server.output());
}

#[test]
fn a_missing_folder_is_a_usage_error() {
    let output = run("defgen", ["/no/such/folder"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(
        said(&output).contains("/no/such/folder"),
        "{}",
        said(&output)
    );
}

#[test]
fn a_module_without_cockpit_files_is_skipped_and_said() {
    let rig = Rig::bare();
    let module = rig.path("Mods/aircraft/Empty");
    fs::create_dir_all(&module).expect("a folder");
    let module = module.to_string_lossy().into_owned();
    let output = run("defgen", [&*module, "--out", &rig.defs().to_string_lossy()]);
    assert_ne!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("Empty"), "{}", said(&output));
}

#[test]
fn a_syntax_error_in_one_file_leaves_the_other_aircraft_alone() {
    let rig = Rig::bare();
    let install = rig.path("install");
    copy_folder(&sample_install(), &install);
    let broken = install.join("Mods/aircraft/Heron Mk2/Cockpit/Scripts/command_defs.lua");
    fs::write(&broken, "commands = {\n  Start = = 3001,\n}\n").expect("the copy can be written");
    let output = run(
        "defgen",
        [
            &*install.to_string_lossy(),
            "--out",
            &rig.defs().to_string_lossy(),
        ],
    );
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("command_defs.lua:2:9"), "{text}");
    assert!(
        rig.defs().join("Kestrel_T1/gauges.json").is_file(),
        "{text}"
    );
}
