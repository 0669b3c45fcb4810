//! When a subscription is sent an update: a pure decision, with the time passed in.
//!
//! What is sent differs from what was sent last, at most so often, and the
//! newest value is never lost. The filter knows values as whole steps of their
//! precision (see [`crate::decimal`]) and nothing of gauges or clients.

/// Microseconds since some fixed moment.
pub type Micros = u64;

/// A share of the period by which frames may jitter without cost: an update may come so much
/// before its time, and one that comes so much after it does not delay those that follow.
const SLACK_SHARE: Micros = 8;
/// The most it may be, in microseconds.
const MOST_SLACK: Micros = 5_000;
/// A share of the period by which an update may come earlier while a delay is made up for.
const MAKE_UP_SHARE: Micros = 4;
/// The most it may be, in microseconds.
const MOST_MAKE_UP: Micros = 10_000;

/// The longest period, in microseconds: some 35,000 years.
const LONGEST_PERIOD: f64 = 1e18;

/// The filter of one subscription.
///
/// Updates have places on the time line, a period apart. An update that comes late moves the
/// places after it back; then, update by update, they are moved forth again until the delay, or
/// a period of it, is made up for. So after the sim has hung for a moment, frames that come just
/// as often as updates may go are soon sent as they come again, and not a part of a period later
/// for ever after. A new subscription begins with a period to make up for, since its first
/// update rarely falls on a frame.
#[derive(Debug, Clone)]
pub struct Filter {
    /// What was sent last; not a number before the first.
    sent: f64,
    period: Micros,
    /// When the next update has its place.
    slot: Micros,
    /// How much the places were moved back and not yet forth; at most a period, at most 4 s.
    behind: u32,
    /// How long before its place a value that is waiting is to be looked at again.
    waiting: Option<u16>,
}

/// What to do with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing: it is what was sent last.
    Same,
    /// Send it now.
    Send,
    /// It is too early to send it. Ask again at this time, with the newest value then.
    Wait(Micros),
    /// It is too early, as it was for the value before it.
    StillWaiting,
}

impl Filter {
    /// A filter that lets `max_frequency` updates a second pass (finite, above 0).
    pub fn new(max_frequency: f64) -> Self {
        let period = (1e6 / max_frequency).min(LONGEST_PERIOD) as Micros;
        Self {
            sent: f64::NAN,
            period,
            slot: 0,
            behind: u32::try_from(period).unwrap_or(u32::MAX),
            waiting: None,
        }
    }

    /// Decides on the newest value, in steps of its precision. `now` never goes back.
    #[inline]
    pub fn step(&mut self, steps: f64, now: Micros) -> Step {
        if steps == self.sent {
            // Before that the time asked for stands: who goes to and fro asks for one, not many.
            if self.due().is_some_and(|due| due <= now) {
                self.waiting = None;
            }
            return Step::Same;
        }
        let slack = self.slack();
        let first = self.sent.is_nan();
        if first || now + slack >= self.slot {
            self.slot = if first {
                now + self.period
            } else {
                self.next_slot(now, slack)
            };
            self.sent = steps;
            self.waiting = None;
            return Step::Send;
        }
        if self.waiting.is_some() {
            return Step::StillWaiting;
        }
        // After an update that came early its place would be more than a period away; at most by
        // the slack, which fits.
        let early = self.slot.saturating_sub(now + self.period);
        self.waiting = Some(early as u16);
        Step::Wait(self.slot - early)
    }

    fn slack(&self) -> Micros {
        (self.period / SLACK_SHARE).min(MOST_SLACK)
    }

    /// The place after the one that is used now.
    fn next_slot(&mut self, now: Micros, slack: Micros) -> Micros {
        let late = now.saturating_sub(self.slot + slack);
        let behind = (Micros::from(self.behind) + late.min(self.period)).min(self.period);
        let forth = behind.min((self.period / MAKE_UP_SHARE).min(MOST_MAKE_UP));
        self.behind = u32::try_from(behind - forth).unwrap_or(u32::MAX);
        self.slot + late + self.period - forth
    }

    /// When the filter asked to be stepped, if it still needs it.
    pub fn due(&self) -> Option<Micros> {
        self.waiting.map(|early| self.slot - Micros::from(early))
    }

