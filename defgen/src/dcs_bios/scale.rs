//! The scales of gauges that DCS-BIOS names, from the values that it exports.

/// The relative difference below which two values are equal.
const TOLERANCE: f64 = 1e-6;

/// The points of a scale: `input` and `output` of `gauges.json`.
pub(super) type Points = (Vec<f64>, Vec<f64>);

/// A number that rises or falls evenly with the raw value.
struct Line {
    raw: f64,
    value: f64,
    slope: f64,
}

impl Line {
    /// Returns the line through samples, each a raw value and its number, if all lie on one line.
    fn through(samples: &[(f64, f64)]) -> Option<Self> {
        let (&(raw, value), rest) = samples.split_first()?;
        let &(other_raw, other) = rest.last()?;
        let slope = (other - value) / (other_raw - raw);
        let line = Self { raw, value, slope };
        let is_on_line = |&(raw, value): &(f64, f64)| {
            let expected = line.value_at(raw);
            (value - expected).abs() <= TOLERANCE * expected.abs().max(1.0)
        };
        (slope.is_finite() && slope != 0.0 && rest.iter().all(is_on_line)).then_some(line)
    }

    fn value_at(&self, raw: f64) -> f64 {
        self.value + self.slope * (raw - self.raw)
    }

    fn raw_at(&self, value: f64) -> f64 {
        self.raw + (value - self.value) / self.slope
    }
}

/// Returns the scale of a needle, with 0 and 1 at the ends of its range. The exported numbers go
/// from 0 to `max` and have no unit, so they are not kept.
pub(super) fn of_needle(samples: &[(f64, f64)], max: f64) -> Option<Points> {
    let line = Line::through(samples)?;
    let ends = [0.0, max].map(|end| rounded(line.raw_at(end)));
    let is_way = ends[0] != ends[1] && ends.iter().all(|end| end.is_finite());
    is_way.then(|| (vec![0.0, 1.0], ends.to_vec()))
}

/// Returns the scale of a number in some unit.
pub(super) fn of_number(samples: &[(f64, f64)]) -> Option<Points> {
    let line = Line::through(samples)?;
    let values = [0.0, 1.0].map(|raw| rounded(line.value_at(raw)));
    Some((values.to_vec(), vec![0.0, 1.0]))
}

/// Returns the scale of a lamp: 1 at raw values where it is lit, else 0.
///
/// Raw values are in ascending order. The first raw value of a range belongs to that range.
pub(super) fn of_lamp(lit: &[(f64, bool)]) -> Option<Points> {
    let (first, last) = (lit.first()?, lit.last()?);
    let (mut input, mut output) = (Vec::new(), Vec::new());
    let mut add = |raw: f64, is_lit: bool| {
        input.push(f64::from(u8::from(is_lit)));
        output.push(raw);
    };
    // In descending order, since the first of two equal raw values determines the value there.
    add(last.0, last.1);
    for pair in lit.windows(2).rev() {
        let [(_, below), (raw, above)] = [pair[0], pair[1]];
        if below != above {
            add(raw, above);
            add(raw, below);
        }
    }
    add(first.0, first.1);
    let changes = input.windows(2).any(|pair| pair[0] != pair[1]);
    changes.then_some((input, output))
}

/// Returns a number without the noise of floating-point calculation.
fn rounded(number: f64) -> f64 {
    (number * 1e6).round() / 1e6 + 0.0
}

#[cfg(test)]
mod tests {
    use aircraft_defs::Scale;

    use super::*;

    fn number(limits: [f64; 2], max: f64) -> Vec<(f64, f64)> {
        let value = |raw: f64| (raw - limits[0]) / (limits[1] - limits[0]) * max;
        [0.0, 0.5, 1.0, -1.0].map(|raw| (raw, value(raw))).to_vec()
    }

    #[test]
    fn a_needle_goes_from_0_to_1() {
        for limits in [
            [0.0, 1.0],
            [-1.0, 1.0],
            [0.822, 0.75],
            [1.0, 0.0],
            [-3.0, 3.0],
        ] {
            for max in [65535.0, 255.0] {
                let scale = of_needle(&number(limits, max), max);
                assert_eq!(scale, Some((vec![0.0, 1.0], limits.to_vec())));
            }
        }
    }

    #[test]
    fn a_number_keeps_its_unit() {
        let expected = Some((vec![0.0, 850.0], vec![0.0, 1.0]));
        assert_eq!(of_number(&number([0.0, 1.0], 850.0)), expected);
    }

    #[test]
    fn nonlinear_numbers_have_no_scale() {
        for samples in [
            &[][..],
            &[(0.0, 1.0)],
            &[(0.0, 1.0), (1.0, 1.0)],
            &[(0.0, 0.0), (0.5, 0.0), (1.0, 65535.0)],
            &[(0.0, f64::NAN), (1.0, 1.0)],
            &[(0.0, 0.0), (1.0, f64::INFINITY)],
            &[(0.0, 0.0), (0.0, 1.0)],
        ] {
            assert_eq!(of_number(samples), None, "{samples:?}");
            assert_eq!(of_needle(samples, 65535.0), None, "{samples:?}");
        }
        let steep = [(0.0, 0.0), (1.0, 1.0)];
        for max in [f64::INFINITY, f64::NAN, 0.0] {
            assert_eq!(of_needle(&steep, max), None, "{max}");
        }
    }

    #[test]
    fn a_lamp_is_lit_from_the_first_value_of_a_range() {
        let lit: Vec<(f64, bool)> = (-10..=10_i32)
            .map(|raw| (f64::from(raw) / 10.0, (4..6).contains(&raw)))
            .collect();
        let (input, output) = of_lamp(&lit).unwrap();
        assert_eq!(input, [0.0, 0.0, 1.0, 1.0, 0.0, 0.0]);
        assert_eq!(output, [1.0, 0.6, 0.6, 0.4, 0.4, -1.0]);
        let scale = Scale::new(&input, &output);
        for (raw, is_lit) in lit {
            assert_eq!(scale.apply(raw), f64::from(u8::from(is_lit)), "{raw}");
        }
        assert_eq!(scale.apply(0.55), 1.0);
        assert_eq!(of_lamp(&[(0.0, true), (1.0, true)]), None);
        assert_eq!(of_lamp(&[]), None);
    }
}
