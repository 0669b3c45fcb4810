//! Splits bytes into lines: skips Telnet negotiation, keeps a partial line, skips a long line.
//!
//! It does not know the meaning of lines, with one exception: if the first line is an HTTP request
//! or a TLS greeting, nothing more is read. A web page can make a browser send such a request, with
//! lines of the protocol in its body.

/// The next thing that a client has sent.
#[derive(Debug, PartialEq, Eq)]
pub enum NextLine<'a> {
    /// A line, without its line end.
    Line(&'a [u8]),
    /// A line longer than the limit; its bytes are skipped.
    TooLong,
    /// The first line is an HTTP request or a TLS greeting: the connection must be closed. Nothing
    /// after it is ever read.
    Foreign,
    /// There is no further complete line in this input. The rest of the input is kept.
    Incomplete,
}

/// Splits the input of a client into lines. The lines do not depend on the pieces in which the
/// bytes arrive.
#[derive(Debug)]
pub struct LineReader {
    line: Vec<u8>,
    limit: usize,
    /// Whether the current line is too long and is skipped to its end.
    skipping: bool,
    /// Whether the current line was returned, so that the next byte begins a new one.
    is_returned: bool,
    origin: Origin,
    after_cr: bool,
    telnet: Telnet,
}

/// The kind of program at the other end, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// The first line is not complete. Holds the number of bytes of ` HTTP/` that were just read.
    Unknown(usize),
    /// The first line was not an HTTP request.
    Client,
    /// The program is a web browser or the like.
    Foreign,
}

/// The position of the input in a Telnet command (RFC 854).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Telnet {
    Text,
    /// After IAC.
    Command,
    /// After IAC and WILL, WONT, DO or DONT.
    Option,
    /// In a subnegotiation; holds the number of bytes that may still follow.
    Sub(u16),
    /// In a subnegotiation, after IAC; holds the same number.
    SubCommand(u16),
}

const IAC: u8 = 255;
const SB: u8 = 250;
const SE: u8 = 240;
const WILL: u8 = 251;
/// The longest subnegotiation. The end of a longer one is assumed to be missing.
const LONGEST_SUBNEGOTIATION: u16 = 512;
/// The first byte of a TLS greeting.
const TLS_HANDSHAKE: u8 = 0x16;
/// Every HTTP request has this in its first line, followed by a digit, whatever its method is.
const HTTP_VERSION: &[u8] = b" HTTP/";
/// The methods that are recognised before the line has ended.
const HTTP_METHODS: [&[u8]; 10] = [
    b"GET", b"POST", b"PUT", b"HEAD", b"OPTIONS", b"DELETE", b"PATCH", b"CONNECT", b"TRACE", b"PRI",
];

impl LineReader {
    /// Creates a reader of lines with at most `limit` bytes, not counting the line end.
    pub fn new(limit: usize) -> Self {
        Self {
            line: Vec::new(),
            limit,
            skipping: false,
            is_returned: false,
            origin: Origin::Unknown(0),
            after_cr: false,
            telnet: Telnet::Text,
        }
    }

    /// Takes bytes from the front of `input` up to the end of a line.
    pub fn next(&mut self, input: &mut &[u8]) -> NextLine<'_> {
        if self.origin == Origin::Foreign {
            *input = &[];
            return NextLine::Foreign;
        }
        if std::mem::take(&mut self.is_returned) {
            self.line.clear();
        }
        while let Some((&byte, rest)) = input.split_first() {
            *input = rest;
            let Some(byte) = self.telnet.step(byte) else {
                continue;
            };
            if self.ends_line(byte) {
                if self.skipping || self.line.iter().any(|byte| !b" \t".contains(byte)) {
                    self.origin = Origin::Client;
                }
                if !std::mem::take(&mut self.skipping) {
                    self.is_returned = true;
                    return NextLine::Line(&self.line);
                }
                continue;
            }
            if self.is_foreign(byte) {
                self.origin = Origin::Foreign;
                *input = &[];
                return NextLine::Foreign;
            }
            if self.skipping {
                continue;
            }
            // A CR may be half of the line end, which does not count.
            let full = self.line.len() + usize::from(byte != b'\r') > self.limit;
            if full {
                self.line.clear();
                self.skipping = true;
                return NextLine::TooLong;
            }
            self.line.push(byte);
        }
        NextLine::Incomplete
    }

    /// Returns whether the first line, up to this byte, is that of a web browser or a TLS client. A
    /// first line that is too long is checked to its end.
    fn is_foreign(&mut self, byte: u8) -> bool {
        let Origin::Unknown(matched) = self.origin else {
            return false;
        };
        if matched == HTTP_VERSION.len() && byte.is_ascii_digit() {
            return true;
        }
        let goes_on = HTTP_VERSION
            .get(matched)
            .is_some_and(|wanted| wanted.eq_ignore_ascii_case(&byte));
        let matched = if goes_on {
            matched + 1
        } else {
            // Only the first byte of the pattern is a blank, so only a blank can restart the match.
            usize::from(byte == b' ')
        };
        self.origin = Origin::Unknown(matched);
        match byte {
            b' ' => HTTP_METHODS.contains(&&self.line[..]),
            TLS_HANDSHAKE => self.line.is_empty() && !self.skipping,
            _ => false,
        }
    }

    /// Returns whether this byte ends the line, and removes a CR before the line end.
    fn ends_line(&mut self, byte: u8) -> bool {
        // Some Telnet clients send CR NUL for the Return key.
        let after_cr = std::mem::replace(&mut self.after_cr, byte == b'\r');
        let ends = byte == b'\n' || (after_cr && byte == 0);
        if ends && after_cr && self.line.last() == Some(&b'\r') {
            self.line.pop();
        }
        ends
    }
}

