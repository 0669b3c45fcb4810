//! The sim's end of the link: what its scripts would say, of a cockpit that is simulated.
//!
//! `docs/link.md` is the contract. Time is passed in, in seconds since the start.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use aircraft_defs::Tables;
use bytes::Bytes;

use super::{
    heron::Heron,
    kestrel::{Kestrel, Version},
    panel::{Click, Panel},
    text::{Element, indication},
};
use crate::link::{Action, FromSim, LinkState, ToSim};

/// No aircraft is controlled for so long between two, in seconds.
const CHANGING: f64 = 2.0;
/// An action on the main panel, which has no commands of its own, asks for the next aircraft.
const MAIN_PANEL: i64 = 0;

/// An aircraft that the demo can fly: its name and its tables.
pub(super) type Flyable = (String, Arc<Tables>);

/// The simulated sim.
#[derive(Debug)]
pub(super) struct Sim {
    aircraft: Vec<Flyable>,
    /// Which of them, and its cockpit while one is controlled.
    current: usize,
    cockpit: Option<Cockpit>,
    /// Seconds with one aircraft; infinite: no change by itself.
    every: f64,
    next_change: f64,
    now: f64,
    actions: VecDeque<Action>,
    args: BTreeMap<u32, Watch<f64>>,
    indicators: BTreeMap<u32, Watch<Option<String>>>,
    epochs: BTreeMap<u32, u64>,
}

/// Something the server wants to be told about when it changes.
#[derive(Debug)]
struct Watch<T> {
    interval: f64,
    due: f64,
    said: Option<T>,
}

impl<T: PartialEq + Clone> Watch<T> {
    fn new(rate: f64) -> Self {
        Self {
            interval: 1.0 / rate,
            due: f64::MIN,
            said: None,
        }
    }

    /// What is to be said now, if anything.
    fn look(&mut self, now: f64, read: impl FnOnce() -> T) -> Option<T> {
        if now < self.due {
            return None;
        }
        self.due = now + self.interval;
        let value = Some(read());
        let news = (value != self.said).then(|| value.clone()).flatten();
        self.said = value;
        news
    }
}

#[derive(Debug)]
struct Cockpit {
    panel: Panel,
    systems: Systems,
}

#[derive(Debug)]
enum Systems {
    Kestrel(Box<Kestrel>),
    Heron(Box<Heron>),
}

impl Cockpit {
    fn new(name: &str, tables: &Tables) -> Self {
        let mut panel = Panel::new(tables);
        let systems = match name {
            "Kestrel_T1" => Systems::Kestrel(Box::new(Kestrel::new(Version::Trainer, &mut panel))),
            "Kestrel_A1" => Systems::Kestrel(Box::new(Kestrel::new(Version::Attack, &mut panel))),
            _ => Systems::Heron(Box::new(Heron::new(&mut panel))),
        };
        Self { panel, systems }
    }

    fn clicked(&mut self, click: &Click) {
        match &mut self.systems {
            Systems::Kestrel(kestrel) => kestrel.clicked(click),
            Systems::Heron(heron) => heron.clicked(click),
        }
    }

    fn step(&mut self, dt: f64) {
        match &mut self.systems {
            Systems::Kestrel(kestrel) => kestrel.step(dt, &mut self.panel),
            Systems::Heron(heron) => heron.step(dt, &mut self.panel),
        }
    }

    fn displays(&self) -> Vec<Vec<Element>> {
        match &self.systems {
            Systems::Kestrel(kestrel) => kestrel.displays(&self.panel),
            Systems::Heron(heron) => heron.displays(&self.panel),
        }
    }
}

impl Sim {
    /// A sim in which the first of these is flown, and after `every` seconds (infinite: only when
    /// it is asked for) the next.
    pub(super) fn new(aircraft: Vec<Flyable>, every: f64) -> Self {
        Self {
            aircraft,
            current: 0,
            cockpit: None,
            every,
            next_change: 0.0,
            now: 0.0,
            actions: VecDeque::new(),
            args: BTreeMap::new(),
            indicators: BTreeMap::new(),
            epochs: BTreeMap::new(),
        }
    }

    /// What both states say when the link is made, and the aircraft.
    pub(super) fn open(&mut self) -> Vec<FromSim> {
        let up = |state| FromSim::Up {
            state,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            write_dir: None,
            install_dir: None,
        };
        let mut said = vec![up(LinkState::Hook), up(LinkState::Export)];
        said.extend(self.enter());
        said
    }

    /// Takes a message of the server; what it asks for comes with the next frame.
    pub(super) fn tell(&mut self, message: ToSim) -> Option<FromSim> {
        match message {
            ToSim::Act(action) => self.actions.push_back(action),
            ToSim::WatchArg { arg, rate } => watch(&mut self.args, arg, rate),
            ToSim::WatchIndicator {
                indicator,
                rate,
                epoch,
            } => {
                watch(&mut self.indicators, indicator, rate);
                self.epochs.insert(indicator, epoch);
            }
            ToSim::ListIndicators { ticket, indicator } => {
                return Some(self.list(ticket, indicator));
            }
        }
        None
    }

