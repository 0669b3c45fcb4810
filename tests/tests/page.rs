//! The page, as browsers and other programs find it: the real server over raw sockets.

use std::io::{Read, Write};
use std::process::Command;

use dcs_master_tests::browser::Browser;
use dcs_master_tests::client::Client;
use dcs_master_tests::eventually;
use dcs_master_tests::process::Process;
use dcs_master_tests::programs::program;

/// Starts the demo with a page whose one file is in `folder`. Returns it with its page and its
/// port for clients.
fn demo(folder: &std::path::Path) -> (Process, Browser, u16) {
    std::fs::write(folder.join("index.html"), "<title>The page</title>").expect("a file");
    let mut command = Command::new(program("dcs-master"));
    command
        .args(["demo", "--every", "0", "--listen", "127.0.0.1:0"])
        .args(["--page", "127.0.0.1:0", "--page-dir"])
        .arg(folder)
        .env("XDG_DATA_HOME", folder.join("data"));
    let demo = Process::start(&mut command);
    let (_, line) = demo.wait_for(0, "telnet 127.0.0.1 ");
    let port = line.rsplit(' ').next().and_then(|port| port.parse().ok());
    let browser = Browser::of(&demo);
    (demo, browser, port.expect("a port"))
}

#[test]
fn files_come_with_headers_that_keep_other_sites_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_demo, browser, _) = demo(folder.path());
    for path in ["/", "/index.html", "/board/Left%20side"] {
        let reply = browser.get(path);
        assert_eq!(
            (reply.status, &*reply.body),
            (200, "<title>The page</title>")
        );
        assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
        let policy = reply.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self';"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("access-control-allow-origin"), "");
    }
    let tag = browser.get("/").header("etag").to_owned();
    let (host, headers) = (browser.host(), tag.as_str());
    let known = [("Host", &*host), ("If-None-Match", headers)];
    assert_eq!(browser.request("GET", "/", &known, "").status, 304);

    for path in [
        "/nothing.js",
        "/../Cargo.toml",
        "/%2e%2e/x.js",
        "/data",
        "/ws/x",
    ] {
        assert_eq!(browser.get(path).status, 404, "{path}");
    }
    let error = browser.get("/api/nothing");
    assert_eq!(error.status, 404);
    assert!(error.json()["error"].is_string(), "{error:?}");
    let host = [("Host", &*host)];
    assert_eq!(browser.request("HEAD", "/", &host, "").body, "");
    assert_eq!(browser.request("PUT", "/", &host, "x").status, 403);
    assert_eq!(browser.act("PUT", "/", &[], "{}").status, 405);
}

#[test]
fn the_page_learns_the_aircraft_and_finds_its_controls() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_demo, browser, port) = demo(folder.path());
    Client::connect(port).expect("0 Kestrel_T1");

    let status = browser.get("/api/status").json();
    assert_eq!(status["aircraft"], "Kestrel_T1", "{status}");
    assert_eq!(
        (&status["demo"], &status["sim"]["hook"]),
        (&true.into(), &true.into())
    );
    let catalog = browser.get("/api/catalog");
    assert_eq!(
        catalog.header("etag"),
        status["catalog"].as_str().expect("a tag")
    );
    let controls = &catalog.json()["controls"];
    let count = controls.as_array().expect("a list").len();
    assert_eq!(status["tables"]["controls"], count);

    let found = browser.get("/api/search?q=landing+gear&limit=3").json();
    let names = found["results"].as_array().expect("a list");
    assert_eq!(names.len(), 3, "{found}");
    assert!(
        names[0]["name"].as_str().expect("a name").contains("GEAR"),
        "{found}"
    );
    let all = browser.get("/api/search?limit=5000").json();
    let all = all["results"].as_array().expect("a list").len();
    assert_eq!(
        all,
        count + status["tables"]["gauges"].as_u64().expect("a number") as usize
    );
}

#[test]
fn a_web_socket_is_a_client_of_the_text_protocol() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_demo, browser, port) = demo(folder.path());
    let mut client = Client::connect(port);
    client.say("2 160 8");
    let mut page = browser.socket("/ws");
    page.line_with("0 Kestrel_T1");
    page.say("2 160 5 1 30\n3 2 txt_FREQUENCY 9");
    assert_eq!(page.line_with("3 9"), "3 9 251.000");
    page.say("1 ELEC Generator 0");
    page.line_with("2 5 1.00000");
    client.line_with("2 8 1.00000");
    page.say("2 Nonsense 1");
    page.line_with("-1 unknown gauge");
    page.say("4 2");
    let list = page.line_with("{");
    assert!(list.contains("txt_FREQUENCY"), "{list}");
}

