//! The motion of needles and flaps: small pure functions of time.

/// Moves `from` towards `to` like the needle of an instrument: 63 % of the way within `lag`
/// seconds.
pub(crate) fn follow(from: f64, to: f64, lag: f64, dt: f64) -> f64 {
    from + (to - from) * (1.0 - (-dt / lag).exp())
}

/// Moves `from` towards `to` at a fixed speed, like a motor: `travel` seconds per unit.
pub(crate) fn drive(from: f64, to: f64, travel: f64, dt: f64) -> f64 {
    let reach = dt / travel;
    from + (to - from).clamp(-reach, reach)
}

/// Returns a sine between -1 and 1; `period` is in seconds.
pub(crate) fn swing(time: f64, period: f64) -> f64 {
    (time * std::f64::consts::TAU / period).sin()
}

/// Returns the position, from 0 to below 10, of a digit drum that turns once while the value rises
/// by `turn`.
pub(crate) fn digit(value: f64, turn: f64) -> f64 {
    (value / turn).rem_euclid(1.0) * 10.0
}
