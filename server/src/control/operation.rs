//! What the sim is sent to bring a control to a position.

/// A value for a command of a device.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Move {
    /// The device's number.
    pub(crate) device: i64,
    /// The command's number.
    pub(crate) command: i64,
    /// Finite, in [-1, 1].
    pub(crate) value: f64,
}

/// What is held pressed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Hold {
    /// The device and the command that pressed it.
    pub(super) pressed: (i64, i64),
    /// What lets it go.
    pub(crate) release: Move,
}

/// How an operation changes what is held pressed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum HoldChange {
    /// Not at all.
    Keep,
    /// This is held from now on.
    Press(Hold),
    /// This is held and let go a moment later.
    Push(Hold),
    /// Nothing is held any more.
    Release,
}

/// What is to be done to carry out a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Operation {
    /// In their order; none when the control is at its end already.
    pub(crate) moves: Vec<Move>,
    /// What becomes of what is held pressed.
    pub(crate) hold: HoldChange,
    /// The position that the control is about to have, if that is known.
    pub(crate) target: Option<f64>,
}

impl Operation {
    /// Nothing is to be done.
    pub(super) const NOTHING: Self = Self {
        moves: Vec::new(),
        hold: HoldChange::Keep,
        target: None,
    };
}

/// Where a physical switch stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Standing {
    /// The value to send.
    pub(crate) value: f64,
    /// The lowest and the highest raw value at which the cockpit's control stands there, too.
    pub(crate) same: [f64; 2],
}

impl Standing {
    /// Returns whether a control whose arg has this raw value stands there.
    pub(crate) fn is_at(&self, raw: f64) -> bool {
        (self.same[0]..=self.same[1]).contains(&raw)
    }
}