#[test]
fn what_a_page_holds_pressed_is_released_when_it_goes() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_demo, browser, port) = demo(folder.path());
    let mut client = Client::connect(port);
    client.say("2 LAMP_TEST 1");
    client.line_with("2 1 0.00000");
    let mut page = browser.socket("/ws");
    page.say("1 LAMP_TEST PRESS");
    client.line_with("2 1 1.00000");
    drop(page);
    client.line_with("2 1 0.00000");
}

#[test]
fn foreign_hosts_and_origins_are_refused_and_nothing_happens() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_demo, browser, port) = demo(folder.path());
    let mut client = Client::connect(port);
    client.say("2 160 8");
    client.line_with("2 8 0.00000");
    let (host, own) = (browser.host(), browser.origin());
    for path in ["/", "/api/status", "/api/catalog", "/ws"] {
        let reply = browser.request("GET", path, &[("Host", "evil.example:4280")], "");
        assert_eq!(reply.status, 403, "{path}");
        assert_eq!(browser.request("GET", path, &[], "").status, 403, "{path}");
    }
    let foreign = [("Host", &*host), ("Origin", "http://evil.example")];
    assert_eq!(
        browser.request("GET", "/api/status", &foreign, "").status,
        403
    );
    let cross_site = [("Host", &*host), ("Sec-Fetch-Site", "cross-site")];
    assert_eq!(
        browser
            .request("GET", "/api/status", &cross_site, "")
            .status,
        403
    );

    // A form of another site, with lines of the protocol in it.
    let form = [
        ("Host", &*host),
        ("Origin", "http://evil.example"),
        ("Content-Type", "text/plain"),
    ];
    for path in ["/ws", "/api/status"] {
        let reply = browser.request("POST", path, &form, "\n1 ELEC Generator 0\n");
        assert_eq!(reply.status, 403, "{path}");
    }
    for origin in [
        Some("null"),
        Some("http://evil.example"),
        Some("file://"),
        None,
    ] {
        let refused = browser.try_socket("/ws", &host, origin).map(|_| ());
        assert_eq!(refused, Err(403), "{origin:?}");
    }
    let rebound = browser.try_socket("/ws", "evil.example", Some("http://evil.example"));
    assert_eq!(rebound.map(|_| ()), Err(403));
    client.expect_nothing_new();
    browser
        .try_socket("/ws", &host, Some(&own))
        .expect("the page itself");
}

#[test]
fn a_taken_port_moves_the_page_to_a_free_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_first, browser, _) = demo(folder.path());
    let mut command = Command::new(program("dcs-master"));
    let page = format!("127.0.0.1:{}", browser.port);
    command.args(["demo", "--listen", "127.0.0.1:0", "--page", &page]);
    let second = Process::start(&mut command);
    let (_, line) = second.wait_for(0, "the page is at http://");
    assert!(
        line.contains(&format!("since port {} is taken", browser.port)),
        "{line}"
    );
    assert_eq!(Browser::of(&second).get("/api/status").status, 200);
}

#[test]
fn without_a_page_nothing_listens_there() {
    let mut command = Command::new(program("dcs-master"));
    let command = command.args(["demo", "--listen", "127.0.0.1:0", "--no-page"]);
    let demo = Process::start(command);
    demo.wait_for(0, "listening for clients");
    demo.wait_for(0, "aircraft Kestrel_T1");
    assert!(!demo.output().contains("the page"), "{}", demo.output());
}

