//! The actions of panels and modules, which the sim carries out one per command and frame.
//!
//! While the sim has no frame left for a command, only its newest action waits, so that the command
//! ends where a panel has put it last.

use std::collections::HashSet;
use std::sync::Arc;

use super::limits::FRAME_LIMITS;
use crate::bios::frames::FrameEstimate;
use crate::bios::hosted::Click;
use crate::filter::Micros;
use crate::wire::Request;

/// The most actions that wait, each for another command.
const MAX_WAITING: usize = 256;
/// The most commands that are known to be pressed.
const MAX_PRESSED: usize = 4096;

/// The effect of an action on the command that it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// It is put somewhere, wherever it was.
    Set,
    /// It is pressed, and stays so until it is released.
    Press,
    Release,
    /// It moves on from where it is.
    Step,
}

/// An action.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Action {
    /// The name of the control that was moved.
    pub(super) control: Arc<str>,
    /// What can be done once in a frame.
    pub(super) command: (i64, i64),
    pub(super) effect: Effect,
    pub(super) request: Request,
}

impl From<Click> for Action {
    fn from(click: Click) -> Self {
        Self {
            control: click.control.clone(),
            command: (click.device.into(), click.command.into()),
            effect: match click.value {
                0.0 => Effect::Release,
                _ => Effect::Press,
            },
            request: click.into(),
        }
    }
}

/// The outcome of an action.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Admission {
    /// The request, if the sim can carry it out soon.
    pub(super) request: Option<Request>,
    /// Whether an action is dropped: the one that has waited, or this one.
    pub(super) is_one_dropped: bool,
}

/// Decides which actions are sent to the sim, and when.
#[derive(Debug)]
pub(super) struct ActionQueue {
    frames: FrameEstimate,
    /// The commands that were pressed last.
    pressed: HashSet<(i64, i64)>,
    /// The newest action of each command without a frame, in the order in which they came.
    waiting: Vec<Action>,
}

impl ActionQueue {
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

    /// Admits an action if the sim has a frame for it soon, or if it releases what was pressed before.
    /// Otherwise it waits. If one on the same command waits already, that one is dropped; but a step
    /// is dropped itself.
    pub(super) fn admit(&mut self, action: Action, now: Micros) -> Admission {
        let is_same = |other: &Action| other.command == action.command;
        let mut admission = Admission {
            request: None,
            is_one_dropped: self.waiting.iter().any(is_same),
        };
        if admission.is_one_dropped && action.effect == Effect::Step {
            return admission;
        }
        self.waiting.retain(|other| !is_same(other));
        if !self.must_wait(&action) && self.take_frame(&action, now) {
            admission.request = Some(action.request);
        } else if self.waiting.len() < MAX_WAITING {
            self.waiting.push(action);
        } else {
            admission.is_one_dropped = true;
        }
        admission
    }

