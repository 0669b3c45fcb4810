//! The entries of a recording as JSON. Each message is an object with one member, which names its
//! kind, so that it can be read without its channel.

use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::entry::{ClientEntry, Entry};
use super::state::SimState;
use crate::indicator::to_utf8;
use crate::link::{FrameStats, FromSim, LinkState};

/// The channels of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    /// Values of args.
    Args,
    /// Texts of displays.
    Displays,
    /// The other messages of the sim.
    Events,
    /// The state of the sim.
    State,
    /// The clients and their requests.
    Clients,
    /// The notes of the recorder itself.
    Recorder,
}

impl Topic {
    pub(super) const ALL: [Self; 6] = [
        Self::Args,
        Self::Displays,
        Self::Events,
        Self::State,
        Self::Clients,
        Self::Recorder,
    ];

    /// Returns the name of the channel, and of its schema.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Args => "/sim/args",
            Self::Displays => "/sim/displays",
            Self::Events => "/sim/events",
            Self::State => "/sim/state",
            Self::Clients => "/clients",
            Self::Recorder => "/recorder",
        }
    }

    /// Returns the JSON schema of its messages.
    pub(super) fn schema(self) -> &'static str {
        match self {
            Self::Args => include_str!("schemas/args.json"),
            Self::Displays => include_str!("schemas/displays.json"),
            Self::Events => include_str!("schemas/events.json"),
            Self::State => include_str!("schemas/state.json"),
            Self::Clients => include_str!("schemas/clients.json"),
            Self::Recorder => include_str!("schemas/recorder.json"),
        }
    }

    pub(super) fn of(entry: &Entry) -> Self {
        match entry {
            Entry::Sim(FromSim::Args(_)) => Self::Args,
            Entry::Sim(FromSim::Indicator { .. } | FromSim::Indicators { .. }) => Self::Displays,
            Entry::Sim(_) => Self::Events,
            Entry::State(_) => Self::State,
            Entry::Client(_) => Self::Clients,
            Entry::Missing(_) => Self::Recorder,
        }
    }
}

/// Appends an entry as JSON.
pub(super) fn write(out: &mut Vec<u8>, entry: &Entry) -> Result<(), serde_json::Error> {
    serde_json::to_writer(out, &Payload::of(entry))
}

/// Reads an entry.
///
/// # Errors
/// When it is not JSON, or of a kind that this version does not know.
pub(super) fn read(json: &[u8]) -> Result<Entry, serde_json::Error> {
    serde_json::from_slice::<Payload>(json).map(Payload::entry)
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Payload {
    Args(Args),
    Display(Display),
    DisplayList {
        ticket: u64,
        texts: BTreeMap<u32, Text>,
    },
    Up {
        link: State,
        version: String,
    },
    Down {
        link: State,
    },
    Aircraft {
        name: Option<String>,
    },
    Error {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ticket: Option<u64>,
        reason: String,
    },
    Reached {
        mark: u64,
    },
    AnswersCold {},
    Cold {
        cold: Option<bool>,
        since_ms: Option<u64>,
    },
    Stats(Stats),
    State(WholeState),
    Joined {
        client: String,
    },
    Request {
        client: String,
        line: String,
    },
    WrongLine {
        client: String,
        reason: String,
    },
    Left {
        client: String,
    },
    Missing {
        entries: u64,
    },
    /// Fields of telemetry by number, in the sim's units.
    Telemetry(BTreeMap<u32, Option<f64>>),
    TelemetryForbidden {},
    /// What is read for modules of DCS-BIOS. The values are left out, since they often contain the
    /// name of a person.
    Readings {},
}

#[derive(Serialize, Deserialize)]
struct Display {
    indicator: u32,
    epoch: u64,
    text: Option<Text>,
}

#[derive(Serialize, Deserialize)]
struct Stats {
    link: State,
    seconds: f64,
    frames: u64,
    mean_us: f64,
    max_us: f64,
    bad_values: u64,
    cut: u64,
}

#[derive(Serialize, Deserialize)]
struct WholeState {
    flight: u64,
    aircraft: Option<String>,
    args: Args,
    displays: BTreeMap<u32, Text>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    telemetry: BTreeMap<u32, Option<f64>>,
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum State {
    Hook,
    Export,
}

impl From<LinkState> for State {
    fn from(state: LinkState) -> Self {
        match state {
            LinkState::Hook => Self::Hook,
            LinkState::Export => Self::Export,
        }
    }
}

impl From<State> for LinkState {
    fn from(state: State) -> Self {
        match state {
            State::Hook => Self::Hook,
            State::Export => Self::Export,
        }
    }
}

/// A text of the sim. One that is not UTF-8 cannot be a JSON string, and is written in hexadecimal
/// digits, beside its form for people.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Text {
    Utf8(String),
    Other { hex: String, text: String },
}

impl From<&Bytes> for Text {
    fn from(bytes: &Bytes) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Utf8(text.to_owned()),
            Err(_) => Self::Other {
                hex: bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
                text: to_utf8(bytes),
            },
        }
    }
}