#[test]
fn what_moves_is_told_while_somebody_looks() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_demo, browser, port) = demo(folder.path());
    let mut client = Client::connect(port);
    client.expect("0 Kestrel_T1");
    let args_read = || browser.get("/api/clients").json()["statistics"]["args"].as_u64();
    assert_eq!(args_read(), Some(0));

    let mut moved = browser.socket("/ws/moved");
    let is_ready = |message: &serde_json::Value| message["ready"] == true;
    let state = std::iter::repeat_with(|| moved.json()).find(is_ready);
    let state = state.expect("it is ready after a while");
    assert_eq!(state["aircraft"], "Kestrel_T1", "{state}");
    assert!(state["watching"].as_u64() >= Some(2000), "{state}");
    assert_eq!(args_read(), state["watching"].as_u64());
    client.say("1 NAVIGATION_MODE VOR");
    let is_switch = |entry: &serde_json::Value| entry["named"][0]["name"] == "NAVIGATION_MODE";
    let message = std::iter::repeat_with(|| moved.json()).find(|message| {
        let moves = message["moves"].as_array();
        moves.is_some_and(|moves| moves.iter().any(is_switch))
    });
    let first = &message.expect("it is told")["moves"][0];
    assert!(is_switch(first), "the switch comes first: {first}");
    assert_eq!(first["line"], "1 NAVIGATION_MODE VOR");

    drop(moved);
    eventually("no arg to be read", || {
        (args_read() == Some(0)).then_some(())
    });
}

#[test]
fn the_page_lists_the_clients_with_what_they_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_demo, browser, port) = demo(folder.path());
    let mut client = Client::connect(port);
    client.expect("0 Kestrel_T1");
    client.say("2 Altimeter 1\n2 Nonsense 2\n3 2 txt_FREQUENCY 9");
    client.line_with("-1 ");
    client.line_with("3 9 ");
    let mut page = browser.socket("/ws");
    page.say("0");
    page.line_with("0 ");
    let tcp = browser.client_of_kind("tcp").expect("a client");
    assert_eq!(
        (&tcp["gauges"], &tcp["displays"]),
        (&1.into(), &1.into()),
        "{tcp}"
    );
    assert_eq!(
        (&tcp["requests"], &tcp["errors"]),
        (&3.into(), &1.into()),
        "{tcp}"
    );
    let error = tcp["last_error"].as_str().expect("a text");
    assert!(error.starts_with("unknown gauge \"Nonsense\""), "{error}");
    let page = browser.client_of_kind("page").expect("a page");
    assert_eq!(
        (&page["requests"], &page["blocked"]),
        (&1.into(), &false.into())
    );
}

/// A browser that was stopped, as by the system or a debugger.
#[cfg(target_os = "linux")]
#[test]
fn a_browser_that_takes_nothing_delays_nobody_and_costs_little() {
    /// The requests in a message, each of which is answered with a line of some hundred bytes.
    const WRONG_LINES: usize = 10_000;
    let folder = tempfile::tempdir().expect("a folder");
    let (demo, browser, port) = demo(folder.path());
    let mut client = Client::connect(port);
    client.say("2 Engine_RPM 1 5 60");
    client.line_with("2 1 ");
    let before = demo.memory();
    let mut page = browser.socket("/ws");
    for arg in 0..300 {
        page.say(&format!("2 {arg} {arg} 9 60"));
    }
    for _ in 0..4 {
        page.say(&"hello\n".repeat(WRONG_LINES));
    }
    eventually("the page to be blocked", || {
        let page = browser.client_of_kind("page")?;
        (page["blocked"] == true).then_some(())
    });
    client.say("1 ENGINE Throttle 0.4");
    for _ in 0..20 {
        client.line_with("2 1 ");
    }
    let grown = demo.memory().saturating_sub(before);
    assert!(grown < 2 << 20, "{grown} bytes more");
    eventually("the page to be disconnected", || {
        let clients = browser.get("/api/clients").json();
        (clients["statistics"]["stalled"] == 1).then_some(())
    });
    assert_eq!(browser.client_of_kind("page"), None);
}

#[test]
fn hostile_requests_are_bounded() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_demo, browser, _) = demo(folder.path());
    let host = browser.host();
    let long = "x".repeat(40_000);
    let reply = browser.request("GET", "/", &[("Host", &host), ("X-Long", &long)], "");
    assert_eq!(reply.status, 431);
    let many: Vec<(&str, &str)> = vec![("X-Many", "1"); 100];
    assert_eq!(browser.request("GET", "/", &many, "").status, 431);

    let mut page = browser.socket("/ws");
    page.say(&"x".repeat(100_000));
    assert!(
        std::iter::from_fn(|| page.try_line()).count() < 10,
        "it is closed"
    );

    // A head that never ends, and connections that nobody uses.
    let mut slow = browser.connect();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: ")
        .expect("a connection");
    let idle: Vec<_> = (0..300).map(|_| browser.connect()).collect();
    assert_eq!(slow.read_to_end(&mut Vec::new()).ok(), Some(0));
    drop(idle);
    eventually("a free connection", || {
        let mut stream = browser.connect();
        let request = format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let mut answer = String::new();
        let sent = stream.write_all(request.as_bytes());
        sent.and_then(|()| stream.read_to_string(&mut answer))
            .ok()?;
        answer.starts_with("HTTP/1.1 200").then_some(())
    });
}

