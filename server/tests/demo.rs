//! The demo as a newcomer meets it: the sample aircraft served over a real socket.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use dcs_master::{
    demo,
    link::in_process,
    serve::{Config, Server},
    tables::TablesConfig,
};
use dcs_master_demo::{Sample, TOUR};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    time::timeout,
};
use tokio_util::sync::{CancellationToken, DropGuard};

/// The longest time to wait for a line; only a fault takes that long.
const TIMEOUT: Duration = Duration::from_secs(60);

struct Visitor {
    lines: Lines<BufReader<OwnedReadHalf>>,
    write: OwnedWriteHalf,
    _server: DropGuard,
    _sample: Sample,
}

impl Visitor {
    /// Starts a demo and connects.
    async fn new() -> Result<Self> {
        let sample = Sample::compile()?;
        let shutdown = CancellationToken::new();
        let (link, sim) = in_process();
        let config = Config {
            tables: TablesConfig {
                defs: sample.defs(),
                ..TablesConfig::default()
            },
            ..Config::default()
        };
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        tokio::spawn(Server::new(link, config).run(listener, shutdown.clone()));
        tokio::spawn(demo::run(
            sim,
            sample.aircraft.clone(),
            None,
            shutdown.clone(),
        ));
        let (read, write) = TcpStream::connect(address).await?.into_split();
        let lines = BufReader::new(read).lines();
        Ok(Self {
            lines,
            write,
            _server: shutdown.drop_guard(),
            _sample: sample,
        })
    }

    async fn say(&mut self, line: &str) -> Result<()> {
        Ok(self
            .write
            .write_all(format!("{line}\r\n").as_bytes())
            .await?)
    }

    /// Returns the next line with this beginning. An error line is a failure.
    async fn expect(&mut self, beginning: &str) -> Result<String> {
        let found = timeout(TIMEOUT, async {
            loop {
                let line = self.lines.next_line().await?.context("the server closed")?;
                ensure!(!line.starts_with("-1"), "{line}");
                if line.starts_with(beginning) {
                    return Ok(line);
                }
            }
        });
        found
            .await
            .with_context(|| format!("no line {beginning:?} came"))?
    }
}

#[tokio::test]
async fn every_line_of_the_tour_is_understood() -> Result<()> {
    let mut visitor = Visitor::new().await?;
    visitor.expect("0 Kestrel_T1").await?;
    for step in TOUR {
        visitor.say(step.line).await?;
    }
    visitor.expect("0 Kestrel_A1").await?;
    Ok(())
}

#[tokio::test]
async fn what_is_pressed_is_seen() -> Result<()> {
    let mut visitor = Visitor::new().await?;
    visitor.expect("0 Kestrel_T1").await?;
    visitor.say("2 CPT_LTS_GEN 3").await?;
    visitor.expect("2 3 0.00000 0").await?;
    visitor.say("1 ELEC Generator 0").await?;
    visitor.expect("2 3 1.00000 1").await?;
    visitor.say("3 1 txt_SCRATCHPAD 1").await?;
    visitor.expect("3 1        ").await?;
    visitor
        .say("1 UFC Key_7 1\n1 UFC Key_7 0\n1 UFC Key_7 1\n1 UFC Key_7 0")
        .await?;
    visitor.expect("3 1      77").await?;
    visitor.say("4 2").await?;
    let shown = visitor.expect("{").await?;
    assert_eq!(
        shown,
        r#"{"txt_CHANNEL":["05"],"txt_FREQUENCY":["251.000"]}"#
    );
    Ok(())
}

#[tokio::test]
async fn the_raw_value_of_the_altimeter_falls_as_its_value_rises() -> Result<()> {
    let mut visitor = Visitor::new().await?;
    visitor.expect("0 Kestrel_T1").await?;
    visitor.say("2 Altimeter 2 0 60").await?;
    let mut seen = Vec::new();
    while seen.len() < 5 {
        let line = visitor.expect("2 2 ").await?;
        let fields: Vec<f64> = line.split(' ').map(str::parse).collect::<Result<_, _>>()?;
        seen.push((fields[3], fields[2]));
    }
    let falls = |pair: &[(f64, f64)]| pair[0].0 < pair[1].0 && pair[0].1 >= pair[1].1;
    assert!(seen.windows(2).all(falls), "{seen:?}");
    Ok(())
}
