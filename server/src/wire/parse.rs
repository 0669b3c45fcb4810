//! Parses a line into a request or an error.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use aircraft_defs::counted;

use crate::indicator::to_utf8;
use crate::limits::{LARGEST_INDICATOR, LARGEST_NUMBER};
use crate::quote::quoted;

use super::request::{ActionRequest, GaugeRequest, Id, Position, PositionRequest, Ref, Request};

const DEFAULT_PRECISION: i8 = 0;
const DEFAULT_MAX_FREQUENCY: f64 = 10.0;
const PRECISIONS: RangeInclusive<i8> = -9..=9;

/// An error in a client's line. Its text is for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// The first field is none of the commands.
    #[error(
        "unknown command {0}; a line starts with 0 (aircraft), 1 (act), 2 (gauge), 3 (indicator), \
         4 (list indicators) or 5 (statistics)"
    )]
    UnknownCommand(String),
    /// Too few or too many fields.
    #[error("command {command} has the form \"{form}\"; this line has {}", counted(.fields, "field"))]
    FieldCount {
        /// The command.
        command: u8,
        /// The form of its line.
        form: &'static str,
        /// The number of fields in the line, the command included.
        fields: usize,
    },
    /// A field has a wrong form or value.
    #[error("{field} {text} must be {right}")]
    Field {
        /// The field's name.
        field: &'static str,
        /// The text of the field, quoted.
        text: String,
        /// A description of what would be right.
        right: &'static str,
    },
    /// The line has more bytes than the limit.
    #[error("the line is longer than {0} bytes; it was skipped")]
    TooLong(usize),
}

/// Parses a line. Returns `None` if it is empty.
///
/// # Errors
/// When the line does not follow the protocol. The error names the field and says what would be
/// right.
pub fn parse(line: &[u8]) -> Result<Option<Request>, LineError> {
    let line = to_utf8(line);
    let fields: Vec<&str> = line
        .split([' ', '\t'])
        .filter(|field| !field.is_empty())
        .collect();
    let Some((&command, rest)) = fields.split_first() else {
        return Ok(None);
    };
    match command.parse::<u8>() {
        Ok(0) => none_of(rest, 0, "0").map(|()| Request::Aircraft),
        Ok(1) => act(rest),
        Ok(2) => gauge(rest),
        Ok(3) => indicator(rest),
        Ok(4) => list(rest),
        Ok(5) => none_of(rest, 5, "5").map(|()| Request::Statistics),
        _ => Err(LineError::UnknownCommand(quoted(command))),
    }
    .map(Some)
}

fn none_of(rest: &[&str], command: u8, form: &'static str) -> Result<(), LineError> {
    if rest.is_empty() {
        Ok(())
    } else {
        Err(count(rest, command, form))
    }
}

fn act(rest: &[&str]) -> Result<Request, LineError> {
    match *rest {
        [control, position] => Ok(position_request(control, position)),
        [device, command, value] => action(device, command, value).map(Request::Act),
        _ => {
            let form = "1 <device> <command> <value>\" or \"1 <control> <position>";
            Err(count(rest, 1, form))
        }
    }
}

fn action(device: &str, command: &str, value: &str) -> Result<ActionRequest, LineError> {
    let device = number_or_name("device", device)?;
    let right = "a number from -1.0 to 1.0";
    let number: f64 = match (value.parse(), &device) {
        (Ok(number), _) => number,
        (Err(_), Ref::Name(_)) => {
            let right = "a number from -1.0 to 1.0; names and labels cannot contain spaces";
            return Err(wrong("value", value, right));
        }
        (Err(_), Ref::Number(_)) => return Err(wrong("value", value, right)),
    };
    if !(-1.0..=1.0).contains(&number) {
        return Err(wrong("value", value, right));
    }
    Ok(ActionRequest {
        device,
        command: number_or_name("command", command)?,
        value: number,
    })
}

fn position_request(control: &str, text: &str) -> Request {
    let standing = text.strip_prefix('=');
    Request::Position(PositionRequest {
        control: control.into(),
        position: position(standing.unwrap_or(text)),
        is_standing: standing.is_some(),
    })
}

/// Returns the position in a field: a number, `#` and a number, or a word.
pub(crate) fn position(text: &str) -> Position {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
    let digits = text.strip_prefix('#');
    let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let index = digits.and_then(|digits| digits.parse().ok());
    match (number, index) {
        (Some(number), _) => Position::Number(number),
        (None, Some(index)) => Position::Index(index),
        (None, None) => Position::Word(text.into()),
    }
}

