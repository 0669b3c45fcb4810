//! The clicks of modules, which the sim carries out one per command and frame.
//!
//! While the sim has no frame left for a command, only its newest click waits, so that the command
//! ends at the last value that a panel has sent.

use std::collections::HashSet;

use super::limits::FRAME_LIMITS;
use crate::bios::frames::FrameEstimate;
use crate::bios::hosted::Click;
use crate::filter::Micros;

/// The most clicks that wait, each for another command.
const MAX_WAITING: usize = 256;

/// The outcome of a click.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Admission {
    /// The click, if the sim can carry it out soon.
    pub(super) click: Option<Click>,
    /// Whether a click is dropped: the one that has waited, or this one, since too many wait.
    pub(super) is_one_dropped: bool,
}

/// Decides which clicks are sent to the sim, and when.
#[derive(Debug)]
pub(super) struct ClickQueue {
    frames: FrameEstimate,
    /// The commands whose last value was not 0.
    pressed: HashSet<(i64, i64)>,
    /// The newest click of each command without a frame, in the order in which they came.
    waiting: Vec<Click>,
}

impl ClickQueue {
    pub(super) fn new() -> Self {
        Self {
            frames: FrameEstimate::new(FRAME_LIMITS),
            pressed: HashSet::new(),
            waiting: Vec::new(),
        }
    }

    /// Forgets what depends on the aircraft.
    pub(super) fn forget(&mut self) {
        self.pressed.clear();
        self.waiting.clear();
    }

    /// Admits a click if the sim has a frame for it soon, or if it releases what was pressed before.
    /// Otherwise it waits. The click of the same command that has waited is dropped.
    pub(super) fn admit(&mut self, click: Click, now: Micros) -> Admission {
        let others = self.waiting.len();
        self.waiting
            .retain(|other| command(other) != command(&click));
        let mut admission = Admission {
            click: None,
            is_one_dropped: self.waiting.len() < others,
        };
        if self.take_frame(&click, now) {
            admission.click = Some(click);
        } else if self.waiting.len() < MAX_WAITING {
            self.waiting.push(click);
        } else {
            admission.is_one_dropped = true;
        }
        admission
    }

    /// Returns the clicks that have waited and for which the sim has a frame now.
    pub(super) fn tick(&mut self, now: Micros) -> Vec<Click> {
        let waiting = std::mem::take(&mut self.waiting);
        let (admitted, waiting) = waiting
            .into_iter()
            .partition(|click| self.take_frame(click, now));
        self.waiting = waiting;
        admitted
    }

    fn take_frame(&mut self, click: &Click, now: Micros) -> bool {
        let command = command(click);
        let is_release = click.value == 0.0 && self.pressed.remove(&command);
        let has_room = self.frames.take(command, now) || is_release;
        if has_room && click.value != 0.0 {
            self.pressed.insert(command);
        }
        has_room
    }
}

fn command(click: &Click) -> (i64, i64) {
    (click.device.into(), click.command.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Micros = 1_000_000;

    fn click(command: u32, value: f64) -> Click {
        Click {
            control: "KNOB".into(),
            device: 2,
            command,
            value,
        }
    }

    /// Returns the values that reach the sim at once, and those that reach it within two seconds
    /// after that.
    fn perform(clicks: &mut ClickQueue, values: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let at_once = values
            .iter()
            .filter_map(|&value| clicks.admit(click(3001, value), SECOND).click)
            .map(|click| click.value)
            .collect();
        let steps = (SECOND..3 * SECOND).step_by(33_333);
        let later = steps.flat_map(|now| clicks.tick(now));
        (at_once, later.map(|click| click.value).collect())
    }

    #[test]
    fn the_last_value_of_a_burst_is_performed_in_the_end() {
        let mut values = vec![0.1; 60];
        values.push(0.9);
        let (at_once, later) = perform(&mut ClickQueue::new(), &values);
        assert_eq!((at_once.len(), later), (31, vec![0.9]));
    }

    #[test]
    fn a_press_after_a_release_is_performed_in_the_end() {
        let mut values = vec![1.0; 60];
        values.extend([0.0, 1.0]);
        let (at_once, later) = perform(&mut ClickQueue::new(), &values);
        assert_eq!((at_once.last(), later), (Some(&0.0), vec![1.0]));
    }

    #[test]
    fn a_click_is_dropped_for_a_newer_one_only() {
        let mut clicks = ClickQueue::new();
        let mut drops = |times, now| {
            let admissions = (0..times).map(|_| clicks.admit(click(3001, 0.1), now));
            admissions.filter(|it| it.is_one_dropped).count()
        };
        assert_eq!(drops(31, SECOND), 0);
        assert_eq!(drops(1, SECOND), 0, "it waits");
        assert_eq!(drops(1, SECOND), 1);
        assert_eq!(drops(1, 9 * SECOND), 1, "the one that has waited");
    }

    #[test]
    fn few_clicks_wait_and_none_after_a_change_of_the_aircraft() {
        let mut clicks = ClickQueue::new();
        for command in 0..1_000 {
            let burst = (0..40).map(|_| clicks.admit(click(command, 1.0), SECOND));
            assert_eq!(burst.count(), 40);
            assert!(clicks.waiting.len() <= MAX_WAITING);
        }
        assert_eq!(clicks.waiting.len(), MAX_WAITING);
        clicks.forget();
        assert!(clicks.tick(9 * SECOND).is_empty());
    }
}
