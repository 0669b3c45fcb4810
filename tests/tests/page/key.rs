//! The key for other computers.

use std::process::Command;

use dcs_master_tests::browser::Browser;
use dcs_master_tests::eventually;
use dcs_master_tests::process::Process;
use dcs_master_tests::programs::program;

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
    let wrong = &tablet.get(&format!("/?{KEY}=aaaaabbbbbcccccddddd")).body;
    assert!(
        wrong.contains("<form") && wrong.contains("role=\"alert\""),
        "{wrong}"
    );
    // This address has guessed, so its right key waits for a moment, too.
    let opened = eventually("an answer to the right key", || {
        let opened = tablet.get(&format!("/board/Left?{KEY}={key}"));
        (opened.status != 429).then_some(opened)
    });
    assert_eq!(
        (opened.status, opened.header("location")),
        (303, "/board/left"),
        "{opened:?}"
    );
    // As the form sends what was pasted with blanks around it.
    let typed = tablet.get(&format!("/?{KEY}=+{key}%20"));
    assert_eq!(typed.status, 303, "{typed:?}");
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
