//! The values of a cockpit, from the tables of its aircraft, in the memory map.
//!
//! Pure. This is one source of the memory map; nothing in `memory` and `stream` depends on it.

mod args;
mod common_data;
mod controls;
mod identifiers;
mod map;

pub(super) use common_data::{CommonForm, ITEMS as COMMON_ITEMS};
pub(super) use controls::{ControlItem, ControlKind};
pub(super) use map::{CockpitMap, DisplayItem, GaugeItem, GaugeKind};

use std::collections::HashMap;
use std::sync::Arc;

use super::memory::Memory;
use super::places::AIRCRAFT_NAME;
use crate::wire::{GaugeRequest, Id, Ref, Request};
use crate::world::Aircraft;
use common_data::FIGURES;

/// The decimals of the values that the world sends. The raw values come along unrounded.
const PRECISION: i8 = 9;
/// The most updates of an arg per second: one per update of the stream.
const RATE: f64 = 30.0;
/// The ids of the subscriptions to displays, which follow those to args.
const FIRST_DISPLAY: Id = 1 << 40;
/// The ids of the subscriptions to telemetry, which follow those to displays.
const FIRST_FIGURE: Id = 1 << 41;

/// The cockpit that is flown.
#[derive(Debug, Default)]
pub(super) struct Cockpit {
    aircraft: Option<Arc<Aircraft>>,
    map: CockpitMap,
    /// The newest raw value of each arg.
    raws: HashMap<u32, f64>,
}

impl Cockpit {
    /// Changes to another aircraft, to none, or to the same one in a new mission. Returns the
    /// subscriptions that it needs. All values of the last one are to be forgotten before.
    pub(super) fn set_aircraft(
        &mut self,
        aircraft: Option<(Arc<Aircraft>, CockpitMap)>,
        memory: &mut Memory,
    ) -> Vec<Request> {
        let (aircraft, map) = aircraft.unzip();
        self.aircraft = aircraft;
        self.map = map.unwrap_or_default();
        self.raws.clear();
        write_name(self.name().unwrap_or_default(), memory);
        self.requests()
    }

    fn requests(&self) -> Vec<Request> {
        let args = self.map.args.keys();
        let gauges = args.map(|&arg| gauge(Ref::Number(arg), Id::from(arg)));
        let figures = self.aircraft.iter().flat_map(|_| FIGURES.iter());
        let figures = figures.zip(FIRST_FIGURE..);
        let figures = figures.map(|(figure, id)| gauge(Ref::Name(figure.gauge.into()), id));
        let displays = self.map.displays.iter().zip(FIRST_DISPLAY..);
        let texts = displays.map(|(item, id)| Request::Indicator {
            indicator: item.display.indicator,
            name: item.display.element.as_str().into(),
            id,
        });
        gauges.chain(figures).chain(texts).collect()
    }

    /// Writes the raw value of an arg or of a figure of the sim.
    pub(super) fn set_gauge(&mut self, id: Id, raw: f64, memory: &mut Memory) {
        let place = usize::try_from(id - FIRST_FIGURE).ok();
        if let Some(figure) = place.and_then(|place| FIGURES.get(place)) {
            figure.write(raw, memory);
            return;
        }
        let arg = u32::try_from(id).ok();
        if let Some((arg, words)) = arg.and_then(|arg| Some((arg, self.map.args.get(&arg)?))) {
            self.raws.insert(arg, raw);
            words.write(raw, memory);
        }
    }

    /// Writes the text of a display, its lines in one.
    pub(super) fn set_text(&self, id: Id, text: &[u8], memory: &mut Memory) {
        let index = usize::try_from(id - FIRST_DISPLAY).ok();
        if let Some(item) = index.and_then(|index| self.map.displays.get(index)) {
            let bytes = text
                .iter()
                .map(|&byte| if byte < b' ' { b' ' } else { byte });
            let bytes: Vec<u8> = bytes.collect();
            memory.set_text(item.address, usize::from(item.display.length), &bytes);
        }
    }

    /// Returns the name of the aircraft that is flown.
    pub(super) fn name(&self) -> Option<&str> {
        self.aircraft
            .as_ref()
            .map(|aircraft| aircraft.name.as_str())
    }

    /// Returns the control with this identifier, or with any other name that it has, and its number
    /// in the map.
    pub(super) fn control(&self, name: &str) -> Option<(usize, &ControlItem)> {
        let by_other_name = || {
            let found = self.aircraft.as_ref()?.tables.control(name).ok()?;
            self.map.control(found.long_id())
        };
        self.map.control(name).or_else(by_other_name)
    }

    pub(super) fn map(&self) -> &CockpitMap {
        &self.map
    }

    /// Takes the map of the aircraft that is no longer flown. Freeing a large one takes long and is
    /// left to the caller.
    pub(super) fn take_map(&mut self) -> CockpitMap {
        std::mem::take(&mut self.map)
    }

    /// Returns the newest raw value of an arg.
    pub(super) fn raw(&self, arg: u32) -> Option<f64> {
        self.raws.get(&arg).copied()
    }
}

fn gauge(gauge: Ref<u32>, id: Id) -> Request {
    Request::Gauge(GaugeRequest {
        gauge,
        id,
        precision: PRECISION,
        max_frequency: RATE,
    })
}

/// Writes the name of the aircraft with the byte 0 at its end, as boards expect it.
fn write_name(name: &str, memory: &mut Memory) {
    let (address, length) = AIRCRAFT_NAME;
    let mut bytes = name.as_bytes().to_vec();
    bytes.truncate(length - 1);
    bytes.push(0);
    memory.set_text(address, length, &bytes);
}