    /// Drops the action that waits for a command. Returns whether there was one.
    pub(super) fn cancel(&mut self, command: (i64, i64)) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|action| action.command != command);
        self.waiting.len() < before
    }

    /// Returns what has waited and for which the sim has a frame now.
    pub(super) fn tick(&mut self, now: Micros) -> Vec<Request> {
        let mut admitted = Vec::new();
        for action in std::mem::take(&mut self.waiting) {
            match !self.must_wait(&action) && self.take_frame(&action, now) {
                true => admitted.push(action.request),
                false => self.waiting.push(action),
            }
        }
        admitted
    }

    /// Returns whether an earlier action of the same control waits: a hat is released by another
    /// command than it is pressed by, and would stay pressed if the two changed places.
    fn must_wait(&self, action: &Action) -> bool {
        let mut waiting = self.waiting.iter();
        waiting.any(|other| other.control == action.control)
    }

    fn take_frame(&mut self, action: &Action, now: Micros) -> bool {
        let command = action.command;
        let is_release = action.effect == Effect::Release && self.pressed.remove(&command);
        let has_room = self.frames.take(command, now) || is_release;
        let is_press = action.effect == Effect::Press && self.pressed.len() < MAX_PRESSED;
        if has_room && is_press {
            self.pressed.insert(command);
        }
        has_room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Micros = 1_000_000;

    fn click(command: u32, value: f64) -> Action {
        let click = Click {
            control: "KNOB".into(),
            device: 2,
            command,
            value,
        };
        click.into()
    }

    fn value(request: &Request) -> f64 {
        match request {
            Request::Act(action) => action.value,
            other => panic!("{other:?} is no click"),
        }
    }

    /// Returns the values that reach the sim at once, and those that reach it within two seconds
    /// after that.
    fn perform(clicks: &mut ActionQueue, values: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let at_once = values
            .iter()
            .filter_map(|&value| clicks.admit(click(3001, value), SECOND).request)
            .map(|request| value(&request))
            .collect();
        let steps = (SECOND..3 * SECOND).step_by(33_333);
        let later = steps.flat_map(|now| clicks.tick(now));
        (at_once, later.map(|request| value(&request)).collect())
    }

    #[test]
    fn the_last_value_of_a_burst_is_performed_in_the_end() {
        let mut values = vec![0.1; 60];
        values.push(0.9);
        let (at_once, later) = perform(&mut ActionQueue::new(), &values);
        assert_eq!((at_once.len(), later), (31, vec![0.9]));
    }

    #[test]
    fn a_press_after_a_release_is_performed_in_the_end() {
        let mut values = vec![1.0; 60];
        values.extend([0.0, 1.0]);
        let (at_once, later) = perform(&mut ActionQueue::new(), &values);
        assert_eq!((at_once.last(), later), (Some(&0.0), vec![1.0]));
    }

    #[test]
    fn a_click_is_dropped_for_a_newer_one_only() {
        let mut clicks = ActionQueue::new();
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
    fn a_step_does_not_take_the_place_of_a_position() {
        let mut actions = ActionQueue::new();
        let action = |effect, number| Action {
            effect,
            ..click(3001, number)
        };
        for _ in 0..31 {
            let admission = actions.admit(action(Effect::Set, 0.1), SECOND);
            assert!(admission.request.is_some());
        }
        let set = actions.admit(action(Effect::Set, 0.9), SECOND);
        assert_eq!(set, Admission::default());
        let step = actions.admit(action(Effect::Step, 0.2), SECOND);
        assert!(step.request.is_none() && step.is_one_dropped);
        // Not before what waits, even if there is a frame again.
        let step = actions.admit(action(Effect::Step, 0.2), 2 * SECOND);
        assert!(step.request.is_none() && step.is_one_dropped);
        assert_eq!(value(&actions.tick(2 * SECOND)[0]), 0.9);
    }

    #[test]
    fn few_clicks_wait_and_none_after_a_change_of_the_aircraft() {
        let mut clicks = ActionQueue::new();
        for command in 0..1_000 {
            let burst = (0..40).map(|_| clicks.admit(click(command, 1.0), SECOND));
            assert_eq!(burst.count(), 40);
            assert!(clicks.waiting.len() <= MAX_WAITING);
        }
        assert_eq!(clicks.waiting.len(), MAX_WAITING);
        clicks.forget();
        assert!(clicks.tick(9 * SECOND).is_empty());
    }

    #[test]
    fn a_release_by_another_command_does_not_overtake_its_press() {
        let mut queue = ActionQueue::new();
        let knob = || Action {
            control: "OTHER".into(),
            ..click(900, 0.5)
        };
        // A knob that is turned fast leaves no frames.
        for _ in 0..31 {
            queue.admit(knob(), SECOND);
        }
        // A hat is pressed twice within a frame; 3001 releases it, 3002 presses it.
        for (command, number) in [
            (3001, 0.0),
            (3002, 0.1),
            (3001, 0.0),
            (3001, 0.0),
            (3002, 0.1),
        ] {
            queue.admit(click(command, number), SECOND);
        }
        let now = SECOND + 40_000;
        queue.admit(knob(), now);
        let mut done: Vec<Request> = Vec::new();
        done.extend(queue.admit(click(3001, 0.0), now).request);
        done.extend(queue.tick(now));
        done.extend(queue.tick(2 * SECOND));
        assert_eq!(done.last().map(value), Some(0.0), "{done:?}");
    }
}
