//! Parses numbers as Lua 5.1 does with the C library.

/// Parses a number for the lexer and `tonumber`: decimal, hexadecimal, `inf` or `nan`, with blanks
/// around it.
pub(crate) fn number(text: &[u8]) -> Option<f64> {
    if let Some(whole) = whole(text) {
        return Some(whole);
    }
    let (value, used) = strtod(text)?;
    text[used..]
        .iter()
        .all(|&byte| is_space(byte))
        .then_some(value)
}

/// Returns the length of the number literal at the beginning of a text, valid or not, as Lua's
/// lexer reads it.
pub(super) fn number_len(text: &[u8]) -> usize {
    let count = |from: usize, taken: fn(u8) -> bool| {
        text[from..].iter().take_while(|&&byte| taken(byte)).count()
    };
    let mut len = count(0, |byte| byte.is_ascii_digit() || byte == b'.');
    if matches!(text.get(len), Some(b'e' | b'E')) {
        len += 1;
        len += usize::from(matches!(text.get(len), Some(b'+' | b'-')));
    }
    len + count(len, is_word)
}

/// Returns true for a letter, a digit or an underscore: the bytes of names and numbers.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Returns true for white space, as C's `isspace` does.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// Parses a short number of digits only.
fn whole(text: &[u8]) -> Option<f64> {
    if text.is_empty() || text.len() > 15 || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digits = text.iter();
    Some(digits.fold(0_u64, |value, digit| value * 10 + u64::from(digit - b'0')) as f64)
}

/// Parses the number at the beginning of a text, and returns it with the number of bytes read,
/// including blanks before it.
fn strtod(text: &[u8]) -> Option<(f64, usize)> {
    let blanks = text.iter().take_while(|&&byte| is_space(byte)).count();
    let (negative, sign) = match text.get(blanks) {
        Some(b'-') => (true, 1),
        Some(b'+') => (false, 1),
        _ => (false, 0),
    };
    let (value, used) = magnitude(&text[blanks + sign..])?;
    Some((if negative { -value } else { value }, blanks + sign + used))
}

fn magnitude(text: &[u8]) -> Option<(f64, usize)> {
    let starts = |word: &[u8]| {
        text.get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    if starts(b"0x")
        && let Some(hex) = hexadecimal(&text[2..])
    {
        return Some((hex.0, hex.1 + 2));
    }
    if starts(b"infinity") {
        return Some((f64::INFINITY, 8));
    }
    if starts(b"inf") {
        return Some((f64::INFINITY, 3));
    }
    if starts(b"nan") {
        return Some((f64::NAN, 3));
    }
    decimal(text)
}

fn decimal(text: &[u8]) -> Option<(f64, usize)> {
    let digits = |from: usize| {
        text[from..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let whole = digits(0);
    let mut used = whole;
    if text.get(used) == Some(&b'.') {
        let fraction = digits(used + 1);
        if whole + fraction == 0 {
            return None;
        }
        used += 1 + fraction;
    } else if whole == 0 {
        return None;
    }
    used += exponent(&text[used..], b'e').map_or(0, |(_, len)| len);
    let value = std::str::from_utf8(&text[..used]).ok()?.parse().ok()?;
    Some((value, used))
}

/// Parses an exponent such as `e+12`, and returns it with the number of bytes read.
fn exponent(text: &[u8], marker: u8) -> Option<(i32, usize)> {
    if !text.first()?.eq_ignore_ascii_case(&marker) {
        return None;
    }
    let sign = usize::from(matches!(text.get(1), Some(b'+' | b'-')));
    let digits = text[1 + sign..].iter().take_while(|b| b.is_ascii_digit());
    let mut count = 0;
    let mut value = 0_i32;
    for digit in digits {
        value = value
            .saturating_mul(10)
            .saturating_add(i32::from(digit - b'0'));
        count += 1;
    }
    let value = if text.get(1) == Some(&b'-') {
        -value
    } else {
        value
    };
    (count > 0).then_some((value, 1 + sign + count))
}

/// Parses the text after `0x`: digits, a fraction, a binary exponent.
fn hexadecimal(text: &[u8]) -> Option<(f64, usize)> {
    let mut mantissa = 0_u64;
    let mut scale = 0_i32;
    let mut digits = 0;
    let mut used = 0;
    let mut fraction = false;
    while let Some(&byte) = text.get(used) {
        if byte == b'.' && !fraction {
            fraction = true;
        } else if let Some(digit) = (byte as char).to_digit(16) {
            digits += 1;
            if mantissa >> 60 == 0 {
                mantissa = mantissa << 4 | u64::from(digit);
                scale = scale.saturating_sub(if fraction { 4 } else { 0 });
            } else {
                // The mantissa is full. Later digits matter only for the rounding, so its last bit
                // records whether one of them is not zero.
                mantissa |= u64::from(digit != 0);
                scale = scale.saturating_add(if fraction { 0 } else { 4 });
            }
        } else {
            break;
        }
        used += 1;
    }
    if digits == 0 {
        return None;
    }
    if let Some((power, len)) = exponent(&text[used..], b'p') {
        scale = scale.saturating_add(power);
        used += len;
    }
    Some((scale_by_two(mantissa, scale), used))
}

/// Returns `mantissa * 2^power`, rounded once unless it is subnormal.
fn scale_by_two(mantissa: u64, power: i32) -> f64 {
    let mut value = mantissa as f64;
    let mut power = power.clamp(-2_200, 2_200);
    while power != 0 && value != 0.0 && value.is_finite() {
        let step = power.clamp(-1_000, 1_000);
        value *= 2_f64.powi(step);
        power -= step;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_parsed_as_in_c() {
        let read = |text: &str| number(text.as_bytes());
        assert_eq!(read(" 0x1F "), Some(31.0));
        assert_eq!(read("-.5e+1"), Some(-5.0));
        assert_eq!(read("5."), Some(5.0));
        assert_eq!(read("0x1.8p1"), Some(3.0));
        assert_eq!(
            read("0xffffffffffffffffff"),
            Some(4_722_366_482_869_645_213_695.0)
        );
        assert_eq!(read("1e400"), Some(f64::INFINITY));
        assert_eq!(read("-inf"), Some(f64::NEG_INFINITY));
        for broken in ["", " ", ".", "0x", "1e", "e5", "3x", "1..2", "- 1", "+-1"] {
            assert_eq!(read(broken), None, "{broken}");
        }
    }
}
