//! The errors of requests to a control.

use thiserror::Error;

use super::position::PositionError;

/// The reason why a control cannot carry out a request.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ControlError {
    /// The command needs the position, which is not known; or this kind of control does not support
    /// the command.
    #[error(transparent)]
    Position(#[from] PositionError),
    /// The control has no such position; the text lists the possible ones.
    #[error("it takes {0}")]
    InvalidPosition(String),
    /// Several of its commands take the position; the text has an example line for each.
    #[error("several of its commands take that; send {0}")]
    Ambiguous(String),
    /// A press without a direction; the text lists the values of the directions.
    #[error("it can be pressed in several directions; send one of {0}")]
    Directions(String),
    /// A word such as `INC` or `PUSH` in place of the position of a physical switch.
    #[error("after = send a number, #n or a label")]
    InvalidStanding,
    /// A position in which the control does not stay.
    #[error("it does not stay there by itself; send the position without =")]
    SpringsBack,
    /// No arg shows the position of the control.
    #[error("no arg shows its position; send the position without =")]
    NoArg,
}
