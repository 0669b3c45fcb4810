//! Properties of standing positions in random sequences of events.

use proptest::prelude::*;

use super::*;

/// An event in the cockpit, on a panel, or of the link.
#[derive(Debug, Clone)]
enum Event {
    /// One of two panels sends the position of a switch, which may be a new one.
    Panel {
        client: u64,
        arg: u32,
        up: bool,
    },
    /// A panel disconnects, and reconnects with its switches as they were.
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
    MissionEnd,
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
        1 => Just(Event::MissionEnd),
        1 => any::<bool>().prop_map(Event::Cold),
        1 => Just(Event::LoseLink),
        2 => Just(Event::FindLink),
        5 => (0..3 * SECOND).prop_map(Event::Wait),
    ];
    prop::collection::vec(event, 1..60)
}

/// A control of the simulated cockpit.
#[derive(Debug, Clone, Copy)]
struct Control {
    raw: f64,
    /// Whether it falls back to 0, like a switch that its magnet has released.
    falls_back: bool,
    /// Whether it was moved in this flight, in the cockpit or on a panel.
    was_moved: bool,
}

struct World {
    bench: Bench,
    controls: [Control; 2],
    flight: Option<u64>,
    flights: u64,
    cold: bool,
    linked: bool,
    /// The positions of the panels' switches, by client less 1.
    panels: [[Option<f64>; 2]; 2],
    /// The position that was sent last to each control; `None` once something else has happened to
    /// that control.
    sent: [Option<f64>; 2],
}

impl World {
    fn new(falls_back: bool) -> Self {
        let control = Control {
            raw: 0.0,
            falls_back: false,
            was_moved: false,
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
                let is_move = before.is_some_and(|before| before != value);
                self.controls[arg as usize].was_moved |= is_move;
                self.bench.state(client, arg, value);
            }
            Event::Reconnect(client) => {
                self.bench.leave(client);
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
                self.controls[arg as usize].was_moved = true;
                self.sent[arg as usize] = None;
                self.show(arg as usize);
            }
            Event::Mission { cold } => self.begin(cold),
            Event::MissionEnd => self.end(),
            Event::Cold(cold) => self.cold = cold,
            Event::LoseLink => {
                self.linked = false;
                self.bench.positions.lose_link();
            }
            Event::FindLink => self.find_link(),
            Event::Wait(time) => {
                // The wait is divided, so that the sim answers in time.
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
            (control.raw, control.was_moved) = (0.0, false);
        }
        self.announce_aircraft();
    }

    fn end(&mut self) {
        self.flight = None;
        if self.linked {
            self.bench.positions.end_flight();
        }
    }

    fn announce_aircraft(&mut self) {
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
            None => self.bench.positions.end_flight(),
            Some(_) => self.announce_aircraft(),
        }
    }

    fn show(&mut self, arg: usize) {
        if self.linked && self.flight.is_some() {
            self.bench.report(arg as u32, self.controls[arg].raw);
            self.bench.collect();
        }
    }

    /// Makes the sim answer questions and carry out actions.
    fn serve(&mut self) {
        loop {
            let asked = std::mem::take(&mut self.bench.asked);
            if asked > 0 && self.linked {
                let since = self.flight.unwrap_or_default();
                self.bench.answer(self.flight.map(|_| self.cold), since);
            }
            let sent = std::mem::take(&mut self.bench.sent);
            if sent.is_empty() && self.bench.asked == 0 {
                // Known positions are reported for switches with new statements.
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
            self.cold || control.was_moved,
            "arg {arg}: an aircraft that is not cold is left as it is"
        );
        assert_ne!(self.sent[arg].replace(value), Some(value), "sent twice");
        self.controls[arg].raw = match control.falls_back {
            true => 0.0,
            false => value,
        };
        self.show(arg);
    }
}

proptest! {
    #[test]
    fn the_cockpit_ends_at_the_position_of_the_panel_or_of_the_user(
        events in events(), falls_back: bool,
    ) {
        let mut world = World::new(falls_back);
        for event in &events {
            world.happen(event);
        }
        // A new cold aircraft, without further events, follows the newest statements.
        world.happen(&Event::FindLink);
        world.happen(&Event::Wait(9 * SECOND));
        let newest: Vec<Option<f64>> = (0..2)
            .map(|arg| {
                let switches = world.bench.positions.statements.in_order();
                let own = switches.iter().map(|(_, statement)| statement);
                let mut own = own.filter(|own| *own.control == *arg.to_string());
                own.next_back().map(|own| match own.position {
                    Position::Number(value) => value,
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
        // A control that the user moves then stays there.
        world.happen(&Event::Cockpit { arg: 0, up: world.controls[0].raw == 0.0 });
        let moved = world.controls[0].raw;
        world.happen(&Event::Wait(9 * SECOND));
        world.happen(&Event::LoseLink);
        world.happen(&Event::FindLink);
        world.happen(&Event::Wait(9 * SECOND));
        prop_assert_eq!(world.controls[0].raw, moved);
    }
}
