//! Tests of the TCP link with a sim that misbehaves. Time is paused: it jumps ahead when all tasks
//! wait.

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::{Action, Addresses, FromSim, LinkState, SimLink, ToSim, tcp};

const HELLO: &str =
    "{\"hello\":\"hook\",\"link\":1,\"version\":\"0.1.0\",\"write_dir\":\"C:\\\\x\"}\n";

/// Returns a link whose hook state is a listening socket and whose export state does not exist.
async fn link() -> (SimLink, TcpListener, CancellationToken) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let hook = listener.local_addr().expect("an address").to_string();
    let shutdown = CancellationToken::new();
    let link = tcp(
        Addresses {
            hook,
            export: "127.0.0.1:9".into(),
        },
        &shutdown,
    );
    (link, listener, shutdown)
}

/// Accepts the server and checks its greeting.
async fn accept(listener: &TcpListener) -> BufReader<TcpStream> {
    let (stream, _) = listener.accept().await.expect("a connection");
    let mut sim = BufReader::new(stream);
    let mut greeting = String::new();
    sim.read_line(&mut greeting).await.expect("a greeting");
    assert!(greeting.starts_with("0 1 "), "{greeting}");
    sim
}

async fn say(sim: &mut BufReader<TcpStream>, text: impl AsRef<[u8]>) {
    sim.get_mut()
        .write_all(text.as_ref())
        .await
        .expect("the server reads");
}

/// Returns the next line that is not a heartbeat.
async fn next_line(sim: &mut BufReader<TcpStream>) -> String {
    loop {
        let mut line = String::new();
        assert_ne!(sim.read_line(&mut line).await.expect("a connection"), 0);
        if line != "0\n" {
            return line;
        }
    }
}

async fn next(link: &mut SimLink) -> FromSim {
    link.from_sim.recv().await.expect("the link runs")
}

