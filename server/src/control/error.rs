//! The reasons why a control cannot do what it is asked for.

use thiserror::Error;

use super::position::PositionError;

/// The reason why a control cannot do what it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ControlError {
    /// The position is not known, or means nothing here.
    #[error(transparent)]
    Position(#[from] PositionError),
    /// It has no such position; here is what it takes.
    #[error("it takes {0}")]
    NotTaken(String),
    /// Several of its commands take that; here are their lines.
    #[error("several of its commands take that; send {0}")]
    Ambiguous(String),
    /// A release that could be one of several.
    #[error("nothing of it is pressed; press it first")]
    NotPressed,
    /// Two directions, of which one is to be pressed.
    #[error("it can be pressed in several directions; send one of {0}")]
    Directions(String),
    /// A step or a press where a physical switch is said to stand.
    #[error("a switch can stand at a number, at #n or at a label only")]
    NotStanding,
    /// A position from which the control springs back, or that it does not keep.
    #[error("it does not stay there by itself; send the position without =")]
    SpringsBack,
    /// No arg shows where it stands.
    #[error("no arg shows where it stands; send the position without =")]
    NoArg,
}
