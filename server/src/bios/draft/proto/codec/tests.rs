//! Tests of the codec: its properties, and cases that occur in practice.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{
    DecodeCounters, Decoder, EncodeError, MAX_BINARY, MAX_MESSAGE, Message, Payload, is_type,
};

/// A message that owns its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
struct OwnedMessage {
    name: String,
    payload: OwnedPayload,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum OwnedPayload {
    None,
    Text(Vec<u8>),
    Binary(Vec<u8>),
}

impl OwnedMessage {
    fn of(message: Message<'_>) -> Self {
        let payload = match message.payload {
            Payload::None => OwnedPayload::None,
            Payload::Text(text) => OwnedPayload::Text(text.to_vec()),
            Payload::Binary(bytes) => OwnedPayload::Binary(bytes.to_vec()),
        };
        Self {
            name: message.name.to_owned(),
            payload,
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let payload = match &self.payload {
            OwnedPayload::None => Payload::None,
            OwnedPayload::Text(text) => Payload::Text(text),
            OwnedPayload::Binary(bytes) => Payload::Binary(bytes),
        };
        let name = &self.name;
        let mut out = Vec::new();
        Message { name, payload }.encode(&mut out).unwrap();
        out
    }
}

fn bytes_of(messages: &[OwnedMessage]) -> Vec<u8> {
    messages.iter().flat_map(OwnedMessage::bytes).collect()
}

/// Decodes `stream` cut at every point in `cuts` (taken modulo its length).
fn decode(stream: &[u8], cuts: &[usize]) -> (Vec<OwnedMessage>, DecodeCounters) {
    let mut points: Vec<usize> = cuts.iter().map(|cut| cut % (stream.len() + 1)).collect();
    points.extend([0, stream.len()]);
    points.sort_unstable();
    let mut decoder = Decoder::default();
    let mut found = Vec::new();
    for pair in points.windows(2) {
        decoder.decode(&stream[pair[0]..pair[1]], |m| {
            found.push(OwnedMessage::of(m));
        });
        assert!(decoder.buffer.len() < MAX_MESSAGE, "a decoder keeps little");
    }
    (found, decoder.counters())
}

fn any_name() -> impl Strategy<Value = String> {
    "[A-Z][A-Z0-9_]{0,20}"
}

fn any_text() -> impl Strategy<Value = OwnedMessage> {
    let text = vec(
        any::<u8>().prop_filter("no line feed", |b| *b != b'\n'),
        0..40,
    );
    let payload = prop_oneof![Just(OwnedPayload::None), text.prop_map(OwnedPayload::Text)];
    (any_name(), payload).prop_map(|(name, payload)| OwnedMessage { name, payload })
}

fn any_message() -> impl Strategy<Value = OwnedMessage> {
    let binary =
        (any_name(), vec(any::<u8>(), 0..=MAX_BINARY)).prop_map(|(name, bytes)| OwnedMessage {
            name,
            payload: OwnedPayload::Binary(bytes),
        });
    prop_oneof![any_text(), binary]
}

/// Generates bytes, most of which mean something to the decoder.
fn rough_bytes(length: usize) -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        4 => prop::sample::select(&b"AZ09_b \n\r\x00\x01\x03\x0a"[..]),
        1 => any::<u8>(),
    ];
    vec(byte, 0..length)
}

proptest! {
    #[test]
    fn every_message_survives_any_chunking(
        messages in vec(any_message(), 0..12),
        cuts in vec(any::<usize>(), 0..30),
    ) {
        let (found, counters) = decode(&bytes_of(&messages), &cuts);
        prop_assert_eq!(&found, &messages);
        prop_assert_eq!(counters.messages, messages.len() as u64);
        prop_assert_eq!(counters.damaged + counters.too_long, 0);
    }

    #[test]
    fn chunking_changes_nothing_for_arbitrary_bytes(
        stream in rough_bytes(3 * MAX_MESSAGE),
        cuts in vec(any::<usize>(), 0..30),
    ) {
        prop_assert_eq!(decode(&stream, &cuts), decode(&stream, &[]));
    }

    #[test]
    fn what_is_read_from_arbitrary_bytes_can_be_written(stream in rough_bytes(600)) {
        let (found, _) = decode(&stream, &[]);
        let (again, _) = decode(&bytes_of(&found), &[]);
        prop_assert_eq!(again, found);
    }

    #[test]
    fn damage_without_a_false_binary_costs_only_its_own_line(
        before in vec(any_message(), 0..4),
        garbage in vec(any::<u8>().prop_filter("no b", |b| *b != b'b' && *b != b'\n'), 0..300),
        after in vec(any_message(), 0..6),
    ) {
        let stream = [bytes_of(&before), garbage, b"\n".to_vec(), bytes_of(&after)].concat();
        let (found, _) = decode(&stream, &[]);
        prop_assert!(found.starts_with(&before));
        prop_assert!(found.ends_with(&after));
        prop_assert!(found.len() <= before.len() + 1 + after.len());
    }

    #[test]
    fn a_false_binary_reaches_no_further_than_its_length(
        garbage in rough_bytes(300),
        after in vec(any_text(), 0..40),
    ) {
        let stream = [garbage, b"\n".to_vec(), bytes_of(&after)].concat();
        let (found, _) = decode(&stream, &[]);
        let mut reach = MAX_BINARY + 1;
        let safe = after.iter().skip_while(|message| {
            let within = reach > 0;
            reach = reach.saturating_sub(message.bytes().len());
            within
        });
        let safe: Vec<OwnedMessage> = safe.cloned().collect();
        prop_assert!(found.ends_with(&safe));
    }

    #[test]
    fn a_binary_with_a_broken_end_costs_only_its_lines(
        name in any_name(),
        payload in vec(any::<u8>().prop_filter("no line feed", |b| *b != b'\n'), 1..=MAX_BINARY),
        cut in any::<prop::sample::Index>(),
        after in vec(any_text(), 0..6),
    ) {
        // Bytes were lost on the way: the length byte promises more than there is.
        let mut damaged = OwnedMessage { name: name.clone(), payload: OwnedPayload::Binary(payload) }.bytes();
        damaged.remove(name.len() + 2 + cut.index(damaged.len() - name.len() - 3));
        let promised = usize::from(damaged[name.len() + 1]);
        let behind = damaged.len() - name.len() - 2;
        let stream = [damaged, bytes_of(&after), vec![b'0'; MAX_MESSAGE]].concat();
        prop_assume!(stream[name.len() + 2..][promised] != b'\n');
        prop_assert!(promised >= behind);
        prop_assert_eq!(decode(&stream, &[]).0, after);
    }
}