impl From<Text> for Bytes {
    fn from(text: Text) -> Self {
        match text {
            Text::Utf8(text) => text.into(),
            Text::Other { hex, text } => from_hex(&hex).map_or_else(|| text.into(), Into::into),
        }
    }
}

fn from_hex(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    pairs.map(byte).collect()
}

/// Values of args in their order, as an object. The sim's values have single precision, which is
/// kept with the fewest digits. Values that are not finite are left out.
struct Args(Vec<(u32, f64)>);

impl Serialize for Args {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let finite = self.0.iter().filter(|(_, value)| value.is_finite());
        serializer.collect_map(finite.map(|(arg, value)| (arg, *value as f32)))
    }
}

impl<'de> Deserialize<'de> for Args {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ArgsVisitor;
        impl<'de> Visitor<'de> for ArgsVisitor {
            type Value = Args;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of numbers")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Args, A::Error> {
                let mut values = Vec::new();
                while let Some((arg, value)) = map.next_entry::<u32, f32>()? {
                    values.push((arg, value.into()));
                }
                Ok(Args(values))
            }
        }
        deserializer.deserialize_map(ArgsVisitor)
    }
}

fn texts<'a>(texts: impl Iterator<Item = (&'a u32, &'a Bytes)>) -> BTreeMap<u32, Text> {
    texts.map(|(number, text)| (*number, text.into())).collect()
}

impl Payload {
    fn of(entry: &Entry) -> Self {
        match entry {
            Entry::Sim(message) => Self::of_sim(message),
            Entry::Client(client) => Self::of_client(client),
            Entry::State(state) => Self::State(WholeState {
                flight: state.flight,
                aircraft: state.aircraft.clone(),
                args: Args(state.args.iter().map(|(&arg, &raw)| (arg, raw)).collect()),
                displays: texts(state.displays.iter()),
                telemetry: state.telemetry.clone(),
            }),
            Entry::Missing(entries) => Self::Missing { entries: *entries },
        }
    }

