//! The encoding of a text of any length and content.

use memchr::{memchr, memchr_iter};

use super::codec::{MAX_BINARY, MAX_MESSAGE, Message, Payload};

/// Appends a message with `text`. One line becomes a text payload. A text with line feeds becomes a
/// binary payload if it fits, else a text payload with the two characters `\n` for each line feed.
/// A text that is too long for a message is cut.
pub(crate) fn encode_text(name: &str, text: &[u8], out: &mut Vec<u8>) {
    let room = MAX_MESSAGE.saturating_sub(name.len() + 2);
    let joined;
    let payload = match memchr(b'\n', text) {
        None => Payload::Text(cut(text, room)),
        Some(_) if text.len() <= MAX_BINARY => Payload::Binary(text),
        Some(_) => {
            joined = join_lines(text);
            Payload::Text(cut(&joined, room))
        }
    };
    let written = Message { name, payload }.encode(out);
    debug_assert!(written.is_ok(), "{name:?} must be a type; the payload fits");
}

fn join_lines(text: &[u8]) -> Vec<u8> {
    let mut joined = Vec::with_capacity(text.len() + 16);
    let mut start = 0;
    for end in memchr_iter(b'\n', text) {
        joined.extend_from_slice(&text[start..end]);
        joined.extend_from_slice(b"\\n");
        start = end + 1;
    }
    joined.extend_from_slice(&text[start..]);
    joined
}

/// Returns the start of `text`: at most `room` bytes, without cutting a UTF-8 character.
fn cut(text: &[u8], room: usize) -> &[u8] {
    if text.len() <= room {
        return text;
    }
    let inside = |end: usize| text[end] & 0xc0 == 0x80;
    let ends = (room.saturating_sub(3)..=room).rev();
    let end = ends.into_iter().find(|end| !inside(*end)).unwrap_or(room);
    &text[..end]
}
