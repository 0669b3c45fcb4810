//! The agenda of a client: the tasks that the server still has to do for it, in steps of bounded
//! work.

use std::collections::BTreeMap;

/// The most steps in a turn of the server. They take about a millisecond, and then others are
/// served.
pub(super) const TURN: usize = 512;
/// The most steps that are taken at once when a client leaves. Many clients may leave at the same
/// time; the other steps are taken in turn.
pub(super) const AT_LEAVE: usize = 64;

/// A task for a client. Most tasks have one step for each subscription. Tasks are done in the order
/// of this list, regardless of when they were planned: a client learns that a mission has ended
/// before it learns the next aircraft, and it learns the aircraft before it gets values of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Task {
    /// End the subscriptions to gauges.
    EndGauges,
    /// End the subscriptions to elements of displays.
    EndTexts,
    /// Remove the standing positions of a client that has left.
    EndStanding,
    /// Send raw 0 for each gauge.
    ResetGauges,
    /// Send an empty text for each element that is shown.
    ClearTexts,
    /// Send the aircraft that is controlled.
    SendAircraft,
    /// Look each standing position up in another aircraft, or in changed tables.
    ResolveStanding,
    /// Forget the values that were sent for each gauge, since no aircraft is controlled.
    RestartGauges,
    /// Put each gauge to sleep and look it up in another aircraft.
    LookUpGauges,
    /// Look each gauge up in changed tables of the same aircraft.
    LookUpAgain,
    /// Give each gauge the arg and the scale that were looked up.
    WakeGauges,
    /// Send the text of each element whose text has changed since it was sent.
    UpdateTexts,
    /// Send an error for each element that the displays lack.
    CheckTexts,
    /// Send the newest value of each gauge whose updates were held back.
    CatchUpGauges,
    /// Send the newest text of each element whose updates were held back.
    CatchUpTexts,
    /// Ask the sim again for lists whose answers were held back.
    AskForLists,
    /// Send the lists that the sim has answered.
    SendLists,
    /// Carry out the requests that came in the meantime.
    CarryOut,
}

/// The tasks of a client, each with the number of its steps that have been taken.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    tasks: BTreeMap<Task, usize>,
}

impl Agenda {
    /// Plans a task. If it was planned already, it starts again from its first step.
    pub(super) fn plan(&mut self, task: Task) {
        self.tasks.insert(task, 0);
    }

    /// Removes a task, whether it is done or not.
    pub(super) fn end(&mut self, task: Task) {
        self.tasks.remove(&task);
    }

    /// Returns the current task, and the number of its steps that have been taken.
    pub(super) fn first(&self) -> Option<(Task, usize)> {
        self.tasks
            .first_key_value()
            .map(|(&task, &steps)| (task, steps))
    }

    /// Counts a step of the first task.
    pub(super) fn count_step(&mut self) {
        if let Some(mut first) = self.tasks.first_entry() {
            *first.get_mut() += 1;
        }
    }

    pub(super) fn has(&self, task: Task) -> bool {
        self.tasks.contains_key(&task)
    }

    pub(super) fn has_any(&self, tasks: &[Task]) -> bool {
        tasks.iter().any(|&task| self.has(task))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_keep_their_order_and_restart_when_they_are_planned_again() {
        let mut agenda = Agenda::default();
        agenda.plan(Task::UpdateTexts);
        agenda.count_step();
        agenda.plan(Task::SendAircraft);
        assert_eq!(agenda.first(), Some((Task::SendAircraft, 0)));
        agenda.end(Task::SendAircraft);
        assert_eq!(agenda.first(), Some((Task::UpdateTexts, 1)));
        agenda.plan(Task::UpdateTexts);
        assert_eq!(agenda.first(), Some((Task::UpdateTexts, 0)));
        agenda.end(Task::UpdateTexts);
        assert!(agenda.is_empty());
    }
}