async fn expect_up(link: &mut SimLink, expected: LinkState) {
    let up = next(link).await;
    assert!(
        matches!(up, FromSim::Up { state, .. } if state == expected),
        "{up:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn comes_up_goes_down_and_comes_up_again() {
    let (mut link, listener, shutdown) = link().await;
    for _ in 0..3 {
        let mut sim = accept(&listener).await;
        say(&mut sim, HELLO).await;
        expect_up(&mut link, LinkState::Hook).await;
        say(&mut sim, "{\"aircraft\":\"A\"}\n").await;
        assert_eq!(next(&mut link).await, FromSim::Aircraft(Some("A".into())));
        link.to_hook
            .send(ToSim::WatchArg { arg: 5, rate: 2.5 })
            .await
            .expect("the link runs");
        assert_eq!(next_line(&mut sim).await, "2 5 2.5\n");
        drop(sim);
        assert_eq!(next(&mut link).await, FromSim::Down(LinkState::Hook));
    }
    shutdown.cancel();
    while link.from_sim.recv().await.is_some() {}
}

#[tokio::test(start_paused = true)]
async fn lines_may_come_in_pieces_broken_and_too_long() {
    let (mut link, listener, _shutdown) = link().await;
    let mut sim = accept(&listener).await;
    say(&mut sim, "{\"args\":{\"1\":1}}\n").await;
    for byte in HELLO.as_bytes() {
        say(&mut sim, [*byte]).await;
        tokio::task::yield_now().await;
    }
    assert!(matches!(next(&mut link).await, FromSim::Up { .. }));
    say(&mut sim, b"nonsense\n{\"args\":7}\n\n\xff\n").await;
    say(&mut sim, "x".repeat(3 << 20)).await;
    say(&mut sim, "\n{\"args\":{\"7\":0.5}}\n{\"args\":{\"8\"").await;
    assert_eq!(next(&mut link).await, FromSim::Args(vec![(7, 0.5)]));
    say(&mut sim, ":1}}\n").await;
    assert_eq!(next(&mut link).await, FromSim::Args(vec![(8, 1.0)]));
}

#[tokio::test(start_paused = true)]
async fn other_programs_and_versions_are_disconnected_and_tried_again() {
    let (mut link, listener, _shutdown) = link().await;
    for introduction in [
        "{\"refused\":\"linked to 127.0.0.1:53122\"}\n",
        "{\"hello\":\"hook\",\"link\":2,\"version\":\"9.0.0\"}\n",
        "{\"hello\":\"export\",\"link\":1,\"version\":\"0.1.0\"}\n",
    ] {
        let mut sim = accept(&listener).await;
        say(&mut sim, introduction).await;
        let mut rest = Vec::new();
        let _ = sim.read_to_end(&mut rest).await;
    }
    let mut sim = accept(&listener).await;
    say(&mut sim, HELLO).await;
    assert!(
        matches!(next(&mut link).await, FromSim::Up { .. }),
        "nothing was said before"
    );
}

#[tokio::test(start_paused = true)]
async fn a_silent_sim_stays_connected_and_gets_heartbeats() {
    let (mut link, listener, _shutdown) = link().await;
    let mut sim = accept(&listener).await;
    // A mission loads: for half a minute the sim neither reads nor says hello.
    tokio::time::sleep(std::time::Duration::from_secs(30)).await;
    say(&mut sim, HELLO).await;
    assert!(matches!(next(&mut link).await, FromSim::Up { .. }));
    let mut heartbeats = [0; 20];
    sim.read_exact(&mut heartbeats).await.expect("heartbeats");
    assert_eq!(&heartbeats, b"0\n0\n0\n0\n0\n0\n0\n0\n0\n0\n");
}

#[tokio::test(start_paused = true)]
async fn actions_without_a_link_are_answered_with_an_error() {
    let (mut link, listener, _shutdown) = link().await;
    let mut sim = accept(&listener).await;
    say(&mut sim, HELLO).await;
    next(&mut link).await;
    drop((sim, listener));
    assert_eq!(next(&mut link).await, FromSim::Down(LinkState::Hook));
    let action = Action {
        device: 1,
        command: 2,
        value: 0.0,
        ticket: 3,
    };
    link.to_hook
        .send(ToSim::Act(action))
        .await
        .expect("the link runs");
    assert!(matches!(
        next(&mut link).await,
        FromSim::Error {
            ticket: Some(3),
            ..
        }
    ));
}

#[tokio::test(start_paused = true)]
async fn the_server_that_has_the_hook_state_gets_the_export_state_too() {
    let hook = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let export = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = |listener: &TcpListener| listener.local_addr().expect("an address").to_string();
    let addresses = Addresses {
        hook: address(&hook),
        export: address(&export),
    };
    let shutdown = CancellationToken::new();
    let mut link = tcp(addresses, &shutdown);
    let hello_export = HELLO.replace("hook", "export");
    let mut texts = accept(&export).await;
    say(&mut texts, &hello_export).await;
    expect_up(&mut link, LinkState::Export).await;
    let refused = "{\"refused\":\"linked to 127.0.0.1:53122\"}\n";
    for _ in 0..3 {
        let mut args = accept(&hook).await;
        say(&mut args, refused).await;
        let _ = args.read_to_end(&mut Vec::new()).await;
    }
    assert_eq!(next(&mut link).await, FromSim::Down(LinkState::Export));
    let _ = texts.read_to_end(&mut Vec::new()).await;
    // The other server has ended.
    let mut args = accept(&hook).await;
    say(&mut args, HELLO).await;
    expect_up(&mut link, LinkState::Hook).await;
    let mut texts = accept(&export).await;
    say(&mut texts, &hello_export).await;
    expect_up(&mut link, LinkState::Export).await;
}

#[tokio::test(start_paused = true)]
async fn a_hello_with_marks_is_reported() {
    let (mut link, listener, _shutdown) = link().await;
    let mut sim = accept(&listener).await;
    say(
        &mut sim,
        HELLO.replace("\"link\":1", "\"link\":1,\"marks\":1"),
    )
    .await;
    assert!(matches!(next(&mut link).await, FromSim::Up { .. }));
    assert_eq!(next(&mut link).await, FromSim::Reached(0));
    link.to_hook
        .send(ToSim::Mark(7))
        .await
        .expect("the link runs");
    assert_eq!(next_line(&mut sim).await, "5 7\n");
    say(&mut sim, "{\"reached\":7}\n").await;
    assert_eq!(next(&mut link).await, FromSim::Reached(7));
}

#[test]
fn a_sim_is_on_this_computer_or_not() {
    let is_local = |hook: &str| {
        let addresses = Addresses {
            hook: hook.to_owned(),
            export: String::new(),
        };
        addresses.is_hook_local()
    };
    let here = [
        "127.0.0.1:1",
        "127.1.2.3:1",
        "[::1]:1",
        "LocalHost:1",
        "[::ffff:127.0.0.1]:1",
    ];
    assert!(here.into_iter().all(is_local));
    let elsewhere = [
        "192.168.1.2:1",
        "0.0.0.0:1",
        "sim:1",
        "localhost.evil:1",
        "",
        "[::2]:1",
    ];
    assert!(!elsewhere.into_iter().any(is_local));
}
