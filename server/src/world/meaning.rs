//! The source and the scale that a name stands for in an aircraft.

use std::sync::Arc;

use aircraft_defs::Scale;

use super::source::SourceId;

/// The kind of a subject: a value on a gauge's scale, or as the position of a control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum SubjectKind {
    Gauge,
    Control,
}

/// The subject of a subscription. A client has at most one subscription to each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Subject {
    pub(super) source: SourceId,
    pub(super) kind: SubjectKind,
}

/// The source and the scale of a gauge or a control.
#[derive(Debug)]
pub(super) struct Meaning {
    pub(super) subject: Subject,
    pub(super) scale: Arc<Scale>,
}
