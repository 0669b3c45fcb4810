//! The rate at which the sim reads an arg.
//!
//! The sim groups the args by rate, and each group costs it time in a frame. So the server uses
//! only a few rates: for each arg, the lowest of them that is enough for all its subscriptions.

/// The rates that the sim is asked for, per second.
///
/// Even a client that asks for ten updates a second should see a change after a quiet time within a
/// frame, not a tenth of a second later. So the sim reads an arg in about every frame, which costs
/// it next to nothing, and the filter drops updates. The rates above 60 are for sims with 120 and
/// up to 250 frames a second; 1000 means every frame.
pub(super) const READ_RATES: [f64; 4] = [60.0, 120.0, 250.0, 1000.0];

/// The rate at which the sim reads an arg for a recording, per second. It differs from the others, so
/// that the sim sends the value when the first subscription to the arg comes.
pub(super) const RECORDING_RATE: f64 = 30.0;

/// The number of subscriptions to an arg that need each of the rates.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Readers([u32; READ_RATES.len()]);

impl Readers {
    /// Adds a subscription with this `maxfrequency`.
    pub(super) fn add(&mut self, max_frequency: f64) {
        self.0[place(max_frequency)] += 1;
    }

    /// Removes a subscription with this `maxfrequency`.
    pub(super) fn remove(&mut self, max_frequency: f64) {
        self.0[place(max_frequency)] -= 1;
    }

    /// Returns the rate that is enough for all subscriptions; 0 if there are none.
    pub(super) fn rate(&self) -> f64 {
        let highest = self.0.iter().rposition(|&count| count > 0);
        highest.map_or(0.0, |place| READ_RATES[place])
    }
}

fn place(max_frequency: f64) -> usize {
    let suits = READ_RATES.iter().position(|&rate| rate >= max_frequency);
    suits.unwrap_or(READ_RATES.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_the_next_higher_one_for_the_fastest_subscription() {
        let mut readers = Readers::default();
        assert_eq!(readers.rate(), 0.0);
        let rates = [
            (0.001, 60.0),
            (60.0, 60.0),
            (60.1, 120.0),
            (250.0, 250.0),
            (1e6, 1000.0),
        ];
        for (max_frequency, rate) in rates {
            readers.add(max_frequency);
            assert_eq!(readers.rate(), rate, "{max_frequency}");
        }
        readers.remove(1e6);
        readers.remove(250.0);
        assert_eq!(readers.rate(), 120.0);
    }
}
