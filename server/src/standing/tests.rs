//! Standing positions, case by case, and as properties of any course of events.

use proptest::prelude::*;

use super::*;
use crate::limits::MOST_STANDING;

const SECOND: Micros = 1_000_000;

fn target(arg: u32, value: f64) -> Target {
    let same = match value > 0.5 {
        true => [0.5, f64::INFINITY],
        false => [f64::NEG_INFINITY, 0.5],
    };
    Target {
        arg,
        standing: Standing { value, same },
        send: Move {
            device: 1,
            command: i64::from(arg),
            value,
        },
    }
}

/// A name that is a number is a control with that arg, in any aircraft that has it.
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
        let flies = matches!(self.positions.flight, Flight::Flying(_) | Flight::Found(_));
        let target = flies
            .then(|| resolve(self.controls)(client, &name, &position))
            .flatten();
        let stated = self
            .positions
            .state(client, (&name, &position), target, self.now);
        assert_eq!(stated, Ok(()));
        self.collect();
    }

    fn appear(&mut self, name: &str) {
        self.positions.announce();
        self.positions
            .appear(name, resolve(self.controls), self.now);
        self.collect();
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
        self.positions
            .answer(cold, Some(since), resolve(self.controls), self.now);
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

/// A switch of client 1 stands at 1, and an aircraft has appeared whose switch is at 0.
fn appeared(policy: StandingPolicy) -> Bench {
    let mut bench = Bench::new(policy);
    bench.state(1, 0, 1.0);
    bench.appear("A");
    bench.wait(9 * SECOND);
    bench.report(0, 0.0);
    bench
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
        "as it is now, not as it was when it appeared"
    );
    bench.answer(Some(true), 5);
    bench.sends(&[(0, 1.0)]);
    // It does not take it, or falls back, or the user moves it: it is left alone.
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
        assert_eq!(bench.skips, [(1, reason)], "said once");
        bench.state(1, 0, 1.0);
        bench.sends(&[]);
        bench.state(1, 0, 0.0);
        bench.report(0, 0.0);
        bench.state(1, 0, 1.0);
        bench.sends(&[(0, 1.0)]);
    }
}

