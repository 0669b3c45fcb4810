//! Sockets and the clock of the bridge: the connection to the broker, which is made again and again,
//! and the task that serves it.

mod bridge;
mod connect;
mod outbox;
mod session;
mod tls;

pub(crate) use bridge::Bridge;
