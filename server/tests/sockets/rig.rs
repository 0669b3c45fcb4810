//! A running server with a sim in this process, and its clients.

use std::io::ErrorKind;
use std::net::SocketAddr;

use dcs_master::link::{FromSim, InProcessSim, LinkState, ToSim, in_process};
use dcs_master::serve::{Config, Server, Subscribers};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A running server, and the sim it is linked with.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) sim: InProcessSim,
    pub(crate) subscribers: Subscribers,
    pub(crate) shutdown: CancellationToken,
    pub(crate) server: JoinHandle<()>,
}

impl Running {
    pub(crate) async fn start(config: Config) -> Self {
        let (link, sim) = in_process();
        let server = Server::new(link, config);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (shutdown, subscribers) = (CancellationToken::new(), server.subscribers());
        let server = tokio::spawn(server.run(listener, shutdown.clone()));
        Self {
            address,
            sim,
            subscribers,
            shutdown,
            server,
        }
    }

    /// Starts a server whose sim flies an aircraft without tables.
    pub(crate) async fn flying(config: Config) -> Self {
        let running = Self::start(config).await;
        for state in [LinkState::Hook, LinkState::Export] {
            running.say(FromSim::up(state)).await;
        }
        running.say(FromSim::Aircraft(Some("Bare".into()))).await;
        running
    }

    pub(crate) async fn say(&self, message: FromSim) {
        self.sim
            .to_server
            .send(message)
            .await
            .expect("the server runs");
    }

    pub(crate) async fn args(&self, values: impl IntoIterator<Item = (u32, f64)>) {
        self.say(FromSim::Args(values.into_iter().collect())).await;
    }

    /// Returns the next message to the sim that `wanted` accepts.
    pub(crate) async fn wait_for_sim_message(&mut self, wanted: impl Fn(&ToSim) -> bool) -> ToSim {
        loop {
            let message = self.sim.from_server.recv().await.expect("the server runs");
            if wanted(&message) {
                return message;
            }
        }
    }

    pub(crate) async fn client(&self) -> Client {
        Client::connect(self.address).await
    }

    /// Connects a client that subscribes to this many args, and waits until the sim is told to read
    /// them.
    pub(crate) async fn subscriber(&mut self, args: u32) -> Client {
        let mut client = self.client().await;
        let line = |arg| format!("2 {arg} {arg} 0 1e6\n");
        client.send((0..args).map(line).collect::<String>()).await;
        self.wait_for_sim_message(
            |told| matches!(told, ToSim::WatchArg { arg, .. } if *arg == args - 1),
        )
        .await;
        client
    }

    /// Ends the server, which must not hang.
    pub(crate) async fn stop(self) {
        self.shutdown.cancel();
        self.server.await.expect("no panic");
    }
}

pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    pub(crate) received: Vec<u8>,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address)
            .await
            .expect("the server listens");
        Self {
            stream,
            received: Vec::new(),
        }
    }

    pub(crate) async fn send(&mut self, lines: impl AsRef<[u8]>) {
        self.stream
            .write_all(lines.as_ref())
            .await
            .expect("the server reads");
    }

    /// Returns the next line; `None` if the server has closed the connection.
    pub(crate) async fn line(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.received.iter().position(|&byte| byte == b'\n') {
                let line: Vec<u8> = self.received.drain(..=end).collect();
                return Some(String::from_utf8_lossy(&line[..end]).into_owned());
            }
            match self.stream.read_buf(&mut self.received).await {
                Ok(0) => return None,
                Err(error) if error.kind() == ErrorKind::ConnectionReset => return None,
                read => read.expect("a connection"),
            };
        }
    }

    pub(crate) async fn expect(&mut self, line: &str) {
        assert_eq!(self.line().await.as_deref(), Some(line));
    }

    /// Reads lines up to this one.
    pub(crate) async fn until(&mut self, wanted: &str) {
        while self.line().await.expect("the connection is open") != wanted {}
    }
}
