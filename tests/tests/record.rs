//! Recording and replaying as a user does: the programs as processes, a file between them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use dcs_master_tests::client::Client;
use dcs_master_tests::process::Process;
use dcs_master_tests::programs::{program, root};
use dcs_master_tests::rig::{output_text, run_with_data};

/// Some twenty seconds of the demo, with two aircraft.
fn sample() -> PathBuf {
    root().join("tests/recordings/kestrel.mcap")
}

/// Starts `dcs-master` with these arguments on a free port. Returns it with the port.
fn start(data: &Path, arguments: &[&str]) -> (Process, u16) {
    let mut command = Command::new(program("dcs-master"));
    command
        .args(arguments)
        .args(["--listen", "127.0.0.1:0", "--no-page"])
        .env("XDG_DATA_HOME", data)
        .env("HOME", data)
        .current_dir(data);
    let process = Process::start(&mut command);
    let (_, line) = process.wait_for(0, "listening for clients on 127.0.0.1:");
    let port = line
        .rsplit(':')
        .next()
        .and_then(|port| port.trim().parse().ok());
    (process, port.expect("a port"))
}

/// The lines of a flight in the second aircraft, from its beginning to its end.
struct Flight(Vec<String>);

impl Flight {
    /// Waits for the aircraft, and takes the lines until another one is flown.
    fn of(client: &mut Client) -> Self {
        client.line_with("0 Kestrel_A1");
        let mut lines = Vec::new();
        loop {
            let line = client.line();
            if line.starts_with("0 ") {
                return Self(lines);
            }
            lines.push(line);
        }
    }

    /// Returns this field of the update lines of a subscription.
    fn fields(&self, id: &str, field: usize) -> Vec<&str> {
        let lines = self.0.iter().map(|line| line.split(' '));
        let lines = lines.filter(|line| line.clone().nth(1) == Some(id));
        lines.filter_map(|mut line| line.nth(field)).collect()
    }

    /// Returns the raw values of the altimeter, which moves in each frame.
    fn altitudes(&self) -> Vec<&str> {
        self.fields("1", 2)
    }

    /// Returns the whole degrees of the heading, each of which lasts for about a second.
    fn headings(&self) -> Vec<&str> {
        self.fields("2", 3)
    }
}

/// Returns how many values of one list, in their order, are in the other one in that order.
fn in_order(values: &[&str], others: &[&str]) -> usize {
    let mut rest = others.iter();
    let is_next = |value: &&&str| {
        let found = rest.clone().any(|other| other == *value);
        found && rest.any(|other| other == *value)
    };
    values.iter().filter(is_next).count()
}

/// Tells whether two lists end with the same value. A value that comes within a millisecond of the one
/// before waits for its turn; the end of the flight may be sooner, so a list may lack its last ones.
fn ends_alike(values: &[&str], others: &[&str]) -> bool {
    let is_near_the_end = |last: Option<&&str>, list: &[&str]| {
        list.iter().rev().take(4).any(|value| Some(value) == last)
    };
    is_near_the_end(values.last(), others) || is_near_the_end(others.last(), values)
}

#[test]
fn a_recording_that_was_killed_is_replayed_with_the_same_values() {
    let subscriptions = "2 Altimeter 1 0 1000\n2 sim.heading 2 0 1000";
    let data = tempfile::tempdir().expect("a folder");
    let (mut demo, port) = start(
        data.path(),
        &["demo", "--every", "4", "--record", "flight.mcap"],
    );
    let mut client = Client::connect(port);
    client.line_with("0 Kestrel_T1");
    client.say(subscriptions);
    let flown = Flight::of(&mut client);
    // What was recorded is in the file a second later.
    client.line_with("0 Kestrel_T1");
    client.line_with("2 1 ");
    demo.kill();
    for speed in ["1", "10"] {
        let arguments = ["replay", "flight.mcap", "--speed", speed, "--loop"];
        let (_replay, port) = start(data.path(), &arguments);
        let mut client = Client::connect(port);
        client.line_with("0 Kestrel_T1");
        client.say(subscriptions);
        // In the first round, the flight may have begun before the client came.
        client.line_with("0 Kestrel_A1");
        let replayed = Flight::of(&mut client);
        let (then, now) = (flown.altitudes(), replayed.altitudes());
        assert!(
            ends_alike(&now, &then),
            "at {speed} times the speed: {now:?} and {then:?}"
        );
        let common = in_order(&now, &then);
        assert!(
            common * 2 > now.len().min(then.len()),
            "the order at {speed} times the speed: {common} of {} are those of {}",
            now.len(),
            then.len()
        );
        let (then, now) = (flown.headings(), replayed.headings());
        assert_eq!(
            (now.first(), now.last()),
            (then.first(), then.last()),
            "at {speed} times the speed"
        );
        assert!(then.len() > 2, "{then:?}");
        assert_eq!(in_order(&now, &then), now.len(), "{now:?} of {then:?}");
        client.say("1 0 1 1");
        let line = client.line_with("-1 ");
        assert!(line.contains("this is a replay"), "{line}");
    }
}

