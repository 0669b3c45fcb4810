//! Checks whether lists of points can be used as the scale of a gauge.

use crate::counted::counted;

/// Checks that the points of a gauge make a scale.
///
/// `output` are the raw values of the arg and `input` the values that the gauge shows there.
/// Equal neighbours in `output` are allowed: the scale jumps there.
///
/// # Errors
/// When the lists differ in length or hold a number that is not finite. Also when `output` neither
/// rises nor falls all the way, or has fewer than two different values.
pub fn check_scale(input: &[f64], output: &[f64]) -> Result<(), ScaleError> {
    if input.len() != output.len() {
        return Err(ScaleError::Lengths {
            input: input.len(),
            output: output.len(),
        });
    }
    if input.iter().chain(output).any(|point| !point.is_finite()) {
        return Err(ScaleError::NotFinite);
    }
    if !output.is_sorted() && !output.is_sorted_by(|a, b| a >= b) {
        return Err(ScaleError::NotMonotonic);
    }
    if output.first() == output.last() {
        return Err(ScaleError::OneValue);
    }
    Ok(())
}

/// The reason why the points of a gauge cannot be used as a scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScaleError {
    /// The lists differ in length.
    #[error("`input` has {} and `output` {output}", counted(.input, "point"))]
    Lengths {
        /// The number of points in `input`.
        input: usize,
        /// The number of points in `output`.
        output: usize,
    },
    /// A point is infinite or not a number.
    #[error("a point is not a finite number")]
    NotFinite,
    /// `output` rises and falls.
    #[error("the values of `output` must all rise or all fall")]
    NotMonotonic,
    /// `output` is empty or has one value only.
    #[error("`output` does not have two different values")]
    OneValue,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rising_and_falling_points_and_jumps_make_a_scale() {
        for (input, output) in [
            (&[0.0, 1.0][..], &[0.0, 1.0][..]),
            (&[5.0, 5.0], &[1.0, 0.0]),
            (&[0.0, 1.0, 2.0], &[0.0, 0.0, 1.0]),
            (&[0.0, 1.0, 2.0], &[1.0, 0.5, 0.5]),
        ] {
            assert_eq!(check_scale(input, output), Ok(()), "{output:?}");
        }
    }

    #[test]
    fn other_points_are_refused() {
        use ScaleError::{Lengths, NotFinite, NotMonotonic, OneValue};
        for (input, output, expected) in [
            (&[][..], &[][..], OneValue),
            (&[1.0], &[1.0], OneValue),
            (&[1.0, 2.0], &[0.5, 0.5], OneValue),
            (
                &[1.0, 2.0],
                &[1.0],
                Lengths {
                    input: 2,
                    output: 1,
                },
            ),
            (&[1.0, 2.0, 3.0], &[0.0, 1.0, 0.5], NotMonotonic),
            (&[1.0, f64::INFINITY], &[0.0, 1.0], NotFinite),
            (&[1.0, 2.0], &[0.0, f64::NAN], NotFinite),
        ] {
            assert_eq!(check_scale(input, output), Err(expected), "{output:?}");
        }
    }
}
