//! The two directions of a client's connection, over TCP or to a panel of this process.

use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::sync::mpsc;

/// The most bytes that are read at a time.
const READ: usize = 4096;

/// A connection, before it is split into its directions.
#[derive(Debug)]
pub(super) enum ClientStream {
    /// A TCP connection.
    Tcp(TcpStream),
    /// A connection to a panel of this process.
    Panel(Pipe),
}

/// The kinds of panels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PanelKind {
    /// On a serial port.
    Serial,
    /// A page in a browser.
    Page,
}

/// The other end of a connection, as the log names it.
#[derive(Debug, Clone)]
pub(super) enum Peer {
    /// A client on the network.
    Address(SocketAddr),
    /// A panel, by its name.
    Panel(PanelKind, Arc<str>),
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Panel(PanelKind::Serial, name) => name.fmt(f),
            Self::Panel(PanelKind::Page, name) => write!(f, "page {name}"),
        }
    }
}

/// The server's end of a panel's connection. Each direction holds one write only. So updates for a
/// slow panel wait in the world, as newest values, and requests of a fast one wait on its line.
#[derive(Debug)]
pub(super) struct Pipe {
    pub(super) from_panel: mpsc::Receiver<Vec<u8>>,
    pub(super) to_panel: mpsc::Sender<Vec<u8>>,
    pub(super) bytes_per_write: usize,
}

/// The direction from the client.
#[derive(Debug)]
pub(super) enum Incoming {
    /// From a socket.
    Tcp(Arc<TcpStream>),
    /// From a panel.
    Panel(mpsc::Receiver<Vec<u8>>),
}

/// The direction to the client.
#[derive(Debug, Clone)]
pub(super) enum Outgoing {
    /// To a socket.
    Tcp(Arc<TcpStream>),
    /// To a panel.
    Panel {
        /// The queue of the panel's line.
        queue: mpsc::Sender<Vec<u8>>,
        /// The most bytes of a write.
        bytes_per_write: usize,
    },
}

impl ClientStream {
    /// Splits the connection into its directions.
    pub(super) fn split(self) -> (Incoming, Outgoing) {
        match self {
            Self::Tcp(stream) => {
                let stream = Arc::new(stream);
                (Incoming::Tcp(Arc::clone(&stream)), Outgoing::Tcp(stream))
            }
            Self::Panel(pipe) => (
                Incoming::Panel(pipe.from_panel),
                Outgoing::Panel {
                    queue: pipe.to_panel,
                    bytes_per_write: pipe.bytes_per_write,
                },
            ),
        }
    }

    /// Writes a line if that is possible at once, and closes the connection.
    pub(super) fn write_last(self, line: &[u8]) {
        match self {
            Self::Tcp(stream) => {
                if let Ok(mut stream) = stream.into_std() {
                    let _ = stream.write(line);
                }
            }
            Self::Panel(pipe) => {
                let _ = pipe.to_panel.try_send(line.to_vec());
            }
        }
    }
}

impl Incoming {
    /// Waits for bytes and returns them; an empty vector at the end. No buffer is allocated while
    /// it waits.
    ///
    /// # Errors
    /// When the connection is broken.
    pub(super) async fn next_bytes(&mut self) -> io::Result<Vec<u8>> {
        let stream = match self {
            Self::Tcp(stream) => stream,
            // A panel cannot close one side only, so the connection is broken.
            Self::Panel(queue) => return queue.recv().await.ok_or_else(broken),
        };
        loop {
            stream.readable().await?;
            let mut bytes = Vec::with_capacity(READ);
            match stream.try_read_buf(&mut bytes) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
                Ok(_) => return Ok(bytes),
            }
        }
    }
}

impl Outgoing {
    /// Writes as many bytes as the other end accepts at once, and returns their number.
    ///
    /// # Errors
    /// [`ErrorKind::WouldBlock`] if it accepts none at present; others if the connection
    /// is broken.
    pub(super) fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.try_write(bytes),
            Self::Panel {
                queue,
                bytes_per_write,
            } => {
                let room = queue.try_reserve().map_err(|error| match error {
                    mpsc::error::TrySendError::Full(()) => ErrorKind::WouldBlock.into(),
                    mpsc::error::TrySendError::Closed(()) => broken(),
                })?;
                let count = bytes.len().min(*bytes_per_write);
                room.send(bytes[..count].to_vec());
                Ok(count)
            }
        }
    }

    /// Returns how many values are formatted at once for a client that reads again. For a panel these
    /// fill little more than a write, since on a slow line those behind it would grow old.
    pub(super) fn values_at_once(&self) -> usize {
        /// The bytes of the shortest update, `2 1 0.00000 0` and its line end.
        const SHORTEST_UPDATE: usize = 14;
        match self {
            Self::Tcp(_) => usize::MAX,
            Self::Panel {
                bytes_per_write, ..
            } => bytes_per_write / SHORTEST_UPDATE + 1,
        }
    }

    /// Waits until the other end accepts more, or the connection is broken.
    pub(super) async fn writable(&self) {
        match self {
            Self::Tcp(stream) => {
                let _ = stream.writable().await;
            }
            Self::Panel { queue, .. } => {
                let _ = queue.reserve().await;
            }
        }
    }
}

fn broken() -> io::Error {
    ErrorKind::BrokenPipe.into()
}
