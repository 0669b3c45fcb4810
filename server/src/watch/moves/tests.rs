use proptest::prelude::*;

use super::*;

const MS: Micros = 1_000;
const SWITCH: u32 = 5;
const LAMP: u32 = 400;
const NEEDLES: std::ops::Range<u32> = 100..160;

/// A cockpit with needles that move in every frame of 10 ms.
struct Rig {
    moves: Moves,
    now: Micros,
    needles: std::ops::Range<u32>,
    told: Vec<(Micros, Move)>,
}

impl Rig {
    fn new(needles: std::ops::Range<u32>) -> Self {
        let mut moves = Moves::new(Damping::On, 0);
        let gauges = NEEDLES.map(|arg| (arg, Class::Gauge));
        moves.set_classes(gauges.chain([(SWITCH, Class::Control)]).collect());
        for arg in [SWITCH, LAMP] {
            moves.report(arg, 0.0, 0);
        }
        let (now, told) = (0, Vec::new());
        Self {
            moves,
            now,
            needles,
            told,
        }
    }

    /// Lets time pass in frames. Movements are taken when they are due.
    fn pass(&mut self, ms: u64) {
        for _ in 0..ms / 10 {
            self.now += 10 * MS;
            for arg in self.needles.clone() {
                let phase = self.now as f64 / 1e6 + f64::from(arg);
                self.moves.report(arg, phase.sin(), self.now);
            }
            self.take();
        }
    }

    fn set(&mut self, arg: u32, raw: f64) {
        self.moves.report(arg, raw, self.now);
    }

    fn take(&mut self) {
        let is_due = self.moves.next_due().is_some_and(|due| due <= self.now);
        let told = self.moves.take(self.now);
        assert!(is_due || told.is_empty(), "told before it was due");
        self.told
            .extend(told.into_iter().map(|told| (self.now, told)));
        assert!(self.moves.next_due().is_none_or(|due| due > self.now));
    }

    /// Returns the args that were reported since the last call.
    fn told(&mut self) -> Vec<u32> {
        let told = self.told.drain(..);
        told.map(|(_, told)| told.arg).collect()
    }
}

#[test]
fn a_switch_is_reported_at_once_among_needles_that_move_all_the_time() {
    let mut rig = Rig::new(NEEDLES);
    rig.pass(4_000);
    assert!(rig.told().is_empty());
    assert_eq!(rig.moves.damped(rig.now), 60);
    for clicks in 0..20 {
        rig.set(SWITCH, f64::from((clicks + 1) % 2));
        let clicked = rig.now;
        rig.pass(2_000);
        let told: Vec<_> = rig.told.drain(..).collect();
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].1.arg, SWITCH);
        assert!(told[0].0 <= clicked + LONGEST_DELAY);
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
    let told = rig.told();
    assert_eq!(told[0], SWITCH);
    assert_eq!(told.last(), Some(&LAMP));
    assert_eq!(told.len(), 62);
    // The needles continue to move and are soon left out. Some have rested at a turning point.
    rig.pass(10_000);
    assert!(rig.told().len() < 60);
    rig.pass(60_000);
    assert!(rig.told().is_empty());
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
    let told: Vec<_> = rig.told.iter().map(|(_, told)| *told).collect();
    assert!(told[0].is_moving && told[0].after < 0.2 && told[0].before == 0.0);
    let end = Move {
        arg: SWITCH,
        before: 0.0,
        peak: 1.0,
        after: 1.0,
        is_moving: false,
    };
    assert_eq!(told[1..], [end]);
}

#[test]
fn a_short_press_shows_its_peak() {
    let mut rig = Rig::new(0..0);
    rig.pass(4_000);
    rig.set(SWITCH, 1.0);
    rig.pass(50);
    rig.set(SWITCH, 0.0);
    rig.pass(300);
    let (_, told) = rig.told.remove(0);
    assert_eq!((told.before, told.peak, told.after), (0.0, 1.0, 0.0));
    assert!(rig.told().is_empty());
}

#[test]
fn a_lamp_that_blinks_is_reported_a_few_times_only() {
    let mut rig = Rig::new(0..0);
    rig.pass(60_000);
    for blink in 0..240 {
        rig.set(LAMP, f64::from(blink % 2));
        rig.pass(500);
    }
    let told = rig.told().len();
    assert!((3..10).contains(&told), "{told}");
    // After some minutes of rest it is reported again.
    rig.pass(300_000);
    rig.set(LAMP, 0.5);
    rig.pass(500);
    assert_eq!(rig.told(), [LAMP]);
}

#[test]
fn without_damping_everything_is_reported() {
    let mut rig = Rig::new(0..0);
    rig.moves = Moves::new(Damping::Off, 0);
    rig.set(LAMP, 0.0);
    rig.pass(4_000);
    for blink in 1..=100 {
        rig.set(LAMP, f64::from(blink % 2));
        rig.pass(500);
    }
    assert_eq!(rig.told().len(), 100);
}

#[test]
fn another_aircraft_starts_again() {
    let mut rig = Rig::new(0..0);
    rig.pass(4_000);
    rig.set(SWITCH, 1.0);
    rig.moves.restart(rig.now);
    rig.set(SWITCH, 0.0);
    rig.pass(1_000);
    rig.set(SWITCH, 1.0);
    rig.pass(4_000);
    assert!(rig.told().is_empty());
    rig.set(SWITCH, 0.0);
    rig.pass(1_000);
    assert_eq!(rig.told(), [SWITCH]);
}

proptest! {
    /// However args move, a rare change is reported in time, and its last value is reported.
    #[test]
    fn rare_changes_are_reported_in_time(
        changes in prop::collection::vec((0..4_u32, 0..3_u8, 1..400_u64), 1..60),
    ) {
        let mut rig = Rig::new(0..0);
        rig.moves = Moves::new(Damping::Off, 0);
        (0..4).for_each(|arg| rig.set(arg, 0.0));
        rig.pass(4_000);
        let mut now = [0.0; 4];
        for (arg, value, ms) in changes {
            let value = f64::from(value) / 2.0;
            let is_change = now[arg as usize] != value;
            now[arg as usize] = value;
            rig.set(arg, value);
            let due = rig.moves.next_due();
            prop_assert!(!is_change || due.is_some_and(|due| due <= rig.now + LONGEST_DELAY));
            rig.pass(ms);
        }
        rig.pass(1_000);
        prop_assert_eq!(rig.moves.next_due(), None);
        for (arg, value) in (0..4).zip(now) {
            let last = rig.told.iter().rev().find(|(_, told)| told.arg == arg);
            prop_assert!(last.map_or(value == 0.0, |(_, told)| told.after == value));
        }
    }
}
