//! Requests of other websites, and floods.

use std::io::{Read, Write};

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
