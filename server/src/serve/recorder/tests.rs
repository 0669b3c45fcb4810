//! Tests of recordings whose disk fails: in each of them the sim sends a frame only when a client has
//! received the one before it, so a server that waits for the disk would never get to the end.

use std::io::{self, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::link::{FromSim, LinkState, ToSim, in_process};
use crate::record::{Output, start_with};
use crate::serve::{Config, Server};

/// The frames of a flight, in which more is to be recorded than may wait for the disk.
const FRAMES: u32 = 6_000;
/// The args that change in each frame.
const ARGS: u32 = 400;
/// The room on the disk: the beginning of a file.
const ROOM: usize = 4_096;

/// A disk that has room for the beginning of a file.
struct FailingDisk {
    room: usize,
    /// The end of the wait for a disk that is gone; `None` for a disk that is full.
    gone: Option<Receiver<()>>,
}

impl Write for FailingDisk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.room >= bytes.len() {
            self.room -= bytes.len();
            return Ok(bytes.len());
        }
        match &self.gone {
            None => Err(io::ErrorKind::StorageFull.into()),
            Some(end) => {
                // A network drive answers nothing until the system gives it up.
                let _ = end.recv();
                Err(io::ErrorKind::TimedOut.into())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Output for FailingDisk {
    fn truncate(&mut self, _: u64) -> io::Result<()> {
        Ok(())
    }
}

/// Flies with a recording to this disk. Calls `landed` when a client has received every frame, and
/// returns the state of the recording at its end.
async fn fly(disk: FailingDisk, landed: impl FnOnce(&RecordingThread)) -> RecordingState {
    let (link, mut sim) = in_process();
    let server = Server::new(link, Config::default());
    let to_hub = server.to_hub.clone();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = CancellationToken::new();
    let server = tokio::spawn(server.run(listener, shutdown.clone()));
    let folders = TableFolders {
        defs: "no-such-folder".into(),
        own_defs: None,
    };
    let (tap, thread) = start_with(Path::new("disk"), disk, folders).unwrap();
    let begin = Event::Record(Some(Box::new(tap)));
    assert!(to_hub.send(begin).await.is_ok());
    let name = FromSim::Aircraft(Some("Bare".to_owned()));
    for message in [FromSim::up(LinkState::Hook), name] {
        sim.to_server.send(message).await.unwrap();
    }
    let mut client = BufReader::new(TcpStream::connect(address).await.unwrap());
    client.write_all(b"2 1 1 0 1e6\n").await.unwrap();
    while !matches!(
        sim.from_server.recv().await,
        Some(ToSim::WatchArg { arg: 1, .. })
    ) {}
    for frame in 0..FRAMES {
        let raw = f64::from(frame);
        let values = (1..=ARGS).map(|arg| (arg, raw * f64::from(arg)));
        let values = FromSim::Args(values.collect());
        sim.to_server.send(values).await.unwrap();
        let expected = format!("2 1 {raw:.5} {raw}\n");
        let mut line = String::new();
        while line != expected {
            line.clear();
            assert!(client.read_line(&mut line).await.unwrap() > 0);
        }
    }
    landed(&thread);
    shutdown.cancel();
    server.await.unwrap();
    // The recorder does not hang either.
    drop(to_hub);
    thread.wait(Duration::from_secs(60));
    thread.progress().state
}

#[tokio::test]
async fn a_full_disk_delays_no_client() {
    let disk = FailingDisk {
        room: ROOM,
        gone: None,
    };
    let state = fly(disk, |_| {}).await;
    assert!(matches!(state, RecordingState::Failed(_)), "{state:?}");
}

#[tokio::test]
async fn a_disk_that_does_not_answer_delays_no_client() {
    let (end, gone): (Sender<()>, _) = channel();
    let disk = FailingDisk {
        room: ROOM,
        gone: Some(gone),
    };
    let state = fly(disk, |thread| {
        assert_eq!(thread.progress().state, RecordingState::Running);
        drop(end);
    });
    let state = state.await;
    assert!(matches!(state, RecordingState::Failed(_)), "{state:?}");
}
