//! The first messages of `serve` and `demo`, and serving with few open files.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;

use dcs_master_tests::client::Client;
use dcs_master_tests::process::Process;
use dcs_master_tests::programs::program;
use dcs_master_tests::rig::{Rig, output_text, run};

#[test]
fn another_program_on_the_hook_port_is_reported_once_with_what_to_do() {
    let rig = Rig::bare();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let hook = listener.local_addr().expect("an address").to_string();
    let listen = format!("127.0.0.1:{}", rig.port);
    let server = Process::start(
        Command::new(program("dcs-master"))
            .args(["serve", "--listen", &listen, "--hook", &hook])
            .args(["--export", "127.0.0.1:9"]),
    );
    for _ in 0..4 {
        let (mut stream, _) = listener.accept().expect("the server tries again");
        let _ = stream.read(&mut [0; 256]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n<html>\r\n");
    }
    let output = server.output();
    assert_eq!(
        output.matches("another program answers there").count(),
        1,
        "{output}"
    );
    assert!(
        output.contains("it sent \"HTTP/1.1 400 Bad Request\\r\""),
        "{output}"
    );
    assert!(
        output.contains("hook_port") && output.contains("--hook"),
        "{output}"
    );
    assert!(!output.contains("skipped"), "{output}");
}

#[test]
fn a_missing_folder_of_tables_is_reported_at_the_start() {
    let rig = Rig::bare();
    let server = rig.serve(&[]);
    let defs = rig.defs().display().to_string();
    server.wait_for(0, &format!("there is no folder {defs}"));
    std::fs::create_dir(rig.defs()).expect("a folder");
    drop(server);
    let server = rig.serve(&[]);
    assert!(
        !server.output().contains("no folder"),
        "{}",
        server.output()
    );
}

#[test]
fn the_error_for_an_unknown_port_option_names_the_right_one() {
    for arguments in [["--port", "5000"], ["--port", "x"]] {
        let output = run("dcs-master", ["serve"].into_iter().chain(arguments));
        let text = output_text(&output);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains("--listen 127.0.0.1:"), "{text}");
        assert!(!text.contains("--export"), "{text}");
    }
}

#[test]
fn times_in_the_log_are_local_and_to_the_second() {
    let rig = Rig::bare();
    let minute = |zone: &str| {
        let mut command = rig.serve_command();
        let server = Process::start(command.env("TZ", zone));
        let (_, line) = server.wait_for(0, "listening for clients");
        let time = line
            .split_whitespace()
            .nth(1)
            .unwrap_or_default()
            .to_owned();
        let fields: Vec<&str> = time.split(':').collect();
        assert!(
            fields.len() == 3 && fields.iter().all(|field| field.len() == 2),
            "{line}"
        );
        let number = |text: &str| text.parse::<i32>().expect("a number");
        number(fields[0]) * 60 + number(fields[1])
    };
    let (london, delhi) = (minute("UTC0"), minute("IST-05:30"));
    let apart = (delhi - london).rem_euclid(24 * 60);
    assert!((330..333).contains(&apart), "{apart} minutes");
}

#[test]
fn the_demos_introduction_comes_before_the_log() {
    let rig = Rig::bare();
    let both = format!(
        "exec '{}' demo --listen 127.0.0.1:{} 2>&1",
        program("dcs-master").display(),
        rig.port
    );
    let demo = Process::start(Command::new("sh").args(["-c", &both]));
    let (log, _) = demo.wait_for(0, "listening for clients");
    let (introduction, _) = demo.wait_for(0, "Then try these lines");
    assert!(introduction < log, "{}", demo.output());
    let (tour, _) = demo.wait_for(0, "  2 Engine_RPM");
    assert!(tour < log, "{}", demo.output());
}

/// If the system allows few files, clients are turned away while there are still files left for
/// tables and the link.
#[test]
fn files_are_kept_for_tables_and_the_link() {
    const FILES: usize = 114;
    let rig = Rig::new();
    let command = rig.serve_command();
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<String> = words
        .map(|word| format!("'{}'", word.to_string_lossy()))
        .collect();
    let limited = format!("ulimit -n {FILES}; exec {}", words.join(" "));
    let server = Process::start(Command::new("sh").args(["-c", &limited]));
    server.wait_for(0, "the system allows this program 114 open files");
    let mut clients: Vec<Client> = (0..36).map(|_| rig.client()).collect();
    let mut turned_away: Vec<Client> = (0..100).map(|_| rig.client()).collect();
    for client in &mut turned_away {
        let line = client.line();
        assert!(
            line.starts_with(
                "-1 the server is full: there is room for 36 clients in the 114 files"
            ),
            "{line}"
        );
    }
    let mut sim = rig.sim();
    sim.tell(&["mission start", "aircraft Kestrel_T1"]);
    for client in &mut clients {
        client.expect("0 Kestrel_T1");
    }
    clients[0].say("2 Engine_RPM 1 1");
    assert!(
        clients[0].line().starts_with("2 1 "),
        "the tables were read"
    );
    clients[0].say("5");
    let numbers = clients[0].line();
    assert_eq!(
        numbers.split(' ').nth(9),
        Some("100"),
        "turned away: {numbers}"
    );
}
