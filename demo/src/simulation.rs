//! The simulation of the sample aircraft, which are flown one after the other, frame by frame.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
};

use aircraft_defs::Tables;

use crate::{
    flight::{self, Figures, Track},
    heron::Heron,
    kestrel::{Kestrel, Version},
    panel::{Click, Panel},
    text::{Element, indication},
};

/// The time without an aircraft between two flights, in seconds.
const PAUSE: f64 = 2.0;
/// The longest step of time, in seconds, so that the aircraft does not jump after the computer has
/// slept.
const LONGEST_STEP: f64 = 0.1;
/// The device of the main panel. It has no commands; an action with a positive value on it asks for
/// the next aircraft.
const MAIN_PANEL: i64 = 0;

/// An aircraft that can be flown.
#[derive(Debug, Clone)]
pub struct Aircraft {
    /// The name that the sim would report.
    pub name: String,
    /// The compiled tables.
    pub tables: Arc<Tables>,
}

/// An action on a device of the cockpit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Action {
    /// Device number.
    pub device: i64,
    /// Command number.
    pub command: i64,
    /// The value, in [-1, 1].
    pub value: f64,
    /// The number that comes back in [`Event::ActionFailed`].
    pub ticket: u64,
}

/// Something that happened in a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// An action could not be carried out.
    ActionFailed {
        /// The ticket of the action.
        ticket: u64,
        /// The reason, for people.
        reason: String,
    },
    /// This aircraft is flown from now on, or none.
    AircraftChanged(Option<String>),
}

/// Simulates the aircraft of the sample.
#[derive(Debug)]
pub struct Simulation {
    aircraft: Vec<Aircraft>,
    /// The index of the aircraft that is flown, or was flown last.
    current: usize,
    /// The cockpit of that aircraft; `None` between two aircraft.
    cockpit: Option<Cockpit>,
    /// The seconds for which each aircraft is flown. If infinite, it changes only on request.
    seconds_per_aircraft: f64,
    next_change: f64,
    now: f64,
    actions: VecDeque<Action>,
}

#[derive(Debug)]
struct Cockpit {
    panel: Panel,
    systems: Systems,
    track: Track,
}

#[derive(Debug)]
enum Systems {
    Kestrel(Box<Kestrel>),
    Heron(Box<Heron>),
}

impl Cockpit {
    fn new(aircraft: &Aircraft) -> Self {
        let mut panel = Panel::new(&aircraft.tables);
        let systems = match aircraft.name.as_str() {
            "Kestrel_T1" => Systems::Kestrel(Box::new(Kestrel::new(Version::Trainer, &mut panel))),
            "Kestrel_A1" => Systems::Kestrel(Box::new(Kestrel::new(Version::Attack, &mut panel))),
            _ => Systems::Heron(Box::new(Heron::new(&mut panel))),
        };
        Self {
            panel,
            systems,
            track: Track::new(),
        }
    }

    fn on_click(&mut self, click: &Click) {
        match &mut self.systems {
            Systems::Kestrel(kestrel) => kestrel.on_click(click),
            Systems::Heron(heron) => heron.on_click(click),
        }
    }

    fn step(&mut self, dt: f64) {
        match &mut self.systems {
            Systems::Kestrel(kestrel) => kestrel.step(dt, &mut self.panel),
            Systems::Heron(heron) => heron.step(dt, &mut self.panel),
        }
        self.track.step(dt, &self.figures());
    }

    fn figures(&self) -> Figures {
        match &self.systems {
            Systems::Kestrel(kestrel) => kestrel.figures(),
            Systems::Heron(heron) => heron.figures(),
        }
    }

    fn displays(&self) -> Vec<Vec<Element>> {
        match &self.systems {
            Systems::Kestrel(kestrel) => kestrel.displays(&self.panel),
            Systems::Heron(heron) => heron.displays(&self.panel),
        }
    }
}

