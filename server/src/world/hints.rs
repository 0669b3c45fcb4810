//! How much may be searched for what was meant by an unknown name. Pure: the time is handed in.

use crate::filter::Micros;

/// Names that may be compared in a second.
///
/// Each unknown name would cost a search through all names of the aircraft, and software made for
/// another aircraft asks for hundreds of them at once. A person at a keyboard stays below this.
#[derive(Debug)]
pub(super) struct Hints {
    most: usize,
    second: Micros,
    compared: usize,
}

impl Hints {
    /// For the errors of one client. A table with more names than this is never searched.
    pub(super) fn of_a_client() -> Self {
        Self::at_most(8_192)
    }

    /// For the errors of all clients together: some 20 ms in a second.
    pub(super) fn of_all() -> Self {
        Self::at_most(32_768)
    }

    fn at_most(most: usize) -> Self {
        Self {
            most,
            second: 0,
            compared: 0,
        }
    }

    /// Whether so many names may be compared now.
    pub(super) fn take(&mut self, names: usize, now: Micros) -> bool {
        let second = now / 1_000_000;
        if second != self.second {
            (self.second, self.compared) = (second, 0);
        }
        let fits = self.compared + names <= self.most;
        if fits {
            self.compared += names;
        }
        fits
    }
}
