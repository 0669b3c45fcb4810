//! The list of an aircraft's types, as a table for people or as JSON for programs.

use std::fmt::Write;

use aircraft_defs::Scale;
use serde::Serialize;

use super::table::{ControlType, GaugeType, TypeTable};
use crate::bios::draft::proto::{AIRCRAFT, SYNC};
use crate::control::CommandAction;

/// The most values of a control that are listed. If there are more, only their range and number are
/// shown.
const LISTED_VALUES: usize = 12;

/// The stream that a type belongs to, seen from the sim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Direction {
    /// Sent to panels.
    Export,
    /// Sent by panels.
    Import,
}

/// One type.
#[derive(Debug, Serialize)]
pub(crate) struct Row<'a> {
    r#type: &'a str,
    direction: Direction,
    /// The name in the aircraft's tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    arg: Option<u32>,
    range: String,
    #[serde(skip_serializing_if = "<[f64]>::is_empty")]
    values: &'a [f64],
    hint: String,
}

/// Returns all types of an aircraft, the protocol's own first.
pub(crate) fn rows(table: &TypeTable) -> Vec<Row<'_>> {
    let own = [
        (
            AIRCRAFT,
            Direction::Export,
            "a name or NONE",
            "the aircraft that is controlled",
        ),
        (
            SYNC,
            Direction::Export,
            "I",
            "asks panels for their switch positions",
        ),
        (
            SYNC,
            Direction::Import,
            "E",
            "asks for everything to be sent again",
        ),
    ];
    let own = own.map(|(name, direction, range, hint)| Row {
        r#type: name,
        direction,
        name: None,
        arg: None,
        range: range.to_owned(),
        values: &[],
        hint: hint.to_owned(),
    });
    let gauges = table.gauges.iter().map(gauge_row);
    own.into_iter()
        .chain(gauges)
        .chain(table.controls.iter().map(control_row))
        .collect()
}

fn gauge_row(gauge: &GaugeType) -> Row<'_> {
    let input = &gauge.gauge.input;
    let scaled = Scale::new(input, &gauge.gauge.output) != Scale::Identity;
    let low = input.iter().copied().fold(f64::INFINITY, f64::min);
    let high = input.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Row {
        r#type: &gauge.name,
        direction: Direction::Export,
        name: Some(&gauge.gauge.name),
        arg: Some(gauge.arg),
        range: if scaled {
            span(low, high)
        } else {
            "the arg itself".to_owned()
        },
        values: &[],
        hint: format!("gauge {}, arg {}", gauge.gauge.name, gauge.arg),
    }
}

fn control_row(control: &ControlType) -> Row<'_> {
    let name = &control.control;
    Row {
        r#type: &control.name,
        direction: Direction::Import,
        name: Some(name),
        arg: control.action.arg,
        range: range(&control.action),
        values: &control.action.values,
        hint: match &control.hint {
            Some(hint) => format!(
                "{} ({name})",
                hint.split_whitespace().collect::<Vec<_>>().join(" ")
            ),
            None => name.clone(),
        },
    }
}

fn range(action: &CommandAction) -> String {
    let [low, high] = action.limits;
    let values = &action.values;
    match (values.first(), values.last()) {
        _ if action.relative => format!("INC DEC by {}", number(action.step)),
        (Some(first), Some(last)) if values.len() > LISTED_VALUES => {
            format!("{}, {} values", span(*first, *last), values.len())
        }
        (Some(_), Some(_)) => values
            .iter()
            .map(|v| number(*v))
            .collect::<Vec<_>>()
            .join(" "),
        _ => format!("{}, step {}", span(low, high), number(action.step)),
    }
}

fn span(low: f64, high: f64) -> String {
    format!("{} .. {}", number(low), number(high))
}

/// Formats a number with up to four decimals, without trailing zeros.
fn number(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

/// Formats the rows in aligned columns, with a heading.
pub(crate) fn text(rows: &[Row<'_>]) -> String {
    let width = |cell: fn(&Row<'_>) -> usize, heading: &str| {
        rows.iter()
            .map(cell)
            .chain([heading.len()])
            .max()
            .unwrap_or(0)
    };
    let types = width(|row| row.r#type.len(), "TYPE");
    let ranges = width(|row| row.range.len(), "VALUES");
    let mut out = String::new();
    let mut line = |name: &str, direction: &str, range: &str, hint: &str| {
        let line = format!("{name:types$}  {direction:9}  {range:ranges$}  {hint}");
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{}", line.trim_end());
    };
    line("TYPE", "DIRECTION", "VALUES", "WHAT");
    for row in rows {
        let direction = match row.direction {
            Direction::Export => "export",
            Direction::Import => "import",
        };
        line(row.r#type, direction, &row.range, &row.hint);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bios::draft::fixtures::{gauge, switch};

    #[test]
    fn types_in_columns() {
        let mut encoder = switch("Knob", 3002, 9, &[]);
        encoder.actions[0].relative = true;
        encoder.actions[0].step = Some(0.1 + 0.2);
        let mut axis = switch("Dimmer", 3003, 10, &[]);
        axis.hint = None;
        let many: Vec<f64> = (0..20).map(|n| f64::from(n) / 20.0).collect();
        let mut raw = gauge("Lamp", 7, 1.0);
        raw.output.clear();
        let table = TypeTable::all(
            &[gauge("Altimeter", 540, 36089.0), raw],
            &[
                switch("Gear", 3001, 8, &[0.0, 1.0]),
                encoder,
                axis,
                switch("Dial", 3004, 11, &many),
            ],
        );
        let rows = rows(&table);
        let expected = "\
TYPE       DIRECTION  VALUES                WHAT
AIRCRAFT   export     a name or NONE        the aircraft that is controlled
SYNC       export     I                     asks panels for their switch positions
SYNC       import     E                     asks for everything to be sent again
ALTIMETER  export     0 .. 36089            gauge Altimeter, arg 540
LAMP       export     the arg itself        gauge Lamp, arg 7
GEAR       import     0 1                   Gear of the cockpit (Gear)
KNOB       import     INC DEC by 0.3        Knob of the cockpit (Knob)
DIMMER     import     0 .. 1, step 0.05     Dimmer
DIAL       import     0 .. 0.95, 20 values  Dial of the cockpit (Dial)
";
        assert_eq!(text(&rows), expected);
        let json = serde_json::to_value(&rows[5]).unwrap();
        let expected = r#"{"type":"GEAR","direction":"import","name":"Gear","arg":8,
            "range":"0 1","values":[0.0,1.0],"hint":"Gear of the cockpit (Gear)"}"#;
        assert_eq!(
            json,
            serde_json::from_str::<serde_json::Value>(expected).unwrap_or_default()
        );
    }
}
