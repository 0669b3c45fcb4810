//! Requests of other websites, and floods.

use std::io::{Read, Write};

use dcs_master_tests::browser::Browser;
use dcs_master_tests::client::Client;
use dcs_master_tests::eventually;

use super::demo;

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
fn a_whole_address_in_the_first_line_must_name_this_computer() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_demo, browser, _) = demo(folder.path());
    let host = browser.host();
    let host = [("Host", &*host)];
    let get = |target: &str| browser.request("GET", target, &host, "").status;
    assert_eq!(get("http://evil.example/"), 403);
    assert_eq!(get(&format!("{}/api/status", browser.origin())), 200);
}

#[test]
fn addresses_of_impossible_boards_and_files_of_developers_are_missing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_demo, browser, _) = demo(folder.path());
    for path in [
        "/board/%",
        "/board/%ff",
        "/board/a%2fb",
        "/board/COM%C2%B9",
        "/package.json",
    ] {
        let reply = browser.get(path);
        assert_eq!(reply.status, 404, "{path}");
        assert!(
            reply.body.contains("there is nothing at this address"),
            "{reply:?}"
        );
    }
}

/// Sends bytes as frames of a WebSocket, and returns the code with which the server closes it.
fn close_code(browser: Browser, path: &str, frames: &[u8]) -> u16 {
    let mut stream = browser.connect();
    let (host, origin) = (browser.host(), browser.origin());
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("a connection");
    stream.write_all(frames).expect("a connection");
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    // An answer to a ping may come behind it.
    let goodbye = bytes.windows(4).rfind(|bytes| bytes[..2] == [0x88, 2]);
    let goodbye = goodbye.unwrap_or_else(|| panic!("no goodbye: {bytes:?}"));
    u16::from_be_bytes([goodbye[2], goodbye[3]])
}

#[test]
fn a_web_socket_that_breaks_the_protocol_is_told_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_demo, browser, _) = demo(folder.path());
    let masked = |opcode: u8, text: &[u8]| {
        let head = [0x80 | opcode, 0x80 | text.len() as u8, 0, 0, 0, 0];
        [&head[..], text].concat()
    };
    let pings: Vec<u8> = (0..200).flat_map(|_| masked(9, b"")).collect();
    let large = [&[0x81, 0xff][..], &(1u64 << 20).to_be_bytes(), &[0; 4]].concat();
    for path in ["/ws", "/ws/moved"] {
        // A reserved opcode, and a frame without a mask.
        assert_eq!(close_code(browser, path, &masked(3, b"x")), 1002, "{path}");
        assert_eq!(close_code(browser, path, &[0x81, 1, b'x']), 1002, "{path}");
        assert_eq!(
            close_code(browser, path, &masked(1, b"\xff")),
            1007,
            "{path}"
        );
        assert_eq!(close_code(browser, path, &large), 1009, "{path}");
        assert_eq!(close_code(browser, path, &pings), 1008, "{path}");
        // The client's own goodbye is answered.
        assert_eq!(
            close_code(browser, path, &masked(8, &1000u16.to_be_bytes())),
            1000
        );
    }
}
