//! Bytes to lines: Telnet negotiation is skipped, a partial line is kept, a long one is bounded.
//!
//! Knows nothing of what a line means, except that one kind of first line is
//! not meant for this port: a web browser's or a TLS client's.

/// What a piece of input amounts to.
#[derive(Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A line, without its line end.
    Line(&'a [u8]),
    /// A line longer than the limit; its bytes are skipped.
    TooLong,
    /// The first line is an HTTP request or a TLS greeting: close the connection.
    Foreign,
    /// No further line in this input; the rest of it is kept.
    Incomplete,
}

/// Splits what a client sends into lines. Any chunking of the same bytes gives the same lines.
#[derive(Debug)]
pub struct LineReader {
    line: Vec<u8>,
    limit: usize,
    /// The line at hand is too long; skip to its end.
    skipping: bool,
    /// The last step gave the line out; start a new one.
    given_out: bool,
    first: bool,
    after_cr: bool,
    telnet: Telnet,
}

/// Where in a Telnet command (RFC 854) the input stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Telnet {
    Text,
    /// After IAC.
    Command,
    /// After IAC and WILL, WONT, DO or DONT.
    Option,
    /// In a subnegotiation, with the bytes it may still have.
    Sub(u16),
    /// In a subnegotiation, after IAC.
    SubCommand(u16),
}

const IAC: u8 = 255;
const SB: u8 = 250;
const SE: u8 = 240;
const WILL: u8 = 251;
/// A subnegotiation that is longer has lost its end.
const LONGEST_SUBNEGOTIATION: u16 = 512;
/// The first byte of a TLS greeting.
const TLS_HANDSHAKE: u8 = 0x16;
const HTTP_METHODS: [&[u8]; 10] = [
    b"GET", b"POST", b"PUT", b"HEAD", b"OPTIONS", b"DELETE", b"PATCH", b"CONNECT", b"TRACE", b"PRI",
];

impl LineReader {
    /// Reads lines of at most `limit` bytes, line end not counted.
    pub fn new(limit: usize) -> Self {
        Self {
            line: Vec::new(),
            limit,
            skipping: false,
            given_out: false,
            first: true,
            after_cr: false,
            telnet: Telnet::Text,
        }
    }

    /// Takes bytes from the front of `input` up to the end of a line.
    pub fn next(&mut self, input: &mut &[u8]) -> Step<'_> {
        if std::mem::take(&mut self.given_out) {
            self.line.clear();
        }
        while let Some((&byte, rest)) = input.split_first() {
            *input = rest;
            let Some(byte) = self.telnet.step(byte) else {
                continue;
            };
            if self.ends_line(byte) {
                self.first = false;
                if !std::mem::take(&mut self.skipping) {
                    self.given_out = true;
                    return Step::Line(&self.line);
                }
                continue;
            }
            if self.skipping {
                continue;
            }
            // A CR may be half of the line end, which does not count.
            let full = self.line.len() + usize::from(byte != b'\r') > self.limit;
            if full {
                self.line.clear();
                self.skipping = true;
                return Step::TooLong;
            }
            self.line.push(byte);
            if self.first && is_foreign(&self.line) {
                return Step::Foreign;
            }
        }
        Step::Incomplete
    }

    /// Notes a CR and leaves it out of the line if the line ends with it.
    fn ends_line(&mut self, byte: u8) -> bool {
        // A Telnet client whose Return key is a bare CR sends CR NUL.
        let after_cr = std::mem::replace(&mut self.after_cr, byte == b'\r');
        let ends = byte == b'\n' || (after_cr && byte == 0);
        if ends && after_cr && self.line.last() == Some(&b'\r') {
            self.line.pop();
        }
        ends
    }
}

impl Telnet {
    /// The byte, if it belongs to the text.
    fn step(&mut self, byte: u8) -> Option<u8> {
        let (next, text) = match *self {
            Self::Text if byte == IAC => (Self::Command, None),
            Self::Text => (Self::Text, Some(byte)),
            Self::Command => match byte {
                IAC => (Self::Text, Some(IAC)),
                SB => (Self::Sub(LONGEST_SUBNEGOTIATION), None),
                WILL.. => (Self::Option, None),
                _ => (Self::Text, None),
            },
            Self::Option | Self::Sub(0) | Self::SubCommand(0) => (Self::Text, None),
            Self::Sub(left) if byte == IAC => (Self::SubCommand(left - 1), None),
            Self::SubCommand(_) if byte == SE => (Self::Text, None),
            Self::Sub(left) | Self::SubCommand(left) => (Self::Sub(left - 1), None),
        };
        *self = next;
        text
    }
}

