//! `dcs-master watch` as a process, from a click in the stand-in sim to the printed line.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use dcs_master_tests::eventually;
use dcs_master_tests::process::Process;
use dcs_master_tests::programs::{program, root};
use dcs_master_tests::rig::Rig;
use dcs_master_tests::sim::Sim;

fn watch_command(rig: &Rig, arguments: &[&str]) -> Command {
    let mut command = Command::new(program("dcs-master"));
    command
        .arg("watch")
        .args(["--server", &format!("127.0.0.1:{}", rig.port)])
        .arg("--defs")
        .arg(rig.defs())
        .args(arguments)
        .env("XDG_DATA_HOME", rig.path("data"));
    command
}

/// Starts `watch`, and waits until it knows what moves all the time. Returns the process and the
/// number of lines that it has written.
fn watch(rig: &Rig, arguments: &[&str]) -> (Process, usize) {
    let process = Process::start(&mut watch_command(rig, arguments));
    let (index, _) = process.wait_for(0, "watching ");
    (process, index + 1)
}

fn flying(rig: &Rig) -> (Sim, Process) {
    let mut sim = rig.sim();
    sim.tell(&["mission start", "aircraft Kestrel_T1"]);
    let server = rig.serve(&[]);
    drop(rig.client_in("Kestrel_T1"));
    (sim, server)
}

#[test]
fn a_click_is_the_first_thing_printed_while_sixty_needles_move() {
    let rig = Rig::new();
    let (mut sim, _server) = flying(&rig);
    let move_line = |arg: u32| format!("move {arg} sine {} 0 1", 1 + arg % 7);
    let moves: Vec<String> = (100..130).chain(600..630).map(move_line).collect();
    sim.tell(&moves.iter().map(String::as_str).collect::<Vec<_>>());
    let (watch, from) = watch(&rig, &[]);
    assert!(
        watch
            .output()
            .contains("60 that move all the time are left out")
    );
    sim.tell(&["arg 230 0.5"]);
    let (first, line) = watch.wait_for(from, "");
    assert!(line.starts_with("1 NAVIGATION_MODE VOR  "), "{line}");
    assert!(
        line.ends_with("  0 OFF -> 0.5 VOR") && line.len() == 80,
        "{line}"
    );
    // A lamp takes no action, so the line for it subscribes to it.
    sim.tell(&["wire 10 3022 230", "arg 170 1"]);
    let (_, line) = watch.wait_for(first + 1, "");
    assert!(
        line.starts_with("2 MasterCaution 1 2  ") && line.ends_with("  0 -> 1"),
        "{line}"
    );
    sim.assert_harmless();
}

#[test]
fn words_say_what_is_watched() {
    let rig = Rig::new();
    let (mut sim, _server) = flying(&rig);
    let (watch, from) = watch(&rig, &["flap", "lever"]);
    sim.tell(&["arg 60 1"]);
    sim.tell(&["arg 83 1"]);
    let (_, line) = watch.wait_for(from, "");
    assert!(line.starts_with("1 FLAP_LEVER 1 "), "{line}");
    let nothing = Process::start(&mut watch_command(&rig, &["xyzzy"]));
    nothing.wait_for(0, "nothing of Kestrel_T1 is called like \"xyzzy\"");
}

#[test]
fn a_name_that_was_learned_works_at_once() {
    let rig = Rig::new();
    let (mut sim, _server) = flying(&rig);
    let (mut watch, from) = watch(&rig, &["--learn"]);
    sim.tell(&["arg 777 1"]);
    let (asked, line) = watch.wait_for(from, "1  2 777 1 2 ");
    assert!(line.ends_with(" 0 -> 1 (no name)"), "{line}");
    watch.wait_for(asked, "type a name for it, or only Enter:");
    watch.say("Altimeter");
    watch.wait_for(asked, "\"Altimeter\" is already the name of something else");
    watch.say("FUEL_LOW");
    let (learned, _) = watch.wait_for(asked, "FUEL_LOW was written to ");
    let file = rig.data().join("own-defs/Kestrel_T1/gauges.json");
    assert!(
        fs::read_to_string(file)
            .expect("a file")
            .contains("FUEL_LOW")
    );
    let mut client = rig.client_in("Kestrel_T1");
    let first = eventually("the name", || {
        client.say("2 FUEL_LOW 1 2 100");
        Some(client.line()).filter(|line| !line.starts_with("-1 unknown gauge"))
    });
    assert_eq!(first, "2 1 1.00000 1.00");
    // It is printed under its name from now on. Enter alone gives it no other name.
    sim.tell(&["arg 777 0"]);
    let (again, line) = watch.wait_for(learned, "1  2 FUEL_LOW 1 2 ");
    assert!(line.ends_with("  1 -> 0"), "{line}");
    watch.say("");
    sim.tell(&["arg 83 1"]);
    watch.wait_for(again + 1, "1  1 FLAP_LEVER 1 ");
    watch.say("1 MY_FLAPS");
    watch.wait_for(again + 1, "MY_FLAPS was written to ");
    client.say("1 MY_FLAPS #0");
    // A single q is no name.
    watch.say("q");
    assert!(watch.wait().success());
    sim.assert_harmless();
}

