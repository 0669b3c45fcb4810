//! Why a request is not carried out, in the words of an error line.

use aircraft_defs::NameError;

use super::Aircraft;
use crate::wire::quoted;

/// Why a request is not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("no aircraft is controlled")]
    NoAircraft,
    #[error("no aircraft is controlled, so {0} has no number; use numbers or wait for the 0 line")]
    NameWithoutAircraft(String),
    #[error("{0}")]
    Name(String),
    #[error("gauge {0} has no arg_number in the tables, so it cannot be read")]
    GaugeWithoutArg(String),
    #[error(
        "too many subscriptions: {0} are allowed per client; end some with maxfrequency 0 or start \
         the server with a higher --max-subscriptions"
    )]
    TooManySubscriptions(usize),
    #[error("the sim is not connected, so nothing was pressed")]
    NoHook,
    #[error("the sim takes no actions at present, {0} are waiting; this one was dropped")]
    TooManyActions(usize),
    #[error(
        "5 seconds' worth of your actions wait for the sim, which does one on a command in a frame; \
         this one was dropped, send them more slowly"
    )]
    LongWait,
    #[error(
        "indicators are not available: no mission is running, or Export.lua lacks the dcs-master \
         line (dcs-master doctor tells)"
    )]
    NoExport,
    #[error("{0} lists are still to be answered; wait for them")]
    TooManyLists(usize),
    #[error("there is no indicator {0}")]
    NoIndicator(u32),
    #[error("the sim says: {0}")]
    Sim(String),
}

impl Refusal {
    /// What is wrong with a name, with the aircraft and what may have been meant.
    pub(super) fn name(error: NameError, aircraft: &Aircraft) -> Self {
        let tables = &aircraft.tables;
        let no_tables = tables.gauges().is_empty() && tables.commands().is_empty();
        Self::Name(match error {
            NameError::Unknown { kind, name, .. } if no_tables => format!(
                "unknown {kind} {} for {}: there are no tables for it; run defgen, or use numbers",
                quoted(&name),
                aircraft.name
            ),
            NameError::Unknown { kind, name, meant } => {
                let hint = meant.map(|meant| format!("; did you mean {}?", quoted(&meant)));
                let hint = hint.unwrap_or_default();
                format!(
                    "unknown {kind} {} for {}{hint}",
                    quoted(&name),
                    aircraft.name
                )
            }
            NameError::Ambiguous {
                kind,
                name,
                candidates,
            } => {
                format!(
                    "{kind} {} could be {}",
                    quoted(&name),
                    candidates.join(" or ")
                )
            }
        })
    }

    pub(super) fn no_arg(gauge: &str) -> Self {
        Self::GaugeWithoutArg(quoted(gauge))
    }
}