#[test]
fn names_come_from_the_recording_where_there_are_no_tables() {
    let data = tempfile::tempdir().expect("a folder");
    let file = sample().to_string_lossy().into_owned();
    let (replay, port) = start(data.path(), &["replay", &file, "--from", "0:15"]);
    let mut client = Client::connect(port);
    client.line_with("0 Kestrel_A1");
    client.say("2 Altimeter 1 0 30");
    client.line_with("2 1 ");
    replay.wait_for(0, "the replay has reached its end");
    client.say("2 Altimeter 2 0 30");
    client.line_with("2 2 ");
}

#[test]
fn a_table_for_spreadsheets_has_a_row_per_second_and_the_names() {
    let data = tempfile::tempdir().expect("a folder");
    let flight = data.path().join("flight.mcap");
    fs::copy(sample(), &flight).expect("a copy");
    let file = flight.to_string_lossy().into_owned();
    let export = || {
        run_with_data(
            data.path(),
            "dcs-master",
            ["replay", &file, "--export", "csv"],
        )
    };
    let output = export();
    assert!(output.status.success(), "{}", output_text(&output));
    let table = fs::read_to_string(data.path().join("flight.csv")).expect("the table");
    let rows: Vec<Vec<&str>> = table.lines().map(|row| row.split(',').collect()).collect();
    let column = |name: &str| {
        rows[0]
            .iter()
            .position(|cell| *cell == name)
            .expect("a column")
    };
    let (altitude, aircraft) = (column("Altimeter"), column("aircraft"));
    assert_eq!(rows[0][..3], ["seconds", "time", "aircraft"]);
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
    assert!(rows.len() > 15 && rows.iter().any(|row| row[aircraft] == "Kestrel_A1"));
    let feet: f64 = rows[5][altitude].parse().expect("a number");
    assert!((1000.0..40_000.0).contains(&feet), "{feet}");
    let again = export();
    assert!(output_text(&again).contains("name another file with --out"));
}

#[test]
fn a_file_is_not_overwritten_and_wrong_files_are_named() {
    let data = tempfile::tempdir().expect("a folder");
    let flight = data.path().join("flight.mcap");
    fs::write(&flight, "precious").expect("a file");
    let file = flight.to_string_lossy().into_owned();
    let options = ["--listen", "127.0.0.1:0", "--no-page"];
    let demo = ["demo", "--record", &file].into_iter().chain(options);
    let output = run_with_data(data.path(), "dcs-master", demo);
    assert!(!output.status.success());
    assert!(output_text(&output).contains("exists already and is not overwritten"));
    assert_eq!(fs::read_to_string(&flight).expect("the file"), "precious");
    let replay = ["replay", &file].into_iter().chain(options);
    let output = run_with_data(data.path(), "dcs-master", replay);
    assert!(output_text(&output).contains("is not a recording of dcs-master"));
}

#[test]
fn a_broken_part_is_left_out_of_the_replay_and_of_the_table() {
    let data = tempfile::tempdir().expect("a folder");
    let mut bytes = fs::read(sample()).expect("the sample");
    let middle = bytes.len() / 2;
    bytes[middle..middle + 64].fill(0);
    fs::write(data.path().join("broken.mcap"), bytes).expect("a file");
    let (replay, port) = start(data.path(), &["replay", "broken.mcap", "--speed", "50"]);
    let (index, line) = replay.wait_for(0, "is broken");
    assert!(line.contains("it is left out"), "{line}");
    replay.wait_for(index, "the replay has reached its end");
    let mut client = Client::connect(port);
    client.say("2 Altimeter 1 0 30");
    client.line_with("2 1 ");
    client.say("1 0 1 1");
    let line = client.line_with("-1 ");
    assert!(line.contains("this is a replay"), "{line}");
    let export = ["replay", "broken.mcap", "--export", "csv", "--out", "-"];
    let output = Command::new(program("dcs-master"))
        .args(export)
        .current_dir(data.path())
        .env("XDG_DATA_HOME", data.path())
        .output()
        .expect("it runs");
    let table = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", output_text(&output));
    assert!(
        table.contains("Altimeter") && table.lines().count() > 10,
        "{table}"
    );
}
