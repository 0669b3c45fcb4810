//! The topics of an aircraft, and the args and elements of the world that they depend on.
//!
//! It is built once per aircraft. With large tables that takes a while, so it must not be done in
//! the task that serves clients.

use std::collections::{BTreeMap, HashSet};

use aircraft_defs::{ControlRef, Scale, counted};

use super::home_assistant::Discovery;
use super::retained::SlotIndex;
use crate::decimal;
use crate::limits::MAX_NAME;
use crate::mqtt::config::{Config, Selected};
use crate::mqtt::topic;
use crate::quote::printable;
use crate::wire::{GaugeRequest, Id, Ref, Request};
use crate::world::{Aircraft, readout};

/// The number of decimals of the values that the world sends. A topic's own precision is applied
/// later.
const FULL_PRECISION: i8 = 9;
/// The decimals of the number of a position.
const WHOLE: i8 = 0;

/// The topics of an aircraft. The first one is `aircraft`.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// The name of the aircraft; empty if none is controlled.
    pub(super) aircraft: String,
    /// All topics, complete.
    pub(super) topics: Vec<String>,
    /// The topics that depend on each arg.
    uses: BTreeMap<u32, Uses>,
    /// The elements of text displays, by the ids of their subscriptions.
    elements: Vec<(Request, SlotIndex)>,
    /// A topic with the description of the cockpit.
    pub(super) description: Option<(SlotIndex, Vec<u8>)>,
}

/// The topics that depend on one arg.
#[derive(Debug, Default)]
struct Uses {
    rate: f64,
    readings: Vec<Reading>,
}

/// A topic with the value of an arg.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) slot: SlotIndex,
    scale: Scale,
    precision: i8,
}

impl Reading {
    /// Appends the payload: `<raw> <value>`, as in the text protocol.
    pub(super) fn write(&self, out: &mut Vec<u8>, raw: f64) {
        decimal::write_raw(out, raw, decimal::ARG_DECIMALS);
        out.push(b' ');
        decimal::write(out, self.scale.apply(raw), self.precision);
    }
}

impl Plan {
    /// Creates the topics while no aircraft is controlled.
    pub(crate) fn empty(config: &Config) -> Self {
        Self {
            topics: vec![config.base.topic("aircraft")],
            ..Self::default()
        }
    }

    /// Creates the topics of an aircraft.
    pub(crate) fn new(aircraft: &Aircraft, config: &Config) -> Self {
        let mut plan = Self {
            aircraft: aircraft.name.clone(),
            ..Self::empty(config)
        };
        if aircraft.is_loading() {
            return plan;
        }
        let mut discovery = config
            .home_assistant
            .then(|| Discovery::new(&config.base, &aircraft.name));
        plan.add_gauges(aircraft, config, discovery.as_mut());
        for control in aircraft.tables.named_controls() {
            plan.add_control(&control, config, discovery.as_mut());
        }
        plan.add_elements(config, discovery.as_mut());
        if let Some(discovery) = discovery {
            let slot = plan.add(discovery.topic().to_owned());
            plan.description = Some((slot, discovery.payload()));
        }
        plan
    }

    fn add(&mut self, topic: String) -> SlotIndex {
        self.topics.push(topic);
        SlotIndex(self.topics.len() - 1)
    }

    fn add_gauges(
        &mut self,
        aircraft: &Aircraft,
        config: &Config,
        mut discovery: Option<&mut Discovery>,
    ) {
        let mut seen = HashSet::new();
        for gauge in aircraft.tables.gauges() {
            let path = topic::gauge(&gauge.name).filter(|path| seen.insert(path.clone()));
            let (Some(path), Some(arg)) = (path, gauge.arg_number) else {
                continue;
            };
            let Some(selected) = config.rules.select(&path, &gauge.name) else {
                continue;
            };
            let scale = Scale::new(&gauge.input, &gauge.output);
            if let Some(discovery) = discovery.as_deref_mut() {
                discovery.add_gauge(&path, gauge);
            }
            self.read(
                &config.base.topic(&path),
                arg,
                selected,
                scale,
                selected.precision(),
            );
        }
    }

