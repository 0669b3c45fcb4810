//! The settings file: read at the start, and written by Setup.

use std::path::{Path, PathBuf};
use std::process::Command;

use dcs_master_tests::browser::Browser;
use dcs_master_tests::client::Client;
use dcs_master_tests::eventually;
use dcs_master_tests::process::Process;
use dcs_master_tests::programs::program;
use dcs_master_tests::rig::{output_text, run_with_data};
use serde_json::{Value, json};

/// A user with a data folder, and settings for ports of their own.
struct User {
    disk: tempfile::TempDir,
    port: u16,
}

impl User {
    fn new() -> Self {
        let disk = tempfile::tempdir().expect("a folder");
        std::fs::create_dir_all(disk.path().join("dcs-master")).expect("a folder");
        let port = dcs_master_tests::ports::free_port();
        Self { disk, port }
    }

    fn file(&self) -> PathBuf {
        self.disk.path().join("dcs-master/settings.toml")
    }

    /// Writes settings that lead to no sim, and further lines.
    fn write(&self, lines: &str) {
        let port = self.port;
        let text = format!(
            "# My pit\nlisten = \"127.0.0.1:{port}\"\npage = '127.0.0.1:0'\nhook = '127.0.0.1:9'\n\
             export = '127.0.0.1:9'\n{lines}"
        );
        std::fs::write(self.file(), text).expect("a file");
    }

    fn start(&self, arguments: &[&str]) -> Process {
        let mut command = Command::new(program("dcs-master"));
        command
            .args(arguments)
            .env("XDG_DATA_HOME", self.disk.path())
            .env("HOME", self.disk.path())
            .env("PATH", self.disk.path())
            .current_dir(self.disk.path());
        Process::start(&mut command)
    }
}

fn option<'a>(answer: &'a Value, name: &str) -> &'a Value {
    let options = answer["options"].as_array().expect("a list");
    let option = options.iter().find(|option| option["name"] == name);
    option.unwrap_or_else(|| panic!("no {name} in {answer}"))
}

fn set(browser: Browser, change: &Value) -> dcs_master_tests::browser::Reply {
    let body = json!({ "set": change }).to_string();
    browser.act("POST", "/api/settings", &[], &body)
}

#[test]
fn settings_hold_at_every_start_and_flags_win() {
    let user = User::new();
    user.write("max-clients = 1\nreset-gauges = true\n");
    let server = user.start(&["serve"]);
    let (_, line) = server.wait_for(0, "settings.toml hold: listen, page, hook");
    assert!(line.ends_with("max-clients, reset-gauges"), "{line}");
    let browser = Browser::of(&server);
    let client = Client::connect(user.port);
    let mut second = Client::connect(user.port);
    assert!(second.line().starts_with("-1 the server is full"));
    drop((client, second));
    drop(server);

    let server = user.start(&["serve", "--max-clients", "7"]);
    let now = Browser::of(&server).get("/api/settings").json();
    let clients = option(&now, "max-clients");
    let fields = ["now", "source", "saved", "line"].map(|field| &clients[field]);
    assert_eq!(json!(fields), json!(["7", "flag", "1", 6]));
    assert_eq!(option(&now, "reset-gauges")["source"], "file");
    assert_eq!(option(&now, "write-timeout")["source"], "default");
    assert_ne!(browser.port, Browser::of(&server).port);
    drop(server);

    let server = user.start(&[
        "serve",
        "--no-settings",
        "--listen",
        "127.0.0.1:0",
        "--no-page",
    ]);
    server.wait_for(0, "listening for clients");
    assert!(!server.output().contains("settings"), "{}", server.output());
}

