//! Reads packets from pieces of any size. What is kept of a packet is bounded; the rest of a longer
//! one is skipped.

use bytes::{Buf, BytesMut};

use super::{CONNACK, PINGRESP, PUBLISH, SUBACK};

/// The most bytes of a topic.
const MAX_TOPIC: usize = 1024;
/// The most bytes of a payload.
pub(super) const MAX_PAYLOAD: usize = 4096;
/// The most bytes of a packet that is kept whole.
const MAX_PACKET: usize = 4 + MAX_TOPIC + MAX_PAYLOAD;

/// A packet from a broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Incoming {
    /// The answer to the connection; 0 means yes.
    ConnAck(u8),
    /// A message.
    Publish {
        topic: String,
        /// The payload; `None` if it is too long.
        payload: Option<Vec<u8>>,
        /// Whether it comes from the broker's memory, not from a program that has just sent it.
        is_retained: bool,
    },
    /// The answer to a subscription.
    SubAck {
        /// The number of the subscription.
        number: u16,
        /// Whether all of it was granted.
        is_granted: bool,
    },
    /// The answer to a ping.
    PingResp,
    /// Anything else.
    Other,
}

/// The error of bytes that are not MQTT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it does not speak MQTT 3.1.1")]
pub(crate) struct PacketError;

/// A reader of packets.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    buffer: BytesMut,
    /// The bytes of a long packet that are still to be skipped.
    skipped: usize,
}

impl Decoder {
    /// Returns the buffer to which the bytes from the broker are to be appended.
    pub(crate) fn buffer(&mut self) -> &mut BytesMut {
        &mut self.buffer
    }

    /// Returns the next packet; `None` if more bytes are needed.
    ///
    /// # Errors
    /// When the bytes are not MQTT.
    pub(crate) fn next(&mut self) -> Result<Option<Incoming>, PacketError> {
        let now = self.skipped.min(self.buffer.len());
        self.buffer.advance(now);
        self.skipped -= now;
        let Some((header, length)) = header(&self.buffer)? else {
            return Ok(None);
        };
        let whole = header + length;
        if whole > MAX_PACKET {
            return self.long_packet(header, whole);
        }
        if self.buffer.len() < whole {
            return Ok(None);
        }
        let packet = self.buffer.split_to(whole);
        read(packet[0], &packet[header..]).map(Some)
    }

    /// Skips a long packet, all but the topic of a message.
    fn long_packet(
        &mut self,
        header: usize,
        whole: usize,
    ) -> Result<Option<Incoming>, PacketError> {
        if self.buffer.len() < MAX_PACKET {
            return Ok(None);
        }
        let kind = self.buffer[0];
        let packet = match kind & 0xf0 {
            PUBLISH => message(kind, &self.buffer[header..MAX_PACKET], true)?,
            _ => Incoming::Other,
        };
        self.buffer.advance(MAX_PACKET);
        self.skipped = whole - MAX_PACKET;
        Ok(Some(packet))
    }
}

/// Returns the lengths of the header and of what follows it; `None` if the header is incomplete.
fn header(bytes: &[u8]) -> Result<Option<(usize, usize)>, PacketError> {
    let mut length = 0;
    for (place, &byte) in bytes.iter().skip(1).take(4).enumerate() {
        length |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Ok(Some((place + 2, length)));
        }
    }
    if bytes.len() >= 5 {
        Err(PacketError)
    } else {
        Ok(None)
    }
}

fn read(kind: u8, body: &[u8]) -> Result<Incoming, PacketError> {
    match (kind & 0xf0, body) {
        (CONNACK, &[_, code]) => Ok(Incoming::ConnAck(code)),
        (CONNACK, _) => Err(PacketError),
        (PUBLISH, body) => message(kind, body, false),
        (SUBACK, body) => {
            const REFUSED: u8 = 0x80;
            let (number, codes) = body.split_first_chunk::<2>().ok_or(PacketError)?;
            Ok(Incoming::SubAck {
                number: u16::from_be_bytes(*number),
                is_granted: !codes.contains(&REFUSED),
            })
        }
        (PINGRESP, _) => Ok(Incoming::PingResp),
        _ => Ok(Incoming::Other),
    }
}

