//! The lines of a sender, whose bytes come in pieces of any size.

/// The longest line in bytes. Identifiers have under 80.
pub(super) const MAX_LINE: usize = 256;

/// The bytes of a line whose end has not come yet.
#[derive(Debug, Default)]
pub(super) struct LineSplitter {
    line: Vec<u8>,
    is_too_long: bool,
}

/// A line, or a part of the input that is none.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// A line without its end and without blanks around it.
    Text(&'a str),
    /// The beginning of a line that is too long.
    TooLong(String),
    /// A line that is not ASCII text, as far as it can be shown.
    NotText(String),
}

impl LineSplitter {
    /// Takes bytes, and passes on each line that they complete.
    pub(super) fn feed(&mut self, bytes: &[u8], mut handle: impl FnMut(Line<'_>)) {
        for &byte in bytes {
            if byte != b'\n' {
                self.push(byte);
                continue;
            }
            let is_too_long = std::mem::take(&mut self.is_too_long);
            let shown = || String::from_utf8_lossy(&self.line).into_owned();
            match std::str::from_utf8(self.line.trim_ascii()) {
                _ if is_too_long => handle(Line::TooLong(shown())),
                Ok("") => {}
                Ok(line) if line.is_ascii() => handle(Line::Text(line)),
                _ => handle(Line::NotText(shown())),
            }
            self.line.clear();
        }
    }

    fn push(&mut self, byte: u8) {
        match self.line.len() < MAX_LINE {
            true => self.line.push(byte),
            false => self.is_too_long = true,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(pieces: &[&[u8]]) -> Vec<String> {
        let mut splitter = LineSplitter::default();
        let mut lines = Vec::new();
        for piece in pieces {
            splitter.feed(piece, |line| lines.push(format!("{line:?}")));
        }
        lines
    }

    #[test]
    fn lines_of_many_datagrams() {
        let long = "x".repeat(MAX_LINE + 1);
        let found = lines(&[
            b"GEAR_8",
            b" 1\r\n\n \nA IN",
            b"C\nB",
            long.as_bytes(),
            b"\n\xff\nC 1\n",
            b"D 1",
        ]);
        let expected = [
            r#"Text("GEAR_8 1")"#,
            r#"Text("A INC")"#,
            &format!("TooLong(\"B{}\")", &long[..MAX_LINE - 1]),
            "NotText(\"\u{fffd}\")",
            r#"Text("C 1")"#,
        ];
        assert_eq!(found, expected);
    }

    proptest! {
        #[test]
        fn any_pieces_give_the_same_lines(bytes in prop::collection::vec(any::<u8>(), 0..600), size in 1..50usize) {
            let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
            prop_assert_eq!(lines(&pieces), lines(&[&bytes]));
        }

        #[test]
        fn endless_lines_need_little_memory(size in 1..5000usize) {
            let mut splitter = LineSplitter::default();
            splitter.feed(&vec![b'x'; size], |_| {});
            prop_assert!(splitter.line.capacity() <= 2 * MAX_LINE);
        }
    }
}
