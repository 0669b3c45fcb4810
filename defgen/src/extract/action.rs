//! The values that an action of a control sends, computed as the sim does.
//!
//! Pure arithmetic over the fields of one action of an element: its class, `arg_value`,
//! `arg_lim`, `gain`, `relative`, `cycle` and the value sent on release. Knows no Lua.

use aircraft_defs::Kind;

/// The most positions of a switch; with more, a control is an axis.
const MAX_POSITIONS: f64 = 1000.0;

/// The number of steps between the limits of a switch's cover. Scripts mark a cover by it.
const COVER_STEPS: f64 = 100.0;

/// The largest value an action takes.
const MAX_SENT: f64 = 1.0;

/// The limits of a lever that names none.
const DEFAULT_LIMITS: [f64; 2] = [0.0, 1.0];

/// The part of a step that may be missing at the last position, for limits that are rounded, such
/// as 0.999 for three steps of 1/3.
const STEP_TOLERANCE: f64 = 0.01;

/// The classes of the sim's `class_type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Sends its value when pressed.
    Button,
    /// Adds a step to the position, within its limits.
    Tumbler,
    /// A button that springs back.
    SpringButton,
    /// Turned with the mouse wheel.
    Lever,
    /// Turned with the mouse wheel or dragged.
    MovableLever,
}

impl Class {
    /// Returns the class with this number in `class_type`.
    pub fn from_number(number: i64) -> Option<Self> {
        match number {
            1 | 7 => Some(Self::Button),
            2 | 6 | 8 => Some(Self::Tumbler),
            3 => Some(Self::SpringButton),
            4 => Some(Self::Lever),
            5 => Some(Self::MovableLever),
            _ => None,
        }
    }
}

/// The fields of an element for one of its actions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fields {
    /// `class`.
    pub class: Class,
    /// `arg_value`: the value of a button, the step of a tumbler.
    pub value: f64,
    /// True if another action of the element moves the same arg by the same step in the other
    /// direction.
    pub has_opposite: bool,
    /// `arg_lim`.
    pub limits: Option<[f64; 2]>,
    /// `relative`.
    pub relative: bool,
    /// `gain`: the amount of one click of the mouse wheel.
    pub gain: Option<f64>,
    /// `cycle`, which is true by default.
    pub cycle: bool,
    /// The value sent on release, from `stop_action`, `stop_value` and `use_release_message`.
    pub release: Option<f64>,
}

/// The values of an action, as `controls.json` has them.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    /// The kind of action.
    pub kind: Kind,
    /// The lowest and the highest value; encoders have none.
    pub limits: Option<[f64; 2]>,
    /// The distance between two values or the amount of one click, always positive.
    pub step: Option<f64>,
    /// See [`Fields::cycle`]; false for buttons and encoders.
    pub cycle: bool,
    /// The values to send, rising; an axis has none.
    pub values: Vec<f64>,
}

/// Returns the values of an action.
pub fn values(fields: &Fields) -> Values {
    let finite = |[a, b]: &[f64; 2]| a.is_finite() && b.is_finite();
    let lowest_first = |[a, b]: [f64; 2]| [clean(a.min(b)), clean(a.max(b))];
    let limits = fields.limits.filter(finite).map(lowest_first);
    match fields.class {
        Class::Button | Class::SpringButton => button(fields, limits),
        Class::Tumbler if fields.relative => encoder(fields.value),
        Class::Tumbler => tumbler(fields, limits),
        Class::Lever | Class::MovableLever if fields.relative => {
            encoder(fields.gain.unwrap_or(fields.value))
        }
        Class::Lever | Class::MovableLever => {
            axis(fields.gain, limits.unwrap_or(DEFAULT_LIMITS), fields.cycle)
        }
    }
}

fn button(fields: &Fields, limits: Option<[f64; 2]>) -> Values {
    let sent = [Some(fields.value), fields.release];
    let values = sent.into_iter().flatten().map(clean);
    Values {
        kind: Kind::Button,
        limits,
        step: None,
        cycle: false,
        values: rising(values.collect()),
    }
}

fn encoder(click: f64) -> Values {
    let click = clean(click.abs());
    let sent = click.min(MAX_SENT);
    Values {
        kind: Kind::Encoder,
        limits: None,
        step: Some(click).filter(|click| click.is_finite()),
        cycle: false,
        values: rising(vec![-sent, sent]),
    }
}