impl Telnet {
    /// Takes a byte; returns it if it belongs to the text.
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Returns the results for these pieces of input, as text.
    fn steps(limit: usize, chunks: &[&[u8]]) -> Vec<String> {
        let mut reader = LineReader::new(limit);
        let mut steps = Vec::new();
        for mut chunk in chunks.iter().copied() {
            loop {
                match reader.next(&mut chunk) {
                    NextLine::Line(line) => steps.push(String::from_utf8_lossy(line).into_owned()),
                    NextLine::TooLong => steps.push("<too long>".into()),
                    NextLine::Foreign => {
                        return {
                            steps.push("<foreign>".into());
                            steps
                        };
                    }
                    NextLine::Incomplete => break,
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
    fn a_long_line_is_reported_once_and_skipped() {
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

    #[test]
    fn nothing_after_a_request_of_any_method_is_read() {
        let long = format!("PaTcH /{} http/1.1", "x".repeat(5000));
        for request in [
            "patch / HTTP/1.1",
            "MOVE /x HTTP/1.0",
            "QUERY / HTTP/2",
            "FOO  /a b HTTP/1.1 x",
            "x HTTP/1.1",
            " HTTP/1.1",
            "get\t/ HTTP/1.1",
            "HTTP/1.1 / HTTP/1.1",
            "\r\n\nFOO / HTTP/1.1",
            " \t\n  \r\nFOO / HTTP/1.1",
            "FOO / HTTP HTTP/ HTTP/0.9",
            &long,
        ] {
            let input = format!("{request}\r\nHost: x\r\n\r\n1 1 3001 1\n1 1 3001 0\n");
            for size in [1, 2, 7, 64, input.len()] {
                let chunks: Vec<&[u8]> = input.as_bytes().chunks(size).collect();
                let mut seen = steps(4096, &chunks);
                seen.retain(|step| !step.trim().is_empty() && step != "<too long>");
                assert_eq!(seen, ["<foreign>"], "{request:.40} in pieces of {size}");
                let mut reader = LineReader::new(4096);
                for mut chunk in chunks.into_iter().chain([&b"1 1 3001 1\n"[..]]) {
                    while !chunk.is_empty() {
                        let next = reader.next(&mut chunk);
                        assert!(
                            !matches!(next, NextLine::Line(line) if !line.trim_ascii().is_empty()),
                            "{request:.40}: {next:?}"
                        );
                    }
                }
            }
        }
        for line in ["0 HTTP/x", "HTTP/1.1", "3 1 xHTTP/1 5", "GETTING there"] {
            assert_eq!(steps(99, &[line.as_bytes(), b"\n"]), [line]);
        }
    }

    proptest! {
        #[test]
        fn the_body_of_a_request_is_never_read(
            method in "[!#$%&'*+.^_`|~0-9A-Za-z-]{0,12}",
            target in "[!-~]{0,40}",
            version in "(?i: HTTP/)[0-9][!-~]{0,3}",
            limit in 1..60usize,
            sizes in prop::collection::vec(1..9usize, 1..9),
        ) {
            let input = format!("{method} {target}{version}\r\nA: b\r\n\r\n1 1 3001 1\n");
            let (mut rest, mut chunks) = (input.as_bytes(), Vec::new());
            for size in sizes.into_iter().cycle() {
                let (chunk, behind) = rest.split_at(size.min(rest.len()));
                chunks.push(chunk);
                rest = behind;
                if rest.is_empty() {
                    break;
                }
            }
            let mut seen = steps(limit, &chunks);
            seen.retain(|step| step != "<too long>");
            prop_assert_eq!(seen, ["<foreign>"]);
        }

        #[test]
        fn the_lines_do_not_depend_on_the_pieces(
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
