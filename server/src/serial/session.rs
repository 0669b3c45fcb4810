//! The session of a panel on an open port: passes bytes from the line to the server and back.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::options::{LineOptions, PanelProtocol};
use super::refusals::RefusalLog;
use super::write_pacer::WritePacer;
use crate::serve::PanelChannel;
use crate::wire::{LineReader, NextLine, parse};

/// The most bytes that are read at a time.
const READ: usize = 512;
/// The longest line by which a panel is recognized.
const MAX_LINE: usize = 128;
/// The time within which a panel on a port found by `auto` must send a request.
const SILENCE: Duration = Duration::from_secs(5);
/// The number of non-text bytes after which the speed is probably wrong.
const NOISE: u32 = 64;

/// The reason for the end of a session.
#[derive(Debug)]
pub(super) enum SessionEnd {
    /// The port is gone.
    Unplugged(io::Error),
    /// The server has closed the connection.
    Closed,
    /// No request came for some seconds.
    Silent,
}

/// The sender of the bytes from the line, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PanelDetection {
    /// No request has come yet.
    Unknown,
    /// The bytes are not text, so the speed may be wrong.
    Noise,
    /// A request has come.
    Panel,
}

/// Serves a panel until its port or its connection to the server ends. `detection` is kept up to
/// date. If a panel must speak and sends no request for 5 seconds, the session ends.
pub(super) async fn run<P>(
    port: P,
    line: &LineOptions,
    panel: PanelChannel,
    must_speak: bool,
    detection: &watch::Sender<PanelDetection>,
    refusals: &mut RefusalLog,
) -> SessionEnd
where
    P: AsyncRead + AsyncWrite + Unpin,
{
    let (reading, writing) = split(port);
    let PanelChannel {
        to_server,
        from_server,
    } = panel;
    let read = async {
        match line.protocol {
            PanelProtocol::Text => read(reading, &to_server, detection).await,
            PanelProtocol::DcsBios => pass_on(reading, &to_server).await,
        }
    };
    tokio::select! {
        end = read => end,
        end = write(writing, from_server, line, detection.subscribe(), refusals) => end,
        // Otherwise the session would outlive the connection while the port accepts no bytes.
        () = to_server.closed() => SessionEnd::Closed,
        () = wait_for_silence(detection.subscribe()), if must_speak => SessionEnd::Silent,
    }
}

/// Returns when [`SILENCE`] has passed without a request. Never returns if a request has come.
async fn wait_for_silence(mut detection: watch::Receiver<PanelDetection>) {
    let request = detection.wait_for(|detection| *detection == PanelDetection::Panel);
    if timeout(SILENCE, request).await.is_ok() {
        std::future::pending::<()>().await;
    }
}

/// Passes bytes from the line to the server.
async fn pass_on<P: AsyncRead>(
    mut port: ReadHalf<P>,
    to_server: &mpsc::Sender<Vec<u8>>,
) -> SessionEnd {
    loop {
        let mut bytes = Vec::with_capacity(READ);
        match port.read_buf(&mut bytes).await {
            Ok(0) => return SessionEnd::Unplugged(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) => {}
            Err(error) => return SessionEnd::Unplugged(error),
        }
        if to_server.send(bytes).await.is_err() {
            return SessionEnd::Closed;
        }
    }
}

/// Passes bytes from the line to the server, from the first full line on.
async fn read<P: AsyncRead>(
    mut port: ReadHalf<P>,
    to_server: &mpsc::Sender<Vec<u8>>,
    detection: &watch::Sender<PanelDetection>,
) -> SessionEnd {
    let mut detector = PanelDetector::default();
    loop {
        let mut bytes = Vec::with_capacity(READ);
        match port.read_buf(&mut bytes).await {
            Ok(0) => return SessionEnd::Unplugged(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) => {}
            Err(error) => return SessionEnd::Unplugged(error),
        }
        let lines = detector.feed(&bytes);
        detection.send_if_modified(|detection| {
            let is_news = *detection != detector.detection;
            *detection = detector.detection;
            is_news
        });
        if !lines.is_empty() && to_server.send(lines.to_vec()).await.is_err() {
            return SessionEnd::Closed;
        }
    }
}

