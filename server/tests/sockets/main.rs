//! The running server over real sockets, with a sim in this process.
//!
//! Where a test waits for time to pass, time is paused: it jumps ahead when all tasks wait.

mod rig;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use dcs_master::link::{FromSim, ToSim};
use dcs_master::serve::{Config, ServerEnded};
use dcs_master::tables::TablesConfig;
use dcs_master::wire::{ActionRequest, GaugeRequest, Ref, Request};
use rig::Running;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test]
async fn one_byte_at_a_time() {
    let mut running = Running::flying(Config::default()).await;
    let mut client = running.client().await;
    client.expect("0 Bare").await;
    for byte in b"\xff\xfb\x1f\xff\xfa\x1f\0P\0\x18\xff\xf02 13 -5 2\r\n\r\n0\r\n" {
        client.send([*byte]).await;
        tokio::task::yield_now().await;
    }
    client.expect("0 Bare").await;
    running
        .wait_for_sim_message(|told| matches!(told, ToSim::WatchArg { arg: 13, .. }))
        .await;
    running.args([(13, 0.125)]).await;
    client.expect("2 -5 0.12500 0.13").await;
    running.stop().await;
}

#[tokio::test]
async fn four_thousand_gauges_in_one_write() {
    let mut running = Running::flying(Config::default()).await;
    let mut client = running.client().await;
    client.expect("0 Bare").await;
    let lines: String = (0..4000).map(|arg| format!("2 {arg} {arg} 3\n")).collect();
    let (mut reader, mut writer) = client.stream.split();
    let reading = async {
        let mut received = Vec::new();
        while received.iter().filter(|&&byte| byte == b'\n').count() < 4000 {
            assert_ne!(
                reader.read_buf(&mut received).await.expect("a connection"),
                0
            );
        }
        String::from_utf8(received).expect("ASCII")
    };
    let sim = async {
        writer
            .write_all(lines.as_bytes())
            .await
            .expect("the server reads");
        let mut watched = 0;
        while watched < 4000 {
            if let Some(ToSim::WatchArg { arg, .. }) = running.sim.from_server.recv().await {
                let values = FromSim::Args(vec![(arg, f64::from(arg) / 8192.0)]);
                running
                    .sim
                    .to_server
                    .send(values)
                    .await
                    .expect("the server runs");
                watched += 1;
            }
        }
    };
    let (received, ()) = tokio::join!(reading, sim);
    let mut ids: Vec<u32> = received
        .lines()
        .map(|line| {
            line.split(' ')
                .nth(1)
                .and_then(|id| id.parse().ok())
                .expect("an update")
        })
        .collect();
    ids.sort_unstable();
    assert!(ids.into_iter().eq(0..4000));
    running.stop().await;
}

