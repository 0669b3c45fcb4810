//! The option `--serial`: a port, or all ports of boards, with the settings of the line.

use std::str::FromStr;
use std::time::Duration;

/// The ports to open, with the settings of their lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SerialOptions {
    pub(super) port: PortChoice,
    pub(super) line: LineOptions,
}

/// The choice of ports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PortChoice {
    /// The port with this name, such as `COM5` or `/dev/ttyUSB0`.
    Named(String),
    /// All ports with a board of a known maker.
    Auto,
}

/// The settings of a line. It has 8 data bits, no parity and 1 stop bit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LineOptions {
    /// Bits per second.
    pub(super) baud: u32,
    /// Whether "data terminal ready" is raised. It resets an Uno. A Leonardo sends nothing without
    /// it.
    pub(super) dtr: bool,
    /// Whether "request to send" is raised.
    pub(super) rts: bool,
    /// The time that a board may take to start before it is written to.
    pub(super) settle: Duration,
    pub(super) protocol: PanelProtocol,
}

/// The protocols of panels on serial ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PanelProtocol {
    /// The text protocol.
    Text,
    /// The stream of DCS-BIOS.
    DcsBios,
}

impl PanelProtocol {
    /// Returns the speed of a line, in bits per second, if none is given.
    fn default_baud(self) -> u32 {
        match self {
            Self::Text => 115_200,
            // That of the Arduino library of DCS-BIOS.
            Self::DcsBios => 250_000,
        }
    }
}

impl Default for LineOptions {
    fn default() -> Self {
        Self {
            baud: PanelProtocol::Text.default_baud(),
            dtr: true,
            rts: true,
            settle: Duration::from_secs(2),
            protocol: PanelProtocol::Text,
        }
    }
}

/// The slowest line, in bits per second.
const SLOWEST: u32 = 1_200;
/// The fastest line, in bits per second.
const FASTEST: u32 = 12_000_000;
/// The longest time that a board may take to start, in milliseconds.
const LONGEST_SETTLE: u64 = 60_000;

impl FromStr for SerialOptions {
    type Err = String;

    /// Parses `COM5`, `COM5,baud=250000,dtr=off` or `auto`.
    ///
    /// # Errors
    /// The text says which part is wrong and what it may be.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.split(',').map(str::trim);
        let port = match parts.next().unwrap_or_default() {
            "" => return Err("the name of a port comes first, as in COM5 or auto".to_owned()),
            name if name.contains('=') => {
                return Err(format!(
                    "the name of a port comes first, as in COM5,{name} or auto,{name}"
                ));
            }
            name if name.eq_ignore_ascii_case("auto") => PortChoice::Auto,
            name => PortChoice::Named(name.to_owned()),
        };
        let mut line = LineOptions::default();
        let mut has_baud = false;
        for part in parts {
            line.set(part)?;
            has_baud |= part.starts_with("baud");
        }
        if !has_baud {
            line.baud = line.protocol.default_baud();
        }
        Ok(Self { port, line })
    }
}

impl SerialOptions {
    /// Returns whether the panels speak the protocol of DCS-BIOS.
    pub(crate) fn speaks_dcs_bios(&self) -> bool {
        self.line.protocol == PanelProtocol::DcsBios
    }
}

impl LineOptions {
    /// Returns the most bytes that a write should have.
    pub(super) fn bytes_per_write(&self) -> usize {
        super::write_pacer::WritePacer::new(self.baud).bytes_per_write()
    }

    /// Applies a setting such as `baud=250000`.
    fn set(&mut self, part: &str) -> Result<(), String> {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        match (key.trim(), value.trim()) {
            ("baud", value) => {
                self.baud = number(value, u64::from(SLOWEST)..=u64::from(FASTEST))
                    .and_then(|baud| u32::try_from(baud).ok())
                    .ok_or_else(|| {
                        format!(
                            "baud must be a number from {SLOWEST} to {FASTEST}, as in baud=250000"
                        )
                    })?;
            }
            ("dtr", value) => self.dtr = switch("dtr", value)?,
            ("rts", value) => self.rts = switch("rts", value)?,
            ("settle", value) => {
                let milliseconds = number(value, 0..=LONGEST_SETTLE).ok_or_else(|| {
                    format!("settle must be a number of milliseconds from 0 to {LONGEST_SETTLE}")
                })?;
                self.settle = Duration::from_millis(milliseconds);
            }
            ("protocol", "text") => self.protocol = PanelProtocol::Text,
            ("protocol", "dcs-bios") => self.protocol = PanelProtocol::DcsBios,
            ("protocol", _) => return Err("protocol must be text or dcs-bios".to_owned()),
            (key, _) => {
                return Err(format!(
                    "serial ports have no option \"{key}\"; the options are baud, dtr, rts, settle and \
                     protocol"
                ));
            }
        }
        Ok(())
    }
}

fn number(text: &str, range: std::ops::RangeInclusive<u64>) -> Option<u64> {
    text.parse().ok().filter(|number| range.contains(number))
}

fn switch(key: &str, value: &str) -> Result<bool, String> {
    match value {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(format!("{key} must be on or off, as in {key}=off")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<SerialOptions, String> {
        text.parse()
    }

    #[test]
    fn a_port_has_sensible_defaults() {
        let options = parse("COM5").expect("a port alone is enough");
        assert_eq!(options.port, PortChoice::Named("COM5".into()));
        assert_eq!(options.line, LineOptions::default());
        assert_eq!(
            parse("AUTO").map(|it| it.port),
            Ok(PortChoice::Auto),
            "in any case"
        );
    }

    #[test]
    fn each_setting_of_a_line_can_be_given() {
        let options = parse("/dev/ttyUSB0, baud=250000,dtr=off,rts=off,settle=0,protocol=text");
        let expected = LineOptions {
            baud: 250_000,
            dtr: false,
            rts: false,
            settle: Duration::ZERO,
            protocol: PanelProtocol::Text,
        };
        assert_eq!(options.map(|it| it.line), Ok(expected));
    }

    #[test]
    fn boards_of_dcs_bios_have_their_own_speed() {
        let baud = |text: &str| parse(text).map(|it| (it.line.baud, it.speaks_dcs_bios()));
        assert_eq!(baud("COM5,protocol=dcs-bios"), Ok((250_000, true)));
        assert_eq!(
            baud("COM5,baud=115200,protocol=dcs-bios"),
            Ok((115_200, true))
        );
        assert_eq!(baud("COM5"), Ok((115_200, false)));
    }

    #[test]
    fn errors_name_the_wrong_setting() {
        for (text, named) in [
            ("", "the name of a port"),
            ("baud=9600", "COM5,baud=9600"),
            ("COM5,baud=fast", "baud must be a number"),
            ("COM5,baud=0", "baud must be a number"),
            ("COM5,dtr=yes", "dtr must be on or off"),
            ("COM5,rts", "rts must be on or off"),
            ("COM5,settle=-1", "settle must be a number of milliseconds"),
            ("COM5,protocol=morse", "protocol"),
            ("COM5,speed=9600", "no option \"speed\""),
            ("COM5,", "no option \"\""),
        ] {
            let error = parse(text).expect_err(text);
            assert!(error.contains(named), "{text}: {error}");
        }
    }
}
