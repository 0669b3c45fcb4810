//! The JSON formats, as data.

use hashbrown::DefaultHashBuilder;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// `devices.json`: device name to device number, in the order of the cockpit's file.
pub type Devices = IndexMap<String, i64, DefaultHashBuilder>;

/// `commands.json`: `<table>.<name>` to command number, in the order of the cockpit's file.
pub type Commands = IndexMap<String, i64, DefaultHashBuilder>;

/// Fields that are kept as they are.
pub type Extra = IndexMap<String, serde_json::Value, DefaultHashBuilder>;

/// One entry of `gauges.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gauge {
    /// The name by which clients subscribe.
    pub name: String,
    /// The cockpit animation argument; without one the gauge cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arg_number: Option<u32>,
    /// The values the gauge shows, as many as `output` has.
    #[serde(default)]
    pub input: Vec<f64>,
    /// The raw values of the arg, rising or falling.
    #[serde(default)]
    pub output: Vec<f64>,
    /// What the cockpit says besides: `controller`, `parameter_name`, `external_arg`, `params`, …
    #[serde(flatten)]
    pub extra: Extra,
}

/// A number and, where the cockpit has one, its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// The name in `devices.json` or `commands.json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The number the sim knows it by.
    pub number: i64,
}

/// One entry of `controls.json`: something in the cockpit that can be clicked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Control {
    /// The name of the element (`PNT_8`).
    pub name: String,
    /// What the sim shows when the mouse rests on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The device that takes the commands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Named>,
    /// What can be done with it: often two actions, left and right mouse button.
    pub actions: Vec<Action>,
}

/// One thing that can be done with a control.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// The command to send to the device.
    pub command: Named,
    /// The arg that shows the control's position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arg: Option<u32>,
    /// How it is worked.
    pub kind: Kind,
    /// The value sent is added to the position (encoders) instead of replacing it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub relative: bool,
    /// It goes back by itself when it is let go.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub spring: bool,
    /// What the sim sends when it is let go; only with `spring`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<f64>,
    /// The command that takes `release`, where it is another than `command`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_command: Option<Named>,
    /// Beyond the last value the first one comes again, and before the first the last.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cycle: bool,
    /// The lowest and the highest value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<[f64; 2]>,
    /// The distance between two neighbouring values, or what one click of an encoder adds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<f64>,
    /// Every value that makes sense to send, rising; empty for an axis, which takes
    /// any value between its limits. Of an encoder: one click back, one click on.
    #[serde(default)]
    pub values: Vec<f64>,
}

/// How a control is worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Pressed and released.
    Button,
    /// Stays in one of its positions.
    Switch,
    /// Any value between its limits.
    Axis,
    /// Turned without end; each click adds a step.
    Encoder,
}
