//! Properties of filters and their schedule: of a single subscription, and of a whole client.

use proptest::prelude::*;

use super::*;

const SECOND: Micros = 1_000_000;

/// A value at a time.
type Update = (Micros, f64);

/// The subscriptions of one client with one rate. It calls the filters and the schedule as the
/// world does.
struct Client {
    schedule: SendSchedule<usize>,
    gauges: Vec<Gauge>,
    timer: Option<Micros>,
    /// The number of changes for which nothing had to be done.
    skipped: usize,
}

struct Gauge {
    filter: Filter,
    newest: TimedValue,
    sent: Vec<Update>,
}

impl Client {
    fn new(gauges: usize, frequency: f64) -> Self {
        let gauge = |_| Gauge {
            filter: Filter::new(),
            newest: TimedValue {
                steps: f64::NAN,
                at: 0,
                before: 0,
            },
            sent: Vec::new(),
        };
        Self {
            schedule: SendSchedule::new(period(frequency)),
            gauges: (0..gauges).map(gauge).collect(),
            timer: None,
            skipped: 0,
        }
    }

    /// Handles a frame of the sim with the values of some gauges.
    fn frame(&mut self, now: Micros, values: impl IntoIterator<Item = (usize, f64)>) {
        self.wait_until(now);
        self.schedule.begin_frame(now);
        for (key, value) in values {
            let gauge = &mut self.gauges[key];
            if gauge.newest.steps != value {
                gauge.newest = TimedValue {
                    steps: value,
                    at: now,
                    before: gauge.newest.at,
                };
                if gauge.filter.is_skipped(now) {
                    self.skipped += 1;
                } else if self
                    .schedule
                    .decide(&mut gauge.filter, key, &gauge.newest, now)
                    == Decision::Send
                {
                    gauge.sent.push((now, value));
                }
            }
        }
        self.release(now);
    }

    /// Handles the timer of the schedule up to a time.
    fn wait_until(&mut self, time: Micros) {
        while let Some(due) = self.timer.filter(|&due| due <= time) {
            self.release(due);
            assert!(self.timer.is_none_or(|next| next > due), "asked for twice");
        }
    }

    fn release(&mut self, now: Micros) {
        if let Some(ready) = self.schedule.take_ready(now) {
            for key in ready {
                let gauge = &mut self.gauges[key];
                let newest = gauge.newest;
                if self.schedule.release(&mut gauge.filter, key, &newest, now) == Decision::Send {
                    gauge.sent.push((now, newest.steps));
                }
            }
            self.schedule.end_release(now);
        }
        self.timer = self.schedule.due(now);
    }

    /// Returns the times at which anything was sent.
    fn writes(&self) -> Vec<Micros> {
        let mut times: Vec<_> = self
            .gauges
            .iter()
            .flat_map(|gauge| &gauge.sent)
            .map(|sent| sent.0)
            .collect();
        times.sort_unstable();
        times.dedup();
        times
    }
}