#[test]
fn boards_are_kept_as_files_and_two_pages_do_not_overwrite_each_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_demo, browser, _) = demo(folder.path());
    let path = "/api/boards/Left%20side";
    let board = r#"{"aircraft":"Kestrel_T1","items":[]}"#;
    assert_eq!(browser.get(path).status, 404);
    let saved = browser.act("PUT", path, &[("If-None-Match", "*")], board);
    assert_eq!(saved.status, 201, "{saved:?}");
    assert_eq!(browser.get(path).json()["aircraft"], "Kestrel_T1");
    let file = folder.path().join("data/dcs-master/boards/Left side.json");
    assert!(file.is_file());
    let list = browser.get("/api/boards").json();
    assert_eq!(list["boards"][0]["name"], "Left side", "{list}");

    let tag = saved.header("etag");
    let second = browser.act("PUT", path, &[("If-Match", tag)], r#"{"items":[1]}"#);
    assert_eq!(second.status, 200, "{second:?}");
    let late = browser.act("PUT", path, &[("If-Match", tag)], r#"{"items":[2]}"#);
    assert_eq!(late.status, 412, "{late:?}");
    assert!(late.json()["error"].is_string());

    let (host, origin) = (browser.host(), browser.origin());
    let form = [("Host", &*host), ("Content-Type", "text/plain")];
    assert_eq!(browser.request("PUT", path, &form, "{}").status, 403);
    let text = [
        ("Host", &*host),
        ("Origin", &*origin),
        ("Content-Type", "text/plain"),
    ];
    assert_eq!(browser.request("PUT", path, &text, "{}").status, 415);
    let foreign = [("Host", &*host), ("Origin", "http://evil.example")];
    assert_eq!(browser.request("DELETE", path, &foreign, "").status, 403);
    for wrong in ["..%2fx", "%2e%2e", "CON", "a%2fb", "a/b", ""] {
        let reply = browser.act("PUT", &format!("/api/boards/{wrong}"), &[], "{}");
        assert_eq!(reply.status, 400, "{wrong}");
    }
    let large = format!("{{\"items\":\"{}\"}}", "x".repeat(300_000));
    assert_eq!(browser.act("PUT", path, &[], &large).status, 413);
    assert_eq!(browser.act("PUT", path, &[], "no").status, 400);
    assert_eq!(browser.get(path).json()["items"][0], 1);

    assert_eq!(browser.act("DELETE", path, &[], "").status, 204);
    assert!(!file.exists());
}

#[test]
fn a_test_of_wiring_feeds_subscribers_and_not_the_sim() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_demo, browser, port) = demo(folder.path());
    let mut client = Client::connect(port);
    client.say("2 160 8");
    client.line_with("2 8 0.00000");
    let lamp = r#"{"args":[160],"from":1,"to":1,"seconds":60}"#;
    assert_eq!(browser.act("POST", "/api/test", &[], lamp).status, 204);
    client.line_with("2 8 1.00000");
    assert_eq!(browser.get("/api/status").json()["testing"], 1);
    assert_eq!(browser.act("DELETE", "/api/test", &[], "").status, 204);
    client.line_with("2 8 0.00000");

    for wrong in [
        "{}",
        r#"{"args":[],"from":0,"to":1,"seconds":1}"#,
        "[",
        r#"{"lamps":true}"#,
    ] {
        let reply = browser.act("POST", "/api/test", &[], wrong);
        assert_eq!(reply.status, 400, "{wrong}");
    }
    let host = browser.host();
    let form = [("Host", &*host), ("Content-Type", "application/json")];
    assert_eq!(
        browser.request("POST", "/api/test", &form, lamp).status,
        403
    );
    assert_eq!(browser.get("/api/test").status, 405);
    client.expect_nothing_new();
}

/// The name of the key's cookie and of its field in links.
const KEY: &str = "dcs-master-key";

