//! A subscription to a gauge: its name, and whether it is awake.

use crate::wire::Ref;
use crate::world::arena::GroupId;
use crate::world::meaning::Subject;
use crate::world::names::{Name, Names};

/// The contents of a subscription to a gauge.
#[derive(Debug)]
pub(in crate::world) struct Gauge {
    pub(super) name: GaugeName,
    pub(super) precision: i8,
    pub(super) max_frequency: f64,
    pub(super) state: State,
}

/// The state of a subscription to a gauge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// The name has not been looked up yet. If it proves unknown, the client gets an error.
    Pending,
    /// Not in a group: the aircraft lacks the name, or its lookup is not finished.
    Asleep,
    /// The subscription is a member of a group of its arg, in this place.
    Awake {
        subject: Subject,
        group: GroupId,
        index: u32,
    },
}

/// The gauge as the client named it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum GaugeName {
    /// The number of the arg.
    Number(u32),
    /// The name, in the client's spelling and in lower case.
    Name { spelled: Name, folded: Name },
}

impl GaugeName {
    pub(super) fn keep(names: &mut Names, gauge: &Ref<u32>) -> Self {
        match gauge {
            Ref::Number(arg) => Self::Number(*arg),
            Ref::Name(name) => Self::Name {
                spelled: names.keep(name),
                folded: names.keep(&name.to_ascii_lowercase()),
            },
        }
    }

    /// Returns a name that is kept already.
    pub(super) fn find(names: &Names, gauge: &Ref<u32>) -> Option<Self> {
        let Ref::Name(name) = gauge else {
            return None;
        };
        let folded = names.find(&name.to_ascii_lowercase())?;
        let spelled = folded.clone();
        Some(Self::Name { spelled, folded })
    }

    pub(super) fn release(self, names: &mut Names) {
        if let Self::Name { spelled, folded } = self {
            names.release(spelled);
            names.release(folded);
        }
    }

    /// Returns the number of bytes that are kept for it.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Number(_) => 0,
            Self::Name { spelled, .. } => spelled.len(),
        }
    }

    /// Returns whether both are names and differ at most in case.
    pub(super) fn is_same_name(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Name { folded, .. }, Self::Name { folded: other, .. }) => folded == other,
            _ => false,
        }
    }
}
