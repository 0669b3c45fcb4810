//! Tests of the values that subscribers get to try their wiring.

use super::*;

const SECOND: Micros = 1_000_000;

/// A world in which arg 7 is 0.25 and somebody has subscribed to it.
fn rig() -> (Rig, ClientKey) {
    let mut rig = Rig::linked();
    rig.world.set_aircraft(Some(hundred_gauges()), 0);
    let client = rig.join();
    rig.say(client, "2 7 1 2 60");
    rig.lines_to_sim();
    rig.receive(FromSim::Args(vec![(7, 0.25)]));
    assert_eq!(rig.sent(client), ["0 X", "2 1 0.25000 0.25"]);
    (rig, client)
}

impl Rig {
    /// Does the world's own work until this time.
    fn pass(&mut self, until: Micros) {
        while let Some(due) = self.world.next_due().filter(|due| *due <= until) {
            self.now = due.max(self.now);
            self.world.tick(self.now);
        }
        self.now = until;
    }

    fn test(&mut self, args: &[u32], from: f64, to: f64, seconds: f64) {
        let test = ValueTest::new(args.to_vec(), from, to, seconds).unwrap();
        self.world.start_test(test, self.now);
    }
}

#[test]
fn a_sweep_goes_there_and_back_and_the_sim_is_told_nothing() {
    let (mut rig, client) = rig();
    rig.now = SECOND;
    rig.test(&[7], 0.0, 1.0, 2.0);
    assert_eq!(rig.world.tested_args(), 1);
    rig.pass(4 * SECOND);
    let lines = rig.sent(client);
    let raw = |line: &String| line.split(' ').nth(2).unwrap().parse().unwrap();
    let raws: Vec<f64> = lines.iter().map(raw).collect();
    let top = raws.iter().position(|raw| *raw > 0.98).unwrap();
    assert!(raws[..top].is_sorted() && top > 20, "{raws:?}");
    let back = &raws[top + 2..raws.len() - 1];
    assert!(
        back.is_sorted_by(|a, b| a >= b) && back.len() > 20,
        "{raws:?}"
    );
    assert_eq!(lines.last().unwrap(), "2 1 0.25000 0.25");
    assert_eq!(rig.world.tested_args(), 0);
    assert_eq!(rig.lines_to_sim(), [""; 0]);
}

#[test]
fn the_sims_values_come_after_the_test() {
    let (mut rig, client) = rig();
    rig.now = SECOND;
    rig.test(&[7], 1.0, 1.0, 3.0);
    assert_eq!(rig.sent(client), ["2 1 1.00000 1.00"]);
    rig.now = 2 * SECOND;
    rig.receive(FromSim::Args(vec![(7, 0.5)]));
    assert_eq!(rig.sent(client), [""; 0]);
    let late = rig.join();
    rig.say(late, "2 7 9 2 60");
    rig.pass(3 * SECOND);
    assert_eq!(rig.sent(late).last().unwrap(), "2 9 1.00000 1.00");
    rig.pass(5 * SECOND);
    assert_eq!(rig.sent(client), ["2 1 0.50000 0.50"]);
}

#[test]
fn another_aircraft_and_another_test_end_a_test() {
    let (mut rig, client) = rig();
    rig.now = SECOND;
    rig.test(&[7], 1.0, 1.0, 9.0);
    rig.pass(2 * SECOND);
    rig.test(&[8], 1.0, 1.0, 9.0);
    rig.pass(3 * SECOND);
    assert_eq!(rig.sent(client), ["2 1 1.00000 1.00", "2 1 0.25000 0.25"]);
    rig.test(&[7], 1.0, 1.0, 9.0);
    rig.world.set_aircraft(Some(hundred_gauges()), rig.now);
    assert_eq!(rig.world.tested_args(), 0);
    rig.pass(4 * SECOND);
    rig.receive(FromSim::Args(vec![(7, 0.75)]));
    assert_eq!(rig.sent(client).last().unwrap(), "2 1 0.75000 0.75");
}

#[test]
fn without_a_sim_a_lamp_goes_out_again() {
    let mut rig = Rig::new();
    let client = rig.join();
    rig.say(client, "2 7 1");
    rig.test(&[7], 1.0, 1.0, 1.0);
    assert_eq!(rig.sent(client), ["2 1 1.00000 1"]);
    rig.pass(2 * SECOND);
    assert_eq!(rig.sent(client), ["2 1 0.00000 0"]);
}

#[test]
fn impossible_tests_are_refused() {
    let error = |args: Vec<u32>, to, seconds| ValueTest::new(args, 0.0, to, seconds).err();
    assert_eq!(error(vec![7], 1.0, 1.0), None);
    assert_eq!(error(vec![], 1.0, 1.0), Some(ValueTestError::Args));
    assert_eq!(error(vec![0; 1001], 1.0, 1.0), Some(ValueTestError::Args));
    for to in [f64::NAN, f64::INFINITY, 1e9] {
        assert_eq!(error(vec![7], to, 1.0), Some(ValueTestError::Values));
    }
    for seconds in [0.0, 61.0, f64::NAN] {
        assert_eq!(error(vec![7], 1.0, seconds), Some(ValueTestError::Seconds));
    }
}
