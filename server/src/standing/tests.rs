//! Tests of single cases of standing positions.

mod courses;

use super::*;
use crate::limits::MAX_STANDING;

const SECOND: Micros = 1_000_000;

fn target(arg: u32, value: f64) -> Target {
    let same = match value > 0.5 {
        true => [0.5, f64::INFINITY],
        false => [f64::NEG_INFINITY, 0.5],
    };
    Target {
        arg,
        standing: SwitchPosition {
            value,
            same,
            reached: same,
        },
        send: DeviceCommand {
            device: 1,
            command: i64::from(arg),
            value,
        },
    }
}

/// Resolves names that are numbers: each is the control with that arg, if the aircraft has it.
fn resolve(controls: u32) -> impl Fn(u64, &str, &Position) -> Option<Target> {
    move |_, control, position| {
        let arg: u32 = control.parse().ok().filter(|&arg| arg < controls)?;
        let Position::Number(value) = position else {
            return None;
        };
        Some(target(arg, *value))
    }
}

/// Standing positions with a clock and an aircraft.
struct Bench {
    positions: StandingPositions,
    controls: u32,
    now: Micros,
    sent: Vec<(u32, f64)>,
    skips: Vec<(u64, SkipReason)>,
    asked: usize,
}

impl Bench {
    fn new(policy: StandingPolicy) -> Self {
        let mut positions = StandingPositions::new(policy);
        positions.set_sim_answers();
        Self {
            positions,
            controls: 4,
            now: 0,
            sent: Vec::new(),
            skips: Vec::new(),
            asked: 0,
        }
    }

    fn state(&mut self, client: u64, arg: u32, value: f64) {
        let (name, position) = (arg.to_string(), Position::Number(value));
        let flies = matches!(
            self.positions.flight,
            Flight::Flying(_) | Flight::Restored(_)
        );
        let target = flies
            .then(|| resolve(self.controls)(client, &name, &position))
            .flatten();
        let stated = self
            .positions
            .handle_statement(client, (&name, &position), target, self.now);
        assert_eq!(stated, Ok(()));
        self.collect();
    }

    fn appear(&mut self, name: &str) {
        self.positions.announce_aircraft();
        self.set_aircraft(name);
    }

    fn set_aircraft(&mut self, name: &str) {
        if self.positions.set_aircraft(name) {
            self.resolve_all();
        }
        self.collect();
    }

    /// Resolves all statements. The clients are in reverse order, since their order must have no
    /// effect.
    fn resolve_all(&mut self) {
        for client in (0..9).rev() {
            for place in 0..self.positions.count(client) {
                let statement = self.positions.statement(client, place);
                let target = statement.and_then(|statement| {
                    resolve(self.controls)(client, &statement.control, &statement.position)
                });
                self.positions.resolve(client, place, target, self.now);
            }
        }
    }

    fn leave(&mut self, client: u64) {
        self.positions.remove_client(client);
        while self.positions.count(client) > 0 {
            self.positions.remove_newest(client);
        }
    }

    fn report(&mut self, arg: u32, raw: f64) {
        self.positions.report(arg, raw, self.now);
        self.collect();
    }

    fn wait(&mut self, time: Micros) {
        let end = self.now + time;
        while let Some(due) = self.positions.next_due().filter(|&due| due <= end) {
            self.now = due;
            self.positions.tick(due);
        }
        self.now = end;
        self.collect();
    }

    fn answer(&mut self, cold: Option<bool>, since: u64) {
        if self.positions.identify_flight(Some(since)) {
            self.resolve_all();
        }
        self.positions.decide(cold, self.now);
        self.collect();
    }

    fn collect(&mut self) {
        self.asked += usize::from(self.positions.take_question());
        let actions = self.positions.take_actions().into_iter();
        self.sent
            .extend(actions.map(|a| (a.send.command as u32, a.send.value)));
        self.skips.extend(self.positions.take_skips());
    }

    #[track_caller]
    fn sends(&mut self, expected: &[(u32, f64)]) {
        assert_eq!(std::mem::take(&mut self.sent), expected);
    }
}

