use proptest::prelude::*;

use super::*;

const MS: Micros = 1_000;
const SWITCH: u32 = 5;
const LAMP: u32 = 400;
const NEEDLES: std::ops::Range<u32> = 100..160;

/// A cockpit with needles that move in every frame of 10 ms.
struct Rig {
    movements: MovementDetector,
    now: Micros,
    needles: std::ops::Range<u32>,
    reported: Vec<(Micros, Movement)>,
}

impl Rig {
    fn new(needles: std::ops::Range<u32>) -> Self {
        let mut movements = MovementDetector::new(Damping::On, 0);
        let gauges = NEEDLES.map(|arg| (arg, Class::Gauge));
        movements.set_classes(gauges.chain([(SWITCH, Class::Control)]).collect());
        for arg in [SWITCH, LAMP] {
            movements.report(arg, 0.0, 0);
        }
        let (now, reported) = (0, Vec::new());
        Self {
            movements,
            now,
            needles,
            reported,
        }
    }

    /// Lets time pass in frames. Movements are taken when they are due.
    fn pass(&mut self, ms: u64) {
        for _ in 0..ms / 10 {
            self.now += 10 * MS;
            for arg in self.needles.clone() {
                let phase = self.now as f64 / 1e6 + f64::from(arg);
                self.movements.report(arg, phase.sin(), self.now);
            }
            self.take();
        }
    }

    fn set(&mut self, arg: u32, raw: f64) {
        self.movements.report(arg, raw, self.now);
    }

    fn take(&mut self) {
        let is_due = self.movements.next_due().is_some_and(|due| due <= self.now);
        let reported = self.movements.take(self.now);
        assert!(is_due || reported.is_empty(), "reported before it was due");
        self.reported
            .extend(reported.into_iter().map(|reported| (self.now, reported)));
        assert!(self.movements.next_due().is_none_or(|due| due > self.now));
    }

    /// Returns the args that were reported since the last call.
    fn reported(&mut self) -> Vec<u32> {
        let reported = self.reported.drain(..);
        reported.map(|(_, reported)| reported.arg).collect()
    }
}

#[test]
fn a_switch_is_reported_at_once_among_needles_that_move_all_the_time() {
    let mut rig = Rig::new(NEEDLES);
    rig.pass(4_000);
    assert!(rig.reported().is_empty());
    assert_eq!(rig.movements.damped(rig.now), 60);
    for clicks in 0..20 {
        rig.set(SWITCH, f64::from((clicks + 1) % 2));
        let clicked = rig.now;
        rig.pass(2_000);
        let reported: Vec<_> = rig.reported.drain(..).collect();
        assert_eq!(reported.len(), 1, "{reported:?}");
        assert_eq!(reported[0].1.arg, SWITCH);
        assert!(reported[0].0 <= clicked + LONGEST_DELAY);
    }
}

#[test]
fn a_control_goes_before_what_it_sets_in_motion() {
    let mut rig = Rig::new(0..0);
    for arg in NEEDLES {
        rig.set(arg, 0.0);
    }
    rig.pass(4_000);
    rig.set(LAMP, 1.0);
    rig.set(SWITCH, 1.0);
    rig.needles = NEEDLES;
    rig.pass(200);
    let reported = rig.reported();
    assert_eq!(reported[0], SWITCH);
    assert_eq!(reported.last(), Some(&LAMP));
    assert_eq!(reported.len(), 62);
    // The needles continue to move and are soon left out. Some have rested at a turning point.
    rig.pass(10_000);
    assert!(rig.reported().len() < 60);
    rig.pass(60_000);
    assert!(rig.reported().is_empty());
}

#[test]
fn a_long_movement_is_reported_at_its_beginning_and_end() {
    let mut rig = Rig::new(0..0);
    rig.pass(4_000);
    for step in 1..=50 {
        rig.set(SWITCH, f64::from(step) / 50.0);
        rig.pass(20);
    }
    rig.pass(500);
    let reported: Vec<_> = rig.reported.iter().map(|(_, reported)| *reported).collect();
    assert!(reported[0].is_moving && reported[0].after < 0.2 && reported[0].before == 0.0);
    let end = Movement {
        arg: SWITCH,
        before: 0.0,
        peak: 1.0,
        after: 1.0,
        is_moving: false,
    };
    assert_eq!(reported[1..], [end]);
}

#[test]
fn a_short_press_shows_its_peak() {
    let mut rig = Rig::new(0..0);
    rig.pass(4_000);
    rig.set(SWITCH, 1.0);
    rig.pass(50);
    rig.set(SWITCH, 0.0);
    rig.pass(300);
    let (_, reported) = rig.reported.remove(0);
    assert_eq!(
        (reported.before, reported.peak, reported.after),
        (0.0, 1.0, 0.0)
    );
    assert!(rig.reported().is_empty());
}

#[test]
fn a_lamp_that_blinks_is_reported_a_few_times_only() {
    let mut rig = Rig::new(0..0);
    rig.pass(60_000);
    for blink in 0..240 {
        rig.set(LAMP, f64::from(blink % 2));
        rig.pass(500);
    }
    let reported = rig.reported().len();
    assert!((3..10).contains(&reported), "{reported}");
    // After some minutes of rest it is reported again.
    rig.pass(300_000);
    rig.set(LAMP, 0.5);
    rig.pass(500);
    assert_eq!(rig.reported(), [LAMP]);
}

#[test]
fn without_damping_everything_is_reported() {
    let mut rig = Rig::new(0..0);
    rig.movements = MovementDetector::new(Damping::Off, 0);
    rig.set(LAMP, 0.0);
    rig.pass(4_000);
    for blink in 1..=100 {
        rig.set(LAMP, f64::from(blink % 2));
        rig.pass(500);
    }
    assert_eq!(rig.reported().len(), 100);
}

#[test]
fn another_aircraft_starts_again() {
    let mut rig = Rig::new(0..0);
    rig.pass(4_000);
    rig.set(SWITCH, 1.0);
    rig.movements.restart(rig.now);
    rig.set(SWITCH, 0.0);
    rig.pass(1_000);
    rig.set(SWITCH, 1.0);
    rig.pass(4_000);
    assert!(rig.reported().is_empty());
    rig.set(SWITCH, 0.0);
    rig.pass(1_000);
    assert_eq!(rig.reported(), [SWITCH]);
}

proptest! {
    /// However args move, a rare change is reported in time, and its last value is reported.
    #[test]
    fn rare_changes_are_reported_in_time(
        changes in prop::collection::vec((0..4_u32, 0..3_u8, 1..400_u64), 1..60),
    ) {
        let mut rig = Rig::new(0..0);
        rig.movements = MovementDetector::new(Damping::Off, 0);
        (0..4).for_each(|arg| rig.set(arg, 0.0));
        rig.pass(4_000);
        let mut now = [0.0; 4];
        for (arg, value, ms) in changes {
            let value = f64::from(value) / 2.0;
            let is_change = now[arg as usize] != value;
            now[arg as usize] = value;
            rig.set(arg, value);
            let due = rig.movements.next_due();
            prop_assert!(!is_change || due.is_some_and(|due| due <= rig.now + LONGEST_DELAY));
            rig.pass(ms);
        }
        rig.pass(1_000);
        prop_assert_eq!(rig.movements.next_due(), None);
        for (arg, value) in (0..4).zip(now) {
            let last = rig.reported.iter().rev().find(|(_, reported)| reported.arg == arg);
            prop_assert!(last.map_or(value == 0.0, |(_, reported)| reported.after == value));
        }
    }
}
