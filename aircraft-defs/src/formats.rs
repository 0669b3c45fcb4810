//! The JSON formats of the tables.

use hashbrown::DefaultHashBuilder;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// `devices.json`: device numbers by name, in the order of the cockpit's file.
pub type Devices = IndexMap<String, i64, DefaultHashBuilder>;

/// `commands.json`: command numbers by `<table>.<name>`, in the order of the cockpit's file.
pub type Commands = IndexMap<String, i64, DefaultHashBuilder>;

/// Fields of an entry that this crate keeps without using them.
pub type Extra = IndexMap<String, serde_json::Value, DefaultHashBuilder>;

/// One entry of `gauges.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gauge {
    /// The name by which clients subscribe.
    pub name: String,
    /// The cockpit animation argument; a gauge without one has no value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arg_number: Option<u32>,
    /// The values that the gauge shows at the raw values in `output`.
    #[serde(default)]
    pub input: Vec<f64>,
    /// The raw values of the arg, rising or falling; see [`crate::check_scale`].
    #[serde(default)]
    pub output: Vec<f64>,
    /// The other fields of the cockpit's gauge: `controller`, `parameter_name`, `params` and so on.
    #[serde(flatten)]
    pub extra: Extra,
}

/// The number of a device or command, with its name if the cockpit has one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedNumber {
    /// The name in `devices.json` or `commands.json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The number that the sim uses.
    pub number: i64,
}

/// One entry of `controls.json`: an element of the cockpit that can be clicked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Control {
    /// The name of the element (`PNT_8`).
    pub name: String,
    /// A readable name, made from the hint; see [`crate::naming`]. Empty in older tables.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// The text that the sim shows beside the mouse.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The device that the commands are sent to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<NamedNumber>,
    /// The actions, often two: those of the left and the right mouse button.
    pub actions: Vec<Action>,
    /// The origin of the hint or of labels, if they are not the cockpit's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// One way to operate a control.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// The command to send to the device.
    pub command: NamedNumber,
    /// The arg that shows the control's position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arg: Option<u32>,
    /// The kind of action.
    pub kind: Kind,
    /// The value sent is added to the position instead of replacing it, as with encoders.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub relative: bool,
    /// The control springs back when it is released.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub spring: bool,
    /// The value that the sim sends when the control is released; only with `spring`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<f64>,
    /// The command that takes `release`, if it is not `command`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_command: Option<NamedNumber>,
    /// A click at the last value leads to the first one, and a click back at the first to the last.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cycle: bool,
    /// The lowest and the highest value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<[f64; 2]>,
    /// The distance between neighbouring values, or the amount of one click of an encoder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<f64>,
    /// The values to send, in rising order. Those of an encoder are one click back and one click
    /// forward. An axis has none, since it takes any value between its limits.
    #[serde(default)]
    pub values: Vec<f64>,
    /// A label for each value, or no labels at all. A label that is not certain or not unique is
    /// empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
}

/// The kinds of actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Pressed and released.
    Button,
    /// Moved to one of several positions, where it stays.
    Switch,
    /// Moved to any value between its limits.
    Axis,
    /// Turned without end; each click adds a step.
    Encoder,
}