#[test]
fn a_start_without_a_command_has_the_settings_too() {
    let user = User::new();
    user.write("");
    let server = user.start(&[]);
    let browser = Browser::of(&server);
    assert_eq!(
        option(&browser.get("/api/settings").json(), "listen")["source"],
        "file"
    );
    drop(Client::connect(user.port));
    // Even if it would listen elsewhere now.
    user.write("max-clients = 7\n");
    let text = std::fs::read_to_string(user.file()).expect("a file");
    let elsewhere = text.replace(&user.port.to_string(), "0");
    std::fs::write(user.file(), elsewhere).expect("a file");
    let mut again = user.start(&[]);
    assert!(again.wait().success(), "{}", again.output());
    assert!(
        again.output().contains("runs already"),
        "{}",
        again.output()
    );
    server.interrupt();
}

#[test]
fn a_start_without_a_command_and_without_a_page_says_how_to_have_it() {
    let user = User::new();
    for option in ["no-page", "no-open"] {
        user.write(&format!("{option} = true\n"));
        let text = std::fs::read_to_string(user.file()).expect("a file");
        let text = text.replace("page = '127.0.0.1:0'\n", "");
        std::fs::write(user.file(), text).expect("a file");
        let mut server = user.start(&[]);
        server.wait_for(
            0,
            &format!("remove the line {option}, or run: dcs-master serve"),
        );
        server.wait_for(0, "listening for clients");
        drop(Client::connect(user.port));
        assert_eq!(
            server.output().contains("the page is at"),
            option == "no-open",
            "{}",
            server.output()
        );
        server.interrupt();
        server.wait();
    }
}

/// As Windows starts it when the user logs on.
#[cfg(unix)]
#[test]
fn a_start_that_shall_open_nothing_opens_nothing_whatever_the_settings_say() {
    use std::os::unix::fs::PermissionsExt;
    let user = User::new();
    user.write("open = true\n");
    let (browser, opened) = (
        user.disk.path().join("xdg-open"),
        user.disk.path().join("opened"),
    );
    std::fs::write(
        &browser,
        format!("#!/bin/sh\necho \"$1\" >> '{}'\n", opened.display()),
    )
    .expect("a file");
    std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o755)).expect("a file");
    let mut server = user.start(&["serve", "--no-open"]);
    server.wait_for(0, "line 6: open gives way to the command line");
    let url = Browser::of(&server).origin();
    server.interrupt();
    server.wait();
    assert!(!opened.exists());
    // Without that option it is opened.
    let mut server = user.start(&["serve"]);
    let opened = eventually("the browser to be started", || {
        std::fs::read_to_string(&opened)
            .ok()
            .filter(|it| it.contains("http"))
    });
    assert_ne!(opened.trim().trim_end_matches('/'), url);
    server.interrupt();
    server.wait();
}

#[test]
fn a_wrong_line_is_said_everywhere_and_opens_nothing() {
    let user = User::new();
    user.write("alow = ['192.168.1.0/24']\n");
    let listen = format!("127.0.0.1:{}", user.port);
    let server = user.start(&["serve", "--listen", &listen, "--page", "127.0.0.1:0"]);
    let (_, line) = server.wait_for(0, "there is no option \"alow\"");
    assert!(line.contains("settings.toml, line 6: "), "{line}");
    assert!(line.contains("did you mean allow?"), "{line}");
    server.wait_for(0, "is ignored as a whole");
    let browser = Browser::of(&server);
    let answer = browser.get("/api/settings").json();
    assert_eq!(
        (&answer["ignored"], &answer["problems"][0]["line"]),
        (&json!(true), &json!(6))
    );
    assert_eq!(option(&answer, "hook")["source"], "default");
    let findings = browser.get("/api/doctor").json()["findings"].clone();
    assert!(
        findings[0]["message"].to_string().contains("alow"),
        "{findings}"
    );

    let doctor = run_with_data(user.disk.path(), "dcs-master", ["doctor"]);
    let text = output_text(&doctor);
    assert!(
        text.starts_with("BAD ") && text.contains("line 6: there is no option \"alow\""),
        "{text}"
    );
    user.write("");
    let doctor = run_with_data(user.disk.path(), "dcs-master", ["doctor"]);
    let text = output_text(&doctor);
    assert!(
        text.contains("settings for listen, page, hook, export"),
        "{text}"
    );
    assert!(text.contains(&format!("127.0.0.1:{}", user.port)), "{text}");
}

