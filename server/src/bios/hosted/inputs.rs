//! The inputs of modules: what the sim is asked for, and its answers.

use dcs_bios_host::{InputKey, SimValue};
use serde_json::Value;

use crate::link::{ReadingKey, name_of_function, number_of_function};
use crate::wire::{GaugeRequest, Id, Ref, Request};

/// The decimals of the values that the world sends. The raw values come along unrounded.
const PRECISION: i8 = 9;
/// The most updates of an arg per second: one per step of the modules.
const RATE: f64 = 30.0;
/// The ids of the subscriptions to indicators, which follow those to args.
const FIRST_INDICATOR: Id = 1 << 40;

/// The value of an input.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Input {
    /// That of an arg, a draw argument or a frequency.
    Number(f64),
    /// That of an indicator, or the cockpit parameters.
    Text(Vec<u8>),
    /// The results of a function.
    Results(Vec<SimValue>),
}

/// What the sim is asked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Question {
    /// A subscription of the world.
    Subscription(Request),
    /// A reading of the export state.
    Reading(ReadingKey),
}

/// Returns the question for an input; `None` if the sim cannot be asked for it.
pub(super) fn question(key: &InputKey) -> Option<Question> {
    Some(match key {
        InputKey::Arg(arg) => Question::Subscription(Request::Gauge(GaugeRequest {
            gauge: Ref::Number(*arg),
            id: Id::from(*arg),
            precision: PRECISION,
            max_frequency: RATE,
        })),
        InputKey::Indicator(indicator) => Question::Subscription(Request::Indicator {
            indicator: *indicator,
            // The whole text.
            name: "".into(),
            id: FIRST_INDICATOR + Id::from(*indicator),
        }),
        InputKey::DrawArg(number) => Question::Reading(ReadingKey::DrawArg(*number)),
        InputKey::Frequency(device) => Question::Reading(ReadingKey::Frequency(*device)),
        InputKey::CockpitParams => Question::Reading(ReadingKey::CockpitParams),
        InputKey::Function(name) => {
            Question::Reading(ReadingKey::Function(number_of_function(name)?))
        }
    })
}

/// Returns the input of a subscription to a gauge.
pub(super) fn of_gauge(id: Id) -> Option<InputKey> {
    u32::try_from(id).ok().map(InputKey::Arg)
}

/// Returns the input of a subscription to an indicator.
pub(super) fn of_text(id: Id) -> Option<InputKey> {
    u32::try_from(id - FIRST_INDICATOR)
        .ok()
        .map(InputKey::Indicator)
}

/// Returns the input of a reading, and its value if it has one. `None` if modules read no such thing.
pub(super) fn of_reading(key: ReadingKey, value: Value) -> Option<(InputKey, Option<Input>)> {
    let number = || value.as_f64().map(Input::Number);
    Some(match key {
        ReadingKey::DrawArg(arg) => (InputKey::DrawArg(arg), number()),
        ReadingKey::Frequency(device) => (InputKey::Frequency(device), number()),
        ReadingKey::CockpitParams => {
            let text = value.as_str().map(bytes).unwrap_or_default();
            (InputKey::CockpitParams, Some(Input::Text(text)))
        }
        ReadingKey::Function(function) => {
            let name = InputKey::Function(name_of_function(function)?.into());
            let results = match value {
                Value::Array(results) => results.into_iter().map(sim_value).collect(),
                _ => Vec::new(),
            };
            (name, Some(Input::Results(results)))
        }
        ReadingKey::DcsBios => return None,
    })
}

fn sim_value(value: Value) -> SimValue {
    match value {
        Value::Null | Value::Array(_) => SimValue::Nil,
        Value::Bool(value) => SimValue::Bool(value),
        Value::Number(number) => SimValue::Number(number.as_f64().unwrap_or_default()),
        Value::String(text) => SimValue::Text(bytes(&text)),
        Value::Object(members) => {
            let members = members.into_iter();
            SimValue::Table(
                members
                    .map(|(name, value)| (name, sim_value(value)))
                    .collect(),
            )
        }
    }
}

/// Returns the bytes of a text, each of which came as one character.
fn bytes(text: &str) -> Vec<u8> {
    text.chars()
        .map(|character| u8::try_from(character).unwrap_or(b'?'))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_of_input_has_a_question() {
        let readings = [
            (InputKey::DrawArg(1), ReadingKey::DrawArg(1)),
            (InputKey::Frequency(2), ReadingKey::Frequency(2)),
            (InputKey::CockpitParams, ReadingKey::CockpitParams),
            (
                InputKey::Function("LoGetSelfData".into()),
                ReadingKey::Function(2),
            ),
        ];
        for (key, reading) in readings {
            assert_eq!(question(&key), Some(Question::Reading(reading)));
            assert_eq!(of_reading(reading, json!(1)).map(|(it, _)| it), Some(key));
        }
        for key in [InputKey::Arg(7), InputKey::Indicator(0)] {
            let Some(Question::Subscription(request)) = question(&key) else {
                panic!("{key:?} is subscribed to");
            };
            let found = match request {
                Request::Gauge(request) => of_gauge(request.id),
                Request::Indicator { id, .. } => of_text(id),
                _ => None,
            };
            assert_eq!(found, Some(key));
        }
        assert_eq!(
            question(&InputKey::Function("LoGetObjectById".into())),
            None
        );
    }

    #[test]
    fn results_keep_their_bytes_and_their_places() {
        let results = json!([null, {"Name": "\u{c4}", "2": true}, 1.5]);
        let expected = vec![
            SimValue::Nil,
            SimValue::Table(vec![
                ("Name".into(), SimValue::Text(vec![0xC4])),
                ("2".into(), SimValue::Bool(true)),
            ]),
            SimValue::Number(1.5),
        ];
        let input = of_reading(ReadingKey::Function(2), results).and_then(|(_, input)| input);
        assert_eq!(input, Some(Input::Results(expected)));
        // A draw argument without a value keeps the default of the modules.
        let nothing = of_reading(ReadingKey::DrawArg(3), json!(null));
        assert_eq!(nothing, Some((InputKey::DrawArg(3), None)));
    }
}
