//! The sim as the world sees it: what it is to be told, and who is to get its answers.

use std::collections::{BTreeMap, VecDeque};

use crate::filter::Micros;
use crate::link::{Action, LinkState, ToSim};

/// Actions that wait for the link before further ones are refused.
pub(super) const MOST_ACTIONS: usize = 4096;
/// How long a list may take: the sim may be paused or loading.
pub(super) const LIST_DEADLINE: Micros = 30_000_000;
/// Actions whose failure can still be told to who asked for them.
const REMEMBERED_ACTIONS: u64 = 8192;

#[derive(Debug, Default)]
pub(super) struct Sim {
    hook_up: bool,
    export_up: bool,
    actions: VecDeque<Action>,
    next_ticket: u64,
    /// Who asked for the latest actions, oldest first; the last one has the ticket before the
    /// next. Lists have a place here too, with nobody in it.
    asked_by: VecDeque<Option<u64>>,
    list_requests: VecDeque<ToSim>,
    /// By ticket, so the oldest is first.
    lists: BTreeMap<u64, List>,
}

/// A list that was asked for, and by which clients (their serial numbers).
#[derive(Debug)]
pub(super) struct List {
    pub(super) indicator: Option<u32>,
    pub(super) clients: Vec<u64>,
    /// When it is given up.
    pub(super) deadline: Micros,
}

impl Sim {
    pub(super) fn is_up(&self, state: LinkState) -> bool {
        match state {
            LinkState::Hook => self.hook_up,
            LinkState::Export => self.export_up,
        }
    }

    /// Notes that a link came up or went down; what waited for it is void.
    pub(super) fn set_up(&mut self, state: LinkState, up: bool) {
        match state {
            LinkState::Hook => {
                self.hook_up = up;
                self.actions.clear();
            }
            LinkState::Export => {
                self.export_up = up;
                self.list_requests.clear();
            }
        }
    }

    /// Queues an action of the client with this serial number; false when too many wait.
    pub(super) fn act(&mut self, client: u64, device: i64, command: i64, value: f64) -> bool {
        if self.actions.len() >= MOST_ACTIONS {
            return false;
        }
        let ticket = self.ticket(Some(client));
        self.actions.push_back(Action {
            device,
            command,
            value,
            ticket,
        });
        true
    }

    fn ticket(&mut self, asked_by: Option<u64>) -> u64 {
        if self.asked_by.len() as u64 == REMEMBERED_ACTIONS {
            self.asked_by.pop_front();
        }
        self.asked_by.push_back(asked_by);
        self.next_ticket += 1;
        self.next_ticket - 1
    }

    /// The client whose action has this ticket, if it is remembered.
    pub(super) fn asked_by(&self, ticket: u64) -> Option<u64> {
        let age = self.next_ticket.checked_sub(ticket)?;
        let place = (self.asked_by.len() as u64).checked_sub(age)?;
        self.asked_by
            .get(usize::try_from(place).ok()?)
            .copied()
            .flatten()
    }

    /// Asks for a list, or waits with others for the same one.
    pub(super) fn list(&mut self, client: u64, indicator: Option<u32>, now: Micros) {
        if let Some(list) = self
            .lists
            .values_mut()
            .find(|list| list.indicator == indicator)
        {
            list.clients.push(client);
            return;
        }
        let ticket = self.ticket(None);
        self.lists.insert(
            ticket,
            List {
                indicator,
                clients: vec![client],
                deadline: now + LIST_DEADLINE,
            },
        );
        self.list_requests
            .push_back(ToSim::ListIndicators { ticket, indicator });
    }

    /// The list that this ticket asked for; it is answered now.
    pub(super) fn take_list(&mut self, ticket: u64) -> Option<List> {
        self.lists.remove(&ticket)
    }

    /// All lists that are not answered; they never will be.
    pub(super) fn take_lists(&mut self) -> Vec<List> {
        std::mem::take(&mut self.lists).into_values().collect()
    }

    /// When the oldest list that is not answered is given up.
    pub(super) fn next_due(&self) -> Option<Micros> {
        self.lists.values().next().map(|list| list.deadline)
    }

    /// A list that the sim has not answered in time.
    pub(super) fn take_late(&mut self, now: Micros) -> Option<List> {
        let late = self
            .lists
            .first_entry()
            .filter(|first| first.get().deadline <= now)?;
        let (late_ticket, list) = late.remove_entry();
        self.list_requests.retain(
            |request| !matches!(request, ToSim::ListIndicators { ticket, .. } if *ticket == late_ticket),
        );
        Some(list)
    }

    /// A client has left; lists that only it asked for are still to be answered.
    pub(super) fn leave(&mut self, client: u64) {
        for list in self.lists.values_mut() {
            list.clients.retain(|&other| other != client);
        }
    }

    pub(super) fn next_action(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    pub(super) fn next_list(&mut self) -> Option<ToSim> {
        self.list_requests.pop_front()
    }
}
