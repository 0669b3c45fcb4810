//! Errors of requests, and the text of their error lines.

use aircraft_defs::NameError;
use aircraft_defs::search::query_of_name;
use aircraft_defs::telemetry::{self, is_field_name};

use super::Aircraft;
use crate::control::ControlError;
use crate::limits::{MAX_ARGS, MAX_INDICATORS, MAX_NAME, MAX_STANDING};
use crate::quote::{printable, quoted};
use crate::wire::{Position, Ref, Request};

/// The most bytes of a name whose search counts once for each name compared. A longer name counts
/// several times, since comparing it takes longer.
const SEARCHED_PIECE: usize = 32;

/// The reason why a request is not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum RequestError {
    #[error("no aircraft is controlled")]
    NoAircraft,
    #[error("no aircraft is controlled, so {0} has no number; use numbers or wait for the 0 line")]
    NameWithoutAircraft(String),
    #[error("no aircraft is controlled, so {0} cannot be operated; wait for the 0 line")]
    ControlWithoutAircraft(String),
    #[error("the aircraft of {0} is no longer controlled, so it was not operated")]
    AircraftGone(String),
    #[error("{0}")]
    Name(NameError),
    #[error("gauge {0} has no arg_number in the tables, so it cannot be read")]
    GaugeWithoutArg(String),
    #[error("no arg shows the position of control {0}, so it cannot be read")]
    ControlWithoutArg(String),
    #[error("{control} cannot take {position}: {error}")]
    Control {
        control: String,
        position: String,
        error: ControlError,
    },
    #[error(
        "too many standing positions: {MAX_STANDING} controls are allowed per client; leave out \
         those that need not follow"
    )]
    TooManyStanding,
    #[error(
        "the aircraft is not cold, so switches whose positions differ from the cockpit change \
         nothing until they are moved"
    )]
    NotCold,
    #[error(
        "the sim does not report whether the aircraft is cold, so switches whose positions differ \
         from the cockpit change nothing until they are moved; serve --standing always applies them"
    )]
    ColdUnknown,
    #[error(
        "too many subscriptions: at most {0} per client; end some with maxfrequency 0 or start the \
         server with a higher --max-subscriptions"
    )]
    TooManySubscriptions(usize),
    #[error(
        "too much is kept for this client: names and subscriptions of {0} bytes are allowed; use \
         shorter names or numbers, or end some subscriptions with maxfrequency 0"
    )]
    TooMuchKept(usize),
    #[error(
        "the {kind} name is too long: it has {length} bytes, and at most {MAX_NAME} are allowed"
    )]
    NameTooLong { kind: &'static str, length: usize },
    #[error(
        "the sim reads {MAX_ARGS} args at most and all are in use; arg {0} is read as soon as \
         another one is no longer needed"
    )]
    ArgWaits(u32),
    #[error(
        "the sim reads {MAX_INDICATORS} indicators at most and all are in use; indicator {0} is \
         read as soon as another one is no longer needed"
    )]
    IndicatorWaits(u32),
    #[error("the sim is not connected, so nothing was pressed")]
    NoHook,
    #[error(
        "too many actions of all clients wait for the sim; this one was dropped; try again later"
    )]
    TooManyActions,
    #[error(
        "5 seconds' worth of your actions wait for the sim, which performs one per command and \
         frame; this one was dropped; send them more slowly"
    )]
    LongWait,
    #[error(
        "indicators are not available: no mission is running, or Export.lua lacks the dcs-master \
         line; run: dcs-master doctor"
    )]
    NoExport,
    #[error("{0} lists have not been answered yet; wait for them before you ask again")]
    TooManyLists(usize),
    #[error("the sim did not answer for {0} s; it may be paused or loading; ask again")]
    ListLate(u64),
    #[error("there is no indicator {0}")]
    NoIndicator(u32),
    #[error(
        "indicator {indicator} shows no element {name} at present; its text is empty until it does \
         (4 {indicator} lists what it shows)"
    )]
    NoElement { indicator: u32, name: String },
    #[error(
        "the dcs-master scripts in the sim are too old to read this gauge; run dcs-master install and \
         restart the sim"
    )]
    OldScripts,
    #[error("more than {0} values are read for modules of DCS-BIOS already")]
    TooManyReadings(usize),
    #[error(
        "the server of this mission does not allow data of your own aircraft to be exported; gauges \
         whose names begin with sim. have no values until it does"
    )]
    TelemetryForbidden,
    #[error("the sim provides no {field} for {aircraft} at present; its values come when it does")]
    NoFigure {
        field: &'static str,
        aircraft: String,
    },
    #[error("the sim says: {0}")]
    Sim(String),
}

