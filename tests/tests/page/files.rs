//! The files and the data of the page.

use aircraft_defs::telemetry::FIELDS;
use dcs_master_tests::client::Client;

use super::demo;

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
        count + status["tables"]["gauges"].as_u64().expect("a number") as usize + FIELDS.len()
    );
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