fn axis(gain: Option<f64>, limits: [f64; 2], cycle: bool) -> Values {
    Values {
        kind: Kind::Axis,
        limits: Some(limits),
        step: gain
            .map(|gain| clean(gain.abs()))
            .filter(|gain| gain.is_finite()),
        cycle,
        values: Vec::new(),
    }
}

fn tumbler(fields: &Fields, limits: Option<[f64; 2]>) -> Values {
    let step = clean(fields.value.abs());
    let switch = |step: f64, values| Values {
        kind: Kind::Switch,
        limits,
        step: Some(step).filter(|step| step.is_finite() && *step > 0.0),
        cycle: fields.cycle,
        values,
    };
    let Some([low, high]) = limits else {
        return switch(step, rising(vec![0.0, clean(fields.value)]));
    };
    let range = high - low;
    // A step of zero, or of at least the whole range, leaves only the two ends.
    let is_inside = 0.0 < step && step < range;
    if !is_inside {
        return switch(step, rising(vec![low, high]));
    }
    if is_cover(range, step) {
        return switch(range, vec![low, high]);
    }
    if range / step > MAX_POSITIONS {
        return axis(Some(step), [low, high], fields.cycle);
    }
    let positions = match fields.value < 0.0 && !fields.has_opposite {
        true => mirrored(&positions(-high, -low, fields.value.abs())),
        false => positions(low, high, fields.value.abs()),
    };
    switch(step, positions)
}

/// Returns true if a step is a hundredth of the range. Scripts mark the cover of a switch by such a
/// step, although a cover has only two positions.
fn is_cover(range: f64, step: f64) -> bool {
    (range / step - COVER_STEPS).abs() < STEP_TOLERANCE
}

/// Returns the positions from `low` up to `high` in steps of `size`.
///
/// The last step is shorter if the steps do not divide the range.
fn positions(low: f64, high: f64, size: f64) -> Vec<f64> {
    let steps = (high - low) / size;
    let whole = (steps + STEP_TOLERANCE).floor();
    let mut values: Vec<f64> = (0..=whole as u32)
        .map(|n| clean(low + f64::from(n) * size).min(high))
        .collect();
    if steps - whole > STEP_TOLERANCE {
        values.push(high);
    } else if let Some(last) = values.last_mut() {
        *last = high;
    }
    rising(values)
}

/// Returns values with the other sign.
fn mirrored(values: &[f64]) -> Vec<f64> {
    rising(values.iter().map(|value| clean(-value)).collect())
}

/// Returns a value without rounding errors such as that of `0.1 * 3`, and without minus zero.
fn clean(value: f64) -> f64 {
    let rounded = (value * 1e9).round() / 1e9;
    if rounded.is_finite() {
        rounded + 0.0
    } else {
        value
    }
}

