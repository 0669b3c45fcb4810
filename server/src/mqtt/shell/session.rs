//! A connection to the broker, from the login to its end.

use std::time::Duration;

use indexmap::IndexSet;
use rumqttc::mqttbytes::v4::Packet;
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::time::{Instant, timeout};

use super::connect::{BrokerError, Connection, Stream};
use super::outbox::{NoAnswer, Outbox};
use crate::mqtt::packet::{self, Decoder, Incoming};
use crate::mqtt::state::{Cockpit, Denial};
use crate::wire::Request;

/// The most bytes that are read at a time.
const READ: usize = 8192;
/// The time in which the broker sends the topics that an earlier server has left behind.
const SEARCH: Duration = Duration::from_secs(3);
/// The most time for clearing the topics at the end.
const FAREWELL: Duration = Duration::from_secs(1);

/// A connection to the broker.
pub(super) struct Session {
    reader: ReadHalf<Box<dyn Stream>>,
    writer: WriteHalf<Box<dyn Stream>>,
    decoder: Decoder,
    outbox: Outbox,
    /// The end of the search for topics of earlier servers; `None` after it.
    search_end: Option<Instant>,
    since: Instant,
    /// Whether the broker has answered a ping, and so taken a batch.
    is_answered: bool,
    /// The rights that the broker does not give.
    denials: IndexSet<Denial>,
    /// The number of denials that were taken.
    taken: usize,
}

impl Session {
    pub(super) fn new(connection: Connection) -> Self {
        let (reader, writer) = split(connection.stream);
        let now = Instant::now();
        Self {
            reader,
            writer,
            decoder: connection.decoder,
            outbox: Outbox::new(),
            search_end: Some(now + SEARCH),
            since: now,
            is_answered: false,
            denials: IndexSet::new(),
            taken: 0,
        }
    }

    /// Returns how long it has lasted.
    pub(super) fn age(&self) -> Duration {
        self.since.elapsed()
    }

    /// Returns the next right that the broker does not give; each of them once.
    pub(super) fn next_denial(&mut self) -> Option<Denial> {
        let denial = self.denials.get_index(self.taken).copied()?;
        self.taken += 1;
        Some(denial)
    }

    /// Exchanges data with the broker until something has come from it or a moment has passed, and
    /// returns the requests that have come. Cancel-safe.
    ///
    /// # Errors
    /// When the connection is broken.
    pub(super) async fn step(
        &mut self,
        cockpit: &mut Cockpit,
    ) -> Result<Vec<Request>, BrokerError> {
        if self.search_end.is_some_and(|end| end <= Instant::now()) {
            self.search_end = None;
            let denial = cockpit.end_search();
            self.denials.extend(denial.filter(|_| self.is_answered));
        }
        self.outbox
            .fill(cockpit)
            .map_err(|NoAnswer| BrokerError::NoAnswer)?;
        self.decoder.buffer().reserve(READ);
        let deadline = self.outbox.deadline();
        let deadline = self.search_end.map_or(deadline, |end| end.min(deadline));
        tokio::select! {
            count = self.reader.read_buf(self.decoder.buffer()) => {
                match count.map_err(BrokerError::Broken)? {
                    0 => Err(BrokerError::Closed),
                    _ => self.read(cockpit),
                }
            }
            written = self.outbox.write(&mut self.writer) => {
                written.map_err(BrokerError::Broken)?;
                Ok(Vec::new())
            }
            () = tokio::time::sleep_until(deadline) => Ok(Vec::new()),
        }
    }

    /// Processes the packets that have come.
    fn read(&mut self, cockpit: &mut Cockpit) -> Result<Vec<Request>, BrokerError> {
        let mut requests = Vec::new();
        while let Some(packet) = self.decoder.next()? {
            match packet {
                Incoming::Packet(Packet::Publish(message)) => {
                    let payload = Some(&*message.payload);
                    requests.extend(cockpit.message(message.topic, payload, message.retain));
                }
                Incoming::LongMessage(message) => {
                    requests.extend(cockpit.message(message.topic, None, message.retain));
                }
                Incoming::Packet(Packet::PingResp) => {
                    self.is_answered = true;
                    self.outbox.answered();
                }
                Incoming::Packet(Packet::SubAck(answer)) => {
                    self.denials.extend(Cockpit::denial(&answer));
                }
                Incoming::Packet(_) | Incoming::LongPacket => {}
            }
        }
        Ok(requests)
    }

    /// Clears the topics and ends the connection.
    pub(super) async fn end(mut self, cockpit: &mut Cockpit) {
        let mut last = self.outbox.rest();
        cockpit.write_end(&mut last);
        packet::write(&mut last, &Packet::Disconnect);
        let farewell = timeout(FAREWELL, async {
            self.writer.write_all(&last).await?;
            self.writer.flush().await?;
            self.writer.shutdown().await?;
            // The broker closes the connection when it has read everything.
            while self.reader.read(&mut [0; READ]).await? > 0 {}
            std::io::Result::Ok(())
        });
        let _ = farewell.await;
    }
}
