//! Writes messages to the sim as lines: plain numbers separated by one blank.

use std::fmt;

use super::message::{Action, ToSim};

/// The version of the protocol on the link.
pub(crate) const LINK_VERSION: u64 = 1;

/// The line that shows that the server is alive.
pub(super) const HEARTBEAT: &str = "0\n";

/// Returns the first line: the versions of the protocol and of this server.
pub(super) fn greeting() -> String {
    let version = env!("CARGO_PKG_VERSION")
        .split(['.', '-'])
        .take(3)
        .collect::<Vec<_>>()
        .join(" ");
    format!("0 {LINK_VERSION} {version}\n")
}

/// Writes the line for a message, without its line end.
impl fmt::Display for ToSim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Act(Action {
                device,
                command,
                value,
                ticket,
            }) => {
                write!(f, "1 {device} {command} {} {ticket}", Number(value))
            }
            Self::WatchArg { arg, rate } => write!(f, "2 {arg} {}", Number(rate)),
            Self::WatchTelemetry { field, rate } => write!(f, "7 {field} {}", Number(rate)),
            Self::WatchReading { key, rate } => write!(f, "8 {key} {}", Number(rate)),
            Self::Call { call, ticket } => {
                let (kind, device, number, value) = call.fields();
                write!(f, "9 {kind} {device} {number} {} {ticket}", Number(value))
            }
            Self::WatchIndicator {
                indicator,
                rate,
                epoch,
            } => {
                write!(f, "3 {indicator} {} {epoch}", Number(rate))
            }
            Self::Mark(number) => write!(f, "5 {number}"),
            Self::AskCold(ticket) => write!(f, "6 {ticket}"),
            Self::ListIndicators {
                ticket,
                indicator: None,
            } => write!(f, "4 {ticket}"),
            Self::ListIndicators {
                ticket,
                indicator: Some(indicator),
            } => {
                write!(f, "4 {ticket} {indicator}")
            }
        }
    }
}

/// A number as text: at most nine decimals, so that no line gets long, and no trailing zeros.
struct Number(f64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:.9}", self.0);
        let text = text.trim_end_matches('0').trim_end_matches('.');
        f.write_str(if text == "-0" { "0" } else { text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::{Call, ReadingKey};

    #[test]
    fn lines_of_the_contract() {
        let check = |message: ToSim, expected: &str| {
            assert_eq!(message.to_string(), expected);
        };
        let act = |value| {
            ToSim::Act(Action {
                device: 25,
                command: 3001,
                value,
                ticket: 7,
            })
        };
        check(act(1.0), "1 25 3001 1 7");
        check(act(-0.05), "1 25 3001 -0.05 7");
        check(act(-1e-300), "1 25 3001 0 7");
        check(act(1.0 / 3.0), "1 25 3001 0.333333333 7");
        check(
            ToSim::WatchArg {
                arg: 540,
                rate: 30.0,
            },
            "2 540 30",
        );
        check(
            ToSim::WatchArg {
                arg: 540,
                rate: 0.0,
            },
            "2 540 0",
        );
        check(
            ToSim::WatchIndicator {
                indicator: 6,
                rate: 10.0,
                epoch: 3,
            },
            "3 6 10 3",
        );
        check(
            ToSim::ListIndicators {
                ticket: 9,
                indicator: None,
            },
            "4 9",
        );
        check(
            ToSim::ListIndicators {
                ticket: 9,
                indicator: Some(0),
            },
            "4 9 0",
        );
        check(
            ToSim::WatchTelemetry {
                field: 3,
                rate: 30.0,
            },
            "7 3 30",
        );
        let key = ReadingKey::Function(2);
        check(ToSim::WatchReading { key, rate: 30.0 }, "8 4 2 30");
        let call = |call, expected| check(ToSim::Call { call, ticket: 7 }, expected);
        let (device, value) = (12, 0.25);
        let command = 3001;
        call(
            Call::SetCommand {
                device,
                command,
                value,
            },
            "9 1 12 3001 0.25 7",
        );
        let arg = 7;
        call(Call::SetArgument { device, arg, value }, "9 2 12 7 0.25 7");
        let hertz = 127_500_000.0;
        call(Call::SetFrequency { device, hertz }, "9 3 12 0 127500000 7");
        let sim_command = |value| Call::SimCommand { command, value };
        call(sim_command(None), "9 4 0 3001 0 7");
        call(sim_command(Some(-0.5)), "9 5 0 3001 -0.5 7");
        check(ToSim::Mark(12), "5 12");
        check(ToSim::AskCold(7), "6 7");
        assert!(greeting().starts_with("0 1 0 "));
    }
}
