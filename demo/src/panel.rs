//! The panel of a cockpit: args, gauges that show values, and controls that take actions.
//!
//! It is built only from the tables of the aircraft. `controls.json` has the arg that an action
//! moves, its limits and its steps.

use std::collections::{BTreeMap, HashMap};

use aircraft_defs::{Action, Gauge, Kind, Scale, Tables};

/// The effect of an action on a control, for the systems of the aircraft.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Click {
    /// The control's name.
    pub(crate) control: String,
    /// The index of the action in the table.
    pub(crate) action_index: usize,
    /// The new position; for an encoder the number of clicks, clockwise positive.
    pub(crate) value: f64,
}

/// Args and controls of one aircraft.
#[derive(Debug, Default)]
pub(crate) struct Panel {
    args: HashMap<u32, f64>,
    gauges: HashMap<u32, InverseScale>,
    controls: BTreeMap<String, Vec<Action>>,
    /// By device and command: the control's name and the index of its action. A switch that springs
    /// back from both sides has two actions on one command.
    by_command: HashMap<(i64, i64), Vec<(String, usize)>>,
    devices: Vec<i64>,
}

/// The inverse of a gauge's scale: from the value shown to the raw value of the arg.
#[derive(Debug)]
struct InverseScale {
    raw: Scale,
    range: [f64; 2],
}

impl InverseScale {
    fn new(gauge: &Gauge) -> Self {
        let ends = gauge.output.iter().copied();
        let range = [
            ends.clone().fold(f64::MAX, f64::min),
            ends.fold(f64::MIN, f64::max),
        ];
        Self {
            raw: Scale::new(&gauge.output, &gauge.input),
            range,
        }
    }

    fn raw(&self, value: f64) -> f64 {
        let raw = self.raw.apply(value);
        if self.range[0] < self.range[1] {
            raw.clamp(self.range[0], self.range[1])
        } else {
            raw
        }
    }
}

impl Panel {
    pub(crate) fn new(tables: &Tables) -> Self {
        let mut panel = Self {
            devices: tables.devices().values().copied().collect(),
            ..Self::default()
        };
        for gauge in tables.gauges() {
            if let Some(arg) = gauge.arg_number {
                panel.gauges.insert(arg, InverseScale::new(gauge));
            }
        }
        for control in tables.controls() {
            let device = control.device.as_ref().map(|device| device.number);
            for (action_index, action) in control.actions.iter().enumerate() {
                let place = (control.name.clone(), action_index);
                if let Some(device) = device {
                    let key = (device, action.command.number);
                    panel.by_command.entry(key).or_default().push(place);
                }
            }
            panel
                .controls
                .insert(control.name.clone(), control.actions.clone());
        }
        panel
    }

    /// Returns whether the cockpit has this device; 0 is the main panel.
    pub(crate) fn has_device(&self, device: i64) -> bool {
        device == 0 || self.devices.contains(&device)
    }

    /// Returns the raw value of an arg, rounded to single precision as in the sim.
    pub(crate) fn arg(&self, arg: u32) -> f64 {
        f64::from(self.args.get(&arg).copied().unwrap_or_default() as f32)
    }

    /// Carries out an action. Returns `None` if no control takes it.
    pub(crate) fn act(&mut self, device: i64, command: i64, value: f64) -> Option<Click> {
        let (control, action_index) = self.target(device, command, value)?.clone();
        let action = self.controls.get(&control)?.get(action_index)?;
        let before = action.arg.map_or(0.0, |arg| self.arg(arg));
        let position = position(action, before, value);
        if let Some(arg) = action.arg {
            self.args.insert(arg, position);
        }
        let value = if action.kind == Kind::Encoder {
            value / step(action)
        } else {
            position
        };
        Some(Click {
            control,
            action_index,
            value,
        })
    }

    /// Returns the action that takes this value, else the first action on the command.
    fn target(&self, device: i64, command: i64, value: f64) -> Option<&(String, usize)> {
        let targets = self.by_command.get(&(device, command))?;
        let takes = |(control, action_index): &&(String, usize)| {
            let action = self
                .controls
                .get(control)
                .and_then(|actions| actions.get(*action_index));
            let limits = action.and_then(|action| action.limits);
            limits.is_none_or(|[low, high]| (low..=high).contains(&value))
        };
        targets.iter().find(takes).or(targets.first())
    }

    /// Returns the position of the first action of a control.
    pub(crate) fn position(&self, control: &str) -> f64 {
        self.position_of(control, 0)
    }

    /// Returns the position of one action of a control, which may have several.
    pub(crate) fn position_of(&self, control: &str, action_index: usize) -> f64 {
        let action = self
            .controls
            .get(control)
            .and_then(|actions| actions.get(action_index));
        action
            .and_then(|action| action.arg)
            .map_or(0.0, |arg| self.arg(arg))
    }

