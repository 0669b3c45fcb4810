//! MQTT 3.1.1 as bytes, by `rumqttc`'s types of packets. Pure.
//!
//! The library reads and writes the packets. What is added here is a bound: of a packet that is longer
//! than a request can be, only the beginning is kept, and the connection goes on.

use bytes::{Buf, BytesMut};
use rumqttc::mqttbytes::v4::{Packet, Publish, Subscribe, SubscribeFilter, Unsubscribe};
use rumqttc::mqttbytes::{Error, FixedHeader, PacketType, QoS};

/// The most bytes of a packet's contents that are kept.
const MAX_CONTENTS: usize = 5 * 1024;
/// The most bytes of a packet that the protocol allows.
const LONGEST: usize = 5 + 0x0fff_ffff;
/// The number of a packet that ends subscriptions.
const UNSUBSCRIBE: u16 = 9;

/// What comes from a broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Incoming {
    /// A packet, whole.
    Packet(Packet),
    /// The beginning of a message that is too long.
    LongMessage(Publish),
    /// Another packet that is too long.
    LongPacket,
}

/// The error of bytes that are not MQTT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it does not speak MQTT 3.1.1")]
pub(super) struct PacketError;

impl From<Error> for PacketError {
    fn from(_: Error) -> Self {
        Self
    }
}

/// A reader of packets from pieces of any size.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    buffer: BytesMut,
    /// The bytes of a long packet that are still to be skipped.
    skipped: usize,
}

impl Decoder {
    /// Returns the buffer to which the bytes from the broker are to be appended.
    pub(super) fn buffer(&mut self) -> &mut BytesMut {
        &mut self.buffer
    }

    /// Returns the next packet; `None` if more bytes are needed.
    ///
    /// # Errors
    /// When the bytes are not MQTT.
    pub(super) fn next(&mut self) -> Result<Option<Incoming>, PacketError> {
        let now = self.skipped.min(self.buffer.len());
        self.buffer.advance(now);
        self.skipped -= now;
        match Packet::read(&mut self.buffer, MAX_CONTENTS) {
            Ok(packet) => Ok(Some(Incoming::Packet(packet))),
            Err(Error::InsufficientBytes(_)) => Ok(None),
            Err(Error::PayloadSizeLimitExceeded(length)) => self.long_packet(length),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes the beginning of a packet with long contents, and skips the rest.
    fn long_packet(&mut self, length: usize) -> Result<Option<Incoming>, PacketError> {
        let digits = self.buffer.iter().skip(1);
        let digits = 1 + digits.take_while(|&byte| byte & 0x80 != 0).count();
        let beginning = 1 + digits + MAX_CONTENTS;
        if self.buffer.len() < beginning {
            return Ok(None);
        }
        let bytes = self.buffer.split_to(beginning).freeze();
        self.skipped = length - MAX_CONTENTS;
        let header = FixedHeader::new(bytes[0], digits, MAX_CONTENTS);
        let is_message = matches!(header.packet_type(), Ok(PacketType::Publish));
        Ok(Some(match Publish::read(header, bytes) {
            Ok(beginning) if is_message => Incoming::LongMessage(beginning),
            _ => Incoming::LongPacket,
        }))
    }
}

/// Appends a packet.
pub(super) fn write(out: &mut BytesMut, packet: &Packet) {
    // Only a packet that the protocol does not allow cannot be written: one of more than 256 MB.
    if let Err(error) = packet.write(out, LONGEST) {
        tracing::warn!("MQTT: a packet is left out: {error}");
    }
}

/// Appends a message.
pub(super) fn publish(out: &mut BytesMut, topic: &str, payload: &[u8], is_retained: bool) {
    let mut message = Publish::new(topic, QoS::AtMostOnce, payload);
    message.retain = is_retained;
    write(out, &Packet::Publish(message));
}

/// Appends a subscription to these filters. The answer has the same number, which is not 0.
pub(super) fn subscribe(out: &mut BytesMut, number: u16, filters: Vec<String>) {
    let filters = filters.into_iter();
    let filters = filters.map(|filter| SubscribeFilter::new(filter, QoS::AtMostOnce));
    let mut packet = Subscribe::new_many(filters);
    packet.pkid = number;
    write(out, &Packet::Subscribe(packet));
}

/// Appends the end of the subscription to these filters.
pub(super) fn unsubscribe(out: &mut BytesMut, topics: Vec<String>) {
    let pkid = UNSUBSCRIBE;
    write(out, &Packet::Unsubscribe(Unsubscribe { pkid, topics }));
}

#[cfg(test)]
mod tests;
