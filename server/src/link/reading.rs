//! What modules of DCS-BIOS read and do besides args, indicators and clicks, and what is read about a
//! DCS-BIOS in the sim.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A thing that the export state can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReadingKey {
    /// An external draw argument.
    DrawArg(u32),
    /// The frequency of a device.
    Frequency(u32),
    /// The text of `list_cockpit_params`.
    CockpitParams,
    /// The results of an export function, by its number (`functions`).
    Function(u32),
    /// The addresses to which a DCS-BIOS in the export state sends.
    DcsBios,
}

/// Writes the kind and the number, as in lines of the link.
impl fmt::Display for ReadingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DrawArg(number) => write!(f, "1 {number}"),
            Self::Frequency(device) => write!(f, "2 {device}"),
            Self::CockpitParams => f.write_str("3 0"),
            Self::Function(number) => write!(f, "4 {number}"),
            Self::DcsBios => f.write_str("5 0"),
        }
    }
}

impl FromStr for ReadingKey {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, number) = text.split_once(' ').ok_or("a reading has two numbers")?;
        let number = number.parse().map_err(|_| "a reading has two numbers")?;
        match kind {
            "1" => Ok(Self::DrawArg(number)),
            "2" => Ok(Self::Frequency(number)),
            "3" => Ok(Self::CockpitParams),
            "4" => Ok(Self::Function(number)),
            "5" => Ok(Self::DcsBios),
            _ => Err("the kind of a reading is from 1 to 5"),
        }
    }
}

impl<'de> Deserialize<'de> for ReadingKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

impl Serialize for ReadingKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// An action of the export state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Call {
    /// `GetDevice(device):SetCommand(command, value)`
    SetCommand {
        /// The device.
        device: u32,
        /// The command.
        command: u32,
        /// Finite.
        value: f64,
    },
    /// `GetDevice(device):set_argument_value(arg, value)`
    SetArgument {
        /// The device.
        device: u32,
        /// The arg.
        arg: u32,
        /// Finite.
        value: f64,
    },
    /// `GetDevice(device):set_frequency(hertz)`
    SetFrequency {
        /// The device.
        device: u32,
        /// Finite.
        hertz: f64,
    },
    /// `LoSetCommand(command)` or `LoSetCommand(command, value)`
    SimCommand {
        /// The command.
        command: u32,
        /// Finite, if there is one.
        value: Option<f64>,
    },
}

impl Call {
    /// Returns its kind, device, number and value, as in lines of the link.
    pub(super) fn fields(self) -> (u8, u32, u32, f64) {
        match self {
            Self::SetCommand {
                device,
                command,
                value,
            } => (1, device, command, value),
            Self::SetArgument { device, arg, value } => (2, device, arg, value),
            Self::SetFrequency { device, hertz } => (3, device, 0, hertz),
            Self::SimCommand {
                command,
                value: None,
            } => (4, 0, command, 0.0),
            Self::SimCommand {
                command,
                value: Some(value),
            } => (5, 0, command, value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_back() {
        for key in [
            ReadingKey::DrawArg(38),
            ReadingKey::Frequency(12),
            ReadingKey::CockpitParams,
            ReadingKey::Function(2),
            ReadingKey::DcsBios,
        ] {
            assert_eq!(key.to_string().parse(), Ok(key));
        }
        for wrong in ["", "1", "6 1", "1 x", "1 -1", "1 4294967296"] {
            assert!(wrong.parse::<ReadingKey>().is_err(), "{wrong}");
        }
    }
}
