//! Writes a request as a line, in the form that `parse` reads.

use std::fmt::{self, Display};

use super::request::{ActionRequest, GaugeRequest, Position, PositionRequest, Ref, Request};

impl<N: Display> Display for Ref<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Name(name) => name.fmt(f),
        }
    }
}

impl Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aircraft => f.write_str("0"),
            Self::Act(ActionRequest {
                device,
                command,
                value,
            }) => write!(f, "1 {device} {command} {value}"),
            Self::Position(PositionRequest {
                control,
                position,
                is_standing,
            }) => {
                let standing = if *is_standing { "=" } else { "" };
                write!(f, "1 {control} {standing}")?;
                match position {
                    Position::Number(number) => number.fmt(f),
                    Position::Index(index) => write!(f, "#{index}"),
                    Position::Word(word) => f.write_str(word),
                }
            }
            Self::Gauge(GaugeRequest {
                gauge,
                id,
                precision,
                max_frequency,
            }) => write!(f, "2 {gauge} {id} {precision} {max_frequency}"),
            Self::Indicator {
                indicator,
                name,
                id,
            } => write!(f, "3 {indicator} {name} {id}"),
            Self::List(None) => f.write_str("4"),
            Self::List(Some(indicator)) => write!(f, "4 {indicator}"),
            Self::Statistics => f.write_str("5"),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::wire::parse;
    use proptest::prelude::*;

    /// Checks that the line of a request means the same request.
    fn check(line: &str) {
        if let Ok(Some(request)) = parse(line.as_bytes()) {
            let written = request.to_string();
            assert_eq!(parse(written.as_bytes()), Ok(Some(request)), "{written}");
        }
    }

    #[test]
    fn a_written_request_is_read_as_the_same() {
        for line in [
            "0",
            "1 25 -3001 .1",
            "1 UFC Key_7 1e-300",
            "1 GEAR_LEVER =#1",
            "1 KNOB inc",
            "1 X =-0.5",
            "2 Altimeter 18446744073709551615",
            "2 540 -1 -9 0.001",
            "2 1ST_LAMP 0 9 1e300",
            "3 6 UFC_Scratch 4",
            "4",
            "4 9999",
            "5",
            "1 =X ==Y",
            "1 X #99999999999999999999999",
        ] {
            assert!(
                parse(line.as_bytes()).is_ok_and(|request| request.is_some()),
                "{line}"
            );
            check(line);
        }
    }

    proptest! {
        #[test]
        fn any_request_survives(line in "[0-5]( [-+=#A-Za-z_.0-9]{1,12}){0,4}") {
            check(&line);
        }
    }
}
