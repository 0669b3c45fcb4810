//! The description of a cockpit for Home Assistant, by which it appears there as a device.
//!
//! The form is that of <https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload>,
//! with its abbreviations, since large cockpits have more than a thousand entries.

use aircraft_defs::{ControlRef, Gauge, Kind, Position};
use serde_json::{Map, Value, json};

use crate::mqtt::topic::Base;

/// The beginning of the topics at which Home Assistant looks for devices.
const PREFIX: &str = "homeassistant/device";
/// The value of `<raw> <value>`; Home Assistant reads `None` as unknown.
const VALUE: &str = "{{ value.split(' ')[1] | default(none) }}";
const RAW: &str = "{{ value.split(' ')[0] }}";
/// The most entries of a device.
const MAX_ENTRIES: usize = 4_000;

/// The description of a cockpit.
#[derive(Debug)]
pub(super) struct Discovery {
    base: Base,
    topic: String,
    aircraft: String,
    entries: Map<String, Value>,
}

/// Returns the filter of the descriptions of a cockpit.
pub(super) fn filter(base: &Base) -> String {
    format!("{PREFIX}/{}/+/config", node(base))
}

/// Returns whether a topic has the description of this cockpit with some aircraft.
pub(super) fn is_own(base: &Base, topic: &str) -> bool {
    let rest = topic
        .strip_prefix(PREFIX)
        .and_then(|rest| rest.strip_prefix('/'));
    let rest = rest.and_then(|rest| rest.strip_prefix(&node(base)));
    let aircraft = rest.and_then(|rest| rest.strip_prefix('/')?.strip_suffix("/config"));
    aircraft.is_some_and(|aircraft| !aircraft.contains('/'))
}

/// Returns the base as Home Assistant allows names in topics.
fn node(base: &Base) -> String {
    object(base.as_str())
}

fn object(name: &str) -> String {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    name.replace(|c| !is_allowed(c), "_")
}

impl Discovery {
    /// Creates the description of an aircraft without entries.
    pub(super) fn new(base: &Base, aircraft: &str) -> Self {
        Self {
            base: base.clone(),
            topic: format!("{PREFIX}/{}/{}/config", node(base), object(aircraft)),
            aircraft: aircraft.to_owned(),
            entries: Map::new(),
        }
    }

    /// Returns the topic.
    pub(super) fn topic(&self) -> &str {
        &self.topic
    }

    /// Returns the payload.
    pub(super) fn payload(self) -> Vec<u8> {
        let version = env!("CARGO_PKG_VERSION");
        let payload = json!({
            "dev": {
                "ids": [format!("{}_{}", node(&self.base), object(&self.aircraft))],
                "name": format!("{} {}", self.base.cockpit(), self.aircraft),
                "mf": "dcs-master",
                "mdl": self.aircraft,
                "sw": version,
            },
            "o": {"name": "dcs-master", "sw": version},
            "avty_t": self.base.topic("status"),
            "cmps": self.entries,
        });
        payload.to_string().into_bytes()
    }

    fn add(&mut self, key: &str, path: &str, name: &str, platform: &str, more: Value) {
        if self.entries.len() >= MAX_ENTRIES {
            return;
        }
        let id = format!("{}_{}_{}", node(&self.base), object(&self.aircraft), key);
        let mut entry = Map::from_iter([
            ("p".to_owned(), json!(platform)),
            ("name".to_owned(), json!(name)),
            ("uniq_id".to_owned(), json!(id)),
        ]);
        match platform {
            "button" => {}
            _ => {
                entry.insert("stat_t".to_owned(), json!(self.base.topic(path)));
            }
        }
        if !matches!(platform, "sensor" | "binary_sensor") {
            entry.insert(
                "cmd_t".to_owned(),
                json!(format!("{}/set", self.base.topic(path))),
            );
        }
        if let Value::Object(more) = more {
            entry.extend(more);
        }
        self.entries.insert(key.to_owned(), Value::Object(entry));
    }

    /// Adds a gauge: a lamp is a binary sensor, any other one a sensor.
    pub(super) fn add_gauge(&mut self, path: &str, gauge: &Gauge) {
        match is_lamp(gauge) {
            true => {
                let is_on = "{{ 'ON' if value.split(' ')[0] | float(0) > 0.5 else 'OFF' }}";
                self.add(
                    path,
                    path,
                    &gauge.name,
                    "binary_sensor",
                    json!({"val_tpl": is_on}),
                );
            }
            false => {
                let mut more = json!({"val_tpl": VALUE, "stat_cla": "measurement"});
                if let Some(unit) = unit(gauge) {
                    more["unit_of_meas"] = json!(unit);
                }
                self.add(path, path, &gauge.name, "sensor", more);
            }
        }
    }