#[test]
fn other_computers_need_the_key() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("index.html"), "<title>The page</title>").expect("a file");
    let mut command = Command::new(program("dcs-master"));
    command
        .args([
            "demo",
            "--listen",
            "127.0.0.1:0",
            "--page",
            "0.0.0.0:0",
            "--page-dir",
        ])
        .arg(folder.path())
        .env("XDG_DATA_HOME", folder.path().join("data"));
    let demo = Process::start(&mut command);
    let local = Browser::of(&demo);
    demo.wait_for(0, "aircraft Kestrel_T1");
    let link = local.get("/api/key").json()["link"].clone();
    let Some(link) = link.as_str() else {
        eprintln!("this computer is in no network, so the page has no link");
        return;
    };
    let (address, key) = link
        .split_once(&format!("/?{KEY}="))
        .expect("it has the key");
    let ip = address.trim_start_matches("http://").split(':').next();
    let ip = ip
        .and_then(|ip| ip.parse().ok())
        .expect("it has an address");
    let tablet = Browser { ip, ..local };

    let asked = tablet.get("/");
    assert_eq!(asked.status, 401);
    assert!(
        asked.body.contains("<form") && !asked.body.contains("The page"),
        "{asked:?}"
    );
    assert!(!asked.body.contains("<script"), "{asked:?}");
    for path in ["/api/status", "/api/catalog", "/api/boards", "/page.css"] {
        assert_eq!(tablet.get(path).status, 401, "{path}");
    }
    let lamp = r#"{"args":[160],"from":1,"to":1,"seconds":60}"#;
    assert_eq!(tablet.act("POST", "/api/test", &[], lamp).status, 401);
    let refused = tablet.try_socket("/ws", &tablet.host(), Some(&tablet.origin()));
    assert_eq!(refused.map(|_| ()), Err(401));

    let guesses = (0..100).map(|_| tablet.get(&format!("/?{KEY}=aaaaabbbbbcccccddddd")).status);
    let refused: Vec<u16> = guesses.collect();
    assert!(
        refused.iter().all(|status| [401, 429].contains(status)),
        "{refused:?}"
    );
    let opened = tablet.get(&format!("/board/Left?{KEY}={key}"));
    assert_eq!(
        (opened.status, opened.header("location")),
        (303, "/board/left"),
        "{opened:?}"
    );
    let cookie = opened.header("set-cookie");
    assert!(cookie.contains("httponly"), "{cookie}");
    let cookie = format!("{KEY}={key}");
    let host = tablet.host();
    let with_key = [("Host", &*host), ("Cookie", &*cookie)];
    assert_eq!(
        tablet.request("GET", "/", &with_key, "").body,
        "<title>The page</title>"
    );
    assert_eq!(
        tablet.request("GET", "/api/status", &with_key, "").json()["page"]["local"],
        false
    );
    let more = [("Cookie", &*cookie)];
    assert_eq!(tablet.act("POST", "/api/key", &more, "").status, 403);
    assert_eq!(tablet.request("GET", "/api/key", &with_key, "").status, 403);

    assert!(local.get("/api/key.svg").body.contains("<svg"));
    let output = demo.output();
    let logged = output
        .lines()
        .filter(|line| line.contains(" INFO ") || line.contains(" WARN "));
    assert!(logged.clone().count() > 2, "{output}");
    assert!(
        logged.into_iter().all(|line| !line.contains(key)),
        "{output}"
    );
    assert_eq!(local.act("POST", "/api/key", &[], "").status, 204);
    // The old key is a wrong one now, and wrong keys came too fast before.
    let shut_out = tablet.request("GET", "/", &with_key, "").status;
    assert!([401, 429].contains(&shut_out), "{shut_out}");
}

/// Creates a home folder with DCS World in Steam's Proton. Returns the folder that DCS writes to.
#[cfg(unix)]
fn home_with_dcs(home: &std::path::Path) -> std::path::PathBuf {
    let library = home.join(".steam/steam");
    let apps = library.join("steamapps");
    let user = apps.join("compatdata/223750/pfx/drive_c/users/steamuser/Saved Games/DCS");
    std::fs::create_dir_all(user.join("Scripts")).expect("a folder");
    std::fs::create_dir_all(apps.join("common")).expect("a folder");
    let sample = dcs_master_tests::programs::sample_install();
    std::os::unix::fs::symlink(sample, apps.join("common/DCS World")).expect("a link");
    let library = library.display();
    let libraries = format!(
        "\"libraryfolders\" {{ \"0\" {{ \"path\" \"{library}\" \"apps\" {{ \"223750\" \"1\" }} }} }}"
    );
    std::fs::write(apps.join("libraryfolders.vdf"), libraries).expect("a file");
    let manifest = "\"AppState\" { \"appid\" \"223750\" \"installdir\" \"DCS World\" }";
    std::fs::write(apps.join("appmanifest_223750.acf"), manifest).expect("a file");
    user
}