/// Writes the server's bytes to the panel, no faster than the line carries them.
async fn write<P: AsyncWrite>(
    mut port: WriteHalf<P>,
    mut from_server: mpsc::Receiver<Vec<u8>>,
    line: &LineOptions,
    mut detection: watch::Receiver<PanelDetection>,
    refusals: &mut RefusalLog,
) -> SessionEnd {
    // A board that is reset when its port is opened loses all bytes until it has started.
    let _ = timeout(
        line.settle,
        detection.wait_for(|detection| *detection == PanelDetection::Panel),
    )
    .await;
    let start = Instant::now();
    let mut pacer = WritePacer::new(line.baud);
    while let Some(bytes) = from_server.recv().await {
        if let Err(error) = port.write_all(&bytes).await {
            return SessionEnd::Unplugged(error);
        }
        if line.protocol == PanelProtocol::Text {
            refusals.log(&bytes);
        }
        let next = pacer.write(bytes.len(), start.elapsed());
        sleep_until(start + next).await;
    }
    SessionEnd::Closed
}

/// Recognizes a panel by the bytes from a port, which may have been opened in the middle of a line.
#[derive(Debug)]
struct PanelDetector {
    detection: PanelDetection,
    /// Whether the first line end has come. The bytes before it are dropped, since the beginning of
    /// that line may be missing.
    has_begun: bool,
    lines: LineReader,
    noise: u32,
}

impl Default for PanelDetector {
    fn default() -> Self {
        Self {
            detection: PanelDetection::Unknown,
            has_begun: false,
            lines: LineReader::new(MAX_LINE),
            noise: 0,
        }
    }
}

impl PanelDetector {
    /// Takes bytes, and returns them without those before the first line end.
    fn feed<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let is_noise = |byte: &&u8| !byte.is_ascii_graphic() && !byte.is_ascii_whitespace();
        if self.detection == PanelDetection::Unknown {
            let noise = bytes.iter().filter(is_noise).count();
            self.noise = self
                .noise
                .saturating_add(u32::try_from(noise).unwrap_or(u32::MAX));
            if self.noise >= NOISE {
                self.detection = PanelDetection::Noise;
            }
        }
        let lines = match self.has_begun {
            true => bytes,
            false => match memchr::memchr(b'\n', bytes) {
                Some(end) => &bytes[end + 1..],
                None => return &[],
            },
        };
        self.has_begun = true;
        let mut rest = lines;
        while self.detection != PanelDetection::Panel {
            match self.lines.next(&mut rest) {
                NextLine::Line(line) if matches!(parse(line), Ok(Some(_))) => {
                    self.detection = PanelDetection::Panel;
                }
                NextLine::Line(_) | NextLine::TooLong => {}
                NextLine::Foreign | NextLine::Incomplete => break,
            }
        }
        lines
    }
}

