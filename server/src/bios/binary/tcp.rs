//! Programs that connect by TCP, such as Bort.

use std::io;
use std::net::SocketAddrV4;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tracing::{debug, info, warn};

use super::connections::Connections;
use super::stream::Pace;
use crate::net::{self, PeerFilter};

/// The most connections at a time.
const MAX_CONNECTIONS: usize = 32;
/// The time after which a program that does not read is disconnected.
const WRITE_DEADLINE: Duration = Duration::from_secs(10);
/// The most bytes that are read at a time.
const READ: usize = 2048;
/// The pause after the system could not accept a connection.
const PAUSE: Duration = Duration::from_millis(100);

/// Listens on an address.
pub(super) fn listen(address: SocketAddrV4) -> io::Result<TcpListener> {
    /// The connections that the system lets wait.
    const BACKLOG: i32 = 16;
    let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP))?;
    // On Windows the option would let two programs have the port.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    TcpListener::from_std(socket.into())
}

/// Serves the programs that connect, for ever.
pub(super) async fn accept(listener: TcpListener, connections: Connections, allow: Vec<IpNet>) {
    let permits = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut peers = PeerFilter::new(allow);
    loop {
        let (stream, from) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                debug!("DCS-BIOS: a program could not be accepted: {error}");
                sleep(PAUSE).await;
                continue;
            }
        };
        if !peers.is_allowed(from.ip()) {
            if peers.may_log() {
                warn!("DCS-BIOS: {from} is not in --allow; its connection is closed");
            }
            continue;
        }
        let Ok(permit) = Arc::clone(&permits).try_acquire_owned() else {
            if peers.may_log() {
                warn!(
                    "DCS-BIOS: the connection of {from} is closed: {MAX_CONNECTIONS} programs are \
                     connected by TCP already, which is the limit"
                );
            }
            continue;
        };
        let connections = connections.clone();
        tokio::spawn(async move {
            debug!("DCS-BIOS: {from} is connected");
            let end = serve(stream, &connections).await;
            drop(permit);
            match end {
                Ok(()) => debug!("DCS-BIOS: {from} is gone"),
                Err(error) => info!("DCS-BIOS: {from}: {error}"),
            }
        });
    }
}

/// Serves a program until its connection ends.
async fn serve(stream: TcpStream, connections: &Connections) -> io::Result<()> {
    net::set_client_options(&stream)?;
    let Some(mut panel) = connections.connect(Pace::Unlimited).await else {
        return Ok(());
    };
    let (mut reading, mut writing) = stream.into_split();
    let read = async {
        loop {
            let mut bytes = Vec::with_capacity(READ);
            if reading.read_buf(&mut bytes).await? == 0
                || panel.to_server.send(bytes).await.is_err()
            {
                return Ok(());
            }
        }
    };
    let write = async {
        while let Some(updates) = panel.from_server.recv().await {
            let written = timeout(WRITE_DEADLINE, writing.write_all(&updates)).await;
            written.map_err(|_| io::Error::other("it does not read, so it is disconnected"))??;
        }
        Ok(())
    };
    tokio::select! {
        end = read => end,
        end = write => end,
    }
}
