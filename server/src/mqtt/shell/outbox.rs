//! The batches for the broker, one at a time.
//!
//! Each batch ends with a ping, and the next one begins when the ping is answered. So whatever the
//! broker or the network does, no more than one batch of values is on its way, and what is sent
//! after a standstill is the newest value of each topic.

use std::io;
use std::time::Duration;

use bytes::BytesMut;
use rumqttc::mqttbytes::v4::Packet;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::Instant;

use crate::mqtt::packet;
use crate::mqtt::state::Cockpit;

/// The time without a batch after which a ping is sent alone.
const PING_INTERVAL: Duration = Duration::from_secs(10);
/// The seconds without a packet after which the broker shall end the connection.
pub(super) const KEEP_ALIVE: u16 = 20;
/// The time in which the broker has to take a batch and answer its ping.
const PATIENCE: Duration = Duration::from_secs(10);

/// The state of the batch.
#[derive(Debug)]
enum State {
    /// There is none.
    Idle,
    /// The rest of it is to be written.
    Writing(BytesMut),
    Flushing,
    /// The answer to its ping has not come.
    AwaitingAnswer,
}

/// The batch that is on its way to the broker.
#[derive(Debug)]
pub(super) struct Outbox {
    state: State,
    /// The time at which the batch was begun, or the last one answered.
    since: Instant,
}

/// The broker does not take a batch, or does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoAnswer;

impl Outbox {
    /// Creates an outbox without a batch.
    pub(super) fn new() -> Self {
        Self {
            state: State::Idle,
            since: Instant::now(),
        }
    }

    /// Begins a batch if there is none and the cockpit has something to send, or if a ping is due.
    ///
    /// # Errors
    /// When a batch is on its way for too long.
    pub(super) fn fill(&mut self, cockpit: &mut Cockpit) -> Result<(), NoAnswer> {
        let waited = self.since.elapsed();
        match self.state {
            State::Idle if cockpit.has_work() || waited >= PING_INTERVAL => {
                let mut batch = BytesMut::new();
                cockpit.write(&mut batch);
                packet::write(&mut batch, &Packet::PingReq);
                self.state = State::Writing(batch);
                self.since = Instant::now();
            }
            State::Idle => {}
            _ if waited >= PATIENCE => return Err(NoAnswer),
            _ => {}
        }
        Ok(())
    }

    /// Returns the time at which [`Self::fill`] is to be called if nothing happens until then.
    pub(super) fn deadline(&self) -> Instant {
        self.since
            + if matches!(self.state, State::Idle) {
                PING_INTERVAL
            } else {
                PATIENCE
            }
    }

    /// Writes on; waits for ever if there is nothing to write. Cancel-safe.
    pub(super) async fn write(&mut self, writer: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        match &mut self.state {
            State::Writing(batch) => {
                writer.write_buf(batch).await?;
                if batch.is_empty() {
                    self.state = State::Flushing;
                }
            }
            State::Flushing => {
                writer.flush().await?;
                self.state = State::AwaitingAnswer;
            }
            State::Idle | State::AwaitingAnswer => std::future::pending().await,
        }
        Ok(())
    }

    /// Takes note of the answer to a ping.
    pub(super) fn answered(&mut self) {
        if matches!(self.state, State::Flushing | State::AwaitingAnswer) {
            self.state = State::Idle;
            self.since = Instant::now();
        }
    }

    /// Returns the part of the batch that is not written, at the end of the connection.
    pub(super) fn rest(&mut self) -> BytesMut {
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Writing(batch) => batch,
            _ => BytesMut::new(),
        }
    }
}
