//! The demo as a newcomer meets it: the sample aircraft served over a real socket.

use std::time::Duration;

use dcs_master::{
    demo::{Sample, TOUR, fly},
    link::in_process,
    serve::{Config, Server},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    time::timeout,
};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Only a fault takes that long.
const PATIENCE: Duration = Duration::from_secs(60);

struct Visitor {
    lines: Lines<BufReader<OwnedReadHalf>>,
    write: OwnedWriteHalf,
    _server: DropGuard,
    _sample: Sample,
}

impl Visitor {
    /// Starts a demo and connects.
    async fn new() -> Self {
        let sample = Sample::compile().unwrap();
        let shutdown = CancellationToken::new();
        let (link, sim) = in_process();
        let config = Config {
            defs: sample.defs(),
            ..Config::default()
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(Server::new(link, config).run(listener, shutdown.clone()));
        tokio::spawn(fly(sim, sample.aircraft.clone(), None, shutdown.clone()));
        let (read, write) = TcpStream::connect(address).await.unwrap().into_split();
        let lines = BufReader::new(read).lines();
        Self {
            lines,
            write,
            _server: shutdown.drop_guard(),
            _sample: sample,
        }
    }

    async fn say(&mut self, line: &str) {
        self.write
            .write_all(format!("{line}\r\n").as_bytes())
            .await
            .unwrap();
    }

    /// Reads on until a line begins like this; an error line fails the test.
    async fn expect(&mut self, beginning: &str) -> String {
        let found = timeout(PATIENCE, async {
            loop {
                let line = self
                    .lines
                    .next_line()
                    .await
                    .unwrap()
                    .expect("the server closed");
                assert!(!line.starts_with("-1"), "{line}");
                if line.starts_with(beginning) {
                    return line;
                }
            }
        });
        found
            .await
            .unwrap_or_else(|_| panic!("no line {beginning:?}"))
    }
}

#[tokio::test]
async fn every_line_of_the_tour_is_understood() {
    let mut visitor = Visitor::new().await;
    visitor.expect("0 Kestrel_T1").await;
    for stop in TOUR {
        visitor.say(stop.line).await;
    }
    visitor.expect("0 Kestrel_A1").await;
}

#[tokio::test]
async fn what_is_pressed_is_seen() {
    let mut visitor = Visitor::new().await;
    visitor.expect("0 Kestrel_T1").await;
    visitor.say("2 CPT_LTS_GEN 3").await;
    visitor.expect("2 3 0.00000 0").await;
    visitor.say("1 ELEC Generator 0").await;
    visitor.expect("2 3 1.00000 1").await;
    visitor.say("3 1 txt_SCRATCHPAD 1").await;
    visitor.expect("3 1        ").await;
    visitor
        .say("1 UFC Key_7 1\n1 UFC Key_7 0\n1 UFC Key_7 1\n1 UFC Key_7 0")
        .await;
    visitor.expect("3 1      77").await;
    visitor.say("4 2").await;
    let shown = visitor.expect("{").await;
    assert_eq!(
        shown,
        r#"{"txt_CHANNEL":["05"],"txt_FREQUENCY":["251.000"]}"#
    );
}

#[tokio::test]
async fn the_raw_value_of_the_altimeter_falls_as_its_value_rises() {
    let mut visitor = Visitor::new().await;
    visitor.expect("0 Kestrel_T1").await;
    visitor.say("2 Altimeter 2 0 60").await;
    let mut seen = Vec::new();
    while seen.len() < 5 {
        let line = visitor.expect("2 2 ").await;
        let fields: Vec<f64> = line
            .split(' ')
            .map(|field| field.parse().unwrap())
            .collect();
        seen.push((fields[3], fields[2]));
    }
    assert!(
        seen.windows(2)
            .all(|pair| pair[0].0 < pair[1].0 && pair[0].1 >= pair[1].1),
        "{seen:?}"
    );
}