fn check(stream: &[u8], expected: &[(&str, Payload<'_>)]) {
    let (found, _) = decode(stream, &[]);
    let expected: Vec<OwnedMessage> = expected
        .iter()
        .map(|&(name, payload)| OwnedMessage::of(Message { name, payload }))
        .collect();
    assert_eq!(found, expected, "{}", stream.escape_ascii());
}

#[test]
fn the_three_forms() {
    check(b"CMSC\n", &[("CMSC", Payload::None)]);
    check(b"SYNC E\n", &[("SYNC", Payload::Text(b"E"))]);
    check(b"X b\n", &[("X", Payload::Text(b"b"))]);
    check(b"Xb\x02\n\n\n", &[("X", Payload::Binary(b"\n\n"))]);
    check(b"Xb\x00\n", &[("X", Payload::Binary(b""))]);
    // The length byte is itself a line feed: ten bytes.
    check(
        b"Xb\n0123456789\n",
        &[("X", Payload::Binary(b"0123456789"))],
    );
    check(b"X \n", &[("X", Payload::Text(b""))]);
    check(
        b"B\nB b\n",
        &[("B", Payload::None), ("B", Payload::Text(b"b"))],
    );
}

#[test]
fn empty_lines_and_terminal_line_endings() {
    check(b"\n\r\n\nA\r\n", &[("A", Payload::None)]);
    check(b"A 1\r\n", &[("A", Payload::Text(b"1\r"))]);
    check(b"A\rB\nC\n", &[("C", Payload::None)]);
}

#[test]
fn damage_is_counted() {
    let (found, counters) = decode(b"gear 1\n1A 2\nA\x80 3\n\xff\nOK\n", &[]);
    assert_eq!(found.len(), 1);
    assert_eq!((counters.messages, counters.damaged), (1, 4));
}

#[test]
fn the_longest_message_is_read_and_a_longer_one_is_skipped() {
    let message = |length: usize| [b"A ".to_vec(), vec![b'x'; length - 3], vec![b'\n']].concat();
    for cuts in [vec![], (0..3 * MAX_MESSAGE).collect()] {
        let (found, counters) = decode(&message(MAX_MESSAGE), &cuts);
        assert_eq!((found.len(), counters.too_long), (1, 0));
        let stream = [message(MAX_MESSAGE + 1), b"B\n".to_vec()].concat();
        let (found, counters) = decode(&stream, &cuts);
        assert_eq!(found[0].name, "B");
        assert_eq!((found.len(), counters.too_long), (1, 1));
    }
}

#[test]
fn what_cannot_be_written_leaves_the_buffer_alone() {
    let long = vec![b'x'; MAX_MESSAGE];
    let cases = [
        ("", Payload::None, EncodeError::Name),
        ("1A", Payload::None, EncodeError::Name),
        ("Ab", Payload::None, EncodeError::Name),
        ("A", Payload::Text(b"1\n2"), EncodeError::LineFeed),
        ("A", Payload::Text(&long), EncodeError::TooLong),
        ("A", Payload::Binary(&long[..256]), EncodeError::TooLong),
    ];
    for (name, payload, error) in cases {
        let mut out = b"kept".to_vec();
        assert_eq!(Message { name, payload }.encode(&mut out), Err(error));
        assert_eq!(out, b"kept");
    }
    assert!(is_type("AIRCRAFT") && is_type("Z9_") && !is_type("_A") && !is_type("É"));
}