#[test]
fn setup_writes_settings_whole_or_not_at_all() {
    let user = User::new();
    user.write("standing = 'never' # for now\n");
    let server = user.start(&["serve"]);
    let browser = Browser::of(&server);
    let before = std::fs::read_to_string(user.file()).expect("a file");
    let (host, origin) = (browser.host(), browser.origin());
    let body = json!({"set": {"mdns": true}}).to_string();
    for headers in [
        vec![("Host", &*host), ("Content-Type", "application/json")],
        vec![
            ("Host", &*host),
            ("Origin", "http://evil.example"),
            ("Content-Type", "application/json"),
        ],
    ] {
        let refused = browser.request("POST", "/api/settings", &headers, &body);
        assert_eq!(refused.status, 403);
    }
    let text = [
        ("Host", &*host),
        ("Origin", &*origin),
        ("Content-Type", "text/plain"),
    ];
    assert_eq!(
        browser
            .request("POST", "/api/settings", &text, &body)
            .status,
        415
    );
    for wrong in [
        json!({"mdns": true, "standing": "sometimes"}),
        json!({"mdns": true, "max-clients": 0}),
        json!({"mdns": true, "serial": "COM5,baud=fast"}),
        json!({"mdns": true, "page-dir": "/"}),
        json!({"mdns": true, "page": "127.0.0.1:80", "no-page": true}),
    ] {
        let reply = set(browser, &wrong);
        assert_eq!(reply.status, 400, "{wrong}: {reply:?}");
        assert!(reply.json()["error"].is_string(), "{reply:?}");
    }
    assert_eq!(browser.act("PUT", "/api/settings", &[], &body).status, 405);
    assert_eq!(
        std::fs::read_to_string(user.file()).expect("a file"),
        before
    );

    let change = json!({"serial": ["COM5,baud=250000"], "standing": "always", "hook": null});
    let saved = set(browser, &change);
    assert_eq!(saved.status, 200, "{saved:?}");
    let answer = saved.json();
    assert_eq!(
        (&answer["restart"], &answer["problems"]),
        (&json!(true), &json!([]))
    );
    assert_eq!(option(&answer, "standing")["now"], "never");
    let expected = before
        .replace("'never'", "\"always\"")
        .replace("hook = '127.0.0.1:9'\n", "")
        + "serial = [\"COM5,baud=250000\"]\n";
    assert_eq!(
        std::fs::read_to_string(user.file()).expect("a file"),
        expected
    );
}

#[test]
fn the_demo_reads_no_settings_but_setup_can_change_them_there() {
    let user = User::new();
    let server = user.start(&["demo", "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0"]);
    let browser = Browser::of(&server);
    let answer = browser.get("/api/settings").json();
    assert_eq!(
        (&answer["demo"], &option(&answer, "serial")["now"]),
        (&json!(true), &json!(null))
    );
    assert!(!user.file().exists());
    assert_eq!(set(browser, &json!({"mdns": true})).status, 200);
    assert!(is_last_line(&user.file(), "mdns = true"));
    let autostart = browser.get("/api/setup/autostart").json();
    let posted = browser.act("POST", "/api/setup/autostart", &[], r#"{"on":true}"#);
    if cfg!(not(windows)) {
        assert_eq!(autostart["possible"], false, "{autostart}");
        assert_eq!(posted.status, 409, "{posted:?}");
    }
    let form = [("Host", &*browser.host()), ("Origin", "null")];
    let foreign = browser.request("POST", "/api/setup/autostart", &form, r#"{"on":true}"#);
    assert_eq!(foreign.status, 403);
    eventually("the settings to be listed", || {
        let answer = browser.get("/api/settings").json();
        (option(&answer, "mdns")["saved"] == true).then_some(())
    });
}

fn is_last_line(file: &Path, line: &str) -> bool {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.lines().last() == Some(line)
}
