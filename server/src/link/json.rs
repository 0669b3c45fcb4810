//! Parses a line of the sim into a message.
//!
//! Text from the sim is kept byte for byte, since the scripts do not know its encoding.

use std::fmt;

use bytes::Bytes;
use serde::de::{Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::message::{FrameStats, FromSim, LinkState};
use super::reading::ReadingKey;
use crate::limits::LARGEST_NUMBER;

/// The most bytes that are kept of a name or a version, of a path, and of a reason.
const LONGEST_NAME: usize = 256;
const LONGEST_PATH: usize = 4096;
const LONGEST_REASON: usize = 1024;

/// A line of the sim.
#[derive(Debug, PartialEq)]
pub(super) enum SimLine {
    /// The hello of the scripts.
    Hello(Hello),
    /// The sim is linked with another server.
    Refused(String),
    /// Any other line.
    Message(FromSim),
}

/// The hello of the scripts.
#[derive(Debug, PartialEq)]
pub(super) struct Hello {
    /// The name that the state gives itself.
    pub(super) state: String,
    /// The version of the protocol.
    pub(super) link: u64,
    pub(super) version: String,
    pub(super) write_dir: Option<String>,
    pub(super) install_dir: Option<String>,
    /// Whether the state answers marks.
    pub(super) marks: bool,
    /// Whether the state answers `ToSim::AskCold`.
    pub(super) answers_cold: bool,
    /// The number of fields of telemetry that the state can read.
    pub(super) telemetry_fields: u32,
    /// The number of export functions that the state can read.
    pub(super) functions: u32,
}

/// The members of all kinds of lines. The kind follows from those that are present.
#[derive(Deserialize)]
struct Line {
    hello: Option<Text>,
    link: Option<u64>,
    version: Option<Text>,
    write_dir: Option<Text>,
    install_dir: Option<Text>,
    marks: Option<u64>,
    tells_cold: Option<u64>,
    telemetry_fields: Option<u32>,
    functions: Option<u32>,
    reached: Option<u64>,
    refused: Option<Text>,
    #[serde(default, deserialize_with = "present")]
    aircraft: Option<Option<Text>>,
    #[serde(default, deserialize_with = "present")]
    cold: Option<Option<bool>>,
    since: Option<f64>,
    args: Option<Pairs<u32, f32>>,
    #[serde(default, deserialize_with = "present")]
    telemetry: Option<Option<Pairs<u32, Option<f64>>>>,
    readings: Option<Pairs<ReadingKey, serde_json::Value>>,
    indicator: Option<u32>,
    epoch: Option<u64>,
    text: Option<Text>,
    indicators: Option<Pairs<u32, Text>>,
    ticket: Option<u64>,
    error: Option<Text>,
    stats: Option<FrameStats>,
}

/// Reads a line from the given state.
///
/// # Errors
/// When the line is not JSON, or not a line of the contract.
pub(super) fn read(line: &[u8], state: LinkState) -> Result<SimLine, serde_json::Error> {
    let line: Line = serde_json::from_slice(line)?;
    if let Some(hello) = line.hello {
        return Ok(SimLine::Hello(Hello {
            state: hello.bounded(LONGEST_NAME),
            link: line.link.unwrap_or(0),
            version: line
                .version
                .map(|version| version.bounded(LONGEST_NAME))
                .unwrap_or_default(),
            write_dir: line.write_dir.map(|path| path.bounded(LONGEST_PATH)),
            install_dir: line.install_dir.map(|path| path.bounded(LONGEST_PATH)),
            marks: line.marks == Some(1),
            answers_cold: line.tells_cold == Some(1),
            telemetry_fields: line.telemetry_fields.unwrap_or(0),
            functions: line.functions.unwrap_or(0),
        }));
    }
    if let Some(reason) = line.refused {
        return Ok(SimLine::Refused(reason.bounded(LONGEST_REASON)));
    }
    message(line, state).map(SimLine::Message)
}

fn message(line: Line, state: LinkState) -> Result<FromSim, serde_json::Error> {
    if let Some(args) = line.args {
        let values = args.0.into_iter().map(|(arg, value)| (arg, value.into()));
        let values = values.filter(|(arg, _)| i64::from(*arg) <= LARGEST_NUMBER);
        return Ok(FromSim::Args(values.collect()));
    }
    if let Some(telemetry) = line.telemetry {
        return Ok(match telemetry {
            Some(values) => FromSim::Telemetry(values.0),
            None => FromSim::TelemetryForbidden,
        });
    }
    if let Some(readings) = line.readings {
        return Ok(FromSim::Readings(readings.0));
    }
    if let Some(indicator) = line.indicator {
        let epoch = line
            .epoch
            .ok_or_else(|| serde_json::Error::missing_field("epoch"))?;
        return Ok(FromSim::Indicator {
            indicator,
            epoch,
            text: line.text.map(|text| text.0),
        });
    }
    if let Some(indicators) = line.indicators {
        let ticket = line
            .ticket
            .ok_or_else(|| serde_json::Error::missing_field("ticket"))?;
        let texts = indicators
            .0
            .into_iter()
            .map(|(number, text)| (number, text.0))
            .collect();
        return Ok(FromSim::Indicators { ticket, texts });
    }
    if let Some(aircraft) = line.aircraft {
        return Ok(FromSim::Aircraft(
            aircraft.map(|name| name.bounded(LONGEST_NAME)),
        ));
    }
    if let Some(reason) = line.error {
        return Ok(FromSim::Error {
            ticket: line.ticket,
            reason: reason.bounded(LONGEST_REASON),
        });
    }
    if let Some(cold) = line.cold {
        let since = line.since.map(|seconds| (seconds * 1000.0) as u64);
        return Ok(FromSim::Cold { cold, since });
    }
    if let Some(mark) = line.reached {
        return Ok(FromSim::Reached(mark));
    }
    match line.stats {
        Some(stats) => Ok(FromSim::Stats(state, stats)),
        None => Err(serde_json::Error::custom("its members fit no kind of line")),
    }
}

/// Reads a member that is present, so that null differs from a missing member.
fn present<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// A string's bytes, UTF-8 or not.
#[derive(Debug, Default)]
struct Text(Bytes);

impl Text {
    /// Returns the first `most` bytes as text.
    fn bounded(self, most: usize) -> String {
        let start = &self.0[..self.0.len().min(most)];
        String::from_utf8_lossy(start).into_owned()
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl Visitor<'_> for TextVisitor {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Text, E> {
                Ok(Text(Bytes::copy_from_slice(bytes)))
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Text, E> {
                self.visit_bytes(text.as_bytes())
            }
        }
        deserializer.deserialize_bytes(TextVisitor)
    }
}

