//! Estimates how long an action would have to wait in the sim. Pure: the time is passed in.

use std::collections::HashSet;

use crate::filter::Micros;

/// The assumptions of the estimate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FrameLimits {
    /// The length of a frame.
    pub(crate) frame: Micros,
    /// The most actions in a frame, all on different commands.
    pub(crate) per_frame: usize,
    /// The longest time that an action may have to wait for those that were accepted before it.
    pub(crate) longest_wait: Micros,
}

/// An estimate of the frames that the sim needs for the actions that were accepted.
///
/// In a frame, the sim performs at most one action on each command; a second one and all actions
/// after it wait for the next frame. So two actions on the same command take two frames, and many
/// actions on different commands share one. The estimate follows from the accepted actions and the
/// time.
#[derive(Debug)]
pub(crate) struct FrameEstimate {
    limits: FrameLimits,
    /// The time of the frame in which the last action is performed.
    last: Micros,
    /// The commands in that frame: device and number.
    commands: HashSet<(i64, i64)>,
}

impl FrameEstimate {
    /// Creates an estimate without actions.
    pub(crate) fn new(limits: FrameLimits) -> Self {
        Self {
            limits,
            last: 0,
            commands: HashSet::new(),
        }
    }

    /// Accepts an action and returns true, unless it would have to wait too long.
    pub(crate) fn take(&mut self, command: (i64, i64), now: Micros) -> bool {
        let next = self.last.saturating_add(self.limits.frame);
        if now >= next {
            self.last = now;
            self.commands.clear();
        }
        if self.commands.contains(&command) || self.commands.len() >= self.limits.per_frame {
            if next > now.saturating_add(self.limits.longest_wait) {
                return false;
            }
            self.last = next;
            self.commands.clear();
        }
        self.commands.insert(command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Micros = 33_000;
    const MINUTE: Micros = 60_000_000;

    fn frames(per_frame: usize) -> FrameEstimate {
        FrameEstimate::new(FrameLimits {
            frame: FRAME,
            per_frame,
            longest_wait: 1_000_000,
        })
    }

    #[test]
    fn many_commands_share_a_frame_and_one_command_takes_one_each() {
        let mut frames = frames(300);
        assert!((0..300).all(|command| frames.take((1, command), MINUTE)));
        let mut granted = |after: Micros| {
            let now = MINUTE + after;
            (0..99).filter(|_| frames.take((1, 7), now)).count()
        };
        assert_eq!(granted(0), 30);
        assert_eq!(granted(10 * FRAME), 10);
        assert_eq!(granted(MINUTE), 31);
        // An action that waits makes all actions after it wait, on any command.
        let busy = 2 * MINUTE;
        assert!(frames.take((1, 8), busy) && !frames.take((1, 8), busy));
    }

    #[test]
    fn the_number_of_actions_in_a_frame_is_limited() {
        let mut frames = frames(10);
        let mut granted = |now: Micros| (0..999).filter(|&n| frames.take((1, n), now)).count();
        assert_eq!(granted(MINUTE), 31 * 10);
        assert_eq!(granted(MINUTE + FRAME), 10);
    }
}
