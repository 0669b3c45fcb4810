//! The events that metatables can handle.

use super::Str;
use crate::strings::Strings;

/// An event that metatables can handle.
#[derive(Debug, Clone, Copy)]
pub(super) enum Event {
    Index,
    NewIndex,
    Call,
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    Pow,
    Negate,
    Concat,
    Eq,
    Lt,
    Le,
    ToString,
    Metatable,
}

const EVENT_NAMES: [&str; 16] = [
    "__index",
    "__newindex",
    "__call",
    "__add",
    "__sub",
    "__mul",
    "__div",
    "__mod",
    "__pow",
    "__unm",
    "__concat",
    "__eq",
    "__lt",
    "__le",
    "__tostring",
    "__metatable",
];

/// The handles of the names of the events.
#[derive(Debug, Clone, Copy)]
pub(super) struct Events([Str; EVENT_NAMES.len()]);

impl Events {
    pub(super) fn new(strings: &mut Strings) -> Self {
        Self(EVENT_NAMES.map(|name| strings.add(name.as_bytes()).0))
    }

    pub(super) fn name(&self, event: Event) -> Str {
        self.0[event as usize]
    }
}