/// The entries of an object in their order. Lua writes an empty object as `[]`.
struct Pairs<K, V>(Vec<(K, V)>);

impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Deserialize<'de> for Pairs<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor<K, V>(std::marker::PhantomData<(K, V)>);
        impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Visitor<'de> for PairsVisitor<K, V> {
            type Value = Pairs<K, V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::with_capacity(map.size_hint().unwrap_or(0));
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                match seq.next_element::<IgnoredAny>()? {
                    None => Ok(Pairs(Vec::new())),
                    Some(_) => Err(A::Error::custom("an object is expected, not a list")),
                }
            }
        }
        deserializer.deserialize_any(PairsVisitor(std::marker::PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn message(line: &[u8]) -> FromSim {
        match read(line, LinkState::Hook) {
            Ok(SimLine::Message(message)) => message,
            other => panic!("{}: {other:?}", String::from_utf8_lossy(line)),
        }
    }

    #[test]
    fn lines_of_the_contract() {
        assert_eq!(
            message(br#"{"aircraft":"FA-18C_hornet"}"#),
            FromSim::Aircraft(Some("FA-18C_hornet".into()))
        );
        assert_eq!(message(br#"{"aircraft":null}"#), FromSim::Aircraft(None));
        assert_eq!(
            message(br#"{"args":{"540":0.5,"12":-1}}"#),
            FromSim::Args(vec![(540, 0.5), (12, -1.0)])
        );
        assert_eq!(
            message(br#"{"args":{"1":0.100000001}}"#),
            FromSim::Args(vec![(1, 0.1f32.into())])
        );
        assert_eq!(message(br#"{"reached":12}"#), FromSim::Reached(12));
        let cold = |cold, since| FromSim::Cold { cold, since };
        assert_eq!(
            message(br#"{"cold":true,"since":1763740000.125,"ticket":3}"#),
            cold(Some(true), Some(1_763_740_000_125))
        );
        assert_eq!(
            message(br#"{"cold":null,"since":null,"ticket":3}"#),
            cold(None, None)
        );
        assert_eq!(message(br#"{"args":[]}"#), FromSim::Args(vec![]));
        assert_eq!(
            message(br#"{"telemetry":{"2":141.7654321,"36":null}}"#),
            FromSim::Telemetry(vec![(2, Some(141.765_432_1)), (36, None)])
        );
        assert_eq!(
            message(br#"{"telemetry":null}"#),
            FromSim::TelemetryForbidden
        );
        assert_eq!(
            message(br#"{"readings":{"1 38":0.5,"4 2":[{"Name":"\u00c4"},null]}}"#),
            FromSim::Readings(vec![
                (ReadingKey::DrawArg(38), json!(0.5)),
                (ReadingKey::Function(2), json!([{"Name": "\u{c4}"}, null])),
            ])
        );
        assert_eq!(
            message(br#"{"error":"no device 99","ticket":7}"#),
            FromSim::Error {
                ticket: Some(7),
                reason: "no device 99".into()
            }
        );
        assert_eq!(
            message(br#"{"indicator":6,"epoch":3,"text":null}"#),
            FromSim::Indicator {
                indicator: 6,
                epoch: 3,
                text: None
            }
        );
        assert!(
            matches!(message(br#"{"stats":{"seconds":5.0,"frames":300,"mean_us":2.1,"new":1}}"#),
            FromSim::Stats(LinkState::Hook, stats) if stats.frames == 300 && stats.cut == 0)
        );
        assert!(
            matches!(message(br#"{"stats":{"seconds":5.0,"frames":300,"cut":12}}"#),
            FromSim::Stats(LinkState::Hook, stats) if stats.cut == 12)
        );
    }

    #[test]
    fn text_arrives_byte_for_byte() {
        let line = b"{\"indicators\":{\"0\":\"27\xb0C\\n\\\"\\u0001\",\"1\":\"\"},\"ticket\":9}";
        let texts = vec![
            (0, Bytes::from_static(b"27\xb0C\n\"\x01")),
            (1, Bytes::new()),
        ];
        assert_eq!(message(line), FromSim::Indicators { ticket: 9, texts });
    }

    #[test]
    fn names_and_reasons_are_bounded() {
        let long = "x".repeat(1 << 20);
        let aircraft = message(format!(r#"{{"aircraft":"{long}"}}"#).as_bytes());
        assert_eq!(aircraft, FromSim::Aircraft(Some("x".repeat(LONGEST_NAME))));
        let error = message(format!(r#"{{"error":"{long}"}}"#).as_bytes());
        assert!(matches!(error, FromSim::Error { reason, .. } if reason.len() == LONGEST_REASON));
    }

    #[test]
    fn what_is_not_of_the_contract_is_an_error() {
        for line in [
            &b"{}"[..],
            b"[1]",
            b"GET /",
            b"{\"args\":{\"x\":1}}",
            b"{\"indicator\":1}",
            b"{\"readings\":{\"9 1\":1}}",
            b"{\"aircraft\":",
            b"\xff",
        ] {
            assert!(
                read(line, LinkState::Hook).is_err(),
                "{}",
                String::from_utf8_lossy(line)
            );
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(line in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = read(&line, LinkState::Export);
        }

        #[test]
        fn single_precision_survives_nine_digits(value in any::<f32>().prop_filter("finite", |v| v.is_finite())) {
            let line = format!("{{\"args\":{{\"1\":{value:.8e}}}}}");
            prop_assert_eq!(message(line.as_bytes()), FromSim::Args(vec![(1, value.into())]));
        }
    }
}