/// Returns the updates of a client's only gauge.
fn run(frequency: f64, trace: &[Update], end: Micros) -> Vec<Update> {
    let mut client = Client::new(1, frequency);
    for &(at, value) in trace {
        client.frame(at, [(0, value)]);
    }
    client.wait_until(end);
    client.gauges.remove(0).sent
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
fn a_change_that_was_reverted_is_not_sent() {
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
        // Changes that fall into the hang come together at its end.
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
fn a_subscription_between_two_frames_soon_gets_frames_as_they_come() {
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
    let mut client = Client::new(1, 10.0);
    let mut now = 0;
    client.frame(now, [(0, 0.0)]);
    for value in 1..=100u32 {
        client.frame(now + 1_000, [(0, value.into())]);
        now = client.timer.take().expect("too early to be sent") + 2_000;
        client.release(now);
        assert_eq!(client.gauges[0].sent.last(), Some(&(now, value.into())));
    }
    assert!(now <= 10 * SECOND + 2_000, "{now}");
}

#[test]
fn any_frequency_is_a_period() {
    for frequency in [f64::MIN_POSITIVE, 1e-9, 1e9, f64::MAX] {
        let mut client = Client::new(1, frequency);
        client.frame(5, [(0, 1.0)]);
        client.frame(6, [(0, 2.0)]);
        assert!(!client.gauges[0].sent.is_empty());
    }
}

#[test]
fn frames_between_two_beats_need_no_work() {
    for phase in (0..33_333).step_by(1_000) {
        let mut client = Client::new(3, 30.0);
        client.frame(phase, (0..3).map(|gauge| (gauge, -1.0)));
        let jitter = |n| [0, 700, 200, 900, 400][n as usize % 5];
        for (at, value) in frames(600, 16_667, jitter) {
            client.frame(100_000 + at, (0..3).map(|gauge| (gauge, value)));
        }
        let others = 3 * 600 - client.skipped;
        assert!(
            others <= 3 * 330,
            "{others} values were worked on, joined at {phase}"
        );
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

/// Checks the promises to a single gauge. The error says which one is broken.
fn check(frequency: f64, trace: &[Update], sent: &[Update]) -> Result<(), TestCaseError> {
    never_the_same_value_twice_running(sent)?;
    always_ends_at_the_newest_value(trace, sent)?;
    never_more_often_than_asked(frequency, sent)?;
    never_much_less_than_a_period_apart(frequency, sent)?;
    no_change_waits_longer_than_a_period(frequency, trace, sent)
}

fn never_the_same_value_twice_running(sent: &[Update]) -> Result<(), TestCaseError> {
    prop_assert!(sent.windows(2).all(|pair| pair[0].1 != pair[1].1));
    Ok(())
}

fn always_ends_at_the_newest_value(trace: &[Update], sent: &[Update]) -> Result<(), TestCaseError> {
    prop_assert_eq!(
        sent.last().map(|last| last.1),
        trace.last().map(|last| last.1)
    );
    Ok(())
}

fn never_more_often_than_asked(frequency: f64, sent: &[Update]) -> Result<(), TestCaseError> {
    let period = 1e6 / frequency;
    // Jitter in both directions, and one period of credit.
    let slack = 2.0 * (period / 8.0).min(5_000.0) + period;
    for (first, (from, _)) in sent.iter().enumerate() {
        for (count, (to, _)) in sent[first..].iter().enumerate() {
            let least = count as f64 * (period - 1.0) - slack;
            prop_assert!(
                (to - from) as f64 >= least,
                "{count} updates in {}",
                to - from
            );
        }
    }
    Ok(())
}

fn never_much_less_than_a_period_apart(
    frequency: f64,
    sent: &[Update],
) -> Result<(), TestCaseError> {
    let period = 1e6 / frequency;
    let least = period - 2.0 * (period / 8.0).min(5_000.0) - (period / 4.0).min(10_000.0) - 1.0;
    prop_assert!(
        sent.windows(2)
            .all(|pair| (pair[1].0 - pair[0].0) as f64 >= least)
    );
    Ok(())
}

/// Checks that each value has been sent, or replaced, a period after it came.
fn no_change_waits_longer_than_a_period(
    frequency: f64,
    trace: &[Update],
    sent: &[Update],
) -> Result<(), TestCaseError> {
    let period = (1e6 / frequency) as Micros;
    for (number, &(at, value)) in trace.iter().enumerate() {
        let replaced = trace
            .get(number + 1)
            .is_some_and(|next| next.0 <= at + period);
        let until = sent.partition_point(|sent| sent.0 <= at + period);
        let last = sent[..until].last();
        prop_assert!(
            replaced || last.is_some_and(|last| last.1 == value),
            "{value} of {at}"
        );
    }
    Ok(())
}

/// The frames of a sim: their times, and the new values of the gauges that change in them.
#[derive(Debug, Clone)]
struct Flight {
    frequency: f64,
    gauges: usize,
    frames: Vec<(Micros, Vec<(usize, f64)>)>,
}

impl Flight {
    fn play(&self) -> Client {
        let mut client = Client::new(self.gauges, self.frequency);
        for (at, values) in &self.frames {
            client.frame(*at, values.iter().copied());
        }
        let end = self.frames.last().map_or(0, |last| last.0);
        client.wait_until(end + 100 * SECOND);
        client
    }

    fn trace(&self, gauge: usize) -> Vec<Update> {
        let of_gauge = |&(at, ref values): &(Micros, Vec<(usize, f64)>)| {
            let value = values.iter().find(|value| value.0 == gauge)?;
            Some((at, value.1))
        };
        self.frames.iter().filter_map(of_gauge).collect()
    }
}

fn rates() -> impl Strategy<Value = f64> {
    prop_oneof![
        prop::sample::select(vec![5.0, 10.0, 20.0, 30.0, 60.0]),
        0.5..100.0f64
    ]
}

/// Generates the times of frames: at a fixed rate, with a random delay of each.
fn frame_times(count: usize) -> impl Strategy<Value = Vec<Micros>> {
    let fps = prop::sample::select(vec![60u64, 90, 120, 144]);
    let jitter = prop_oneof![Just(1u64), 1..3_000u64, 1..8_000u64];
    (fps, jitter).prop_flat_map(move |(fps, jitter)| {
        prop::collection::vec(0..jitter, count).prop_map(move |late| {
            let mut last = 0;
            let place = |(number, late): (usize, Micros)| {
                last = (number as Micros * SECOND / fps + late).max(last + 1);
                last
            };
            late.into_iter().enumerate().map(place).collect()
        })
    })
}

/// Generates flights in which some gauges move in every frame, others now and then.
fn flights() -> impl Strategy<Value = Flight> {
    (rates(), 1..12usize, 0..12usize, 20..200usize).prop_flat_map(
        |(frequency, busy, idle, count)| {
            let moves =
                prop::collection::vec(prop::collection::vec((0..30u8, 0..4u8), idle), count);
            (frame_times(count), moves).prop_map(move |(times, moves)| {
                let frame = |(number, (at, moves)): (usize, (Micros, Vec<(u8, u8)>))| {
                    let busy_ones = (0..busy).map(|gauge| (gauge, number as f64));
                    let moved = moves
                        .into_iter()
                        .enumerate()
                        .filter(|(_, (chance, _))| *chance == 0);
                    let idle_ones =
                        moved.map(|(gauge, (_, value))| (busy + gauge, f64::from(value)));
                    (at, busy_ones.chain(idle_ones).collect())
                };
                let frames = times
                    .into_iter()
                    .zip(moves)
                    .enumerate()
                    .map(frame)
                    .collect();
                Flight {
                    frequency,
                    gauges: busy + idle,
                    frames,
                }
            })
        },
    )
}

/// Generates flights in which all gauges move in every frame, but some of them start later.
fn busy_flights() -> impl Strategy<Value = Flight> {
    (rates(), prop::collection::vec(0..40usize, 1..12)).prop_flat_map(|(frequency, joins)| {
        frame_times(600).prop_map(move |times| {
            let frame = |(number, at)| {
                let joined = joins
                    .iter()
                    .enumerate()
                    .filter(|(_, join)| **join <= number);
                (
                    at,
                    joined.map(|(gauge, _)| (gauge, number as f64)).collect(),
                )
            };
            let frames = times.into_iter().enumerate().map(frame).collect();
            Flight {
                frequency,
                gauges: joins.len(),
                frames,
            }
        })
    })
}

/// Returns the changes that come after a quiet period.
fn quiet_changes(frequency: f64, trace: &[Update], sent: &[Update]) -> Vec<Update> {
    let period = (1e6 / frequency) as Micros;
    let was_quiet = |at: Micros, value: f64| {
        let before = sent[..sent.partition_point(|sent| sent.0 < at)].last();
        let last = trace[..trace.partition_point(|value| value.0 < at)].last();
        match (before, last) {
            (Some(before), Some(last)) => {
                before.1 == last.1
                    && before.1 != value
                    && before.0 + period <= at
                    && last.0 + period <= at
            }
            _ => true,
        }
    };
    trace
        .iter()
        .copied()
        .filter(|&(at, value)| was_quiet(at, value))
        .collect()
}

proptest! {
    #[test]
    fn a_single_gauge_gets_what_is_promised((frequency, trace) in (0.5..100.0f64, traces())) {
        let sent = run(frequency, &trace, 100 * SECOND);
        check(frequency, &trace, &sent)?;
    }

    #[test]
    fn each_gauge_of_a_client_gets_what_is_promised(flight in flights()) {
        let client = flight.play();
        for (key, gauge) in client.gauges.iter().enumerate() {
            check(flight.frequency, &flight.trace(key), &gauge.sent)?;
        }
    }

    #[test]
    fn a_gauge_that_was_quiet_is_sent_in_the_frame_in_which_it_changes(flight in flights()) {
        let client = flight.play();
        for (key, gauge) in client.gauges.iter().enumerate() {
            for value in quiet_changes(flight.frequency, &flight.trace(key), &gauge.sent) {
                prop_assert!(gauge.sent.contains(&value), "gauge {key}: {value:?}");
            }
        }
    }

    #[test]
    fn gauges_that_all_move_are_sent_together_once_a_period(flight in busy_flights()) {
        // By then, gauges that began to move between two beats have joined the others.
        let begin = flight.frames[40].0 + (3e6 / flight.frequency) as Micros;
        let end = flight.frames[flight.frames.len() - 1].0;
        let writes = flight.play().writes();
        let count = writes.iter().filter(|at| (begin..end).contains(at)).count();
        let periods = end.saturating_sub(begin) as f64 / 1e6 * flight.frequency;
        // One period of credit, and the one that has begun.
        prop_assert!(count as f64 <= 1.1 * periods + 2.0, "{count} writes in {periods} periods");
    }

    /// Compares with the rule of the original program: a frame is sent if the rounded value differs
    /// from the one sent last and more than a period has passed. Where no change falls into a
    /// waiting time, both rules send the same updates.
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
