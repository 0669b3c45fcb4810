//! How often the sim is to read an arg.
//!
//! The sim keeps the args of equal rate together, and each such group costs it time in a frame.
//! So it is asked for few different rates, the next higher one of those that clients ask for.

/// The rates that the sim is asked for, per second.
///
/// A client that asks for ten updates a second is to see a change after a quiet time within a
/// frame, not a tenth of a second later: so the sim reads in about every frame, which costs it
/// next to nothing, and the filter thins out. The others suit displays of 120 and up to 250
/// frames a second; 1000 is every frame there can be.
pub(super) const READ_RATES: [f64; 4] = [60.0, 120.0, 250.0, 1000.0];

/// How many subscriptions want an arg at each of the rates.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Readers([u32; READ_RATES.len()]);

impl Readers {
    /// Adds a subscription with this `maxfrequency`.
    pub(super) fn add(&mut self, max_frequency: f64) {
        self.0[place(max_frequency)] += 1;
    }

    /// Takes a subscription with this `maxfrequency` away.
    pub(super) fn remove(&mut self, max_frequency: f64) {
        self.0[place(max_frequency)] -= 1;
    }

    /// The rate that suits all subscriptions; 0 when there are none.
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
    fn the_next_higher_rate_of_the_fastest_subscription() {
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
