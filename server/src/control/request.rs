//! Requests to a part of a control, the identity of a part, and the keywords of positions.

use super::position::PositionCommand;

/// A request to a part of a control.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum PartRequest {
    /// Move to a position, or by a step.
    Go(PositionCommand),
    /// Press a part that springs back.
    Press,
    /// Release it.
    Release,
    /// Press it, and release it a moment later.
    Push,
}

impl PartRequest {
    /// Returns whether the request starts from the current position.
    pub(super) fn is_relative(self) -> bool {
        !matches!(
            self,
            Self::Go(PositionCommand::Set(_)) | Self::Press | Self::Release | Self::Push
        )
    }
}

/// The identity of a part's position: two parts with the same identity move together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum PartId {
    /// The arg that shows it.
    Arg(u32),
    /// The device and the command that move it, if no arg shows it.
    Command(i64, i64),
}

impl PartId {
    /// Returns the arg that shows the position.
    pub(crate) fn arg(self) -> Option<u32> {
        match self {
            Self::Arg(arg) => Some(arg),
            Self::Command(..) => None,
        }
    }
}

/// A keyword that can stand for a position.
#[derive(Debug, Clone, Copy)]
pub(super) enum Keyword {
    Inc,
    Dec,
    Toggle,
    Press,
    Release,
    Push,
}

impl Keyword {
    /// Returns the keyword of this spelling, in any case.
    pub(super) fn from(word: &str) -> Option<Self> {
        let words = [
            ("INC", Self::Inc),
            ("DEC", Self::Dec),
            ("TOGGLE", Self::Toggle),
            ("PRESS", Self::Press),
            ("RELEASE", Self::Release),
            ("PUSH", Self::Push),
        ];
        let mut words = words.into_iter();
        let found = words.find(|(own, _)| own.eq_ignore_ascii_case(word));
        found.map(|(_, keyword)| keyword)
    }
}