    /// Starts anew, as if nothing had been sent: the present value is sent once more.
    pub fn restart(&mut self) {
        *self = Self {
            sent: f64::NAN,
            slot: 0,
            behind: u32::try_from(self.period).unwrap_or(u32::MAX),
            waiting: None,
            ..*self
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Micros = 1_000_000;

    /// Feeds a trace as the world does and returns what was sent and when.
    fn run(frequency: f64, trace: &[(Micros, f64)], end: Micros) -> Vec<(Micros, f64)> {
        let mut filter = Filter::new(frequency);
        let (mut sent, mut due, mut newest) = (Vec::new(), None, f64::NAN);
        let mut events: Vec<(Micros, Option<f64>)> =
            trace.iter().map(|&(at, value)| (at, Some(value))).collect();
        events.push((end, None));
        for (at, value) in events {
            while let Some(time) = due.filter(|&time| time <= at) {
                due = None;
                if filter.due() == Some(time) && filter.step(newest, time) == Step::Send {
                    sent.push((time, newest));
                }
            }
            let Some(value) = value else { continue };
            newest = value;
            match filter.step(value, at) {
                Step::Send => sent.push((at, value)),
                Step::Wait(time) => {
                    assert!(
                        due.is_none_or(|due| due < at + MOST_SLACK),
                        "two times at once"
                    );
                    due = Some(time);
                }
                Step::Same | Step::StillWaiting => {}
            }
        }
        sent
    }

    fn frames(count: u64, interval: Micros, jitter: impl Fn(u64) -> Micros) -> Vec<(Micros, f64)> {
        (0..count)
            .map(|n| (n * interval + jitter(n), n as f64))
            .collect()
    }

    #[test]
    fn a_change_inside_the_waiting_time_is_sent_when_it_ends() {
        let trace = [(0, 1.0), (10_000, 2.0), (20_000, 3.0)];
        assert_eq!(run(10.0, &trace, SECOND), [(0, 1.0), (100_000, 3.0)]);
    }

    #[test]
    fn a_change_that_has_gone_back_is_not_sent() {
        let trace = [(0, 1.0), (10_000, 2.0), (20_000, 1.0)];
        assert_eq!(run(10.0, &trace, SECOND), [(0, 1.0)]);
    }

    #[test]
    fn frames_that_jitter_at_just_the_frequency_asked_for_are_sent_as_they_come() {
        let trace = frames(300, 33_333, |n| {
            [0, 3_000, 1_000, 4_000, 2_000][n as usize % 5]
        });
        let sent = run(30.0, &trace, 20 * SECOND);
        assert_eq!(sent, trace);
    }

    #[test]
    fn after_the_sim_has_hung_for_a_moment_frames_are_soon_sent_as_they_come_again() {
        for hang in [25_000, 50_000, 90_000, 450_000] {
            // What the sim would have said while it hangs is said once, when it goes on.
            let start = 50 * 33_333 + 1;
            let during = start..start + hang;
            let held = |at| if during.contains(&at) { during.end } else { at };
            let mut trace: Vec<_> = (0..300u32)
                .rev()
                .map(|n| (held(Micros::from(n) * 33_333), f64::from(n)))
                .collect();
            trace.dedup_by_key(|frame| frame.0);
            trace.reverse();
            let sent = run(30.0, &trace, 20 * SECOND);
            let delayed = sent.iter().filter(|update| !trace.contains(update)).count();
            assert!(delayed <= 4, "{delayed} after {hang}");
            assert!(
                sent.len() + 1 >= trace.len(),
                "{} of {}",
                sent.len(),
                trace.len()
            );
        }
    }

    #[test]
    fn who_subscribes_between_two_frames_soon_gets_them_as_they_come() {
        for join in (1_000..33_000).step_by(1_000) {
            let mut trace = vec![(join, -1.0)];
            trace.extend(frames(100, 33_333, |_| 33_333));
            let sent = run(30.0, &trace, 20 * SECOND);
            let delayed = sent.iter().filter(|update| !trace.contains(update)).count();
            assert!(delayed <= 4, "{delayed} for who joins at {join}");
            assert_eq!(sent.len(), trace.len());
        }
    }

    #[test]
    fn a_timer_that_is_late_does_not_lower_the_frequency() {
        let mut filter = Filter::new(10.0);
        let mut now = 0;
        assert_eq!(filter.step(0.0, now), Step::Send);
        for value in 1..=100u32 {
            let Step::Wait(due) = filter.step(value.into(), now + 1_000) else {
                panic!("too early")
            };
            now = due + 2_000;
            assert_eq!(filter.step(value.into(), now), Step::Send);
        }
        assert!(now <= 10 * SECOND + 2_000, "{now}");
    }

    #[test]
    fn any_frequency_is_a_period() {
        for frequency in [f64::MIN_POSITIVE, 1e-9, 1e9, f64::MAX] {
            let mut filter = Filter::new(frequency);
            assert_eq!(filter.step(1.0, 5), Step::Send);
            let _ = filter.step(2.0, 6);
        }
    }

    fn traces() -> impl Strategy<Value = Vec<(Micros, f64)>> {
        prop::collection::vec((0..80_000u64, 0..4i32), 1..200).prop_map(|steps| {
            let mut now = 0;
            steps
                .into_iter()
                .map(|(gap, value)| {
                    now += gap;
                    (now, f64::from(value))
                })
                .collect()
        })
    }

    proptest! {
        #[test]
        fn never_the_same_value_twice_running((frequency, trace) in (0.5..100.0f64, traces())) {
            let sent = run(frequency, &trace, 100 * SECOND);
            prop_assert!(sent.windows(2).all(|pair| pair[0].1 != pair[1].1));
        }

        #[test]
        fn always_ends_at_the_newest_value((frequency, trace) in (0.5..100.0f64, traces())) {
            let sent = run(frequency, &trace, 100 * SECOND);
            prop_assert_eq!(sent.last().map(|last| last.1), trace.last().map(|last| last.1));
        }

        #[test]
        fn never_more_often_than_asked((frequency, trace) in (0.5..100.0f64, traces())) {
            let sent = run(frequency, &trace, 100 * SECOND);
            let period = 1e6 / frequency;
            // Jitter both ways, and a delay of less than a period that is made up for.
            let slack = 2.0 * (period / 8.0).min(5_000.0) + period;
            for (first, (from, _)) in sent.iter().enumerate() {
                for (count, (to, _)) in sent[first..].iter().enumerate() {
                    let least = count as f64 * (period - 1.0) - slack;
                    prop_assert!((to - from) as f64 >= least, "{count} updates in {}", to - from);
                }
            }
        }

        #[test]
        fn updates_are_never_much_less_than_a_period_apart((frequency, trace) in (0.5..100.0f64, traces())) {
            let sent = run(frequency, &trace, 100 * SECOND);
            let period = 1e6 / frequency;
            let least = period - 2.0 * (period / 8.0).min(5_000.0) - (period / 4.0).min(10_000.0) - 1.0;
            prop_assert!(sent.windows(2).all(|pair| (pair[1].0 - pair[0].0) as f64 >= least));
        }

        #[test]
        fn no_change_waits_longer_than_a_period((frequency, trace) in (0.5..100.0f64, traces())) {
            // What was newest at any time has been sent, or replaced, a period later.
            let sent = run(frequency, &trace, 100 * SECOND);
            let period = (1e6 / frequency) as Micros;
            for (number, &(at, value)) in trace.iter().enumerate() {
                let replaced = trace.get(number + 1).is_some_and(|next| next.0 <= at + period);
                let last = sent.iter().rev().find(|sent| sent.0 <= at + period);
                prop_assert!(replaced || last.is_some_and(|last| last.1 == value));
            }
        }

        /// The original's rule: a frame is sent when the rounded value differs from the one sent
        /// last and more than a period has gone by. Where no change falls into a waiting time,
        /// both agree to the update.
        #[test]
        fn agrees_with_the_original_where_nothing_has_to_wait(values in prop::collection::vec(0..4i32, 1..100), frequency in 1.0..50.0f64) {
            let interval = (1e6 / frequency) as Micros + 1;
            let trace: Vec<_> = values.iter().enumerate().map(|(n, &value)| (n as u64 * interval, f64::from(value))).collect();
            let (mut model, mut last) = (Vec::new(), None::<(Micros, f64)>);
            for &(at, value) in &trace {
                let due = last.is_none_or(|last| at as f64 > last.0 as f64 + 1e6 / frequency);
                if due && last.is_none_or(|last| last.1 != value) {
                    last = Some((at, value));
                    model.push((at, value));
                }
            }
            prop_assert_eq!(run(frequency, &trace, 1_000 * SECOND), model);
        }
    }
}
