//! The function `string.format`, which formats as C's `printf` does in Lua 5.1.

use super::{
    super::{Args, Machine, Returns, error::EvalError, number::Float},
    args::to_integer,
};

type Result<T = Returns> = std::result::Result<T, EvalError>;

/// The length from which `%s` without a precision copies a string unchanged, in bytes.
const LONG_STRING: usize = 100;

/// A format specification: the part of `%-08.3f` between the percent sign and the letter.
#[derive(Debug, Clone, Copy, Default)]
struct Spec {
    left: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
}

/// Evaluates `string.format(template, …)`.
pub(super) fn format(machine: &mut Machine, args: Args) -> Result {
    let template = args.bytes(machine, 0)?;
    let mut out = Vec::with_capacity(template.len());
    let mut rest = &template[..];
    let mut index = 0;
    while let Some(percent) = memchr::memchr(b'%', rest) {
        out.extend_from_slice(&rest[..percent]);
        rest = &rest[percent + 1..];
        if let [b'%', after @ ..] = rest {
            out.push(b'%');
            rest = after;
            continue;
        }
        index += 1;
        if index >= args.len() {
            return Err(machine.bad_argument(index, "no value"));
        }
        let (spec, letter, used) = parse(rest).map_err(|message| machine.error(message))?;
        rest = &rest[used.min(rest.len())..];
        let before = out.len();
        item(machine, args, index, spec, letter, &mut out)?;
        // A digit takes about as long as a step.
        machine.charge(1 + out.len() - before)?;
        machine.check_string(out.len())?;
    }
    out.extend_from_slice(rest);
    machine.new_string(&out).map(Returns::One)
}

/// Parses a specification. Returns it with its letter (0 at the end of the text) and the number of
/// bytes read.
fn parse(text: &[u8]) -> std::result::Result<(Spec, u8, usize), &'static str> {
    let mut spec = Spec::default();
    let mut at = 0;
    while let Some(flag) = text.get(at).filter(|flag| b"-+ #0".contains(flag)) {
        match flag {
            b'-' => spec.left = true,
            b'+' => spec.plus = true,
            b' ' => spec.space = true,
            b'#' => spec.alternate = true,
            _ => spec.zero = true,
        }
        at += 1;
    }
    if at >= 6 {
        return Err("invalid format (repeated flags)");
    }
    let two_digits = |at: &mut usize| {
        let digits = text[*at..]
            .iter()
            .take(2)
            .take_while(|byte| byte.is_ascii_digit());
        let (number, count) = digits.fold((0, 0), |(number, n), digit| {
            (number * 10 + usize::from(digit - b'0'), n + 1)
        });
        *at += count;
        number
    };
    spec.width = two_digits(&mut at);
    if text.get(at) == Some(&b'.') {
        at += 1;
        spec.precision = Some(two_digits(&mut at));
    }
    if text.get(at).is_some_and(u8::is_ascii_digit) {
        return Err("invalid format (width or precision too long)");
    }
    Ok((spec, text.get(at).copied().unwrap_or(0), at + 1))
}

fn item(
    machine: &mut Machine,
    args: Args,
    index: usize,
    spec: Spec,
    letter: u8,
    out: &mut Vec<u8>,
) -> Result<()> {
    match letter {
        b'c' => {
            let byte = to_integer(args.number(machine, index)?) as u8;
            let mut text = Vec::new();
            spec.pad(&[byte], &mut text);
            out.extend_from_slice(until_zero(&text));
        }
        b'd' | b'i' => {
            let number = to_integer(args.number(machine, index)?);
            let digits = number.unsigned_abs().to_string();
            spec.integer(number < 0, true, "", &digits, out);
        }
        b'u' | b'o' | b'x' | b'X' => {
            let number = to_unsigned(args.number(machine, index)?);
            spec.unsigned(number, letter, out);
        }
        b'e' | b'E' | b'f' | b'g' | b'G' => {
            let number = args.number(machine, index)?;
            spec.float(number, letter, out);
        }
        b'q' => quote(&args.bytes(machine, index)?, out),
        b's' => {
            let text = args.bytes(machine, index)?;
            spec.string(&text, out);
        }
        other => {
            // At the end of the format C reads a zero byte, which ends the message too.
            let letter = if other == 0 {
                String::new()
            } else {
                char::from(other).to_string()
            };
            let end = if other == 0 { "" } else { "' to 'format'" };
            return Err(machine.error(format!("invalid option '%{letter}{end}")));
        }
    }
    Ok(())
}