/// Whether a first line that starts so is a web browser's.
fn is_foreign(start: &[u8]) -> bool {
    match start {
        [TLS_HANDSHAKE] => true,
        [method @ .., b' '] => HTTP_METHODS.contains(&method),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every step the chunks give, as owned text.
    fn steps(limit: usize, chunks: &[&[u8]]) -> Vec<String> {
        let mut reader = LineReader::new(limit);
        let mut steps = Vec::new();
        for mut chunk in chunks.iter().copied() {
            loop {
                match reader.next(&mut chunk) {
                    Step::Line(line) => steps.push(String::from_utf8_lossy(line).into_owned()),
                    Step::TooLong => steps.push("<too long>".into()),
                    Step::Foreign => {
                        return {
                            steps.push("<foreign>".into());
                            steps
                        };
                    }
                    Step::Incomplete => break,
                }
            }
        }
        steps
    }

    #[test]
    fn lines_end_with_lf_and_lose_one_cr() {
        assert_eq!(
            steps(9, &[b"a\nb\r\n\r\nc\r\r\nd\re\nrest"]),
            ["a", "b", "", "c\r", "d\re"]
        );
    }

    #[test]
    fn telnet_commands_are_skipped_and_a_doubled_iac_is_a_byte() {
        let input = b"\xff\xfd\x03\xff\xfb\x180\xff\xfa\x1f\0\x50\0\n\xff\xff\xff\xf0 1\xff\xf1\r\0x\xff\xff\n";
        assert_eq!(steps(9, &[input]), ["0 1", "x\u{fffd}"]);
    }

    #[test]
    fn a_subnegotiation_without_end_does_not_swallow_the_connection() {
        let mut input = vec![IAC, SB];
        input.extend([b'x'; 600]);
        input.extend(b"\n0\n");
        assert_eq!(steps(99, &[&input])[1..], ["0"]);
    }

    #[test]
    fn a_long_line_is_told_once_and_skipped() {
        assert_eq!(
            steps(3, &[b"abc\nabcdefgh\nx\n"]),
            ["abc", "<too long>", "x"]
        );
        assert_eq!(
            steps(3, &[b"abc\r\nabc\rd\nabc\r\r\nabcd\r\n"]),
            ["abc", "<too long>", "<too long>", "<too long>"],
            "a CR counts if it is not half of the line end"
        );
    }

    #[test]
    fn a_browser_is_recognised_before_its_line_ends() {
        assert_eq!(steps(4096, &[b"POST /x"]), ["<foreign>"]);
        assert_eq!(steps(4096, &[b"\x16\x03\x01"]), ["<foreign>"]);
        assert_eq!(
            steps(4096, &[b"0\nGET / HTTP/1.1\n"]),
            ["0", "GET / HTTP/1.1"]
        );
        assert_eq!(steps(4096, &[b"GETTING there\n"]), ["GETTING there"]);
    }

    proptest! {
        #[test]
        fn any_chunking_gives_the_same_lines(
            pieces in prop::collection::vec(
                prop_oneof![
                    Just(b"\n".to_vec()), Just(b"\r\n".to_vec()), Just(b"\r\0".to_vec()),
                    Just(b"\xff\xfb\x01".to_vec()), Just(b"\xff\xfa\x01\xff\xf0".to_vec()),
                    Just(b"2 540 1 2 30".to_vec()), Just(b"GET ".to_vec()),
                    prop::collection::vec(any::<u8>(), 0..12),
                ],
                0..20,
            ),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        ) {
            let input = pieces.concat();
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(input.len() + 1)).collect();
            cuts.sort_unstable();
            let mut chunks = Vec::new();
            let mut from = 0;
            for cut in cuts {
                chunks.push(&input[from..cut]);
                from = cut;
            }
            chunks.push(&input[from..]);
            let whole = steps(20, &[&input]);
            prop_assert_eq!(steps(20, &chunks), whole.clone());
            let bytes: Vec<&[u8]> = input.chunks(1).collect();
            prop_assert_eq!(steps(20, &bytes), whole);
        }
    }
}
