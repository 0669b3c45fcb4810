//! Recording on the page, and the control of a replay.

use std::process::Command;

use dcs_master_tests::browser::Browser;
use dcs_master_tests::eventually;
use dcs_master_tests::process::Process;
use dcs_master_tests::programs::{program, root};
use serde_json::json;

use super::demo;

#[test]
fn a_recording_is_started_and_ended_on_the_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_demo, browser, _) = demo(folder.path());
    let state = || browser.get("/api/recording").json();
    assert_eq!(state()["running"], json!(false));
    assert_eq!(browser.get("/api/replay").status, 404);
    let started = browser.act("POST", "/api/recording", &[], "");
    assert_eq!(started.status, 200);
    assert_eq!(browser.act("POST", "/api/recording", &[], "").status, 409);
    eventually("bytes in the file", || {
        (state()["bytes"].as_u64()? > 0).then_some(())
    });
    let ended = browser.act("DELETE", "/api/recording", &[], "").json();
    assert_eq!(
        (&ended["running"], &ended["error"]),
        (&json!(false), &json!(null))
    );
    let path = std::path::PathBuf::from(ended["path"].as_str().expect("a path"));
    assert!(path.starts_with(folder.path().join("data/dcs-master/recordings")));
    let bytes = std::fs::metadata(&path).expect("the file").len();
    assert_eq!(ended["bytes"].as_u64(), Some(bytes));
    // A page of another site must not start one.
    let headers = [
        ("Host", browser.host()),
        ("Origin", "http://evil.example".to_owned()),
    ];
    let headers = headers
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let reply = browser.request("POST", "/api/recording", &headers, "");
    assert_eq!(reply.status, 403);
}

#[test]
fn a_replay_is_paused_moved_and_sped_up_on_the_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(program("dcs-master"));
    command
        .args(["replay", "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0"])
        .arg(root().join("tests/recordings/kestrel.mcap"))
        .env("XDG_DATA_HOME", folder.path());
    let replay = Process::start(&mut command);
    let browser = Browser::of(&replay);
    let state = || browser.get("/api/replay").json();
    let change = |body: serde_json::Value| {
        let reply = browser.act("POST", "/api/replay", &[], &body.to_string());
        reply.status
    };
    assert_eq!(
        change(json!({ "paused": true, "position": 15.0, "speed": 2.0 })),
        204
    );
    let paused = eventually("the pause", || {
        let state = state();
        (state["paused"] == json!(true)).then_some(state)
    });
    assert_eq!(
        (&paused["position"], &paused["speed"]),
        (&json!(15.0), &json!(2.0))
    );
    assert_eq!(paused["file"], json!("kestrel.mcap"));
    eventually("the aircraft of that place", || {
        let status = browser.get("/api/status").json();
        (status["aircraft"] == json!("Kestrel_A1")).then_some(())
    });
    assert_eq!(change(json!({ "position": 1.0 })), 204);
    eventually("the aircraft before it", || {
        let status = browser.get("/api/status").json();
        (status["aircraft"] == json!("Kestrel_T1")).then_some(())
    });
    assert_eq!(change(json!({ "paused": false, "speed": 100.0 })), 204);
    let end = eventually("the end", || {
        let state = state();
        (state["paused"] == json!(true)).then_some(state)
    });
    assert_eq!(end["position"], end["length"]);
    assert_eq!(change(json!({ "speed": 0.0 })), 400);
    assert_eq!(change(json!({ "sped": 1.0 })), 400);
    let recording = browser.get("/api/recording").json();
    assert_eq!(recording["possible"], json!(false));
    assert_eq!(browser.act("POST", "/api/recording", &[], "").status, 409);
    assert_eq!(
        browser.get("/api/status").json()["page"]["replay"],
        json!(true)
    );
}