fn gauge(rest: &[&str]) -> Result<Request, LineError> {
    let (&[gauge, id], options @ ([] | [_] | [_, _])) = (match rest.split_at_checked(2) {
        Some((first, options)) => (first, options),
        None => (rest, rest),
    }) else {
        return Err(count(
            rest,
            2,
            "2 <gauge> <id> [<precision> [<maxfrequency>]]",
        ));
    };
    let gauge = arg_or_name(gauge)?;
    if matches!(gauge, Ref::Name(_)) && id.parse::<Id>().is_err() {
        let right = "a whole number of at most 64 bits; names cannot contain spaces";
        return Err(wrong("id", id, right));
    }
    Ok(Request::Gauge(GaugeRequest {
        gauge,
        id: parse_id(id)?,
        precision: options
            .first()
            .map_or(Ok(DEFAULT_PRECISION), |text| precision(text))?,
        max_frequency: options
            .get(1)
            .map_or(Ok(DEFAULT_MAX_FREQUENCY), |text| frequency(text))?,
    }))
}

fn indicator(rest: &[&str]) -> Result<Request, LineError> {
    let &[indicator, name, id] = rest else {
        return Err(count(rest, 3, "3 <indicator> <name> <id>"));
    };
    Ok(Request::Indicator {
        indicator: indicator_number(indicator)?,
        name: name.into(),
        id: parse_id(id)?,
    })
}

fn list(rest: &[&str]) -> Result<Request, LineError> {
    match *rest {
        [] => Ok(Request::List(None)),
        [indicator] => Ok(Request::List(Some(indicator_number(indicator)?))),
        _ => Err(count(rest, 4, "4 [<indicator>]")),
    }
}

/// Parses a device or a command: a whole number, or else a name.
fn number_or_name(name: &'static str, text: &str) -> Result<Ref<i64>, LineError> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Ref::Name(text.into()));
    }
    let right = "a name, or a number from -2147483647 to 2147483647";
    let number = field(name, text, right)?;
    let fits = (-LARGEST_NUMBER..=LARGEST_NUMBER).contains(&number);
    if fits {
        Ok(Ref::Number(number))
    } else {
        Err(wrong(name, text, right))
    }
}

/// Parses a gauge: digits alone are an arg number, everything else is a name (`1ST_LAMP` too).
fn arg_or_name(text: &str) -> Result<Ref<u32>, LineError> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let right = "at most 2147483647";
        let number: u32 = field("arg number", text, right)?;
        let fits = i64::from(number) <= LARGEST_NUMBER;
        return if fits {
            Ok(Ref::Number(number))
        } else {
            Err(wrong("arg number", text, right))
        };
    }
    Ok(Ref::Name(text.into()))
}

fn parse_id(text: &str) -> Result<Id, LineError> {
    let right = "a whole number of at most 64 bits";
    let id: Id = field("id", text, right)?;
    let fits = (Id::from(i64::MIN)..=Id::from(u64::MAX)).contains(&id);
    if fits {
        Ok(id)
    } else {
        Err(wrong("id", text, right))
    }
}

fn precision(text: &str) -> Result<i8, LineError> {
    let right = "a whole number from -9 to 9";
    let precision = field("precision", text, right)?;
    let fits = PRECISIONS.contains(&precision);
    if fits {
        Ok(precision)
    } else {
        Err(wrong("precision", text, right))
    }
}

fn frequency(text: &str) -> Result<f64, LineError> {
    let right = "a number of updates per second, 0 or more";
    let frequency: f64 = field("maxfrequency", text, right)?;
    let fits = frequency.is_finite() && frequency >= 0.0;
    if fits {
        Ok(frequency)
    } else {
        Err(wrong("maxfrequency", text, right))
    }
}

fn indicator_number(text: &str) -> Result<u32, LineError> {
    let right = "an indicator's number, 0 to 9999";
    let number = field("indicator", text, right)?;
    if number <= LARGEST_INDICATOR {
        Ok(number)
    } else {
        Err(wrong("indicator", text, right))
    }
}

fn field<T: FromStr>(name: &'static str, text: &str, right: &'static str) -> Result<T, LineError> {
    text.parse().map_err(|_| wrong(name, text, right))
}

fn wrong(field: &'static str, text: impl Display, right: &'static str) -> LineError {
    LineError::Field {
        field,
        text: quoted(&text.to_string()),
        right,
    }
}

