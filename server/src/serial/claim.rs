//! A port that no other program can open while this one has it.

use std::pin::Pin;
use std::task::{Context, Poll};

use serial2_tokio::SerialPort;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::open_error::OpenError;

/// An open port that belongs to this program alone.
#[derive(Debug)]
pub(super) struct ClaimedPort {
    port: SerialPort,
    _claim: Claim,
}

impl ClaimedPort {
    /// Claims an open port.
    pub(super) fn new(name: &str, port: SerialPort) -> Result<Self, OpenError> {
        let claim = Claim::new(name)?;
        Ok(Self {
            port,
            _claim: claim,
        })
    }

    pub(super) fn port(&self) -> &SerialPort {
        &self.port
    }
}

impl AsyncRead for ClaimedPort {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.port).poll_read(context, buffer)
    }
}

impl AsyncWrite for ClaimedPort {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.port).poll_write(context, bytes)
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.port).poll_flush(context)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.port).poll_shutdown(context)
    }
}

/// The mark on the terminal that keeps other programs out, except those of root. It is removed when
/// dropped: a pseudo-terminal whose other end is open would keep it, and nobody could open it
/// again.
#[cfg(unix)]
#[derive(Debug)]
struct Claim {
    /// A second descriptor of the terminal, since `SerialPort` does not lend its own.
    terminal: std::os::fd::OwnedFd,
}

#[cfg(unix)]
impl Claim {
    fn new(name: &str) -> Result<Self, OpenError> {
        use rustix::fs::{Mode, OFlags, open};
        use rustix::termios::ioctl_tiocexcl;
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let terminal =
            open(name, flags, Mode::empty()).map_err(|error| OpenError::of_system(error.into()))?;
        ioctl_tiocexcl(&terminal).map_err(|error| OpenError::of_system(error.into()))?;
        Ok(Self { terminal })
    }
}

#[cfg(unix)]
impl Drop for Claim {
    fn drop(&mut self) {
        // It fails if the port is gone, and then the mark is, too.
        let _ = rustix::termios::ioctl_tiocnxcl(&self.terminal);
    }
}

/// Windows opens a port for one program only.
#[cfg(windows)]
#[derive(Debug)]
struct Claim;

#[cfg(windows)]
impl Claim {
    fn new(_: &str) -> Result<Self, OpenError> {
        Ok(Self)
    }
}
