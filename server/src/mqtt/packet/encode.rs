//! Writes packets.

use super::{CONNECT, PUBLISH, SUBSCRIBE, UNSUBSCRIBE};

/// A request for a sign of life.
pub(crate) const PING: [u8; 2] = [0xc0, 0];
/// The end of a connection, without the last will.
pub(crate) const DISCONNECT: [u8; 2] = [0xe0, 0];

/// The contents of the packet that begins a connection.
pub(crate) struct Connect<'a> {
    pub(crate) client_id: &'a str,
    /// The seconds without a packet after which the broker ends the connection.
    pub(crate) keep_alive: u16,
    /// The topic and the payload, both retained, that the broker publishes if the connection breaks.
    pub(crate) will: (&'a str, &'a str),
    pub(crate) user: Option<&'a str>,
    pub(crate) password: Option<&'a str>,
}

/// Appends the packet that begins a connection.
pub(crate) fn connect(out: &mut Vec<u8>, packet: &Connect<'_>) {
    const CLEAN_SESSION: u8 = 0x02;
    const WILL_RETAINED: u8 = 0x04 | 0x20;
    const PASSWORD: u8 = 0x40;
    const USER: u8 = 0x80;
    let Connect {
        will,
        user,
        password,
        ..
    } = packet;
    let mut flags = CLEAN_SESSION | WILL_RETAINED;
    let mut body = Vec::new();
    for text in [packet.client_id, will.0, will.1] {
        string(&mut body, text.as_bytes());
    }
    if let Some(user) = user {
        flags |= USER;
        string(&mut body, user.as_bytes());
    }
    // The protocol allows a password only together with a user.
    if let Some(password) = password.filter(|_| user.is_some()) {
        flags |= PASSWORD;
        string(&mut body, password.as_bytes());
    }
    let mut head = Vec::new();
    string(&mut head, b"MQTT");
    head.extend([4, flags]);
    head.extend(packet.keep_alive.to_be_bytes());
    header(out, CONNECT, head.len() + body.len());
    out.extend(head);
    out.extend(body);
}

/// Appends a message.
pub(crate) fn publish(out: &mut Vec<u8>, topic: &str, payload: &[u8], is_retained: bool) {
    header(
        out,
        PUBLISH | u8::from(is_retained),
        2 + topic.len() + payload.len(),
    );
    string(out, topic.as_bytes());
    out.extend_from_slice(payload);
}

/// Appends a subscription to these filters, with QoS 0. The answer has the same number, which is not 0.
pub(crate) fn subscribe(out: &mut Vec<u8>, number: u16, filters: &[String]) {
    let mut body = number.to_be_bytes().to_vec();
    for filter in filters {
        string(&mut body, filter.as_bytes());
        body.push(0);
    }
    header(out, SUBSCRIBE, body.len());
    out.extend(body);
}

/// Appends the end of the subscription to these filters.
pub(crate) fn unsubscribe(out: &mut Vec<u8>, filters: &[String]) {
    const NUMBER: u16 = 9;
    let mut body = NUMBER.to_be_bytes().to_vec();
    for filter in filters {
        string(&mut body, filter.as_bytes());
    }
    header(out, UNSUBSCRIBE, body.len());
    out.extend(body);
}

fn header(out: &mut Vec<u8>, kind: u8, mut length: usize) {
    out.push(kind);
    loop {
        let digit = (length % 128) as u8;
        length /= 128;
        out.push(digit | if length > 0 { 0x80 } else { 0 });
        if length == 0 {
            return;
        }
    }
}

/// Appends a text with its length, cut off at the longest possible one.
fn string(out: &mut Vec<u8>, text: &[u8]) {
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    out.extend(length.to_be_bytes());
    out.extend(&text[..usize::from(length)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_packets() {
        let mut out = Vec::new();
        publish(&mut out, "a/b", b"1", true);
        assert_eq!(out, b"\x31\x06\x00\x03a/b1");
        out.clear();
        publish(&mut out, "t", &[b'x'; 200], false);
        assert_eq!(out[..6], *b"\x30\xcb\x01\x00\x01t");
        out.clear();
        subscribe(&mut out, 1, &["x/+".into()]);
        assert_eq!(out, b"\x82\x08\x00\x01\x00\x03x/+\x00");
        out.clear();
        unsubscribe(&mut out, &["x".into(), "y".into()]);
        assert_eq!(out, b"\xa2\x08\x00\x09\x00\x01x\x00\x01y");
    }

    #[test]
    fn a_password_goes_with_a_user() {
        let bytes = |user, password| {
            let mut out = Vec::new();
            let will = ("s", "off");
            connect(
                &mut out,
                &Connect {
                    client_id: "me",
                    keep_alive: 20,
                    will,
                    user,
                    password,
                },
            );
            out
        };
        let expected = b"\x10\x19\x00\x04MQTT\x04\x26\x00\x14\x00\x02me\x00\x01s\x00\x03off";
        assert_eq!(bytes(None, None)[2..], expected[2..]);
        assert_eq!(bytes(None, Some("p")), bytes(None, None));
        let with_both = bytes(Some("u"), Some("p"));
        assert_eq!(with_both[9], 0xe6);
        assert!(with_both.ends_with(b"\x00\x01u\x00\x01p"));
    }
}