#[cfg(unix)]
#[test]
fn setup_cures_what_doctor_finds_and_no_other_site_can_press_its_buttons() {
    let folder = tempfile::tempdir().expect("a folder");
    let dcs = home_with_dcs(&folder.path().join("home"));
    let mut command = Command::new(program("dcs-master"));
    command
        .args(["demo", "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0"])
        .env("HOME", folder.path().join("home"))
        .env("XDG_DATA_HOME", folder.path().join("data"))
        .current_dir(folder.path());
    let demo = Process::start(&mut command);
    let browser = Browser::of(&demo);
    assert_eq!(browser.get("/api/status").json()["page"]["setup"], true);
    let script = dcs.join("Scripts/Hooks/dcs-master-hook.lua");
    let faults = |diagnosis: &serde_json::Value| {
        let findings = diagnosis["findings"].as_array().expect("a list").iter();
        let bad = findings.filter(|finding| finding["verdict"] == "bad");
        bad.filter(|finding| finding["message"].to_string().contains("script"))
            .count()
    };
    let before = browser.get("/api/doctor").json();
    assert!(
        faults(&before) > 0 && before["content"] == false,
        "{before}"
    );
    assert_eq!(before["folder"], dcs.to_string_lossy().as_ref(), "{before}");

    let (host, origin) = (browser.host(), "http://evil.example");
    for cure in ["install", "uninstall", "compile"] {
        let path = format!("/api/setup/{cure}");
        let foreign = [("Host", &*host), ("Origin", origin)];
        assert_eq!(browser.request("POST", &path, &foreign, "").status, 403);
        assert_eq!(
            browser
                .request("POST", &path, &[("Host", &host)], "")
                .status,
            403
        );
        assert_eq!(browser.get(&path).status, 405);
    }
    assert_eq!(
        browser.act("POST", "/api/setup/format", &[], "").status,
        404
    );
    assert!(!script.exists());

    let installed = browser.act("POST", "/api/setup/install", &[], "");
    assert_eq!(installed.status, 200, "{installed:?}");
    assert!(
        installed.json()["text"].to_string().contains("wrote"),
        "{installed:?}"
    );
    assert!(script.is_file());
    let after = browser.get("/api/doctor").json();
    assert_eq!(faults(&after), 0, "{after}");
    let compiled = browser.act("POST", "/api/setup/compile", &[], "");
    assert_eq!(compiled.status, 200, "{compiled:?}");
    let tables = folder
        .path()
        .join("data/dcs-master/aircraft-defs/Kestrel_T1/controls.json");
    assert!(tables.is_file(), "{compiled:?}");
    let removed = browser.act("POST", "/api/setup/uninstall", &[], "");
    assert_eq!(removed.status, 200, "{removed:?}");
    assert!(!script.exists());
}

#[cfg(unix)]
#[test]
fn a_second_start_opens_the_page_of_the_first() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let browser = folder.path().join("xdg-open");
    let opened = folder.path().join("opened");
    let script = format!(
        "#!/bin/sh\n[ -n \"$1\" ] && echo \"$1\" >> '{}'\n",
        opened.display()
    );
    std::fs::write(&browser, script).expect("a file");
    let executable = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&browser, executable).expect("a file");
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let listen = port.local_addr().expect("a port").to_string();
    drop(port);
    let start = || {
        let mut command = Command::new(program("dcs-master"));
        command
            .args([
                "demo",
                "--open",
                "--listen",
                &listen,
                "--page",
                "127.0.0.1:0",
            ])
            .env("PATH", folder.path())
            .env("XDG_DATA_HOME", folder.path().join("data"));
        Process::start(&mut command)
    };
    let first = start();
    let url = format!("{}/", Browser::of(&first).origin());
    let opened = |times| {
        eventually("the browser to be started", || {
            let lines = std::fs::read_to_string(&opened).unwrap_or_default();
            (lines.lines().count() == times).then_some(lines)
        })
    };
    assert_eq!(opened(1).trim(), url);
    let mut second = start();
    assert!(second.wait().success(), "{}", second.output());
    assert!(
        second.output().contains("runs already"),
        "{}",
        second.output()
    );
    assert!(opened(2).lines().all(|line| line == url));
}
