//! Rounds values to decimals, and prints them.
//!
//! A value at a precision is a whole number of steps of 10^-precision. Two values that round to the
//! same decimals have the same number of steps, which is what filters compare.

use std::io::Write;

/// From this value on a double has no digits after the point.
const WHOLE: f64 = 9_007_199_254_740_992.0;

const POWERS: [f64; 10] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

/// Returns the number of steps of 10^-precision in `value`, rounded half away from zero.
/// `precision` is -9 to 9.
///
/// The result is infinite when `value` is, or when there are too many steps for a double.
#[inline]
pub fn steps(value: f64, precision: i8) -> f64 {
    let power = POWERS[usize::from(precision.unsigned_abs()).min(POWERS.len() - 1)];
    if precision < 0 {
        (value / power).round()
    } else {
        (value * power).round()
    }
}

/// Returns the value of this number of steps of 10^-precision.
pub fn value_of(steps: f64, precision: i8) -> f64 {
    let power = POWERS[usize::from(precision.unsigned_abs()).min(POWERS.len() - 1)];
    if precision < 0 {
        steps * power
    } else {
        steps / power
    }
}

/// Appends `value`, rounded half away from zero, with `precision` decimals (none if negative).
pub fn write(out: &mut Vec<u8>, value: f64, precision: i8) {
    let steps = steps(value, precision);
    let decimals = usize::try_from(precision).unwrap_or(0);
    if steps.abs() >= WHOLE && precision >= 0 {
        let _ = write!(out, "{value:.decimals$}");
        return;
    }
    write_steps(out, steps, decimals);
    if precision < 0 && steps != 0.0 {
        out.extend(std::iter::repeat_n(b'0', precision.unsigned_abs().into()));
    }
}

/// The decimals of the raw values of args.
pub const ARG_DECIMALS: u8 = 5;

/// Appends a raw value with this number of decimals, at most nine.
pub fn write_raw(out: &mut Vec<u8>, raw: f64, decimals: u8) {
    let decimals = usize::from(decimals).min(POWERS.len() - 1);
    // With five decimals exact for the sim's single-precision values: 24 bits times 17 bits fit into a double.
    let steps = raw * POWERS[decimals];
    if steps.abs() >= WHOLE {
        let _ = write!(out, "{raw:.decimals$}");
    } else {
        write_steps(out, steps.round_ties_even(), decimals);
    }
}

/// Appends a whole number of steps with the point before the last `decimals` digits.
fn write_steps(out: &mut Vec<u8>, steps: f64, decimals: usize) {
    if steps.abs() >= WHOLE {
        let _ = write!(out, "{steps:.0}");
        return;
    }
    let steps = steps as i64;
    if steps < 0 {
        out.push(b'-');
    }
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(steps.unsigned_abs()).as_bytes();
    if decimals == 0 {
        out.extend_from_slice(digits);
        return;
    }
    let whole = digits.len().saturating_sub(decimals);
    out.extend_from_slice(if whole == 0 { b"0" } else { &digits[..whole] });
    out.push(b'.');
    out.extend(std::iter::repeat_n(
        b'0',
        decimals.saturating_sub(digits.len()),
    ));
    out.extend_from_slice(&digits[whole..]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(value: f64, precision: i8) -> String {
        let mut out = Vec::new();
        write(&mut out, value, precision);
        String::from_utf8(out).expect("ASCII")
    }

    fn raw(value: f64) -> String {
        let mut out = Vec::new();
        write_raw(&mut out, value, 5);
        String::from_utf8(out).expect("ASCII")
    }

    #[test]
    fn halves_go_away_from_zero() {
        for (value, precision, expected) in [
            (0.5, 0, "1"),
            (-0.5, 0, "-1"),
            (1.5, 0, "2"),
            (2.5, 0, "3"),
            (0.125, 2, "0.13"),
            (15.0, -1, "20"),
            (-15.0, -1, "-20"),
            (14.9, -1, "10"),
            (4.9, -1, "0"),
            (-0.4, 0, "0"),
            (-0.0, 3, "0.000"),
            (0.05, 1, "0.1"),
            (-0.04, 1, "0.0"),
            (1234.5678, 2, "1234.57"),
            (7.0, 9, "7.000000000"),
            (1e20, 2, "100000000000000000000.00"),
            (1e30, -9, "1000000000000000000000000000000"),
        ] {
            assert_eq!(
                written(value, precision),
                expected,
                "{value} at {precision}"
            );
        }
    }

    #[test]
    fn raw_values_have_five_decimals_and_no_minus_zero() {
        for (value, expected) in [
            (0.0, "0.00000"),
            (-0.0, "0.00000"),
            (-0.000_004, "0.00000"),
            (1.0, "1.00000"),
            (0.1f32.into(), "0.10000"),
            (-950_257.5, "-950257.50000"),
            (0.015_625, "0.01562"),
            (1e30, "1000000000000000019884624838656.00000"),
        ] {
            assert_eq!(raw(value), expected);
        }
        let mut out = Vec::new();
        write_raw(&mut out, -141.765_432_14, 7);
        assert_eq!(out, b"-141.7654321");
    }

    proptest! {
        #[test]
        fn raw_agrees_with_the_standard_library(value in any::<f32>().prop_filter("finite", |v| v.is_finite())) {
            let value = f64::from(value);
            let standard = format!("{value:.5}");
            let expected = if standard == "-0.00000" { "0.00000" } else { &standard };
            prop_assert_eq!(raw(value), expected);
        }

        /// The original program rounds this way: `x * 10^n`, then half away from zero by adding a
        /// half.
        #[test]
        fn rounds_as_the_original(value in -1e6..1e6f64, precision in 0i8..=6) {
            let scaled = value * 10f64.powi(precision.into());
            let original = if scaled >= 0.0 { (scaled + 0.5).floor() } else { (scaled - 0.5).ceil() };
            prop_assert_eq!(steps(value, precision), original);
        }

        #[test]
        fn printing_and_parsing_agree(value in -1e5..1e5f64, precision in -9i8..=9) {
            let text = written(value, precision);
            let parsed: f64 = text.parse().expect("a number");
            prop_assert_eq!(steps(parsed, precision), steps(value, precision) + 0.0);
            let half_step = 0.5 * 10f64.powi(-i32::from(precision));
            // With many decimals, doubles themselves are coarse compared with a step.
            let coarse = 2.0 * value.abs() * f64::EPSILON;
            prop_assert!((parsed - value).abs() <= half_step * (1.0 + 1e-6) + coarse);
            let decimals = text.split_once('.').map_or(0, |(_, digits)| digits.len());
            prop_assert_eq!(decimals, usize::try_from(precision).unwrap_or(0));
            prop_assert!(!text.starts_with('-') || parsed != 0.0);
        }
    }
}
