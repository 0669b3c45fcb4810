//! A sim at the other end of the link, whose args change in every frame.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// The number of frames after which values repeat. A value gives its frame's number modulo this.
pub const FRAMES: u64 = 10_000;

/// The hook state of a sim, linked with a server.
#[derive(Debug)]
pub struct Hook {
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
    line: String,
}

impl Hook {
    /// Waits for the server, introduces itself and names the aircraft.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn accept(listener: &TcpListener, aircraft: &str) -> io::Result<Self> {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let (reader, writer) = TcpStream::into_split(stream);
        let mut hook = Self {
            reader: BufReader::new(reader),
            writer,
            line: String::new(),
        };
        hook.reader.read_line(&mut hook.line).await?;
        let version = env!("CARGO_PKG_VERSION");
        let hello = format!("{{\"hello\":\"hook\",\"link\":1,\"version\":\"{version}\"}}\n");
        hook.writer.write_all(hello.as_bytes()).await?;
        let aircraft = format!("{{\"aircraft\":\"{aircraft}\"}}\n");
        hook.writer.write_all(aircraft.as_bytes()).await?;
        Ok(hook)
    }

    /// Waits until `args` different args are watched, and returns them.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn until_watched(&mut self, args: usize) -> io::Result<BTreeSet<u32>> {
        let mut watched = BTreeSet::new();
        while watched.len() < args {
            self.line.clear();
            if self.reader.read_line(&mut self.line).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(watch) = self.line.strip_prefix("2 ") {
                watched.extend(
                    watch
                        .split(' ')
                        .next()
                        .and_then(|arg| arg.parse::<u32>().ok()),
                );
            }
        }
        Ok(watched)
    }

    /// Sends the values of `args` in frame `number`. Each is the number modulo [`FRAMES`], in units
    /// of 0.0001.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn frame(&mut self, args: impl Iterator<Item = u32>, number: u64) -> io::Result<()> {
        self.line.clear();
        self.line.push_str("{\"args\":{");
        let value = (number % FRAMES) as f64 / FRAMES as f64;
        for (index, arg) in args.enumerate() {
            let comma = if index == 0 { "" } else { "," };
            // Writing to a string cannot fail.
            let _ = write!(self.line, "{comma}\"{arg}\":{value}");
        }
        self.line.push_str("}}\n");
        self.writer.write_all(self.line.as_bytes()).await
    }
}