impl RequestError {
    /// Returns whether something is wrong. A figure that the sim does not give at present is no fault:
    /// the request holds.
    pub(super) fn is_fault(&self) -> bool {
        !matches!(self, Self::NoFigure { .. } | Self::TelemetryForbidden)
    }

    /// Returns the text of an error line. `may_search` returns whether this many names may be
    /// compared for "did you mean".
    pub(super) fn message(
        &self,
        aircraft: Option<&Aircraft>,
        may_search: impl FnOnce(usize) -> bool,
    ) -> String {
        match (self, aircraft) {
            (Self::Name(NameError::Unknown { kind, name }), _) if is_field_name(name) => {
                let pieces = name.len().div_ceil(SEARCHED_PIECE);
                let may_search = may_search(telemetry::FIELDS.len() * pieces);
                let meant = may_search
                    .then(|| telemetry::tables().suggestion(*kind, name))
                    .flatten();
                with_search(&format!("unknown {kind} {}", quoted(name)), name, meant)
            }
            (Self::Name(NameError::Unknown { kind, name }), Some(aircraft)) => {
                let (quoted_name, tables) = (quoted(name), &aircraft.tables);
                if aircraft.is_loading() {
                    return format!(
                        "{kind} {quoted_name} is not known yet, since the tables of {} are still \
                         being read or made; send this again in a moment, or use numbers",
                        aircraft.name
                    );
                }
                let unknown = format!("unknown {kind} {quoted_name} for {}", aircraft.name);
                if let Some((file, reason)) = tables.unreadable(*kind) {
                    return format!("{unknown}: its {file} {reason}; run defgen, or use numbers");
                }
                if tables.gauges().is_empty() && tables.commands().is_empty() {
                    return format!(
                        "{unknown}: there are no tables for it; run defgen, or use numbers"
                    );
                }
                let pieces = name.len().div_ceil(SEARCHED_PIECE);
                let may_search = may_search(tables.count(*kind) * pieces);
                let meant = may_search.then(|| tables.suggestion(*kind, name)).flatten();
                with_search(&unknown, name, meant)
            }
            (
                Self::Name(NameError::Ambiguous {
                    kind,
                    name,
                    candidates,
                }),
                _,
            ) => format!(
                "{kind} {} could be {}",
                quoted(name),
                candidates.join(" or ")
            ),
            _ => self.to_string(),
        }
    }

    pub(super) fn control_without_arg(control: &str) -> Self {
        Self::ControlWithoutArg(quoted(control))
    }

    pub(super) fn control(control: &str, position: &Position, error: ControlError) -> Self {
        let position = match position {
            Position::Number(number) => number.to_string(),
            Position::Index(index) => format!("#{index}"),
            Position::Word(word) => word.to_string(),
        };
        Self::Control {
            control: control.to_owned(),
            position: quoted(&position),
            error,
        }
    }

    pub(super) fn without_arg(gauge: &str) -> Self {
        Self::GaugeWithoutArg(quoted(gauge))
    }
}

/// Returns an error about a name with the name that may be meant, and the command that searches for
/// more.
fn with_search(unknown: &str, name: &str, meant: Option<&str>) -> String {
    let search = printable(&query_of_name(name));
    let search = format!("dcs-master names {search}");
    let search = search.trim_end();
    match meant {
        Some(meant) => {
            let meant = quoted(meant);
            format!("{unknown}; did you mean {meant}? To search: {search}")
        }
        None => format!("{unknown}; to search: {search}"),
    }
}

/// Checks that the names in a request are not too long to store or to search for.
pub(super) fn check_names(request: &Request) -> Result<(), RequestError> {
    match request {
        Request::Gauge(request) => check("gauge", name_of(&request.gauge)),
        Request::Indicator { name, .. } => check("element", Some(name)),
        Request::Act(action) => {
            check("device", name_of(&action.device))?;
            check("command", name_of(&action.command))
        }
        Request::Position(request) => {
            check("control", Some(&request.control))?;
            match &request.position {
                Position::Word(word) => check("position", Some(word)),
                Position::Number(_) | Position::Index(_) => Ok(()),
            }
        }
        Request::Aircraft | Request::List(_) | Request::Statistics => Ok(()),
    }
}

fn name_of<N>(name: &Ref<N>) -> Option<&str> {
    match name {
        Ref::Name(name) => Some(name),
        Ref::Number(_) => None,
    }
}

fn check(kind: &'static str, name: Option<&str>) -> Result<(), RequestError> {
    match name.map(str::len) {
        Some(length) if length > MAX_NAME => Err(RequestError::NameTooLong { kind, length }),
        _ => Ok(()),
    }
}
