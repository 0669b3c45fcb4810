//! The rate at which the sim reads a source.
//!
//! The sim groups the sources by rate, and each group costs it time in a frame. So the server uses
//! only a few rates: for each source, the lowest of them that is enough for all its subscriptions.

use crate::world::source::{Source, SourceId};

/// The rates that the sim is asked for, per second, in rising order.
pub(super) type ReadRates = [f64; 4];

/// The rates of args.
///
/// Even a client that asks for ten updates a second should see a change after a quiet time within a
/// frame, not a tenth of a second later. So the sim reads an arg in about every frame, which costs
/// it next to nothing, and the filter drops updates. The rates above 60 are for sims with 120 and
/// up to 250 frames a second; 1000 means every frame.
const ARG_RATES: ReadRates = [60.0, 120.0, 250.0, 1000.0];

/// The rates of fields of telemetry. Each function that is called for them costs the sim more than
/// an arg, so they are read about as often as somebody wants them.
const FIELD_RATES: ReadRates = [10.0, 30.0, 60.0, 1000.0];

/// The rates at which the sim reads an arg and a field for a recording, per second.
const RECORDING_ARG_RATE: f64 = 30.0;
const RECORDING_FIELD_RATE: f64 = 10.0;

/// Returns the rate at which a source is read for a recording.
pub(super) fn recording_rate_of(id: SourceId) -> f64 {
    match id.source() {
        Source::Arg(_) => RECORDING_ARG_RATE,
        Source::Field(_) => RECORDING_FIELD_RATE,
    }
}

/// Returns the rates at which a source can be read.
pub(super) fn rates_of(id: SourceId) -> &'static ReadRates {
    match id.source() {
        Source::Arg(_) => &ARG_RATES,
        Source::Field(_) => &FIELD_RATES,
    }
}

/// The number of subscriptions to a source that need each of its rates.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Readers([u32; ARG_RATES.len()]);

impl Readers {
    /// Adds a subscription with this `maxfrequency`.
    pub(super) fn add(&mut self, max_frequency: f64, rates: &ReadRates) {
        self.0[place(max_frequency, rates)] += 1;
    }

    /// Removes a subscription with this `maxfrequency`.
    pub(super) fn remove(&mut self, max_frequency: f64, rates: &ReadRates) {
        self.0[place(max_frequency, rates)] -= 1;
    }

    /// Returns the rate that is enough for all subscriptions; 0 if there are none.
    pub(super) fn rate(&self, rates: &ReadRates) -> f64 {
        let highest = self.0.iter().rposition(|&count| count > 0);
        highest.map_or(0.0, |place| rates[place])
    }
}

fn place(max_frequency: f64, rates: &ReadRates) -> usize {
    let suits = rates.iter().position(|&rate| rate >= max_frequency);
    suits.unwrap_or(rates.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_the_next_higher_one_for_the_fastest_subscription() {
        let mut readers = Readers::default();
        let arg = rates_of(SourceId::arg(7));
        assert_eq!(readers.rate(arg), 0.0);
        let rates = [
            (0.001, 60.0),
            (60.0, 60.0),
            (60.1, 120.0),
            (250.0, 250.0),
            (1e6, 1000.0),
        ];
        for (max_frequency, rate) in rates {
            readers.add(max_frequency, arg);
            assert_eq!(readers.rate(arg), rate, "{max_frequency}");
        }
        readers.remove(1e6, arg);
        readers.remove(250.0, arg);
        assert_eq!(readers.rate(arg), 120.0);
        let field = rates_of(SourceId::field(3));
        for (max_frequency, rate) in [(0.1, 10.0), (10.0, 10.0), (30.0, 30.0), (31.0, 60.0)] {
            let mut readers = Readers::default();
            readers.add(max_frequency, field);
            assert_eq!(readers.rate(field), rate, "{max_frequency}");
        }
    }
}
