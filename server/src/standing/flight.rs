//! Which flight it is: whether an aircraft has appeared, or only the link to it.

/// The flight at hand.
#[derive(Debug, Default)]
pub(super) enum Flight {
    /// No aircraft is controlled.
    #[default]
    None,
    /// An aircraft is controlled.
    Flying(Aircraft),
    /// The link was lost while this aircraft was controlled.
    Lost(Aircraft),
    /// The link is found again, with an aircraft of the same name. The sim is asked whether it is
    /// the same flight.
    Found(Aircraft),
}

/// An aircraft in its flight.
#[derive(Debug, Clone)]
pub(super) struct Aircraft {
    name: String,
    /// When it appeared, by the sim's clock, if the sim has told it.
    since: Option<u64>,
}

/// What is known of a flight, compared with the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Identity {
    /// The link was lost, and it is the same one.
    Same,
    /// It is another one.
    Other,
    /// There is nothing new: it goes on, or the sim is yet to be asked.
    Known,
}

impl Flight {
    /// Returns whether the sim has not told when the aircraft appeared.
    pub(super) fn is_unidentified(&self) -> bool {
        matches!(self, Self::Flying(Aircraft { since: None, .. }))
    }

    /// Returns whether the link was lost while an aircraft was controlled.
    pub(super) fn is_lost(&self) -> bool {
        matches!(self, Self::Lost(_))
    }

    /// The link is lost.
    pub(super) fn lose(&mut self) {
        *self = match std::mem::take(self) {
            Self::Flying(aircraft) | Self::Lost(aircraft) | Self::Found(aircraft) => {
                Self::Lost(aircraft)
            }
            Self::None => Self::None,
        };
    }

    /// An aircraft is controlled, or its tables have been read anew.
    pub(super) fn appear(&mut self, name: &str, sim_answers: bool) -> Identity {
        let lost = match std::mem::take(self) {
            Self::Lost(lost) | Self::Found(lost) => lost,
            Self::Flying(same) if same.name == name => {
                *self = Self::Flying(same);
                return Identity::Same;
            }
            Self::None | Self::Flying(_) => return self.begin(name),
        };
        match lost.name == name {
            false => self.begin(name),
            true if sim_answers && lost.since.is_some() => {
                *self = Self::Found(lost);
                Identity::Known
            }
            // Nobody can tell: a cockpit that has been flown is not to be changed.
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

    /// The sim tells when the aircraft appeared.
    pub(super) fn answer(&mut self, since: Option<u64>) -> Identity {
        match std::mem::take(self) {
            Self::Found(lost) => {
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
                Identity::Known
            }
            other => {
                *self = other;
                Identity::Known
            }
        }
    }
}