impl Simulation {
    /// Starts in the first of `aircraft`. The next one follows after `every` seconds, or on
    /// request, which is any action with a positive value on device 0.
    pub fn new(aircraft: Vec<Aircraft>, seconds_per_aircraft: f64) -> Self {
        let mut simulation = Self {
            aircraft,
            current: 0,
            cockpit: None,
            seconds_per_aircraft,
            next_change: 0.0,
            now: 0.0,
            actions: VecDeque::new(),
        };
        simulation.enter();
        simulation
    }

    /// Returns the name of the aircraft that is flown.
    pub fn aircraft(&self) -> Option<&str> {
        let flown = self
            .cockpit
            .as_ref()
            .and_then(|_| self.aircraft.get(self.current));
        flown.map(|aircraft| aircraft.name.as_str())
    }

    /// Returns the raw value of an arg; `None` while no aircraft is flown.
    pub fn arg(&self, arg: u32) -> Option<f64> {
        Some(self.cockpit.as_ref()?.panel.arg(arg))
    }

    /// Returns the raw value of a field of telemetry; `None` while no aircraft is flown, or if the
    /// aircraft has no such value.
    pub fn telemetry(&self, field: &str) -> Option<f64> {
        let cockpit = self.cockpit.as_ref()?;
        flight::raw(field, &cockpit.figures(), &cockpit.track)
    }

    /// Returns the text of each display by its number, as `list_indication` would write it.
    pub fn texts(&self) -> Vec<String> {
        let displays = self.cockpit.as_ref().map(Cockpit::displays);
        let displays = displays.unwrap_or_default();
        displays.iter().map(|display| indication(display)).collect()
    }

    /// Queues an action for one of the next frames.
    pub fn act(&mut self, action: Action) {
        self.actions.push_back(action);
    }

    /// Runs a frame: carries out actions, changes the aircraft if it is time, and advances the
    /// simulation. `now` is in seconds since the start.
    pub fn frame(&mut self, now: f64) -> Vec<Event> {
        let dt = (now - self.now).clamp(0.0, LONGEST_STEP);
        self.now = now;
        let mut events = self.carry_out_actions();
        events.extend(self.change_aircraft());
        if let Some(cockpit) = &mut self.cockpit {
            cockpit.step(dt);
        }
        events
    }

    /// Carries out the queued actions, at most one per device and command. A second one waits for
    /// the next frame, and so do all actions after it. Returns the failures.
    fn carry_out_actions(&mut self) -> Vec<Event> {
        let mut failed = Vec::new();
        let mut used = BTreeSet::new();
        while let Some(action) = self.actions.front().copied() {
            if !used.insert((action.device, action.command)) {
                break;
            }
            self.actions.pop_front();
            let ticket = action.ticket;
            let result = self.carry_out(action);
            failed.extend(
                result
                    .err()
                    .map(|reason| Event::ActionFailed { ticket, reason }),
            );
        }
        failed
    }

    fn carry_out(&mut self, action: Action) -> Result<(), String> {
        let Action {
            device,
            command,
            value,
            ..
        } = action;
        let Some(cockpit) = &mut self.cockpit else {
            return Err("no aircraft is controlled".to_owned());
        };
        if device == MAIN_PANEL {
            if value > 0.0 {
                self.next_change = self.now;
            }
        } else if !cockpit.panel.has_device(device) {
            return Err(format!("no device {device}"));
        } else if let Some(click) = cockpit.panel.act(device, command, value) {
            cockpit.on_click(&click);
        }
        Ok(())
    }

    /// Changes from an aircraft to none, or from none to the next aircraft.
    fn change_aircraft(&mut self) -> Option<Event> {
        if self.now < self.next_change {
            return None;
        }
        if self.cockpit.take().is_some() {
            self.next_change = self.now + PAUSE;
            return Some(Event::AircraftChanged(None));
        }
        self.current = (self.current + 1) % self.aircraft.len().max(1);
        self.enter();
        let name = self.aircraft()?.to_owned();
        Some(Event::AircraftChanged(Some(name)))
    }

    fn enter(&mut self) {
        self.next_change = self.now + self.seconds_per_aircraft;
        if let Some(aircraft) = self.aircraft.get(self.current) {
            let mut cockpit = Cockpit::new(aircraft);
            cockpit.step(0.0);
            self.cockpit = Some(cockpit);
        }
    }
}
