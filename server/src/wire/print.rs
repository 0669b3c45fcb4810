//! Writes values as lines.

use std::io::Write;

use super::request::Id;
use crate::decimal;

/// The part of an update line that differs between subscriptions, `2 <id> `, ready to be copied.
#[derive(Debug, Clone, Copy)]
pub struct Prefix {
    bytes: [u8; Self::LONGEST],
    len: u8,
}

impl Prefix {
    /// The length of `2 `, a sign with 19 digits (or 20 digits), and a blank.
    const LONGEST: usize = 23;

    /// Returns the prefix of the updates of a gauge subscription.
    pub fn gauge(id: Id) -> Self {
        let mut bytes = [0; Self::LONGEST];
        let mut rest = &mut bytes[..];
        // An id of at most 64 bits always fits.
        let _ = write!(rest, "2 {id} ");
        let left = rest.len();
        Self {
            bytes,
            len: (Self::LONGEST - left) as u8,
        }
    }

    /// Appends the text. The whole array is copied and its rest cut off, as a copy of a known
    /// length takes a few instructions.
    #[inline]
    pub fn write(&self, out: &mut Vec<u8>) {
        let end = out.len() + usize::from(self.len);
        out.extend_from_slice(&self.bytes);
        out.truncate(end);
    }
}

/// A raw value, and the number of decimals that are printed.
#[derive(Debug, Clone, Copy)]
pub struct Raw {
    /// The value.
    pub value: f64,
    /// The number of decimals.
    pub decimals: u8,
}

/// Appends the part of an update line that all subscriptions with the same scale and precision
/// share: `<raw> <value>` and the line end.
pub fn gauge_tail(out: &mut Vec<u8>, raw: Raw, value: f64, precision: i8) {
    decimal::write_raw(out, raw.value, raw.decimals);
    out.push(b' ');
    decimal::write(out, value, precision);
    out.push(b'\n');
}

/// Appends `0 <aircraft>`.
pub fn aircraft(out: &mut Vec<u8>, name: &str) {
    out.extend_from_slice(b"0 ");
    out.extend(
        name.bytes()
            .map(|byte| if byte.is_ascii_control() { b'?' } else { byte }),
    );
    out.push(b'\n');
}

/// Appends `3 <id> <text>`; line ends in the text become the two characters `\n`.
pub fn indicator(out: &mut Vec<u8>, id: Id, text: &[u8]) {
    let _ = write!(out, "3 {id} ");
    for (number, line) in text.split(|&byte| byte == b'\n').enumerate() {
        if number > 0 {
            out.extend_from_slice(b"\\n");
        }
        out.extend_from_slice(line);
    }
    out.push(b'\n');
}

/// Appends an answer that is one line already.
pub fn line(out: &mut Vec<u8>, text: &[u8]) {
    out.extend_from_slice(text);
    out.push(b'\n');
}

/// Appends `-1 <reason>`.
pub fn error(out: &mut Vec<u8>, reason: &str) {
    out.extend_from_slice(b"-1 ");
    out.extend(
        reason
            .bytes()
            .map(|byte| if byte.is_ascii_control() { b' ' } else { byte }),
    );
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn every_id_fits_the_prefix() {
        for id in [
            0,
            -1,
            Id::from(i64::MIN),
            Id::from(i64::MAX),
            Id::from(u64::MAX),
        ] {
            let mut out = b"x".to_vec();
            Prefix::gauge(id).write(&mut out);
            assert_eq!(out, format!("x2 {id} ").as_bytes());
        }
    }

    #[test]
    fn the_tail_of_an_update() {
        let mut out = Vec::new();
        let raw = |decimals| Raw {
            value: -0.25,
            decimals,
        };
        gauge_tail(&mut out, raw(5), 12.345, 1);
        gauge_tail(&mut out, raw(7), -0.25, 2);
        assert_eq!(out, b"-0.25000 12.3\n-0.2500000 -0.25\n");
    }

    #[test]
    fn lines() {
        assert_eq!(
            text(|out| aircraft(out, "FA-18C_hornet")),
            "0 FA-18C_hornet\n"
        );
        assert_eq!(text(|out| indicator(out, 4, b" A\n B ")), "3 4  A\\n B \n");
        assert_eq!(text(|out| indicator(out, 4, b"")), "3 4 \n");
        assert_eq!(text(|out| error(out, "a\nb")), "-1 a b\n");
    }
}
