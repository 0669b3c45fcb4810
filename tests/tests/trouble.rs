//! Mistakes of users and other obstacles. Each message says what is wrong and what to do.

use std::fs;
use std::net::TcpListener;

use dcs_master_tests::process::Process;
use dcs_master_tests::programs::sample_install;
use dcs_master_tests::rig::{Rig, copy_folder, output_text, run};

#[test]
fn a_port_in_use_is_reported_with_what_to_do() {
    let rig = Rig::new();
    let _other = TcpListener::bind(("127.0.0.1", rig.port)).expect("a free port");
    let mut server = Process::start(&mut rig.serve_command());
    assert_eq!(server.wait().code(), Some(1));
    let output = server.output();
    assert!(output.contains(&rig.port.to_string()), "{output}");
    assert!(output.contains("--listen"), "{output}");
}

#[test]
fn a_missing_sim_is_reported_once_and_the_server_waits_for_it() {
    let rig = Rig::new();
    let server = rig.serve(&[]);
    let mut client = rig.client();
    client.say("0");
    assert!(client.line().starts_with("-1 "), "no aircraft yet");
    let mut sim = rig.sim();
    sim.tell(&["mission start", "aircraft Kestrel_T1"]);
    client.expect("0 Kestrel_T1");
    let waiting = server.output().matches("127.0.0.1").count();
    assert!(
        waiting < 12,
        "too many lines in the log:\n{}",
        server.output()
    );
}

#[test]
fn a_missing_folder_is_a_usage_error() {
    let output = run("defgen", ["/no/such/folder"]);
    assert_eq!(output.status.code(), Some(2), "{}", output_text(&output));
    assert!(
        output_text(&output).contains("/no/such/folder"),
        "{}",
        output_text(&output)
    );
}

#[test]
fn a_module_without_cockpit_files_is_skipped_with_a_message() {
    let rig = Rig::bare();
    let module = rig.path("Mods/aircraft/Empty");
    fs::create_dir_all(&module).expect("a folder");
    let module = module.to_string_lossy().into_owned();
    let output = run("defgen", [&*module, "--out", &rig.defs().to_string_lossy()]);
    assert_ne!(output.status.code(), Some(0), "{}", output_text(&output));
    assert!(
        output_text(&output).contains("Empty"),
        "{}",
        output_text(&output)
    );
}

#[test]
fn a_syntax_error_in_one_file_does_not_affect_other_aircraft() {
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
    let text = output_text(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("command_defs.lua:2:9"), "{text}");
    assert!(
        rig.defs().join("Kestrel_T1/gauges.json").is_file(),
        "{text}"
    );
}

/// Returns every command that prints and ends, with arguments that work in this rig.
#[cfg(target_os = "linux")]
fn printing_commands(rig: &Rig) -> Vec<(&'static str, Vec<String>)> {
    let saved_games = rig.saved_games().to_string_lossy().into_owned();
    let (defs, sample) = (rig.defs(), sample_install());
    let (defs, sample) = (defs.to_string_lossy(), sample.to_string_lossy());
    let words = |line: &[&str]| line.iter().map(|word| (*word).to_owned()).collect();
    vec![
        ("defgen", words(&[&sample, "--out", &defs])),
        ("defgen", words(&[&sample, "--out", &defs, "--check"])),
        (
            "dcs-master",
            words(&["install", "--saved-games", &saved_games]),
        ),
        (
            "dcs-master",
            words(&["doctor", "--saved-games", &saved_games, "--defs", &defs]),
        ),
        (
            "dcs-master",
            words(&["uninstall", "--saved-games", &saved_games]),
        ),
        (
            "dcs-master",
            words(&["bios-types", "Kestrel_T1", "--defs", &defs]),
        ),
        (
            "dcs-master",
            words(&["bios-types", "Nobody", "--defs", &defs]),
        ),
        ("dcs-master", words(&["--help"])),
        ("dcs-master", words(&["--nonsense"])),
    ]
}

#[cfg(target_os = "linux")]
#[test]
fn no_program_panics_when_its_output_cannot_be_written() {
    use std::process::{Command, Stdio};

    use dcs_master_tests::programs::program;
    let full = || {
        fs::File::options()
            .write(true)
            .open("/dev/full")
            .expect("a device")
    };
    let rig = Rig::bare();
    for (name, arguments) in printing_commands(&rig) {
        let mut command = Command::new(program(name));
        let status = command
            .args(&arguments)
            .stdout(full())
            .stderr(full())
            .status();
        let code = status.expect("it runs").code().expect("it ends by itself");
        assert!(code < 3, "{name} {arguments:?} to a full disk: {code}");

        // The pipe's reader is closed before anything is written.
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        command.stdout(writer).stderr(Stdio::piped());
        let output = command.output().expect("it runs");
        let code = output.status.code().expect("it ends by itself");
        assert!(
            code < 3,
            "{name} {arguments:?} to nobody: {}",
            output_text(&output)
        );
        assert!(
            !output_text(&output).contains("panicked"),
            "{}",
            output_text(&output)
        );
    }
}
