//! The pace of writes to a serial line.
//!
//! A pseudo-terminal, a USB chip and the system's driver all accept bytes faster than the line
//! carries them. If their buffers were filled, a panel would show values that are seconds old. So
//! the bytes that are written are at most a few milliseconds ahead of those that the line has
//! carried.

use std::time::Duration;

/// The time for which bytes are written in advance, so that the line is never idle.
const AHEAD: Duration = Duration::from_millis(5);
/// The approximate time that the bytes of one write take on the line.
const WRITE: Duration = Duration::from_millis(10);
/// The smallest limit on the bytes of a write: the size of a USB packet.
const SMALLEST_WRITE: usize = 64;
/// The bits of a byte on the line: a start bit, 8 data bits, a stop bit.
const BITS_PER_BYTE: u32 = 10;

/// The times of writes to a line, counted from any fixed moment.
#[derive(Debug)]
pub(super) struct WritePacer {
    baud: u32,
    /// The time at which the line will have carried all bytes that were written.
    idle_at: Duration,
}

impl WritePacer {
    pub(super) fn new(baud: u32) -> Self {
        Self {
            baud,
            idle_at: Duration::ZERO,
        }
    }

    /// Returns the most bytes that a write should have.
    pub(super) fn bytes_per_write(&self) -> usize {
        let bits = u128::from(self.baud) * WRITE.as_millis() / 1_000;
        let bytes = bits / u128::from(BITS_PER_BYTE);
        usize::try_from(bytes).map_or(SMALLEST_WRITE, |bytes| bytes.max(SMALLEST_WRITE))
    }

    /// Records a write, and returns the time at which the next one may begin.
    pub(super) fn write(&mut self, bytes: usize, now: Duration) -> Duration {
        let bits = u32::try_from(bytes)
            .unwrap_or(u32::MAX)
            .saturating_mul(BITS_PER_BYTE);
        let time = Duration::from_secs(1).mul_f64(f64::from(bits) / f64::from(self.baud));
        self.idle_at = self.idle_at.max(now).saturating_add(time);
        self.idle_at.saturating_sub(AHEAD).max(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_write_is_ten_milliseconds_of_the_line() {
        assert_eq!(WritePacer::new(115_200).bytes_per_write(), 115);
        assert_eq!(WritePacer::new(1_000_000).bytes_per_write(), 1_000);
        assert_eq!(WritePacer::new(9_600).bytes_per_write(), SMALLEST_WRITE);
    }

    proptest! {
        #[test]
        fn the_line_is_never_more_than_a_write_ahead(
            baud in 1_200u32..12_000_000,
            writes in prop::collection::vec((1usize..2_000, 0u64..100), 1..200),
        ) {
            let mut pacer = WritePacer::new(baud);
            let (mut now, mut total) = (Duration::ZERO, 0);
            for (bytes, pause) in writes {
                now += Duration::from_millis(pause);
                total += bytes;
                now = pacer.write(bytes, now);
                // The line can have carried at most its speed times the time.
                let carried = f64::from(baud) / 10.0 * (now + AHEAD).as_secs_f64();
                prop_assert!(total as f64 <= carried + 1.0);
            }
        }

        #[test]
        fn a_busy_line_is_never_idle(baud in 1_200u32..1_000_000, count in 1u32..100) {
            let mut pacer = WritePacer::new(baud);
            let bytes = pacer.bytes_per_write();
            let mut now = Duration::ZERO;
            for _ in 0..count {
                prop_assert!(pacer.idle_at >= now);
                now = pacer.write(bytes, now);
            }
        }
    }
}