/// Returns a bench in which a switch of client 1 is at 1 and an aircraft has appeared whose switch
/// is at 0.
fn appeared(policy: StandingPolicy) -> Bench {
    let mut bench = Bench::new(policy);
    bench.state(1, 0, 1.0);
    bench.appear("A");
    bench.wait(9 * SECOND);
    bench.report(0, 0.0);
    bench
}

#[test]
fn an_axis_follows_its_smallest_moves() {
    let axis = |value: f64| Target {
        standing: SwitchPosition {
            value,
            same: [value - 0.01, value + 0.01],
            reached: [value - 1e-6, value + 1e-6],
        },
        ..target(1, value)
    };
    let mut bench = Bench::new(StandingPolicy::Always);
    let mut sent = Vec::new();
    for (value, now) in [
        (0.99, 0),
        (0.994, 3 * SECOND),
        (1.0, 4 * SECOND),
        (1.0, 5 * SECOND),
    ] {
        let statement = ("1", &Position::Number(value));
        let stated = bench
            .positions
            .handle_statement(7, statement, Some(axis(value)), now);
        assert!(stated.is_ok());
        bench
            .positions
            .report(1, sent.last().copied().unwrap_or(0.985), now);
        bench.positions.tick(now + 2 * SECOND);
        sent.extend(
            bench
                .positions
                .take_actions()
                .iter()
                .map(|it| it.send.value),
        );
    }
    // Its first position is near enough. After that the cockpit follows each move once.
    assert_eq!(sent, [0.994, 1.0]);
}

#[test]
fn a_cold_aircraft_follows_two_seconds_after_its_arg_is_known() {
    let mut bench = appeared(StandingPolicy::Cold);
    bench.answer(Some(false), 5);
    bench.wait(2 * SECOND - 1);
    assert_eq!((bench.asked, bench.sent.len()), (1, 0));
    bench.wait(1);
    assert_eq!(
        bench.asked, 2,
        "the sim is asked again, since the answer from the appearance may be out of date"
    );
    bench.answer(Some(true), 5);
    bench.sends(&[(0, 1.0)]);
    // Whether the cockpit rejects the position, falls back or is moved by the user, it is left
    // alone.
    for raw in [0.0, 1.0, 0.0] {
        bench.report(0, raw);
        bench.wait(9 * SECOND);
    }
    bench.sends(&[]);
    bench.state(1, 0, 0.0);
    bench.sends(&[]);
    bench.state(1, 0, 1.0);
    bench.sends(&[(0, 1.0)]);
}

#[test]
fn an_aircraft_that_is_not_cold_is_left_alone_until_the_switch_is_moved() {
    for (cold, reason) in [
        (Some(false), SkipReason::NotCold),
        (None, SkipReason::Unknown),
    ] {
        let mut bench = appeared(StandingPolicy::Cold);
        bench.state(1, 1, 1.0);
        bench.report(1, 0.0);
        bench.wait(2 * SECOND);
        bench.answer(cold, 5);
        bench.sends(&[]);
        assert_eq!(bench.skips, [(1, reason)], "the client is notified once");
        bench.state(1, 0, 1.0);
        bench.sends(&[]);
        bench.state(1, 0, 0.0);
        bench.report(0, 0.0);
        bench.state(1, 0, 1.0);
        bench.sends(&[(0, 1.0)]);
    }
}

#[test]
fn positions_are_not_applied_if_the_sim_cannot_answer() {
    let mut bench = Bench::new(StandingPolicy::Cold);
    bench.positions.sim_answers = false;
    bench.appear("A");
    bench.state(1, 0, 1.0);
    bench.report(0, 0.0);
    bench.wait(2 * SECOND);
    bench.sends(&[]);
    assert_eq!(
        (bench.asked, &bench.skips[..]),
        (0, &[(1, SkipReason::Unknown)][..])
    );
}

#[test]
fn the_policy_decides_without_the_sim() {
    let mut bench = appeared(StandingPolicy::Always);
    bench.wait(2 * SECOND);
    bench.sends(&[(0, 1.0)]);
    let mut bench = appeared(StandingPolicy::Never);
    bench.wait(2 * SECOND);
    bench.sends(&[]);
    assert_eq!(bench.skips, []);
    bench.state(1, 0, 0.0);
    bench.wait(SECOND);
    bench.state(1, 0, 1.0);
    bench.sends(&[(0, 1.0)]);
}

