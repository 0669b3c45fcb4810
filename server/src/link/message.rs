//! The messages between the server and the sim, as values. `docs/link.md` is the contract.
//!
//! The world uses only these messages. At the other end is a TCP link or the demo's simulated
//! cockpit. Pure: no sockets and no clock.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;

use super::reading::{Call, ReadingKey};

/// One of the sim's two Lua states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkState {
    /// Args, actions and the aircraft.
    Hook,
    /// Indicators and telemetry.
    Export,
}

impl LinkState {
    /// Returns the name of the state in its hello.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hook => "hook",
            Self::Export => "export",
        }
    }
}

/// A message from the sim.
#[derive(Debug, Clone, PartialEq)]
pub enum FromSim {
    /// The link is up: the sim's scripts have sent their hello.
    Up {
        /// The state that answered.
        state: LinkState,
        /// The version of the scripts.
        version: String,
        /// The sim's write folder (`…/Saved Games/DCS/`), if the sim provides it.
        write_dir: Option<String>,
        /// The sim's install folder, if the sim provides it.
        install_dir: Option<String>,
        /// The number of fields of telemetry that the state can read.
        telemetry_fields: u32,
        /// The number of export functions that the state can read; 0 if it takes no
        /// [`ToSim::WatchReading`] and [`ToSim::Call`].
        functions: u32,
    },
    /// The link is down. All values that were received through it are unknown again.
    Down(LinkState),
    /// The aircraft that is controlled from now on, or none. If the same name comes again, the
    /// aircraft has appeared again.
    Aircraft(Option<String>),
    /// The args that changed in one frame, as `(arg number, raw value)`. Values may be non-finite.
    Args(Vec<(u32, f64)>),
    /// The text of a watched indicator; `None` when the sim has no such indicator.
    Indicator {
        /// The indicator's number.
        indicator: u32,
        /// The epoch of the watch that this answers. Texts of older epochs must be ignored.
        epoch: u64,
        /// The result of `list_indication`, byte for byte.
        text: Option<Bytes>,
    },
    /// The answer to [`ToSim::ListIndicators`]: every indicator that exists.
    Indicators {
        /// The ticket of the request.
        ticket: u64,
        /// Number and text, in rising order.
        texts: Vec<(u32, Bytes)>,
    },
    /// The sim could not carry out a message.
    Error {
        /// The ticket of the message, if it was an action or a list.
        ticket: Option<u64>,
        /// The reason, for people.
        reason: String,
    },
    /// The hook state has carried out all messages up to the [`ToSim::Mark`] with this number. A
    /// state that answers marks sends 0 after `Up`.
    Reached(u64),
    /// The hook state answers [`ToSim::AskCold`]. Sent after `Up`.
    AnswersCold,
    /// The answer to [`ToSim::AskCold`].
    Cold {
        /// True if the aircraft is on the ground with its engines off; `None` if that is
        /// not known.
        cold: Option<bool>,
        /// The time when the aircraft appeared, in milliseconds of the sim's clock. It stays the
        /// same when the link is lost and restored.
        since: Option<u64>,
    },
    /// The fields of telemetry that changed in one frame, as `(number, value)`. A value is that of
    /// the sim, in its own unit; `None` when the sim provides no number.
    Telemetry(Vec<(u32, Option<f64>)>),
    /// The sim does not allow telemetry, as a multiplayer server can demand. When it allows it
    /// again, the values come by themselves.
    TelemetryForbidden,
    /// The readings that changed in one frame. In their texts each character is one byte. A reading
    /// without a value is null; the results of a function are a list.
    Readings(Vec<(ReadingKey, Value)>),
    /// A report on the time that the scripts cost the sim.
    Stats(LinkState, FrameStats),
}

impl FromSim {
    /// Returns the `Up` of a sim without scripts and folders, such as that of the demo.
    pub fn up(state: LinkState) -> Self {
        let fields = match state {
            LinkState::Hook => 0,
            LinkState::Export => aircraft_defs::telemetry::FIELDS.len() as u32,
        };
        Self::Up {
            state,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            write_dir: None,
            install_dir: None,
            telemetry_fields: fields,
            functions: 0,
        }
    }
}

/// The time that the scripts cost the sim since the last report.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct FrameStats {
    /// The time that the report covers, in seconds.
    pub seconds: f64,
    /// Frames in that time.
    pub frames: u64,
    /// Mean time spent per frame, in microseconds.
    pub mean_us: f64,
    /// Longest time spent in a frame, in microseconds.
    pub max_us: f64,
    /// Values dropped because they were not finite numbers.
    pub bad_values: u64,
    /// Frames that left work for the next one because their budget was spent.
    pub cut: u64,
}

/// An action on a device of the cockpit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Action {
    /// Device number.
    pub device: i64,
    /// Command number.
    pub command: i64,
    /// The value, finite and in [-1, 1].
    pub value: f64,
    /// The number that comes back in [`FromSim::Error`] if the action fails.
    pub ticket: u64,
}

/// A message to the sim.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ToSim {
    /// Perform an action.
    Act(Action),
    /// Read an arg up to `rate` times a second and send it when it has changed; a rate of 0 ends
    /// the watch. The current value is always sent first.
    WatchArg {
        /// Arg number.
        arg: u32,
        /// Reads per second, finite, >= 0.
        rate: f64,
    },
    /// Read a field of telemetry up to `rate` times a second and send it when it has changed; a rate
    /// of 0 ends the watch. The current value is always sent first. Only for an export state that
    /// announces the field.
    WatchTelemetry {
        /// The number of the field.
        field: u32,
        /// Reads per second, finite, >= 0.
        rate: f64,
    },
    /// Read something that modules of DCS-BIOS want up to `rate` times a second and send it when it
    /// has changed; a rate of 0 ends the watch. The current value is always sent first. Only for an
    /// export state that announces functions.
    WatchReading {
        /// What to read.
        key: ReadingKey,
        /// Reads per second, finite, >= 0.
        rate: f64,
    },
    /// Perform an action of the export state. Only for one that announces functions.
    Call {
        /// The action.
        call: Call,
        /// The number that comes back in [`FromSim::Error`] if it fails.
        ticket: u64,
    },
    /// Read an indicator up to `rate` times a second and send it when it has changed; a rate of 0
    /// ends the watch. The current text is always sent first.
    WatchIndicator {
        /// Indicator number.
        indicator: u32,
        /// Reads per second, finite, >= 0.
        rate: f64,
        /// Returned with each text.
        epoch: u64,
    },
    /// Answer with [`FromSim::Reached`] and this number when all messages before it have been read.
    /// Only for a hook state that answers marks.
    Mark(u64),
    /// Report whether the aircraft is cold, and when it appeared. Each question has a different
    /// number. Only for a hook state that answers it.
    AskCold(u64),
    /// Read every indicator (or one) once.
    ListIndicators {
        /// Returned with the answer.
        ticket: u64,
        /// Only this one.
        indicator: Option<u32>,
    },
}
