//! How long an action would have to wait in the sim. Pure: the time is handed in.

use std::collections::HashSet;

use crate::filter::Micros;

/// What is reckoned with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// How long a frame lasts.
    pub(super) frame: Micros,
    /// How many actions a frame takes, all on different commands.
    pub(super) per_frame: usize,
    /// How long an action may have to wait behind those that were let through before it.
    pub(super) longest_wait: Micros,
}

/// What the sim is busy with, as far as one asker knows of it.
///
/// The sim performs one action on a command in a frame, and all behind a second one wait for the
/// next frame. So two actions on one command cost everybody a frame, and many on different
/// commands share one. This is an estimate, from what was let through and the time that passes.
#[derive(Debug)]
pub(super) struct Frames {
    pace: Pace,
    /// When the frame comes in which the last action is performed.
    last: Micros,
    /// The commands of that frame: device and number.
    commands: HashSet<(i64, i64)>,
}

impl Frames {
    /// A sim that has nothing to do.
    pub(super) fn new(pace: Pace) -> Self {
        Self {
            pace,
            last: 0,
            commands: HashSet::new(),
        }
    }

    /// Lets an action through, unless it would have to wait for too long.
    pub(super) fn take(&mut self, command: (i64, i64), now: Micros) -> bool {
        let next = self.last.saturating_add(self.pace.frame);
        if now >= next {
            self.last = now;
            self.commands.clear();
        }
        if self.commands.contains(&command) || self.commands.len() >= self.pace.per_frame {
            if next > now.saturating_add(self.pace.longest_wait) {
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

    fn frames(per_frame: usize) -> Frames {
        Frames::new(Pace {
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
        // What has to wait makes all behind it wait, on whatever command.
        let busy = 2 * MINUTE;
        assert!(frames.take((1, 8), busy) && !frames.take((1, 8), busy));
    }

    #[test]
    fn a_frame_takes_only_so_many() {
        let mut frames = frames(10);
        let mut granted = |now: Micros| (0..999).filter(|&n| frames.take((1, n), now)).count();
        assert_eq!(granted(MINUTE), 31 * 10);
        assert_eq!(granted(MINUTE + FRAME), 10);
    }
}