    fn of_sim(message: &FromSim) -> Self {
        match message {
            // The folders of the sim are left out, since they often contain the name of a person.
            FromSim::Up { state, version, .. } => Self::Up {
                link: (*state).into(),
                version: version.clone(),
            },
            FromSim::Down(state) => Self::Down {
                link: (*state).into(),
            },
            FromSim::Aircraft(name) => Self::Aircraft { name: name.clone() },
            FromSim::Args(values) => Self::Args(Args(values.clone())),
            FromSim::Telemetry(values) => Self::Telemetry(values.iter().copied().collect()),
            FromSim::TelemetryForbidden => Self::TelemetryForbidden {},
            FromSim::Readings(_) => Self::Readings {},
            FromSim::Indicator {
                indicator,
                epoch,
                text,
            } => Self::Display(Display {
                indicator: *indicator,
                epoch: *epoch,
                text: text.as_ref().map(Into::into),
            }),
            FromSim::Indicators {
                ticket,
                texts: list,
            } => Self::DisplayList {
                ticket: *ticket,
                texts: texts(list.iter().map(|(number, text)| (number, text))),
            },
            FromSim::Error { ticket, reason } => Self::Error {
                ticket: *ticket,
                reason: reason.clone(),
            },
            FromSim::Reached(mark) => Self::Reached { mark: *mark },
            FromSim::AnswersCold => Self::AnswersCold {},
            FromSim::Cold { cold, since } => Self::Cold {
                cold: *cold,
                since_ms: *since,
            },
            FromSim::Stats(state, stats) => Self::Stats(Stats {
                link: (*state).into(),
                seconds: stats.seconds,
                frames: stats.frames,
                mean_us: stats.mean_us,
                max_us: stats.max_us,
                bad_values: stats.bad_values,
                cut: stats.cut,
            }),
        }
    }

    fn of_client(entry: &ClientEntry) -> Self {
        match entry.clone() {
            ClientEntry::Joined(client) => Self::Joined { client },
            ClientEntry::Request(client, line) => Self::Request { client, line },
            ClientEntry::WrongLine(client, reason) => Self::WrongLine { client, reason },
            ClientEntry::Left(client) => Self::Left { client },
        }
    }

    fn entry(self) -> Entry {
        let bytes = |texts: BTreeMap<u32, Text>| {
            let texts = texts.into_iter();
            texts.map(|(number, text)| (number, Bytes::from(text)))
        };
        Entry::Sim(match self {
            Self::Args(args) => FromSim::Args(args.0),
            Self::Display(display) => FromSim::Indicator {
                indicator: display.indicator,
                epoch: display.epoch,
                text: display.text.map(Into::into),
            },
            Self::DisplayList { ticket, texts } => FromSim::Indicators {
                ticket,
                texts: bytes(texts).collect(),
            },
            Self::Telemetry(values) => FromSim::Telemetry(values.into_iter().collect()),
            Self::TelemetryForbidden {} => FromSim::TelemetryForbidden,
            Self::Readings {} => FromSim::Readings(Vec::new()),
            Self::Up { link, version } => FromSim::Up {
                state: link.into(),
                version,
                write_dir: None,
                install_dir: None,
                telemetry_fields: 0,
                functions: 0,
            },
            Self::Down { link } => FromSim::Down(link.into()),
            Self::Aircraft { name } => FromSim::Aircraft(name),
            Self::Error { ticket, reason } => FromSim::Error { ticket, reason },
            Self::Reached { mark } => FromSim::Reached(mark),
            Self::AnswersCold {} => FromSim::AnswersCold,
            Self::Cold { cold, since_ms } => FromSim::Cold {
                cold,
                since: since_ms,
            },
            Self::Stats(stats) => FromSim::Stats(
                stats.link.into(),
                FrameStats {
                    seconds: stats.seconds,
                    frames: stats.frames,
                    mean_us: stats.mean_us,
                    max_us: stats.max_us,
                    bad_values: stats.bad_values,
                    cut: stats.cut,
                },
            ),
            Self::State(state) => {
                return Entry::State(SimState {
                    flight: state.flight,
                    aircraft: state.aircraft,
                    args: state.args.0.into_iter().collect(),
                    displays: bytes(state.displays).collect(),
                    telemetry: state.telemetry,
                });
            }
            Self::Joined { client } => return Entry::Client(ClientEntry::Joined(client)),
            Self::Request { client, line } => {
                return Entry::Client(ClientEntry::Request(client, line));
            }
            Self::WrongLine { client, reason } => {
                return Entry::Client(ClientEntry::WrongLine(client, reason));
            }
            Self::Left { client } => return Entry::Client(ClientEntry::Left(client)),
            Self::Missing { entries } => return Entry::Missing(entries),
        })
    }
}