    fn add_control(
        &mut self,
        control: &ControlRef<'_>,
        config: &Config,
        discovery: Option<&mut Discovery>,
    ) {
        let Some(path) = topic::control(control.id()) else {
            return;
        };
        let Some(selected) = config.rules.select(&path, control.id()) else {
            return;
        };
        if let Some(discovery) = discovery {
            discovery.add_control(&path, control);
        }
        if let Some((arg, scale)) = readout(control) {
            let precision = match scale {
                Scale::Identity => selected.precision(),
                Scale::Points(_) => WHOLE,
            };
            self.read(&config.base.topic(&path), arg, selected, scale, precision);
        }
    }

    fn read(&mut self, topic: &str, arg: u32, selected: Selected, scale: Scale, precision: i8) {
        let slot = self.add(topic.to_owned());
        let uses = self.uses.entry(arg).or_default();
        uses.rate = uses.rate.max(selected.rate);
        uses.readings.push(Reading {
            slot,
            scale,
            precision,
        });
    }

    fn add_elements(&mut self, config: &Config, mut discovery: Option<&mut Discovery>) {
        let mut seen = HashSet::new();
        let elements = config.rules.elements();
        for (indicator, element) in elements.filter(|(_, element)| element.len() <= MAX_NAME) {
            let path = topic::indicator(indicator, element);
            if !seen.insert(path.clone()) {
                continue;
            }
            if let Some(discovery) = discovery.as_deref_mut() {
                discovery.add_text(&path, element);
            }
            let slot = self.add(config.base.topic(&path));
            let request = Request::Indicator {
                indicator,
                name: element.trim().into(),
                id: Id::try_from(self.elements.len()).unwrap_or_default(),
            };
            self.elements.push((request, slot));
        }
    }

    /// Returns the subscriptions that the topics need.
    pub(crate) fn requests(&self) -> Vec<Request> {
        let gauges = self.uses.iter().map(|(&arg, uses)| {
            Request::Gauge(GaugeRequest {
                gauge: Ref::Number(arg),
                id: Id::from(arg),
                precision: FULL_PRECISION,
                max_frequency: uses.rate,
            })
        });
        let elements = self.elements.iter().map(|(request, _)| request.clone());
        gauges.chain(elements).collect()
    }

    /// Returns the topics that depend on the arg of a subscription.
    pub(super) fn readings(&self, id: Id) -> &[Reading] {
        let uses = u32::try_from(id).ok().and_then(|arg| self.uses.get(&arg));
        uses.map_or(&[], |uses| &uses.readings)
    }

    /// Returns the topic of an element.
    pub(super) fn element(&self, id: Id) -> Option<SlotIndex> {
        let place = usize::try_from(id).ok()?;
        self.elements.get(place).map(|&(_, slot)| slot)
    }

    /// Returns a line for the log with the number of topics.
    pub(crate) fn summary(&self) -> String {
        format!(
            "MQTT: {}: {} of {} and {}",
            printable(&self.aircraft),
            counted(self.topics.len(), "topic"),
            counted(self.uses.len(), "arg"),
            counted(self.elements.len(), "text"),
        )
    }

    /// Returns warnings about patterns that match nothing in the aircraft.
    pub(crate) fn warnings(&self, aircraft: &Aircraft, config: &Config) -> Vec<String> {
        if aircraft.is_loading() {
            return Vec::new();
        }
        let gauges = aircraft
            .tables
            .gauges()
            .iter()
            .map(|gauge| gauge.name.as_str());
        let gauges = gauges.filter_map(|name| Some((topic::gauge(name)?, name)));
        let controls: Vec<_> = aircraft.tables.named_controls().collect();
        let controls = controls.iter().map(|control| control.id());
        let controls = controls.filter_map(|id| Some((topic::control(id)?, id)));
        let names: Vec<(String, &str)> = gauges.chain(controls).collect();
        let names: Vec<(&str, &str)> = names
            .iter()
            .map(|(path, name)| (path.as_str(), *name))
            .collect();
        let name = printable(&aircraft.name);
        let unmatched = config.rules.unmatched(&names).into_iter();
        let warning =
            |pattern| format!("--mqtt-publish {pattern}: {name} has no such gauge or control");
        unmatched.map(warning).collect()
    }
}
