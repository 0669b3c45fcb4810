//! WebSockets: the text protocol, movements, and tests of wiring.

use dcs_master_tests::client::Client;
use dcs_master_tests::eventually;

use super::demo;

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
    let listed = browser.client_of_kind("moved").expect("it is listed");
    assert_eq!(listed["gauges"], state["watching"], "{listed}");
    let peer = listed["peer"].as_str().expect("a text");
    assert!(peer.starts_with("127.0.0.1:"), "{listed}");
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
        r#"{"args":[2147483648],"from":0,"to":1,"seconds":1}"#,
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