fn message(kind: u8, body: &[u8], is_long: bool) -> Result<Incoming, PacketError> {
    let (length, rest) = body.split_first_chunk::<2>().ok_or(PacketError)?;
    let length = usize::from(u16::from_be_bytes(*length));
    if length > MAX_TOPIC {
        return Ok(Incoming::Other);
    }
    let (topic, rest) = rest.split_at_checked(length).ok_or(PacketError)?;
    let topic = std::str::from_utf8(topic).map_err(|_| PacketError)?;
    // With a QoS above 0, which is not subscribed to, the number of the packet follows.
    let number = if kind & 0x06 == 0 { 0 } else { 2 };
    let payload = rest.get(number..).ok_or(PacketError)?;
    let is_kept = !is_long && payload.len() <= MAX_PAYLOAD;
    Ok(Incoming::Publish {
        topic: topic.to_owned(),
        payload: is_kept.then(|| payload.to_vec()),
        is_retained: kind & 1 != 0,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::mqtt::packet::encode::publish;

    /// Returns the packets in bytes that come in pieces of this size.
    fn packets(bytes: &[u8], piece: usize) -> Result<Vec<Incoming>, PacketError> {
        let (mut decoder, mut packets) = (Decoder::default(), Vec::new());
        for piece in bytes.chunks(piece.max(1)) {
            decoder.buffer().extend_from_slice(piece);
            while let Some(packet) = decoder.next()? {
                packets.push(packet);
            }
            assert!(
                decoder.buffer.len() <= MAX_PACKET,
                "more is kept than a packet"
            );
        }
        Ok(packets)
    }

    fn message(topic: &str, payload: Option<&[u8]>, is_retained: bool) -> Incoming {
        let (topic, payload) = (topic.to_owned(), payload.map(<[u8]>::to_vec));
        Incoming::Publish {
            topic,
            payload,
            is_retained,
        }
    }

    #[test]
    fn packets_of_all_kinds() {
        let mut bytes =
            b"\x20\x02\x00\x05\x90\x04\x00\x01\x00\x80\x90\x03\x00\x01\x01\xd0\x00".to_vec();
        publish(&mut bytes, "a/b", b"\0\xff", true);
        publish(&mut bytes, "c", b"", false);
        bytes.extend(b"\xb0\x02\x00\x01\x32\x06\x00\x01t\x00\x07x");
        let expected = [
            Incoming::ConnAck(5),
            Incoming::SubAck {
                number: 1,
                is_granted: false,
            },
            Incoming::SubAck {
                number: 1,
                is_granted: true,
            },
            Incoming::PingResp,
            message("a/b", Some(b"\0\xff"), true),
            message("c", Some(b""), false),
            Incoming::Other,
            message("t", Some(b"x"), false),
        ];
        for piece in [1, 2, 3, 1000] {
            assert_eq!(packets(&bytes, piece).as_deref(), Ok(&expected[..]));
        }
    }

    #[test]
    fn long_messages_are_skipped_and_cost_nothing() {
        let mut bytes = Vec::new();
        publish(&mut bytes, "long", &[b'x'; 100_000], true);
        publish(&mut bytes, &"t".repeat(2000), b"", true);
        publish(&mut bytes, "edge", &[b'x'; MAX_PAYLOAD + 1], false);
        publish(&mut bytes, "next", b"1", false);
        let expected = [
            message("long", None, true),
            Incoming::Other,
            message("edge", None, false),
            message("next", Some(b"1"), false),
        ];
        for piece in [1, 999, 1 << 20] {
            assert_eq!(packets(&bytes, piece).as_deref(), Ok(&expected[..]));
        }
    }

    #[test]
    fn an_announced_length_is_not_reserved() {
        // 256 MB, the longest packet there can be.
        let announced = [0x30, 0xff, 0xff, 0xff, 0x7f, 0, 1, b't'];
        let mut decoder = Decoder::default();
        decoder.buffer().extend_from_slice(&announced);
        assert_eq!(decoder.next(), Ok(None));
        assert!(decoder.buffer.capacity() < 10_000);
        for _ in 0..100 {
            decoder.buffer().extend_from_slice(&[0; 10_000]);
            while let Ok(Some(packet)) = decoder.next() {
                assert_eq!(packet, message("t", None, false));
            }
            assert!(decoder.buffer.is_empty());
        }
    }

    #[test]
    fn what_is_not_mqtt_is_an_error() {
        for bytes in [
            &b"\x30\xff\xff\xff\xff\x01"[..],
            b"\x20\x01\x00",
            b"\x30\x01\x00",
            b"\x30\x03\x00\x09t",
            b"\x30\x04\x00\x02\xff\xfe",
        ] {
            assert_eq!(packets(bytes, 100), Err(PacketError), "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_pieces_are_read_alike(
            bytes in prop::collection::vec(any::<u8>(), 0..300), piece in 1_usize..20,
        ) {
            prop_assert_eq!(packets(&bytes, piece).is_err(), packets(&bytes, 1000).is_err());
        }
    }
}
