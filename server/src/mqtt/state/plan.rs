//! The topics of an aircraft, and the args, figures and elements of the world that they depend on.
//!
//! It is built once per aircraft. With large tables that takes a while, so it must not be done in
//! the task that serves clients.

use std::collections::{BTreeMap, HashSet};

use aircraft_defs::telemetry::{self, FIELDS, Field, is_field_name};
use aircraft_defs::{ControlRef, Scale, counted};

use super::home_assistant::Discovery;
use super::retained::SlotIndex;
use crate::decimal;
use crate::limits::MAX_NAME;
use crate::mqtt::config::Config;
use crate::mqtt::topic;
use crate::quote::printable;
use crate::wire::{GaugeRequest, Id, Ref, Request};
use crate::world::{Aircraft, readout};

/// The number of decimals of the values that the world sends. A topic's own precision is applied
/// later.
const FULL_PRECISION: i8 = 9;
/// The decimals of the number of a position.
const WHOLE: i8 = 0;

/// The origin of a value, which is one subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    /// The arg with this number.
    Arg(u32),
    /// The figure of the sim with this number.
    Figure(u32),
}

/// The id of the subscription to figure 0. Those to args are below it.
const FIGURES: Id = 1 << 32;

impl Source {
    fn id(self) -> Id {
        match self {
            Self::Arg(number) => Id::from(number),
            Self::Figure(number) => FIGURES + Id::from(number),
        }
    }

    fn of(id: Id) -> Option<Self> {
        match u32::try_from(id) {
            Ok(number) => Some(Self::Arg(number)),
            Err(_) => u32::try_from(id - FIGURES).ok().map(Self::Figure),
        }
    }

    fn figure(self) -> Option<&'static Field> {
        match self {
            Self::Arg(_) => None,
            Self::Figure(number) => telemetry::field(number),
        }
    }

    fn gauge(self) -> Ref<u32> {
        match (self, self.figure()) {
            (_, Some(field)) => Ref::Name(field.name.into()),
            (Self::Arg(number) | Self::Figure(number), None) => Ref::Number(number),
        }
    }
}

/// The topics of an aircraft. The first one is `aircraft`.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// The name of the aircraft; empty if none is controlled.
    pub(super) aircraft: String,
    /// All topics, complete.
    pub(super) topics: Vec<String>,
    /// The topics that depend on each arg or figure.
    uses: BTreeMap<Source, Uses>,
    /// The elements of text displays, by the ids of their subscriptions.
    elements: Vec<(Request, SlotIndex)>,
    /// A topic with the description of the cockpit.
    pub(super) description: Option<(SlotIndex, Vec<u8>)>,
}

/// The topics that depend on one arg or figure.
#[derive(Debug, Default)]
struct Uses {
    rate: f64,
    readings: Vec<Reading>,
}

/// A topic with the value of an arg or a figure.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) slot: SlotIndex,
    raw_decimals: u8,
    scale: Scale,
    precision: i8,
}

impl Reading {
    /// Appends the payload: `<raw> <value>`, as in the text protocol.
    pub(super) fn write(&self, out: &mut Vec<u8>, raw: f64) {
        decimal::write_raw(out, raw, self.raw_decimals);
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
        plan.add_figures(config, discovery.as_mut());
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

    fn add_figures(&mut self, config: &Config, mut discovery: Option<&mut Discovery>) {
        for (field, gauge) in FIELDS.iter().zip(telemetry::tables().gauges()) {
            let Some(path) = topic::gauge(field.name) else {
                continue;
            };
            let Some(selected) = config.rules.select(&path, field.name) else {
                continue;
            };
            if let Some(discovery) = discovery.as_deref_mut() {
                discovery.add_gauge(&path, gauge);
            }
            let topic = config.base.topic(&path);
            let precision = selected.precision.unwrap_or(field.decimals);
            let source = Source::Figure(field.number());
            self.read(&topic, source, selected.rate, field.scale(), precision);
        }
    }

    fn add_gauges(
        &mut self,
        aircraft: &Aircraft,
        config: &Config,
        mut discovery: Option<&mut Discovery>,
    ) {
        let mut seen = HashSet::new();
        for gauge in aircraft.tables.gauges() {
            if is_field_name(&gauge.name) {
                continue;
            }
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
            let (topic, precision) = (config.base.topic(&path), selected.precision());
            self.read(&topic, Source::Arg(arg), selected.rate, scale, precision);
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
            let topic = config.base.topic(&path);
            self.read(&topic, Source::Arg(arg), selected.rate, scale, precision);
        }
    }

    fn read(&mut self, topic: &str, source: Source, rate: f64, scale: Scale, precision: i8) {
        let slot = self.add(topic.to_owned());
        let uses = self.uses.entry(source).or_default();
        uses.rate = uses.rate.max(rate);
        let raw_decimals = source.figure().map(|field| field.unit.raw_decimals);
        uses.readings.push(Reading {
            slot,
            raw_decimals: raw_decimals.unwrap_or(decimal::ARG_DECIMALS),
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
        let gauges = self.uses.iter().map(|(source, uses)| {
            Request::Gauge(GaugeRequest {
                gauge: source.gauge(),
                id: source.id(),
                precision: FULL_PRECISION,
                max_frequency: uses.rate,
            })
        });
        let elements = self.elements.iter().map(|(request, _)| request.clone());
        gauges.chain(elements).collect()
    }

    /// Returns the topics that depend on the arg or figure of a subscription.
    pub(super) fn readings(&self, id: Id) -> &[Reading] {
        let uses = Source::of(id).and_then(|source| self.uses.get(&source));
        uses.map_or(&[], |uses| &uses.readings)
    }

    /// Returns the topic of an element.
    pub(super) fn element(&self, id: Id) -> Option<SlotIndex> {
        let place = usize::try_from(id).ok()?;
        self.elements.get(place).map(|&(_, slot)| slot)
    }

    /// Returns a line for the log with the number of topics.
    pub(crate) fn summary(&self) -> String {
        let is_figure = |source: &&Source| source.figure().is_some();
        let figures = self.uses.keys().filter(is_figure).count();
        format!(
            "MQTT: {}: {} of {}, {} and {}",
            printable(&self.aircraft),
            counted(self.topics.len(), "topic"),
            counted(self.uses.len() - figures, "arg"),
            counted(figures, "figure"),
            counted(self.elements.len(), "text"),
        )
    }

    /// Returns warnings about patterns that match nothing in the aircraft.
    pub(crate) fn warnings(&self, aircraft: &Aircraft, config: &Config) -> Vec<String> {
        if aircraft.is_loading() {
            return Vec::new();
        }
        let gauges = aircraft.tables.gauges().iter();
        let gauges = gauges.map(|gauge| gauge.name.as_str());
        let gauges = gauges.chain(FIELDS.iter().map(|field| field.name));
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