    /// Adds an element of a text display.
    pub(super) fn add_text(&mut self, path: &str, element: &str) {
        self.add(path, path, element, "sensor", json!({}));
    }

    /// Adds a control by its kind.
    pub(super) fn add_control(&mut self, path: &str, control: &ControlRef<'_>) {
        let name = control.hint().unwrap_or(control.id());
        let positions = control.positions();
        let springs = control.actions().any(|action| action.action.spring);
        match control.kind() {
            Some(Kind::Axis) => self.add_axis(path, name, control),
            Some(Kind::Encoder) => {
                for (word, sign) in [("DEC", "-"), ("INC", "+")] {
                    let key = format!("{path}_{word}");
                    self.add(
                        &key,
                        path,
                        &format!("{name} {sign}"),
                        "button",
                        json!({"pl_prs": word}),
                    );
                }
            }
            Some(Kind::Button | Kind::Switch) if springs => self.add_pushes(path, name, &positions),
            Some(Kind::Button) if positions.len() < 2 => {
                self.add(path, path, name, "button", json!({"pl_prs": "#0"}));
            }
            Some(Kind::Button | Kind::Switch) if control.arg().is_none() => {
                self.add_pushes(path, name, &positions);
            }
            Some(Kind::Button | Kind::Switch) if positions.len() == 2 => {
                let states = json!({"val_tpl": VALUE, "stat_on": "1", "stat_off": "0", "pl_on": "#1", "pl_off": "#0"});
                self.add(path, path, name, "switch", states);
            }
            Some(Kind::Button | Kind::Switch) => self.add_select(path, name, &positions),
            None => {}
        }
    }

    fn add_axis(&mut self, path: &str, name: &str, control: &ControlRef<'_>) {
        let limits = control.actions().find_map(|action| action.action.limits);
        let [min, max] = limits.unwrap_or([0.0, 1.0]);
        if control.arg().is_some() && min < max {
            let step = ((max - min) / 100.0).max(0.001);
            let range =
                json!({"min": min, "max": max, "step": step, "mode": "slider", "val_tpl": RAW});
            self.add(path, path, name, "number", range);
        }
    }

    fn add_select(&mut self, path: &str, name: &str, positions: &[Position<'_>]) {
        let numbers = 0..positions.len();
        let options: Vec<String> = numbers.map(|number| option(positions, number)).collect();
        let list = json!(options).to_string().replace('"', "'");
        let value = "value.split(' ')[1] | int(-1)";
        let template = format!("{{{{ {list}[{value}] if ' ' in value else none }}}}");
        let more = json!({"ops": options, "val_tpl": template});
        self.add(path, path, name, "select", more);
    }

    /// Adds a button for what springs back, or a list of positions if it can be pressed in several
    /// directions.
    fn add_pushes(&mut self, path: &str, name: &str, positions: &[Position<'_>]) {
        let is_release = |position: &&Position<'_>| {
            let release = position.action.action.release;
            release.is_none_or(|release| (release - position.value).abs() > 0.005)
        };
        let pressed: Vec<&Position<'_>> = positions.iter().filter(is_release).collect();
        match (pressed.as_slice(), positions) {
            ([_], _) => self.add(path, path, name, "button", json!({"pl_prs": "PUSH"})),
            (_, [_, _, ..]) => self.add_select(path, name, positions),
            _ => {}
        }
    }
}

/// Returns what a position is called: its label, else `#` and its number. Both can be sent.
fn option(positions: &[Position<'_>], number: usize) -> String {
    let label = positions[number]
        .label
        .filter(|label| !label.contains(['\'', '"', '\\']));
    label.map_or_else(|| format!("#{number}"), str::to_owned)
}

/// Returns the unit of a gauge's value, which the sim's own figures have.
fn unit(gauge: &Gauge) -> Option<&str> {
    let unit = gauge.extra.get("unit").and_then(Value::as_str);
    unit.filter(|unit| !unit.is_empty())
}

/// Returns whether a gauge is a lamp, by the name of its controller or parameter, without a scale of
/// its own.
fn is_lamp(gauge: &Gauge) -> bool {
    let words = ["controller", "parameter_name"].map(|key| gauge.extra.get(key));
    let words = words.into_iter().flatten().filter_map(Value::as_str);
    let names = words.chain([gauge.name.as_str()]);
    let is_lit = |name: &str| {
        ["lamp", "light", "caution", "warn"]
            .iter()
            .any(|word| name.to_lowercase().contains(word))
    };
    let ends = gauge.input.iter().chain(&gauge.output);
    let is_to_one = ends.into_iter().all(|end| (0.0..=1.0).contains(end));
    is_to_one && names.into_iter().any(is_lit)
}

#[cfg(test)]
mod tests;