#[test]
fn a_restored_link_does_not_start_a_new_flight() {
    let mut bench = appeared(StandingPolicy::Always);
    bench.answer(None, 5);
    bench.wait(2 * SECOND);
    bench.sends(&[(0, 1.0)]);
    bench.state(1, 1, 1.0);
    bench.report(1, 1.0);
    bench.wait(9 * SECOND);
    let lose_and_find = |bench: &mut Bench, since| {
        bench.positions.lose_link();
        bench.wait(SECOND);
        bench.state(1, 1, if since == 5 { 0.0 } else { 1.0 });
        bench.positions.set_sim_answers();
        bench.appear("A");
        bench.answer(Some(false), since);
        bench.report(0, 0.0);
        bench.report(1, 1.0);
        bench.wait(9 * SECOND);
    };
    lose_and_find(&mut bench, 5);
    bench.sends(&[(1, 0.0)]);
    // The sim was restarted, which is a new flight.
    lose_and_find(&mut bench, 6);
    bench.sends(&[(0, 1.0)]);
    // If the sim does not say, the same flight is assumed and the cockpit is not changed.
    bench.positions.lose_link();
    bench.appear("A");
    bench.report(0, 0.0);
    bench.wait(9 * SECOND);
    bench.sends(&[]);
    // Another aircraft is always a new flight.
    bench.positions.lose_link();
    bench.appear("B");
    bench.report(0, 0.0);
    bench.wait(9 * SECOND);
    bench.sends(&[(0, 1.0)]);
}

#[test]
fn of_two_clients_the_later_statement_counts() {
    let mut bench = Bench::new(StandingPolicy::Always);
    bench.state(1, 0, 1.0);
    bench.state(2, 0, 0.0);
    bench.appear("A");
    bench.report(0, 1.0);
    bench.wait(2 * SECOND);
    bench.sends(&[(0, 0.0)]);
    bench.report(0, 0.0);
    bench.leave(2);
    bench.wait(9 * SECOND);
    bench.sends(&[]);
    // A panel that reconnects with the same position does not undo a move made meanwhile.
    bench.leave(1);
    bench.report(0, 0.0);
    bench.state(3, 0, 1.0);
    bench.wait(9 * SECOND);
    bench.sends(&[]);
    bench.appear("A");
    bench.report(0, 0.0);
    bench.wait(9 * SECOND);
    bench.sends(&[(0, 1.0)]);
}

#[test]
fn the_statements_of_a_client_end_when_it_leaves() {
    let mut bench = appeared(StandingPolicy::Always);
    bench.leave(1);
    bench.wait(9 * SECOND);
    bench.appear("A");
    bench.report(0, 0.0);
    bench.wait(9 * SECOND);
    bench.sends(&[]);
    assert!(bench.positions.is_empty() && bench.positions.switches.is_empty());
    assert_eq!(bench.positions.args().count(), 0);
}

#[test]
fn tables_that_come_late_do_not_start_a_new_flight() {
    let mut bench = Bench::new(StandingPolicy::Always);
    bench.state(1, 0, 1.0);
    bench.controls = 0;
    bench.appear("A");
    bench.controls = 4;
    bench.set_aircraft("A");
    bench.report(0, 0.0);
    bench.wait(2 * SECOND);
    bench.sends(&[(0, 1.0)]);
    bench.set_aircraft("A");
    bench.report(0, 0.0);
    bench.wait(9 * SECOND);
    bench.sends(&[]);
}

#[test]
fn the_number_of_controls_of_a_client_is_limited() {
    let mut positions = StandingPositions::new(StandingPolicy::Cold);
    let one = &Position::Number(1.0);
    for n in 0..MAX_STANDING {
        let stated = positions.handle_statement(1, (&n.to_string(), one), None, 0);
        assert_eq!(stated, Ok(()));
    }
    assert_eq!(
        positions.handle_statement(1, ("X", one), None, 0),
        Err(TooManyStatements)
    );
    assert_eq!(positions.handle_statement(1, ("7", one), None, 0), Ok(()));
    assert_eq!(positions.handle_statement(2, ("X", one), None, 0), Ok(()));
}
