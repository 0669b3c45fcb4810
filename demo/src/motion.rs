//! How needles and flaps move: small pure functions of time.

/// `from` on its way to `to`, as an instrument follows: most of the way within `lag` seconds.
pub(crate) fn follow(from: f64, to: f64, lag: f64, dt: f64) -> f64 {
    from + (to - from) * (1.0 - (-dt / lag).exp())
}

/// `from` on its way to `to` at a fixed speed, as a motor drives: `travel` seconds per unit.
pub(crate) fn drive(from: f64, to: f64, travel: f64, dt: f64) -> f64 {
    let reach = dt / travel;
    from + (to - from).clamp(-reach, reach)
}

/// A swing between -1 and 1 with a period in seconds.
pub(crate) fn swing(time: f64, period: f64) -> f64 {
    (time * std::f64::consts::TAU / period).sin()
}

/// The digit that a drum shows which turns once for `turn` of the value: 0 up to below 10.
pub(crate) fn digit(value: f64, turn: f64) -> f64 {
    (value / turn).rem_euclid(1.0) * 10.0
}
