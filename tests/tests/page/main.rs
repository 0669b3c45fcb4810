//! The page, as browsers and other programs find it: the real server over raw sockets.

mod boards;
mod files;
mod hostile;
mod key;
mod record;
mod settings;
mod setup;
mod sockets;
mod start;

use std::process::Command;

use dcs_master_tests::browser::Browser;
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
        .env("HOME", folder.join("home"))
        .env("XDG_DATA_HOME", folder.join("data"));
    let demo = Process::start(&mut command);
    let (_, line) = demo.wait_for(0, "telnet 127.0.0.1 ");
    let port = line.rsplit(' ').next().and_then(|port| port.parse().ok());
    let browser = Browser::of(&demo);
    (demo, browser, port.expect("a port"))
}
