//! The port of the page, and second starts.

use std::process::Command;

use dcs_master_tests::browser::Browser;
use dcs_master_tests::eventually;
use dcs_master_tests::process::Process;
use dcs_master_tests::programs::program;

use super::demo;

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
fn a_port_for_clients_and_page_alike_is_named_as_such() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address").to_string();
    drop(listener);
    let mut command = Command::new(program("dcs-master"));
    command.args(["demo", "--listen", &address, "--page", &address]);
    let demo = Process::start(&mut command);
    let (_, line) = demo.wait_for(0, "the page is at http://");
    assert!(line.contains("is that of --listen"), "{line}");
    assert!(!line.contains("another dcs-master"), "{line}");
    assert_eq!(Browser::of(&demo).get("/api/status").status, 200);
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
    let listen = format!("127.0.0.1:{}", dcs_master_tests::ports::free_port());
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
