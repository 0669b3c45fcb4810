//! Work that is too much for one turn: changes for all clients at once, and the end or restart of
//! many subscriptions of a client.
//!
//! Where such work arises, it is only put on the agendas of the clients. It is done in turns of
//! bounded length: a turn serves a few clients, and a client with many subscriptions takes several
//! turns. Between the turns, frames and requests of other clients are served. A request of a client
//! is carried out after the other tasks on its agenda.

use super::World;
use super::agenda::{TURN, Task};
use super::client::ClientKey;
use crate::filter::Micros;
use crate::link::LinkState;

/// The number of steps that a request counts for.
const REQUEST_STEPS: usize = 16;

impl World {
    /// Takes at most as many steps as a turn has time for.
    pub(super) fn work(&mut self, now: Micros) {
        let restore_from = (0..TURN)
            .take_while(|_| self.gauges.restore_next_watch())
            .count();
        let mut left = TURN;
        while left > 0 {
            let Some(key) = self.clients.next_with_tasks() else {
                break;
            };
            let steps = self.work_for(key, left, now);
            left = left.saturating_sub(steps.max(1));
        }
        if !self.clients.have_tasks() {
            self.gauges.end_renewals();
        }
        let freed = (0..TURN).take_while(|_| self.gauges.free_name()).count();
        self.count_steps(restore_from + freed);
    }

    /// Returns whether [`Self::work`] has something to do.
    pub(super) fn has_work(&self) -> bool {
        self.clients.have_tasks()
            || self.controls.has_requests()
            || self.gauges.is_behind()
            || self.gauges.is_restoring_watches()
            || !self.gauges.is_free()
    }

    /// Takes at most `most` steps for a client. Returns the number of steps taken.
    pub(super) fn work_for(&mut self, key: ClientKey, most: usize, now: Micros) -> usize {
        let mut taken = 0;
        while let Some((task, place)) = self.next_task(key)
            && taken < most
        {
            if let Some(client) = self.clients.get_mut(key) {
                client.count_step();
            }
            taken += self.take_step(key, task, place, now);
        }
        self.gauges.release_due(&mut self.clients, now);
        self.clients.end_turn(key);
        self.count_steps(taken);
        taken
    }

    /// Counts steps, so that tests can check the limit of a turn.
    pub(super) fn count_steps(&mut self, _taken: usize) {
        #[cfg(test)]
        {
            self.steps += _taken;
        }
    }

    fn next_task(&mut self, key: ClientKey) -> Option<(Task, usize)> {
        let client = self.clients.get_mut(key)?;
        let had_requests = client.has_requests();
        let task = client.task();
        if had_requests && !client.has_requests() {
            self.caught_up.push_back(key);
        }
        task
    }

    /// Takes a step of a task. Returns the number of steps that it counts for.
    fn take_step(&mut self, key: ClientKey, task: Task, place: usize, now: Micros) -> usize {
        match task {
            Task::EndGauges => self.gauges.end_newest(&mut self.clients, key),
            Task::EndTexts => self.texts.end_newest(&mut self.clients, key),
            Task::SendAircraft => {
                self.clients.aircraft(key, self.aircraft.as_ref());
                return 0;
            }
            Task::EndStanding => return self.remove_statement(key),
            Task::ResolveStanding => return self.resolve_statement(key, place, now),
            Task::CatchUpGauges => self.gauges.catch_up(&mut self.clients, key, now),
            Task::CatchUpTexts => self.texts.catch_up(&mut self.clients, key),
            Task::SendLists => return self.send_list(key),
            Task::AskForLists => self.ask_for_lists(key, now),
            Task::CarryOut => {
                self.carry_out_next(key, now);
                return REQUEST_STEPS;
            }
            Task::ClearTexts | Task::UpdateTexts | Task::CheckTexts => {
                self.take_text_step(key, task, place);
            }
            _ => self.take_gauge_step(key, task, place, now),
        }
        1
    }

    fn take_text_step(&mut self, key: ClientKey, task: Task, place: usize) {
        let Some(client) = self.clients.get_mut(key) else {
            return;
        };
        let mut place = place;
        if task == Task::UpdateTexts {
            place = client.next_text % client.texts.all.len().max(1);
            client.next_text = place + 1;
        }
        let Some(&id) = client.texts.all.get(place) else {
            return;
        };
        match task {
            Task::ClearTexts => self.texts.clear_text(&mut self.clients, id),
            Task::UpdateTexts => self.texts.update(&mut self.clients, id),
            _ => self.texts.check(&mut self.clients, id),
        }
    }

    fn take_gauge_step(&mut self, key: ClientKey, task: Task, place: usize, now: Micros) {
        let (gauges, clients) = (&mut self.gauges, &mut self.clients);
        let Some(client) = clients.get(key) else {
            return;
        };
        if task == Task::WakeGauges {
            if let Some((id, meaning)) = client.look_ups.get(place) {
                gauges.set_meaning(clients, id, meaning.as_deref(), now);
            }
            return;
        }
        let Some(&id) = client.gauges.all.get(place) else {
            return;
        };
        match (task, self.aircraft.as_deref()) {
            (Task::ResetGauges, _) => gauges.reset(clients, id),
            (Task::RestartGauges, _) => gauges.restart(id),
            (Task::LookUpGauges, Some(aircraft)) => {
                let meaning = gauges.look_up(clients, id, aircraft, now);
                if let Some(client) = clients.get_mut(key)
                    && meaning.is_some()
                {
                    client.look_ups.push(id, meaning);
                }
            }
            (Task::LookUpAgain, Some(aircraft)) => {
                let meaning = gauges.look_up_again(id, aircraft);
                if let Some(client) = clients.get_mut(key) {
                    client.look_ups.push(id, meaning);
                }
            }
            _ => {}
        }
    }

    /// Asks the sim again for lists that a client did not get while it was blocked.
    fn ask_for_lists(&mut self, key: ClientKey, now: Micros) {
        let Some(client) = self.clients.get_mut(key) else {
            return;
        };
        let number = client.number;
        for indicator in std::mem::take(&mut client.owed.lists) {
            if self.sim.is_up(LinkState::Export) {
                self.sim.list(number, indicator, now);
            } else {
                self.refuse_lists_of(&[number], &super::RequestError::NoExport);
            }
        }
    }
}