fn count(rest: &[&str], command: u8, form: &'static str) -> LineError {
    LineError::FieldCount {
        command,
        form,
        fields: rest.len() + 1,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn gauge(gauge: Ref<u32>, id: Id, precision: i8, max_frequency: f64) -> Request {
        Request::Gauge(GaugeRequest {
            gauge,
            id,
            precision,
            max_frequency,
        })
    }

    #[test]
    fn lines_of_the_protocol() {
        let check =
            |line: &str, expected| assert_eq!(parse(line.as_bytes()), Ok(Some(expected)), "{line}");
        check(" 0\t", Request::Aircraft);
        check("2 540 1", gauge(Ref::Number(540), 1, 0, 10.0));
        check(
            "2  Altimeter\t-5 -2 0.5",
            gauge(Ref::Name("Altimeter".into()), -5, -2, 0.5),
        );
        check(
            "2 1ST_LAMP 18446744073709551615 9 0",
            gauge(Ref::Name("1ST_LAMP".into()), u64::MAX.into(), 9, 0.0),
        );
        check(
            "3 6 UFC_Scratch 0",
            Request::Indicator {
                indicator: 6,
                name: "UFC_Scratch".into(),
                id: 0,
            },
        );
        check("4", Request::List(None));
        check("4 0", Request::List(Some(0)));
        check("5", Request::Statistics);
        check(
            "1 UFC 3001 -1",
            Request::Act(ActionRequest {
                device: Ref::Name("UFC".into()),
                command: Ref::Number(3001),
                value: -1.0,
            }),
        );
        let position = |position, is_standing| {
            Request::Position(PositionRequest {
                control: "GEAR".into(),
                position,
                is_standing,
            })
        };
        check("1 GEAR -0.5", position(Position::Number(-0.5), false));
        check("1 GEAR =#12", position(Position::Index(12), true));
        check("1 GEAR =", position(Position::Word("".into()), true));
        for word in [
            "INC",
            "#",
            "#-1",
            "#1.0",
            "nan",
            "inf",
            "#99999999999999999999",
        ] {
            check(
                &format!("1 GEAR {word}"),
                position(Position::Word(word.into()), false),
            );
        }
        assert_eq!(parse(b" \t "), Ok(None));
    }

    #[test]
    fn errors_name_the_field_and_what_would_be_right() {
        let check = |line: &str, expected: &str| {
            let error = parse(line.as_bytes()).expect_err(line);
            assert_eq!(error.to_string(), expected, "{line}");
        };
        let forms =
            "command 1 has the form \"1 <device> <command> <value>\" or \"1 <control> <position>\"";
        check("1 2", &format!("{forms}; this line has 2 fields"));
        check("1 2 3 4 5", &format!("{forms}; this line has 5 fields"));
        check("1 2 3 4", "value \"4\" must be a number from -1.0 to 1.0");
        check(
            "1 2 3 nan",
            "value \"nan\" must be a number from -1.0 to 1.0",
        );
        check(
            "1 3 FLAP half",
            "value \"half\" must be a number from -1.0 to 1.0",
        );
        check(
            "1 Gear Lever UP",
            "value \"UP\" must be a number from -1.0 to 1.0; names and labels cannot contain spaces",
        );
        check(
            "2 5 x",
            "id \"x\" must be a whole number of at most 64 bits",
        );
        check(
            "2 Fuel Flow 1",
            "id \"Flow\" must be a whole number of at most 64 bits; names cannot contain spaces",
        );
        check(
            "2 5 18446744073709551616",
            "id \"18446744073709551616\" must be a whole number of at most 64 bits",
        );
        check(
            "2 5 1 10",
            "precision \"10\" must be a whole number from -9 to 9",
        );
        check(
            "2 5 1 0 inf",
            "maxfrequency \"inf\" must be a number of updates per second, 0 or more",
        );
        check(
            "2 5 1 0 -1",
            "maxfrequency \"-1\" must be a number of updates per second, 0 or more",
        );
        check(
            "2 5 1 0 1 1",
            "command 2 has the form \"2 <gauge> <id> [<precision> [<maxfrequency>]]\"; this line has 6 fields",
        );
        check(
            "2 99999999999 1",
            "arg number \"99999999999\" must be at most 2147483647",
        );
        check(
            "2 2147483648 1",
            "arg number \"2147483648\" must be at most 2147483647",
        );
        check(
            "3 -1 x 1",
            "indicator \"-1\" must be an indicator's number, 0 to 9999",
        );
        check(
            "4 10000",
            "indicator \"10000\" must be an indicator's number, 0 to 9999",
        );
        check(
            "1 99999999999999999999 1 1",
            "device \"99999999999999999999\" must be a name, or a number from -2147483647 to 2147483647",
        );
        check(
            "1 1 -2147483648 1",
            "command \"-2147483648\" must be a name, or a number from -2147483647 to 2147483647",
        );
        check(
            "2 5 1 0 1 1 1 1 1",
            "command 2 has the form \"2 <gauge> <id> [<precision> [<maxfrequency>]]\"; this line has 9 fields",
        );
        check(
            "2",
            "command 2 has the form \"2 <gauge> <id> [<precision> [<maxfrequency>]]\"; this line has 1 field",
        );
    }

    #[test]
    fn control_characters_of_a_client_do_not_get_into_the_answer() {
        let error = parse(b"\rx\x1b[2J\xff")
            .expect_err("no command")
            .to_string();
        assert!(!error.contains(char::is_control), "{error}");
    }

    proptest! {
        #[test]
        fn never_panics_and_answers_in_one_line(line in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Err(error) = parse(&line) {
                prop_assert!(!error.to_string().contains(char::is_control));
            }
        }

        #[test]
        fn a_printed_gauge_request_parses_back(
            arg in 0..=2_147_483_647u32, id: i64, precision in -9i8..=9, max_frequency in 0.0..1e6f64,
        ) {
            let line = format!("2 {arg} {id} {precision} {max_frequency}");
            let expected = gauge(Ref::Number(arg), id.into(), precision, max_frequency);
            prop_assert_eq!(parse(line.as_bytes()), Ok(Some(expected)));
        }
    }
}
