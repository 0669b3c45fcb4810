//! A gauge in the catalog.

use aircraft_defs::telemetry::Field;
use aircraft_defs::{Gauge, Tables, check_scale};
use serde::Serialize;

use super::is_field;

/// The words for lamps in the names and descriptions of gauges.
const LAMP_WORDS: [&str; 12] = [
    "lamp",
    "lamps",
    "light",
    "lights",
    "lt",
    "caution",
    "warn",
    "warning",
    "led",
    "annunciator",
    "lit",
    "indicator",
];

/// A gauge, with its scale and how to draw it.
#[derive(Debug, Serialize)]
pub(super) struct GaugeEntry<'a> {
    name: &'a str,
    description: Option<&'a str>,
    arg: Option<u32>,
    kind: &'static str,
    parameter: Option<&'a str>,
    controller: Option<&'a str>,
    category: Option<&'a str>,
    /// Pairs of raw value and value, in the order of the table; `None` if the value is the raw one.
    scale: Option<Vec<[f64; 2]>>,
    /// The number of decimals that suits it, negative for tens.
    precision: i8,
    /// The units of value and raw value, where they are known.
    unit: Option<&'a str>,
    #[serde(rename = "rawUnit")]
    raw_unit: Option<&'a str>,
    /// The beginning of the line that subscribes to it. The id follows it.
    read: Option<String>,
}

impl<'a> GaugeEntry<'a> {
    pub(super) fn new(tables: &Tables, gauge: &'a Gauge) -> Self {
        let text = |field: &str| {
            let value = gauge.extra.get(field);
            value.and_then(|value| value.as_str())
        };
        let scale = scale(gauge);
        let [description, parameter, controller, category] =
            ["description", "parameter_name", "controller", "category"].map(text);
        let texts = [
            Some(gauge.name.as_str()),
            description,
            parameter,
            controller,
        ];
        let is_lamp = is_unit(scale.as_deref()) && texts.iter().flatten().any(|it| is_of_lamp(it));
        Self {
            name: &gauge.name,
            description,
            arg: gauge.arg_number,
            kind: if is_lamp { "lamp" } else { "dial" },
            parameter,
            controller,
            category,
            precision: precision(scale.as_deref()),
            unit: None,
            raw_unit: None,
            scale,
            read: reading_name(tables, gauge).map(|name| format!("2 {name}")),
        }
    }

    /// Returns the entry of a figure that the sim has of every aircraft.
    pub(super) fn of_field(field: &'a Field) -> Self {
        let [low, high] = field.range;
        let [raw_low, raw_high] = field.raw_range();
        let not_empty = |text: &'a str| (!text.is_empty()).then_some(text);
        Self {
            name: field.name,
            description: Some(field.description),
            arg: None,
            kind: "dial",
            parameter: None,
            controller: None,
            category: None,
            scale: Some(vec![[raw_low, low], [raw_high, high]]),
            precision: field.decimals,
            unit: not_empty(field.unit.value),
            raw_unit: not_empty(field.unit.raw),
            read: Some(format!("2 {}", field.name)),
        }
    }
}

/// Returns the points of a scale that the server uses.
fn scale(gauge: &Gauge) -> Option<Vec<[f64; 2]>> {
    check_scale(&gauge.input, &gauge.output).ok()?;
    let points = gauge.output.iter().zip(&gauge.input);
    Some(points.map(|(raw, value)| [*raw, *value]).collect())
}

/// Returns whether the value is the raw one.
fn is_unit(scale: Option<&[[f64; 2]]>) -> bool {
    scale.is_none_or(|points| points.iter().all(|[raw, value]| raw == value))
}

/// Returns whether a text contains a word for a lamp.
fn is_of_lamp(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_alphabetic());
    words.into_iter().any(|word| {
        let word = word.to_ascii_lowercase();
        LAMP_WORDS.contains(&&*word)
    })
}

/// Returns the number of decimals that suits a scale, for people.
fn precision(scale: Option<&[[f64; 2]]>) -> i8 {
    let values = scale.into_iter().flatten().map(|[_, value]| value.abs());
    match values.fold(1.0, f64::max) {
        largest if largest <= 10.0 => 2,
        largest if largest <= 100.0 => 1,
        _ => 0,
    }
}

/// Returns the name or number by which a gauge can be subscribed to. A name that refers to another
/// gauge, or that has a blank, cannot be used.
fn reading_name(tables: &Tables, gauge: &Gauge) -> Option<String> {
    let arg = gauge.arg_number?;
    let is_meant = is_field(&gauge.name)
        && !gauge.name.bytes().all(|byte| byte.is_ascii_digit())
        && tables
            .gauge(&gauge.name)
            .is_ok_and(|found| std::ptr::eq(found, gauge));
    Some(match is_meant {
        true => gauge.name.clone(),
        false => arg.to_string(),
    })
}