#[tokio::test]
async fn a_slow_client_gets_the_newest_and_delays_nobody() {
    const GAUGES: u32 = 1000;
    const FRAMES: u32 = 2000;
    // The slow client reads only after all frames, which may take long on a busy machine.
    let config = Config {
        write_deadline: Duration::from_secs(600),
        ..Config::default()
    };
    let mut running = Running::flying(config).await;
    let mut slow = running.subscriber(GAUGES).await;
    let mut quick = running.client().await;
    quick.send(format!("2 {} 7 0 1e6\n", GAUGES - 1)).await;
    quick.expect("0 Bare").await;
    for frame in 1..=FRAMES {
        running
            .args((0..GAUGES).map(|arg| (arg, frame.into())))
            .await;
        quick.expect(&format!("2 7 {frame}.00000 {frame}")).await;
    }
    let (mut lines, mut newest) = (0, vec![0; GAUGES as usize]);
    slow.expect("0 Bare").await;
    while newest.iter().any(|&value| value < FRAMES) {
        let line = slow.line().await.expect("still connected");
        let fields: Vec<&str> = line.split(' ').collect();
        let (gauge, value): (usize, u32) = (
            fields[1].parse().expect("an id"),
            fields[3].parse().expect("a value"),
        );
        assert!(
            newest[gauge] < value,
            "values come in their order, none twice"
        );
        newest[gauge] = value;
        lines += 1;
    }
    assert!(lines < GAUGES * FRAMES / 4, "{lines} lines waited");
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_nothing_is_disconnected() {
    let mut running = Running::flying(Config::default()).await;
    let mut mute = running.subscriber(1000).await;
    let mut value = 0.0;
    // When the server has disconnected it, the sim is told to end its last watch.
    let gone = loop {
        value += 1.0;
        running.args((0..1000).map(|arg| (arg, value))).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        let told = std::iter::from_fn(|| running.sim.from_server.try_recv().ok());
        if told.into_iter().any(|told| {
            matches!(
                told,
                ToSim::WatchArg {
                    arg: 999,
                    rate: 0.0
                }
            )
        }) {
            break true;
        }
    };
    assert!(gone);
    while mute.line().await.is_some() {}
    running.stop().await;
}

#[tokio::test]
async fn garbage_and_floods_harm_nobody_else() {
    let mut running = Running::flying(Config::default()).await;
    let mut flood = running.client().await;
    let (_flood_reader, mut flood_writer) = {
        let stream = std::mem::replace(&mut flood.stream, running.client().await.stream);
        stream.into_split()
    };
    let flooding = tokio::spawn(async move {
        while flood_writer
            .write_all(&b"nonsense\n2 x\n\xff\xfa\0".repeat(500))
            .await
            .is_ok()
        {}
    });
    let mut endless = running.client().await;
    endless.expect("0 Bare").await;
    endless.send([b'x'; 5000]).await;
    endless
        .expect("-1 the line is longer than 4096 bytes; it was skipped")
        .await;
    endless.send("y\n0\n").await;
    endless.expect("0 Bare").await;
    let mut other = running.client().await;
    for id in 0..100 {
        other.send(format!("2 {id} {id} 0 1000\n")).await;
        running
            .wait_for_sim_message(|told| matches!(told, ToSim::WatchArg { arg, .. } if *arg == id))
            .await;
        running.args([(id, 1.0)]).await;
        other.until(&format!("2 {id} 1.00000 1")).await;
    }
    running.stop().await;
    flooding.await.expect("the flood ends with the server");
}

/// Input without requests is read by the reading task alone, so nothing makes it wait for the hub.
#[tokio::test]
async fn input_without_requests_keeps_nobody_from_an_answer() {
    for input in [&b"\n"[..], b"x", b"\xff\xf1", b"\xff\xfa", b"\r\n \t\n"] {
        let running = Running::flying(Config::default()).await;
        let mut floods = Vec::new();
        for _ in 0..3 {
            floods.push(flood(running.address, input.repeat(30_000)));
        }
        let mut other = running.client().await;
        other.expect("0 Bare").await;
        for _ in 0..50 {
            other.send("0\n").await;
            other.expect("0 Bare").await;
        }
        assert!(
            floods.iter().all(|flood| !flood.is_finished()),
            "nobody was answered before the flood was over"
        );
        running.stop().await;
        for flood in floods {
            flood.join().expect("the flood ends with the server");
        }
    }
}

/// Sends input as fast as the server takes it, from a separate thread, until the server is gone. It
/// gives up after 30 seconds, so that a test fails if the server serves nobody else meanwhile.
fn flood(address: SocketAddr, input: Vec<u8>) -> std::thread::JoinHandle<()> {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(address).expect("the server listens");
    std::thread::spawn(move || {
        let mut answers = stream.try_clone().expect("a second handle");
        std::thread::spawn(move || while answers.read(&mut [0; 4096]).is_ok_and(|n| n > 0) {});
        let end = std::time::Instant::now() + Duration::from_secs(30);
        while std::time::Instant::now() < end && stream.write_all(&input).is_ok() {}
    })
}

#[tokio::test]
async fn error_lines_can_be_turned_off() {
    let config = Config {
        error_lines: false,
        ..Config::default()
    };
    let running = Running::flying(config).await;
    let mut client = running.client().await;
    client.expect("0 Bare").await;
    client.send("nonsense\n2 Nothing 1\n1 2 3 4\n0\n").await;
    client.expect("0 Bare").await;
    running.stop().await;
}

#[tokio::test]
async fn a_browser_is_closed_at_once() {
    let running = Running::flying(Config::default()).await;
    for greeting in [
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST / HTTP/1.1\r\n\r\n1 1 3001 1\n",
        "\x16\x03\x01",
    ] {
        let mut browser = running.client().await;
        browser.expect("0 Bare").await;
        browser.send(greeting).await;
        assert_eq!(browser.line().await, None, "{greeting:?}");
    }
    running.stop().await;
}

/// The body of a browser's request presses nothing, whatever its method, in pieces of any size.
#[tokio::test]
async fn no_request_of_a_browser_reaches_the_sim() {
    let mut running = Running::flying(Config::default()).await;
    let long = format!("PUT /{}", "x".repeat(9000));
    for start in ["patch /", "MOVE /", "Query /", "foo /", "GET /", &long] {
        let request = format!("{start} HTTP/1.1\r\nHost: x\r\n\r\n1 1 3001 1\n");
        for size in [1, 7, request.len()] {
            let mut browser = running.client().await;
            for piece in request.as_bytes().chunks(size.max(request.len() / 200)) {
                if browser.stream.write_all(piece).await.is_err() {
                    break;
                }
                tokio::task::yield_now().await;
            }
            while browser.line().await.is_some() {}
        }
    }
    let mut client = running.client().await;
    client.send("1 1 3002 1\n").await;
    let told = running
        .wait_for_sim_message(|told| matches!(told, ToSim::Act(_)))
        .await;
    assert!(matches!(told, ToSim::Act(action) if action.command == 3002));
    running.stop().await;
}

#[tokio::test]
async fn more_clients_than_allowed_are_told_so() {
    let config = Config {
        max_clients: 100,
        ..Config::default()
    };
    let running = Running::flying(config).await;
    let mut clients = Vec::new();
    for _ in 0..100 {
        let mut client = running.client().await;
        client.expect("0 Bare").await;
        clients.push(client);
    }
    for _ in 0..200 {
        let mut client = running.client().await;
        client
            .expect("-1 the server is full: 100 clients are allowed (--max-clients)")
            .await;
        assert_eq!(client.line().await, None);
    }
    drop(clients.pop());
    loop {
        let line = running.client().await.line().await.expect("an answer");
        if line == "0 Bare" {
            break;
        }
    }
    clients[0].send("0\n").await;
    clients[0].expect("0 Bare").await;
    running.stop().await;
}

#[tokio::test]
async fn only_the_networks_allowed_may_connect() {
    let allow = |net: &str| Config {
        allow: vec![net.parse().expect("a network")],
        ..Config::default()
    };
    let running = Running::flying(allow("10.0.0.0/8")).await;
    let mut client = running.client().await;
    client
        .expect("-1 127.0.0.1 is in none of the networks given with --allow")
        .await;
    assert_eq!(client.line().await, None);
    running.stop().await;
    let running = Running::flying(allow("127.0.0.0/8")).await;
    running.client().await.expect("0 Bare").await;
    running.stop().await;
}

#[tokio::test]
async fn thousands_of_connections_come_and_go() {
    let running = Running::flying(Config::default()).await;
    for _ in 0..3000 {
        drop(running.client().await);
    }
    let mut client = running.client().await;
    client.send("2 1 1\n0\n").await;
    client.expect("0 Bare").await;
    client.expect("0 Bare").await;
    running.stop().await;
}

#[tokio::test]
async fn a_client_that_has_said_all_gets_its_answer() {
    let mut running = Running::flying(Config::default()).await;
    let mut client = running.client().await;
    client.send("1 25 3001 1\n4\n").await;
    client.stream.shutdown().await.expect("a connection");
    running
        .wait_for_sim_message(|told| matches!(told, ToSim::Act(action) if action.command == 3001))
        .await;
    let told = running
        .wait_for_sim_message(|told| matches!(told, ToSim::ListIndicators { .. }))
        .await;
    let ToSim::ListIndicators { ticket, .. } = told else {
        panic!("a list")
    };
    running
        .say(FromSim::Indicators {
            ticket,
            texts: vec![(3, Bytes::new())],
        })
        .await;
    client.expect("0 Bare").await;
    client.expect("{\"3\":[]}").await;
    assert_eq!(client.line().await, None);
    running.stop().await;
}

#[tokio::test]
async fn tables_are_read_anew_whenever_an_aircraft_appears() {
    let defs = tempfile::tempdir().expect("a folder");
    let config = Config {
        tables: TablesConfig {
            defs: defs.path().to_owned(),
            ..TablesConfig::default()
        },
        ..Config::default()
    };
    let mut running = Running::flying(config).await;
    let mut client = running.client().await;
    client.expect("0 Bare").await;
    client.send("2 Lamp 1 1\n").await;
    let no_tables = "-1 unknown gauge \"Lamp\" for Bare: there are no tables for it; run defgen, or use numbers";
    client.expect(no_tables).await;
    write_gauges(&defs.path().join("Bare"));
    running.say(FromSim::Aircraft(Some("Bare".into()))).await;
    client.expect("0 Bare").await;
    client.send("2 Lamp 1 1\n").await;
    running
        .wait_for_sim_message(|told| matches!(told, ToSim::WatchArg { arg: 77, .. }))
        .await;
    running.args([(77, 0.5)]).await;
    client.expect("2 1 0.50000 50.0").await;
    std::fs::write(defs.path().join("Bare/gauges.json"), "[1,]").expect("a file");
    running.say(FromSim::Aircraft(Some("Bare".into()))).await;
    client.expect("0 Bare").await;
    client.send("2 Other 1 1\n").await;
    let broken = "-1 unknown gauge \"Other\" for Bare: its gauges.json is not valid JSON: ";
    let answer = client.line().await.expect("an answer");
    assert!(answer.starts_with(broken), "{answer}");
    running.stop().await;
}

fn write_gauges(folder: &PathBuf) {
    std::fs::create_dir(folder).expect("a folder");
    let gauges = r#"[{"name":"Lamp","arg_number":77,"input":[0,100],"output":[0,1]}]"#;
    std::fs::write(folder.join("gauges.json"), gauges).expect("a file");
}

#[tokio::test]
async fn the_server_ends_with_mute_clients() {
    let mut running = Running::flying(Config::default()).await;
    let _mute = running.subscriber(1000).await;
    for value in 0..500 {
        running.args((0..1000).map(|arg| (arg, value.into()))).await;
    }
    running.stop().await;
}

#[tokio::test]
async fn a_subscriber_in_this_process() {
    let mut running = Running::flying(Config::default()).await;
    let mut subscriber = running.subscribers.join().await.expect("the server runs");
    let news = subscriber.news().await.expect("the aircraft");
    assert_eq!(news.aircraft.flatten().expect("an aircraft").name, "Bare");
    let gauge = GaugeRequest {
        gauge: Ref::Number(5),
        id: 9,
        precision: 1,
        max_frequency: 1e6,
    };
    let wrong = ActionRequest {
        device: Ref::Name("X".into()),
        command: Ref::Number(1),
        value: 0.0,
    };
    let text = Request::Indicator {
        indicator: 2,
        name: "T".into(),
        id: 9,
    };
    let requests = vec![Request::Gauge(gauge), Request::Act(wrong), text];
    subscriber.request(requests).await.expect("the server runs");
    assert_eq!(subscriber.news().await.expect("an error").errors.len(), 1);
    let watch = running
        .wait_for_sim_message(|told| matches!(told, ToSim::WatchIndicator { .. }))
        .await;
    let ToSim::WatchIndicator { epoch, .. } = watch else {
        panic!("a watch")
    };
    for value in [0.1, 0.2, 0.3] {
        running.args([(5, value)]).await;
    }
    let shown = format!("{}\nT\nA\nB\n", "-".repeat(41)).into();
    running
        .say(FromSim::Indicator {
            indicator: 2,
            epoch,
            text: Some(shown),
        })
        .await;
    let (mut newest, mut text) = (None, None);
    while newest != Some(0.3) || text.is_none() {
        let news = subscriber.news().await.expect("values");
        assert!(news.gauges.len() <= 1, "the newest only");
        newest = news
            .gauges
            .into_iter()
            .next()
            .map(|gauge| gauge.value)
            .or(newest);
        text = news.texts.into_iter().next().map(|news| news.text).or(text);
    }
    assert_eq!(text.as_deref(), Some(&b"A\nB"[..]));
    running.say(FromSim::Aircraft(None)).await;
    assert!(
        subscriber
            .news()
            .await
            .expect("no aircraft")
            .aircraft
            .is_some_and(|none| none.is_none())
    );
    drop(subscriber);
    running
        .wait_for_sim_message(|told| matches!(told, ToSim::WatchArg { arg: 5, rate: 0.0 }))
        .await;
    let mut last = running.subscribers.join().await.expect("the server runs");
    running.stop().await;
    assert_eq!(last.news().await.err(), Some(ServerEnded));
}