    /// Returns whether a switch is on or a button is pressed.
    pub(crate) fn on(&self, control: &str) -> bool {
        self.position(control) > 0.5
    }

    /// Puts a control into a position.
    pub(crate) fn set(&mut self, control: &str, position: f64) {
        let action = self
            .controls
            .get(control)
            .and_then(|actions| actions.first());
        if let Some(arg) = action.and_then(|action| action.arg) {
            self.args.insert(arg, position);
        }
    }

    /// Makes the gauge on this arg show a value, in the gauge's own unit.
    pub(crate) fn show(&mut self, arg: u32, value: f64) {
        if let Some(gauge) = self.gauges.get(&arg) {
            self.args.insert(arg, gauge.raw(value));
        }
    }

    /// Switches a lamp on or off.
    pub(crate) fn light(&mut self, arg: u32, on: bool) {
        self.show(arg, f64::from(u8::from(on)));
    }
}

/// Returns the value to which an action moves its arg.
fn position(action: &Action, before: f64, value: f64) -> f64 {
    let moved = if action.relative {
        before + value
    } else {
        value
    };
    match (action.kind, action.limits) {
        (Kind::Encoder, limits) => {
            let [low, high] = limits
                .filter(|[low, high]| low < high)
                .unwrap_or([0.0, 1.0]);
            low + (moved - low).rem_euclid(high - low)
        }
        (_, Some([low, high])) if low <= high => moved.clamp(low, high),
        _ => moved.clamp(-1.0, 1.0),
    }
}

/// Returns the amount that one click of an encoder adds.
fn step(action: &Action) -> f64 {
    action.step.filter(|step| *step != 0.0).unwrap_or(1.0).abs()
}

#[cfg(test)]
mod tests {
    use aircraft_defs::{Commands, Control, Extra, NamedNumber};

    use super::*;

    fn panel() -> Panel {
        let action = |command, arg, kind, limits, step| Action {
            command: NamedNumber {
                name: None,
                number: command,
            },
            arg: Some(arg),
            kind,
            relative: kind == Kind::Encoder,
            spring: false,
            cycle: kind == Kind::Encoder,
            release: None,
            release_command: None,
            limits: Some(limits),
            step,
            values: Vec::new(),
            labels: Vec::new(),
        };
        let control = |name: &str, action| Control {
            name: name.to_owned(),
            id: String::new(),
            hint: None,
            device: Some(NamedNumber {
                name: None,
                number: 4,
            }),
            actions: vec![action],
            source: None,
        };
        let gauge = |arg, input: &[f64], output: &[f64]| Gauge {
            name: format!("gauge {arg}"),
            arg_number: Some(arg),
            input: input.to_vec(),
            output: output.to_vec(),
            extra: Extra::default(),
        };
        Panel::new(&Tables::new(
            [("FOUR".to_owned(), 4)].into_iter().collect(),
            Commands::default(),
            vec![gauge(103, &[0.0, 5000.0, 45000.0], &[1.0, 0.8, 0.0])],
            vec![
                control(
                    "SWITCH",
                    action(3001, 10, Kind::Switch, [0.0, 1.0], Some(1.0)),
                ),
                control(
                    "KNOB",
                    action(3002, 11, Kind::Encoder, [0.0, 1.0], Some(0.1)),
                ),
            ],
        ))
    }

    #[test]
    fn a_switch_keeps_to_its_limits() {
        let mut panel = panel();
        let click = panel.act(4, 3001, 7.0).unwrap();
        assert_eq!(
            click,
            Click {
                control: "SWITCH".into(),
                action_index: 0,
                value: 1.0
            }
        );
        assert!(panel.on("SWITCH"));
        assert_eq!(panel.arg(10), 1.0);
    }

    #[test]
    fn an_encoder_counts_clicks_and_wraps_around() {
        let mut panel = panel();
        let click = panel.act(4, 3002, -0.3).unwrap();
        assert!((click.value + 3.0).abs() < 1e-9);
        assert!((panel.arg(11) - 0.7).abs() < 1e-6);
    }

    #[test]
    fn a_falling_scale_is_inverted_and_ends_at_its_limits() {
        let mut panel = panel();
        for (value, raw) in [
            (0.0, 1.0),
            (5000.0, 0.8),
            (25000.0, 0.4),
            (99999.0, 0.0),
            (-5.0, 1.0),
        ] {
            panel.show(103, value);
            assert!(
                (panel.arg(103) - raw).abs() < 1e-6,
                "{value}: {}",
                panel.arg(103)
            );
        }
    }

    #[test]
    fn unknown_commands_and_args_have_no_effect() {
        let mut panel = panel();
        assert_eq!(panel.act(4, 3999, 1.0), None);
        assert!(panel.has_device(0) && panel.has_device(4) && !panel.has_device(5));
        panel.show(1, 1.0);
        assert_eq!(panel.arg(1), 0.0);
    }
}
