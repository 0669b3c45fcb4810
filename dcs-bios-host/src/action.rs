//! Actions that modules perform in the cockpit when a command comes in.

use mlua::Table;

/// An action in the cockpit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Action {
    /// `GetDevice(device):performClickableAction(command, value)`.
    Click {
        /// The number of the device.
        device: u32,
        /// The number of the command.
        command: u32,
        /// The value that is given.
        value: f64,
    },
    /// `GetDevice(device):SetCommand(command, value)`.
    SetCommand {
        /// The number of the device.
        device: u32,
        /// The number of the command.
        command: u32,
        /// The value that is given.
        value: f64,
    },
    /// `GetDevice(device):set_argument_value(arg, value)`.
    SetArgument {
        /// The number of the device.
        device: u32,
        /// The number of the arg.
        arg: u32,
        /// The raw value.
        value: f64,
    },
    /// `GetDevice(device):set_frequency(hertz)`.
    SetFrequency {
        /// The number of the device.
        device: u32,
        /// The frequency, in Hz.
        hertz: f64,
    },
    /// `LoSetCommand(command)` or `LoSetCommand(command, value)`.
    SimCommand {
        /// The number of the command.
        command: u32,
        /// The value, if one is given.
        value: Option<f64>,
    },
}

impl Action {
    pub(crate) fn from_lua(row: &Table) -> mlua::Result<Self> {
        let kind: String = row.get(1)?;
        let device: u32 = row.get(2)?;
        let value: f64 = row.get(4)?;
        if kind == "frequency" {
            let hertz = row.get(3)?;
            return Ok(Self::SetFrequency { device, hertz });
        }
        let command: u32 = row.get(3)?;
        Ok(match kind.as_str() {
            "click" => Self::Click {
                device,
                command,
                value,
            },
            "command" => Self::SetCommand {
                device,
                command,
                value,
            },
            "argument" => Self::SetArgument {
                device,
                arg: command,
                value,
            },
            _ => {
                let has_value: bool = row.get(5)?;
                let value = has_value.then_some(value);
                Self::SimCommand { command, value }
            }
        })
    }
}