/// Returns the finite values in rising order, each once.
fn rising(mut values: Vec<f64>) -> Vec<f64> {
    values.retain(|value| value.is_finite());
    values.sort_by(f64::total_cmp);
    values.dedup();
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Fields = Fields {
        class: Class::Button,
        value: 1.0,
        has_opposite: false,
        limits: Some([0.0, 1.0]),
        relative: false,
        gain: None,
        cycle: true,
        release: None,
    };

    fn check(fields: Fields, kind: Kind, expected: &[f64]) {
        let got = values(&fields);
        assert_eq!((got.kind, &*got.values), (kind, expected), "{fields:?}");
    }

    fn tumbler(value: f64, low: f64, high: f64) -> Fields {
        let (class, limits) = (Class::Tumbler, Some([low, high]));
        Fields {
            class,
            value,
            limits,
            ..PLAIN
        }
    }

    #[test]
    fn buttons_send_their_value_and_what_release_sends() {
        check(PLAIN, Kind::Button, &[1.0]);
        let release = Some(0.0);
        check(Fields { release, ..PLAIN }, Kind::Button, &[0.0, 1.0]);
        check(
            Fields {
                release,
                value: -1.0,
                ..PLAIN
            },
            Kind::Button,
            &[-1.0, 0.0],
        );
    }

    #[test]
    fn tumblers_step_from_limit_to_limit() {
        check(tumbler(1.0, 0.0, 1.0), Kind::Switch, &[0.0, 1.0]);
        check(tumbler(-1.0, -1.0, 1.0), Kind::Switch, &[-1.0, 0.0, 1.0]);
        check(
            tumbler(0.1, 0.0, 0.4),
            Kind::Switch,
            &[0.0, 0.1, 0.2, 0.3, 0.4],
        );
        check(
            tumbler(1.0 / 3.0, 0.0, 1.0),
            Kind::Switch,
            &[0.0, 0.333333333, 0.666666667, 1.0],
        );
        check(
            tumbler(0.33, 0.0, 1.0),
            Kind::Switch,
            &[0.0, 0.33, 0.66, 0.99, 1.0],
        );
        check(tumbler(0.0, -1.0, 0.0), Kind::Switch, &[-1.0, 0.0]);
        check(tumbler(2.0, 0.0, 1.0), Kind::Switch, &[0.0, 1.0]);
        check(tumbler(1.0, 1.0, -1.0), Kind::Switch, &[-1.0, 0.0, 1.0]);
    }

    #[test]
    fn a_negative_step_counts_down_from_the_upper_limit() {
        let brake_handle = tumbler(-0.666, 0.0, 0.999);
        check(brake_handle, Kind::Switch, &[0.0, 0.333, 0.999]);
        check(
            tumbler(-0.1, -0.25, 0.0),
            Kind::Switch,
            &[-0.25, -0.2, -0.1, 0.0],
        );
        check(tumbler(-0.4, 0.0, 0.8), Kind::Switch, &[0.0, 0.4, 0.8]);
        let down = Fields {
            has_opposite: true,
            ..tumbler(-0.1, 0.0, 0.25)
        };
        check(down, Kind::Switch, &[0.0, 0.1, 0.2, 0.25]);
    }

    #[test]
    fn a_step_of_a_hundredth_marks_a_cover() {
        for (step, low, high) in [(0.01, 0.0, 1.0), (-0.01, 0.0, 1.0), (0.02, -1.0, 1.0)] {
            let cover = tumbler(step, low, high);
            check(cover, Kind::Switch, &[low, high]);
            assert_eq!(values(&cover).step, Some(high - low));
        }
        // A dial of a hundred channels, and one of finer steps.
        assert_eq!(values(&tumbler(0.01, 0.0, 0.99)).values.len(), 100);
        assert_eq!(values(&tumbler(0.005, 0.0, 1.0)).values.len(), 201);
    }

    #[test]
    fn a_tumbler_of_very_many_positions_is_an_axis() {
        check(tumbler(1e-9, 0.0, 1.0), Kind::Axis, &[]);
    }

    #[test]
    fn a_tumbler_with_a_step_of_almost_zero_has_two_positions() {
        for step in [0.0, -0.0, 1e-10, 1e-300, f64::MIN_POSITIVE] {
            check(tumbler(step, 0.0, 1.0), Kind::Switch, &[0.0, 1.0]);
        }
    }

    #[test]
    fn relative_actions_are_encoders() {
        let lever = Fields {
            class: Class::Lever,
            gain: Some(-0.05),
            relative: true,
            ..PLAIN
        };
        check(lever, Kind::Encoder, &[-0.05, 0.05]);
        check(
            Fields {
                relative: true,
                ..tumbler(0.1, 0.0, 1.0)
            },
            Kind::Encoder,
            &[-0.1, 0.1],
        );
    }

    #[test]
    fn levers_take_any_value() {
        let lever = Fields {
            class: Class::MovableLever,
            gain: Some(0.1),
            ..PLAIN
        };
        check(lever, Kind::Axis, &[]);
        assert_eq!(values(&lever).step, Some(0.1));
        let unlimited = Fields {
            limits: None,
            ..lever
        };
        assert_eq!(values(&unlimited).limits, Some([0.0, 1.0]));
    }

    #[test]
    fn absurd_numbers_do_no_harm() {
        for value in [f64::NAN, f64::INFINITY, -0.0, 1e-300, 1e300] {
            for limits in [
                None,
                Some([f64::NAN, 1.0]),
                Some([f64::NEG_INFINITY, f64::MAX]),
            ] {
                for number in 1..=8 {
                    let class = Class::from_number(number).unwrap();
                    let got = values(&Fields {
                        class,
                        value,
                        limits,
                        ..PLAIN
                    });
                    assert!(got.values.iter().all(|v| v.is_finite()));
                }
            }
        }
    }
}
