//! The sim: the messages that wait for it, and the clients that wait for its answers.

use std::collections::VecDeque;

use super::actions::{Actions, Overflow};
use super::list_queue::{List, ListQueue};
use crate::control::DeviceCommand;
use crate::filter::Micros;
use crate::link::{Action, FrameStats, LinkState, ToSim};

/// The most actions whose clients are remembered, to tell them if the sim could not perform them.
const REMEMBERED_ACTIONS: u64 = 8192;

/// The links to the sim, with the messages that wait for it and those that were sent.
#[derive(Debug, Default)]
pub(super) struct Sim {
    hook_up: bool,
    export_up: bool,
    actions: Actions,
    lists: ListQueue,
    tickets: Tickets,
}

/// The clients of the requests that were sent to the sim lately, by ticket.
#[derive(Debug, Default)]
struct Tickets {
    next: u64,
    /// The clients' numbers, oldest first. The last one belongs to the ticket before `next`.
    /// A ticket that concerns no client, such as that of a list, has a place without a client.
    clients: VecDeque<Option<u64>>,
}

impl Tickets {
    fn take(&mut self, client: Option<u64>) -> u64 {
        if self.clients.len() as u64 == REMEMBERED_ACTIONS {
            self.clients.pop_front();
        }
        self.clients.push_back(client);
        self.next += 1;
        self.next - 1
    }

    fn client(&self, ticket: u64) -> Option<u64> {
        let age = self.next.checked_sub(ticket)?;
        let place = (self.clients.len() as u64).checked_sub(age)?;
        let place = usize::try_from(place).ok()?;
        self.clients.get(place).copied().flatten()
    }
}

impl Sim {
    pub(super) fn is_up(&self, state: LinkState) -> bool {
        match state {
            LinkState::Hook => self.hook_up,
            LinkState::Export => self.export_up,
        }
    }

    /// Sets whether a link is up, and drops the actions that waited for it.
    pub(super) fn set_up(&mut self, state: LinkState, up: bool) {
        match state {
            LinkState::Hook => {
                self.hook_up = up;
                self.actions.clear();
            }
            LinkState::Export => self.export_up = up,
        }
    }

    /// Queues an action of the client with this number.
    pub(super) fn queue_action(
        &mut self,
        client: u64,
        device: i64,
        command: i64,
        value: f64,
    ) -> Result<(), Overflow> {
        self.actions.push(client, (device, command), value)
    }

    /// Queues the action that releases what a client holds pressed.
    pub(super) fn queue_release(&mut self, client: u64, release: DeviceCommand) {
        let command = (release.device, release.command);
        self.actions.push_release(client, command, release.value);
    }

    /// Returns a ticket whose answer concerns the client with this number.
    pub(super) fn ticket_of(&mut self, client: Option<u64>) -> u64 {
        self.tickets.take(client)
    }

    /// Returns a ticket whose answer concerns no client.
    pub(super) fn ticket(&mut self) -> u64 {
        self.tickets.take(None)
    }

    /// Returns the next action for the sim.
    pub(super) fn next_action(&mut self, now: Micros) -> Option<Action> {
        let due = self.actions.next(now)?;
        let (device, command) = due.command;
        Some(Action {
            device,
            command,
            value: due.value,
            ticket: self.tickets.take(Some(due.client)),
        })
    }

    /// Returns the client whose action has this ticket, if it is remembered.
    pub(super) fn client_of(&self, ticket: u64) -> Option<u64> {
        self.tickets.client(ticket)
    }

    /// Returns whether a line without an action may be sent to the hook state.
    pub(super) fn has_room_for_watch(&self) -> bool {
        self.actions.has_room_for_line()
    }

    /// Counts a line without an action that was sent to the hook state.
    pub(super) fn count_watch(&mut self, now: Micros) {
        self.actions.count_line(now);
    }

    /// Returns the next mark for the hook state.
    pub(super) fn next_mark(&mut self) -> Option<ToSim> {
        self.actions.take_mark().map(ToSim::Mark)
    }

    /// Handles the hook state's answer to a mark: it has read everything before it.
    pub(super) fn reached(&mut self, mark: u64) {
        self.actions.reached(mark);
    }

    /// Sets the length of a frame from the statistics of the hook state.
    pub(super) fn set_frames(&mut self, stats: &FrameStats) {
        if stats.frames > 0 {
            let frame = stats.seconds * 1e6 / stats.frames as f64;
            self.actions.set_frame(frame as Micros);
        }
    }

    /// Queues a list request of the client with this number.
    pub(super) fn list(&mut self, client: u64, indicator: Option<u32>, now: Micros) {
        self.lists.push(client, indicator, now);
    }

    /// Returns the next list for the export state to be asked for.
    pub(super) fn next_list(&mut self) -> Option<ToSim> {
        let tickets = &mut self.tickets;
        let (ticket, indicator) = self.lists.next(|| tickets.take(None))?;
        Some(ToSim::ListIndicators { ticket, indicator })
    }

    /// Takes the list with this ticket, which is not under way any more.
    pub(super) fn take_list(&mut self, ticket: u64) -> Option<List> {
        self.lists.take(ticket)
    }

    /// Forgets all lists, and returns the clients that waited, once for each request.
    pub(super) fn take_lists(&mut self) -> Vec<u64> {
        self.lists.take_all()
    }

    /// Forgets lists that the sim has not answered in time, and returns their clients.
    pub(super) fn take_late_lists(&mut self, now: Micros) -> Vec<u64> {
        self.lists.take_late(now)
    }

    /// Returns the time at which [`Self::tick`] or [`Self::take_late_lists`] has to be called.
    pub(super) fn next_due(&self) -> Option<Micros> {
        let dues = [self.lists.next_due(), self.actions.next_due()];
        dues.into_iter().flatten().min()
    }

    /// Tells the queue of actions the time; see [`Actions::tick`].
    pub(super) fn tick(&mut self, now: Micros) {
        self.actions.tick(now);
    }

    /// Forgets a client that has left. Returns the number of its actions that are dropped.
    pub(super) fn leave(&mut self, client: u64) -> usize {
        self.lists.leave(client);
        self.actions.leave(client)
    }
}
