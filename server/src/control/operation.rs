//! The commands that bring a control to a position.

/// A value for a command of a device.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct DeviceCommand {
    /// The device's number.
    pub(crate) device: i64,
    /// The command's number.
    pub(crate) command: i64,
    /// The value, finite and in [-1, 1].
    pub(crate) value: f64,
}

/// A press that is being held.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Hold {
    /// The device and the command that were pressed.
    pub(super) pressed: (i64, i64),
    /// The command that releases it.
    pub(crate) release: DeviceCommand,
}

/// The change that an operation makes to the held press.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum HoldChange {
    /// No change.
    Keep,
    /// This press is held from now on.
    Press(Hold),
    /// This press is held, and released a moment later.
    Push(Hold),
    /// No press is held any more.
    Release,
}

/// The commands that carry out a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Operation {
    /// The commands, in their order; empty if the control is at its end already.
    pub(crate) commands: Vec<DeviceCommand>,
    /// The change of the held press.
    pub(crate) hold: HoldChange,
    /// The position that the control will have, if that is known.
    pub(crate) target: Option<f64>,
}

impl Operation {
    /// The operation without commands.
    pub(crate) const NOTHING: Self = Self {
        commands: Vec::new(),
        hold: HoldChange::Keep,
        target: None,
    };

    /// Returns whether it only releases a held press.
    pub(crate) fn only_releases(&self, hold: &Hold) -> bool {
        self.hold == HoldChange::Release && self.commands == [hold.release]
    }
}

/// The position of a physical switch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SwitchPosition {
    /// The value to send.
    pub(crate) value: f64,
    /// The lowest and the highest raw value that count as the same position in the cockpit.
    pub(crate) same: [f64; 2],
    /// The range that counts as the same position after the switch was moved. For an axis it is
    /// narrower than `same`, since the cockpit follows even the smallest moves of a lever.
    pub(crate) reached: [f64; 2],
}

impl SwitchPosition {
    /// Returns whether a control whose arg has this raw value is in this position.
    pub(crate) fn is_at(&self, raw: f64) -> bool {
        (self.same[0]..=self.same[1]).contains(&raw)
    }

    /// Returns whether a control whose arg has this raw value is close enough to this position,
    /// after the physical switch was moved.
    pub(crate) fn is_reached(&self, raw: f64) -> bool {
        (self.reached[0]..=self.reached[1]).contains(&raw)
    }
}
