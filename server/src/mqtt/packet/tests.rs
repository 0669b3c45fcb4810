use proptest::prelude::*;
use rumqttc::mqttbytes::v4::{ConnAck, ConnectReturnCode, SubAck, SubscribeReasonCode, UnsubAck};

use super::*;

/// Returns the packets in bytes that come in pieces of this size.
fn packets(bytes: &[u8], piece: usize) -> Result<Vec<Incoming>, PacketError> {
    let (mut decoder, mut packets) = (Decoder::default(), Vec::new());
    for piece in bytes.chunks(piece.max(1)) {
        decoder.buffer().extend_from_slice(piece);
        while let Some(packet) = decoder.next()? {
            packets.push(packet);
        }
        assert!(
            decoder.buffer.len() <= 5 + MAX_CONTENTS,
            "more is kept than a packet"
        );
    }
    Ok(packets)
}

fn message(topic: &str, payload: &[u8], is_retained: bool) -> Incoming {
    let mut message = Publish::new(topic, QoS::AtMostOnce, payload);
    message.retain = is_retained;
    Incoming::Packet(Packet::Publish(message))
}

/// Returns packets as text.
fn summary(packets: Vec<Incoming>) -> Vec<String> {
    let text = |packet| match packet {
        Incoming::Packet(Packet::Publish(message)) => {
            format!("{}: {:?}", message.topic, message.payload)
        }
        Incoming::Packet(packet) => format!("{packet:?}"),
        Incoming::LongMessage(message) => format!("long {} {}", message.topic, message.retain),
        Incoming::LongPacket => "long packet".to_owned(),
    };
    packets.into_iter().map(text).collect()
}

#[test]
fn packets_of_all_kinds() {
    let mut bytes = BytesMut::from(&b"\x20\x02\x00\x05\x90\x04\x00\x01\x00\x80\xd0\x00"[..]);
    publish(&mut bytes, "a/b", b"\0\xff", true);
    publish(&mut bytes, "c", b"", false);
    bytes.extend_from_slice(b"\xb0\x02\x00\x01\x32\x06\x00\x01t\x00\x07x");
    let refused = ConnAck::new(ConnectReturnCode::NotAuthorized, false);
    let granted = SubscribeReasonCode::Success(QoS::AtMostOnce);
    let answer = SubAck::new(1, vec![granted, SubscribeReasonCode::Failure]);
    let mut confirmed = Publish::new("t", QoS::AtLeastOnce, "x");
    confirmed.pkid = 7;
    let expected = [
        Incoming::Packet(Packet::ConnAck(refused)),
        Incoming::Packet(Packet::SubAck(answer)),
        Incoming::Packet(Packet::PingResp),
        message("a/b", b"\0\xff", true),
        message("c", b"", false),
        Incoming::Packet(Packet::UnsubAck(UnsubAck::new(1))),
        Incoming::Packet(Packet::Publish(confirmed)),
    ];
    for piece in [1, 2, 3, 1000] {
        assert_eq!(packets(&bytes, piece).as_deref(), Ok(&expected[..]));
    }
}

#[test]
fn long_packets_are_skipped_and_cost_nothing() {
    let mut bytes = BytesMut::new();
    publish(&mut bytes, "long", &[b'x'; 100_000], true);
    publish(&mut bytes, &"t".repeat(MAX_CONTENTS), b"", true);
    publish(&mut bytes, "edge", &[b'x'; MAX_CONTENTS - 5], false);
    publish(&mut bytes, "next", b"1", false);
    // Lengths may be written with more digits than they need.
    bytes.extend_from_slice(b"\x30\x80\xa9\x80\x00\x00\x01z");
    bytes.extend_from_slice(&[b'x'; 41 * 128 - 3]);
    bytes.extend_from_slice(b"\x90\x80\x30\x00\x01");
    bytes.extend_from_slice(&[0; 6 * 1024 - 2]);
    publish(&mut bytes, "last", b"2", false);
    let expected = [
        "long long true".to_owned(),
        "long packet".to_owned(),
        "long edge false".to_owned(),
        r#"next: b"1""#.to_owned(),
        "long z false".to_owned(),
        "long packet".to_owned(),
        r#"last: b"2""#.to_owned(),
    ];
    for piece in [1, 999, 1 << 20] {
        let packets = packets(&bytes, piece).expect("MQTT");
        assert_eq!(summary(packets), expected, "{piece}");
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
            assert_eq!(summary(vec![packet]), ["long t false"]);
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
        b"\x20\x02\x00\x84",
    ] {
        assert_eq!(packets(bytes, 100), Err(PacketError), "{bytes:?}");
    }
}

/// Returns packets as a broker sends them, some of them long.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let packet = (0..6_usize, 0..300_usize, any::<bool>()).prop_map(|(kind, size, flag)| {
        let mut bytes = BytesMut::new();
        match kind {
            0 => bytes.extend_from_slice(b"\x20\x02\x00\x00"),
            1 => bytes.extend_from_slice(b"\x90\x04\x00\x01\x00\x80"),
            2 => bytes.extend_from_slice(b"\xd0\x00\xb0\x02\x00\x09"),
            3 => publish(&mut bytes, "dcs/one/long", &vec![7; size * 40], flag),
            _ => publish(&mut bytes, "dcs/one/action/set", &vec![b'1'; size], flag),
        }
        bytes.to_vec()
    });
    prop::collection::vec(packet, 1..6).prop_map(|packets| packets.concat())
}

proptest! {
    #[test]
    fn any_bytes_in_any_pieces_are_read_alike(
        bytes in prop::collection::vec(any::<u8>(), 0..300), piece in 1_usize..20,
    ) {
        prop_assert_eq!(packets(&bytes, piece).is_err(), packets(&bytes, 1000).is_err());
    }

    /// Packets with some bytes changed, and cut off somewhere.
    #[test]
    fn damaged_packets_in_any_pieces_are_read_alike(
        mut bytes in stream(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        end in any::<prop::sample::Index>(),
        piece in 1_usize..2000,
    ) {
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        bytes.truncate(end.index(bytes.len() + 1));
        prop_assert_eq!(packets(&bytes, piece), packets(&bytes, 8192));
    }
}
