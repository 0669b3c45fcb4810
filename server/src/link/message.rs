//! The messages between the server and the sim, as values. `docs/link.md` is the contract.
//!
//! The world knows nothing else of the sim: at the other end is a TCP link or the demo's
//! simulated cockpit. No socket, no clock.

use bytes::Bytes;
use serde::Deserialize;

/// One of the sim's two Lua states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkState {
    /// Args, actions and the aircraft.
    Hook,
    /// Indicators.
    Export,
}

impl LinkState {
    /// The name by which the state introduces itself.
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
    /// The link is up; the sim's scripts have introduced themselves.
    Up {
        /// The state that answered.
        state: LinkState,
        /// The version of the scripts.
        version: String,
        /// The sim's write folder (`…/Saved Games/DCS/`), where the sim tells it.
        write_dir: Option<String>,
        /// The sim's install folder, where the sim tells it.
        install_dir: Option<String>,
    },
    /// The link is down; everything known through it is unknown again.
    Down(LinkState),
    /// The aircraft that is controlled from now on, or none. The same name again means that the
    /// aircraft has appeared again.
    Aircraft(Option<String>),
    /// Args that changed, `(arg number, raw value)`, all of one frame. Values may be non-finite.
    Args(Vec<(u32, f64)>),
    /// The text of a watched indicator; `None` when the sim has no such indicator.
    Indicator {
        /// The indicator's number.
        indicator: u32,
        /// The epoch of the watch that this answers; texts of older epochs are to be ignored.
        epoch: u64,
        /// The result of `list_indication`, byte for byte.
        text: Option<Bytes>,
    },
    /// The answer to [`ToSim::ListIndicators`]: number and text of every indicator there is.
    Indicators {
        /// The ticket of the request.
        ticket: u64,
        /// Number and text, in rising order.
        texts: Vec<(u32, Bytes)>,
    },
    /// The sim could not carry out a message.
    Error {
        /// The ticket of the action or list, if the message was one.
        ticket: Option<u64>,
        /// The reason, for people.
        reason: String,
    },
    /// The hook state has read everything up to the [`ToSim::Mark`] with this number. After `Up`, a
    /// state that answers marks sends 0.
    Reached(u64),
    /// The hook state answers [`ToSim::AskCold`]; said after `Up`.
    TellsCold,
    /// The answer to [`ToSim::AskCold`].
    Cold {
        /// Whether the aircraft is on the ground with its engines off, where the sim tells it.
        cold: Option<bool>,
        /// When the aircraft appeared, in milliseconds of the sim's clock. A link that is lost and
        /// found does not change it.
        since: Option<u64>,
    },
    /// A report on the time that the scripts cost the sim.
    Stats(LinkState, FrameStats),
}

impl FromSim {
    /// Returns the introduction of a sim without scripts and folders: the demo's, or a test's.
    pub fn up(state: LinkState) -> Self {
        Self::Up {
            state,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            write_dir: None,
            install_dir: None,
        }
    }
}

/// The time that the scripts cost the sim since the last report.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct FrameStats {
    /// The length of the report, in seconds.
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
    /// Finite, in [-1, 1].
    pub value: f64,
    /// Comes back in [`FromSim::Error`] when the action fails.
    pub ticket: u64,
}

/// A message to the sim.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ToSim {
    /// Press, turn or flick something.
    Act(Action),
    /// Read an arg up to `rate` times a second and say when it changed; 0 ends it. Always
    /// answered with the present value first.
    WatchArg {
        /// Arg number.
        arg: u32,
        /// Reads per second, finite, >= 0.
        rate: f64,
    },
    /// Read an indicator up to `rate` times a second and say when it changed; 0 ends it. Always
    /// answered with the present text first.
    WatchIndicator {
        /// Indicator number.
        indicator: u32,
        /// Reads per second, finite, >= 0.
        rate: f64,
        /// Returned with each text.
        epoch: u64,
    },
    /// Say when all before this has been read; the number comes back in [`FromSim::Reached`].
    /// Only for a hook state that answers marks.
    Mark(u64),
    /// Say whether the aircraft is cold, and since when it has been there. The number is that of
    /// no other question. Only for a hook state that answers it.
    AskCold(u64),
    /// Read every indicator (or one) once.
    ListIndicators {
        /// Returned with the answer.
        ticket: u64,
        /// Only this one.
        indicator: Option<u32>,
    },
}
