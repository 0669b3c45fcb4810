//! Which values a clickable element sends, computed as the sim does.
//!
//! Pure arithmetic over the fields of one action: its class, `arg_value`,
//! `arg_lim`, `gain`, `relative`, `cycle` and what happens when the mouse button
//! is let go. Knows no Lua.

use aircraft_defs::Kind;

/// The most positions a switch is written out with; one with more is an axis.
const MAX_POSITIONS: f64 = 1000.0;

/// The largest value an action takes.
const MOST_SENT: f64 = 1.0;

/// The limits of a lever that names none.
const WHOLE_WAY: [f64; 2] = [0.0, 1.0];

/// How much of a step may be missing at the last position: limits such as 0.33 * 3 are rounded.
const SLACK: f64 = 0.01;

/// The classes of the sim's `class_type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Sends its value when pressed.
    Button,
    /// Adds a step to the position, within its limits.
    Tumbler,
    /// A button that goes back by itself.
    SpringButton,
    /// Follows the mouse wheel.
    Lever,
    /// Follows the mouse wheel and can be dragged.
    MovableLever,
}

impl Class {
    /// The sim's `class_type` and their numbers; `NULL` (0) stands for no action.
    pub const NAMES: [(&'static str, i32); 9] = [
        ("NULL", 0),
        ("BTN", 1),
        ("TUMB", 2),
        ("SNGBTN", 3),
        ("LEV", 4),
        ("MOVABLE_LEV", 5),
        ("MULTY_TUMB", 6),
        ("BTN_FIX", 7),
        ("TUMB_4SIDE", 8),
    ];

    /// The class with this number in `class_type`.
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

/// What the element says about one action.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fields {
    /// From `class`.
    pub class: Class,
    /// From `arg_value`: the value of a button, the step of a tumbler.
    pub value: f64,
    /// From `arg_lim`.
    pub limits: Option<[f64; 2]>,
    /// From `relative`.
    pub relative: bool,
    /// From `gain`: what one click of the wheel adds.
    pub gain: Option<f64>,
    /// From `cycle`; the sim cycles when nothing is said.
    pub cycle: bool,
    /// From `stop_action`, `stop_value` and `use_release_message`: what is sent on release.
    pub release: Option<f64>,
}

/// What can be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    /// How the control is worked.
    pub kind: Kind,
    /// The lowest and the highest value; none where it has no meaning.
    pub limits: Option<[f64; 2]>,
    /// The distance of two values or one click, always positive.
    pub step: Option<f64>,
    /// See [`Fields::cycle`]; only where there are positions to cycle through.
    pub cycle: bool,
    /// Every value that makes sense, rising.
    pub values: Vec<f64>,
}

/// Computes what an action can send.
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
            axis(fields.gain, limits.unwrap_or(WHOLE_WAY), fields.cycle)
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
    let sent = click.min(MOST_SENT);
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
    let values = match limits {
        Some([low, high]) if step > 0.0 && (high - low) / step > MAX_POSITIONS => {
            return axis(Some(step), [low, high], fields.cycle);
        }
        // A step that is nothing but noise is none.
        Some([low, high]) if step == 0.0 => rising(vec![low, high]),
        Some([low, high]) => positions(low, high, fields.value.abs()),
        None => rising(vec![0.0, clean(fields.value)]),
    };
    Values {
        kind: Kind::Switch,
        limits,
        step: Some(step).filter(|step| step.is_finite() && *step > 0.0),
        cycle: fields.cycle,
        values,
    }
}

/// The positions between two limits.
///
/// A step that does not divide the way is cut short by the limit; a step of zero
/// (or none that is a number) leaves the two ends.
fn positions(low: f64, high: f64, size: f64) -> Vec<f64> {
    let inside = 0.0 < size && size < high - low;
    if !inside {
        return rising(vec![low, high]);
    }
    let steps = (high - low) / size;
    let whole = (steps + SLACK).floor();
    let mut values: Vec<f64> = (0..=whole as u32)
        .map(|n| clean(low + f64::from(n) * size).min(high))
        .collect();
    if steps - whole > SLACK {
        values.push(high);
    } else if let Some(last) = values.last_mut() {
        *last = high;
    }
    rising(values)
}

/// The largest number of which a whole one has no noise.
const NOISELESS: f64 = 1e6;

/// Without the noise of binary fractions (`0.1 * 3`), and without minus zero.
fn clean(value: f64) -> f64 {
    // Most are whole, and rounding takes time.
    let whole = f64::from(value as i32);
    if whole == value && whole.abs() < NOISELESS {
        return whole;
    }
    let rounded = (value * 1e9).round() / 1e9;
    if rounded.is_finite() {
        rounded + 0.0
    } else {
        value
    }
}

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
    fn a_tumbler_of_very_many_positions_is_an_axis() {
        check(tumbler(1e-9, 0.0, 1.0), Kind::Axis, &[]);
    }

    #[test]
    fn a_tumbler_whose_step_is_noise_has_two_positions() {
        for step in [0.0, -0.0, 1e-10, 1e-300, f64::MIN_POSITIVE] {
            check(tumbler(step, 0.0, 1.0), Kind::Switch, &[0.0, 1.0]);
        }
    }

    #[test]
    fn what_is_relative_is_an_encoder() {
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
    fn numbers_from_nowhere_do_no_harm() {
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