/// Waits before a port is opened again after the server has closed its connection.
pub(super) async fn pause_after_close() {
    /// The pause.
    const PAUSE: Duration = Duration::from_secs(5);
    sleep(PAUSE).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{DuplexStream, duplex};
    use tokio::sync::mpsc::{Receiver, Sender};

    /// A session on a line of the given speed, with its other ends.
    struct Rig {
        board: DuplexStream,
        to_panel: Option<Sender<Vec<u8>>>,
        from_panel: Option<Receiver<Vec<u8>>>,
        detection: watch::Sender<PanelDetection>,
        session: tokio::task::JoinHandle<SessionEnd>,
    }

    fn rig(options: &str, driver_buffer: usize, must_speak: bool) -> Rig {
        let options: super::super::SerialOptions = options.parse().expect("valid options");
        let (port, board) = duplex(driver_buffer);
        let (to_server, from_panel) = mpsc::channel(1);
        let (to_panel, from_server) = mpsc::channel(1);
        let panel = PanelChannel {
            to_server,
            from_server,
        };
        let detection = watch::Sender::new(PanelDetection::Unknown);
        let sender = detection.clone();
        let session = async move {
            let mut refusals = RefusalLog::new("COM1".to_owned());
            run(
                port,
                &options.line,
                panel,
                must_speak,
                &sender,
                &mut refusals,
            )
            .await
        };
        Rig {
            board,
            to_panel: Some(to_panel),
            from_panel: Some(from_panel),
            detection,
            session: tokio::spawn(session),
        }
    }

    impl Rig {
        async fn receive(&mut self) -> String {
            let queue = self.from_panel.as_mut().expect("it is open");
            let bytes = queue.recv().await.expect("the session goes on");
            String::from_utf8(bytes).expect("text")
        }
    }

    #[tokio::test(start_paused = true)]
    async fn bytes_before_the_first_line_end_are_dropped() {
        let mut rig = rig("COM1", 1024, false);
        rig.board
            .write_all(b"er 1\n2 Altimeter 1\n")
            .await
            .expect("room");
        assert_eq!(rig.receive().await, "2 Altimeter 1\n");
        rig.board.write_all(b"2 Fuel").await.expect("room");
        assert_eq!(rig.receive().await, "2 Fuel");
        assert_eq!(*rig.detection.borrow(), PanelDetection::Panel);
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_is_written_than_the_line_carries() {
        // The driver accepts a megabyte at once, and the line carries 11,520 bytes a second.
        let mut rig = rig("COM1,settle=0", 1 << 20, false);
        let queue = rig.to_panel.take().expect("it is open");
        let server = tokio::spawn(async move {
            let mut taken = 0;
            while queue.send(vec![b'x'; 115]).await.is_ok() {
                taken += 115;
            }
            taken
        });
        sleep(Duration::from_secs(10)).await;
        rig.session.abort();
        let taken: usize = server.await.expect("no panic");
        assert!(
            (115_000..=115_700).contains(&taken),
            "{taken} bytes in 10 s"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn writes_begin_when_the_board_speaks_or_the_settle_time_is_over() {
        for (says, after) in [(Some(&b"\n0\n"[..]), 300), (None, 2_000)] {
            let start = Instant::now();
            let mut rig = rig("COM1", 1024, false);
            let queue = rig.to_panel.take().expect("it is open");
            queue
                .send(b"0 A-4E-C\n".to_vec())
                .await
                .expect("it listens");
            if let Some(bytes) = says {
                sleep(Duration::from_millis(300)).await;
                rig.board.write_all(bytes).await.expect("room");
            }
            let mut line = [0; 9];
            rig.board.read_exact(&mut line).await.expect("a line");
            assert_eq!(start.elapsed().as_millis() / 50 * 50, after);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_port_is_closed_if_no_option_names_it() {
        let mut gps = rig("auto", 1024, true);
        gps.board
            .write_all(b"\n$GPGGA,1,2\n$GPGGA,1,2\n")
            .await
            .expect("room");
        assert_eq!(gps.receive().await, "$GPGGA,1,2\n$GPGGA,1,2\n");
        assert!(matches!(gps.session.await, Ok(SessionEnd::Silent)));

        let mut panel = rig("auto", 1024, true);
        panel.board.write_all(b"\n0\n").await.expect("room");
        sleep(Duration::from_secs(60)).await;
        assert!(!panel.session.is_finished());
        assert_eq!(panel.receive().await, "0\n");
    }

    #[tokio::test(start_paused = true)]
    async fn a_port_that_takes_nothing_ends_with_its_connection() {
        let mut rig = rig("COM1,settle=0", 16, false);
        let queue = rig.to_panel.take().expect("it is open");
        queue.send(vec![b'x'; 100]).await.expect("it listens");
        sleep(Duration::from_secs(30)).await;
        assert!(!rig.session.is_finished());
        rig.from_panel = None;
        assert!(matches!(rig.session.await, Ok(SessionEnd::Closed)));
    }

    #[tokio::test(start_paused = true)]
    async fn an_unplugged_board_ends_the_session() {
        let rig = rig("COM1", 1024, false);
        drop(rig.board);
        assert!(matches!(rig.session.await, Ok(SessionEnd::Unplugged(_))));
    }

    #[tokio::test(start_paused = true)]
    async fn noise_is_distinguished_from_a_panel() {
        let mut rig = rig("COM1", 1024, false);
        rig.board.write_all(&[0xF3; 100]).await.expect("room");
        let mut detection = rig.detection.subscribe();
        let detection = detection
            .wait_for(|detection| *detection == PanelDetection::Noise)
            .await;
        assert!(detection.is_ok());
    }
}