/// Converts a number to an unsigned 64-bit integer as a cast in C does.
fn to_unsigned(number: f64) -> u64 {
    if number >= 9_223_372_036_854_775_808.0 {
        number as u64
    } else {
        to_integer(number) as u64
    }
}

fn until_zero(text: &[u8]) -> &[u8] {
    &text[..memchr::memchr(0, text).unwrap_or(text.len())]
}

fn quote(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for &byte in text {
        match byte {
            b'"' | b'\\' | b'\n' => out.extend_from_slice(&[b'\\', byte]),
            b'\r' => out.extend_from_slice(b"\\r"),
            0 => out.extend_from_slice(b"\\000"),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

impl Spec {
    /// Appends a text, padded with blanks to the width.
    fn pad(self, text: &[u8], out: &mut Vec<u8>) {
        let blanks = self.width.saturating_sub(text.len());
        if self.left {
            out.extend_from_slice(text);
        }
        out.extend(std::iter::repeat_n(b' ', blanks));
        if !self.left {
            out.extend_from_slice(text);
        }
    }

    fn string(self, text: &[u8], out: &mut Vec<u8>) {
        if self.precision.is_none() && text.len() >= LONG_STRING {
            out.extend_from_slice(text);
            return;
        }
        let text = until_zero(text);
        self.pad(
            &text[..self.precision.unwrap_or(text.len()).min(text.len())],
            out,
        );
    }

    fn sign(self, negative: bool, signed: bool) -> &'static str {
        match (negative, signed) {
            (true, _) => "-",
            (false, true) if self.plus => "+",
            (false, true) if self.space => " ",
            _ => "",
        }
    }

    fn integer(self, negative: bool, signed: bool, prefix: &str, digits: &str, out: &mut Vec<u8>) {
        let digits = if digits == "0" && self.precision == Some(0) {
            ""
        } else {
            digits
        };
        let sign = self.sign(negative, signed);
        let mut zeros = self.precision.unwrap_or(0).saturating_sub(digits.len());
        if self.zero && !self.left && self.precision.is_none() {
            zeros = self
                .width
                .saturating_sub(sign.len() + prefix.len() + digits.len());
        }
        let zeros = "0".repeat(zeros);
        self.pad(format!("{sign}{prefix}{zeros}{digits}").as_bytes(), out);
    }

    fn unsigned(mut self, number: u64, letter: u8, out: &mut Vec<u8>) {
        let (mut prefix, digits) = match letter {
            b'x' => ("0x", format!("{number:x}")),
            b'X' => ("0X", format!("{number:X}")),
            b'o' => ("", format!("{number:o}")),
            _ => ("", number.to_string()),
        };
        if !self.alternate || number == 0 {
            prefix = "";
        }
        if letter == b'o' && self.alternate && (number != 0 || self.precision == Some(0)) {
            // The alternate form begins with a zero: require one digit more.
            let most = digits.len() + usize::from(number != 0);
            let filled = self.zero && !self.left && self.precision.is_none();
            if filled && self.width > digits.len() {
                return self.integer(false, false, prefix, &digits, out);
            }
            self.precision = Some(self.precision.unwrap_or(0).max(most));
        }
        self.integer(false, false, prefix, &digits, out);
    }

    fn float(self, number: f64, letter: u8, out: &mut Vec<u8>) {
        let style = Float {
            precision: self.precision,
            alternate: self.alternate,
            upper: letter.is_ascii_uppercase(),
        };
        let text = match letter.to_ascii_lowercase() {
            b'e' => style.scientific(number),
            b'f' => style.fixed(number),
            _ => style.general(number),
        };
        let digits = text.strip_prefix('-').unwrap_or(&text);
        let sign = self.sign(digits.len() < text.len(), true);
        let mut zeros = 0;
        if self.zero && !self.left && number.is_finite() {
            zeros = self.width.saturating_sub(sign.len() + digits.len());
        }
        self.pad(
            format!("{sign}{}{digits}", "0".repeat(zeros)).as_bytes(),
            out,
        );
    }
}
