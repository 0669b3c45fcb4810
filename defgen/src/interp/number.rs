//! Converts numbers to text and back as C's `printf` and `strtod` do in Lua 5.1.

/// Parses a number for `tonumber` and for operators on strings. As in C, the text ends at its first
/// zero byte.
pub(super) fn parse(text: &[u8]) -> Option<f64> {
    let end = memchr::memchr(0, text).unwrap_or(text.len());
    crate::lex::number(&text[..end])
}

/// Appends a number as Lua prints it: `%.14g`.
pub(super) fn write_number(number: f64, out: &mut Vec<u8>) {
    if number == number.trunc()
        && number.abs() < 1e14
        && (number != 0.0 || !number.is_sign_negative())
    {
        let mut digits = [0; 20];
        out.extend_from_slice(decimal(number as i64, &mut digits));
        return;
    }
    let general = Float {
        precision: Some(14),
        ..Float::default()
    };
    out.extend_from_slice(general.general(number).as_bytes());
}

fn decimal(number: i64, digits: &mut [u8; 20]) -> &[u8] {
    let mut rest = number.unsigned_abs();
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        at -= 1;
        digits[at] = b'-';
    }
    &digits[at..]
}

/// A floating-point format of `printf`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Float {
    /// The number of digits; 6 by default.
    pub(super) precision: Option<usize>,
    /// `#`: keeps the point and trailing zeros.
    pub(super) alternate: bool,
    pub(super) upper: bool,
}

impl Float {
    /// Formats like `%f`.
    pub(super) fn fixed(self, number: f64) -> String {
        if let Some(text) = self.not_finite(number) {
            return text;
        }
        let precision = self.precision.unwrap_or(6);
        let mut text = format!("{number:.precision$}");
        if self.alternate && precision == 0 {
            text.push('.');
        }
        text
    }

    /// Formats like `%e`.
    pub(super) fn scientific(self, number: f64) -> String {
        if let Some(text) = self.not_finite(number) {
            return text;
        }
        let precision = self.precision.unwrap_or(6);
        let (mut mantissa, exponent) = split(number, precision);
        if self.alternate && precision == 0 {
            mantissa.push('.');
        }
        self.with_exponent(&mantissa, exponent)
    }

    /// Formats like `%g`.
    pub(super) fn general(self, number: f64) -> String {
        if let Some(text) = self.not_finite(number) {
            return text;
        }
        let precision = self.precision.unwrap_or(6).max(1);
        let (mut mantissa, exponent) = split(number, precision - 1);
        if exponent >= -4 && exponent < precision as i32 {
            let decimals = (precision as i32 - 1 - exponent) as usize;
            let mut text = format!("{number:.decimals$}");
            self.trim(&mut text);
            return text;
        }
        self.trim(&mut mantissa);
        self.with_exponent(&mantissa, exponent)
    }

    fn trim(self, text: &mut String) {
        if self.alternate {
            if !text.contains('.') {
                text.push('.');
            }
        } else if text.contains('.') {
            let kept = text.trim_end_matches('0').trim_end_matches('.').len();
            text.truncate(kept);
        }
    }

    fn with_exponent(self, mantissa: &str, exponent: i32) -> String {
        let marker = if self.upper { 'E' } else { 'e' };
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{mantissa}{marker}{sign}{:02}", exponent.abs())
    }

    fn not_finite(self, number: f64) -> Option<String> {
        if number.is_finite() {
            return None;
        }
        let sign = if number.is_sign_negative() { "-" } else { "" };
        let word = if number.is_nan() { "nan" } else { "inf" };
        let text = format!("{sign}{word}");
        Some(if self.upper {
            text.to_uppercase()
        } else {
            text
        })
    }
}

/// Returns the mantissa with this number of decimals, and the decimal exponent.
fn split(number: f64, decimals: usize) -> (String, i32) {
    let text = format!("{number:.decimals$e}");
    match text.split_once('e') {
        Some((mantissa, exponent)) => (mantissa.to_owned(), exponent.parse().unwrap_or(0)),
        None => (text, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(number: f64) -> String {
        let mut out = Vec::new();
        write_number(number, &mut out);
        String::from_utf8(out).expect("ASCII")
    }

    #[test]
    fn numbers_print_with_fourteen_digits() {
        let cases = [
            (0.1, "0.1"),
            (1.0 / 3.0, "0.33333333333333"),
            (1e14, "1e+14"),
            (123_456_789_012_345.0, "1.2345678901234e+14"),
            (99_999_999_999_999.0, "99999999999999"),
            (-0.0, "-0"),
            (-17.0, "-17"),
            (1e-5, "1e-05"),
            (0.0001, "0.0001"),
            (1e300, "1e+300"),
            (f64::INFINITY, "inf"),
        ];
        for (number, text) in cases {
            assert_eq!(printed(number), text);
        }
    }
}
