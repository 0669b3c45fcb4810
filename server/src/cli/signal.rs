//! The signals that end a program.

use std::io;

/// Waits for a signal to stop, such as Ctrl-C.
#[cfg(unix)]
pub(super) async fn stop_signal() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate, mut hangup) = (
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
        signal(SignalKind::hangup())?,
    );
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
    Ok(())
}

/// Waits for Ctrl-C, Ctrl-Break, the console window's close button, log-off and shutdown.
#[cfg(windows)]
pub(super) async fn stop_signal() -> io::Result<()> {
    use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_logoff, ctrl_shutdown};
    let (mut c, mut stop, mut close, mut logoff, mut shutdown) = (
        ctrl_c()?,
        ctrl_break()?,
        ctrl_close()?,
        ctrl_logoff()?,
        ctrl_shutdown()?,
    );
    tokio::select! {
        _ = c.recv() => {}
        _ = stop.recv() => {}
        _ = close.recv() => {}
        _ = logoff.recv() => {}
        _ = shutdown.recv() => {}
    }
    Ok(())
}
