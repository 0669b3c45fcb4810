//! The identity of a flight, which distinguishes a new aircraft from one whose link was restored.

/// The current flight.
#[derive(Debug, Default)]
pub(super) enum Flight {
    /// No aircraft is controlled.
    #[default]
    None,
    /// An aircraft is controlled.
    Flying(Aircraft),
    /// The link was lost while this aircraft was controlled.
    Lost(Aircraft),
    /// The link is restored, with an aircraft of the same name. The sim is asked whether it is the
    /// same flight.
    Restored(Aircraft),
}

/// An aircraft in its flight.
#[derive(Debug, Clone)]
pub(super) struct Aircraft {
    name: String,
    /// The time at which it appeared, by the sim's clock, if the sim has reported it.
    since: Option<u64>,
}

/// The result of comparing the flight with the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Identity {
    /// It is the same flight, after the link was lost or the tables were read again.
    Same,
    /// It is another flight.
    Other,
    /// Nothing has been decided: the flight continues, or the sim has to be asked first.
    Unchanged,
}

impl Flight {
    /// Returns whether the sim has not reported yet when the aircraft appeared.
    pub(super) fn is_unidentified(&self) -> bool {
        matches!(self, Self::Flying(Aircraft { since: None, .. }))
    }

    /// Returns whether the link was lost while an aircraft was controlled.
    pub(super) fn is_lost(&self) -> bool {
        matches!(self, Self::Lost(_))
    }

    /// Handles the loss of the link.
    pub(super) fn lose_link(&mut self) {
        *self = match std::mem::take(self) {
            Self::Flying(aircraft) | Self::Lost(aircraft) | Self::Restored(aircraft) => {
                Self::Lost(aircraft)
            }
            Self::None => Self::None,
        };
    }

    /// Handles the tables of the current aircraft, read for the first time or again.
    pub(super) fn handle_tables(&mut self, name: &str, sim_answers: bool) -> Identity {
        let lost = match std::mem::take(self) {
            Self::Lost(lost) | Self::Restored(lost) => lost,
            Self::Flying(same) if same.name == name => {
                *self = Self::Flying(same);
                return Identity::Same;
            }
            Self::None | Self::Flying(_) => return self.begin(name),
        };
        match lost.name == name {
            false => self.begin(name),
            true if sim_answers && lost.since.is_some() => {
                *self = Self::Restored(lost);
                Identity::Unchanged
            }
            // This cannot be found out, so the same flight is assumed: that leaves the cockpit as
            // it is.
            true => {
                *self = Self::Flying(lost);
                Identity::Same
            }
        }
    }

    fn begin(&mut self, name: &str) -> Identity {
        *self = Self::Flying(Aircraft {
            name: name.to_owned(),
            since: None,
        });
        Identity::Other
    }

    /// Handles the sim's answer: the time at which the aircraft appeared.
    pub(super) fn handle_answer(&mut self, since: Option<u64>) -> Identity {
        match std::mem::take(self) {
            Self::Restored(lost) => {
                let is_same = since.is_none() || since == lost.since;
                let since = since.or(lost.since);
                *self = Self::Flying(Aircraft { since, ..lost });
                match is_same {
                    true => Identity::Same,
                    false => Identity::Other,
                }
            }
            Self::Flying(aircraft) => {
                let since = aircraft.since.or(since);
                *self = Self::Flying(Aircraft { since, ..aircraft });
                Identity::Unchanged
            }
            other => {
                *self = other;
                Identity::Unchanged
            }
        }
    }
}
