//! The boards.

use super::demo;

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

    let absent = browser.act("PUT", "/api/boards/New", &[("If-Match", "*")], "{}");
    assert_eq!(absent.status, 412, "{absent:?}");
    let any = browser.act("PUT", path, &[("If-Match", "*")], r#"{"items":[1]}"#);
    assert_eq!(any.status, 200, "{any:?}");

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
    for wrong in ["..%2fx", "%2e%2e", "CON", "a%2fb", "a/b", "", "COM%C2%B9"] {
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
