//! Splits bytes from the sim into lines; a line that is too long is skipped.

use bytes::{Buf, BytesMut};
use memchr::memchr;

/// The most bytes in a line from the sim; a longer line is skipped.
pub(super) const LONGEST_LINE: usize = 1 << 20;

/// The bytes from the sim that are not complete lines yet.
#[derive(Debug, Default)]
pub(super) struct LineBuffer {
    pub(super) buffer: BytesMut,
    /// The number of bytes at the front that are known to have no line end.
    scanned: usize,
    /// The number of bytes so far of a line that is too long and has not ended yet.
    skipping: usize,
    /// The length of the last line that was skipped.
    skipped: Option<usize>,
}

impl LineBuffer {
    /// Returns the next whole line, without its line end.
    pub(super) fn next_line(&mut self) -> Option<BytesMut> {
        loop {
            let Some(end) = memchr(b'\n', &self.buffer[self.scanned..]) else {
                self.scanned = self.buffer.len();
                if self.scanned > LONGEST_LINE || self.skipping > 0 {
                    self.skipping += self.scanned;
                    self.buffer.clear();
                    self.scanned = 0;
                }
                return None;
            };
            let line = self.buffer.split_to(self.scanned + end);
            self.buffer.advance(1);
            self.scanned = 0;
            let length = std::mem::take(&mut self.skipping) + line.len();
            if length <= LONGEST_LINE {
                return Some(line);
            }
            self.skipped = Some(length);
        }
    }

    /// Returns the length of the last line that was skipped since the previous call.
    pub(super) fn take_skipped(&mut self) -> Option<usize> {
        self.skipped.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_whole_whatever_the_chunks_and_long_ones_are_skipped() {
        let long = "x".repeat(LONGEST_LINE + 1);
        let input = format!("one\n\n{long}\ntwo\nrest");
        for chunk in [7, 4096, input.len()] {
            let (mut buffer, mut lines, mut skipped) =
                (LineBuffer::default(), Vec::new(), Vec::new());
            for bytes in input.as_bytes().chunks(chunk) {
                buffer.buffer.extend_from_slice(bytes);
                while let Some(line) = buffer.next_line() {
                    lines.push(String::from_utf8_lossy(&line).into_owned());
                }
                skipped.extend(buffer.take_skipped());
                assert!(buffer.buffer.len() <= LONGEST_LINE + chunk);
            }
            assert_eq!(lines, ["one", "", "two"], "chunks of {chunk}");
            assert_eq!(skipped, [long.len()]);
        }
    }
}