#[test]
fn a_sim_that_cannot_tell_leaves_it_unknown() {
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
fn a_link_that_is_lost_and_found_is_no_appearance() {
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
    // The sim was started again: that is one.
    lose_and_find(&mut bench, 6);
    bench.sends(&[(0, 1.0)]);
    // Where the sim does not tell, a cockpit that was flown is not changed.
    bench.positions.lose_link();
    bench.appear("A");
    bench.report(0, 0.0);
    bench.wait(9 * SECOND);
    bench.sends(&[]);
    // Another aircraft is one in any case.
    bench.positions.lose_link();
    bench.appear("B");
    bench.report(0, 0.0);
    bench.wait(9 * SECOND);
    bench.sends(&[(0, 1.0)]);
}

#[test]
fn of_two_clients_the_later_statement_holds() {
    let mut bench = Bench::new(StandingPolicy::Always);
    bench.state(1, 0, 1.0);
    bench.state(2, 0, 0.0);
    bench.appear("A");
    bench.report(0, 1.0);
    bench.wait(2 * SECOND);
    bench.sends(&[(0, 0.0)]);
    bench.report(0, 0.0);
    bench.positions.leave(2);
    bench.wait(9 * SECOND);
    bench.sends(&[]);
    // A panel that comes back and says the same moves nothing that was moved meanwhile.
    bench.positions.leave(1);
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
fn what_a_client_stated_ends_when_it_leaves() {
    let mut bench = appeared(StandingPolicy::Always);
    bench.positions.leave(1);
    bench.wait(9 * SECOND);
    bench.appear("A");
    bench.report(0, 0.0);
    bench.wait(9 * SECOND);
    bench.sends(&[]);
    assert!(bench.positions.is_empty() && bench.positions.switches.is_empty());
    assert_eq!(bench.positions.args().count(), 0);
}

#[test]
fn tables_that_come_late_are_no_appearance() {
    let mut bench = Bench::new(StandingPolicy::Always);
    bench.state(1, 0, 1.0);
    bench.controls = 0;
    bench.appear("A");
    bench.controls = 4;
    bench.positions.appear("A", resolve(4), bench.now);
    bench.report(0, 0.0);
    bench.wait(2 * SECOND);
    bench.sends(&[(0, 1.0)]);
    bench.positions.appear("A", resolve(4), bench.now);
    bench.report(0, 0.0);
    bench.wait(9 * SECOND);
    bench.sends(&[]);
}

#[test]
fn a_client_may_state_so_many_controls() {
    let mut positions = StandingPositions::new(StandingPolicy::Cold);
    let one = &Position::Number(1.0);
    for n in 0..MOST_STANDING {
        let stated = positions.state(1, (&n.to_string(), one), None, 0);
        assert_eq!(stated, Ok(()));
    }
    assert_eq!(positions.state(1, ("X", one), None, 0), Err(TooMany));
    assert_eq!(positions.state(1, ("7", one), None, 0), Ok(()));
    assert_eq!(positions.state(2, ("X", one), None, 0), Ok(()));
}

/// A cockpit that does what it is told, with what happens around it.
#[derive(Debug, Clone)]
enum Event {
    /// The physical switch of a control is moved on one of two panels, or stated again.
    Panel {
        client: u64,
        arg: u32,
        up: bool,
    },
    /// A panel leaves, and comes back with its switches where they are.
    Reconnect(u64),
    /// Somebody moves the control in the cockpit.
    Cockpit {
        arg: u32,
        up: bool,
    },
    /// A mission begins: all controls are down.
    Mission {
        cold: bool,
    },
    Gone,
    /// The engines are started or stopped.
    Cold(bool),
    LoseLink,
    FindLink,
    Wait(Micros),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let (arg, client) = (0..2u32, 1..3u64);
    let event = prop_oneof![
        5 => (client.clone(), arg.clone(), any::<bool>())
            .prop_map(|(client, arg, up)| Event::Panel { client, arg, up }),
        1 => client.prop_map(Event::Reconnect),
        3 => (arg, any::<bool>()).prop_map(|(arg, up)| Event::Cockpit { arg, up }),
        2 => any::<bool>().prop_map(|cold| Event::Mission { cold }),
        1 => Just(Event::Gone),
        1 => any::<bool>().prop_map(Event::Cold),
        1 => Just(Event::LoseLink),
        2 => Just(Event::FindLink),
        5 => (0..3 * SECOND).prop_map(Event::Wait),
    ];
    prop::collection::vec(event, 1..60)
}

/// A control, and how its position came about.
#[derive(Debug, Clone, Copy)]
struct Control {
    raw: f64,
    /// A switch that falls back, as one that a magnet does not hold.
    falls_back: bool,
    /// Somebody has worked it in this flight: in the cockpit, or on a panel.
    worked: bool,
}

struct World {
    bench: Bench,
    controls: [Control; 2],
    flight: Option<u64>,
    flights: u64,
    cold: bool,
    linked: bool,
    /// Where the switches of the panels stand, by client less 1.
    panels: [[Option<f64>; 2]; 2],
    /// The position sent last to each control, since something happened to it.
    sent: [Option<f64>; 2],
}

impl World {
    fn new(falls_back: bool) -> Self {
        let control = Control {
            raw: 0.0,
            falls_back: false,
            worked: false,
        };
        Self {
            bench: Bench::new(StandingPolicy::Cold),
            controls: [
                control,
                Control {
                    falls_back,
                    ..control
                },
            ],
            flight: None,
            flights: 0,
            cold: true,
            linked: true,
            panels: [[None; 2]; 2],
            sent: [None; 2],
        }
    }

    fn happen(&mut self, event: &Event) {
        match *event {
            Event::Panel { client, arg, up } => {
                let value = f64::from(u8::from(up));
                let own = &mut self.panels[client as usize - 1][arg as usize];
                let before = own.replace(value);
                if before != Some(value) {
                    self.sent[arg as usize] = None;
                }
                self.controls[arg as usize].worked |= before.is_some_and(|before| before != value);
                self.bench.state(client, arg, value);
            }
            Event::Reconnect(client) => {
                self.bench.positions.leave(client);
                self.sent = [None; 2];
                for (arg, value) in self.panels[client as usize - 1].into_iter().enumerate() {
                    if let Some(value) = value {
                        self.bench.state(client, arg as u32, value);
                        self.serve();
                    }
                }
            }
            Event::Cockpit { arg, up } => {
                self.controls[arg as usize].raw = f64::from(u8::from(up));
                self.controls[arg as usize].worked = true;
                self.sent[arg as usize] = None;
                self.show(arg as usize);
            }
            Event::Mission { cold } => self.begin(cold),
            Event::Gone => self.end(),
            Event::Cold(cold) => self.cold = cold,
            Event::LoseLink => {
                self.linked = false;
                self.bench.positions.lose_link();
            }
            Event::FindLink => self.find_link(),
            Event::Wait(time) => {
                // In steps, so that the sim answers in time.
                for _ in 0..4 {
                    self.bench.wait(time / 4);
                    self.serve();
                }
            }
        }
        self.serve();
    }

    fn begin(&mut self, cold: bool) {
        self.end();
        self.flights += 1;
        self.flight = Some(self.flights);
        self.cold = cold;
        self.sent = [None; 2];
        for control in &mut self.controls {
            (control.raw, control.worked) = (0.0, false);
        }
        self.announce();
    }

    fn end(&mut self) {
        self.flight = None;
        if self.linked {
            self.bench.positions.disappear();
        }
    }

    fn announce(&mut self) {
        if self.linked && self.flight.is_some() {
            self.bench.appear("A");
            self.serve();
            (0..2).for_each(|arg| self.show(arg));
        }
    }

    fn find_link(&mut self) {
        if self.linked {
            return;
        }
        self.linked = true;
        self.bench.positions.set_sim_answers();
        match self.flight {
            None => self.bench.positions.disappear(),
            Some(_) => self.announce(),
        }
    }

    fn show(&mut self, arg: usize) {
        if self.linked && self.flight.is_some() {
            self.bench.report(arg as u32, self.controls[arg].raw);
            self.bench.collect();
        }
    }

    /// The sim answers, and does what it is told.
    fn serve(&mut self) {
        loop {
            let asked = std::mem::take(&mut self.bench.asked);
            if asked > 0 && self.linked {
                let since = self.flight.unwrap_or_default();
                self.bench.answer(self.flight.map(|_| self.cold), since);
            }
            let sent = std::mem::take(&mut self.bench.sent);
            if sent.is_empty() && self.bench.asked == 0 {
                // What the world knows already is told about switches that were stated anew.
                for arg in 0..2 {
                    if self.bench.positions.is_unknown(arg) {
                        self.show(arg as usize);
                    }
                }
                return;
            }
            for (arg, value) in sent {
                self.act(arg as usize, value);
            }
        }
    }

    fn act(&mut self, arg: usize, value: f64) {
        assert!(self.flight.is_some() && self.linked, "sent to nobody");
        let control = self.controls[arg];
        assert!(
            self.cold || control.worked,
            "arg {arg}: an aircraft that is not cold is left as it is"
        );
        assert_ne!(self.sent[arg].replace(value), Some(value), "sent in vain");
        self.controls[arg].raw = match control.falls_back {
            true => 0.0,
            false => value,
        };
        self.show(arg);
    }
}

proptest! {
    #[test]
    fn the_cockpit_ends_where_the_panel_stands_or_the_user_moved_it(
        events in events(), falls_back: bool,
    ) {
        let mut world = World::new(falls_back);
        for event in &events {
            world.happen(event);
        }
        // All is quiet, in a cold aircraft that appears anew: it follows the newest statements.
        world.happen(&Event::FindLink);
        world.happen(&Event::Wait(9 * SECOND));
        let newest: Vec<Option<f64>> = (0..2)
            .map(|arg| {
                let switches = world.bench.positions.statements.in_order();
                let own = switches.filter(|(_, name, _)| *name == arg.to_string());
                own.last().map(|(_, _, position)| match position {
                    Position::Number(value) => *value,
                    _ => unreachable!("only numbers are stated"),
                })
            })
            .collect();
        world.happen(&Event::Mission { cold: true });
        world.happen(&Event::Wait(9 * SECOND));
        for (arg, newest) in newest.iter().enumerate() {
            let control = world.controls[arg];
            if !control.falls_back {
                prop_assert_eq!(control.raw, newest.unwrap_or(0.0), "arg {}", arg);
            }
        }
        // And then the user moves it: it stays there, whatever time passes.
        world.happen(&Event::Cockpit { arg: 0, up: world.controls[0].raw == 0.0 });
        let moved = world.controls[0].raw;
        world.happen(&Event::Wait(9 * SECOND));
        world.happen(&Event::LoseLink);
        world.happen(&Event::FindLink);
        world.happen(&Event::Wait(9 * SECOND));
        prop_assert_eq!(world.controls[0].raw, moved);
    }
}
