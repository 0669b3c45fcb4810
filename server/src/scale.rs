//! From the raw value of an arg to the value a gauge shows.

/// A piecewise linear scale.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Scale {
    /// The raw value itself.
    #[default]
    Identity,
    /// At least two points, rising in `raw`; the end segments go on outside of them.
    Points(Box<[Point]>),
}

/// A point of a scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    raw: f64,
    value: f64,
}

impl Scale {
    /// The scale through `output[i]` (raw) to `input[i]` (value), rising or falling in `output`.
    ///
    /// A malformed one (lengths differ, under two points, not finite, not strictly rising or
    /// falling) is the identity.
    pub fn new(input: &[f64], output: &[f64]) -> Self {
        let pairs = output.iter().zip(input);
        let mut points: Vec<Point> = pairs.map(|(&raw, &value)| Point { raw, value }).collect();
        if points.first().map(|point| point.raw) > points.last().map(|point| point.raw) {
            points.reverse();
        }
        let finite = points
            .iter()
            .all(|point| point.raw.is_finite() && point.value.is_finite());
        let rising = points.windows(2).all(|pair| pair[0].raw < pair[1].raw);
        if input.len() == output.len() && points.len() >= 2 && finite && rising {
            Self::Points(points.into())
        } else {
            Self::Identity
        }
    }

    /// The value at a raw value.
    #[inline]
    pub fn apply(&self, raw: f64) -> f64 {
        let Self::Points(points) = self else {
            return raw;
        };
        let above = points.partition_point(|point| point.raw <= raw);
        let segment = above.clamp(1, points.len() - 1);
        let (from, to) = (points[segment - 1], points[segment]);
        let slope = (to.value - from.value) / (to.raw - from.raw);
        // Counted from the nearest point below, so that every point is met exactly.
        let base = if above == points.len() { to } else { from };
        base.value + (raw - base.raw) * slope
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
    fn malformed_scales_are_the_identity() {
        for (input, output) in [
            (&[][..], &[][..]),
            (&[1.0], &[1.0]),
            (&[1.0, 2.0], &[1.0]),
            (&[1.0, 2.0, 3.0], &[0.0, 1.0, 0.5]),
            (&[1.0, 2.0], &[0.5, 0.5]),
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
