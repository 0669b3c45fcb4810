//! The words of an arg: its gauge word, and its state word.

use aircraft_defs::limits::POSITION_TOLERANCE;

use crate::bios::binary::memory::{Address, Memory};
use crate::bios::binary::places::{LIT_MASK, POSITION_MASK};

/// The raw value from which on a lamp is lit.
const LIT: f64 = 0.3;

/// The words of an arg.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::bios::binary) struct ArgWords {
    /// The place of the gauge word: 0 to 65535 over `range`.
    pub(in crate::bios::binary) gauge: Address,
    /// The place of the state word: the number of the position, and whether a lamp is lit.
    pub(in crate::bios::binary) state: Address,
    /// The raw values at both ends.
    pub(in crate::bios::binary) range: [f64; 2],
    /// The raw values of the positions, rising.
    pub(in crate::bios::binary) positions: Vec<f64>,
}

impl ArgWords {
    /// Writes a raw value into the memory map.
    pub(super) fn write(&self, raw: f64, memory: &mut Memory) {
        if raw.is_nan() {
            return;
        }
        memory.set(self.gauge, scaled(raw, self.range));
        let position = nearest(&self.positions, raw).unwrap_or_default();
        let position = u16::try_from(position).unwrap_or(POSITION_MASK) & POSITION_MASK;
        let lit = if raw >= LIT { LIT_MASK } else { 0 };
        memory.set(self.state, position | lit);
    }
}

/// Returns a raw value as 0 to 65535.
fn scaled(raw: f64, [low, high]: [f64; 2]) -> u16 {
    let share = (raw - low) / (high - low);
    // Conversion saturates, and 0 / 0 becomes 0.
    (share * f64::from(u16::MAX)).round() as u16
}

/// Returns the number of the position that is nearest to a raw value.
fn nearest(positions: &[f64], raw: f64) -> Option<usize> {
    let above = positions.partition_point(|position| *position < raw);
    let candidates = above.saturating_sub(1)..positions.len().min(above + 1);
    candidates.min_by(|a, b| {
        let distance = |index: usize| (positions[index] - raw).abs();
        distance(*a).total_cmp(&distance(*b))
    })
}

/// Sorts positions, and removes those that are the same to the sim.
pub(super) fn sort_positions(positions: &mut Vec<f64>) {
    positions.sort_by(f64::total_cmp);
    positions.dedup_by(|other, kept| (*other - *kept).abs() < POSITION_TOLERANCE);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(range: [f64; 2], positions: &[f64]) -> ArgWords {
        ArgWords {
            gauge: Address::new(0x1000),
            state: Address::new(0x1002),
            range,
            positions: positions.to_vec(),
        }
    }

    fn check(words: &ArgWords, raw: f64) -> (u16, u16, bool) {
        let mut memory = Memory::default();
        words.write(raw, &mut memory);
        let [gauge, state] = [0x800, 0x801].map(|word| memory.word(word));
        (gauge, state & POSITION_MASK, state & LIT_MASK != 0)
    }

    #[test]
    fn gauges_go_from_end_to_end_and_stop_there() {
        let needle = words([-1.0, 1.0], &[]);
        for (raw, expected) in [
            (-1.0, 0),
            (0.0, 32768),
            (1.0, 65535),
            (1.5, 65535),
            (-9.0, 0),
        ] {
            assert_eq!(check(&needle, raw).0, expected, "{raw}");
        }
        assert_eq!(check(&words([0.5, 0.5], &[]), 0.5).0, 0);
        assert_eq!(check(&needle, f64::INFINITY).0, 65535);
    }

    #[test]
    fn states_have_the_nearest_position_and_the_lamp() {
        let switch = words([0.0, 1.0], &[-1.0, 0.0, 0.5, 1.0]);
        for (raw, position, lit) in [
            (-1.0, 0, false),
            (-0.4, 1, false),
            (0.3, 2, true),
            (0.76, 3, true),
            (7.0, 3, true),
        ] {
            let (_, found, is_lit) = check(&switch, raw);
            assert_eq!((found, is_lit), (position, lit), "{raw}");
        }
        let mut memory = Memory::default();
        switch.write(f64::NAN, &mut memory);
        assert!(memory.known().is_empty());
    }
}