#[test]
fn it_waits_for_the_server_and_for_an_aircraft_and_ends_with_ctrl_c() {
    let rig = Rig::new();
    let mut watch = Process::start(&mut watch_command(&rig, &["--args", "none"]));
    watch.wait_for(0, "waiting for it (dcs-master serve starts one)");
    let mut sim = rig.sim();
    let mut server = rig.serve(&[]);
    let (waiting, _) = watch.wait_for(0, "connected; waiting for an aircraft");
    sim.tell(&["mission start", "aircraft Kestrel_T1"]);
    let (ready, line) = watch.wait_for(waiting, "watching ");
    assert!(line.contains("args of Kestrel_T1"), "{line}");
    server.kill();
    let (gone, _) = watch.wait_for(ready, "the server has gone; waiting for it");
    let _server = rig.serve(&[]);
    let (ready, _) = watch.wait_for(gone, "watching ");
    sim.tell(&["arg 83 0.5"]);
    watch.wait_for(ready, "1 FLAP_LEVER 0.5");
    sim.tell(&["aircraft Heron-H2"]);
    watch.wait_for(ready, "of Heron-H2");
    if cfg!(unix) {
        watch.interrupt();
        assert!(watch.wait().success(), "{}", watch.output());
    }
}

#[test]
fn it_ends_when_nobody_reads_the_output() {
    let rig = Rig::new();
    let (mut sim, _server) = flying(&rig);
    let mut command = watch_command(&rig, &[]);
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut watch = command.stderr(Stdio::piped()).spawn().expect("it starts");
    drop(watch.stdout.take());
    let mut errors = BufReader::new(watch.stderr.take().expect("a pipe"));
    let mut line = String::new();
    while !line.starts_with("watching ") {
        line.clear();
        assert!(errors.read_line(&mut line).expect("a line") > 0);
    }
    sim.tell(&["arg 83 0.5"]);
    assert!(watch.wait().expect("it ends").success());
    let mut rest = String::new();
    errors.read_to_string(&mut rest).expect("the rest");
    assert_eq!(rest, "");
}

/// Replays the examples of the page. A line `# … arg N V` is a change in the cockpit, a line with
/// `> ` is typed by the user, `$ ` starts the command, and all other lines are its output.
#[test]
fn the_examples_of_the_page_print_what_it_says() {
    let page = fs::read_to_string(root().join("docs/watch.md")).expect("the page");
    let rig = Rig::new();
    let (mut sim, _server) = flying(&rig);
    let mut count = 0;
    for block in page.split("```\n$ dcs-master watch").skip(1) {
        let (command, rest) = block.split_once('\n').expect("a command and more");
        let arguments: Vec<&str> = command.split_whitespace().collect();
        sim.tell(&[
            "arg 230 0",
            "arg 83 0",
            "arg 172 0",
            "arg 777 0",
            "arg 60 0",
        ]);
        let mut watch = Process::start(&mut watch_command(&rig, &arguments));
        let mut printed = 0;
        for line in rest.split("```").next().unwrap_or_default().lines() {
            if let Some(event) = line.strip_prefix("# ") {
                let (_, arg) = event.rsplit_once("arg ").expect("an arg");
                sim.tell(&[&format!("arg {arg}")]);
            } else if let Some(typed) = line.strip_prefix("> ") {
                watch.say(typed);
            } else {
                let data = rig.data();
                let line = line.replace("~/.local/share/dcs-master", &data.to_string_lossy());
                let (_, got) = watch.wait_for(printed, "");
                assert_eq!(got, line, "{command}");
                printed += 1;
                count += 1;
            }
        }
    }
    assert!(count >= 8, "only {count} lines");
}
