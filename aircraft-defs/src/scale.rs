//! The scale of a gauge, which converts the raw value of an arg to the value that is shown.

mod check;

pub use check::{ScaleError, check_scale};

/// A piecewise linear scale.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Scale {
    /// The raw value itself.
    #[default]
    Identity,
    /// At least two points, rising in `raw`; the outer segments continue beyond the ends.
    Points(Box<[Point]>),
}

/// A point of a scale. Where the scale jumps, the three values differ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    raw: f64,
    /// The value at the raw value itself.
    value: f64,
    /// The value at the end of the segment below.
    below: f64,
    /// The value at the start of the segment above.
    above: f64,
}

impl Scale {
    /// Creates the scale from `output[i]` (raw) to `input[i]` (value), rising or falling in
    /// `output`.
    ///
    /// At equal neighbours in `output` the scale jumps; the first of them in the lists gives the
    /// value there. If [`check_scale`] refuses the points, the scale is the identity.
    pub fn new(input: &[f64], output: &[f64]) -> Self {
        if check_scale(input, output).is_err() {
            return Self::Identity;
        }
        let rising = output.is_sorted();
        let mut points: Vec<Point> = Vec::with_capacity(output.len());
        for (&raw, &value) in output.iter().zip(input) {
            match points.last_mut().filter(|last| last.raw == raw) {
                Some(step) if rising => step.above = value,
                Some(step) => step.below = value,
                None => points.push(Point {
                    raw,
                    value,
                    below: value,
                    above: value,
                }),
            }
        }
        if !rising {
            points.reverse();
        }
        Self::Points(points.into())
    }

    /// Returns the value at a raw value.
    #[inline]
    pub fn apply(&self, raw: f64) -> f64 {
        let Self::Points(points) = self else {
            return raw;
        };
        let passed = points.partition_point(|point| point.raw <= raw);
        if let Some(point) = points[..passed].last().filter(|point| point.raw == raw) {
            return point.value;
        }
        let segment = passed.clamp(1, points.len() - 1);
        let (from, to) = (points[segment - 1], points[segment]);
        let slope = (to.below - from.above) / (to.raw - from.raw);
        from.above + (raw - from.raw) * slope
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rising_and_falling_scales_and_beyond_their_ends() {
        let rising = Scale::new(&[0.0, 10.0, 50.0], &[0.0, 0.5, 1.0]);
        let falling = Scale::new(&[50.0, 10.0, 0.0], &[1.0, 0.5, 0.0]);
        for (raw, value) in [
            (0.0, 0.0),
            (0.25, 5.0),
            (0.5, 10.0),
            (0.75, 30.0),
            (1.0, 50.0),
            (1.5, 90.0),
            (-0.5, -10.0),
        ] {
            assert_eq!(rising.apply(raw), value);
            assert_eq!(falling.apply(raw), value);
        }
        assert_eq!(Scale::new(&[0.0, 1.0], &[1.0, 0.0]).apply(0.25), 0.75);
    }

    #[test]
    fn equal_neighbours_are_a_jump_whose_first_value_counts() {
        let check = |input: &[f64], output: &[f64], expected: &[(f64, f64)]| {
            let scale = Scale::new(input, output);
            for &(raw, value) in expected {
                assert_eq!(scale.apply(raw), value, "{output:?} at {raw}");
            }
        };
        check(
            &[0.0, 10.0, 20.0],
            &[0.0, 0.0, 1.0],
            &[
                (-0.5, 5.0),
                (0.0, 0.0),
                (0.5, 15.0),
                (1.0, 20.0),
                (2.0, 30.0),
            ],
        );
        check(
            &[0.0, 10.0, 20.0],
            &[0.0, 1.0, 1.0],
            &[(0.5, 5.0), (1.0, 10.0), (2.0, 20.0)],
        );
        check(
            &[20.0, 10.0, 0.0],
            &[1.0, 0.0, 0.0],
            &[(1.0, 20.0), (0.5, 15.0), (0.0, 10.0), (-1.0, 0.0)],
        );
        check(
            &[0.0, 1.0, 5.0, 9.0, 10.0],
            &[1.0, 0.5, 0.5, 0.5, 0.0],
            &[(0.75, 0.5), (0.5, 1.0), (0.25, 9.5)],
        );
    }

    #[test]
    fn malformed_scales_are_the_identity() {
        for (input, output) in [
            (&[][..], &[][..]),
            (&[1.0], &[1.0]),
            (&[1.0, 2.0], &[1.0]),
            (&[1.0, 2.0, 3.0], &[0.0, 1.0, 0.5]),
            (&[1.0, 2.0], &[0.5, 0.5]),
            (&[1.0, 2.0, 3.0, 4.0], &[0.9, 1.0, 0.0, 1.0]),
            (&[1.0, f64::INFINITY], &[0.0, 1.0]),
        ] {
            assert_eq!(Scale::new(input, output), Scale::Identity);
        }
    }

    fn scales() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
        (
            prop::collection::vec((-1000.0..1000.0f64, 0.01..1.0f64), 2..12),
            any::<bool>(),
        )
            .prop_map(|(points, falling)| {
                let mut raw = -1.0;
                let mut output: Vec<f64> = points
                    .iter()
                    .map(|(_, gap)| {
                        raw += gap;
                        raw
                    })
                    .collect();
                if falling {
                    output.reverse();
                }
                (points.into_iter().map(|(value, _)| value).collect(), output)
            })
    }

    proptest! {
        #[test]
        fn meets_its_points_and_is_continuous((input, output) in scales(), raw in -3.0..12.0f64) {
            let scale = Scale::new(&input, &output);
            for (value, at) in input.iter().zip(&output) {
                prop_assert_eq!(scale.apply(*at), *value);
            }
            let step = 1e-9;
            let steepest = 2000.0 / 0.01;
            let jump = (scale.apply(raw + step) - scale.apply(raw)).abs();
            prop_assert!(jump <= steepest * step * 1.01 + 1e-6, "{jump}");
        }

        #[test]
        fn any_input_gives_a_scale(input in prop::collection::vec(any::<f64>(), 0..6), output in prop::collection::vec(any::<f64>(), 0..6), raw: f64) {
            let _ = Scale::new(&input, &output).apply(raw);
        }
    }
}