    fn list(&self, ticket: u64, only: Option<u32>) -> FromSim {
        let texts = (0..)
            .zip(self.texts())
            .filter(|(number, _)| only.is_none_or(|only| only == *number));
        let texts = texts
            .map(|(number, text)| (number, Bytes::from(text)))
            .collect();
        FromSim::Indicators { ticket, texts }
    }

    fn texts(&self) -> Vec<String> {
        let displays = self
            .cockpit
            .as_ref()
            .map(Cockpit::displays)
            .unwrap_or_default();
        displays.iter().map(|display| indication(display)).collect()
    }

    /// A frame: actions, then time, then what changed.
    pub(super) fn frame(&mut self, now: f64) -> Vec<FromSim> {
        // A computer that slept, or a debugger, must not let the aircraft jump.
        let dt = (now - self.now).clamp(0.0, 0.1);
        self.now = now;
        let mut said = self.act();
        said.extend(self.change());
        if let Some(cockpit) = &mut self.cockpit {
            cockpit.step(dt);
        }
        said.extend(self.changed_args());
        said.extend(self.changed_texts());
        said
    }

    /// At most one action per device and command in a frame; one that would be the second waits,
    /// with all behind it.
    fn act(&mut self) -> Vec<FromSim> {
        let mut said = Vec::new();
        let mut done = BTreeSet::new();
        while let Some(action) = self.actions.front().copied() {
            if !done.insert((action.device, action.command)) {
                break;
            }
            self.actions.pop_front();
            let reason = match &mut self.cockpit {
                None => "no aircraft is controlled".to_owned(),
                Some(_) if action.device == MAIN_PANEL => {
                    if action.value > 0.0 {
                        self.next_change = self.now;
                    }
                    continue;
                }
                Some(cockpit) if cockpit.panel.has_device(action.device) => {
                    let click = cockpit
                        .panel
                        .act(action.device, action.command, action.value);
                    if let Some(click) = click {
                        cockpit.clicked(&click);
                    }
                    continue;
                }
                Some(_) => format!("no device {}", action.device),
            };
            said.push(FromSim::Error {
                ticket: Some(action.ticket),
                reason,
            });
        }
        said
    }

    /// From one aircraft to none, from none to the next.
    fn change(&mut self) -> Option<FromSim> {
        if self.now < self.next_change {
            return None;
        }
        if self.cockpit.take().is_some() {
            self.next_change = self.now + CHANGING;
            return Some(FromSim::Aircraft(None));
        }
        self.current = (self.current + 1) % self.aircraft.len().max(1);
        self.enter()
    }

    fn enter(&mut self) -> Option<FromSim> {
        self.next_change = self.now + self.every;
        let (name, tables) = self.aircraft.get(self.current)?;
        let mut cockpit = Cockpit::new(name, tables);
        cockpit.step(0.0);
        self.cockpit = Some(cockpit);
        self.args
            .values_mut()
            .for_each(|watch| *watch = Watch::new(1.0 / watch.interval));
        self.indicators
            .values_mut()
            .for_each(|watch| *watch = Watch::new(1.0 / watch.interval));
        Some(FromSim::Aircraft(Some(name.clone())))
    }

    fn changed_args(&mut self) -> Option<FromSim> {
        let panel = &self.cockpit.as_ref()?.panel;
        let look = |(&arg, watch): (&u32, &mut Watch<f64>)| {
            Some((arg, watch.look(self.now, || panel.arg(arg))?))
        };
        let changed: Vec<_> = self.args.iter_mut().filter_map(look).collect();
        (!changed.is_empty()).then_some(FromSim::Args(changed))
    }

    fn changed_texts(&mut self) -> Vec<FromSim> {
        let due = |watch: &Watch<_>| self.now >= watch.due;
        if !self.indicators.values().any(due) {
            return Vec::new();
        }
        let texts = self.texts();
        let epochs = &self.epochs;
        let look = |(&indicator, watch): (&u32, &mut Watch<Option<String>>)| {
            let text = watch.look(self.now, || texts.get(indicator as usize).cloned())?;
            let epoch = epochs.get(&indicator).copied().unwrap_or_default();
            Some(FromSim::Indicator {
                indicator,
                epoch,
                text: text.map(Bytes::from),
            })
        };
        self.indicators.iter_mut().filter_map(look).collect()
    }
}

/// Begins to watch anew, or ends it at a rate of 0.
fn watch<T: PartialEq + Clone>(watches: &mut BTreeMap<u32, Watch<T>>, number: u32, rate: f64) {
    if rate > 0.0 {
        watches.insert(number, Watch::new(rate));
    } else {
        watches.remove(&number);
    }
}
